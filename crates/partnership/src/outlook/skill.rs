//! Skill with its interval, and the words that the interval allows.

use detente_forecast::bootstrap::{Cell, Paired, Settings, Statistic, Verdict};

use serde::{Deserialize, Serialize};

use super::SEED;

/// Resamples of the bootstrap.
const RESAMPLES: usize = 300;
/// Fewest stretches, each as long as a forecast reaches, that the origins must fill for an interval.
pub const STRETCHES: usize = 3;

/// A mean score against that of a baseline. Above 0 is better than the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// The mean.
    pub mean: f64,
    /// The ends of its 90 % interval; `None` where the origins are too few for one.
    pub interval: Option<(f64, f64)>,
    /// Cells scored.
    pub n: usize,
}

impl Skill {
    /// The skill of scored cells, both scores the lower the better, with the bootstrap over units and stretches of origins
    /// ([`Paired::by_unit_and_origin`]), each `block` origins long, since forecasts that overlap are right and wrong together;
    /// where the origins do not fill three, there is no interval. `None` without cells, and for a share of a baseline whose
    /// scores add up to 0.
    pub fn of(cells: Vec<Cell>, statistic: Statistic, block: usize) -> Option<Skill> {
        let n = cells.len();
        let paired = Paired::new(cells).ok()?;
        let mean = paired.estimate(statistic);
        let settings = Settings {
            draws: RESAMPLES,
            seed: SEED,
            ..Settings::default()
        };
        let interval = (paired.origins() >= STRETCHES * block)
            .then(|| paired.by_unit_and_origin(statistic, block, &settings).ok())
            .flatten()
            .map(|i| (i.lo, i.hi));
        mean.is_finite().then_some(Skill { mean, interval, n })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(gains: &[f64], block: usize) -> Skill {
        let cells = gains.iter().zip(0..).map(|(gain, origin)| Cell {
            unit: 0,
            origin,
            score: 2.0 - gain,
            reference: 2.0,
        });
        Skill::of(cells.collect(), Statistic::Skill, block).unwrap()
    }

    #[test]
    fn the_mean_is_the_gain_over_the_whole() {
        let s = of(&[1.0, 0.0, 1.0], 2);
        assert_eq!((s.interval, s.n), (None, 3));
        assert!((s.mean - 2.0 / 6.0).abs() < 1e-12);
        assert_eq!(s.verdict(), Verdict::NoDemonstratedSkill);
        assert_eq!(Skill::of(Vec::new(), Statistic::Gain, 1), None);
    }

    #[test]
    fn an_interval_needs_three_stretches() {
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
        let s = of(&gains, 6);
        let (lo, hi) = s.interval.unwrap();
        assert!(s.mean.abs() < 1e-12 && lo < -0.05 && hi > 0.05, "{lo} {hi}");
    }
}
