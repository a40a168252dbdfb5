//! What folds, and that folding protects an index against copies. Expected figures were counted in the files with Python.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::support::{run, run_on, workspace};

/// The rows between Armenia and Azerbaijan.
const PAIR: &str = "(source = ARM and target = AZE) or (source = AZE and target = ARM)";

fn report(fold: &str) -> serde_json::Value {
    run(&[
        "dedup",
        "icews-events",
        "--report",
        "--fold",
        fold,
        "--where",
        PAIR,
        "--format",
        "json",
    ])
    .json()
}

#[test]
fn each_rule_keeps_as_many_events_as_there_are_distinct_keys() {
    // Of 258 rows: distinct (story, unordered pair, code); (story, source, code); (day, source, target, both names, code).
    for (fold, events) in [("mirror", 163), ("url", 241), ("day", 228)] {
        let report = report(fold);
        assert_eq!(report["rows"], 258, "{fold}");
        assert_eq!(report["events"], events, "{fold}");
        assert_eq!(report["folded"]["total"], 258 - events, "{fold}");
        let pair = &report["pairs"][0];
        assert_eq!(
            (&pair["a"], &pair["b"]),
            (&"ARM".into(), &"AZE".into()),
            "{fold}"
        );
        assert_eq!(
            (&pair["rows"], &pair["events"]),
            (&258.into(), &events.into()),
            "{fold}"
        );
    }
    let folded = &report("mirror")["folded"];
    assert_eq!(
        (&folded["mirrored"], &folded["same_story"]),
        (&82.into(), &13.into())
    );
    assert_eq!(
        (&folded["repeated"], &folded["syndicated"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn the_daily_files_of_icews_hold_a_fifth_fewer_events_than_rows() {
    // An actor counts by its country, one without a country by its name.
    let report = run(&["dedup", "icews-events", "--format", "json"]).json();
    assert_eq!(report["rows"], 325_691);
    assert_eq!(report["events"], 263_132);
}

#[test]
fn the_largest_stories_have_their_file_and_row() {
    let report = report("mirror");
    let largest = report["largest"].as_array().unwrap();
    assert_eq!(largest.len(), 10);
    // Four rows: one counts, three are copies. Stories of ICEWS are numbers, without hosts.
    assert_eq!(largest[0]["copies"], 3);
    let stories = ["48341623", "48342389", "48507364", "49104336"];
    assert!(stories.contains(&largest[0]["story"].as_str().unwrap()));
    assert!(largest[0]["hosts"].is_null());
    assert!(largest[0]["row"].as_i64().unwrap() > 1);
    let text = run(&["dedup", "icews-events", "--where", PAIR, "--top", "1"]).ok();
    for part in [
        "258",
        "163",
        "mirrored",
        "ARM AZE",
        "icews_daily",
        "--fold mirror",
    ] {
        assert!(text.contains(part), "'{part}' is not in: {text}");
    }
    assert!(
        !text.contains("repeated"),
        "what does not happen takes no line: {text}"
    );
}

#[test]
fn what_holds_no_events_is_refused() {
    run(&["dedup", "contiguity-cow"]).failed(&["contiguity-cow", "not events"]);
    run(&["dedup", "icews-evens"]).failed(&["icews-evens", "icews-events"]);
    assert_eq!(run(&["dedup", "--fold", "none"]).code, 2);
    let none = run(&["dedup", "--where", "source = NRU and target = TUV"]).ok();
    assert!(none.contains("No row"), "{none}");
}

/// GDELT's own file of 21 January 2019, 22:00.
fn zip() -> PathBuf {
    workspace().join("crates/sources/tests/data/real/20190121220000.export.CSV.zip")
}

/// Two more copies of each row of a story, under new numbers: mirrored, and on another host. Columns are those of GDELT 2.
fn copies(story: &str) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(zip()).unwrap()).unwrap();
    let mut text = String::new();
    archive
        .by_index(0)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    let mut out = String::new();
    for (i, line) in text.lines().filter(|l| l.contains(story)).enumerate() {
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        cells[0] = format!("99000000{i}");
        cells[60] = format!("http://www.example.org/world/{story}.html");
        out.push_str(&(cells.join("\t") + "\n"));
        cells[0] = format!("98000000{i}");
        cells[60] = line.rsplit('\t').next().unwrap().to_owned();
        // Actor 1 stands in columns 5 to 14, actor 2 in the ten after it.
        for column in 5..15 {
            cells.swap(column, column + 10);
        }
        out.push_str(&(cells.join("\t") + "\n"));
    }
    out
}

/// Events of cooperation and of conflict between Israel and the United States, both directions.
fn counts(lake: &Path, fold: &str) -> [f64; 2] {
    let pair = "(source = ISR and target = USA) or (source = USA and target = ISR)";
    let rows = run_on(
        lake,
        &[
            "export", "events", "--where", pair, "--by", "year", "--fold", fold, "--format", "json",
        ],
    )
    .json();
    let sum = |name: &str| -> f64 {
        let rows = rows.as_array().unwrap().iter();
        rows.filter_map(|r| r[name].as_f64()).sum()
    };
    ["cooperation", "conflict"].map(|x| sum(&format!("verbal_{x}")) + sum(&format!("material_{x}")))
}

#[test]
fn tripling_the_copies_of_one_story_moves_the_index_by_less_than_two_percent() {
    let dir = tempfile::tempdir().unwrap();
    let lake = dir.path().join("lake");
    let ingest = |file: &Path| {
        run_on(
            &lake,
            &["ingest", file.to_str().unwrap(), "--dataset", "gdelt-2"],
        )
        .ok();
    };
    let r = |[c, k]: [f64; 2]| ((c + 1.0) / (k + 1.0)).ln();
    ingest(&zip());
    let before = ["mirror", "none"].map(|fold| counts(&lake, fold));
    // 15 rows, of seven distinct stories and codes.
    assert_eq!(before, [[4.0, 3.0], [9.0, 6.0]]);
    let text =
        copies("record-at-a-glance-what-you-should-know-about-kamala-harris-and-jewish-issues");
    assert_eq!(
        text.lines().count(),
        36,
        "two copies of the 18 rows of the story"
    );
    let file = dir.path().join("20190121221500.export.CSV");
    fs::write(&file, text).unwrap();
    ingest(&file);
    let after = ["mirror", "none"].map(|fold| counts(&lake, fold));
    // Of this pair the story has one row of cooperation and three of conflict, each now three times.
    assert_eq!(after[1], [11.0, 12.0]);
    let moved = [0, 1].map(|i| (r(after[i]) / r(before[i]) - 1.0).abs());
    assert!(moved[0] < 0.02, "folded: {before:?} {after:?}");
    assert!(moved[1] > 0.02, "not folded: {before:?} {after:?}");
    let report = run_on(&lake, &["dedup", "gdelt-2", "--format", "json"]).json();
    assert_eq!(report["rows"], 1629 + 36);
    assert!(report["folded"]["syndicated"].as_u64().unwrap() >= 4);
}
