//! All consistent scenarios, exactly, by branch and bound.

use super::Matrix;
use crate::Error;
use detente_forecast::on_all_cores;

/// Parts that a search is cut into before the cores share them; the same for any number of cores.
const PARTS: usize = 64;

/// What to look for, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// How much inconsistency is let pass in each descriptor, 0 or more: 0 for consistent scenarios, more for weakly consistent ones.
    pub theta: i32,
    /// The most scenarios to list.
    pub most: usize,
    /// The most branches to look into, shared evenly by the parts that the search is cut into, so that it may stop short of it. A million take
    /// about a second, on two cores, for 30 descriptors with 3 states.
    pub branches: u64,
}

impl Default for Search {
    /// Strictly consistent; up to a million scenarios, 100 million branches.
    fn default() -> Self {
        Self {
            theta: 0,
            most: 1_000_000,
            branches: 100_000_000,
        }
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistent {
    /// The scenarios, in the order of their states.
    pub scenarios: Vec<Vec<usize>>,
    /// Branches looked into.
    pub branches: u64,
    /// Whether these are all. `false`: a limit of the search was met first, and what is listed is sound but there may be more.
    pub complete: bool,
}

impl Matrix {
    /// All scenarios in which no descriptor falls short of its best state by more than `theta`.
    ///
    /// The search keeps the states that each descriptor may still take. For each pair of states a, b of a descriptor it knows the most by which a can
    /// still outdo b, `sum over descriptors i of max over open states k of i of (C(ik, a) - C(ik, b))`; where that is below `-theta` for any b,
    /// a is closed, which lowers other such bounds, until nothing more closes. Then the descriptor with the fewest open states is
    /// branched on. The bounds never close a state of a consistent scenario, so the answer is exact; how many branches it takes
    /// depends on the judgements, from a few dozen to all scenarios if every judgement is 0.
    ///
    /// # Errors
    /// `theta` below 0.
    pub fn consistent(&self, search: &Search) -> Result<Consistent, Error> {
        Error::in_range(
            "the inconsistency that is let pass",
            f64::from(search.theta),
            "0 or more",
            search.theta >= 0,
        )?;
        let space = Space::of(self, search.theta);
        let mut open: Vec<Node> = space.root().into_iter().collect();
        let mut branches = 1;
        // broad first, until there is work for all cores
        while open.len() < PARTS && open.iter().any(|node| space.undecided(node).is_some()) {
            let mut next = Vec::new();
            for node in open {
                match space.undecided(&node) {
                    None => next.push(node),
                    Some(at) => {
                        branches += u64::from(node.open[at].count_ones());
                        next.extend(space.children(&node, at));
                    }
                }
            }
            open = next;
        }
        let budget = search.branches.saturating_sub(branches) / open.len().max(1) as u64;
        let parts = on_all_cores(open.len(), |part| {
            let mut walk = Walk {
                space: &space,
                left: budget,
                room: search.most,
                found: Vec::new(),
                complete: true,
            };
            walk.below(open[part].clone());
            (walk.found, budget - walk.left, walk.complete)
        });
        let mut all = Consistent {
            scenarios: Vec::new(),
            branches,
            complete: true,
        };
        for (found, took, complete) in parts {
            all.scenarios.extend(found);
            all.branches += took;
            all.complete &= complete;
        }
        if all.scenarios.len() > search.most {
            all.scenarios.truncate(search.most);
            all.complete = false;
        }
        all.scenarios.sort_unstable();
        Ok(all)
    }
}

/// The matrix as the search needs it.
struct Space {
    sizes: Vec<usize>,
    starts: Vec<usize>,
    /// Where the pairs of states of each descriptor begin.
    pairs: Vec<usize>,
    /// For every state of the matrix, by how much it promotes a over b for all pairs of all descriptors.
    leads: Vec<Vec<i32>>,
    theta: i32,
}

#[derive(Clone)]
struct Node {
    /// For each descriptor the states it may still take, a bit each.
    open: Vec<u64>,
    /// For every pair the most by which a can still outdo b.
    bounds: Vec<i32>,
}

fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros() as usize;
        (set != 0).then(|| {
            set &= set - 1;
            lowest
        })
    })
}

impl Space {
    fn of(matrix: &Matrix, theta: i32) -> Self {
        let mut pairs = Vec::with_capacity(matrix.sizes.len());
        let mut total = 0;
        for size in &matrix.sizes {
            pairs.push(total);
            total += size * size;
        }
        let leads = (0..matrix.states).map(|state| {
            let row = matrix.row(state);
            let mut leads = Vec::with_capacity(total);
            for scores in matrix.by_descriptor(row) {
                for a in scores {
                    leads.extend(scores.iter().map(|b| a - b));
                }
            }
            leads
        });
        Self {
            leads: leads.collect(),
            sizes: matrix.sizes.clone(),
            starts: matrix.starts.clone(),
            pairs,
            theta,
        }
    }

    fn root(&self) -> Option<Node> {
        let open: Vec<u64> = self.sizes.iter().map(|&s| u64::MAX >> (64 - s)).collect();
        let mut bounds = vec![0; self.leads[0].len()];
        for (i, &set) in open.iter().enumerate() {
            for (bound, top) in bounds.iter_mut().zip(self.tops(i, set)) {
                *bound += top;
            }
        }
        let mut node = Node { open, bounds };
        self.settle(&mut node).then_some(node)
    }

    /// The largest leads of the open states of a descriptor.
    fn tops(&self, i: usize, set: u64) -> Vec<i32> {
        let mut states = bits(set).map(|k| &self.leads[self.starts[i] + k]);
        let mut tops = states.next().cloned().unwrap_or_default();
        for leads in states {
            for (top, lead) in tops.iter_mut().zip(leads) {
                *top = (*top).max(*lead);
            }
        }
        tops
    }

    fn narrow(&self, node: &mut Node, i: usize, set: u64) {
        let (before, after) = (self.tops(i, node.open[i]), self.tops(i, set));
        for ((bound, before), after) in node.bounds.iter_mut().zip(&before).zip(&after) {
            *bound += after - before;
        }
        node.open[i] = set;
    }

    /// Closes states until no bound closes another; `false` if a descriptor has none left.
    fn settle(&self, node: &mut Node) -> bool {
        loop {
            let mut still = true;
            for (i, &size) in self.sizes.iter().enumerate() {
                let first = self.pairs[i];
                let mut set = node.open[i];
                for a in bits(set) {
                    let bounds = &node.bounds[first + a * size..first + (a + 1) * size];
                    if bounds.iter().any(|bound| *bound < -self.theta) {
                        set &= !(1 << a);
                    }
                }
                if set == 0 {
                    return false;
                }
                if set != node.open[i] {
                    self.narrow(node, i, set);
                    still = false;
                }
            }
            if still {
                return true;
            }
        }
    }

    /// The descriptor with the fewest open states of those that have more than one.
    fn undecided(&self, node: &Node) -> Option<usize> {
        let counts = node.open.iter().map(|set| set.count_ones()).enumerate();
        let more = counts.filter(|(_, n)| *n > 1);
        more.min_by_key(|&(i, n)| (n, i)).map(|(i, _)| i)
    }

    fn children<'a>(&'a self, node: &'a Node, at: usize) -> impl Iterator<Item = Node> + 'a {
        bits(node.open[at]).filter_map(move |state| {
            let mut child = node.clone();
            self.narrow(&mut child, at, 1 << state);
            self.settle(&mut child).then_some(child)
        })
    }
}

/// One part of the search, depth first.
struct Walk<'a> {
    space: &'a Space,
    left: u64,
    room: usize,
    found: Vec<Vec<usize>>,
    complete: bool,
}

impl Walk<'_> {
    fn below(&mut self, node: Node) {
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            let Some(at) = self.space.undecided(&node) else {
                if self.found.len() == self.room {
                    self.complete = false;
                    return;
                }
                let states = node.open.iter().map(|set| set.trailing_zeros() as usize);
                self.found.push(states.collect());
                continue;
            };
            let more = u64::from(node.open[at].count_ones());
            if more > self.left {
                self.complete = false;
                return;
            }
            self.left -= more;
            stack.extend(self.space.children(&node, at));
        }
    }
}

#[cfg(test)]
mod tests;
