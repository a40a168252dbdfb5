//! One task: panels, forecasters, cells, scores.

use detente_forecast::backtest as distributions;
use detente_forecast::baseline::{Climatology, Conflictology, Persistence};
use detente_forecast::occurrence::{
    EventForecaster, EventRegression, FrequencyAndState, Learning, OwnFrequency, PresentState,
    backtest as events,
};
use detente_forecast::pooled::Pooled;
use detente_forecast::{Forecaster, Panel, Stack, rupture};
use serde_json::{Value, json};

use super::load::{Dyads, Sums};
use super::report::Outcome;
use super::scores::{Group, Scores};
use super::{Settings, Task};
use crate::error::{CliError, Result};
use crate::progress;

/// Own months before a robust z is taken.
const PAST: usize = 12;
/// The robust z below which a month is a rupture.
const LIMIT: f64 = -4.0;
/// Net scores are given for so much of the month's volume.
const PER: f64 = 1e4;
/// Months over which a pair counts as active, and the share of the month's days with reports that it takes.
const ACTIVE_MONTHS: i32 = 24;
const ACTIVE_SHARE: f64 = 0.5;

pub fn run(task: Task, dyads: &Dyads, settings: &Settings) -> Result<Outcome> {
    let farthest = settings.leads.last().copied().unwrap_or(1);
    let origins = dyads.origins(settings.origins, farthest, settings.until);
    if origins.len() < 2 {
        return Err(CliError::Given(format!(
            "task {}: {} origins can be forecast from with a lead of {farthest}, and 2 are needed: take shorter --leads or a later --until",
            task.name(),
            origins.len()
        )));
    }
    let pairs = dyads.most_active(origins[0] as usize, settings.pairs);
    let panel = |of: &dyn Fn(Option<&Sums>, f64) -> Option<f64>| dyads.panel(&pairs, of);
    let counted = |of: fn(&Sums) -> f64| panel(&move |sums, _| Some(sums.map_or(0.0, of)));
    let mut outcome = Outcome {
        task,
        about: json!({
            "pairs": pairs.len(),
            "origins": [dyads.label(origins[0]), dyads.label(origins[origins.len() - 1])],
            "n_origins": origins.len(),
        }),
        groups: Vec::new(),
    };
    let score = |sums: Option<&Sums>, volume: f64| sums.map(|s| PER * s.score / volume);
    let block = (farthest as usize).clamp(1, origins.len() / 2);
    let setup = Setup {
        settings,
        origins: &origins,
        block,
    };
    match task {
        Task::Rupture => {
            let value = panel(&score)?;
            let z = rupture::robust_z(&value, PAST).map_err(CliError::room)?;
            let event = rupture::below(&z, LIMIT).map_err(CliError::room)?;
            let squashed = rupture::map(&z, f64::asinh).map_err(CliError::room)?;
            let reports = counted(|s| s.n.ln_1p())?;
            let share = panel(&|sums, _| {
                let both = |s: &Sums| 2.0 * s.against + s.score;
                sums.filter(|s| both(s) > 0.0).map(|s| s.against / both(s))
            })?;
            let against = panel(&|sums, volume| sums.map(|s| (PER * s.against / volume).ln_1p()))?;
            about(
                &mut outcome,
                "brier",
                "robust z below -4 of the pair's net score as a share of the month's volume, against its own past of 12 months or more",
            );
            outcome.groups =
                setup.events(&event, vec![value, against], vec![squashed, reports, share])?;
        }
        Task::Mean => {
            let value = panel(&score)?;
            let reports = counted(|s| s.n / 30.4)?;
            about(
                &mut outcome,
                "crps_scaled",
                "net score per 10,000 of the month's volume",
            );
            let models: [&dyn Forecaster; 4] = [
                &Pooled::default(),
                &Climatology,
                &Persistence { counts: false },
                &Conflictology { window: 12 },
            ];
            let active = |unit: usize, origin: i32| {
                let months = (0..ACTIVE_MONTHS).filter_map(|back| reports.get(unit, origin - back));
                let shares: Vec<f64> = months.collect();
                detente_relations::describe::mean(&shares).is_some_and(|s| s >= ACTIVE_SHARE)
            };
            outcome.groups = setup.distributions(&value, &models, &active, true)?;
        }
        Task::Conflict => {
            let counts = counted(|s| s.material_conflict)?;
            let event =
                rupture::map(&counts, |n| f64::from(u8::from(n > 0.0))).map_err(CliError::room)?;
            let size = rupture::map(&counts, f64::ln_1p).map_err(CliError::room)?;
            let all = counted(|s| s.n.ln_1p())?;
            about(
                &mut outcome,
                "brier",
                "any event of material conflict between the two, in either direction, in the week",
            );
            outcome.groups =
                setup.events(&event, vec![size.clone(), all.clone()], vec![size, all])?;
        }
        Task::Counts => {
            let counts = counted(|s| s.material_conflict)?;
            about(
                &mut outcome,
                "crps",
                "events of material conflict between the two, in both directions, in the week",
            );
            let stack = Stack::monthly_counts();
            let models: [&dyn Forecaster; 4] = [
                &stack,
                &Climatology,
                &Persistence { counts: true },
                &Conflictology { window: 12 },
            ];
            let active = |unit: usize, origin: i32| {
                (0..ACTIVE_MONTHS)
                    .any(|back| counts.get(unit, origin - back).is_some_and(|n| n > 0.0))
            };
            outcome.groups = setup.distributions(&counts, &models, &active, false)?;
        }
    }
    Ok(outcome)
}

fn about(outcome: &mut Outcome, score: &str, of: &str) {
    if let Value::Object(about) = &mut outcome.about {
        about.insert("score".to_owned(), json!(score));
        about.insert("of".to_owned(), json!(of));
    }
}

/// What the tasks have in common.
struct Setup<'a> {
    settings: &'a Settings,
    origins: &'a [i32],
    block: usize,
}

impl Setup<'_> {
    fn events(
        &self,
        panel: &Panel,
        covariates: Vec<Panel>,
        comparable: Vec<Panel>,
    ) -> Result<Vec<Group>> {
        let learning = Learning::default();
        let full = EventRegression {
            covariates,
            comparable,
            ..EventRegression::default()
        };
        let models: [&dyn EventForecaster; 4] = [
            &full,
            &OwnFrequency {
                prior: learning.prior,
            },
            &PresentState,
            &FrequencyAndState { learning },
        ];
        let leads = &self.settings.leads;
        let steps = progress::steps(
            self.settings.quiet,
            "forecasting",
            self.origins.len() * models.len(),
        );
        let found = events::run(panel, self.origins, leads, &models, &|| steps.step());
        steps.done();
        let found = found.map_err(CliError::room)?;
        let cells = events::cells(panel, self.origins, leads);
        let names: Vec<String> = models.iter().map(|m| m.name()).collect();
        let mut groups = Vec::new();
        for &lead in leads {
            for quiet in [false, true] {
                let mut scores = Scores::new(&names, lead, if quiet { "quiet" } else { "all" });
                for (i, cell) in cells.iter().enumerate() {
                    if cell.lead != lead || (quiet && !cell.quiet) {
                        continue;
                    }
                    let given: Option<Vec<f64>> = found.iter().map(|model| model[i]).collect();
                    scores.event(cell.unit, cell.origin, given, cell.came);
                }
                groups.push(scores.events(self.block)?);
            }
        }
        Ok(groups)
    }

    fn distributions(
        &self,
        panel: &Panel,
        models: &[&dyn Forecaster],
        active: &dyn Fn(usize, i32) -> bool,
        scaled: bool,
    ) -> Result<Vec<Group>> {
        let plan = distributions::Plan {
            panel,
            origins: self.origins,
            leads: &self.settings.leads,
            draws: self.settings.draws,
            seeds: &self.settings.seeds,
        };
        let jobs = models.len() * self.settings.seeds.len() * self.origins.len();
        let steps = progress::steps(self.settings.quiet, "forecasting", jobs);
        let runs = distributions::run(&plan, models, &|| steps.step());
        steps.done();
        let runs = runs.map_err(CliError::room)?;
        let cells = distributions::cells(&plan);
        let names: Vec<String> = models.iter().map(|m| m.name()).collect();
        let seeds = self.settings.seeds.len();
        let mut groups = Vec::new();
        for &lead in &self.settings.leads {
            for only_active in [false, true] {
                let mut scores =
                    Scores::new(&names, lead, if only_active { "active" } else { "all" });
                for (i, cell) in cells.iter().enumerate() {
                    if cell.lead != lead || (only_active && !active(cell.unit, cell.origin)) {
                        continue;
                    }
                    let unit_sd = scaled
                        .then(|| past_sd(panel, cell.unit, cell.origin))
                        .flatten();
                    if scaled && unit_sd.is_none() {
                        scores.left_out();
                        continue;
                    }
                    // by model, then by seed
                    let given: Option<Vec<&distributions::Score>> =
                        runs.iter().map(|run| run.scores[i].as_ref()).collect();
                    let given = given.map(|all| all.chunks(seeds).map(<[_]>::to_vec).collect());
                    scores.distribution(cell.unit, cell.origin, given, unit_sd);
                }
                groups.push(scores.distributions(self.block)?);
            }
        }
        Ok(groups)
    }
}

/// Standard deviation of all that a unit has been up to the origin, if it ever varied.
fn past_sd(panel: &Panel, unit: usize, origin: i32) -> Option<f64> {
    let view = panel.at(origin);
    let past: Vec<f64> = view
        .past(unit)
        .iter()
        .copied()
        .filter(|v| !v.is_nan())
        .collect();
    detente_relations::describe::sample_sd(&past).filter(|sd| *sd > 0.0)
}
