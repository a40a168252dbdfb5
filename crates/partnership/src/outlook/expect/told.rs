//! What a brief tells of the expectation: a few types of event in each direction, with the rows behind them.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use detente_atlas::Day;
use detente_forecast::link::within::{Chance, Odd};
use detente_lake::{Filter, Lake, LakeError, Query, Scan, Table};
use serde::{Deserialize, Serialize};

use super::history::last_complete;
use super::reason::{SHOWN, lately};
use super::worth::worth;
use super::{Asked, DATASETS, Events, Expected, Reason, Silence, Types, Worth, expect, reasons};
use crate::engine::measure::Context;
use crate::outlook::memory::{Memory, Work};
use crate::provenance::Provenance;
use crate::world::columns::{days, texts};

/// Length of the window that a brief speaks of, in days.
pub const DAYS: u32 = 30;
/// Events told in each direction.
const EXPECTED: usize = 4;
/// Most of them that are of one pair, where there are several pairs.
const OF_PAIR: usize = 2;
/// Types told in each direction that would be a surprise.
const ODD: usize = 3;
/// Quad classes of conflict.
const CONFLICT: [u8; 2] = [3, 4];
/// Last rows shown with a chance.
const SAMPLE: usize = 12;

/// What the sides of a partnership are likely to do to each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// Length of the window, in days.
    pub days: u32,
    /// The last complete day, after which the window begins, in days since 1970.
    origin: i32,
    /// The data sets that the events come from.
    pub datasets: Vec<String>,
    /// Events learnt from, each counted once a day.
    pub events: u64,
    /// Days that were monitored.
    pub monitored: u64,
    /// Days between the first and the last that were not.
    pub unmonitored: u64,
    /// From side a to side b, and back: the most probable first, each type once and of each pair at most two where there are several. Where
    /// no act of conflict is among them, the most probable one stands at the end.
    pub expected: [Vec<Told>; 2],
    /// From side a to side b, and back: what would be a surprise.
    pub odd: [Vec<Unlikely>; 2],
    /// What such chances were worth; `None` where the past is too short to tell.
    pub worth: Option<Worth>,
}

/// A type of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeOfEvent {
    /// Its CAMEO code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its quad class, 1 to 4, 0 if unknown.
    pub class: u8,
}

impl TypeOfEvent {
    /// Whether it is an act of conflict, in words or in deeds.
    pub fn conflict(&self) -> bool {
        CONFLICT.contains(&self.class)
    }
}

/// An event with its chance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Who would do it: id of the actor.
    pub subject: String,
    /// To whom.
    pub object: String,
    /// What.
    pub event: TypeOfEvent,
    /// The chance that is shown: the regression's where its skill over the baseline is demonstrated, else the baseline's.
    pub shown: f64,
    /// Probability of at least one such event by the regression.
    pub regression: f64,
    /// The same by the strong baseline.
    pub baseline: f64,
    /// The pair's own share of windows.
    pub own: f64,
    /// The share over all pairs.
    pub base: f64,
    /// The reason that weighs most for it; `None` where none speaks for it.
    pub reason: Option<Reason>,
    /// The rows behind the reason.
    rows: Rows,
}

/// A type of event that would be a surprise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unlikely {
    /// What.
    pub event: TypeOfEvent,
    /// Chance that it comes in any pair of the sides, taken as independent.
    pub probability: f64,
    /// The same if it came as often in each as over all pairs.
    pub usual: f64,
    /// How surprising it would be, in bits.
    pub bits: f64,
    /// The rows of this type between the sides.
    rows: Rows,
}

/// Rows of events behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rows {
    filter: String,
    found: u64,
    /// How many were searched where none was found.
    searched: u64,
    sample: Vec<Vec<String>>,
    from: i32,
    to: i32,
}

/// Columns of a sample.
const COLUMNS: [&str; 6] = ["day", "source", "target", "code", "file", "row"];

impl Expectation {
    /// The last complete day, after which the window begins.
    pub fn origin(&self) -> Day {
        Day(self.origin)
    }

    /// Whether the chances of the regression are those shown.
    pub fn demonstrated(&self) -> bool {
        self.worth.as_ref().is_some_and(Worth::demonstrated)
    }

    /// The rows behind a chance.
    pub fn behind(&self, told: &Told) -> Provenance {
        self.provenance(&told.rows)
    }

    /// The rows of a type that would be a surprise.
    pub fn behind_odd(&self, odd: &Unlikely) -> Provenance {
        self.provenance(&odd.rows)
    }

    fn provenance(&self, rows: &Rows) -> Provenance {
        Provenance {
            queries: vec![(Table::Events, rows.filter.clone())],
            command: None,
            datasets: self.datasets.clone(),
            rows: if rows.found == 0 {
                rows.searched
            } else {
                rows.found
            },
            absence: rows.found == 0,
            from: Some(Day(rows.from)),
            to: Some(Day(rows.to)),
            method: "events-within-days",
            header: Vec::new(),
            sample: Vec::new(),
        }
        .with_sample(&COLUMNS, rows.sample.clone())
    }
}

/// The expectation of the sides as of the day, or why there is none. What was found before under the same lake and day is recalled.
///
/// # Errors
/// The lake cannot be read.
pub fn of_sides(
    cx: Context<'_>,
    memory: &dyn Memory,
) -> Result<Result<Expectation, Silence>, LakeError> {
    let (p, as_of) = (cx.partnership, cx.world.as_of);
    let coverage: Vec<_> = cx
        .world
        .coverage
        .iter()
        .filter(|(id, _)| DATASETS.contains(id))
        .map(|(_, coverage)| coverage)
        .collect();
    let Some(last) = last_complete(coverage.iter().copied(), as_of) else {
        return Ok(Err(Silence::Unseen));
    };
    if last.plus(DAYS as i32) <= as_of {
        return Ok(Err(Silence::Over { last }));
    }
    let asked = Asked {
        datasets: &DATASETS,
        as_of,
        types: Types::Cameo,
        days: DAYS,
        odd: ODD,
    };
    let members = [&p.a, &p.b].map(|side| side.members(last));
    let told = Work::new("expectation")
        .with((cx.lake.snapshot().sha256, &coverage))
        .with((&asked, members))
        .done(memory, || match expect(cx.lake, &p.a, &p.b, &asked)? {
            Ok(expected) => Ok(told(cx.lake, &expected)?),
            Err(silence) => Err(Stop::Silent(silence)),
        });
    match told {
        Ok(told) => Ok(Ok(told)),
        Err(Stop::Silent(silence)) => Ok(Err(silence)),
        Err(Stop::Lake(e)) => Err(e),
    }
}

/// Why the work came to nothing.
enum Stop {
    Lake(LakeError),
    Silent(Silence),
}

impl From<LakeError> for Stop {
    fn from(e: LakeError) -> Stop {
        Stop::Lake(e)
    }
}

fn told(lake: &Lake, e: &Expected) -> Result<Expectation, LakeError> {
    let worth = worth(&e.events.history(), e.events.origin.0, &e.sides, e.days);
    let demonstrated = worth.as_ref().is_some_and(Worth::demonstrated);
    let shown = |c: &Chance| {
        if demonstrated {
            c.probability
        } else {
            c.baseline
        }
    };
    let mut expected = [Vec::new(), Vec::new()];
    for (to, chances) in expected.iter_mut().zip(&e.chances) {
        for chance in picked(&e.events, chances, shown) {
            to.push(event(lake, e, chance, shown(chance))?);
        }
    }
    let mut odd = [Vec::new(), Vec::new()];
    for (n, to) in odd.iter_mut().enumerate() {
        for found in &e.odd[n] {
            to.push(unlikely(lake, e, found, [&e.sides[n], &e.sides[1 - n]])?);
        }
    }
    Ok(Expectation {
        days: e.days,
        origin: e.events.origin.0,
        datasets: e.events.datasets.iter().map(|d| (*d).to_owned()).collect(),
        events: e.events.len() as u64,
        monitored: e.events.days.0 as u64,
        unmonitored: e.events.days.1 as u64,
        expected,
        odd,
        worth,
    })
}

/// The most probable events, each type once and of each pair at most two where there are several pairs, so that one busy pair does not
/// hide the others; and the most probable act of conflict if none is among them.
fn picked<'c>(
    events: &Events,
    chances: &'c [Chance],
    shown: impl Fn(&Chance) -> f64,
) -> Vec<&'c Chance> {
    let mut all: Vec<&Chance> = chances.iter().collect();
    all.sort_by(|a, b| shown(b).total_cmp(&shown(a)));
    let pair = |c: &Chance| (c.subject, c.object);
    let several = all.iter().any(|c| pair(c) != pair(all[0]));
    let most = if several { OF_PAIR } else { EXPECTED };
    let (mut types, mut pairs) = (BTreeSet::new(), BTreeMap::new());
    let mut picked: Vec<&Chance> = Vec::new();
    for c in &all {
        let of_pair = pairs.entry(pair(c)).or_insert(0);
        if picked.len() < EXPECTED && *of_pair < most && types.insert(c.relation) {
            *of_pair += 1;
            picked.push(c);
        }
    }
    let conflict = |c: &&Chance| CONFLICT.contains(&events.class(c.relation));
    if !picked.iter().any(&conflict) {
        picked.extend(all.iter().find(|c| conflict(c)));
    }
    picked
}

fn event(lake: &Lake, e: &Expected, chance: &Chance, shown: f64) -> Result<Told, LakeError> {
    let events = &e.events;
    let told = reasons(events, chance, e.days, usize::MAX);
    let reason = told.into_iter().find(|r| r.odds > 1.0);
    let [subject, object] = [chance.subject, chance.object].map(|id| events.actor(id).id());
    let behind = match &reason {
        Some(reason) => reason.filter.clone(),
        None => {
            let pair = Filter::eq("source", subject).and(Filter::eq("target", object));
            let rows = events.of_sets().and(pair);
            rows.and(lately(events, None)).to_string()
        }
    };
    Ok(Told {
        subject: subject.to_owned(),
        object: object.to_owned(),
        event: type_of(events, chance.relation),
        shown,
        regression: chance.probability,
        baseline: chance.baseline,
        own: chance.climatology,
        base: chance.base,
        reason,
        rows: rows(lake, events, behind)?,
    })
}

fn unlikely(
    lake: &Lake,
    e: &Expected,
    odd: &Odd,
    [from, to]: [&Vec<u32>; 2],
) -> Result<Unlikely, LakeError> {
    let events = &e.events;
    let ids = |side: &[u32]| -> Vec<&'static str> {
        side.iter().map(|id| events.actor(*id).id()).collect()
    };
    let pairs = Filter::is_in("source", ids(from)).and(Filter::is_in("target", ids(to)));
    let filter = events
        .of_sets()
        .and(pairs)
        .and(events.of_type(odd.relation))
        .and(lately(events, None));
    Ok(Unlikely {
        event: type_of(events, odd.relation),
        probability: odd.probability,
        usual: odd.usual,
        bits: odd.bits(),
        rows: rows(lake, events, filter.to_string())?,
    })
}

fn type_of(events: &Events, relation: u32) -> TypeOfEvent {
    TypeOfEvent {
        code: events.key(relation).to_owned(),
        name: events.type_name(relation),
        class: events.class(relation),
    }
}

/// Counts the rows of a filter and takes the last ones.
fn rows(lake: &Lake, events: &Events, filter: String) -> Result<Rows, LakeError> {
    let scan = Scan {
        columns: COLUMNS.map(str::to_owned).to_vec(),
        ..Scan::of(
            Table::Events,
            filter.parse().expect("a filter reads what it wrote"),
        )
    };
    let mut found: Vec<(Day, Vec<String>)> = Vec::new();
    for batch in lake.run(&Query::Scan(scan))? {
        let batch = batch?;
        let on = days(&batch, 0);
        let words = [1, 2, 3, 4].map(|column| texts(&batch, column));
        let number = batch.column(5).as_primitive::<Int64Type>();
        for (i, day) in on.iter().enumerate() {
            let mut row = vec![day.to_string()];
            row.extend(
                words
                    .iter()
                    .map(|w| w[i].as_deref().unwrap_or_default().to_owned()),
            );
            row.push(number.value(i).to_string());
            found.push((*day, row));
        }
    }
    // rows of a day in the order of the lake
    found.sort_by_key(|(day, _)| *day);
    let (from, to) = match (found.first(), found.last()) {
        (Some(first), Some(last)) => (first.0, last.0),
        _ => (events.origin.plus(1 - SHOWN), events.origin),
    };
    let skip = found.len().saturating_sub(SAMPLE);
    Ok(Rows {
        filter,
        found: found.len() as u64,
        searched: events.len() as u64,
        from: from.0,
        to: to.0,
        sample: found.into_iter().skip(skip).map(|(_, row)| row).collect(),
    })
}
