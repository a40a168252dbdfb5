//! Direction of a series without assuming a distribution: Theil-Sen slope and Mann-Kendall test.

use crate::Error;
use crate::describe::sorted_quantile;
use crate::distribution::{normal_half_width, two_sided_p};
use crate::error::{enough, in_range};
use crate::series::{self, Point};
use std::cmp::Ordering;

/// The median slope between all pairs of points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TheilSen {
    /// Units of the series per period.
    pub slope: f64,
    /// Median of `x - slope * t`.
    pub intercept: f64,
    /// Lower end of Sen's interval of the slope.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Number of points.
    pub n: usize,
}

/// Theil-Sen slope with the interval of Sen (1968, Journal of the American Statistical Association 63: 1379-1389), ties in x
/// corrected. Periods need not be neighbours: a slope is per period whatever the gap.
///
/// # Errors
/// Fewer than two points; a level outside of 0..1; a bad series.
pub fn theil_sen(series: &[Point], level: f64) -> Result<TheilSen, Error> {
    series::check(series)?;
    in_range(
        "the level of the interval",
        level,
        "between 0 and 1",
        level > 0.0 && level < 1.0,
    )?;
    enough("points", series.len(), 2)?;
    let mut slopes = Vec::with_capacity(series.len() * (series.len() - 1) / 2);
    for (i, a) in series.iter().enumerate() {
        slopes.extend(
            series[i + 1..]
                .iter()
                .map(|b| (b.1 - a.1) / (f64::from(b.0) - f64::from(a.0))),
        );
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let slope = sorted_quantile(&slopes, 0.5);
    let mut rest: Vec<f64> = series
        .iter()
        .map(|p| p.1 - slope * f64::from(p.0))
        .collect();
    rest.sort_unstable_by(f64::total_cmp);

    let pairs = slopes.len() as f64;
    let half = normal_half_width(level) * s_variance(series).sqrt();
    let rank = |r: f64| (r.max(0.0) as usize).min(slopes.len() - 1);
    let (lower, upper) = (
        ((pairs - half) / 2.0).round() - 1.0,
        ((pairs + half) / 2.0).round(),
    );
    Ok(TheilSen {
        slope,
        intercept: sorted_quantile(&rest, 0.5),
        lo: slopes[rank(lower)],
        hi: slopes[rank(upper)],
        n: series.len(),
    })
}

/// The Mann-Kendall test of a monotone trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// S: concordant minus discordant pairs.
    pub s: f64,
    /// Variance of S without a trend, corrected for ties.
    pub variance: f64,
    /// Kendall's tau-a, `S / (n (n - 1) / 2)`, -1..1.
    pub tau: f64,
    /// `(S -/+ 1) / sd`, the continuity-corrected deviate; 0 for S = 0.
    pub z: f64,
    /// Two-sided p-value under independence between periods. Autocorrelated series reject too often: read it as a
    /// description.
    pub p: f64,
    /// Number of points.
    pub n: usize,
}

/// Mann-Kendall test (Mann 1945, Econometrica 13: 245-259; Kendall 1975) with the tie correction of Kendall.
///
/// # Errors
/// Fewer than four points (no p-value below 0.3 exists for three); values that are all the same; a bad series.
pub fn mann_kendall(series: &[Point]) -> Result<MannKendall, Error> {
    series::check(series)?;
    enough("points", series.len(), 4)?;
    let mut s = 0i64;
    for (i, a) in series.iter().enumerate() {
        for b in &series[i + 1..] {
            s += match b.1.partial_cmp(&a.1) {
                Some(Ordering::Greater) => 1,
                Some(Ordering::Less) => -1,
                _ => 0,
            };
        }
    }
    let variance = s_variance(series);
    if variance <= 0.0 {
        return Err(Error::NoVariation { what: "the series" });
    }
    let n = series.len() as f64;
    let s = s as f64;
    let z = if s == 0.0 {
        0.0
    } else {
        (s - s.signum()) / variance.sqrt()
    };
    Ok(MannKendall {
        s,
        variance,
        tau: s / (n * (n - 1.0) / 2.0),
        z,
        p: two_sided_p(z),
        n: series.len(),
    })
}

/// `(n (n-1) (2n+5) - sum over ties g of g (g-1) (2g+5)) / 18`.
fn s_variance(series: &[Point]) -> f64 {
    let mut sorted = series::values(series);
    sorted.sort_unstable_by(f64::total_cmp);
    let term = |g: f64| g * (g - 1.0) * (2.0 * g + 5.0);
    let ties: f64 = sorted
        .chunk_by(|a, b| a == b)
        .map(|group| term(group.len() as f64))
        .sum();
    (term(series.len() as f64) - ties) / 18.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 12] = [1.0, 3.0, 2.0, 2.0, 4.0, 4.0, 5.0, 3.0, 6.0, 6.0, 7.0, 5.0];

    fn at(values: &[f64]) -> Vec<Point> {
        values
            .iter()
            .enumerate()
            .map(|(t, &v)| (t as i32, v))
            .collect()
    }

    #[test]
    fn as_pymannkendall() {
        // pymannkendall 1.4.3, original_test(X)
        let got = mann_kendall(&at(&X)).unwrap();
        let (s, variance, z, p, slope) = MK_EXPECTED;
        assert_eq!((got.s, got.n), (s, 12));
        assert!(
            (got.variance - variance).abs() < 1e-9
                && (got.z - z).abs() < 1e-12
                && (got.p - p).abs() < 1e-12
        );
        assert!((theil_sen(&at(&X), 0.9).unwrap().slope - slope).abs() < 1e-12);
    }
    const MK_EXPECTED: (f64, f64, f64, f64, f64) = (
        45.0,
        207.66666666666666,
        3.0532986135908846,
        0.002263405851312683,
        0.5,
    );

    #[test]
    fn as_scipy_theilslopes_on_gappy_periods() {
        // scipy.stats.theilslopes(X, T, alpha=0.9), SciPy 1.17
        let t = [0, 1, 2, 4, 5, 6, 9, 10, 11, 12, 14, 15];
        let series: Vec<Point> = t.into_iter().zip(X).collect();
        let got = theil_sen(&series, 0.9).unwrap();
        let [slope, lo, hi] = TS_EXPECTED;
        assert!(
            (got.slope - slope).abs() < 1e-12
                && (got.lo - lo).abs() < 1e-12
                && (got.hi - hi).abs() < 1e-12,
            "{got:?}"
        );
    }
    const TS_EXPECTED: [f64; 3] = [1.0 / 3.0, 0.23076923076923078, 0.42857142857142855];

    #[test]
    fn sens_own_example_of_an_exact_line() {
        let got = theil_sen(&[(0, 1.0), (1, 3.0), (2, 5.0), (5, 11.0)], 0.95).unwrap();
        assert_eq!(
            (got.slope, got.intercept, got.lo, got.hi),
            (2.0, 1.0, 2.0, 2.0)
        );
    }

    #[test]
    fn outliers_do_not_move_the_slope() {
        let mut x: Vec<f64> = (0..21).map(f64::from).collect();
        x[10] = 1e6;
        assert_eq!(theil_sen(&at(&x), 0.9).unwrap().slope, 1.0);
    }

    #[test]
    fn too_few_and_flat() {
        assert!(matches!(
            mann_kendall(&at(&[1.0, 2.0, 3.0])),
            Err(Error::TooFew {
                needed: 4,
                found: 3,
                ..
            })
        ));
        assert!(matches!(
            mann_kendall(&at(&[1.0; 9])),
            Err(Error::NoVariation { .. })
        ));
        assert!(matches!(
            theil_sen(&at(&[1.0]), 0.9),
            Err(Error::TooFew { .. })
        ));
        assert_eq!(theil_sen(&at(&[1.0; 9]), 0.9).unwrap().slope, 0.0);
    }
}
