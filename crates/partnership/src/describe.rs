//! A measure in words, and whom it speaks of.

use crate::model::{Measure, Party, SideExposure};

impl Measure {
    /// What is measured, as a noun phrase without an article.
    pub fn describe(&self) -> String {
        match self {
            Measure::Relation { of, with } => format!("relation of {of} with {with}"),
            Measure::RelationBreak { of, with, .. } => {
                format!("change in the relation of {of} with {with} at the given dates")
            }
            Measure::RelationDifference { of, with, toward } => {
                format!("difference of {of} and {with} in the relation with {toward}")
            }
            Measure::RelationDispersion { of, toward } => {
                format!("dispersion of {of} in the relation with {toward}")
            }
            Measure::RelationWithin { of } => format!("relation among {of}"),
            Measure::ConflictShare { of, with } => {
                format!("share of the world's conflict between {of} and {with}")
            }
            Measure::EventsInside { of, .. } => format!("events inside {of}"),
            Measure::ConflictAt { place, .. } => format!("conflict located in {place}"),
            Measure::Disputes { of, with } => format!("militarised disputes of {of} with {with}"),
            Measure::ArmedConflict { of, with } => {
                format!("armed conflict between {of} and {with}")
            }
            Measure::ArmedConflictIn { of } => format!("armed conflicts in {of}"),
            Measure::IdealPointGap { of, with } => {
                format!("UN ideal-point distance of {of} from {with}")
            }
            Measure::IdealPointDispersion { of } => {
                format!("dispersion of UN ideal points in {of}")
            }
            Measure::VoteAgreement { of, with } => format!("UN vote agreement of {of} with {with}"),
            Measure::GovernmentDispersion { of } => {
                format!("dispersion of governments on the left-right scale in {of}")
            }
            Measure::GovernmentChange { of } => format!("change of governments in {of}"),
            Measure::BurdenDispersion { of } => {
                format!("dispersion of military expenditure in {of}")
            }
            Measure::BurdenBelow { of, threshold } => {
                format!("share of {of} below {threshold} % of GDP")
            }
            Measure::Arena { rivalry, place } => {
                format!("{place} as an arena of {}", rivalry.title)
            }
            Measure::ZeroSum { rivalry, over } => {
                format!("zero-sum index of {} over {over}", rivalry.title)
            }
            Measure::DifferentSides { rivalry, of, with } => {
                format!(
                    "distance of {of} and {with} between the poles of {}",
                    rivalry.title
                )
            }
            Measure::BreaksSince => "breaks in the rivalries since the formats began".to_owned(),
            Measure::UncoveredPressure => "share of the pressure that no format covers".to_owned(),
        }
    }

    /// Everybody whom the measure speaks of, beside the poles of its rivalry.
    pub fn parties(&self) -> Vec<&Party> {
        match self {
            Measure::Relation { of, with }
            | Measure::RelationBreak { of, with, .. }
            | Measure::ConflictShare { of, with }
            | Measure::Disputes { of, with }
            | Measure::ArmedConflict { of, with }
            | Measure::IdealPointGap { of, with }
            | Measure::VoteAgreement { of, with }
            | Measure::DifferentSides { of, with, .. } => vec![of, with],
            Measure::RelationDifference { of, with, toward } => vec![of, with, toward],
            Measure::RelationDispersion { of, toward } => vec![of, toward],
            Measure::RelationWithin { of }
            | Measure::EventsInside { of, .. }
            | Measure::ArmedConflictIn { of }
            | Measure::IdealPointDispersion { of }
            | Measure::GovernmentDispersion { of }
            | Measure::GovernmentChange { of }
            | Measure::BurdenDispersion { of }
            | Measure::BurdenBelow { of, .. } => vec![of],
            Measure::ConflictAt { place, .. } | Measure::Arena { place, .. } => vec![place],
            Measure::ZeroSum { over, .. } => vec![over],
            Measure::BreaksSince | Measure::UncoveredPressure => Vec::new(),
        }
    }
}

impl SideExposure {
    /// To whom the exposure is measured; nobody where it is declared.
    pub fn toward(&self) -> Option<&Party> {
        match self {
            SideExposure::Declared { .. } => None,
            SideExposure::Distance { to }
            | SideExposure::Trade { to }
            | SideExposure::Events { to }
            | SideExposure::Membership { to } => Some(to),
        }
    }
}
