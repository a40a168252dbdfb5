//! `detente stress`: the worst plausible case of a partnership.

mod early;
mod report;

use std::path::PathBuf;

use clap::Args;
use detente_atlas::Day;
use detente_partnership::assess_with;
use detente_partnership::stress::{Asked, stress};

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

The relation of the sides and the standings of the factors are drawn together, month by month, in three ways that surprises can hang together. The loss of a path is
that of its worst month: how far the relation has fallen and how far the pressure of the factors, weighted by level, factor and exposure, has risen, each in standard
deviations of its past ([settings] of the partnership file: stress_relation, stress_factors, stress_months). Severity is the worst mean loss of any model that is no farther from the
paths than k (relative entropy): as surprising as an event of the likelihood beside it. These are statements of a model, not forecasts.

JSON: about {...}, variables [...], left_out [...], models [{name, mean, tails [{level, value_at_risk, shortfall}], severities}],
  frontier [{k, likelihood, severity, error, model, effective_paths, enough_paths}], worst_case {model, chain [...], parts [...]},
  reverse [{failure, chance, lo, hi, model, k_even, k_sure}], signs {relations, sides},
  cascade {theatres, held_out, shown}, cannot_say [...]";

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
    let lake = ingest::with_bundled(global)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let assessment = assess_with(&lake, &partnership, as_of, &Folder::of(&global.lake))?;
    let asked = Asked {
        months: args.months,
        paths: args.paths as usize,
        seed: args.seed,
    };
    let stressed = stress(&assessment, &asked).map_err(|why| {
        CliError::Given(format!(
            "no stress test of {} as of {as_of}: {why}; try --as-of a day with more data before it (`detente coverage` shows what is monitored)",
            partnership.id
        ))
    })?;
    match format {
        Format::Json => {
            let value = report::json(&stressed, &partnership, as_of, args.seed);
            let text = serde_json::to_string_pretty(&value).map_err(CliError::room)?;
            output::text(args.output.as_deref(), &format!("{text}\n"))
        }
        _ => output::text(
            args.output.as_deref(),
            &report::text(&stressed, &partnership, as_of),
        ),
    }
}
