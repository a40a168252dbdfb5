//! The partnerships that come with détente: sound, without warnings, and the default one covers its frame.

use std::collections::BTreeSet;

use detente_partnership::{Level, Measure, SideExposure, TestKind, check, parse, shipped};

#[test]
fn the_shipped_files_are_sound_and_draw_no_warning() {
    let names: Vec<&str> = shipped().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "asean-china",
            "eu-georgia",
            "nato-azerbaijan",
            "us-philippines"
        ]
    );
    for (name, _) in shipped() {
        let checked = check(name, &[]).unwrap_or_else(|e| panic!("{e}"));
        let warnings: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
        assert!(warnings.is_empty(), "{}", warnings.join("\n"));
        let p = checked.partnership;
        assert_eq!(p.id, name);
        assert!(p.factors.len() >= 6, "{name}: {} factors", p.factors.len());
        assert!(
            p.assumptions.len() >= 5,
            "{name}: {} assumptions",
            p.assumptions.len()
        );
        assert!(!p.contrast.is_empty());
        for level in Level::ALL {
            assert!(
                p.factors.iter().any(|f| f.level == level),
                "{name}: {}",
                level.name()
            );
        }
        for factor in &p.factors {
            assert!(!factor.exposures.is_empty(), "{name}: {}", factor.id);
            assert!(factor.indicators.len() >= 2, "{name}: {}", factor.id);
        }
        let exposures = p
            .factors
            .iter()
            .flat_map(|f| &f.exposures)
            .flat_map(|e| [&e.a, &e.b]);
        let measured = exposures
            .filter(|e| !matches!(e, SideExposure::Declared { .. }))
            .count();
        assert!(measured >= 4, "{name}: {measured} measured exposures");
        // A file in which no claim can fail says nothing.
        let tests = p.assumptions.iter().flat_map(|a| &a.tests);
        assert!(
            tests
                .filter(|t| !matches!(t, TestKind::Untestable { .. }))
                .count()
                >= 5,
            "{name}"
        );
    }
}

#[test]
fn a_file_on_disk_is_the_shipped_one() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../partnerships");
    let mut on_disk: Vec<String> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|e| {
            e.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    on_disk.sort();
    assert_eq!(
        on_disk,
        shipped().map(|(n, _)| n.to_owned()).collect::<Vec<_>>()
    );
    for (name, text) in shipped() {
        assert_eq!(
            std::fs::read_to_string(dir.join(format!("{name}.toml"))).unwrap(),
            text,
            "{name}"
        );
    }
}

fn default_case() -> detente_partnership::Partnership {
    let (name, text) = shipped().find(|(n, _)| *n == "nato-azerbaijan").unwrap();
    parse(text, name).unwrap()
}

#[test]
fn the_default_case_covers_every_factor_of_its_frame() {
    let p = default_case();
    let ids = |level| {
        p.factors
            .iter()
            .filter(|f| f.level == level)
            .map(|f| f.id.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(Level::Internal),
        [
            "transatlantic",
            "administrations",
            "west-east-europe",
            "between-governments",
            "inside-countries",
            "threat-perception",
            "burden"
        ]
    );
    assert_eq!(
        ids(Level::Regional),
        [
            "azerbaijan-armenia",
            "abkhazia-south-ossetia",
            "eastern-flank",
            "central-asia",
            "black-sea",
            "iran"
        ]
    );
    assert_eq!(
        ids(Level::Global),
        ["us-china", "arena", "different-sides", "old-formats"]
    );
    assert_eq!(
        p.contrast.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(),
        ["ARM", "GEO", "UKR", "KAZ"]
    );
    assert_eq!(
        p.rivalries
            .iter()
            .map(|r| r.id.as_str())
            .collect::<Vec<_>>(),
        ["us-china", "nato-russia"]
    );
    assert_eq!(
        (
            p.since.to_string().as_str(),
            p.a.name.as_str(),
            p.b.name.as_str()
        ),
        ("1994-05-04", "NATO", "Azerbaijan")
    );
}

#[test]
fn the_default_case_covers_every_claim_of_its_frame() {
    let p = default_case();
    let ids: Vec<&str> = p.assumptions.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "no-conflict",
            "no-hostile-initiative",
            "realistic",
            "stable",
            "common-interests",
            "transatlantic-broken",
            "azerbaijan-armenia-undefined",
            "frozen-conflicts",
            "flank-under-attack",
            "central-asia-pressure",
            "black-sea-theatre",
            "iran-2025",
            "us-china-collision",
            "same-side",
            "pfp-useful-but-dated",
            "closer"
        ]
    );
    assert!(
        p.assumptions
            .iter()
            .all(|a| !a.says.is_empty() && !a.tests.is_empty())
    );
}

#[test]
fn the_default_case_has_its_groups_formats_and_events() {
    let (_, text) = shipped().find(|(n, _)| *n == "nato-azerbaijan").unwrap();
    for group in [
        "nato-europe",
        "nato-west",
        "nato-east",
        "eastern-flank",
        "south-caucasus",
        "central-asia",
        "black-sea",
    ] {
        assert!(text.contains(&format!("id = \"{group}\"")), "{group}");
    }
    let p = default_case();
    let formats: BTreeSet<(&str, String)> = p
        .formats
        .iter()
        .map(|f| (f.id.as_str(), f.since.to_string()))
        .collect();
    for (id, since) in [
        ("pfp", "1994-05-04"),
        ("eapc", "1997-05-30"),
        ("tur-aze-2010", "2010-08-16"),
        ("shusha", "2021-06-15"),
        ("southern-gas-corridor", "2015-02-12"),
    ] {
        assert!(formats.contains(&(id, since.to_owned())), "{id}");
    }
    let events: BTreeSet<String> = p.events.iter().map(|(d, _)| d.to_string()).collect();
    for day in [
        "1994-05-04",
        "2008-08-08",
        "2014-03-18",
        "2016-04-02",
        "2020-09-27",
        "2022-02-24",
        "2023-09-19",
    ] {
        assert!(events.contains(day), "{day}");
    }
}

#[test]
fn groups_of_the_default_case_have_the_members_of_the_date() {
    let p = default_case();
    let on = |text: &str| text.parse().unwrap();
    let of = |factor: &str, nth: usize| {
        p.factors
            .iter()
            .find(|f| f.id == factor)
            .unwrap()
            .indicators[nth]
            .measure
            .clone()
    };
    let Measure::Relation { with, .. } = of("transatlantic", 0) else {
        panic!("not a relation")
    };
    assert_eq!(with.name, "European members of NATO");
    let transatlantic = p.factors.iter().find(|f| f.id == "transatlantic").unwrap();
    assert_eq!(
        transatlantic.indicators[0].title,
        "Relation of United States with European members of NATO"
    );
    // 16 members in 1994 without USA, CAN, TUR; 32 in 2024.
    assert_eq!(with.members(on("1994-05-04")).len(), 13);
    assert_eq!(with.members(on("2024-06-01")).len(), 29);
    let Measure::RelationDifference {
        of: west,
        with: east,
        toward,
    } = of("west-east-europe", 0)
    else {
        panic!("not a difference")
    };
    assert_eq!(
        (west.members(on("2024-06-01")).len(), toward.id.as_str()),
        (16, "RUS")
    );
    assert_eq!(
        (
            east.members(on("1998-01-01")).len(),
            east.members(on("2024-06-01")).len()
        ),
        (0, 14)
    );
}

#[test]
fn a_factor_with_an_indicator_that_ends_has_another_that_lives() {
    let ends = ["conflict-share", "events-inside", "conflict-at", "disputes"];
    for (name, text) in shipped() {
        for factor in parse(text, name).unwrap().factors {
            assert!(
                factor
                    .indicators
                    .iter()
                    .any(|i| !ends.contains(&i.measure.name())),
                "{name}: {}",
                factor.id
            );
        }
    }
}
