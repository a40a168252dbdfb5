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
    columns: &'a [Vec<u8>],
    /// Which of all rows its own are, if not all of them.
    of: Option<&'a [u32]>,
}

impl<'a> Field<'a> {
    /// All features of all rows, where they are.
    pub fn whole(
        rows: &'a Binned,
        columns: &'a [Vec<u8>],
        bins: &[usize],
        packed: &'a [i64],
    ) -> Self {
        Self {
            features: (0..rows.features()).collect(),
            bins: bins.to_vec(),
            blocks: rows.blocks.as_slice().into(),
            packed: packed.into(),
            columns,
            of: None,
        }
    }

    /// Some features of some rows, laid side by side; its first row is the first of those.
    pub fn some(
        rows: &Binned,
        columns: &'a [Vec<u8>],
        bins: &[usize],
        packed: &[i64],
        features: Vec<usize>,
        of: &'a [u32],
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
            columns,
            of: Some(of),
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
        let cores = match rows.len() * self.features.len() {
            ..FEW => 1,
            _ => std::thread::available_parallelism().map_or(1, usize::from),
        };
        self.sums_in(cores, rows, pool)
    }

    /// The same in so many parts, which are exact, so that their number changes nothing.
    fn sums_in(&self, parts: usize, rows: &[u32], pool: &mut Vec<Vec<Bars>>) -> Vec<Bars> {
        let pieces = rows.chunks(rows.len().div_ceil(parts).max(1));
        let pieces = pieces.map(|rows| (rows, pool.pop().unwrap_or_default()));
        let mut parts = each_on_all_cores(pieces.collect(), |(rows, mut bars)| {
            bars.clear();
            bars.resize(self.per_row() * WIDE, [0; 256]);
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
        // one column fits where blocks of all features do not
        let column = &self.columns[self.features[feature]];
        match self.of {
            None => part(rows, spare, |row| usize::from(column[row as usize]) <= bin),
            Some(of) => part(rows, spare, |row| {
                usize::from(column[of[row as usize] as usize]) <= bin
            }),
        }
    }
}

fn part(rows: &mut [u32], spare: &mut [u32], goes_low: impl Fn(u32) -> bool + Sync) -> usize {
    let part = |rows: &mut [u32], spare: &mut [u32]| {
        let (mut low, mut high) = (0, 0);
        for i in 0..rows.len() {
            let row = rows[i];
            let goes_low = goes_low(row);
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

#[cfg(test)]
mod tests {
    use super::super::bins::Bins;
    use super::super::sums::chance;
    use super::*;

    #[test]
    fn sums_are_the_same_in_any_number_of_parts() {
        let rows: Vec<f32> = (0..20 * 999).map(|i| chance(1, i) as f32).collect();
        let bins = Bins::learn(&rows, 20, 32);
        let binned = Binned::of(&bins, &rows);
        let packed: Vec<i64> = (0..999).map(|i| i64::from(chance(2, i)) << 20).collect();
        let columns = binned.columns();
        let field = Field::whole(&binned, &columns, &[32; 20], &packed);
        let order: Vec<u32> = (0..999).step_by(2).collect();
        let one = field.sums_in(1, &order, &mut Vec::new());
        for parts in [2, 3, 8, 600] {
            assert_eq!(field.sums_in(parts, &order, &mut Vec::new()), one);
        }
        // the same, bin by bin
        for (feature, bars) in one.iter().take(20).enumerate() {
            let mut wanted = [0; 256];
            for row in &order {
                let bin = binned.row(*row as usize)[feature];
                wanted[usize::from(bin)] += packed[*row as usize];
            }
            assert_eq!(*bars, wanted);
        }
    }

    #[test]
    fn rows_are_parted_in_their_order_on_any_number_of_cores() {
        let goes_low = |row: u32| !row.is_multiple_of(3);
        for n in [10, 100_000] {
            let mut rows: Vec<u32> = (0..n).collect();
            let low = part(&mut rows, &mut vec![0; n as usize], goes_low);
            let wanted = (0..n).filter(|row| goes_low(*row));
            let wanted: Vec<u32> = wanted.chain((0..n).step_by(3)).collect();
            assert_eq!(rows, wanted);
            assert_eq!(low, wanted.len() - (0..n).step_by(3).len());
        }
    }
}
