//! One tree, leaf by leaf where it gains most.

use super::bins::Binned;
use super::sample::{PIECE, Sample};
use super::sums::{self, Bars, Block, Bound, Split, WIDE};
use crate::each_on_all_cores;
use std::borrow::Cow;

/// Additions to sums below which one core does the work.
const FEW: usize = 200_000;

/// The rows and features that a tree is grown on, laid out for that.
pub(super) struct Field<'a> {
    all: &'a Binned,
    sample: &'a Sample,
    /// Which features, ascending.
    pub features: Vec<usize>,
    /// Of how many bins each of them.
    bins: Vec<usize>,
    /// Block after block of each row.
    pub blocks: Vec<Block>,
}

impl<'a> Field<'a> {
    /// Some features of some rows, in memory used before, where they are yet to be laid.
    pub fn of(
        all: &'a Binned,
        bins: &[usize],
        features: Vec<usize>,
        sample: &'a Sample,
        blocks: Vec<Block>,
    ) -> Self {
        Self {
            all,
            sample,
            bins: features.iter().map(|j| bins[*j]).collect(),
            features,
            blocks,
        }
    }

    /// Lays the bins of a row side by side, block after block.
    pub fn lay(&mut self) {
        /// Rows whose blocks stay near a core while their lanes are filled.
        const NEAR: usize = 128;
        let per_row = self.per_row();
        let (all, sample, features) = (self.all, self.sample, &self.features);
        self.blocks.resize(sample.rows() * per_row, [0; WIDE]);
        let parts = sample.parts(&mut self.blocks, per_row);
        each_on_all_cores(parts, |(groups, mut blocks)| {
            let one = groups[0].start..groups[groups.len() - 1].end;
            let one = std::slice::from_ref(&one);
            for group in if sample.whole { one } else { groups } {
                for start in group.clone().step_by(NEAR) {
                    let rows = start..group.end.min(start + NEAR);
                    let (near, rest) = blocks.split_at_mut(rows.len() * per_row);
                    blocks = rest;
                    for lane in 0..per_row * WIDE {
                        let blocks = near.iter_mut().skip(lane / WIDE).step_by(per_row);
                        match features.get(lane) {
                            Some(&feature) => {
                                let column = &all.column(feature)[rows.clone()];
                                blocks
                                    .zip(column)
                                    .for_each(|(b, bin)| b[lane % WIDE] = *bin);
                            }
                            None => blocks.for_each(|b| b[lane % WIDE] = 0),
                        }
                    }
                }
            }
        });
    }

    fn per_row(&self) -> usize {
        self.features.len().div_ceil(WIDE)
    }

    /// The bins of one of its features, row after row.
    fn column(&self, feature: usize) -> Cow<'a, [u8]> {
        let column = self.all.column(self.features[feature]);
        if self.sample.whole {
            return column.into();
        }
        let mut some = Vec::with_capacity(self.sample.rows());
        for rows in &self.sample.groups {
            some.extend_from_slice(&column[rows.clone()]);
        }
        some.into()
    }
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

/// Memory that one tree after the other grows in.
#[derive(Default)]
pub(super) struct Ground {
    /// The rows of the field in the order of the leaves of the last tree, ascending in each.
    pub order: Vec<u32>,
    spare: Vec<u32>,
    pool: Vec<Vec<Bars>>,
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
    ground: &mut Ground,
) -> Vec<Node> {
    let Ground { order, spare, pool } = ground;
    order.clear();
    order.extend(0..packed.len() as u32);
    spare.resize(order.len(), 0);
    let mut nodes = vec![Node::Leaf {
        start: 0,
        end: order.len(),
    }];
    let mut open: Vec<Leaf> = Vec::new();
    let total: i64 = packed.iter().sum();
    if leaves > 1 && depth > 0 {
        let bars = field.sums(packed, order, pool);
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
        let small = field.sums(packed, &order[small], pool);
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
    pool.extend(open.into_iter().map(|leaf| leaf.bars));
    nodes
}

impl Field<'_> {
    /// The sums over some rows, in memory of the pool.
    fn sums(&self, packed: &[i64], rows: &[u32], pool: &mut Vec<Vec<Bars>>) -> Vec<Bars> {
        let wide = self.per_row() * WIDE;
        let cores = match rows.len() * wide {
            ..FEW => 1,
            _ => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let pieces = rows.chunks(rows.len().div_ceil(cores).max(1));
        let pieces = pieces.map(|rows| (rows, pool.pop().unwrap_or_default()));
        let mut parts = each_on_all_cores(pieces.collect(), |(rows, mut bars)| {
            bars.clear();
            bars.resize(wide, [0; 256]);
            sums::add(&mut bars, &self.blocks, packed, rows);
            bars
        });
        let mut sums = parts.swap_remove(0);
        for part in parts {
            for (bars, part) in sums.iter_mut().zip(&part) {
                for (bar, part) in bars.iter_mut().zip(part) {
                    *bar += part;
                }
            }
            pool.push(part);
        }
        sums
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
        let column = self.column(feature);
        let part = |rows: &mut [u32], spare: &mut [u32]| {
            let (mut low, mut high) = (0, 0);
            for i in 0..rows.len() {
                let row = rows[i];
                let goes_low = usize::from(column[row as usize]) <= bin;
                rows[low] = row;
                spare[high] = row;
                low += usize::from(goes_low);
                high += usize::from(!goes_low);
            }
            rows[low..].copy_from_slice(&spare[..high]);
            low
        };
        if rows.len() <= 2 * PIECE {
            return part(rows, spare);
        }
        let pieces = rows.chunks_mut(PIECE).zip(spare.chunks_mut(PIECE));
        let lows = each_on_all_cores(pieces.collect(), |(rows, spare)| part(rows, spare));
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
