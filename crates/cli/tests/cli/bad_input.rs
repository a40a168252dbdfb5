//! Bad input: a clear error that names the place and the remedy, exit code 1, and a lake that stays as it was.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{alone, contents, data, lake, run, run_on, workspace};

/// Ingests a bad file beside a good one: it is named with the reason, put on record, and not a row of it is kept.
#[track_caller]
fn refused(file: &Path, dataset: &str, parts: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    let good = data("structural/factbook_military_expenditure.csv");
    run_on(&lake, &["ingest", good.to_str().unwrap()]).ok();
    let before = contents(&lake);
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let ran = run_on(
        &lake,
        &["ingest", file.to_str().unwrap(), "--dataset", dataset],
    );
    ran.failed(&[&[name.as_str(), "1 of 1 files"], parts].concat());
    let after = contents(&lake);
    let new: Vec<&PathBuf> = after.keys().filter(|f| !before.contains_key(*f)).collect();
    assert_eq!(new.len(), 1, "only the record of the failure: {new:?}");
    let record = fs::read_to_string(lake.join(new[0])).unwrap();
    assert!(record.contains(&name), "{record}");
    assert!(
        before
            .iter()
            .all(|(file, sum)| after.get(file) == Some(sum))
    );
}

fn scratch(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    fs::write(&file, bytes).unwrap();
    (dir, file)
}

#[test]
fn a_cut_archive() {
    let whole = fs::read(data("events/icews21.tar.xz")).unwrap();
    let (_dir, file) = scratch("cut.tar.xz", &whole[..whole.len() / 2]);
    refused(&file, "icews-21", &["again"]);
}

#[test]
fn a_changed_column() {
    let text = fs::read_to_string(data("structural/contiguity_cow.csv")).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let last = header.rsplit(',').next().unwrap();
    let changed = format!("{}\n{rest}", header.replace(last, "surprise"));
    let (_dir, file) = scratch("changed.csv", changed.as_bytes());
    refused(&file, "contiguity-cow", &[last, "surprise", "column"]);
}

#[test]
fn a_row_with_a_column_too_few() {
    let text = fs::read_to_string(data("structural/contiguity_cow.csv")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[4] = lines[4].rsplit_once(',').unwrap().0;
    let (_dir, file) = scratch("short.csv", lines.join("\n").as_bytes());
    refused(&file, "contiguity-cow", &["row 5", "columns"]);
}

#[test]
fn a_wrong_encoding() {
    let mut bytes = fs::read(data("structural/contiguity_cow.csv")).unwrap();
    let line = bytes.iter().position(|b| *b == b'\n').unwrap();
    // e with an acute accent in Latin 1, at the beginning of the second line.
    bytes.insert(line + 1, 0xE9);
    let (_dir, file) = scratch("latin1.csv", &bytes);
    refused(&file, "contiguity-cow", &["UTF-8", "iconv"]);
}

#[test]
fn a_file_of_another_data_set() {
    refused(
        &data("structural/contiguity_cow.csv"),
        "mid-gml",
        &["column"],
    );
}

#[test]
fn a_file_that_is_not_there_is_a_slip_and_not_put_on_record() {
    let _alone = alone();
    let before = contents(lake());
    for more in [&["--dataset", "icews-events"][..], &[]] {
        run(&[&["ingest", "/no/such/file.tab"], more].concat()).failed(&["/no/such/file.tab"]);
    }
    assert_eq!(contents(lake()), before);
}

#[test]
fn an_unknown_data_set() {
    let file = data("structural/contiguity_cow.csv");
    run(&["ingest", file.to_str().unwrap(), "--dataset", "contiguty"])
        .failed(&["'contiguty'", "contiguity-cow"]);
    run(&["coverage", "icevs"]).failed(&["'icevs'", "icews-events"]);
}

#[test]
fn a_folder_without_the_bundled_data() {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    run_on(
        &lake,
        &[
            "--data",
            dir.path().to_str().unwrap(),
            "brief",
            "nato-azerbaijan",
        ],
    )
    .failed(&["--data"]);
    assert!(!lake.exists(), "no lake is made of nothing");
}

#[test]
fn an_unknown_country() {
    run(&["relation", "Azerbaijn", "NATO"]).failed(&["'Azerbaijn'", "AZE (Azerbaijan)"]);
    run(&["relation", "AZE", "NATO minus TRK"]).failed(&["'TRK'", "did you mean"]);
}

#[test]
fn a_filter_with_a_typo_points_at_it() {
    run(&[
        "export",
        "events",
        "--where",
        "source = AZE and sorce = ARM",
    ])
    .failed(&["'sorce'", "did you mean source?", "^^^^^"]);
    run(&["export", "votes", "--where", "source = AZE"]).failed(&["votes", "source"]);
    run(&["export", "measures", "--by", "month"]).failed(&["measures"]);
}

#[test]
fn a_partnership_with_typos_shows_all_of_them() {
    let good = fs::read_to_string(workspace().join("partnerships/nato-azerbaijan.toml")).unwrap();
    let bad = good
        .replacen("contrast = [\"ARM\"", "contrast = [\"ARN\"", 1)
        .replacen("interval = 0.9", "intervall = 0.9", 1);
    assert_ne!(good, bad);
    let line = 1 + bad
        .lines()
        .position(|l| l.starts_with("intervall"))
        .unwrap();
    let (_dir, file) = scratch("typo.toml", bad.as_bytes());
    let path = file.to_str().unwrap();
    for command in ["check", "brief"] {
        run(&[command, path]).failed(&[
            "ARN",
            "intervall",
            &format!("{path}:{line}:1"),
            "^^^",
            "did you mean 'interval'",
            "2 problems",
        ]);
    }
    let (_dir, file) = scratch("broken.toml", b"[partnership\nid = 3");
    run(&["check", file.to_str().unwrap()]).failed(&["broken.toml:1:"]);
    run(&["check", "nato-azerbajan"]).failed(&["nato-azerbaijan"]);
}

#[test]
fn sound_partnerships_are_summed_up() {
    for name in [
        "nato-azerbaijan",
        "eu-georgia",
        "us-philippines",
        "asean-china",
    ] {
        let text = run(&["check", name]).ok();
        assert!(
            text.contains("sound") && text.contains("factors") && text.contains("assumptions"),
            "{text}"
        );
    }
}

#[test]
fn the_examples_of_the_documentation_are_sound() {
    for page in ["docs/guide.md", "docs/partnership-file.md"] {
        let text = fs::read_to_string(workspace().join(page)).unwrap();
        let example = text
            .split_once("```toml\n")
            .unwrap()
            .1
            .split_once("```")
            .unwrap()
            .0;
        let (_dir, file) = scratch("example.toml", example.as_bytes());
        assert!(
            run(&["check", file.to_str().unwrap()])
                .ok()
                .contains("sound"),
            "{page}"
        );
    }
}

#[test]
fn an_output_that_cannot_be_written() {
    run(&[
        "export",
        "votes",
        "--limit",
        "1",
        "--output",
        "/no/such/folder/votes.csv",
    ])
    .failed(&["/no/such/folder/votes.csv"]);
    run(&["export", "votes", "--format", "parquet"]).failed(&["--output"]);
}
