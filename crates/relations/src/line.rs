//! A straight line by least squares.

/// `y = intercept + slope * x` through at least three pairs.
pub(crate) struct Line {
    pub(crate) slope: f64,
    pub(crate) intercept: f64,
    /// Standard deviation of the residuals, n - 2 degrees of freedom.
    pub(crate) residual_sd: f64,
    pub(crate) x_mean: f64,
    /// Sum of squared deviations of x.
    pub(crate) x_squares: f64,
    /// Share of the variance of y on the line; 0 if y does not vary.
    pub(crate) r2: f64,
}

impl Line {
    /// `None` for fewer than three pairs or an x that does not vary.
    pub(crate) fn through(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.len() < 3 {
            return None;
        }
        let n = pairs.len() as f64;
        let x_mean = pairs.iter().map(|p| p.0).sum::<f64>() / n;
        let y_mean = pairs.iter().map(|p| p.1).sum::<f64>() / n;
        let x_squares = pairs.iter().map(|p| (p.0 - x_mean).powi(2)).sum::<f64>();
        // what rounding alone leaves of equal values
        if x_squares <= (4.0 * f64::EPSILON * x_mean).powi(2) * n {
            return None;
        }
        let slope = pairs
            .iter()
            .map(|p| (p.0 - x_mean) * (p.1 - y_mean))
            .sum::<f64>()
            / x_squares;
        let intercept = y_mean - slope * x_mean;
        let residual = pairs
            .iter()
            .map(|p| (p.1 - intercept - slope * p.0).powi(2))
            .sum::<f64>();
        let total = pairs.iter().map(|p| (p.1 - y_mean).powi(2)).sum::<f64>();
        let r2 = if total > 0.0 {
            (1.0 - residual / total).clamp(0.0, 1.0)
        } else {
            0.0
        };
        Some(Self {
            slope,
            intercept,
            residual_sd: (residual / (n - 2.0)).sqrt(),
            x_mean,
            x_squares,
            r2,
        })
    }
}
