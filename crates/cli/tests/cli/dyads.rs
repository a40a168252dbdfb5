//! Tables straight from raw files. Expected figures were counted in the original file with awk.

use std::fs;

use super::support::{Ran, command, workspace};

/// GDELT's own file of 21 January 2019, 22:00: 1,629 rows.
fn zip() -> std::path::PathBuf {
    workspace().join("crates/sources/tests/data/real/20190121220000.export.CSV.zip")
}

fn run(args: &[&str]) -> Ran {
    let nowhere = tempfile::tempdir().unwrap();
    let lake = nowhere.path().join("lake");
    let ran = Ran::from(command(&lake, args).output().unwrap());
    assert!(!lake.exists(), "a table from files makes no lake");
    ran
}

#[test]
fn a_zip_gives_its_rows_by_day_and_pair() {
    let file = zip();
    let file = file.to_str().unwrap();
    let rows = run(&["dyads", file, "--fold", "none", "--format", "json"]).json();
    let rows = rows.as_array().unwrap();
    let n = |day: &str, source: &str, target: &str| -> f64 {
        let of = rows
            .iter()
            .filter(|r| r["period"] == day && r["source"] == source && r["target"] == target);
        of.map(|r| r["n"].as_f64().unwrap()).sum()
    };
    let all: f64 = rows.iter().map(|r| r["n"].as_f64().unwrap()).sum();
    assert_eq!(all, 1629.0);
    assert_eq!(n("2019-01-21", "GBR", "USA"), 9.0);
    let iran = rows
        .iter()
        .find(|r| r["period"] == "2019-01-21" && r["source"] == "IRN" && r["target"] == "ISR");
    let iran = iran.expect("Iran did something toward Israel");
    assert_eq!(iran["n"], 3.0);
    assert!((iran["goldstein_sum"].as_f64().unwrap() + 18.8).abs() < 1e-5);
    // Folding takes rows away and adds none.
    let folded = run(&["dyads", file, "--format", "json"]).json();
    let folded: f64 = folded
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["n"].as_f64().unwrap())
        .sum();
    assert!(folded < all && folded > 0.5 * all, "{folded} of {all}");
}

#[test]
fn a_bad_file_is_named_and_no_row_of_it_is_in_the_table() {
    let dir = tempfile::tempdir().unwrap();
    let good = dir.path().join("20190121220000.export.CSV.zip");
    fs::copy(zip(), &good).unwrap();
    let bytes = fs::read(zip()).unwrap();
    fs::write(
        dir.path().join("20190121221500.export.CSV.zip"),
        &bytes[..bytes.len() / 2],
    )
    .unwrap();
    fs::write(dir.path().join("README.txt"), "no data\n").unwrap();
    let out = dir.path().join("out.csv");
    let ran = run(&[
        "dyads",
        dir.path().to_str().unwrap(),
        "--fold",
        "none",
        "--keys",
        "dataset",
        "--by",
        "year",
        "-o",
        out.to_str().unwrap(),
    ]);
    ran.failed(&["20190121221500.export.CSV.zip", "1 of 2 files"]);
    let text = fs::read_to_string(out).unwrap();
    let n: f64 = text
        .lines()
        .skip(1)
        .map(|l| l.split(',').nth(2).unwrap().parse::<f64>().unwrap())
        .sum();
    assert_eq!(n, 1629.0, "{text}");
}

#[test]
fn a_file_that_no_reader_knows_is_refused_with_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("log.csv");
    fs::write(&file, "when,who,whom\n2020-01-01,AZE,ARM\n").unwrap();
    run(&["dyads", file.to_str().unwrap()]).failed(&["log.csv", "--dataset", "--map"]);
}
