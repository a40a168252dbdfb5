//! What followed when any unit was in a state like this one.

use crate::ensemble::settle;
use crate::state::{QUIET, since_event, weighted_means};
use crate::{Draw, Error, Forecast, Forecaster, View};

/// Nearest neighbours in the state of all units' pasts (analogues: Lorenz 1969, Journal of the Atmospheric Sciences 26: 636-646).
///
/// The state of a unit is the exponentially weighted mean of log(1 + y). Of all past unit-periods whose outcome at the same lead is
/// known, the `nearest` in state are drawn from, by their ratio to the state: y / (m + 1) * (own m + 1), with m = exp(state) - 1. A unit
/// without an event for [`QUIET`] periods draws from all that were as quiet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similar {
    /// Half-life of the state, in periods.
    pub half_life: f64,
    /// How many neighbours are drawn from.
    pub nearest: usize,
}

impl Similar {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        half_life: 1.5,
        nearest: 600,
    };
}

/// A past unit-period: its state m + 1, and what came at the lead.
#[derive(Clone, Copy)]
struct Case {
    state: f64,
    outcome: f64,
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
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let states: Vec<Vec<f64>> = (0..view.units())
            .map(|unit| weighted_means(view.past(unit), self.half_life, f64::ln_1p))
            .collect();
        let quiet: Vec<Vec<usize>> = (0..view.units())
            .map(|unit| since_event(view.past(unit)))
            .collect();
        let cases: Vec<(Vec<Case>, Vec<Case>)> = leads
            .iter()
            .map(|&lead| {
                let (mut active, mut still) = (Vec::new(), Vec::new());
                for unit in 0..view.units() {
                    let past = view.past(unit);
                    for (t, &outcome) in past.iter().enumerate().skip(lead as usize) {
                        let from = t - lead as usize;
                        let state = states[unit][from];
                        if outcome.is_nan() || state.is_nan() {
                            continue;
                        }
                        let case = Case { state, outcome };
                        if quiet[unit][from] >= QUIET {
                            &mut still
                        } else {
                            &mut active
                        }
                        .push(case);
                    }
                }
                active.sort_by(|a, b| a.state.total_cmp(&b.state));
                (active, still)
            })
            .collect();
        for (unit, lead, cell) in forecast.cells_mut() {
            let (Some(&own), Some(&still_for)) = (states[unit].last(), quiet[unit].last()) else {
                continue;
            };
            let (active, still) = &cases[lead];
            let from = if still_for >= QUIET {
                still.as_slice()
            } else {
                nearest(active, own, self.nearest)
            };
            if own.is_nan() || from.is_empty() {
                continue;
            }
            let mut draw = Draw::of(seed, unit, leads[lead]);
            for value in cell.iter_mut() {
                let case = from[draw.below(from.len())];
                *value = if case.outcome > 0.0 {
                    (case.outcome * (own - case.state).exp()).round() as f32
                } else {
                    0.0
                };
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

/// The `k` cases nearest in state, of cases sorted by state.
fn nearest(cases: &[Case], state: f64, k: usize) -> &[Case] {
    let k = k.min(cases.len());
    let mut from = cases.partition_point(|c| c.state < state).saturating_sub(k);
    // Move the window up as long as what it gains is nearer than what it loses.
    while from + k < cases.len() && cases[from + k].state - state < state - cases[from].state {
        from += 1;
    }
    &cases[from..from + k]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    #[test]
    fn the_nearest_are_the_nearest() {
        let cases: Vec<Case> = [0.0, 1.0, 2.0, 4.0, 8.0]
            .map(|state| Case {
                state,
                outcome: 0.0,
            })
            .to_vec();
        let states = |at, k| {
            nearest(&cases, at, k)
                .iter()
                .map(|c| c.state)
                .collect::<Vec<_>>()
        };
        assert_eq!(states(3.5, 2), [2.0, 4.0]);
        assert_eq!(states(-1.0, 2), [0.0, 1.0]);
        assert_eq!(states(99.0, 2), [4.0, 8.0]);
        assert_eq!(states(1.0, 9).len(), 5);
    }

    #[test]
    fn a_quiet_unit_learns_from_the_quiet() {
        // one unit is always at war, thirty never were: no draw of a quiet one may come from the war
        let mut rows = vec![vec![Some(500.0); 60]];
        rows.extend(std::iter::repeat_n(vec![Some(0.0); 60], 30));
        let panel = Panel::new(0, &rows).unwrap();
        let settings = Similar {
            nearest: 20,
            ..Similar::MONTHLY
        };
        let f = settings.forecast(&panel.at(59), &[3], 500, 1).unwrap();
        assert!(f.cell(5, 0).unwrap().iter().all(|v| *v == 0.0));
        assert!(f.cell(0, 0).unwrap().iter().all(|v| *v == 500.0));
    }

    #[test]
    fn outcomes_are_scaled_to_the_own_state() {
        // half-life short enough for the state to be the last value: after 99 comes 199, that is a doubling of y + 1, less 1;
        // the ratio to the state is 199/100, so from 999 follows 1990
        let mut rows = vec![vec![Some(99.0), Some(199.0)]; 3];
        rows.push(vec![None, Some(999.0)]);
        let panel = Panel::new(0, &rows).unwrap();
        let settings = Similar {
            half_life: 1e-3,
            nearest: 1,
        };
        let f = settings.forecast(&panel.at(1), &[1], 1, 1).unwrap();
        assert_eq!(f.cell(3, 0), Some(&[1990.0f32][..]));
    }
}
