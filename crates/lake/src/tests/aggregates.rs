//! Dyad-periods: by hand, and against a naive reference that goes row by row.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{Array, RecordBatch};
use detente_atlas::{By, Day};
use proptest::prelude::*;

use super::support::{Bench, DyadRow, csv, day, dyads, events, ingest_events, put};
use crate::schema::Table;
use crate::{Aggregate, Filter, Key, Lake, Query};

fn aggregate(table: Table, filter: &str, by: By, keys: &[Key]) -> Aggregate {
    Aggregate {
        table,
        filter: filter.parse().unwrap(),
        by,
        keys: keys.to_vec(),
        fold: crate::Fold::None,
    }
}

#[test]
fn events_by_month() {
    let bench = Bench::new();
    let lake = bench.lake();
    let first = bench.file(
        "a.tab",
        &[
            "2020-09-27 2020-09-28 AZE ARM 190 4 -10",
            "2020-09-27 2020-09-28 AZE ARM 1411 4 -6.5",
            "2020-09-30 2020-10-01 AZE ARM 010 1 -",
            "2020-09-30 2020-10-01 - ARM 010 - 0",
        ],
    );
    let second = bench.file(
        "b.tab",
        &[
            "2020-09-27 2020-11-01 AZE ARM 193 4 -9",
            "2020-10-01 2020-10-02 AZE ARM - 2 7",
        ],
    );
    ingest_events(&lake, "icews-events", &[&first, &second]).unwrap();
    let dyads = [Key::Source, Key::Target];
    assert_eq!(
        csv(&lake, aggregate(Table::Events, "all", By::Month, &dyads)),
        [
            // period, source, target, n, four classes, Goldstein sum and count, three scores, days
            "2020-09-01,AZE,ARM,4.0,1.0,0.0,0.0,3.0,-25.5,3.0,,,,2.0",
            "2020-09-01,,ARM,1.0,,,,,0.0,1.0,,,,1.0",
            "2020-10-01,AZE,ARM,1.0,0.0,1.0,0.0,0.0,7.0,1.0,,,,1.0",
        ]
    );
    // What became known later does not touch the view of an earlier day.
    assert_eq!(
        csv(
            &lake,
            aggregate(
                Table::Events,
                "source = AZE and known <= 2020-10-01",
                By::Month,
                &dyads
            )
        ),
        ["2020-09-01,AZE,ARM,3.0,1.0,0.0,0.0,2.0,-16.5,2.0,,,,2.0"]
    );
    assert_eq!(
        csv(
            &lake,
            aggregate(Table::Events, "all", By::Year, &[Key::Root, Key::Dataset])
        ),
        [
            "2020-01-01,01,icews-events,2.0,1.0,0.0,0.0,0.0,0.0,1.0,,,,1.0",
            "2020-01-01,14,icews-events,1.0,0.0,0.0,0.0,1.0,-6.5,1.0,,,,1.0",
            "2020-01-01,19,icews-events,2.0,0.0,0.0,0.0,2.0,-19.0,2.0,,,,1.0",
            "2020-01-01,,icews-events,1.0,0.0,1.0,0.0,0.0,7.0,1.0,,,,1.0",
        ]
    );
    assert_eq!(
        csv(&lake, aggregate(Table::Events, "all", By::Quarter, &[])).len(),
        2
    );
    assert_eq!(
        csv(
            &lake,
            aggregate(Table::Events, "source = XXX", By::Day, &dyads)
        ),
        Vec::<String>::new()
    );
}

#[test]
fn dyads_use_the_counts_that_are_given() {
    let row = |start: &str, n, quads, goldstein, score| DyadRow {
        start: day(start),
        known: day("2021-01-01"),
        source: "AZE".into(),
        target: "ARM".into(),
        n,
        quads,
        goldstein,
        score,
    };
    let none = [None; 4];
    let bench = Bench::new();
    let lake = bench.lake();
    let counts = [
        row(
            "2020-01-01",
            Some(10.0),
            [Some(4.0), Some(3.0), Some(2.0), Some(1.0)],
            Some(1.5),
            None,
        ),
        row(
            "2020-02-01",
            Some(30.0),
            [Some(30.0), Some(0.0), Some(0.0), Some(0.0)],
            Some(-0.5),
            None,
        ),
    ];
    let scores = [
        row("2020-01-01", None, none, None, Some(-2.5)),
        row("2020-01-02", None, none, None, Some(1.0)),
        row("2020-01-03", None, none, None, None),
    ];
    for (dataset, rows) in [("counts", &counts[..]), ("scores", &scores[..])] {
        let path = bench.file(dataset, &[dataset]);
        put(
            &lake,
            dataset,
            &path,
            Table::Dyads,
            By::Day,
            &[dyads(dataset, dataset, rows)],
        );
    }
    assert_eq!(
        csv(
            &lake,
            aggregate(Table::Dyads, "all", By::Year, &[Key::Dataset])
        ),
        [
            // 10 * 1.5 + 30 * -0.5 = 0: a sum of 0 is not a missing one.
            "2020-01-01,counts,40.0,34.0,3.0,2.0,1.0,0.0,40.0,,,,2.0",
            // A source of net scores has no counts. The day without a score is not a day with data.
            "2020-01-01,scores,,,,,,,,-1.5,1.0,-2.5,2.0",
        ]
    );
}

#[test]
fn only_events_and_dyads_are_aggregated() {
    let lake = Bench::new();
    let lake = lake.lake();
    let run = |a: Aggregate| lake.run(&Query::Aggregate(a)).unwrap_err().to_string();
    let message = run(aggregate(Table::Votes, "all", By::Year, &[]));
    assert!(
        message.starts_with("table votes cannot be aggregated"),
        "{message}"
    );
    let message = run(aggregate(Table::Dyads, "all", By::Year, &[Key::Place]));
    assert!(
        message.starts_with("table dyads has no column 'place'"),
        "{message}"
    );
}

/// Groups as the documentation states them: period, keys, sums (`None` where no row contributed), days.
type Answer = BTreeMap<(i32, Vec<Option<String>>), (Vec<Option<f64>>, f64)>;

fn answer(lake: &Lake, query: Aggregate) -> Answer {
    let keys = query.keys.len();
    let batches = lake
        .run(&Query::Aggregate(query))
        .unwrap()
        .collect_batches()
        .unwrap();
    let mut answer = Answer::new();
    let mut last = None;
    for batch in &batches {
        for i in 0..batch.num_rows() {
            let key = (
                batch.column(0).as_primitive::<Date32Type>().value(i),
                texts(batch, keys, i),
            );
            // Missing keys sort last.
            let place = (
                key.0,
                key.1
                    .iter()
                    .map(|t| (t.is_none(), t.clone()))
                    .collect::<Vec<_>>(),
            );
            assert!(
                last.as_ref().is_none_or(|l| *l < place),
                "out of order: {place:?}"
            );
            last = Some(place);
            let number = |c: usize| {
                let column = batch.column(c).as_primitive::<Float64Type>();
                column.is_valid(i).then(|| column.value(i))
            };
            let sums = (1 + keys..11 + keys).map(number).collect();
            answer.insert(key, (sums, number(11 + keys).unwrap()));
        }
    }
    answer
}

fn texts(batch: &RecordBatch, keys: usize, i: usize) -> Vec<Option<String>> {
    (1..=keys)
        .map(|c| {
            let column = batch
                .column(c)
                .as_dictionary::<Int32Type>()
                .downcast_dict::<arrow_array::StringArray>()
                .unwrap();
            arrow_array::ArrayAccessor::value(&column, i);
            batch
                .column(c)
                .is_valid(i)
                .then(|| arrow_array::ArrayAccessor::value(&column, i).to_owned())
        })
        .collect()
}

fn plus(sum: &mut Option<f64>, value: Option<f64>) {
    if let Some(v) = value {
        *sum = Some(sum.unwrap_or(0.0) + v);
    }
}

fn naive(rows: &[DyadRow], by: By, keep: impl Fn(&DyadRow) -> bool) -> Answer {
    let mut answer = Answer::new();
    let mut days: BTreeMap<_, BTreeSet<Day>> = BTreeMap::new();
    for r in rows.iter().filter(|r| keep(r)) {
        let key = (
            r.start.start_of(by).0,
            vec![Some(r.source.clone()), Some(r.target.clone())],
        );
        let (sums, _) = answer
            .entry(key.clone())
            .or_insert_with(|| (vec![None; 10], 0.0));
        plus(&mut sums[0], r.n);
        for (sum, quad) in sums[1..5].iter_mut().zip(r.quads) {
            plus(sum, quad);
        }
        plus(&mut sums[5], r.n.and_then(|n| r.goldstein.map(|g| n * g)));
        plus(&mut sums[6], r.goldstein.and(r.n));
        plus(&mut sums[7], r.score);
        plus(&mut sums[8], r.score.map(|s| if s > 0.0 { s } else { 0.0 }));
        plus(&mut sums[9], r.score.map(|s| if s < 0.0 { s } else { 0.0 }));
        let any =
            r.n.or(r.goldstein)
                .or(r.score)
                .or(r.quads.into_iter().flatten().next());
        let set = days.entry(key).or_default();
        if any.is_some() {
            set.insert(r.start);
        }
    }
    for (key, (_, n)) in &mut answer {
        *n = days[key].len() as f64;
    }
    answer
}

fn dyad_row() -> impl Strategy<Value = DyadRow> {
    let actor = || prop::sample::select(vec!["ARM", "AZE", "GEO", "TUR"]);
    // Quarters add up exactly in any order, so the reference need not know the order of the sums.
    let number = || prop::option::weighted(0.7, (-40..40).prop_map(|q| f64::from(q) / 4.0));
    let quads = prop::array::uniform4(number());
    (
        18_200..18_700,
        0..400,
        actor(),
        actor(),
        number(),
        quads,
        number(),
        number(),
    )
        .prop_map(
            |(start, lag, source, target, n, quads, goldstein, score)| DyadRow {
                start: Day(start),
                known: Day(start + lag),
                source: source.into(),
                target: target.into(),
                n,
                quads,
                goldstein,
                score,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_aggregate_equals_the_naive_one(
        files in prop::collection::vec(prop::collection::vec(dyad_row(), 0..40), 1..5),
        by in prop::sample::select(vec![By::Day, By::Week, By::Month, By::Quarter, By::Year]),
        as_of in 18_200..19_000,
    ) {
        let bench = Bench::new();
        let lake = bench.lake();
        for (i, rows) in files.iter().enumerate() {
            let name = format!("{i}");
            let batches: Vec<_> = rows.chunks(7).map(|r| dyads("d", &name, r)).collect();
            put(&lake, "d", &bench.file(&name, &[&name]), Table::Dyads, By::Day, &batches);
        }
        let rows: Vec<DyadRow> = files.concat();
        let keys = vec![Key::Source, Key::Target];
        let all = Aggregate { table: Table::Dyads, filter: Filter::All, by, keys, fold: crate::Fold::None };
        prop_assert_eq!(answer(&lake, all.clone()), naive(&rows, by, |_| true));
        let known = Filter::at_most("known", Day(as_of)).and(Filter::is_in("source", ["AZE", "GEO"]));
        let some = Aggregate { filter: known, ..all };
        let keep = |r: &DyadRow| r.known.0 <= as_of && ["AZE", "GEO"].contains(&r.source.as_str());
        prop_assert_eq!(answer(&lake, some), naive(&rows, by, keep));
    }

    /// Rows that become known after the as-of day, whatever they say, do not change what was known by then.
    #[test]
    fn the_future_does_not_reach_back(
        rows in prop::collection::vec(dyad_row(), 1..60),
        other in prop::collection::vec(dyad_row(), 1..60),
        as_of in 18_300..18_900,
    ) {
        let view = |rows: &[DyadRow]| {
            let bench = Bench::new();
            let lake = bench.lake();
            put(&lake, "d", &bench.file("f", &["f"]), Table::Dyads, By::Day, &[dyads("d", "f", rows)]);
            let filter = Filter::at_most("known", Day(as_of));
            let keys = vec![Key::Source, Key::Target];
            answer(&lake, Aggregate { table: Table::Dyads, filter, by: By::Month, keys, fold: crate::Fold::None })
        };
        let past: Vec<_> = rows.iter().filter(|r| r.known.0 <= as_of).cloned().collect();
        let future = other.into_iter().map(|r| DyadRow { known: Day(as_of + 1 + r.known.0 - r.start.0).max(r.start), ..r });
        let corrupted: Vec<_> = past.iter().cloned().chain(future).collect();
        prop_assert_eq!(view(&rows), view(&corrupted));
    }
}

#[test]
fn sums_do_not_depend_on_how_often_they_are_run() {
    // Numbers whose sum depends on the order of adding.
    let bench = Bench::new();
    let lake = bench.lake();
    for file in 0..8 {
        let lines: Vec<String> = (0..500)
            .map(|i| {
                format!(
                    "2020-09-27 2020-09-28 AZE ARM 190 4 {}",
                    0.1 + f64::from(file * i) / 7.0
                )
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let name = format!("{file}");
        let batch = events("e", &name, &lines);
        put(
            &lake,
            "e",
            &bench.file(&name, &[&name]),
            Table::Events,
            By::Day,
            &[batch],
        );
    }
    let run = || {
        csv(
            &lake,
            aggregate(Table::Events, "all", By::Month, &[Key::Source]),
        )
    };
    let first = run();
    for _ in 0..20 {
        assert_eq!(run(), first);
    }
}
