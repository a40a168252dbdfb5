//! `detente backtest events`: what chances of events between states within days were worth.

mod mapped;
mod report;
mod scores;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use detente_forecast::link::within::{History, Monitored, Settings, backtest};
use serde_json::json;

use super::quadruples::load;
use crate::args::Global;
use crate::error::{CliError, Result};
use crate::output::{self, Format};
use mapped::Mapped;
use report::Report;

const AFTER: &str = "\
Examples:
  detente backtest events --data ~/tkg/icews18                        within 7 and 30 days, single CAMEO codes
  detente backtest events --data ~/tkg/icews0515 --types quad --days 7
  detente backtest events --data ~/tkg/icews18 --part valid --format json | jq '.days.\"7\".cells.all.skill'

--data names a folder of quadruples as the benchmarks publish them: entity2id.txt, relation2id.txt, train.txt, valid.txt, test.txt,
each plain, .gz or .xz. Actors are taken as their states and organisations; those without one, and events within one, are left out.

A cell is a pair of states, in one direction, with a type of event: does it come at least once in the days after the origin? All types seen
so far in all pairs in which anything was ever seen. Chances are learnt on what lies before the part and forecast from its first day on; what
happened up to an origin is known there. Beside ours stand climatology (the pair's own share of windows so far, drawn to the type's), persistence
(how often the type followed on its state in the last window) and frequency-and-state, a logistic regression on both.
Skill is 1 - score / score of the baseline: 1 is perfect, 0 no better. Its 90 % interval is a bootstrap over pairs and origins; where it
holds 0 the output says 'no demonstrated skill'.

JSON: about {...}, days.DAYS.{origins, unseen, seconds, cells.CELLS.{n, events, base_rate, models.NAME.MEASURE, skill.MEASURE.BASELINE.{mean, lo, hi,
says}}, reliability}, with CELLS one of all, verbal-cooperation, material-cooperation, verbal-conflict, material-conflict (by quad class), on (it
happened in the window before), quiet (it had, but not in that window), never (not yet in the pair); MEASURE one of brier, log_score (bits) and, by class,
miscalibration, discrimination, uncertainty. CSV: the same, one figure a row.";

/// Chances of events between states within days, beside every baseline
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct EventsArgs {
    /// Lengths of the window, in days
    #[arg(long, value_name = "DAYS,...", value_delimiter = ',', default_value = "7,30", value_parser = clap::value_parser!(u32).range(1..=366))]
    days: Vec<u32>,
    /// What counts as a type of event
    #[arg(long, value_name = "TYPES", value_enum, default_value_t = Types::Cameo)]
    types: Types,
    /// Which part to forecast; what lies after it is not read
    #[arg(long, value_name = "PART", value_enum, default_value_t = Part::Test)]
    part: Part,
    /// Days from one origin to the next [default: as many as the window has]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=366))]
    every: Option<u32>,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json", "csv", "parquet"]))]
    format: Option<Format>,
    /// Write to this file, which appears whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How finely events are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Types {
    /// Single CAMEO codes, as published
    Cameo,
    /// The 20 roots of CAMEO
    Root,
    /// The four quad classes
    Quad,
}

/// A part of the published division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// What settings are chosen on
    Valid,
    /// What is reported
    Test,
}

pub fn run(global: &Global, args: &EventsArgs) -> Result {
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let dir = global.data.as_deref().ok_or_else(|| {
        CliError::Given(
            "--data DIR is needed here: the folder with the quadruples (--help lists its files)"
                .to_owned(),
        )
    })?;
    let set = load(dir)?;
    let mapped = Mapped::of(&set, args.types, args.part);
    let too_short = || {
        CliError::Given(format!(
            "--data {}: too few events between states for a forecast; take another set or other --types",
            dir.display()
        ))
    };
    let (first, last) = mapped.span().ok_or_else(too_short)?;
    let monitored = Monitored::new(first, last, &[]).map_err(CliError::room)?;
    let history = History {
        facts: &mapped.facts,
        monitored: &monitored,
        class: &mapped.class,
        entities: mapped.entities,
    };
    let mut report = Report::new(json!({
        "data": dir.display().to_string(),
        "types": args.types.to_possible_value().map(|v| v.get_name().to_owned()),
        "part": args.part.to_possible_value().map(|v| v.get_name().to_owned()),
        "from": mapped.from,
        "to": last,
        "actors": set.entities.len(),
        "steps_per_day": set.steps_per_day,
        "facts": mapped.facts.len(),
        "left_out": mapped.left_out,
        "note": set.note,
        "program": env!("CARGO_PKG_VERSION"),
        "interval": {"level": scores::INTERVALS.level, "bootstrap": "over pairs and origins", "samples": scores::INTERVALS.draws},
    }));
    for &days in &args.days {
        let every = args.every.unwrap_or(days);
        let origins: Vec<i32> = (mapped.from - 1..=last - days as i32)
            .step_by(every as usize)
            .collect();
        if origins.is_empty() {
            return Err(CliError::Given(format!(
                "--days {days}: the part has only {} days",
                last - mapped.from + 1
            )));
        }
        let start = Instant::now();
        let settings = Settings::days(days);
        let found = backtest::run(&history, &origins, &settings).map_err(CliError::room)?;
        let seconds = start.elapsed().as_secs_f64();
        // windows that overlap are resampled together
        let block = days.div_ceil(every) as usize;
        report.add(days, &origins, block, seconds, &found)?;
    }
    match format {
        Format::Json => output::text(file, &report.json()?),
        Format::Table => output::text(file, &report.text()),
        _ => output::batch(file, format, report.rows()?),
    }
}
