//! Is the relation realistic, that is, does its past tell the next period better than its long-run average does?

use crate::Error;
use crate::describe::{mean, sample_sd, sorted_quantile};
use crate::distribution::{bits, normal_ln_density};
use crate::error::{enough, in_range};
use crate::line::Line;
use crate::random::Random;
use crate::series::{self, Point};

/// How the skill is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkillSettings {
    /// Fewest past points before the first forecast.
    pub min_past: usize,
    /// Fewest scored forecasts for a verdict.
    pub min_scored: usize,
    /// Length of a bootstrap block, in forecasts.
    pub block: usize,
    /// Bootstrap draws.
    pub draws: usize,
    /// Probability of the interval.
    pub level: f64,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl SkillSettings {
    /// Monthly series: 24 months of past, blocks of 6 months.
    pub const MONTHLY: Self = Self {
        min_past: 24,
        min_scored: 24,
        block: 6,
        draws: 2000,
        level: 0.9,
        seed: 1994,
    };
    /// Yearly series: 8 years of past, blocks of 3 years.
    pub const YEARLY: Self = Self {
        min_past: 8,
        min_scored: 8,
        block: 3,
        draws: 2000,
        level: 0.9,
        seed: 1994,
    };
}

/// A normal forecast of one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Mean.
    pub mean: f64,
    /// Variance, with the uncertainty of the fitted parameters.
    pub variance: f64,
}

/// One period that was forecast and came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Period that was forecast.
    pub t: i32,
    /// What came.
    pub value: f64,
    /// The AR(1) forecast.
    pub forecast: Forecast,
    /// The climatological forecast: mean and variance of everything before.
    pub climatology: Forecast,
    /// Log-score of the forecast over that of climatology, in bits; above 0 is better than climatology.
    pub bits: f64,
}

/// What may be said of the skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The interval lies above 0.
    Skill,
    /// The interval holds 0: no demonstrated skill.
    NoDemonstratedSkill,
    /// The interval lies below 0: the forecast is worse than the average.
    WorseThanClimatology,
}

/// Out-of-sample skill of the one-step forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Skill {
    /// Mean log-score over climatology in bits a period; above 0 is better, 0 is none.
    pub bits: f64,
    /// Lower end of the bootstrap interval.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Number of scored forecasts.
    pub n: usize,
    /// The wording that the interval allows.
    pub verdict: Verdict,
    /// Every scored forecast.
    pub scored: Vec<Scored>,
}

/// Every one-step forecast that the series allows: for each period whose neighbour before it is there and that has `min_past`
/// points before it, an AR(1) and a climatology, both fitted on those points alone. A period is left out if its past has fewer
/// than three pairs of neighbours or does not vary. Nothing at or after `t` enters the forecast of `t`.
///
/// ```text
/// climatology: N(m, s^2 (1 + 1/n))          AR(1): N(a + b x[t-1], se^2 (1 + 1/k + (x[t-1] - xbar)^2 / Sxx))
/// ```
pub fn one_step(series: &[Point], min_past: usize) -> Result<Vec<Scored>, Error> {
    series::check(series)?;
    let mut scored = Vec::new();
    for i in min_past.max(3)..series.len() {
        let (past, (t, value)) = (&series[..i], series[i]);
        let (last_t, last) = series[i - 1];
        if t - last_t != 1 {
            continue;
        }
        let pairs: Vec<(f64, f64)> = series::consecutive(past).map(|(_, a, b)| (a, b)).collect();
        let values = series::values(past);
        let (Some(line), Some(average), Some(sd)) =
            (Line::through(&pairs), mean(&values), sample_sd(&values))
        else {
            continue;
        };
        let climatology = Forecast {
            mean: average,
            variance: sd * sd * (1.0 + 1.0 / i as f64),
        };
        let forecast = Forecast {
            mean: line.at(last),
            variance: line.prediction_variance(last),
        };
        if climatology.variance <= 0.0 || forecast.variance <= 0.0 {
            continue;
        }
        let score = |f: Forecast| normal_ln_density(value, f.mean, f.variance);
        scored.push(Scored {
            t,
            value,
            forecast,
            climatology,
            bits: bits(score(forecast) - score(climatology)),
        });
    }
    Ok(scored)
}

/// Mean log-score skill (Good 1952, JRSS B 14: 107-114; Gneiting & Raftery 2007, Journal of the American Statistical
/// Association 102: 359-378) of the one-step AR(1) forecast over climatology, with a circular block bootstrap interval (Politis & Romano
/// 1992), since neighbouring scores are not independent.
///
/// # Errors
/// Fewer than `min_scored` scored forecasts; settings out of range; a bad series.
pub fn skill(series: &[Point], settings: &SkillSettings) -> Result<Skill, Error> {
    let SkillSettings {
        min_past,
        min_scored,
        block,
        draws,
        level,
        seed,
    } = *settings;
    in_range("the block length", block as f64, "1 or more", block >= 1)?;
    in_range(
        "the number of draws",
        draws as f64,
        "100 or more",
        draws >= 100,
    )?;
    in_range(
        "the level of the interval",
        level,
        "between 0 and 1",
        level > 0.0 && level < 1.0,
    )?;
    let scored = one_step(series, min_past)?;
    enough("scored one-step forecasts", scored.len(), min_scored.max(2))?;
    let scores: Vec<f64> = scored.iter().map(|s| s.bits).collect();
    let n = scores.len();
    let (lo, hi) = block_bootstrap(&scores, block.min(n), draws, level, seed);
    let verdict = if lo > 0.0 {
        Verdict::Skill
    } else if hi < 0.0 {
        Verdict::WorseThanClimatology
    } else {
        Verdict::NoDemonstratedSkill
    };
    Ok(Skill {
        bits: scores.iter().sum::<f64>() / n as f64,
        lo,
        hi,
        n,
        verdict,
        scored,
    })
}

/// Percentile interval of the mean under a circular block bootstrap; `scores` is not empty and `block` within 1..=len.
fn block_bootstrap(
    scores: &[f64],
    block: usize,
    draws: usize,
    level: f64,
    seed: u64,
) -> (f64, f64) {
    let n = scores.len();
    let mut random = Random::new(seed);
    let mut means: Vec<f64> = (0..draws)
        .map(|_| {
            let (mut sum, mut taken) = (0.0, 0);
            while taken < n {
                let start = random.below(n);
                let length = block.min(n - taken);
                sum += (0..length).map(|k| scores[(start + k) % n]).sum::<f64>();
                taken += length;
            }
            sum / n as f64
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    (
        sorted_quantile(&means, (1.0 - level) / 2.0),
        sorted_quantile(&means, (1.0 + level) / 2.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::normal_quantile;
    use proptest::prelude::*;

    fn autoregression(phi: f64, n: i32, seed: u64) -> Vec<Point> {
        let mut random = Random::new(seed);
        let mut x = 0.0;
        (0..n)
            .map(|t| {
                x = phi * x + normal_quantile(random.uniform().clamp(1e-12, 1.0 - 1e-12));
                (t, x)
            })
            .collect()
    }

    #[test]
    fn hand_worked_forecast() {
        // past 0, 1, 1, 3; next 2. Climatology: mean 5/4, s2 = (25 + 1 + 1 + 49) / 16 / 3 = 19/12, variance 19/12 * 5/4 = 95/48.
        // AR(1) on (0,1) (1,1) (1,3): xbar 2/3, Sxx 2/3, Sxy = (-2/3)(-2/3) + (1/3)(-2/3) + (1/3)(4/3) = 2/3, b = 1, a = 1,
        // residuals 0, -1, 1: s2 = 2 / 1 = 2; at x = 3: mean 4, variance 2 (1 + 1/3 + (7/3)^2 / (2/3)) = 2 * 9.5 = 19
        let scored = one_step(&[(1, 0.0), (2, 1.0), (3, 1.0), (4, 3.0), (5, 2.0)], 4).unwrap();
        assert_eq!(scored.len(), 1);
        let s = scored[0];
        assert!(
            (s.climatology.mean - 1.25).abs() < 1e-12
                && (s.climatology.variance - 95.0 / 48.0).abs() < 1e-12
        );
        assert!(
            (s.forecast.mean - 4.0).abs() < 1e-12 && (s.forecast.variance - 19.0).abs() < 1e-12
        );
        // ln ratio = .5 ln(v_c / v_f) + (2 - 1.25)^2 / (2 v_c) - (2 - 4)^2 / (2 v_f)
        let v = 95.0f64 / 48.0;
        let nats = 0.5 * (v / 19.0).ln() + 0.5625 / (2.0 * v) - 4.0 / 38.0;
        assert!((s.bits - nats / 2f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn memory_has_skill_and_noise_has_none() {
        let remembers = skill(&autoregression(0.9, 360, 1), &SkillSettings::MONTHLY).unwrap();
        assert_eq!((remembers.verdict, remembers.n), (Verdict::Skill, 336));
        // in the limit the skill of AR(1) over its own stationary law is -log2(sqrt(1 - phi^2)) = 1.198 bits
        assert!((0.6..1.8).contains(&remembers.bits), "{}", remembers.bits);
        let forgets = skill(&autoregression(0.0, 360, 2), &SkillSettings::MONTHLY).unwrap();
        assert_ne!(forgets.verdict, Verdict::Skill);
        assert!(
            forgets.bits.abs() < 0.05 && forgets.lo < forgets.bits && forgets.bits < forgets.hi
        );
    }

    #[test]
    fn same_seed_same_interval() {
        let x = autoregression(0.5, 100, 3);
        let once = skill(&x, &SkillSettings::MONTHLY).unwrap();
        assert_eq!(once, skill(&x, &SkillSettings::MONTHLY).unwrap());
        let other = skill(
            &x,
            &SkillSettings {
                seed: 2,
                ..SkillSettings::MONTHLY
            },
        )
        .unwrap();
        assert_eq!(once.bits, other.bits);
        assert_ne!(once.lo, other.lo);
    }

    #[test]
    fn bootstrap_of_independent_scores_has_the_textbook_width() {
        // block 1: the standard error of a mean; scores -1, 1 in turn have sd 1, so 1.645 / sqrt 400 = .0822
        let scores: Vec<f64> = (0..400)
            .map(|i| if i % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        let (lo, hi) = block_bootstrap(&scores, 1, 4000, 0.9, 9);
        assert!(
            (hi - 0.0822).abs() < 0.008 && (lo + 0.0822).abs() < 0.008,
            "{lo} {hi}"
        );
        // whole pairs cancel: blocks of 2 leave nothing of it
        let (lo, hi) = block_bootstrap(&scores, 2, 500, 0.9, 9);
        assert!(lo.abs() < 1e-12 && hi.abs() < 1e-12);
    }

    #[test]
    fn too_short_says_how_much_is_needed() {
        let got = skill(&autoregression(0.5, 30, 4), &SkillSettings::MONTHLY);
        assert_eq!(
            got,
            Err(Error::TooFew {
                what: "scored one-step forecasts",
                needed: 24,
                found: 6
            })
        );
        let flat: Vec<Point> = (0..100).map(|t| (t, 1.0)).collect();
        assert!(matches!(
            skill(&flat, &SkillSettings::MONTHLY),
            Err(Error::TooFew { found: 0, .. })
        ));
    }

    #[test]
    fn no_forecast_across_a_gap() {
        let mut x = autoregression(0.5, 40, 5);
        x.remove(30);
        let t: Vec<i32> = one_step(&x, 24).unwrap().iter().map(|s| s.t).collect();
        assert!(!t.contains(&30) && !t.contains(&31) && t.contains(&32));
    }

    proptest! {
        #[test]
        fn the_future_changes_no_past_score(seed in 0u64..500, cut in 30usize..59, junk in -1e6f64..1e6) {
            let clean = autoregression(0.6, 60, seed);
            let mut corrupt = clean.clone();
            for point in &mut corrupt[cut..] {
                point.1 = junk + f64::from(point.0);
            }
            let before = |x: &[Point]| -> Vec<Scored> {
                one_step(x, 24).unwrap().into_iter().filter(|s| (s.t as usize) < cut).collect()
            };
            prop_assert_eq!(before(&clean), before(&corrupt));
        }
    }
}
