//! Gradient-boosted regression trees on binned features.

/// How many ways a feature is cut, once by cases and once by values; a bin is a byte.
const BINS: usize = 48;

/// What trees are grown by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// How many trees.
    pub trees: usize,
    /// Levels of splits in a tree: 2^depth leaves at most.
    pub depth: u32,
    /// What share of a tree's step is taken, in 0..1.
    pub rate: f64,
    /// Fewest cases in a leaf.
    pub leaf: usize,
    /// Cases of value 0 added to each leaf, which draw its step to 0.
    pub shrink: f64,
}

/// A sum of regression trees.
#[derive(Debug, Clone, PartialEq)]
pub struct Trees {
    base: f64,
    trees: Vec<Vec<Node>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Node {
    /// Below or at the edge to `low`, else (and NaN) to `low + 1`.
    Split {
        feature: usize,
        edge: f64,
        low: usize,
    },
    Leaf(f64),
}

/// A split found: what it gains, and where it is.
struct Best {
    gain: f64,
    feature: usize,
    bin: usize,
}

impl Trees {
    /// Boosting by squared loss (Friedman 2001, Annals of Statistics 29: 1189-1232), each tree grown level by level on sums over the bins of
    /// each feature (as in Ke et al. 2017, NeurIPS 30: LightGBM). A split is taken where it gains most,
    /// `S_l^2 / (n_l + shrink) + S_r^2 / (n_r + shrink) - S^2 / (n + shrink)` with S the sums of what is left over. Nothing is random;
    /// ties go to the first feature and lowest bin.
    ///
    /// `rows` are of one length, finite and as many as `y`; there is at least one.
    pub fn grow(rows: &[Vec<f64>], y: &[f64], growth: Growth) -> Self {
        let columns = rows[0].len();
        let edges: Vec<Vec<f64>> = (0..columns).map(|j| edges(rows, j)).collect();
        // column by column, for the sums run along one feature
        let bins: Vec<Vec<u8>> = (0..columns)
            .map(|j| {
                rows.iter()
                    .map(|row| edges[j].partition_point(|e| *e < row[j]) as u8)
                    .collect()
            })
            .collect();
        let base = y.iter().sum::<f64>() / y.len() as f64;
        let mut left: Vec<f64> = y.iter().map(|y| y - base).collect();
        let trees = (0..growth.trees)
            .map(|_| tree(&edges, &bins, &mut left, growth))
            .collect();
        Self { base, trees }
    }

    /// The value at a row of features.
    pub fn at(&self, row: &[f64]) -> f64 {
        let value = |tree: &Vec<Node>| {
            let mut place = 0;
            loop {
                match tree[place] {
                    Node::Leaf(value) => return value,
                    Node::Split { feature, edge, low } => {
                        place = if row[feature] <= edge { low } else { low + 1 };
                    }
                }
            }
        };
        self.base + self.trees.iter().map(value).sum::<f64>()
    }
}

/// Inner edges of at most twice `BINS` bins: with as many cases, and with as many distinct values, in each; a value on an edge lies below it.
fn edges(rows: &[Vec<f64>], column: usize) -> Vec<f64> {
    let mut all: Vec<f64> = rows.iter().map(|row| row[column]).collect();
    all.sort_unstable_by(f64::total_cmp);
    let most = all[all.len() - 1];
    let mut edges: Vec<f64> = (1..BINS).map(|k| all[k * all.len() / BINS]).collect();
    // features are mostly 0: the upper part needs edges of its own
    all.dedup();
    edges.extend((1..BINS).map(|k| all[k * all.len() / BINS]));
    edges.sort_unstable_by(f64::total_cmp);
    edges.dedup();
    edges.retain(|e| *e < most);
    edges
}

fn tree(edges: &[Vec<f64>], bins: &[Vec<u8>], left: &mut [f64], growth: Growth) -> Vec<Node> {
    let mut nodes = vec![Node::Leaf(0.0)];
    let mut open: Vec<(usize, Vec<u32>)> = vec![(0, (0..left.len() as u32).collect())];
    for level in 0..=growth.depth {
        let mut next = Vec::new();
        for (place, members) in open {
            let sum: f64 = members.iter().map(|&i| left[i as usize]).sum();
            let best = if level < growth.depth {
                split(edges, bins, left, &members, sum, growth)
            } else {
                None
            };
            let Some(best) = best else {
                let step = growth.rate * sum / (members.len() as f64 + growth.shrink);
                nodes[place] = Node::Leaf(step);
                for &i in &members {
                    left[i as usize] -= step;
                }
                continue;
            };
            let low = nodes.len();
            nodes[place] = Node::Split {
                feature: best.feature,
                edge: edges[best.feature][best.bin],
                low,
            };
            nodes.extend([Node::Leaf(0.0); 2]);
            let column = &bins[best.feature];
            let (below, above): (Vec<u32>, Vec<u32>) = members
                .into_iter()
                .partition(|&i| usize::from(column[i as usize]) <= best.bin);
            next.push((low, below));
            next.push((low + 1, above));
        }
        open = next;
    }
    nodes
}

fn split(
    edges: &[Vec<f64>],
    bins: &[Vec<u8>],
    left: &[f64],
    members: &[u32],
    sum: f64,
    growth: Growth,
) -> Option<Best> {
    let n = members.len();
    let worth = |sum: f64, n: usize| sum * sum / (n as f64 + growth.shrink);
    let mut best: Option<Best> = None;
    let mut sums = [(0.0f64, 0usize); 2 * BINS];
    for (feature, column) in bins.iter().enumerate() {
        sums[..=edges[feature].len()].fill((0.0, 0));
        for &i in members {
            let cell = &mut sums[usize::from(column[i as usize])];
            cell.0 += left[i as usize];
            cell.1 += 1;
        }
        let (mut below, mut count) = (0.0, 0);
        for (bin, cell) in sums[..edges[feature].len()].iter().enumerate() {
            below += cell.0;
            count += cell.1;
            if count < growth.leaf || n - count < growth.leaf {
                continue;
            }
            let gain = worth(below, count) + worth(sum - below, n - count) - worth(sum, n);
            if gain > best.as_ref().map_or(1e-9, |b| b.gain) {
                best = Some(Best { gain, feature, bin });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draw;

    const GROWTH: Growth = Growth {
        trees: 100,
        depth: 3,
        rate: 0.2,
        leaf: 5,
        shrink: 0.0,
    };

    #[test]
    fn one_split_by_hand() {
        // means 1 and 5; one tree of one level with the whole step is exact
        let rows: Vec<Vec<f64>> = (0..10).map(|i| vec![0.0, f64::from(i)]).collect();
        let y = [0.0, 1.0, 2.0, 1.0, 1.0, 5.0, 4.0, 6.0, 5.0, 5.0];
        let one = Growth {
            trees: 1,
            depth: 1,
            rate: 1.0,
            ..GROWTH
        };
        let trees = Trees::grow(&rows, &y, one);
        assert!((trees.at(&[9.0, 4.0]) - 1.0).abs() < 1e-12);
        assert!((trees.at(&[9.0, 4.5]) - 5.0).abs() < 1e-12);
        // with a leaf of 6 no split is left: the mean
        let none = Growth { leaf: 6, ..one };
        assert!((Trees::grow(&rows, &y, none).at(&[0.0, 0.0]) - 3.0).abs() < 1e-12);
        // 5 cases of 0 more in each leaf halve its step of 2 from the mean
        let half = Growth { shrink: 5.0, ..one };
        assert!((Trees::grow(&rows, &y, half).at(&[0.0, 9.0]) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_known_function_is_learnt() {
        let mut draw = Draw::of(3, 0, 0);
        let truth = |x: &[f64]| if x[0] > 0.5 { 2.0 * x[1] } else { -x[1] };
        let rows: Vec<Vec<f64>> = (0..4000)
            .map(|_| (0..4).map(|_| draw.uniform()).collect())
            .collect();
        let y: Vec<f64> = rows
            .iter()
            .map(|x| truth(x) + 0.1 * draw.normal())
            .collect();
        let trees = Trees::grow(&rows, &y, GROWTH);
        let mut squares = 0.0;
        for _ in 0..500 {
            let x: Vec<f64> = (0..4).map(|_| draw.uniform()).collect();
            squares += (trees.at(&x) - truth(&x)).powi(2) / 500.0;
        }
        // the spread of the truth is near 0.9; its jump lies inside of a bin
        assert!(squares.sqrt() < 0.2, "{}", squares.sqrt());
    }
}
