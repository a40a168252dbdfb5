//! Exponentially weighted variance of period-to-period changes.

use crate::Error;
use crate::error::{enough, in_range};
use crate::series::{self, Point};

/// How much a series moves from one period to the next, recent changes counting more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volatility {
    /// Weighted variance of the changes, in squared units of the series; never negative. Higher is less stable.
    pub variance: f64,
    /// Its square root, in units of the series.
    pub sd: f64,
    /// Weighted mean change.
    pub mean: f64,
    /// Number of changes between neighbouring periods.
    pub n: usize,
    /// The half-life of the weights, in periods.
    pub half_life: f64,
}

/// Weighted variance of the changes between neighbouring periods, a change that is `half_life` periods old weighing half.
///
/// ```text
/// w_i = 0.5^((t_last - t_i) / half_life)       m = sum w_i x_i / sum w_i
/// variance = sum w_i (x_i - m)^2 / (sum w_i - sum w_i^2 / sum w_i)
/// ```
/// Weights decay with calendar time, so a gap ages what lies before it. The divisor removes the bias of estimating m; with
/// all weights equal it is n - 1. (J.P. Morgan/Reuters 1996, RiskMetrics, section 5.2, without its assumption of a zero mean.)
///
/// # Errors
/// Fewer than two changes; a half-life that is not positive; a bad series.
pub fn volatility(series: &[Point], half_life: f64) -> Result<Volatility, Error> {
    series::check(series)?;
    in_range("the half-life", half_life, "above 0", half_life > 0.0)?;
    let changes = series::changes(series);
    enough("changes between neighbouring periods", changes.len(), 2)?;
    let last = changes[changes.len() - 1].0;
    let weight = |t: i32| 0.5f64.powf(f64::from(last - t) / half_life);
    let total: f64 = changes.iter().map(|c| weight(c.0)).sum();
    let squares: f64 = changes.iter().map(|c| weight(c.0).powi(2)).sum();
    let mean = changes.iter().map(|c| weight(c.0) * c.1).sum::<f64>() / total;
    let scatter: f64 = changes
        .iter()
        .map(|c| weight(c.0) * (c.1 - mean).powi(2))
        .sum();
    let divisor = total - squares / total;
    if divisor <= f64::EPSILON {
        // the half-life is so short that only one change has weight
        return Err(Error::TooFew {
            what: "changes with weight under this half-life",
            needed: 2,
            found: 1,
        });
    }
    let variance = scatter / divisor;
    Ok(Volatility {
        variance,
        sd: variance.sqrt(),
        mean,
        n: changes.len(),
        half_life,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked_with_a_gap() {
        let v = volatility(&[(1, 0.0), (2, 2.0), (4, 9.0), (5, 8.0)], 1.0).unwrap();
        // changes 2 (t 2, weight 1/8) and -1 (t 5, weight 1): m = (-1 + .25) / 1.125 = -2/3
        // scatter = (8/3)^2 / 8 + (1/3)^2 = 1; divisor = 1.125 - (1 + 1/64) / 1.125 = 2/9
        assert_eq!(v.n, 2);
        assert!((v.mean + 2.0 / 3.0).abs() < 1e-12);
        assert!((v.variance - 4.5).abs() < 1e-12, "{}", v.variance);
    }

    #[test]
    fn as_pandas_ewm() {
        // changes 1, -2, 0.5, 3 with half-life 2: pandas.Series([1, -2, .5, 3]).ewm(halflife=2).var() ends in
        // VOLATILITY, computed with NumPy from the formula of its documentation (adjust=True, bias=False)
        let v = volatility(&[(0, 0.0), (1, 1.0), (2, -1.0), (3, -0.5), (4, 2.5)], 2.0).unwrap();
        assert!((v.variance - VOLATILITY).abs() < 1e-12, "{}", v.variance);
    }
    const VOLATILITY: f64 = 4.740906080438342;

    #[test]
    fn a_long_half_life_gives_the_plain_variance() {
        let v = volatility(&[(0, 0.0), (1, 1.0), (2, -1.0), (3, 2.0)], 1e9).unwrap();
        assert!(
            (v.variance - 19.0 / 3.0).abs() < 1e-6,
            "changes 1, -2, 3: variance 19/3, got {}",
            v.variance
        );
    }

    #[test]
    fn gaps_yield_no_change() {
        let got = volatility(&[(0, 0.0), (2, 1.0), (4, 0.0)], 12.0);
        assert_eq!(
            got,
            Err(Error::TooFew {
                what: "changes between neighbouring periods",
                needed: 2,
                found: 0
            })
        );
    }
}
