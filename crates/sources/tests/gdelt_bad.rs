//! GDELT files that are wrong: whole files are refused, single rows are counted.

mod common;

use std::io::Read;
use std::path::Path;

use common::{rows_of, zip};
use detente_sources::{Fault, ReadError, ReadReport};

/// The first lines of a real file.
fn lines(name: &str, n: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/real")
        .join(name);
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    liblzma::read::XzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    text.split_inclusive('\n').take(n).collect()
}

fn events() -> String {
    lines("20180101000000.export.CSV.xz", 40)
}

fn refused(id: &str, name: &str, bytes: &[u8]) -> ReadError {
    match rows_of(id, name, bytes) {
        Err(e) => e,
        Ok((report, _)) => panic!("taken for whole: {} rows", report.rows),
    }
}

/// Replaces a cell of a line (both from 0).
fn with(text: &str, line: usize, column: usize, cell: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[line].split('\t').collect();
    cells[column] = cell;
    lines[line] = cells.join("\t");
    lines.join("\n") + "\n"
}

fn report(text: &str) -> ReadReport {
    rows_of("gdelt-2", "20180101000000.export.CSV", text.as_bytes())
        .unwrap()
        .0
}

#[test]
fn another_number_of_columns_is_an_error_of_the_file() {
    let text = events();
    let more = text.replacen('\n', "\tnew\n", 3);
    let e = refused("gdelt-2", "a.CSV", more.as_bytes());
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 61,
                found: 62
            }
        ),
        "{e}"
    );
    assert_eq!(e.place.row, Some(1));
    let fewer =
        with(&text, 7, 59, "20180101000000").replace("20180101000000\thttp", "20180101000000 http");
    let e = refused("gdelt-2", "a.CSV", fewer.as_bytes());
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 61,
                found: 60
            }
        ),
        "{e}"
    );
    // One version's file under the other's name.
    let e = refused("gdelt-1", "a.CSV", text.as_bytes());
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 58,
                found: 61
            }
        ),
        "{e}"
    );
    let e = refused("gdelt-2-mentions", "a.CSV", text.as_bytes());
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 16,
                found: 61
            }
        ),
        "{e}"
    );
    let header = lines("gdelt_state_dyads_20201113.csv.xz", 3);
    let e = refused("gdelt-1", "a.csv", header.as_bytes());
    assert!(matches!(e.fault, Fault::Columns { wanted: 58, .. }), "{e}");
}

#[test]
fn a_web_page_is_no_file_of_events() {
    for page in [
        "<!DOCTYPE html>\n<html><body>404</body></html>\n",
        "\n  <!doctype HTML PUBLIC>\n",
        "<html>\n<head></head></html>\n",
        "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code></Error>",
    ] {
        for (name, bytes) in [
            ("a.export.CSV.zip", page.as_bytes().to_vec()),
            ("a.zip", zip(&[("a.CSV", page.as_bytes())])),
        ] {
            let e = refused("gdelt-2", name, &bytes);
            assert!(matches!(e.fault, Fault::WebPage), "{e}");
            assert!(
                e.to_string().contains("web page")
                    && e.to_string().contains("fetch the file again"),
                "{e}"
            );
        }
    }
}

#[test]
fn a_cut_zip_and_an_empty_file_are_errors() {
    let text = events();
    let whole = zip(&[("20180101000000.export.CSV", text.as_bytes())]);
    assert_eq!(rows_of("gdelt-2", "a.zip", &whole).unwrap().0.rows, 40);
    for part in 1..30 {
        let e = refused("gdelt-2", "a.zip", &whole[..whole.len() * part / 30]);
        assert!(
            matches!(
                e.fault,
                Fault::Cut(_) | Fault::Damaged(_) | Fault::Archive(_)
            ),
            "{part}: {e}"
        );
    }
    assert!(matches!(
        refused("gdelt-2", "a.CSV", b"").fault,
        Fault::Empty
    ));
    assert!(matches!(
        refused("gdelt-2", "a.zip", &zip(&[("a.CSV", b"")])).fault,
        Fault::Empty
    ));
    let e = refused("gdelt-2", "a.CSV", &text.as_bytes()[..text.len() - 1]);
    assert!(matches!(e.fault, Fault::Cut(_)), "{e}");
}

#[test]
fn bytes_that_are_not_utf_8_name_their_column() {
    let text = with(&events(), 4, 52, "Sa@ne");
    let bytes: Vec<u8> = text
        .bytes()
        .map(|b| if b == b'@' { 0xF4 } else { b })
        .collect();
    let e = refused("gdelt-2", "a.CSV", &bytes);
    assert!(matches!(e.fault, Fault::Encoding { sound: 2 }), "{e}");
    assert_eq!(
        (e.place.row, e.place.field.as_deref()),
        (Some(5), Some("ActionGeo_FullName"))
    );
}

#[test]
fn a_bad_cell_costs_its_row_and_names_the_published_column() {
    for (column, cell, field) in [
        (0, "7190x", "GLOBALEVENTID"),
        (0, "", "GLOBALEVENTID"),
        (1, "20180230", "SQLDATE"),
        (1, "2018-01-01", "SQLDATE"),
        (1, "", "SQLDATE"),
        (59, "20180101", "none"),
        (59, "20180101250000", "DATEADDED"),
        (59, "", "DATEADDED"),
        (29, "5", "QuadClass"),
        (30, "-10.5", "GoldsteinScale"),
        (30, "nan", "GoldsteinScale"),
        (31, "-1", "NumMentions"),
        (34, "101", "AvgTone"),
        (56, "90.01", "ActionGeo_Lat"),
        (57, "-77#", "ActionGeo_Long"),
    ] {
        let report = report(&with(&events(), 4, column, cell));
        if field == "none" {
            assert_eq!(report.rejected, 0, "{cell}");
            continue;
        }
        assert_eq!((report.rows, report.rejected), (39, 1), "{column} {cell}");
        let e = &report.rejects[0];
        assert_eq!(
            (e.row, e.field.as_str(), e.value.as_str()),
            (5, field, cell)
        );
    }
}

#[test]
fn an_event_dated_after_it_was_added_is_an_error_of_the_row() {
    let text = events();
    assert_eq!(
        report(&with(&text, 4, 1, "20180102")).rejected,
        0,
        "one day: another clock"
    );
    let report = report(&with(&text, 4, 1, "20180103"));
    assert_eq!((report.rows, report.rejected), (39, 1));
    assert_eq!(
        report.rejects[0].to_string(),
        "20180101000000.export.CSV, row 5, field 'DATEADDED': '20180101000000' lies before the day of the event, 2018-01-03, by more than a day"
    );
}

#[test]
fn a_number_that_comes_again_is_a_double_but_not_where_the_first_row_was_bad() {
    let text = events();
    let first = text.lines().next().unwrap();
    let report_of = |text: &str| report(text);
    let twice = report_of(&format!("{text}{first}\n"));
    assert_eq!((twice.rows, twice.duplicates), (40, 1));
    let bad = with(&text, 0, 30, "x");
    let mended = report_of(&format!("{bad}{first}\n"));
    assert_eq!(
        (mended.rows, mended.rejected, mended.duplicates),
        (40, 1, 0)
    );
}

#[test]
fn what_does_not_resolve_is_counted_and_kept_without_an_actor() {
    let mut text = with(&events(), 4, 7, "QQQ");
    text = with(&text, 4, 26, "999");
    text = with(&text, 4, 53, "ZZ");
    let (report, rows) = rows_of("gdelt-2", "a.CSV", text.as_bytes()).unwrap();
    assert_eq!(report.rows, 40);
    let unknown: Vec<_> = report.unknowns.iter().collect();
    for want in [
        ("CAMEO country", "QQQ", 1),
        ("CAMEO code", "999", 1),
        ("FIPS country", "ZZ", 1),
    ] {
        assert!(unknown.contains(&want), "{want:?} in {unknown:?}");
    }
    assert_eq!(rows.text("source")[4], None);
    assert_eq!(rows.text("code")[4].as_deref(), Some("999"));
}

#[test]
fn a_copy_whose_codes_lost_their_zeros_gets_them_back_by_the_root() {
    let text = lines("gdelt_state_dyads_20201113.csv.xz", 400);
    let (_, whole) = rows_of("gdelt-2", "a.csv", text.as_bytes()).unwrap();
    let code = |line: &str| line.split(',').nth(27).map(str::to_owned);
    assert_eq!(
        code(text.lines().next().unwrap()).as_deref(),
        Some("Event_Code")
    );
    // The root column of this copy lost its zeros; now the codes too.
    let lost: String = text
        .split_inclusive('\n')
        .map(|l| match code(l) {
            Some(c) if c.starts_with('0') => {
                l.replacen(&format!(",{c},"), &format!(",{},", &c[1..]), 1)
            }
            _ => l.to_owned(),
        })
        .collect();
    assert_ne!(lost, text);
    let (report, mended) = rows_of("gdelt-2", "a.csv", lost.as_bytes()).unwrap();
    assert_eq!(mended.text("code"), whole.text("code"));
    assert!(
        report
            .unknowns
            .iter()
            .all(|(what, _, _)| what != "CAMEO code")
    );
}

#[test]
fn a_copy_without_a_column_that_is_needed_names_it() {
    let text = lines("gdelt_state_dyads_20201113.csv.xz", 3).replace("Quad_Class", "Class");
    let e = refused("gdelt-2", "a.csv", text.as_bytes());
    assert!(
        matches!(&e.fault, Fault::Header { column, .. } if column == "QuadClass"),
        "{e}"
    );
    // A row of another length than the first.
    let text = lines("gdelt_state_dyads_20201113.csv.xz", 6);
    let cut = text.trim_end().rsplit_once(',').unwrap().0.to_owned() + "\n";
    let e = refused("gdelt-2", "a.csv", cut.as_bytes());
    assert!(
        matches!(e.fault, Fault::Columns { .. }) && e.place.row == Some(6),
        "{e}"
    );
}

#[test]
fn mentions_with_bad_cells_are_counted() {
    let text = lines("aamend_mentions.csv.xz", 10);
    for (column, cell, field) in [
        (0, "x", "GLOBALEVENTID"),
        (1, "20150218", "EventTimeDate"),
        (2, "20150230000000", "MentionTimeDate"),
        (11, "101", "Confidence"),
        (13, "x", "MentionDocTone"),
    ] {
        let (report, _) = rows_of(
            "gdelt-2-mentions",
            "a.CSV",
            with(&text, 2, column, cell).as_bytes(),
        )
        .unwrap();
        assert_eq!((report.rows, report.rejected), (9, 1), "{field}");
        assert_eq!(
            (report.rejects[0].row, report.rejects[0].field.as_str()),
            (3, field)
        );
    }
    let e = refused(
        "gdelt-2-mentions",
        "a.CSV",
        text.replacen('\t', " ", 1).as_bytes(),
    );
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 16,
                found: 15
            }
        ),
        "{e}"
    );
}
