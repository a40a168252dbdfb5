//! Help teaches, and a command line that does not read says so.

use crate::support::{run, run_on};
use std::path::Path;

const COMMANDS: [&str; 12] = [
    "brief",
    "relation",
    "expect",
    "cross-impact",
    "coverage",
    "dedup",
    "export",
    "fetch",
    "ingest",
    "ledger",
    "check",
    "actors",
];

#[test]
fn every_command_has_help_with_examples() {
    let nowhere = Path::new("no-lake-needed");
    let top = run_on(nowhere, &["--help"]).ok();
    assert!(
        top.contains("nato-azerbaijan") && top.contains("--lake") && top.contains("--data"),
        "{top}"
    );
    for command in COMMANDS {
        assert!(
            top.contains(&format!("\n  {command} ")),
            "{command} is not in the list: {top}"
        );
        for flag in ["--help", "-h"] {
            let help = run_on(nowhere, &[command, flag]).ok();
            assert!(
                help.contains("Examples:") && help.contains(&format!("detente {command}")),
                "{help}"
            );
        }
    }
    assert!(!Path::new("no-lake-needed").exists());
}

#[test]
fn no_line_of_help_is_longer_than_a_page_is_wide() {
    for command in COMMANDS {
        let help = run_on(Path::new("x"), &[command, "--help"]).ok();
        for line in help.lines() {
            assert!(line.chars().count() <= 130, "{command}: {line}");
        }
    }
}

#[test]
fn a_command_line_that_does_not_read_is_a_usage_error() {
    for args in [
        &["brif", "nato-azerbaijan"][..],
        &["relation", "AZE"],
        &["relation", "AZE", "NATO", "--by", "week"],
        &["coverage", "--as-of", "2020-9-1"],
        &["export", "table-of-contents"],
        &["export", "events", "--keys", "source"],
        &["ingest", "--dataset", "icews"],
        &["ledger"],
        &["ledger", "verify", "--head", "abc"],
        &[
            "brief",
            "nato-azerbaijan",
            "--compare-to",
            "2020-01-01",
            "--compare-to-brief",
            "x.json",
        ],
    ] {
        let ran = run_on(Path::new("x"), args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.err.contains("error:"), "{ran:?}");
    }
}

#[test]
fn actors_are_found_by_name_code_and_bloc() {
    let nowhere = Path::new("x");
    assert!(
        run_on(nowhere, &["actors", "azerbaijan"])
            .ok()
            .contains("AZE")
    );
    let nato = run_on(nowhere, &["actors", "NATO"]).ok();
    assert!(
        nato.contains("FIN") && nato.contains("2023-04-04"),
        "{nato}"
    );
    run_on(nowhere, &["actors", "zzzzzz"]).failed(&["zzzzzz"]);
    let all = run_on(nowhere, &["actors", "--format", "json"]).json();
    assert!(all.as_array().unwrap().len() > 200);
}

#[test]
fn colour_only_where_asked() {
    let colour = |when| run(&["--color", when, "relation", "Nowhereland", "NATO"]).err;
    assert!(colour("always").contains('\u{1b}'));
    assert!(!colour("never").contains('\u{1b}'));
    assert!(!colour("auto").contains('\u{1b}'), "not on a pipe");
}
