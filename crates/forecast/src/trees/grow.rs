//! One tree, leaf by leaf where it gains most.

use super::bins::{Binned, Block, WIDE};
use super::sums::{self, Bars, Bound, Split};
use crate::each_on_all_cores;
use std::borrow::Cow;

/// Additions to sums below which one core does the work.
const FEW: usize = 200_000;

/// Rows that one core parts at once.
const PIECE: usize = 16_384;

/// The features that a tree may split at, the rows that it is grown on, and what these pull.
pub(super) struct Field<'a> {
    /// Which features, ascending.
    features: Vec<usize>,
    /// Of how many bins each of them.
    bins: Vec<usize>,
    blocks: Cow<'a, [Block]>,
    packed: Cow<'a, [i64]>,
}

impl<'a> Field<'a> {
    /// All features of all rows, where they are.
    pub fn whole(rows: &'a Binned, bins: &[usize], packed: &'a [i64]) -> Self {
        Self {
            features: (0..rows.features()).collect(),
            bins: bins.to_vec(),
            blocks: rows.blocks.as_slice().into(),
            packed: packed.into(),
        }
    }

    /// Some features of some rows, laid side by side; its first row is the first of those.
    pub fn some(
        rows: &Binned,
        bins: &[usize],
        packed: &[i64],
        features: Vec<usize>,
        of: &[u32],
    ) -> Self {
        let per_row = features.len().div_ceil(WIDE);
        let mut blocks = vec![[0; WIDE]; of.len() * per_row];
        let parts = of.chunks(PIECE).zip(blocks.chunks_mut(PIECE * per_row));
        each_on_all_cores(parts.collect(), |(of, blocks)| {
            for (row, blocks) in of.iter().zip(blocks.chunks_exact_mut(per_row)) {
                let row = rows.row(*row as usize);
                for (bin, feature) in blocks.as_flattened_mut().iter_mut().zip(&features) {
                    *bin = row[*feature];
                }
            }
        });
        Self {
            bins: features.iter().map(|j| bins[*j]).collect(),
            features,
            blocks: blocks.into(),
            packed: of.iter().map(|row| packed[*row as usize]).collect(),
        }
    }

    fn per_row(&self) -> usize {
        self.features.len().div_ceil(WIDE)
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
    Leaf,
}

/// Memory that one tree after the other grows in.
#[derive(Default)]
pub(super) struct Ground {
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

/// Grows a tree of at most `leaves` leaves and `depth` levels on those of a field's rows that `order` names; it is put in the order of the leaves.
pub(super) fn grow(
    field: &Field,
    order: &mut [u32],
    leaves: usize,
    depth: u32,
    bound: &Bound,
    ground: &mut Ground,
) -> Vec<Node> {
    let Ground { spare, pool } = ground;
    spare.resize(order.len(), 0);
    let mut nodes = vec![Node::Leaf];
    let mut open: Vec<Leaf> = Vec::new();
    let total: i64 = order.iter().map(|row| field.packed[*row as usize]).sum();
    if leaves > 1 && depth > 0 && !order.is_empty() {
        let bars = field.sums(order, pool);
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
        nodes.extend([Node::Leaf; 2]);
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
        let small = field.sums(&order[small], pool);
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
    fn sums(&self, rows: &[u32], pool: &mut Vec<Vec<Bars>>) -> Vec<Bars> {
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
            sums::add(&mut bars, &self.blocks, &self.packed, rows);
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
        let bytes = self.blocks.as_flattened();
        let stride = self.per_row() * WIDE;
        let part = |rows: &mut [u32], spare: &mut [u32]| {
            let (mut low, mut high) = (0, 0);
            for i in 0..rows.len() {
                let row = rows[i];
                let goes_low = usize::from(bytes[row as usize * stride + feature]) <= bin;
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
