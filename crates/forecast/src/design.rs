//! Rows of features, and the solution of the small symmetric systems that a regression on them leads to.

use crate::Error;
use crate::error::in_range;

/// A table of features: one row per case, the same number of finite columns in each.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    columns: usize,
    values: Vec<f64>,
}

/// Mean and spread of each column, by which a regression brings its features onto one scale.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scaling {
    pub(crate) mean: Vec<f64>,
    /// Population standard deviation; infinite for a column that never varies, so that it carries no weight.
    pub(crate) sd: Vec<f64>,
}

impl Design {
    /// A table without rows.
    pub fn new(columns: usize) -> Self {
        Self {
            columns,
            values: Vec::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Not one value per column; a value that is not finite.
    pub fn push(&mut self, row: &[f64]) -> Result<(), Error> {
        same_length(
            "the columns of a design and its row",
            self.columns,
            row.len(),
        )?;
        finite("a feature", row)?;
        self.values.extend_from_slice(row);
        Ok(())
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Every row in turn.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.columns.max(1))
    }

    /// Weighted mean and standard deviation of the columns.
    pub(crate) fn scaling(&self, weights: &[f64]) -> Scaling {
        let total: f64 = weights.iter().sum();
        let mut mean = vec![0.0; self.columns];
        for (row, w) in self.iter().zip(weights) {
            for (m, x) in mean.iter_mut().zip(row) {
                *m += w * x / total;
            }
        }
        let mut sd = vec![0.0; self.columns];
        for (row, w) in self.iter().zip(weights) {
            for ((v, x), m) in sd.iter_mut().zip(row).zip(&mean) {
                *v += w * (x - m) * (x - m) / total;
            }
        }
        for (v, m) in sd.iter_mut().zip(&mean) {
            *v = v.sqrt();
            // what rounding leaves of a constant is no variation
            if *v <= 1e-12 * m.abs() || *v == 0.0 {
                *v = f64::INFINITY;
            }
        }
        Scaling { mean, sd }
    }
}

impl Scaling {
    /// Writes the row on the common scale: each column with mean 0 and standard deviation 1.
    pub(crate) fn apply(&self, row: &[f64], to: &mut [f64]) {
        for (j, z) in to.iter_mut().enumerate() {
            *z = (row[j] - self.mean[j]) / self.sd[j];
        }
    }

    /// Intercept and coefficients on the columns as they are, from those on the common scale.
    pub(crate) fn undo(&self, intercept: f64, mut coefficients: Vec<f64>) -> (f64, Vec<f64>) {
        let mut intercept = intercept;
        for ((b, m), s) in coefficients.iter_mut().zip(&self.mean).zip(&self.sd) {
            *b /= s;
            intercept -= *b * m;
        }
        (intercept, coefficients)
    }
}

/// The lower factor `L` of a symmetric positive definite matrix `L L'`, row by row.
///
/// ```
/// // [[4, 2], [2, 5]] x = [10, 13] has x = [1.5, 2]
/// let factor = detente_forecast::Cholesky::factor(vec![4.0, 2.0, 2.0, 5.0], 2).unwrap();
/// let mut x = [10.0, 13.0];
/// factor.solve(&mut x);
/// assert_eq!(x, [1.5, 2.0]);
/// assert_eq!(factor.row(1), [1.0, 2.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky {
    n: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors an `n` x `n` matrix of which the lower triangle is read; `None` if it is not positive definite.
    pub fn factor(mut a: Vec<f64>, n: usize) -> Option<Self> {
        for i in 0..n {
            for j in 0..=i {
                let mut sum = a[i * n + j];
                for k in 0..j {
                    sum -= a[i * n + k] * a[j * n + k];
                }
                if i > j {
                    a[i * n + j] = sum / a[j * n + j];
                } else if sum > 1e-12 * a[i * n + i].abs() {
                    // less is what rounding leaves of a column that the ones before it determine
                    a[i * n + i] = sum.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(Self { n, lower: a })
    }

    /// Row `i` of the factor, from its first entry to that on the diagonal.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.lower[i * self.n..=i * self.n + i]
    }

    /// Natural logarithm of the determinant of the matrix that was factored.
    pub fn ln_determinant(&self) -> f64 {
        (0..self.n)
            .map(|i| 2.0 * self.lower[i * self.n + i].ln())
            .sum()
    }

    /// Solves `L x = b` in place.
    pub fn forward(&self, b: &mut [f64]) {
        for i in 0..self.n {
            for k in 0..i {
                b[i] -= self.lower[i * self.n + k] * b[k];
            }
            b[i] /= self.lower[i * self.n + i];
        }
    }

    /// Solves `L L' x = b` in place.
    pub fn solve(&self, b: &mut [f64]) {
        self.forward(b);
        for i in (0..self.n).rev() {
            for k in i + 1..self.n {
                b[i] -= self.lower[k * self.n + i] * b[k];
            }
            b[i] /= self.lower[i * self.n + i];
        }
    }
}

/// Adds `w z z'` to the lower triangle of a matrix.
pub(crate) fn add_outer(a: &mut [f64], z: &[f64], w: f64) {
    let n = z.len();
    for i in 0..n {
        let wz = w * z[i];
        for (to, zj) in a[i * n..=i * n + i].iter_mut().zip(z) {
            *to += wz * zj;
        }
    }
}

/// The weights given, or 1 for each of `rows`.
pub(crate) fn weights_or_one(weights: Option<&[f64]>, rows: usize) -> Result<Vec<f64>, Error> {
    let Some(weights) = weights else {
        return Ok(vec![1.0; rows]);
    };
    same_length("rows and their weights", rows, weights.len())?;
    for &w in weights {
        in_range(
            "a weight",
            w,
            "0 or more and finite",
            w >= 0.0 && w.is_finite(),
        )?;
    }
    let total: f64 = weights.iter().sum();
    in_range(
        "the sum of the weights",
        total,
        "above 0",
        total > 0.0 || rows == 0,
    )?;
    Ok(weights.to_vec())
}

pub(crate) fn same_length(what: &'static str, left: usize, right: usize) -> Result<(), Error> {
    if left == right {
        Ok(())
    } else {
        Err(Error::Lengths { what, left, right })
    }
}

pub(crate) fn finite(what: &'static str, values: &[f64]) -> Result<(), Error> {
    values
        .iter()
        .try_for_each(|&v| in_range(what, v, "finite", v.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factored_matrix_solves() {
        // [[4, 2], [2, 5]] x = [10, 13] has x = [1.5, 2.0]
        let c = Cholesky::factor(vec![4.0, 0.0, 2.0, 5.0], 2).unwrap();
        let mut b = [10.0, 13.0];
        c.solve(&mut b);
        assert!(
            (b[0] - 1.5).abs() < 1e-14 && (b[1] - 2.0).abs() < 1e-14,
            "{b:?}"
        );
        // 4 x 5 - 2 x 2
        assert!((c.ln_determinant() - 16.0f64.ln()).abs() < 1e-14);
        assert_eq!(Cholesky::factor(vec![1.0, 0.0, 2.0, 1.0], 2), None);
    }

    #[test]
    fn bad_rows_are_refused() {
        let mut d = Design::new(2);
        assert!(matches!(d.push(&[1.0]), Err(Error::Lengths { .. })));
        assert!(matches!(
            d.push(&[1.0, f64::NAN]),
            Err(Error::OutOfRange { .. })
        ));
        d.push(&[1.0, 2.0]).unwrap();
        assert_eq!((d.rows(), d.columns()), (1, 2));
    }
}
