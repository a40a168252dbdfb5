//! `detente relation`: one spliced series of two parties, with its joints in the open.

mod joints;
mod rows;
mod text;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use detente_atlas::{By, Day};
use detente_lake::Lake;
use detente_partnership::world::clock;
use detente_partnership::world::{Needs, World};
use detente_partnership::{Party, Settings, spliced};
use serde::Serialize;

use crate::args::{Global, period};
use crate::error::{CliError, Result};
use crate::output::{self, Format};
use crate::today::today;
use crate::{ingest, party};
use joints::{JointRecord, SeparateRecord};
use rows::Row;

const AFTER: &str = "\
Examples:
  detente relation AZE NATO --by year
  detente relation Azerbaijan Armenia --by month --from 2020-01-01 --to 2020-12-31
  detente relation RUS 'NATO minus USA, CAN, TUR' --by year --direction forth
  detente relation AZE NATO --by year --as-of 2020-09-25 --format json
  detente relation AZE NATO --by month --output aze-nato.parquet

Columns: r is the relation index ln((C + a) / (K + a)) of cooperative and conflictual events on the level of the reference
source, lo and hi its interval with the uncertainty of the splice; n events (dyad-days for net scores), goldstein their mean,
share the dyad's part of all activity in the source (per mille); source the segment that the period is taken from, shift and
shift_sd what the splice added to it; monitored the share of the period's days with data. A period that no source monitored
is 'not monitored': it has no value, and it is not zero.";

/// The spliced relation of two parties over time
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct RelationArgs {
    /// Actor id, name, bloc or group expression
    of: String,
    /// The other one
    with: String,
    /// Length of a period
    #[arg(long, value_name = "PERIOD", value_parser = period(&["month", "year"]), default_value = "year")]
    by: By,
    /// Whose acts count
    #[arg(long, value_enum, default_value_t = Direction::Both)]
    direction: Direction,
    /// Only periods from the one that holds this day
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
    /// Only periods to the one that holds this day
    #[arg(long, value_name = "DATE")]
    to: Option<Day>,
    /// Use only what was known on this day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// Also the readings of sources that the series does not use in a period
    #[arg(long)]
    all: bool,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "csv", "json", "parquet"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Whose acts a relation is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// What either did toward the other
    Both,
    /// What the first did toward the second
    Forth,
    /// What the second did toward the first
    Back,
}

impl Direction {
    fn of_engine(self) -> spliced::Direction {
        match self {
            Direction::Both => spliced::Direction::Both,
            Direction::Forth => spliced::Direction::Forth,
            Direction::Back => spliced::Direction::Back,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Direction::Both => "both",
            Direction::Forth => "forth",
            Direction::Back => "back",
        }
    }
}

/// What was asked, and the settings that the figures depend on.
#[derive(Debug, Serialize)]
struct About {
    of: String,
    with: String,
    by: &'static str,
    direction: &'static str,
    as_of: String,
    lake: String,
    interval: f64,
    prior: f64,
    verbal_weight: f64,
    material_weight: f64,
}

/// The whole answer, whatever its form.
struct Answer {
    title: String,
    about: About,
    by: By,
    rows: Vec<Row>,
    joints: Vec<JointRecord>,
    separate: Vec<SeparateRecord>,
}

pub fn run(global: &Global, args: &RelationArgs) -> Result {
    let (of, with) = (party::read(&args.of)?, party::read(&args.with)?);
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let lake = ingest::ready(global)?;
    let answer = answer(&lake, &of, &with, args)?;
    match format {
        Format::Table => output::text(file, &text::page(&answer)),
        Format::Json => output::text(file, &answer.json()?),
        Format::Csv | Format::Jsonl | Format::Parquet => output::batch(
            file,
            format,
            rows::batch(answer.by, &answer.rows, &answer.note()?)?,
        ),
    }
}

fn answer(lake: &Lake, of: &Party, with: &Party, args: &RelationArgs) -> Result<Answer> {
    let as_of = args.as_of.unwrap_or_else(today);
    let needs = Needs {
        actors: of.ever(as_of).union(&with.ever(as_of)).copied().collect(),
        organisations: Vec::new(),
    };
    let world = World::load(lake, as_of, &needs)?;
    let settings = Settings::default();
    let relation = world
        .spliced(of, with, args.by, args.direction.of_engine(), &settings)
        .map_err(|cause| CliError::NoRelation {
            of: of.name.clone(),
            with: with.name.clone(),
            cause,
        })?;
    let t = |day: Day| clock::period(args.by, day);
    let first = relation.spliced.points.first().map_or(t(as_of), |p| p.t);
    let span = args.from.map_or(first, t)..=args.to.map_or(t(as_of), t).min(t(as_of));
    let (joints, separate) = (&relation.spliced.joints, &relation.spliced.separate);
    Ok(Answer {
        title: format!("{} and {}", of.name, with.name),
        about: About {
            of: of.id.clone(),
            with: with.id.clone(),
            by: if args.by == By::Year { "year" } else { "month" },
            direction: args.direction.name(),
            as_of: as_of.to_string(),
            lake: lake.snapshot().sha256,
            interval: settings.interval,
            prior: settings.prior,
            verbal_weight: settings.verbal_weight,
            material_weight: settings.material_weight,
        },
        by: args.by,
        rows: rows::rows(&world, &relation, span, args.all),
        joints: joints.iter().map(JointRecord::of).collect(),
        separate: separate
            .iter()
            .map(|s| SeparateRecord::of(args.by, s))
            .collect(),
    })
}

impl Answer {
    /// One object: what was asked, the points, the joints, the sources left apart.
    fn json(&self) -> Result<String> {
        Ok(format!(
            "{{\n\"about\": {},\n\"points\": {},\n\"joints\": {},\n\"separate\": {}\n}}\n",
            text_of(&self.about)?,
            output::json_array(rows::batch(self.by, &self.rows, &[])?)?,
            text_of(&self.joints)?,
            text_of(&self.separate)?
        ))
    }

    /// What a Parquet file carries in its metadata, since its rows cannot.
    fn note(&self) -> Result<Vec<(String, String)>> {
        Ok(vec![
            ("detente.relation".to_owned(), text_of(&self.about)?),
            ("detente.joints".to_owned(), text_of(&self.joints)?),
        ])
    }
}

fn text_of(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| CliError::Rows {
        format: "JSON",
        what: e.to_string(),
    })
}
