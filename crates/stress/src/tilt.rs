//! The worst plausible case: how bad is it on average under the worst model that is no farther than so from the ensemble?

use crate::risk::{Estimate, finite};
use crate::{Error, Paths};
use serde::{Deserialize, Serialize};

mod chain;

pub use chain::{Chain, Step, chain};

/// Whether the paths were enough to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// The tilted sample spends the whole of k.
    Within,
    /// k is `ln(n / m)` or more, m the number of paths with the greatest loss: all weight lies on those, and n paths can tell nothing worse. The severity is **no
    /// less** than this; more paths would tell.
    Sample,
}

/// The worst model within k of an ensemble, as weights of its paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Tilted {
    /// The relative entropy allowed, in nats.
    pub k: f64,
    /// The relative entropy spent: k, or `ln(n / m)` at the sample's limit.
    pub spent: f64,
    /// The multiplier, in 1 / unit of the loss; 0 for k = 0, infinite at the sample's limit.
    pub theta: f64,
    /// Mean loss under the weights, the severity, with its Monte Carlo standard error; NaN at the sample's limit, for a sample does not know how far its greatest go.
    pub mean: Estimate,
    /// Weights by path, summing to 1.
    pub weights: Vec<f64>,
    /// Effective sample size, `1 / sum of squared weights` (Kong 1992): so many paths carry the figure. Below some 50 it is not to be trusted.
    pub effective: f64,
    /// Whether the paths were enough.
    pub limit: Limit,
}

/// The worst plausible case, `max E_Q[L]` over all Q with `KL(Q || P) <= k`, on a sample of P.
///
/// ```text
/// q_p = exp(theta L_p) / sum exp(theta L),   theta so that  KL = sum q_p ln(n q_p) = k
/// se  = (sum (n q_p - 1)^2 / n)^.5 / n^.5 / theta            for the severity is min over theta of (k + ln mean exp(theta L)) / theta
/// ```
///
/// The tilted measure is the maximiser (Donsker & Varadhan 1975; as the worst case of a stress test: Breuer & Csiszar 2013, Journal of Banking & Finance 37: 1552-1559; error by the
/// envelope theorem as in Glasserman & Xu 2014, Quantitative Finance 14: 29-58). It bounds every conditional mean: an event that has the chance `exp(-k)`, whatever it
/// be, has `E[L | event] <=` the severity, so it is no less than expected shortfall at `1 - exp(-k)` (entropic value at risk: Ahmadi-Javid 2012, Journal of
/// Optimization Theory and Applications 155: 1105-1123). For a normal loss it is `mean + sd (2 k)^.5`. Variables that do not enter the loss keep their law given the loss and stand at their
/// conditional expectation: take [`Paths::moments`] with the weights.
///
/// ```
/// use detente_stress::tilt::{Limit, worst};
/// let losses: Vec<f64> = (0..1000).map(f64::from).collect();
/// let (near, far) = (worst(&losses, 0.1)?, worst(&losses, 1.0)?);
/// assert!(499.5 < near.mean.value && near.mean.value < far.mean.value);
/// assert_eq!(worst(&losses, 9.0)?.limit, Limit::Sample);
/// # Ok::<(), detente_stress::Error>(())
/// ```
///
/// # Errors
/// No path; a loss that is not finite; a negative or infinite k.
pub fn worst(losses: &[f64], k: f64) -> Result<Tilted, Error> {
    if !(k >= 0.0 && k.is_finite()) {
        return Err(Error::OutOfRange {
            what: "the relative entropy",
            value: k,
            range: "0 or more and finite",
        });
    }
    let sample = Sample::of(losses)?;
    if k == 0.0 {
        return Ok(sample.tilted(k, 0.0));
    }
    if k >= sample.most() {
        return Ok(sample.extreme(k));
    }
    let theta = sample.solve(k, |tilt| (tilt.entropy, tilt.entropy_slope));
    Ok(sample.tilted(k, theta))
}

/// The frontier of severity against plausibility: [`worst`] for each k in turn. Severity rises with k.
///
/// # Errors
/// As [`worst`].
pub fn frontier(losses: &[f64], ks: &[f64]) -> Result<Vec<Tilted>, Error> {
    ks.iter().map(|&k| worst(losses, k)).collect()
}

/// The worst case over several models, each with its own paths (another dependence, another past, other margins), each within k of itself: the place of the model with the
/// greatest severity, and what each says. The first of equals.
///
/// # Errors
/// No model; as [`worst`].
pub fn worst_of(models: &[&[f64]], k: f64) -> Result<(usize, Vec<Tilted>), Error> {
    let all = models
        .iter()
        .map(|losses| worst(losses, k))
        .collect::<Result<Vec<_>, _>>()?;
    let severity = |i: usize| all[i].mean.value;
    match (0..all.len()).reduce(|a, b| if severity(b) > severity(a) { b } else { a }) {
        Some(place) => Ok((place, all)),
        None => Err(Error::TooFew {
            what: "models",
            needed: 1,
            found: 0,
        }),
    }
}

/// The chance of an event that is as surprising as k: to learn that an event of chance `exp(-k)` has come moves beliefs by a relative entropy of k.
pub fn likelihood(k: f64) -> f64 {
    (-k).exp()
}

/// The mode path: of the paths that are at least as bad as the worst case is on average, the one nearest to the tilted mean, by the sum over months and
/// variables of squared distances in standard deviations of the plain ensemble. It is a path that was drawn, so its months fit each other, which those of a mean do
/// not. The first of equals.
///
/// # Errors
/// Losses or weights that are not those of the paths.
pub fn mode(paths: &Paths, losses: &[f64], tilted: &Tilted) -> Result<usize, Error> {
    if losses.len() != paths.paths() {
        return Err(Error::Shape {
            what: "losses of paths",
            expected: paths.paths(),
            found: losses.len(),
        });
    }
    let centre = paths.moments(Some(&tilted.weights))?.mean;
    let spread = paths.moments(None)?.sd;
    let precision: Vec<f64> = spread
        .iter()
        .map(|&sd| if sd > 0.0 { 1.0 / (sd * sd) } else { 0.0 })
        .collect();
    let greatest = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = tilted.mean.value.min(greatest);
    let mut nearest = (f64::INFINITY, 0);
    for path in (0..paths.paths()).filter(|&p| losses[p] >= least) {
        let parts = paths.path(path).iter().zip(&centre).zip(&precision);
        let distance: f64 = parts
            .filter(|(_, by)| **by > 0.0)
            .map(|((x, at), by)| (f64::from(*x) - at).powi(2) * by)
            .sum();
        if distance < nearest.0 {
            nearest = (distance, path);
        }
    }
    Ok(nearest.1)
}

/// Losses brought onto one scale: 0 for the greatest, standard deviations below it.
pub(crate) struct Sample<'a> {
    losses: &'a [f64],
    below: Vec<f64>,
    greatest: f64,
    sd: f64,
    /// How many paths have the greatest loss.
    at_greatest: usize,
}

/// What a multiplier, on the common scale, comes to.
#[derive(Clone, Copy)]
pub(crate) struct Tilt {
    /// Logarithm of the mean of exp(theta below).
    pub(crate) ln_mean: f64,
    /// Mean on the common scale.
    pub(crate) mean: f64,
    /// Its derivative by the multiplier: the variance.
    pub(crate) variance: f64,
    /// Relative entropy.
    pub(crate) entropy: f64,
    /// Its derivative by the multiplier.
    pub(crate) entropy_slope: f64,
}

impl<'a> Sample<'a> {
    pub(crate) fn of(losses: &'a [f64]) -> Result<Self, Error> {
        finite(losses)?;
        let sd = detente_relations::describe::population_sd(losses).ok_or(Error::TooFew {
            what: "paths",
            needed: 1,
            found: 0,
        })?;
        let greatest = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let scale = if sd > 0.0 { sd } else { 1.0 };
        Ok(Self {
            losses,
            below: losses.iter().map(|l| (l - greatest) / scale).collect(),
            greatest,
            sd: scale,
            at_greatest: losses.iter().filter(|l| **l == greatest).count(),
        })
    }

    /// The relative entropy that puts all weight on the worst paths.
    pub(crate) fn most(&self) -> f64 {
        (self.losses.len() as f64 / self.at_greatest as f64).ln()
    }

    /// A loss on the common scale.
    pub(crate) fn scaled(&self, loss: f64) -> f64 {
        (loss - self.greatest) / self.sd
    }

    pub(crate) fn at(&self, theta: f64) -> Tilt {
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for &b in &self.below {
            let w = (theta * b).exp();
            sum += w;
            first += w * b;
            second += w * b * b;
        }
        let ln_mean = (sum / self.below.len() as f64).ln();
        let mean = first / sum;
        let variance = (second / sum - mean * mean).max(0.0);
        Tilt {
            ln_mean,
            mean,
            variance,
            entropy: theta * mean - ln_mean,
            entropy_slope: theta * variance,
        }
    }

    /// The multiplier, 0 or more, at which a figure that rises with it comes to `to`: Newton steps inside a bracket that only shrinks.
    pub(crate) fn solve(&self, to: f64, figure: impl Fn(Tilt) -> (f64, f64)) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        while figure(self.at(high)).0 < to && high < 1e12 {
            (low, high) = (high, 2.0 * high);
        }
        let mut theta = 0.5 * (low + high);
        for _ in 0..200 {
            let (value, slope) = figure(self.at(theta));
            if value < to {
                low = theta;
            } else {
                high = theta;
            }
            let next = theta + (to - value) / slope;
            let next = if next > low && next < high {
                next
            } else {
                0.5 * (low + high)
            };
            let moved = (next - theta).abs();
            theta = next;
            if moved <= 1e-14 * theta {
                break;
            }
        }
        theta
    }

    pub(crate) fn tilted(&self, k: f64, theta: f64) -> Tilted {
        let tilt = self.at(theta);
        let n = self.losses.len() as f64;
        let weights: Vec<f64> = self
            .below
            .iter()
            .map(|b| (theta * b - tilt.ln_mean).exp() / n)
            .collect();
        let error = if theta > 0.0 {
            entropy_error(&weights) / theta * self.sd
        } else {
            tilt.variance.sqrt() * self.sd / n.sqrt()
        };
        self.with(
            k,
            tilt.entropy,
            theta / self.sd,
            error,
            weights,
            Limit::Within,
        )
    }

    /// All weight on the worst paths.
    pub(crate) fn extreme(&self, k: f64) -> Tilted {
        let each = 1.0 / self.at_greatest as f64;
        let weights = self
            .below
            .iter()
            .map(|&b| if b == 0.0 { each } else { 0.0 })
            .collect();
        let theta = f64::INFINITY;
        // the greatest of a sample has no error that the sample knows
        self.with(k, self.most(), theta, f64::NAN, weights, Limit::Sample)
    }

    fn with(
        &self,
        k: f64,
        spent: f64,
        theta: f64,
        error: f64,
        weights: Vec<f64>,
        limit: Limit,
    ) -> Tilted {
        let value = self.losses.iter().zip(&weights).map(|(l, q)| l * q).sum();
        Tilted {
            k,
            spent,
            theta,
            mean: Estimate { value, error },
            effective: 1.0 / weights.iter().map(|q| q * q).sum::<f64>(),
            weights,
            limit,
        }
    }
}

/// Standard error of `ln mean exp(theta L)`: the standard deviation of `n q` over the square root of n.
pub(crate) fn entropy_error(weights: &[f64]) -> f64 {
    let n = weights.len() as f64;
    let square: f64 = weights.iter().map(|q| (n * q - 1.0).powi(2)).sum();
    (square / n).sqrt() / n.sqrt()
}

#[cfg(test)]
mod tests;
