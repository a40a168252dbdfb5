//! Past innovations of each variable, joined by a Gaussian or a t copula.

use super::correlation::Correlation;
use super::dynamics::sorted;
use detente_forecast::{Cholesky, Draw};
use detente_relations::distribution::{normal_quantile, student_half_width};
use rand_distr::{ChiSquared, Distribution};
use statrs::function::gamma::ln_gamma;
use std::collections::BTreeMap;

/// Degrees of freedom tried; the last is a Gaussian copula.
const TRIED: [f64; 12] = [
    3.0,
    4.0,
    5.0,
    6.0,
    8.0,
    10.0,
    14.0,
    20.0,
    30.0,
    50.0,
    100.0,
    f64::INFINITY,
];

/// Steps of the tables from a deviate to an innovation.
const STEPS: usize = 1024;

/// Months that are drawn side by side.
const YEAR: usize = 12;

/// A copula with the innovations that it joins.
///
/// The margin of a variable are its own past innovations w_(1) <= .. <= w_(n) with straight lines between: w_(i) stands at the probability
/// (i - 1/2) / n, and beyond the ends none is larger than any was. Tables of 1,024 steps lead from the copula's deviate to the innovation.
#[derive(Debug, Clone, PartialEq)]
pub struct Copula {
    variables: usize,
    /// Degrees of freedom; infinite for a Gaussian copula.
    df: f64,
    /// The lower factor of the correlation, row by row, each up to its diagonal.
    rows: Vec<f32>,
    tables: Vec<Table>,
    chi_squared: Option<ChiSquared<f64>>,
}

/// Innovation by deviate, evenly spaced from `-end` to `end`.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    end: f32,
    steps_per_unit: f32,
    values: Vec<f32>,
}

impl Copula {
    pub(super) fn of(innovations: &[Vec<f64>], correlation: &Correlation, df: f64) -> Self {
        let variables = innovations.len();
        let rows = (0..variables)
            .flat_map(|i| correlation.factor.row(i).iter().map(|&l| l as f32))
            .collect();
        Self {
            variables,
            df,
            rows,
            tables: innovations.iter().map(|row| Table::of(row, df)).collect(),
            chi_squared: ChiSquared::new(df).ok().filter(|_| df.is_finite()),
        }
    }

    /// Degrees of freedom; infinite for a Gaussian copula.
    pub fn degrees_of_freedom(&self) -> f64 {
        self.df
    }

    /// The chance that of two variables with correlation `r` one is in its far tail when the other is, at the limit (Embrechts, McNeil & Straumann 2002, in:
    /// Risk Management: Value at Risk and Beyond, 176-223): `2 t(df + 1; -((df + 1) (1 - r) / (1 + r))^.5)`; 0 for a Gaussian copula and r < 1.
    pub fn tail_dependence(&self, r: f64) -> f64 {
        if self.df.is_infinite() {
            return f64::from(u8::from(r >= 1.0));
        }
        let df = self.df + 1.0;
        let t = (df * (1.0 - r) / (1.0 + r)).sqrt();
        // both tails of Student's t
        statrs::function::beta::beta_reg(df / 2.0, 0.5, df / (df + t * t))
    }

    /// The innovations of months that follow on each other, month by month. Of fewer months they are the same as the first of more.
    pub(super) fn fill(&self, draw: &mut Draw, to: &mut [f32]) {
        // one variable after the other, the months of a year side by side: a factor is read once for all of them
        let mut z = vec![[0.0; YEAR]; self.variables];
        for to in to.chunks_mut(YEAR * self.variables) {
            for month in 0..to.len() / self.variables {
                let widen = self
                    .chi_squared
                    .map_or(1.0, |c| (self.df / c.sample(draw)).sqrt() as f32);
                for z in &mut z {
                    z[month] = draw.normal() as f32 * widen;
                }
            }
            let mut rest = self.rows.as_slice();
            for (i, table) in self.tables.iter().enumerate() {
                let (row, more) = rest.split_at(i + 1);
                rest = more;
                let mut sums = [0.0; YEAR];
                for (l, z) in row.iter().zip(&z) {
                    for (sum, z) in sums.iter_mut().zip(z) {
                        *sum += l * z;
                    }
                }
                for (to, sum) in to[i..].iter_mut().step_by(self.variables).zip(sums) {
                    *to = table.at(sum);
                }
            }
        }
    }
}

impl Table {
    fn of(innovations: &[f64], df: f64) -> Self {
        let own = sorted(innovations);
        let n = own.len();
        if n == 0 {
            return Self {
                end: 1.0,
                steps_per_unit: 0.5,
                values: vec![0.0; 3],
            };
        }
        let deviate = |i: usize| quantile((i as f64 + 0.5) / n as f64, df);
        let deviates: Vec<f64> = (0..n).map(deviate).collect();
        let end = deviates[n - 1].max(1e-3);
        let mut above = 0;
        let mut values: Vec<f32> = (0..=STEPS)
            .map(|k| {
                let z = end * (2.0 * k as f64 / STEPS as f64 - 1.0);
                while above < n && deviates[above] < z {
                    above += 1;
                }
                if above == 0 || above == n {
                    return own[above.min(n - 1)];
                }
                let (low, high) = (deviates[above - 1], deviates[above]);
                let share = ((z - low) / (high - low)) as f32;
                own[above - 1] + share * (own[above] - own[above - 1])
            })
            .collect();
        // the place after the end is read with weight 0
        values.push(own[n - 1]);
        Self {
            end: end as f32,
            steps_per_unit: (STEPS as f64 / (2.0 * end)) as f32,
            values,
        }
    }

    fn at(&self, z: f32) -> f32 {
        let place = (z.clamp(-self.end, self.end) + self.end) * self.steps_per_unit;
        let below = (place as usize).min(self.values.len() - 2);
        let (low, high) = (self.values[below], self.values[below + 1]);
        low + (place - below as f32) * (high - low)
    }
}

/// Quantile of Student's t, or of the normal distribution.
fn quantile(p: f64, df: f64) -> f64 {
    if df.is_infinite() {
        normal_quantile(p)
    } else if p == 0.5 {
        0.0
    } else {
        (p - 0.5).signum() * student_half_width((2.0 * p - 1.0).abs(), df)
    }
}

/// The degrees of freedom, of 3 to 100 or infinite, under which past months are likeliest with that correlation, by ranks (Genest, Ghoudi & Rivest 1995, Biometrika
/// 82: 543-552; the correlation held: Mashal & Zeevi 2002). A month adds the density of the variables that it has: a part of a t copula is a t copula.
pub(super) fn likeliest(innovations: &[Vec<f64>], correlation: &Correlation) -> f64 {
    let ranks: Vec<Vec<f64>> = innovations.iter().map(|row| shares(row)).collect();
    let months = innovations.first().map_or(0, Vec::len);
    let mut kinds: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for t in 0..months {
        let known: Vec<usize> = (0..ranks.len())
            .filter(|&v| !ranks[v][t].is_nan())
            .collect();
        // a single variable says nothing of what variables do together
        if known.len() > 1 {
            kinds.entry(known).or_default().push(t);
        }
    }
    let kinds: Vec<(Vec<usize>, Cholesky, Vec<usize>)> = kinds
        .into_iter()
        .map(|(known, months)| {
            let factor = correlation.part(&known);
            (known, factor, months)
        })
        .collect();
    let likelihoods = detente_forecast::on_all_cores(TRIED.len(), |k| {
        let df = TRIED[k];
        let deviates: Vec<Vec<f64>> = ranks.iter().map(|row| deviates(row, df)).collect();
        kinds
            .iter()
            .flat_map(|(known, factor, months)| months.iter().map(move |&t| (known, factor, t)))
            .map(|(known, factor, t)| {
                let x: Vec<f64> = known.iter().map(|&v| deviates[v][t]).collect();
                ln_density(&x, factor, df)
            })
            .sum::<f64>()
    });
    let best = (0..TRIED.len()).max_by(|&a, &b| likelihoods[a].total_cmp(&likelihoods[b]));
    TRIED[best.unwrap_or(TRIED.len() - 1)]
}

/// Ranks over n + 1, ties at their mean; NaN where missing.
fn shares(row: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..row.len()).filter(|&t| !row[t].is_nan()).collect();
    order.sort_by(|&a, &b| row[a].total_cmp(&row[b]));
    let n = order.len() as f64;
    let mut shares = vec![f64::NAN; row.len()];
    for ties in order.chunk_by(|&a, &b| row[a] == row[b]) {
        let first = order.partition_point(|&t| row[t] < row[ties[0]]);
        let rank = first as f64 + (ties.len() as f64 + 1.0) / 2.0;
        for &t in ties {
            shares[t] = rank / (n + 1.0);
        }
    }
    shares
}

fn deviates(shares: &[f64], df: f64) -> Vec<f64> {
    let known = |&p: &f64| if p.is_nan() { p } else { quantile(p, df) };
    shares.iter().map(known).collect()
}

/// Log-density of the copula at deviates `x`.
fn ln_density(x: &[f64], factor: &Cholesky, df: f64) -> f64 {
    let d = x.len() as f64;
    let mut z = x.to_vec();
    factor.forward(&mut z);
    let square: f64 = z.iter().map(|z| z * z).sum();
    let half = factor.ln_determinant() / 2.0;
    if df.is_infinite() {
        let own: f64 = x.iter().map(|x| x * x).sum();
        return -half - (square - own) / 2.0;
    }
    let margins: f64 = x.iter().map(|x| (x * x / df).ln_1p()).sum();
    ln_gamma((df + d) / 2.0) + (d - 1.0) * ln_gamma(df / 2.0)
        - d * ln_gamma((df + 1.0) / 2.0)
        - half
        - (df + d) / 2.0 * (square / df).ln_1p()
        + (df + 1.0) / 2.0 * margins
}

#[cfg(test)]
mod tests;
