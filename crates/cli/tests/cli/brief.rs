//! The main job, from the raw files to the three files of the brief.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::support::{Ran, alone, command, contents, lake, run, workspace};
use serde_json::Value;

fn brief(args: &[&str]) -> (tempfile::TempDir, String, Value) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap().to_owned();
    let summary = run(&[&["brief"], args, &["--out", &out]].concat()).ok();
    let json = std::fs::read_to_string(dir.path().join("brief.json")).unwrap();
    (dir, summary, serde_json::from_str(&json).unwrap())
}

#[test]
fn one_command_writes_three_files_and_prints_a_page() {
    let _alone = alone();
    let before = contents(lake());
    let (dir, summary, json) = brief(&["nato-azerbaijan", "--as-of", "2024-11-26"]);
    for file in ["brief.html", "brief.md", "brief.json"] {
        assert!(
            dir.path().join(file).metadata().unwrap().len() > 10_000,
            "{file}"
        );
    }
    assert!(
        summary.lines().count() <= 60 && summary.contains("Azerbaijan"),
        "{summary}"
    );
    assert_eq!(json["as_of"], "2024-11-26");
    assert_eq!(
        contents(lake()),
        before,
        "a brief takes nothing into a lake that has the data"
    );
}

#[test]
fn the_same_day_gives_the_same_bytes() {
    let args = ["eu-georgia", "--as-of", "2023-06-30"];
    let (a, _, _) = brief(&args);
    let (b, _, _) = brief(&args);
    for file in ["brief.html", "brief.md", "brief.json"] {
        let read = |dir: &tempfile::TempDir| std::fs::read(dir.path().join(file)).unwrap();
        assert_eq!(read(&a), read(&b), "{file}");
    }
}

#[test]
fn every_shipped_partnership_has_a_brief() {
    for name in ["us-philippines", "asean-china", "eu-georgia"] {
        let (_dir, summary, json) = brief(&[name, "--as-of", "2024-01-31"]);
        assert!(!summary.is_empty());
        assert_eq!(json["partnership"], name);
    }
}

#[test]
fn standard_output_can_be_the_document() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    let args = [
        "--quiet",
        "brief",
        "eu-georgia",
        "--as-of",
        "2023-06-30",
        "--out",
        out,
        "--format",
    ];
    for (format, file) in [
        ("json", "brief.json"),
        ("md", "brief.md"),
        ("html", "brief.html"),
    ] {
        let printed = run(&[&args[..], &[format]].concat());
        assert_eq!(printed.err, "");
        assert_eq!(
            printed.ok(),
            std::fs::read_to_string(dir.path().join(file)).unwrap()
        );
    }
}

#[test]
fn what_changed_is_said() {
    let (old, _, _) = brief(&["nato-azerbaijan", "--as-of", "2020-09-25"]);
    let file = old.path().join("brief.json");
    let (_new, _, by_date) = brief(&[
        "nato-azerbaijan",
        "--as-of",
        "2020-10-27",
        "--compare-to",
        "2020-09-25",
    ]);
    let (_new, _, by_file) = brief(&[
        "nato-azerbaijan",
        "--as-of",
        "2020-10-27",
        "--compare-to-brief",
        file.to_str().unwrap(),
    ]);
    assert_eq!(by_date, by_file);
    let (_plain, _, plain) = brief(&["nato-azerbaijan", "--as-of", "2020-10-27"]);
    assert_ne!(by_date, plain);
}

/// Every figure's evidence carries a command: a shell must get from it the rows that the evidence counts.
#[test]
fn the_commands_of_the_evidence_return_its_rows() {
    let (_dir, _, json) = brief(&["nato-azerbaijan", "--as-of", "2024-11-26"]);
    let program = command(lake(), &[]).get_program().to_owned();
    let folder = Path::new(&program).parent().unwrap().to_owned();
    let path = std::env::join_paths(
        std::iter::once(folder).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
    let mut tried = BTreeSet::new();
    for e in json["evidence"].as_array().unwrap() {
        let Some(line) = e["command"].as_str().filter(|c| !c.is_empty()) else {
            continue;
        };
        // One of each method and verb keeps the test short.
        let verbs: Vec<&str> = line
            .split("detente ")
            .skip(1)
            .map(|c| c.split(' ').next().unwrap())
            .collect();
        if !tried.insert((e["method"].to_string(), verbs.join(" "))) {
            continue;
        }
        let ran: Ran = Command::new("sh")
            .args(["-c", line])
            .env("PATH", &path)
            .env("DETENTE_LAKE", lake())
            .current_dir(workspace())
            .output()
            .unwrap()
            .into();
        // Each export begins with a line of names.
        let rows = ran.ok().lines().count().saturating_sub(verbs.len());
        if verbs.iter().all(|v| *v == "export") {
            let counted = e["rows"].as_u64().unwrap();
            assert!(
                rows as u64 >= counted,
                "{line} gives {rows} rows for {counted} of {e}"
            );
        }
    }
    assert!(tried.len() >= 5, "{tried:?}");
}
