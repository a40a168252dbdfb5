//! What events would change: paths with and without them, drawn from the same chance.

use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use detente_forecast::Panel;
use detente_stress::joint::{Change, Joint, Origin, Settings};
use detente_stress::loss::{Loss, Over};
use detente_stress::reverse::Failure;
use detente_stress::shock::{self, Difference};
use detente_stress::{Error, Paths};

use super::failure::failures;
use super::pipeline::Pipeline;
use super::variables::{Gathered, gather};
use super::{Asked, MODELS, Variable};
use crate::engine::Assessment;
use crate::engine::series::Gap;
use crate::injection::Injection;

/// Months that are compared, from the first with an event on.
pub const FOLLOWED: u32 = 12;
/// Level of the intervals of differences.
pub const LEVEL: f64 = 0.9;
/// Level of the expected shortfall that is compared.
pub const TAIL: f64 = 0.95;
/// Months after the origin by which an event must have begun.
const FARTHEST: i32 = 120;

/// A figure without the events and with them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Compared {
    /// Without.
    pub without: f64,
    /// With less without.
    pub difference: Difference,
}

/// How the mean of a variable moves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Move {
    /// Place of the variable.
    pub variable: usize,
    /// Month by month, from the first that is compared.
    pub months: Vec<Difference>,
}

/// What events change in the twelve months from the first of them on, or from the first month of the paths where that is later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Effect {
    /// The first month that is compared.
    pub from: i32,
    /// How many are.
    pub months: u32,
    /// Places of the variables that are measured on dyads of the events.
    pub touched: Vec<usize>,
    /// Events that no variable is measured on.
    pub silent: Vec<String>,
    /// Mean loss of the worst of these months.
    pub mean: Compared,
    /// Its expected shortfall at 95 %.
    pub shortfall: Compared,
    /// The chance of each failure within these months.
    pub failures: Vec<(String, Compared)>,
    /// Variables whose mean moves, what adds most to the loss (or takes most from it) first.
    pub moves: Vec<Move>,
}

/// What became of events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Outcome {
    /// They change this.
    Changes(Box<Effect>),
    /// No variable of the partnership is measured on their dyads.
    TouchesNothing,
    /// Why it can not be said.
    Unknown(Gap),
}

impl Outcome {
    /// The effect, if there is one.
    pub fn effect(&self) -> Option<&Effect> {
        match self {
            Outcome::Changes(effect) => Some(effect),
            _ => None,
        }
    }
}

/// One model of a partnership, to draw paths with and without events from.
pub struct Paired<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) gathered: Gathered,
    pub(super) panel: Panel,
    pub(super) joint: Joint,
    pub(super) start: Origin,
    loss: Loss,
    failures: Vec<(String, Failure)>,
    asked: Asked,
    plain: RefCell<BTreeMap<i32, Rc<Plain>>>,
}

/// Paths without events over the months that are compared, with the loss of each.
struct Plain {
    paths: Paths,
    losses: Vec<f64>,
}

impl<'a> Paired<'a> {
    /// Learns the model of that place again ([`super::Stressed::told`]).
    ///
    /// # Errors
    /// As [`super::stress`].
    pub fn new(assessment: &'a Assessment, asked: &Asked, model: usize) -> Result<Self, Gap> {
        let outlook = assessment.outlook.as_ref().map_err(Gap::clone)?;
        let gathered = gather(assessment, outlook)?;
        let first = outlook.series.points[0].0;
        let said = |e: Error| e.to_string();
        let panel = Panel::new(first, &gathered.rows).map_err(|e| e.to_string())?;
        let view = panel.at(panel.last());
        let learning = Settings {
            dependence: MODELS[model].1,
            ..Settings::default()
        };
        let joint = Joint::learn(&view, &learning).map_err(said)?;
        let start = joint.origin(&view).map_err(said)?;
        let weights = gathered.variables.iter().map(|v| v.weight).collect();
        let from = gathered.variables.iter().map(|v| v.from).collect();
        Ok(Self {
            loss: Loss::new(weights, from, Over::Worst).map_err(said)?,
            failures: failures(assessment, outlook, &gathered.variables, FOLLOWED as usize),
            assessment,
            gathered,
            joint,
            start,
            panel,
            asked: *asked,
            plain: RefCell::default(),
        })
    }

    /// The month of the last reading, from which the paths start.
    pub fn origin(&self) -> i32 {
        self.panel.last()
    }

    /// The day of the test.
    pub fn as_of(&self) -> detente_atlas::Day {
        self.assessment.world.as_of
    }

    /// The first month after the day of the test that is in the paths.
    pub fn next_month(&self) -> i32 {
        self.assessment.world.as_of.month().0.max(self.origin()) + 1
    }

    /// What is drawn.
    pub fn variables(&self) -> &[Variable] {
        &self.gathered.variables
    }

    /// What events change; those that name no month are in `months`.
    pub fn of(&self, events: &[Injection], months: (i32, i32)) -> Outcome {
        match self.effect(events, months) {
            Ok(Some(effect)) => Outcome::Changes(Box::new(effect)),
            Ok(None) => Outcome::TouchesNothing,
            Err(why) => Outcome::Unknown(why),
        }
    }

    fn effect(&self, events: &[Injection], usual: (i32, i32)) -> Result<Option<Effect>, Gap> {
        let outlook = self.assessment.outlook.as_ref().map_err(Gap::clone)?;
        let pipeline = Pipeline {
            assessment: self.assessment,
            outlook,
            variables: &self.gathered.variables,
            rows: &self.gathered.rows,
        };
        let (events, silent): (Vec<&Injection>, Vec<&Injection>) = events
            .iter()
            .partition(|e| !pipeline.touched(&[e]).is_empty());
        if events.is_empty() {
            return Ok(None);
        }
        let touched = pipeline.touched(&events);
        let silent = silent.iter().map(|e| e.text()).collect();
        let events: Vec<(&Injection, (i32, i32))> = events
            .into_iter()
            .map(|e| (e, e.months.unwrap_or(usual)))
            .collect();
        let begin = events.iter().map(|e| e.1.0).min().unwrap_or(usual.0);
        if begin > self.origin() + FARTHEST {
            return Err(format!(
                "the events begin more than {FARTHEST} months after the last reading of the relation: name an earlier month"
            ));
        }
        let from = begin.max(self.origin() + 1);
        let ahead = (from - self.origin()) as u32 - 1 + FOLLOWED;
        let (start, changes) = self.changes(&pipeline, &events, ahead)?;
        let plain = self.plain(from, ahead)?;
        let after = self.draw(&start, &changes, ahead)?;
        self.compare(&plain, &after, from, (touched, silent))
            .map(Some)
            .map_err(|e| e.to_string())
    }

    fn plain(&self, from: i32, ahead: u32) -> Result<Rc<Plain>, Gap> {
        if let Some(found) = self.plain.borrow().get(&from) {
            return Ok(Rc::clone(found));
        }
        let paths = self.draw(&self.start, &[], ahead)?;
        let losses = self.loss.of(&paths).map_err(|e| e.to_string())?;
        let losses = losses.values().to_vec();
        let plain = Rc::new(Plain { paths, losses });
        self.plain.borrow_mut().insert(from, Rc::clone(&plain));
        Ok(plain)
    }

    /// Paths of the last months of so many, as they are told.
    fn draw(&self, start: &Origin, changes: &[Change], ahead: u32) -> Result<Paths, Gap> {
        let (paths, variables) = (self.asked.paths, self.gathered.variables.len());
        let drawn = self
            .joint
            .simulate_changed(start, changes, ahead as usize, paths, self.asked.seed)
            .map_err(|e| e.to_string())?;
        let mut told =
            Paths::missing(paths, FOLLOWED as usize, variables).map_err(|e| e.to_string())?;
        let skipped = (ahead - FOLLOWED) as usize * variables;
        for path in 0..paths {
            let from = drawn.path(path)[skipped..].chunks_exact(variables);
            let to = told.path_mut(path).chunks_exact_mut(variables);
            for (to, from) in to.zip(from) {
                for ((to, from), variable) in to.iter_mut().zip(from).zip(&self.gathered.variables)
                {
                    *to = variable.kind.told(*from);
                }
            }
        }
        Ok(told)
    }

    fn compare(
        &self,
        plain: &Plain,
        after: &Paths,
        from: i32,
        (touched, silent): (Vec<usize>, Vec<String>),
    ) -> Result<Effect, Error> {
        let with = self.loss.of(after)?;
        let (before, with) = (plain.losses.as_slice(), with.values());
        let count = before.len() as f64;
        let failures = self.failures.iter().map(|(words, failure)| {
            let failed = |paths| -> Result<Vec<bool>, Error> {
                Ok(failure.months(paths)?.iter().map(Option::is_some).collect())
            };
            let (without, with) = (failed(&plain.paths)?, failed(after)?);
            let compared = Compared {
                without: without.iter().filter(|f| **f).count() as f64 / count,
                difference: shock::chance(&without, &with, LEVEL)?,
            };
            Ok((words.clone(), compared))
        });
        let by_month = shock::by_month(&plain.paths, after, LEVEL)?;
        let variables = self.gathered.variables.len();
        let mut moves: Vec<(f64, Move)> = (0..variables)
            .filter_map(|variable| {
                let own = by_month.iter().skip(variable).step_by(variables);
                let months: Vec<Difference> = own.copied().collect::<Option<_>>()?;
                let weight = self.gathered.variables[variable].weight;
                let most = |m: f64, d: &Difference| m.max((weight * d.change.value).abs());
                let moved = months.iter().any(|d| d.change.value != 0.0);
                moved.then(|| (months.iter().fold(0.0, most), Move { variable, months }))
            })
            .collect();
        moves.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(Effect {
            from,
            months: FOLLOWED,
            touched,
            silent,
            mean: Compared {
                without: before.iter().sum::<f64>() / count,
                difference: shock::mean(before, with, LEVEL)?,
            },
            shortfall: Compared {
                without: detente_stress::risk::tail(before, TAIL)?.shortfall.value,
                difference: shock::shortfall(before, with, TAIL, LEVEL)?,
            },
            failures: failures.collect::<Result<_, Error>>()?,
            moves: moves.into_iter().map(|m| m.1).collect(),
        })
    }
}
