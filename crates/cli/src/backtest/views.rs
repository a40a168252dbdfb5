//! `detente backtest views`: country-months of the VIEWS prediction challenge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use detente_atlas::{Actor, System, resolve};
use detente_forecast::backtest::{Cell, Run, Scores, of_draws};
use detente_forecast::{Draw, Panel};
use detente_sources::cells;
use serde_json::json;

use super::panel::{How, backtest, vintage};
use crate::args::Global;
use crate::bundled;
use crate::error::{CliError, Result};
use crate::output::Format;

const AFTER: &str = "\
Examples:
  detente backtest views --data ~/views --format json
  detente backtest views --data ~/views --years 2019..2021 --models detente,similar,conflictology-12

The task of the VIEWS prediction challenge 2023/24 (Hegre et al.): deaths in state-based conflict by country and month, forecast in October for
January to December of the next year, as 1,000 draws. --data names the folder with what the challenge published
(its files may not be shipped with this program):
  views_outreach_ged_cm.csv.xz       history: country_id, month_id, ucdp_ged_sb_best_sum
  cm_actuals_2018.parquet, ...       what came: month_id, country_id, ged_sb
  bm_cm_*_2018.parquet, *.parquet    submitted ensembles, if any: month_id, country_id, outcome
Scores are those of the challenge: CRPS, IGN (bits, 11 bins) and MIS (90 %). JSON:
  models.NAME.{crps,ign,mis}.{2018,...,2021,mean_2019_2021}
  differences.models.NAME.{crps,ign,mis}.{mean,lo,hi}      to conflictology-12, over 2019 to 2021, by a bootstrap over countries
Every setting of ours was fixed on origins before 2018 (docs/forecasting.md).";

/// First month of the challenge's numbering, 1980-01, is 1.
const ORIGIN_OF_MONTHS: i32 = 1980;

/// The country-months of the VIEWS prediction challenge
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ViewsArgs {
    /// Years to forecast, both ends included
    #[arg(long, value_name = "YEARS", default_value = "2018..2021")]
    years: String,
    #[command(flatten)]
    how: How,
}

pub fn run(global: &Global, args: &ViewsArgs) -> Result {
    let how = &args.how;
    let format = Format::choose(how.format, how.output.as_deref(), Format::Table)?;
    let (from, to) = years(&args.years)?;
    let dir = global.data.as_deref().ok_or_else(|| {
        CliError::Given("--data DIR is needed here: the folder with the files of the challenge (--help lists them)".to_owned())
    })?;
    let history = dir.join("views_outreach_ged_cm.csv.xz");
    let actuals: Vec<(i32, PathBuf)> = (from..=to)
        .map(|year| (year, dir.join(format!("cm_actuals_{year}.parquet"))))
        .collect();
    let task = task(&history, &actuals, &borders(global)?)?;
    let origins: Vec<i32> = (from..=to).map(origin).collect();
    let leads: Vec<u32> = (3..=14).collect();
    let groups: Vec<(String, Vec<i32>)> = (from..=to)
        .map(|y| (y.to_string(), vec![origin(y)]))
        .collect();
    let averaged: Vec<i32> = if (from..=to).contains(&2019) && to >= 2021 {
        vec![2019, 2020, 2021]
    } else {
        (from..=to).collect()
    };
    let mean = (
        format!("mean_{}_{}", averaged[0], averaged[averaged.len() - 1]),
        averaged.iter().map(ToString::to_string).collect(),
    );
    let mut files: Vec<&Path> = vec![&history];
    files.extend(actuals.iter().map(|(_, path)| path.as_path()));
    let about = json!({
        "task": "views country-month, deaths in state-based conflict",
        "countries": task.countries.len(),
        "origin": "October of the year before",
        "leads": leads,
        "vintage": vintage(&files)?,
    });
    let mut report = backtest(
        global,
        how,
        &task.panel,
        &origins,
        &leads,
        about,
        groups,
        mean,
    )?;
    let submissions = if how.models.is_empty() {
        submitted(dir, from, to)?
    } else {
        BTreeMap::new()
    };
    for (model, files) in submissions {
        let scores = score(&files, &task, &report.cells)?;
        report.runs.push(Run {
            model,
            seed: 0,
            scores,
        });
    }
    report.write(format, how.output.as_deref())
}

/// The history and what came, by country.
struct Task {
    panel: Panel,
    countries: Vec<i64>,
}

/// October of the year before.
fn origin(year: i32) -> i32 {
    (year - 1 - ORIGIN_OF_MONTHS) * 12 + 10
}

/// Pairs of states that border on each other, on land or a river: COW direct contiguity, types 1 and 2, of spells that reach into 1990 or later.
fn borders(global: &Global) -> Result<BTreeSet<(Actor, Actor)>> {
    // --data names another folder in this command
    let bundle = bundled::find(&Global {
        data: None,
        ..global.clone()
    })?;
    let mut borders = BTreeSet::new();
    for (_, path) in bundle
        .files
        .iter()
        .filter(|(d, _)| d.id == "contiguity-cow")
    {
        let table =
            cells(path, &["ccode1", "ccode2", "conttype", "enddate"]).map_err(CliError::room)?;
        for row in 0..table.rows() {
            let state = |column| resolve(System::CowNumber, &table.text(column, row), None);
            let near = table
                .number(2, row)
                .map_err(CliError::room)?
                .is_some_and(|kind| kind <= 2.0);
            if let (true, true, Some(a), Some(b)) = (
                near,
                table.text(3, row).as_str() >= "1990",
                state(0),
                state(1),
            ) {
                borders.insert((a, b));
                borders.insert((b, a));
            }
        }
    }
    Ok(borders)
}

/// The rows of a file of the challenge: country, month, value.
fn country_months(file: &Path, value: &str) -> Result<Vec<(i64, i32, Option<f64>)>> {
    let table = cells(file, &["country_id", "month_id", value]).map_err(CliError::room)?;
    (0..table.rows())
        .map(|row| {
            let number = |column| table.number(column, row).map_err(CliError::room);
            match (number(0)?, number(1)?) {
                (Some(country), Some(month)) => Ok((country as i64, month as i32, number(2)?)),
                _ => Err(CliError::room(table.bad(
                    0,
                    row,
                    "stands without its month or country",
                ))),
            }
        })
        .collect()
}

/// Joins the history with what came, for the countries of the latter, and with their neighbours.
fn task(
    history: &Path,
    actuals: &[(i32, PathBuf)],
    borders: &BTreeSet<(Actor, Actor)>,
) -> Result<Task> {
    let mut values: BTreeMap<i64, BTreeMap<i32, Option<f64>>> = BTreeMap::new();
    for (_, file) in actuals {
        for (country, month, value) in country_months(file, "ged_sb")? {
            values.entry(country).or_default().insert(month, value);
        }
    }
    for (country, month, value) in country_months(history, "ucdp_ged_sb_best_sum")? {
        // what came is scored as the challenge gives it, where the two differ
        if let Some(of) = values.get_mut(&country) {
            of.entry(month).or_insert(value);
        }
    }
    let months = || values.values().flat_map(BTreeMap::keys).copied();
    let (start, end) = (months().min().unwrap_or(0), months().max().unwrap_or(0));
    if actuals.iter().any(|(year, _)| start > origin(*year)) {
        return Err(CliError::Given(format!(
            "{}: the history begins too late to learn from",
            history.display()
        )));
    }
    let rows: Vec<Vec<Option<f64>>> = values
        .values()
        .map(|of| {
            (start..=end)
                .map(|t| of.get(&t).copied().flatten())
                .collect()
        })
        .collect();
    let countries: Vec<i64> = values.into_keys().collect();
    let states = states(history)?;
    let neighbours = countries
        .iter()
        .map(|a| {
            let borders = |b: &i64| Some(borders.contains(&(*states.get(a)?, *states.get(b)?)));
            (0..countries.len())
                .filter(|b| borders(&countries[*b]) == Some(true))
                .collect()
        })
        .collect();
    let panel = Panel::new(start, &rows).and_then(|p| p.with_neighbours(neighbours));
    Ok(Task {
        panel: panel.map_err(CliError::room)?,
        countries,
    })
}

/// The states behind the challenge's numbers of countries; one that resolves to none has no neighbours.
fn states(history: &Path) -> Result<BTreeMap<i64, Actor>> {
    let table = cells(history, &["country_id", "isoab"]).map_err(CliError::room)?;
    let mut states = BTreeMap::new();
    for row in 0..table.rows() {
        let country = table.number(0, row).map_err(CliError::room)?;
        if let (Some(country), Some(state)) =
            (country, resolve(System::Iso3, &table.text(1, row), None))
        {
            states.insert(country as i64, state);
        }
    }
    Ok(states)
}

/// Submitted ensembles in the folder that cover all of the years, by name.
fn submitted(dir: &Path, from: i32, to: i32) -> Result<BTreeMap<String, Vec<PathBuf>>> {
    let fail = |source| CliError::Io {
        doing: "list this folder",
        path: dir.to_owned(),
        source,
    };
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in std::fs::read_dir(dir).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let stem = name
            .strip_suffix(".parquet")
            .and_then(|n| n.rsplit_once('_'));
        let Some((model, year)) = stem.and_then(|(m, y)| Some((m, y.parse::<i32>().ok()?))) else {
            continue;
        };
        if (from..=to).contains(&year) && !model.starts_with("cm_") {
            found.entry(model.replace('_', "-")).or_default().push(path);
        }
    }
    found.retain(|_, files| files.len() == (to - from + 1) as usize);
    Ok(found)
}

/// The scores of a submission on the cells; `None` where it has no draws.
fn score(files: &[PathBuf], task: &Task, of: &[Cell]) -> Result<Scores> {
    let mut draws: BTreeMap<(i32, usize), Vec<f32>> = BTreeMap::new();
    for file in files {
        for (country, month, draw) in country_months(file, "outcome")? {
            if let (Ok(unit), Some(draw)) = (task.countries.binary_search(&country), draw) {
                draws.entry((month, unit)).or_default().push(draw as f32);
            }
        }
    }
    draws
        .values_mut()
        .for_each(|d| d.sort_unstable_by(f32::total_cmp));
    let draws_of = |cell: &Cell| draws.get(&(cell.origin + cell.lead as i32, cell.unit));
    Ok(of
        .iter()
        .map(|cell| {
            let uniform = Draw::of(cell.origin as u64, cell.unit, cell.lead).uniform();
            Some(of_draws(draws_of(cell)?, cell.outcome, uniform))
        })
        .collect())
}

/// `2018..2021`, or one year.
fn years(text: &str) -> Result<(i32, i32)> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    match (from.trim().parse::<i32>(), to.trim().parse::<i32>()) {
        (Ok(from), Ok(to)) if (1992..=2100).contains(&from) && from <= to && to <= 2100 => {
            Ok((from, to))
        }
        _ => Err(CliError::Given(format!(
            "--years: '{text}' is no span of years: write 2018..2021 or 2021"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn october_2017_is_month_454() {
        // month 121 is January 1990 in the challenge's numbering, and 504 December 2021
        assert_eq!(origin(1991), 121 + 9);
        assert_eq!(origin(2018), 454);
        assert_eq!(origin(2021) + 14, 504);
    }

    #[test]
    fn years_are_a_span() {
        assert_eq!(years("2018..2021").unwrap(), (2018, 2021));
        assert_eq!(years("2020").unwrap(), (2020, 2020));
        assert!(years("2021..2018").is_err() && years("soon").is_err());
    }
}
