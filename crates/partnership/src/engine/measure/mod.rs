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

/// The series of a measure, or why there is none.
pub fn measure(cx: Context<'_>, m: &Measure) -> Result<Series, Gap> {
    match m {
        Measure::Relation { of, with } => dyadic::relation(cx, of, with),
        Measure::RelationWithin { of } => dyadic::relation(cx, of, of),
        Measure::RelationBreak { of, with, dates } => structure::breaks_at(cx, of, with, dates),
        Measure::RelationDifference { of, with, toward } => {
            dyadic::difference(cx, of, with, toward)
        }
        Measure::RelationDispersion { of, toward } => dyadic::dispersion(cx, of, toward),
        Measure::ConflictShare { of, with } => dyadic::conflict_share(cx, of, with),
        Measure::DifferentSides { rivalry, of, with } => {
            dyadic::different_sides(cx, rivalry, of, with)
        }
        Measure::ZeroSum { rivalry, over } => dyadic::zero_sum(cx, rivalry, over),
        Measure::Arena { rivalry, place } => dyadic::arena(cx, rivalry, place),
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
        // Depends on the whole register, and is filled in when that stands.
        Measure::UncoveredPressure => Err("is taken from the register itself".to_owned()),
    }
}
