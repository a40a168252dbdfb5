//! UCDP on real files. Counts were made with Python's csv module on the same files.

mod common;

use std::path::{Path, PathBuf};

use common::{day, excerpt, rows, rows_of, zip};
use detente_sources::recognise;

const GED: &str = "GEDEvent_v23_1.sample1000.csv.xz";

fn real(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/real")
        .join(name)
}

/// A header and a row with nothing but what is needed.
fn small(cell: &str, value: &str) -> Vec<u8> {
    let cells = [
        ("id", "1"),
        ("type_of_violence", "1"),
        ("dyad_name", "Government of Syria - IS"),
        ("side_a", "Government of Syria"),
        ("side_b", "IS"),
        ("number_of_sources", "2"),
        ("source_article", "a"),
        ("adm_1", "Homs"),
        ("latitude", "34.8"),
        ("longitude", "36.7"),
        ("country_id", "652"),
        ("date_prec", "1"),
        ("date_start", "2016-01-01 00:00:00.000"),
        ("date_end", "2016-01-02 00:00:00.000"),
        ("best", "4"),
        ("low", "3"),
        ("high", "5"),
    ];
    let header: Vec<&str> = cells.iter().map(|c| c.0).collect();
    let row: Vec<&str> = cells
        .iter()
        .map(|c| if c.0 == cell { value } else { c.1 })
        .collect();
    format!("{}\n{}\n", header.join(","), row.join(",")).into_bytes()
}

#[test]
fn an_edition_gives_every_event_with_its_deaths_and_states() {
    let (report, rows) = rows("ucdp-ged", &real(GED)).unwrap();
    assert_eq!((report.rows, report.rejected), (1000, 0));
    let deaths: f64 = rows.number("deaths").into_iter().flatten().sum();
    assert_eq!(deaths, 9561.0);
    assert_eq!(rows.text("source").iter().flatten().count(), 768);
    assert_eq!(rows.text("target").iter().flatten().count(), 18);
    let codes = rows.words("code");
    let n = |code: &str| codes.iter().filter(|c| *c == code).count();
    assert_eq!(
        (n("state-based"), n("non-state"), n("one-sided")),
        (707, 133, 160)
    );
    // number_of_sources is -1 in 326 rows.
    let sources = rows.number("sources");
    assert_eq!(sources.iter().filter(|s| s.is_none()).count(), 326);
    let at = |id: &str| {
        let events = rows.words("event");
        events.iter().position(|e| e == id).unwrap()
    };
    let i = at("453579");
    assert_eq!(rows.text("source")[i].as_deref(), Some("RUS"));
    assert_eq!(rows.text("target")[i].as_deref(), Some("UKR"));
    assert_eq!(rows.text("place")[i].as_deref(), Some("UKR"));
    assert_eq!(rows.text("province")[i].as_deref(), Some("Donetsk oblast"));
    assert_eq!(rows.days("day")[i], day("2022-11-14"));
    assert_eq!(rows.days("known")[i], day("2022-12-31").plus(190));
    assert_eq!(rows.number("quad")[i], Some(4.0));
    assert_eq!(rows.number("goldstein")[i], None);
}

#[test]
fn an_older_edition_names_its_governments() {
    let (report, rows) = rows("ucdp-ged", &real("ged191.syria2000.csv.xz")).unwrap();
    assert_eq!((report.rows, report.rejected), (2000, 0));
    let deaths: f64 = rows.number("deaths").into_iter().flatten().sum();
    assert_eq!(deaths, 26517.0);
    let source = rows.text("source");
    assert_eq!(
        source
            .iter()
            .filter(|s| s.as_deref() == Some("SYR"))
            .count(),
        1543
    );
    // Iraq 16, Turkey 3, Jordan 1: the other governments of the file.
    assert_eq!(source.iter().flatten().count(), 1563);
}

#[test]
fn a_file_is_told_by_header_and_name() {
    let id = |path: &Path| recognise(path).unwrap().map(|r| r.dataset.id);
    assert_eq!(id(&real(GED)), Some("ucdp-ged"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("GEDEvent_v23_0_1.csv");
    std::fs::write(&path, small("", "")).unwrap();
    assert_eq!(id(&path), Some("ucdp-ged-candidate"));
    let (_, rows) = rows("ucdp-ged-candidate", &path).unwrap();
    assert_eq!(rows.days("known")[0], day("2016-01-31").plus(31));
}

#[test]
fn a_bad_cell_costs_its_row_and_is_named() {
    for (cell, value) in [
        ("type_of_violence", "4"),
        ("date_start", "2016-02-30"),
        ("date_end", "2015-12-31"),
        ("best", "-1"),
        ("low", "many"),
        ("latitude", "91"),
    ] {
        let (report, _) = rows_of("ucdp-ged", "ged.csv", &small(cell, value)).unwrap();
        assert_eq!((report.rows, report.rejected), (0, 1), "{cell}");
        assert_eq!(report.rejects[0].field, cell);
        assert_eq!(report.rejects[0].value, value);
    }
    let (report, rows) = rows_of("ucdp-ged", "ged.csv", &small("country_id", "9999")).unwrap();
    assert_eq!((report.rows, report.unknowns.total()), (1, 1));
    assert_eq!(rows.text("place")[0], None);
}

/// The years in which two states were on opposite sides, at least one of them a primary party.
fn years(rows: &common::Rows, a: &str, b: &str) -> Vec<i32> {
    let (variable, actor, partner) = (
        rows.words("variable"),
        rows.words("actor"),
        rows.text("partner"),
    );
    let start = rows.days("start");
    let mut found: Vec<i32> = (0..rows.len())
        .filter(|i| variable[*i] == "conflict-between" && actor[*i] == a)
        .filter(|i| partner[*i].as_deref() == Some(b))
        .map(|i| start[i].year())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn a_state_that_is_only_a_second_party_makes_a_dyad() {
    let (report, rows) = rows("ucdp-acd", &real("ucdp-prio-acd-221.csv.xz")).unwrap();
    assert_eq!(report.rejected, 0);
    assert_eq!(report.days.values().sum::<u64>(), 2568);
    let karabakh = [
        1991, 1992, 1993, 1997, 1998, 2005, 2008, 2012, 2014, 2015, 2016, 2017, 2020, 2021,
    ];
    assert_eq!(years(&rows, "ARM", "AZE"), karabakh);
    assert_eq!(years(&rows, "AZE", "ARM"), karabakh);
    assert_eq!(
        years(&rows, "RUS", "UKR"),
        (2014..=2021).collect::<Vec<_>>()
    );
    assert_eq!(years(&rows, "RUS", "GEO"), [2008]);
    assert_eq!(years(&rows, "TUR", "ARM"), [], "both are second parties");
}

#[test]
fn the_dyadic_file_is_told_and_keeps_its_numbers() {
    let acd = String::from_utf8(excerpt("ucdp_acd.csv")).unwrap();
    let (header, _) = acd.split_once('\n').unwrap();
    // Hand-made in the published layout: Azerbaijan with Türkiye against Artsakh with Armenia, 2020.
    let text = format!(
        "dyad_id,{header}\n826,388,Azerbaijan,A,1,T,Republic of Artsakh,2,R,1,Artsakh,2020,2,1,4,,,,,,,,373,640,,371,373,1,21.1\n"
    );
    let (_, rows) = rows_of("ucdp-dyadic", "ucdp-dyadic-211.csv", text.as_bytes()).unwrap();
    assert_eq!(years(&rows, "ARM", "AZE"), [2020]);
    assert!(rows.words("key").iter().all(|k| k == "826"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dyads.csv");
    std::fs::write(&path, &text).unwrap();
    assert_eq!(recognise(&path).unwrap().unwrap().dataset.id, "ucdp-dyadic");
}

#[test]
fn an_edition_of_ones_own_is_told_and_read() {
    let karabakh = [
        1991, 1992, 1993, 1997, 1998, 2005, 2008, 2012, 2014, 2015, 2016, 2017,
    ];
    for (name, n, last) in [
        ("ucdp-prio-acd-201.csv.xz", 2448, 2019),
        ("ucdp-prio-acd-211.csv.xz", 2506, 2020),
    ] {
        let path = real(name);
        assert_eq!(
            recognise(&path).unwrap().unwrap().dataset.id,
            "ucdp-acd-own"
        );
        let (report, rows) = rows("ucdp-acd-own", &path).unwrap();
        assert_eq!(report.rejected, 0);
        assert_eq!(report.days.values().sum::<u64>(), n, "{name}");
        let war = karabakh.iter().copied().chain([2020]);
        let expected: Vec<i32> = war.filter(|y| *y <= last).collect();
        assert_eq!(years(&rows, "ARM", "AZE"), expected, "{name}");
        assert_eq!(
            years(&rows, "RUS", "UKR"),
            (2014..=last).collect::<Vec<_>>()
        );
    }
}

#[test]
fn another_set_of_ucdp_is_refused_by_what_it_is() {
    let dyads = String::from_utf8(excerpt("ucdp_acd.csv")).unwrap();
    let dyads = format!("dyad_id,{}", dyads.replace("\n", "\n1,"));
    let dyads = dyads.strip_suffix("1,").unwrap_or(&dyads);
    let deaths = "conflict_id,dyad_id,location_inc,year,side_a,side_b,bd_best\n333,735,Afghanistan,2019,G,T,28828\n";
    // The header of edition 21.1 as published.
    let groups = "\"conflict_id\",\"dyad_id\",\"org\",\"side_a_name\",\"side_a_components\",\"year\",\"best_fatality_estimate\"\n\"9637\",\"10247\",\"3\",\"Konianke\",\"\",\"2013\",\"98\"\n";
    for (id, text, words) in [
        ("ucdp-acd", dyads, "read it as ucdp-dyadic"),
        ("ucdp-acd-own", dyads, "read it as ucdp-dyadic"),
        ("ucdp-acd", deaths, "Battle-Related Deaths Dataset"),
        ("ucdp-dyadic", deaths, "Battle-Related Deaths Dataset"),
        ("ucdp-acd-own", groups, "Non-State Conflict Dataset"),
        ("ucdp-dyadic", groups, "Non-State Conflict Dataset"),
    ] {
        let Err(e) = rows_of(id, "file.csv", text.as_bytes()) else {
            panic!("taken as {id}");
        };
        assert!(e.to_string().contains(words), "{e}");
        assert!(e.to_string().contains("file.csv, row 1"), "{e}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.csv");
    for text in [deaths, groups] {
        std::fs::write(&path, text).unwrap();
        let e = recognise(&path).unwrap_err();
        assert!(e.to_string().contains("there is no reader"), "{e}");
        assert!(e.to_string().contains("ucdp-ged"), "{e}");
    }
}

#[test]
fn a_workbook_is_refused_in_clear_words() {
    let book = zip(&[("xl/workbook.xml", b"<workbook/>\n")]);
    let Err(e) = rows_of("ucdp-acd", "ucdp-prio-acd-191.xlsx", &book) else {
        panic!("a workbook was read");
    };
    assert!(e.to_string().contains("save its sheet as CSV"), "{e}");
}
