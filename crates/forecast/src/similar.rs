//! What followed when any unit was in a state like this one.

use crate::ensemble::settle;
use crate::error::in_range;
use crate::state::{LEVEL, QUIET, since_event, weighted_means};
use crate::{Draw, Error, Forecast, Forecaster, View};

/// Nearest neighbours in the state of all units' pasts (analogues: Lorenz 1969, Journal of the Atmospheric Sciences 26: 636-646), for
/// units that are active: those with an event in the last [`QUIET`] periods. Quiet ones get no forecast here; see [`Onset`](crate::onset::Onset).
///
/// The state of a unit is made of exponentially weighted means: of log(1 + y) at half-lives of 1.5 and 12 periods, of whether anything
/// happened (6 periods, times `occurrence`) and of the absolute change of log(1 + y) (6 periods). Of all active past unit-periods whose outcome at
/// the same lead is known, the `nearest` by squared distance d are drawn from with weight exp(-`sharpness` d / d_k), d_k that of the farthest
/// taken; a state of the unit itself counts as half as far. Each gives the outcomes at the lead and up to `blur` periods around it, by their
/// ratio to the level:
///
/// ```text
/// y = y' / (m' + 1) * (m + 1)        m = exp(mean of log(1 + y), half-life 1.5) - 1; primes for the analogue
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similar {
    /// How many neighbours are drawn from.
    pub nearest: usize,
    /// How much the nearest are preferred to the farthest of them; 0 is not at all.
    pub sharpness: f64,
    /// Weight of how often anything happened.
    pub occurrence: f64,
    /// How many periods around the lead are drawn from as well.
    pub blur: usize,
}

impl Similar {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        nearest: 1000,
        sharpness: 5.0,
        occurrence: 3.0,
        blur: 3,
    };
}

/// Periods before a unit's state is one to learn from.
const WARM_UP: usize = 12;
const FEATURES: usize = 4;

/// A past or present unit-period.
#[derive(Clone, Copy)]
struct State {
    unit: usize,
    t: usize,
    features: [f64; FEATURES],
}

impl State {
    /// Mean of log(1 + y), which is log(m + 1).
    fn level(&self) -> f64 {
        self.features[0]
    }

    fn distance(&self, other: &Self) -> f64 {
        let pairs = self.features.iter().zip(&other.features);
        let squared: f64 = pairs.map(|(a, b)| (a - b) * (a - b)).sum();
        if self.unit == other.unit {
            squared / 2.0
        } else {
            squared
        }
    }
}

impl Forecaster for Similar {
    fn name(&self) -> String {
        "similar".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        in_range(
            "the neighbours",
            self.nearest as f64,
            "1 or more",
            self.nearest >= 1,
        )?;
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let (mut library, mut own) = (Vec::new(), vec![None; view.units()]);
        for (unit, own) in own.iter_mut().enumerate() {
            let states = self.states(view, unit);
            *own = states
                .last()
                .copied()
                .filter(|s| s.t + 1 == view.past(unit).len());
            library.extend(states.into_iter().filter(|s| s.t >= WARM_UP));
        }
        let gap = view.gap();
        let outcome = |s: &State, ahead: usize| {
            let y = view.past(s.unit).get(s.t + ahead).copied();
            y.filter(|y| !y.is_nan())
        };
        // so many states lack an outcome at some lead: with them added the nearest hold `nearest` with one
        let unknown = library
            .iter()
            .filter(|s| {
                leads
                    .iter()
                    .any(|l| outcome(s, *l as usize + gap).is_none())
            })
            .count();
        let mut near: Vec<(f64, usize)> = Vec::new();
        let mut asked = None;
        for (unit, lead, cell) in forecast.cells_mut() {
            let Some(own) = own[unit] else { continue };
            if asked != Some(unit) {
                near = library.iter().map(|s| own.distance(s)).zip(0..).collect();
                let by_distance =
                    |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
                let enough = self.nearest + unknown;
                if enough < near.len() {
                    near.select_nth_unstable_by(enough, by_distance);
                    near.truncate(enough);
                }
                near.sort_unstable_by(by_distance);
                asked = Some(unit);
            }
            let ahead = leads[lead] as usize + gap;
            let known = near.iter().map(|(d, i)| (*d, &library[*i]));
            let taken: Vec<(f64, &State)> = known
                .filter(|(_, s)| outcome(s, ahead).is_some())
                .take(self.nearest)
                .collect();
            let Some(farthest) = taken.last().map(|n| n.0) else {
                continue;
            };
            let mut so_far = 0.0;
            let running: Vec<f64> = taken
                .iter()
                .map(|(d, _)| {
                    so_far += (-self.sharpness * d / (farthest + 1e-9)).exp();
                    so_far
                })
                .collect();
            let mut draw = Draw::of(seed, unit, leads[lead]);
            for (i, value) in cell.iter_mut().enumerate() {
                let at = draw.uniform_in(i, draws) * so_far;
                let place = running.partition_point(|sum| *sum <= at);
                let state = taken[place.min(taken.len() - 1)].1;
                // a period around the lead is drawn anew until there is an outcome, as there is at the lead itself
                *value = loop {
                    let around = (ahead + draw.below(2 * self.blur + 1)).saturating_sub(self.blur);
                    if let Some(y) = outcome(state, around.max(1)) {
                        break (y * (own.level() - state.level()).exp()).round() as f32;
                    }
                };
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

impl Similar {
    /// The states of a unit in its monitored, active periods.
    fn states(&self, view: &View, unit: usize) -> Vec<State> {
        let past = view.past(unit);
        let changes: Vec<f64> = std::iter::once(f64::NAN)
            .chain(past.windows(2).map(|w| (w[1].ln_1p() - w[0].ln_1p()).abs()))
            .collect();
        let level = weighted_means(past, LEVEL, f64::ln_1p);
        let slow = weighted_means(past, 12.0, f64::ln_1p);
        let often = weighted_means(past, 6.0, |y| f64::from(u8::from(y > 0.0)));
        let change = weighted_means(&changes, 6.0, |c| c);
        let since = since_event(past);
        (0..past.len())
            .filter(|&t| !past[t].is_nan() && since[t] < QUIET)
            .map(|t| State {
                unit,
                t,
                features: [
                    level[t],
                    slow[t],
                    self.occurrence * often[t],
                    if change[t].is_nan() { 0.0 } else { change[t] },
                ],
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    fn count(v: &[f64]) -> Vec<Option<f64>> {
        v.iter().map(|&x| Some(x)).collect()
    }

    #[test]
    fn an_active_unit_learns_from_what_was_like_it() {
        // thirty units always have 2 events, one always has 500: each is its own kind
        let mut rows = vec![vec![Some(500.0); 60]];
        rows.extend(std::iter::repeat_n(vec![Some(2.0); 60], 30));
        rows.push(vec![Some(0.0); 60]);
        let panel = Panel::new(0, &rows).unwrap();
        let few = Similar {
            nearest: 20,
            ..Similar::MONTHLY
        };
        let f = few.forecast(&panel.at(59), &[3], 100, 1).unwrap();
        assert!(f.cell(0, 0).unwrap().iter().all(|v| *v == 500.0));
        assert!(f.cell(7, 0).unwrap().iter().all(|v| *v == 2.0));
        // the quiet one is not spoken of
        assert_eq!(f.cell(31, 0), None);
    }

    #[test]
    fn outcomes_are_scaled_to_the_own_level() {
        // unit 0 has 99 for 30 periods and then 199; unit 1 was first looked at in that last period, with 999. At lead 18 the only
        // state with a known outcome is that of unit 0 at 12: 199 / (99 + 1) * (999 + 1) = 1990
        let mut doubling = vec![99.0; 30];
        doubling.push(199.0);
        let mut seen_once = vec![None; 30];
        seen_once.push(Some(999.0));
        let panel = Panel::new(0, &[count(&doubling), seen_once]).unwrap();
        let sharp = Similar {
            blur: 0,
            ..Similar::MONTHLY
        };
        let f = sharp.forecast(&panel.at(30), &[18, 19], 4, 1).unwrap();
        assert_eq!(f.cell(1, 0), Some(&[1990.0f32; 4][..]));
        assert_eq!(f.cell(1, 1), None, "no outcome is known at that lead");
        // three periods after the panel's end the same period is fifteen ahead
        let late = sharp.forecast(&panel.at(33), &[15], 4, 1).unwrap();
        assert_eq!(late.cell(1, 0), f.cell(1, 0));
    }

    #[test]
    fn a_unit_that_was_not_monitored_at_the_origin_gets_no_forecast() {
        let rows = [count(&[3.0; 40]), vec![None; 40]];
        let mut gap = rows[0].clone();
        gap[39] = None;
        let panel = Panel::new(0, &[rows[0].clone(), rows[1].clone(), gap]).unwrap();
        let f = Similar::MONTHLY
            .forecast(&panel.at(39), &[1], 5, 1)
            .unwrap();
        assert!(f.cell(0, 0).is_some());
        assert_eq!((f.cell(1, 0), f.cell(2, 0)), (None, None));
    }
}
