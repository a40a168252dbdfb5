//! Random-effects pooling of estimates that differ by more than their sampling error.

use crate::Error;
use crate::error::enough;

/// The pooled mean of estimates with known sampling variances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    /// Random-effects mean, in the unit of the estimates.
    pub mean: f64,
    /// Its standard error.
    pub se: f64,
    /// Variance between the true values, in squared units; 0 when the spread is no more than sampling error.
    pub tau2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// Number of estimates.
    pub n: usize,
}

impl Pooled {
    /// The standard deviation between the true values.
    pub fn tau(&self) -> f64 {
        self.tau2.sqrt()
    }

    /// Share of the observed spread that sampling error does not explain, 0..1 (Higgins & Thompson 2002, Statistics in
    /// Medicine 21: 1539-1558); 0 for a single estimate.
    pub fn i2(&self) -> f64 {
        if self.q > 0.0 {
            ((self.q - (self.n as f64 - 1.0)) / self.q).max(0.0)
        } else {
            0.0
        }
    }
}

/// Inverse-variance weighted random-effects mean with the moment estimator of DerSimonian & Laird (1986, Controlled
/// Clinical Trials 7: 177-188). `estimates` are pairs of value and sampling variance.
///
/// ```text
/// w_i = 1 / v_i             Q = sum w_i (y_i - ybar_w)^2
/// tau2 = max(0, (Q - (n - 1)) / (sum w_i - sum w_i^2 / sum w_i))
/// mean = sum y_i / (v_i + tau2) / sum 1 / (v_i + tau2)       se^2 = 1 / sum 1 / (v_i + tau2)
/// ```
///
/// # Errors
/// Fewer than one estimate, a value that is not finite, a variance that is not positive.
pub fn random_effects(estimates: &[(f64, f64)]) -> Result<Pooled, Error> {
    enough("estimates", estimates.len(), 1)?;
    for (at, &(value, variance)) in estimates.iter().enumerate() {
        if !value.is_finite() {
            return Err(Error::NotFinite {
                what: "an estimate",
                at,
            });
        }
        if !(variance > 0.0 && variance.is_finite()) {
            return Err(Error::OutOfRange {
                what: "a sampling variance",
                value: variance,
                range: "above 0",
            });
        }
    }
    let n = estimates.len();
    let weighted = |tau2: f64| {
        let (sum, weights) = estimates.iter().fold((0.0, 0.0), |(sum, weights), (y, v)| {
            (sum + y / (v + tau2), weights + 1.0 / (v + tau2))
        });
        (sum / weights, weights)
    };
    let (fixed, weights) = weighted(0.0);
    let q = estimates
        .iter()
        .map(|(y, v)| (y - fixed).powi(2) / v)
        .sum::<f64>();
    let squares = estimates.iter().map(|(_, v)| v.powi(-2)).sum::<f64>();
    let tau2 = if n < 2 {
        0.0
    } else {
        ((q - (n as f64 - 1.0)) / (weights - squares / weights)).max(0.0)
    };
    let (mean, weights) = weighted(tau2);
    Ok(Pooled {
        mean,
        se: weights.recip().sqrt(),
        tau2,
        q,
        n,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked() {
        // y = 1, 2, 6 with v = 1: mean 3, Q = 4 + 1 + 9 = 14, tau2 = (14 - 2) / (3 - 1) = 6, se2 = 7 / 3
        let p = random_effects(&[(1.0, 1.0), (2.0, 1.0), (6.0, 1.0)]).unwrap();
        assert!(
            (p.mean - 3.0).abs() < 1e-12
                && (p.q - 14.0).abs() < 1e-12
                && (p.tau2 - 6.0).abs() < 1e-12
        );
        assert!((p.se.powi(2) - 7.0 / 3.0).abs() < 1e-12);
        assert!((p.i2() - 12.0 / 14.0).abs() < 1e-12);
    }

    #[test]
    fn homogeneous_estimates_give_the_fixed_mean() {
        // weights 4 and 1: mean (4 * 1 + 1.5) / 5 = 1.1, Q = 4 * .01 + .16 = .2 < 1
        let p = random_effects(&[(1.0, 0.25), (1.5, 1.0)]).unwrap();
        assert!(
            (p.mean - 1.1).abs() < 1e-12 && p.tau2 == 0.0 && (p.se.powi(2) - 0.2).abs() < 1e-12
        );
        assert_eq!(p.i2(), 0.0);
    }

    #[test]
    fn bad_input() {
        assert_eq!(
            random_effects(&[]),
            Err(Error::TooFew {
                what: "estimates",
                needed: 1,
                found: 0
            })
        );
        assert!(matches!(
            random_effects(&[(1.0, 0.0)]),
            Err(Error::OutOfRange { .. })
        ));
        assert!(matches!(
            random_effects(&[(f64::NAN, 1.0)]),
            Err(Error::NotFinite { .. })
        ));
    }
}
