//! One tree, leaf by leaf where it gains most.

use super::bins::Binned;
use super::sums::{self, Bars, Block, Bound, Split, WIDE};
use crate::on_all_cores;
use std::sync::Mutex;

/// Additions to sums below which one core does the work.
const FEW: usize = 100_000;

/// Rows that one core takes at once.
const PIECE: usize = 16_384;

/// The rows and features that a tree is grown on, laid out for that.
pub(super) struct Field {
    /// Which features, ascending.
    pub features: Vec<usize>,
    /// Of how many bins each of them.
    bins: Vec<usize>,
    blocks: Vec<Block>,
}

impl Field {
    /// Some features of some rows, these as the ascending ranges that hold them.
    pub fn of(
        rows: &Binned,
        bins: &[usize],
        features: Vec<usize>,
        ranges: &[(usize, usize)],
    ) -> Self {
        let per_row = features.len().div_ceil(WIDE);
        let mut pieces = Vec::new();
        for &(start, end) in ranges {
            match pieces.last_mut() {
                Some(Piece { ranges, rows }) if *rows < PIECE => {
                    ranges.push((start, end));
                    *rows += end - start;
                }
                _ => pieces.push(Piece {
                    ranges: vec![(start, end)],
                    rows: end - start,
                }),
            }
        }
        let parts = on_all_cores(pieces.len(), |i| {
            let mut blocks = Vec::with_capacity(pieces[i].rows * per_row);
            for row in pieces[i].ranges.iter().flat_map(|r| r.0..r.1) {
                let row = rows.row(row);
                for features in features.chunks(WIDE) {
                    let mut block = [0; WIDE];
                    for (bin, feature) in block.iter_mut().zip(features) {
                        *bin = row[*feature];
                    }
                    blocks.push(block);
                }
            }
            blocks
        });
        Self {
            bins: features.iter().map(|j| bins[*j]).collect(),
            features,
            blocks: parts.concat(),
        }
    }

    fn per_row(&self) -> usize {
        self.features.len().div_ceil(WIDE)
    }
}

struct Piece {
    ranges: Vec<(usize, usize)>,
    rows: usize,
}

/// A node of a tree on bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Node {
    /// Bins up to `bin` go to the node `low`, the others to the one after it.
    Split {
        feature: usize,
        bin: usize,
        low: usize,
        gain: f64,
    },
    /// Its rows are `order[start..end]`.
    Leaf { start: usize, end: usize },
}

/// A tree and the rows of the field in the order of its leaves, ascending in each.
pub(super) struct Grown {
    pub nodes: Vec<Node>,
    pub order: Vec<u32>,
}

struct Leaf {
    node: usize,
    start: usize,
    end: usize,
    depth: u32,
    bars: Vec<Bars>,
    split: Split,
}

/// Grows a tree of at most `leaves` leaves and `depth` levels on packed pulls and weights of the field's rows.
pub(super) fn grow(
    field: &Field,
    packed: &[i64],
    leaves: usize,
    depth: u32,
    bound: &Bound,
) -> Grown {
    let mut order: Vec<u32> = (0..packed.len() as u32).collect();
    let mut spare = order.clone();
    let mut nodes = vec![Node::Leaf {
        start: 0,
        end: order.len(),
    }];
    let mut pool: Vec<Vec<Bars>> = Vec::new();
    let mut open: Vec<Leaf> = Vec::new();
    let total: i64 = packed.iter().sum();
    if leaves > 1 && depth > 0 {
        let bars = field.sums(packed, &order, fresh(&mut pool, field));
        let [split] = field.best([(&bars, total)], bound);
        open.extend(split.map(|split| Leaf {
            node: 0,
            start: 0,
            end: order.len(),
            depth: 0,
            bars,
            split,
        }));
    }
    let mut sums = vec![total];
    for grown in 2..=leaves {
        // the first of the best: nodes are made in order, so this is the same on every run
        let Some(at) = (0..open.len()).reduce(|a, b| {
            let (x, y) = (&open[a], &open[b]);
            if (y.split.gain, x.node) > (x.split.gain, y.node) {
                b
            } else {
                a
            }
        }) else {
            break;
        };
        let leaf = open.swap_remove(at);
        let Split {
            feature,
            bin,
            gain,
            low: low_sum,
        } = leaf.split;
        let (start, end) = (leaf.start, leaf.end);
        let middle =
            start + field.part(&mut order[start..end], &mut spare[start..end], feature, bin);
        let low = nodes.len();
        nodes[leaf.node] = Node::Split {
            feature: field.features[feature],
            bin,
            low,
            gain,
        };
        nodes.extend([
            Node::Leaf { start, end: middle },
            Node::Leaf { start: middle, end },
        ]);
        let both = [low_sum, sums[leaf.node] - low_sum];
        sums.extend(both);
        let may = |sum: i64| bound.scale.unpack(sum).1 >= 2.0 * bound.leaf;
        if grown == leaves || leaf.depth + 1 == depth || !both.iter().any(|sum| may(*sum)) {
            pool.push(leaf.bars);
            continue;
        }
        let small_is_low = middle - start <= end - middle;
        let small = if small_is_low {
            start..middle
        } else {
            middle..end
        };
        let small = field.sums(packed, &order[small], fresh(&mut pool, field));
        let mut large = leaf.bars;
        for (large, small) in large.iter_mut().zip(&small) {
            for (large, small) in large.iter_mut().zip(small) {
                *large -= small;
            }
        }
        let (bars_low, bars_high) = if small_is_low {
            (small, large)
        } else {
            (large, small)
        };
        let found = field.best([(&bars_low, both[0]), (&bars_high, both[1])], bound);
        let children = [(bars_low, start, middle), (bars_high, middle, end)];
        for (k, ((bars, start, end), split)) in children.into_iter().zip(found).enumerate() {
            match split {
                Some(split) => open.push(Leaf {
                    node: low + k,
                    start,
                    end,
                    depth: leaf.depth + 1,
                    bars,
                    split,
                }),
                None => pool.push(bars),
            }
        }
    }
    Grown { nodes, order }
}

fn fresh(pool: &mut Vec<Vec<Bars>>, field: &Field) -> Vec<Bars> {
    match pool.pop() {
        Some(mut bars) => {
            bars.fill([0; 256]);
            bars
        }
        None => vec![[0; 256]; field.per_row() * WIDE],
    }
}

impl Field {
    /// The sums over some rows, added to `bars`.
    fn sums(&self, packed: &[i64], rows: &[u32], mut bars: Vec<Bars>) -> Vec<Bars> {
        if rows.len() * bars.len() < FEW {
            sums::add(&mut bars, &self.blocks, packed, rows);
            return bars;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let piece = rows.len().div_ceil(cores);
        let parts = on_all_cores(rows.len().div_ceil(piece), |i| {
            let rows = &rows[i * piece..rows.len().min((i + 1) * piece)];
            let mut part = vec![[0; 256]; bars.len()];
            sums::add(&mut part, &self.blocks, packed, rows);
            part
        });
        for part in parts {
            for (bars, part) in bars.iter_mut().zip(&part) {
                for (bar, part) in bars.iter_mut().zip(part) {
                    *bar += part;
                }
            }
        }
        bars
    }

    /// The best split of each of some leaves, by their sums.
    fn best<const N: usize>(
        &self,
        leaves: [(&Vec<Bars>, i64); N],
        bound: &Bound,
    ) -> [Option<Split>; N] {
        leaves.map(|(bars, total)| {
            let mut best: Option<Split> = None;
            for (feature, &bins) in self.bins.iter().enumerate() {
                let found = sums::best(&bars[feature], bins, total, feature, bound);
                if let Some(found) = found
                    && best.is_none_or(|best| found.gain > best.gain)
                {
                    best = Some(found);
                }
            }
            best
        })
    }

    /// Moves rows up to a bin before the others, both in the order they had; how many are up to it.
    fn part(&self, rows: &mut [u32], spare: &mut [u32], feature: usize, bin: usize) -> usize {
        let (block, lane, per_row) = (feature / WIDE, feature % WIDE, self.per_row());
        let goes_low =
            |row: u32| usize::from(self.blocks[row as usize * per_row + block][lane]) <= bin;
        let part = |rows: &mut [u32], spare: &mut [u32]| {
            let (mut low, mut high) = (0, 0);
            for i in 0..rows.len() {
                let row = rows[i];
                let goes = goes_low(row);
                rows[low] = row;
                spare[high] = row;
                low += usize::from(goes);
                high += usize::from(!goes);
            }
            rows[low..].copy_from_slice(&spare[..high]);
            low
        };
        if rows.len() <= 2 * PIECE {
            return part(rows, spare);
        }
        let pieces: Vec<_> = rows
            .chunks_mut(PIECE)
            .zip(spare.chunks_mut(PIECE))
            .map(Mutex::new)
            .collect();
        let lows = on_all_cores(pieces.len(), |i| {
            let mut piece = pieces[i].lock().expect("taken once");
            let (rows, spare) = &mut *piece;
            part(rows, spare)
        });
        drop(pieces);
        // gather: the low parts move forward in place, the high parts wait in the spare
        let (mut low, mut high) = (0, 0);
        for (i, lows) in lows.into_iter().enumerate() {
            let start = i * PIECE;
            let end = rows.len().min(start + PIECE);
            let highs = end - start - lows;
            spare[high..high + highs].copy_from_slice(&rows[start + lows..end]);
            rows.copy_within(start..start + lows, low);
            low += lows;
            high += highs;
        }
        rows[low..].copy_from_slice(&spare[..high]);
        low
    }
}
