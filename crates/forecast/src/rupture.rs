//! Breaks with a unit's own past: how far a value lies from all that came before it.

use crate::error::in_range;
use crate::{Error, Panel};

/// Makes the median absolute deviation of a normal distribution its standard deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

/// The panel as robust z scores: `(x - median) / (1.4826 * MAD)`, median and median absolute deviation over the unit's own past
/// before the period (Hampel 1974, Journal of the American Statistical Association 69: 383-393; with that cut-off the score
/// of Iglewicz & Hoaglin 1993). What comes after a period does not enter its score.
///
/// A period is missing where it is missing in the panel, where fewer than `minimum` periods were monitored before it, and where
/// more than half of the past is one value, so that there is no spread to measure by.
///
/// # Errors
/// A `minimum` below 2.
pub fn robust_z(panel: &Panel, minimum: usize) -> Result<Panel, Error> {
    in_range(
        "the minimum of own periods",
        minimum as f64,
        "2 or more",
        minimum >= 2,
    )?;
    let whole = panel.at(panel.last());
    let rows: Vec<Vec<Option<f64>>> = (0..panel.units())
        .map(|unit| {
            // kept in order, so that its middle is its median
            let mut past: Vec<f64> = Vec::new();
            let scores = whole.past(unit).iter().map(|&x| {
                if x.is_nan() {
                    return None;
                }
                let z = (past.len() >= minimum).then(|| {
                    let centre = middle(&past);
                    let mut off: Vec<f64> = past.iter().map(|p| (p - centre).abs()).collect();
                    off.sort_unstable_by(f64::total_cmp);
                    (x - centre) / (NORMAL * middle(&off))
                });
                past.insert(past.partition_point(|p| *p < x), x);
                z.filter(|z| z.is_finite())
            });
            scores.collect()
        })
        .collect();
    Panel::new(panel.first(), &rows)
}

/// The panel of an event: 1 where the value lies below `limit`, 0 where it does not, missing where it is missing.
///
/// # Errors
/// None for a panel that stands.
pub fn below(panel: &Panel, limit: f64) -> Result<Panel, Error> {
    map(panel, |x| f64::from(u8::from(x < limit)))
}

/// The panel with each value replaced; missing periods stay missing.
///
/// # Errors
/// A value that becomes infinite or NaN.
pub fn map(panel: &Panel, of: impl Fn(f64) -> f64) -> Result<Panel, Error> {
    let whole = panel.at(panel.last());
    let rows: Vec<Vec<Option<f64>>> = (0..panel.units())
        .map(|unit| {
            let past = whole.past(unit).iter();
            past.map(|&x| (!x.is_nan()).then(|| of(x))).collect()
        })
        .collect();
    Panel::new(panel.first(), &rows)
}

/// Median of values in order.
fn middle(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked() {
        let row = [1.0, 2.0, 3.0, 4.0, 10.0, -20.0].map(Some);
        let z = robust_z(&Panel::new(5, &[row.to_vec()]).unwrap(), 4).unwrap();
        assert_eq!(z.get(0, 8), None);
        // 1 2 3 4: median 2.5, deviations .5 .5 1.5 1.5, MAD 1
        assert!((z.get(0, 9).unwrap() - 7.5 / 1.4826).abs() < 1e-4);
        // 1 2 3 4 10: median 3, deviations 0 1 1 2 7, MAD 1
        assert!((z.get(0, 10).unwrap() + 23.0 / 1.4826).abs() < 1e-3);
        let event = below(&z, -4.0).unwrap();
        assert_eq!(
            (event.get(0, 8), event.get(0, 9), event.get(0, 10)),
            (None, Some(0.0), Some(1.0))
        );
    }

    #[test]
    fn no_spread_is_no_score() {
        let mut row = vec![Some(3.0); 6];
        row[4] = None;
        let z = robust_z(&Panel::new(0, &[row]).unwrap(), 2).unwrap();
        assert!((0..6).all(|t| z.get(0, t).is_none()));
        assert!(robust_z(&z, 1).is_err());
    }

    #[test]
    fn what_comes_later_changes_no_score() {
        let row: Vec<Option<f64>> = (0..30).map(|t| Some(f64::from(t * t % 17))).collect();
        let mut other = row.clone();
        other[20..].fill(Some(-1e6));
        let z = |row| robust_z(&Panel::new(0, &[row]).unwrap(), 5).unwrap();
        let (a, b) = (z(row), z(other));
        assert!((0..20).all(|t| a.get(0, t) == b.get(0, t)));
        assert!(a.get(0, 20) != b.get(0, 20));
    }
}
