//! Measures on disputes, armed conflicts and on where and among whom events happen.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type};
use detente_atlas::{By, Day};
use detente_lake::Table;
use detente_lake::{Aggregate, Filter, Key, LakeError, Query, Status};

use super::Context;
use crate::engine::series::{Gap, Series, ids, windows};
use crate::model::Party;
use crate::provenance::Provenance;
use crate::world::{Cell, Record, World, clock, provenance};

/// The years that a yearly data set covers as of the day.
pub fn covered_years(world: &World, dataset: &str) -> BTreeSet<i32> {
    let mut years = BTreeSet::new();
    if let Some((_, coverage)) = world.coverage.iter().find(|(d, _)| *d == dataset) {
        for span in coverage
            .spans
            .iter()
            .filter(|s| s.status != Status::Missing)
        {
            years.extend(span.from.year()..=span.to.year());
        }
    }
    years
}

/// Rows of a directed variable that speak of both parties in a year.
fn between<'a>(
    cx: Context<'a>,
    dataset: &'a str,
    variable: &str,
    of: &Party,
    with: &Party,
) -> BTreeMap<i32, Vec<&'a Record>> {
    let mut years: BTreeMap<i32, Vec<&Record>> = BTreeMap::new();
    for r in cx.world.records.within(dataset, variable) {
        let Some(partner) = r.partner else { continue };
        for year in r.start.year()..=r.end.year() {
            let on = clock::last_day(By::Year, year);
            if of.members(on).contains(&r.actor) && with.members(on).contains(&partner) {
                years.entry(year).or_default().push(r);
            }
        }
    }
    years
}

/// A yearly series over the covered years in which both parties have members; a covered year without a row is a zero.
fn yearly(
    cx: Context<'_>,
    dataset: &'static str,
    variable: &'static str,
    parties: &[&Party],
    rows: BTreeMap<i32, Vec<&Record>>,
    unit: &'static str,
    method: &'static str,
    value: impl Fn(&[&Record]) -> f64,
) -> Result<Series, Gap> {
    let alive = |year: i32| {
        let on = clock::last_day(By::Year, year);
        parties
            .iter()
            .all(|p| p.members(on).iter().any(|a| a.exists_on(on)))
    };
    let points: Vec<(i32, f64)> = covered_years(cx.world, dataset)
        .into_iter()
        .filter(|year| alive(*year))
        .map(|year| (year, rows.get(&year).map_or(0.0, |r| value(r))))
        .collect();
    let Some((year, _)) = points.last() else {
        return Err(format!("{dataset} does not cover these actors"));
    };
    let on = clock::last_day(By::Year, *year);
    let mut detail = format!("actor in ({})", ids(parties[0], on));
    if let Some(with) = parties.get(1) {
        detail += &format!(" and partner in ({})", ids(with, on));
    }
    let shown: Vec<&Record> = rows.values().flatten().copied().collect();
    let mut provenance = provenance(dataset, variable, &detail, shown, method);
    provenance.to = Some(on);
    if provenance.rows == 0 {
        provenance.absence = true;
        provenance.rows = cx.world.records.within(dataset, variable).count() as u64;
    }
    Ok(Series {
        by: By::Year,
        unit,
        source: detente_sources::dataset(dataset)
            .map_or(dataset, |d| d.title)
            .to_owned(),
        past: None,
        points,
        provenance,
    })
}

/// Militarised interstate disputes active between two parties, by year. COW where both editions reach, since it reaches further.
pub fn disputes(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let rows = between(cx, "mid-cow", "dispute", of, with);
    yearly(
        cx,
        "mid-cow",
        "dispute",
        &[of, with],
        rows,
        "active disputes",
        "disputes",
        |rows| rows.iter().map(|r| &*r.key).collect::<BTreeSet<_>>().len() as f64,
    )
}

/// Highest UCDP intensity between two parties with a state on each side, by year.
pub fn armed_conflict(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let rows = between(cx, "ucdp-acd", "conflict-between", of, with);
    yearly(
        cx,
        "ucdp-acd",
        "conflict-between",
        &[of, with],
        rows,
        "intensity (1 minor, 2 war)",
        "armed-conflict",
        |rows| rows.iter().filter_map(|r| r.value).fold(0.0, f64::max),
    )
}

/// UCDP conflicts located in members of a party, weighted by intensity, by year.
pub fn armed_conflict_in(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    let mut rows: BTreeMap<i32, Vec<&Record>> = BTreeMap::new();
    for r in cx.world.records.within("ucdp-acd", "conflict-in") {
        let year = r.start.year();
        if of
            .members(clock::last_day(By::Year, year))
            .contains(&r.actor)
        {
            rows.entry(year).or_default().push(r);
        }
    }
    yearly(
        cx,
        "ucdp-acd",
        "conflict-in",
        &[of],
        rows,
        "conflicts weighted by intensity",
        "armed-conflict",
        |rows| {
            // A conflict located in several members counts once.
            let mut highest: BTreeMap<&str, f64> = BTreeMap::new();
            for r in rows {
                let value = highest.entry(&r.key).or_default();
                *value = value.max(r.value.unwrap_or(0.0));
            }
            highest.values().sum()
        },
    )
}

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
        rows,
        "per mille of all events",
        "events-inside",
        |on| {
            format!(
                "source in ({0}) and target in ({0}) and ({codes})",
                ids(of, on)
            )
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
        rows,
        "per mille of located events",
        "conflict-at",
        |on| format!("place in ({})", ids(place, on)),
    )
}

/// A monthly series of event sums over the trailing window, per mille of a total.
#[allow(clippy::too_many_arguments)]
fn located(
    cx: Context<'_>,
    stream: &crate::world::Stream,
    sums: BTreeMap<i32, Cell>,
    total: impl Fn(i32) -> Option<f64>,
    rows: f64,
    unit: &'static str,
    method: &'static str,
    detail: impl Fn(Day) -> String,
) -> Result<Series, Gap> {
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
