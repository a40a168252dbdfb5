//! Rows as they are: counts against the original files, counted by a separate program.

use std::process::{Command, Stdio};

use crate::support::{cells, command, lake, run};

#[test]
fn disputes_of_armenia_and_azerbaijan() {
    for (dataset, rows) in [("mid-gml", 22), ("mid-cow", 26)] {
        let filter =
            format!("dataset = {dataset} and variable = dispute and actor = AZE and partner = ARM");
        let csv = run(&[
            "export",
            "measures",
            "--where",
            &filter,
            "--columns",
            "key,start,value",
        ])
        .ok();
        assert_eq!(cells(&csv).len(), rows, "{csv}");
        let mut since_1994: Vec<&str> = cells(&csv)
            .into_iter()
            .filter(|c| c[1] >= "1994")
            .map(|c| c[0])
            .collect();
        since_1994.sort_unstable();
        since_1994.dedup();
        assert_eq!(since_1994.len(), 8);
    }
}

#[test]
fn net_scores_by_year() {
    let csv = run(&[
        "export",
        "dyads",
        "--where",
        "dataset = gdelt-daily-dyads and source in (ARM, AZE) and target in (ARM, AZE)",
        "--by",
        "year",
        "--keys",
        "source,target",
    ])
    .ok();
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let year_2020 = cells(&csv)
        .into_iter()
        .find(|c| c[0] == "2020-01-01")
        .unwrap();
    let number = |name: &str| year_2020[at(name)].parse::<f64>().unwrap();
    assert!((number("score") - -79_072.523).abs() < 1e-6, "{csv}");
    assert_eq!(number("days"), 348.0);
    assert_eq!(
        year_2020[at("material_conflict")],
        "",
        "net scores have no counts: empty, not zero"
    );
}

#[test]
fn formats_and_limits() {
    let args = [
        "export",
        "votes",
        "--where",
        "actor = AZE",
        "--columns",
        "day,rcid,vote",
        "--limit",
        "3",
    ];
    assert_eq!(run(&args).ok().lines().count(), 4);
    let json = run(&[&args[..], &["--format", "json"]].concat()).json();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert!(json[0]["vote"].is_i64());
    let lines = run(&[&args[..], &["--format", "jsonl"]].concat()).ok();
    assert_eq!(lines.lines().count(), 3);

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("votes.parquet");
    let written = run(&[&args[..], &["--output", file.to_str().unwrap()]].concat());
    assert!(written.err.contains("3 rows"), "{}", written.err);
    written.ok();
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert_eq!(
        std::fs::read_dir(&dir).unwrap().count(),
        1,
        "nothing unfinished is left"
    );

    let filter = [
        "export",
        "dyads",
        "--where",
        "dataset = icews-dyad-years",
        "--by",
        "year",
        "--limit",
        "5",
    ];
    assert_eq!(run(&filter).ok().lines().count(), 6);
}

#[test]
fn a_row_names_its_file_and_line() {
    let json = run(&[
        "export",
        "events",
        "--where",
        "dataset = icews-events and day = 2018-11-16 and source = ARM and target = AZE and code = 190",
        "--format",
        "json",
    ])
    .json();
    // The example of ARCHITECTURE.md: line 1503 of the day's file.
    let row = json
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["row"] == 1503)
        .expect("the row is there");
    assert_eq!(
        row["file"],
        "icews_daily_20181004_20190325.tar.xz!20181116-icews-events.tab"
    );
    assert_eq!(row["target_name"], "Citizen (Azerbaijan)");
    assert_eq!(row["quad"], 4);
    assert_eq!(row["goldstein"], -10.0);
    assert_eq!(row["known"], "2018-11-16");
    assert_eq!(row["event"], "33794186");
}

#[test]
fn a_pipe_that_closes_early_is_no_failure() {
    let mut export = command(
        lake(),
        &["export", "events", "--columns", "day,source,target"],
    )
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let head = Command::new("head")
        .arg("-1")
        .stdin(export.stdout.take().unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&head.stdout), "day,source,target\n");
    let ended = export.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
