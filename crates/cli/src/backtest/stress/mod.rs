//! `detente backtest stress`: did the shocks of 2018 to 2024 fall inside what was said as of the month before?

mod cases;
mod partnership;
mod report;
mod shocks;
mod summary;

use std::path::PathBuf;

use clap::Args;

use super::dyads::load::Dyads;
use crate::args::Global;
use crate::error::{CliError, Result};
use crate::ingest;
use crate::output::{self, Format};

const AFTER: &str = "\
Examples:
  detente backtest stress
  detente backtest stress --k 2
  detente backtest stress --format json | jq '.shocks[] | select(.figures.\"worst month\".\"joint paths\".inside[0] | not)'
  detente backtest stress --partnership nato-azerbaijan
  detente backtest stress --shocks mine.toml -o envelopes.json

The shocks (wars, clashes, strikes, ruptures between two states), k, the horizon and what counts as inside were declared before the first run, in shocks/declared.toml.
As of the month before each, 3 months of the relation index of all declared pairs are drawn together: margins of the pooled forecaster that the outlook has, arranged by the
joint model under each of its three dependences. The k-envelope of the worst month of the horizon is all that its mean can be under any model within k nats of the
paths. A shock is inside if the worst month that came lies in it. Whatever lies after the month before is not used.

So that an envelope cannot win by being vague, its mean width stands beside that of climatology (the same tilt of the pair's own past) and of persistence (the last value and the
changes of the past), and the same is told of the ordinary months of the same pairs, from every origin without a declared shock ahead.

  inside      share of cases within the envelope, with a 90 % interval (Jeffreys) as if cases did not hang together, which they do somewhat
  not below   the same for the lower end alone: shocks are about the bad side
  beyond      how far outside, in units of the index (log-odds); below 0 is worse than the envelope
  k taken     the least k with which the envelope reaches down to what came; > if no path does

JSON: about {...}, shocks [{id, day, pair, origin, past, figures.FIGURE.{came, WAY.{envelopes [[lo, hi]], inside [...], beyond [...], k_taken}}}], not_counted [{id, pair, why}],
  summary [{figure, cases, k, way, n, inside {share, lo, hi}, not_below {...}, width, width_ratio, below_by, k_taken}], whole_shocks {...}, bar {...},
  partnerships {shocks, not_counted, summary, whole_shocks} where asked for,
  with FIGURE 'worst month' or 'first month', WAY 'joint paths', 'climatology' or 'persistence'; lists go by about.k.";

/// Whether the shocks of 2018-2024 lay inside the worst plausible case as of the month before
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct StressArgs {
    /// Relative entropy of the test in nats; 3 is as surprising as what comes once in twenty times [default: as declared]
    #[arg(long, value_name = "NATS")]
    k: Option<f64>,
    /// Shocks of your own, declared as in shocks/declared.toml [default: those shipped]
    #[arg(long, value_name = "FILE")]
    shocks: Option<PathBuf>,
    /// Also the loss of this partnership, a name or file as for `detente stress`; may be repeated
    #[arg(long, value_name = "NAME|FILE")]
    partnership: Vec<String>,
    /// How many paths of each of the three models
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    paths: u32,
    /// Seed of the paths
    #[arg(long, value_name = "SEED", default_value_t = 1994)]
    seed: u64,
    /// table, json
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]))]
    format: Option<Format>,
    /// Write to this file, which appears whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(global: &Global, args: &StressArgs) -> Result {
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let declared = shocks::read(args.shocks.as_deref())?;
    let settings = cases::Settings {
        ks: ks(args.k, &declared)?,
        paths: args.paths as usize,
        seed: args.seed,
        quiet: global.quiet,
    };
    let lake = ingest::ready(global)?;
    let dyads = Dyads::scores(&lake)?;
    let found = cases::run(&dyads, &declared, &settings)?;
    if found.cases.iter().all(|c| c.shock.is_none()) {
        return Err(CliError::Given(format!(
            "{}: no shock can be judged with the data in the lake: `detente coverage gdelt-daily-dyads` shows the months, and a shock needs {} of past before it",
            declared.file, declared.past
        )));
    }
    let partnerships = match args.partnership.as_slice() {
        [] => None,
        names => Some(partnership::run(
            global, &lake, names, &declared, &settings, &dyads,
        )?),
    };
    let report = report::Report::new(&found, partnerships.as_ref(), &declared, &settings, &dyads)?;
    match format {
        Format::Json => output::text(file, &ingest::as_json(&report.json())?),
        _ => output::text(file, &report.text()),
    }
}

/// That of the test, then the others.
fn ks(asked: Option<f64>, declared: &shocks::Declared) -> Result<Vec<f64>> {
    let first = asked.unwrap_or(declared.k);
    if !(first > 0.0 && first.is_finite()) {
        return Err(CliError::Given(format!(
            "--k {first} must be above 0: 3 nats are as surprising as what comes once in twenty times"
        )));
    }
    let others = std::iter::once(declared.k).chain(declared.also.iter().copied());
    let mut all = vec![first];
    for k in others {
        if !all.contains(&k) {
            all.push(k);
        }
    }
    Ok(all)
}
