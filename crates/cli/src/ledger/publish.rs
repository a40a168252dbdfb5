//! What a brief publishes: the outlook as entries of the ledger, and which of them enter it.

use std::path::Path;

use anstream::eprintln;
use detente_atlas::{By, Day};
use detente_brief::compose::Published as Held;
use detente_forecast::ledger::{
    Baseline, Entry, Kind, Outcome, Prediction, Published, Quantiles, Question, Skill, Vintage,
    over,
};
use detente_partnership::Assessment;
use detente_partnership::outlook::{Distribution, Horizon, Model, Outlook};
use detente_partnership::world::clock;

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
    let forecasts: Vec<Published> = outlook
        .horizons
        .iter()
        .map(|horizon| forecast(assessment, outlook, horizon, made, lake))
        .collect();
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
        vintage: vec![Vintage {
            dataset: "lake".to_owned(),
            fingerprint: lake.to_owned(),
        }],
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
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
