//! Measures on the yearly spliced relation: changes at dates, and breaks since the formats began.

use std::collections::BTreeMap;

use detente_atlas::{By, Day};
use detente_relations::stability::{self, Break, BreakSettings};

use super::Context;
use crate::engine::profile::yearly_provenance;
use crate::engine::series::{Gap, Series};
use crate::model::Party;
use crate::provenance::Provenance;
use crate::spliced::Direction;

/// Years after the first format before breaks are counted: two segments of the fewest years.
const FIRST_YEARS: i32 = 2 * BreakSettings::YEARLY.min_segment as i32;

/// The yearly spliced relation as plain points.
pub fn yearly(cx: Context<'_>, of: &Party, with: &Party) -> Result<Vec<(i32, f64)>, Gap> {
    let s = &cx.partnership.settings;
    let spliced = cx
        .world
        .spliced(of, with, By::Year, Direction::Both, s)
        .map_err(|e| e.to_string())?;
    Ok(spliced.spliced.points.iter().map(|p| (p.t, p.r)).collect())
}

/// The break points of a yearly series; none where it is too short to have one.
pub fn breaks(points: &[(i32, f64)]) -> Vec<Break> {
    stability::breaks(points, &BreakSettings::YEARLY)
        .map(|b| b.breaks)
        .unwrap_or_default()
}

/// Absolute change of the yearly relation from the year before each date to the year after it.
pub fn breaks_at(cx: Context<'_>, of: &Party, with: &Party, dates: &[Day]) -> Result<Series, Gap> {
    let yearly = yearly(cx, of, with)?;
    let at = |year: i32| yearly.iter().find(|(t, _)| *t == year).map(|(_, r)| *r);
    let mut points: Vec<(i32, f64)> = dates
        .iter()
        .filter_map(|d| {
            let (before, after) = (at(d.year() - 1)?, at(d.year() + 1)?);
            Some((d.year() + 1, (after - before).abs()))
        })
        .collect();
    points.sort_by_key(|(t, _)| *t);
    if points.is_empty() {
        return Err("no date with a reading in the years before and after it".to_owned());
    }
    let provenance = yearly_provenance(cx, of, with, "relation-break");
    Ok(Series {
        by: By::Year,
        unit: "log-ratio points",
        source: "spliced yearly relation".to_owned(),
        past: Some(cx.partnership.settings.past_breaks),
        earlier: BTreeMap::new(),
        points,
        provenance,
    })
}

/// Break points per decade in the yearly relations of the rivalries' poles since the first format began, as it stood each year.
pub fn breaks_since(cx: Context<'_>) -> Result<Series, Gap> {
    let p = cx.partnership;
    let begin = p
        .formats
        .iter()
        .map(|f| f.since.year())
        .min()
        .ok_or("no format is declared")?;
    let mut each = Vec::new();
    let mut provenance = None;
    for rivalry in &p.rivalries {
        let [a, b] = &rivalry.poles;
        let points: Vec<(i32, f64)> = yearly(cx, a, b)?
            .into_iter()
            .filter(|(t, _)| *t >= begin)
            .collect();
        let rows = yearly_provenance(cx, a, b, "breaks-since");
        provenance = Some(match provenance {
            None => rows,
            Some(p) => Provenance::and(p, &rows),
        });
        each.push(points);
    }
    let last = each.iter().filter_map(|p| p.last()).map(|(t, _)| *t).max();
    let points: Vec<(i32, f64)> = (begin + FIRST_YEARS..=last.unwrap_or(begin))
        .map(|year| {
            let breaks: usize = each
                .iter()
                .map(|points| {
                    let end = points.partition_point(|(t, _)| *t <= year);
                    breaks(&points[..end]).len()
                })
                .sum();
            (year, 10.0 * breaks as f64 / f64::from(year - begin))
        })
        .collect();
    if points.is_empty() {
        return Err("too few years since the formats began".to_owned());
    }
    Ok(Series {
        by: By::Year,
        unit: "break points per decade",
        source: "spliced yearly relations of the poles".to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        points,
        provenance: provenance.ok_or("no rivalry is declared")?,
    })
}
