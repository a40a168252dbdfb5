//! From a net score to the relation index: a line through the overlap, on a scale that tames the heavy tails of scores.

use crate::Error;
use crate::describe::median;
use crate::distribution::student_half_width;
use crate::error::enough;
use crate::line::Line;

/// Least-squares line `R = alpha + beta * x` with `x = asinh(score / s)`, and what is needed to predict with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Intercept, in units of R.
    pub alpha: f64,
    /// Slope, units of R for one unit of x. A link of use has a slope above 0.
    pub beta: f64,
    /// Residual standard deviation with n - 2 degrees of freedom.
    pub residual_sd: f64,
    /// Number of pairs behind it.
    pub n: usize,
    /// Mean of x over the pairs.
    pub x_mean: f64,
    /// Sum of squared deviations of x from that mean.
    pub x_squares: f64,
    /// Share of the variance of R that the line explains, 0..1.
    pub r2: f64,
}

impl Link {
    /// The predicted R for one x.
    pub fn predict(&self, x: f64) -> f64 {
        self.alpha + self.beta * x
    }

    /// Standard deviation of a new R around its prediction: `residual_sd * sqrt(1 + 1/n + (x - mean)^2 / squares)`.
    pub fn prediction_sd(&self, x: f64) -> f64 {
        self.residual_sd
            * (1.0 + 1.0 / self.n as f64 + (x - self.x_mean).powi(2) / self.x_squares).sqrt()
    }

    /// Half-width of the prediction interval for one x, Student's t with n - 2 degrees of freedom.
    pub fn half_width(&self, x: f64, level: f64) -> f64 {
        student_half_width(level, (self.n - 2) as f64) * self.prediction_sd(x)
    }
}

/// Fits a link to pairs of `x = asinh(score / s)` and R.
///
/// # Errors
/// Fewer than three pairs, a value that is not finite, x that does not vary.
pub fn fit_link(pairs: &[(f64, f64)]) -> Result<Link, Error> {
    enough("pairs of a net score and a relation index", pairs.len(), 3)?;
    if let Some(at) = pairs
        .iter()
        .position(|(x, r)| !(x.is_finite() && r.is_finite()))
    {
        return Err(Error::NotFinite { what: "a pair", at });
    }
    let line = Line::through(pairs).ok_or(Error::NoVariation {
        what: "the net score",
    })?;
    Ok(Link {
        alpha: line.intercept,
        beta: line.slope,
        residual_sd: line.residual_sd,
        n: pairs.len(),
        x_mean: line.x_mean,
        x_squares: line.x_squares,
        r2: line.r2,
    })
}

/// The scale s of a dyad's scores: their median absolute value. `None` for no scores or where more than half are 0.
pub fn score_scale(scores: &[f64]) -> Option<f64> {
    let sizes: Vec<f64> = scores.iter().map(|s| s.abs()).collect();
    median(&sizes).filter(|&s| s > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked_line() {
        // x = -1, 0, 1, 2 and R = 0, 1, 1, 4: means 0.5 and 1.5, Sxx 5, Sxy 6, beta 1.2, alpha 0.9
        // residuals .3, .1, -1.1, .7: sum of squares 1.8, s^2 = 0.9; total 9, r2 = .8
        let link = fit_link(&[(-1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (2.0, 4.0)]).unwrap();
        assert!((link.beta - 1.2).abs() < 1e-12 && (link.alpha - 0.9).abs() < 1e-12);
        assert!((link.residual_sd.powi(2) - 0.9).abs() < 1e-12 && (link.r2 - 0.8).abs() < 1e-12);
        assert!((link.predict(1.5) - 2.7).abs() < 1e-12);
        // 0.9 * (1 + 1/4 + 1/5) = 1.305; t(2) at 90 % = 2.91999
        assert!((link.prediction_sd(1.5).powi(2) - 1.305).abs() < 1e-12);
        assert!((link.half_width(1.5, 0.9) - 2.9199855803537 * 1.305f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn no_line_through_nothing() {
        assert!(matches!(
            fit_link(&[(0.0, 1.0), (1.0, 2.0)]),
            Err(Error::TooFew {
                needed: 3,
                found: 2,
                ..
            })
        ));
        assert!(matches!(
            fit_link(&[(2.0, 1.0), (2.0, 2.0), (2.0, 3.0)]),
            Err(Error::NoVariation { .. })
        ));
        assert_eq!(score_scale(&[-4.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(
            (score_scale(&[0.0, 0.0, 5.0]), score_scale(&[])),
            (None, None)
        );
    }
}
