//! Phoenix events. The rows are made by hand after the documented layout: no original file was at hand.

mod common;

use common::{day, rows_of};
use detente_sources::Fault;

const DAILY: &str = "events.full.20150620.txt";

fn row(changes: &[(usize, &str)]) -> String {
    let mut cells = [
        "3167_2",
        "20150619",
        "2015",
        "6",
        "19",
        "AZEGOVMIL",
        "AZE",
        "GOV",
        "MIL",
        "ARM",
        "ARM",
        "",
        "",
        "190",
        "19",
        "4",
        "-10.0",
        "ID_TENSION,1",
        "40.18",
        "44.51",
        "Yerevan",
        "Erevan",
        "ARM",
        "5582_1",
        "http://a.example/1",
        "bbc",
    ];
    for (at, cell) in changes {
        cells[*at] = cell;
    }
    cells.join("\t") + "\n"
}

fn recognised(name: &str, text: &str) -> Option<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    detente_sources::recognise(&path)
        .unwrap()
        .map(|r| r.dataset.id)
}

#[test]
fn a_daily_row_keeps_what_the_file_says() {
    let (report, rows) = rows_of("phoenix", DAILY, row(&[]).as_bytes()).unwrap();
    assert_eq!((report.rows, report.unknowns.total()), (1, 0));
    assert_eq!(rows.between("AZE", "ARM"), [0]);
    assert_eq!(rows.days("day"), [day("2015-06-19")]);
    assert_eq!(rows.days("known"), [day("2015-06-20")]);
    let expected = [
        ("source_name", "AZEGOVMIL"),
        ("source_sectors", "GOV"),
        ("code", "190"),
        ("context", "ID_TENSION,1"),
        ("city", "Yerevan"),
        ("province", "Erevan"),
        ("place", "ARM"),
        ("story", "http://a.example/1"),
        ("publisher", "bbc"),
        ("event", "3167_2"),
    ];
    for (column, text) in expected {
        assert_eq!(rows.words(column), [text], "{column}");
    }
    assert_eq!(rows.number("goldstein"), [Some(-10.0)]);
    assert_eq!(rows.lines(), [1], "there is no header");
    assert_eq!(rows.text("target_sectors"), [None]);
}

#[test]
fn the_class_is_that_of_the_code_and_not_the_pentaclass() {
    // Root 04 is verbal cooperation: quad 1. The file's own class of 0 to 4 may say anything.
    for penta in ["0", "1", "4", ""] {
        let text = row(&[(13, "042"), (14, "04"), (15, penta)]);
        let (_, rows) = rows_of("phoenix", DAILY, text.as_bytes()).unwrap();
        assert_eq!(rows.number("quad"), [Some(1.0)], "{penta}");
    }
}

#[test]
fn the_entity_or_else_the_start_of_the_whole_code_is_the_actor() {
    let text = row(&[(6, ""), (9, "---GOV"), (10, "---")])
        + &row(&[(0, "4_1"), (6, "QQX"), (9, "é"), (10, "")]);
    let (report, rows) = rows_of("phoenix", DAILY, text.as_bytes()).unwrap();
    assert_eq!(rows.text("source"), [Some("AZE".to_owned()), None]);
    assert_eq!(rows.text("target"), [None, None]);
    let mut unknown: Vec<_> = report.unknowns.iter().collect();
    unknown.sort_unstable();
    assert_eq!(
        unknown,
        [("CAMEO actor", "---", 1), ("CAMEO actor", "QQX", 1)]
    );
}

#[test]
fn an_unknown_code_is_counted_and_a_lost_zero_is_put_back() {
    let text = row(&[(13, "42")]) + &row(&[(0, "4_1"), (13, "7x7")]);
    let (report, rows) = rows_of("phoenix", DAILY, text.as_bytes()).unwrap();
    assert_eq!(rows.words("code"), ["042", "7x7"]);
    assert_eq!(rows.number("quad"), [Some(1.0), None]);
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("CAMEO code", "7x7", 1)]
    );
}

#[test]
fn the_historical_set_has_its_own_columns() {
    let text = "eid,story_date,year,month,day,source,source_root,source_agent,source_others,target,target_root,target_agent,target_others,\
code,root_code,quad_class,goldstein,joined_issues,lat,lon,placename,statename,countryname,aid,process\n\
NYT1,1/2/1962,1962,1,2,USAGOV,USA,GOV,,RUS,RUS,,,112,11,3,-2.0,,55.75,37.61,\"Moscow, city\",Moskva,RUS,3,P\n\
NYT1,1/2/1962,1962,1,2,USAGOV,USA,GOV,,RUS,RUS,,,112,11,3,-2.0,,55.75,37.61,\"Moscow, city\",Moskva,RUS,3,P\n\
NYT2,2/30/1962,1962,2,30,USAGOV,USA,GOV,,RUS,RUS,,,112,11,3,-2.0,,,,,,,4,P\n";
    let (report, rows) = rows_of("phoenix", "PhoenixNYT_1945-2018.csv", text.as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates, report.rejected), (1, 1, 1));
    assert_eq!(rows.words("source"), ["USA"]);
    // CAMEO has one code for Russia and the Soviet Union; the year tells them apart.
    assert_eq!(rows.words("target"), ["SUN"]);
    assert_eq!(rows.words("city"), ["Moscow, city"]);
    assert_eq!(rows.number("quad"), [Some(3.0)]);
    assert_eq!(rows.days("known"), [day("1962-01-03")]);
    assert_eq!(recognised("a.csv", text), Some("phoenix"));
}

#[test]
fn daily_files_are_told_by_their_columns() {
    assert_eq!(recognised("a.txt", &row(&[])), Some("phoenix"));
    assert_eq!(recognised("a.txt", &row(&[(1, "2015-06-19")])), None);
    assert_eq!(recognised("a.txt", &row(&[(13, "hello")])), None);
    assert_eq!(recognised("a.txt", &row(&[(2, "2016")])), None);
}

#[test]
fn bad_cells_cost_their_row_and_bad_rows_the_file() {
    for (at, cell, field) in [
        (1, "20150631", "Date"),
        (16, "99", "GoldsteinScore"),
        (18, "91", "Lat"),
        (19, "NaN", "Lon"),
    ] {
        let text = row(&[(at, cell)]) + &row(&[]);
        let (report, rows) = rows_of("phoenix", DAILY, text.as_bytes()).unwrap();
        assert_eq!((report.rejected, rows.len()), (1, 1), "{field}");
        assert_eq!(
            (report.rejects[0].field.as_str(), report.rejects[0].row),
            (field, 1)
        );
    }
    let text = row(&[]) + &row(&[]).replace("\tbbc", "");
    let e = rows_of("phoenix", DAILY, text.as_bytes()).err().unwrap();
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 26,
                found: 25
            }
        ),
        "{e}"
    );
    assert_eq!(e.place.row, Some(2));
    let (report, _) = rows_of("phoenix", DAILY, (row(&[]) + &row(&[])).as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates), (1, 1));
}
