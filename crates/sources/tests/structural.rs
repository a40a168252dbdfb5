//! Structural tables, on a few real lines.

mod common;

use common::{Rows, day, excerpt, rows_of};
use detente_sources::ReadReport;

fn read(id: &str, name: &str) -> (ReadReport, Rows) {
    rows_of(id, name, &excerpt(name)).unwrap()
}

/// variable, actor, partner, value, weight, key.
type Line = (
    String,
    String,
    Option<String>,
    Option<f64>,
    Option<f64>,
    Option<String>,
);

fn lines(rows: &Rows) -> Vec<Line> {
    let (variable, actor, partner) = (
        rows.words("variable"),
        rows.words("actor"),
        rows.text("partner"),
    );
    let (value, weight, key) = (
        rows.number("value"),
        rows.number("weight"),
        rows.text("key"),
    );
    (0..rows.len())
        .map(|i| {
            (
                variable[i].clone(),
                actor[i].clone(),
                partner[i].clone(),
                value[i],
                weight[i],
                key[i].clone(),
            )
        })
        .collect()
}

fn line(
    variable: &str,
    actor: &str,
    partner: &str,
    value: f64,
    weight: Option<f64>,
    key: &str,
) -> Line {
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    (
        variable.to_owned(),
        actor.to_owned(),
        some(partner),
        Some(value),
        weight,
        some(key),
    )
}

#[test]
fn disputes_are_from_the_actor_s_side() {
    let (report, rows) = read("mid-gml", "mid_gml.csv");
    assert_eq!(report.rejected, 0);
    // 3564,373,371,1992: hostility 5, fatalities 6.
    assert!(lines(&rows).contains(&line("dispute", "AZE", "ARM", 5.0, Some(6.0), "3564")));
    // 2,2,200,1902: hostility 3, fatalities 0.
    assert_eq!(
        lines(&rows)[0],
        line("dispute", "USA", "GBR", 3.0, Some(0.0), "2")
    );
    assert_eq!(
        (rows.days("start")[0], rows.days("end")[0]),
        (day("1902-01-01"), day("1902-12-31"))
    );
    assert_eq!(rows.days("known")[0], day("1902-12-31").plus(2000));
    // The last line has fatality -9, which is no value.
    let weights = rows.number("weight");
    assert_eq!(weights.last().unwrap(), &None);
    assert!(weights[..weights.len() - 1].iter().all(Option::is_some));
    let (_, rows) = read("mid-cow", "mid_cow.csv");
    assert!(lines(&rows).contains(&line("dispute", "AZE", "ARM", 4.0, Some(6.0), "3564")));
}

#[test]
fn armed_conflict_pairs_all_states_of_both_sides() {
    let (_, rows) = read("ucdp-acd", "ucdp_acd.csv");
    let found = lines(&rows);
    // Nagorno-Karabakh 2020: 373 and 640 against 371 as a secondary party, intensity 2, type 4, fought in 373.
    let of_conflict: Vec<_> = found
        .iter()
        .filter(|l| l.5.as_deref() == Some("388"))
        .cloned()
        .collect();
    assert_eq!(
        of_conflict,
        [
            line("conflict-between", "AZE", "ARM", 2.0, Some(4.0), "388"),
            line("conflict-between", "ARM", "AZE", 2.0, Some(4.0), "388"),
            line("conflict-opposed", "TUR", "ARM", 2.0, Some(4.0), "388"),
            line("conflict-opposed", "ARM", "TUR", 2.0, Some(4.0), "388"),
            line("conflict-in", "AZE", "", 2.0, Some(4.0), "388"),
        ]
    );
    // "651, 666" names two places.
    let places: Vec<_> = found
        .iter()
        .filter(|l| l.0 == "conflict-in" && l.5.as_deref() == Some("11343"))
        .collect();
    assert_eq!(
        places.iter().map(|l| l.1.as_str()).collect::<Vec<_>>(),
        ["EGY", "ISR"]
    );
    let (keys, notes, file_lines) = (rows.words("key"), rows.words("note"), rows.lines());
    let i = keys.iter().position(|k| k == "388").unwrap();
    assert_eq!(
        notes[i],
        "Government of Azerbaijan v Republic of Artsakh (Artsakh (Nagorno-Karabakh))"
    );
    // One cell of the Chinese row holds a line break, so the row before it takes two lines.
    assert_eq!(file_lines[i], 5);
    let i = keys.iter().position(|k| k == "11349").unwrap();
    assert_eq!(
        (notes[i].as_str(), file_lines[i]),
        ("Government of China v ETIM (East Turkestan)", 3)
    );
}

#[test]
fn memberships_keep_their_status() {
    let (_, rows) = read("igo-cow", "igo.csv");
    assert_eq!(
        lines(&rows),
        [
            line("member", "ARM", "", 1.0, None, "coe"),
            line("member", "ARM", "", 1.0, None, "csto"),
            line("member", "AZE", "", 1.0, None, "coe"),
        ]
    );
}

#[test]
fn ideal_points_come_from_the_better_edition() {
    let (_, rows) = read("un-ideal-points", "ideal_2025.csv");
    assert_eq!(
        lines(&rows)[0],
        line("ideal-point", "AZE", "", 0.3184749, Some(60.0), "")
    );
    assert_eq!(
        lines(&rows)[1],
        line("ideal-point-q5", "AZE", "", 0.1151211, None, "")
    );
    assert_eq!(
        lines(&rows)[2],
        line("ideal-point-q95", "AZE", "", 0.5180803, None, "")
    );
    assert_eq!(
        lines(&rows)[3],
        line("ideal-point", "AZE", "", -0.6604451, Some(74.0), "")
    );
    assert_eq!(rows.days("known")[3], day("2024-12-31").plus(190));
    let (report, rows) = read("un-ideal-points", "ideal_2026.csv");
    assert_eq!(report.skipped["year that the other edition has better"], 1);
    assert_eq!(
        lines(&rows)[0],
        line("ideal-point", "AZE", "", -0.7095998, Some(137.0), "")
    );
    assert_eq!(rows.days("start")[0], day("2025-01-01"));
}

#[test]
fn alliances_give_a_row_for_each_kind_that_holds() {
    let (_, rows) = read("alliance-atop", "atop.csv");
    let text = String::from_utf8(excerpt("atop.csv")).unwrap();
    let flags: Vec<&str> = text.lines().nth(1).unwrap().split(',').skip(3).collect();
    let kinds = [
        "atop-defense",
        "atop-offense",
        "atop-neutral",
        "atop-nonagg",
        "atop-consul",
    ];
    let expected: Vec<_> = kinds
        .iter()
        .zip(flags)
        .filter(|(_, flag)| *flag == "1")
        .map(|(kind, _)| line(kind, "AZE", "ARM", 1.0, None, ""))
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(lines(&rows), expected);
    let (_, rows) = read("alliance-cow", "cow_alliance.csv");
    assert!(
        lines(&rows)
            .iter()
            .all(|l| l.0.starts_with("cow-") && l.3 == Some(1.0))
    );
}

#[test]
fn contiguity_is_cut_where_a_number_changed_hands() {
    let (report, rows) = read("contiguity-cow", "contiguity.csv");
    assert_eq!(report.skipped["span without contiguity"], 1);
    let (actor, start, end) = (rows.words("actor"), rows.days("start"), rows.days("end"));
    // 345,310 (Yugoslavia, Hungary) 1944-10-01 to 2016-12-01.
    let spans: Vec<_> = (0..rows.len()).filter(|i| rows.lines()[*i] == 5).collect();
    assert_eq!(
        spans.iter().map(|i| actor[*i].as_str()).collect::<Vec<_>>(),
        ["YUG", "SCG", "SRB"]
    );
    assert_eq!(start[spans[0]], day("1944-10-01"));
    assert_eq!(end[spans[2]], day("2016-12-01"));
    let last = rows.len() - 1;
    assert_eq!(
        lines(&rows)[last],
        line("contiguity", "AZE", "ARM", 1.0, None, "")
    );
    assert_eq!(
        (start[last], end[last]),
        (day("1991-12-01"), day("2016-12-01"))
    );
    assert_eq!(rows.days("known")[last], day("1991-12-01"));
}

#[test]
fn capitals_are_in_degrees() {
    let (_, rows) = read("capitals-cow", "capitals.csv");
    assert_eq!(
        lines(&rows)[0],
        line("capital-latitude", "AZE", "", 40.3755885, None, "Baku")
    );
    assert_eq!(
        lines(&rows)[1],
        line("capital-longitude", "AZE", "", 49.8328009, None, "Baku")
    );
}

#[test]
fn capabilities_leave_out_what_is_missing() {
    let (_, rows) = read("cinc-cow", "cinc.csv");
    assert_eq!(
        lines(&rows),
        [
            line("cinc", "AZE", "", 0.0011930513, None, ""),
            line("milex", "AZE", "", 132_000.0, None, ""),
            line("milper", "AZE", "", 50.0, None, ""),
        ]
    );
    let text = String::from_utf8(excerpt("cinc.csv"))
        .unwrap()
        .replace(",132000,", ",,")
        .replace(",50,", ",-9,");
    let (_, rows) = rows_of("cinc-cow", "cinc.csv", text.as_bytes()).unwrap();
    assert_eq!(
        lines(&rows),
        [line("cinc", "AZE", "", 0.0011930513, None, "")]
    );
}

#[test]
fn expenditure_is_in_per_cent_of_gdp() {
    let (report, rows) = read("milex-factbook", "factbook_military.csv");
    let found = lines(&rows);
    assert_eq!(
        found[4],
        line("military-expenditure", "AZE", "", 5.1, None, "")
    );
    // Kosovo has no ISO code and is found by the Factbook's own; the European Union's (EE) is none of FIPS 10-4.
    assert_eq!(
        found[5],
        line("military-expenditure", "XKX", "", 1.3, None, "")
    );
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("FIPS 10-4 code", "EE", 1)]
    );
    assert_eq!(rows.days("known")[4], day("2025-12-31"));
    let (_, rows) = read("milex-nato", "nato.csv");
    assert_eq!(
        lines(&rows),
        [line(
            "military-expenditure",
            "USA",
            "",
            3.727245747076332,
            None,
            ""
        )]
    );
    assert_eq!(rows.lines(), [3], "Iceland on line 2 has no figure");
}

#[test]
fn trade_partners_are_found_by_name_or_counted() {
    let (report, rows) = read("trade-factbook", "factbook_trade.csv");
    let found = lines(&rows);
    assert_eq!(found.len(), 10);
    assert_eq!(found[0], line("export-share", "AZE", "ITA", 37.0, None, ""));
    assert_eq!(found[7], line("import-share", "AZE", "TUR", 14.0, None, ""));
    assert_eq!(found[8], line("import-share", "AZE", "GEO", 4.0, None, ""));
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("country name", "The", 1)]
    );
}

#[test]
fn a_cabinet_lasts_until_the_day_before_the_next() {
    let (_, rows) = read("parlgov", "parlgov.csv");
    assert_eq!(
        lines(&rows),
        [
            line(
                "cabinet-party",
                "DEU",
                "",
                6.2503,
                Some(246.0),
                "1528 CDU+CSU"
            ),
            line("cabinet-party", "DEU", "", 3.6451, Some(153.0), "1528 SPD"),
            line(
                "cabinet-party",
                "DEU",
                "",
                2.9308,
                Some(118.0),
                "1661 B90/Gru"
            ),
            line("cabinet-party", "DEU", "", 5.9233, Some(92.0), "1661 FDP"),
            line("cabinet-party", "DEU", "", 3.6451, Some(206.0), "1661 SPD"),
        ]
    );
    let (start, end, known) = (rows.days("start"), rows.days("end"), rows.days("known"));
    assert_eq!((start[0], end[0]), (day("2018-03-14"), day("2021-12-07")));
    assert_eq!((start[4], end[4]), (day("2021-12-08"), day("2023-12-31")));
    assert_eq!(known[0], day("2018-04-13"));
    assert_eq!(rows.words("note")[4], "Scholz");
    assert_eq!(rows.lines(), [4, 7, 9, 11, 13]);
}
