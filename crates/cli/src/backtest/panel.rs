//! `detente backtest panel`: any panel of counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use detente_forecast::backtest::{self, Plan};
use detente_forecast::{Forecaster, Panel};
use detente_sources::cells;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::models;
use super::period::{Form, Period, leads};
use super::report::Report;
use crate::args::Global;
use crate::error::{CliError, Result};
use crate::output::Format;
use crate::progress;

const AFTER: &str = "\
Examples:
  detente backtest panel deaths.csv --unit country --period month --value deaths --origins 2021-10,2022-10 --leads 3..14
  detente backtest panel deaths.parquet --unit country_id --period month_id --value best --origins 490,502 --leads 1,3,6 --format json

The file is a table (comma, tab or semicolon, packed or not; or Parquet) with a row for each unit and period. Periods are months (2021-10) or
whole numbers that follow each other (years, numbers of months). Values are counts: whole numbers from 0. A row that is not there, or a value that is empty,
is a period that nobody monitored: it is never taken for zero. A forecast from an origin sees the origin and what lies before it, nothing else.

Every score stands beside climatology, persistence and conflictology (the unit's own last 3, 6, 12, 24 periods). JSON:
  models.NAME.MEASURE.{ORIGIN...,mean}    crps, ign, mis, coverage_90, ...; each the mean over the seeds; seed_sd is their standard deviation
  models.NAME.{pit_active,reliability_any}  ten parts of the PIT on active cells; the CORP diagram of the probability of any event (first seed)
  differences.models.NAME.SCORE           mean difference to conflictology-12 with its interval, by a bootstrap over units";

/// Any panel of counts, by unit and period
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct PanelArgs {
    /// The table
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Column that names the unit
    #[arg(long, value_name = "COLUMN")]
    unit: String,
    /// Column with the period
    #[arg(long, value_name = "COLUMN")]
    period: String,
    /// Column with the count
    #[arg(long, value_name = "COLUMN")]
    value: String,
    /// Last known periods to forecast from
    #[arg(
        long,
        value_name = "PERIOD,...",
        value_delimiter = ',',
        required = true
    )]
    origins: Vec<String>,
    /// Periods after an origin: 3..14, or 1,3,6
    #[arg(long, value_name = "LEADS", default_value = "1..12")]
    leads: String,
    /// Table of who borders on whom, with the columns unit and neighbour
    #[arg(long, value_name = "FILE")]
    neighbours: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Options of every backtest of counts.
#[derive(Debug, Args)]
pub struct How {
    /// How many seeds: each gives forecasts of its own, and their spread is shown
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub seeds: u64,
    /// Draws in the ensemble of a unit and lead
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    pub draws: u32,
    /// Only these forecasters, which may be members of ours [default: ours and every baseline]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub models: Vec<String>,
    /// Form of the report [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "csv", "json", "parquet"]))]
    pub format: Option<Format>,
    /// Write to this file, which appears whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A table as a panel.
pub struct Read {
    /// The values.
    pub panel: Panel,
    /// Names of the units.
    pub units: Vec<String>,
    /// How periods are written.
    pub form: Form,
}

pub fn run(global: &Global, args: &PanelArgs) -> Result {
    let format = Format::choose(args.how.format, args.how.output.as_deref(), Format::Table)?;
    let leads = leads(&args.leads).map_err(CliError::Given)?;
    let read = read(&args.file, [&args.unit, &args.period, &args.value])?;
    let panel = match &args.neighbours {
        Some(file) => {
            let lists = neighbours(file, &read.units)?;
            read.panel.with_neighbours(lists).map_err(CliError::room)?
        }
        None => read.panel,
    };
    let mut origins = Vec::new();
    for text in &args.origins {
        let period = Period::parse(text.trim()).filter(|p| p.form == read.form);
        let Some(period) = period else {
            let like = Period {
                number: panel.last(),
                form: read.form,
            };
            return Err(CliError::Given(format!(
                "--origins: '{text}' is no period as the file writes them; write for example {like}"
            )));
        };
        if period.number < panel.first() || period.number >= panel.last() {
            let [first, last] = [panel.first(), panel.last()].map(|number| Period {
                number,
                form: read.form,
            });
            return Err(CliError::Given(format!(
                "--origins: {text} leaves nothing to learn from or nothing to score: the panel goes from {first} to {last}"
            )));
        }
        origins.push(period.number);
    }
    let groups: Vec<(String, Vec<i32>)> = origins
        .iter()
        .map(|&number| {
            (
                Period {
                    number,
                    form: read.form,
                }
                .to_string(),
                vec![number],
            )
        })
        .collect();
    let mean = (
        "mean".to_owned(),
        groups.iter().map(|g| g.0.clone()).collect(),
    );
    let about = json!({
        "task": "panel",
        "unit": args.unit, "period": args.period, "value": args.value,
        "units": read.units.len(),
        "first": Period { number: panel.first(), form: read.form }.to_string(),
        "last": Period { number: panel.last(), form: read.form }.to_string(),
        "leads": leads,
        "vintage": vintage(&[&args.file])?,
    });
    let report = backtest(
        global, &args.how, &panel, &origins, &leads, about, groups, mean,
    )?;
    report.write(format, args.how.output.as_deref())
}

/// Runs every forecaster and gathers the report.
#[expect(clippy::too_many_arguments, reason = "the parts of one report")]
pub fn backtest(
    global: &Global,
    how: &How,
    panel: &Panel,
    origins: &[i32],
    leads: &[u32],
    mut about: serde_json::Value,
    groups: Vec<(String, Vec<i32>)>,
    mean: (String, Vec<String>),
) -> Result<Report> {
    let seeds: Vec<u64> = (1..=how.seeds).collect();
    about["draws"] = json!(how.draws);
    about["seeds"] = json!(seeds);
    about["program"] = json!(env!("CARGO_PKG_VERSION"));
    let models = models::counts(&how.models)?;
    let models: Vec<&dyn Forecaster> = models
        .iter()
        .map(|m| m.as_ref() as &dyn Forecaster)
        .collect();
    let plan = Plan {
        panel,
        origins,
        leads,
        draws: how.draws as usize,
        seeds: &seeds,
    };
    let bar = progress::steps(
        global.quiet,
        "forecasting",
        models.len() * seeds.len() * origins.len(),
    );
    let start = Instant::now();
    let runs = backtest::run(&plan, &models, &|| bar.step()).map_err(CliError::room)?;
    about["seconds"] = json!(start.elapsed().as_secs_f64());
    bar.done();
    let cells = backtest::cells(&plan);
    if cells.is_empty() {
        return Err(CliError::Given(
            "no outcome was monitored at any of these origins and leads: name earlier origins or shorter leads".to_owned(),
        ));
    }
    Ok(Report {
        about,
        cells,
        runs,
        groups,
        mean,
    })
}

/// Reads the columns unit, period and value of a table of counts.
pub fn read(file: &Path, columns: [&str; 3]) -> Result<Read> {
    let table = cells(file, &columns).map_err(CliError::room)?;
    let mut values: BTreeMap<String, BTreeMap<i32, Option<f64>>> = BTreeMap::new();
    let mut form = None;
    let (mut first, mut last) = (i32::MAX, i32::MIN);
    for row in 0..table.rows() {
        let bad = |column, why: &str| CliError::room(table.bad(column, row, why));
        let period = Period::parse(&table.text(1, row)).ok_or_else(|| {
            bad(
                1,
                "is no period: write a month as 2021-10 or a whole number",
            )
        })?;
        if *form.get_or_insert(period.form) != period.form {
            return Err(bad(
                1,
                "is written otherwise than the rows above: use months or numbers throughout",
            ));
        }
        let value = table.number(2, row).map_err(CliError::room)?;
        if value.is_some_and(|v| v < 0.0 || v.fract() != 0.0) {
            return Err(bad(
                2,
                "is no count: whole numbers from 0, or empty where nobody looked",
            ));
        }
        let unit = values.entry(table.text(0, row)).or_default();
        if unit.insert(period.number, value).is_some() {
            return Err(bad(
                1,
                "comes twice for its unit: a panel has one row for each unit and period",
            ));
        }
        first = first.min(period.number);
        last = last.max(period.number);
    }
    if i64::from(last) - i64::from(first) > 20_000 {
        return Err(CliError::Given(format!(
            "{}: the periods reach from {first} to {last}; a panel's periods follow each other (months as 2021-10, not 202110)",
            file.display()
        )));
    }
    let rows: Vec<Vec<Option<f64>>> = values
        .values()
        .map(|of| {
            (first..=last)
                .map(|t| of.get(&t).copied().flatten())
                .collect()
        })
        .collect();
    Ok(Read {
        panel: Panel::new(first, &rows).map_err(CliError::room)?,
        units: values.into_keys().collect(),
        form: form.unwrap_or(Form::Number),
    })
}

/// For each unit those that a table names as its neighbours, in one direction or the other.
fn neighbours(file: &Path, units: &[String]) -> Result<Vec<Vec<usize>>> {
    let table = cells(file, &["unit", "neighbour"]).map_err(CliError::room)?;
    let mut lists = vec![std::collections::BTreeSet::new(); units.len()];
    for row in 0..table.rows() {
        let place = |column| {
            let unit = units.binary_search(&table.text(column, row));
            unit.map_err(|_| CliError::room(table.bad(column, row, "is no unit of the panel")))
        };
        let (a, b) = (place(0)?, place(1)?);
        lists[a].insert(b);
        lists[b].insert(a);
    }
    Ok(lists
        .into_iter()
        .map(|of| of.into_iter().collect())
        .collect())
}

/// Each file with the SHA-256 of its bytes.
pub fn vintage(files: &[&Path]) -> Result<Vec<serde_json::Value>> {
    files
        .iter()
        .map(|file| {
            let bytes = std::fs::read(file).map_err(|source| CliError::Io {
                doing: "read this file",
                path: file.to_path_buf(),
                source,
            })?;
            let hash: String = Sha256::digest(&bytes)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
            Ok(json!({"file": name, "sha256": hash}))
        })
        .collect()
}
