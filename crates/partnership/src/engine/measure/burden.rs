//! Measures on who carries what: members' military expenditure in % of GDP, by calendar year.

use std::collections::BTreeMap;

use detente_atlas::{Actor, By};
use detente_relations::describe;

use super::Context;
use crate::engine::series::{Gap, Series, ids};
use crate::model::Party;
use crate::world::{Record, clock, provenance};

const VARIABLE: &str = "military-expenditure";
/// NATO's own tables first, then the Factbook's.
const DATASETS: [&str; 2] = ["milex-nato", "milex-factbook"];

/// Standard deviation of the members' shares.
pub fn dispersion(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    series(cx, of, "points of % of GDP", describe::population_sd)
}

/// Share of the members below a threshold.
pub fn below(cx: Context<'_>, of: &Party, threshold: f64) -> Result<Series, Gap> {
    series(cx, of, "share of members", |x| {
        Some(x.iter().filter(|v| **v < threshold).count() as f64 / x.len() as f64)
    })
}

/// A year is taken from one data set only, and only where it has most members: mixing two definitions of military
/// expenditure would itself look like dispersion.
fn series(
    cx: Context<'_>,
    of: &Party,
    unit: &'static str,
    statistic: impl Fn(&[f64]) -> Option<f64>,
) -> Result<Series, Gap> {
    let mut chosen: BTreeMap<i32, (&'static str, Vec<&Record>)> = BTreeMap::new();
    for dataset in DATASETS {
        let mut years: BTreeMap<i32, BTreeMap<Actor, &Record>> = BTreeMap::new();
        for r in cx.world.records.within(dataset, VARIABLE) {
            if r.value.is_some() {
                years.entry(r.start.year()).or_default().insert(r.actor, r);
            }
        }
        for (year, rows) in years {
            let members = of.members(clock::last_day(By::Year, year));
            let rows: Vec<&Record> = members
                .iter()
                .filter_map(|a| rows.get(a).copied())
                .collect();
            if rows.len() >= 3 && 10 * rows.len() >= 7 * members.len() {
                chosen.entry(year).or_insert((dataset, rows));
            }
        }
    }
    let points: Vec<(i32, f64)> = chosen
        .iter()
        .filter_map(|(year, (_, rows))| {
            let values: Vec<f64> = rows.iter().filter_map(|r| r.value).collect();
            Some((*year, statistic(&values)?))
        })
        .collect();
    let Some((year, (dataset, rows))) = chosen.pop_last() else {
        return Err("no year with the military expenditure of most members".to_owned());
    };
    let on = clock::last_day(By::Year, year);
    let detail = format!(
        "start >= {year}-01-01 and end <= {year}-12-31 and actor in ({})",
        ids(of, on)
    );
    Ok(Series {
        by: By::Year,
        unit,
        source: detente_sources::dataset(dataset)
            .map_or(dataset, |d| d.title)
            .to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        provenance: provenance(dataset, VARIABLE, &detail, rows, "burden"),
        points,
    })
}
