//! Ridge and logistic regression on a handful of features: small, exact, the same on every machine.

use crate::Error;
use crate::design::{Cholesky, Design, add_outer, finite, same_length, weights_or_one};
use crate::error::in_range;

/// Newton steps after which a logistic regression gives up; a usual one takes five to eight.
const STEPS: usize = 100;

/// Largest step on the common scale at which a logistic regression has arrived.
const ARRIVED: f64 = 1e-9;

/// A linear function of features.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// The value where all features are 0.
    pub intercept: f64,
    /// One per column, on the features as they were given.
    pub coefficients: Vec<f64>,
}

impl Linear {
    /// Intercept plus coefficients times features.
    pub fn at(&self, row: &[f64]) -> f64 {
        let sum: f64 = self.coefficients.iter().zip(row).map(|(b, x)| b * x).sum();
        self.intercept + sum
    }
}

/// A ridge regression and what it leaves over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// The function found.
    pub line: Linear,
    /// For each row its outcome less what a regression without that row gives it, `(y - fit) / (1 - leverage)`: the errors of
    /// forecasts, not of a fit, which matters where rows are few.
    pub left_out: Vec<f64>,
}

/// Ridge regression (Hoerl & Kennard 1970, Technometrics 12: 55-67): minimises
/// `sum of w (y - a - z b)^2 + penalty * |b|^2`, where `z` are the features with weighted mean 0 and standard deviation 1
/// (divisor: the sum of weights), so the intercept `a` is not penalised and the unit of a feature does not matter.
///
/// A penalty of 0 is least squares. A column that never varies gets a coefficient of 0.
///
/// # Errors
/// No row; lengths that differ; a value that is not finite; a negative weight or penalty; with a penalty of 0, columns that
/// are linear functions of each other.
pub fn ridge(x: &Design, y: &[f64], weights: Option<&[f64]>, penalty: f64) -> Result<Ridge, Error> {
    let (n, p) = (x.rows(), x.columns());
    let w = check(x, y, weights, penalty)?;
    let scaling = x.scaling(&w);
    let total: f64 = w.iter().sum();
    let centre = y.iter().zip(&w).map(|(y, w)| y * w).sum::<f64>() / total;
    let (mut a, mut b, mut z) = (vec![0.0; p * p], vec![0.0; p], vec![0.0; p]);
    for ((row, y), w) in x.iter().zip(y).zip(&w) {
        scaling.apply(row, &mut z);
        add_outer(&mut a, &z, *w);
        for (b, z) in b.iter_mut().zip(&z) {
            *b += w * z * (y - centre);
        }
    }
    penalise(&mut a, 0, penalty, &scaling.sd);
    let factor = Cholesky::factor(a, p).ok_or(Error::TooFew {
        what: "independent columns of a regression",
        needed: p,
        found: p.saturating_sub(1),
    })?;
    factor.solve(&mut b);
    let mut left_out = Vec::with_capacity(n);
    let mut half = vec![0.0; p];
    for ((row, y), w) in x.iter().zip(y).zip(&w) {
        scaling.apply(row, &mut z);
        let fit = centre + z.iter().zip(&b).map(|(z, b)| z * b).sum::<f64>();
        half.copy_from_slice(&z);
        factor.forward(&mut half);
        let leverage = w * (1.0 / total + half.iter().map(|h| h * h).sum::<f64>());
        // a row that alone decides a coefficient has a leverage of 1 and says nothing of the error
        left_out.push((y - fit) / (1.0 - leverage).max(1e-6));
    }
    let (intercept, coefficients) = scaling.undo(centre, b);
    Ok(Ridge {
        line: Linear {
            intercept,
            coefficients,
        },
        left_out,
    })
}

/// Logistic regression with a ridge penalty (le Cessie & van Houwelingen 1992, Applied Statistics 41: 191-201): the linear
/// function whose [`logistic`] is the probability of `true`, by Newton's method with halved steps. Minimises
/// `-log likelihood + penalty / 2 * |b|^2` on features brought onto one scale as in [`ridge`]; the intercept is not penalised.
///
/// # Errors
/// As [`ridge`]; outcomes that are all alike ([`Error::TooFew`]); [`Error::NotConverged`], as with a penalty of 0 and outcomes
/// that the features part without error.
pub fn logistic_regression(
    x: &Design,
    y: &[bool],
    weights: Option<&[f64]>,
    penalty: f64,
) -> Result<Linear, Error> {
    let p = x.columns();
    let outcomes: Vec<f64> = y.iter().map(|&y| f64::from(u8::from(y))).collect();
    let w = check(x, &outcomes, weights, penalty)?;
    let total: f64 = w.iter().sum();
    let share = outcomes.iter().zip(&w).map(|(y, w)| y * w).sum::<f64>() / total;
    if share <= 0.0 || share >= 1.0 {
        return Err(Error::TooFew {
            what: "kinds of outcome of a logistic regression",
            needed: 2,
            found: 1,
        });
    }
    let scaling = x.scaling(&w);
    // one row of features on the common scale after the other, with a 1 in front
    let k = p + 1;
    let mut z = vec![1.0; x.rows() * k];
    for (row, z) in x.iter().zip(z.chunks_exact_mut(k)) {
        scaling.apply(row, &mut z[1..]);
    }
    let loss = |b: &[f64]| {
        let fit: f64 = z
            .chunks_exact(k)
            .zip(&outcomes)
            .zip(&w)
            .map(|((z, y), w)| {
                let eta = dot(z, b);
                w * (ln_1p_exp(eta) - y * eta)
            })
            .sum();
        fit + 0.5 * penalty * b[1..].iter().map(|b| b * b).sum::<f64>()
    };
    let mut b = vec![0.0; k];
    b[0] = logit(share);
    let mut now = loss(&b);
    for _ in 0..STEPS {
        let (mut a, mut step) = (vec![0.0; k * k], vec![0.0; k]);
        for ((z, y), w) in z.chunks_exact(k).zip(&outcomes).zip(&w) {
            let chance = logistic(dot(z, &b));
            add_outer(&mut a, z, w * chance * (1.0 - chance));
            for (g, z) in step.iter_mut().zip(z) {
                *g += w * (y - chance) * z;
            }
        }
        for j in 1..k {
            step[j] -= penalty * b[j];
        }
        penalise(&mut a, 1, penalty, &scaling.sd);
        let Some(factor) = Cholesky::factor(a, k) else {
            break;
        };
        factor.solve(&mut step);
        let size = step.iter().fold(0.0f64, |m, s| m.max(s.abs()));
        let mut share = 1.0;
        loop {
            let next: Vec<f64> = b.iter().zip(&step).map(|(b, s)| b + share * s).collect();
            let there = loss(&next);
            // near the end the loss is flat to rounding
            if there <= now + 1e-12 * now.abs() {
                (b, now) = (next, there);
                break;
            }
            share /= 2.0;
            if share < 1e-10 {
                break;
            }
        }
        if size < ARRIVED {
            let (intercept, coefficients) = scaling.undo(b[0], b[1..].to_vec());
            return Ok(Linear {
                intercept,
                coefficients,
            });
        }
    }
    Err(Error::NotConverged {
        what: "a logistic regression",
        remedy: "give it a penalty above 0 or fewer features",
    })
}

/// `1 / (1 + exp(-x))`: from log odds to a probability.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// `ln(p / (1 - p))`: from a probability to log odds; infinite at 0 and 1.
pub fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

fn ln_1p_exp(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Adds the penalty to the diagonal from place `from` on, and 1 for a column that never varies: its coefficient is then 0
/// instead of undetermined.
fn penalise(a: &mut [f64], from: usize, penalty: f64, sd: &[f64]) {
    let n = from + sd.len();
    for (j, sd) in (from..n).zip(sd) {
        a[j * n + j] += penalty + f64::from(u8::from(sd.is_infinite()));
    }
}

fn check(x: &Design, y: &[f64], weights: Option<&[f64]>, penalty: f64) -> Result<Vec<f64>, Error> {
    same_length("rows and outcomes", x.rows(), y.len())?;
    if y.is_empty() {
        return Err(Error::TooFew {
            what: "rows of a regression",
            needed: 1,
            found: 0,
        });
    }
    finite("an outcome", y)?;
    in_range(
        "the penalty",
        penalty,
        "0 or more and finite",
        penalty >= 0.0 && penalty.is_finite(),
    )?;
    weights_or_one(weights, x.rows())
}
