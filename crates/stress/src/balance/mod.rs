//! Cross-impact balances: which combinations of expert judgements hold together?
//!
//! Descriptors (a government, an economy) stand in one of a few states each; a judgement says how far one state of one descriptor promotes (above 0) or
//! hinders (below 0) one state of another. A scenario, one state for each descriptor, is **consistent** if no descriptor would be promoted more
//! strongly in another of its states (Weimer-Jehle 2006, Technological Forecasting and Social Change 73: 334-361).
//!
//! ```
//! use detente_stress::balance::{Matrix, Search};
//! // war or peace, closed or open borders: each promotes its like
//! let matrix = Matrix::new(&[2, 2], &[vec![0, 0, 2, -2], vec![0, 0, -2, 2], vec![1, -1, 0, 0], vec![-1, 1, 0, 0]])?;
//! let found = matrix.consistent(&Search::default())?;
//! assert_eq!(found.scenarios, [[0, 0], [1, 1]]);
//! assert!(found.complete);
//! # Ok::<(), detente_stress::Error>(())
//! ```

use crate::Error;

mod noise;
mod search;
#[cfg(test)]
mod somewhereland;
mod succession;

pub use noise::{Noise, Robustness};
pub use search::{Consistent, Search};
pub use succession::{Attractor, Succession, Trajectory};

/// The most states of a descriptor.
const STATES: usize = 64;

/// The largest judgement, so that no sum overflows.
const LARGEST: i32 = 1_000_000;

/// A cross-impact matrix. A scenario of it is a slice with the place of a state, from 0, for each descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    sizes: Vec<usize>,
    /// Where the states of each descriptor begin among all states.
    starts: Vec<usize>,
    /// How many states there are in all.
    states: usize,
    /// By row the state that acts, by column the state acted upon.
    judgements: Vec<i32>,
}

impl Matrix {
    /// A matrix of descriptors with so many states each. `rows` has a row for every state, descriptor by descriptor: what it does to every state, in
    /// the same order.
    ///
    /// # Errors
    /// No descriptor; one without a state or with more than 64; rows that are not as many, or as long, as there are states; a judgement beyond
    /// a million, or one other than 0 of a descriptor on itself.
    pub fn new(sizes: &[usize], rows: &[Vec<i32>]) -> Result<Self, Error> {
        if sizes.is_empty() {
            return Err(Error::TooFew {
                what: "descriptors",
                needed: 1,
                found: 0,
            });
        }
        for &size in sizes {
            Error::in_range(
                "the number of states of a descriptor",
                size as f64,
                "1 to 64",
                (1..=STATES).contains(&size),
            )?;
        }
        let mut starts = Vec::with_capacity(sizes.len());
        let mut states = 0;
        for size in sizes {
            starts.push(states);
            states += size;
        }
        let lengths = std::iter::once(rows.len()).chain(rows.iter().map(Vec::len));
        for found in lengths {
            if found != states {
                return Err(Error::Shape {
                    what: "rows and columns of a cross-impact matrix beside its states",
                    expected: states,
                    found,
                });
            }
        }
        let matrix = Self {
            sizes: sizes.to_vec(),
            starts,
            states,
            judgements: rows.concat(),
        };
        for (i, &start) in matrix.starts.iter().enumerate() {
            for row in start..start + sizes[i] {
                for column in 0..states {
                    let judgement = matrix.judgements[row * states + column];
                    let own = (start..start + sizes[i]).contains(&column);
                    Error::in_range(
                        "a judgement",
                        f64::from(judgement),
                        "from -1,000,000 to 1,000,000, and 0 from a descriptor on itself",
                        judgement.abs() <= LARGEST && (!own || judgement == 0),
                    )?;
                }
            }
        }
        Ok(matrix)
    }

    /// The number of states of each descriptor.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many scenarios there are; infinite beyond the range of a double.
    pub fn scenarios(&self) -> f64 {
        self.sizes.iter().map(|&size| size as f64).product()
    }

    /// What state `k` of descriptor `i` does to state `l` of descriptor `j`; `None` where there is no such state.
    pub fn judgement(&self, (i, k): (usize, usize), (j, l): (usize, usize)) -> Option<i32> {
        let place = |d: usize, s: usize| (s < *self.sizes.get(d)?).then(|| self.starts[d] + s);
        Some(self.row(place(i, k)?)[place(j, l)?])
    }

    /// The impact balance of each descriptor under a scenario: for each of its states the sum of what the scenario does to it.
    ///
    /// # Errors
    /// A scenario with another number of descriptors, or with a state that is not there; as below.
    pub fn balances(&self, scenario: &[usize]) -> Result<Vec<Vec<i32>>, Error> {
        self.check(scenario)?;
        let scores = self.scores(scenario);
        Ok(self.by_descriptor(&scores).map(<[i32]>::to_vec).collect())
    }

    /// By how much each descriptor's state falls short of the state that is promoted most: 0 where it is consistent.
    ///
    /// # Errors
    /// As [`balances`](Self::balances).
    pub fn inconsistencies(&self, scenario: &[usize]) -> Result<Vec<i32>, Error> {
        self.check(scenario)?;
        let scores = self.scores(scenario);
        Ok(self.shortfalls(&scores, scenario).collect())
    }

    /// The least distance, over descriptors with two states or more, between the score of the state and that of the best other state: how much judgement
    /// may err before the scenario is lost. Below 0 where the scenario is inconsistent, by as much as it is; `None` without such a descriptor.
    ///
    /// # Errors
    /// As [`balances`](Self::balances).
    pub fn consistency_value(&self, scenario: &[usize]) -> Result<Option<i32>, Error> {
        self.check(scenario)?;
        let scores = self.scores(scenario);
        let margins = self
            .by_descriptor(&scores)
            .zip(scenario)
            .filter_map(|(balance, &own)| {
                let others = balance.iter().enumerate().filter(|(l, _)| *l != own);
                let best = others.map(|(_, score)| score).max()?;
                Some(balance[own] - best)
            });
        Ok(margins.min())
    }

    /// Total impact score: the sum over descriptors of the scores of the scenario's own states. Higher: better supported by its own logic.
    ///
    /// # Errors
    /// As [`balances`](Self::balances).
    pub fn total_impact(&self, scenario: &[usize]) -> Result<i64, Error> {
        self.check(scenario)?;
        let scores = self.scores(scenario);
        let own = self.by_descriptor(&scores).zip(scenario);
        Ok(own.map(|(balance, &state)| i64::from(balance[state])).sum())
    }

    fn row(&self, state: usize) -> &[i32] {
        &self.judgements[state * self.states..(state + 1) * self.states]
    }

    fn scores(&self, scenario: &[usize]) -> Vec<i32> {
        let mut scores = vec![0; self.states];
        for (start, state) in self.starts.iter().zip(scenario) {
            for (score, judgement) in scores.iter_mut().zip(self.row(start + state)) {
                *score += judgement;
            }
        }
        scores
    }

    fn by_descriptor<'a>(&'a self, scores: &'a [i32]) -> impl Iterator<Item = &'a [i32]> {
        let places = self.starts.iter().zip(&self.sizes);
        places.map(|(&start, &size)| &scores[start..start + size])
    }

    fn shortfalls<'a>(
        &'a self,
        scores: &'a [i32],
        scenario: &'a [usize],
    ) -> impl Iterator<Item = i32> {
        self.by_descriptor(scores)
            .zip(scenario)
            .map(|(balance, &own)| balance.iter().max().map_or(0, |best| best - balance[own]))
    }

    fn check(&self, scenario: &[usize]) -> Result<(), Error> {
        if scenario.len() != self.sizes.len() {
            return Err(Error::Shape {
                what: "states of a scenario beside descriptors",
                expected: self.sizes.len(),
                found: scenario.len(),
            });
        }
        for (&state, &size) in scenario.iter().zip(&self.sizes) {
            Error::in_range(
                "the place of a state in a scenario",
                state as f64,
                "below the number of the descriptor's states",
                state < size,
            )?;
        }
        Ok(())
    }
}
