//! ACLED. Its rows may not be passed on, so these are made by hand in the published layout.

mod common;

use common::{day, rows_of};
use detente_sources::recognise;

/// The 31 columns in their order, with a battle on the border of two states.
const ROW: [(&str, &str); 31] = [
    ("event_id_cnty", "AZE7001"),
    ("event_date", "2025-05-16"),
    ("year", "2025"),
    ("time_precision", "1"),
    ("disorder_type", "Political violence"),
    ("event_type", "Battles"),
    ("sub_event_type", "Armed clash"),
    ("actor1", "Military Forces of Armenia (2018-)"),
    ("assoc_actor_1", ""),
    ("inter1", "External/Other forces"),
    ("actor2", "Military Forces of Azerbaijan (2003-)"),
    ("assoc_actor_2", ""),
    ("inter2", "State forces"),
    ("interaction", "State forces-External/Other forces"),
    ("civilian_targeting", ""),
    ("iso", "31"),
    ("region", "Caucasus and Central Asia"),
    ("country", "Azerbaijan"),
    ("admin1", "Lachin"),
    ("admin2", ""),
    ("admin3", ""),
    ("location", "Zabukh"),
    ("latitude", "39.5897"),
    ("longitude", "46.5425"),
    ("geo_precision", "2"),
    ("source", "Ministry of Defence of Azerbaijan"),
    ("source_scale", "Other"),
    ("notes", "Made by hand, with a comma; and a semicolon."),
    ("fatalities", "2"),
    ("tags", ""),
    // 2025-05-20 12:00 UTC, by date -u -d @1747742400.
    ("timestamp", "1747742400"),
];

fn line(delimiter: &str, changes: &[(&str, &str)]) -> String {
    let cells = ROW.iter().map(|(column, value)| {
        let change = changes.iter().find(|c| c.0 == *column);
        format!("\"{}\"", change.map_or(*value, |c| c.1))
    });
    cells.collect::<Vec<_>>().join(delimiter) + "\n"
}

fn header(delimiter: &str) -> String {
    ROW.map(|c| c.0).join(delimiter) + "\n"
}

fn read(changes: &[(&str, &str)]) -> (detente_sources::ReadReport, common::Rows) {
    let text = header(",") + &line(",", changes);
    rows_of("acled", "acled.csv", text.as_bytes()).unwrap()
}

#[test]
fn a_row_gives_its_event_at_commas_and_at_semicolons() {
    for delimiter in [",", ";"] {
        let text = header(delimiter) + &line(delimiter, &[]);
        let (report, rows) = rows_of("acled", "acled.csv", text.as_bytes()).unwrap();
        assert_eq!((report.rows, report.rejected), (1, 0));
        assert_eq!(report.unknowns.total(), 0);
        let word = |column| rows.words(column).remove(0);
        assert_eq!(rows.days("day"), [day("2025-05-16")]);
        assert_eq!(rows.days("known"), [day("2025-05-20")]);
        // ACLED classes forces abroad as external; Armenia's in Azerbaijan are Armenia all the same.
        assert_eq!(
            (word("source"), word("target")),
            ("ARM".into(), "AZE".into())
        );
        assert_eq!(word("code"), "Armed clash");
        assert_eq!(word("mode"), "Battles");
        assert_eq!(rows.number("quad"), [Some(4.0)]);
        assert_eq!(rows.number("goldstein"), [None]);
        assert_eq!(word("place"), "AZE");
        assert_eq!(word("province"), "Lachin");
        assert_eq!(word("city"), "Zabukh");
        assert_eq!(rows.number("deaths"), [Some(2.0)]);
        assert_eq!(word("event"), "AZE7001");
        assert_eq!(
            word("story"),
            "Made by hand, with a comma; and a semicolon."
        );
        assert_eq!(rows.text("context"), [None]);
    }
}

#[test]
fn other_dates_and_numbers_of_actors_are_read_too() {
    let (report, rows) = read(&[
        ("event_date", "16 May 2025"),
        ("inter1", "8"),
        ("inter2", "1"),
        ("timestamp", ""),
    ]);
    assert_eq!(report.rejected, 0);
    assert_eq!(rows.days("day"), [day("2025-05-16")]);
    assert_eq!(rows.days("known"), [day("2025-05-26")], "ten days after");
    assert_eq!(rows.between("ARM", "AZE").len(), 1);
    // A timestamp before the event (1 January 2025) does not make it known before it happened.
    let (_, rows) = read(&[("timestamp", "1735689600")]);
    assert_eq!(rows.days("known"), [day("2025-05-16")]);
}

#[test]
fn only_forces_of_states_are_actors() {
    for (actor, inter, id, unknown) in [
        (
            "Military Forces of Iran (1989-) Islamic Revolutionary Guard Corps",
            "State forces",
            Some("IRN"),
            0,
        ),
        (
            "Police Forces of Guinea-Bissau (2020-)",
            "1",
            Some("GNB"),
            0,
        ),
        (
            "Military Forces of Somalia (2012-)",
            "State forces",
            Some("SOM"),
            0,
        ),
        ("Civilians (Mali)", "Civilians", None, 0),
        ("Government of Mali", "Political militia", None, 0),
        ("UN: United Nations", "External/Other forces", None, 0),
        (
            "Military Forces of Atlantis (1999-)",
            "State forces",
            None,
            1,
        ),
        ("Unidentified Military Forces", "State forces", None, 1),
        (
            "Military Forces of Atlantis (1999-)",
            "External/Other forces",
            None,
            1,
        ),
    ] {
        let (report, rows) = read(&[("actor1", actor), ("inter1", inter)]);
        assert_eq!(rows.text("source")[0].as_deref(), id, "{actor}");
        assert_eq!(report.unknowns.total(), unknown, "{actor}");
        assert_eq!(rows.words("source_name"), [actor]);
    }
}

#[test]
fn what_is_no_violence_has_no_quad_class_and_new_types_are_counted() {
    for (kind, code, quad, unknown) in [
        ("Violence against civilians", "Attack", Some(4.0), 0),
        (
            "Explosions/Remote violence",
            "Air/drone strike",
            Some(4.0),
            0,
        ),
        ("Protests", "Excessive force against protestors", None, 0),
        ("Riots", "Mob violence", None, 0),
        ("Strategic developments", "Agreement", None, 0),
        ("Strategic developments", "Armed clash", None, 1),
        ("Parades", "Peaceful parade", None, 1),
    ] {
        let (report, rows) = read(&[("event_type", kind), ("sub_event_type", code)]);
        assert_eq!(rows.number("quad"), [quad], "{kind}");
        assert_eq!(report.unknowns.total(), unknown, "{kind}, {code}");
        assert_eq!(rows.words("code"), [code]);
    }
}

#[test]
fn a_place_without_a_number_goes_by_its_name() {
    let (report, rows) = read(&[("iso", "0"), ("country", "Kosovo")]);
    assert_eq!(
        (rows.words("place"), report.unknowns.total()),
        (vec!["XKX".into()], 0)
    );
    let (report, rows) = read(&[("iso", "9999"), ("country", "Atlantis")]);
    assert_eq!(
        (rows.text("place"), report.unknowns.total()),
        (vec![None], 1)
    );
}

#[test]
fn a_bad_cell_costs_its_row_and_is_named() {
    for (cell, value) in [
        ("event_date", "05/16/2025"),
        ("event_date", ""),
        ("latitude", "91"),
        ("longitude", "west"),
        ("fatalities", "-1"),
        ("fatalities", "many"),
        ("timestamp", "2025-05-20"),
        ("timestamp", "1747742400000"),
    ] {
        let (report, _) = read(&[(cell, value)]);
        assert_eq!((report.rows, report.rejected), (0, 1), "{cell}");
        assert_eq!(report.rejects[0].field, cell);
        assert_eq!(report.rejects[0].value, value);
    }
    let Err(e) = rows_of(
        "acled",
        "acled.csv",
        b"event_id_cnty,event_date\nAZE1,2025-05-16\n",
    ) else {
        panic!("a file without types was read");
    };
    assert!(e.to_string().contains("no column 'event_type'"), "{e}");
}

#[test]
fn a_row_twice_counts_once_and_two_states_of_an_event_stay() {
    let text = header(",") + &line(",", &[]) + &line(",", &[]) + &line(",", &[("fatalities", "3")]);
    let (report, _) = rows_of("acled", "acled.csv", text.as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates), (2, 1));
    assert_eq!(report.unknowns.total(), 1);
}

#[test]
fn an_export_is_told_by_its_header() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.csv");
    for delimiter in [",", ";"] {
        std::fs::write(&path, header(delimiter) + &line(delimiter, &[])).unwrap();
        assert_eq!(recognise(&path).unwrap().unwrap().dataset.id, "acled");
    }
}
