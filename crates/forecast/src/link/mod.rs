//! Who will do what to whom next: forecasts from a history of events between entities.
//!
//! Events are quadruples ([`Fact`]): subject, relation (the type of event), object, day. A [`Query`] asks `(s, r, ?)` or `(?, r, o)` for a
//! day, of which nothing is known but what came before it. [`Ranker`] ranks all entities for it: a linear model on decayed counts
//! ([`terms`]) whose terms are the reason for a rank, and boosted trees that rank its leading candidates anew. [`protocol`] scores ranks.

mod calibrate;
pub mod daily;
mod decay;
mod detail;
mod fit;
mod history;
mod ingredient;
mod look;
pub mod protocol;
mod rank;
pub mod recurrency;
pub mod terms;
pub mod within;

pub use ingredient::{Ingredient, Without};
pub use rank::{Answer, Candidate, Ranked, Ranker, Reason, Settings};

/// One event: who did what to whom on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// The day, counted from any origin.
    pub day: i32,
    /// Who did it.
    pub subject: u32,
    /// What was done: the type of event.
    pub relation: u32,
    /// To whom.
    pub object: u32,
}

/// What is known of the entities and relations apart from the events: all indexed by id; 0 means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cast {
    /// The country of an entity.
    pub country: Vec<u32>,
    /// The sector of an entity: 1 for a country itself.
    pub sector: Vec<u32>,
    /// The quad class of a relation, 1 to 4.
    pub class: Vec<u8>,
    /// The root of a relation, such as the first two digits of its CAMEO code.
    pub root: Vec<u8>,
}

impl Cast {
    /// How many entities there are.
    pub fn entities(&self) -> usize {
        self.country.len()
    }

    /// How many relations there are.
    pub fn relations(&self) -> usize {
        self.class.len()
    }

    fn countries(&self) -> usize {
        self.country
            .iter()
            .max()
            .map_or(1, |most| *most as usize + 1)
    }

    fn sectors(&self) -> usize {
        self.sector
            .iter()
            .max()
            .map_or(1, |most| *most as usize + 1)
    }
}

/// Which end of an event is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// `(s, r, ?)`: whom will it be done to.
    Object,
    /// `(?, r, o)`: who will do it.
    Subject,
}

/// A question for one day: the other end of an event, given one end and what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// The entity that is given.
    pub given: u32,
    /// What is done.
    pub relation: u32,
    /// Which end is asked for.
    pub asked: Asked,
}

impl Query {
    /// The two questions that an event answers, each with its answer: the object first.
    pub fn of(fact: &Fact) -> [(Self, u32); 2] {
        let ask = |given, asked| Self {
            given,
            relation: fact.relation,
            asked,
        };
        [
            (ask(fact.subject, Asked::Object), fact.object),
            (ask(fact.object, Asked::Subject), fact.subject),
        ]
    }

    /// The questions that events of one day answer, ascending, each with all its answers, ascending.
    pub fn answered(facts: &[Fact]) -> Vec<(Self, Vec<u32>)> {
        let mut all: Vec<(Self, u32)> = facts.iter().flat_map(Self::of).collect();
        all.sort_unstable();
        let questions = all.chunk_by(|a, b| a.0 == b.0);
        questions
            .map(|same| (same[0].0, same.iter().map(|(_, answer)| *answer).collect()))
            .collect()
    }
}
