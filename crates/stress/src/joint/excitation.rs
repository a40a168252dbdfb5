//! Surprises that bring on surprises: a sparse first-order vector autoregression.

use detente_forecast::excite::spectral_radius;
use detente_forecast::{Cholesky, on_all_cores};

/// Penalties tried, on surprises of standard deviation 1: from one under which almost nothing is let in.
const FIRST: f64 = 0.5;
const RATIO: f64 = 0.8;
const TRIED: i32 = 16;

/// Rolling origins at which penalties are judged, and the share of the past before the first of them.
const ORIGINS: usize = 4;
const LEARNT: f64 = 0.5;

/// Fewest months for the search; below it nothing is let in.
const FEWEST: usize = 36;

/// The largest spectral radius that is let pass.
const MOST: f64 = 0.95;

/// A coefficient moves by less: arrived.
const ARRIVED: f64 = 1e-7;
const SWEEPS: usize = 1000;

/// `u(t+1) = A u(t) + w(t+1)` for the surprises of a month, in standard deviations; a variable's own memory is in its
/// [`Dynamics`](super::Dynamics), so A has no diagonal.
///
/// Each row by lasso (Tibshirani 1996, Journal of the Royal Statistical Society B 58: 267-288) through coordinate descent (Friedman, Hastie & Tibshirani
/// 2010, Journal of Statistical Software 33(1)): minimises `1/(2n) sum (u_v(t+1) - a u(t))^2 + penalty |a|_1`; what it lets in is fitted anew by least squares,
/// for a lasso draws to 0 what it keeps (Belloni & Chernozhukov 2013, Bernoulli 19: 521-547). One penalty for all rows, chosen on the past: at 4 rolling origins over its second half each is learnt on what was before and judged on the months up to the next origin by the
/// squared error saved against `A = 0`; the largest penalty whose saving lies within a standard error of the best is taken, and **no
/// excitation at all** where the best saving is not a standard error above 0. A surprise that nobody saw stands at its expectation, 0.
///
/// Stable: rho(A) <= rho(|A|) (Horn & Johnson 2013, Matrix Analysis, 8.1.18), and A is shrunk until rho(|A|) <= 0.95.
#[derive(Debug, Clone, PartialEq)]
pub struct Excitation {
    /// For each variable those whose surprises bring on surprises in it a month later, with how much.
    pub rows: Vec<Vec<(usize, f64)>>,
    /// Spectral radius of |A| as fitted, before any shrinking.
    pub radius: f64,
    /// The penalty chosen; `None` if nothing was let in.
    pub penalty: Option<f64>,
    /// Share of the squared error of months not learnt from that it saves (at the penalty chosen, or at the best one if none was good enough);
    /// NaN if there were too few months to tell.
    pub saved: f64,
    /// Standard error of that share over months.
    pub saved_error: f64,
}

impl Excitation {
    /// No excitation among as many variables.
    pub(super) fn none(variables: usize) -> Self {
        Self {
            rows: vec![Vec::new(); variables],
            radius: 0.0,
            penalty: None,
            saved: f64::NAN,
            saved_error: f64::NAN,
        }
    }

    /// From surprises by variable and month.
    pub(super) fn of(surprises: &[Vec<f64>]) -> Self {
        let mut found = Self::none(surprises.len());
        let months = surprises.first().map_or(0, Vec::len);
        let lagged = Lagged { surprises };
        let full = lagged.pairs(months);
        if full < FEWEST {
            return found;
        }
        let penalties: Vec<f64> = (0..TRIED).map(|i| FIRST * RATIO.powi(i)).collect();
        let first = (LEARNT * months as f64) as usize;
        let origin = |i: usize| first + i * (months - first) / ORIGINS;
        // for each origin, penalty and month: squared error saved, and squared error without excitation
        let judged = on_all_cores(ORIGINS, |i| {
            let rows = lagged.rows(origin(i), &penalties);
            (origin(i)..origin(i + 1))
                .map(|t| lagged.saved(t, &rows))
                .collect::<Vec<_>>()
        });
        let judged: Vec<(Vec<f64>, f64)> = judged.into_iter().flatten().collect();
        let plain: f64 = judged.iter().map(|(_, plain)| plain).sum();
        let n = judged.len() as f64;
        let shares: Vec<(f64, f64)> = (0..penalties.len())
            .map(|k| {
                let mean = judged.iter().map(|(saved, _)| saved[k]).sum::<f64>() / n;
                let square: f64 = judged
                    .iter()
                    .map(|(saved, _)| (saved[k] - mean).powi(2))
                    .sum();
                (mean * n / plain, (square / (n - 1.0) * n).sqrt() / plain)
            })
            .collect();
        let Some(best) = (0..shares.len()).max_by(|&a, &b| shares[a].0.total_cmp(&shares[b].0))
        else {
            return found;
        };
        let (most, error) = shares[best];
        (found.saved, found.saved_error) = (most, error);
        // NaN where nothing was there to be judged
        if most.partial_cmp(&error) != Some(std::cmp::Ordering::Greater) {
            return found;
        }
        let chosen = (0..=best)
            .find(|&k| shares[k].0 >= most - error && shares[k].0 > 0.0)
            .unwrap_or(best);
        (found.saved, found.saved_error) = shares[chosen];
        found.penalty = Some(penalties[chosen]);
        // down the path, so that the start is warm
        let rows = lagged.rows(months, &penalties[..=chosen]);
        found.rows = rows.into_iter().filter_map(|mut path| path.pop()).collect();
        found.stabilise();
        found
    }

    fn stabilise(&mut self) {
        let size = |row: &Vec<(usize, f64)>| row.iter().map(|&(j, a)| (j, a.abs())).collect();
        let sizes: Vec<Vec<(usize, f64)>> = self.rows.iter().map(size).collect();
        self.radius = spectral_radius(&sizes);
        if self.radius > MOST {
            let by = MOST / self.radius;
            for (_, a) in self.rows.iter_mut().flatten() {
                *a *= by;
            }
        }
    }

    /// How many entries of A are not 0.
    pub fn links(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// What is left of surprises when those that others brought on are taken off; NaN where the surprise is not known.
    pub(super) fn innovations(&self, surprises: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let brought_on = |row: &[(usize, f64)], t: usize| -> f64 {
            row.iter()
                .map(|&(j, a)| a * expected(surprises[j][t - 1]))
                .sum()
        };
        surprises
            .iter()
            .zip(&self.rows)
            .map(|(own, row)| {
                (0..own.len())
                    .map(|t| match t {
                        0 => own[0],
                        _ => own[t] - brought_on(row, t),
                    })
                    .collect()
            })
            .collect()
    }
}

/// A surprise, or its expectation where nobody saw it.
fn expected(surprise: f64) -> f64 {
    if surprise.is_nan() { 0.0 } else { surprise }
}

/// Surprises with those of the month before.
struct Lagged<'a> {
    surprises: &'a [Vec<f64>],
}

impl Lagged<'_> {
    /// The most pairs of months that any variable has before month `end`.
    fn pairs(&self, end: usize) -> usize {
        let known = |row: &Vec<f64>| row[..end].iter().filter(|u| !u.is_nan()).count();
        self.surprises.iter().map(known).max().unwrap_or(0)
    }

    /// For each variable, for each penalty (descending): its row of A from the months before `end`.
    fn rows(&self, end: usize, penalties: &[f64]) -> Vec<Vec<Vec<(usize, f64)>>> {
        (0..self.surprises.len())
            .map(|v| self.row(v, end, penalties))
            .collect()
    }

    fn row(&self, v: usize, end: usize, penalties: &[f64]) -> Vec<Vec<(usize, f64)>> {
        let p = self.surprises.len();
        let (mut gram, mut cross, mut n) = (vec![0.0; p * p], vec![0.0; p], 0.0);
        let mut before = vec![0.0; p];
        for t in 1..end {
            let y = self.surprises[v][t];
            if y.is_nan() {
                continue;
            }
            for (to, row) in before.iter_mut().zip(self.surprises) {
                *to = expected(row[t - 1]);
            }
            n += 1.0;
            for (i, &x) in before.iter().enumerate() {
                cross[i] += x * y;
                if x != 0.0 {
                    for (to, other) in gram[i * p..(i + 1) * p].iter_mut().zip(&before) {
                        *to += x * other;
                    }
                }
            }
        }
        let mut a = vec![0.0; p];
        // what the rows of the Gram matrix take from the cross products
        let mut taken = vec![0.0; p];
        penalties
            .iter()
            .map(|penalty| {
                descend(&gram, &cross, penalty * n, v, &mut a, &mut taken);
                refitted(&gram, &cross, &a)
            })
            .collect()
    }

    /// In month `t`, over all variables: squared error saved under each penalty, and squared error without excitation.
    fn saved(&self, t: usize, rows: &[Vec<Vec<(usize, f64)>>]) -> (Vec<f64>, f64) {
        let mut plain = 0.0;
        let mut saved = vec![0.0; rows.first().map_or(0, Vec::len)];
        for (own, path) in self.surprises.iter().zip(rows) {
            let y = own[t];
            if y.is_nan() {
                continue;
            }
            plain += y * y;
            for (saved, row) in saved.iter_mut().zip(path) {
                let told: f64 = row
                    .iter()
                    .map(|&(j, a)| a * expected(self.surprises[j][t - 1]))
                    .sum();
                *saved += y * y - (y - told).powi(2);
            }
        }
        (saved, plain)
    }
}

/// Coordinate descent on sums of squares and cross products, leaving out variable `own`.
fn descend(
    gram: &[f64],
    cross: &[f64],
    penalty: f64,
    own: usize,
    a: &mut [f64],
    taken: &mut [f64],
) {
    let p = cross.len();
    for _ in 0..SWEEPS {
        let mut moved = 0.0f64;
        for j in 0..p {
            let square = gram[j * p + j];
            if j == own || square <= 0.0 {
                continue;
            }
            let slope = cross[j] - taken[j] + square * a[j];
            let next = slope.signum() * (slope.abs() - penalty).max(0.0) / square;
            let step = next - a[j];
            if step != 0.0 {
                for (taken, g) in taken.iter_mut().zip(&gram[j * p..(j + 1) * p]) {
                    *taken += step * g;
                }
                a[j] = next;
                moved = moved.max(step.abs());
            }
        }
        if moved < ARRIVED {
            break;
        }
    }
}

/// Least squares on the columns that the lasso let in; the lasso's own coefficients where those are not independent.
fn refitted(gram: &[f64], cross: &[f64], a: &[f64]) -> Vec<(usize, f64)> {
    let p = a.len();
    let kept: Vec<usize> = (0..p).filter(|&j| a[j] != 0.0).collect();
    let part = kept.iter().flat_map(|&i| kept.iter().map(move |&j| (i, j)));
    let part = part.map(|(i, j)| gram[i * p + j]).collect();
    let mut fitted: Vec<f64> = kept.iter().map(|&j| cross[j]).collect();
    match Cholesky::factor(part, kept.len()) {
        Some(factor) => factor.solve(&mut fitted),
        None => fitted = kept.iter().map(|&j| a[j]).collect(),
    }
    kept.into_iter().zip(fitted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::Draw;

    /// 12 variables; 0 brings on 1 (0.5), 1 brings on 2 (-0.4), nothing else.
    fn chained(months: usize, strength: f64) -> Vec<Vec<f64>> {
        let mut draw = Draw::of(11, 0, 0);
        let mut rows = vec![Vec::new(); 12];
        for t in 0..months {
            for v in 0..12 {
                let from = |v: usize| if t > 0 { rows[v][t - 1] } else { 0.0 };
                let brought_on = match v {
                    1 => strength * from(0),
                    2 => -0.8 * strength * from(1),
                    _ => 0.0,
                };
                rows[v].push(brought_on + draw.normal());
            }
        }
        rows
    }

    #[test]
    fn a_sparse_chain_is_found_and_taken_off() {
        let surprises = chained(600, 0.5);
        let found = Excitation::of(&surprises);
        let at = |v: usize, j: usize| {
            let row = found.rows[v].iter();
            row.copied().find(|l| l.0 == j).map_or(0.0, |l| l.1)
        };
        // standard error 600^-.5 = .041
        assert!((at(1, 0) - 0.5).abs() < 0.13, "{found:?}");
        assert!((at(2, 1) + 0.4).abs() < 0.13);
        assert!(
            found.links() < 10 && found.saved > 0.01 && found.radius < 1.0,
            "{found:?}"
        );
        let left = found.innovations(&surprises);
        let lag = |rows: &[Vec<f64>]| -> f64 {
            let pairs = rows[1][1..].iter().zip(&rows[0]);
            pairs.map(|(y, x)| y * x).sum::<f64>() / 599.0
        };
        assert!(lag(&surprises) > 0.4 && lag(&left).abs() < 0.13);
    }

    #[test]
    fn noise_brings_on_nothing() {
        let found = Excitation::of(&chained(600, 0.0));
        assert_eq!((found.links(), found.penalty), (0, None));
        assert!(found.saved < 0.005);
        assert_eq!(Excitation::of(&chained(20, 0.5)).links(), 0);
    }

    #[test]
    fn one_penalty_has_its_closed_form() {
        // orthogonal columns of n = 4: soft threshold of 0.75 by 0.25
        let gram = [4.0, 0.0, 0.0, 4.0];
        let (mut a, mut taken) = ([0.0; 2], [0.0; 2]);
        descend(&gram, &[9.0, 3.0], 1.0, 1, &mut a, &mut taken);
        assert_eq!(a, [2.0, 0.0]);
        let (mut a, mut taken) = ([0.0; 2], [0.0; 2]);
        descend(&gram, &[9.0, -3.0], 1.0, 9, &mut a, &mut taken);
        assert_eq!(a, [2.0, -0.5]);
    }

    #[test]
    fn what_would_explode_is_shrunk() {
        let mut wild = Excitation::none(2);
        wild.rows = vec![vec![(1, 2.0)], vec![(0, -1.28)]];
        wild.stabilise();
        // radius (2 x 1.28)^.5 = 1.6
        assert!((wild.radius - 1.6).abs() < 1e-8);
        assert!((wild.rows[0][0].1 - 2.0 * 0.95 / 1.6).abs() < 1e-8);
    }
}
