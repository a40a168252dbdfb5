//! From a measure of the partnership file to its series: one file per family of measures.

mod burden;
mod conflict;
mod dyadic;
mod governments;
mod located;
mod structure;
mod voting;

use super::series::{Gap, Series};
use crate::model::{Measure, Partnership};
use crate::world::World;
use detente_lake::Lake;

pub use conflict::covered_years;
pub(crate) use dyadic::{measure as of_dyads, pairs};
pub use structure::{breaks, yearly};
pub use voting::{agreement, ideal_point_gap};

/// What a measure reads: the cut of the lake, the lake itself for the rare query of its own, and the file.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The cut at the as-of day.
    pub world: &'a World,
    /// The lake, for located events and event classes.
    pub lake: &'a Lake,
    /// The partnership, with its settings.
    pub partnership: &'a Partnership,
}

/// What a measure of dyads reads: the cut of the lake, or a counterfactual one, and the file.
#[derive(Clone, Copy)]
pub struct Dyads<'a> {
    /// The cut at the as-of day.
    pub world: &'a World,
    /// The partnership, with its settings.
    pub partnership: &'a Partnership,
}

impl<'a> Context<'a> {
    /// The part of it that measures of dyads read.
    pub fn dyads(&self) -> Dyads<'a> {
        Dyads {
            world: self.world,
            partnership: self.partnership,
        }
    }
}

/// The series of a measure, or why there is none.
pub fn measure(cx: Context<'_>, m: &Measure) -> Result<Series, Gap> {
    if let Some(found) = dyadic::measure(cx.dyads(), m) {
        return found;
    }
    match m {
        Measure::RelationBreak { of, with, dates } => structure::breaks_at(cx, of, with, dates),
        Measure::EventsInside { of, roots } => located::events_inside(cx, of, roots),
        Measure::ConflictAt { place, provinces } => located::conflict_at(cx, place, provinces),
        Measure::Disputes { of, with } => conflict::disputes(cx, of, with),
        Measure::ArmedConflict { of, with } => conflict::armed_conflict(cx, of, with),
        Measure::ArmedConflictIn { of } => conflict::armed_conflict_in(cx, of),
        Measure::IdealPointGap { of, with } => voting::ideal_point_gap(cx, of, with),
        Measure::IdealPointDispersion { of } => voting::ideal_point_dispersion(cx, of),
        Measure::VoteAgreement { of, with } => voting::vote_agreement(cx, of, with),
        Measure::GovernmentDispersion { of } => governments::dispersion(cx, of),
        Measure::GovernmentChange { of } => governments::change(cx, of),
        Measure::BurdenDispersion { of } => burden::dispersion(cx, of),
        Measure::BurdenBelow { of, threshold } => burden::below(cx, of, *threshold),
        Measure::BreaksSince => structure::breaks_since(cx),
        // Depends on the whole register, and is filled in when that stands; those of dyads are answered above.
        _ => Err("is taken from the register itself".to_owned()),
    }
}
