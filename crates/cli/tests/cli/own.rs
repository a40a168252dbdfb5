//! A log of one's own, through the worked example of docs/own-data.md.

use std::fs;

use crate::support::{run_on, workspace};

/// The block of that language of the page.
fn block(language: &str) -> String {
    let page = fs::read_to_string(workspace().join("docs/own-data.md")).unwrap();
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn a_log_comes_in_by_its_map_and_again_when_the_map_changes() {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    let (log, map) = (dir.path().join("log.csv"), dir.path().join("log.toml"));
    fs::write(&log, block("csv")).unwrap();
    fs::write(&map, block("toml")).unwrap();
    let args = [
        "ingest",
        log.to_str().unwrap(),
        "--map",
        map.to_str().unwrap(),
    ];
    let report = run_on(&lake, &args).ok();
    assert!(
        report.contains("mfa-log") && report.contains("1 new file"),
        "{report}"
    );
    let filter = "dataset = mfa-log and source = ARM";
    let columns = "day,known,target,code,goldstein";
    let fire = ["export", "events", "--where", filter, "--columns", columns];
    // The second line of the log, by hand: 14 February, entered two days later; the map sets the Goldstein value of a shot at -9.
    assert_eq!(
        run_on(&lake, &fire).ok().lines().nth(1),
        Some("2024-02-14,2024-02-16,AZE,190,-9.0")
    );
    assert!(run_on(&lake, &args).ok().contains("already there"));
    let spans = run_on(&lake, &["coverage", "mfa-log"]).ok();
    assert!(spans.contains("2024-02-14"), "{spans}");

    let changed = block("toml").replace("goldstein = -9.0", "goldstein = -7.5");
    fs::write(&map, changed).unwrap();
    run_on(&lake, &args).ok();
    assert_eq!(
        run_on(&lake, &fire)
            .ok()
            .lines()
            .skip(1)
            .collect::<Vec<_>>(),
        ["2024-02-14,2024-02-16,AZE,190,-7.5"]
    );
}
