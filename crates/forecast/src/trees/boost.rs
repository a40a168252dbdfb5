//! Boosting: tree after tree on what those before left over.

use super::bins::{Binned, Bins};
use super::grow::{Field, Grown, Node, grow};
use super::loss::{Loss, Softmax, Squared};
use super::score::Trees;
use super::sums::{Bound, Scale, chance};
use crate::{Draw, on_all_cores};
use std::sync::Mutex;

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
    let mut kept: Option<Field> = None;
    for tree in 0..growth.trees {
        let mut draw = Draw::of(seed, tree, 0);
        let features: Vec<usize> = some(&useful, growth.features, &mut draw);
        let groups: Vec<usize> = some(
            &(0..starts.len() - 1).collect::<Vec<_>>(),
            growth.groups,
            &mut draw,
        );
        let whole = groups.len() + 1 == starts.len();
        let ranges: Vec<(usize, usize)> = groups
            .iter()
            .map(|g| (starts[*g] as usize, starts[g + 1] as usize))
            .collect();
        let slopes = Slopes::of(
            loss,
            &ranges,
            &score,
            seed.wrapping_add(tree as u64)
                .wrapping_mul(0xd134_2543_de82_ef95),
        );
        let field = match kept.take() {
            Some(field) if whole && field.features == features => field,
            _ => Field::of(rows, &counts, features, &ranges),
        };
        let bound = Bound {
            scale: slopes.scale,
            leaf: growth.leaf,
            shrink: growth.shrink,
        };
        let grown = grow(&field, &slopes.packed, growth.leaves, growth.depth, &bound);
        let steps = steps(&grown, &slopes, growth);
        if whole {
            for (node, step) in grown.nodes.iter().zip(&steps) {
                if let Node::Leaf { start, end } = node {
                    for row in &grown.order[*start..*end] {
                        score[*row as usize] += step;
                    }
                }
            }
        } else {
            walk(&grown, &steps, rows, &mut score);
        }
        trees.push(bins, &grown.nodes, &steps);
        kept = Some(field);
    }
    trees
}

/// A share of some, drawn without replacement, in their order.
fn some(of: &[usize], share: f64, draw: &mut Draw) -> Vec<usize> {
    let mut wanted = ((of.len() as f64 * share).round() as usize).clamp(1.min(of.len()), of.len());
    let mut left = of.len();
    let mut kept = Vec::with_capacity(wanted);
    for one in of {
        if wanted == left || draw.below(left) < wanted {
            if wanted == 0 {
                break;
            }
            kept.push(*one);
            wanted -= 1;
        }
        left -= 1;
    }
    kept
}

/// Pull and weight of the rows that a tree is grown on.
struct Slopes {
    pull: Vec<f32>,
    weight: Vec<f32>,
    packed: Vec<i64>,
    scale: Scale,
}

impl Slopes {
    fn of(loss: &impl Loss, ranges: &[(usize, usize)], score: &[f64], seed: u64) -> Self {
        const PIECE: usize = 16_384;
        let mut pieces: Vec<&[(usize, usize)]> = Vec::new();
        let (mut first, mut size) = (0, 0);
        for (i, (start, end)) in ranges.iter().enumerate() {
            size += end - start;
            if size >= PIECE || i + 1 == ranges.len() {
                pieces.push(&ranges[first..=i]);
                (first, size) = (i + 1, 0);
            }
        }
        let parts = on_all_cores(pieces.len(), |i| {
            let n = pieces[i].iter().map(|(start, end)| end - start).sum();
            let (mut pull, mut weight) = (vec![0.0f32; n], vec![0.0f32; n]);
            let mut at = 0;
            for &(start, end) in pieces[i] {
                let to = at + end - start;
                loss.slopes(
                    start..end,
                    &score[start..end],
                    &mut pull[at..to],
                    &mut weight[at..to],
                );
                at = to;
            }
            let pulls: f64 = pull.iter().map(|p| f64::from(p.abs())).sum();
            let weights: f64 = weight.iter().map(|w| f64::from(*w)).sum();
            (pull, weight, pulls, weights)
        });
        let rows = parts.iter().map(|part| part.0.len()).sum();
        let pulls = parts.iter().map(|part| part.2).sum();
        let weights = parts.iter().map(|part| part.3).sum();
        let scale = Scale::of(rows, pulls, weights);
        let mut starts = vec![0u64];
        for part in &parts {
            starts.push(starts[starts.len() - 1] + part.0.len() as u64);
        }
        let packed = on_all_cores(parts.len(), |i| {
            let (pull, weight, ..) = &parts[i];
            let rows = (starts[i]..).zip(pull.iter().zip(weight));
            rows.map(|(row, (pull, weight))| scale.pack(*pull, *weight, chance(seed, row)))
                .collect::<Vec<i64>>()
        })
        .concat();
        let (mut pull, mut weight) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for part in &parts {
            pull.extend_from_slice(&part.0);
            weight.extend_from_slice(&part.1);
        }
        Self {
            pull,
            weight,
            packed,
            scale,
        }
    }
}

/// The step of each leaf, by the unrounded pulls and weights of its rows; 0 for other nodes.
fn steps(grown: &Grown, slopes: &Slopes, growth: &Growth) -> Vec<f64> {
    on_all_cores(grown.nodes.len(), |i| match grown.nodes[i] {
        Node::Split { .. } => 0.0,
        Node::Leaf { start, end } => {
            let (mut pull, mut weight) = (0.0, growth.shrink);
            for row in &grown.order[start..end] {
                pull += f64::from(slopes.pull[*row as usize]);
                weight += f64::from(slopes.weight[*row as usize]);
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
fn walk(grown: &Grown, steps: &[f64], rows: &Binned, score: &mut [f64]) {
    const PIECE: usize = 16_384;
    let pieces: Vec<_> = score.chunks_mut(PIECE).map(Mutex::new).collect();
    on_all_cores(pieces.len(), |i| {
        let mut score = pieces[i].lock().expect("taken once");
        for (row, score) in (i * PIECE..).zip(score.iter_mut()) {
            let row = rows.row(row);
            let mut at = 0;
            while let Node::Split {
                feature, bin, low, ..
            } = grown.nodes[at]
            {
                at = low + usize::from(usize::from(row[feature]) > bin);
            }
            *score += steps[at];
        }
    });
}
