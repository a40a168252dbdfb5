//! Measures on militarised disputes and armed conflicts, by calendar year.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::By;
use detente_lake::Status;

use super::Context;
use crate::engine::series::{Gap, Series, ids};
use crate::model::Party;
use crate::world::{Record, World, clock, provenance};

/// The years that a yearly data set covers as of the day.
pub fn covered_years(world: &World, dataset: &str) -> BTreeSet<i32> {
    let mut years = BTreeSet::new();
    if let Some((_, coverage)) = world.coverage.iter().find(|(d, _)| *d == dataset) {
        for span in coverage
            .spans
            .iter()
            .filter(|s| s.status != Status::Missing)
        {
            years.extend(span.from.year()..=span.to.year());
        }
    }
    years
}

/// Rows of a directed variable that speak of both parties in a year.
fn between<'a>(
    cx: Context<'a>,
    dataset: &'a str,
    variable: &str,
    of: &Party,
    with: &Party,
) -> BTreeMap<i32, Vec<&'a Record>> {
    let mut years: BTreeMap<i32, Vec<&Record>> = BTreeMap::new();
    for r in cx.world.records.within(dataset, variable) {
        let Some(partner) = r.partner else { continue };
        for year in r.start.year()..=r.end.year() {
            let on = clock::last_day(By::Year, year);
            if of.members(on).contains(&r.actor) && with.members(on).contains(&partner) {
                years.entry(year).or_default().push(r);
            }
        }
    }
    years
}

/// What a yearly series is made of.
struct Yearly {
    dataset: &'static str,
    variable: &'static str,
    unit: &'static str,
    method: &'static str,
}

/// A yearly series over the covered years in which both parties have members; a covered year without a row is a zero.
fn yearly(
    cx: Context<'_>,
    of: Yearly,
    parties: &[&Party],
    rows: BTreeMap<i32, Vec<&Record>>,
    value: impl Fn(&[&Record]) -> f64,
) -> Result<Series, Gap> {
    let Yearly {
        dataset,
        variable,
        unit,
        method,
    } = of;
    let alive = |year: i32| {
        let on = clock::last_day(By::Year, year);
        parties
            .iter()
            .all(|p| p.members(on).iter().any(|a| a.exists_on(on)))
    };
    let points: Vec<(i32, f64)> = covered_years(cx.world, dataset)
        .into_iter()
        .filter(|year| alive(*year))
        .map(|year| (year, rows.get(&year).map_or(0.0, |r| value(r))))
        .collect();
    let Some((year, _)) = points.last() else {
        return Err(format!("{dataset} does not cover these actors"));
    };
    let on = clock::last_day(By::Year, *year);
    let mut detail = format!("actor in ({})", ids(parties[0], on));
    if let Some(with) = parties.get(1) {
        detail += &format!(" and partner in ({})", ids(with, on));
    }
    detail += &format!(" and known <= {}", cx.world.as_of);
    let shown: Vec<&Record> = rows.values().flatten().copied().collect();
    let mut provenance = provenance(dataset, variable, &detail, shown, method);
    provenance.to = Some(on);
    if provenance.rows == 0 {
        provenance.absence = true;
        provenance.rows = cx.world.records.within(dataset, variable).count() as u64;
    }
    Ok(Series {
        by: By::Year,
        unit,
        source: detente_sources::dataset(dataset)
            .map_or(dataset, |d| d.title)
            .to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        points,
        provenance,
    })
}

/// Militarised interstate disputes active between two parties, by year. COW where both editions reach, since it reaches further.
pub fn disputes(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let rows = between(cx, "mid-cow", "dispute", of, with);
    yearly(
        cx,
        Yearly {
            dataset: "mid-cow",
            variable: "dispute",
            unit: "active disputes",
            method: "disputes",
        },
        &[of, with],
        rows,
        |rows| rows.iter().map(|r| &*r.key).collect::<BTreeSet<_>>().len() as f64,
    )
}

/// Highest UCDP intensity between two parties with a state on each side, by year.
pub fn armed_conflict(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let rows = between(cx, "ucdp-acd", "conflict-between", of, with);
    yearly(
        cx,
        Yearly {
            dataset: "ucdp-acd",
            variable: "conflict-between",
            unit: "intensity (1 minor, 2 war)",
            method: "armed-conflict",
        },
        &[of, with],
        rows,
        |rows| rows.iter().filter_map(|r| r.value).fold(0.0, f64::max),
    )
}

/// UCDP conflicts located in members of a party, weighted by intensity, by year.
pub fn armed_conflict_in(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    let mut rows: BTreeMap<i32, Vec<&Record>> = BTreeMap::new();
    for r in cx.world.records.within("ucdp-acd", "conflict-in") {
        let year = r.start.year();
        if of
            .members(clock::last_day(By::Year, year))
            .contains(&r.actor)
        {
            rows.entry(year).or_default().push(r);
        }
    }
    yearly(
        cx,
        Yearly {
            dataset: "ucdp-acd",
            variable: "conflict-in",
            unit: "conflicts weighted by intensity",
            method: "armed-conflict",
        },
        &[of],
        rows,
        |rows| {
            // A conflict located in several members counts once.
            let mut highest: BTreeMap<&str, f64> = BTreeMap::new();
            for r in rows {
                let value = highest.entry(&r.key).or_default();
                *value = value.max(r.value.unwrap_or(0.0));
            }
            highest.values().sum()
        },
    )
}
