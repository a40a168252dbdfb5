//! Which streams of events bring on events in which others, and how many?
//!
//! A multivariate Hawkes process (Hawkes 1971, Biometrika 58: 83-90) in discrete time, an INAR(infinity) (Kirchner 2016, Stochastic Processes and their
//! Applications 126: 2494-2525), over streams such as dyads or theatres:
//!
//! ```text
//! rate_i(t) = mu_i + sum over j, k of a_ijk sum over s >= 1 of g_k(s) y_j(t - s)        events a period
//! g_k(s) = (1 - r_k) r_k^(s - 1),  r_k = 2^(-1 / half-life_k)
//! ```
//! As each kernel sums to 1, `a_ij = sum over k of a_ijk` is the mean number of events in stream i that one event of stream j brings on directly: the
//! **branching matrix**. A link says that what happens in j foretells what happens in i beyond i's own past; it is not proof of a cause, and a
//! cause common to both (news coverage, a third party) looks the same.
//!
//! How it differs from [`detente_forecast::excite`]: there one set of coefficients is common to all units, neighbours act as a whole, and what counts is the
//! forecast; here every pair of streams has a coefficient of its own, most of them 0, with an error, and what counts is the matrix. The
//! spectral radius and the form of the matrix are shared.

use crate::Error;
use detente_forecast::excite::Branching;

mod fit;
mod held_out;
mod levels;
mod row;
mod simulate;
#[cfg(test)]
mod tests;

pub use fit::{Fit, Link, Settings};
pub use held_out::{Finding, HeldOut};

/// What each stream counted in each period, `None` where it was not monitored: streams by row, all of one length.
pub type Counts = [Vec<Option<f64>>];

/// How one stream acts on another through one kernel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excitation {
    /// The stream that acts.
    pub from: usize,
    /// Place of the kernel.
    pub kernel: usize,
    /// Mean number of direct offspring of one event through this kernel; above 0.
    pub ratio: f64,
}

/// A multivariate Hawkes process.
#[derive(Debug, Clone, PartialEq)]
pub struct Hawkes {
    /// Half-lives of the kernels, in periods; above 0.
    pub half_lives: Vec<f64>,
    /// Background of each stream, events a period; not negative.
    pub background: Vec<f64>,
    /// For each stream what excites it.
    pub excitations: Vec<Vec<Excitation>>,
    /// For each stream the size of its negative binomial, with variance `rate + rate^2 / size`; `None` for a Poisson.
    pub sizes: Vec<Option<f64>>,
}

impl Hawkes {
    /// A Poisson process from its parts: `branching` has a row for each stream, with the ratios of the streams that act on it, through one kernel.
    ///
    /// # Errors
    /// A number that is not finite or below 0; a half-life of 0; a matrix that is not square.
    pub fn new(background: &[f64], branching: &[Vec<f64>], half_life: f64) -> Result<Self, Error> {
        let streams = background.len();
        for row in std::iter::once(branching.len()).chain(branching.iter().map(Vec::len)) {
            if row != streams {
                return Err(Error::Shape {
                    what: "rows and columns of a branching matrix beside its streams",
                    expected: streams,
                    found: row,
                });
            }
        }
        let sound = |v: f64| v.is_finite() && v >= 0.0;
        for &value in background.iter().chain(branching.iter().flatten()) {
            Error::in_range("a background or ratio", value, "0 or more", sound(value))?;
        }
        Error::in_range("a half-life", half_life, "above 0", half_life > 0.0)?;
        let row = |row: &Vec<f64>| {
            let each = row.iter().enumerate().filter(|(_, ratio)| **ratio > 0.0);
            each.map(|(from, &ratio)| Excitation {
                from,
                kernel: 0,
                ratio,
            })
            .collect()
        };
        Ok(Self {
            half_lives: vec![half_life],
            background: background.to_vec(),
            excitations: branching.iter().map(row).collect(),
            sizes: vec![None; streams],
        })
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        self.background.len()
    }

    /// The branching matrix: for each stream the streams that act on it, with their ratios over all kernels.
    pub fn branching(&self) -> Branching {
        let rows = self.excitations.iter().map(|row| {
            let mut ratios: Vec<(usize, f64)> = Vec::new();
            for &Excitation { from, ratio, .. } in row {
                match ratios.iter_mut().find(|(j, _)| *j == from) {
                    Some((_, sum)) => *sum += ratio,
                    None => ratios.push((from, ratio)),
                }
            }
            ratios.sort_by_key(|(j, _)| *j);
            ratios
        });
        Branching {
            rows: rows.collect(),
        }
    }

    /// The same process with another branching matrix, such as one with links calmed: each link keeps its shares of the kernels. A link that the process does
    /// not have stays out, one that the matrix does not have goes.
    pub fn with_branching(&self, branching: &Branching) -> Self {
        let mut other = self.clone();
        let before = self.branching().rows;
        for (to, row) in other.excitations.iter_mut().enumerate() {
            let ratio = |rows: &[Vec<(usize, f64)>], from: usize| -> f64 {
                let row = rows.get(to).into_iter().flatten();
                row.filter(|(j, _)| *j == from).map(|(_, a)| a).sum()
            };
            for excitation in row.iter_mut() {
                let share = excitation.ratio / ratio(&before, excitation.from);
                excitation.ratio = share * ratio(&branching.rows, excitation.from);
            }
            row.retain(|excitation| excitation.ratio > 0.0);
        }
        other
    }

    /// The mean rate of a stream, given the levels of all streams by kernel.
    fn rate(&self, stream: usize, level: impl Fn(usize, usize) -> f64) -> f64 {
        let excited: f64 = self.excitations[stream]
            .iter()
            .map(|e| e.ratio * level(e.from, e.kernel))
            .sum();
        self.background[stream] + excited
    }
}

/// Refuses counts of unequal length, and those that are not counts.
fn check(counts: &Counts) -> Result<usize, Error> {
    let periods = counts.first().map_or(0, Vec::len);
    for stream in counts {
        if stream.len() != periods {
            return Err(Error::Shape {
                what: "periods of the streams",
                expected: periods,
                found: stream.len(),
            });
        }
        for &count in stream.iter().flatten() {
            let sound = count.is_finite() && count >= 0.0;
            Error::in_range("a count", count, "0 or more, or none", sound)?;
        }
    }
    Ok(periods)
}
