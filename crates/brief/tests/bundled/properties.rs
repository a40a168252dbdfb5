//! What must hold of every assessment, on the real data.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::{By, Day, Month};
use detente_partnership::engine::{Assessment, FactorAssessment, Series};
use detente_partnership::{assess, parse};

use crate::support::*;

/// A partnership and a day each: years with counts only, with net scores only, with both.
const TAKEN: [(&str, &str); 6] = [
    ("nato-azerbaijan", "2012-06-30"),
    ("nato-azerbaijan", "2020-09-25"),
    ("nato-azerbaijan", "2026-01-01"),
    ("asean-china", "2023-09-17"),
    ("eu-georgia", "2023-09-17"),
    ("us-philippines", "2020-09-25"),
];

fn taken() -> impl Iterator<Item = (String, &'static Assessment)> {
    TAKEN
        .into_iter()
        .map(|(name, on)| (format!("{name} as of {on}"), assessment(name, on)))
}

fn in_range(x: f64) -> bool {
    (0.0..=1.0).contains(&x)
}

#[test]
fn contributions_add_up_and_leaving_one_out_agrees() {
    for (what, a) in taken() {
        let mut known_levels = 0;
        for l in &a.register.levels {
            let what = format!("{what}, {}", l.level.name());
            let known: Vec<(&FactorAssessment, f64)> = l
                .factors
                .iter()
                .filter_map(|f| Some((f, f.standing?)))
                .collect();
            let weight: f64 = known.iter().map(|(f, _)| f.factor.weight).sum();
            let sum: f64 = known.iter().map(|(f, s)| f.factor.weight * s).sum();
            let Some(score) = l.score else {
                assert!(known.is_empty(), "{what} has standings and no score");
                continue;
            };
            known_levels += 1;
            close(score, sum / weight, 1e-9, &what);
            assert!(in_range(score), "{what}: {score}");
            let added: f64 = l.factors.iter().filter_map(|f| f.contribution).sum();
            close(added, score, 1e-9, &format!("{what}, contributions"));
            for (f, s) in &known {
                let what = format!("{what}, {}", f.factor.id);
                let w = f.factor.weight;
                close(
                    f.contribution.expect("it adds"),
                    w * s / weight,
                    1e-9,
                    &what,
                );
                match f.without {
                    Some(without) => {
                        close(
                            without,
                            (sum - w * s) / (weight - w),
                            1e-9,
                            &format!("without {what}"),
                        );
                        assert!(in_range(without), "{what}: {without}");
                    }
                    None => assert_eq!(known.len(), 1, "{what} is not the only one"),
                }
            }
            for f in l.factors.iter().filter(|f| f.standing.is_none()) {
                assert_eq!(
                    (f.contribution, f.without),
                    (None, None),
                    "{what}, {}",
                    f.factor.id
                );
            }
        }
        assert!(known_levels > 0, "{what}: nothing is monitored");
        let levels = a.register.levels.iter().zip(a.partnership.level_weights);
        let known: Vec<(f64, f64)> = levels.filter_map(|(l, w)| Some((l.score?, w))).collect();
        let weight: f64 = known.iter().map(|(_, w)| w).sum();
        let total = known.iter().map(|(s, w)| s * w).sum::<f64>() / weight;
        close(
            a.register.total.expect("a level has a score"),
            total,
            1e-9,
            &what,
        );
    }
}

#[test]
fn a_standing_is_the_mean_of_its_fresh_indicators() {
    for (what, a) in taken() {
        for f in a.register.factors() {
            let what = format!("{what}, {}", f.factor.id);
            let mut counted = Vec::new();
            for i in &f.indicators {
                let Ok(r) = &i.reading else { continue };
                assert!(
                    r.seen <= a.world.as_of,
                    "{what}: read {} on {}",
                    r.seen,
                    a.world.as_of
                );
                assert_eq!(r.series.last(), Some((r.t, r.value)), "{what}");
                if let (true, Some(p)) = (r.fresh, r.standing.percentile) {
                    assert!(in_range(p), "{what}: {p}");
                    // The share of an own past of so many values that was less bad, a tie counting half.
                    let halves = 2.0 * p * r.standing.past_n as f64;
                    close(halves, halves.round(), 1e-6, &format!("{what}, half steps"));
                    assert_eq!(r.standing.past_n + 1, r.series.points.len(), "{what}");
                    counted.push((p, i.indicator.weight));
                }
            }
            let weight: f64 = counted.iter().map(|(_, w)| w).sum();
            match f.standing {
                Some(s) => {
                    assert!(in_range(s), "{what}: {s}");
                    let mean = counted.iter().map(|(p, w)| p * w).sum::<f64>() / weight;
                    close(s, mean, 1e-9, &what);
                }
                None => assert!(counted.is_empty(), "{what}"),
            }
        }
    }
}

/// The text of a partnership file with its `[[factor]]` sections in the opposite order.
fn factors_reversed(text: &str) -> String {
    let begin = text.find("\n[[factor]]\n").expect("a factor");
    let end = text.find("\n[[assumption]]\n").unwrap_or(text.len());
    let mut factors: Vec<&str> = text[begin..end].split("\n[[factor]]\n").skip(1).collect();
    factors.reverse();
    let mut out = text[..begin].to_owned();
    for factor in factors {
        out += "\n[[factor]]\n";
        out += factor;
    }
    out + &text[end..]
}

#[test]
fn the_order_of_factors_in_the_file_changes_no_standing() {
    for name in ["nato-azerbaijan", "eu-georgia"] {
        let on = "2020-09-25";
        let (_, text) = detente_partnership::shipped()
            .find(|(n, _)| *n == name)
            .expect("it is shipped");
        let reversed = parse(&factors_reversed(text), name).expect("it is still sound");
        let straight = assessment(name, on);
        let ids = |p: &detente_partnership::Partnership| -> Vec<String> {
            p.factors.iter().map(|f| f.id.clone()).collect()
        };
        let mut backwards = ids(&straight.partnership);
        backwards.reverse();
        assert_eq!(ids(&reversed), backwards);
        let reversed = assess(lake(), &reversed, day(on)).expect("the lake answers");
        let standings = |a: &Assessment| -> BTreeMap<String, (Option<f64>, usize)> {
            a.register
                .factors()
                .map(|f| (f.factor.id.clone(), (f.standing, f.counted().count())))
                .collect()
        };
        assert_eq!(standings(&reversed), standings(straight), "{name}");
        for (x, y) in reversed
            .register
            .levels
            .iter()
            .zip(&straight.register.levels)
        {
            assert_eq!(x.score.is_some(), y.score.is_some());
            close(x.score.unwrap_or(0.0), y.score.unwrap_or(0.0), 1e-12, name);
        }
        let verdicts = |a: &Assessment| -> Vec<_> {
            a.assumptions
                .iter()
                .map(|r| (r.assumption.id.clone(), r.verdict))
                .collect()
        };
        assert_eq!(verdicts(&reversed), verdicts(straight), "{name}");
    }
}

/// The months in which a coding system has at least one day in the raw files: event data of 2018 to March 2019 and January to August
/// 2021 (those of 2005 to 2015 are a sample without most states, and carry no relation), net scores from 2018 to February 2024.
fn months_of(source: &str) -> BTreeSet<i32> {
    let between =
        |from: (i32, u32), to: (i32, u32)| Month::new(from.0, from.1).0..=Month::new(to.0, to.1).0;
    match source {
        "ICEWS events" => between((2018, 1), (2019, 3))
            .chain(between((2021, 1), (2021, 8)))
            .collect(),
        "GDELT daily net scores" => {
            let mut last = String::new();
            let mut months = BTreeSet::new();
            for [date] in rows(
                "gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz",
                ["date"],
            ) {
                if date != last {
                    months.insert(Day::parse_compact(&date).expect("a day").month().0);
                    last = date;
                }
            }
            months
        }
        other => panic!("a monthly source that this test does not know: {other}"),
    }
}

#[test]
fn no_monthly_series_has_a_point_in_a_month_that_nobody_monitored() {
    let mut known: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    let mut seen: BTreeSet<i32> = BTreeSet::new();
    for (what, a) in taken() {
        let readings = a
            .register
            .factors()
            .flat_map(|f| &f.indicators)
            .filter_map(|i| Some(&i.reading.as_ref().ok()?.series));
        let profiles = std::iter::once(&a.sides).chain(&a.contrast);
        let monthly = profiles.filter_map(|p| p.monthly.as_ref().ok());
        let all: Vec<&Series> = readings
            .chain(monthly)
            .filter(|s| s.by == By::Month)
            .collect();
        // Before 2018 no monthly source is whole.
        assert_eq!(all.is_empty(), a.world.as_of < day("2018-01-01"), "{what}");
        for series in all {
            let months = known
                .entry(series.source.clone())
                .or_insert_with(|| months_of(&series.source));
            for (t, value) in &series.points {
                assert!(
                    months.contains(t),
                    "{what}: {} has {value} in {}",
                    series.source,
                    Month(*t)
                );
                assert!(value.is_finite(), "{what}: {value} in {}", Month(*t));
                seen.insert(*t);
            }
        }
    }
    assert_eq!(
        known.len(),
        2,
        "both monthly sources were met: {:?}",
        known.keys()
    );
    assert!(seen.iter().all(|t| *t >= Month::new(2018, 1).0));
}

#[test]
fn the_spliced_series_is_silent_in_2016_and_2017() {
    for name in SHIPPED {
        let a = assessment(name, "2026-01-01");
        for p in std::iter::once(&a.sides).chain(&a.contrast) {
            let yearly = p.yearly.as_ref().unwrap_or_else(|e| panic!("{name}: {e}"));
            let years: Vec<i32> = yearly.spliced.points.iter().map(|r| r.t).collect();
            let what = format!("{name}, {} with {}: {years:?}", p.of, p.with);
            assert!(!years.contains(&2016) && !years.contains(&2017), "{what}");
            assert!(years.contains(&2014) && years.contains(&2018), "{what}");
            assert!(years.windows(2).all(|w| w[0] < w[1]), "{what}");
            for r in &yearly.spliced.points {
                assert!(r.lo <= r.r && r.r <= r.hi, "{what}: {r:?}");
            }
        }
    }
}
