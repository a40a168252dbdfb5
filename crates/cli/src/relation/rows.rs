//! The rows of a relation: one a period, with what the period is made of, or why it has no value.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use detente_atlas::By;
use detente_partnership::spliced::{SourceReading, SplicedRelation, index_readings};
use detente_partnership::world::World;
use detente_partnership::world::clock;
use detente_relations::splice::Reading;

use crate::error::{CliError, Result};

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The value of the series.
    Series,
    /// Another source's reading of a period, which the series does not use.
    Other,
    /// Monitored, and the two had nothing to do with each other: no index.
    NoEvents,
    /// A source monitored the period, but could not be joined to the series.
    NotJoined,
    /// No source monitored enough of the period.
    NotMonitored,
}

impl Status {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Status::Series => "series",
            Status::Other => "other reading",
            Status::NoEvents => "no events",
            Status::NotJoined => "not joined",
            Status::NotMonitored => "not monitored",
        }
    }
}

/// One period, or one more reading of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Month number or year.
    pub t: i32,
    /// What the row stands for.
    pub status: Status,
    /// The value with its splice.
    pub reading: Option<Reading>,
    /// What the source counted.
    pub source: Option<SourceReading>,
    /// Share of the period's days that were monitored, 0 to 1.
    pub monitored: f64,
}

impl Row {
    /// The source's name.
    pub fn segment(&self) -> Option<&str> {
        let own = self.reading.as_ref().map(|r| r.segment.as_str());
        own.or(self.source.as_ref().map(|s| s.segment))
    }
    /// Events; dyad-days for net scores.
    pub fn n(&self) -> Option<f64> {
        self.source.as_ref().map(|s| s.cell.n)
    }
    /// Mean Goldstein value of the events.
    pub fn goldstein(&self) -> Option<f64> {
        let (sum, n) = self.source.as_ref()?.cell.goldstein?;
        (n > 0.0).then(|| sum / n)
    }
    /// The dyad's share of all activity in the source, per mille.
    pub fn share(&self) -> Option<f64> {
        self.source.as_ref()?.share
    }
}

/// Every period of the span, in order, none left out.
pub fn rows(
    world: &World,
    relation: &SplicedRelation,
    span: RangeInclusive<i32>,
    all: bool,
) -> Vec<Row> {
    let readings = index_readings(relation);
    let by = relation.by;
    let row = |status, t, reading: Option<&Reading>, source: Option<&SourceReading>| Row {
        t,
        status,
        reading: reading.cloned(),
        source: source.cloned(),
        monitored: source.map_or_else(|| monitored(world, by, t), |s| s.monitored),
    };
    let mut rows = Vec::new();
    for t in span {
        let source = |r: &Reading| readings.get(&(t, r.segment.as_str())).copied();
        let points = &relation.spliced.points;
        let here = || relation.readings.iter().filter(|r| r.t == t);
        match points.binary_search_by_key(&t, |p| p.t) {
            Ok(i) => rows.push(row(Status::Series, t, Some(&points[i]), source(&points[i]))),
            Err(_) => {
                let quiet = here().find(|r| r.cell.counts.is_some() || r.cell.n == 0.0);
                let (status, of) = match (quiet, here().next()) {
                    (_, None) => (Status::NotMonitored, None),
                    (Some(r), _) if r.relation.is_none() => (Status::NoEvents, Some(r)),
                    (_, Some(r)) => (Status::NotJoined, Some(r)),
                };
                rows.push(row(status, t, None, of));
            }
        }
        if all {
            let others = relation.spliced.others.iter().filter(|r| r.t == t);
            rows.extend(others.map(|r| row(Status::Other, t, Some(r), source(r))));
        }
    }
    rows
}

/// The largest share of a period's days that any source monitored.
fn monitored(world: &World, by: By, t: i32) -> f64 {
    let months = |s: &detente_partnership::world::Stream| match by {
        By::Year => {
            let first = clock::first_day(By::Year, t).month().0;
            (first..first + 12).map(|m| s.monitored(m)).sum::<f64>() / 12.0
        }
        _ => s.monitored(t),
    };
    let yearly = world
        .yearly
        .iter()
        .filter(|_| by == By::Year)
        .map(|s| s.monitored(t));
    world
        .monthly
        .iter()
        .map(months)
        .chain(yearly)
        .fold(0.0, f64::max)
}

/// The rows as a table; `note` goes into its metadata.
pub fn batch(by: By, rows: &[Row], note: &[(String, String)]) -> Result<RecordBatch> {
    let number = |f: &dyn Fn(&Row) -> Option<f64>| -> ArrayRef {
        Arc::new(
            rows.iter()
                .map(|row| f(row).filter(|x| x.is_finite()))
                .collect::<Float64Array>(),
        )
    };
    let of =
        |f: fn(&Reading) -> Option<f64>| number(&move |row: &Row| row.reading.as_ref().and_then(f));
    let text = |f: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(f).collect::<StringArray>())
    };
    let day = |f: fn(By, i32) -> detente_atlas::Day| -> ArrayRef {
        Arc::new(
            rows.iter()
                .map(|row| Some(f(by, row.t).0))
                .collect::<Date32Array>(),
        )
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("period", text(&|row| Some(clock::label(by, row.t)))),
        ("start", day(clock::first_day)),
        ("end", day(clock::last_day)),
        ("status", text(&|row| Some(row.status.name().to_owned()))),
        ("r", of(|r| Some(r.r))),
        ("lo", of(|r| Some(r.lo))),
        ("hi", of(|r| Some(r.hi))),
        ("n", number(&Row::n)),
        ("goldstein", number(&Row::goldstein)),
        ("share_per_mille", number(&Row::share)),
        ("source", text(&|row| row.segment().map(str::to_owned))),
        ("shift", of(|r| r.shift)),
        ("shift_sd", of(|r| Some(r.shift_sd))),
        ("monitored", number(&|row| Some(row.monitored))),
    ];
    let required = ["period", "start", "end", "status", "monitored"];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, c)| Field::new(*name, c.data_type().clone(), !required.contains(name)))
        .collect();
    debug_assert!(fields.iter().all(|f| *f.data_type() != DataType::Null));
    let schema = Schema::new(fields).with_metadata(note.iter().cloned().collect());
    RecordBatch::try_new(
        Arc::new(schema),
        columns.into_iter().map(|(_, c)| c).collect(),
    )
    .map_err(|e| CliError::Rows {
        format: "a table",
        what: e.to_string(),
    })
}
