//! What was said as of the month before, and what came: of every declared shock, and of the ordinary months of the same pairs.

use detente_atlas::By;
use detente_forecast::{Forecast, Panel, on_all_cores};
use detente_partnership::Settings as FileSettings;
use detente_partnership::outlook::Model;
use detente_relations::index::log_ratio;
use detente_stress::envelope::{Ensembles, Held, changes_to_worst, worst_of_months, worsts};

use super::super::dyads::load::{Dyads, Sums};
use super::shocks::Declared;
use crate::error::{CliError, Result};
use crate::progress;

/// Pairs with most reports in the months before the first origin, which the forecaster learns from beside those declared.
const LEARNT: usize = 300;

/// What envelopes are made from, ours first.
pub const WAYS: [&str; 3] = ["joint paths", "climatology", "persistence"];
/// What is held against them: the worst month of the horizon, which is the declared test, and the first month alone.
pub const FIGURES: [&str; 2] = ["worst month", "first month"];

/// How it is run.
pub struct Settings {
    /// The first is that of the test.
    pub ks: Vec<f64>,
    pub paths: usize,
    pub seed: u64,
    pub quiet: bool,
}

/// A pair of states, or a partnership, at an origin.
pub struct Case {
    /// Place in [`Found::names`].
    pub name: usize,
    /// Which of the declared shocks it is; `None` for an ordinary one.
    pub shock: Option<usize>,
    /// Place of the month before.
    pub origin: i32,
    /// Months with an index up to the origin.
    pub past: usize,
    /// By [`FIGURES`]; `None` where no month of it is known.
    pub figures: [Option<Judged>; 2],
}

/// A figure held against what was said of it.
pub struct Judged {
    pub came: f64,
    /// By [`WAYS`]; `None` where there was nothing to say.
    pub ways: [Option<Held>; 3],
}

/// A shock between two that counts neither way.
pub struct NotCounted {
    pub shock: usize,
    /// The pair or partnership.
    pub name: String,
    pub why: String,
}

pub struct Found {
    /// Of pairs or partnerships.
    pub names: Vec<String>,
    pub cases: Vec<Case>,
    pub not_counted: Vec<NotCounted>,
    /// How many pairs a forecaster learnt from; 0 for partnerships.
    pub learnt: usize,
}

/// The index of all that matters, by month.
pub fn run(dyads: &Dyads, declared: &Declared, settings: &Settings) -> Result<Found> {
    let mut pairs: Vec<(String, String)> = declared
        .shocks
        .iter()
        .flat_map(|s| &s.pairs)
        .filter(|p| dyads.names(p))
        .cloned()
        .collect();
    pairs.sort();
    pairs.dedup();
    let others = dyads.most_active(declared.past.saturating_sub(1), LEARNT);
    let all: Vec<&(String, String)> = pairs
        .iter()
        .chain(others.into_iter().filter(|p| !pairs.contains(p)))
        .collect();
    let prior = FileSettings::default().score_prior;
    let index = |sums: Option<&Sums>, _: f64| {
        sums.and_then(|s| log_ratio((s.score + s.against).max(0.0), s.against, prior))
    };
    let learnt = dyads.panel(&all, index)?;
    let watched = dyads.panel(&all[..pairs.len()], index)?;
    let places: Vec<Option<i32>> = declared
        .shocks
        .iter()
        .map(|s| dyads.place(s.day.start_of(By::Month)))
        .collect();
    let test = Test {
        learnt: &learnt,
        watched: &watched,
        declared,
        settings,
        shocks: pairs
            .iter()
            .map(|pair| {
                let of = declared.shocks.iter().zip(&places).enumerate();
                of.filter(|(_, (s, _))| s.pairs.contains(pair))
                    .filter_map(|(i, (_, place))| Some((i, (*place)?)))
                    .collect()
            })
            .collect(),
    };
    let origins: Vec<i32> =
        (watched.first() + declared.past as i32 - 1..=watched.last() - 1).collect();
    let steps = progress::steps(settings.quiet, "forecasting", origins.len());
    let found = on_all_cores(origins.len(), |i| {
        let cases = test.at(origins[i]);
        steps.step();
        cases
    });
    steps.done();
    let mut cases = Vec::new();
    for found in found {
        cases.extend(found.map_err(CliError::room)?);
    }
    let not_counted = not_counted(declared, &pairs, &cases, &watched, &places);
    Ok(Found {
        learnt: all.len(),
        names: pairs.iter().map(written).collect(),
        cases,
        not_counted,
    })
}

struct Test<'a> {
    learnt: &'a Panel,
    watched: &'a Panel,
    declared: &'a Declared,
    settings: &'a Settings,
    /// By pair: shocks with the place of their month.
    shocks: Vec<Vec<(usize, i32)>>,
}

impl Test<'_> {
    fn at(&self, origin: i32) -> std::result::Result<Vec<Case>, detente_stress::Error> {
        let (months, paths) = (self.declared.months, self.settings.paths);
        let leads: Vec<u32> = (1..=months as u32).collect();
        let view = self.watched.at(origin);
        let forecast = Model::Pooled.forecast(self.learnt, origin, &leads, paths)?;
        let forecast = first_units(&forecast, view.units())?;
        let drawn = Ensembles::draw(&view, &forecast, months, paths, self.settings.seed)?;
        let mut cases = Vec::new();
        for unit in 0..view.units() {
            let past = view.past(unit);
            let known = past.iter().filter(|v| !v.is_nan()).count();
            let month = |m: usize| self.watched.get(unit, origin + 1 + m as i32);
            let counts: Vec<bool> = (0..months).map(|m| month(m).is_some()).collect();
            let ahead = |place: i32| (1..=months as i32).contains(&(place - origin));
            let shocks = &self.shocks[unit];
            let now: Vec<Option<usize>> = if shocks.iter().any(|s| s.1 == origin + 1) {
                let now = shocks.iter().filter(|s| s.1 == origin + 1);
                now.map(|s| Some(s.0)).collect()
            } else if shocks.iter().any(|s| ahead(s.1)) {
                continue;
            } else {
                vec![None]
            };
            if known < self.declared.past {
                continue;
            }
            for shock in now {
                let judged = |counts: &[bool]| self.judged(&drawn, unit, past, counts, month);
                let figures = [judged(&counts)?, judged(&counts[..1])?];
                if figures[0].is_some() {
                    cases.push(Case {
                        name: unit,
                        shock,
                        origin,
                        past: known,
                        figures,
                    });
                }
            }
        }
        Ok(cases)
    }

    fn judged(
        &self,
        drawn: &Ensembles,
        unit: usize,
        past: &[f64],
        counts: &[bool],
        month: impl Fn(usize) -> Option<f64>,
    ) -> std::result::Result<Option<Judged>, detente_stress::Error> {
        let (Some(came), Some(ours)) = (worst_of_months(counts, month), drawn.worst(unit, counts))
        else {
            return Ok(None);
        };
        let way = |samples: Vec<Vec<f64>>| Held::of(&samples, &self.settings.ks, came);
        Ok(Some(Judged {
            came,
            ways: [
                way(ours)?,
                way(vec![worsts(past, counts)])?,
                way(vec![changes_to_worst(past, counts)])?,
            ],
        }))
    }
}

/// A pair as it is declared.
fn written((a, b): &(String, String)) -> String {
    format!("{a}-{b}")
}

/// The draws of the first units alone.
fn first_units(
    forecast: &Forecast,
    units: usize,
) -> std::result::Result<Forecast, detente_forecast::Error> {
    let mut first = Forecast::empty(units, forecast.leads(), forecast.draws())?;
    for (unit, lead, cell) in first.cells_mut() {
        if let Some(draws) = forecast.cell(unit, lead) {
            cell.copy_from_slice(draws);
        }
    }
    Ok(first)
}

/// Each shock between two that no case is of, and why.
fn not_counted(
    declared: &Declared,
    pairs: &[(String, String)],
    cases: &[Case],
    watched: &Panel,
    places: &[Option<i32>],
) -> Vec<NotCounted> {
    let mut all = Vec::new();
    for (i, (shock, place)) in declared.shocks.iter().zip(places).enumerate() {
        for pair in &shock.pairs {
            let unit = pairs.iter().position(|p| p == pair);
            let is = |c: &&Case| c.shock == Some(i) && Some(c.name) == unit;
            if cases.iter().find(is).is_some() {
                continue;
            }
            let why = match (unit, place) {
                (None, _) => "the source never names the two together".to_owned(),
                (_, None) => "the data do not reach its month".to_owned(),
                (Some(unit), Some(place)) => {
                    let past = watched.at(place - 1).past(unit).iter();
                    let known = past.filter(|v| !v.is_nan()).count();
                    if known < declared.past {
                        format!("{known} months of past, {} needed", declared.past)
                    } else {
                        "no month of the horizon is known".to_owned()
                    }
                }
            };
            all.push(NotCounted {
                shock: i,
                name: written(pair),
                why,
            });
        }
    }
    all
}
