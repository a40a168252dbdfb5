//! The worst plausible case of a partnership: how bad can it get, by which chain, and what would it take to fail?
//!
//! The relation of the sides and the standing of every factor are drawn together, month by month, from the last month with a reading of the relation. Nothing after
//! that month is in a path. A factor too little of which is known is left out and named, not taken for quiet.

mod variables;

pub mod envelope;

use detente_forecast::Panel;
use detente_relations::describe::median;
use detente_stress::joint::{Dependence, Joint, Settings};
use detente_stress::loss::{Loss, Losses, Over};
use detente_stress::reverse::{Failure, chance, least_for};
use detente_stress::risk::LEVELS;
use detente_stress::tilt::{Limit, Tilted, chain, likelihood, mode, worst_of};
use detente_stress::{Error, Paths};

use crate::engine::Assessment;
use crate::engine::series::Gap;
use variables::{Gathered, gather};

pub use detente_stress::reverse::{Chance, Reverse};
pub use detente_stress::risk::Tail;
pub use detente_stress::tilt::Chain;
pub use variables::{Kind, LeftOut, Variable};

/// Relative entropies of the frontier, in nats.
pub const FRONTIER: [f64; 6] = [0.1, 0.25, 0.5, 1.0, 2.0, 3.0];
/// The relative entropy of the case that is told as a chain: as surprising as what comes once in twenty times.
pub const TOLD: f64 = 3.0;
/// Standard deviations from its usual course at which a variable is told of in a chain.
const DEPARTURE: f64 = 1.0;
/// Mean length in months of the runs of past months that are drawn together.
const RUN: f64 = 6.0;
/// Scale of a median absolute deviation of normal values.
const NORMAL: f64 = 1.4826;

/// How the paths are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone)]
pub struct Model {
    /// `blocks`, `gaussian` or `t`.
    pub name: &'static str,
    /// Mean loss.
    pub mean: f64,
    /// Value at risk and expected shortfall at 90, 95 and 99 %.
    pub tails: Vec<Tail>,
    /// Severity for each of [`FRONTIER`].
    pub severities: Vec<f64>,
}

/// A point of the frontier of severity against plausibility.
#[derive(Debug, Clone, Copy)]
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
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// What it adds to the severity; all parts add up to it within 1e-9.
    pub adds: f64,
    /// Its mean in the last month over all paths.
    pub usual: f64,
    /// The same in the worst case: of a variable without weight its conditional expectation.
    pub worst: f64,
}

/// What it takes to fail.
#[derive(Debug, Clone)]
pub struct Breach {
    /// In words.
    pub failure: String,
    /// The chance of it in the model in which it is likeliest.
    pub chance: Chance,
    /// Place of that model.
    pub model: usize,
    /// The least relative entropy that makes it as likely as not.
    pub even: Reverse,
    /// The least that makes it sure: -ln of its chance.
    pub sure: Reverse,
}

/// The worst plausible case.
#[derive(Debug, Clone)]
pub struct Stressed {
    /// The month of the last reading of the relation, from which the paths start.
    pub origin: i32,
    /// Months of a path.
    pub months: u32,
    /// How many paths of each model.
    pub paths: usize,
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
    /// Its mode path, told month by month.
    pub chain: Chain,
    /// What each variable is in the worst case at [`TOLD`].
    pub parts: Vec<Part>,
    /// What it takes to fail.
    pub breaches: Vec<Breach>,
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
    let drawn = [
        ("blocks", Dependence::Blocks { length: RUN }),
        ("gaussian", Dependence::Gaussian),
        ("t", Dependence::StudentT),
    ]
    .map(|(name, dependence)| Ok((name, draw(&panel, &variables, dependence, months, asked)?)));
    let drawn: Vec<(&'static str, Paths)> = drawn
        .into_iter()
        .collect::<Result<_, Error>>()
        .map_err(|e| e.to_string())?;
    let told = tell(
        &loss,
        &drawn,
        &variables,
        outlook.series.points.as_slice(),
        settings.rupture_z,
    );
    let told = told.map_err(|e| e.to_string())?;
    Ok(Stressed {
        origin: outlook.origin.0,
        months,
        paths: asked.paths,
        variables,
        left_out,
        models: told.models,
        frontier: told.frontier,
        told: told.told,
        chain: told.chain,
        parts: told.parts,
        breaches: told.breaches,
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

struct Told {
    models: Vec<Model>,
    frontier: Vec<Point>,
    told: usize,
    chain: Chain,
    parts: Vec<Part>,
    breaches: Vec<Breach>,
}

fn tell(
    loss: &Loss,
    drawn: &[(&'static str, Paths)],
    variables: &[Variable],
    past: &[(i32, f64)],
    rupture_z: f64,
) -> Result<Told, Error> {
    let losses: Vec<Losses> = drawn
        .iter()
        .map(|(_, paths)| loss.of(paths))
        .collect::<Result<_, _>>()?;
    let values: Vec<&[f64]> = losses.iter().map(Losses::values).collect();
    let mut frontier = Vec::new();
    let mut severities = vec![Vec::new(); drawn.len()];
    for k in FRONTIER {
        let (model, all) = worst_of(&values, k)?;
        for (severities, tilted) in severities.iter_mut().zip(&all) {
            severities.push(tilted.mean.value);
        }
        let worst = &all[model];
        frontier.push(Point {
            k,
            likelihood: likelihood(k),
            severity: worst.mean.value,
            error: worst.mean.error,
            model,
            effective: worst.effective,
            limit: worst.limit,
        });
    }
    let (told, all) = worst_of(&values, TOLD)?;
    let (tilted, worst, paths) = (&all[told], &losses[told], &drawn[told].1);
    let models = drawn
        .iter()
        .zip(&losses)
        .zip(severities)
        .map(|(((name, _), losses), severities)| {
            Ok(Model {
                name,
                mean: losses.values().iter().sum::<f64>() / losses.values().len() as f64,
                tails: LEVELS
                    .iter()
                    .map(|l| losses.tail(*l))
                    .collect::<Result<_, _>>()?,
                severities,
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Told {
        models,
        frontier,
        told,
        chain: chain(worst, mode(paths, worst.values(), tilted)?, DEPARTURE)?,
        parts: parts(worst, tilted, variables.len())?,
        breaches: breaches(drawn, past, rupture_z)?,
    })
}

fn parts(losses: &Losses, tilted: &Tilted, variables: usize) -> Result<Vec<Part>, Error> {
    let adds = losses.allocate(&tilted.weights)?;
    let usual = losses.paths().moments(None)?.mean;
    let worst = losses.paths().moments(Some(&tilted.weights))?.mean;
    let last = usual.len() - variables;
    let parts = adds.into_iter().enumerate();
    Ok(parts
        .map(|(v, adds)| Part {
            adds,
            usual: usual[last + v],
            worst: worst[last + v],
        })
        .collect())
}

/// The failures that paths of months can tell: of the relation alone, for no month says whether shots were fired or a format was suspended.
fn breaches(
    drawn: &[(&'static str, Paths)],
    past: &[(i32, f64)],
    rupture_z: f64,
) -> Result<Vec<Breach>, Error> {
    let readings: Vec<f64> = past.iter().map(|p| p.1).collect();
    let least = readings.iter().copied().fold(f64::INFINITY, f64::min);
    let mut failures = vec![(
        format!("the relation index of a month falls below the least of its past ({least:.2})"),
        below(least, 1),
    )];
    if let Some(middle) = median(&readings) {
        let off: Vec<f64> = readings.iter().map(|r| (r - middle).abs()).collect();
        if let Some(spread) = median(&off).filter(|spread| *spread > 0.0) {
            let rupture = middle - rupture_z * NORMAL * spread;
            failures.push((
                format!(
                    "a rupture: the index of a month lies {rupture_z} robust standard deviations below the median of its past ({rupture:.2})"
                ),
                below(rupture, 1),
            ));
        }
        failures.push((
            format!("half a year in a row below the median of its past ({middle:.2})"),
            below(middle, 6),
        ));
    }
    let breach = |(words, failure): (String, Failure)| -> Result<Breach, Error> {
        let mut likeliest: Option<(usize, Chance, Vec<bool>)> = None;
        for (place, (_, paths)) in drawn.iter().enumerate() {
            let months = failure.months(paths)?;
            let failed: Vec<bool> = months.iter().map(Option::is_some).collect();
            let found = chance(&failed)?;
            if likeliest.as_ref().is_none_or(|l| found.share > l.1.share) {
                likeliest = Some((place, found, failed));
            }
        }
        let (model, chance, failed) = likeliest.ok_or(Error::TooFew {
            what: "models",
            needed: 1,
            found: 0,
        })?;
        Ok(Breach {
            failure: words,
            chance,
            model,
            even: least_for(&failed, 0.5)?,
            sure: least_for(&failed, 1.0)?,
        })
    };
    failures.into_iter().map(breach).collect()
}

fn below(value: f64, months: usize) -> Failure {
    Failure::Below {
        variable: Kind::RELATION,
        value,
        months,
    }
}
