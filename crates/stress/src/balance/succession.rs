//! Where a scenario that is not consistent goes.

use super::Matrix;
use crate::Error;
use detente_forecast::{Draw, on_all_cores};
use std::collections::BTreeMap;

/// Which descriptors change at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Succession {
    /// All that fall short, to their best state.
    Global,
    /// The one that falls most short, to its best state; of equals the first.
    Local,
}

/// A scenario and what followed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trajectory {
    /// The scenarios passed through, the start first, each once.
    pub scenarios: Vec<Vec<usize>>,
    /// Place of the first that returns for ever: the last one is a consistent scenario that stays; one before it begins a cycle.
    pub returns: usize,
}

impl Trajectory {
    /// The scenarios that return for ever: one where it came to rest.
    pub fn attractor(&self) -> &[Vec<usize>] {
        &self.scenarios[self.returns..]
    }
}

/// Where successions end, and how many of the starts end there.
#[derive(Debug, Clone, PartialEq)]
pub struct Attractor {
    /// One consistent scenario, or the scenarios of a cycle in their order, the lowest first.
    pub scenarios: Vec<Vec<usize>>,
    /// Share of the starts that end here, above 0 and up to 1: its basin of attraction.
    pub share: f64,
}

impl Matrix {
    /// Follows a scenario until it comes to rest or returns. A descriptor whose state is among the best stays; one that changes goes to the best
    /// state, of equals to the first.
    ///
    /// # Errors
    /// As [`balances`](Self::balances).
    pub fn succession(&self, start: &[usize], rule: Succession) -> Result<Trajectory, Error> {
        self.check(start)?;
        let mut scenarios = vec![start.to_vec()];
        let mut seen = BTreeMap::from([(start.to_vec(), 0)]);
        loop {
            let next = self.successor(&scenarios[scenarios.len() - 1], rule);
            if let Some(&returns) = seen.get(&next) {
                return Ok(Trajectory { scenarios, returns });
            }
            seen.insert(next.clone(), scenarios.len());
            scenarios.push(next);
        }
    }

    /// Where successions end, the widest basin first. All scenarios are starts if there are no more than `starts`, else so many drawn by the seed.
    ///
    /// # Errors
    /// `starts` of 0.
    pub fn attractors(
        &self,
        rule: Succession,
        starts: usize,
        seed: u64,
    ) -> Result<Vec<Attractor>, Error> {
        if starts == 0 {
            return Err(Error::TooFew {
                what: "starts of successions",
                needed: 1,
                found: 0,
            });
        }
        let all = self.scenarios() <= starts as f64;
        let starts = if all {
            self.scenarios() as usize
        } else {
            starts
        };
        const PIECE: usize = 256;
        let ends = on_all_cores(starts.div_ceil(PIECE), |piece| {
            let mut ends: BTreeMap<Vec<Vec<usize>>, usize> = BTreeMap::new();
            for place in piece * PIECE..starts.min((piece + 1) * PIECE) {
                let start = if all {
                    self.nth(place)
                } else {
                    let mut draw = Draw::of(seed, place, 0);
                    self.sizes.iter().map(|&size| draw.below(size)).collect()
                };
                let mut scenarios = self
                    .succession(&start, rule)
                    .map(|t| t.attractor().to_vec())
                    .unwrap_or_default();
                let lowest = (0..scenarios.len()).min_by_key(|&i| &scenarios[i]);
                scenarios.rotate_left(lowest.unwrap_or(0));
                *ends.entry(scenarios).or_default() += 1;
            }
            ends
        });
        let mut counts: BTreeMap<Vec<Vec<usize>>, usize> = BTreeMap::new();
        for (scenarios, n) in ends.into_iter().flatten() {
            *counts.entry(scenarios).or_default() += n;
        }
        let mut attractors: Vec<(usize, Vec<Vec<usize>>)> =
            counts.into_iter().map(|(s, n)| (n, s)).collect();
        attractors.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let share = |n: usize| n as f64 / starts as f64;
        Ok(attractors
            .into_iter()
            .map(|(n, scenarios)| Attractor {
                scenarios,
                share: share(n),
            })
            .collect())
    }

    /// The scenario of that place when they are counted through, the first descriptor turning fastest.
    fn nth(&self, mut place: usize) -> Vec<usize> {
        let states = self.sizes.iter().map(|&size| {
            let state = place % size;
            place /= size;
            state
        });
        states.collect()
    }

    fn successor(&self, scenario: &[usize], rule: Succession) -> Vec<usize> {
        let scores = self.scores(scenario);
        let mut next = scenario.to_vec();
        let mut worst = 0;
        for (i, balance) in self.by_descriptor(&scores).enumerate() {
            let best = (0..balance.len()).rev().max_by_key(|&l| balance[l]);
            let best = best.unwrap_or(scenario[i]);
            let short = balance[best] - balance[scenario[i]];
            match rule {
                Succession::Global if short > 0 => next[i] = best,
                Succession::Local if short > worst => {
                    worst = short;
                    next.copy_from_slice(scenario);
                    next[i] = best;
                }
                _ => {}
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::Search;
    use crate::balance::somewhereland::{random, somewhereland};

    /// Two descriptors: the second follows the first, the first flees the second.
    fn chase() -> Matrix {
        let rows = [
            vec![0, 0, 1, -1],
            vec![0, 0, -1, 1],
            vec![-1, 1, 0, 0],
            vec![1, -1, 0, 0],
        ];
        Matrix::new(&[2, 2], &rows).unwrap()
    }

    #[test]
    fn a_chase_goes_round() {
        let round = chase().succession(&[0, 0], Succession::Global).unwrap();
        // (0, 0): the first flees to 1; the second follows; and so on
        assert_eq!(round.scenarios, [[0, 0], [1, 0], [1, 1], [0, 1]]);
        assert_eq!(round.returns, 0);
        let all = chase().attractors(Succession::Global, 100, 1).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].scenarios.len(), all[0].share), (4, 1.0));
    }

    #[test]
    fn the_published_scenario_moves_its_one_inconsistent_descriptor() {
        // A2 B1 C3 D1 E1 F1: only D falls short (-7 against 7), so both rules take it to D2 first; then E2 is promoted by D2 and B1, as published
        let matrix = somewhereland();
        for rule in [Succession::Global, Succession::Local] {
            let path = matrix.succession(&[1, 0, 2, 0, 0, 0], rule).unwrap();
            assert_eq!(path.scenarios[1], [1, 0, 2, 1, 0, 0]);
            assert_eq!(path.attractor(), [[1, 0, 2, 1, 1, 0]]);
        }
    }

    #[test]
    fn what_comes_to_rest_is_consistent_and_every_consistent_scenario_rests() {
        for seed in 0..20 {
            let matrix = random(&[3, 2, 4, 3], 3, 0.6, seed);
            for rule in [Succession::Global, Succession::Local] {
                let ends = matrix.attractors(rule, 72, seed).unwrap();
                let total: f64 = ends.iter().map(|a| a.share).sum();
                assert!((total - 1.0).abs() < 1e-12);
                let mut resting: Vec<Vec<usize>> = ends
                    .iter()
                    .filter(|a| a.scenarios.len() == 1)
                    .map(|a| a.scenarios[0].clone())
                    .collect();
                resting.sort();
                let found = matrix.consistent(&Search::default()).unwrap();
                assert_eq!(resting, found.scenarios, "{seed}");
            }
        }
    }

    #[test]
    fn drawn_starts_are_the_same_for_the_same_seed() {
        let matrix = random(&[3; 9], 3, 0.5, 4);
        let ends = |seed| matrix.attractors(Succession::Global, 500, seed).unwrap();
        assert_eq!(ends(1), ends(1));
        assert_ne!(ends(1), ends(2));
    }
}
