//! Published forecasts as rows, a row each: what was said, and what came of it.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use detente_forecast::ledger::{Entry, LEVELS, Outcome, Prediction, Scored, Scores};

use crate::error::{CliError, Result};
use crate::table::{Table, number};

/// A column of a batch by its name.
type Column = (String, ArrayRef);

/// What was published.
pub(super) fn published(entries: &[Entry]) -> Result<RecordBatch> {
    batch(said(&entries.iter().collect::<Vec<_>>()))
}

/// What was published, with what came and the scores beside the baseline's.
pub(super) fn settled(scored: &[Scored]) -> Result<RecordBatch> {
    let mut columns = said(&scored.iter().map(|s| s.entry).collect::<Vec<_>>());
    let texts = |f: &dyn Fn(&Scored) -> Option<String>| -> ArrayRef {
        Arc::new(scored.iter().map(f).collect::<StringArray>())
    };
    let numbers = |f: &dyn Fn(&Scored) -> Option<f64>| -> ArrayRef {
        Arc::new(scored.iter().map(f).collect::<Float64Array>())
    };
    columns.push((
        "status".to_owned(),
        texts(&|s| Some(status(&s.outcome).to_owned())),
    ));
    columns.push(("came".to_owned(), numbers(&|s| came(&s.outcome))));
    columns.push((
        "reason".to_owned(),
        texts(&|s| reason(&s.outcome).map(str::to_owned)),
    ));
    for (i, name) in SCORES.iter().enumerate() {
        columns.push(((*name).to_owned(), numbers(&|s| values(&s.scores?.0)[i])));
        columns.push((
            format!("baseline_{name}"),
            numbers(&|s| values(&s.scores?.1)[i]),
        ));
    }
    batch(columns)
}

fn batch(columns: Vec<Column>) -> Result<RecordBatch> {
    let nullable = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(nullable).map_err(|e| CliError::Rows {
        format: "a table",
        what: e.to_string(),
    })
}

fn said(entries: &[&Entry]) -> Vec<Column> {
    let texts = |f: &dyn Fn(&Entry) -> Option<String>| -> ArrayRef {
        Arc::new(entries.iter().map(|e| f(e)).collect::<StringArray>())
    };
    let numbers = |f: &dyn Fn(&Entry) -> Option<f64>| -> ArrayRef {
        Arc::new(entries.iter().map(|e| f(e)).collect::<Float64Array>())
    };
    let sequence = entries.iter().map(|e| Some(e.sequence as i64));
    let mut columns: Vec<Column> = vec![
        (
            "sequence".to_owned(),
            Arc::new(sequence.collect::<Int64Array>()),
        ),
        (
            "made".to_owned(),
            texts(&|e| Some(e.published.made.clone())),
        ),
        (
            "partnership".to_owned(),
            texts(&|e| Some(e.published.question.partnership.clone())),
        ),
        (
            "kind".to_owned(),
            texts(&|e| Some(e.published.question.kind.to_string())),
        ),
        (
            "subject".to_owned(),
            texts(&|e| Some(e.published.question.subject.clone())),
        ),
        (
            "origin".to_owned(),
            texts(&|e| Some(e.published.origin.clone())),
        ),
        (
            "target".to_owned(),
            texts(&|e| Some(e.published.target.clone())),
        ),
    ];
    for (prefix, of) in [("", ours as Side), ("baseline_", baseline)] {
        columns.push((
            format!("{prefix}probability"),
            numbers(&|e| probability(of(e))),
        ));
        columns.push((format!("{prefix}mean"), numbers(&|e| mean(of(e)))));
        for (i, level) in LEVELS.iter().enumerate() {
            let name = format!("{prefix}q{:02}", (level * 100.0).round());
            columns.push((name, numbers(&|e| quantile(of(e), i))));
        }
    }
    columns.push((
        "baseline".to_owned(),
        texts(&|e| Some(e.published.baseline.name.clone())),
    ));
    columns.push(("skill".to_owned(), texts(&|e| Some(skill(e).to_owned()))));
    columns.push((
        "version".to_owned(),
        texts(&|e| Some(e.published.version.clone())),
    ));
    columns.push((
        "definition".to_owned(),
        texts(&|e| Some(e.published.question.definition.clone())),
    ));
    columns.push(("hash".to_owned(), texts(&|e| Some(e.hash.clone()))));
    columns
}

type Side = fn(&Entry) -> &Prediction;

fn ours(entry: &Entry) -> &Prediction {
    &entry.published.forecast
}

fn baseline(entry: &Entry) -> &Prediction {
    &entry.published.baseline.prediction
}

fn probability(prediction: &Prediction) -> Option<f64> {
    match prediction {
        Prediction::Probability(p) => Some(*p),
        Prediction::Quantiles(_) => None,
    }
}

fn mean(prediction: &Prediction) -> Option<f64> {
    match prediction {
        Prediction::Quantiles(q) => Some(q.mean),
        Prediction::Probability(_) => None,
    }
}

fn quantile(prediction: &Prediction, i: usize) -> Option<f64> {
    match prediction {
        Prediction::Quantiles(q) => Some(q.values[i]),
        Prediction::Probability(_) => None,
    }
}

/// Whether the backtest had shown skill, in a word or two.
fn skill(entry: &Entry) -> &'static str {
    match &entry.published.skill {
        Some(skill) if skill.demonstrated => "demonstrated",
        Some(_) => "not demonstrated",
        None => "not measured",
    }
}

/// A prediction in a few characters: `2.00 [1.00, 3.00]` or `0.200`.
pub(super) fn short(prediction: &Prediction) -> String {
    match prediction {
        Prediction::Quantiles(q) => format!(
            "{} [{}, {}]",
            number(Some(q.values[3]), 2),
            number(Some(q.values[0]), 2),
            number(Some(q.values[6]), 2)
        ),
        Prediction::Probability(p) => number(Some(*p), 3),
    }
}

/// The table for people. Of a distribution it shows the median and the 90 % interval.
pub(super) fn list(entries: &[Entry]) -> String {
    let mut table = Table::new(&[
        ">no.",
        "made",
        "partnership",
        "subject",
        "origin",
        "target",
        ">forecast",
        ">baseline",
        "which",
        "skill",
    ]);
    for e in entries {
        let p = &e.published;
        table.row([
            e.sequence.to_string(),
            p.made.clone(),
            p.question.partnership.clone(),
            p.question.subject.clone(),
            p.origin.clone(),
            p.target.clone(),
            short(&p.forecast),
            short(&p.baseline.prediction),
            p.baseline.name.clone(),
            skill(e).to_owned(),
        ]);
    }
    table.render()
}

/// The names of all scores, in the order of [`values`].
const SCORES: [&str; 6] = [
    "crps",
    "pinball",
    "interval_score_90",
    "covered_90",
    "brier",
    "log",
];

fn values(scores: &Scores) -> [Option<f64>; 6] {
    match *scores {
        Scores::Quantiles {
            crps,
            pinball,
            interval,
            covered,
        } => [
            Some(crps),
            Some(pinball),
            Some(interval),
            Some(f64::from(covered)),
            None,
            None,
        ],
        Scores::Probability { brier, log } => [None, None, None, None, Some(brier), Some(log)],
    }
}

/// `settled`, `pending` or `unmonitored`.
pub(super) fn status(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Came(_) => "settled",
        Outcome::NotYet => "pending",
        Outcome::Unmonitored(_) => "unmonitored",
    }
}

/// The value that came.
pub(super) fn came(outcome: &Outcome) -> Option<f64> {
    match outcome {
        Outcome::Came(y) => Some(*y),
        _ => None,
    }
}

/// Why nothing can be said.
fn reason(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Unmonitored(why) => Some(why),
        _ => None,
    }
}
