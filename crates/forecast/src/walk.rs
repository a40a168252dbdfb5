//! Persistence with its own errors: the last value, plus a change that the unit has gone through before.

use crate::ensemble::settle;
use crate::{Draw, Error, Forecast, Forecaster, View};

/// The last value monitored plus a draw from the unit's own past changes over as many periods, each change with its sign and
/// with the opposite one, so that no drift is carried on. [`crate::baseline::Persistence`] without them would claim to be sure.
///
/// A unit that nobody has looked at for g periods is carried on from its last monitored period over `lead + g`. Where fewer than
/// `changes` changes of that length were seen, those of the longest length that has as many are taken; with none of any length
/// there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// Fewest past changes to draw from.
    pub changes: usize,
}

impl Default for Walk {
    fn default() -> Self {
        Self { changes: 12 }
    }
}

/// The changes `x[t] - x[t - over]` of a past (NaN where missing) over `length` periods, or over the longest shorter length that
/// has at least `fewest` of them, with that length. `None` if no length has.
///
/// ```
/// use detente_forecast::changes;
/// let past = [1.0, 2.0, f64::NAN, 5.0, 4.0];
/// assert_eq!(changes(&past, 3, 2), Some((vec![4.0, 2.0], 3)));
/// assert_eq!(changes(&past, 9, 2), Some((vec![4.0, 2.0], 3)));
/// assert_eq!(changes(&past, 1, 3), None);
/// ```
pub fn changes(past: &[f64], length: usize, fewest: usize) -> Option<(Vec<f64>, usize)> {
    let longest = length.min(past.len().saturating_sub(1));
    (1..=longest).rev().find_map(|over| {
        let found: Vec<f64> = past
            .iter()
            .zip(&past[over..])
            .map(|(before, after)| after - before)
            .filter(|change| !change.is_nan())
            .collect();
        (!found.is_empty() && found.len() >= fewest).then_some((found, over))
    })
}

impl Forecaster for Walk {
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
            let past = view.past(unit);
            let Some(last) = past.iter().rposition(|v| !v.is_nan()) else {
                continue;
            };
            let unseen = view.origin() - (view.first() + last as i32);
            let ahead = leads[lead] as usize + unseen.max(0) as usize;
            let Some((changes, _)) = changes(&past[..=last], ahead, self.changes) else {
                continue;
            };
            let mut draw = Draw::of(seed, unit, leads[lead]);
            cell.fill_with(|| {
                let change = changes[draw.below(changes.len())];
                let sign = if draw.below(2) == 0 { 1.0 } else { -1.0 };
                (past[last] + sign * change) as f32
            });
            settle(cell);
        }
        Ok(forecast)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    #[test]
    fn it_walks_by_its_own_changes_in_both_directions() {
        let row = [Some(0.0), Some(1.0), Some(0.0), None, Some(77.0)];
        let panel = Panel::new(0, &[row.to_vec(), vec![None; 5]]).unwrap();
        let forecast = Walk { changes: 2 }
            .forecast(&panel.at(2), &[1], 50, 7)
            .unwrap();
        let cell = forecast.cell(0, 0).unwrap();
        // changes over one period: 1 and -1, so -1 or 1 from 0
        assert!(cell.iter().all(|v| v.abs() == 1.0));
        assert!(cell[0] == -1.0 && cell[49] == 1.0);
        assert_eq!(forecast.cell(1, 0), None);
    }

    #[test]
    fn a_gap_before_the_origin_makes_the_way_longer() {
        let row: Vec<Option<f64>> = (0..8).map(|t| Some(f64::from(t * t))).collect();
        let panel = Panel::new(0, &[row]).unwrap();
        // from period 7 (49) over 1 + 2 periods: changes over three are 9, 15, 21, 27, 33
        let forecast = Walk { changes: 5 }
            .forecast(&panel.at(9), &[1], 200, 7)
            .unwrap();
        let known = [9.0, 15.0, 21.0, 27.0, 33.0];
        assert!(
            forecast
                .cell(0, 0)
                .unwrap()
                .iter()
                .all(|v| known.iter().any(|k| [49.0 + k, 49.0 - k].contains(v)))
        );
    }
}
