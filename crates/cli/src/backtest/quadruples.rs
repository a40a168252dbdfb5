//! A folder of quadruples as a history of facts with a cast: the benchmarks of temporal-knowledge-graph forecasting.

use std::collections::BTreeMap;
use std::path::Path;

use detente_atlas::{cameo_by_name, icews_actor};
use detente_forecast::link::{Cast, Fact};
use detente_sources::{QuadrupleSet, quadruple_set};

use crate::error::{CliError, Result};

/// A set of facts, cut in time into what is learnt from, what settings are chosen on, and what is reported.
#[derive(Debug)]
pub struct Quadruples {
    /// Names by number.
    pub entities: Vec<String>,
    /// Texts of the types of event by number.
    pub relations: Vec<String>,
    /// The earliest facts, ascending by (day, subject, relation, object), as the other two.
    pub train: Vec<Fact>,
    /// The facts after them.
    pub valid: Vec<Fact>,
    /// The last facts.
    pub test: Vec<Fact>,
    /// Country, sector and quad class.
    pub cast: Cast,
    /// Steps of the published time in a day: 24 or 1.
    pub steps_per_day: u32,
    /// What was changed of the published division, if anything.
    pub note: Option<String>,
}

/// Share of the days of `train` that take the place of `valid` where the published one overlaps with `test`.
const LAST_SHARE: f64 = 0.1;
/// Hours of a day, in sets that count hours.
const HOURS: u32 = 24;
/// What an actor that is a state, territory or organisation itself has for a sector; named sectors come after it.
const ITSELF: u32 = 1;

/// Reads a folder as `detente_sources::quadruple_set` does.
///
/// Days count the published steps, or every 24th where all times are multiples of 24. In a set whose `valid` and `test` overlap in time (the
/// zero-shot division of ICEWS21) both together are the held-out period, and the last tenth of the days of `train` is what settings are chosen on.
///
/// # Errors
/// What the reader says; a part without facts; parts that do not follow each other in time.
pub fn load(dir: &Path) -> Result<Quadruples> {
    let set = quadruple_set(dir).map_err(CliError::room)?;
    let wrong = |what: String| CliError::Given(format!("--data {}: {what}", dir.display()));
    let times = || set.parts.iter().flatten().map(|fact| fact[3]);
    let steps_per_day = if times().all(|t| t.is_multiple_of(HOURS)) {
        HOURS
    } else {
        1
    };
    let [mut train, mut valid, mut test] = [0, 1, 2].map(|i| facts(&set.parts[i], steps_per_day));
    let span = |facts: &[Fact]| {
        facts
            .first()
            .map(|f| f.day)
            .zip(facts.last().map(|f| f.day))
    };
    let (Some(trained), Some(tuned), Some(tested)) = (span(&train), span(&valid), span(&test))
    else {
        return Err(wrong(
            "train, valid and test must each hold facts".to_owned(),
        ));
    };
    if trained.1 >= tuned.0.min(tested.0) {
        return Err(wrong(format!(
            "train reaches to day {}, but what is to be forecast begins on day {}: divide the facts by time, whole days each",
            trained.1,
            tuned.0.min(tested.0)
        )));
    }
    let mut note = None;
    if tuned.1 >= tested.0 {
        test.append(&mut valid);
        test.sort_unstable();
        test.dedup();
        let days = f64::from(trained.1 - trained.0 + 1);
        let from = trained.1 + 1 - (days * LAST_SHARE).ceil() as i32;
        valid = train.split_off(train.partition_point(|f| f.day < from));
        if train.is_empty() {
            return Err(wrong(
                "train is too short to keep a part of it for settings".to_owned(),
            ));
        }
        note = Some(format!(
            "valid and test of these files overlap in time: both together are the test, and the days {from} to {} of train take the place of valid",
            trained.1
        ));
    }
    Ok(Quadruples {
        cast: cast(&set),
        entities: spaced(set.entities),
        relations: spaced(set.relations),
        train,
        valid,
        test,
        steps_per_day,
        note,
    })
}

/// In the order of the days.
fn facts(rows: &[[u32; 4]], steps_per_day: u32) -> Vec<Fact> {
    rows.iter()
        .map(|&[subject, relation, object, time]| Fact {
            day: (time / steps_per_day) as i32,
            subject,
            relation,
            object,
        })
        .collect()
}

fn spaced(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|n| n.replace('_', " ")).collect()
}

/// Countries, sectors and classes, numbered from 1 in alphabetical order; an organisation counts as a country of its own.
fn cast(set: &QuadrupleSet) -> Cast {
    let found: Vec<_> = set.entities.iter().map(|name| icews_actor(name)).collect();
    let countries = numbered(found.iter().filter_map(|f| Some(f.actor?.id())), 1);
    let sectors = numbered(found.iter().filter_map(|f| f.sector.as_deref()), ITSELF + 1);
    Cast {
        country: found
            .iter()
            .map(|f| f.actor.map_or(0, |a| countries[a.id()]))
            .collect(),
        sector: found
            .iter()
            .map(|f| match (&f.sector, f.actor) {
                (Some(sector), _) => sectors[sector.as_str()],
                (None, Some(_)) if !f.by_country => ITSELF,
                _ => 0,
            })
            .collect(),
        class: set
            .relations
            .iter()
            .map(|text| {
                cameo_by_name(text)
                    .and_then(|c| c.quad)
                    .map_or(0, |q| q.number())
            })
            .collect(),
    }
}

fn numbered<'a>(words: impl Iterator<Item = &'a str>, from: u32) -> BTreeMap<&'a str, u32> {
    let mut all: BTreeMap<&str, u32> = words.map(|w| (w, 0)).collect();
    all.values_mut().zip(from..).for_each(|(n, i)| *n = i);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn set(train: &str, valid: &str, test: &str) -> Result<Quadruples> {
        let dir = tempfile::tempdir().unwrap();
        let names =
            "Iran\t0\nCitizen_(India)\t1\nIndia\t2\nBarack_Obama\t3\nNobody in particular\t4\n";
        for (name, text) in [
            ("entity2id.txt", names),
            (
                "relation2id.txt",
                "Consult\t0\nUse conventional military force\t1\nSing\t2\n",
            ),
            ("train.txt", train),
            ("valid.txt", valid),
            ("test.txt", test),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        load(dir.path())
    }

    fn fact(day: i32) -> Fact {
        Fact {
            day,
            subject: 0,
            relation: 0,
            object: 2,
        }
    }

    #[test]
    fn hours_become_days_and_days_stay() {
        let hours = set(
            "0\t0\t2\t0\n0\t0\t2\t24\n",
            "0\t0\t2\t48\n",
            "0\t0\t2\t96\n",
        )
        .unwrap();
        assert_eq!(hours.steps_per_day, 24);
        assert_eq!(hours.train, [fact(0), fact(1)]);
        assert_eq!(
            (&hours.valid[..], &hours.test[..]),
            (&[fact(2)][..], &[fact(4)][..])
        );
        let days = set("0\t0\t2\t1\n", "0\t0\t2\t24\n", "0\t0\t2\t48\n").unwrap();
        assert_eq!((days.steps_per_day, days.test[0]), (1, fact(48)));
    }

    #[test]
    fn the_cast_by_name() {
        let set = set("0\t0\t2\t1\n", "0\t0\t2\t2\n", "0\t0\t2\t3\n").unwrap();
        let of = |name: &str| set.entities.iter().position(|n| n == name).unwrap();
        let (country, sector) = (&set.cast.country, &set.cast.sector);
        assert_eq!(country[of("India")], country[of("Citizen (India)")]);
        assert_ne!(country[of("India")], country[of("Iran")]);
        assert!(country[of("Barack Obama")] > 0);
        assert_eq!(country[of("Nobody in particular")], 0);
        assert_eq!(sector, &[ITSELF, ITSELF + 1, ITSELF, 0, 0]);
        assert_eq!(set.cast.class, [1, 4, 0]);
    }

    #[test]
    fn overlapping_parts_are_held_out_together() {
        let train: String = (0..20).map(|day| format!("0\t0\t2\t{day}\n")).collect();
        let set = set(&train, "0\t0\t2\t20\n0\t0\t2\t22\n", "0\t0\t2\t21\n").unwrap();
        let days = |facts: &[Fact]| facts.iter().map(|f| f.day).collect::<Vec<_>>();
        assert_eq!(days(&set.test), [20, 21, 22]);
        assert_eq!(days(&set.valid), [18, 19]);
        assert_eq!(set.train.len(), 18);
        assert!(set.note.unwrap().contains("overlap"));
    }

    #[test]
    fn parts_out_of_order_are_refused() {
        let wrong = set("0\t0\t2\t5\n", "0\t0\t2\t5\n", "0\t0\t2\t6\n").unwrap_err();
        assert!(
            wrong.to_string().contains("divide the facts by time"),
            "{wrong}"
        );
    }
}
