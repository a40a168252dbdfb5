//! The engine: from a partnership and a lake to one [`Assessment`] at a day.

pub mod assume;
pub mod consult;
pub mod exposure;
pub mod measure;
pub mod profile;
pub mod record;
pub mod register;
pub mod series;

pub use assume::{AssumptionResult, Finding, TestResult, Value, Verdict};
pub use consult::{ConsultItem, Need, Stance};
pub use exposure::Exposure;
pub use profile::Profile;
pub use record::RecordEntry;
pub use register::{FactorAssessment, IndicatorAssessment, LevelAssessment, Reading, Register};
pub use series::{Gap, Series};

use std::collections::BTreeSet;

use detente_atlas::{Actor, Day};
use detente_lake::{Lake, LakeError};

use crate::model::{Partnership, Party, TestKind};
use crate::world::World;
use measure::Context;

/// Everything that is known of a partnership at a day.
#[derive(Debug)]
pub struct Assessment {
    /// The partnership.
    pub partnership: Partnership,
    /// The cut of the lake: as-of day, coverage, streams.
    pub world: World,
    /// The record of the sides, then of side b with each contrast partner.
    pub record: Vec<RecordEntry>,
    /// The relation of the sides.
    pub sides: Profile,
    /// The same for the contrast partners of side a.
    pub contrast: Vec<Profile>,
    /// The watch.
    pub register: Register,
    /// The claims of the frame.
    pub assumptions: Vec<AssumptionResult>,
    /// What the sides should talk about.
    pub agenda: Vec<ConsultItem>,
    /// Share of the register's pressure that no format covers.
    pub uncovered: Option<f64>,
}

/// Assesses a partnership as it stood on `as_of`: nothing that became known later is read.
pub fn assess(lake: &Lake, partnership: &Partnership, as_of: Day) -> Result<Assessment, LakeError> {
    let world = World::load(
        lake,
        as_of,
        &voters(partnership, as_of),
        &organisations(partnership),
    )?;
    let cx = Context {
        world: &world,
        lake,
        partnership,
    };
    let p = partnership;
    let sides = profile::profile(cx, &p.a, &p.b);
    let contrast: Vec<Profile> = p
        .contrast
        .iter()
        .map(|partner| profile::profile(cx, &p.a, partner))
        .collect();
    let mut record = record::record(cx, &p.a, &p.b, p.since);
    for partner in &p.contrast {
        record.extend(record::record(cx, &p.b, partner, p.since));
    }
    let register = register::register(cx);
    let assumptions = assume::assumptions(cx, &register, &sides, &contrast);
    let agenda = consult::agenda(cx, &register.factors().collect::<Vec<_>>());
    let uncovered = register.uncovered(cx);
    Ok(Assessment {
        partnership: p.clone(),
        record,
        sides,
        contrast,
        register,
        assumptions,
        agenda,
        uncovered,
        world,
    })
}

/// Everybody whose votes a figure may need: the sides, the contrast partners and whoever a measure compares.
fn voters(p: &Partnership, as_of: Day) -> Vec<Actor> {
    let mut parties: Vec<&Party> = vec![&p.a, &p.b];
    parties.extend(&p.contrast);
    for f in &p.factors {
        for i in &f.indicators {
            parties.extend(i.measure.parties());
        }
    }
    for a in &p.assumptions {
        for t in &a.tests {
            if let TestKind::Trend { measure, .. } | TestKind::Level { measure, .. } = t {
                parties.extend(measure.parties());
            }
        }
    }
    let mut actors: BTreeSet<Actor> = BTreeSet::new();
    for party in parties {
        actors.extend(party.members(as_of));
        actors.extend(party.members(p.since));
    }
    actors.into_iter().collect()
}

/// Keys of the organisations whose memberships a test asks for.
fn organisations(p: &Partnership) -> Vec<String> {
    p.assumptions
        .iter()
        .flat_map(|a| &a.tests)
        .filter_map(|t| match t {
            TestKind::Membership { bloc, .. } => Some(bloc.id().to_lowercase()),
            _ => None,
        })
        .collect()
}
