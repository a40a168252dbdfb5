//! A standing worked out from the raw file, step by step.

use std::collections::BTreeMap;

use detente_atlas::{Day, Month};
use detente_partnership::Measure;

use crate::support::*;

/// The relation of Azerbaijan with Armenia two days before the war of 2020: the net-score index over three months, and its place among
/// all three months before.
#[test]
fn the_relation_of_azerbaijan_with_armenia_before_the_war() {
    let as_of = day("2020-09-25");
    // Good and bad days of the pair, and the days that the file has of anybody, by month.
    let mut scores: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    let mut days: BTreeMap<i32, i32> = BTreeMap::new();
    let mut last = String::new();
    for [date, a, b, w] in rows(
        "gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz",
        ["date", "a", "b", "w"],
    ) {
        let on = Day::parse_compact(&date).expect("a day");
        if on > as_of {
            continue;
        }
        let month = on.month().0;
        if date != last {
            *days.entry(month).or_default() += 1;
            last = date;
        }
        if a == "ARM" && b == "AZE" {
            let w = number(&w);
            let sums = scores.entry(month).or_default();
            sums.0 += w.max(0.0);
            sums.1 += (-w).max(0.0);
        }
    }
    let (first, end) = (Month::new(2018, 1).0, Month::new(2020, 9).0);
    assert_eq!(days.len(), 33);
    assert_eq!(days[&end], 25, "September ends on the day of the view");
    // ln((good + 10) / (bad + 10)) over three months of which at least half of the days were monitored; January 2018 has one month
    // in three and no value.
    let window = |t: i32| -> Option<f64> {
        let monitored: f64 = (0..3)
            .map(|k| {
                let seen = days.get(&(t - k)).copied().unwrap_or(0);
                let length = Month(t - k).last().0 - Month(t - k).first().0 + 1;
                f64::from(seen) / f64::from(length)
            })
            .sum::<f64>()
            / 3.0;
        let (good, bad) = (0..3)
            .filter_map(|k| scores.get(&(t - k)))
            .fold((0.0, 0.0), |(g, b), (x, y)| (g + x, b + y));
        (monitored >= 0.5).then(|| ((good + 10.0) / (bad + 10.0)).ln())
    };
    let expected: Vec<(i32, f64)> = (first..=end)
        .filter_map(|t| Some((t, window(t)?)))
        .collect();
    assert_eq!(expected.len(), 32);
    // Lower is worse: the share of the 31 values before that were better.
    let (_, now) = expected[expected.len() - 1];
    let past = &expected[..expected.len() - 1];
    let better = past.iter().filter(|(_, v)| *v > now).count();
    let percentile = better as f64 / past.len() as f64;

    let a = assessment("nato-azerbaijan", "2020-09-25");
    let reading = a
        .register
        .factors()
        .filter(|f| f.factor.id == "azerbaijan-armenia")
        .flat_map(|f| &f.indicators)
        .find(|i| matches!(&i.indicator.measure, Measure::Relation { of, with } if of.id == "AZE" && with.id == "ARM"))
        .and_then(|i| i.reading.as_ref().ok())
        .expect("it is measured");
    assert_eq!(reading.series.source, "GDELT daily net scores");
    assert_eq!(reading.series.points.len(), expected.len());
    for ((t, found), (u, value)) in reading.series.points.iter().zip(&expected) {
        assert_eq!(t, u);
        close(*found, *value, 1e-9, &Month(*t).to_string());
    }
    assert_eq!(reading.standing.past_n, 31);
    close(
        reading.standing.percentile.expect("there is enough past"),
        percentile,
        1e-9,
        "percentile",
    );
    assert_eq!(reading.seen, as_of);
    assert!(reading.fresh);
}
