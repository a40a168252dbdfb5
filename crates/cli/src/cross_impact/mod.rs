//! `detente cross-impact`: which combinations of expert judgements hold together.

mod report;

use std::path::PathBuf;

use clap::Args;
use detente_sources::{CrossImpact, cross_impact};
use detente_stress::Error;
use detente_stress::balance::{Attractor, Matrix, Noise, Search, Succession};
use detente_stress::share::Share;

use crate::error::{CliError, Result};
use crate::output::{self, Format};

const AFTER: &str = "\
Examples:
  detente cross-impact examples/somewhereland.scw
  detente cross-impact my-matrix.csv --noise 0.5 -o scenarios.csv
  detente cross-impact my-matrix.csv --slack 1 --format json | jq .scenarios

FILE is a project of ScenarioWizard 4 (.scw) or a comma file with a row and a column for each state:

  descriptor,state,border:open,border:shut,talks:held,talks:broken
  border,open,0,0,2,-2
  border,shut,0,0,-1,1
  talks,held,1,-1,0,0
  talks,broken,-2,2,0,0

A row is what a state does to every state: above 0 it promotes, below 0 it hinders, 0 is no
influence, usually from -3 to 3. A scenario is consistent if no descriptor would be promoted more
in another of its states (Weimer-Jehle 2006; docs/methods.md, cross-impact-balances).

Of each scenario: total impact, the sum of what supports its states; margin (consistency value),
the least lead of a state over the next best; survives, the share of matrices with judgements
moved by noise in which it stays consistent, with a 90 % interval; ends here, the share of all
starts whose succession comes to rest in it.

JSON: about {file, title, scenarios, slack, noise, draws, seed, succession, starts},
  descriptors [{name, states}], complete,
  scenarios [{states, total_impact, consistency_value, survives, lo, hi, ends_here}],
  attractors [{share, scenarios}]";

/// Which combinations of expert judgements hold together: cross-impact balances
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct CrossImpactArgs {
    /// A project of ScenarioWizard (.scw) or a comma file; plain, .gz or .xz
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Inconsistency that is let pass in each descriptor
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=1_000_000))]
    slack: i32,
    /// Standard deviation of a judgement, in its unit, for what survives
    #[arg(long, value_name = "SPREAD", default_value_t = 1.0)]
    noise: f64,
    /// Perturbed matrices
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    draws: u32,
    /// Who changes at a step of a succession: all that fall short, or the one that falls most short
    #[arg(long, value_name = "RULE", value_enum, default_value_t)]
    succession: Rule,
    /// Successions to follow; all scenarios are starts where there are no more
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    starts: u32,
    /// Seed of the noise, and of the starts where they are drawn
    #[arg(long, value_name = "SEED", default_value_t = 1994)]
    seed: u64,
    /// The most scenarios to list
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    most: u32,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json", "csv"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A rule of succession.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub enum Rule {
    /// All that fall short
    #[default]
    Global,
    /// The one that falls most short
    Local,
}

impl Rule {
    fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Local => "local",
        }
    }
}

/// A consistent scenario and what it is worth.
struct Scenario {
    states: Vec<usize>,
    total: i64,
    /// `None` where no descriptor has two states.
    margin: Option<i32>,
    survives: Share,
    ends_here: f64,
}

/// All that is told of a matrix.
struct Balanced {
    names: CrossImpact,
    possible: f64,
    scenarios: Vec<Scenario>,
    /// Whether these are all.
    complete: bool,
    attractors: Vec<Attractor>,
    /// Whether every scenario was a start.
    every_start: bool,
}

pub fn run(args: &CrossImpactArgs) -> Result {
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let names = cross_impact(&args.file).map_err(CliError::room)?;
    let found = balanced(names, args)
        .map_err(|e| CliError::Given(format!("{}: {e}", args.file.display())))?;
    match format {
        Format::Csv => output::batch(file, format, report::batch(&found)?),
        Format::Json => {
            let text = serde_json::to_string_pretty(&report::json(&found, args))
                .map_err(CliError::room)?;
            output::text(file, &format!("{text}\n"))
        }
        _ => output::text(file, &report::text(&found, args)),
    }
}

fn balanced(names: CrossImpact, args: &CrossImpactArgs) -> Result<Balanced, Error> {
    let sizes: Vec<usize> = names.descriptors.iter().map(|d| d.states.len()).collect();
    let matrix = Matrix::new(&sizes, &names.judgements)?;
    let found = matrix.consistent(&Search {
        theta: args.slack,
        most: args.most as usize,
        ..Search::default()
    })?;
    let noise = Noise {
        spread: args.noise,
        draws: args.draws as usize,
        seed: args.seed,
    };
    let robust = matrix.robustness(&found.scenarios, args.slack, &noise)?;
    let rule = match args.succession {
        Rule::Global => Succession::Global,
        Rule::Local => Succession::Local,
    };
    let attractors = matrix.attractors(rule, args.starts as usize, args.seed)?;
    let scenarios = robust.into_iter().map(|robust| {
        let rests = attractors
            .iter()
            .find(|a| a.scenarios == std::slice::from_ref(&robust.scenario));
        Ok(Scenario {
            total: matrix.total_impact(&robust.scenario)?,
            margin: matrix.consistency_value(&robust.scenario)?,
            survives: robust.consistent,
            ends_here: rests.map_or(0.0, |a| a.share),
            states: robust.scenario,
        })
    });
    Ok(Balanced {
        scenarios: scenarios.collect::<Result<_, Error>>()?,
        possible: matrix.scenarios(),
        every_start: matrix.scenarios() <= f64::from(args.starts),
        complete: found.complete,
        attractors,
        names,
    })
}
