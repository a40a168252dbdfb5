//! The spliced relation: joints in the open, and no index where nobody looked.

use crate::support::{cells, run};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

fn points(args: &[&str]) -> (Value, Vec<Value>) {
    let json = run(&[&["relation"], args, &["--format", "json"]].concat()).json();
    let points = json["points"].as_array().unwrap().clone();
    (json, points)
}

#[test]
fn azerbaijan_and_nato_by_year() {
    let (json, points) = points(&[
        "AZE",
        "NATO",
        "--by",
        "year",
        "--from",
        "1994-01-01",
        "--to",
        "2024-02-23",
    ]);
    assert_eq!(json["about"]["of"], "AZE");
    assert_eq!(json["about"]["direction"], "both");
    assert_eq!(points.len(), 31, "every year from 1994 to 2024 has a row");
    let series: Vec<&Value> = points.iter().filter(|p| p["status"] == "series").collect();
    let status = |year: &str| &points.iter().find(|p| p["period"] == year).unwrap()["status"];
    // Nobody monitored 2016 and 2017, and of 2024 only the days to 23 February are there.
    for year in ["2016", "2017", "2024"] {
        assert_eq!(status(year), "not monitored", "{year}");
    }
    assert!(
        series.len() >= 27,
        "{:?}",
        points.iter().map(|p| &p["status"]).collect::<Vec<_>>()
    );
    for p in &series {
        let [lo, r, hi] = ["lo", "r", "hi"].map(|k| p[k].as_f64().unwrap());
        assert!(lo <= r && r <= hi, "{p}");
        assert!(
            r.abs() < 6.0 && p["shift_sd"].as_f64().unwrap() >= 0.0,
            "{p}"
        );
        assert!(
            p["n"].as_f64().unwrap() > 0.0 && p["monitored"].as_f64().unwrap() >= 0.5,
            "{p}"
        );
    }
    // Mostly cooperation: NATO members and Azerbaijan meet and consult far more than they quarrel.
    let positive = series
        .iter()
        .filter(|p| p["r"].as_f64().unwrap() > 0.0)
        .count();
    assert!(positive * 10 >= series.len() * 9, "{series:?}");

    let joints = json["joints"].as_array().unwrap();
    assert!(joints.len() >= 3, "{joints:?}");
    for joint in joints {
        assert!(!joint["reason"].as_str().unwrap().is_empty(), "{joint}");
        if joint["method"] == "overlap" {
            assert!(joint["overlap"].as_u64().unwrap() >= 3, "{joint}");
            assert!(
                joint["shift"].is_f64() && joint["shift_sd"].is_f64(),
                "{joint}"
            );
        }
    }
}

#[test]
fn months_that_nobody_monitored_have_no_index() {
    let (_, points) = points(&[
        "AZE",
        "NATO",
        "--by",
        "month",
        "--from",
        "2016-01-01",
        "--to",
        "2017-12-31",
    ]);
    assert_eq!(points.len(), 24);
    for p in &points {
        assert_eq!(p["status"], "not monitored", "{p}");
        for column in ["r", "lo", "hi", "n", "share_per_mille", "source"] {
            assert!(p[column].is_null(), "{column} of {p}");
        }
        assert_eq!(p["monitored"], 0.0);
    }
    let text = run(&[
        "relation",
        "AZE",
        "NATO",
        "--by",
        "month",
        "--from",
        "2016-01-01",
        "--to",
        "2017-12-31",
    ])
    .ok();
    assert!(
        text.contains("2016-01..2017-12") && text.contains("not monitored"),
        "{text}"
    );
    let csv = run(&[
        "relation",
        "AZE",
        "NATO",
        "--by",
        "month",
        "--from=2016-01-01",
        "--to=2016-12-31",
        "--format=csv",
    ])
    .ok();
    assert!(
        cells(&csv)
            .iter()
            .all(|c| c[4].is_empty() && c[3] == "not monitored"),
        "{csv}"
    );
}

#[test]
fn the_table_shows_the_joints() {
    let text = run(&["relation", "Azerbaijan", "nato", "--by", "year"]).ok();
    assert!(
        text.contains("\nJoints\n") && text.contains("overlap"),
        "{text}"
    );
    assert!(
        text.contains("not monitored"),
        "years after the data end: {text}"
    );
    let more = run(&["relation", "Azerbaijan", "nato", "--by", "year", "--all"]).ok();
    assert!(more.lines().count() > text.lines().count());
}

#[test]
fn nothing_later_touches_a_view_of_a_day() {
    let (_, then) = points(&["AZE", "ARM", "--by", "year", "--as-of", "2009-06-30"]);
    assert!(then.last().unwrap()["period"].as_str().unwrap() <= "2009");
    let known: Vec<&Value> = then.iter().filter(|p| p["status"] == "series").collect();
    assert!(!known.is_empty());
    // Calendar years are known when they are over.
    assert!(
        known
            .iter()
            .all(|p| p["source"] != "ICEWS dyad-years" || p["period"].as_str().unwrap() <= "2008")
    );
}

#[test]
fn directions_differ_and_both_is_the_sum() {
    let n = |direction: &str| {
        let span = ["--from=2010-01-01", "--to=2010-12-31"];
        let args = [
            &["RUS", "UKR", "--by", "year", "--direction", direction],
            &span[..],
        ]
        .concat();
        points(&args).1[0]["n"].as_f64().unwrap()
    };
    assert_eq!(n("forth") + n("back"), n("both"));
}

#[test]
fn parquet_and_file_names() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.parquet");
    run(&[
        "relation",
        "AZE",
        "NATO",
        "--output",
        file.to_str().unwrap(),
    ])
    .ok();
    let opened =
        ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&file).unwrap()).unwrap();
    assert!(
        opened.schema().metadata()["detente.joints"].contains("overlap"),
        "the joints go with the rows"
    );
    let rows: usize = opened
        .build()
        .unwrap()
        .map(|batch| batch.unwrap().num_rows())
        .sum();
    assert!(rows > 25);
}
