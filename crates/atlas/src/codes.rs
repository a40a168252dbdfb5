//! Code systems: one code, one actor, on a date.
//!
//! A code that only ever meant one actor resolves on every date, also on days before that actor joined the system
//! (data sets code the past of a country by its present code); whether it was a state then is [`Actor::exists_on`].
//! A code that was withdrawn does not resolve after its last day, and a code that changed hands (COW 345, ISO `CS`,
//! CAMEO `RUS`) resolves to the actor of the date. Without a date the answer is the latest holder.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::names::{self, NameSystem};
use crate::{Actor, Day, table};

/// A system of codes or names for countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// ISO 3166-1 alpha-2 (Namibia is the text `NA`).
    Iso2,
    /// ISO 3166-1 alpha-3, with withdrawn codes of ISO 3166-3.
    Iso3,
    /// ISO 3166-1 numeric; leading zeros may be missing.
    IsoNumeric,
    /// Correlates of War country number.
    CowNumber,
    /// Correlates of War abbreviation (`GMY`, `UKG`, `CZE` for Czechoslovakia).
    CowAbbr,
    /// Gleditsch-Ward number, as UCDP writes it too.
    GleditschWard,
    /// FIPS 10-4 (GEC), the two letters of GDELT's places.
    Fips,
    /// CAMEO country, region and known-group codes, as GDELT writes them.
    Cameo,
    /// English names of ICEWS.
    IcewsName,
    /// English short names of the United Nations.
    UnName,
    /// STANAG 1059 three-letter codes.
    Stanag,
}

impl System {
    const ALL: [System; 11] = [
        System::Iso2,
        System::Iso3,
        System::IsoNumeric,
        System::CowNumber,
        System::CowAbbr,
        System::GleditschWard,
        System::Fips,
        System::Cameo,
        System::IcewsName,
        System::UnName,
        System::Stanag,
    ];

    fn of_table(text: &str) -> System {
        match text {
            "iso2" => System::Iso2,
            "iso3" => System::Iso3,
            "ison" => System::IsoNumeric,
            "cow" => System::CowNumber,
            "cowabb" => System::CowAbbr,
            "gw" => System::GleditschWard,
            "fips" => System::Fips,
            "cameo" => System::Cameo,
            "stanag" => System::Stanag,
            other => panic!("codes.tsv: no system {other}"),
        }
    }

    /// Every system.
    pub fn all() -> impl Iterator<Item = System> {
        System::ALL.into_iter()
    }

    /// The form in which codes are compared: capitals, numbers without leading zeros.
    fn canonical(self, code: &str) -> String {
        let code = code.trim();
        match self {
            System::IsoNumeric | System::CowNumber | System::GleditschWard => {
                let digits = code.trim_start_matches('0');
                if digits.is_empty() {
                    "0".to_owned()
                } else {
                    digits.to_owned()
                }
            }
            _ => code.to_owned(),
        }
    }
}

/// One dated use of a code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) code: &'static str,
    pub(crate) actor: Actor,
    from: Option<Day>,
    to: Option<Day>,
}

impl Use {
    fn holds(&self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }
}

#[derive(Default)]
struct Codes {
    by_code: HashMap<(System, String), Vec<Use>>,
    by_actor: HashMap<(System, Actor), Vec<Use>>,
}

fn codes() -> &'static Codes {
    static TABLE: OnceLock<Codes> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut codes = Codes::default();
        for [system, code, actor, from, to] in table::rows(include_str!("../data/codes.tsv")) {
            let system = System::of_table(system);
            let actor =
                Actor::from_id(actor).unwrap_or_else(|| panic!("codes.tsv: no actor {actor}"));
            let one = Use {
                code,
                actor,
                from: table::day(from),
                to: table::day(to),
            };
            codes
                .by_code
                .entry((system, system.canonical(code)))
                .or_default()
                .push(one);
            codes.by_actor.entry((system, actor)).or_default().push(one);
        }
        codes
    })
}

/// The actor of a code in a system on a day, or its latest holder where `on` is `None`. Exact: codes are compared
/// as written (numbers without regard to leading zeros), names after normalisation, and nothing is guessed.
///
/// ```
/// use detente_atlas::{Day, System, resolve};
/// let day = |s: &str| s.parse::<Day>().ok();
/// // FIPS 10-4 and ISO 3166 share letters, not countries.
/// assert_eq!(resolve(System::Fips, "AU", None).unwrap().id(), "AUT");
/// assert_eq!(resolve(System::Iso2, "AU", None).unwrap().id(), "AUS");
/// // COW 345 was Yugoslavia, then Serbia and Montenegro, then Serbia.
/// assert_eq!(resolve(System::CowNumber, "345", day("1995-01-01")).unwrap().id(), "YUG");
/// assert_eq!(resolve(System::CowNumber, "345", day("2010-01-01")).unwrap().id(), "SRB");
/// assert!(resolve(System::Iso3, "ZZZ", None).is_none());
/// ```
pub fn resolve(system: System, code: &str, on: Option<Day>) -> Option<Actor> {
    match system {
        System::IcewsName => return names::in_system(NameSystem::Icews, code),
        System::UnName => return names::in_system(NameSystem::Un, code),
        _ => {}
    }
    let uses = codes().by_code.get(&(system, system.canonical(code)))?;
    choose(uses, on).map(|u| u.actor)
}

/// The actor of a code in data that speak of a whole year: the holder on its last day, or the latest holder in the year
/// where the code ended before (COW 265 in 1990). `None` where nobody held it in that year.
///
/// ```
/// use detente_atlas::{System, resolve_in_year};
/// assert_eq!(resolve_in_year(System::CowNumber, "265", 1990).unwrap().id(), "DDR");
/// assert_eq!(resolve_in_year(System::CowNumber, "345", 2006).unwrap().id(), "SRB");
/// assert!(resolve_in_year(System::CowNumber, "265", 1991).is_none());
/// ```
pub fn resolve_in_year(system: System, code: &str, year: i32) -> Option<Actor> {
    let (first, last) = (Day::from_ymd(year, 1, 1)?, Day::from_ymd(year, 12, 31)?);
    if matches!(system, System::IcewsName | System::UnName) {
        return resolve(system, code, Some(last));
    }
    let uses = codes().by_code.get(&(system, system.canonical(code)))?;
    uses.iter()
        .filter(|u| u.from.is_none_or(|from| from <= last) && u.to.is_none_or(|to| to >= first))
        .rev()
        .max_by_key(|u| u.to.map_or(last, |to| to.min(last)))
        .map(|u| u.actor)
}

/// The use that holds on a day, or the latest one; where there are several, the one that stands first in the table.
fn choose(uses: &[Use], on: Option<Day>) -> Option<&Use> {
    match on {
        Some(on) => uses.iter().find(|u| u.holds(on)),
        None => uses.iter().rev().max_by_key(|u| (u.to.is_none(), u.to)),
    }
}

impl Actor {
    /// The actor's code in a system on a day (the latest one where `on` is `None`), or `None` where it has none.
    ///
    /// ```
    /// use detente_atlas::{Actor, System};
    /// let deu = Actor::from_id("DEU").unwrap();
    /// assert_eq!(deu.code(System::CowNumber, None), Some("255"));
    /// assert_eq!(deu.code(System::GleditschWard, None), Some("260"));
    /// assert_eq!(deu.code(System::CowNumber, "1985-01-01".parse().ok()), Some("260"));
    /// ```
    pub fn code(self, system: System, on: Option<Day>) -> Option<&'static str> {
        match system {
            System::IcewsName => names::of_actor(NameSystem::Icews, self),
            System::UnName => names::of_actor(NameSystem::Un, self),
            _ => choose(codes().by_actor.get(&(system, self))?, on).map(|u| u.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn no_code_means_two_actors_on_one_day() {
        // Every first and last day of any use is a day on which the holder may change.
        for ((system, code), uses) in &codes().by_code {
            let mut days: Vec<Day> = uses.iter().flat_map(|u| [u.from, u.to]).flatten().collect();
            days.extend([day("1900-01-01"), day("2026-01-01")]);
            for on in days {
                let holders: Vec<_> = uses
                    .iter()
                    .filter(|u| u.holds(on))
                    .map(|u| u.actor)
                    .collect();
                assert!(holders.len() <= 1, "{system:?} {code} on {on}: {holders:?}");
            }
        }
    }

    #[test]
    fn every_code_of_an_actor_leads_back_to_it() {
        for actor in Actor::all() {
            for system in System::all() {
                for on in [
                    "1946-01-01",
                    "1985-01-01",
                    "1993-07-01",
                    "2004-07-01",
                    "2015-01-01",
                    "2024-01-01",
                ] {
                    let on = Some(day(on));
                    if let Some(code) = actor.code(system, on) {
                        assert_eq!(resolve(system, code, on), Some(actor), "{system:?} {code}");
                    }
                }
            }
        }
    }
}
