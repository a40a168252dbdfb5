//! Scans and exports.

use arrow_schema::DataType;
use detente_atlas::By;

use super::support::{Bench, csv, day, events, ingest_events, put, scan};
use crate::export::{ExportFormat, export};
use crate::schema::Table;
use crate::{Filter, Lake, Query, Scan};

const LINES: &[&str] = &[
    "2020-09-26 2020-09-27 AZE ARM 010 1 0",
    "2020-09-27 2020-09-28 AZE ARM 190 4 -10",
    "2020-09-27 2020-09-28 - ARM 190 4 -10",
    "2020-09-28 2020-09-29 TUR AZE 057 1 -",
];

fn lake(bench: &Bench) -> Lake {
    let lake = bench.lake();
    ingest_events(&lake, "icews-events", &[&bench.file("a.tab", LINES)]).unwrap();
    lake
}

#[test]
fn filters_and_columns() {
    let bench = Bench::new();
    let lake = lake(&bench);
    let rows = |filter: &str| scan(&lake, Table::Events, &["source", "day", "source"], filter);
    assert_eq!(
        rows("source = AZE and known <= 2020-09-27"),
        ["AZE,2020-09-26,AZE"]
    );
    assert_eq!(rows("source is null"), [",2020-09-27,"]);
    assert_eq!(
        rows("code starts with 19 and source is not null"),
        ["AZE,2020-09-27,AZE"]
    );
    assert_eq!(rows("goldstein >= -1"), ["AZE,2020-09-26,AZE"]);
    assert_eq!(
        rows("quad in (1) and not code = 010"),
        ["TUR,2020-09-28,TUR"]
    );
    assert_eq!(rows("dataset = other"), Vec::<String>::new());
    assert_eq!(rows("all").len(), 4);
}

#[test]
fn texts_come_back_as_dictionaries_in_the_tables_schema() {
    let bench = Bench::new();
    let lake = lake(&bench);
    let rows = lake
        .run(&Query::Scan(Scan::of(Table::Events, Filter::All)))
        .unwrap();
    assert_eq!(rows.schema(), Table::Events.schema());
    let batches = rows.collect_batches().unwrap();
    assert_eq!(batches.len(), 1);
    assert!(matches!(
        batches[0].column_by_name("source").unwrap().data_type(),
        DataType::Dictionary(..)
    ));
    // The same rows as went in, in order of day.
    assert_eq!(
        batches[0].column_by_name("target"),
        events("icews-events", "a.tab", LINES).column_by_name("target")
    );
}

#[test]
fn a_limit_stops_the_scan() {
    let bench = Bench::new();
    let lake = bench.lake();
    let lines: Vec<String> = (0..5_000)
        .map(|i| format!("2020-09-27 2020-09-28 AZE ARM 190 4 {i}"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for name in ["a", "b", "c"] {
        let batch = events("icews-events", name, &lines);
        put(
            &lake,
            "icews-events",
            &bench.file(name, &[name]),
            Table::Events,
            By::Day,
            &[batch],
        );
    }
    let limited = |limit| {
        csv(
            &lake,
            Scan {
                limit: Some(limit),
                ..Scan::of(Table::Events, Filter::All)
            },
        )
        .len()
    };
    for limit in [0, 1, 4_999, 5_001, 12_000] {
        assert_eq!(limited(limit), limit);
    }
    assert_eq!(limited(20_000), 15_000);
    // Dropping the rows early ends the workers.
    let mut rows = lake
        .run(&Query::Scan(Scan::of(Table::Events, Filter::All)))
        .unwrap();
    assert_eq!(rows.next().unwrap().unwrap().num_rows(), 5_000);
}

#[test]
fn a_wrong_column_is_named() {
    let bench = Bench::new();
    let scan = Scan {
        columns: vec!["sorce".into()],
        ..Scan::of(Table::Events, Filter::All)
    };
    let error = bench
        .lake()
        .run(&Query::Scan(scan))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("table events has no column 'sorce', did you mean source?"),
        "{error}"
    );
}

#[test]
fn exports_write_days_as_text_and_missing_cells_as_missing() {
    let bench = Bench::new();
    let lake = lake(&bench);
    let columns = ["day", "source", "goldstein"].map(str::to_owned).to_vec();
    let query = |filter: Filter| {
        Query::Scan(Scan {
            columns: columns.clone(),
            ..Scan::of(Table::Events, filter)
        })
    };
    let write = |format, filter| {
        let rows = lake.run(&query(filter)).unwrap();
        let mut out = Vec::new();
        let n = export(rows.schema(), rows, format, &mut out).unwrap();
        (n, out)
    };
    let late = Filter::at_least("day", day("2020-09-27"));
    let (n, out) = write(ExportFormat::Csv, late.clone());
    assert_eq!(n, 3);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "day,source,goldstein\n2020-09-27,AZE,-10.0\n2020-09-27,,-10.0\n2020-09-28,TUR,\n"
    );
    let (_, out) = write(ExportFormat::JsonLines, late.clone());
    assert_eq!(
        String::from_utf8(out).unwrap().lines().last().unwrap(),
        r#"{"day":"2020-09-28","source":"TUR","goldstein":null}"#
    );
    let (_, out) = write(ExportFormat::Parquet, late);
    let file = bench.lake_dir().join("out.parquet");
    std::fs::write(&file, out).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(
        std::fs::File::open(&file).unwrap(),
        10,
    );
    assert_eq!(
        reader
            .unwrap()
            .map(|b| b.unwrap().num_rows())
            .sum::<usize>(),
        3
    );
    // No row: still a header, and still a readable Parquet file.
    assert_eq!(
        write(ExportFormat::Csv, Filter::eq("source", "XXX")).1,
        b"day,source,goldstein\n"
    );
    assert!(
        !write(ExportFormat::Parquet, Filter::eq("source", "XXX"))
            .1
            .is_empty()
    );
}

#[test]
fn row_groups_without_the_days_asked_for_are_not_read() {
    use std::sync::Arc;

    use arrow_array::{Date32Array, Int64Array, RecordBatch};

    use crate::predicate::Predicate;
    use crate::reader::plan;

    // 300,000 rows, 1,000 a day, in three row groups of up to 131,072.
    let one = events("e", "a", &["2020-01-01 2020-01-02 AZE ARM 190 4 -10"]);
    let batches: Vec<RecordBatch> = (0..6)
        .map(|b| {
            let of_first = arrow_array::UInt32Array::from(vec![0; 50_000]);
            let many = arrow_select::take::take_record_batch(&one, &of_first).unwrap();
            let day_at = |i: i32, lag: i32| day("2020-01-01").0 + (b * 50_000 + i) / 1_000 + lag;
            let mut columns = many.columns().to_vec();
            columns[1] = Arc::new(Date32Array::from_iter_values(
                (0..50_000).map(|i| day_at(i, 0)),
            ));
            columns[2] = Arc::new(Date32Array::from_iter_values(
                (0..50_000).map(|i| day_at(i, 1)),
            ));
            let rows = (0..50_000).map(|i| i64::from(b * 50_000 + i));
            let row = many.schema().index_of("row").unwrap();
            columns[row] = Arc::new(Int64Array::from_iter_values(rows));
            RecordBatch::try_new(many.schema(), columns).unwrap()
        })
        .collect();
    let bench = Bench::new();
    let lake = bench.lake();
    put(
        &lake,
        "e",
        &bench.file("a", &["a"]),
        Table::Events,
        By::Day,
        &batches,
    );
    let tasks = |filter: &str| {
        let predicate = Predicate::bind(&filter.parse().unwrap(), Table::Events).unwrap();
        plan(&lake, Table::Events, &predicate).unwrap().len()
    };
    assert_eq!(tasks("all"), 3);
    // Day 140 begins with row 140,000, in the second group; day 131 is in the first and the second.
    assert_eq!(tasks("day = 2020-05-20"), 1);
    assert_eq!(tasks("day = 2020-05-11"), 2);
    assert_eq!(tasks("known <= 2020-01-10 or day >= 2020-10-01"), 2);
    assert_eq!(tasks("dataset = other"), 0);
    assert_eq!(tasks("not quad = 4"), 0);
    assert_eq!(tasks("source starts with B"), 0);
    for (filter, rows) in [
        ("day = 2020-05-20", 1_000),
        ("day = 2020-05-11", 1_000),
        ("all", 300_000),
    ] {
        let filter: Filter = filter.parse().unwrap();
        let scanned = csv(
            &lake,
            Scan {
                columns: vec!["row".into()],
                ..Scan::of(Table::Events, filter.clone())
            },
        );
        assert_eq!(scanned.len(), rows);
        assert!(scanned.is_sorted_by_key(|r| r.parse::<i64>().unwrap()));
        let keys = vec![crate::Key::Source];
        let by_day = crate::Aggregate {
            table: Table::Events,
            filter,
            by: By::Day,
            keys,
            fold: crate::Fold::None,
        };
        let groups = csv(&lake, by_day);
        assert_eq!(groups.len(), rows / 1_000);
        assert!(
            groups
                .iter()
                .all(|g| g.contains(",AZE,1000.0,0.0,0.0,0.0,1000.0,-10000.0,1000.0,"))
        );
    }
}
