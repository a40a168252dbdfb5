//! What is left of a scenario if the experts had judged a little differently.

use super::Matrix;
use crate::{Error, share::Share};
use detente_forecast::{Draw, on_all_cores};

/// How judgements err.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// Standard deviation of a judgement, in its own unit; above 0. On the usual scale from -3 to 3, 1 is one step.
    pub spread: f64,
    /// Perturbed matrices, 1 or more.
    pub draws: usize,
    /// Seed.
    pub seed: u64,
}

/// How a scenario stands up to noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Robustness {
    /// The scenario.
    pub scenario: Vec<usize>,
    /// Share of the draws in which it is consistent.
    pub consistent: Share,
}

impl Matrix {
    /// In what share of perturbed matrices each scenario is consistent (within `theta`).
    ///
    /// Each judgement between two descriptors of which the first says anything at all on the second is moved by a normal deviate of standard deviation
    /// `spread`, rounded to a whole number, independently; where a whole block is 0 the experts saw no influence, and it stays. All
    /// scenarios see the same draws.
    ///
    /// # Errors
    /// A scenario that is not one of the matrix; a spread that is not above 0; no draws; `theta` below 0.
    pub fn robustness(
        &self,
        scenarios: &[Vec<usize>],
        theta: i32,
        noise: &Noise,
    ) -> Result<Vec<Robustness>, Error> {
        for scenario in scenarios {
            self.check(scenario)?;
        }
        Error::in_range(
            "the spread of a judgement",
            noise.spread,
            "above 0 and below 1000",
            noise.spread > 0.0 && noise.spread < 1000.0,
        )?;
        Error::in_range(
            "the inconsistency that is let pass",
            f64::from(theta),
            "0 or more",
            theta >= 0,
        )?;
        if noise.draws == 0 {
            return Err(Error::TooFew {
                what: "draws of perturbed matrices",
                needed: 1,
                found: 0,
            });
        }
        let kept = on_all_cores(noise.draws, |place| {
            let matrix = self.perturbed(noise.spread, &mut Draw::of(noise.seed, place, 0));
            let holds = |scenario: &Vec<usize>| {
                let scores = matrix.scores(scenario);
                matrix
                    .shortfalls(&scores, scenario)
                    .all(|short| short <= theta)
            };
            scenarios.iter().map(holds).collect::<Vec<bool>>()
        });
        scenarios
            .iter()
            .enumerate()
            .map(|(i, scenario)| {
                let times = kept.iter().filter(|holds| holds[i]).count();
                Ok(Robustness {
                    scenario: scenario.clone(),
                    consistent: Share::of(times, noise.draws)?,
                })
            })
            .collect()
    }

    fn perturbed(&self, spread: f64, draw: &mut Draw) -> Self {
        let mut other = self.clone();
        for (&from, &rows) in self.starts.iter().zip(&self.sizes) {
            for (&to, &columns) in self.starts.iter().zip(&self.sizes) {
                let cells = (from..from + rows)
                    .flat_map(|row| (to..to + columns).map(move |c| row * self.states + c));
                let cells: Vec<usize> = cells.collect();
                if cells.iter().any(|&cell| self.judgements[cell] != 0) {
                    for cell in cells {
                        other.judgements[cell] += (spread * draw.normal()).round() as i32;
                    }
                }
            }
        }
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::somewhereland::{published, somewhereland};

    /// One descriptor acts on another of two states: its row promotes the first by `lead`.
    fn one_link(lead: i32) -> Matrix {
        let rows = [vec![0, lead, 0], vec![0, 0, 0], vec![0, 0, 0]];
        Matrix::new(&[1, 2], &rows).unwrap()
    }

    #[test]
    fn one_link_survives_as_often_as_the_normal_law_says() {
        // consistent while lead + e1 >= e2, with e1, e2 rounded normals of spread 1: P(e = -2..2) = .060598, .241730, .382925, .241730, .060598
        let p = [
            0.005977, 0.060598, 0.241730, 0.382925, 0.241730, 0.060598, 0.005977,
        ];
        let mut want = 0.0;
        for (i, a) in p.iter().enumerate() {
            for (j, b) in p.iter().enumerate() {
                if 1 + i as i32 >= j as i32 {
                    want += a * b;
                }
            }
        }
        let noise = Noise {
            spread: 1.0,
            draws: 40_000,
            seed: 3,
        };
        let kept = one_link(1).robustness(&[vec![0, 0]], 0, &noise).unwrap();
        let share = kept[0].consistent.value;
        // four standard errors of a share of 40,000
        assert!((share - want).abs() < 0.008, "{share} {want}");
    }

    #[test]
    fn little_noise_changes_nothing_and_empty_blocks_stay_empty() {
        let noise = |spread| Noise {
            spread,
            draws: 200,
            seed: 1,
        };
        let scenarios = published();
        let kept = somewhereland()
            .robustness(&scenarios, 0, &noise(0.05))
            .unwrap();
        assert!(kept.iter().all(|r| r.consistent.value == 1.0));
        let much = somewhereland()
            .robustness(&scenarios, 0, &noise(2.0))
            .unwrap();
        assert!(much.iter().all(|r| r.consistent.value < 0.9));
        // without judgements nothing is drawn, and all stays consistent
        let none = one_link(0)
            .robustness(&[vec![0, 1]], 0, &noise(5.0))
            .unwrap();
        assert_eq!(none[0].consistent.value, 1.0);
    }

    #[test]
    fn what_is_better_founded_lasts_longer() {
        let noise = Noise {
            spread: 0.8,
            draws: 2000,
            seed: 9,
        };
        let matrix = somewhereland();
        let kept = matrix.robustness(&published(), 0, &noise).unwrap();
        let of = |s: &[usize]| kept.iter().find(|r| r.scenario == s).unwrap();
        // the crisis, A1 B3 C1 D2 E3 F3, has a margin of 1; A3 B1 C3 D2 E1 F1 one of 0
        let (crisis, thin) = (of(&[0, 2, 0, 1, 2, 2]), of(&[2, 0, 2, 1, 0, 0]));
        let margin = |s: &[usize]| matrix.consistency_value(s).unwrap().unwrap();
        assert!(margin(&crisis.scenario) > margin(&thin.scenario));
        assert!(crisis.consistent.lo > thin.consistent.hi);
    }
}
