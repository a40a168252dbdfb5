//! The quirks of the ICEWS releases, and real files counted by another program.
//!
//! The counts of the real files were made in Python from the tables of the atlas, with a normalisation of names of its own.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{bundled, day, excerpt, rows, rows_of, zip};
use detente_atlas::{Actor, Kind};

const TAB: &str = "20181125-icews-events.tab";

fn tab() -> String {
    String::from_utf8(excerpt(TAB)).unwrap()
}

/// The file with one column changed in every row; the header stays.
fn with_column(column: usize, change: impl Fn(&str) -> String) -> String {
    let change_line = |(i, line): (usize, &str)| {
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        if i > 0 {
            cells[column] = change(&cells[column]);
        }
        cells.join("\t") + "\n"
    };
    tab().lines().enumerate().map(change_line).collect()
}

const CODE: usize = 6;

fn codes(text: &str) -> (detente_sources::ReadReport, Vec<Option<String>>) {
    let (report, rows) = rows_of("icews", "Events.2017.tab", text.as_bytes()).unwrap();
    (report, rows.text("code"))
}

#[test]
fn a_file_without_a_code_column_takes_the_codes_from_the_texts() {
    let (_, whole) = codes(&tab());
    let bare: String = tab()
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split('\t').collect();
            cells.remove(CODE);
            cells.join("\t") + "\n"
        })
        .collect();
    let (report, found) = codes(&bare);
    assert_eq!(report.unknowns.total(), 0);
    assert_eq!(found, whole);
    let (_, rows) = rows_of("icews", "Events.2017.tab", bare.as_bytes()).unwrap();
    assert_eq!(
        rows.number("goldstein")[0],
        Some(-10.0),
        "the columns after it"
    );
    assert_eq!(rows.number("quad")[0], Some(4.0));
    // A short row is an error as ever.
    let e = rows_of(
        "icews",
        "Events.2017.tab",
        bare.replacen("\tSaudi Arabia", "", 1).as_bytes(),
    );
    let e = e.err().unwrap().to_string();
    assert!(
        e.contains("row 2") && e.contains("18 columns where 19"),
        "{e}"
    );
}

#[test]
fn an_empty_code_column_takes_the_codes_from_the_texts() {
    let (_, whole) = codes(&tab());
    let (report, found) = codes(&with_column(CODE, |_| String::new()));
    assert_eq!(report.unknowns.total(), 0);
    assert_eq!(found, whole);
}

#[test]
fn an_odd_code_is_counted_and_the_text_counts_in_its_place() {
    let (_, whole) = codes(&tab());
    let (report, found) = codes(&with_column(CODE, |_| "13y".to_owned()));
    assert_eq!(found, whole);
    let unknown: Vec<_> = report.unknowns.iter().collect();
    assert_eq!(unknown, [("CAMEO code", "13y", 8)]);
}

#[test]
fn a_code_that_lost_its_zero_gets_it_back_from_the_text() {
    // Eight rows, of which the excerpt has codes with and without a leading zero.
    let (_, whole) = codes(&tab());
    assert!(whole.iter().flatten().any(|c| c.starts_with('0')));
    let stripped = with_column(CODE, |c| c.trim_start_matches('0').to_owned());
    let (report, found) = codes(&stripped);
    assert_eq!(report.unknowns.total(), 0, "nothing is unknown about it");
    assert_eq!(found, whole);
    // 10 is a root of CAMEO (demand) and 010 (make statement) without its zero: the text decides.
    let mut lines: Vec<String> = tab().lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[1].split('\t').collect();
    (cells[5], cells[CODE]) = ("Make statement", "10");
    lines[1] = cells.join("\t");
    let (_, found) = codes(&(lines.join("\n") + "\n"));
    assert_eq!(found[0].as_deref(), Some("010"));
}

#[test]
fn a_number_on_two_days_is_two_events() {
    // events.2013.20150313084929.tab uses 145,312 numbers twice.
    let text = tab();
    let first = text.lines().nth(1).unwrap();
    let more = format!("{text}{}\n", first.replace("2018-11-20", "2018-02-20"));
    let (report, rows) =
        rows_of("icews", "events.2013.20150313084929.tab", more.as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates), (9, 0));
    assert_eq!(report.unknowns.total(), 0);
    assert_eq!(rows.text("event")[0], rows.text("event")[8]);
}

#[test]
fn a_row_twice_is_left_out_and_a_number_of_two_rows_keeps_both() {
    // events.2021.20220623.tab holds 5,789 rows twice.
    let text = tab();
    let doubled = format!("{text}{}", text.split_once('\n').unwrap().1);
    let (report, _) = rows_of("icews", "events.2021.20220623.tab", doubled.as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates), (8, 8));
    let first = text.lines().nth(1).unwrap();
    let other = format!("{text}{}\n", first.replace("\t-10\t", "\t-9\t"));
    let (report, rows) = rows_of("icews", "events.2021.20220623.tab", other.as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates), (9, 0));
    let odd = [("ICEWS event ID of two rows of one day", "33814796", 1)];
    assert_eq!(report.unknowns.iter().collect::<Vec<_>>(), odd);
    assert_eq!(rows.number("goldstein")[8], Some(-9.0));
}

#[test]
fn the_name_of_the_file_says_when_its_rows_were_known() {
    // Rows of 20, 25 and 26 November in a day file, a month file, a file that repeats a day and a late release.
    let cases = [
        (
            "20181125-icews-events.tab",
            ["2018-11-25", "2018-11-25", "2018-11-26"],
        ),
        (
            "201811-icews-events.tab",
            ["2018-11-21", "2018-11-26", "2018-11-27"],
        ),
        (
            "20181125-icews-events-1.tsv",
            ["2018-11-25", "2018-11-25", "2018-11-26"],
        ),
        ("events.2018.20200427084805.tab", ["2020-04-27"; 3]),
    ];
    for (name, expected) in cases {
        let (_, rows) = rows_of("icews", name, tab().as_bytes()).unwrap();
        let known = rows.days("known");
        assert_eq!([known[0], known[5], known[7]], expected.map(day), "{name}");
    }
    // In a zip the name of the member counts.
    let bytes = zip(&[("20190409-icews-events-1.tab", tab().as_bytes())]);
    let (_, rows) = rows_of("icews", "20190409-icews-events-1.zip", &bytes).unwrap();
    assert_eq!(rows.days("known")[0], day("2019-04-09"));
}

/// Rows, sources, targets, rows between two states, pairs of actors, directed pairs of states.
fn counted((report, rows): (detente_sources::ReadReport, common::Rows)) -> [usize; 6] {
    assert_eq!((report.rejected, report.duplicates), (0, 0));
    let (source, target) = (rows.text("source"), rows.text("target"));
    let pairs: Vec<(&str, &str)> = source
        .iter()
        .zip(&target)
        .filter_map(|(s, t)| Some((s.as_deref()?, t.as_deref()?)))
        .collect();
    let is_state = |id: &str| Actor::from_id(id).unwrap().kind() == Kind::State;
    let between = |(s, t): &&(&str, &str)| s != t && is_state(s) && is_state(t);
    [
        rows.len(),
        source.iter().flatten().count(),
        target.iter().flatten().count(),
        pairs.iter().filter(between).count(),
        pairs.iter().collect::<BTreeSet<_>>().len(),
        pairs.iter().filter(between).collect::<BTreeSet<_>>().len(),
    ]
}

#[test]
fn the_real_files_give_what_another_program_counts() {
    let real = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data/real")
            .join(name);
        rows("icews", &path).unwrap()
    };
    let sample = real("events.2018.sample.tab.xz");
    assert_eq!(
        sample.0.unknowns.total(),
        146,
        "all of them actors without a country"
    );
    assert_eq!(sample.0.unknowns.iter().count(), 34);
    let nothing = |column: &str| {
        sample
            .1
            .text(column)
            .iter()
            .all(|t| t.as_deref() != Some("NA"))
    };
    assert!(
        ["city", "province", "publisher", "source_name"]
            .into_iter()
            .all(nothing)
    );
    assert_eq!(counted(sample), [3_705, 3_674, 3_590, 1_739, 627, 415]);
    let older = real("events.2018.sample.older.tab.xz");
    assert_eq!(older.0.unknowns.total(), 185);
    assert_eq!(counted(older), [4_993, 4_960, 4_841, 2_303, 736, 490]);
    let daily = bundled("icews-events");
    assert_eq!(daily.0.unknowns.total(), 12_234 + 3);
    assert_eq!(
        counted(daily),
        [325_691, 322_978, 316_170, 133_181, 10_460, 7_429]
    );
}
