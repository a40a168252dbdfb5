//! GDELT's files as published and as copied, against counts made outside this code (Python, from the files and the tables of the atlas).

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{Rows, day, rows};
use detente_atlas::{Actor, Kind};
use detente_sources::{ReadReport, read_columns, recognise};

fn real(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/real")
        .join(name)
}

/// Reads a real file after telling what it is.
fn take(id: &str, name: &str) -> (ReadReport, Rows) {
    let path = real(name);
    let found = recognise(&path)
        .unwrap()
        .unwrap_or_else(|| panic!("{name} is not recognised"));
    assert_eq!(found.dataset.id, id, "{name}");
    rows(id, &path).unwrap_or_else(|e| panic!("{e}"))
}

fn there(column: &[Option<String>]) -> usize {
    column.iter().flatten().count()
}

/// Distinct ordered pairs of two different states, and the rows between them.
fn pairs(all: &Rows) -> (usize, usize) {
    let (source, target) = (all.text("source"), all.text("target"));
    let state = |id: &String| Actor::from_id(id).unwrap().kind() == Kind::State;
    let between: Vec<_> = source
        .iter()
        .zip(&target)
        .filter_map(|(s, t)| Some((s.as_ref()?, t.as_ref()?)))
        .filter(|(s, t)| s != t && state(s) && state(t))
        .collect();
    (between.iter().collect::<BTreeSet<_>>().len(), between.len())
}

fn unknowns(report: &ReadReport) -> Vec<(&str, &str, u64)> {
    report.unknowns.iter().collect()
}

struct Counts {
    id: &'static str,
    file: &'static str,
    rows: u64,
    source: usize,
    target: usize,
    place: usize,
    located: usize,
    pairs: usize,
    between: usize,
    quads: [usize; 4],
    goldstein: f64,
    story: usize,
    publisher: usize,
    unknown: &'static [(&'static str, &'static str, u64)],
}

#[rustfmt::skip]
const COUNTED: [Counts; 13] = [
    Counts { id: "gdelt-2", file: "20180101000000.export.CSV.xz", rows: 2414, source: 1368, target: 1072, place: 2353, located: 2356, pairs: 145, between: 450,
        quads: [1401, 254, 281, 478], goldstein: -951.2, story: 2414, publisher: 2414,
        unknown: &[("CAMEO group", "ALQ", 12), ("CAMEO group", "HRW", 3), ("CAMEO group", "IRC", 3), ("FIPS country", "OS", 4)] },
    Counts { id: "gdelt-2", file: "20180326044500.export.CSV.xz", rows: 1540, source: 838, target: 588, place: 1502, located: 1502, pairs: 88, between: 214,
        quads: [946, 173, 193, 228], goldstein: 513.1, story: 1540, publisher: 1540, unknown: &[] },
    Counts { id: "gdelt-2", file: "20190121220000.export.CSV.zip", rows: 1629, source: 910, target: 742, place: 1590, located: 1593, pairs: 121, between: 300,
        quads: [918, 205, 172, 334], goldstein: -72.6, story: 1629, publisher: 1629,
        unknown: &[("CAMEO group", "ALQ", 3), ("CAMEO group", "WEF", 1), ("FIPS country", "OS", 3)] },
    Counts { id: "gdelt-2", file: "aamend_events.csv.xz", rows: 100, source: 65, target: 42, place: 97, located: 97, pairs: 5, between: 13,
        quads: [75, 10, 9, 6], goldstein: 173.2, story: 100, publisher: 100, unknown: &[] },
    Counts { id: "gdelt-2", file: "aamend_eventsT.csv.xz", rows: 100, source: 48, target: 52, place: 97, located: 97, pairs: 10, between: 13,
        quads: [71, 9, 9, 11], goldstein: 153.1, story: 100, publisher: 100, unknown: &[("CAMEO group", "ALQ", 2)] },
    Counts { id: "gdelt-2", file: "aamend_events_old100.csv.xz", rows: 100, source: 35, target: 51, place: 100, located: 100, pairs: 6, between: 11,
        quads: [64, 8, 17, 11], goldstein: 112.2, story: 100, publisher: 100, unknown: &[] },
    Counts { id: "gdelt-1", file: "aamend_events1_57and58cols.csv.xz", rows: 100, source: 50, target: 45, place: 97, located: 97, pairs: 11, between: 19,
        quads: [65, 13, 16, 6], goldstein: 106.3, story: 60, publisher: 55, unknown: &[] },
    Counts { id: "gdelt-1", file: "reed9999_20160728_events.csv.xz", rows: 710, source: 446, target: 328, place: 691, located: 694, pairs: 110, between: 125,
        quads: [433, 67, 107, 103], goldstein: 213.2, story: 509, publisher: 509,
        unknown: &[("CAMEO group", "AMN", 1), ("CAMEO group", "XFM", 1), ("FIPS country", "GM", 2), ("FIPS country", "YM", 1)] },
    Counts { id: "gdelt-2", file: "gdelt_state_dyads_20201113.csv.xz", rows: 2824, source: 2824, target: 2824, place: 2811, located: 2819, pairs: 636, between: 2504,
        quads: [1962, 316, 263, 283], goldstein: 4114.2, story: 2824, publisher: 2824, unknown: &[("FIPS country", "OS", 9)] },
    Counts { id: "gdelt-2", file: "gdelt_state_dyads_20201114.csv.xz", rows: 2601, source: 2601, target: 2601, place: 2600, located: 2597, pairs: 513, between: 2226,
        quads: [1667, 282, 211, 441], goldstein: 2338.0, story: 2601, publisher: 2601, unknown: &[] },
    Counts { id: "gdelt-2", file: "gdelt_state_dyads_20201115.csv.xz", rows: 3929, source: 3929, target: 3929, place: 3924, located: 3924, pairs: 823, between: 3536,
        quads: [2629, 454, 335, 511], goldstein: 5495.0, story: 3929, publisher: 3929, unknown: &[] },
    Counts { id: "gdelt-1", file: "undp_bcpr_april13_june2011.tar.xz", rows: 8816, source: 4491, target: 3477, place: 8816, located: 8816, pairs: 403, between: 1147,
        quads: [5877, 856, 1021, 1062], goldstein: 7451.9, story: 3542, publisher: 876,
        unknown: &[("CAMEO group", "ALQ", 2), ("CAMEO group", "AMN", 4), ("CAMEO group", "ICG", 1), ("CAMEO group", "ICO", 2), ("CAMEO group", "IRC", 3), ("CAMEO group", "WEF", 3)] },
    Counts { id: "gdelt-1", file: "andeek_1979.csv.xz", rows: 679, source: 416, target: 382, place: 679, located: 679, pairs: 87, between: 188,
        quads: [0, 0, 0, 679], goldstein: -5678.4, story: 0, publisher: 0, unknown: &[] },
];

#[test]
fn every_real_file_gives_the_rows_that_were_counted_outside() {
    for want in COUNTED {
        let (report, all) = take(want.id, want.file);
        let name = want.file;
        assert_eq!(
            (report.rows, report.rejected, report.duplicates),
            (want.rows, 0, 0),
            "{name}"
        );
        assert_eq!(there(&all.text("source")), want.source, "{name} source");
        assert_eq!(there(&all.text("target")), want.target, "{name} target");
        assert_eq!(there(&all.text("place")), want.place, "{name} place");
        assert_eq!(
            all.number("lat").iter().flatten().count(),
            want.located,
            "{name} lat"
        );
        assert_eq!(
            all.number("lon").iter().flatten().count(),
            want.located,
            "{name} lon"
        );
        assert_eq!(pairs(&all), (want.pairs, want.between), "{name} pairs");
        let quad = all.number("quad");
        let quads = [1.0, 2.0, 3.0, 4.0].map(|q| quad.iter().filter(|x| **x == Some(q)).count());
        assert_eq!(quads, want.quads, "{name} quad");
        let goldstein: f64 = all.number("goldstein").iter().flatten().sum();
        assert!(
            (goldstein - want.goldstein).abs() < 0.01,
            "{name} goldstein {goldstein}"
        );
        assert_eq!(there(&all.text("story")), want.story, "{name} story");
        assert_eq!(
            there(&all.text("publisher")),
            want.publisher,
            "{name} publisher"
        );
        assert_eq!(unknowns(&report), want.unknown, "{name} unknown");
        assert!(
            all.text("code").iter().flatten().all(|c| c.len() >= 3),
            "{name}: no code lost its zero"
        );
    }
}

#[test]
fn sqldate_lies_0_1_7_30_or_365_days_before_dateadded() {
    // Counted with awk: rows by the days between SQLDATE and DATEADDED, in these three whole files.
    let mut lags = BTreeMap::new();
    for name in [
        "20180101000000.export.CSV.xz",
        "20180326044500.export.CSV.xz",
        "20190121220000.export.CSV.zip",
    ] {
        let (_, all) = take("gdelt-2", name);
        for (day, known) in all.days("day").iter().zip(all.days("known")) {
            *lags.entry(known.0 - day.0).or_insert(0) += 1;
        }
    }
    assert_eq!(
        lags,
        BTreeMap::from([(0, 5459), (1, 29), (7, 24), (30, 30), (365, 41)])
    );
}

#[test]
fn a_row_of_gdelt_2_keeps_what_the_file_says() {
    let (report, all) = take("gdelt-2", "20180101000000.export.CSV.xz");
    // Line 2: POLICE (COP) -> MELBOURNE (AUS), 130, in Brunswick West; SQLDATE 20171202.
    assert_eq!(all.days("day")[1], day("2017-12-02"));
    assert_eq!(all.days("known")[1], day("2018-01-01"));
    let text = |column: &str| all.text(column)[1].clone();
    assert_eq!(text("source"), None, "the police of nowhere are no state");
    assert_eq!(text("source_name").as_deref(), Some("POLICE"));
    assert_eq!(text("source_sectors").as_deref(), Some("COP"));
    assert_eq!(text("target").as_deref(), Some("AUS"));
    assert_eq!(text("target_sectors"), None);
    assert_eq!(text("code").as_deref(), Some("130"));
    assert_eq!(text("place").as_deref(), Some("AUS"));
    assert_eq!(text("province").as_deref(), Some("AS07"));
    assert_eq!(
        text("city").as_deref(),
        Some("Brunswick West, Victoria, Australia")
    );
    assert_eq!(text("publisher").as_deref(), Some("heraldsun.com.au"));
    assert_eq!(text("event").as_deref(), Some("719024876"));
    let number = |column: &str| all.number(column)[1];
    assert_eq!(number("quad"), Some(3.0));
    assert_eq!(number("goldstein"), Some(f64::from(-4.4_f32)));
    assert_eq!(number("lat"), Some(f64::from(-37.7833_f32)));
    assert_eq!(number("lon"), Some(f64::from(144.933_f32)));
    assert_eq!(number("mentions"), Some(2.0));
    assert_eq!(number("sources"), Some(1.0));
    assert_eq!(number("articles"), Some(2.0));
    assert_eq!(number("tone"), Some(-9.765625));
    assert_eq!(all.lines()[1], 2);
    // The first line's host has capitals in the file.
    assert_eq!(
        all.text("publisher")[0].as_deref(),
        Some("tucsonnewsnow.com")
    );
    // Event 719025066 has a longitude of 42 and no latitude.
    let half = all
        .text("event")
        .iter()
        .position(|e| e.as_deref() == Some("719025066"))
        .unwrap();
    assert_eq!(
        (all.number("lat")[half], all.number("lon")[half]),
        (None, None)
    );
    assert_eq!(
        report.days,
        BTreeMap::from([(day("2018-01-01"), 2414)]),
        "the day of publication"
    );
}

#[test]
fn an_organisation_acts_where_the_country_is_none_or_a_part_of_the_world() {
    let (_, all) = take("gdelt-2", "20180101000000.export.CSV.xz");
    let named = |name: &str| -> BTreeSet<Option<String>> {
        let (names, actors) = (all.text("source_name"), all.text("source"));
        names
            .iter()
            .zip(actors)
            .filter(|(n, _)| n.as_deref() == Some(name))
            .map(|(_, a)| a)
            .collect()
    };
    let only = |id: &str| BTreeSet::from([Some(id.to_owned())]);
    assert_eq!(named("UNITED NATIONS"), only("UN"));
    let mut seen = BTreeSet::new();
    for file in COUNTED.iter().filter(|c| c.id == "gdelt-2").take(4) {
        let (_, all) = take("gdelt-2", file.file);
        for (name, actor) in all.text("source_name").into_iter().zip(all.text("source")) {
            if let (Some("NATO" | "THE EUROPEAN UNION" | "THE EU" | "ECOWAS"), Some(actor)) =
                (name.as_deref(), actor)
            {
                seen.insert(actor);
            }
        }
    }
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        ["ECOWAS", "EU", "NATO"]
    );
}

#[test]
fn gdelt_1_has_rows_with_and_without_an_address_in_one_file() {
    let (report, all) = take("gdelt-1", "aamend_events1_57and58cols.csv.xz");
    // Line 1: event 0 of 1979-01-01, 57 columns, a place with 0, 0 for coordinates.
    assert_eq!(all.text("event")[0].as_deref(), Some("0"));
    assert_eq!(all.text("target")[0].as_deref(), Some("R-AFR"));
    assert_eq!(all.days("day")[0], day("1979-01-01"));
    assert_eq!(
        all.days("known")[0],
        day("2013-02-03"),
        "known when it was added"
    );
    assert_eq!(
        (all.number("lat")[0], all.number("lon")[0]),
        (None, None),
        "no place is not 0, 0"
    );
    assert_eq!(all.text("story")[0], None);
    // Ten rows of the daily file of 2013-04-01 are dated by the next day: they are known on it, and published on the first.
    let ahead: Vec<usize> = (0..all.len())
        .filter(|i| all.days("day")[*i] == day("2013-04-02"))
        .collect();
    assert_eq!(ahead.len(), 10);
    assert!(
        ahead
            .iter()
            .all(|i| all.days("known")[*i] == day("2013-04-02"))
    );
    assert_eq!(report.days[&day("2013-04-01")], 20);
    // "BBC Monitoring" is a story without a host.
    let bbc = all
        .text("story")
        .iter()
        .filter(|s| s.as_deref() == Some("BBC Monitoring"))
        .count();
    assert_eq!(bbc, 5);
}

#[test]
fn mentions_are_read_as_published_and_as_copied() {
    // File, rows, rows whose event was first reported on another day, sum of confidence, rows with a translation, sum of lengths.
    for (file, n, late, confidence, translated, length) in [
        ("aamend_mentions.csv.xz", 100, 9, 5_090.0, 0, 318_930),
        ("aamend_mentionsT.csv.xz", 100, 18, 7_280.0, 100, 277_556),
        (
            "gdeltPyR_mentionssamp_headered.csv.xz",
            1635,
            7,
            117_600.0,
            1635,
            10_063_261,
        ),
    ] {
        let (report, all) = take("gdelt-2-mentions", file);
        assert_eq!((report.rows, report.rejected), (n, 0), "{file}");
        let days = all.days("day");
        let other = days
            .iter()
            .zip(all.days("event_day"))
            .filter(|(a, b)| *a != b)
            .count();
        assert_eq!(other, late, "{file}");
        assert_eq!(
            all.number("confidence").iter().flatten().sum::<f64>(),
            confidence,
            "{file}"
        );
        assert_eq!(there(&all.text("translation")), translated, "{file}");
        assert_eq!(
            all.number("length").iter().flatten().sum::<f64>(),
            f64::from(length),
            "{file}"
        );
        assert_eq!(days, all.days("known"), "{file}");
    }
    let (_, all) = take("gdelt-2-mentions", "aamend_mentions.csv.xz");
    assert_eq!(all.text("event")[0].as_deref(), Some("410412347"));
    assert_eq!(
        all.text("publisher")[0].as_deref(),
        Some("dailymaverick.co.za")
    );
    assert_eq!(all.number("sentence")[0], Some(19.0));
    assert_eq!(all.number("kind")[0], Some(1.0));
    let (_, all) = take("gdelt-2-mentions", "gdeltPyR_mentionssamp_headered.csv.xz");
    assert_eq!(all.days("event_day")[0], day("2016-07-01"));
    assert_eq!(all.days("day")[0], day("2017-07-01"));
}

#[test]
fn a_few_columns_are_those_of_the_whole() {
    let path = real("20190121220000.export.CSV.zip");
    let (whole, all) = rows("gdelt-2", &path).unwrap();
    let mut part = Vec::new();
    let columns = ["goldstein", "target", "source", "known", "quad"];
    let report = read_columns(common::of("gdelt-2"), &path, &columns, &mut |batch| {
        part.push(batch);
        Ok(())
    })
    .unwrap();
    assert_eq!((report.rows, report.bytes), (whole.rows, whole.bytes));
    let part = Rows(part);
    assert_eq!(part.text("source"), all.text("source"));
    assert_eq!(part.text("target"), all.text("target"));
    assert_eq!(part.days("known"), all.days("known"));
    assert_eq!(part.number("goldstein"), all.number("goldstein"));
    assert_eq!(part.number("quad"), all.number("quad"));
    // No column at all still has its rows.
    let mut n = 0;
    read_columns(common::of("gdelt-2"), &path, &["weather"], &mut |batch| {
        n += batch.num_rows();
        Ok(())
    })
    .unwrap();
    assert_eq!(n, 1629);
}
