//! Logistic regression with an intercept for each type of event, drawn to that of its class.

use crate::Error;
use crate::design::{Cholesky, add_outer};
use crate::linear::logistic;
use crate::on_all_cores;

/// Newton steps after which a fit gives up.
const STEPS: usize = 60;

/// Largest step, in log odds on the common scale, at which it has arrived.
const ARRIVED: f64 = 1e-7;

/// Pieces in which rows are summed: a fixed number, so that sums are the same on any number of cores.
const PIECES: usize = 32;

/// Rows of a regression.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    columns: usize,
    values: Vec<f32>,
    group: Vec<u32>,
    came: Vec<bool>,
    weight: Vec<f32>,
}

impl Rows {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    /// Adds a row: its features, its group, the outcome, and how many rows it stands for.
    pub(super) fn push(&mut self, row: &[f64], group: u32, came: bool, weight: f32) {
        self.values.extend(row.iter().map(|x| *x as f32));
        self.group.push(group);
        self.came.push(came);
        self.weight.push(weight);
    }

    pub(super) fn append(&mut self, other: &mut Self) {
        self.values.append(&mut other.values);
        self.group.append(&mut other.group);
        self.came.append(&mut other.came);
        self.weight.append(&mut other.weight);
    }

    pub(super) fn len(&self) -> usize {
        self.came.len()
    }

    pub(super) fn events(&self) -> usize {
        self.came.iter().filter(|c| **c).count()
    }

    /// Features, group, outcome and weight of each row.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[f32], u32, bool, f64)> {
        self.part(0, self.len())
    }

    fn part(&self, from: usize, to: usize) -> impl Iterator<Item = (&[f32], u32, bool, f64)> {
        let p = self.columns;
        (from..to).map(move |i| {
            let row = &self.values[i * p..(i + 1) * p];
            (row, self.group[i], self.came[i], f64::from(self.weight[i]))
        })
    }
}

/// What was fitted: the log odds of a row are its group's intercept plus coefficients times features.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grouped {
    pub(super) intercepts: Vec<f64>,
    pub(super) coefficients: Vec<f64>,
}

/// How hard parameters are held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Penalty {
    /// Ridge on the coefficients of features with standard deviation 1.
    pub(super) slope: f64,
    /// Ridge on the distance of a group's intercept from that of its class.
    pub(super) group: f64,
}

struct Sums {
    loss: f64,
    gradient: Vec<f64>,
    matrix: Vec<f64>,
    groups: Vec<(f64, f64, Vec<f64>)>,
}

/// Minimises `-log likelihood + slope / 2 |b|^2 + group / 2 sum of u_g^2` where the log odds are `c_class(g) + u_g + b z`, with `z` the features
/// on one scale, by Newton's method; the intercepts of the groups are eliminated from each step, as in mixed models
/// (Henderson 1953, Biometrics 9: 226-252), so that hundreds of them cost nothing.
///
/// `class` is by group. A group without rows has its class's intercept, a class without rows that of all.
///
/// # Errors
/// Outcomes all alike; [`Error::NotConverged`].
pub(super) fn fit(rows: &Rows, class: &[u8], penalty: Penalty) -> Result<Grouped, Error> {
    let (events, n) = (rows.events(), rows.len());
    if events == 0 || events == n {
        return Err(Error::TooFew {
            what: "kinds of outcome of a regression of events",
            needed: 2,
            found: 1,
        });
    }
    let p = rows.columns;
    let (mean, sd) = scale(rows);
    // classes that occur, each a column of its own after the features
    let mut classes: Vec<u8> = rows.iter().map(|r| class[r.1 as usize]).collect();
    classes.sort_unstable();
    classes.dedup();
    let place = |g: u32| classes.iter().position(|c| *c == class[g as usize]);
    let place: Vec<Option<usize>> = (0..class.len() as u32).map(place).collect();
    let k = p + classes.len();
    let total: f64 = rows.iter().map(|r| r.3).sum();
    let came: f64 = rows.iter().filter(|r| r.2).map(|r| r.3).sum();
    let mut b = vec![0.0; k];
    b[p..].fill((came / (total - came)).ln());
    let mut u = vec![0.0; class.len()];
    let sums = |b: &[f64], u: &[f64], full: bool| -> Sums {
        let pieces = on_all_cores(PIECES, |piece| {
            let mut sums = Sums {
                loss: 0.0,
                gradient: vec![0.0; k],
                matrix: vec![0.0; if full { k * k } else { 0 }],
                groups: vec![(0.0, 0.0, Vec::new()); class.len()],
            };
            let mut z = vec![0.0; k];
            let (from, to) = (piece * n / PIECES, (piece + 1) * n / PIECES);
            for (row, group, came, w) in rows.part(from, to) {
                let g = group as usize;
                for (z, ((x, m), s)) in z.iter_mut().zip(row.iter().zip(&mean).zip(&sd)) {
                    *z = (f64::from(*x) - m) / s;
                }
                z[p..].fill(0.0);
                if let Some(c) = place[g] {
                    z[p + c] = 1.0;
                }
                let eta: f64 = u[g] + z.iter().zip(b).map(|(z, b)| z * b).sum::<f64>();
                let y = f64::from(u8::from(came));
                sums.loss += w * (eta.max(0.0) + (-eta.abs()).exp().ln_1p() - y * eta);
                if full {
                    let chance = logistic(eta);
                    let (r, h) = (w * (y - chance), w * chance * (1.0 - chance));
                    for (to, z) in sums.gradient.iter_mut().zip(&z) {
                        *to += r * z;
                    }
                    add_outer(&mut sums.matrix, &z, h);
                    let (gradient, curve, cross) = &mut sums.groups[g];
                    *gradient += r;
                    *curve += h;
                    cross.resize(k, 0.0);
                    for (to, z) in cross.iter_mut().zip(&z) {
                        *to += h * z;
                    }
                }
            }
            sums
        });
        let mut pieces = pieces.into_iter();
        let mut all = pieces
            .next()
            .unwrap_or_else(|| unreachable!("there are pieces"));
        for piece in pieces {
            all.loss += piece.loss;
            add(&mut all.gradient, &piece.gradient);
            add(&mut all.matrix, &piece.matrix);
            for (to, from) in all.groups.iter_mut().zip(&piece.groups) {
                to.0 += from.0;
                to.1 += from.1;
                if !from.2.is_empty() {
                    to.2.resize(k, 0.0);
                    add(&mut to.2, &from.2);
                }
            }
        }
        all.loss += 0.5 * penalty.slope * b[..p].iter().map(|b| b * b).sum::<f64>();
        all.loss += 0.5 * penalty.group * u.iter().map(|u| u * u).sum::<f64>();
        all
    };
    for _ in 0..STEPS {
        let mut at = sums(&b, &u, true);
        for (j, b) in b[..p].iter().enumerate() {
            at.gradient[j] -= penalty.slope * b;
            at.matrix[j * k + j] += penalty.slope;
        }
        for j in p..k {
            // only rounding holds a class's intercept and those of its groups apart
            at.matrix[j * k + j] += 1e-9;
        }
        for (g, (gradient, curve, cross)) in at.groups.iter_mut().enumerate() {
            *gradient -= penalty.group * u[g];
            *curve += penalty.group;
            if cross.is_empty() {
                continue;
            }
            add_outer(&mut at.matrix, cross, -1.0 / *curve);
            for (to, c) in at.gradient.iter_mut().zip(&*cross) {
                *to -= c * *gradient / *curve;
            }
        }
        let Some(factor) = Cholesky::factor(at.matrix, k) else {
            break;
        };
        let mut step = at.gradient;
        factor.solve(&mut step);
        let groups: Vec<f64> = at
            .groups
            .iter()
            .map(|(gradient, curve, cross)| {
                let moved: f64 = cross.iter().zip(&step).map(|(c, s)| c * s).sum();
                (gradient - moved) / curve
            })
            .collect();
        let size = step
            .iter()
            .chain(&groups)
            .fold(0.0f64, |m, s| m.max(s.abs()));
        let mut share = 1.0;
        loop {
            let next = |from: &[f64], step: &[f64]| -> Vec<f64> {
                from.iter().zip(step).map(|(b, s)| b + share * s).collect()
            };
            let (to_b, to_u) = (next(&b, &step), next(&u, &groups));
            if sums(&to_b, &to_u, false).loss <= at.loss + 1e-12 * at.loss.abs() || share < 1e-6 {
                (b, u) = (to_b, to_u);
                break;
            }
            share /= 2.0;
        }
        if size < ARRIVED {
            let coefficients: Vec<f64> = b[..p].iter().zip(&sd).map(|(b, s)| b / s).collect();
            let shift: f64 = coefficients.iter().zip(&mean).map(|(b, m)| b * m).sum();
            let all = b[p..].iter().sum::<f64>() / classes.len() as f64;
            let intercepts = place
                .iter()
                .zip(&u)
                .map(|(c, u)| c.map_or(all, |c| b[p + c]) + u - shift)
                .collect();
            return Ok(Grouped {
                intercepts,
                coefficients,
            });
        }
    }
    Err(Error::NotConverged {
        what: "a regression of events",
        remedy: "raise its penalties or give it a longer history",
    })
}

fn add(to: &mut [f64], from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// Weighted mean and standard deviation of the columns; infinite where a column never varies, so that it carries no weight.
fn scale(rows: &Rows) -> (Vec<f64>, Vec<f64>) {
    let total: f64 = rows.iter().map(|r| r.3).sum();
    let mut mean = vec![0.0; rows.columns];
    for (row, _, _, w) in rows.iter() {
        for (m, x) in mean.iter_mut().zip(row) {
            *m += w * f64::from(*x) / total;
        }
    }
    let mut sd = vec![0.0; rows.columns];
    for (row, _, _, w) in rows.iter() {
        for ((v, x), m) in sd.iter_mut().zip(row).zip(&mean) {
            let off = f64::from(*x) - m;
            *v += w * off * off / total;
        }
    }
    for (v, m) in sd.iter_mut().zip(&mean) {
        *v = v.sqrt();
        // rows are kept in single precision
        if *v <= 1e-6 * m.abs() || *v == 0.0 {
            *v = f64::INFINITY;
        }
    }
    (mean, sd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::logit;

    const LOOSE: Penalty = Penalty {
        slope: 1e-6,
        group: 1e-6,
    };

    /// One feature, two groups of two classes; outcomes of which the odds are known: 1/4, 1/2 in the first, 1/2, 3/4 in the second.
    fn rows() -> Rows {
        let mut rows = Rows::new(1);
        for (group, x, came, weight) in [
            (0, 0.0, true, 1.0),
            (0, 0.0, false, 3.0),
            (0, 1.0, true, 3.0),
            (0, 1.0, false, 3.0),
            (1, 0.0, true, 2.0),
            (1, 0.0, false, 2.0),
            (1, 1.0, true, 6.0),
            (1, 1.0, false, 2.0),
        ] {
            rows.push(&[x], group, came, weight);
        }
        rows
    }

    #[test]
    fn two_groups_with_one_slope_by_hand() {
        // both slopes are ln 3: logit(1/2) - logit(1/4) = logit(3/4) - logit(1/2)
        let found = fit(&rows(), &[1, 4, 4, 2], LOOSE).unwrap();
        assert!(
            (found.coefficients[0] - 3f64.ln()).abs() < 1e-4,
            "{found:?}"
        );
        assert!((found.intercepts[0] - logit(0.25)).abs() < 1e-4);
        assert!(found.intercepts[1].abs() < 1e-4);
        // a group without rows has its class's intercept, one of a class without rows the mean of the classes
        assert!((found.intercepts[2] - found.intercepts[1]).abs() < 1e-3);
        let mean = (found.intercepts[0] + found.intercepts[1]) / 2.0;
        assert!((found.intercepts[3] - mean).abs() < 1e-3);
    }

    #[test]
    fn a_penalty_draws_groups_together() {
        let apart = |penalty| {
            let tight = Penalty {
                group: penalty,
                ..LOOSE
            };
            let found = fit(&rows(), &[3, 3], tight).unwrap();
            found.intercepts[1] - found.intercepts[0]
        };
        assert!((apart(1e-6) - 3f64.ln()).abs() < 1e-3);
        assert!(apart(3.0) < 0.9 && apart(3.0) > 0.1);
        assert!(apart(1e6).abs() < 1e-4);
    }

    #[test]
    fn as_the_regression_with_one_intercept() {
        let rows = rows();
        let mut design = crate::Design::new(1);
        let (mut came, mut weights) = (Vec::new(), Vec::new());
        for (row, _, c, w) in rows.iter() {
            design.push(&[f64::from(row[0])]).unwrap();
            came.push(c);
            weights.push(w);
        }
        let other =
            crate::linear::logistic_regression(&design, &came, Some(&weights), 2.0).unwrap();
        let tight = Penalty {
            slope: 2.0,
            group: 1e9,
        };
        let found = fit(&rows, &[0, 0], tight).unwrap();
        assert!((found.coefficients[0] - other.coefficients[0]).abs() < 1e-6);
        assert!((found.intercepts[0] - other.intercept).abs() < 1e-6);
    }

    #[test]
    fn outcomes_all_alike_are_refused() {
        let mut rows = Rows::new(1);
        rows.push(&[1.0], 0, true, 1.0);
        assert!(matches!(fit(&rows, &[0], LOOSE), Err(Error::TooFew { .. })));
    }
}
