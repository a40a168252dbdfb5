//! `detente expect`: what two parties are likely to do to each other in the next days, why, and what would be a surprise.

mod history;
mod report;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use detente_atlas::Day;
use detente_forecast::link::within::{Chance, Settings, Surprise, Within};
use detente_partnership::Party;
use serde_json::json;

use crate::args::Global;
use crate::backtest::Types;
use crate::error::{CliError, Result};
use crate::output::{self, Format};
use crate::today::today;
use crate::{ingest, party};
use history::Events;
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

/// Events of the ICEWS coding system: as in the assessment, and what users bring.
const DATASETS: [&str; 4] = ["icews-18", "icews-events", "icews-21", "icews"];
/// How many surprises are told.
const SURPRISES: usize = 5;
/// What would be a surprise: so rare that few would wait for it, and by so much rarer than elsewhere.
const RARE: f64 = 0.2;
const RARER: f64 = 4.0;

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

/// A type of event that is common elsewhere and would be odd here.
struct Odd {
    direction: Direction,
    relation: u32,
    /// Chance that it comes in any of the pairs, taken as independent.
    probability: f64,
    /// The same if the type came as often here as in all pairs.
    usual: f64,
}

pub fn run(global: &Global, args: &ExpectArgs) -> Result {
    let (of, with) = (party::read(&args.of)?, party::read(&args.with)?);
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let datasets = datasets(&args.dataset)?;
    let lake = ingest::ready(global)?;
    let today = today();
    let as_of = args.as_of.unwrap_or(today);
    let events = Events::load(&lake, &datasets, as_of, args.types)?;
    let sides = sides(&events, &of, &with)?;
    let found = found(&events, &sides, args.days)?;
    let report = Report {
        about: json!({
            "of": of.id,
            "with": with.id,
            "members": sides.each_ref().map(|side| names(&events, side)),
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
        members: sides.each_ref().map(Vec::len),
        days: args.days,
        as_of,
        limit: args.limit,
        events,
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

/// The members of both parties on the last monitored day.
fn sides(events: &Events, of: &Party, with: &Party) -> Result<[Vec<u32>; 2]> {
    let sides = [of, with].map(|party| events.ids(&party.members(events.origin)));
    for (party, side) in [of, with].into_iter().zip(&sides) {
        if side.is_empty() {
            return Err(CliError::Given(format!(
                "{} has no member on {}, the last monitored day: name another party, or an earlier --as-of",
                party.name, events.origin
            )));
        }
    }
    if let ([a], [b]) = (sides[0].as_slice(), sides[1].as_slice())
        && a == b
    {
        return Err(CliError::Given(format!(
            "{} cannot be forecast with itself: name another party with --with",
            of.name
        )));
    }
    Ok(sides)
}

fn names(events: &Events, side: &[u32]) -> Vec<&'static str> {
    side.iter().map(|id| events.actor(*id).id()).collect()
}

/// What is to be expected and what was not.
struct Found {
    /// Most probable first, forth and back.
    expected: [Vec<Chance>; 2],
    would_surprise: Vec<Odd>,
    /// Of the last window; none if the history before it was too short to learn from.
    surprises: Option<Vec<Surprise>>,
}

/// Learns before the last window, so that its events can surprise, and brings the memory up to the origin.
fn found(events: &Events, sides: &[Vec<u32>; 2], days: u32) -> Result<Found> {
    let history = events.history();
    let settings = Settings::days(days);
    let before = events.origin.plus(-(days as i32));
    let (within, surprises) = match Within::learn(&history, before.0, &settings) {
        Ok(mut within) => {
            let came = events.between(&sides[0], &sides[1], before);
            let surprises = within.surprises(&came);
            within
                .advance(&history, events.origin.0)
                .map_err(CliError::room)?;
            (within, Some(surprises))
        }
        Err(_) => {
            let within = Within::learn(&history, events.origin.0, &settings);
            let within = within.map_err(|e| {
                CliError::Given(format!(
                    "nothing can be learnt for {days} days ahead from the {} monitored days up to {} ({e}): take fewer --days, or read more events (`detente fetch`)",
                    events.days.0, events.origin
                ))
            })?;
            (within, None)
        }
    };
    let [one, other] = sides;
    let expected = [within.chances(one, other), within.chances(other, one)];
    let would_surprise = Direction::BOTH
        .iter()
        .zip(&expected)
        .flat_map(|(direction, chances)| odd(*direction, chances))
        .collect();
    Ok(Found {
        expected,
        would_surprise,
        surprises,
    })
}

/// Types that come often in all pairs and hardly in these: those first of which the usual rate would be told worst by ours (the divergence
/// of the one from the other).
fn odd(direction: Direction, chances: &[Chance]) -> Vec<Odd> {
    let mut none: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for c in chances {
        let of = none.entry(c.relation).or_insert((1.0, 1.0));
        of.0 *= 1.0 - c.probability;
        of.1 *= 1.0 - c.base;
    }
    let mut all: Vec<Odd> = none
        .into_iter()
        .map(|(relation, (ours, usual))| Odd {
            direction,
            relation,
            probability: 1.0 - ours,
            usual: 1.0 - usual,
        })
        .filter(|o| o.probability < RARE && o.usual > RARER * o.probability)
        .collect();
    let worth = |o: &Odd| o.usual * (o.usual / o.probability).log2();
    all.sort_by(|a, b| {
        worth(b)
            .total_cmp(&worth(a))
            .then(a.relation.cmp(&b.relation))
    });
    all.truncate(SURPRISES);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance(relation: u32, probability: f64, base: f64) -> Chance {
        Chance {
            subject: 0,
            relation,
            object: 1,
            probability,
            climatology: base,
            base,
            terms: Vec::new(),
        }
    }

    #[test]
    fn odd_is_what_is_common_elsewhere() {
        let chances = [
            chance(0, 0.5, 0.9),     // rarer, but not rare
            chance(1, 0.01, 0.2),    // odd
            chance(1, 0.01, 0.2),    // in a second pair
            chance(2, 0.001, 0.002), // rare anywhere
            chance(3, 0.05, 0.3),    // odd, a little less
        ];
        let odd = odd(Direction::Forth, &chances);
        let relations: Vec<u32> = odd.iter().map(|o| o.relation).collect();
        assert_eq!(relations, [1, 3]);
        // in either of two pairs: 1 - 0.99^2 and 1 - 0.8^2
        assert!((odd[0].probability - 0.0199).abs() < 1e-12);
        assert!((odd[0].usual - 0.36).abs() < 1e-12);
    }
}
