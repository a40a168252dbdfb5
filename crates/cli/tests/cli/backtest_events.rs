//! `backtest events` on a small folder of quadruples.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::support::{Ran, command};

const ENTITIES: &str =
    "Iran\t0\nCitizen_(India)\t1\nIndia\t2\nBarack_Obama\t3\nNobody in particular\t4\n";
const RELATIONS: &str = "Consult\t0\nUse conventional military force\t1\nMake statement\t2\n";

/// Iran consults India every third day, America makes statements about it on two days of five and India answers a day later; what an
/// Indian does to India, and what nobody in particular does, is between no two states.
fn facts(days: std::ops::Range<u32>) -> String {
    let mut text = String::new();
    for day in days {
        if day % 3 == 0 {
            writeln!(text, "0\t0\t2\t{day}").unwrap();
        }
        if day * 7 % 5 < 2 {
            writeln!(text, "3\t2\t2\t{day}\n1\t2\t3\t{}", day + 1).unwrap();
        }
        if day % 11 == 0 {
            writeln!(text, "2\t1\t0\t{day}\n1\t0\t2\t{day}\n4\t0\t2\t{day}").unwrap();
        }
    }
    text
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut parts = [String::new(), String::new(), String::new()];
    for line in facts(0..398).lines() {
        let day: u32 = line.rsplit('\t').next().unwrap().parse().unwrap();
        let part = match day {
            ..300 => 0,
            300..350 => 1,
            _ => 2,
        };
        writeln!(parts[part], "{line}").unwrap();
    }
    for (name, text) in [
        ("entity2id.txt", ENTITIES),
        ("relation2id.txt", RELATIONS),
        ("train.txt", &parts[0]),
        ("valid.txt", &parts[1]),
        ("test.txt", &parts[2]),
    ] {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn run(data: &Path, more: &[&str]) -> Ran {
    let nowhere = tempfile::tempdir().unwrap();
    let lake = nowhere.path().join("lake");
    let mut args = vec!["backtest", "events", "--data", data.to_str().unwrap()];
    args.extend(more);
    let ran = Ran::from(command(&lake, &args).output().unwrap());
    assert!(!lake.exists(), "a backtest of a folder makes no lake");
    ran
}

#[test]
fn cells_events_and_scores_of_a_small_set() {
    let dir = folder();
    let json = run(dir.path(), &["--days", "7", "--format", "json"]).json();
    // 350 to 397, so origins 349, 356, ... 384 with whole windows; four directed pairs with three types each
    let week = &json["days"]["7"];
    assert_eq!(week["origins"], serde_json::json!([349, 384]));
    let all = &week["cells"]["all"];
    assert_eq!(all["n"], 6 * 4 * 3);
    // three that come every week and one of every eleventh day: days 352, 363, 374, 385
    assert_eq!(all["events"], 6 * 3 + 4);
    assert_eq!(week["unseen"], 0);
    let ours = &all["models"]["detente"];
    let score = ours["brier"].as_f64().unwrap();
    let parts =
        ["miscalibration", "discrimination", "uncertainty"].map(|m| ours[m].as_f64().unwrap());
    assert!(
        (parts[0] - parts[1] + parts[2] - score).abs() < 1e-4,
        "{parts:?} {score}"
    );
    // a base rate of 22/72 alone scores .21; who does what is known
    assert!(score < 0.05, "{score}");
    assert!(all["skill"]["brier"]["climatology"]["says"].is_string());
    let classes =
        ["verbal-cooperation", "material-conflict"].map(|c| week["cells"][c]["n"].as_u64());
    assert_eq!(classes, [Some(6 * 4 * 2), Some(6 * 4)]);
    assert!(json["about"]["left_out"].as_u64().unwrap() > 60);
}

#[test]
fn what_lies_after_the_part_is_not_read() {
    let dir = folder();
    let args = [
        "--days", "7", "--part", "valid", "--types", "quad", "--format", "csv",
    ];
    let told = run(dir.path(), &args).ok();
    let later: String = (350..398).map(|day| format!("2\t1\t3\t{day}\n")).collect();
    fs::write(dir.path().join("test.txt"), later).unwrap();
    assert_eq!(run(dir.path(), &args).ok(), told);
    assert!(
        told.starts_with("days,cells,model,measure,value,lo,hi,says\n"),
        "{told}"
    );
    assert!(told.contains("brier_skill_over_persistence"));
    let table = run(dir.path(), &["--days", "7", "--part", "valid"]).ok();
    for part in [
        "Within 7 days",
        "skill over frequency-and-state",
        "Reliability",
    ] {
        assert!(table.contains(part), "{part}: {table}");
    }
}

#[test]
fn errors_say_what_to_do() {
    let dir = folder();
    run(dir.path(), &["--days", "60"]).failed(&["--days 60", "the part has only 47 days"]);
    fs::remove_file(dir.path().join("valid.txt")).unwrap();
    run(dir.path(), &[]).failed(&["valid.txt is lacking"]);
    let nowhere = tempfile::tempdir().unwrap();
    let ran = command(&nowhere.path().join("lake"), &["backtest", "events"])
        .output()
        .unwrap();
    Ran::from(ran).failed(&["--data DIR is needed"]);
}
