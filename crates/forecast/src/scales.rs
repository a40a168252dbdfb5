//! Resampling of a unit's own past, recent values more often, with dispersion that grows with the lead.

use crate::ensemble::settle;
use crate::error::in_range;
use crate::{Draw, Error, Forecast, Forecaster, View};

/// A past value of the unit itself, the recent more often, times a log-normal factor, then Poisson.
///
/// ```text
/// P(age) ~ 2^(-age / half_life)                   age in periods, fewer than `reach`
/// y ~ Poisson(value[age] * exp(s z))              s = spread * sqrt(lead / 12),  z ~ N(0, 1)
/// ```
/// Where `spread` is 0, values are drawn as they are. It generalises conflictology (Hegre et al. 2024), which weighs the last
/// 12 months alike and does not widen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnPast {
    /// Half-life of the weights, in periods.
    pub half_life: f64,
    /// How many periods back are drawn from.
    pub reach: usize,
    /// Standard deviation of the log factor at a lead of 12 periods.
    pub spread: f64,
}

impl Forecaster for OwnPast {
    fn name(&self) -> String {
        format!("own-past-{}-{}", self.half_life, self.spread)
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        let positive = self.half_life > 0.0;
        in_range("the half-life", self.half_life, "above 0", positive)?;
        in_range("the spread", self.spread, "0 or more", self.spread >= 0.0)?;
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
            let spread = self.spread * ((f64::from(leads[lead]) + view.gap() as f64) / 12.0).sqrt();
            let mut draw = Draw::of(seed, unit, leads[lead]);
            for (i, value) in cell.iter_mut().enumerate() {
                let drawn = past.pick(draw.uniform_in(i, draws));
                *value = if drawn > 0.0 && spread > 0.0 {
                    let factor = (spread * draw.normal()).exp();
                    draw.poisson(drawn * factor) as f32
                } else {
                    drawn as f32
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

impl OwnPast {
    fn weigh(&self, past: &[f64]) -> Weighted {
        let newest_first = past.iter().rev().take(self.reach).enumerate();
        let (mut values, mut running, mut so_far) = (Vec::new(), Vec::new(), 0.0);
        for (age, &value) in newest_first.filter(|(_, v)| !v.is_nan()) {
            so_far += (-(age as f64) / self.half_life).exp2();
            values.push(value);
            running.push(so_far);
        }
        running.iter_mut().for_each(|r| *r /= so_far);
        Weighted { values, running }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    const SETTINGS: OwnPast = OwnPast {
        half_life: 1.0,
        reach: 3,
        spread: 0.5,
    };

    #[test]
    fn recent_values_are_drawn_by_their_weights() {
        // weights 1, 1/2, 1/4 of 7/4; what lies beyond the reach has none
        let w = SETTINGS.weigh(&[999.0, 30.0, 20.0, 10.0]);
        assert_eq!(w.values, [10.0, 20.0, 30.0]);
        for (got, want) in w.running.iter().zip([4.0 / 7.0, 6.0 / 7.0, 1.0]) {
            assert!((got - want).abs() < 1e-12);
        }
        assert_eq!((w.pick(0.0), w.pick(0.6), w.pick(1.0)), (10.0, 20.0, 30.0));
        // a gap passes time, but has no weight: 1 and 1/4
        let w = SETTINGS.weigh(&[30.0, f64::NAN, 10.0]);
        assert!((w.running[0] - 0.8).abs() < 1e-12);
    }

    #[test]
    fn dispersion_grows_with_the_lead() {
        let panel = Panel::new(0, &[vec![Some(1000.0); 24], vec![None; 24]]).unwrap();
        let f = SETTINGS
            .forecast(&panel.at(23), &[1, 12], 20_000, 3)
            .unwrap();
        let log_sd = |lead| {
            let logs: Vec<f64> = f
                .cell(0, lead)
                .unwrap()
                .iter()
                .map(|v| f64::from(*v).ln())
                .collect();
            detente_relations::describe::population_sd(&logs).unwrap()
        };
        // variance of the log factor plus 1/1000 of the Poisson
        assert!((log_sd(0) - (0.25f64 / 12.0 + 0.001).sqrt()).abs() < 0.01);
        assert!((log_sd(1) - 0.251f64.sqrt()).abs() < 0.02);
        assert_eq!(f.cell(1, 0), None);
    }

    #[test]
    fn without_spread_values_come_as_they_are() {
        let panel = Panel::new(0, &[vec![Some(3.5), Some(8.0)]]).unwrap();
        let plain = OwnPast {
            spread: 0.0,
            ..SETTINGS
        };
        let f = plain.forecast(&panel.at(1), &[5], 300, 3).unwrap();
        let mut seen = f.cell(0, 0).unwrap().to_vec();
        seen.dedup();
        assert_eq!(seen, [3.5, 8.0]);
        assert!(
            OwnPast {
                half_life: 0.0,
                ..SETTINGS
            }
            .forecast(&panel.at(1), &[5], 3, 3)
            .is_err()
        );
    }
}
