//! From counts to a branching matrix.

use super::levels::Levels;
use super::row::{Coefficients, Row};
use super::{Counts, Excitation, Hawkes, check};
use crate::Error;
use detente_forecast::counts::{ln_negative_binomial, maximum};
use detente_forecast::on_all_cores;
use detente_relations::distribution::{normal_half_width, normal_quantile};
use serde::{Deserialize, Serialize};

/// Fewest monitored periods of a stream.
const FEWEST: usize = 24;

/// Largest size: beyond it a negative binomial is a Poisson to the last digit that matters.
pub(super) const POISSON: f64 = 1e6;

/// Log-likelihood that a negative binomial must gain over a Poisson to be taken, in nats: half of the 95 % quantile of a chi-squared with half of its mass at 0
/// (Self & Liang 1987, Journal of the American Statistical Association 82: 605-610).
const CLEARLY: f64 = 1.353;

/// How the process is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Half-lives of the kernels, in periods; above 0, one or more.
    pub half_lives: Vec<f64>,
    /// How many links between two streams may come in by mere chance, over the whole matrix; above 0. Fewer: sparser.
    pub false_links: f64,
    /// The largest spectral radius that is let pass; excitation above it is shrunk to it. In 0..1.
    pub most: f64,
}

impl Default for Settings {
    /// For months: half-lives of 1 and 6, one false link, a radius up to 0.95.
    fn default() -> Self {
        Self {
            half_lives: vec![1.0, 6.0],
            false_links: 1.0,
            most: 0.95,
        }
    }
}

/// One entry of the branching matrix that is above 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The stream that acts.
    pub from: usize,
    /// The stream acted upon.
    pub to: usize,
    /// Mean number of direct offspring in `to` of one event in `from`.
    pub ratio: f64,
    /// Standard error of the ratio, robust to dispersion; it takes the choice of links for given. `None` where the data do not tell the parts of the rate apart.
    pub error: Option<f64>,
    /// 90 % interval of the ratio, not below 0; `None` without an error.
    pub interval: Option<(f64, f64)>,
}

/// A fitted process.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The process, its excitation shrunk where `radius` was above the limit.
    pub hawkes: Hawkes,
    /// Spectral radius of the branching matrix as fitted. From 1 on such a process explodes.
    pub radius: f64,
    /// The links, by target and then source; shrunk as the process is.
    pub links: Vec<Link>,
}

/// Which excitation a fit may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    None,
    Own,
    All,
}

impl Hawkes {
    /// Fits the process to counts, each stream by itself.
    ///
    /// The rates are by Poisson maximum likelihood with no coefficient below 0, which finds the mean whatever the dispersion (Gourieroux, Monfort & Trognon
    /// 1984, Econometrica 52: 701-720). A stream's excitation by itself always takes part. Links from other streams come in one by one, the one
    /// whose score stands highest above 0 first, as long as it stands more than `z` standard errors above it, with `z` such that `false_links` of all
    /// links are expected to do so by chance; those in are refitted without penalty, so they are not drawn to 0. (A lasso with weights from the data,
    /// as of Hansen, Reynaud-Bouret & Rivoirard 2015, Bernoulli 21: 83-143, lets links in at the same threshold but shrinks those it lets in.) Then, for each stream, a negative binomial
    /// takes the place of the Poisson where it is clearly better (1.35 nats).
    ///
    /// Missing periods are passed over: levels stand still and the likelihood has no term for them. A background is at least half an event over all
    /// monitored periods, so that nothing is impossible.
    ///
    /// # Errors
    /// Streams of unequal length or with fewer than 24 monitored periods; a count below 0 or not finite; settings out of range.
    pub fn fit(counts: &Counts, settings: &Settings) -> Result<Fit, Error> {
        fit(counts, settings, Allowed::All)
    }
}

pub(super) fn fit(counts: &Counts, settings: &Settings, allowed: Allowed) -> Result<Fit, Error> {
    check(counts)?;
    settings.check()?;
    let means = means(counts)?;
    let levels = Levels::of(counts, &settings.half_lives, &means);
    let (streams, kernels) = (counts.len(), settings.half_lives.len());
    let z = threshold(streams, kernels, settings.false_links);
    let rows = on_all_cores(streams, |stream| {
        let row = Row::new(&counts[stream], levels.columns());
        let own = stream * kernels..(stream + 1) * kernels;
        let found = match allowed {
            Allowed::None => select(&row, &[], &[], z),
            Allowed::Own => select(&row, &own.collect::<Vec<_>>(), &[], z),
            Allowed::All => {
                let others = (0..streams * kernels).filter(|c| !own.contains(c));
                let others: Vec<usize> = others.collect();
                select(&row, &own.collect::<Vec<_>>(), &others, z)
            }
        };
        let size = size(&row, &found);
        let links = links(&row, &found, stream, kernels);
        (found, size, links)
    });
    let mut hawkes = Hawkes {
        half_lives: settings.half_lives.clone(),
        background: rows.iter().map(|row| row.0.background).collect(),
        excitations: rows
            .iter()
            .map(|row| excitations(&row.0, kernels))
            .collect(),
        sizes: rows.iter().map(|row| row.1).collect(),
    };
    let mut links: Vec<Link> = rows.into_iter().flat_map(|row| row.2).collect();
    let radius = hawkes.branching().radius();
    if radius > settings.most {
        let share = settings.most / radius;
        let ratios = hawkes.excitations.iter_mut().flatten();
        ratios.for_each(|excitation| excitation.ratio *= share);
        for link in &mut links {
            link.ratio *= share;
            link.error = link.error.map(|e| e * share);
            link.interval = link.interval.map(|(lo, hi)| (lo * share, hi * share));
        }
    }
    Ok(Fit {
        hawkes,
        radius,
        links,
    })
}

impl Settings {
    fn check(&self) -> Result<(), Error> {
        if self.half_lives.is_empty() {
            return Err(Error::TooFew {
                what: "kernels",
                needed: 1,
                found: 0,
            });
        }
        for &half_life in &self.half_lives {
            let sound = half_life > 0.0 && half_life.is_finite();
            Error::in_range("the half-life of a kernel", half_life, "above 0", sound)?;
        }
        Error::in_range(
            "the number of links let in by chance",
            self.false_links,
            "above 0",
            self.false_links > 0.0,
        )?;
        Error::in_range(
            "the largest spectral radius",
            self.most,
            "0 to 1, 1 excluded",
            (0.0..1.0).contains(&self.most),
        )
    }
}

/// Mean count of each stream over its monitored periods.
pub(super) fn means(counts: &Counts) -> Result<Vec<f64>, Error> {
    let mean = |stream: &Vec<Option<f64>>| {
        let (sum, n) = stream
            .iter()
            .flatten()
            .fold((0.0, 0), |(sum, n), y| (sum + y, n + 1));
        if n < FEWEST {
            return Err(Error::TooFew {
                what: "monitored periods of a stream",
                needed: FEWEST,
                found: n,
            });
        }
        Ok(sum / n as f64)
    };
    counts.iter().map(mean).collect()
}

/// Standard errors above which `false_links` of all links between streams lie by chance.
fn threshold(streams: usize, kernels: usize, false_links: f64) -> f64 {
    let all = (streams * streams.saturating_sub(1) * kernels) as f64;
    normal_quantile((1.0 - false_links / all).clamp(0.5, 1.0 - 1e-15))
}

/// Takes in one column after the other.
fn select(row: &Row, own: &[usize], others: &[usize], z: f64) -> Coefficients {
    let mut fit = row.start();
    if !own.is_empty() {
        fit.members = own.iter().map(|&c| (c, 0.1)).collect();
        fit.background *= 0.5;
        row.climb(&mut fit);
    }
    let mut left = others.to_vec();
    let room = row.counts().count() / 10;
    while fit.members.len() < room {
        let promises = row.promises(&fit, &left);
        let best = (0..left.len())
            .rev()
            .max_by(|&a, &b| promises[a].total_cmp(&promises[b]));
        let Some(best) = best.filter(|&best| promises[best] > z) else {
            break;
        };
        fit.members.push((left.remove(best), 0.0));
        row.climb(&mut fit);
    }
    // an earlier one may have gone to 0 when a later one explained the same
    fit.members.retain(|member| member.1 > 0.0);
    fit
}

fn excitations(fit: &Coefficients, kernels: usize) -> Vec<Excitation> {
    let each = fit.members.iter().map(|&(column, ratio)| Excitation {
        from: column / kernels,
        kernel: column % kernels,
        ratio,
    });
    each.collect()
}

/// The size of the negative binomial if it is clearly better.
fn size(row: &Row, fit: &Coefficients) -> Option<f64> {
    let rates = row.rates(fit);
    let ln_likelihood = |size: f64| -> f64 {
        let cases = row.counts().zip(&rates);
        cases
            .map(|(y, &rate)| ln_negative_binomial(y, rate, size))
            .sum()
    };
    let ln_size = maximum(-4.0, POISSON.ln(), |ln| ln_likelihood(f64::exp(ln)));
    let size = ln_size.exp();
    (ln_likelihood(size) - ln_likelihood(POISSON) > CLEARLY).then_some(size)
}

fn links(row: &Row, fit: &Coefficients, to: usize, kernels: usize) -> Vec<Link> {
    let covariance = row.covariance(fit);
    let mut froms: Vec<usize> = fit.members.iter().map(|m| m.0 / kernels).collect();
    froms.sort_unstable();
    froms.dedup();
    let link = |from: usize| {
        let of: Vec<usize> = (0..fit.members.len())
            .filter(|&m| fit.members[m].0 / kernels == from)
            .collect();
        let ratio = of.iter().map(|&m| fit.members[m].1).sum();
        let error = covariance.as_ref().map(|covariance| {
            let pairs = of.iter().flat_map(|&a| of.iter().map(move |&b| (a, b)));
            let variance: f64 = pairs.map(|(a, b)| covariance[a + 1][b + 1]).sum();
            variance.max(0.0).sqrt()
        });
        let interval = error.map(|error| {
            let half = normal_half_width(0.9) * error;
            (f64::max(ratio - half, 0.0), ratio + half)
        });
        Link {
            from,
            to,
            ratio,
            error,
            interval,
        }
    };
    froms.into_iter().map(link).collect()
}
