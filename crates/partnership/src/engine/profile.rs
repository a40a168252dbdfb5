//! The relation of two parties: how good it is, and whether it is realistic, stable and aligned.

use std::collections::BTreeMap;

use detente_atlas::{By, Day, Group};
use detente_relations::alignment::{self, Disagreement};
use detente_relations::stability::{self, Ar1, Break, BreakSettings, Volatility};
use detente_relations::standing;

use super::measure::{Context, agreement, breaks, ideal_point_gap};
use super::series::{Gap, Points, Series, dyads, index_series, latest_first};
use crate::model::Party;
use crate::provenance::Provenance;
use crate::spliced::{Direction, SplicedRelation};
use crate::world::{Stream, clock};

/// Months after which a change has half of its weight in the volatility.
const VOLATILITY_HALF_LIFE: f64 = 12.0;
/// Shortest monthly series on which volatility and persistence are measured.
const LEAST_MONTHS: usize = 24;

/// A relation in figures, the same for the sides and for every contrast partner.
#[derive(Debug, Clone)]
pub struct Profile {
    /// One party.
    pub of: Party,
    /// The other.
    pub with: Party,
    /// 1994 to today by year.
    pub yearly: Result<SplicedRelation, Gap>,
    /// Break points of the yearly series.
    pub breaks: Vec<Break>,
    /// Break points per decade of it.
    pub breaks_per_decade: Option<f64>,
    /// The monthly reading on which the next three rest.
    pub monthly: Result<Series, Gap>,
    /// Exponentially weighted volatility of monthly changes.
    pub volatility: Option<Volatility>,
    /// Persistence, with the half-life of a shock in months.
    pub persistence: Option<Ar1>,
    /// Distance of UN ideal points by year.
    pub distance: Result<Series, Gap>,
    /// Trend of that distance since the partnership began: rising is apart.
    pub apart: Option<standing::Direction>,
    /// Mean share of equal votes in the UN by year.
    pub agreement: Result<Series, Gap>,
    /// Mean Cohen's kappa of the votes by year, linearly weighted.
    pub kappa: Result<Series, Gap>,
    /// The rows of the yearly series.
    pub provenance: Provenance,
}

/// The profile of two parties.
pub fn profile(cx: Context<'_>, of: &Party, with: &Party) -> Profile {
    let s = &cx.partnership.settings;
    let yearly = cx
        .world
        .spliced(of, with, By::Year, Direction::Both, s)
        .map_err(|e| e.to_string());
    let points: Vec<(i32, f64)> = yearly
        .iter()
        .flat_map(|y| &y.spliced.points)
        .map(|p| (p.t, p.r))
        .collect();
    let monthly = monthly(cx, of, with);
    let series: &[(i32, f64)] = monthly.as_ref().map_or(&[], |m| &m.points);
    let long = series.len() >= LEAST_MONTHS;
    let distance = ideal_point_gap(cx, of, with);
    Profile {
        of: of.clone(),
        with: with.clone(),
        breaks: breaks(&points),
        breaks_per_decade: stability::breaks(&points, &BreakSettings::YEARLY)
            .ok()
            .map(|b| b.per_decade),
        volatility: long
            .then(|| stability::volatility(series, VOLATILITY_HALF_LIFE).ok())
            .flatten(),
        persistence: long.then(|| stability::ar1(series).ok()).flatten(),
        apart: distance.as_ref().ok().and_then(|d| apart(cx, d)),
        distance,
        agreement: agreement(cx, of, with, "vote-agreement", |v| {
            alignment::vote_agreement(v).ok().map(|x| x.same)
        }),
        kappa: agreement(cx, of, with, "chance-corrected", |v| {
            alignment::chance_corrected(v, Disagreement::Linear)
                .ok()
                .and_then(|x| x.kappa)
        }),
        provenance: yearly_provenance(cx, of, with, "splice"),
        yearly,
        monthly,
    }
}

fn apart(cx: Context<'_>, distance: &Series) -> Option<standing::Direction> {
    let since = cx.partnership.since.year();
    let points: Vec<(i32, f64)> = distance
        .points
        .iter()
        .copied()
        .filter(|(t, _)| *t >= since)
        .collect();
    // All of its years: a gap among them must not cut off the first.
    let (first, last) = (points.first()?.0, points.last()?.0);
    let years = u32::try_from(last - first + 1).ok()?;
    standing::trend(&points, years, super::assume::TREND_P)
        .ok()
        .map(|t| t.direction)
}

/// The stream that was monitored last of those with enough months of the two, and their single months in it.
pub fn monthly_stream<'w>(
    cx: Context<'w>,
    of: &Party,
    with: &Party,
) -> Option<(&'w Stream, Points)> {
    let s = &cx.partnership.settings;
    let mut best: Option<(&Stream, Points)> = None;
    for stream in latest_first(cx.world) {
        let points = index_series(stream, of, with, 1, s);
        if points.len() >= LEAST_MONTHS {
            return Some((stream, points));
        }
        if best.is_none() && !points.is_empty() {
            best = Some((stream, points));
        }
    }
    best
}

/// Single months of the two, which are long enough for what is measured on them.
fn monthly(cx: Context<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let (stream, points) =
        monthly_stream(cx, of, with).ok_or("no monthly source has a reading for these actors")?;
    let (first, last) = (points[0].0, points[points.len() - 1].0);
    Ok(Series {
        by: By::Month,
        unit: super::series::index_unit(stream),
        source: stream.name.to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        provenance: dyads(stream, of, with, first, last, cx.world.as_of, "stability"),
        points,
    })
}

/// The rows of every source that the yearly series takes a year from, and the command that shows the series with its joints.
pub fn yearly_provenance(
    cx: Context<'_>,
    of: &Party,
    with: &Party,
    method: &'static str,
) -> Provenance {
    let (from, to) = (cx.partnership.since, cx.world.as_of);
    let rows = cx
        .world
        .yearly
        .iter()
        .chain(&cx.world.monthly)
        .map(|stream| {
            let (first, last) = (clock::period(stream.by, from), clock::period(stream.by, to));
            dyads(stream, of, with, first, last, to, method)
        });
    let mut provenance = rows.reduce(|a, b| a.and(&b)).expect("a world has streams");
    let on = provenance.to.unwrap_or(to);
    provenance.command = Some(format!(
        "detente relation '{}' '{}' --by year --as-of {to}",
        expression(of, on),
        expression(with, on),
    ));
    provenance
}

/// The party as the command line takes it: its id where atlas knows that, else its members.
fn expression(party: &Party, on: Day) -> String {
    match party.id.parse::<Group>() {
        Ok(_) => party.id.clone(),
        Err(_) => super::series::ids(party, on),
    }
}
