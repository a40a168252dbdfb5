//! Central intervals: their ends, their score and how often they hold what came.

use super::quantile;

/// Ends of the central interval of an ensemble: the quantiles at `(1 - level) / 2` and `(1 + level) / 2`.
pub fn interval(draws: &[f32], level: f64) -> (f64, f64) {
    (
        quantile(draws, (1.0 - level) / 2.0),
        quantile(draws, (1.0 + level) / 2.0),
    )
}

/// Interval score (Winkler 1972, Journal of the American Statistical Association 67: 187-191; Gneiting & Raftery 2007, ibid. 102:
/// 359-378), with `alpha = 1 - level`:
///
/// ```text
/// IS = (hi - lo) + 2/alpha max(lo - y, 0) + 2/alpha max(y - hi, 0)
/// ```
///
/// Unit of the outcome; from 0, **lower is better**. `level` in 0..1. NaN if anything is NaN.
pub fn interval_score(lo: f64, hi: f64, outcome: f64, level: f64) -> f64 {
    let penalty = 2.0 / (1.0 - level);
    let missed = if outcome < lo {
        lo - outcome
    } else if outcome > hi {
        outcome - hi
    } else {
        0.0 * outcome // keeps a NaN outcome NaN
    };
    (hi - lo) + penalty * missed
}

/// Whether the interval holds the outcome, its ends included.
pub fn covers((lo, hi): (f64, f64), outcome: f64) -> bool {
    lo <= outcome && outcome <= hi
}

/// Share of cells whose central interval of this level holds what came, ends included. Each cell: ascending draws and outcome.
///
/// Near `level` for a calibrated continuous forecast; for counts with many zeros it lies above `level` however good the forecast,
/// because the interval 0 to 0 of a quiet unit holds its 0. So give it also for [`active`] cells alone. Cells without draws or
/// outcome are left out; `None` if none is left.
pub fn coverage<'a>(cells: impl IntoIterator<Item = (&'a [f32], f64)>, level: f64) -> Option<f64> {
    let (mut held, mut n) = (0u64, 0u64);
    for (draws, outcome) in cells {
        if draws.is_empty() || outcome.is_nan() {
            continue;
        }
        held += u64::from(covers(interval(draws, level), outcome));
        n += 1;
    }
    (n > 0).then(|| held as f64 / n as f64)
}

/// Whether a unit is *active* at an origin: its past up to the origin, as [`View::past`](crate::View::past) gives it, holds an event (a
/// value above 0) in the last `periods` periods. 24 months is what the docs and tables mean by "active" without further words.
///
/// Missing periods (NaN) are not events and do not lengthen the window. Looks only at what was known at the origin, never at the outcome:
/// a set of cells chosen by outcome would reward forecasts that always cry wolf.
pub fn active(past: &[f64], periods: usize) -> bool {
    past[past.len().saturating_sub(periods)..]
        .iter()
        .any(|&v| v > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_score_by_hand() {
        // level .8: a miss costs 10 times its distance
        let near = |outcome: f64, score: f64| {
            assert!((interval_score(2.0, 5.0, outcome, 0.8) - score).abs() < 1e-12);
        };
        near(2.0, 3.0);
        near(5.0, 3.0);
        near(1.0, 13.0);
        near(7.0, 23.0);
        assert!(interval_score(2.0, 5.0, f64::NAN, 0.8).is_nan());
    }

    #[test]
    fn coverage_counts_ends_and_leaves_out_what_is_missing() {
        let draws: Vec<f32> = (0..=10).map(|i| i as f32).collect();
        let cells = |outcomes: &[f64]| -> Vec<(&[f32], f64)> {
            outcomes.iter().map(|&y| (draws.as_slice(), y)).collect()
        };
        // level .8: 1 to 9
        let share = coverage(cells(&[1.0, 9.0, 0.5, 5.0, f64::NAN]), 0.8);
        assert_eq!(share, Some(0.75));
        assert_eq!(coverage([(&[][..], 1.0)], 0.8), None);
    }

    #[test]
    fn active_looks_back_and_no_further() {
        let mut past = vec![0.0; 30];
        past[5] = 3.0;
        assert!(!active(&past, 24));
        assert!(active(&past, 25));
        past[29] = f64::NAN;
        assert!(!active(&past, 24));
        past[6] = 1.0;
        assert!(active(&past, 24));
        assert!(!active(&[], 24) && active(&[1.0], 24));
    }
}
