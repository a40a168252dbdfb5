//! The worst plausible case of a partnership: how bad can it get, by which chain, and what would it take to fail?
//!
//! The relation of the sides and the standing of every factor are drawn together, month by month, from the last month with a reading of the relation. Nothing after
//! that month is in a path. A factor too little of which is known is left out and named, not taken for quiet.

pub mod cascade;
mod effect;
mod failure;
mod lever;
pub mod library;
mod pipeline;
mod response;
pub mod signs;
mod strike;
mod variables;

pub mod envelope;

use detente_forecast::Panel;
use detente_stress::joint::{Dependence, Joint, Settings};
use detente_stress::loss::{Loss, Losses, Over};
use detente_stress::risk::LEVELS;
use detente_stress::tilt::{Limit, Step, Tilted, chain, likelihood, mode, worst_of};
use detente_stress::{Error, Paths};
use serde::{Deserialize, Serialize};

use crate::engine::Assessment;
use crate::engine::series::Gap;
use crate::outlook::memory::{Memory, Work};
use cascade::Cascade;
use signs::Signs;
use variables::{Gathered, gather};

pub use detente_stress::reverse::{Chance, Reverse};
pub use detente_stress::risk::Tail;
pub use detente_stress::shock::Difference;
pub use detente_stress::tilt::Chain;
pub use effect::{Compared, Effect, FOLLOWED, Move, Outcome, Paired};
pub use failure::Breach;
pub use lever::Pulled;
pub use strike::{NoShock, Size, Struck, Wanted, strike};
pub use variables::{Kind, LeftOut, Variable};

/// Relative entropies of the frontier, in nats, ascending to [`TOLD`].
pub const FRONTIER: [f64; 6] = [0.1, 0.25, 0.5, 1.0, 2.0, TOLD];
/// The relative entropy of the case that is told as a chain: as surprising as what comes once in twenty times.
pub const TOLD: f64 = 3.0;
/// Standard deviations from its usual course at which a variable is told of in a chain.
const DEPARTURE: f64 = 1.0;
/// Mean length in months of the runs of past months that are drawn together.
const RUN: f64 = 6.0;
/// Most paths from which levers are told.
const LEVER_PATHS: usize = 2000;
/// The ways in which surprises can hang together.
const MODELS: [(&str, Dependence); 3] = [
    ("blocks", Dependence::Blocks { length: RUN }),
    ("gaussian", Dependence::Gaussian),
    ("t", Dependence::StudentT),
];
/// What paths of months can not tell.
pub const CANNOT_SAY: [&str; 3] = [
    "whether a format is suspended: that is a decision, and no series of the past holds it; a lever tells what it would change",
    "a month worse than the worst surprise of its own past, factor by factor: surprises are drawn from what was seen",
    "what has no monthly standing up to the origin: the factors left out",
];

/// How the paths are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Months ahead; `None`: as the file says.
    pub months: Option<u32>,
    /// How many paths.
    pub paths: usize,
    /// Seed of every draw.
    pub seed: u64,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            months: None,
            paths: 10_000,
            seed: 1994,
        }
    }
}

/// One way in which surprises hang together, with what it says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// `blocks`, `gaussian` or `t`.
    pub name: String,
    /// Mean loss.
    pub mean: f64,
    /// Value at risk and expected shortfall at 90, 95 and 99 %.
    pub tails: Vec<Tail>,
    /// Severity for each of [`FRONTIER`].
    pub severities: Vec<f64>,
}

/// A point of the frontier of severity against plausibility.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Point {
    /// Relative entropy, in nats.
    pub k: f64,
    /// The chance of an event that is as surprising.
    pub likelihood: f64,
    /// The worst mean loss within k, over all models.
    pub severity: f64,
    /// Its Monte Carlo standard error; NaN where the paths were not enough.
    pub error: f64,
    /// Place of the model that gives it.
    pub model: usize,
    /// How many paths carry it.
    pub effective: f64,
    /// Whether the paths were enough.
    pub limit: Limit,
}

/// What a variable is in the worst case.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Part {
    /// What it adds to the severity; all parts add up to it within 1e-9.
    pub adds: f64,
    /// Its mean in the last month over all paths.
    pub usual: f64,
    /// The same in the worst case: of a variable without weight its conditional expectation.
    pub worst: f64,
}

/// The worst plausible case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stressed {
    /// The month of the last reading of the relation, from which the paths start.
    pub origin: i32,
    /// Months of a path.
    pub months: u32,
    /// What was asked for: paths of each model, seed.
    pub asked: Asked,
    /// What is drawn: the relation first, then the factors.
    pub variables: Vec<Variable>,
    /// Factors that are not in the paths, and why.
    pub left_out: Vec<LeftOut>,
    /// The models.
    pub models: Vec<Model>,
    /// Severity against plausibility, over all models.
    pub frontier: Vec<Point>,
    /// Place of the model that is worst at [`TOLD`].
    pub told: usize,
    /// Its mode path, told month by month: the steps to the worse.
    pub chain: Chain,
    /// What each variable is in the worst case at [`TOLD`].
    pub parts: Vec<Part>,
    /// What it takes to fail.
    pub breaches: Vec<Breach>,
    /// What the levers of the file change in the told model.
    pub levers: Vec<Pulled>,
    /// What would be seen first.
    pub signs: Signs,
    /// What sets off what, or why that cannot be said.
    pub cascade: Result<Cascade, Gap>,
}

impl Stressed {
    /// Places of the variables, those first that add most to the severity.
    pub fn worst_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.parts.len()).collect();
        order.sort_by(|a, b| self.parts[*b].adds.total_cmp(&self.parts[*a].adds));
        order
    }
}

/// The worst plausible case of an assessed partnership, as it was worked out before from a lake of that version if it was.
///
/// # Errors
/// As [`stress`].
pub fn stress_with(
    assessment: &Assessment,
    asked: &Asked,
    lake_version: &str,
    memory: &dyn Memory,
) -> Result<Stressed, Gap> {
    Work::new("stress")
        .with(lake_version)
        .with((&assessment.partnership, assessment.world.as_of, asked))
        .done(memory, || stress(assessment, asked))
}

/// The worst plausible case of an assessed partnership.
///
/// # Errors
/// No outlook, so no origin; a relation too little of which is known; settings that leave no loss.
pub fn stress(assessment: &Assessment, asked: &Asked) -> Result<Stressed, Gap> {
    let outlook = assessment.outlook.as_ref().map_err(Gap::clone)?;
    let settings = &assessment.partnership.settings;
    let months = asked.months.unwrap_or(settings.stress_months);
    let Gathered {
        variables,
        rows,
        left_out,
    } = gather(assessment, outlook)?;
    let first = outlook.series.points[0].0;
    let panel = Panel::new(first, &rows).map_err(|e| e.to_string())?;
    let weights = variables.iter().map(|v| v.weight).collect();
    let from = variables.iter().map(|v| v.from).collect();
    let loss = Loss::new(weights, from, Over::Worst).map_err(|e| e.to_string())?;
    let drawn = MODELS
        .map(|(name, dependence)| Ok((name, draw(&panel, &variables, dependence, months, asked)?)));
    let drawn: Vec<(&'static str, Paths)> = drawn
        .into_iter()
        .collect::<Result<_, Error>>()
        .map_err(|e| e.to_string())?;
    let mut told = tell(&loss, &drawn).map_err(|e| e.to_string())?;
    let worse = |step: &Step| step.departure * variables[step.variable].weight > 0.0;
    told.chain.steps.retain(worse);
    let breaches = failure::breaches(&drawn, assessment, outlook, &variables);
    drop(drawn);
    let levers = match assessment.partnership.levers.as_slice() {
        [] => Vec::new(),
        all => {
            // paired differences are told apart by far fewer paths than a tail
            let paths = asked.paths.min(LEVER_PATHS);
            let paired = Paired::new(assessment, &Asked { paths, ..*asked }, told.model)?;
            lever::levers(&paired, all)
        }
    };
    let origin = outlook.origin.0;
    Ok(Stressed {
        levers,
        signs: signs::signs(
            &variables,
            &rows,
            &outlook.relations,
            origin,
            settings.rupture_z,
            asked.seed,
        ),
        cascade: cascade::cascade(assessment, &variables, (first, origin), asked.seed),
        origin,
        months,
        asked: *asked,
        variables,
        left_out,
        models: told.models,
        frontier: told.frontier,
        told: told.model,
        chain: told.chain,
        parts: told.parts,
        breaches: breaches.map_err(|e| e.to_string())?,
    })
}

/// Paths in the units that a reader knows: the relation index, standings from 0 to 1.
fn draw(
    panel: &Panel,
    variables: &[Variable],
    dependence: Dependence,
    months: u32,
    asked: &Asked,
) -> Result<Paths, Error> {
    let view = panel.at(panel.last());
    let settings = Settings {
        dependence,
        ..Settings::default()
    };
    let joint = Joint::learn(&view, &settings)?;
    let origin = joint.origin(&view)?;
    let mut paths = joint.simulate(&origin, months as usize, asked.paths, asked.seed)?;
    for path in 0..asked.paths {
        for month in paths.path_mut(path).chunks_exact_mut(variables.len()) {
            for (value, variable) in month.iter_mut().zip(variables) {
                *value = variable.kind.told(*value);
            }
        }
    }
    Ok(paths)
}

/// What the paths of all models come to.
struct Told {
    models: Vec<Model>,
    frontier: Vec<Point>,
    model: usize,
    chain: Chain,
    parts: Vec<Part>,
}

/// The severities of every model along the frontier, and the last point of it told as a chain.
fn tell(loss: &Loss, drawn: &[(&'static str, Paths)]) -> Result<Told, Error> {
    let losses: Vec<Losses> = drawn
        .iter()
        .map(|(_, paths)| loss.of(paths))
        .collect::<Result<_, _>>()?;
    let values: Vec<&[f64]> = losses.iter().map(Losses::values).collect();
    let tilts: Vec<(usize, Vec<Tilted>)> = FRONTIER
        .iter()
        .map(|k| worst_of(&values, *k))
        .collect::<Result<_, _>>()?;
    let point = |(model, all): &(usize, Vec<Tilted>)| {
        let worst = &all[*model];
        Point {
            k: worst.k,
            likelihood: likelihood(worst.k),
            severity: worst.mean.value,
            error: worst.mean.error,
            model: *model,
            effective: worst.effective,
            limit: worst.limit,
        }
    };
    let models = drawn.iter().zip(&losses).enumerate();
    let models = models
        .map(|(place, ((name, _), losses))| {
            Ok(Model {
                name: (*name).to_owned(),
                mean: losses.values().iter().sum::<f64>() / losses.values().len() as f64,
                tails: LEVELS
                    .iter()
                    .map(|l| losses.tail(*l))
                    .collect::<Result<_, _>>()?,
                severities: tilts.iter().map(|(_, all)| all[place].mean.value).collect(),
            })
        })
        .collect::<Result<_, Error>>()?;
    let (model, all) = &tilts[FRONTIER.len() - 1];
    let (tilted, worst, paths) = (&all[*model], &losses[*model], &drawn[*model].1);
    Ok(Told {
        models,
        frontier: tilts.iter().map(point).collect(),
        model: *model,
        chain: chain(worst, mode(paths, worst.values(), tilted)?, DEPARTURE)?,
        parts: parts(worst, tilted)?,
    })
}

fn parts(losses: &Losses, tilted: &Tilted) -> Result<Vec<Part>, Error> {
    let adds = losses.allocate(&tilted.weights)?;
    let usual = losses.paths().moments(None)?.mean;
    let worst = losses.paths().moments(Some(&tilted.weights))?.mean;
    let last = usual.len() - adds.len();
    let parts = adds.into_iter().enumerate();
    Ok(parts
        .map(|(v, adds)| Part {
            adds,
            usual: usual[last + v],
            worst: worst[last + v],
        })
        .collect())
}
