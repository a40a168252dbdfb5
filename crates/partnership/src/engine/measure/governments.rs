//! Measures on parties in government (ParlGov), by calendar year.

use std::collections::BTreeMap;

use detente_atlas::{Actor, By, Day};
use detente_relations::describe;

use super::Context;
use super::conflict::covered_years;
use crate::engine::series::{Gap, Series, ids};
use crate::model::Party;
use crate::world::{Record, clock, provenance};

const DATASET: &str = "parlgov";
const VARIABLE: &str = "cabinet-party";

/// Standard deviation over members of the seat-weighted left-right position of the parties that govern at the year's end.
pub fn dispersion(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    let mut points = Vec::new();
    let mut shown = Vec::new();
    for year in covered_years(cx.world, DATASET) {
        let on = clock::last_day(By::Year, year).min(cx.world.as_of);
        let members = of.members(on);
        let mut governments: BTreeMap<Actor, Vec<&Record>> = BTreeMap::new();
        for r in cx.world.records.within(DATASET, VARIABLE) {
            if r.start <= on && on <= r.end && members.contains(&r.actor) {
                governments.entry(r.actor).or_default().push(r);
            }
        }
        let positions: Vec<f64> = governments.values().filter_map(|g| position(g)).collect();
        // Fewer than half of the members would be another group's dispersion.
        if positions.len() >= 3
            && 2 * positions.len() >= members.len()
            && let Some(sd) = describe::population_sd(&positions)
        {
            points.push((year, sd));
            shown = governments.into_values().flatten().collect();
        }
    }
    finish(
        cx,
        of,
        points,
        shown,
        "points on the left-right scale of 0 to 10",
        "government-dispersion",
        |on| format!("start <= {on} and end >= {on}"),
    )
}

fn position(parties: &[&Record]) -> Option<f64> {
    let placed = parties.iter().filter_map(|r| Some((r.value?, r.weight?)));
    let (sum, seats) = placed.fold((0.0, 0.0), |(s, w), (x, seats)| (s + x * seats, w + seats));
    (seats > 0.0).then(|| sum / seats)
}

/// New cabinets per member and year.
pub fn change(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    let mut points = Vec::new();
    let mut shown = Vec::new();
    for year in covered_years(cx.world, DATASET) {
        let end = clock::last_day(By::Year, year);
        // A year that is not over cannot be compared with whole years.
        if end > cx.world.as_of {
            continue;
        }
        let members = of.members(end);
        let known: Vec<Actor> = members
            .iter()
            .copied()
            .filter(|a| {
                cx.world
                    .records
                    .within(DATASET, VARIABLE)
                    .any(|r| r.actor == *a)
            })
            .collect();
        if known.len() < 3 {
            continue;
        }
        let rows: Vec<&Record> = cx
            .world
            .records
            .within(DATASET, VARIABLE)
            .filter(|r| r.start.year() == year && known.contains(&r.actor))
            .collect();
        let mut cabinets: Vec<(Actor, i32)> = rows.iter().map(|r| (r.actor, r.start.0)).collect();
        cabinets.sort_unstable();
        cabinets.dedup();
        points.push((year, cabinets.len() as f64 / known.len() as f64));
        shown = rows;
    }
    finish(
        cx,
        of,
        points,
        shown,
        "new cabinets per member and year",
        "government-change",
        |on| format!("start >= {}-01-01 and start <= {on}", on.year()),
    )
}

fn finish(
    cx: Context<'_>,
    of: &Party,
    points: Vec<(i32, f64)>,
    shown: Vec<&Record>,
    unit: &'static str,
    method: &'static str,
    period: impl Fn(Day) -> String,
) -> Result<Series, Gap> {
    let Some((year, _)) = points.last() else {
        return Err("ParlGov has no governments of enough members".to_owned());
    };
    let on = clock::last_day(By::Year, *year).min(cx.world.as_of);
    let detail = format!(
        "actor in ({}) and {} and known <= {}",
        ids(of, on),
        period(on),
        cx.world.as_of
    );
    let mut provenance = provenance(DATASET, VARIABLE, &detail, shown, method);
    provenance.to = Some(on);
    Ok(Series {
        by: By::Year,
        unit,
        source: "ParlGov".to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        points,
        provenance,
    })
}
