//! Distances and agreement in the UN General Assembly.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use detente_partnership::engine::Series;
use detente_partnership::engine::measure::{Context, measure};
use detente_partnership::{Measure, Party};

use crate::support::*;

const NATO_AZE: &str = "nato-azerbaijan";
/// The estimates of 2025 were not out yet.
const TODAY: &str = "2026-01-01";

/// Columns of the table derived_nato_un_cohesion.csv, which was worked out in Python from the same two editions of the ideal points:
/// year, gap_usa (the United States from the median of the members without it, Canada and Türkiye), and the distance of Azerbaijan
/// from the median of all members of the year.
const COHESION: [(i32, f64, f64); 31] = [
    (1994, 1.5834, 1.1261),
    (1995, 1.5488, 1.0696),
    (1996, 1.5672, 1.1351),
    (1997, 1.6135, 1.0962),
    (1998, 1.6125, 1.0852),
    (1999, 1.4138, 0.9692),
    (2000, 1.4258, 1.0983),
    (2001, 1.4311, 1.1437),
    (2002, 1.5698, 1.1473),
    (2003, 1.6912, 1.1684),
    (2004, 1.7418, 1.0252),
    (2005, 1.7756, 1.1509),
    (2006, 1.7576, 1.0195),
    (2007, 1.7382, 0.9984),
    (2008, 1.6870, 1.1221),
    (2009, 1.4413, 1.1678),
    (2010, 1.3960, 1.2819),
    (2011, 1.4700, 1.4203),
    (2012, 1.4705, 1.3598),
    (2013, 1.5559, 1.4252),
    (2014, 1.5103, 1.3740),
    (2015, 1.4213, 1.6913),
    (2016, 1.3784, 1.7099),
    (2017, 1.5056, 1.7622),
    (2018, 1.6403, 1.6742),
    (2019, 1.4842, 1.6804),
    (2020, 1.3656, 1.8415),
    (2021, 1.4098, 1.6310),
    (2022, 1.0893, 1.5950),
    (2023, 1.1485, 1.5386),
    (2024, 1.0098, 1.8639),
];

/// Columns of derived_aze_un_alignment.csv: year, share of equal votes of Azerbaijan with the United States, Türkiye and Armenia.
const AGREEMENT: [(i32, [Option<f64>; 3]); 7] = [
    (1994, [Some(0.2833), Some(0.8136), Some(0.7895)]),
    (2001, [Some(0.1549), Some(0.7538), Some(0.8310)]),
    (2007, [Some(0.0610), Some(0.7632), Some(0.9136)]),
    (2011, [Some(0.3647), Some(0.7711), Some(0.7711)]),
    (2016, [Some(0.3431), Some(0.6505), Some(0.7083)]),
    (2020, [Some(0.1429), Some(0.6889), Some(0.7416)]),
    // Türkiye hardly voted: three common votes are no agreement.
    (2023, [Some(0.1186), None, Some(0.7719)]),
];

fn by_year(series: &Series) -> BTreeMap<i32, f64> {
    series.points.iter().copied().collect()
}

fn party(text: &str) -> Party {
    Party {
        name: text.to_owned(),
        id: text.to_owned(),
        group: text.parse().expect("a group"),
    }
}

fn measured(m: &Measure) -> Series {
    let a = assessment(NATO_AZE, TODAY);
    let cx = Context {
        world: &a.world,
        lake: lake(),
        partnership: &a.partnership,
    };
    measure(cx, m).expect("it is measured")
}

/// The ideal points of the edition of July 2025: year, then state.
fn ideal_points() -> HashMap<i32, HashMap<String, f64>> {
    let mut points: HashMap<i32, HashMap<String, f64>> = HashMap::new();
    for [y, iso, x] in rows(
        "structural/un_ideal_points_jul2025.csv.xz",
        ["year", "iso3c", "idealpointfp"],
    ) {
        if !x.is_empty() {
            points.entry(year(&y)).or_default().insert(iso, number(&x));
        }
    }
    points
}

#[test]
fn the_distance_of_azerbaijan_from_the_median_of_nato() {
    let found = by_year(assessment(NATO_AZE, TODAY).sides.distance.as_ref().unwrap());
    let raw = ideal_points();
    for (y, _, expected) in COHESION {
        let of_year = &raw[&y];
        let members: Vec<f64> = of_year
            .iter()
            .filter(|(iso, _)| in_nato(iso, y))
            .map(|(_, x)| *x)
            .collect();
        close(
            found[&y],
            (of_year["AZE"] - median(members)).abs(),
            1e-9,
            &y.to_string(),
        );
        close(
            found[&y],
            expected,
            5.1e-5,
            &format!("{y}, against the table"),
        );
    }
    assert_eq!(found.keys().next_back(), Some(&2024));
    close(found[&1994], 1.13, 0.005, "1994");
    close(found[&2024], 1.86, 0.005, "2024");
}

#[test]
fn the_gap_of_the_united_states_from_the_median_of_europe() {
    let a = assessment(NATO_AZE, TODAY);
    let of_factor = a
        .register
        .factors()
        .flat_map(|f| &f.indicators)
        .find(|i| {
            matches!(&i.indicator.measure, Measure::IdealPointGap { of, with }
                if of.id == "USA" && with.id == "nato-europe")
        })
        .expect("a factor measures it");
    let found = by_year(&of_factor.reading.as_ref().unwrap().series);
    let raw = ideal_points();
    for (y, expected, _) in COHESION {
        let of_year = &raw[&y];
        let europe: Vec<f64> = of_year
            .iter()
            .filter(|(iso, _)| in_nato(iso, y) && !["USA", "CAN", "TUR"].contains(&&***iso))
            .map(|(_, x)| *x)
            .collect();
        close(
            found[&y],
            (of_year["USA"] - median(europe)).abs(),
            1e-9,
            &y.to_string(),
        );
        close(
            found[&y],
            expected,
            5.1e-5,
            &format!("{y}, against the table"),
        );
    }
    for (y, expected) in [(1994, 1.58), (2005, 1.78), (2024, 1.01)] {
        close(found[&y], expected, 0.005, &y.to_string());
    }
}

#[test]
fn the_brief_states_the_distance_of_the_first_and_of_the_last_year() {
    let doc = brief(NATO_AZE, TODAY);
    let statement = doc
        .statements()
        .into_iter()
        .find(|s| s.id == "bottom-alignment")
        .expect("the bottom line speaks of interests");
    let shown: Vec<String> = statement.figures().map(|f| f.full()).collect();
    assert_eq!(
        shown.first().map(String::as_str),
        Some("1.13"),
        "{}",
        statement.plain()
    );
    assert_eq!(
        shown.last().map(String::as_str),
        Some("1.86"),
        "{}",
        statement.plain()
    );
    assert!(statement.plain().contains("apart"), "{}", statement.plain());
}

#[test]
fn agreement_in_votes() {
    let partners = ["USA", "TUR", "ARM"];
    let found = partners.map(|with| {
        by_year(&measured(&Measure::VoteAgreement {
            of: party("AZE"),
            with: party(with),
        }))
    });
    let roll_calls = rows(
        "structural/un_votes_matrix_1946_2024.csv.xz",
        ["date", "AZE", "USA", "TUR", "ARM"],
    );
    for (y, expected) in AGREEMENT {
        for (k, table) in expected.into_iter().enumerate() {
            let what = format!("{} in {y}", partners[k]);
            // 1 yes, 2 abstain, 3 no; 8 absent, 9 not a member.
            let votes: Vec<(&str, &str)> = roll_calls
                .iter()
                .filter(|r| r[0].starts_with(&format!("{y}-")))
                .map(|r| (&*r[1], &*r[2 + k]))
                .filter(|(a, b)| [a, b].iter().all(|v| ["1", "2", "3"].contains(*v)))
                .collect();
            let same = votes.iter().filter(|(a, b)| a == b).count();
            let share = (votes.len() >= 30).then(|| same as f64 / votes.len() as f64);
            assert_eq!(
                share.is_some(),
                table.is_some(),
                "{what}: {} votes",
                votes.len()
            );
            match share {
                Some(share) => {
                    close(found[k][&y], share, 1e-12, &what);
                    close(
                        share,
                        table.unwrap_or_default(),
                        5.1e-5,
                        &format!("{what}, against the table"),
                    );
                }
                None => assert!(!found[k].contains_key(&y), "{what} has no value"),
            }
        }
    }
    let years: BTreeSet<i32> = found[1].keys().copied().collect();
    assert!(!years.contains(&2023) && years.contains(&2022));
}
