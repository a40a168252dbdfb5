//! Skill with its interval, and the words that the interval allows.

use detente_relations::describe::quantile;
use detente_relations::random::Random;

use super::SEED;

/// Resamples of the bootstrap.
const RESAMPLES: usize = 1000;
/// Fewest stretches, each as long as a forecast reaches, that the origins must fill for an interval.
const STRETCHES: usize = 3;
/// Shortest stretch, in origins: scores of neighbouring months depend on each other at any lead.
const SHORTEST: usize = 6;

/// A mean score against that of a baseline. Above 0 is better than the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skill {
    /// The mean.
    pub mean: f64,
    /// The ends of its 90 % interval; `None` where the origins are too few for one.
    pub interval: Option<(f64, f64)>,
    /// Cells scored.
    pub n: usize,
}

/// What may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The interval lies above 0.
    Skill,
    /// The interval holds 0, or there are too few origins for one.
    NoDemonstratedSkill,
    /// The interval lies below 0.
    Worse,
}

impl Skill {
    /// What the interval allows to say.
    pub fn verdict(&self) -> Verdict {
        match self.interval {
            Some((lo, _)) if lo > 0.0 => Verdict::Skill,
            Some((_, hi)) if hi < 0.0 => Verdict::Worse,
            _ => Verdict::NoDemonstratedSkill,
        }
    }

    /// Whether the interval lies above 0.
    pub fn demonstrated(&self) -> bool {
        self.verdict() == Verdict::Skill
    }
}

/// Sums over the cells of one origin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Origin {
    /// What the forecast gained on the baseline.
    pub gain: f64,
    /// What it is a share of: the baseline's score, or the number of cells.
    pub whole: f64,
    /// Cells.
    pub cells: usize,
}

/// Sums by origin, in their order, at one lead.
#[derive(Debug, Clone)]
pub struct Ratio {
    /// The sums.
    pub origins: Vec<Origin>,
    /// How far the forecasts reach, in origins.
    pub lead: u32,
}

impl Ratio {
    /// Gain as a share of the whole, with the percentile interval of a circular block bootstrap over origins (Politis & Romano
    /// 1992): blocks of 6 origins or of the lead, whichever is longer, since forecasts that overlap are right and wrong together.
    /// All states of an origin stay together, since one month's news moves them all. NaN without cells.
    pub fn skill(&self) -> Skill {
        let whole: f64 = self.origins.iter().map(|o| o.whole).sum();
        let gain: f64 = self.origins.iter().map(|o| o.gain).sum();
        Skill {
            mean: gain / whole,
            interval: self.interval(),
            n: self.origins.iter().map(|o| o.cells).sum(),
        }
    }

    fn interval(&self) -> Option<(f64, f64)> {
        let n = self.origins.len();
        let block = SHORTEST.max(self.lead as usize);
        if n < STRETCHES * block {
            return None;
        }
        let mut random = Random::new(SEED);
        let means: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let (mut gain, mut whole, mut taken) = (0.0, 0.0, 0);
                while taken < n {
                    let start = random.below(n);
                    let length = block.min(n - taken);
                    for k in 0..length {
                        let origin = &self.origins[(start + k) % n];
                        gain += origin.gain;
                        whole += origin.whole;
                    }
                    taken += length;
                }
                gain / whole
            })
            .collect();
        Some((quantile(&means, 0.05)?, quantile(&means, 0.95)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(gains: &[f64], lead: u32) -> Skill {
        let origins = gains.iter().map(|&gain| Origin {
            gain,
            whole: 2.0,
            cells: 1,
        });
        Ratio {
            origins: origins.collect(),
            lead,
        }
        .skill()
    }

    #[test]
    fn the_mean_is_the_gain_over_the_whole() {
        let s = of(&[1.0, 0.0, 3.0], 1);
        assert_eq!((s.mean, s.interval, s.n), (4.0 / 6.0, None, 3));
        assert_eq!(s.verdict(), Verdict::NoDemonstratedSkill);
    }

    #[test]
    fn an_interval_needs_three_stretches_of_the_lead() {
        let gains = vec![1.0; 36];
        assert_eq!(of(&gains, 12).verdict(), Verdict::Skill);
        assert_eq!(of(&gains, 13).verdict(), Verdict::NoDemonstratedSkill);
        let losses = vec![-1.0; 36];
        assert_eq!(of(&losses, 3).verdict(), Verdict::Worse);
    }

    #[test]
    fn gains_and_losses_in_turn_are_no_skill() {
        let gains: Vec<f64> = (0..60)
            .map(|i| if i / 6 % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        let s = of(&gains, 1);
        let (lo, hi) = s.interval.unwrap();
        assert!(s.mean == 0.0 && lo < -0.05 && hi > 0.05, "{lo} {hi}");
    }
}
