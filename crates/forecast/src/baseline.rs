//! The forecasts that every other forecast is shown beside.

use crate::ensemble::settle;
use crate::{Draw, Error, Forecast, Forecaster, View};

/// Draws from the unit's own last periods (conflictology: Hegre et al. 2024, the benchmark of the VIEWS prediction challenge),
/// at every lead alike. Missing periods are passed over; a unit with none of the window monitored gets no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflictology {
    /// How many periods up to the origin are drawn from.
    pub window: usize,
}

/// Draws from everything that the unit has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Climatology;

/// The last value monitored, as a Poisson mean for counts and as it is for a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Persistence {
    /// Whether the panel holds counts.
    pub counts: bool,
}

impl Forecaster for Conflictology {
    fn name(&self) -> String {
        format!("conflictology-{}", self.window)
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        crate::error::in_range(
            "the window of conflictology",
            self.window as f64,
            "1 or more",
            self.window >= 1,
        )?;
        resample(view, leads, draws, seed, self.window)
    }
}

impl Forecaster for Climatology {
    fn name(&self) -> String {
        "climatology".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        resample(view, leads, draws, seed, usize::MAX)
    }
}

impl Forecaster for Persistence {
    fn name(&self) -> String {
        "persistence".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        for (unit, lead, cell) in forecast.cells_mut() {
            let Some(last) = view.past(unit).iter().rfind(|v| !v.is_nan()) else {
                continue;
            };
            let mut draw = Draw::of(seed, unit, leads[lead]);
            for value in cell.iter_mut() {
                *value = if self.counts {
                    draw.poisson(*last)
                } else {
                    *last
                } as f32;
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

fn resample(
    view: &View,
    leads: &[u32],
    draws: usize,
    seed: u64,
    window: usize,
) -> Result<Forecast, Error> {
    let mut forecast = Forecast::empty(view.units(), leads, draws)?;
    let seen: Vec<Vec<f32>> = (0..view.units())
        .map(|unit| {
            let past = view.past(unit);
            past[past.len().saturating_sub(window)..]
                .iter()
                .filter(|v| !v.is_nan())
                .map(|&v| v as f32)
                .collect()
        })
        .collect();
    for (unit, lead, cell) in forecast.cells_mut() {
        let from = &seen[unit];
        if from.is_empty() {
            continue;
        }
        let mut draw = Draw::of(seed, unit, leads[lead]);
        cell.fill_with(|| from[draw.below(from.len())]);
        settle(cell);
    }
    Ok(forecast)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    fn panel() -> Panel {
        let some = |v: &[f64]| v.iter().map(|&x| Some(x)).collect::<Vec<_>>();
        Panel::new(
            0,
            &[
                some(&[9.0, 9.0, 1.0, 2.0, 77.0]),
                vec![Some(5.0), None, None, None, Some(77.0)],
            ],
        )
        .unwrap()
    }

    fn distinct(cell: Option<&[f32]>) -> Option<Vec<f32>> {
        let mut all = cell?.to_vec();
        all.dedup();
        Some(all)
    }

    #[test]
    fn conflictology_draws_from_its_window_only() {
        let p = panel();
        let f = Conflictology { window: 2 }
            .forecast(&p.at(3), &[1, 6], 200, 7)
            .unwrap();
        assert_eq!(distinct(f.cell(0, 1)), Some(vec![1.0, 2.0]));
        // nobody looked: no forecast, not a forecast of zero
        assert_eq!(f.cell(1, 0), None);
        let all = Climatology.forecast(&p.at(3), &[1], 200, 7).unwrap();
        assert_eq!(distinct(all.cell(0, 0)), Some(vec![1.0, 2.0, 9.0]));
        assert_eq!(distinct(all.cell(1, 0)), Some(vec![5.0]));
    }

    #[test]
    fn persistence_stays() {
        let p = panel();
        let f = Persistence { counts: false }
            .forecast(&p.at(3), &[1], 3, 7)
            .unwrap();
        assert_eq!(f.cell(0, 0), Some(&[2.0f32, 2.0, 2.0][..]));
        let f = Persistence { counts: true }
            .forecast(&p.at(3), &[1], 4000, 7)
            .unwrap();
        let mean = f.cell(0, 0).unwrap().iter().sum::<f32>() / 4000.0;
        assert!((mean - 2.0).abs() < 0.1, "{mean}");
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let p = panel();
        assert!(
            Conflictology { window: 0 }
                .forecast(&p.at(3), &[1], 10, 7)
                .is_err()
        );
        assert!(Climatology.forecast(&p.at(3), &[0], 10, 7).is_err());
        assert!(Climatology.forecast(&p.at(3), &[1], 0, 7).is_err());
    }
}
