//! One stream: a Poisson regression on what led up to each period, without negative coefficients.

/// Most sweeps over the coefficients of a fit.
const SWEEPS: usize = 2000;

/// A fit has arrived when no coefficient moves by more than this part of its standard error.
const ARRIVED: f64 = 1e-5;

/// Full Newton steps are taken where they are within this many standard errors: a Poisson likelihood with whole counts is self-concordant, so they
/// stay where all rates are above 0 (Nesterov & Nemirovskii 1994, Interior-Point Polynomial Algorithms, theorem 2.2.3).
const SAFE: f64 = 0.25;

/// The monitored periods of a stream with the columns that may explain them; column 0 of a fit is the background.
pub(super) struct Row<'a> {
    columns: &'a [Vec<f64>],
    /// Monitored periods with their counts.
    cases: Vec<(usize, f64)>,
    /// Least background.
    floor: f64,
}

/// Coefficients of a fit: the background, then one for each member.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coefficients {
    pub(super) background: f64,
    /// Place of the column, and its coefficient, 0 or more.
    pub(super) members: Vec<(usize, f64)>,
}

impl<'a> Row<'a> {
    pub(super) fn new(counts: &[Option<f64>], columns: &'a [Vec<f64>]) -> Self {
        // the first period has nothing before it
        let monitored = counts.iter().enumerate().skip(1);
        let cases: Vec<(usize, f64)> = monitored.filter_map(|(t, y)| Some((t, (*y)?))).collect();
        Self {
            columns,
            floor: 0.5 / cases.len().max(1) as f64,
            cases,
        }
    }

    pub(super) fn start(&self) -> Coefficients {
        let mean = self.cases.iter().map(|c| c.1).sum::<f64>() / self.cases.len().max(1) as f64;
        Coefficients {
            background: mean.max(self.floor),
            members: Vec::new(),
        }
    }

    /// Rates of the cases.
    pub(super) fn rates(&self, fit: &Coefficients) -> Vec<f64> {
        let rate = |&(t, _): &(usize, f64)| {
            let excited: f64 = fit
                .members
                .iter()
                .map(|&(c, a)| a * self.columns[c][t])
                .sum();
            fit.background + excited
        };
        self.cases.iter().map(rate).collect()
    }

    pub(super) fn counts(&self) -> impl Iterator<Item = f64> {
        self.cases.iter().map(|c| c.1)
    }

    /// Raises the likelihood to its maximum over the background and the members, coefficient after coefficient by Newton steps.
    pub(super) fn climb(&self, fit: &mut Coefficients) {
        let some: Vec<(usize, f64)> = self.cases.iter().copied().filter(|c| c.1 > 0.0).collect();
        let mut rates: Vec<f64> = {
            let all = self.rates(fit);
            let pairs = self.cases.iter().zip(all);
            pairs.filter(|(c, _)| c.1 > 0.0).map(|(_, r)| r).collect()
        };
        let exposed: Vec<f64> = std::iter::once(self.cases.len() as f64)
            .chain(fit.members.iter().map(|&(c, _)| {
                let column = &self.columns[c];
                self.cases.iter().map(|&(t, _)| column[t]).sum()
            }))
            .collect();
        for _ in 0..SWEEPS {
            let mut furthest = 0.0f64;
            for (place, exposed) in exposed.iter().enumerate() {
                let column = place
                    .checked_sub(1)
                    .map(|m| &self.columns[fit.members[m].0]);
                let x = |t: usize| column.map_or(1.0, |column| column[t]);
                let (mut slope, mut bend) = (-exposed, 0.0);
                for (&(t, y), rate) in some.iter().zip(&rates) {
                    let share = x(t) / rate;
                    slope += y * share;
                    bend += y * share * share;
                }
                let (value, least) = match place {
                    0 => (&mut fit.background, self.floor),
                    m => (&mut fit.members[m - 1].1, 0.0),
                };
                let before = *value;
                if bend > 0.0 {
                    let errors = slope.abs() / bend.sqrt();
                    let damp = if errors > SAFE { 1.0 + errors } else { 1.0 };
                    *value = (before + slope / bend / damp).max(least);
                } else {
                    *value = least;
                }
                let moved = *value - before;
                if moved != 0.0 {
                    furthest = furthest.max(moved.abs() * bend.sqrt());
                    for (&(t, _), rate) in some.iter().zip(&mut rates) {
                        *rate += moved * x(t);
                    }
                }
            }
            if furthest < ARRIVED {
                break;
            }
        }
    }

    /// How many standard errors the score of each column outside of the fit lies above 0: the gain that it promises, with the variance taken from
    /// the residuals themselves, so that counts more dispersed than a Poisson do not look like links.
    pub(super) fn promises(&self, fit: &Coefficients, columns: &[usize]) -> Vec<f64> {
        let rates = self.rates(fit);
        let residuals: Vec<f64> = self
            .cases
            .iter()
            .zip(&rates)
            .map(|(c, rate)| c.1 / rate - 1.0)
            .collect();
        let weight: f64 = rates.iter().map(|rate| 1.0 / rate).sum();
        let promise = |&column: &usize| {
            let x = &self.columns[column];
            let sum: f64 = self.cases.iter().zip(&rates).map(|(c, r)| x[c.0] / r).sum();
            let mean = sum / weight;
            let (mut score, mut square) = (0.0, 0.0);
            for (case, residual) in self.cases.iter().zip(&residuals) {
                let term = (x[case.0] - mean) * residual;
                score += term;
                square += term * term;
            }
            if square > 0.0 {
                score / square.sqrt()
            } else {
                0.0
            }
        };
        columns.iter().map(promise).collect()
    }

    /// Covariance of the background and those members that are above 0, in this order, robust to dispersion (the sandwich of White 1982, Econometrica
    /// 50: 1-25): with H the observed information and J the sum of squared scores, `H^-1 J H^-1`. `None` if H is singular.
    pub(super) fn covariance(&self, fit: &Coefficients) -> Option<Vec<Vec<f64>>> {
        let above = fit.members.iter().filter(|m| m.1 > 0.0);
        let columns: Vec<&Vec<f64>> = above.map(|m| &self.columns[m.0]).collect();
        let n = columns.len() + 1;
        let (mut bend, mut square) = (vec![vec![0.0; n]; n], vec![vec![0.0; n]; n]);
        let mut x = vec![1.0; n];
        for (&(t, y), rate) in self.cases.iter().zip(self.rates(fit)) {
            for (x, column) in x[1..].iter_mut().zip(&columns) {
                *x = column[t];
            }
            let (information, residual) = (y / (rate * rate), y / rate - 1.0);
            for i in 0..n {
                for j in 0..n {
                    bend[i][j] += information * x[i] * x[j];
                    square[i][j] += residual * residual * x[i] * x[j];
                }
            }
        }
        let inverse = crate::dense::inverse(&bend)?;
        let half: Vec<Vec<f64>> = square
            .iter()
            .map(|row| crate::dense::times(&inverse, row))
            .collect();
        // half is J H^-1 by rows, as both are symmetric
        let cell = |i: usize, j: usize| (0..n).map(|k| inverse[i][k] * half[k][j]).sum();
        Some(
            (0..n)
                .map(|i| (0..n).map(|j| cell(i, j)).collect())
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_levels_are_fitted_by_hand() {
        // x is 0 in three periods with counts 1, 2, 0 and 2 in two with counts 7 and 5: rates 1 and 6, so background 1 and coefficient 5 / 2
        let columns = [vec![9.0, 0.0, 0.0, 0.0, 2.0, 2.0]];
        let counts = [9.0, 1.0, 2.0, 0.0, 7.0, 5.0].map(Some);
        let row = Row::new(&counts, &columns);
        let mut fit = row.start();
        assert!((fit.background - 3.0).abs() < 1e-12);
        fit.members.push((0, 0.0));
        row.climb(&mut fit);
        assert!((fit.background - 1.0).abs() < 1e-4, "{fit:?}");
        assert!((fit.members[0].1 - 2.5).abs() < 1e-4, "{fit:?}");
        // the variance of a mean from its residuals: (0 + 1 + 1) / 9 for the background, and with (1 + 1) / 4 for the other level over 4 for the coefficient
        let covariance = row.covariance(&fit).unwrap();
        assert!(
            (covariance[0][0] - 2.0 / 9.0).abs() < 1e-3,
            "{covariance:?}"
        );
        let want = (2.0 / 9.0 + 2.0 / 4.0) / 4.0;
        assert!((covariance[1][1] - want).abs() < 1e-3, "{covariance:?}");
    }

    #[test]
    fn what_would_be_negative_is_0_and_what_never_happened_has_half_an_event() {
        let columns = [vec![0.0, 0.0, 0.0, 2.0, 2.0]];
        let row = Row::new(&[0.0, 5.0, 5.0, 1.0, 1.0].map(Some), &columns);
        let mut fit = row.start();
        fit.members.push((0, 0.5));
        row.climb(&mut fit);
        assert_eq!(fit.members[0].1, 0.0);
        assert!((fit.background - 3.0).abs() < 1e-4);
        let none = Row::new(&[Some(0.0), Some(0.0), None, Some(0.0), None], &columns);
        let mut fit = none.start();
        fit.members.push((0, 0.5));
        none.climb(&mut fit);
        assert_eq!((fit.background, fit.members[0].1), (0.25, 0.0));
    }
}
