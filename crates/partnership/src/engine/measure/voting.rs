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
    finish(
        "ideal-point-distance",
        by_year(cx).into_iter().filter_map(|(year, rows)| {
            let on = clock::last_day(By::Year, year);
            let left = of.members(on);
            let right: Vec<Actor> = with
                .members(on)
                .into_iter()
                .filter(|a| !left.contains(a))
                .collect();
            let (x, y) = (points_of(&rows, &left), points_of(&rows, &right));
            let gap = describe::median(&values(&x))? - describe::median(&values(&y))?;
            Some((year, gap.abs(), [x, y].concat()))
        }),
    )
}

/// Population standard deviation of the members' ideal points, by year.
pub fn ideal_point_dispersion(cx: Context<'_>, of: &Party) -> Result<Series, Gap> {
    finish(
        "cohesion",
        by_year(cx).into_iter().filter_map(|(year, rows)| {
            let x = points_of(&rows, &of.members(clock::last_day(By::Year, year)));
            let sd = describe::population_sd(&values(&x)).filter(|_| x.len() >= 3)?;
            Some((year, sd, x))
        }),
    )
}

/// The series of (year, value, rows behind it).
fn finish<'a>(
    method: &'static str,
    years: impl Iterator<Item = (i32, f64, Vec<&'a Record>)>,
) -> Result<Series, Gap> {
    series(
        "ideal-point units",
        "UN ideal points",
        years.map(|(year, value, rows)| {
            let ids: Vec<&str> = rows.iter().map(|r| r.actor.id()).collect();
            let detail = format!(
                "start >= {year}-01-01 and end <= {year}-12-31 and actor in ({})",
                ids.join(", ")
            );
            (
                year,
                value,
                provenance(DATASET, VARIABLE, &detail, rows, method),
            )
        }),
    )
    .ok_or_else(|| "no ideal points for these actors".to_owned())
}

/// A yearly series in which each year keeps the rows behind it.
fn series(
    unit: &'static str,
    source: &str,
    years: impl Iterator<Item = (i32, f64, Provenance)>,
) -> Option<Series> {
    let (mut points, mut earlier) = (Vec::new(), BTreeMap::new());
    for (year, value, provenance) in years {
        points.push((year, value));
        earlier.insert(year, provenance);
    }
    let (_, provenance) = earlier.pop_last()?;
    Some(Series {
        by: By::Year,
        unit,
        points,
        source: source.to_owned(),
        past: None,
        provenance,
        earlier,
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
    let agreed = years.into_iter().filter_map(|year| {
        let on = clock::last_day(By::Year, year);
        let (left, right) = (of.members(on), with.members(on));
        let mut pairs = Vec::new();
        for a in &left {
            for b in right.iter().filter(|b| *b != a) {
                let common = votes.common(*a, *b, year);
                if common.len() < least {
                    continue;
                }
                if let Some(value) = statistic(&common) {
                    pairs.push((*a, *b, common.len(), value));
                }
            }
        }
        let sum: f64 = pairs.iter().map(|(.., value)| value).sum();
        let mean = (!pairs.is_empty()).then(|| sum / pairs.len() as f64)?;
        let voters: BTreeSet<Actor> = left.into_iter().chain(right).collect();
        Some((year, mean, voted(cx, year, &voters, &pairs, method)))
    });
    series("share of equal votes", "UN votes", agreed)
        .ok_or_else(|| format!("fewer than {least} common roll calls in every year"))
}

/// The rows of a year's votes, with the value of each pair (actor, actor, common votes, value).
fn voted(
    cx: Context<'_>,
    year: i32,
    voters: &BTreeSet<Actor>,
    pairs: &[(Actor, Actor, usize, f64)],
    method: &'static str,
) -> Provenance {
    let ids: Vec<&str> = voters.iter().map(|a| a.id()).collect();
    let rows = voters
        .iter()
        .map(|a| cx.world.votes.of(*a, year).count() as u64)
        .sum();
    let filter = format!(
        "dataset = un-votes and actor in ({}) and day >= {year}-01-01 and day <= {year}-12-31 and known <= {}",
        ids.join(", "),
        cx.world.as_of
    );
    let sample = pairs.iter().map(|(a, b, n, value)| {
        vec![
            a.id().to_owned(),
            b.id().to_owned(),
            year.to_string(),
            n.to_string(),
            format!("{value:.4}"),
        ]
    });
    Provenance {
        queries: vec![(Table::Votes, filter)],
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
    .with_sample(
        &["actor", "with", "year", "common votes", "value"],
        sample.collect(),
    )
}
