//! `detente backtest dyads`: what forecasts of pairs of states were worth, on the data in the lake.

pub(super) mod load;
mod report;
mod scores;
mod task;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use detente_atlas::Day;
use serde_json::json;

use crate::args::Global;
use crate::error::{CliError, Result};
use crate::ingest;
use crate::output::{self, Format};
use report::Report;

const AFTER: &str = "\
Examples:
  detente backtest dyads                                    every task, the last 24 origins, leads 1 and 3
  detente backtest dyads --task rupture --leads 1,3,6
  detente backtest dyads --format json | jq .tasks.rupture.leads.\\\"1\\\".all.skill
  detente backtest dyads --origins 12 --seeds 10 --output skill.csv

Tasks, each on the pairs with most reports up to the first origin (no later choice):
  rupture   monthly net score (share of the month's volume) with a robust z below -4 against the pair's own past: yes or no
  mean      the monthly net score itself, as a distribution
  conflict  ICEWS: any material conflict between the two in the week: yes or no
  counts    ICEWS: how many events of material conflict in the week, as a distribution

Beside ours stand climatology (own frequency, or draws from the own past), persistence (what followed on the present state;
or the last value), conflictology-12 (draws from the last 12 periods) and, for yes or no, frequency-and-state: the strong
baseline, a logistic regression on the own frequency and the present state.
Skill is 1 - score / score of the baseline: 1 is perfect, 0 no better. The score is Brier's for yes or no, else the CRPS. Its
90 % interval is a bootstrap over pairs and blocks of origins; where it holds 0 the output says 'no demonstrated skill'.
Quiet cells had no event in the last 3 periods: there an event is an onset.

JSON: about {...}, tasks.TASK.{about, leads.LEAD.CELLS.{n, events, base_rate, models.NAME.MEASURE, skill.BASELINE.{mean, lo,
hi, says}}}, with CELLS one of all, quiet (yes or no) or active (distributions: pairs with reports on half of the days, or with
an event in the last 24 periods); MEASURE one of brier, reliability, resolution, uncertainty; crps, crps_scaled (in the pair's
own standard deviations), coverage_90, seed_sd. CSV: the same, one figure a row.";

/// What forecasts of pairs of states were worth, beside every baseline
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct DyadsArgs {
    /// How many of the last origins to forecast from
    #[arg(long, value_name = "N", default_value_t = 24)]
    origins: usize,
    /// No origin after this day [default: the last that the data allow]
    #[arg(long, value_name = "DATE")]
    until: Option<Day>,
    /// Periods ahead (months; weeks for ICEWS)
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "1,3")]
    leads: Vec<u32>,
    /// How many seeds, where randomness enters
    #[arg(long, value_name = "N", default_value_t = 5)]
    seeds: u64,
    /// Draws in the ensemble of a cell
    #[arg(long, value_name = "N", default_value_t = 200)]
    draws: usize,
    /// How many pairs
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pairs: usize,
    /// Which tasks
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_enum, default_values_t = Task::ALL)]
    task: Vec<Task>,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json", "csv", "parquet"]))]
    format: Option<Format>,
    /// Write to this file, which appears whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// Breaks of the monthly net score
    Rupture,
    /// The monthly net score
    Mean,
    /// Weeks with material conflict
    Conflict,
    /// Events of material conflict in a week
    Counts,
}

impl Task {
    const ALL: [Task; 4] = [Task::Rupture, Task::Mean, Task::Conflict, Task::Counts];

    fn name(self) -> &'static str {
        match self {
            Task::Rupture => "rupture",
            Task::Mean => "mean",
            Task::Conflict => "conflict",
            Task::Counts => "counts",
        }
    }
}

/// What a task is run with.
pub struct Settings {
    pub origins: usize,
    pub until: Option<Day>,
    pub leads: Vec<u32>,
    pub seeds: Vec<u64>,
    pub draws: usize,
    pub pairs: usize,
    pub quiet: bool,
}

pub fn run(global: &Global, args: &DyadsArgs) -> Result {
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let settings = settings(global, args)?;
    let lake = ingest::ready(global)?;
    let mut report = Report::new(json!({
        "origins": args.origins,
        "until": args.until.map(|d| d.to_string()),
        "leads": args.leads,
        "seeds": args.seeds,
        "draws": args.draws,
        "pairs": args.pairs,
        "lake": lake.snapshot().sha256,
        "interval": { "level": scores::LEVEL, "bootstrap": "over pairs and blocks of origins", "samples": scores::SAMPLES },
        "files": vintage(&lake),
    }));
    if args
        .task
        .iter()
        .any(|t| matches!(t, Task::Rupture | Task::Mean))
    {
        let dyads = load::Dyads::scores(&lake)?;
        for task in [Task::Rupture, Task::Mean] {
            if args.task.contains(&task) {
                report.add(task::run(task, &dyads, &settings)?);
            }
        }
    }
    if args
        .task
        .iter()
        .any(|t| matches!(t, Task::Conflict | Task::Counts))
    {
        let dyads = load::Dyads::icews(&lake)?;
        for task in [Task::Conflict, Task::Counts] {
            if args.task.contains(&task) {
                report.add(task::run(task, &dyads, &settings)?);
            }
        }
    }
    match format {
        Format::Json => output::text(file, &report.json()?),
        Format::Table => output::text(file, &report.text()),
        _ => output::batch(file, format, report.rows()?),
    }
}

fn settings(global: &Global, args: &DyadsArgs) -> Result<Settings> {
    for (name, n) in [
        ("--origins", args.origins.saturating_sub(1)),
        ("--seeds", args.seeds as usize),
        ("--draws", args.draws),
        ("--pairs", args.pairs.saturating_sub(1)),
    ] {
        if n == 0 {
            return Err(CliError::Given(format!(
                "{name} is too small: an interval needs two pairs and two origins, a forecast a seed and a draw"
            )));
        }
    }
    let mut leads = args.leads.clone();
    leads.sort_unstable();
    leads.dedup();
    if leads.first().is_none_or(|l| *l == 0) {
        return Err(CliError::Given(
            "--leads must be 1 or more: a lead of 1 is the period after the origin".to_owned(),
        ));
    }
    Ok(Settings {
        origins: args.origins,
        until: args.until,
        leads,
        seeds: (1..=args.seeds).collect(),
        draws: args.draws,
        pairs: args.pairs,
        quiet: global.quiet,
    })
}

/// The files that the panels are made of.
fn vintage(lake: &detente_lake::Lake) -> Vec<serde_json::Value> {
    let ours = |dataset: &str| dataset == load::SCORES || load::ICEWS.contains(&dataset);
    lake.files()
        .into_iter()
        .filter(|f| ours(&f.dataset))
        .map(|f| json!({"dataset": f.dataset, "file": f.source, "sha256": f.sha256, "reader": f.reader}))
        .collect()
}
