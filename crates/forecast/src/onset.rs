//! Whether anything will happen where nothing has for long, and how much then.

use crate::ensemble::settle;
use crate::linear::{Linear, logistic, logistic_regression};
use crate::state::{WANING, since_event, weighted_means};
use crate::{Design, Draw, Error, Forecast, Forecaster, View};

/// Onset after calm: for units without an event in the last [`WANING`] periods the probability of one at the lead by a logistic regression,
/// its size by resampling what came after calm before. Other units get no forecast here.
///
/// Features: log(1 + periods since the last event), log of how often there was one (exponentially weighted, half-life 120), log(1 + number of
/// neighbours with an event in the last 12 periods), and the lead. Learnt on all calm past unit-periods whose outcome is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onset {
    /// Ridge penalty on the standardised coefficients.
    pub penalty: f64,
    /// Each how manieth period is learnt from: neighbouring ones tell almost the same.
    pub every: usize,
}

impl Onset {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        penalty: 3.0,
        every: 3,
    };
}

/// Periods before a unit's state is one to learn from.
const WARM_UP: usize = 36;
/// Leads that are learnt from, at most: the regression is smooth in them.
const LEADS: usize = 5;

impl Forecaster for Onset {
    fn name(&self) -> String {
        "onset".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let pasts: Vec<Calm> = (0..view.units()).map(|unit| Calm::of(view, unit)).collect();
        let ahead: Vec<u32> = leads.iter().map(|l| l + view.gap() as u32).collect();
        let learnt = self.learn(view, &ahead, &pasts)?;
        for (unit, lead, cell) in forecast.cells_mut() {
            let past = view.past(unit);
            let Some(now) = past.len().checked_sub(1) else {
                continue;
            };
            let Some(features) = pasts[unit].features(now, ahead[lead]) else {
                continue;
            };
            let p = learnt
                .line
                .as_ref()
                .map_or(learnt.rate, |line| logistic(line.at(&features)));
            let mut draw = Draw::of(seed, unit, leads[lead]);
            for (i, value) in cell.iter_mut().enumerate() {
                let u = draw.uniform_in(i, draws);
                let size = (u / p * learnt.sizes.len() as f64) as usize;
                *value = if u < p {
                    learnt.sizes.get(size).copied().unwrap_or(0.0)
                } else {
                    0.0
                };
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

/// What calm pasts teach.
struct Learnt {
    /// The regression; `None` where no onset, or nothing else, was ever seen.
    line: Option<Linear>,
    /// Share of onsets, for want of a regression.
    rate: f64,
    /// Sizes of what came, ascending.
    sizes: Vec<f32>,
}

impl Onset {
    fn learn(&self, view: &View, leads: &[u32], pasts: &[Calm]) -> Result<Learnt, Error> {
        let step = leads.len().div_ceil(LEADS).max(1);
        let (mut rows, mut came, mut sizes) = (Design::new(FEATURES), Vec::new(), Vec::new());
        for (unit, calm) in pasts.iter().enumerate() {
            let past = view.past(unit);
            for &lead in leads.iter().step_by(step) {
                let ahead = lead as usize;
                let first = WARM_UP + ahead % self.every.max(1);
                for t in (first..past.len().saturating_sub(ahead)).step_by(self.every.max(1)) {
                    let outcome = past[t + ahead];
                    let Some(features) = calm.features(t, lead).filter(|_| !outcome.is_nan())
                    else {
                        continue;
                    };
                    rows.push(&features)?;
                    came.push(outcome > 0.0);
                    if outcome > 0.0 {
                        sizes.push(outcome as f32);
                    }
                }
            }
        }
        let rate = (sizes.len() as f64 + 0.5) / (came.len() as f64 + 1.0);
        let line = match logistic_regression(&rows, &came, None, self.penalty) {
            Ok(line) => Some(line),
            // all alike or none at all: the share is all there is
            Err(Error::TooFew { .. }) => None,
            Err(other) => return Err(other),
        };
        sizes.sort_unstable_by(f32::total_cmp);
        Ok(Learnt { line, rate, sizes })
    }
}

const FEATURES: usize = 4;

/// The calm periods of a unit and their features.
struct Calm {
    /// For each period its features but the lead; `None` where the unit is active or was not monitored.
    at: Vec<Option<[f64; FEATURES - 1]>>,
}

impl Calm {
    fn of(view: &View, unit: usize) -> Self {
        let past = view.past(unit);
        let often = weighted_means(past, 120.0, |y| f64::from(u8::from(y > 0.0)));
        let around: Vec<Vec<usize>> = view
            .neighbours(unit)
            .iter()
            .map(|n| since_event(view.past(*n)))
            .collect();
        let at = since_event(past)
            .into_iter()
            .enumerate()
            .map(|(t, since)| {
                (since >= WANING && !past[t].is_nan()).then(|| {
                    let near = around.iter().filter(|n| n[t] < 12).count();
                    [
                        (1.0 + since as f64).ln(),
                        (0.003 + often[t]).ln(),
                        (1.0 + near as f64).ln(),
                    ]
                })
            })
            .collect();
        Self { at }
    }

    fn features(&self, t: usize, lead: u32) -> Option<[f64; FEATURES]> {
        let [since, often, near] = self.at[t]?;
        Some([since, often, near, f64::from(lead)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    /// Forty units that wake every `every` periods for one period with `size` events.
    fn sleepers(every: usize, size: f64) -> Vec<Vec<Option<f64>>> {
        (0..40)
            .map(|unit| {
                (0..240)
                    .map(|t| Some(if (t + unit) % every == 0 { size } else { 0.0 }))
                    .collect()
            })
            .collect()
    }

    fn share(cell: &[f32]) -> f64 {
        cell.iter().filter(|v| **v > 0.0).count() as f64 / cell.len() as f64
    }

    #[test]
    fn the_share_of_onsets_is_that_of_the_past() {
        // each wakes every 50 periods: of its 47 calm periods (3 to 49 after the event), lead 1 finds the event after the last: 1 in 47
        let panel = Panel::new(0, &sleepers(50, 7.0)).unwrap();
        let f = Onset {
            penalty: 1e6,
            every: 1,
        }
        .forecast(&panel.at(239), &[1], 20_000, 1)
        .unwrap();
        let quiet: Vec<&[f32]> = (0..40).filter_map(|u| f.cell(u, 0)).collect();
        assert!(
            !quiet.is_empty() && quiet.len() < 40,
            "active units are not spoken of"
        );
        for cell in quiet {
            assert!((share(cell) - 1.0 / 47.0).abs() < 0.008, "{}", share(cell));
            assert!(cell.iter().all(|v| *v == 0.0 || *v == 7.0));
        }
    }

    #[test]
    fn a_neighbour_at_war_raises_the_odds() {
        // units 0..20 border on one that is at war all the time, and wake; units 20..40 have no neighbour, and never do
        let mut rows = sleepers(40, 3.0);
        rows[20..].fill(vec![Some(0.0); 240]);
        rows.push(vec![Some(9.0); 240]);
        let neighbours = (0..41)
            .map(|u| if u < 20 { vec![40] } else { vec![] })
            .collect();
        let panel = Panel::new(0, &rows)
            .unwrap()
            .with_neighbours(neighbours)
            .unwrap();
        let f = Onset {
            penalty: 1.0,
            every: 1,
        }
        .forecast(&panel.at(239), &[1], 5_000, 1)
        .unwrap();
        let of = |from: usize, to: usize| {
            (from..to)
                .filter_map(|u| f.cell(u, 0))
                .map(share)
                .fold(0.0f64, f64::max)
        };
        assert!(
            of(0, 20) > 5.0 * of(20, 40).max(0.001),
            "{} {}",
            of(0, 20),
            of(20, 40)
        );
    }

    #[test]
    fn nothing_ever_seen_is_no_certainty_of_nothing_and_no_error() {
        let panel = Panel::new(0, &vec![vec![Some(0.0); 100]; 3]).unwrap();
        let f = Onset::MONTHLY.forecast(&panel.at(99), &[1], 50, 1).unwrap();
        // no size was ever seen to draw from
        assert_eq!(share(f.cell(0, 0).unwrap()), 0.0);
        let unseen = Panel::new(0, &[vec![None; 100]]).unwrap();
        assert_eq!(
            Onset::MONTHLY
                .forecast(&unseen.at(99), &[1], 50, 1)
                .unwrap()
                .cell(0, 0),
            None
        );
    }
}
