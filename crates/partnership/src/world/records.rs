//! The measured values and votes known on a day, held in memory: they are small.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use detente_atlas::{Actor, Day};
use detente_lake::Table;
use detente_relations::alignment::Vote;

use crate::provenance::Provenance;

/// One row of the table `measures`.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Whose.
    pub actor: Actor,
    /// Toward whom.
    pub partner: Option<Actor>,
    /// First day it speaks of.
    pub start: Day,
    /// Last day it speaks of.
    pub end: Day,
    /// The value.
    pub value: Option<f64>,
    /// The source's weight.
    pub weight: Option<f64>,
    /// What it belongs to: a dispute, a conflict, an organisation, a cabinet.
    pub key: Arc<str>,
    /// The source's note.
    pub note: Arc<str>,
    /// File it was read from.
    pub file: Arc<str>,
    /// Line in the file.
    pub row: i64,
}

/// The rows of `measures` known on a day, by variable (several data sets may share one).
#[derive(Debug, Default)]
pub struct Records {
    pub(super) by_variable: HashMap<String, Vec<(Arc<str>, Record)>>,
}

impl Records {
    /// All rows of a variable, with their data sets, in the order of (start, actor).
    pub fn of(&self, variable: &str) -> &[(Arc<str>, Record)] {
        self.by_variable.get(variable).map_or(&[], Vec::as_slice)
    }

    /// The rows of a variable in one data set.
    pub fn within<'a>(
        &'a self,
        dataset: &'a str,
        variable: &str,
    ) -> impl Iterator<Item = &'a Record> + 'a {
        self.of(variable)
            .iter()
            .filter(move |(d, _)| &**d == dataset)
            .map(|(_, r)| r)
    }

    /// The last day that a variable of a data set speaks of.
    pub fn last_day(&self, dataset: &str, variable: &str) -> Option<Day> {
        self.within(dataset, variable).map(|r| r.end).max()
    }
}

/// The provenance of some records.
pub fn provenance<'a>(
    dataset: &str,
    variable: &str,
    detail: &str,
    rows: impl IntoIterator<Item = &'a Record>,
    method: &'static str,
) -> Provenance {
    let mut rows: Vec<&Record> = rows.into_iter().collect();
    rows.sort_by_key(|r| (r.start, r.actor, r.row));
    let text = |x: Option<f64>| x.map(|x| format!("{x}")).unwrap_or_default();
    let and = if detail.is_empty() { "" } else { " and " };
    Provenance {
        queries: vec![(
            Table::Measures,
            format!("dataset = {dataset} and variable = {variable}{and}{detail}"),
        )],
        command: None,
        datasets: vec![dataset.to_owned()],
        rows: rows.len() as u64,
        absence: false,
        from: rows.iter().map(|r| r.start).min(),
        to: rows.iter().map(|r| r.end).max(),
        method,
        header: Vec::new(),
        sample: Vec::new(),
    }
    .with_sample(
        &[
            "actor", "partner", "from", "to", "value", "key", "file", "row",
        ],
        rows.iter()
            .map(|r| {
                vec![
                    r.actor.id().to_owned(),
                    r.partner.map(|p| p.id().to_owned()).unwrap_or_default(),
                    r.start.to_string(),
                    r.end.to_string(),
                    text(r.value),
                    r.key.to_string(),
                    r.file.to_string(),
                    r.row.to_string(),
                ]
            })
            .collect(),
    )
}

/// Votes known on a day: for each roll call, who voted how.
#[derive(Debug, Default)]
pub struct Votes {
    /// By actor: roll call (day and number) to vote.
    pub(super) by_actor: HashMap<Actor, BTreeMap<(Day, i64), Vote>>,
}

impl Votes {
    /// The votes of two actors in one calendar year, where both voted.
    pub fn common(&self, a: Actor, b: Actor, year: i32) -> Vec<(Vote, Vote)> {
        let Some(other) = self.by_actor.get(&b) else {
            return Vec::new();
        };
        self.of(a, year)
            .filter_map(|(key, vote)| Some((*vote, *other.get(key)?)))
            .collect()
    }

    /// The votes of an actor in one calendar year.
    pub fn of(&self, a: Actor, year: i32) -> impl Iterator<Item = (&(Day, i64), &Vote)> {
        let from = (Day::from_ymd(year, 1, 1).expect("a date"), i64::MIN);
        let to = (Day::from_ymd(year, 12, 31).expect("a date"), i64::MAX);
        self.by_actor
            .get(&a)
            .into_iter()
            .flat_map(move |votes| votes.range(from..=to))
    }

    /// The calendar years in which an actor voted.
    pub fn years(&self, a: Actor) -> Vec<i32> {
        let mut years: Vec<i32> = self
            .by_actor
            .get(&a)
            .map(|votes| votes.keys().map(|(day, _)| day.year()).collect())
            .unwrap_or_default();
        years.dedup();
        years
    }
}
