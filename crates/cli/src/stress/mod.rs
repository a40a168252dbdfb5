//! `detente stress`: the worst plausible case of a partnership.

mod early;
mod report;
mod shock;

use std::path::PathBuf;

use clap::Args;
use detente_atlas::Day;
use detente_partnership::assess_with;
use detente_partnership::stress::{Asked, Paired, Struck, Wanted, stress_with, strike};

use crate::args::Global;
use crate::error::{CliError, Result};
use crate::memory::Folder;
use crate::output::{self, Format};
use crate::today::today;
use crate::{check, ingest};

const AFTER: &str = "\
Examples:
  detente stress nato-azerbaijan
  detente stress nato-azerbaijan --as-of 2020-08-31 --months 12
  detente stress my-partnership.toml --paths 50000 --format json | jq .frontier
  detente stress nato-azerbaijan --shock 'RUS->GEO material-conflict 2027-01 x5' --shock karabakh-2020
  detente stress nato-azerbaijan --shocks

The relation of the sides and the standings of the factors are drawn together, month by month, in three ways that surprises can hang together. The loss of a path is
that of its worst month: how far the relation has fallen and how far the pressure of the factors, weighted by level, factor and exposure, has risen, each in standard
deviations of its past ([settings] of the partnership file: stress_relation, stress_factors, stress_months). Severity is the worst mean loss of any model that is no farther from the
paths than k (relative entropy): as surprising as an event of the likelihood beside it. These are statements of a model, not forecasts.

A shock is FROM->TO CLASS [MONTH] xTIMES: events of a class (verbal-cooperation, material-cooperation, verbal-conflict, material-conflict, or cooperation, conflict
for both) as a multiple of the dyad's usual month; <-> is both ways, MONTH is YYYY-MM or YYYY-MM..YYYY-MM [default: the month after the day of the test],
several events are set apart by `;`. Instead, the id of a [[shock]] of the file or of the library. The events are put into the streams that the relation and
the factors are measured on; what differs in paths of the same chance is told for the year from the shock on. [[lever]]s of the file are told the same way.

JSON: about {...}, variables [...], left_out [...], models [{name, mean, tails [{level, value_at_risk, shortfall}], severities}],
  frontier [{k, likelihood, severity, error, model, effective_paths, enough_paths}], worst_case {model, chain [...], parts [...]},
  reverse [{failure, chance, lo, hi, model, k_even, k_sure}], signs {relations, sides}, cascade {theatres, held_out, shown}, cannot_say [...],
  levers [{id, title, side, why, events, effect}], shocks [{id, title, events, size, like, why, evidence, effect}],
  effect {touches, untouching_events, from, months, mean_loss {without, change, lo, hi}, shortfall_95, failures [...], moves [{variable, months [...]}]} or {touches, cannot_say}";

/// The worst plausible case: how bad it can get, by which chain, and what it takes to fail
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct StressArgs {
    /// The name of a partnership in ./partnerships or shipped with the program, or a file that ends in .toml
    #[arg(value_name = "NAME|FILE", default_value = "nato-azerbaijan")]
    partnership: String,
    /// Use only what was known on this day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// Months of a path [default: by the file]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120))]
    months: Option<u32>,
    /// Events that befall the partnership, or the id of a shock (repeatable)
    #[arg(long, value_name = "TEXT|ID")]
    shock: Vec<String>,
    /// Every shock of the file and of the library of what has happened
    #[arg(long)]
    shocks: bool,
    /// How many paths of each of the three models
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    paths: u32,
    /// Seed of the paths
    #[arg(long, value_name = "SEED", default_value_t = 1994)]
    seed: u64,
    /// table, json
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(global: &Global, args: &StressArgs) -> Result {
    let format = Format::choose(args.format, args.output.as_deref(), Format::Table)?;
    let partnership = check::partnership(&args.partnership)?.partnership;
    let wanted = args
        .shock
        .iter()
        .map(|text| Wanted::of("--shock", text, &partnership))
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|why| CliError::Given(why.to_string()))?;
    let lake = ingest::with_bundled(global)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let memory = Folder::of(&global.lake);
    let assessment = assess_with(&lake, &partnership, as_of, &memory)?;
    let asked = Asked {
        months: args.months,
        paths: args.paths as usize,
        seed: args.seed,
    };
    let version = &lake.snapshot().sha256;
    let stressed = stress_with(&assessment, &asked, version, &memory).map_err(|why| {
        CliError::Given(format!(
            "no stress test of {} as of {as_of}: {why}; try --as-of a day with more data before it (`detente coverage` shows what is monitored)",
            partnership.id
        ))
    })?;
    let every = if args.shocks {
        Wanted::all(&partnership)
    } else {
        Vec::new()
    };
    let (single, library): (Vec<Struck>, Vec<Struck>) = if wanted.is_empty() && every.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        let paired = Paired::new(&assessment, &asked, stressed.told)
            .map_err(|why| CliError::Given(format!("no shocks of {}: {why}", partnership.id)))?;
        (
            strike(&paired, &partnership, &lake, &wanted)?,
            strike(&paired, &partnership, &lake, &every)?,
        )
    };
    match format {
        Format::Json => {
            let mut value = report::json(&stressed, &partnership, as_of);
            value["levers"] = shock::levers_json(&stressed.levers, &stressed.variables);
            let all: Vec<Struck> = single.into_iter().chain(library).collect();
            value["shocks"] = shock::json(&all, &stressed.variables);
            let text = serde_json::to_string_pretty(&value).map_err(CliError::room)?;
            output::text(args.output.as_deref(), &format!("{text}\n"))
        }
        _ => output::text(
            args.output.as_deref(),
            &(report::text(&stressed, &partnership, as_of)
                + &shock::levers(&stressed)
                + &shock::text(&single, &stressed)
                + &if args.shocks {
                    shock::table(&library)
                } else {
                    String::new()
                }),
        ),
    }
}
