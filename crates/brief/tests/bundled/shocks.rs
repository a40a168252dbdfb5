//! Shocks and levers on the bundled data: what comes of events, and how large those of the record were.

use std::collections::BTreeMap;

use detente_atlas::{Actor, Month};
use detente_partnership::Assessment;
use detente_partnership::stress::library::{library, sized, world};
use detente_partnership::stress::{Asked, Effect, Outcome, Paired, Wanted, strike};
use detente_partnership::world::Stream;
use detente_relations::index::Weights;

use crate::support::*;

const ASKED: Asked = Asked {
    months: Some(12),
    paths: 1000,
    seed: 1,
};
const DAY: &str = "2026-11-24";

fn paired(assessment: &'static Assessment) -> Paired<'static> {
    Paired::new(assessment, &ASKED, 2).unwrap_or_else(|why| panic!("{why}"))
}

/// The shipped partnerships that have paths: of the European Union and Georgia there are too few months.
fn drawn() -> Vec<&'static str> {
    let (with, without): (Vec<&str>, Vec<&str>) = SHIPPED
        .into_iter()
        .partition(|name| assessment(name, DAY).outlook.is_ok());
    assert_eq!(without, ["eu-georgia"]);
    with
}

/// What a text changes.
fn outcome(paired: &Paired<'_>, name: &str, text: &str) -> Outcome {
    let wanted = Wanted::of("--shock", text, &partnership(name)).unwrap();
    let Wanted::Told(shock) = wanted else {
        panic!("{text}")
    };
    let month = paired.next_month();
    paired.of(&shock.events, (month, month))
}

fn effect(paired: &Paired<'_>, name: &str, text: &str) -> Effect {
    match outcome(paired, name, text) {
        Outcome::Changes(effect) => *effect,
        other => panic!("{text}: {other:?}"),
    }
}

/// The sums of positive and negative net scores of China and the Philippines in a month.
fn scores(stream: &Stream, a: &str, b: &str, t: i32) -> (f64, f64) {
    let actor = |id| Actor::from_id(id).unwrap();
    stream
        .flow(actor(a), actor(b), t)
        .and_then(|cell| cell.scores)
        .unwrap_or_default()
}

#[test]
fn the_relation_moves_by_what_the_events_make_of_its_index() {
    let name = "us-philippines";
    let assessment = assessment(name, DAY);
    let paired = paired(assessment);
    let found = effect(&paired, name, "USA<->PHL conflict x5");
    // the net scores of the two: S' = S + 4 x the mean of the last 12 months, for a whole side both ways is all of it
    let stream = assessment.world.stream("gdelt-daily-dyads").unwrap();
    let origin = paired.origin();
    let past: Vec<i32> = stream
        .periods()
        .rev()
        .skip_while(|t| *t > origin)
        .take(12)
        .collect();
    let usual = past
        .iter()
        .map(|t| scores(stream, "USA", "PHL", *t).1)
        .sum::<f64>()
        / 12.0;
    let (c, k) = scores(stream, "USA", "PHL", origin);
    let prior = assessment.partnership.settings.score_prior;
    let want = ((c + prior) / (k + 4.0 * usual + prior)).ln() - ((c + prior) / (k + prior)).ln();
    let relation = found.moves.iter().find(|m| m.variable == 0).unwrap();
    let moved = relation.months[0].change.value;
    assert!((moved - want).abs() < 1e-5, "{moved} {want}");
    assert!(want < -0.01 && found.touched.contains(&0));
    // it fades, and no path differs from another in what is added to a linear variable
    assert!(relation.months[11].change.value.abs() < moved.abs());
    assert!(relation.months[0].change.error < 1e-6);
    assert!(found.mean.difference.lo > 0.0);
    // the shock comes in the month after the day, and the year from it on is compared
    assert_eq!(found.from, Month::new(2026, 12).0);
    assert_eq!(relation.months.len(), 12);
}

#[test]
fn the_usual_changes_nothing_and_more_changes_more() {
    let name = "us-philippines";
    let paired = paired(assessment(name, DAY));
    let at = |times: &str| effect(&paired, name, &format!("USA<->PHL conflict x{times}"));
    let none = at("1");
    let d = none.mean.difference;
    assert_eq!(
        (d.change.value, d.change.error, d.lo, d.hi),
        (0.0, 0.0, 0.0, 0.0)
    );
    assert_eq!(none.shortfall.difference.change.value, 0.0);
    assert!(none.moves.is_empty() && !none.touched.is_empty());
    let harms: Vec<f64> = ["0", "1", "2", "5", "20"]
        .map(|x| at(x).mean.difference.change.value)
        .to_vec();
    assert!(harms.windows(2).all(|w| w[0] < w[1]), "{harms:?}");
    let better = effect(&paired, name, "USA<->PHL cooperation x5");
    assert!(better.mean.difference.hi < 0.0);
}

#[test]
fn events_up_to_the_origin_change_where_the_paths_start() {
    let name = "us-philippines";
    let paired = paired(assessment(name, DAY));
    let month = Month(paired.origin());
    let found = effect(&paired, name, &format!("USA<->PHL conflict {month} x5"));
    assert_eq!(found.from, paired.origin() + 1);
    assert!(found.mean.difference.lo > 0.0);
    let relation = found.moves.iter().find(|m| m.variable == 0).unwrap();
    assert!(relation.months[0].change.value < 0.0);
}

#[test]
fn what_is_not_seen_is_said() {
    let name = "us-philippines";
    let paired = paired(assessment(name, DAY));
    assert!(matches!(
        outcome(&paired, name, "ARM<->AZE conflict x5"),
        Outcome::TouchesNothing
    ));
    // 2022-12 to 2023-06 have holes, and 2017 lies before the data
    for text in [
        "USA<->PHL conflict 2017-06 x5",
        "USA<->PHL conflict 2099-01 x5",
    ] {
        let Outcome::Unknown(why) = outcome(&paired, name, text) else {
            panic!("{text}");
        };
        assert!(why.contains("month"), "{why}");
    }
    let both = effect(
        &paired,
        name,
        "USA<->PHL conflict x5; ARM<->AZE conflict x5",
    );
    assert_eq!(both.silent, ["ARM<->AZE conflict x5"]);
}

#[test]
fn nothing_after_the_day_touches_an_effect() {
    let name = "us-philippines";
    let text = "USA<->PHL conflict x5";
    let of = |day: &str| {
        let paired = paired(assessment(name, day));
        let found = effect(&paired, name, text);
        (
            found.mean.difference.change.value.to_bits(),
            paired.origin(),
        )
    };
    // the bundled net scores end in February 2024: later days know no more of them
    let (early, origin) = of("2020-06-30");
    let june = Month::new(2020, 6).0;
    assert!(origin <= june);
    assert_ne!(early, of(DAY).0);
    let assessment = assessment(name, "2020-06-30");
    let stream = assessment.world.stream("gdelt-daily-dyads").unwrap();
    assert!(stream.periods().all(|t| t <= june));
}

#[test]
fn sizes_of_the_record_are_those_of_the_files() {
    let recorded = world(lake(), day(DAY)).unwrap();
    let all = library();
    let weights = Weights::default();
    let of = |id: &str| {
        let entry = all.iter().find(|e| e.id == id).unwrap();
        sized(&recorded, &all, entry, &weights).unwrap_or_else(|why| panic!("{id}: {why}"))
    };
    // by the raw file: matlConf of RUS and GEO, both ways
    let years = raw_years("RUS", "GEO");
    let georgia = of("georgia-2008");
    let material = &georgia.evidence[0];
    let usual = (2003..=2007).map(|y| years[&y]).sum::<f64>() / 5.0;
    assert_eq!(material.count, years[&2008]);
    assert!((material.usual - usual).abs() < 1e-9);
    assert!((georgia.events[0].times - years[&2008] / usual).abs() < 1e-9);
    assert_eq!(material.datasets, ["icews-dyad-years"]);
    assert_eq!(material.before, ("2003".to_owned(), "2007".to_owned(), 5));
    // by the raw file: negative daily net scores of Armenia and Azerbaijan
    let months = raw_months("ARM", "AZE");
    let war = of("karabakh-2020");
    let at = Month::new(2020, 10).0;
    let usual = (1..=12).map(|k| months[&(at - k)]).sum::<f64>() / 12.0;
    assert!((war.evidence[0].count - months[&at]).abs() < 1e-6);
    assert!((war.events[0].times - months[&at] / usual).abs() < 1e-6);
    assert!(war.events[0].times > 2.0);
    // what never happened borrows, class for class
    let taiwan = of("taiwan");
    assert_eq!(taiwan.events[0].times, georgia.events[0].times);
    assert_eq!(taiwan.events[1].times, georgia.events[1].times);
    // nothing is known of a shock before it came
    let early = world(lake(), day("2020-06-30")).unwrap();
    let entry = all.iter().find(|e| e.id == "karabakh-2020").unwrap();
    assert!(
        sized(&early, &all, entry, &weights)
            .unwrap_err()
            .contains("not over")
    );
}

#[test]
fn every_shock_of_the_library_has_a_size_or_says_why_not() {
    for name in drawn() {
        let assessment = assessment(name, DAY);
        let paired = paired(assessment);
        let p = partnership(name);
        let struck = strike(&paired, &p, lake(), &Wanted::all(&p)).unwrap();
        assert_eq!(struck.len(), library().len() + p.shocks.len());
        for s in struck {
            assert!(!s.size.evidence().is_empty(), "{name} {}", s.id);
            // the source of the last months does not monitor Georgia
            if let Outcome::Unknown(why) = &s.outcome {
                assert_eq!(s.id, "georgia-2008", "{name}: {why}");
                assert!(why.contains("no monthly source monitors them"), "{why}");
            }
        }
    }
}

#[test]
fn every_lever_of_the_shipped_files_moves_something() {
    for name in drawn() {
        let assessment = assessment(name, DAY);
        let paired = paired(assessment);
        let from = paired.next_month();
        for lever in &assessment.partnership.levers {
            let outcome = paired.of(&lever.events, (from, from + 11));
            let effect = outcome
                .effect()
                .unwrap_or_else(|| panic!("{name} {}: {outcome:?}", lever.id));
            assert!(!effect.moves.is_empty(), "{name} {}", lever.id);
            assert_eq!(effect.silent, Vec::<String>::new(), "{name} {}", lever.id);
        }
        assert!(assessment.partnership.levers.len() >= 5, "{name}");
    }
}

/// Material conflict of two states by year, both ways, as the raw file has it.
fn raw_years(a: &str, b: &str) -> BTreeMap<i32, f64> {
    let file = "gpl-3/icews_dyad_year_2002_2014.csv.xz";
    let mut years = BTreeMap::new();
    for [from, to, year, n] in rows(file, ["i_iso3c", "j_iso3c", "year", "matlConf"]) {
        if (from == a && to == b) || (from == b && to == a) {
            *years.entry(year.parse().unwrap()).or_default() += n.parse::<f64>().unwrap();
        }
    }
    years
}

/// Sums of the negative daily net scores of two states by month, as positive numbers, as the raw file has them.
fn raw_months(a: &str, b: &str) -> BTreeMap<i32, f64> {
    let file = "gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz";
    let mut months: BTreeMap<i32, f64> = BTreeMap::new();
    for [date, one, other, w] in rows(file, ["date", "a", "b", "w"]) {
        let (year, month): (i32, i32) = (date[..4].parse().unwrap(), date[4..6].parse().unwrap());
        let sum = months.entry(12 * year + month - 1).or_default();
        if one == a && other == b {
            *sum += (-w.parse::<f64>().unwrap()).max(0.0);
        }
    }
    months
}
