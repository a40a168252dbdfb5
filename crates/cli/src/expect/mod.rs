//! `detente expect`: what two parties are likely to do to each other in the next days, why, and what would be a surprise.

mod report;

use std::path::PathBuf;

use clap::Args;
use detente_atlas::Day;
use detente_partnership::outlook::expect::{Asked, DATASETS, Expected, Silence, expect};
use serde_json::json;

use crate::args::Global;
use crate::backtest::Types;
use crate::error::{CliError, Result};
use crate::output::{self, Format};
use crate::today::today;
use crate::{ingest, party};
use report::Report;

const AFTER: &str = "\
Examples:
  detente expect AZE --with NATO                                 the next 30 days after the last monitored one
  detente expect AZE --with ARM --days 7 --types root
  detente expect USA --with CHN --as-of 2021-08-01 --format json
  detente expect AZE --with 'NATO minus USA, CAN' --output expect.csv
  detente expect AZE --with ARM --dataset gdelt-2                after `detente fetch gdelt`

Read: chance is the probability of at least one such event in the days after the last monitored one, usual what the pair's own
past alone would give. Below stand the reasons that weigh most, each with what it multiplies the odds by, and the filter for
`detente export events --where` that finds the events behind the first. A bloc stands for its members of that day, one by one.
Surprise is counted in bits: 1 bit an even chance, 10 bits one in 1,024. A day that no data set has complete is unmonitored: it is
not taken for quiet. What such chances were worth: `detente backtest events`.

JSON: about {...}
  expected [{direction, subject, object, type, event, probability, usual, base_rate, reasons [{kind, odds, words, where}]}]
  would_surprise [{direction, type, event, probability, usual, bits}]   in any pair of the two sides; usual by the rate in all pairs
  surprises [{day, subject, object, type, event, probability, bits, where}]   of the last days
CSV and Parquet: what is expected, with the first reason.";

/// What two parties are likely to do to each other next, and why
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ExpectArgs {
    /// Actor id, name, bloc or group expression
    of: String,
    /// The other one
    #[arg(long, value_name = "PARTY")]
    with: String,
    /// How many days ahead
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
    /// Use only what was known on this day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// At most so many events in each direction
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// How finely events are told apart
    #[arg(long, value_name = "TYPES", value_enum, default_value_t = Types::Cameo)]
    types: Types,
    /// Data sets of events with CAMEO codes, the more complete first
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_values_t = DATASETS.map(str::to_owned))]
    dataset: Vec<String>,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "csv", "json", "parquet"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How many surprises are told.
const SURPRISES: usize = 5;

/// Which way an event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// From the first party to the second.
    Forth,
    /// From the second to the first.
    Back,
}

impl Direction {
    const BOTH: [Direction; 2] = [Direction::Forth, Direction::Back];

    fn name(self) -> &'static str {
        match self {
            Direction::Forth => "forth",
            Direction::Back => "back",
        }
    }
}

pub fn run(global: &Global, args: &ExpectArgs) -> Result {
    let (of, with) = (party::read(&args.of)?, party::read(&args.with)?);
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let datasets = datasets(&args.dataset)?;
    let lake = ingest::ready(global)?;
    let today = today();
    let as_of = args.as_of.unwrap_or(today);
    let asked = Asked {
        datasets: &datasets,
        as_of,
        types: types(args.types),
        days: args.days,
        odd: SURPRISES,
    };
    let found = expect(&lake, &of, &with, &asked)?;
    let found = found.map_err(|why| given(&why, &args.dataset, args.days, as_of))?;
    let events = &found.events;
    let report = Report {
        about: json!({
            "of": of.id,
            "with": with.id,
            "members": found.sides.each_ref().map(|side| names(&found, side)),
            "days": args.days,
            "as_of": as_of.to_string(),
            "last_monitored": events.origin.to_string(),
            "datasets": events.datasets,
            "events": events.len(),
            "monitored_days": events.days.0,
            "unmonitored_days": events.days.1,
            "unmonitored_in_last_window": events.unmonitored_after(events.origin.plus(-(args.days as i32))),
            "lake": lake.snapshot().sha256,
        }),
        titles: [of, with].map(|p| p.name),
        as_of,
        limit: args.limit,
        found,
    };
    match format {
        Format::Json => output::text(file, &report.json()?),
        Format::Table => output::text(file, &report.text()),
        _ => output::batch(file, format, report.rows()?),
    }
}

fn datasets(ids: &[String]) -> Result<Vec<&'static str>> {
    ids.iter()
        .map(|id| {
            let known = detente_sources::dataset(id.trim());
            known.map(|d| d.id).ok_or_else(|| CliError::NoDataset {
                id: id.clone(),
                known: detente_sources::catalogue().iter().map(|d| d.id).collect(),
            })
        })
        .collect()
}

fn types(of: Types) -> detente_partnership::outlook::expect::Types {
    use detente_partnership::outlook::expect::Types as Told;
    match of {
        Types::Cameo => Told::Cameo,
        Types::Root => Told::Root,
        Types::Quad => Told::Quad,
    }
}

/// Why there is no answer, and what helps.
fn given(why: &Silence, datasets: &[String], days: u32, as_of: Day) -> CliError {
    CliError::Given(match why {
        Silence::Unseen | Silence::Over { .. } => format!(
            "no day up to {as_of} is complete in {}: `detente coverage` shows what has been read; name other data sets with --dataset",
            datasets.join(", ")
        ),
        Silence::NoMember { .. } => {
            format!("{why}: name another party, or an earlier --as-of")
        }
        Silence::OneActor { .. } => format!("{why}: name another party with --with"),
        Silence::Unlearnt { .. } => format!(
            "{why} for {days} days ahead: take fewer --days, or read more events (`detente fetch`)"
        ),
    })
}

fn names(found: &Expected, side: &[u32]) -> Vec<&'static str> {
    side.iter().map(|id| found.events.actor(*id).id()).collect()
}
