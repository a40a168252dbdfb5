//! What the press reported of the sides, added up from the raw files.

use std::collections::BTreeMap;

use detente_atlas::{Day, Month};
use detente_partnership::Party;
use detente_partnership::world::{Cell, Stream};

use crate::support::*;

const NATO_AZE: &str = "nato-azerbaijan";
const TODAY: &str = "2026-01-01";

fn stream(id: &str) -> &'static Stream {
    assessment(NATO_AZE, TODAY)
        .world
        .stream(id)
        .expect("it is in the lake")
}

fn sides() -> (&'static Party, &'static Party) {
    let p = &assessment(NATO_AZE, TODAY).partnership;
    (&p.a, &p.b)
}

fn pooled(id: &str) -> BTreeMap<i32, Cell> {
    let (a, b) = sides();
    stream(id).pooled(a, b).into_iter().collect()
}

/// The four classes: verbal cooperation, material cooperation, verbal conflict, material conflict.
fn classes(cell: &Cell) -> [f64; 4] {
    let c = cell.counts.expect("the source counts");
    [
        c.verbal_cooperation,
        c.material_cooperation,
        c.verbal_conflict,
        c.material_conflict,
    ]
}

/// ICEWS dyad-years of Azerbaijan with the members of the year, both directions, from the raw file.
fn icews_years() -> BTreeMap<i32, [f64; 4]> {
    let mut years: BTreeMap<i32, [f64; 4]> = BTreeMap::new();
    for [a, b, y, counts @ ..] in rows(
        "gpl-3/icews_dyad_year_2002_2014.csv.xz",
        [
            "i_iso3c", "j_iso3c", "year", "verbCoop", "matlCoop", "verbConf", "matlConf",
        ],
    ) {
        let y = year(&y);
        if (a == "AZE" && in_nato(&b, y)) || (b == "AZE" && in_nato(&a, y)) {
            let sums = years.entry(y).or_default();
            for (sum, n) in sums.iter_mut().zip(&counts) {
                *sum += number(n);
            }
        }
    }
    years
}

#[test]
fn icews_dyad_years_of_the_members_of_the_date() {
    let (found, raw) = (pooled("icews-dyad-years"), icews_years());
    assert_eq!(
        raw.keys().copied().collect::<Vec<_>>(),
        (2002..=2014).collect::<Vec<_>>()
    );
    assert_eq!(found.len(), 13);
    for (y, expected) in &raw {
        assert_eq!(classes(&found[y]), *expected, "{y}");
        assert_eq!(found[y].n, expected.iter().sum::<f64>(), "{y}");
    }
    assert_eq!(raw[&2006], [2360.0, 9.0, 27.0, 29.0]);
}

#[test]
fn the_relation_index_of_icews_dyad_years() {
    let a = assessment(NATO_AZE, TODAY);
    let yearly = a.sides.yearly.as_ref().unwrap();
    let raw = icews_years();
    let mut compared = 0;
    for r in yearly
        .readings
        .iter()
        .filter(|r| r.segment == "ICEWS dyad-years")
    {
        // A material event weighs two verbal ones, and half an event stands on each side: ln((C + 1/2) / (K + 1/2)).
        let [vc, mc, vk, mk] = raw[&r.t];
        let expected = ((vc + 2.0 * mc + 0.5) / (vk + 2.0 * mk + 0.5)).ln();
        let found = r.relation.as_ref().expect("there are events").r;
        close(found, expected, 1e-12, &r.t.to_string());
        // It is the reference of the splice, so its years stand in the long series as they are.
        let long = yearly
            .spliced
            .points
            .iter()
            .find(|p| p.t == r.t)
            .expect("in the series");
        close(
            long.r,
            expected,
            1e-12,
            &format!("{} in the spliced series", r.t),
        );
        compared += 1;
    }
    assert_eq!(compared, 13);
    // 2006 by hand: C = 2360 + 2 x 9 = 2378, K = 27 + 2 x 29 = 85, ln(2378.5 / 85.5).
    let of_2006 = yearly.spliced.points.iter().find(|p| p.t == 2006).unwrap();
    close(of_2006.r, 3.325_708_939_929_622, 1e-12, "2006");
}

#[test]
fn gdelt_dyad_years_of_the_members_of_the_date() {
    let found = pooled("gdelt-dyad-years");
    let mut archive = tar::Archive::new(open("dyads/gdelt_dyad_years_1990_2008.tar.xz"));
    let mut compared = 0;
    for member in archive.entries().expect("a tar") {
        let member = member.expect("a member");
        let name = member.path().expect("a name").display().to_string();
        let Some(y) = name.strip_suffix("_gdelt.csv").map(year) else {
            continue;
        };
        let mut n = 0.0;
        for [a, b, events] in table(
            member,
            [
                "Actor1CountryCode",
                "Actor2CountryCode",
                "NumberOfRowsBetweenCountries",
            ],
        ) {
            // CAMEO's code of Romania is ROM.
            let member = |code: &str| in_nato(if code == "ROM" { "ROU" } else { code }, y);
            if (a == "AZE" && member(&b)) || (b == "AZE" && member(&a)) {
                n += number(&events);
            }
        }
        // Before 1992 there was no such state, and its code is one of the unknown codes.
        if y >= 1992 {
            assert_eq!(found[&y].n, n, "{y}");
            compared += 1;
        }
    }
    assert_eq!(compared, 17);
    assert_eq!(found[&1994].n, 732.0);
    // The shares of the classes times the rows: 651 + 47 + 26 + 8 = 732 (worked out in Python).
    assert_eq!(classes(&found[&1994]), [651.0, 47.0, 26.0, 8.0]);
}

#[test]
fn daily_net_scores_of_armenia_and_azerbaijan_in_september_2020() {
    let raw: Vec<f64> = rows(
        "gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz",
        ["date", "a", "b", "w"],
    )
    .into_iter()
    .filter(|[date, a, b, _]| date.starts_with("202009") && a == "ARM" && b == "AZE")
    .map(|[_, _, _, w]| number(&w))
    .collect();
    assert_eq!(raw.len(), 29);
    close(
        raw.iter().sum(),
        -16_772.416,
        1e-6,
        "the sum of the raw file",
    );
    let party = |id: &str| Party {
        name: id.to_owned(),
        id: id.to_owned(),
        group: id.parse().unwrap(),
    };
    let month = Month::new(2020, 9).0;
    let cell = stream("gdelt-daily-dyads")
        .pooled(&party("AZE"), &party("ARM"))
        .into_iter()
        .find(|(t, _)| *t == month)
        .map(|(_, cell)| cell)
        .unwrap();
    let (good, bad) = cell.scores.unwrap();
    let sum = |keep: fn(&f64) -> bool| raw.iter().copied().filter(keep).sum::<f64>();
    close(good, sum(|w| *w > 0.0), 1e-6, "days above zero");
    close(bad, -sum(|w| *w < 0.0), 1e-6, "days below zero");
    assert_eq!(cell.n, 29.0);
    // The war began on the 27th.
    assert!(Day::from_ymd(2020, 9, 27).is_some() && bad > 100.0 * good);
}
