//! Measures on the UN General Assembly: ideal points and votes, by calendar year.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::{Actor, By, Day};
use detente_lake::Table;
use detente_relations::alignment::{self, Vote};
use detente_relations::describe;

use super::Context;
use crate::engine::series::{Gap, Series};
use crate::model::Party;
use crate::provenance::Provenance;
use crate::world::{Record, clock, provenance};

const DATASET: &str = "un-ideal-points";
const VARIABLE: &str = "ideal-point";

fn by_year<'a>(cx: Context<'a>) -> BTreeMap<i32, Vec<&'a Record>> {
    let mut years: BTreeMap<i32, Vec<&Record>> = BTreeMap::new();
    for r in cx.world.records.within(DATASET, VARIABLE) {
        if r.value.is_some() {
            years.entry(r.start.year()).or_default().push(r);
        }
    }
    years
}

fn points_of<'a>(rows: &[&'a Record], members: &[Actor]) -> Vec<&'a Record> {
    rows.iter()
        .filter(|r| members.contains(&r.actor))
        .copied()
        .collect()
}

fn values(rows: &[&Record]) -> Vec<f64> {
    rows.iter().filter_map(|r| r.value).collect()
}

/// |median ideal point of `of` - median of `with`|, by year. A party that is part of the other is left out of it.
pub fn ideal_point_gap(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let mut points = Vec::new();
    let mut last = Vec::new();
    for (year, rows) in by_year(cx) {
        let on = clock::last_day(By::Year, year);
        let left = of.members(on);
        let right: Vec<Actor> = with
            .members(on)
            .into_iter()
            .filter(|a| !left.contains(a))
            .collect();
        let (x, y) = (points_of(&rows, &left), points_of(&rows, &right));
        if let (Some(a), Some(b)) = (describe::median(&values(&x)), describe::median(&values(&y))) {
            points.push((year, (a - b).abs()));
            last = x;
            last.extend(y);
        }
    }
    finish(points, last, "ideal-point-distance")
}

/// Population standard deviation of the members' ideal points, by year.
pub fn ideal_point_dispersion(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    let mut points = Vec::new();
    let mut last = Vec::new();
    for (year, rows) in by_year(cx) {
        let x = points_of(&rows, &of.members(clock::last_day(By::Year, year)));
        if x.len() >= 3
            && let Some(sd) = describe::population_sd(&values(&x))
        {
            points.push((year, sd));
            last = x;
        }
    }
    finish(points, last, "cohesion")
}

fn finish(
    points: Vec<(i32, f64)>,
    rows: Vec<&Record>,
    method: &'static str,
) -> Result<Series, Gap> {
    let Some((year, _)) = points.last() else {
        return Err("no ideal points for these actors".to_owned());
    };
    let ids: Vec<&str> = rows.iter().map(|r| r.actor.id()).collect();
    let detail = format!(
        "start >= {year}-01-01 and end <= {year}-12-31 and actor in ({})",
        ids.join(", ")
    );
    Ok(Series {
        by: By::Year,
        unit: "ideal-point units",
        source: "UN ideal points".to_owned(),
        past: None,
        provenance: provenance(DATASET, VARIABLE, &detail, rows, method),
        points,
    })
}

/// Mean share of equal votes over the pairs of members, by year.
pub fn vote_agreement(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    agreement(cx, of, with, "vote-agreement", |votes| {
        alignment::vote_agreement(votes).ok().map(|x| x.same)
    })
}

/// Mean over the pairs of members of a statistic of their common votes, by year.
pub fn agreement(
    cx: Context<'_>,
    of: &Party,
    with: &Party,
    method: &'static str,
    statistic: impl Fn(&[(Vote, Vote)]) -> Option<f64>,
) -> Result<Series, Gap> {
    let least = cx.partnership.settings.min_votes as usize;
    let votes = &cx.world.votes;
    let latest = cx.world.as_of;
    let mut years: Vec<i32> = of
        .members(latest)
        .iter()
        .flat_map(|a| votes.years(*a))
        .collect();
    years.sort_unstable();
    years.dedup();
    let mut points = Vec::new();
    let mut sample = Vec::new();
    for year in years {
        let on = clock::last_day(By::Year, year);
        let (left, right) = (of.members(on), with.members(on));
        let (mut sum, mut n) = (0.0, 0);
        let mut year_sample = Vec::new();
        for a in &left {
            for b in right.iter().filter(|b| *b != a) {
                let common = votes.common(*a, *b, year);
                if common.len() < least {
                    continue;
                }
                if let Some(value) = statistic(&common) {
                    sum += value;
                    n += 1;
                    year_sample.push(vec![
                        a.id().to_owned(),
                        b.id().to_owned(),
                        year.to_string(),
                        common.len().to_string(),
                        format!("{value:.4}"),
                    ]);
                }
            }
        }
        if n > 0 {
            points.push((year, sum / f64::from(n)));
            sample = year_sample;
        }
    }
    let Some((year, _)) = points.last().copied() else {
        return Err(format!(
            "fewer than {least} common roll calls in every year"
        ));
    };
    let on = clock::last_day(By::Year, year);
    let ids = |p: &Party| crate::engine::series::ids(p, on);
    let voters: BTreeSet<Actor> = of.members(on).into_iter().chain(with.members(on)).collect();
    let rows = voters
        .iter()
        .map(|a| votes.of(*a, year).count() as u64)
        .sum();
    let provenance = Provenance {
        queries: vec![(Table::Votes, format!(
            "dataset = un-votes and actor in ({}, {}) and day >= {year}-01-01 and day <= {year}-12-31 and known <= {}",
            ids(of), ids(with), cx.world.as_of
        ))],
        command: None,
        datasets: vec!["un-votes".to_owned()],
        rows,
        absence: false,
        from: Day::from_ymd(year, 1, 1),
        to: Day::from_ymd(year, 12, 31),
        method,
        header: Vec::new(),
        sample: Vec::new(),
    }
    .with_sample(&["actor", "with", "year", "common votes", "value"], sample);
    Ok(Series {
        by: By::Year,
        unit: "share of equal votes",
        source: "UN votes".to_owned(),
        past: None,
        points,
        provenance,
    })
}
