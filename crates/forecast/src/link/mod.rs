//! Who will do what to whom next: forecasts from a history of events between entities.

pub mod within;

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
    /// The sector of an entity.
    pub sector: Vec<u32>,
    /// The quad class of a relation, 1 to 4.
    pub class: Vec<u8>,
}
