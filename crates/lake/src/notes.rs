//! What is noted of a file's rows as they go by: their days, when they could be known, and the evidence for the ledger.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use detente_atlas::{By, Day};

use crate::evidence::{Gatherer, Run};
use crate::schema::Table;

/// The notes on one file.
pub(crate) struct Notes {
    table: Table,
    /// Whether the evidence goes by the day of publication instead of the day that a row speaks of.
    by_known: bool,
    gatherer: Gatherer,
    pub(crate) rows: u64,
    pub(crate) day: Option<(Day, Day)>,
    pub(crate) known: Option<(Day, Day)>,
}

impl Notes {
    pub(crate) fn new(table: Table, step: By, by_known: bool) -> Notes {
        Notes {
            table,
            by_known,
            gatherer: Gatherer::new(step),
            rows: 0,
            day: None,
            known: None,
        }
    }

    /// Notes the rows of a batch.
    ///
    /// # Errors
    /// In words, a batch of other columns than the table's, or a row that is known before the day it speaks of.
    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<(), String> {
        if batch.schema().fields() != self.table.schema().fields() {
            return Err(format!(
                "a batch does not have the columns of table {}",
                self.table.name()
            ));
        }
        let days = |name: &str| {
            let column = batch
                .column_by_name(name)
                .expect("every table has this column");
            column.as_primitive::<Date32Type>().values()
        };
        let from = days(self.table.day_column());
        let to = if batch.column_by_name("end").is_some() {
            days("end")
        } else {
            from
        };
        let known = days("known");
        for ((from, to), known) in from.iter().zip(to).zip(known) {
            let (from, to, known) = (Day(*from), Day(*to), Day(*known));
            if to < from || known < from {
                return Err(self.looks_ahead(batch, from, to, known));
            }
            if self.by_known {
                self.gatherer.add(known, known, known);
            } else {
                self.gatherer.add(from, to, known);
            }
            widen(&mut self.day, from);
            widen(&mut self.known, known);
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// The message on the first such row.
    fn looks_ahead(&self, batch: &RecordBatch, from: Day, to: Day, known: Day) -> String {
        let column = |name: &str| {
            let column = batch.column_by_name(name);
            column.map(|c| c.as_primitive::<Date32Type>().values())
        };
        let (begin, knowing) = (column(self.table.day_column()), column("known"));
        let at = (0..batch.num_rows()).find(|i| {
            begin.is_some_and(|c| c[*i] == from.0) && knowing.is_some_and(|c| c[*i] == known.0)
        });
        let rows = batch.column_by_name("row");
        let row = at
            .zip(rows)
            .map_or(0, |(at, rows)| rows.as_primitive::<Int64Type>().value(at));
        format!("row {row} speaks of {from} to {to} and claims to be known on {known}")
    }

    /// The evidence.
    pub(crate) fn finish(self) -> Vec<Run> {
        self.gatherer.finish()
    }
}

fn widen(span: &mut Option<(Day, Day)>, day: Day) {
    *span = Some(span.map_or((day, day), |(a, b)| (a.min(day), b.max(day))));
}
