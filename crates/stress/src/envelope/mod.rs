//! The k-envelope of a figure: between which means can it lie under any model that is no farther than k from the ensemble? And what is said as of an origin, to be held
//! against what came.

use crate::Error;
use crate::reverse::{Reverse, least_for_mean};
use crate::tilt::worst;

mod said;

pub use said::{Ensembles, changes_to_worst, worst_of_months, worsts};

/// From the least to the greatest mean of a figure, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Envelope {
    /// The least mean.
    pub lo: f64,
    /// The greatest mean.
    pub hi: f64,
}

impl Envelope {
    /// `[-max E_Q[-X], max E_Q[X]]` over all Q with `KL(Q || P) <= k`, over all samples, each of another model P: the tilt of [`worst`] both ways. For a normal figure
    /// `mean -/+ sd (2 k)^.5`. A sample of n values ends at its least and greatest, which it reaches at `k = ln n`.
    ///
    /// ```
    /// use detente_stress::envelope::Envelope;
    /// // from chances of 1/2, k = ln 2 allows for certainty
    /// let all = Envelope::of(&[&[0.0, 1.0]], 2f64.ln())?;
    /// assert_eq!((all.lo, all.hi), (0.0, 1.0));
    /// # Ok::<(), detente_stress::Error>(())
    /// ```
    ///
    /// # Errors
    /// No sample, or one without values; a value that is not finite; a negative or infinite k.
    pub fn of<S: AsRef<[f64]>>(samples: &[S], k: f64) -> Result<Self, Error> {
        if samples.is_empty() {
            return Err(none());
        }
        let mut all = Self {
            lo: f64::INFINITY,
            hi: f64::NEG_INFINITY,
        };
        for sample in samples {
            let sample = sample.as_ref();
            all.lo = all.lo.min(-worst(&negative(sample), k)?.mean.value);
            all.hi = all.hi.max(worst(sample, k)?.mean.value);
        }
        Ok(all)
    }

    /// How wide it is.
    pub fn width(&self) -> f64 {
        self.hi - self.lo
    }

    /// Whether a value lies within, the ends with it.
    pub fn holds(&self, value: f64) -> bool {
        self.beyond(value) == 0.0
    }

    /// How far a value lies outside: below 0 under the lower end, 0 within, above 0 over the upper end.
    pub fn beyond(&self, value: f64) -> f64 {
        if value < self.lo {
            value - self.lo
        } else if value > self.hi {
            value - self.hi
        } else {
            0.0
        }
    }
}

/// The least k at which the lower end of the envelope reaches down to a value, over all samples: 0 for a value that is not below the mean of one, `None` for one
/// below all that any has. Where only the least of a sample reach it, `ln(n / m)`.
///
/// # Errors
/// No sample, or one without values; a value that is not finite.
pub fn down_to<S: AsRef<[f64]>>(samples: &[S], value: f64) -> Result<Option<f64>, Error> {
    if samples.is_empty() {
        return Err(none());
    }
    let mut least: Option<f64> = None;
    for sample in samples {
        if let (Reverse::Takes { k, .. }, _) = least_for_mean(&negative(sample.as_ref()), -value)? {
            least = Some(least.map_or(k, |l| l.min(k)));
        }
    }
    Ok(least)
}

/// What was said of a figure from one kind of sample, held against what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// By k.
    pub envelopes: Vec<Envelope>,
    /// The least k with which the lower end is as low as what came; `None` if no path is ([`down_to`]).
    pub takes: Option<f64>,
}

impl Held {
    /// Of samples, each of another model; `None` where one of them is empty: there was nothing to say.
    ///
    /// # Errors
    /// As [`Envelope::of`].
    pub fn of(samples: &[Vec<f64>], ks: &[f64], came: f64) -> Result<Option<Self>, Error> {
        if samples.iter().any(Vec::is_empty) {
            return Ok(None);
        }
        let envelopes = ks.iter().map(|&k| Envelope::of(samples, k));
        Ok(Some(Self {
            envelopes: envelopes.collect::<Result<_, _>>()?,
            takes: down_to(samples, came)?,
        }))
    }
}

fn negative(sample: &[f64]) -> Vec<f64> {
    sample.iter().map(|x| -x).collect()
}

fn none() -> Error {
    Error::TooFew {
        what: "models",
        needed: 1,
        found: 0,
    }
}

#[cfg(test)]
mod tests;
