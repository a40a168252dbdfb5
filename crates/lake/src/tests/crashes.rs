//! A process killed at each point of an ingest leaves a sound lake: nothing lost, nothing twice.

use std::path::PathBuf;
use std::process::Command;

use super::support::{Bench, files_below, ingest_events, scan};
use crate::schema::Table;
use crate::store::Lake;

const POINTS: [&str; 8] = [
    "part opened",
    "batch written",
    "part flushed",
    "part in place",
    "half a commit written",
    "commit written, not linked",
    "commit linked",
    "commit made, old files still there",
];

const OLD: &[&str] = &["2020-09-26 2020-09-27 AZE ARM 190 4 -10"];
const NEW: &[&str] = &[
    "2020-09-27 2020-09-28 AZE ARM 190 4 -10",
    "2020-09-28 2020-09-29 ARM AZE 190 4 -10",
];
const OTHER: &[&str] = &["2020-09-29 2020-09-30 TUR AZE 057 1 8"];

/// Runs as the child process that is killed: takes in the two files of the folder that the environment names.
#[test]
#[ignore = "run by the other tests of this file in a process of its own"]
fn child_that_is_killed() {
    let Ok(root) = std::env::var("LAKE_CRASH_ROOT") else {
        return;
    };
    let root = PathBuf::from(root);
    let lake = Lake::open_or_create(&root.join("lake")).unwrap();
    let files = [root.join("data/a.tab"), root.join("data/b.tab")];
    ingest_events(&lake, "icews-events", &[&files[0], &files[1]]).unwrap();
}

/// Whether the child was killed at the point (and did not come to its end).
fn killed_at(point: &str, bench: &Bench) -> bool {
    let root = bench.lake_dir().parent().unwrap().to_owned();
    let status = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::crashes::child_that_is_killed",
            "--ignored",
            "--test-threads=1",
        ])
        .env("LAKE_CRASH_AT", point)
        .env("LAKE_CRASH_ROOT", root)
        .output()
        .unwrap()
        .status;
    !status.success()
}

fn days(lake: &Lake) -> Vec<String> {
    scan(lake, Table::Events, &["day"], "all")
}

/// Opens after the kill, checks that all or nothing came in, ingests again, and checks that all is there once.
fn recovers(bench: &Bench, before: &[&str], point: &str) {
    let after = ["2020-09-27", "2020-09-28", "2020-09-29"];
    if !before.is_empty() || Lake::open(&bench.lake_dir()).is_ok() {
        let lake = Lake::open(&bench.lake_dir()).unwrap_or_else(|e| panic!("{point}: {e}"));
        let seen = days(&lake);
        assert!(seen == before || seen == after, "{point}: {seen:?}");
    }
    let lake = bench.lake();
    let (a, b) = (bench.file("a.tab", NEW), bench.file("b.tab", OTHER));
    ingest_events(&lake, "icews-events", &[&a, &b]).unwrap_or_else(|e| panic!("{point}: {e}"));
    assert_eq!(days(&lake), after, "{point}");
    // What a killed process left goes with the next write.
    let c = bench.file("c.tab", OLD);
    ingest_events(&lake, "icews-events", &[&c]).unwrap();
    // The first two share a part.
    assert_eq!(
        files_below(&bench.lake_dir().join("events")).len(),
        2,
        "{point}: leftovers"
    );
    assert!(
        files_below(&bench.lake_dir().join("_tmp")).is_empty(),
        "{point}: leftovers"
    );
}

#[test]
fn killed_while_replacing_a_file() {
    for point in POINTS {
        let bench = Bench::new();
        let a = bench.file("a.tab", OLD);
        ingest_events(&bench.lake(), "icews-events", &[&a]).unwrap();
        bench.file("a.tab", NEW);
        bench.file("b.tab", OTHER);
        assert!(
            killed_at(point, &bench),
            "the child did not come by '{point}'"
        );
        recovers(&bench, &["2020-09-26"], point);
    }
}

#[test]
fn killed_while_filling_a_new_lake() {
    for point in POINTS.iter().chain(&["folders made"]) {
        let bench = Bench::new();
        bench.file("a.tab", NEW);
        bench.file("b.tab", OTHER);
        assert!(
            killed_at(point, &bench),
            "the child did not come by '{point}'"
        );
        recovers(&bench, &[], point);
    }
}

#[test]
fn the_child_comes_to_its_end_when_nobody_kills_it() {
    let bench = Bench::new();
    bench.file("a.tab", NEW);
    bench.file("b.tab", OTHER);
    assert!(!killed_at("nowhere", &bench));
    assert_eq!(days(&bench.lake()).len(), 3);
}
