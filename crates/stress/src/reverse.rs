//! Reverse stress: how little must be wrong with the ensemble for a declared failure to come?

use crate::risk::Estimate;
use crate::tilt::{Limit, Sample, Tilted, entropy_error};
use crate::{Error, Paths};
use detente_relations::distribution::{beta_log_odds_quantile, normal_half_width};
use serde::{Deserialize, Serialize};

/// Probability of the intervals.
const LEVEL: f64 = 0.90;

/// A failure that a path may run into.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// A variable is below a value in so many months in a row, or more.
    Below {
        /// Which variable.
        variable: usize,
        /// Below this value, in its own unit.
        value: f64,
        /// Months in a row, 1 or more.
        months: usize,
    },
    /// A variable is above a value in so many months in a row, or more.
    Above {
        /// Which variable.
        variable: usize,
        /// Above this value, in its own unit.
        value: f64,
        /// Months in a row, 1 or more.
        months: usize,
    },
    /// Any of several, each in its own time.
    Any(Vec<Failure>),
    /// All of several, each in its own time.
    All(Vec<Failure>),
}

impl Failure {
    /// For each path the month (from 1) in which the failure has come, `None` where it does not come.
    ///
    /// # Errors
    /// A variable that is none; [`Error::Missing`] where it has no value in a month: a failure that nobody could see is not one that did not come. 0 months; an
    /// empty list.
    pub fn months(&self, paths: &Paths) -> Result<Vec<Option<usize>>, Error> {
        match self {
            Self::Below {
                variable,
                value,
                months,
            } => runs(paths, *variable, *months, |x| x < *value),
            Self::Above {
                variable,
                value,
                months,
            } => runs(paths, *variable, *months, |x| x > *value),
            // the first of any that came; none where none did
            Self::Any(parts) => joined(parts, paths, |a, b| match (a, b) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }),
            Self::All(parts) => joined(parts, paths, |a, b| Some(a?.max(b?))),
        }
    }
}

fn joined(
    parts: &[Failure],
    paths: &Paths,
    join: impl Fn(Option<usize>, Option<usize>) -> Option<usize>,
) -> Result<Vec<Option<usize>>, Error> {
    let all = parts
        .iter()
        .map(|part| part.months(paths))
        .collect::<Result<Vec<_>, _>>()?;
    all.into_iter()
        .reduce(|a, b| a.into_iter().zip(b).map(|(a, b)| join(a, b)).collect())
        .ok_or(Error::TooFew {
            what: "parts of a failure",
            needed: 1,
            found: 0,
        })
}

fn runs(
    paths: &Paths,
    variable: usize,
    months: usize,
    out: impl Fn(f64) -> bool,
) -> Result<Vec<Option<usize>>, Error> {
    let refuse = |what, value: usize, range| {
        Err(Error::OutOfRange {
            what,
            value: value as f64,
            range,
        })
    };
    if variable >= paths.variables() {
        return refuse(
            "the variable of a failure",
            variable,
            "the number of a variable",
        );
    }
    if months == 0 || months > paths.months() {
        return refuse(
            "the months in a row of a failure",
            months,
            "1 to the months of the paths",
        );
    }
    if let Some(month) = (1..=paths.months()).find(|&m| !paths.is_known(m, variable)) {
        return Err(Error::Missing { variable, month });
    }
    let first = |path: usize| {
        let mut run = 0;
        let values = paths.path(path).chunks_exact(paths.variables());
        values
            .map(|values| {
                run = if out(f64::from(values[variable])) {
                    run + 1
                } else {
                    0
                };
                run
            })
            .position(|run| run >= months)
            .map(|place| place + 1)
    };
    Ok((0..paths.paths()).map(first).collect())
}

/// The least relative entropy that brings a failure about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Reverse {
    /// It takes k nats.
    Takes {
        /// The relative entropy; 0 if the ensemble itself is there.
        k: f64,
        /// Lower end of its 90 % interval over Monte Carlo error; NaN where only the worst paths are there, of which a sample does not know how far they go.
        lo: f64,
        /// Upper end; infinite where the paths can not rule out that it never comes.
        hi: f64,
    },
    /// Not reached in so many paths: k is **more than** this.
    NotReached {
        /// How many paths there were.
        paths: usize,
        /// What k is above, with 95 % confidence for a failure; for a mean, all that so many paths can tell.
        above: f64,
    },
}

/// The chance of a failure in the ensemble.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// Share of paths that fail.
    pub share: f64,
    /// Lower end of the 90 % interval over Monte Carlo error (Clopper & Pearson 1934, Biometrika 26: 404-413).
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// How often a failure comes.
///
/// # Errors
/// No path.
pub fn chance(failed: &[bool]) -> Result<Chance, Error> {
    let n = failed.len();
    if n == 0 {
        return Err(Error::TooFew {
            what: "paths",
            needed: 1,
            found: 0,
        });
    }
    let m = failed.iter().filter(|f| **f).count();
    let (a, b) = (m as f64, (n - m) as f64);
    let end = |a, b, q| detente_forecast::linear::logistic(beta_log_odds_quantile(a, b, q));
    let tail = (1.0 - LEVEL) / 2.0;
    Ok(Chance {
        share: a / n as f64,
        lo: if m == 0 { 0.0 } else { end(a, b + 1.0, tail) },
        hi: if m == n {
            1.0
        } else {
            end(a + 1.0, b, 1.0 - tail)
        },
    })
}

/// The least k at which a failure, which has the chance pi in the ensemble, is as likely as `wanted`:
///
/// ```text
/// k = p ln(p / pi) + (1 - p) ln((1 - p) / (1 - pi))     for p > pi, else 0;     p = 1:  k = -ln pi
/// ```
///
/// It is the least relative entropy of all models under which the failure has that chance: paths that fail are weighed up, the others down, all alike (Csiszar 1975, Annals
/// of Probability 3: 146-158; data processing). `exp(-k)` is the chance of an event that is as surprising. The interval is that of pi carried over; where no
/// path fails, k is above what the upper 95 % limit of pi gives.
///
/// # Errors
/// No path; `wanted` outside of 0..=1.
pub fn least_for(failed: &[bool], wanted: f64) -> Result<Reverse, Error> {
    let pi = chance(failed)?;
    least_for_chance(pi.share, wanted)?;
    let k = |pi: f64| binary(wanted, pi);
    if pi.share == 0.0 && wanted > 0.0 {
        return Ok(Reverse::NotReached {
            paths: failed.len(),
            above: k(pi.hi),
        });
    }
    Ok(Reverse::Takes {
        k: k(pi.share),
        lo: k(pi.hi),
        hi: k(pi.lo),
    })
}

/// The same for a failure whose chance is known otherwise than by counting paths.
///
/// # Errors
/// A chance outside of 0..=1.
pub fn least_for_chance(chance: f64, wanted: f64) -> Result<f64, Error> {
    for (what, value) in [
        ("the chance of the failure", chance),
        ("the chance that the failure is to have", wanted),
    ] {
        Error::in_range(what, value, "0 to 1", (0.0..=1.0).contains(&value))?;
    }
    Ok(binary(wanted, chance))
}

/// Relative entropy of a chance p to a chance pi, 0 where pi is at least p.
fn binary(p: f64, pi: f64) -> f64 {
    if pi >= p {
        return 0.0;
    }
    let part = |p: f64, pi: f64| if p > 0.0 { p * (p / pi).ln() } else { 0.0 };
    part(p, pi) + part(1.0 - p, 1.0 - pi)
}

/// The least k at which the mean of a figure of the paths (a loss, or minus the worst level of the relation) reaches `wanted`, and the weights that do it; k is
/// `max over theta of theta wanted - ln mean exp(theta L)`, its error that of the logarithm (envelope theorem). `None` for the weights where `wanted` is more than any
/// path has: n paths then only tell that k is beyond `ln(n / m)`, at which all weight lies on the m worst.
///
/// # Errors
/// No path; a figure that is not finite.
pub fn least_for_mean(figures: &[f64], wanted: f64) -> Result<(Reverse, Option<Tilted>), Error> {
    if !wanted.is_finite() {
        return Err(Error::OutOfRange {
            what: "the mean that is to be reached",
            value: wanted,
            range: "finite",
        });
    }
    let sample = Sample::of(figures)?;
    let to = sample.scaled(wanted);
    let plain = sample.at(0.0);
    if to <= plain.mean {
        let k = 0.0;
        return Ok((
            Reverse::Takes { k, lo: k, hi: k },
            Some(sample.tilted(k, 0.0)),
        ));
    }
    if to >= 0.0 {
        let paths = figures.len();
        let above = sample.most();
        if to > 0.0 {
            return Ok((Reverse::NotReached { paths, above }, None));
        }
        // only the worst paths have it
        let tilted = sample.extreme(above);
        let (k, lo, hi) = (above, f64::NAN, f64::INFINITY);
        return Ok((
            Reverse::Takes { k, lo, hi },
            Some(Tilted {
                limit: Limit::Sample,
                ..tilted
            }),
        ));
    }
    let theta = sample.solve(to, |tilt| (tilt.mean, tilt.variance));
    let k = sample.at(theta).entropy;
    let tilted = sample.tilted(k, theta);
    let error = entropy_error(&tilted.weights);
    let half = normal_half_width(LEVEL) * error;
    Ok((
        Reverse::Takes {
            k,
            lo: (k - half).max(0.0),
            hi: k + half,
        },
        Some(tilted),
    ))
}

impl Reverse {
    /// As an estimate: k with the standard error that its interval means; `None` where it was not reached.
    pub fn k(&self) -> Option<Estimate> {
        match *self {
            Self::Takes { k, lo, hi } => Some(Estimate {
                value: k,
                error: (hi - lo) / (2.0 * normal_half_width(LEVEL)),
            }),
            Self::NotReached { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
