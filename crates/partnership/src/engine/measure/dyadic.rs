//! Measures on dyads: relations, their differences and dispersion, orientation, arena, zero-sum.

use std::collections::BTreeMap;

use detente_relations::orientation::ArenaCounts;
use detente_relations::{describe, orientation};

use super::Dyads;
use crate::engine::series::{
    Gap, Series, dyads, first_with_points, index_series, index_unit, windows,
};
use crate::model::{Measure, Party, Rivalry};
use crate::world::{Pooled, Stream, clock};
use detente_atlas::{By, Group};

/// Members that a dispersion needs at least: the standard deviation of fewer says little.
const LEAST_MEMBERS: usize = 3;

/// The series of a measure that is taken month by month on dyads; `None` of any other.
pub(crate) fn measure(cx: Dyads<'_>, m: &Measure) -> Option<Result<Series, Gap>> {
    Some(match m {
        Measure::Relation { of, with } => relation(cx, of, with),
        Measure::RelationWithin { of } => relation(cx, of, of),
        Measure::RelationDifference { of, with, toward } => difference(cx, of, with, toward),
        Measure::RelationDispersion { of, toward } => dispersion(cx, of, toward),
        Measure::ConflictShare { of, with } => conflict_share(cx, of, with),
        Measure::DifferentSides { rivalry, of, with } => different_sides(cx, rivalry, of, with),
        Measure::ZeroSum { rivalry, over } => zero_sum(cx, rivalry, over),
        Measure::Arena { rivalry, place } => arena(cx, rivalry, place),
        _ => return None,
    })
}

/// The pairs of parties on whose dyads such a measure rests; none of any other.
pub(crate) fn pairs(m: &Measure) -> Vec<(&Party, &Party)> {
    match m {
        Measure::Relation { of, with } | Measure::ConflictShare { of, with } => vec![(of, with)],
        Measure::RelationWithin { of } => vec![(of, of)],
        Measure::RelationDifference { of, with, toward } => vec![(of, toward), (with, toward)],
        Measure::RelationDispersion { of, toward } => vec![(of, toward)],
        Measure::DifferentSides { rivalry, of, with } => {
            let [p, q] = &rivalry.poles;
            vec![(of, p), (of, q), (with, p), (with, q)]
        }
        Measure::ZeroSum { rivalry, over } => {
            let [p, q] = &rivalry.poles;
            vec![(over, p), (over, q)]
        }
        Measure::Arena { rivalry, place } => {
            let [p, q] = &rivalry.poles;
            vec![(p, place), (q, place)]
        }
        _ => Vec::new(),
    }
}

/// Relation index between two parties over the trailing window.
fn relation(cx: Dyads<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let (stream, points) = first_with_points(cx.world, |stream| {
        index_series(stream, of, with, s.window_months, s)
    })?;
    Ok(series(
        cx,
        stream,
        points,
        index_unit(stream),
        &[(of, with)],
        s.window_months,
        method(stream),
    ))
}

fn method(stream: &Stream) -> &'static str {
    match stream.kind {
        crate::world::Kind::Counts => "relation-index",
        crate::world::Kind::Scores => "net-score-index",
    }
}

/// |R(of, toward) - R(with, toward)|.
fn difference(cx: Dyads<'_>, of: &Party, with: &Party, toward: &Party) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let w = s.window_months;
    let (stream, points) = first_with_points(cx.world, |stream| {
        let x = index_series(stream, of, toward, w, s);
        let y = index_series(stream, with, toward, w, s);
        joined(&x, &y).map(|(t, x, y)| (t, (x - y).abs())).collect()
    })?;
    Ok(series(
        cx,
        stream,
        points,
        "log-ratio points",
        &[(of, toward), (with, toward)],
        w,
        "relation-difference",
    ))
}

/// Standard deviation of the members' index toward a third actor.
fn dispersion(cx: Dyads<'_>, of: &Party, toward: &Party) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let w = s.dispersion_months;
    let (stream, points) = first_with_points(cx.world, |stream| {
        let Some(last) = stream.last() else {
            return Vec::new();
        };
        let members = of.members(clock::last_day(stream.by, last));
        let each: Vec<Vec<(i32, f64)>> = members
            .iter()
            .filter_map(|m| Some(index_series(stream, &single(m.id())?, toward, w, s)))
            .collect();
        stream
            .periods()
            .filter_map(|t| {
                let on = clock::last_day(stream.by, t);
                let inside = of.members(on);
                let values: Vec<f64> = each
                    .iter()
                    .zip(&members)
                    .filter(|(_, m)| inside.contains(m))
                    .filter_map(|(points, _)| at(points, t))
                    .collect();
                let sd = describe::population_sd(&values)?;
                (values.len() >= LEAST_MEMBERS).then_some((t, sd))
            })
            .collect()
    })?;
    Ok(series(
        cx,
        stream,
        points,
        "log-ratio points",
        &[(of, toward)],
        w,
        "threat-perception",
    ))
}

/// Conflict between two parties per thousand of the world's activity.
fn conflict_share(cx: Dyads<'_>, of: &Party, with: &Party) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let w = s.window_months;
    let weights = crate::engine::series::index_settings(s).weights;
    let (stream, points) = first_with_points(cx.world, |stream| {
        let world: Vec<_> = stream
            .periods()
            .filter_map(|t| Some((t, stream.world(t)?)))
            .collect();
        let world = windows(stream, &world, w, s);
        windows(stream, &stream.pooled(of, with), w, s)
            .iter()
            .filter_map(|(t, cell)| {
                let i = world.binary_search_by_key(t, |(t, _)| *t).ok()?;
                let total = world[i].1.activity();
                let conflict = cell.balance(&weights).map_or(0.0, |(_, k)| k);
                (total > 0.0).then(|| (*t, 1000.0 * conflict / total))
            })
            .collect()
    })?;
    Ok(series(
        cx,
        stream,
        points,
        "per mille of the world's activity",
        &[(of, with)],
        w,
        "conflict-share",
    ))
}

/// |o(of) - o(with)| with o(X) = R(X, P) - R(X, Q).
fn different_sides(
    cx: Dyads<'_>,
    rivalry: &Rivalry,
    of: &Party,
    with: &Party,
) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let w = s.window_months;
    let [p, q] = &rivalry.poles;
    let (stream, points) = first_with_points(cx.world, |stream| {
        let lean = |x: &Party| -> Vec<(i32, f64)> {
            let to_p = index_series(stream, x, p, w, s);
            let to_q = index_series(stream, x, q, w, s);
            joined(&to_p, &to_q).map(|(t, a, b)| (t, a - b)).collect()
        };
        joined(&lean(of), &lean(with))
            .map(|(t, a, b)| (t, (a - b).abs()))
            .collect()
    })?;
    let pairs = [(of, p), (of, q), (with, p), (with, q)];
    Ok(series(
        cx,
        stream,
        points,
        "log-ratio points",
        &pairs,
        w,
        "different-sides",
    ))
}

/// Mean over third parties of -corr of the monthly changes of R(X, P) and R(X, Q).
fn zero_sum(cx: Dyads<'_>, rivalry: &Rivalry, over: &Party) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let [p, q] = &rivalry.poles;
    let (stream, points) = first_with_points(cx.world, |stream| {
        let Some(last) = stream.last() else {
            return Vec::new();
        };
        let on = clock::last_day(stream.by, last);
        let each: Vec<_> = over
            .members(on)
            .iter()
            .filter(|x| !p.members(on).contains(x) && !q.members(on).contains(x))
            .filter_map(|x| {
                let x = single(x.id())?;
                Some((
                    index_series(stream, &x, p, 1, s),
                    index_series(stream, &x, q, 1, s),
                ))
            })
            .collect();
        stream
            .periods()
            .filter_map(|t| {
                let from = t - s.zero_sum_months as i32 + 1;
                let least = (s.zero_sum_months / 2) as usize;
                let values: Vec<f64> = each
                    .iter()
                    .filter_map(|(x, y)| {
                        orientation::zero_sum(
                            between(x, from, t),
                            between(y, from, t),
                            least,
                            s.interval,
                        )
                        .ok()
                        .map(|z| z.index)
                    })
                    .collect();
                (values.len() >= LEAST_MEMBERS)
                    .then(|| (t, values.iter().sum::<f64>() / values.len() as f64))
            })
            .collect()
    })?;
    Ok(series(
        cx,
        stream,
        points,
        "minus correlation",
        &[(over, p), (over, q)],
        s.zero_sum_months,
        "zero-sum",
    ))
}

/// How much of both rivals' activity is with a territory: the presence part of the arena index. The part of their conflict that
/// is located there needs places, which the streams of dyads do not have.
fn arena(cx: Dyads<'_>, rivalry: &Rivalry, place: &Party) -> Result<Series, Gap> {
    let s = &cx.partnership.settings;
    let w = s.window_months;
    let [p, q] = &rivalry.poles;
    let (stream, points) = first_with_points(cx.world, |stream| {
        let activity = |of: &Pooled| -> Vec<(i32, f64)> {
            windows(stream, of, w, s)
                .iter()
                .map(|(t, cell)| (*t, cell.activity()))
                .collect()
        };
        let at_p = activity(&stream.pooled(p, place));
        let at_q = activity(&stream.pooled(q, place));
        let (all_p, all_q) = (activity(&stream.total(p)), activity(&stream.total(q)));
        at_p.iter()
            .filter_map(|(t, p_at)| {
                let counts = ArenaCounts {
                    p_at: *p_at,
                    q_at: at(&at_q, *t)?,
                    p_total: at(&all_p, *t)?,
                    q_total: at(&all_q, *t)?,
                    ..ArenaCounts::default()
                };
                Some((*t, 1000.0 * orientation::arena(&counts).ok()?.presence))
            })
            .collect()
    })?;
    Ok(series(
        cx,
        stream,
        points,
        "per mille of both poles' activity",
        &[(p, place), (q, place)],
        w,
        "arena",
    ))
}

/// The points as a [`Series`], with the provenance of the last window.
fn series(
    cx: Dyads<'_>,
    stream: &Stream,
    points: Vec<(i32, f64)>,
    unit: &'static str,
    pairs: &[(&Party, &Party)],
    months: u32,
    method: &'static str,
) -> Series {
    let t = points.last().map_or(0, |(t, _)| *t);
    let from = t - months as i32 + 1;
    let provenance = pairs
        .iter()
        .map(|(of, with)| dyads(stream, of, with, from, t, cx.world.as_of, method))
        .reduce(|a, b| a.and(&b))
        .expect("at least one pair");
    Series {
        by: By::Month,
        unit,
        points,
        source: stream.name.to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        provenance,
    }
}

/// The values of two series at their common periods.
fn joined<'a>(
    x: &'a [(i32, f64)],
    y: &'a [(i32, f64)],
) -> impl Iterator<Item = (i32, f64, f64)> + 'a {
    x.iter().filter_map(|(t, a)| Some((*t, *a, at(y, *t)?)))
}

fn at(points: &[(i32, f64)], t: i32) -> Option<f64> {
    points
        .binary_search_by_key(&t, |(t, _)| *t)
        .ok()
        .map(|i| points[i].1)
}

fn between(points: &[(i32, f64)], from: i32, to: i32) -> &[(i32, f64)] {
    let start = points.partition_point(|(t, _)| *t < from);
    let end = points.partition_point(|(t, _)| *t <= to);
    &points[start..end]
}

/// A party of one actor.
pub fn single(id: &str) -> Option<Party> {
    let group: Group = id.parse().ok()?;
    Some(Party {
        name: id.to_owned(),
        id: id.to_owned(),
        group,
    })
}
