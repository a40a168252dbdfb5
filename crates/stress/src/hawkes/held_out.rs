//! Does excitation foretell anything? Each period after a date is foretold from what came before it, with and without it.

use super::fit::{Allowed, Fit, POISSON, Settings, fit, means};
use super::levels::Levels;
use super::{Counts, check};
use crate::Error;
use detente_forecast::bootstrap::{self, Cell, Interval, Paired, Statistic};
use detente_forecast::counts::ln_negative_binomial;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the held-out periods show, at the level of the intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// Links between streams foretell more than each stream's own past does.
    Between,
    /// Events bring on events, but not demonstrably from one stream to another.
    Within,
    /// Excitation foretells no more than a constant background does.
    NotShown,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Between => "excitation between streams shown",
            Self::Within => "excitation within streams shown, between streams not",
            Self::NotShown => "no excitation shown",
        })
    }
}

/// Held-out log-likelihood of the process beside the same without links between streams, and without any excitation.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// The process as fitted to the periods before.
    pub fit: Fit,
    /// Mean log-likelihood of a monitored count, in nats, without excitation. Higher is better, here and below.
    pub none: f64,
    /// With excitation of each stream by itself.
    pub own: f64,
    /// With all links.
    pub all: f64,
    /// Monitored counts that were scored.
    pub counts: usize,
    /// What excitation by itself gains on none, in nats a period over all streams, with its interval.
    pub own_over_none: Interval,
    /// What all links gain on none.
    pub all_over_none: Interval,
    /// What links between streams gain on excitation by itself.
    pub all_over_own: Interval,
}

impl HeldOut {
    /// Fits to the periods before `from` and scores those from there on, each given all counts before it.
    ///
    /// The three models differ in nothing but the excitation that they may use; each has sizes of its own. Intervals are by a circular block bootstrap
    /// over periods, with blocks of `block`, the streams of a period staying together.
    ///
    /// # Errors
    /// As [`super::Hawkes::fit`] on the periods before; fewer than two blocks of monitored held-out periods; settings of the bootstrap out of range.
    pub fn of(
        counts: &Counts,
        from: usize,
        settings: &Settings,
        block: usize,
        bootstrap: &bootstrap::Settings,
    ) -> Result<Self, Error> {
        let periods = check(counts)?;
        Error::in_range(
            "the first held-out period",
            from as f64,
            "one of the periods",
            from < periods,
        )?;
        Error::in_range(
            "the length of a block",
            block as f64,
            "1 or more",
            block >= 1,
        )?;
        let before: Vec<Vec<Option<f64>>> = counts.iter().map(|c| c[..from].to_vec()).collect();
        let levels = Levels::of(counts, &settings.half_lives, &means(&before)?);
        let fits = [
            fit(&before, settings, Allowed::None)?,
            fit(&before, settings, Allowed::Own)?,
            fit(&before, settings, Allowed::All)?,
        ];
        let scores = fits
            .each_ref()
            .map(|fit| scores(fit, counts, &levels, from));
        let [none, own, all] = scores.each_ref().map(|score| score.iter().sum::<f64>());
        let n = counts.iter().flat_map(|c| &c[from..]).flatten().count();
        if scores[0].len() < 2 * block {
            return Err(Error::TooFew {
                what: "held-out periods that were monitored",
                needed: 2 * block,
                found: scores[0].len(),
            });
        }
        let gain = |with: &[f64], without: &[f64]| {
            let cells = with
                .iter()
                .zip(without)
                .zip(0..)
                .map(|((a, b), origin)| Cell {
                    unit: 0,
                    origin,
                    score: -a,
                    reference: -b,
                });
            Paired::new(cells).and_then(|p| p.by_unit_and_origin(Statistic::Gain, block, bootstrap))
        };
        let [_, _, all_fit] = fits;
        Ok(Self {
            fit: all_fit,
            none: none / n as f64,
            own: own / n as f64,
            all: all / n as f64,
            counts: n,
            own_over_none: gain(&scores[1], &scores[0])?,
            all_over_none: gain(&scores[2], &scores[0])?,
            all_over_own: gain(&scores[2], &scores[1])?,
        })
    }

    /// What may be said.
    pub fn finding(&self) -> Finding {
        if self.all_over_none.lo > 0.0 && self.all_over_own.lo > 0.0 {
            Finding::Between
        } else if self.own_over_none.lo > 0.0 {
            Finding::Within
        } else {
            Finding::NotShown
        }
    }
}

/// Log-likelihood of each period from `from` on in which a stream was monitored, over those that were.
fn scores(fit: &Fit, counts: &Counts, levels: &Levels, from: usize) -> Vec<f64> {
    let periods = counts.first().map_or(0, Vec::len);
    let score = |t: usize| {
        let streams = counts.iter().enumerate();
        let cells = streams.filter_map(|(i, stream)| {
            let rate = fit.hawkes.rate(i, |j, k| levels.at(j, k, t));
            let size = fit.hawkes.sizes[i].unwrap_or(POISSON);
            Some(ln_negative_binomial(stream[t]?, rate, size))
        });
        cells.sum()
    };
    let monitored = |t: &usize| counts.iter().any(|stream| stream[*t].is_some());
    (from..periods).filter(monitored).map(score).collect()
}
