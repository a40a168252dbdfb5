//! Published forecasts against what came, each beside its baseline.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Entry, Kind, LEVELS, Prediction, Quantiles};
use crate::verify::{binary, covers, interval_score};

/// What came.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The value; for an event 1 if it happened and 0 if it was watched for and did not.
    Came(f64),
    /// The target is not over.
    NotYet,
    /// The target is over and nobody watched, or not enough to tell; with the reason. This is never a zero.
    Unmonitored(String),
}

/// The scores of one prediction. Lower is better for all but `covered`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scores {
    /// Of a distribution at [`LEVELS`], in the unit of the question.
    Quantiles {
        /// CRPS as far as seven quantiles tell it, `2 sum_i w_i rho_i(y - q_i)`: `rho_i(u) = u (tau_i - [u < 0])` is the pinball loss at level
        /// tau_i and `w_i` the share of (0, 1) that lies nearest to tau_i (.075, .1, .2, .25, .2, .1, .075). For a calibrated
        /// normal forecast it is 1.7 % below the CRPS on average (Gneiting & Raftery 2007, JASA, for the integral).
        crps: f64,
        /// Unweighted mean of the seven pinball losses.
        pinball: f64,
        /// [`interval_score`] of the 90 % interval.
        interval: f64,
        /// Whether the 90 % interval, ends included, held the value.
        covered: bool,
    },
    /// Of a probability.
    Probability {
        /// [`binary::brier`].
        brier: f64,
        /// [`binary::log_score`], in bits; infinite if what was called impossible came.
        log: f64,
    },
}

/// A published forecast with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored<'a> {
    /// The forecast.
    pub entry: &'a Entry,
    /// What came.
    pub outcome: Outcome,
    /// The scores of our prediction and of the baseline's, if something came.
    pub scores: Option<(Scores, Scores)>,
}

/// Holds entries against what came. `outcome` is asked once for each, in order.
pub fn score<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    outcome: impl Fn(&Entry) -> Outcome,
) -> Vec<Scored<'a>> {
    let scored = |entry: &'a Entry| {
        let outcome = match outcome(entry) {
            // A number that is none was not measured.
            Outcome::Came(y) if !y.is_finite() => {
                Outcome::Unmonitored("the value is not finite".to_owned())
            }
            other => other,
        };
        let scores = match outcome {
            Outcome::Came(y) => Some((
                scores(&entry.published.forecast, y),
                scores(&entry.published.baseline.prediction, y),
            )),
            _ => None,
        };
        Scored {
            entry,
            outcome,
            scores,
        }
    };
    entries.into_iter().map(scored).collect()
}

fn scores(prediction: &Prediction, y: f64) -> Scores {
    match prediction {
        Prediction::Quantiles(q) => quantile_scores(q, y),
        Prediction::Probability(p) => Scores::Probability {
            brier: binary::brier(*p, y > 0.5),
            log: binary::log_score(*p, y > 0.5),
        },
    }
}

fn quantile_scores(q: &Quantiles, y: f64) -> Scores {
    let losses: Vec<f64> = std::iter::zip(LEVELS, q.values)
        .map(|(level, quantile)| {
            let u = y - quantile;
            u * (level - f64::from(u < 0.0))
        })
        .collect();
    let weighted = std::iter::zip(nearest_shares(), &losses).map(|(w, loss)| w * loss);
    let (lo, hi) = (q.values[0], q.values[6]);
    Scores::Quantiles {
        crps: 2.0 * weighted.sum::<f64>(),
        pinball: losses.iter().sum::<f64>() / losses.len() as f64,
        interval: interval_score(lo, hi, y, 0.9),
        covered: covers((lo, hi), y),
    }
}

/// For each level the length of the part of (0, 1) that is nearest to it.
fn nearest_shares() -> [f64; 7] {
    let end = |i: usize| match i {
        0 => 0.0,
        7 => 1.0,
        _ => (LEVELS[i - 1] + LEVELS[i]) / 2.0,
    };
    std::array::from_fn(|i| end(i + 1) - end(i))
}

/// One score of a card: ours and the baseline's mean over the settled forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Line {
    /// Which score.
    pub score: &'static str,
    /// Our mean.
    pub ours: f64,
    /// The baseline's mean over the same forecasts.
    pub baseline: f64,
    /// `1 - ours / baseline`; above 0 is better than the baseline. Absent for coverage, and where the ratio says nothing.
    pub skill: Option<f64>,
}

/// What became of the forecasts of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// The kind.
    pub kind: Kind,
    /// Forecasts published.
    pub made: usize,
    /// Of these, whose outcome is known: only they are in the scores.
    pub settled: usize,
    /// Of these, whose target is not over.
    pub pending: usize,
    /// Of these, whose target is over, but was not watched. They count neither for nor against.
    pub unmonitored: usize,
    /// Why they could not be settled, with how many.
    pub reasons: BTreeMap<String, usize>,
    /// The names of the baselines.
    pub baselines: Vec<String>,
    /// The mean scores; empty as long as nothing is settled.
    pub scores: Vec<Line>,
}

/// A card for each kind of which a forecast was published.
pub fn cards(scored: &[Scored]) -> Vec<Card> {
    Kind::ALL
        .into_iter()
        .filter_map(|kind| card(kind, scored))
        .collect()
}

fn card(kind: Kind, scored: &[Scored]) -> Option<Card> {
    let of: Vec<&Scored> = scored
        .iter()
        .filter(|s| s.entry.published.question.kind == kind)
        .collect();
    if of.is_empty() {
        return None;
    }
    let mut reasons = BTreeMap::new();
    for s in &of {
        if let Outcome::Unmonitored(why) = &s.outcome {
            *reasons.entry(why.clone()).or_default() += 1;
        }
    }
    let mut baselines: Vec<String> = of
        .iter()
        .map(|s| s.entry.published.baseline.name.clone())
        .collect();
    baselines.sort();
    baselines.dedup();
    let settled: Vec<(Scores, Scores)> = of.iter().filter_map(|s| s.scores).collect();
    let pending = of.iter().filter(|s| s.outcome == Outcome::NotYet).count();
    Some(Card {
        kind,
        made: of.len(),
        settled: settled.len(),
        pending,
        unmonitored: of.len() - settled.len() - pending,
        reasons,
        baselines,
        scores: lines(kind, &settled),
    })
}

fn lines(kind: Kind, settled: &[(Scores, Scores)]) -> Vec<Line> {
    let names: &[&'static str] = match kind {
        Kind::Relation => &["crps", "pinball", "interval score 90 %", "coverage 90 %"],
        Kind::Event => &["brier", "log"],
    };
    if settled.is_empty() {
        return Vec::new();
    }
    let mean = |i: usize, which: fn(&(Scores, Scores)) -> &Scores| {
        settled.iter().map(|s| which(s).value(i)).sum::<f64>() / settled.len() as f64
    };
    let line = |(i, score): (usize, &&'static str)| {
        let (ours, baseline) = (mean(i, |s| &s.0), mean(i, |s| &s.1));
        let ratio = ours / baseline;
        Line {
            score,
            ours,
            baseline,
            skill: (!score.starts_with("coverage") && ratio.is_finite()).then_some(1.0 - ratio),
        }
    };
    names.iter().enumerate().map(line).collect()
}

impl Scores {
    /// The scores by place, in the order of a card.
    fn value(&self, i: usize) -> f64 {
        match *self {
            Scores::Quantiles {
                crps,
                pinball,
                interval,
                covered,
            } => [crps, pinball, interval, f64::from(covered)][i],
            Scores::Probability { brier, log } => [brier, log][i],
        }
    }
}
