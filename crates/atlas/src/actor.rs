//! Actors: states, territories, organisations and regions, each with one id for good.
//!
//! What an id looks like says what it is:
//!
//! | id | actor |
//! |---|---|
//! | three capitals, `AZE` | ISO 3166-1 alpha-3: a state or a territory that has (or had, `SUN`) such a code; Kosovo is `XKX`, from the range that ISO leaves to its users |
//! | `X-` and a name, `X-ABKHAZIA` | a territory that has no code of its own in ISO 3166 |
//! | `H-` and a COW or Gleditsch-Ward abbreviation, `H-AUH` | a state that was gone before ISO 3166 |
//! | `R-` and three capitals, `R-CAU` | a region, as CAMEO cuts the world; never a state |
//! | any other name in capitals, `NATO`, `G7` | an organisation; none has a name that ISO 3166 ever gave to a country |
//!
//! Where ISO kept the alpha-3 code through a union of states the actor goes on (`DEU`, `YEM`, `VNM`); where ISO
//! withdrew it there are two actors (`DDR`, `YMD`, `SUN` and `RUS`, `YUG`, `SCG` and `SRB`, `CSK`, `CZE` and `SVK`).
//! The table describes how the field's data sets name the world; it takes no position on the status of a territory.

use std::fmt;
use std::sync::OnceLock;

use crate::{Day, table};

/// A canonical actor. Small, copied freely; ordered as its id is.
///
/// ```
/// use detente_atlas::{Actor, Kind};
/// let aze = Actor::from_id("AZE").unwrap();
/// assert_eq!(aze.name(), "Azerbaijan");
/// assert_eq!(aze.kind(), Kind::State);
/// assert!(Actor::from_id("AZ").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(pub(crate) u16);

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A member or observer State of the United Nations, or a member of the COW or Gleditsch-Ward system of states.
    State,
    /// A territory that is none of these, but acts or is acted in.
    Territory,
    /// An organisation of states, or an organ of one.
    Organisation,
    /// A part of the world.
    Region,
}

pub(crate) struct Entry {
    id: &'static str,
    name: &'static str,
    kind: Kind,
    /// First and last days of existence; empty means at all times.
    spells: Vec<(Day, Option<Day>)>,
}

fn entries() -> &'static [Entry] {
    static TABLE: OnceLock<Vec<Entry>> = OnceLock::new();
    TABLE.get_or_init(|| {
        table::rows(include_str!("../data/actors.tsv"))
            .map(|[id, kind, name, spells]| Entry {
                id,
                name,
                kind: match kind {
                    "state" => Kind::State,
                    "territory" => Kind::Territory,
                    "organisation" => Kind::Organisation,
                    "region" => Kind::Region,
                    other => panic!("actors.tsv: {id} is a {other}"),
                },
                spells: spells
                    .split(';')
                    .filter(|s| !s.is_empty())
                    .map(|s| {
                        let (from, to) = s.split_once("..").expect("a spell is FROM..TO");
                        (
                            table::day(from).expect("a spell has a first day"),
                            table::day(to),
                        )
                    })
                    .collect(),
            })
            .collect()
    })
}

impl Actor {
    /// The actor of an id, exact and in capitals; `None` where there is no such actor.
    pub fn from_id(id: &str) -> Option<Actor> {
        entries()
            .binary_search_by(|e| e.id.cmp(id))
            .ok()
            .map(|i| Actor(i as u16))
    }

    /// Every actor, in the order of the ids.
    pub fn all() -> impl Iterator<Item = Actor> {
        (0..entries().len() as u16).map(Actor)
    }

    fn entry(self) -> &'static Entry {
        &entries()[usize::from(self.0)]
    }

    /// The id: what the lake stores and what a user writes.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// The name in plain English.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// State, territory, organisation or region.
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Whether the actor existed on a day: for a state, as a state. Territories and regions always exist.
    ///
    /// ```
    /// use detente_atlas::{Actor, Day};
    /// let on = |s: &str| s.parse::<Day>().unwrap();
    /// assert!(Actor::from_id("SUN").unwrap().exists_on(on("1985-06-01")));
    /// assert!(!Actor::from_id("RUS").unwrap().exists_on(on("1985-06-01")));
    /// ```
    pub fn exists_on(self, on: Day) -> bool {
        let spells = &self.entry().spells;
        spells.is_empty()
            || spells
                .iter()
                .any(|(from, to)| *from <= on && to.is_none_or(|to| on <= to))
    }

    /// First and last days of each time that the actor existed; `None` where it still does. Empty for actors without dates.
    pub fn spells(self) -> &'static [(Day, Option<Day>)] {
        &self.entry().spells
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}
