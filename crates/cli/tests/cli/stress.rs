//! `detente stress`: shocks, levers, and what is said of those that can not be run.

use crate::support::*;

const FEW: &[&str] = &[
    "stress",
    "us-philippines",
    "--as-of",
    "2024-03-15",
    "--paths",
    "1000",
];

fn with(more: &[&str]) -> Ran {
    run(&[FEW, more].concat())
}

#[test]
fn a_shock_is_told_in_text_and_in_json() {
    let text = "USA<->PHL conflict 2024-06 x5";
    let out = with(&["--shock", text]).ok();
    for part in [
        "Shock: USA<->PHL conflict 2024-06 x5 (told)",
        "In the 12 months from 2024-06 on",
        "a statement of the model",
        "What the sides can do",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let json = with(&[
        "--shock",
        text,
        "--shock",
        "ukraine-2022",
        "--format",
        "json",
    ])
    .json();
    let effect = &json["shocks"][0]["effect"];
    assert_eq!(effect["from"], "2024-06");
    assert_eq!(effect["touches"][0], "relation");
    let (lo, change) = (&effect["mean_loss"]["lo"], &effect["mean_loss"]["change"]);
    assert!(0.0 < lo.as_f64().unwrap() && lo.as_f64() <= change.as_f64());
    assert_eq!(effect["moves"][0]["months"].as_array().unwrap().len(), 12);
    // no factor of this partnership is measured on Russia and Ukraine
    let other = &json["shocks"][1];
    assert_eq!(other["size"], "measured");
    assert_eq!(other["effect"]["touches"], serde_json::json!([]));
    assert_eq!(other["evidence"][0]["period"], "2022-03");
    assert_eq!(json["levers"].as_array().unwrap().len(), 5);
}

#[test]
fn the_library_is_a_table_with_its_evidence() {
    let out = with(&["--shocks"]).ok();
    for part in [
        "the most harmful first",
        "touches no variable of the partnership",
        "assumed, the size of georgia-2008. It never happened.",
        // material conflict of Russia and Georgia in 2008, and the mean of 138, 296, 177, 953 and 647
        "RUS<->GEO material-conflict: 3285 in the year 2008, 442.2 usual (5 years of 2003 to 2007): x7.43 by ICEWS dyad-years",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}

#[test]
fn a_bad_shock_is_marked_before_anything_is_read() {
    with(&["--shock", "USA->PHL conflct x5"]).failed(&[
        "--shock:1:10: 'conflct' is no class of events",
        "^^^^^^^",
        "did you mean 'conflict'?",
    ]);
    with(&["--shock", "USA->PHX conflict x5"]).failed(&["PHX", "--shock:1:6"]);
    with(&["--shock", "ukraine-2002"]).failed(&[
        "there is no shock 'ukraine-2002'",
        "did you mean 'ukraine-2022'?",
        "RUS->GEO material-conflict 2025-03 x5",
    ]);
    with(&["--shock", "USA->PHL conflict x5 x6"]).failed(&["'x6' stands behind the end"]);
}

#[test]
fn what_can_not_be_said_is_said() {
    let out = with(&["--shock", "USA<->PHL conflict 2017-03 x5"]).ok();
    assert!(out.contains("cannot be said: "), "{out}");
}
