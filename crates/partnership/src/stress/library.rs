//! The library of shocks: what happened, how large it was by the data, and what borrows its size from that.

use std::collections::BTreeSet;

use detente_atlas::{By, Day, Month};
use detente_lake::{Lake, LakeError};
use detente_relations::index::Weights;
use serde::Deserialize;

use super::pipeline::{dyads_of, of_side};
use crate::engine::series::Gap;
use crate::injection::{Deed, Injection, deed, expression, read_months};
use crate::validate::party::name_of;
use crate::world::{Kind, Needs, Stream, World, clock};

const TEXT: &str = include_str!("../../../../shocks/library.toml");
/// Share of the days of a period that must be monitored for it to count.
const MONITORED: f64 = 0.5;
/// Periods before the event that its usual size is the mean of, and how many of them must be monitored.
const MONTHS: (i32, usize) = (12, 6);
const YEARS: (i32, usize) = (5, 3);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    shock: Vec<WrittenShock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenShock {
    id: String,
    title: String,
    month: Option<String>,
    like: Option<String>,
    #[serde(default)]
    why: String,
    events: Vec<String>,
}

/// A shock of the library.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Short name.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who did what to whom.
    pub deeds: Vec<Deed>,
    /// Where its size comes from.
    pub from: From,
}

/// Where a size comes from.
#[derive(Debug, Clone)]
pub enum From {
    /// It happened in this month (`Month.0`).
    Month(i32),
    /// From another entry, which is like it for a reason.
    Like {
        /// Id of the other.
        id: String,
        /// The reason.
        why: String,
    },
}

/// How large events were, with what shows it.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What was counted.
    pub deed: Deed,
    /// `count` over `usual`.
    pub times: f64,
    /// Month or year.
    pub by: By,
    /// The period, as people write it.
    pub period: String,
    /// The source.
    pub source: &'static str,
    /// Its data sets.
    pub datasets: Vec<&'static str>,
    /// Events, or sum of net scores of their side, in the period.
    pub count: f64,
    /// Mean of the periods before.
    pub usual: f64,
    /// First and last of those that are monitored, and how many.
    pub before: (String, String, usize),
}

/// A shock of the library with its size.
#[derive(Debug, Clone)]
pub struct Sized {
    /// The shock.
    pub entry: Entry,
    /// Its events, each with the multiple of the usual month.
    pub events: Vec<Injection>,
    /// What was measured, of itself or of what it is like.
    pub evidence: Vec<Measured>,
}

/// The shocks that come with the program.
///
/// # Panics
/// Never: the tests read the file that is compiled in.
pub fn library() -> Vec<Entry> {
    read(TEXT).expect("the shipped library is sound")
}

fn read(text: &str) -> Result<Vec<Entry>, String> {
    let written: Written = toml::from_str(text).map_err(|e| e.to_string())?;
    let party = |name: &str| expression(name, name_of(name));
    let entry = |s: WrittenShock| -> Result<Entry, String> {
        let fault = |f: crate::place::Finding| format!("{}: {}; {}", s.id, f.message, f.remedy);
        let deeds = s.events.iter().map(|e| deed(e, &party).map_err(fault));
        let deeds = deeds.collect::<Result<Vec<_>, _>>()?;
        let from = match (&s.month, &s.like) {
            (Some(month), None) => From::Month(read_months(month).map_err(fault)?.0),
            (None, Some(id)) => From::Like {
                id: id.clone(),
                why: s.why.clone(),
            },
            _ => return Err(format!("{}: needs one of 'month' and 'like'", s.id)),
        };
        Ok(Entry {
            deeds,
            from,
            id: s.id,
            title: s.title,
        })
    };
    written.shock.into_iter().map(entry).collect()
}

/// What is needed of the lake to measure the library.
///
/// # Errors
/// The lake cannot be read.
pub fn world(lake: &Lake, as_of: Day) -> Result<World, LakeError> {
    let mut actors = BTreeSet::new();
    for entry in library() {
        let From::Month(month) = entry.from else {
            continue;
        };
        for deed in &entry.deeds {
            for year in -YEARS.0..=0 {
                let dyads = dyads_of(deed, month + 12 * year);
                actors.extend(dyads.iter().flat_map(|(a, b)| [*a, *b]));
            }
        }
    }
    let needs = Needs {
        actors,
        organisations: Vec::new(),
    };
    World::load(lake, as_of, &needs)
}

/// A shock of the library with its size as of the day of the world.
///
/// # Errors
/// It lies after that day; no source tells of it; it borrows from one of which that is so.
pub fn sized(world: &World, all: &[Entry], entry: &Entry, weights: &Weights) -> Result<Sized, Gap> {
    let measured = |of: &Entry, month: i32| -> Result<Vec<Measured>, Gap> {
        let deeds = of.deeds.iter();
        deeds.map(|d| measure(world, d, month, weights)).collect()
    };
    let (evidence, times): (Vec<Measured>, Vec<f64>) = match &entry.from {
        From::Month(month) => {
            let evidence = measured(entry, *month)?;
            let times = evidence.iter().map(|m| m.times).collect();
            (evidence, times)
        }
        From::Like { id, .. } => {
            let of = all.iter().find(|e| e.id == *id);
            let (of, month) = match of.map(|of| (of, &of.from)) {
                Some((of, From::Month(month))) => (of, *month),
                _ => return Err(format!("'{id}', which it is like, is no measured shock")),
            };
            let evidence = measured(of, month)?;
            let times = entry.deeds.iter().map(|deed| {
                let same = evidence.iter().find(|m| m.deed.class == deed.class);
                same.map(|m| m.times)
                    .ok_or_else(|| format!("'{id}' has no {} to borrow from", deed.class.name()))
            });
            let times = times.collect::<Result<_, _>>()?;
            (evidence, times)
        }
    };
    let events = entry
        .deeds
        .iter()
        .zip(times)
        .map(|(deed, times)| Injection {
            deed: deed.clone(),
            months: None,
            times,
        });
    Ok(Sized {
        entry: entry.clone(),
        events: events.collect(),
        evidence,
    })
}

/// How many times their usual some events came in a month: by the first source that tells, months before years, sources with classes before net scores.
///
/// # Errors
/// It is not over on the day of the world; no source has enough of it and of what came before.
pub fn measure(world: &World, deed: &Deed, month: i32, weights: &Weights) -> Result<Measured, Gap> {
    let text = deed.text();
    if Month(month).last() > world.as_of {
        return Err(format!("{text}: {} is not over on the day", Month(month)));
    }
    let streams = || world.monthly.iter().chain(&world.yearly);
    let kinds = [
        (By::Month, Kind::Counts),
        (By::Month, Kind::Scores),
        (By::Year, Kind::Counts),
    ];
    let of = |(by, kind)| streams().filter(move |s| s.by == by && s.kind == kind);
    kinds
        .into_iter()
        .flat_map(of)
        .find_map(|stream| within(stream, deed, month, weights))
        .ok_or_else(|| {
            format!(
                "{text}: no source tells of {} and of enough before it (half a year of the year before, or 3 of 5 years)",
                Month(month)
            )
        })
}

fn within(stream: &Stream, deed: &Deed, month: i32, weights: &Weights) -> Option<Measured> {
    if stream.kind == Kind::Scores && !deed.class.is_side() {
        return None;
    }
    let (at, (before, least)) = match stream.by {
        By::Year => (Month(month).year(), YEARS),
        _ => (month, MONTHS),
    };
    // Two editions of one coding system count in their own ways.
    let alike = |t: i32| stream.monitored(t) >= MONITORED && stream.chosen(t) == stream.chosen(at);
    if !alike(at) {
        return None;
    }
    let sum = |t: i32| -> Option<f64> {
        let month = clock::last_day(stream.by, t).month().0;
        let mut dyads = dyads_of(deed, month);
        dyads.retain(|(a, b)| stream.sees(*a, *b, t));
        if !stream.directed {
            let pairs = dyads.iter().map(|(a, b)| (*a.min(b), *a.max(b)));
            dyads = pairs.collect();
        }
        let cells = dyads.iter().filter_map(|(a, b)| stream.flow(*a, *b, t));
        let figure = |cell: crate::world::Cell| match stream.kind {
            Kind::Scores => of_side(deed.class, cell.scores),
            Kind::Counts if deed.class.is_side() => deed
                .class
                .weighed(&cell.counts.unwrap_or_default(), weights),
            Kind::Counts => deed.class.of(&cell.counts.unwrap_or_default()).n(),
        };
        (!dyads.is_empty()).then(|| cells.map(figure).sum())
    };
    let past: Vec<(i32, f64)> = (at - before..at)
        .filter(|t| alike(*t))
        .filter_map(|t| Some((t, sum(t)?)))
        .collect();
    let usual = past.iter().map(|(_, x)| x).sum::<f64>() / past.len() as f64;
    let count = sum(at)?;
    if past.len() < least || usual <= 0.0 {
        return None;
    }
    let label = |t: i32| clock::label(stream.by, t);
    let sets = stream.chosen(at).map(|d| vec![d]);
    Some(Measured {
        deed: deed.clone(),
        times: count / usual,
        by: stream.by,
        period: label(at),
        source: stream.name,
        datasets: sets.unwrap_or_else(|| stream.datasets.clone()),
        count,
        usual,
        before: (label(past[0].0), label(past[past.len() - 1].0), past.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_library_is_sound() {
        let all = read(TEXT).unwrap_or_else(|why| panic!("{why}"));
        let ids: BTreeSet<&str> = all.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(ids.len(), all.len(), "each has an id of its own");
        for wanted in [
            "georgia-2008",
            "crimea-2014",
            "jet-2015",
            "karabakh-2020",
            "ukraine-2022",
            "karabakh-2023",
            "us-administration",
            "straits-closed",
            "taiwan",
        ] {
            assert!(ids.contains(wanted), "{wanted}");
        }
        for entry in &all {
            let From::Like { id, why } = &entry.from else {
                continue;
            };
            let of = all.iter().find(|e| e.id == *id).unwrap();
            assert!(
                matches!(of.from, From::Month(_)) && !why.is_empty(),
                "{}",
                entry.id
            );
            for deed in &entry.deeds {
                assert!(
                    of.deeds.iter().any(|d| d.class == deed.class),
                    "{}",
                    entry.id
                );
            }
        }
    }

    #[test]
    fn an_entry_has_a_record_or_something_that_it_is_like() {
        let entry = |more: &str| {
            read(&format!(
                "[[shock]]\nid = \"x\"\ntitle = \"X\"\nevents = [\"RUS->GEO conflict\"]\n{more}"
            ))
        };
        assert!(entry("month = \"2008-08\"").is_ok());
        assert!(entry("").unwrap_err().contains("needs one of"));
        assert!(entry("month = \"2008-08\"\nlike = \"y\"").is_err());
        assert!(
            entry("month = \"2008\"")
                .unwrap_err()
                .contains("is no month")
        );
        assert!(entry("size = 5").is_err());
    }
}
