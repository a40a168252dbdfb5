//! Dyad-periods: events or dyads summed by period and keys.
//!
//! Row groups are summed in parallel, each by itself, and merged in the lake's fixed order, so that float sums do
//! not depend on the number of cores. Texts are looked up once per dictionary entry.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::answer::answer;
use crate::error::{LakeError, Result};
use crate::fold::Fold;
use crate::merge::merged;
use crate::predicate::{Predicate, position};
use crate::query::Aggregate;
use crate::reader::plan;
use crate::rows::Rows;
use crate::schema::Table;
use crate::store::Lake;
use crate::sums::Summing;

/// The columns that each table is summed from, beside its keys.
const EVENT_COLUMNS: [&str; 3] = ["day", "quad", "goldstein"];
const DYAD_COLUMNS: [&str; 8] = [
    "start",
    "n",
    "verbal_cooperation",
    "material_cooperation",
    "verbal_conflict",
    "material_conflict",
    "goldstein",
    "score",
];

/// An aggregate that fits its table.
pub(crate) struct Bound {
    pub(crate) summing: Summing,
    pub(crate) predicate: Arc<Predicate>,
    /// The columns that are summed, as places in the table's schema.
    pub(crate) columns: Vec<usize>,
    /// Those among them that a batch of which no row has a value need not hold.
    optional: Vec<usize>,
}

impl Bound {
    /// # Errors
    /// A table that has no dyad-periods or nothing to fold, a column that it lacks, a value that does not fit its column.
    pub(crate) fn of(query: &Aggregate) -> Result<Bound> {
        let table = query.table.name();
        let measured: &[&str] = match (query.table, query.fold) {
            (Table::Events, _) => &EVENT_COLUMNS,
            (Table::Dyads, Fold::None) => &DYAD_COLUMNS,
            (Table::Dyads, _) => return Err(LakeError::NoFold { table }),
            _ => return Err(LakeError::NoAggregate { table }),
        };
        let mut keys = query.keys.clone();
        let mut named = BTreeSet::new();
        keys.retain(|k| named.insert(*k));
        let schema = query.table.schema();
        let names = keys.iter().map(|k| k.column());
        let names = names.chain(measured.iter().chain(query.fold.columns()).copied());
        let mut columns = names
            .map(|c| position(query.table, &schema, c))
            .collect::<Result<Vec<_>>>()?;
        columns.sort_unstable();
        columns.dedup();
        let optional = match query.table {
            Table::Dyads => &measured[1..],
            _ => &[],
        };
        Ok(Bound {
            optional: optional
                .iter()
                .map(|c| position(query.table, &schema, c))
                .collect::<Result<_>>()?,
            predicate: Arc::new(Predicate::bind(&query.filter, query.table)?),
            summing: Summing::new(query.table, query.by, keys, query.fold),
            columns,
        })
    }
}

pub(crate) fn run(lake: &Lake, query: &Aggregate) -> Result<Rows> {
    let bound = Bound::of(query)?;
    let summing = &bound.summing;
    let tasks = plan(lake, query.table, &bound.predicate)?;
    let groups = merged(summing, tasks.len(), |i, part| {
        let mut batches = summing.batches();
        // What no row of the row group has adds nothing to a sum.
        let mut columns = bound.columns.clone();
        columns.retain(|c| !bound.optional.contains(c) || !tasks[i].lacks(*c));
        for batch in tasks[i].read(&columns)? {
            batches.add(&batch?, part)?;
        }
        Ok(())
    })?;
    Ok(answer(summing, &groups))
}
