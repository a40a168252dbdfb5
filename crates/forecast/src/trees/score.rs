//! What trees tell at a row.

use super::bins::Bins;
use super::grow::Node as Grown;

/// A sum of regression trees.
#[derive(Debug, Clone, PartialEq)]
pub struct Trees {
    features: usize,
    base: f64,
    trees: Vec<Tree>,
    gains: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
struct Tree {
    nodes: Vec<Node>,
    /// The step of each node that is a leaf.
    steps: Vec<f64>,
    /// Levels of splits.
    depth: usize,
}

/// To `low` up to the edge (and for NaN), else to the one after it. A leaf leads to itself.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    edge: f32,
    feature: u16,
    low: u16,
}

impl Trees {
    pub(super) fn new(features: usize, base: f64) -> Self {
        Self {
            features,
            base,
            trees: Vec::new(),
            gains: vec![0.0; features],
        }
    }

    pub(super) fn push(&mut self, bins: &Bins, grown: &[Grown], steps: &[f64]) {
        let mut depths = vec![0; grown.len()];
        let mut nodes = Vec::with_capacity(grown.len());
        for (i, node) in grown.iter().enumerate() {
            nodes.push(match *node {
                Grown::Leaf => Node {
                    edge: f32::INFINITY,
                    feature: 0,
                    low: i as u16,
                },
                Grown::Split {
                    feature,
                    bin,
                    low,
                    gain,
                } => {
                    depths[low] = depths[i] + 1;
                    depths[low + 1] = depths[i] + 1;
                    self.gains[feature] += gain;
                    Node {
                        edge: bins.edges[feature][bin],
                        feature: feature as u16,
                        low: low as u16,
                    }
                }
            });
        }
        let depth = depths.into_iter().max().unwrap_or(0);
        self.trees.push(Tree {
            nodes,
            steps: steps.to_vec(),
            depth,
        });
    }

    /// The mean of what several tell, as one.
    ///
    /// # Panics
    ///
    /// If there is none, or they are of different features.
    pub fn mean(of: Vec<Self>) -> Self {
        let share = 1.0 / of.len() as f64;
        let mut mean = Self::new(of[0].features, 0.0);
        for one in of {
            assert_eq!(one.features, mean.features, "trees of different features");
            mean.base += share * one.base;
            for (gain, of) in mean.gains.iter_mut().zip(&one.gains) {
                *gain += share * of;
            }
            mean.trees.extend(one.trees.into_iter().map(|mut tree| {
                tree.steps.iter_mut().for_each(|step| *step *= share);
                tree
            }));
        }
        mean
    }

    /// How many features a row has.
    pub fn features(&self) -> usize {
        self.features
    }

    /// How many trees there are.
    pub fn len(&self) -> usize {
        self.trees.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// What the splits at each feature gained, summed over the trees: how much it was used.
    pub fn gains(&self) -> &[f64] {
        &self.gains
    }

    /// The value at a row of features.
    ///
    /// # Panics
    ///
    /// If the row is too short.
    pub fn at(&self, row: &[f32]) -> f64 {
        let step = |tree: &Tree| {
            let mut at = 0;
            loop {
                let node = tree.nodes[at];
                let next =
                    usize::from(node.low) + usize::from(row[usize::from(node.feature)] > node.edge);
                if next == at {
                    return tree.steps[at];
                }
                at = next;
            }
        };
        self.base + self.trees.iter().map(step).sum::<f64>()
    }

    /// The values at many rows, row after row of features, into one place for each. Some rows at a time go down a tree together, which is
    /// faster than one by one.
    ///
    /// # Panics
    ///
    /// If the rows do not fit the places.
    pub fn score(&self, rows: &[f32], out: &mut [f32]) {
        const SIDE: usize = 8;
        let width = self.features;
        assert_eq!(rows.len(), out.len() * width, "a place for each row");
        for (rows, out) in rows.chunks(SIDE * width).zip(out.chunks_mut(SIDE)) {
            if out.len() < SIDE {
                for (row, out) in rows.chunks(width).zip(out) {
                    *out = self.at(row) as f32;
                }
                continue;
            }
            let mut sums = [self.base; SIDE];
            for tree in &self.trees {
                let mut at = [0usize; SIDE];
                for _ in 0..tree.depth {
                    for (k, at) in at.iter_mut().enumerate() {
                        let node = tree.nodes[*at];
                        let value = rows[k * width + usize::from(node.feature)];
                        *at = usize::from(node.low) + usize::from(value > node.edge);
                    }
                }
                for (sum, at) in sums.iter_mut().zip(at) {
                    *sum += tree.steps[at];
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = sum as f32;
            }
        }
    }
}
