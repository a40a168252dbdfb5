//! POLECAT events. The rows are made by hand after the documented layout: no original file was at hand.

mod common;

use common::{day, rows_of, zip};
use detente_sources::Fault;

const NAMES: &str = "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tQuad Code\tContexts\tActor Name\tActor Country\tActor COW\t\
Primary Actor Sector\tActor Sectors\tActor Title\tActor Name Raw\tWikipedia Actor ID\tRecipient Name\tRecipient Country\tRecipient COW\t\
Primary Recipient Sector\tRecipient Sectors\tRecipient Title\tRecipient Name Raw\tWikipedia Recipient ID\tPlacename\tCity\tDistrict\t\
Province\tCountry\tLatitude\tLongitude\tGeoNames ID\tRaw Placename\tFeature Type\tSource\tPublication Date\tStory People\t\
Story Organizations\tStory Locations\tLanguage\tVersion";

const WEEKLY: &str = "ngecEvents.20230103111842.Release603.DV.txt";
const YEARLY: &str = "ngecEvents.DV.2022.txt";

const EVENT: usize = 0;
const TYPE: usize = 2;
const ACTOR: usize = 7;
const ACTOR_COUNTRY: usize = 8;
const RECIPIENT: usize = 15;
const RECIPIENT_COUNTRY: usize = 16;

/// One row, with some cells changed.
fn row(changes: &[(usize, &str)]) -> String {
    let mut cells = [
        "20221228-2309-4e081644904c_ACCUSE_R",
        "2022-12-28",
        "ACCUSE",
        "disapprove",
        "-2.5",
        "VERBAL CONFLICT",
        "diplomatic; territory",
        "Ministry of Foreign Affairs of Armenia",
        "ARM",
        "371",
        "GOV",
        "GOV; DIP",
        "Foreign Minister's aide",
        "Armenia's \"ministry",
        "Q1",
        "Azerbaijan",
        "AZE",
        "373",
        "GOV",
        "None",
        "None",
        "Baku",
        "Q2",
        "Yerevan",
        "Yerevan",
        "None",
        "Yerevan",
        "ARM",
        "40.18",
        "44.51",
        "616052",
        "Yerevan",
        "PPLC",
        "TASS",
        "2022-12-29",
        "None",
        "None",
        "Yerevan; Baku",
        "en",
        "NGEC_coder-Vers001",
    ];
    for (at, cell) in changes {
        cells[*at] = cell;
    }
    cells.join("\t")
}

fn file(rows: &[String]) -> Vec<u8> {
    format!("{NAMES}\n{}\n", rows.join("\n")).into_bytes()
}

fn pairs(rows: &common::Rows) -> Vec<(Option<String>, Option<String>)> {
    rows.text("source")
        .into_iter()
        .zip(rows.text("target"))
        .collect()
}

fn pair(source: &str, target: &str) -> (Option<String>, Option<String>) {
    (Some(source.to_owned()), Some(target.to_owned()))
}

#[test]
fn a_row_keeps_what_the_file_says() {
    let (report, rows) = rows_of("polecat", WEEKLY, &file(&[row(&[])])).unwrap();
    assert_eq!(
        (report.rows, report.rejected, report.unknowns.total()),
        (1, 0, 0)
    );
    assert_eq!(pairs(&rows), [pair("ARM", "AZE")]);
    let text = |column: &str| rows.text(column)[0].clone().unwrap_or_default();
    let expected = [
        ("event", "20221228-2309-4e081644904c_ACCUSE_R"),
        ("story", "20221228-2309-4e081644904c"),
        ("code", "ACCUSE"),
        ("mode", "disapprove"),
        ("context", "diplomatic; territory"),
        ("source_name", "Ministry of Foreign Affairs of Armenia"),
        ("source_sectors", "GOV; DIP"),
        ("target_sectors", "GOV"),
        ("place", "ARM"),
        ("city", "Yerevan"),
        ("publisher", "TASS"),
    ];
    for (column, expected) in expected {
        assert_eq!(text(column), expected, "{column}");
    }
    assert_eq!(rows.number("quad")[0], Some(3.0));
    assert_eq!(rows.number("goldstein")[0], Some(-2.5));
    assert_eq!(rows.number("lat")[0], Some(f64::from(40.18_f32)));
    assert_eq!(rows.days("day"), [day("2022-12-28")]);
    assert_eq!(rows.lines(), [2]);
}

#[test]
fn none_is_missing_and_no_name() {
    let none = row(&[
        (3, "None"),
        (4, "None"),
        (5, ""),
        (6, "None"),
        (15, "None"),
        (16, "None"),
        (24, "None"),
        (27, "None"),
        (28, "None"),
    ]);
    let (report, rows) = rows_of("polecat", WEEKLY, &file(&[none])).unwrap();
    assert_eq!(report.unknowns.total(), 0);
    for column in ["mode", "context", "target", "target_name", "city", "place"] {
        assert_eq!(rows.text(column), [None], "{column}");
    }
    for column in ["goldstein", "quad", "lat"] {
        assert_eq!(
            rows.number(column),
            [None],
            "{column}: no data is never zero"
        );
    }
}

#[test]
fn several_actors_give_a_row_for_each_distinct_pair_under_one_number() {
    let many = row(&[
        (ACTOR, "Armenia; Armenia; France"),
        (ACTOR_COUNTRY, "ARM; ARM; FRA"),
        (RECIPIENT, "Azerbaijan; Türkiye"),
        (RECIPIENT_COUNTRY, "AZE; TUR"),
    ]);
    let next = row(&[(EVENT, "20221228-1-ff_ACCUSE_R")]);
    let (report, rows) = rows_of("polecat", WEEKLY, &file(&[many, next])).unwrap();
    let expected = [
        pair("ARM", "AZE"),
        pair("ARM", "TUR"),
        pair("FRA", "AZE"),
        pair("FRA", "TUR"),
        pair("ARM", "AZE"),
    ];
    assert_eq!(pairs(&rows), expected);
    assert_eq!(report.unknowns.total(), 0);
    // Number and line undo it.
    let mut events = rows.words("event");
    events.dedup();
    assert_eq!(events.len(), 2);
    assert_eq!(rows.lines(), [2, 2, 2, 2, 3]);
}

#[test]
fn an_organisation_is_the_actor_and_lists_of_other_lengths_are_not_matched() {
    let cases: [(&str, &str, &[&str]); 6] = [
        ("NATO", "IGO", &["NATO"]),
        ("European Union; Azerbaijan", "BEL; AZE", &["EU", "AZE"]),
        ("European Union", "None", &["EU"]),
        ("Azerbaijan", "None", &["AZE"]),
        (
            "European Union; Ilham Aliyev; Azerbaijan",
            "AZE",
            &["AZE", "EU"],
        ),
        ("Ilham Aliyev;Azerbaijan", "AZE;AZE", &["AZE"]),
    ];
    for (name, country, expected) in cases {
        let text = file(&[row(&[(RECIPIENT, name), (RECIPIENT_COUNTRY, country)])]);
        let (report, rows) = rows_of("polecat", WEEKLY, &text).unwrap();
        assert_eq!(rows.words("target"), expected, "{name} / {country}");
        assert_eq!(report.unknowns.total(), 0, "{name} / {country}");
    }
}

#[test]
fn what_does_not_resolve_is_counted_and_the_row_kept() {
    let odd = row(&[
        (TYPE, "SING"),
        (5, "MUSIC"),
        (ACTOR_COUNTRY, "QQX"),
        (RECIPIENT, "Zzyzx"),
        (RECIPIENT_COUNTRY, "None"),
        (27, "QQY"),
    ]);
    let (report, rows) = rows_of("polecat", WEEKLY, &file(&[odd])).unwrap();
    let mut unknown: Vec<_> = report.unknowns.iter().collect();
    unknown.sort_unstable();
    let expected = [
        ("PLOVER event type", "SING", 1),
        ("PLOVER quad code", "MUSIC", 1),
        ("POLECAT actor without a country", "Zzyzx", 1),
        ("POLECAT country", "QQX", 1),
        ("POLECAT country", "QQY", 1),
    ];
    assert_eq!(unknown, expected);
    assert_eq!(pairs(&rows), [(None, None)]);
    assert_eq!(rows.words("code"), ["SING"]);
}

#[test]
fn a_weekly_release_is_known_on_its_day_and_a_yearly_file_a_week_after_the_story() {
    let late = row(&[(EVENT, "b_R"), (1, "2023-01-20"), (34, "2023-01-05")]);
    let text = file(&[row(&[]), late]);
    let (_, rows) = rows_of("polecat", WEEKLY, &text).unwrap();
    assert_eq!(
        rows.days("known"),
        [day("2023-01-03"), day("2023-01-20")],
        "never before the event"
    );
    let (_, rows) = rows_of("polecat", YEARLY, &text).unwrap();
    assert_eq!(rows.days("known"), [day("2023-01-05"), day("2023-01-27")]);
    let undated = file(&[row(&[(34, "None")])]);
    let (_, rows) = rows_of("polecat", YEARLY, &undated).unwrap();
    assert_eq!(rows.days("known"), [day("2023-01-04")]);
}

#[test]
fn a_header_with_surplus_names_does_not_describe_its_rows() {
    // Release610 to 632 of 28 July 2023 and ngecEventsDV-2021-Apr.txt.
    let wrong = NAMES
        .replace(
            "\tEvent Date\t",
            "\tStory ID\tHeadline\tEvent Text\tFeed\tEvent Date\t",
        )
        .replace("\tIntensity", "\tEvent Intensity");
    let text = format!("{wrong}\n{}\n", row(&[]));
    let (report, rows) = rows_of("polecat", "ngecEventsDV-2021-Apr.txt", text.as_bytes()).unwrap();
    assert_eq!((report.rows, report.unknowns.total()), (1, 0));
    assert_eq!(pairs(&rows), [pair("ARM", "AZE")]);
    assert_eq!(rows.number("goldstein"), [Some(-2.5)]);
}

#[test]
fn surplus_columns_are_taken_only_where_they_are_empty() {
    // ngecEventsDV-2020-Jun.txt.
    let text = format!("{NAMES}\t\t\t\t\n{}\t\t\t\t\n", row(&[]));
    let (_, rows) = rows_of("polecat", "ngecEventsDV-2020-Jun.txt", text.as_bytes()).unwrap();
    assert_eq!(pairs(&rows), [pair("ARM", "AZE")]);
    let full = text.replacen("Vers001\t\t", "Vers001\t\tmore", 1);
    let e = rows_of("polecat", "ngecEventsDV-2020-Jun.txt", full.as_bytes())
        .err()
        .unwrap();
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 40,
                found: 44
            }
        ),
        "{e}"
    );
    assert_eq!(e.place.row, Some(2));
}

#[test]
fn the_newer_name_of_the_intensity_and_another_order_are_understood() {
    let text =
        String::from_utf8(file(&[row(&[])]))
            .unwrap()
            .replacen("Intensity", "Event Intensity", 1);
    let swapped: String = text
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split('\t').collect();
            cells.swap(0, 39);
            cells.join("\t") + "\n"
        })
        .collect();
    let (_, rows) = rows_of("polecat", WEEKLY, swapped.as_bytes()).unwrap();
    assert_eq!(rows.number("goldstein"), [Some(-2.5)]);
    assert_eq!(rows.words("story"), ["20221228-2309-4e081644904c"]);
}

#[test]
fn a_row_twice_is_left_out() {
    let two = [row(&[]), row(&[]), row(&[(4, "-3")])];
    let (report, rows) = rows_of("polecat", YEARLY, &file(&two)).unwrap();
    assert_eq!((report.rows, report.duplicates), (2, 1));
    assert_eq!(rows.number("goldstein"), [Some(-2.5), Some(-3.0)]);
    assert_eq!(report.unknowns.total(), 1, "one number, two rows");
}

#[test]
fn latin_bytes_are_read_and_keep_the_rest() {
    let mut bytes = file(&[row(&[(ACTOR, "Jos# Silva")])]);
    let at = bytes.iter().position(|b| *b == b'#').unwrap();
    bytes[at] = 0xE9;
    let (_, rows) = rows_of("polecat", WEEKLY, &bytes).unwrap();
    assert_eq!(rows.words("source_name"), ["José Silva"]);
}

#[test]
fn bad_cells_cost_their_row_and_bad_rows_the_file() {
    let cases = [
        (1, "None", "Event Date"),
        (4, "11", "Intensity"),
        (28, "north", "Latitude"),
        (34, "soon", "Publication Date"),
        (34, "Décembre 2", "Publication Date"),
    ];
    for (at, cell, field) in cases {
        let (report, rows) =
            rows_of("polecat", WEEKLY, &file(&[row(&[(at, cell)]), row(&[])])).unwrap();
        assert_eq!((report.rejected, rows.len()), (1, 1), "{field}");
        assert_eq!(
            (report.rejects[0].field.as_str(), report.rejects[0].row),
            (field, 2)
        );
    }
    let whole = file(&[row(&[]), row(&[(EVENT, "b_R")])]);
    // Cut before the last tab: 39 columns.
    let cut = &whole[..whole.iter().rposition(|b| *b == b'\t').unwrap()];
    let e = rows_of("polecat", WEEKLY, &[cut, b"\n"].concat())
        .err()
        .unwrap();
    let short = Fault::Columns {
        wanted: 40,
        found: 39,
    };
    assert_eq!(e.fault.to_string(), short.to_string());
    assert_eq!(e.place.row, Some(3));
    let e = rows_of("polecat", WEEKLY, &whole[..whole.len() - 1])
        .err()
        .unwrap();
    assert!(matches!(e.fault, Fault::Cut(_)), "{e}");
    let renamed = String::from_utf8(whole)
        .unwrap()
        .replacen("Quad Code", "Quad", 1);
    let e = rows_of("polecat", WEEKLY, renamed.as_bytes())
        .err()
        .unwrap();
    assert_eq!(e.place.field.as_deref(), Some("Quad Code"));
}

#[test]
fn it_is_told_by_its_header_in_a_zip_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.zip");
    std::fs::write(&path, zip(&[("a.txt", &file(&[row(&[])]))])).unwrap();
    let found = detente_sources::recognise(&path).unwrap().unwrap();
    assert_eq!(found.dataset.id, "polecat");
}
