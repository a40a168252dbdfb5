//! Rolling origins: each forecaster is handed the panel cut at an origin, and scored by what came.

use crate::state::QUIET;
use crate::verify::{self, views};
use crate::{Draw, Error, Forecaster, Panel, on_all_cores};

/// Probability of the intervals that are scored.
pub const LEVEL: f64 = 0.9;

/// What is forecast, from where and how often.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Counts by unit and period, with what came.
    pub panel: &'a Panel,
    /// Last known periods.
    pub origins: &'a [i32],
    /// Periods after an origin.
    pub leads: &'a [u32],
    /// Draws in a cell.
    pub draws: usize,
    /// Seeds; each gives forecasts of its own.
    pub seeds: &'a [u64],
}

/// A unit in a period that was forecast and came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Last known period.
    pub origin: i32,
    /// The unit.
    pub unit: usize,
    /// Periods after the origin.
    pub lead: u32,
    /// What came.
    pub outcome: f64,
    /// Whether the unit had an event in the last [`QUIET`] periods up to the origin.
    pub active: bool,
}

/// How one forecast of one cell fared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Continuous ranked probability score; 0 is best.
    pub crps: f64,
    /// Ignorance in bits; 0 is best.
    pub ign: f64,
    /// Interval score of the central 90 %; 0 is best.
    pub mis: f64,
    /// Whether the outcome lies in the central 90 %.
    pub covered: bool,
    /// Whether it lies above.
    pub above: bool,
    /// Probability of any event.
    pub any: f64,
    /// Probability integral transform, randomised among ties.
    pub pit: f64,
}

/// One score for each cell; `None` where there was no forecast.
pub type Scores = Vec<Option<Score>>;

/// All scores of a forecaster under a seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The forecaster.
    pub model: String,
    /// The seed.
    pub seed: u64,
    /// In the order of the cells.
    pub scores: Scores,
}

/// The cells of a plan, in the order origin, unit, lead: those whose outcome was monitored.
pub fn cells(plan: &Plan) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &origin in plan.origins {
        let view = plan.panel.at(origin);
        for unit in 0..plan.panel.units() {
            let active = verify::active(view.past(unit), QUIET);
            for &lead in plan.leads {
                if let Some(outcome) = plan.panel.get(unit, origin + lead as i32) {
                    cells.push(Cell {
                        origin,
                        unit,
                        lead,
                        outcome,
                        active,
                    });
                }
            }
        }
    }
    cells
}

/// Runs every forecaster at every origin under every seed, on all cores; `done` is called after each forecast.
///
/// # Errors
/// The first error of a forecaster.
pub fn run(
    plan: &Plan,
    models: &[&dyn Forecaster],
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Run>, Error> {
    let cells = cells(plan);
    let of_origin: Vec<&[Cell]> = cells.chunk_by(|a, b| a.origin == b.origin).collect();
    let (s, o) = (plan.seeds.len(), of_origin.len());
    let mut results = on_all_cores(models.len() * s * o, |job| {
        let (model, seed) = (models[job / (s * o)], plan.seeds[job / o % s]);
        let scored = score(plan, model, seed, of_origin[job % o]);
        done();
        scored
    })
    .into_iter();
    let mut runs = Vec::with_capacity(models.len() * s);
    for model in models {
        for &seed in plan.seeds {
            let mut scores = Vec::with_capacity(cells.len());
            for scored in results.by_ref().take(o) {
                scores.extend(scored?);
            }
            runs.push(Run {
                model: model.name(),
                seed,
                scores,
            });
        }
    }
    Ok(runs)
}

/// One forecast from one origin, scored.
fn score(plan: &Plan, model: &dyn Forecaster, seed: u64, cells: &[Cell]) -> Result<Scores, Error> {
    let Some(first) = cells.first() else {
        return Ok(Vec::new());
    };
    let view = plan.panel.at(first.origin);
    let forecast = model.forecast(&view, plan.leads, plan.draws, seed)?;
    Ok(cells
        .iter()
        .map(|cell| {
            let lead = plan.leads.iter().position(|l| *l == cell.lead)?;
            let uniform = Draw::of(seed ^ cell.origin as u64, cell.unit, cell.lead).uniform();
            Some(of_draws(
                forecast.cell(cell.unit, lead)?,
                cell.outcome,
                uniform,
            ))
        })
        .collect())
}

/// The scores of an ascending ensemble; `uniform`, drawn in 0..1 for each cell, decides the PIT among ties.
pub fn of_draws(draws: &[f32], outcome: f64, uniform: f64) -> Score {
    let (lo, hi) = verify::interval(draws, LEVEL);
    Score {
        crps: verify::crps(draws, outcome),
        ign: views::ign(draws, outcome),
        mis: verify::interval_score(lo, hi, outcome, LEVEL),
        covered: verify::covers((lo, hi), outcome),
        above: outcome > hi,
        pit: verify::pit(draws, outcome, uniform),
        any: 1.0 - draws.partition_point(|d| *d <= 0.0) as f64 / draws.len() as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::{Climatology, Conflictology};

    fn panel() -> Panel {
        let war: Vec<Option<f64>> = (0..60).map(|t| Some(f64::from(t % 5))).collect();
        let mut peace = vec![Some(0.0); 60];
        peace[58] = None;
        Panel::new(0, &[war, peace]).unwrap()
    }

    #[test]
    fn a_missing_outcome_is_no_cell() {
        let panel = panel();
        let plan = Plan {
            panel: &panel,
            origins: &[40, 56],
            leads: &[1, 2, 9],
            draws: 10,
            seeds: &[1],
        };
        let cells = cells(&plan);
        // origin 40: 2 units x 3 leads; origin 56: leads 1 and 2 lie in the panel, but unit 1 was not monitored at 58
        assert_eq!(cells.len(), 6 + 3);
        assert!(cells.iter().all(|c| c.active == (c.unit == 0)));
    }

    #[test]
    fn runs_come_in_order_whatever_the_threads() {
        let panel = panel();
        let plan = Plan {
            panel: &panel,
            origins: &[40, 50],
            leads: &[1, 3],
            draws: 40,
            seeds: &[1, 2],
        };
        let models: [&dyn Forecaster; 2] = [&Conflictology { window: 12 }, &Climatology];
        let runs = run(&plan, &models, &|| ()).unwrap();
        let order: Vec<(&str, u64)> = runs.iter().map(|r| (r.model.as_str(), r.seed)).collect();
        assert_eq!(
            order,
            [
                ("conflictology-12", 1),
                ("conflictology-12", 2),
                ("climatology", 1),
                ("climatology", 2)
            ]
        );
        assert_eq!(runs, run(&plan, &models, &|| ()).unwrap());
        assert!(runs[0].scores.iter().all(Option::is_some) && runs[0].scores != runs[1].scores);
        // the quiet unit is certain of 0 and right
        let quiet = cells(&plan).iter().position(|c| c.unit == 1).unwrap();
        let s = runs[0].scores[quiet].unwrap();
        assert_eq!((s.crps, s.mis, s.covered, s.any), (0.0, 0.0, true, 0.0));
    }

    #[test]
    fn corruption_after_the_origin_changes_no_score_before_it() {
        let mut rows: Vec<Vec<Option<f64>>> = (0..3)
            .map(|u| (0..60).map(|t| Some(f64::from((t + u) % 7))).collect())
            .collect();
        let clean = Panel::new(0, &rows).unwrap();
        for row in &mut rows {
            row[46..].fill(Some(1e7));
        }
        let corrupt = Panel::new(0, &rows).unwrap();
        let run = |panel| {
            run(
                &Plan {
                    panel,
                    origins: &[40],
                    leads: &[1, 5],
                    draws: 30,
                    seeds: &[3],
                },
                &[&Conflictology { window: 12 }],
                &|| (),
            )
            .unwrap()
        };
        assert_eq!(run(&clean), run(&corrupt));
    }
}
