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

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;

use detente_atlas::{Actor, Day};
use detente_lake::{Lake, LakeError};

use crate::model::{Partnership, Party, TestKind};
use crate::outlook::{self, Expectation, Forgetful, Memory, Outlook, Silence};
use crate::world::{Needs, World};
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
    /// Where the relation goes, or why that cannot be said.
    pub outlook: Result<Outlook, Gap>,
    /// What the sides are likely to do to each other, or why that cannot be said.
    pub expectation: Result<Expectation, Silence>,
}

/// Assesses a partnership as it stood on `as_of`: nothing that became known later is read.
pub fn assess(lake: &Lake, partnership: &Partnership, as_of: Day) -> Result<Assessment, LakeError> {
    assess_with(lake, partnership, as_of, &Forgetful)
}

/// The same, with what an earlier run has found out about the worth of its forecasts.
pub fn assess_with(
    lake: &Lake,
    partnership: &Partnership,
    as_of: Day,
    memory: &dyn Memory,
) -> Result<Assessment, LakeError> {
    let needs = Needs {
        actors: actors(partnership, as_of),
        organisations: organisations(partnership),
    };
    let world = World::load(lake, as_of, &needs)?;
    let cx = Context {
        world: &world,
        lake,
        partnership,
    };
    let p = partnership;
    // The outlook is half of the work and needs the register only at its end, so it is drafted beside the rest.
    let (draft, expectation, sides, contrast, record, register) = std::thread::scope(|scope| {
        let draft = scope.spawn(|| outlook::draft(cx, memory));
        let expectation = scope.spawn(|| outlook::expect::of_sides(cx, memory));
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
        let draft = draft.join().unwrap_or_else(|panic| resume_unwind(panic));
        let expectation = expectation.join();
        let expectation = expectation.unwrap_or_else(|panic| resume_unwind(panic));
        (draft, expectation, sides, contrast, record, register)
    });
    let outlook = draft?.map(|draft| draft.finish(&register));
    let assumptions = assume::assumptions(cx, &register, &sides, &contrast, &outlook);
    let agenda = consult::agenda(cx, &register.factors().collect::<Vec<_>>());
    Ok(Assessment {
        outlook,
        expectation: expectation?,
        partnership: p.clone(),
        record,
        sides,
        contrast,
        register,
        assumptions,
        agenda,
        world,
    })
}

/// Everybody of whom a figure speaks: the members, at any time since the data begin, of every party that the file names.
fn actors(p: &Partnership, as_of: Day) -> BTreeSet<Actor> {
    let mut parties: BTreeMap<&str, &Party> = BTreeMap::new();
    let mut add = |party| {
        let party: &Party = party;
        parties.insert(&party.id, party);
    };
    [&p.a, &p.b]
        .into_iter()
        .chain(&p.contrast)
        .for_each(&mut add);
    for r in &p.rivalries {
        r.poles.iter().chain(&r.arenas).for_each(&mut add);
    }
    for f in &p.factors {
        f.toward.iter().for_each(&mut add);
        for i in &f.indicators {
            i.measure.parties().into_iter().for_each(&mut add);
        }
        for e in &f.exposures {
            for side in [&e.a, &e.b] {
                side.toward().into_iter().for_each(&mut add);
            }
        }
    }
    for t in p.assumptions.iter().flat_map(|a| &a.tests) {
        match t {
            TestKind::Trend { measure, .. } | TestKind::Level { measure, .. } => {
                measure.parties().into_iter().for_each(&mut add);
            }
            TestKind::NoConflict { of, with, .. } => [of, with].into_iter().for_each(&mut add),
            TestKind::Membership { of, .. } => add(of),
            _ => {}
        }
    }
    parties
        .values()
        .flat_map(|party| party.ever(as_of))
        .collect()
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
