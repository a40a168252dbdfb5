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

/// The next number of a small generator (Knuth's MMIX), below `n`.
fn below(state: &mut u64, n: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % n
}

/// Forty facts a day at random; on two days of three Azerbaijan consults Turkey as well. From the day `after` on all is drawn otherwise.
fn facts(after: u32) -> String {
    let mut rows = String::new();
    for day in 0..DAYS {
        let mut state = u64::from(day) + if day >= after { 1_000 } else { 0 };
        // neighbouring seeds begin alike
        for _ in 0..3 {
            below(&mut state, 2);
        }
        let mut today = BTreeSet::new();
        if below(&mut state, 3) > 0 {
            today.insert((0, 0, 1));
        }
        while today.len() < 40 {
            let (s, o) = (below(&mut state, 9), below(&mut state, 9));
            // some do more than others, and sanctions are rare
            let r = [0, 0, 1, 2, 2, 2, 2, 3][below(&mut state, 8) as usize];
            if s != o && (r != 3 || s == 6) && s.max(o) >= below(&mut state, 9) {
                today.insert((s, r, o));
            }
        }
        for (s, r, o) in today {
            rows.push_str(&format!("{s}\t{r}\t{o}\t{day}\n"));
        }
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
    // On two days of three, so hardly a week without; the other pairs, which are all alike, draw the chance down.
    assert!(first["probability"].as_f64().unwrap() > 0.6, "{first}");
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
    expect(&lake, &["--with", "TUR", "--as-of", "2021-01-06"])
        .failed(&["up to 2021-01-05", "--days"]);
    expect(&lake, &["--with", "TUR", "--dataset", "iceews"])
        .failed(&["no data set 'iceews'", "icews-21"]);
    let early = expect(&lake, &["--with", "TUR", "--as-of", "2021-01-14"]).ok();
    assert!(early.contains("only 1 of 7 days each"), "{early}");
    let parquet = expect(&lake, &["--with", "TUR", "--format", "parquet"]);
    parquet.failed(&["--output"]);
}
