//! Coverage: what nobody monitored is said, with the reason.

use crate::support::{cells, run};

const DECEMBER: [&str; 5] = [
    "coverage",
    "gdelt-daily-dyads",
    "--from=2022-12-01",
    "--to=2022-12-31",
    "--format=csv",
];

#[test]
fn the_missing_days_of_december_2022() {
    let csv = run(&DECEMBER).ok();
    let missing: Vec<(String, String)> = cells(&csv)
        .iter()
        .filter(|c| c[3] == "missing")
        .map(|c| (c[1].to_owned(), c[2].to_owned()))
        .collect();
    // The five days of the month that the original file lacks, counted by a separate program.
    let span = |from: &str, to: &str| (format!("2022-12-{from}"), format!("2022-12-{to}"));
    assert_eq!(missing, [span("24", "25"), span("27", "29")], "{csv}");
    assert!(
        cells(&csv)
            .iter()
            .filter(|c| c[3] == "missing")
            .all(|c| !c[6].is_empty()),
        "each says why"
    );

    let text = run(&DECEMBER[..4]).ok();
    assert!(
        text.contains("missing") && text.contains("2022-12-27"),
        "{text}"
    );
}

#[test]
fn one_line_a_data_set() {
    let json = run(&["coverage", "--format", "json"]).json();
    let of = |id: &str| {
        json.as_array()
            .unwrap()
            .iter()
            .find(|d| d["dataset"] == id)
            .unwrap()
            .clone()
    };
    let net = of("gdelt-daily-dyads");
    assert_eq!(net["last_day_read"], "2024-02-23");
    // 2 149 of the 2 245 days from 2018-01-01 to 2024-02-23.
    assert_eq!(net["missing_days"], 96);
    assert_eq!(
        net["complete_days"].as_i64().unwrap() + net["partial_days"].as_i64().unwrap(),
        2_149
    );
    let text = run(&["coverage"]).ok();
    assert!(
        text.contains("gdelt-daily-dyads") && text.contains("un-votes"),
        "{text}"
    );
}

#[test]
fn as_of_a_day_nothing_later_is_covered() {
    let json = run(&[
        "coverage",
        "icews-18",
        "--as-of",
        "2018-06-30",
        "--format",
        "json",
    ])
    .json();
    for span in json.as_array().unwrap() {
        if span["from"].as_str().unwrap() > "2018-06-30" {
            assert_eq!(span["status"], "missing", "{span}");
        }
    }
}

#[test]
fn outside_of_its_span_a_data_set_covers_nothing() {
    let text = run(&[
        "coverage",
        "icews-18",
        "--from",
        "1990-01-01",
        "--to",
        "1990-12-31",
    ])
    .ok();
    assert!(text.contains("missing"), "{text}");
}
