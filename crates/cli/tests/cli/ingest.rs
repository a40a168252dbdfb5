//! Taking data in: once is enough.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::{alone, command, contents, data, lake, run, run_on};

#[test]
fn the_second_ingest_finds_nothing_new_and_changes_no_byte() {
    let _alone = alone();
    let before = contents(lake());
    assert!(before.len() > 20, "the lake holds files");
    let report = run(&["ingest"]).ok();
    assert!(
        report.contains("nothing new") && !report.contains("  new  "),
        "{report}"
    );
    assert_eq!(contents(lake()), before);
}

#[test]
fn the_report_of_an_ingest_counts_rows_and_unknown_names() {
    let report = run(&["--quiet", "ingest", "--format", "json"]).json();
    let of = |file: &str| {
        let all = report.as_array().unwrap();
        all.iter()
            .find(|r| r["file"].as_str().unwrap().ends_with(file))
            .unwrap()
            .clone()
    };
    // Lines of the three fact files, and of the 167 day files without their headers, counted by a separate program.
    assert_eq!(of("icews18.tar.xz")["rows"], 468_558);
    assert_eq!(of("icews21.tar.xz")["rows"], 326_354);
    assert_eq!(of("icews0515.tar.xz")["rows"], 461_329);
    let raw = of("icews_daily_20181004_20190325.tar.xz");
    assert_eq!(
        raw["rows"].as_u64().unwrap() + raw["rejected"].as_u64().unwrap(),
        325_691
    );
    assert!(
        raw["unknown"].as_u64().unwrap() > 0,
        "persons and groups that no table knows are counted"
    );
    assert!(!raw["unknowns"].as_array().unwrap().is_empty());
}

#[test]
fn a_file_of_ones_own_enters_once_under_its_data_set() {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    let file = data("structural/contiguity_cow.csv");
    let args = [
        "ingest",
        file.to_str().unwrap(),
        "--dataset",
        "contiguity-cow",
    ];
    assert!(run_on(&lake, &args).ok().contains("1 new file"));
    assert!(run_on(&lake, &args).ok().contains("nothing new"));
    let one = run_on(
        &lake,
        &[
            "export",
            "measures",
            "--where",
            "actor = AZE and partner = ARM",
            "--columns",
            "value",
        ],
    );
    // Azerbaijan and Armenia share a land border: contiguity type 1.
    assert!(one.ok().lines().skip(1).all(|value| value == "1.0"));
}

#[test]
fn the_catalogue_is_listed_without_a_lake() {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    let list = run_on(&lake, &["sources"]).ok();
    for id in [
        "icews-events",
        "gdelt-daily-dyads",
        "mid-gml",
        "un-votes",
        "parlgov",
    ] {
        assert!(list.contains(id), "{list}");
    }
    assert!(!lake.exists());
    let entry = run_on(&lake, &["sources", "icews-events"]).ok();
    assert!(entry.contains("Boschee") && entry.contains("2018-10-06 to 2018-10-06: partial"));
    let json = run_on(&lake, &["sources", "--format", "json"]).json();
    for dataset in json.as_array().unwrap() {
        assert!(
            !dataset["citation"].as_str().unwrap().is_empty(),
            "{dataset}"
        );
    }
}

#[test]
fn progress_goes_to_the_error_stream_as_plain_lines() {
    let dir = tempfile::tempdir().unwrap();
    let file = data("structural/contiguity_cow.csv");
    let args = [
        "ingest",
        file.to_str().unwrap(),
        "--dataset",
        "contiguity-cow",
    ];
    let loud = run_on(&dir.path().join("a"), &args);
    assert!(
        loud.err.contains("contiguity_cow.csv") && !loud.err.contains('\r'),
        "{}",
        loud.err
    );
    let quiet = run_on(&dir.path().join("b"), &[&["--quiet"], &args[..]].concat());
    assert_eq!(quiet.err, "");
}

#[test]
fn an_interrupted_ingest_leaves_a_sound_lake() {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    let large = data("gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz");
    let mut ingest = command(
        &lake,
        &[
            "ingest",
            large.to_str().unwrap(),
            "--dataset",
            "gdelt-daily-dyads",
        ],
    )
    .stdout(Stdio::null())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut words = BufReader::new(ingest.stderr.take().unwrap()).lines();
    while !words.next().unwrap().unwrap().contains("gdelt_graph") {}
    let killed = Command::new("kill")
        .args(["-INT", &ingest.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(ingest.wait().unwrap().code(), Some(130));
    assert!(words.any(|line| line.unwrap().contains("interrupted")));

    let small = data("structural/contiguity_cow.csv");
    let report = run_on(
        &lake,
        &[
            "ingest",
            small.to_str().unwrap(),
            "--dataset",
            "contiguity-cow",
        ],
    )
    .ok();
    assert!(
        report.contains("1 new file") && report.contains(", 1 files,"),
        "{report}"
    );
    assert_eq!(
        std::fs::read_dir(lake.join("_tmp")).unwrap().count(),
        0,
        "leftovers are cleared away"
    );
}
