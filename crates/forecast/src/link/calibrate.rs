//! From the share that a candidate has of the scores to the chance that it is an answer.

use crate::linear::{logistic, logistic_regression, logit};
use crate::{Design, Error};

/// `ln p / (1 - p) = a + b ln q / (1 - q)` for a share q (Platt 1999, Advances in Large Margin Classifiers: 61-74, on log-odds). A share is of one answer, but a
/// question can have several, and what the scores were learnt on flatters them; so a and b are learnt on questions that the scores have not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Calibration {
    a: f64,
    b: f64,
}

/// Shares are kept this far from 0 and 1.
const EDGE: f64 = 1e-6;

impl Calibration {
    /// The share as it is.
    pub const NONE: Self = Self { a: 0.0, b: 1.0 };

    /// By shares with whether each came true.
    ///
    /// # Errors
    /// If all came true or none did.
    pub fn learn(told: &[(f64, bool)]) -> Result<Self, Error> {
        let mut x = Design::new(1);
        for (share, _) in told {
            x.push(&[logit(share.clamp(EDGE, 1.0 - EDGE))])?;
        }
        let y: Vec<bool> = told.iter().map(|(_, true_)| *true_).collect();
        let fitted = logistic_regression(&x, &y, None, 0.0)?;
        Ok(Self {
            a: fitted.intercept,
            b: fitted.coefficients[0],
        })
    }

    /// The chance that goes with a share.
    pub fn at(&self, share: f64) -> f64 {
        if *self == Self::NONE {
            return share;
        }
        logistic(self.a + self.b * logit(share.clamp(EDGE, 1.0 - EDGE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draw;

    #[test]
    fn shares_that_are_too_low_are_set_right() {
        let mut draw = Draw::of(1, 0, 0);
        let told: Vec<(f64, bool)> = (0..20_000)
            .map(|_| {
                let share = draw.uniform();
                let chance = logistic(0.5 + 1.3 * logit(share));
                (share, draw.uniform() < chance)
            })
            .collect();
        let found = Calibration::learn(&told).unwrap();
        // standard errors near .02
        assert!((found.a - 0.5).abs() < 0.08, "{found:?}");
        assert!((found.b - 1.3).abs() < 0.08, "{found:?}");
        assert!((found.at(0.5) - logistic(found.a)).abs() < 1e-12);
        assert_eq!(Calibration::NONE.at(0.3), 0.3);
        assert!(Calibration::learn(&[(0.5, true), (0.2, true)]).is_err());
    }
}
