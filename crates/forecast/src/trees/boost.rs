//! Boosting: tree after tree on what those before left over.

use super::bins::{Binned, Bins, WIDE};
use super::grow::{Field, Ground, Node, grow};
use super::loss::{Loss, Slope, Softmax, Squared};
use super::sample::{Pieces, some};
use super::score::Trees;
use super::sums::{Bound, Scale, chance};
use crate::{Draw, each_on_all_cores};

/// What trees are grown by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// How many trees.
    pub trees: usize,
    /// Leaves of a tree at most.
    pub leaves: usize,
    /// Levels of splits in a tree at most.
    pub depth: u32,
    /// What share of a tree's step is taken, in 0..1.
    pub rate: f64,
    /// Least weight in a leaf: by squared loss how many rows, in ranking the sum of p (1 - p) over them.
    pub leaf: f64,
    /// Weight of rows that pull nowhere added to each leaf, which draws its step to 0.
    pub shrink: f64,
    /// What share of the features a tree is offered, drawn anew for each, in 0..=1; one at least.
    pub features: f64,
    /// What share of the groups a tree is grown on, drawn anew for each, in 0..=1; one at least.
    pub groups: f64,
    /// To find splits, pulls and weights are rounded by chance to multiples of this power of 2 (any other is taken to the next above), and rows
    /// rounded to 0 are passed over. In ranking most rows pull next to nothing: of 60 candidates a third is left at 1/32 and a ninth at 1/8, and the share
    /// that rounding adds to the variance of a sum is below the grain. Steps are of all rows, never rounded. 0: as fine as can be.
    pub grain: f64,
}

/// Groups of rows to be ranked each.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a> {
    /// Where each group of consecutive rows starts, ascending from 0, and after the last the number of rows.
    pub starts: &'a [u32],
    /// What each row is worth: 1 for those that came true, 0 for others. Only shares within a group matter; a group without any is passed over.
    pub worth: &'a [f32],
    /// What each row's score starts from, 0 if empty. It is no part of what the trees tell: it is to be added to that again.
    pub offset: &'a [f32],
}

impl Trees {
    /// Trees that tell `y` by squared loss (Friedman 2001, Annals of Statistics 29: 1189-1232), from its mean on.
    ///
    /// # Panics
    ///
    /// If there is no row, or not one `y` for each.
    pub fn fit(bins: &Bins, rows: &Binned, y: &[f64], growth: &Growth, seed: u64) -> Self {
        assert!(
            !y.is_empty() && y.len() == rows.len(),
            "{} rows and {} values",
            rows.len(),
            y.len()
        );
        let base = y.iter().sum::<f64>() / y.len() as f64;
        let starts: Vec<u32> = (0..=y.len() as u32).collect();
        boost(
            bins,
            rows,
            &starts,
            vec![base; y.len()],
            &Squared { y },
            growth,
            seed,
            base,
        )
    }

    /// Trees whose sum with the offset ranks the rows of a group: boosting of the filtered softmax: each row that
    /// came true against those that did not (with one of them ListNet: Cao et al. 2007, ICML).
    ///
    /// # Panics
    ///
    /// If the groups do not fit the rows.
    pub fn rank(bins: &Bins, rows: &Binned, groups: Groups, growth: &Growth, seed: u64) -> Self {
        let n = rows.len();
        let Groups {
            starts,
            worth,
            offset,
        } = groups;
        assert!(
            starts.first() == Some(&0) && starts.last() == Some(&(n as u32)) && starts.is_sorted(),
            "groups start at 0, ascend and end with the {n} rows"
        );
        assert_eq!(worth.len(), n, "a worth for each row");
        assert!(
            offset.is_empty() || offset.len() == n,
            "an offset for each row"
        );
        let start = match offset {
            [] => vec![0.0; n],
            _ => offset.iter().map(|o| f64::from(*o)).collect(),
        };
        boost(
            bins,
            rows,
            starts,
            start,
            &Softmax { worth },
            growth,
            seed,
            0.0,
        )
    }
}

#[expect(clippy::too_many_arguments, reason = "two callers, both above")]
fn boost(
    bins: &Bins,
    rows: &Binned,
    starts: &[u32],
    mut score: Vec<f64>,
    loss: &impl Loss,
    growth: &Growth,
    seed: u64,
    base: f64,
) -> Trees {
    let counts: Vec<usize> = bins.edges.iter().map(|edges| edges.len() + 1).collect();
    // a feature of one bin can not be split
    let useful: Vec<usize> = (0..counts.len()).filter(|j| counts[*j] > 1).collect();
    let mut trees = Trees::new(bins.features(), base);
    let columns = rows.columns();
    let mut slopes = Slopes::of(score.len());
    let mut ground = Ground::default();
    let pieces = Pieces::of(starts);
    for tree in 0..growth.trees {
        let mut draw = Draw::of(seed, tree, 0);
        let features = some(useful.len(), growth.features, &mut draw);
        let features: Vec<usize> = features.into_iter().map(|i| useful[i]).collect();
        let sample = (growth.groups < 1.0).then(|| {
            let mut sample = vec![false; starts.len() - 1];
            for group in some(sample.len(), growth.groups, &mut draw) {
                sample[group] = true;
            }
            sample
        });
        slopes.take(
            loss,
            &pieces,
            sample.as_deref(),
            &score,
            growth.grain,
            draw.bits(),
        );
        let bound = Bound {
            scale: slopes.scale,
            leaf: growth.leaf,
            shrink: growth.shrink,
        };
        let (field, mut order);
        if features.len() == useful.len() {
            field = Field::whole(rows, &columns, &counts, &slopes.packed);
            order = slopes.kept.clone();
        } else {
            let kept = &slopes.kept;
            field = Field::some(rows, &columns, &counts, &slopes.packed, features, kept);
            order = (0..kept.len() as u32).collect();
        }
        let nodes = grow(
            &field,
            &mut order,
            growth.leaves,
            growth.depth,
            &bound,
            &mut ground,
        );
        drop(field);
        let steps = slopes.steps(&nodes, rows, &pieces, growth);
        slopes.go(&steps, &mut score);
        trees.push(bins, &nodes, &steps);
    }
    trees
}

/// Slopes of the rows that a tree is grown on.
struct Slopes {
    /// Of each row; 0 outside of the sample.
    each: Vec<Slope>,
    /// The same, rounded and packed.
    packed: Vec<i64>,
    scale: Scale,
    /// The rows that are not rounded to 0.
    kept: Vec<u32>,
    /// The leaf that each row is in.
    leaf: Vec<u16>,
}

impl Slopes {
    fn of(rows: usize) -> Self {
        Self {
            each: vec![Slope::default(); rows],
            packed: vec![0; rows],
            scale: Scale::default(),
            kept: Vec::new(),
            leaf: vec![0; rows],
        }
    }

    /// Takes those at these scores, of the groups in the sample.
    fn take(
        &mut self,
        loss: &impl Loss,
        pieces: &Pieces,
        sample: Option<&[bool]>,
        score: &[f64],
        grain: f64,
        seed: u64,
    ) {
        let parts = pieces.parts(&mut self.each);
        let sums = each_on_all_cores(parts, |(groups, _, mut out)| {
            let (mut pulls, mut weights) = (0.0, 0.0);
            for group in groups {
                let rows = pieces.starts[group] as usize..pieces.starts[group + 1] as usize;
                let (mine, rest) = out.split_at_mut(rows.len());
                out = rest;
                if sample.is_none_or(|sample| sample[group]) {
                    loss.slopes(rows.clone(), &score[rows], mine);
                } else {
                    mine.fill(Slope::default());
                }
                for slope in mine {
                    pulls += f64::from(slope.pull.abs());
                    weights += f64::from(slope.weight);
                }
            }
            (pulls, weights)
        });
        let pulls = sums.iter().map(|sum| sum.0).sum();
        let weights = sums.iter().map(|sum| sum.1).sum();
        let scale = Scale::of(grain, score.len(), pulls, weights);
        let parts = pieces.parts(&mut self.packed);
        let kept = each_on_all_cores(parts, |(_, rows, packed)| {
            let mut kept = Vec::with_capacity(rows.len());
            for ((row, packed), slope) in rows.clone().zip(packed).zip(&self.each[rows]) {
                *packed = scale.pack(*slope, chance(seed, row as u64));
                if *packed != 0 {
                    kept.push(row as u32);
                }
            }
            kept
        });
        self.kept.clear();
        kept.iter()
            .for_each(|kept| self.kept.extend_from_slice(kept));
        self.scale = scale;
    }

    /// The step of each leaf, by the unrounded slopes of all rows in it; 0 for other nodes.
    fn steps(
        &mut self,
        nodes: &[Node],
        rows: &Binned,
        pieces: &Pieces,
        growth: &Growth,
    ) -> Vec<f64> {
        let descent = Descent::of(nodes);
        let each = &self.each;
        let sums = each_on_all_cores(pieces.parts(&mut self.leaf), |(_, of, leaf)| {
            descent.leaves(rows, of.start, leaf);
            let mut sums = vec![(0.0, 0.0); nodes.len()];
            for (leaf, slope) in leaf.iter().zip(&each[of]) {
                let sum = &mut sums[usize::from(*leaf)];
                sum.0 += f64::from(slope.pull);
                sum.1 += f64::from(slope.weight);
            }
            sums
        });
        let step = |node: usize| {
            let (mut pull, mut weight) = (0.0, growth.shrink);
            for sums in &sums {
                pull += sums[node].0;
                weight += sums[node].1;
            }
            if weight > 0.0 {
                growth.rate * pull / weight
            } else {
                0.0
            }
        };
        (0..nodes.len()).map(step).collect()
    }

    /// Adds the step of its leaf to each row's score.
    fn go(&self, steps: &[f64], score: &mut [f64]) {
        const PIECE: usize = 65_536;
        let parts = score.chunks_mut(PIECE).zip(self.leaf.chunks(PIECE));
        each_on_all_cores(parts.collect(), |(score, leaf)| {
            for (score, leaf) in score.iter_mut().zip(leaf) {
                *score += steps[usize::from(*leaf)];
            }
        });
    }
}

/// A tree on bins, to go down it fast.
struct Descent {
    steps: Vec<Step>,
    depth: usize,
}

/// Up to `bin` of the feature to `low`, else to the one after it. A leaf leads to itself.
#[derive(Clone, Copy)]
struct Step {
    feature: u16,
    low: u16,
    bin: u8,
}

impl Descent {
    fn of(nodes: &[Node]) -> Self {
        let mut depths = vec![0; nodes.len()];
        let mut steps = Vec::with_capacity(nodes.len());
        for (i, node) in nodes.iter().enumerate() {
            steps.push(match *node {
                Node::Leaf => Step {
                    feature: 0,
                    low: i as u16,
                    bin: u8::MAX,
                },
                Node::Split {
                    feature, bin, low, ..
                } => {
                    depths[low] = depths[i] + 1;
                    depths[low + 1] = depths[i] + 1;
                    Step {
                        feature: feature as u16,
                        low: low as u16,
                        bin: bin as u8,
                    }
                }
            });
        }
        let depth = depths.into_iter().max().unwrap_or(0);
        Self { steps, depth }
    }

    /// The leaf of each row from `first` on.
    fn leaves(&self, rows: &Binned, first: usize, leaves: &mut [u16]) {
        // some at a time, so that one need not wait for the other
        const SIDE: usize = 8;
        let stride = rows.per_row() * WIDE;
        let bytes = &rows.blocks.as_flattened()[first * stride..];
        for (rows, leaves) in bytes.chunks(SIDE * stride).zip(leaves.chunks_mut(SIDE)) {
            leaves.fill(0);
            for _ in 0..self.depth {
                for (row, leaf) in rows.chunks_exact(stride).zip(leaves.iter_mut()) {
                    let step = self.steps[usize::from(*leaf)];
                    *leaf = step.low + u16::from(row[usize::from(step.feature)] > step.bin);
                }
            }
        }
    }
}
