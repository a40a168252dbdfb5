//! Filling a [`World`] from the lake: a handful of queries, whatever the partnership.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int8Type, Int32Type, Int64Type};
use arrow_array::{Array, DictionaryArray, RecordBatch, StringArray};
use detente_atlas::{Actor, By, Day};
use detente_lake::Table;
use detente_lake::{Aggregate, Coverage, Filter, Key, Lake, LakeError, Query, Scan, Status};
use detente_relations::alignment::Vote;
use detente_relations::index::Counts;

use super::records::{Record, Records, Votes};
use super::stream::{Kind, Stream};
use super::{Cell, World, clock};

/// The variables that figures are made of; the lake may hold more.
const VARIABLES: &[&str] = &[
    "dispute",
    "conflict-between",
    "conflict-in",
    "ideal-point",
    "contiguity",
    "capital-latitude",
    "capital-longitude",
    "military-expenditure",
    "export-share",
    "import-share",
    "cabinet-party",
    "atop-defense",
    "cow-defense",
];

/// Event data sets of the ICEWS coding system, the more complete first.
const ICEWS: &[&str] = &["icews-18", "icews-events", "icews-21", "icews-0515"];

impl World {
    /// Everything in the lake that was known on `as_of`. `voters` are the actors whose UN votes are wanted,
    /// `organisations` the keys of the intergovernmental organisations whose memberships are.
    pub fn load(
        lake: &Lake,
        as_of: Day,
        voters: &[Actor],
        organisations: &[String],
    ) -> Result<World, LakeError> {
        let coverage: Vec<(&'static str, Coverage)> = detente_sources::catalogue()
            .iter()
            .map(|d| (d.id, lake.coverage_as_of(d.id, as_of)))
            .collect();
        let monthly = vec![
            scores(lake, as_of, &coverage)?,
            icews(lake, as_of, &coverage)?,
        ];
        let yearly = vec![
            years(
                lake,
                as_of,
                &coverage,
                "icews-dyad-years",
                "ICEWS dyad-years",
            )?,
            years(
                lake,
                as_of,
                &coverage,
                "gdelt-dyad-years",
                "GDELT dyad-years",
            )?,
        ];
        Ok(World {
            as_of,
            monthly,
            yearly,
            records: records(lake, as_of, organisations)?,
            votes: votes(lake, as_of, voters)?,
            coverage,
            link: OnceLock::new(),
        })
    }
}

fn known(as_of: Day) -> Filter {
    Filter::at_most("known", as_of)
}

fn one_of(column: &str, ids: &[&str]) -> Filter {
    Filter::is_in(column, ids.iter().copied())
}

/// The daily net scores, positive and negative days apart, by month.
fn scores(
    lake: &Lake,
    as_of: Day,
    coverage: &[(&'static str, Coverage)],
) -> Result<Stream, LakeError> {
    let id = "gdelt-daily-dyads";
    let query = Query::Aggregate(Aggregate {
        table: Table::Dyads,
        filter: one_of("dataset", &[id]).and(known(as_of)),
        by: By::Month,
        keys: vec![Key::Source, Key::Target],
    });
    let mut stream = Stream {
        id: "gdelt-net",
        name: "GDELT daily net scores",
        datasets: vec![id],
        kind: Kind::Scores,
        by: By::Month,
        directed: false,
        cells: HashMap::new(),
        world: BTreeMap::new(),
        monitored: monitored(coverage, id, By::Month, as_of),
        chosen: BTreeMap::new(),
        totals: OnceLock::new(),
    };
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (periods, sources, targets) = (days(&batch, 0), actors(&batch, 1), actors(&batch, 2));
        let (positive, negative) = (
            numbers(&batch, "score_positive"),
            numbers(&batch, "score_negative"),
        );
        let n = numbers(&batch, "days");
        for i in 0..batch.num_rows() {
            let (Some(a), Some(b)) = (sources[i], targets[i]) else {
                continue;
            };
            let cell = Cell {
                n: n[i].unwrap_or(0.0),
                scores: positive[i].zip(negative[i].map(f64::abs)),
                ..Cell::default()
            };
            stream.add(periods[i].month().0, a, b, cell);
        }
    }
    Ok(stream)
}

/// The event data sets of ICEWS as one stream: each month from the data set that monitored most of it,
/// so that two editions of the same month are never added up.
fn icews(
    lake: &Lake,
    as_of: Day,
    coverage: &[(&'static str, Coverage)],
) -> Result<Stream, LakeError> {
    let monitored: Vec<BTreeMap<i32, f64>> = ICEWS
        .iter()
        .map(|id| monitored(coverage, id, By::Month, as_of))
        .collect();
    let mut chosen: BTreeMap<i32, usize> = BTreeMap::new();
    for (d, months) in monitored.iter().enumerate() {
        for (t, share) in months {
            let best = chosen.entry(*t).or_insert(d);
            if *share > monitored[*best].get(t).copied().unwrap_or(0.0) {
                *best = d;
            }
        }
    }
    let mut stream = Stream {
        id: "icews",
        name: "ICEWS events",
        datasets: ICEWS.to_vec(),
        kind: Kind::Counts,
        by: By::Month,
        directed: true,
        cells: HashMap::new(),
        world: BTreeMap::new(),
        monitored: chosen.iter().map(|(t, d)| (*t, monitored[*d][t])).collect(),
        chosen: chosen.iter().map(|(t, d)| (*t, ICEWS[*d])).collect(),
        totals: OnceLock::new(),
    };
    let query = Query::Aggregate(Aggregate {
        table: Table::Events,
        filter: one_of("dataset", ICEWS).and(known(as_of)),
        by: By::Month,
        keys: vec![Key::Dataset, Key::Source, Key::Target],
    });
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (periods, datasets) = (days(&batch, 0), texts(&batch, 1));
        let (sources, targets) = (actors(&batch, 2), actors(&batch, 3));
        let cells = counted(&batch);
        for i in 0..batch.num_rows() {
            let t = periods[i].month().0;
            if stream.chosen(t) != datasets[i].as_deref() {
                continue;
            }
            match (sources[i], targets[i]) {
                (Some(a), Some(b)) => stream.add(t, a, b, cells[i]),
                _ => *stream.world.entry(t).or_default() += cells[i],
            }
        }
    }
    Ok(stream)
}

/// A data set of dyad-years.
fn years(
    lake: &Lake,
    as_of: Day,
    coverage: &[(&'static str, Coverage)],
    id: &'static str,
    name: &'static str,
) -> Result<Stream, LakeError> {
    let query = Query::Aggregate(Aggregate {
        table: Table::Dyads,
        filter: one_of("dataset", &[id]).and(known(as_of)),
        by: By::Year,
        keys: vec![Key::Source, Key::Target],
    });
    let mut stream = Stream {
        id,
        name,
        datasets: vec![id],
        kind: Kind::Counts,
        by: By::Year,
        directed: true,
        cells: HashMap::new(),
        world: BTreeMap::new(),
        monitored: monitored(coverage, id, By::Year, as_of),
        chosen: BTreeMap::new(),
        totals: OnceLock::new(),
    };
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (periods, sources, targets) = (days(&batch, 0), actors(&batch, 1), actors(&batch, 2));
        let cells = counted(&batch);
        for i in 0..batch.num_rows() {
            if let (Some(a), Some(b)) = (sources[i], targets[i]) {
                stream.add(periods[i].year(), a, b, cells[i]);
            }
        }
    }
    Ok(stream)
}

impl Stream {
    /// Rows come sorted by period, so each dyad's cells stay sorted.
    fn add(&mut self, t: i32, a: Actor, b: Actor, cell: Cell) {
        *self.world.entry(t).or_default() += cell;
        let cells = self.cells.entry((a, b)).or_default();
        match cells.last_mut() {
            Some((last, sum)) if *last == t => *sum += cell,
            _ => cells.push((t, cell)),
        }
    }
}

/// Share of each period's days on which a data set was monitored (complete or in part).
fn monitored(
    coverage: &[(&'static str, Coverage)],
    id: &str,
    by: By,
    as_of: Day,
) -> BTreeMap<i32, f64> {
    let mut days: BTreeMap<i32, f64> = BTreeMap::new();
    let Some((_, coverage)) = coverage.iter().find(|(d, _)| *d == id) else {
        return days;
    };
    for span in &coverage.spans {
        if span.status == Status::Missing {
            continue;
        }
        let mut day = span.from;
        let end = span.to.min(as_of);
        while day <= end {
            let t = clock::period(by, day);
            let stop = clock::last_day(by, t).min(end);
            *days.entry(t).or_default() += f64::from(stop.0 - day.0 + 1);
            day = stop.plus(1);
        }
    }
    for (t, n) in &mut days {
        let length = clock::last_day(by, *t).0 - clock::first_day(by, *t).0 + 1;
        *n /= f64::from(length);
    }
    days
}

fn records(lake: &Lake, as_of: Day, organisations: &[String]) -> Result<Records, LakeError> {
    let organisations: Vec<&str> = organisations.iter().map(String::as_str).collect();
    let members = one_of("variable", &["member"]).and(one_of("key", &organisations));
    let filter = known(as_of).and(one_of("variable", VARIABLES).or(members));
    let columns = [
        "dataset", "variable", "actor", "partner", "start", "end", "value", "weight", "key",
        "note", "file", "row",
    ];
    let query = Query::Scan(Scan {
        table: Table::Measures,
        columns: columns.map(String::from).to_vec(),
        filter,
        limit: None,
    });
    let mut records = Records::default();
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (datasets, variables) = (texts(&batch, 0), texts(&batch, 1));
        let (actor, partner) = (actors(&batch, 2), actors(&batch, 3));
        let (start, end) = (days(&batch, 4), days(&batch, 5));
        let (value, weight) = (numbers(&batch, "value"), numbers(&batch, "weight"));
        let (keys, notes, files) = (texts(&batch, 8), texts(&batch, 9), texts(&batch, 10));
        let rows = batch.column(11).as_primitive::<Int64Type>();
        let none: Arc<str> = Arc::from("");
        for i in 0..batch.num_rows() {
            let (Some(dataset), Some(variable), Some(actor)) =
                (&datasets[i], &variables[i], actor[i])
            else {
                continue;
            };
            let record = Record {
                actor,
                partner: partner[i],
                start: start[i],
                end: end[i],
                value: value[i],
                weight: weight[i],
                key: keys[i].clone().unwrap_or_else(|| none.clone()),
                note: notes[i].clone().unwrap_or_else(|| none.clone()),
                file: files[i].clone().unwrap_or_else(|| none.clone()),
                row: rows.value(i),
            };
            match records.by_variable.get_mut(&**variable) {
                Some(list) => list.push((dataset.clone(), record)),
                None => {
                    records
                        .by_variable
                        .insert(variable.to_string(), vec![(dataset.clone(), record)]);
                }
            }
        }
    }
    for rows in records.by_variable.values_mut() {
        rows.sort_by(|(d, a), (e, b)| {
            (a.start, a.actor, d, a.partner, a.row).cmp(&(b.start, b.actor, e, b.partner, b.row))
        });
    }
    Ok(records)
}

fn votes(lake: &Lake, as_of: Day, voters: &[Actor]) -> Result<Votes, LakeError> {
    let ids: Vec<&str> = voters.iter().map(|a| a.id()).collect();
    let query = Query::Scan(Scan {
        table: Table::Votes,
        columns: ["day", "rcid", "actor", "vote"].map(String::from).to_vec(),
        filter: one_of("actor", &ids).and(known(as_of)),
        limit: None,
    });
    let mut votes = Votes::default();
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (day, actor) = (days(&batch, 0), actors(&batch, 2));
        let rcid = batch.column(1).as_primitive::<Int64Type>();
        let vote = batch.column(3).as_primitive::<Int8Type>();
        for i in 0..batch.num_rows() {
            if let (Some(actor), Some(vote)) = (actor[i], Vote::from_code(vote.value(i).into())) {
                votes
                    .by_actor
                    .entry(actor)
                    .or_default()
                    .insert((day[i], rcid.value(i)), vote);
            }
        }
    }
    Ok(votes)
}

/// The cells of an aggregate over events or dyads with counts.
fn counted(batch: &RecordBatch) -> Vec<Cell> {
    let n = numbers(batch, "n");
    let [vc, mc, vk, mk] = [
        "verbal_cooperation",
        "material_cooperation",
        "verbal_conflict",
        "material_conflict",
    ]
    .map(|name| numbers(batch, name));
    let (sum, valued) = (
        numbers(batch, "goldstein_sum"),
        numbers(batch, "goldstein_n"),
    );
    (0..batch.num_rows())
        .map(|i| Cell {
            n: n[i].unwrap_or(0.0),
            counts: (|| {
                Some(Counts {
                    verbal_cooperation: vc[i]?,
                    material_cooperation: mc[i]?,
                    verbal_conflict: vk[i]?,
                    material_conflict: mk[i]?,
                })
            })(),
            goldstein: sum[i].zip(valued[i]),
            scores: None,
        })
        .collect()
}

fn days(batch: &RecordBatch, column: usize) -> Vec<Day> {
    batch
        .column(column)
        .as_primitive::<Date32Type>()
        .values()
        .iter()
        .map(|d| Day(*d))
        .collect()
}

fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    match batch.column_by_name(name) {
        Some(column) => column.as_primitive::<Float64Type>().iter().collect(),
        None => vec![None; batch.num_rows()],
    }
}

/// Text columns come as dictionaries; each distinct text is made once.
fn texts(batch: &RecordBatch, column: usize) -> Vec<Option<Arc<str>>> {
    lookup(batch, column, |text| Some(Arc::from(text)))
}

fn actors(batch: &RecordBatch, column: usize) -> Vec<Option<Actor>> {
    lookup(batch, column, Actor::from_id)
}

fn lookup<T: Clone>(
    batch: &RecordBatch,
    column: usize,
    make: impl Fn(&str) -> Option<T>,
) -> Vec<Option<T>> {
    let column: &DictionaryArray<Int32Type> = batch.column(column).as_dictionary();
    let values: &StringArray = column.values().as_string();
    let made: Vec<Option<T>> = values.iter().map(|text| text.and_then(&make)).collect();
    (0..column.len())
        .map(|i| {
            if column.is_null(i) {
                None
            } else {
                made[column.keys().value(i) as usize].clone()
            }
        })
        .collect()
}
