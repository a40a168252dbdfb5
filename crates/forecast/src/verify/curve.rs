//! Discrimination: does a higher forecast go with more events? Curves and areas as they are, without smoothing or hull.
//!
//! Forecasts may be probabilities or anything that orders the cells. Equal forecasts can not be told apart by any threshold, so they make one
//! step together: a curve has one point for each distinct forecast.

use crate::Error;
use crate::error::in_range;

/// A point of the ROC curve: a warning is given at this threshold or above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocPoint {
    /// The threshold; infinite in the first point, where no warning is given.
    pub threshold: f64,
    /// Share of non-events with a warning.
    pub false_alarm_rate: f64,
    /// Share of events with a warning.
    pub hit_rate: f64,
}

/// A point of the precision-recall curve: a warning is given at this threshold or above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrecisionPoint {
    /// The threshold.
    pub threshold: f64,
    /// Share of events with a warning.
    pub recall: f64,
    /// Share of warnings that an event followed.
    pub precision: f64,
}

/// ROC curve (Mason 1982, Australian Meteorological Magazine 30: 291-303), from no warning (0, 0) to warnings everywhere (1, 1).
///
/// # Errors
/// Different numbers of forecasts and outcomes; a NaN forecast; no event or no non-event.
pub fn roc(forecasts: &[f64], came: &[bool]) -> Result<Vec<RocPoint>, Error> {
    let steps = steps(forecasts, came)?;
    let (events, others) = both(&steps)?;
    let mut points = vec![RocPoint {
        threshold: f64::INFINITY,
        false_alarm_rate: 0.0,
        hit_rate: 0.0,
    }];
    points.extend(steps.iter().map(|s| RocPoint {
        threshold: s.threshold,
        false_alarm_rate: (s.warnings - s.hits) as f64 / others,
        hit_rate: s.hits as f64 / events,
    }));
    Ok(points)
}

/// Area under the ROC curve: the probability that an event got a higher forecast than a non-event, ties counting half (Mann & Whitney
/// 1947, Annals of Mathematical Statistics 18: 50-60; Hanley & McNeil 1982, Radiology 143: 29-36). It is the area under the straight lines
/// between the points of [`roc`].
///
/// 0 to 1, **higher is better**, 1/2 without any discrimination. Blind to calibration.
///
/// # Errors
/// As [`roc`].
pub fn area(forecasts: &[f64], came: &[bool]) -> Result<f64, Error> {
    let steps = steps(forecasts, came)?;
    let (events, others) = both(&steps)?;
    let (mut wins, mut hits, mut warnings) = (0.0, 0, 0);
    for s in &steps {
        // the events at this value and above beat the non-events below; those at it tie with the non-events at it
        let (new_hits, new_false) = (s.hits - hits, s.warnings - warnings - (s.hits - hits));
        wins += new_false as f64 * (hits as f64 + 0.5 * new_hits as f64);
        (hits, warnings) = (s.hits, s.warnings);
    }
    Ok(wins / (events * others))
}

/// Precision-recall curve, from the highest threshold to the lowest, whose precision is the base rate.
///
/// # Errors
/// Different numbers of forecasts and outcomes; a NaN forecast; no event.
pub fn precision_recall(forecasts: &[f64], came: &[bool]) -> Result<Vec<PrecisionPoint>, Error> {
    let steps = steps(forecasts, came)?;
    let events = some_events(&steps)?;
    Ok(steps
        .iter()
        .map(|s| PrecisionPoint {
            threshold: s.threshold,
            recall: s.hits as f64 / events,
            precision: s.hits as f64 / s.warnings as f64,
        })
        .collect())
}

/// Average precision, the area under the steps of [`precision_recall`]: `sum over thresholds of (recall_i - recall_{i-1}) precision_i`
/// (no line is drawn between points, which would flatter: Davis & Goadrich 2006, ICML: 233-240).
///
/// 0 to 1, **higher is better**; about the base rate without any discrimination, so compare only over the same cells.
///
/// # Errors
/// As [`precision_recall`].
pub fn average_precision(forecasts: &[f64], came: &[bool]) -> Result<f64, Error> {
    let mut before = 0.0;
    Ok(precision_recall(forecasts, came)?
        .iter()
        .map(|p| (p.recall - std::mem::replace(&mut before, p.recall)) * p.precision)
        .sum())
}

/// Warnings and hits at a threshold and above.
struct Step {
    threshold: f64,
    warnings: u64,
    hits: u64,
}

fn steps(forecasts: &[f64], came: &[bool]) -> Result<Vec<Step>, Error> {
    if forecasts.len() != came.len() {
        return Err(Error::Lengths {
            what: "forecasts and outcomes",
            left: forecasts.len(),
            right: came.len(),
        });
    }
    for &f in forecasts {
        in_range("a forecast", f, "a number", !f.is_nan())?;
    }
    let mut order: Vec<(f64, bool)> = forecasts
        .iter()
        .copied()
        .zip(came.iter().copied())
        .collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let (mut warnings, mut hits) = (0, 0);
    Ok(order
        .chunk_by(|a, b| a.0 == b.0)
        .map(|tied| {
            warnings += tied.len() as u64;
            hits += tied.iter().filter(|t| t.1).count() as u64;
            Step {
                threshold: tied[0].0,
                warnings,
                hits,
            }
        })
        .collect())
}

fn some_events(steps: &[Step]) -> Result<f64, Error> {
    match steps.last() {
        Some(all) if all.hits > 0 => Ok(all.hits as f64),
        _ => Err(Error::TooFew {
            what: "events",
            needed: 1,
            found: 0,
        }),
    }
}

fn both(steps: &[Step]) -> Result<(f64, f64), Error> {
    let events = some_events(steps)?;
    let others = steps.last().map_or(0, |all| all.warnings - all.hits);
    if others == 0 {
        return Err(Error::TooFew {
            what: "cells without an event",
            needed: 1,
            found: 0,
        });
    }
    Ok((events, others as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORECASTS: [f64; 5] = [0.9, 0.5, 0.5, 0.5, 0.1];
    const CAME: [bool; 5] = [true, true, false, false, false];

    #[test]
    fn curves_by_hand() {
        let points: Vec<(f64, f64)> = roc(&FORECASTS, &CAME)
            .unwrap()
            .iter()
            .map(|p| (p.false_alarm_rate, p.hit_rate))
            .collect();
        assert_eq!(
            points,
            [(0.0, 0.0), (0.0, 0.5), (2.0 / 3.0, 1.0), (1.0, 1.0)]
        );
        // pairs of event and non-event: 0.9 wins 3; 0.5 ties 2 and wins 1: (3 + 1 + 1) / 6
        assert!((area(&FORECASTS, &CAME).unwrap() - 5.0 / 6.0).abs() < 1e-15);
        let precision: Vec<(f64, f64)> = precision_recall(&FORECASTS, &CAME)
            .unwrap()
            .iter()
            .map(|p| (p.recall, p.precision))
            .collect();
        assert_eq!(precision, [(0.5, 1.0), (1.0, 0.5), (1.0, 0.4)]);
        assert_eq!(average_precision(&FORECASTS, &CAME).unwrap(), 0.75);
    }

    #[test]
    fn the_order_of_cells_does_not_matter() {
        let backwards: Vec<f64> = FORECASTS.iter().rev().copied().collect();
        let came: Vec<bool> = CAME.iter().rev().copied().collect();
        assert_eq!(
            roc(&backwards, &came).unwrap(),
            roc(&FORECASTS, &CAME).unwrap()
        );
    }

    #[test]
    fn one_sided_outcomes_are_refused() {
        assert!(matches!(
            area(&[0.1, 0.2], &[true, true]),
            Err(Error::TooFew { .. })
        ));
        assert!(matches!(
            average_precision(&[0.1], &[false]),
            Err(Error::TooFew { .. })
        ));
        assert!(roc(&[f64::NAN, 0.1], &[true, false]).is_err());
        assert!(roc(&[0.1], &[]).is_err());
    }

    proptest::proptest! {
        #[test]
        fn area_counts_pairs(cells in proptest::collection::vec((0..6u8, proptest::bool::ANY), 2..40)) {
            let forecasts: Vec<f64> = cells.iter().map(|c| f64::from(c.0)).collect();
            let came: Vec<bool> = cells.iter().map(|c| c.1).collect();
            let (mut wins, mut pairs) = (0.0, 0.0);
            for (event, _) in cells.iter().filter(|c| c.1) {
                for (other, _) in cells.iter().filter(|c| !c.1) {
                    wins += if event > other { 1.0 } else if event == other { 0.5 } else { 0.0 };
                    pairs += 1.0;
                }
            }
            match area(&forecasts, &came) {
                Ok(a) => proptest::prop_assert!((a - wins / pairs).abs() < 1e-12),
                Err(_) => proptest::prop_assert!(pairs == 0.0),
            }
        }
    }
}
