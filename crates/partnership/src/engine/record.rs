//! The record: has either side fought or threatened the other, as far as each data set reaches?

use std::collections::BTreeSet;

use detente_atlas::{By, Day};

use super::measure::Context;
use crate::model::Party;
use crate::provenance::Provenance;
use crate::world::{Record, clock, provenance};

/// The data sets that record disputes and conflicts, with the variable that names both sides.
const SOURCES: [(&str, &str, &str); 3] = [
    ("mid-gml", "dispute", "militarised interstate disputes"),
    ("mid-cow", "dispute", "militarised interstate disputes"),
    (
        "ucdp-acd",
        "conflict-between",
        "armed conflicts with a state on each side",
    ),
];

/// What one data set says of two parties since a day.
#[derive(Debug, Clone)]
pub struct RecordEntry {
    /// Of whom.
    pub of: Party,
    /// With whom.
    pub with: Party,
    /// Data set.
    pub dataset: &'static str,
    /// What it records.
    pub what: &'static str,
    /// Distinct disputes or conflicts that were active in the period.
    pub count: usize,
    /// First day of the period searched.
    pub since: Day,
    /// Last day that the data set covers, as known on the day.
    pub until: Day,
    /// The last day of the last of them.
    pub last: Option<Day>,
    /// The rows, or for a count of 0 how many rows were searched.
    pub provenance: Provenance,
}

/// What every data set says of two parties since a day. A data set that was not known on the day is left out.
pub fn record(cx: Context<'_>, of: &Party, with: &Party, since: Day) -> Vec<RecordEntry> {
    SOURCES
        .iter()
        .filter_map(|(dataset, variable, what)| {
            let rows: Vec<&Record> = cx.world.records.within(dataset, variable).collect();
            let until = cx.world.records.last_day(dataset, variable)?;
            // What was known on the day ends before the period: nothing was searched, so nothing is absent.
            if until < since {
                return None;
            }
            let found: Vec<&Record> = rows
                .iter()
                .copied()
                .filter(|r| r.end >= since && between(r, of, with))
                .collect();
            let keys: BTreeSet<&str> = found.iter().map(|r| &*r.key).collect();
            let on = cx.world.as_of;
            let detail = format!(
                "end >= {since} and actor in ({}) and partner in ({}) and known <= {on}",
                super::series::ids(of, on),
                super::series::ids(with, on),
            );
            let searched = rows.iter().filter(|r| r.end >= since).count() as u64;
            let last = found.iter().map(|r| r.end).max();
            let count = keys.len();
            let mut provenance = provenance(dataset, variable, &detail, found, "record");
            if count == 0 {
                provenance.absence = true;
                provenance.rows = searched;
                provenance.from = Some(since);
                provenance.to = Some(until);
            }
            Some(RecordEntry {
                of: of.clone(),
                with: with.clone(),
                dataset,
                what,
                count,
                since,
                until,
                last,
                provenance,
            })
        })
        .collect()
}

/// Whether a directed row has the one party as actor and the other as partner, with the members of the row's own time.
fn between(r: &Record, of: &Party, with: &Party) -> bool {
    let on = clock::last_day(By::Year, r.end.year());
    r.partner
        .is_some_and(|p| of.members(on).contains(&r.actor) && with.members(on).contains(&p))
}
