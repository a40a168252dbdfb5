//! Where an indicator stands against its own past, and where it is going. Worse is up.

use crate::Error;
use crate::error::{enough, in_range};
use crate::series::{self, Point};
use crate::stability::{Break, BreakSettings, Breaks, breaks, mann_kendall, theil_sen};

/// Which end of an indicator is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worse {
    /// High values are bad (deaths, distance).
    Higher,
    /// Low values are bad (a relation index).
    Lower,
}

/// Share of the past values that are less bad than `value`, a tie counting one half: 0 is the best ever seen, 1 the worst.
/// `None` for an empty past or values that are not finite.
pub fn percentile(past: &[f64], value: f64, worse: Worse) -> Option<f64> {
    if past.is_empty() || !value.is_finite() || past.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let credit = |&v: &f64| {
        let less_bad = match worse {
            Worse::Higher => v < value,
            Worse::Lower => v > value,
        };
        if less_bad {
            1.0
        } else if v == value {
            0.5
        } else {
            0.0
        }
    };
    Some(past.iter().map(credit).sum::<f64>() / past.len() as f64)
}

/// The expanding percentile of every point against the points before it; `None` while there are fewer than `min_past`.
/// Nothing at or after a period enters its percentile but its own value.
pub fn percentiles(
    series: &[Point],
    worse: Worse,
    min_past: usize,
) -> Result<Vec<(i32, Option<f64>)>, Error> {
    series::check(series)?;
    let values = series::values(series);
    let at = |i: usize| {
        if i < min_past.max(1) {
            None
        } else {
            percentile(&values[..i], values[i], worse)
        }
    };
    Ok(series
        .iter()
        .enumerate()
        .map(|(i, p)| (p.0, at(i)))
        .collect())
}

/// Direction of the raw indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It goes up.
    Rising,
    /// No trend is demonstrated.
    Steady,
    /// It goes down.
    Falling,
}

impl Direction {
    /// Whether that is for the worse: `Some(true)` worse, `Some(false)` better, `None` steady.
    pub fn worsens(self, worse: Worse) -> Option<bool> {
        match self {
            Direction::Steady => None,
            Direction::Rising => Some(worse == Worse::Higher),
            Direction::Falling => Some(worse == Worse::Lower),
        }
    }
}

/// The trend over the last periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Rising or falling if the Mann-Kendall test rejects "no trend", with the sign of the Theil-Sen slope; else steady.
    pub direction: Direction,
    /// Theil-Sen slope, units a period.
    pub slope: f64,
    /// Two-sided Mann-Kendall p-value; 1 if nothing varies.
    pub p: f64,
    /// Points in the window.
    pub n: usize,
}

/// Trend over the last `periods` periods (those with `t > last - periods`), at significance `alpha`.
///
/// # Errors
/// Fewer than four points in the window; `alpha` outside of 0..1; a bad series.
pub fn trend(series: &[Point], periods: u32, alpha: f64) -> Result<Trend, Error> {
    series::check(series)?;
    in_range(
        "the significance of a trend",
        alpha,
        "between 0 and 1",
        alpha > 0.0 && alpha < 1.0,
    )?;
    let last = series.last().map_or(0, |p| i64::from(p.0));
    let window = &series[series.partition_point(|p| i64::from(p.0) <= last - i64::from(periods))..];
    enough("points in the window of the trend", window.len(), 4)?;
    let slope = theil_sen(window, 0.9)?.slope;
    let p = match mann_kendall(window) {
        Ok(test) => test.p,
        Err(Error::NoVariation { .. }) => 1.0,
        Err(error) => return Err(error),
    };
    let direction = match p < alpha {
        true if slope > 0.0 => Direction::Rising,
        true if slope < 0.0 => Direction::Falling,
        _ => Direction::Steady,
    };
    Ok(Trend {
        direction,
        slope,
        p,
        n: window.len(),
    })
}

/// What is asked of an indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandingSettings {
    /// Which end is bad.
    pub worse: Worse,
    /// Fewest past values for a percentile.
    pub min_past: usize,
    /// Periods of the trend.
    pub trend_periods: u32,
    /// Significance of the trend.
    pub alpha: f64,
    /// How breaks are sought.
    pub breaks: BreakSettings,
}

impl StandingSettings {
    /// Monthly indicator: 24 months of past, trend of 12 months at 10 %.
    pub const fn monthly(worse: Worse) -> Self {
        Self {
            worse,
            min_past: 24,
            trend_periods: 12,
            alpha: 0.1,
            breaks: BreakSettings::MONTHLY,
        }
    }

    /// Yearly indicator: 8 years of past, trend of 8 years at 10 %.
    pub const fn yearly(worse: Worse) -> Self {
        Self {
            worse,
            min_past: 8,
            trend_periods: 8,
            alpha: 0.1,
            breaks: BreakSettings::YEARLY,
        }
    }
}

/// The standing of an indicator at the end of its series.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The last period with data.
    pub t: i32,
    /// Its value.
    pub value: f64,
    /// Its percentile among the past, 0 best to 1 worst; `None` with too short a past.
    pub percentile: Option<f64>,
    /// Number of past values.
    pub past_n: usize,
    /// The trend; `None` with too few points.
    pub trend: Option<Trend>,
    /// The breaks; `None` with too few points or too little variation. An empty list is "none found".
    pub breaks: Option<Breaks>,
}

impl Standing {
    /// The latest break, if any was found.
    pub fn last_break(&self) -> Option<&Break> {
        self.breaks.as_ref().and_then(|b| b.breaks.last())
    }
}

/// Standing, trend and breaks at the last point of a series. Cut the series at the as-of date first: everything in it is used.
///
/// # Errors
/// An empty or bad series, bad settings. Whatever the points do not suffice for is `None`.
pub fn standing(series: &[Point], settings: &StandingSettings) -> Result<Standing, Error> {
    series::check(series)?;
    let Some((&(t, value), past)) = series.split_last() else {
        return Err(Error::TooFew {
            what: "points",
            needed: 1,
            found: 0,
        });
    };
    let past_values = series::values(past);
    let percentile = if past.len() < settings.min_past.max(1) {
        None
    } else {
        percentile(&past_values, value, settings.worse)
    };
    Ok(Standing {
        t,
        value,
        percentile,
        past_n: past.len(),
        trend: known(trend(series, settings.trend_periods, settings.alpha))?,
        breaks: known(breaks(series, &settings.breaks))?,
    })
}

/// Too little data is no value; everything else is an error.
fn known<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::TooFew { .. } | Error::NoVariation { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentile_by_hand() {
        let past = [1.0, 2.0, 2.0, 3.0];
        assert_eq!(percentile(&past, 2.0, Worse::Higher), Some(0.5));
        assert_eq!(percentile(&past, 2.5, Worse::Higher), Some(0.75));
        assert_eq!(percentile(&past, 2.5, Worse::Lower), Some(0.25));
        assert_eq!(percentile(&past, 9.0, Worse::Higher), Some(1.0));
        assert_eq!(percentile(&[], 9.0, Worse::Higher), None);
    }

    #[test]
    fn first_values_have_no_standing() {
        let got = percentiles(&[(1, 5.0), (2, 6.0), (4, 4.0), (5, 5.0)], Worse::Higher, 2).unwrap();
        // third: 0 of (5, 6) less bad; fourth: 4 less bad, 5 a tie: 1.5 / 3
        assert_eq!(
            got,
            vec![(1, None), (2, None), (4, Some(0.0)), (5, Some(0.5))]
        );
    }

    #[test]
    fn trend_directions() {
        let line = |slope: f64| {
            (0..30)
                .map(|t| (t, slope * f64::from(t)))
                .collect::<Vec<Point>>()
        };
        let up = trend(&line(0.5), 12, 0.1).unwrap();
        assert_eq!((up.direction, up.slope, up.n), (Direction::Rising, 0.5, 12));
        assert_eq!(
            trend(&line(-0.5), 12, 0.1).unwrap().direction,
            Direction::Falling
        );
        let flat = trend(&line(0.0), 12, 0.1).unwrap();
        assert_eq!((flat.direction, flat.p), (Direction::Steady, 1.0));
        assert_eq!(Direction::Falling.worsens(Worse::Lower), Some(true));
        assert_eq!(Direction::Rising.worsens(Worse::Lower), Some(false));
        assert!(matches!(
            trend(&line(1.0), 3, 0.1),
            Err(Error::TooFew {
                needed: 4,
                found: 3,
                ..
            })
        ));
        // only the last periods count: up for 20, down for 12
        let mut turn = line(1.0)[..20].to_vec();
        turn.extend((20..32).map(|t| (t, 40.0 - f64::from(t))));
        assert_eq!(trend(&turn, 12, 0.1).unwrap().direction, Direction::Falling);
    }

    #[test]
    fn whole_standing() {
        let mut x: Vec<Point> = (0..30).map(|t| (t, f64::from(t % 3))).collect();
        x.extend((30..48).map(|t| (t, 8.0 + f64::from(t % 3))));
        let got = standing(&x, &StandingSettings::monthly(Worse::Higher)).unwrap();
        assert_eq!((got.t, got.value, got.past_n), (47, 10.0, 47));
        // 30 + 12 less bad, 5 ties before it
        assert!((got.percentile.unwrap() - 44.5 / 47.0).abs() < 1e-12);
        assert_eq!(got.last_break().map(|b| b.t), Some(30));
        let short = standing(&x[..5], &StandingSettings::monthly(Worse::Higher)).unwrap();
        assert_eq!((short.percentile, short.breaks.is_none()), (None, true));
        assert!(matches!(
            standing(&[], &StandingSettings::monthly(Worse::Lower)),
            Err(Error::TooFew { .. })
        ));
    }

    proptest! {
        #[test]
        fn in_range_and_mirrored(past in prop::collection::vec(-5i32..5, 1..60), value in -6i32..6) {
            let past: Vec<f64> = past.into_iter().map(f64::from).collect();
            let up = percentile(&past, value.into(), Worse::Higher).unwrap();
            let down = percentile(&past, value.into(), Worse::Lower).unwrap();
            prop_assert!((0.0..=1.0).contains(&up));
            prop_assert!((up + down - 1.0).abs() < 1e-12);
        }

        #[test]
        fn never_uses_the_future(x in prop::collection::vec(-5.0f64..5.0, 10..60), cut in 5usize..10, junk in -1e6f64..1e6) {
            let clean: Vec<Point> = x.iter().enumerate().map(|(t, &v)| (t as i32, v)).collect();
            let mut corrupt = clean.clone();
            corrupt[cut..].iter_mut().for_each(|p| p.1 = junk);
            let (a, b) = (percentiles(&clean, Worse::Lower, 3).unwrap(), percentiles(&corrupt, Worse::Lower, 3).unwrap());
            prop_assert_eq!(&a[..cut], &b[..cut]);
            prop_assert_eq!(&a[..cut], &percentiles(&clean[..cut], Worse::Lower, 3).unwrap()[..]);
        }
    }
}
