//! The worst case in closed form where all is normal and the loss is linear: what sampled answers are held to, and a quick first answer.

use crate::Error;
use detente_forecast::Cholesky;

/// A worst case of a linear loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The value of each variable.
    pub point: Vec<f64>,
    /// The loss there.
    pub loss: f64,
}

/// The worst of all scenarios within a Mahalanobis distance `radius` of the mean, for the loss `w x`:
///
/// ```text
/// x = mu + radius Sigma w / (w' Sigma w)^.5,     loss = w mu + radius (w' Sigma w)^.5
/// ```
///
/// Breuer, Jandacka, Rheinberger & Summer 2009, How to find plausible, severe, and useful stress scenarios, International Journal of Central Banking 5(3): 205-224. It is
/// the tilted mean of the normal distribution with mean mu and covariance Sigma within relative entropy `k = radius^2 / 2`.
///
/// `covariance` row by row.
///
/// # Errors
/// Lengths that differ; a covariance that is not positive definite, a negative radius or weights that are all 0.
pub fn worst(
    mean: &[f64],
    covariance: &[f64],
    weights: &[f64],
    radius: f64,
) -> Result<Scenario, Error> {
    let n = mean.len();
    check(n, covariance, weights.len())?;
    if radius.is_nan() || radius < 0.0 {
        return Err(Error::OutOfRange {
            what: "the radius of the ellipsoid",
            value: radius,
            range: "0 or more",
        });
    }
    factor(covariance.to_vec(), n)?;
    let along: Vec<f64> = covariance
        .chunks_exact(n)
        .map(|row| dot(row, weights))
        .collect();
    let variance = dot(&along, weights);
    if variance.is_nan() || variance <= 0.0 {
        return Err(Error::OutOfRange {
            what: "the variance of the loss",
            value: variance,
            range: "above 0; give a variable a weight",
        });
    }
    let step = radius / variance.sqrt();
    let point: Vec<f64> = mean.iter().zip(&along).map(|(m, a)| m + step * a).collect();
    let loss = dot(&point, weights);
    Ok(Scenario { point, loss })
}

/// All variables where some are fixed: the others at their conditional expectation, `mu_o + Sigma_of Sigma_ff^-1 (x_f - mu_f)`, which of all ways to fill in the
/// others is the nearest to the mean (Breuer et al. 2009, section 3).
///
/// # Errors
/// As [`worst`]; a variable that is none, or is fixed twice.
pub fn conditional(
    mean: &[f64],
    covariance: &[f64],
    fixed: &[(usize, f64)],
) -> Result<Vec<f64>, Error> {
    let n = mean.len();
    check(n, covariance, n)?;
    if let Some(&(out, _)) = fixed.iter().find(|(v, _)| *v >= n) {
        return Err(Error::OutOfRange {
            what: "a variable that is fixed",
            value: out as f64,
            range: "the number of a variable",
        });
    }
    let pairs = fixed
        .iter()
        .flat_map(|a| fixed.iter().map(move |b| (a.0, b.0)));
    let part = pairs.map(|(i, j)| covariance[i * n + j]).collect();
    let factor = factor(part, fixed.len())?;
    let mut pull: Vec<f64> = fixed.iter().map(|&(v, x)| x - mean[v]).collect();
    factor.solve(&mut pull);
    let mut point: Vec<f64> = (0..n)
        .map(|i| {
            let toward = fixed.iter().zip(&pull);
            mean[i]
                + toward
                    .map(|(f, p)| covariance[i * n + f.0] * p)
                    .sum::<f64>()
        })
        .collect();
    for &(v, x) in fixed {
        point[v] = x;
    }
    Ok(point)
}

fn check(n: usize, covariance: &[f64], weights: usize) -> Result<(), Error> {
    for (what, expected, found) in [
        ("entries of the covariance", n * n, covariance.len()),
        ("weights and means", n, weights),
    ] {
        if expected != found {
            return Err(Error::Shape {
                what,
                expected,
                found,
            });
        }
    }
    Ok(())
}

fn factor(matrix: Vec<f64>, n: usize) -> Result<Cholesky, Error> {
    Cholesky::factor(matrix, n).ok_or(Error::OutOfRange {
        what: "the least eigenvalue of the covariance",
        value: 0.0,
        range: "above 0; leave out variables that others determine",
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_variables_by_hand() {
        // Sigma [[4, 2], [2, 9]], w [1, 1]: Sigma w = [6, 11], variance 17
        let found = worst(&[1.0, 2.0], &[4.0, 2.0, 2.0, 9.0], &[1.0, 1.0], 2.0).unwrap();
        let sd = 17f64.sqrt();
        assert!((found.point[0] - (1.0 + 12.0 / sd)).abs() < 1e-12);
        assert!((found.point[1] - (2.0 + 22.0 / sd)).abs() < 1e-12);
        assert!((found.loss - (3.0 + 2.0 * sd)).abs() < 1e-12);
        // x = 5, so y = 2 + 2 / 4 x 4
        let filled = conditional(&[1.0, 2.0], &[4.0, 2.0, 2.0, 9.0], &[(0, 5.0)]).unwrap();
        assert_eq!(filled, [5.0, 4.0]);
        let free = conditional(&[1.0, 2.0], &[4.0, 2.0, 2.0, 9.0], &[]).unwrap();
        assert_eq!(free, [1.0, 2.0]);
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        assert!(worst(&[0.0], &[1.0, 2.0], &[1.0], 1.0).is_err());
        assert!(worst(&[0.0; 2], &[1.0, 2.0, 2.0, 1.0], &[1.0; 2], 1.0).is_err());
        assert!(worst(&[0.0], &[1.0], &[0.0], 1.0).is_err());
        assert!(worst(&[0.0], &[1.0], &[1.0], -1.0).is_err());
        let twice = [(0, 1.0), (0, 2.0)];
        assert!(conditional(&[0.0; 2], &[1.0, 0.0, 0.0, 1.0], &twice).is_err());
        assert!(conditional(&[0.0], &[1.0], &[(1, 1.0)]).is_err());
    }
}
