//! How long a shock lasts: first-order autoregression and its half-life.

use crate::Error;
use crate::error::enough;
use crate::line::Line;
use crate::series::{self, Point};

/// Fewest pairs of neighbouring periods for which an autoregression is fitted.
pub const MIN_PAIRS: usize = 8;

/// An AR(1) fit `x[t] = intercept + phi * x[t-1] + e`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ar1 {
    /// Coefficient of the value before.
    pub phi: f64,
    /// Its standard error.
    pub phi_se: f64,
    /// `phi + (1 + 3 phi) / n`: with the leading term of the small-sample bias removed (Kendall 1954, Biometrika 41:
    /// 403-404; Marriott & Pope 1954, ibid. 390-402). Least squares shortens the memory of short series.
    pub phi_corrected: f64,
    /// Intercept.
    pub intercept: f64,
    /// Standard deviation of the residuals, n - 2 degrees of freedom.
    pub residual_sd: f64,
    /// Number of pairs of neighbouring periods.
    pub n: usize,
    /// Periods until half of a shock is gone, `ln 0.5 / ln phi`; `None` where phi <= 0 (it does not decay, it alternates) or
    /// phi >= 1 (it never decays).
    pub half_life: Option<f64>,
    /// The same for `phi_corrected`.
    pub half_life_corrected: Option<f64>,
}

/// Least-squares AR(1) over pairs of neighbouring periods.
///
/// # Errors
/// Fewer than [`MIN_PAIRS`] pairs; values that do not vary; a bad series.
pub fn ar1(series: &[Point]) -> Result<Ar1, Error> {
    series::check(series)?;
    let pairs: Vec<(f64, f64)> = series::consecutive(series)
        .map(|(_, before, after)| (before, after))
        .collect();
    enough("pairs of neighbouring periods", pairs.len(), MIN_PAIRS)?;
    let line = Line::through(&pairs).ok_or(Error::NoVariation { what: "the series" })?;
    let n = pairs.len();
    let phi_corrected = line.slope + (1.0 + 3.0 * line.slope) / n as f64;
    Ok(Ar1 {
        phi: line.slope,
        phi_se: line.residual_sd / line.x_squares.sqrt(),
        phi_corrected,
        intercept: line.intercept,
        residual_sd: line.residual_sd,
        n,
        half_life: half_life(line.slope),
        half_life_corrected: half_life(phi_corrected),
    })
}

fn half_life(phi: f64) -> Option<f64> {
    (phi > 0.0 && phi < 1.0).then(|| 0.5f64.ln() / phi.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_autoregression_is_recovered() {
        // x[t] = 1 + 0.5 x[t-1] from 10: half-life exactly one period
        let mut x = vec![(0, 10.0)];
        for t in 1..12 {
            x.push((t, 1.0 + 0.5 * x[t as usize - 1].1));
        }
        let fit = ar1(&x).unwrap();
        assert!((fit.phi - 0.5).abs() < 1e-12 && (fit.intercept - 1.0).abs() < 1e-12);
        assert!((fit.half_life.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(fit.n, 11);
        assert!((fit.phi_corrected - (0.5 + 2.5 / 11.0)).abs() < 1e-12);
    }

    #[test]
    fn as_numpy_least_squares() {
        // numpy.polyfit(x[:-1], x[1:], 1) and the textbook standard error; see AR_EXPECTED
        let x = [
            0.3, 0.8, 0.1, -0.4, -0.2, 0.5, 1.1, 0.9, 0.2, 0.4, -0.1, -0.6,
        ];
        let series: Vec<Point> = x.iter().enumerate().map(|(t, &v)| (t as i32, v)).collect();
        let fit = ar1(&series).unwrap();
        let [phi, intercept, residual_sd, se] = AR_EXPECTED;
        assert!((fit.phi - phi).abs() < 1e-12 && (fit.intercept - intercept).abs() < 1e-12);
        assert!((fit.residual_sd - residual_sd).abs() < 1e-12 && (fit.phi_se - se).abs() < 1e-12);
    }
    const AR_EXPECTED: [f64; 4] = [
        0.5336577453365772,
        0.0708029197080293,
        0.5151940310308384,
        0.3440888732654739,
    ];

    #[test]
    fn no_half_life_without_decay() {
        let alternating: Vec<Point> = (0..12)
            .map(|t| (t, if t % 2 == 0 { 1.0 } else { -1.0 }))
            .collect();
        let fit = ar1(&alternating).unwrap();
        assert!(fit.phi < 0.0 && fit.half_life.is_none());
        let growing: Vec<Point> = (0..12).map(|t| (t, 1.3f64.powi(t))).collect();
        assert_eq!(ar1(&growing).unwrap().half_life, None);
    }

    #[test]
    fn too_few_and_flat() {
        let short: Vec<Point> = (0..5).map(|t| (t, f64::from(t))).collect();
        assert_eq!(
            ar1(&short),
            Err(Error::TooFew {
                what: "pairs of neighbouring periods",
                needed: 8,
                found: 4
            })
        );
        let flat: Vec<Point> = (0..20).map(|t| (t, 2.0)).collect();
        assert_eq!(ar1(&flat), Err(Error::NoVariation { what: "the series" }));
    }
}
