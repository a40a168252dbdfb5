//! What came of the forecasts whose target is over, out of the lake, by the definition that stands in each.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::{By, Day};
use detente_forecast::ledger::{Entry, Kind, Outcome, Question};
use detente_partnership::outlook::{self, EventKind, EventQuestion, Settled};
use detente_partnership::spliced::{Direction, SplicedRelation};
use detente_partnership::world::{Needs, World, clock};
use detente_partnership::{Party, Settings};

use crate::args::Global;
use crate::error::Result;
use crate::{ingest, party};

/// The outcomes, by the number of the entry.
#[derive(Debug, Default)]
pub(super) struct Outcomes(BTreeMap<u64, Outcome>);

impl Outcomes {
    /// What came of an entry; what was not asked for is pending.
    pub(super) fn outcome(&self, entry: &Entry) -> Outcome {
        let found = self.0.get(&entry.sequence).cloned();
        found.unwrap_or(Outcome::NotYet)
    }
}

/// Settles entries whose target is over, by what was known on a day.
pub(super) fn settled(global: &Global, due: &[&Entry], as_of: Day) -> Result<Outcomes> {
    if due.is_empty() {
        return Ok(Outcomes::default());
    }
    let mut actors = BTreeSet::new();
    for entry in due {
        for side in &entry.published.question.sides {
            // A side that this version does not know is told below, entry by entry.
            if let Ok(party) = party::read(side) {
                actors.extend(party.ever(as_of));
            }
        }
    }
    let needs = Needs {
        actors,
        organisations: Vec::new(),
    };
    let world = World::load(&ingest::ready(global)?, as_of, &needs)?;
    Ok(within(&world, due))
}

/// Settles entries by what a world knows, which must hold their sides.
pub(super) fn within(world: &World, due: &[&Entry]) -> Outcomes {
    let mut series = Series::default();
    let came = |e: &&Entry| (e.sequence, series.outcome(world, e));
    Outcomes(due.iter().map(came).collect())
}

/// The series that were spliced so far, by what they depend on.
#[derive(Default)]
struct Series(BTreeMap<String, Result<SplicedRelation, String>>);

impl Series {
    fn outcome(&mut self, world: &World, entry: &Entry) -> Outcome {
        let (question, target) = (&entry.published.question, &entry.published.target);
        if question.kind == Kind::Event {
            return event(world, question, target);
        }
        if let Some(source) = &question.source {
            return from_stream(world, question, source, target);
        }
        let Some((by, t)) = period(target) else {
            return Outcome::Unmonitored(format!(
                "R of '{target}' is not defined: it is no month and no year"
            ));
        };
        let key = format!("{:?} {:?} {by:?}", question.sides, question.parameters);
        let made = self
            .0
            .entry(key)
            .or_insert_with(|| relation(world, question, by));
        match made {
            Ok(series) => realised(series, t),
            Err(why) => Outcome::Unmonitored(why.clone()),
        }
    }
}

/// The two sides of a question.
fn sides(question: &Question) -> Result<[Party; 2], String> {
    let [of, with] = question.sides.as_slice() else {
        return Err("a relation needs two sides".to_owned());
    };
    let read =
        |side: &str| -> Result<Party, String> { party::read(side).map_err(|e| e.to_string()) };
    Ok([read(of)?, read(with)?])
}

/// The spliced series that a question asks about.
fn relation(world: &World, question: &Question, by: By) -> Result<SplicedRelation, String> {
    let [of, with] = sides(question)?;
    let settings = settings(&question.parameters)?;
    world
        .spliced(&of, &with, by, Direction::Both, &settings)
        .map_err(|e| format!("no relation of {of} and {with} can be measured: {e}"))
}

/// The index of a month in one stream.
fn from_stream(world: &World, question: &Question, source: &str, target: &str) -> Outcome {
    let settled = || -> Result<Settled, String> {
        let stream = world
            .stream(source)
            .ok_or_else(|| format!("this version knows no source '{source}'"))?;
        let t = match period(target) {
            Some((by, t)) if by == stream.by => t,
            _ => return Err(format!("{source} gives no R of '{target}'")),
        };
        let [of, with] = sides(question)?;
        let settings = settings(&question.parameters)?;
        let stream = source.to_owned();
        Ok(outlook::settle(
            world,
            &outlook::Question {
                stream,
                of,
                with,
                settings,
            },
            t,
        ))
    };
    outcome(settled(), source, target)
}

/// Whether an event came.
fn event(world: &World, question: &Question, target: &str) -> Outcome {
    let Some(source) = question.source.as_deref() else {
        return Outcome::Unmonitored("the question names no source that settles it".to_owned());
    };
    let settled = || -> Result<Settled, String> {
        let word = question.subject.split(' ').next().unwrap_or_default();
        let kind = EventKind::ALL
            .into_iter()
            .find(|kind| kind.name() == word)
            .ok_or_else(|| format!("this version has no rule that settles '{word}'"))?;
        let (first, last) = target.split_once('/').unwrap_or((target, target));
        let (Some((_, first)), Some((_, last))) = (period(first), period(last)) else {
            return Err(format!(
                "'{target}' is no month, no year and no span of them"
            ));
        };
        let read = |side: &String| party::read(side).map_err(|e| e.to_string());
        let asked = EventQuestion {
            kind,
            sides: question.sides.iter().map(read).collect::<Result<_, _>>()?,
            source: source.to_owned(),
            settings: settings(&question.parameters)?,
        };
        Ok(outlook::settle_event(world, &asked, (first, last)))
    };
    outcome(settled(), source, target)
}

fn outcome(settled: Result<Settled, String>, source: &str, target: &str) -> Outcome {
    match settled {
        Ok(Settled::Value(value)) => Outcome::Came(value),
        Ok(Settled::NotYet) => Outcome::NotYet,
        Ok(Settled::Unmonitored) => {
            Outcome::Unmonitored(format!("{source} did not monitor enough of {target}"))
        }
        Ok(Settled::Quiet) => Outcome::Unmonitored(quiet(target)),
        Err(why) => Outcome::Unmonitored(why),
    }
}

/// A period that was watched and in which the two had nothing to do with each other.
fn quiet(label: &str) -> String {
    format!("{label} was monitored, but holds no event between the two, so R has no value")
}

/// The settings that R and a rupture of it depend on, by the names of the partnership file.
fn named(s: &mut Settings) -> [(&'static str, &mut f64); 7] {
    [
        ("prior", &mut s.prior),
        ("verbal_weight", &mut s.verbal_weight),
        ("material_weight", &mut s.material_weight),
        ("score_prior", &mut s.score_prior),
        ("same_coding_sd", &mut s.same_coding_sd),
        ("window_monitored", &mut s.window_monitored),
        (RUPTURE, &mut s.rupture_z),
    ]
}

/// The one that only a rupture depends on.
const RUPTURE: &str = "rupture_z";

/// The parameters that a question about R under these settings carries.
pub(super) fn parameters(settings: &Settings) -> BTreeMap<String, f64> {
    let mut all = rupture_parameters(settings);
    all.remove(RUPTURE);
    all
}

/// The parameters that a question about a rupture carries.
pub(super) fn rupture_parameters(settings: &Settings) -> BTreeMap<String, f64> {
    let values = named(&mut settings.clone()).map(|(name, value)| (name.to_owned(), *value));
    values.into()
}

/// The settings that a question was asked under; those that it does not name are the usual ones.
fn settings(parameters: &BTreeMap<String, f64>) -> Result<Settings, String> {
    let mut s = Settings::default();
    for (name, value) in parameters {
        let mut all = named(&mut s).into_iter();
        let (_, field) = all
            .find(|(n, _)| n == name)
            .ok_or_else(|| format!("this version knows no parameter '{name}' of a relation"))?;
        *field = *value;
    }
    Ok(s)
}

/// The value of a period, or why there is none.
fn realised(series: &SplicedRelation, t: i32) -> Outcome {
    let label = clock::label(series.by, t);
    if let Ok(i) = series.spliced.points.binary_search_by_key(&t, |p| p.t) {
        return Outcome::Came(series.spliced.points[i].r);
    }
    let mut here = series.readings.iter().filter(|r| r.t == t).peekable();
    Outcome::Unmonitored(if here.peek().is_none() {
        format!("no source monitored enough of {label}")
    } else if here.any(|r| r.relation.is_none() && r.cell.counts.is_some()) {
        quiet(&label)
    } else {
        format!("the source of {label} cannot be joined to the series")
    })
}

/// `2027` or `2027-02` as a period.
fn period(target: &str) -> Option<(By, i32)> {
    match target.len() {
        4 => Some((By::Year, target.parse().ok()?)),
        7 => {
            let first: Day = format!("{target}-01").parse().ok()?;
            Some((By::Month, clock::period(By::Month, first)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_carries_the_settings_it_was_asked_under() {
        let asked = Settings {
            prior: 1.5,
            material_weight: 3.0,
            window_monitored: 0.25,
            ..Settings::default()
        };
        let then = settings(&parameters(&asked)).unwrap();
        assert_eq!(
            (then.prior, then.material_weight, then.window_monitored),
            (1.5, 3.0, 0.25)
        );
        let usual = settings(&BTreeMap::new()).unwrap();
        assert_eq!((usual.prior, usual.score_prior), (0.5, 10.0));
        assert!(!parameters(&asked).contains_key("rupture_z"));
        let deep = Settings {
            rupture_z: 6.0,
            ..Settings::default()
        };
        assert_eq!(settings(&rupture_parameters(&deep)).unwrap().rupture_z, 6.0);
        let wrong = BTreeMap::from([("temper".to_owned(), 1.0)]);
        assert!(settings(&wrong).unwrap_err().contains("'temper'"));
    }

    #[test]
    fn periods() {
        assert_eq!(period("2027"), Some((By::Year, 2027)));
        let month: Day = "2027-02-11".parse().unwrap();
        assert_eq!(
            period("2027-02"),
            Some((By::Month, clock::period(By::Month, month)))
        );
        assert_eq!(period("2027-01-01/2027-03-31"), None);
    }
}
