//! Cross-impact balances from a file to named scenarios.

use crate::support::{cells, run_on, workspace};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SOMEWHERELAND: &str = "examples/somewhereland.scw";

/// The ten consistent scenarios of "Somewhereland" as published ("The CIB algorithm (4/4)", cross-impact.de).
const PUBLISHED: [&str; 10] = [
    "313211", "323211", "213221", "223221", "312112", "122112", "322112", "132112", "132113",
    "131233",
];

fn cross_impact(args: &[&str]) -> crate::support::Ran {
    run_on(
        Path::new("no-lake-needed"),
        &[&["cross-impact"], args].concat(),
    )
}

#[test]
fn somewhereland_has_the_ten_published_scenarios() {
    let found = cross_impact(&[SOMEWHERELAND, "--format", "json"]).json();
    assert_eq!(found["complete"], true);
    assert_eq!(found["about"]["scenarios"], 486.0);
    // a state is named by its letter and place, `A3 Social party`
    let codes = |states: &serde_json::Value| -> String {
        let states = states.as_object().unwrap().values();
        let mut names: Vec<&str> = states.map(|s| s.as_str().unwrap()).collect();
        names.sort_unstable();
        names.iter().map(|name| &name[1..2]).collect()
    };
    let scenarios = found["scenarios"].as_array().unwrap();
    let got: BTreeSet<String> = scenarios.iter().map(|s| codes(&s["states"])).collect();
    assert_eq!(got, PUBLISHED.map(str::to_owned).into());
    assert_eq!(scenarios.len(), 10);
    let shares = found["attractors"].as_array().unwrap().iter();
    let sum: f64 = shares.map(|a| a["share"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    for s in scenarios {
        let number = |key: &str| s[key].as_f64().unwrap();
        assert!(number("lo") <= number("survives") && number("survives") <= number("hi"));
        // a consistent scenario is its own successor
        assert!(number("ends_here") >= 1.0 / 486.0 - 1e-12);
        assert!(number("consistency_value") >= 0.0);
    }
    assert!(!workspace().join("no-lake-needed").exists());
}

#[test]
fn a_comma_file_of_two_descriptors_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("border.csv");
    let table = "descriptor,state,border:open,border:shut,talks:held,talks:broken\nborder,open,0,0,2,-2\nborder,shut,0,0,-1,1\ntalks,held,1,-1,0,0\ntalks,broken,-2,2,0,0\n";
    fs::write(&path, table).unwrap();
    let file = path.to_str().unwrap();
    let csv = cross_impact(&[file, "--format", "csv", "--noise", "0.01"]).ok();
    // open and held: 2 + 1, the leads are 1 - -1 = 2 and 2 - -2 = 4; shut and broken: 1 + 2, 2 - -2 = 4 and 1 - -1 = 2.
    // From open and broken all change at once: shut and held, and back, for ever.
    let rows = cells(&csv);
    assert_eq!(rows.len(), 2, "{csv}");
    assert_eq!(rows[0][..5], ["open", "held", "3", "2", "1.0"]);
    assert_eq!(rows[1][..5], ["shut", "broken", "3", "2", "1.0"]);
    assert_eq!(rows[0][7], "0.25");
    let text = cross_impact(&[file]).ok();
    assert!(
        text.contains("2 of them are consistent; every one is listed")
            && text.contains("a cycle of 2"),
        "{text}"
    );
    // one at a time there is no cycle: every start comes to rest
    let local = cross_impact(&[file, "--succession", "local", "--format", "json"]).json();
    let rests = local["scenarios"].as_array().unwrap().iter();
    let sum: f64 = rests.map(|s| s["ends_here"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    // the seed decides what survives, and nothing else
    let seeded = |seed: &str| cross_impact(&[file, "--seed", seed, "--format", "csv"]).ok();
    assert_eq!(seeded("7"), seeded("7"));
    assert_ne!(seeded("7"), seeded("8"));
}

#[test]
fn what_is_wrong_is_said_with_file_and_row() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bad.csv");
    fs::write(&path, "descriptor,state,a:x,b:y\na,x,0,much\nb,y,0,0\n").unwrap();
    let file = path.to_str().unwrap();
    cross_impact(&[file]).failed(&["bad.csv, row 2, field 'b:y'", "'much'"]);
    fs::write(
        &path,
        "descriptor,state,a:x,a:z,b:y\na,x,0,5,0\na,z,0,0,0\nb,y,0,0,0\n",
    )
    .unwrap();
    cross_impact(&[file]).failed(&["bad.csv", "0 from a descriptor on itself"]);
    cross_impact(&["nowhere.scw"]).failed(&["nowhere.scw"]);
    cross_impact(&[SOMEWHERELAND, "--noise", "0"]).failed(&["spread of a judgement"]);
}

#[test]
fn a_list_that_was_cut_says_so() {
    let found = cross_impact(&[SOMEWHERELAND, "--most", "3"]).ok();
    assert!(found.contains("there may be more"), "{found}");
}
