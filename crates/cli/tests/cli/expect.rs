//! What is expected of two parties, on a small lake of 120 days in the layout of ICEWS 2021.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Ran, run_on};

const STATES: [&str; 9] = [
    "Azerbaijan",
    "Turkey",
    "Armenia",
    "Georgia",
    "Iran",
    "Russia",
    "United States",
    "Germany",
    "France",
];
const EVENTS: [&str; 4] = [
    "Consult",
    "Threaten",
    "Make statement",
    "Impose embargo, boycott, or sanctions",
];
const DAYS: u32 = 120;

/// Each day everybody does something to the next three, turn by turn, and on every third day Azerbaijan and Turkey consult. `after` is a day
/// from which it is all otherwise, with as many events.
fn facts(after: u32) -> String {
    let mut rows = String::new();
    for day in 0..DAYS {
        let turn = if day >= after { day + 2 } else { day };
        for s in 0..9 {
            for next in 1..4 {
                let (o, r) = ((s + next) % 9, (turn + 3 * s + next) % 4);
                // Azerbaijan and Turkey consult by their own rule only; nobody but the two great powers lays sanctions
                let own = s + o == 1 && r == 0;
                let r = if own || (r == 3 && s != 6 && s != 5) {
                    2
                } else {
                    r
                };
                rows.push_str(&format!("{s}\t{r}\t{o}\t{day}\n"));
            }
        }
        let consults = if day >= after {
            day % 3 == 1
        } else {
            day % 3 == 0
        };
        let r = if consults { 0 } else { 1 };
        let other = if consults { 1 } else { 4 };
        rows.push_str(&format!("0\t{r}\t{other}\t{day}\n"));
    }
    rows
}

fn lake(dir: &Path, after: u32) -> PathBuf {
    let folder = dir.join(format!("facts-{after}"));
    fs::create_dir_all(&folder).unwrap();
    let numbered = |names: &[&str]| -> String {
        let lines = names.iter().enumerate();
        lines.map(|(i, name)| format!("{name}\t{i}\n")).collect()
    };
    fs::write(folder.join("entity2id.txt"), numbered(&STATES)).unwrap();
    fs::write(folder.join("relation2id.txt"), numbered(&EVENTS)).unwrap();
    fs::write(folder.join("train.txt"), facts(after)).unwrap();
    let lake = dir.join(format!("lake-{after}"));
    let file = folder.join("train.txt");
    let args = ["ingest", file.to_str().unwrap(), "--dataset", "icews-21"];
    run_on(&lake, &args).ok();
    lake
}

fn expect(lake: &Path, more: &[&str]) -> Ran {
    run_on(lake, &[&["expect", "AZE", "--days", "7"], more].concat())
}

fn texts<'a>(of: &'a Value, key: &str) -> Vec<&'a str> {
    let list = of.as_array().unwrap().iter();
    list.map(|v| v[key].as_str().unwrap()).collect()
}

#[test]
fn what_is_usual_is_expected_and_its_events_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), DAYS);
    let json = expect(&lake, &["--with", "TUR, ARM", "--format", "json"]).json();
    assert_eq!(
        json["about"]["members"][1],
        serde_json::json!(["ARM", "TUR"])
    );
    assert_eq!(
        json["about"]["last_monitored"], "2021-04-30",
        "120 days from 1 January"
    );
    let first = &json["expected"][0];
    assert_eq!(
        ["subject", "object", "type", "event"].map(|k| first[k].as_str().unwrap()),
        ["AZE", "TUR", "040", "Consult"],
        "{json:#}"
    );
    // It came in every window of seven days.
    assert!(first["probability"].as_f64().unwrap() > 0.8, "{first}");
    for event in json["expected"].as_array().unwrap() {
        let p = event["probability"].as_f64().unwrap();
        assert!(
            p > 0.0 && p < 1.0 && event["usual"].as_f64().unwrap() < 1.0,
            "{event}"
        );
        assert!(!event["reasons"].as_array().unwrap().is_empty(), "{event}");
    }
    // The reason counts days, and its filter finds them.
    let own = first["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["kind"] == "own")
        .unwrap();
    let words = own["words"].as_str().unwrap();
    let filter = own["where"].as_str().unwrap();
    let rows = run_on(
        &lake,
        &["export", "events", "--where", filter, "--columns", "day"],
    )
    .ok();
    let days: BTreeSet<&str> = rows.lines().skip(1).collect();
    let counted: usize = words
        .strip_prefix("has done so on ")
        .and_then(|w| w.split(' ').next())
        .and_then(|n| n.parse().ok())
        .unwrap_or_else(|| panic!("{words}"));
    let span = if words.contains("of the last 7 days") {
        "2021-04-24"
    } else {
        "2021-04-01"
    };
    assert_eq!(
        days.iter().filter(|d| **d >= span).count(),
        counted,
        "{words}: {rows}"
    );

    let table = expect(&lake, &["--with", "TUR, ARM"]).ok();
    for part in [
        "Azerbaijan to Türkiye: Consult (040)",
        "What would be a surprise",
        "There are no complete days of events after 2021-04-30",
    ] {
        assert!(table.contains(part), "'{part}' is not in:\n{table}");
    }
    let csv = dir.path().join("expect.csv");
    expect(
        &lake,
        &[
            "--with",
            "TUR",
            "--limit",
            "3",
            "--output",
            csv.to_str().unwrap(),
        ],
    )
    .ok();
    let csv = fs::read_to_string(csv).unwrap();
    assert_eq!(csv.lines().count(), 1 + 3 + 3, "{csv}");
    assert!(
        csv.starts_with("direction,subject,object,type,event,probability"),
        "{csv}"
    );
}

#[test]
fn nothing_after_the_day_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let told = |after: u32| {
        // day 99 is 10 April; its events were known on the 11th
        let lake = lake(dir.path(), after);
        let mut json = expect(
            &lake,
            &["--with", "TUR", "--as-of", "2021-04-11", "--format", "json"],
        )
        .json();
        assert_eq!(json["about"]["last_monitored"], "2021-04-10");
        json["about"]["lake"] = Value::Null;
        json
    };
    assert_eq!(told(100), told(DAYS));
    assert_ne!(told(90), told(DAYS));
}

#[test]
fn types_as_finely_as_asked_and_surprises_in_bits() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), DAYS - 4);
    let args = ["--with", "IRN", "--types", "root", "--format", "json"];
    let json = expect(&lake, &args).json();
    assert!(
        texts(&json["expected"], "type")
            .iter()
            .all(|t| t.len() == 2)
    );
    let surprises = json["surprises"].as_array().unwrap();
    for s in surprises {
        let (bits, p) = (
            s["bits"].as_f64().unwrap(),
            s["probability"].as_f64().unwrap(),
        );
        assert!((bits + p.log2()).abs() < 1e-9, "{s}");
        let found = run_on(
            &lake,
            &["export", "events", "--where", s["where"].as_str().unwrap()],
        );
        assert!(found.ok().lines().count() >= 2, "{s}");
    }
    let bits: Vec<f64> = surprises
        .iter()
        .map(|s| s["bits"].as_f64().unwrap())
        .collect();
    assert!(
        !bits.is_empty() && bits.is_sorted_by(|a, b| a >= b),
        "{bits:?}"
    );
}

#[test]
fn what_cannot_be_said_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), DAYS);
    expect(&lake, &["--with", "Turky"]).failed(&["'Turky'", "TUR"]);
    expect(&lake, &["--with", "AZE"]).failed(&["with itself", "--with"]);
    expect(&lake, &["--with", "TUR", "--as-of", "2020-12-31"])
        .failed(&["no day up to 2020-12-31", "detente coverage"]);
    expect(&lake, &["--with", "TUR", "--as-of", "2021-01-12"])
        .failed(&["too few to learn from", "--days"]);
    expect(&lake, &["--with", "TUR", "--dataset", "icews"])
        .failed(&["no data set 'icews'", "icews-21"]);
    let parquet = expect(&lake, &["--with", "TUR", "--format", "parquet"]);
    parquet.failed(&["--output"]);
}
