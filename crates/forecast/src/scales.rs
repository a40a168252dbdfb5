//! Resampling of a unit's own past on two time scales, with dispersion that grows with the lead.

use crate::ensemble::settle;
use crate::{Draw, Error, Forecast, Forecaster, View};

/// Two-scale conflictology: a past value of the unit itself, recent ones more often, times a log-normal factor, then Poisson.
///
/// ```text
/// P(age) = share * 2^(-age/short) / sum + (1 - share) * 2^(-age/long) / sum      age in periods, at most `reach`
/// y ~ Poisson(value[age] * exp(s z)),  s = spread * sqrt(lead / 12),  z ~ N(0, 1)
/// ```
/// It generalises conflictology (Hegre et al. 2024), which weighs the last 12 months alike and does not widen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoScale {
    /// Half-life of the recent scale, in periods.
    pub short: f64,
    /// Half-life of the slow scale, in periods.
    pub long: f64,
    /// Probability of the recent scale.
    pub share: f64,
    /// How many periods back are drawn from.
    pub reach: usize,
    /// Standard deviation of the log factor at a lead of 12 periods.
    pub spread: f64,
}

impl TwoScale {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        short: 1.0,
        long: 12.0,
        share: 0.75,
        reach: 240,
        spread: 0.5,
    };
}

impl Forecaster for TwoScale {
    fn name(&self) -> String {
        "two-scale".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let pasts: Vec<Weighted> = (0..view.units())
            .map(|unit| self.weigh(view.past(unit)))
            .collect();
        for (unit, lead, cell) in forecast.cells_mut() {
            let past = &pasts[unit];
            if past.values.is_empty() {
                continue;
            }
            if past.values.iter().all(|v| *v == 0.0) {
                cell.fill(0.0);
                continue;
            }
            let spread = self.spread * (f64::from(leads[lead]) / 12.0).sqrt();
            let mut draw = Draw::of(seed, unit, leads[lead]);
            for value in cell.iter_mut() {
                let drawn = past.pick(draw.uniform());
                *value = if drawn > 0.0 {
                    let factor = (spread * draw.normal()).exp();
                    draw.poisson(drawn * factor) as f32
                } else {
                    0.0
                };
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

/// Monitored values with the running sum of their weights, scaled to 1.
struct Weighted {
    values: Vec<f64>,
    running: Vec<f64>,
}

impl Weighted {
    fn pick(&self, uniform: f64) -> f64 {
        let i = self.running.partition_point(|sum| *sum <= uniform);
        self.values[i.min(self.values.len() - 1)]
    }
}

impl TwoScale {
    fn weigh(&self, past: &[f64]) -> Weighted {
        let newest_first = past.iter().rev().take(self.reach).enumerate();
        let seen: Vec<(f64, f64)> = newest_first
            .filter(|(_, v)| !v.is_nan())
            .map(|(age, v)| (age as f64, *v))
            .collect();
        let sum = |half_life: f64| {
            seen.iter()
                .map(|(age, _)| (-age / half_life).exp2())
                .sum::<f64>()
        };
        let (short, long) = (sum(self.short), sum(self.long));
        let mut so_far = 0.0;
        let running = seen
            .iter()
            .map(|(age, _)| {
                so_far += self.share * (-age / self.short).exp2() / short
                    + (1.0 - self.share) * (-age / self.long).exp2() / long;
                so_far
            })
            .collect();
        Weighted {
            values: seen.iter().map(|(_, v)| *v).collect(),
            running,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    #[test]
    fn recent_values_are_drawn_by_their_weights() {
        // three values, half-lives 1 and 2, half each: 1/2 * (1, .5, .25)/1.75 + 1/2 * (1, r, .5)/(1.5 + r), r = sqrt .5
        let settings = TwoScale {
            short: 1.0,
            long: 2.0,
            share: 0.5,
            reach: 3,
            spread: 0.0,
        };
        let w = settings.weigh(&[999.0, 30.0, 20.0, 10.0]);
        assert_eq!(w.values, [10.0, 20.0, 30.0]);
        let r = 0.5f64.sqrt();
        let newest = 0.5 / 1.75 + 0.5 / (1.5 + r);
        assert!((w.running[0] - newest).abs() < 1e-12 && (w.running[2] - 1.0).abs() < 1e-12);
        assert_eq!(
            (w.pick(0.0), w.pick(newest + 1e-9), w.pick(1.0)),
            (10.0, 20.0, 30.0)
        );
    }

    #[test]
    fn dispersion_grows_with_the_lead() {
        let panel = Panel::new(0, &[vec![Some(1000.0); 24], vec![None; 24]]).unwrap();
        let f = TwoScale::MONTHLY
            .forecast(&panel.at(23), &[1, 12], 20_000, 3)
            .unwrap();
        let log_sd = |lead| {
            let logs: Vec<f64> = f
                .cell(0, lead)
                .unwrap()
                .iter()
                .map(|v| f64::from(*v).ln())
                .collect();
            let mean = logs.iter().sum::<f64>() / logs.len() as f64;
            (logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / logs.len() as f64).sqrt()
        };
        // variance of the log factor plus 1/1000 of the Poisson
        assert!(
            (log_sd(0) - (0.25f64 / 12.0 + 0.001).sqrt()).abs() < 0.01,
            "{}",
            log_sd(0)
        );
        assert!((log_sd(1) - 0.251f64.sqrt()).abs() < 0.02, "{}", log_sd(1));
        assert_eq!(f.cell(1, 0), None);
    }
}
