//! Measures on what events are and where they happen: only sources with event classes or places can serve them.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type};
use detente_atlas::{By, Day};
use detente_lake::{Aggregate, Filter, Fold, Key, LakeError, Query, Table};

use super::Context;
use crate::engine::series::{Gap, Series, ids, windows};
use crate::model::Party;
use crate::provenance::Provenance;
use crate::world::{Cell, Stream, clock};

/// Events of some CAMEO roots among actors of the same member, per mille of all events of the stream.
pub fn events_inside(cx: Context<'_>, of: &Party, roots: &[u8]) -> Result<Series, Gap> {
    let stream = cx.world.stream("icews").ok_or("no event data")?;
    let roots_of = roots
        .iter()
        .map(|r| Filter::starts_with("code", &format!("{r:02}")))
        .reduce(Filter::or)
        .ok_or("no event classes are named")?;
    let filter = datasets(&stream.datasets)
        .and(known(cx.world.as_of))
        .and(roots_of);
    let query = Query::Aggregate(Aggregate {
        table: Table::Events,
        filter,
        by: By::Month,
        keys: vec![Key::Dataset, Key::Source, Key::Target],
        fold: Fold::None,
    });
    let mut sums: BTreeMap<i32, Cell> = BTreeMap::new();
    let mut rows = 0.0;
    each(cx, &query, |t, batch, i, n| {
        let (source, target) = (text(batch, 2, i), text(batch, 3, i));
        let inside = source.is_some() && source == target;
        let member = || {
            of.members(clock::last_day(By::Month, t))
                .iter()
                .any(|a| Some(a.id()) == source)
        };
        if inside && stream.chosen(t) == text(batch, 1, i) && member() {
            sums.entry(t).or_default().n += n;
            rows += n;
        }
    })
    .map_err(|e| e.to_string())?;
    let codes = roots
        .iter()
        .map(|r| format!("code starts with {r:02}"))
        .collect::<Vec<_>>()
        .join(" or ");
    located(
        cx,
        stream,
        sums,
        |t| stream.world(t).map(|c| c.n),
        Located {
            rows,
            unit: "per mille of all events",
            method: "events-inside",
            detail: |on| {
                format!(
                    "source in ({0}) and target in ({0}) and ({codes})",
                    ids(of, on)
                )
            },
        },
    )
}

/// Conflict events located in a territory, per mille of all located events.
pub fn conflict_at(cx: Context<'_>, place: &Party, provinces: &[String]) -> Result<Series, Gap> {
    let stream = cx.world.stream("icews").ok_or("no event data")?;
    let aggregate = |filter: Filter| -> Result<BTreeMap<i32, (f64, f64)>, LakeError> {
        let filter = datasets(&stream.datasets)
            .and(known(cx.world.as_of))
            .and(filter);
        let mut sums: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
        let query = Query::Aggregate(Aggregate {
            table: Table::Events,
            filter,
            by: By::Month,
            keys: vec![Key::Dataset],
            fold: Fold::None,
        });
        each(cx, &query, |t, batch, i, n| {
            if stream.chosen(t) == text(batch, 1, i) {
                let sum = sums.entry(t).or_default();
                sum.0 +=
                    number(batch, "verbal_conflict", i) + number(batch, "material_conflict", i);
                sum.1 += n;
            }
        })?;
        Ok(sums)
    };
    let mut there = Filter::is_in(
        "place",
        place.members(cx.world.as_of).iter().map(|a| a.id()),
    );
    if !provinces.is_empty() {
        there = there.and(Filter::is_in(
            "province",
            provinces.iter().map(String::as_str),
        ));
    }
    let here = aggregate(there).map_err(|e| e.to_string())?;
    let all = aggregate(Filter::is_null("place").not()).map_err(|e| e.to_string())?;
    let rows = here.values().map(|(_, n)| n).sum();
    let sums = all
        .keys()
        .map(|t| {
            (
                *t,
                Cell {
                    n: here.get(t).map_or(0.0, |(k, _)| *k),
                    ..Cell::default()
                },
            )
        })
        .collect();
    located(
        cx,
        stream,
        sums,
        |t| all.get(&t).map(|(_, n)| *n),
        Located {
            rows,
            unit: "per mille of located events",
            method: "conflict-at",
            detail: |on| format!("place in ({})", ids(place, on)),
        },
    )
}

/// What a series of events is made of.
struct Located<F> {
    /// Rows behind it.
    rows: f64,
    unit: &'static str,
    method: &'static str,
    /// The part of the filter that finds the events, given the day of the members.
    detail: F,
}

/// A monthly series of event sums over the trailing window, per mille of a total.
fn located(
    cx: Context<'_>,
    stream: &Stream,
    sums: BTreeMap<i32, Cell>,
    total: impl Fn(i32) -> Option<f64>,
    of: Located<impl Fn(Day) -> String>,
) -> Result<Series, Gap> {
    let Located {
        rows,
        unit,
        method,
        detail,
    } = of;
    let s = &cx.partnership.settings;
    let months = |value: &dyn Fn(i32) -> Option<f64>| {
        stream
            .periods()
            .filter_map(|t| {
                Some((
                    t,
                    Cell {
                        n: value(t)?,
                        ..Cell::default()
                    },
                ))
            })
            .collect::<Vec<_>>()
    };
    // A monitored month without such an event is a true zero; a month without any located event is not monitored.
    let here = months(&|t| total(t).map(|_| sums.get(&t).map_or(0.0, |c| c.n)));
    let all = months(&|t| total(t));
    let all = windows(stream, &all, s.window_months, s);
    let points: Vec<(i32, f64)> = windows(stream, &here, s.window_months, s)
        .iter()
        .zip(&all)
        .filter(|(_, (_, all))| all.n > 0.0)
        .map(|((t, here), (_, all))| (*t, 1000.0 * here.n / all.n))
        .collect();
    let Some((t, _)) = points.last().copied() else {
        return Err("no source at hand locates or classes such events".to_owned());
    };
    let on = clock::last_day(By::Month, t);
    let provenance = Provenance {
        queries: vec![(
            Table::Events,
            format!(
                "dataset in ({}) and {} and day <= {on} and known <= {}",
                stream.datasets.join(", "),
                detail(on),
                cx.world.as_of
            ),
        )],
        command: None,
        datasets: stream.datasets.iter().map(|d| (*d).to_owned()).collect(),
        rows: rows as u64,
        absence: rows == 0.0,
        from: here.first().map(|(t, _)| clock::first_day(By::Month, *t)),
        to: Some(on),
        method,
        header: Vec::new(),
        sample: Vec::new(),
    }
    .with_sample(
        &["month", "events", "of all"],
        here.iter()
            .map(|(t, c)| {
                vec![
                    clock::label(By::Month, *t),
                    format!("{:.0}", c.n),
                    total(*t).map(|n| format!("{n:.0}")).unwrap_or_default(),
                ]
            })
            .collect(),
    );
    Ok(Series {
        by: By::Month,
        unit,
        source: stream.name.to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        points,
        provenance,
    })
}

fn datasets(ids: &[&'static str]) -> Filter {
    Filter::is_in("dataset", ids.iter().copied())
}

fn known(as_of: Day) -> Filter {
    Filter::at_most("known", as_of)
}

/// Runs a monthly aggregate and hands over each row with its month and number of events.
fn each(
    cx: Context<'_>,
    query: &Query,
    mut row: impl FnMut(i32, &RecordBatch, usize, f64),
) -> Result<(), LakeError> {
    for batch in cx.lake.run(query)? {
        let batch = batch?;
        let periods = batch.column(0).as_primitive::<Date32Type>();
        for i in 0..batch.num_rows() {
            row(
                Day(periods.value(i)).month().0,
                &batch,
                i,
                number(&batch, "n", i),
            );
        }
    }
    Ok(())
}

fn number(batch: &RecordBatch, name: &str, i: usize) -> f64 {
    batch
        .column_by_name(name)
        .map_or(0.0, |c| c.as_primitive::<Float64Type>().value(i))
}

fn text(batch: &RecordBatch, column: usize, i: usize) -> Option<&str> {
    use arrow_array::Array;
    let column = batch
        .column(column)
        .as_dictionary::<arrow_array::types::Int32Type>();
    (!column.is_null(i)).then(|| {
        column
            .values()
            .as_string::<i32>()
            .value(column.keys().value(i) as usize)
    })
}
