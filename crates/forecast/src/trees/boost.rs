//! Boosting: tree after tree on what those before left over.

use super::bins::{Binned, Bins};
use super::grow::{Field, Ground, Node, grow};
use super::loss::{Loss, Slope, Softmax, Squared};
use super::sample::{PIECE, Sample, some};
use super::score::Trees;
use super::sums::{Bound, Scale, chance};
use crate::{Draw, each_on_all_cores, on_all_cores};

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

    /// Trees whose sum with the offset ranks the rows of a group: boosting of the cross-entropy between the softmax of the scores and
    /// the worth of the rows (ListNet: Cao et al. 2007, ICML).
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
    let mut slopes = Slopes::default();
    let mut ground = Ground::default();
    let mut blocks = Vec::new();
    let all = Sample::whole(starts);
    // features of all rows that the blocks hold already
    let mut laid = Vec::new();
    for tree in 0..growth.trees {
        let mut draw = Draw::of(seed, tree, 0);
        let features: Vec<usize> = some(useful.len(), growth.features, &mut draw);
        let features: Vec<usize> = features.into_iter().map(|i| useful[i]).collect();
        let drawn;
        let sample = if growth.groups < 1.0 {
            drawn = Sample::drawn(starts, growth.groups, &mut draw);
            &drawn
        } else {
            &all
        };
        slopes.take(loss, sample, &score, draw.bits());
        let bound = Bound {
            scale: slopes.scale,
            leaf: growth.leaf,
            shrink: growth.shrink,
        };
        let mut field = Field::of(rows, &counts, features, sample, blocks);
        if !sample.whole || field.features != laid {
            field.lay();
        }
        let nodes = grow(
            &field,
            &slopes.packed,
            growth.leaves,
            growth.depth,
            &bound,
            &mut ground,
        );
        let steps = steps(&nodes, &ground.order, &slopes.each, growth);
        if sample.whole {
            for (node, step) in nodes.iter().zip(&steps) {
                if let Node::Leaf { start, end } = node {
                    for row in &ground.order[*start..*end] {
                        score[*row as usize] += step;
                    }
                }
            }
        } else {
            walk(&nodes, &steps, rows, &mut score);
        }
        trees.push(bins, &nodes, &steps);
        laid = if sample.whole {
            field.features
        } else {
            Vec::new()
        };
        blocks = field.blocks;
    }
    trees
}

/// Slopes of the rows that a tree is grown on, as they are and packed.
#[derive(Default)]
struct Slopes {
    each: Vec<Slope>,
    packed: Vec<i64>,
    scale: Scale,
}

impl Slopes {
    /// Those at these scores, in the memory of the last.
    fn take(&mut self, loss: &impl Loss, sample: &Sample, score: &[f64], seed: u64) {
        let rows = sample.rows();
        self.each.resize(rows, Slope::default());
        self.packed.resize(rows, 0);
        let sums = each_on_all_cores(sample.parts(&mut self.each, 1), |(groups, mut out)| {
            let (mut pulls, mut weights) = (0.0, 0.0);
            for group in groups {
                let (mine, rest) = out.split_at_mut(group.len());
                loss.slopes(group.clone(), &score[group.clone()], mine);
                for slope in mine {
                    pulls += f64::from(slope.pull.abs());
                    weights += f64::from(slope.weight);
                }
                out = rest;
            }
            (pulls, weights)
        });
        let pulls = sums.iter().map(|sum| sum.0).sum();
        let weights = sums.iter().map(|sum| sum.1).sum();
        let scale = Scale::of(rows, pulls, weights);
        let pieces = self.packed.chunks_mut(PIECE).zip(self.each.chunks(PIECE));
        each_on_all_cores(pieces.enumerate().collect(), |(i, (packed, each))| {
            let rows = (i * PIECE) as u64..;
            for ((row, packed), slope) in rows.zip(packed).zip(each) {
                *packed = scale.pack(slope.pull, slope.weight, chance(seed, row));
            }
        });
        self.scale = scale;
    }
}

/// The step of each leaf, by the unrounded slopes of its rows; 0 for other nodes.
fn steps(nodes: &[Node], order: &[u32], slopes: &[Slope], growth: &Growth) -> Vec<f64> {
    on_all_cores(nodes.len(), |i| match nodes[i] {
        Node::Split { .. } => 0.0,
        Node::Leaf { start, end } => {
            let (mut pull, mut weight) = (0.0, growth.shrink);
            for row in &order[start..end] {
                let slope = slopes[*row as usize];
                pull += f64::from(slope.pull);
                weight += f64::from(slope.weight);
            }
            if weight > 0.0 {
                growth.rate * pull / weight
            } else {
                0.0
            }
        }
    })
}

/// Adds a tree's steps to the scores of all rows, also of those that it was not grown on.
fn walk(nodes: &[Node], steps: &[f64], rows: &Binned, score: &mut [f64]) {
    let pieces = score.chunks_mut(PIECE).enumerate();
    each_on_all_cores(pieces.collect(), |(i, score)| {
        for (row, score) in (i * PIECE..).zip(score) {
            let mut at = 0;
            while let Node::Split {
                feature, bin, low, ..
            } = nodes[at]
            {
                at = low + usize::from(usize::from(rows.column(feature)[row]) > bin);
            }
            *score += steps[at];
        }
    });
}
