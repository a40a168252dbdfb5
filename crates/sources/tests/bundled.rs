//! The bundled files, whole. Every expected figure was counted from the raw files with other tools (Python's csv, awk).

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{bundled, data, day, of, rows};
use detente_atlas::{Actor, By, is_member};
use detente_sources::{GapStatus, catalogue};
use sha2::{Digest, Sha256};

fn sums() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(data().join("SHA256SUMS")).unwrap();
    text.lines()
        .map(|l| l.split_once("  ").unwrap())
        .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
        .collect()
}

#[test]
fn every_file_of_the_catalogue_is_there_as_documented_and_no_other() {
    let sums = sums();
    let documented = std::fs::read_to_string(data().join("SOURCES.md")).unwrap();
    let named: BTreeSet<&str> = catalogue()
        .iter()
        .flat_map(|d| d.files.iter().copied())
        .collect();
    assert_eq!(
        sums.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        named
    );
    for (name, sum) in &sums {
        let bytes = std::fs::read(data().join(name)).unwrap();
        let found: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(&found, sum, "{name}");
        assert!(
            documented.contains(sum),
            "SOURCES.md does not give the sum of {name}"
        );
        assert!(
            documented.contains(&format!("`{name}`")),
            "SOURCES.md does not name {name}"
        );
    }
}

#[test]
fn the_catalogue_is_sound() {
    let ids: BTreeSet<&str> = catalogue().iter().map(|d| d.id).collect();
    assert_eq!(ids.len(), catalogue().len(), "an id twice");
    for set in catalogue() {
        assert!(set.span.0 <= set.span.1, "{}", set.id);
        assert!(set.lag_days >= 0, "{}: known before it happened", set.id);
        assert!((1..=6).contains(&set.grade.credibility), "{}", set.id);
        for text in [
            set.title,
            set.citation,
            set.licence,
            set.terms,
            set.lag_reason,
        ]
        .iter()
        .chain(set.notes)
        {
            assert!(
                !text.is_empty() && !text.contains("  "),
                "{}: '{text}'",
                set.id
            );
        }
        for gap in &set.gaps {
            assert!(gap.from <= gap.to && !gap.reason.is_empty(), "{}", set.id);
        }
    }
}

/// Rows of each file: data set, which of its files, rows.
const ROWS: [(&str, usize, u64); 23] = [
    ("icews-events", 0, 325_691),
    ("icews-0515", 0, 461_329),
    ("icews-18", 0, 468_558),
    ("icews-21", 0, 326_354),
    ("icews-dyad-years", 0, 298_376),
    // 268,452 rows of 1990-2008, without regions and states with themselves.
    ("gdelt-dyad-years", 0, 235_608),
    // 2,706,067 rows, without 59 of a state with itself.
    ("gdelt-daily-dyads", 0, 2_706_008),
    ("mid-gml", 0, 10_276),
    ("mid-cow", 0, 11_390),
    ("ucdp-acd", 0, 4_562),
    ("igo-cow", 0, 490_098),
    // 137,762 + 6,342 + 4,465 + 261,838 + 131,332 flags, less those of two rows of 1993 with Czechoslovakia, which had ended.
    ("alliance-atop", 0, 541_735),
    // 103,918 + 3,664 + 95,160 + 104,060 flags.
    ("alliance-cow", 0, 306_802),
    ("parlgov", 0, 4_011),
    ("contiguity-cow", 0, 1_796),
    ("capitals-cow", 0, 494),
    // 17,121 + 14,761 + 16,665 values.
    ("cinc-cow", 0, 48_547),
    // 835 rows, 5 of them of the European Union.
    ("milex-factbook", 0, 830),
    // 232 rows, 8 of Iceland without a figure.
    ("milex-nato", 0, 224),
    // 2,317 rows, 10 of the European Union and 6 whose partner lost its name.
    ("trade-factbook", 0, 2_301),
    ("un-ideal-points", 0, 34_263),
    // 190 states of 2025.
    ("un-ideal-points", 1, 570),
    ("un-votes", 0, 919_571),
];

#[test]
fn every_file_gives_its_rows_and_rejects_none() {
    for (id, file, expected) in ROWS {
        let set = of(id);
        let path = data().join(set.files[file]);
        let mut batches = 0_u64;
        let mut early = 0_u64;
        let day_column = set.table.day_column();
        let report = detente_sources::read(set, &path, &mut |batch| {
            batches += 1;
            let column = |name: &str| {
                let array = batch.column_by_name(name).unwrap().clone();
                array
                    .as_any()
                    .downcast_ref::<arrow_array::Date32Array>()
                    .unwrap()
                    .clone()
            };
            let (known, spoken) = (column("known"), column(day_column));
            early += known
                .values()
                .iter()
                .zip(spoken.values())
                .filter(|(k, d)| k < d)
                .count() as u64;
            Ok(())
        })
        .unwrap();
        assert_eq!(report.rows, expected, "{id}");
        assert_eq!(
            (report.rejected, report.duplicates, early),
            (0, 0, 0),
            "{id}: {:?}",
            report.rejects
        );
        assert!(batches >= report.rows.div_ceil(detente_sources::BATCH_ROWS as u64));
        let (first, last) = (
            report.days.keys().next().unwrap(),
            report.days.keys().last().unwrap(),
        );
        if set.step == By::Year {
            assert!(
                set.span.0.start_of(By::Year) <= *first && *last <= set.span.1,
                "{id}: {first} to {last}"
            );
        }
    }
}

#[test]
fn icews_events_of_azerbaijan_and_nato() {
    let (report, rows) = bundled("icews-events");
    assert_eq!(report.members, 167);
    assert_eq!(rows.between("AZE", "ARM").len(), 135);
    // 345 rows have NATO as their source by name; the country column is empty or a member's.
    let named = rows.text("source_name");
    let source = rows.text("source");
    let nato: Vec<usize> = (0..rows.len())
        .filter(|i| named[*i].as_deref() == Some("North Atlantic Treaty Organization"))
        .collect();
    assert_eq!(nato.len(), 345);
    assert!(nato.iter().all(|i| source[*i].as_deref() == Some("NATO")));
    // The first row of the file of 25 November 2018.
    let (files, lines, events) = (rows.words("file"), rows.lines(), rows.text("event"));
    let i = files
        .iter()
        .position(|f| f.ends_with("!20181125-icews-events.tab"))
        .unwrap();
    assert_eq!((lines[i], events[i].as_deref()), (2, Some("33814796")));
    // Days: 198 events of 6 October 2018, which has no file; 74 of 9 March 2019.
    assert_eq!(report.days[&day("2018-10-06")], 198);
    assert_eq!(report.days[&day("2019-03-09")], 74);
    assert_eq!(report.days[&day("2019-03-26")], 103);
    // All codes are CAMEO codes; one country of 231 is none.
    let countries: Vec<_> = report
        .unknowns
        .iter()
        .filter(|u| u.0 != "ICEWS actor without a country")
        .collect();
    assert_eq!(countries, [("ICEWS country", "Bavaria", 3)]);
}

#[test]
fn quadruples_cover_their_days() {
    let (report, rows) = bundled("icews-0515");
    assert_eq!(report.days.len(), 4_017);
    assert_eq!(report.days[&day("2008-09-25")], 8);
    // A sample of actors: no fact from Azerbaijan to Armenia.
    let (source, target) = (rows.text("source_name"), rows.text("target_name"));
    let is = |text: &Option<String>, country: &str| {
        text.as_deref()
            .is_some_and(|t| t == country || t.ends_with(&format!("({country})")))
    };
    let count = |rows: usize, s: &[Option<String>], t: &[Option<String>]| {
        (0..rows)
            .filter(|i| is(&s[*i], "Azerbaijan") && is(&t[*i], "Armenia"))
            .count()
    };
    assert_eq!(count(rows.len(), &source, &target), 0);
    for (id, days, phrases) in [("icews-18", 304, 71), ("icews-21", 243, 366)] {
        let (report, rows) = bundled(id);
        assert_eq!(report.days.len(), days);
        let (source, target) = (rows.text("source_name"), rows.text("target_name"));
        assert_eq!(count(rows.len(), &source, &target), phrases, "{id}");
        // Persons and ministries of both states come on top.
        assert!(rows.between("AZE", "ARM").len() >= phrases, "{id}");
        assert!(rows.text("code").iter().all(Option::is_some), "{id}");
    }
}

#[test]
fn dyad_years_hold_the_counts_of_the_files() {
    let (_, rows) = bundled("icews-dyad-years");
    let total = |column: &str| rows.number(column).into_iter().flatten().sum::<f64>();
    assert_eq!(total("verbal_cooperation"), 5_703_143.0);
    assert_eq!(total("material_cooperation"), 143_231.0);
    assert_eq!(total("verbal_conflict"), 447_500.0);
    assert_eq!(total("material_conflict"), 438_910.0);
    let start = rows.days("start");
    let i = rows
        .between("AZE", "ARM")
        .into_iter()
        .find(|i| start[*i] == day("2014-01-01"))
        .unwrap();
    assert_eq!(
        (rows.number("n")[i], rows.lines()[i]),
        (Some(517.0), 15_783)
    );

    let (report, rows) = bundled("gdelt-dyad-years");
    assert_eq!(
        report.skipped["dyad with a region"] + report.skipped["state with itself"],
        268_452 - 235_608
    );
    let start = rows.days("start");
    let (n, vc) = (rows.number("n"), rows.number("verbal_cooperation"));
    let of_year = |year: &str| {
        rows.between("AZE", "ARM")
            .into_iter()
            .find(|i| start[*i] == day(year))
            .unwrap()
    };
    assert_eq!(
        (n[of_year("1994-01-01")], vc[of_year("1994-01-01")]),
        (Some(766.0), Some(342.0))
    );
    // 0.6950980392156862 x 1020 = 709.
    assert_eq!(
        (n[of_year("2006-01-01")], vc[of_year("2006-01-01")]),
        (Some(1020.0), Some(709.0))
    );
    assert_eq!(
        (n[of_year("2007-01-01")], vc[of_year("2007-01-01")]),
        (Some(988.0), None)
    );
    // GDELT writes ROM for Romania.
    let i = rows
        .between("ROU", "USA")
        .into_iter()
        .find(|i| start[*i] == day("1995-01-01"))
        .unwrap();
    assert_eq!(n[i], Some(6.0));
    let named: BTreeSet<String> = rows
        .words("source")
        .into_iter()
        .chain(rows.words("target"))
        .collect();
    for absent in ["BIH", "SVN", "MNE", "XKX"] {
        assert!(!named.contains(absent), "{absent}");
    }
}

#[test]
fn daily_dyads_lack_the_days_that_the_catalogue_says() {
    let (report, rows) = bundled("gdelt-daily-dyads");
    let set = of("gdelt-daily-dyads");
    assert_eq!(report.days.len(), 2_149);
    let absent = set.gaps.iter().filter(|g| g.status == GapStatus::Missing);
    let absent: Vec<_> = absent
        .flat_map(|g| (g.from.0..=g.to.0).map(detente_atlas::Day))
        .collect();
    assert_eq!(absent.len(), 96);
    let mut today = set.span.0;
    while today <= set.span.1 {
        assert_eq!(
            report.days.contains_key(&today),
            !absent.contains(&today),
            "{today}"
        );
        today = today.plus(1);
    }
    let (source, target) = (rows.words("source"), rows.words("target"));
    assert!(source.iter().zip(&target).all(|(s, t)| s < t));
    let pair = rows.between("ARM", "AZE");
    assert_eq!(pair.len(), 2_120);
    let score = rows.number("score");
    let sum: f64 = pair.iter().map(|i| score[*i].unwrap()).sum();
    assert!((sum - -83_409.211).abs() < 1e-6, "{sum}");
    let start = rows.days("start");
    let war = pair
        .iter()
        .find(|i| start[**i] == day("2020-09-27"))
        .unwrap();
    assert_eq!(
        (score[*war], rows.lines()[*war]),
        (Some(-3443.827), 1_386_131)
    );
    let named: BTreeSet<&str> = source.iter().chain(&target).map(String::as_str).collect();
    for never in ["BIH", "SRB", "SVN", "MNE", "TLS", "XKX"] {
        assert!(!named.contains(never), "{never}");
    }
}

#[test]
fn no_dispute_of_azerbaijan_with_a_member_of_nato_and_eight_with_armenia() {
    let nato = Actor::from_id("NATO").unwrap();
    for (id, last) in [("mid-gml", 2010), ("mid-cow", 2014)] {
        let (_, rows) = bundled(id);
        let (actor, partner) = (rows.words("actor"), rows.words("partner"));
        let (start, key) = (rows.days("start"), rows.words("key"));
        let since: Vec<usize> = (0..rows.len())
            .filter(|i| actor[*i] == "AZE" && start[*i] >= day("1994-01-01"))
            .collect();
        let with_armenia: BTreeSet<&str> = since
            .iter()
            .filter(|i| partner[**i] == "ARM")
            .map(|i| key[*i].as_str())
            .collect();
        assert_eq!(
            with_armenia.into_iter().collect::<Vec<_>>(),
            [
                "3564", "4175", "4232", "4235", "4236", "4318", "4319", "4414"
            ],
            "{id}"
        );
        let with_nato = since.iter().filter(|i| {
            let other = Actor::from_id(&partner[**i]).unwrap();
            is_member(nato, other, start[**i].end_of(By::Year))
        });
        assert_eq!(with_nato.count(), 0, "{id}");
        assert_eq!(start.iter().map(|d| d.year()).max(), Some(last), "{id}");
    }
}

#[test]
fn ideal_points_are_those_of_the_edition() {
    let (_, rows) = bundled("un-ideal-points");
    let (variable, actor, start, value) = (
        rows.words("variable"),
        rows.words("actor"),
        rows.days("start"),
        rows.number("value"),
    );
    let point = |id: &str, year: i32| {
        let at = (0..rows.len())
            .find(|i| variable[*i] == "ideal-point" && actor[*i] == id && start[*i].year() == year)
            .unwrap();
        (value[at].unwrap(), rows.lines()[at])
    };
    assert_eq!(point("AZE", 1994), (0.3184749, 4_645));
    assert_eq!(point("AZE", 2024), (-0.6604451, 4_675));
    assert_eq!(point("USA", 2024), (2.206202, 79));
}

#[test]
fn armenia_is_in_the_csto_and_azerbaijan_is_not() {
    let (_, rows) = bundled("igo-cow");
    let (actor, key, start) = (rows.words("actor"), rows.words("key"), rows.days("start"));
    let in_csto = |id: &str| {
        (0..rows.len())
            .filter(|i| actor[*i] == id && key[*i] == "csto" && start[*i].year() == 2014)
            .count()
    };
    assert_eq!((in_csto("ARM"), in_csto("AZE")), (1, 0));
}

#[test]
fn votes_count_as_in_the_matrix() {
    let (report, rows) = bundled("un-votes");
    let vote = rows.number("vote");
    let count = |v: f64| vote.iter().filter(|x| **x == Some(v)).count();
    assert_eq!(
        (count(1.0), count(2.0), count(3.0)),
        (733_470, 116_820, 69_281)
    );
    let (actor, days) = (rows.words("actor"), rows.days("day"));
    let of_year = |id: &str, year: i32| {
        (0..rows.len())
            .filter(|i| actor[*i] == id && days[*i].year() == year)
            .count()
    };
    assert_eq!(
        (
            of_year("TUR", 2022),
            of_year("TUR", 2023),
            of_year("TUR", 2024)
        ),
        (78, 9, 0)
    );
    assert_eq!((of_year("VEN", 2021), of_year("VEN", 2022)), (79, 0));
    assert_eq!((of_year("AZE", 2023), of_year("AZE", 2024)), (59, 3));
    // Roll calls of a year, as the periods that were seen.
    assert_eq!(report.days[&day("2024-01-01")], 6);
    assert_eq!(report.days[&day("2023-01-01")], 88);
    // A few numbers are used on two days.
    let calls: BTreeSet<(i64, i32)> = rows
        .number("rcid")
        .iter()
        .zip(&days)
        .map(|(r, d)| (r.unwrap() as i64, d.0))
        .collect();
    assert_eq!(
        calls
            .iter()
            .filter(|(r, _)| [411, 427, 449, 495].contains(r))
            .count(),
        8
    );
}

#[test]
fn what_does_not_resolve_in_the_structural_tables_is_known() {
    let expected: BTreeMap<&str, Vec<(&str, &str, u64)>> = BTreeMap::from([
        // Hyderabad, 1947 and 1948, as a side and as a place.
        ("ucdp-acd", vec![("Gleditsch-Ward number", "751", 6)]),
        // Czechoslovakia in 1993.
        ("alliance-atop", vec![("COW number", "315", 2)]),
        ("milex-factbook", vec![("FIPS 10-4 code", "EE", 5)]),
        (
            "trade-factbook",
            vec![
                ("FIPS 10-4 code", "EE", 10),
                ("country name", "Republic of the", 1),
                ("country name", "The", 5),
            ],
        ),
    ]);
    let none = Vec::new();
    for set in catalogue().iter().filter(|d| !d.id.starts_with("icews-")) {
        for file in set.files {
            let (report, _) = rows(set.id, &data().join(file)).unwrap();
            let found: Vec<_> = report.unknowns.iter().collect();
            assert_eq!(&found, expected.get(set.id).unwrap_or(&none), "{}", set.id);
        }
    }
}
