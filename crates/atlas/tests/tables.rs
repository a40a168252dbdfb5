//! Whole-table checks: what the data sets hold resolves, and the table does not contradict itself.

use std::collections::HashSet;

use detente_atlas::{Actor, Day, Kind, System, resolve, resolve_in_year};

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|l| l.split('\t').collect())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

const COW: &str = include_str!("expected/cow.tsv");
const GW: &str = include_str!("expected/gw.tsv");
const FIPS: &str = include_str!("expected/fips.tsv");
const CAMEO: &str = include_str!("expected/cameo.txt");

/// FIPS codes of GDELT's lookup that are no actors: uninhabited islands, bases, seas.
const NO_ACTOR: [&str; 14] = [
    "AX", "AT", "BS", "IP", "CR", "DX", "EU", "GO", "JU", "NM", "OS", "TE", "UF", "UU",
];

#[test]
fn ids_are_unique_and_say_what_the_actor_is() {
    let mut seen = HashSet::new();
    let mut before = "";
    for actor in Actor::all() {
        let id = actor.id();
        assert!(seen.insert(id), "{id} twice");
        assert!(before < id, "{id} out of order");
        before = id;
        assert_eq!(Actor::from_id(id), Some(actor));
        assert!(
            id.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'),
            "{id}"
        );
        let three_letters = id.len() == 3 && id.bytes().all(|b| b.is_ascii_uppercase());
        match actor.kind() {
            Kind::State => assert!(three_letters || id.starts_with("H-"), "{id}"),
            Kind::Territory => assert!(three_letters || id.starts_with("X-"), "{id}"),
            Kind::Region => assert!(id.starts_with("R-"), "{id}"),
            Kind::Organisation => {
                assert!(
                    !id.starts_with("R-") && !id.starts_with("X-") && !id.starts_with("H-"),
                    "{id}"
                );
                assert_eq!(
                    resolve(System::Iso3, id, None),
                    None,
                    "{id} is a code of ISO 3166"
                );
            }
        }
    }
}

#[test]
fn every_iso_state_has_its_own_code() {
    for actor in Actor::all().filter(|a| matches!(a.kind(), Kind::State | Kind::Territory)) {
        if actor.id().len() == 3 {
            assert_eq!(actor.code(System::Iso3, None), Some(actor.id()));
            assert!(actor.code(System::Iso2, None).is_some(), "{actor}");
            if actor.id() != "XKX" {
                assert!(actor.code(System::IsoNumeric, None).is_some(), "{actor}");
            }
        } else {
            assert_eq!(actor.code(System::Iso3, None), None, "{actor}");
        }
    }
}

#[test]
fn every_cow_member_of_1990_to_2016_resolves() {
    for row in lines(COW) {
        let [number, abbreviation, from, to, iso3] = row[..] else {
            panic!("{row:?}")
        };
        let expected = Actor::from_id(iso3).unwrap();
        let from = day(from).max(day("1990-01-01"));
        for on in [from, day(to)] {
            let found = resolve(System::CowNumber, number, Some(on));
            assert_eq!(
                found,
                resolve(System::CowAbbr, abbreviation, Some(on)),
                "{number} {abbreviation} on {on}"
            );
            if number == "345" || number == "365" {
                assert!(found.is_some_and(|a| a.exists_on(on)), "{number} on {on}");
            } else {
                assert_eq!(found, Some(expected), "{number} {abbreviation} on {on}");
                assert!(expected.exists_on(on), "{expected} on {on}");
            }
        }
    }
}

#[test]
fn every_gleditsch_ward_code_since_1990_resolves_to_the_same_state_as_its_cow_code() {
    for row in lines(GW) {
        let [gw, cow, first, last] = row[..] else {
            panic!("{row:?}")
        };
        for year in [first, last].map(|y| y.parse().unwrap()) {
            let found = resolve_in_year(System::GleditschWard, gw, year);
            assert!(found.is_some(), "GW {gw} in {year}");
            assert_eq!(
                found,
                resolve_in_year(System::CowNumber, cow, year),
                "GW {gw}, COW {cow} in {year}"
            );
        }
    }
}

#[test]
fn every_fips_code_of_the_lookup_is_the_country_that_geonames_says() {
    for row in lines(FIPS) {
        let [fips, name, iso2, iso3, numeric] = row[..] else {
            panic!("{row:?}")
        };
        let found = resolve(System::Fips, fips, Some(day("2024-01-01")));
        if NO_ACTOR.contains(&fips) {
            assert_eq!(found, None, "{fips} {name}");
            continue;
        }
        if fips == "NT" {
            // The Netherlands Antilles are gone since 2010.
            assert_eq!(
                resolve(System::Fips, fips, Some(day("2005-01-01")))
                    .unwrap()
                    .id(),
                "ANT"
            );
            continue;
        }
        let found = found.unwrap_or_else(|| panic!("{fips} {name} does not resolve"));
        if fips == "WE" {
            assert_eq!(
                found.id(),
                "X-WEST-BANK",
                "GeoNames gives Palestine the code of the West Bank"
            );
        } else if !iso3.is_empty() {
            assert_eq!(found.id(), iso3, "{fips} {name}");
            let today = Some(day("2024-01-01"));
            assert_eq!(found.code(System::Iso2, today), Some(iso2), "{fips} {name}");
            if found.id() != "XKX" {
                assert_eq!(
                    resolve(System::IsoNumeric, numeric, today),
                    Some(found),
                    "{fips} {name}"
                );
            }
        }
    }
}

#[test]
fn every_cameo_code_of_the_data_resolves() {
    // GDELT's dyads hold no code that is not an actor of the table; regions are told from states by their kind.
    for line in CAMEO.lines() {
        let (code, where_from) = line.split_once('\t').unwrap();
        for on in ["1979-06-30", "1994-05-04", "2008-06-30", "2024-02-23"] {
            let found = resolve(System::Cameo, code, Some(day(on)));
            assert!(found.is_some(), "{code} ({where_from}) on {on}");
        }
    }
}
