//! What a brief publishes: the outlook as entries of the ledger, and which of them enter it.

use std::path::Path;

use anstream::eprintln;
use detente_atlas::{By, Day, Group};
use detente_brief::compose::Published as Held;
use detente_forecast::ledger::{
    Baseline, Entry, Kind, Outcome, Prediction, Published, Quantiles, Question, Skill, Vintage,
    over,
};
use detente_partnership::outlook::{
    Distribution, EventKind, EventOutlook, Horizon, Model, Outlook,
};
use detente_partnership::world::clock;
use detente_partnership::{Assessment, Party};

use super::{file, settle};
use crate::error::{Result, count};

/// What the ledger holds of a partnership on the day of its brief, for the score card. `None` without a ledger.
pub(crate) fn held(path: &Path, assessment: &Assessment) -> Result<Option<Held>> {
    if !path.is_file() {
        return Ok(None);
    }
    let on = assessment.world.as_of.to_string();
    let mut entries = file::read(path)?.entries;
    entries.retain(|e| {
        e.published.question.partnership == assessment.partnership.id && e.published.made <= on
    });
    let due: Vec<&Entry> = entries
        .iter()
        .filter(|e| over(&e.published.target, &on))
        .collect();
    let settled = settle::within(&assessment.world, &due);
    let came = |e: &&&Entry| matches!(settled.outcome(e), Outcome::Came(_));
    let settled = due.iter().filter(came).count() as u64;
    let made = entries.len() as u64;
    Ok(Some(Held {
        made,
        settled,
        pending: made - settled,
    }))
}

/// Publishes the forecasts of a brief that was made today.
pub(crate) fn brief(path: &Path, assessment: &Assessment, lake: &str, quiet: bool) -> Result {
    let Ok(outlook) = &assessment.outlook else {
        return Ok(());
    };
    let made = assessment.world.as_of;
    let months = outlook.horizons.iter();
    let months = months.map(|horizon| forecast(assessment, outlook, horizon, made, lake));
    let events = outlook.events.iter();
    let events = events.map(|x| event(assessment, x, made, lake));
    let forecasts: Vec<Published> = months.chain(events).collect();
    if forecasts.is_empty() {
        return Ok(());
    }
    let done = file::publish(path, &forecasts)?;
    if !quiet && done.count > 0 {
        eprintln!(
            "entered {} in {}, whose head is now {}",
            count(done.count, "forecast"),
            path.display(),
            done.head
        );
    }
    Ok(())
}

/// The forecast of one month. What enters is always the pooled forecast, also where the brief shows the baseline for want of
/// demonstrated skill: a baseline scored against itself would say nothing.
fn forecast(
    assessment: &Assessment,
    outlook: &Outlook,
    horizon: &Horizon,
    made: Day,
    lake: &str,
) -> Published {
    let scores = outlook.backtest.at(horizon.lead);
    let baseline = scores.map_or(Model::Climatology, |s| s.better_baseline());
    let (of, with) = (&outlook.question.of.id, &outlook.question.with.id);
    let source = outlook.question.stream.clone();
    Published {
        made: made.to_string(),
        question: Question {
            partnership: assessment.partnership.id.clone(),
            kind: Kind::Relation,
            subject: format!("relation-index {of} {with}"),
            sides: vec![of.clone(), with.clone()],
            parameters: settle::parameters(&outlook.question.settings),
            definition: format!(
                "The index of the acts of {of} and {with} toward each other in the target month, from {} ({})",
                outlook.series.source, outlook.series.unit
            ),
            source: Some(source),
        },
        origin: clock::label(By::Month, outlook.origin.0),
        target: clock::label(By::Month, horizon.month),
        forecast: prediction(horizon.of(Model::Pooled)),
        baseline: Baseline {
            name: name(baseline).to_owned(),
            prediction: prediction(horizon.of(baseline)),
        },
        skill: scores.map(|s| {
            let skill = match baseline {
                Model::Persistence => s.over_persistence,
                _ => s.over_climatology,
            };
            Skill {
                demonstrated: s.demonstrated(),
                measure: format!(
                    "CRPS skill over {} {} months after the last reading, all relations of {of}, origins {} to {}; demonstrated if over both baselines",
                    name(baseline),
                    horizon.lead,
                    clock::label(By::Month, outlook.backtest.origins.0),
                    clock::label(By::Month, outlook.backtest.origins.1),
                ),
                mean: Some(skill.mean).filter(|x| x.is_finite()),
                interval: skill.interval,
            }
        }),
        vintage: vintage(lake),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The forecast of an event. What enters is the full regression, also where the brief shows the strong baseline.
fn event(assessment: &Assessment, x: &EventOutlook, made: Day, lake: &str) -> Published {
    let label = |t| clock::label(x.by, t);
    let (first, last) = (label(x.target.0), label(x.target.1));
    let target = if first == last {
        last
    } else {
        format!("{first}/{last}")
    };
    let question = &x.question;
    let sides: Vec<String> = question.sides.iter().map(|p| expression(p, made)).collect();
    Published {
        made: made.to_string(),
        question: Question {
            partnership: assessment.partnership.id.clone(),
            kind: Kind::Event,
            subject: format!("{} {}", question.kind.name(), sides.join(" | ")),
            sides,
            parameters: match question.kind {
                EventKind::Rupture => settle::rupture_parameters(&question.settings),
                _ => Default::default(),
            },
            definition: format!("{} in {target}, by {}", x.what, question.source),
            source: Some(question.source.clone()),
        },
        origin: label(x.origin),
        target,
        forecast: Prediction::Probability(x.chances.regression),
        baseline: Baseline {
            name: "frequency-and-state".to_owned(),
            prediction: Prediction::Probability(x.chances.baseline),
        },
        skill: x.skill.map(|skill| Skill {
            demonstrated: x.demonstrated(),
            measure: format!(
                "Brier skill over frequency-and-state {} periods after the last one known, all units together",
                x.lead
            ),
            mean: Some(skill.mean).filter(|m| m.is_finite()),
            interval: skill.interval,
        }),
        vintage: vintage(lake),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// A party in words that mean the same without the partnership file: its id, or its members of the day.
fn expression(party: &Party, on: Day) -> String {
    if party.id.parse::<Group>().is_ok() {
        return party.id.clone();
    }
    let members = party.members(on);
    let ids: Vec<&str> = members.iter().map(|a| a.id()).collect();
    ids.join(", ")
}

fn vintage(lake: &str) -> Vec<Vintage> {
    vec![Vintage {
        dataset: "lake".to_owned(),
        fingerprint: lake.to_owned(),
    }]
}

fn prediction(d: &Distribution) -> Prediction {
    Prediction::Quantiles(Quantiles::new(d.quantiles, d.mean))
}

fn name(model: Model) -> &'static str {
    match model {
        Model::Pooled => "pooled",
        Model::Climatology => "climatology",
        Model::Persistence => "persistence",
    }
}
