//! Events of the lake as a history of numbers: actors and types by id, each day from one data set.

use std::collections::BTreeMap;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Int8Type;
use detente_atlas::{Actor, Day, cameo};
use detente_forecast::link::Fact;
use detente_forecast::link::within::{History, Monitored};
use detente_lake::{Coverage, Filter, Lake, LakeError, Query, Scan, Status, Table};
use detente_sources::catalogue;

use super::{Silence, Types};
use crate::world::columns::{days, lookup, texts};

/// The events that were known on a day, with the names behind their numbers.
#[derive(Debug)]
pub struct Events {
    facts: Vec<Fact>,
    monitored: Monitored,
    class: Vec<u8>,
    /// By id.
    actors: Vec<Actor>,
    /// By id.
    types: Vec<String>,
    kind: Types,
    /// What was known on this day is read.
    pub as_of: Day,
    /// The last day that was monitored.
    pub origin: Day,
    /// The data sets that days were taken from, in the order of their names.
    pub datasets: Vec<&'static str>,
    /// Monitored days, and days between the first and the last that were not.
    pub days: (usize, usize),
}

/// The last day that any of the data sets has complete, as of a day.
pub fn last_complete<'a>(
    coverage: impl IntoIterator<Item = &'a Coverage>,
    as_of: Day,
) -> Option<Day> {
    coverage
        .into_iter()
        .flat_map(|c| &c.spans)
        .filter(|s| s.status == Status::Complete && s.from <= as_of)
        .map(|s| s.to.min(as_of))
        .max()
}

impl Events {
    /// Reads what was known on `as_of` from the data sets, the more complete first: each day is taken from the first of them that has it complete. A
    /// day that none has complete was not monitored.
    ///
    /// # Errors
    /// The lake cannot be read. [`Silence::Unseen`] where no day is complete.
    pub fn load(
        lake: &Lake,
        datasets: &[&'static str],
        as_of: Day,
        kind: Types,
    ) -> Result<Result<Events, Silence>, LakeError> {
        let coverage: Vec<Coverage> = datasets
            .iter()
            .map(|d| lake.coverage_as_of(d, as_of))
            .collect();
        let chosen = chosen(&coverage, datasets, as_of);
        let ends = chosen.first_key_value().zip(chosen.last_key_value());
        let Some(((&first, _), (&origin, _))) = ends else {
            return Ok(Err(Silence::Unseen));
        };
        let missing: Vec<i32> = (first.0..=origin.0)
            .filter(|day| !chosen.contains_key(&Day(*day)))
            .collect();
        let mut used: Vec<&'static str> = chosen.values().copied().collect();
        used.sort_unstable();
        used.dedup();
        let mut events = Events {
            facts: Vec::new(),
            monitored: Monitored::new(first.0, origin.0, &missing)
                .expect("the first day is not after the last"),
            class: Vec::new(),
            actors: Actor::all().collect(),
            types: Vec::new(),
            kind,
            as_of,
            origin,
            datasets: used,
            days: (chosen.len(), missing.len()),
        };
        events.fill(lake, &chosen)?;
        Ok(Ok(events))
    }

    fn fill(&mut self, lake: &Lake, chosen: &BTreeMap<Day, &str>) -> Result<(), LakeError> {
        let columns = ["dataset", "day", "source", "target", "code", "quad"];
        let scan = Scan {
            columns: columns.map(str::to_owned).to_vec(),
            ..Scan::of(Table::Events, self.of_sets())
        };
        let ids: BTreeMap<&str, u32> = self.actors.iter().map(|a| a.id()).zip(0..).collect();
        let blind: BTreeMap<&str, &[&str]> = catalogue()
            .iter()
            .filter(|d| self.datasets.contains(&d.id))
            .map(|d| (d.id, d.blind))
            .collect();
        let mut types: BTreeMap<String, u32> = BTreeMap::new();
        for batch in lake.run(&Query::Scan(scan))? {
            let batch = batch?;
            let (sets, codes) = (texts(&batch, 0), texts(&batch, 4));
            let on = days(&batch, 1);
            let [sources, targets] = [2, 3]
                .map(|i| lookup(&batch, i, |id| ids.get_key_value(id).map(|(k, v)| (*k, *v))));
            let quads = batch.column(5).as_primitive::<Int8Type>();
            for i in 0..batch.num_rows() {
                let (Some(set), Some((s, subject)), Some((o, object)), Some(code)) =
                    (sets[i].as_deref(), sources[i], targets[i], &codes[i])
                else {
                    continue;
                };
                if s == o || chosen.get(&on[i]).is_none_or(|of_day| *of_day != set) {
                    continue;
                }
                let unseen = blind.get(set).copied().unwrap_or_default();
                if unseen.contains(&s) || unseen.contains(&o) {
                    continue;
                }
                let quad = quads.is_valid(i).then(|| quads.value(i) as u8);
                let Some(key) = key(self.kind, code, quad) else {
                    continue;
                };
                let next = types.len() as u32;
                let relation = *types.entry(key).or_insert_with(|| {
                    self.class.push(quad.unwrap_or(0));
                    next
                });
                self.facts.push(Fact {
                    day: on[i].0,
                    subject,
                    relation,
                    object,
                });
            }
        }
        self.number(types);
        Ok(())
    }

    /// Numbers the types in the order of their keys, so that ids do not hang on the order of the rows.
    fn number(&mut self, types: BTreeMap<String, u32>) {
        let mut places = vec![0; types.len()];
        let mut class = vec![0; types.len()];
        for ((_, met), place) in types.iter().zip(0..) {
            places[*met as usize] = place;
            class[place as usize] = self.class[*met as usize];
        }
        self.class = class;
        self.types = types.into_keys().collect();
        for fact in &mut self.facts {
            fact.relation = places[fact.relation as usize];
        }
        self.facts.sort_unstable();
        self.facts.dedup();
    }

    /// For the forecast.
    pub fn history(&self) -> History<'_> {
        History {
            facts: &self.facts,
            monitored: &self.monitored,
            class: &self.class,
            entities: self.actors.len(),
        }
    }

    /// How many events there are, each counted once a day.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The events between two groups in the days after `after`, in both directions.
    pub fn between(&self, one: &[u32], other: &[u32], after: Day) -> Vec<Fact> {
        let from = self.facts.partition_point(|f| f.day <= after.0);
        let fits = |a: u32, b: u32| one.contains(&a) && other.contains(&b);
        self.facts[from..]
            .iter()
            .copied()
            .filter(|f| fits(f.subject, f.object) || fits(f.object, f.subject))
            .collect()
    }

    /// How many days after `after`, up to the origin, were not monitored.
    pub fn unmonitored_after(&self, after: Day) -> u32 {
        let days = (self.origin.0 - after.0).max(0) as u32;
        days - (self.monitored.until(self.origin.0) - self.monitored.until(after.0))
    }

    /// The ids of actors.
    pub fn ids(&self, actors: &[Actor]) -> Vec<u32> {
        let id = |a: &Actor| self.actors.binary_search(a).ok().map(|i| i as u32);
        actors.iter().filter_map(id).collect()
    }

    /// The actor of an id.
    pub fn actor(&self, id: u32) -> Actor {
        self.actors[id as usize]
    }

    /// The type of event of an id, as the lake writes it: `040`, `04`, or the number of the quad class.
    pub fn key(&self, relation: u32) -> &str {
        &self.types[relation as usize]
    }

    /// The quad class of a type, 1 to 4, 0 if unknown.
    pub fn class(&self, relation: u32) -> u8 {
        self.class[relation as usize]
    }

    /// The type of event in words.
    pub fn type_name(&self, relation: u32) -> String {
        let key = self.key(relation);
        match self.kind {
            Types::Quad => super::class_name(key.parse().unwrap_or(0)).to_owned(),
            Types::Root => cameo(key).map_or_else(|| key.to_owned(), |c| sentence(c.name)),
            Types::Cameo => cameo(key).map_or_else(|| key.to_owned(), |c| capital(c.name)),
        }
    }

    /// The rows of a type.
    pub fn of_type(&self, relation: u32) -> Filter {
        let key = self.key(relation);
        match self.kind {
            Types::Cameo => Filter::eq("code", key),
            Types::Root => Filter::starts_with("code", key),
            Types::Quad => Filter::eq("quad", i64::from(key.parse::<u8>().unwrap_or(0))),
        }
    }

    /// The rows of the data sets in use that were known on the day.
    pub fn of_sets(&self) -> Filter {
        let sets = match self.datasets.as_slice() {
            [one] => Filter::eq("dataset", *one),
            several => Filter::is_in("dataset", several.iter().copied()),
        };
        sets.and(Filter::at_most("known", self.as_of))
    }
}

/// The data set of each day that any has complete: the first of them.
fn chosen(
    coverage: &[Coverage],
    datasets: &[&'static str],
    as_of: Day,
) -> BTreeMap<Day, &'static str> {
    let mut chosen = BTreeMap::new();
    for (coverage, dataset) in coverage.iter().zip(datasets) {
        let complete = coverage.spans.iter();
        for span in complete.filter(|s| s.status == Status::Complete) {
            for day in span.from.0..=span.to.0.min(as_of.0) {
                chosen.entry(Day(day)).or_insert(*dataset);
            }
        }
    }
    chosen
}

/// What tells types apart; `None` for an event that has no such type.
fn key(kind: Types, code: &str, quad: Option<u8>) -> Option<String> {
    match kind {
        Types::Cameo => Some(code.to_owned()),
        Types::Root => code.get(..2).map(str::to_owned),
        Types::Quad => quad.map(|q| q.to_string()),
    }
}

/// The table begins some names with a small letter.
fn capital(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// The table writes roots in capitals.
fn sentence(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().into_iter();
    first.chain(chars.flat_map(char::to_lowercase)).collect()
}
