//! Correlation of innovations from months that both variables have, drawn to what pairs have on average until it is positive definite.

use detente_forecast::Cholesky;
use std::f64::consts::PI;

/// Fewest months that two variables must share; with fewer they are taken to have what pairs have on average.
const SHARED: usize = 12;

/// By how much more of what is left correlations are drawn in as long as the matrix is not positive definite.
const STEP: f64 = 0.05;

/// A correlation matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Correlation {
    variables: usize,
    /// Row by row, 1 on the diagonal.
    matrix: Vec<f64>,
    pub(super) factor: Cholesky,
    /// How far correlations were drawn to their mean.
    pub(super) shrinkage: f64,
}

impl Correlation {
    /// `sin(pi tau / 2)` of Kendall's tau-b, which holds for every elliptical copula and does not ask for the margins (Lindskog, McNeil & Schmock 2003, in:
    /// Credit Risk, 149-156), drawn to the mean correlation of all pairs (Ledoit & Wolf 2004, Journal of Portfolio Management 30(4): 110-119) by the share
    ///
    /// ```text
    /// lambda = sum of (1 - r^2)^2 / (n - 1)  /  sum of (r - mean r)^2          over pairs, n the months that the pair shares
    /// ```
    ///
    /// (Schaefer & Strimmer 2005, Statistical Applications in Genetics and Molecular Biology 4: 32), and further in steps until the matrix is positive definite. Drawn to 0 instead,
    /// as is usual, what moves all variables together would be lost, and with it the tail of any sum of them.
    pub(super) fn of(innovations: &[Vec<f64>]) -> Self {
        let p = innovations.len();
        let taus = detente_forecast::on_all_cores(p, |i| {
            (0..i)
                .map(|j| tau(&innovations[i], &innovations[j]))
                .collect::<Vec<_>>()
        });
        let found = || taus.iter().flatten().flatten();
        let pearson = |tau: f64| (PI / 2.0 * tau).sin();
        let pairs = found().count() as f64;
        // a common correlation that is negative may have no such matrix, and none beyond 1
        let mean = (found().map(|&(tau, _)| pearson(tau)).sum::<f64>() / pairs).clamp(0.0, 0.99);
        let mean = if pairs > 0.0 { mean } else { 0.0 };
        let (mut noise, mut square) = (0.0, 0.0);
        for &(tau, n) in found() {
            let r = pearson(tau);
            noise += (1.0 - r * r).powi(2) / (n as f64 - 1.0);
            square += (r - mean).powi(2);
        }
        let mut shrinkage = if square > 0.0 {
            (noise / square).min(1.0)
        } else {
            0.0
        };
        loop {
            let mut matrix = vec![0.0; p * p];
            for (i, row) in taus.iter().enumerate() {
                matrix[i * p + i] = 1.0;
                for (j, found) in row.iter().enumerate() {
                    let own = found.map_or(mean, |(tau, _)| pearson(tau));
                    let r = own + shrinkage * (mean - own);
                    (matrix[i * p + j], matrix[j * p + i]) = (r, r);
                }
            }
            if let Some(factor) = Cholesky::factor(matrix.clone(), p) {
                return Self {
                    variables: p,
                    matrix,
                    factor,
                    shrinkage,
                };
            }
            // at 1 all pairs have the same correlation, 0 to 0.99, which has a factor
            shrinkage = if shrinkage > 0.99 {
                1.0
            } else {
                shrinkage + STEP * (1.0 - shrinkage)
            };
        }
    }

    /// A matrix that is known.
    #[cfg(test)]
    pub(super) fn given(matrix: &[f64], variables: usize) -> Self {
        Self {
            variables,
            matrix: matrix.to_vec(),
            factor: Cholesky::factor(matrix.to_vec(), variables).unwrap(),
            shrinkage: 0.0,
        }
    }

    pub(super) fn get(&self, i: usize, j: usize) -> f64 {
        self.matrix[i * self.variables + j]
    }

    /// The factor of the part of the matrix with these variables.
    pub(super) fn part(&self, of: &[usize]) -> Cholesky {
        let part = of.iter().flat_map(|&i| of.iter().map(move |&j| (i, j)));
        let part = part.map(|(i, j)| self.get(i, j)).collect();
        Cholesky::factor(part, of.len())
            .expect("a principal part of a positive definite matrix is positive definite")
    }
}

/// Kendall's tau-b over the months that both have, with their number; `None` for too few, or where one never varies.
fn tau(x: &[f64], y: &[f64]) -> Option<(f64, usize)> {
    let pairs: Vec<(f64, f64)> = x
        .iter()
        .zip(y)
        .filter(|(x, y)| !x.is_nan() && !y.is_nan())
        .map(|(x, y)| (*x, *y))
        .collect();
    if pairs.len() < SHARED {
        return None;
    }
    let (mut agree, mut of_x, mut of_y) = (0i64, 0i64, 0i64);
    for (i, a) in pairs.iter().enumerate() {
        for b in &pairs[..i] {
            let sign = |a: f64, b: f64| i64::from(a > b) - i64::from(a < b);
            let (sx, sy) = (sign(a.0, b.0), sign(a.1, b.1));
            agree += sx * sy;
            of_x += sx * sx;
            of_y += sy * sy;
        }
    }
    let size = ((of_x as f64) * (of_y as f64)).sqrt();
    (size > 0.0).then(|| (agree as f64 / size, pairs.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::Draw;

    #[test]
    fn tau_by_hand() {
        let x: Vec<f64> = (0..12).map(f64::from).collect();
        let mut y = x.clone();
        assert_eq!(tau(&x, &y), Some((1.0, 12)));
        // two neighbours changed: 1 of 66 pairs turns, (65 - 1) / 66
        y.swap(3, 4);
        assert!((tau(&x, &y).unwrap().0 - 64.0 / 66.0).abs() < 1e-15);
        // one tie in y: 65 concordant, tau-b = 65 / (66 x 65)^.5
        let mut tied = x.clone();
        tied[1] = 0.0;
        assert!((tau(&x, &tied).unwrap().0 - 65.0 / (66.0f64 * 65.0).sqrt()).abs() < 1e-15);
        y[0] = f64::NAN;
        assert_eq!(tau(&x, &y), None);
        assert_eq!(tau(&x, &[1.0; 12]), None);
    }

    #[test]
    fn more_variables_than_months_still_have_a_factor() {
        let mut draw = Draw::of(2, 0, 0);
        let rows: Vec<Vec<f64>> = (0..30)
            .map(|_| (0..14).map(|_| draw.normal()).collect())
            .collect();
        let found = Correlation::of(&rows);
        assert!(found.shrinkage > 0.5 && found.shrinkage <= 1.0);
        assert!((0..30).all(|i| found.get(i, i) == 1.0));
    }

    #[test]
    fn a_common_part_is_recovered() {
        let mut draw = Draw::of(4, 0, 0);
        let mut rows = vec![Vec::new(); 3];
        for _ in 0..2000 {
            let common = draw.normal();
            rows[0].push(0.8 * common + 0.6 * draw.normal());
            rows[1].push((0.8 * common + 0.6 * draw.normal()).exp());
            rows[2].push(draw.normal());
        }
        rows[1][7] = f64::NAN;
        let found = Correlation::of(&rows);
        // r = .64, whatever the margins; standard error about .015
        assert!((found.get(1, 0) - 0.64).abs() < 0.05, "{}", found.get(1, 0));
        assert!(found.get(2, 0).abs() < 0.08 && found.shrinkage < 0.01);
    }

    #[test]
    fn what_moves_all_together_is_not_lost_where_months_are_few() {
        // 30 variables with r = .5 throughout, 30 months: the variance of their mean is 1/30 + 29/30 x .5 = .517
        let mut draw = Draw::of(5, 0, 0);
        let mut rows = vec![Vec::new(); 30];
        for _ in 0..30 {
            let common = draw.normal();
            for row in &mut rows {
                row.push(0.5f64.sqrt() * (common + draw.normal()));
            }
        }
        rows[3].truncate(6);
        rows[3].resize(30, f64::NAN);
        let found = Correlation::of(&rows);
        let mean: f64 = found.matrix.iter().sum::<f64>() / 900.0;
        // 30 months give a correlation to .14, all pairs sharing the common part
        assert!((mean - 0.517).abs() < 0.2, "{mean}");
        assert!(found.shrinkage > 0.5);
        // too few months of its own: what pairs have on average
        assert!((found.get(3, 0) - (mean * 900.0 - 30.0) / 870.0).abs() < 0.02);
    }
}
