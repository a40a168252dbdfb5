//! Blocs: organisations with dated membership.
//!
//! The first and the last day of a membership both count; a day of accession is the first day, and where a state
//! withdrew with effect on a day the last day is the one before.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::{Actor, Day, table};

/// One membership of an actor in a bloc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub actor: Actor,
    /// First day.
    pub from: Day,
    /// Last day; `None` where it lasts.
    pub to: Option<Day>,
    /// What the dates rest on, and what is unclear about them.
    pub source: &'static str,
}

impl Membership {
    fn holds(&self, on: Day) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}

fn table() -> &'static HashMap<Actor, Vec<Membership>> {
    static TABLE: OnceLock<HashMap<Actor, Vec<Membership>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let actor = |id: &str| {
            Actor::from_id(id).unwrap_or_else(|| panic!("memberships.tsv: no actor {id}"))
        };
        let mut blocs: HashMap<Actor, Vec<Membership>> = HashMap::new();
        for [bloc, member, from, to, source] in table::rows(include_str!("../data/memberships.tsv"))
        {
            blocs.entry(actor(bloc)).or_default().push(Membership {
                actor: actor(member),
                from: table::day(from).expect("memberships.tsv: a membership has a first day"),
                to: table::day(to),
                source,
            });
        }
        blocs
    })
}

/// Every membership of a bloc, by first day; empty where the actor is no bloc or its members are not in the table.
pub fn memberships(bloc: Actor) -> &'static [Membership] {
    table().get(&bloc).map_or(&[], Vec::as_slice)
}

/// The members of a bloc on a day, in the order of their ids.
///
/// ```
/// use detente_atlas::{Actor, members};
/// let nato = Actor::from_id("NATO").unwrap();
/// assert_eq!(members(nato, "1994-05-04".parse().unwrap()).len(), 16);
/// assert_eq!(members(nato, "2024-03-07".parse().unwrap()).len(), 32);
/// ```
pub fn members(bloc: Actor, on: Day) -> Vec<Actor> {
    let mut out: Vec<Actor> = memberships(bloc)
        .iter()
        .filter(|m| m.holds(on))
        .map(|m| m.actor)
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether an actor is a member of a bloc on a day.
pub fn is_member(bloc: Actor, actor: Actor, on: Day) -> bool {
    memberships(bloc)
        .iter()
        .any(|m| m.actor == actor && m.holds(on))
}

/// Every actor that has members in the table, in the order of the ids.
pub fn blocs() -> Vec<Actor> {
    let mut out: Vec<Actor> = table().keys().copied().collect();
    out.sort_unstable();
    out
}
