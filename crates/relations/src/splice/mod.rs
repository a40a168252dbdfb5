//! One series out of several sources, with every joint and its uncertainty in the open.
//!
//! Sources of events differ in what they read and how they code it, so their relation indices differ in level even for the
//! same dyad and month. A splice puts them on the level of one **reference** segment. What joins them is, in this order:
//! the mean difference over the periods that both cover; the caller's statement that two segments are one coding system; for
//! net scores, a line fitted on the overlap, or a line that the caller fitted over many dyads. A segment that none of these
//! reaches stays apart and is returned as such.

mod check;
mod link;
mod types;

pub use link::{Link, fit_link, score_scale};
pub use types::{
    CountPoint, Data, Joint, Method, Reading, SameCoding, ScaledLink, ScorePoint, Segment,
    Separate, Settings, Spliced,
};

use crate::Error;
use crate::distribution::{normal_half_width, student_half_width};
use crate::pooling::random_effects;
use check::{check, find};
use std::collections::{BTreeMap, BTreeSet};

/// A reading with what further joints need to know of it.
#[derive(Clone)]
struct Placed {
    reading: Reading,
    /// Sampling variance of R, without the splice.
    variance: f64,
    /// Standard error of the segment's shift, common to all of its points.
    common_sd: f64,
    /// The same as a half-width at the level.
    common_half: f64,
}

/// The readings of one segment by period.
type Track = BTreeMap<i32, Placed>;
/// The joined segments by rank.
type Places = BTreeMap<usize, Track>;

/// Joins the segments to the one called `reference`.
///
/// **Counts.** With `d_t = R_spliced(t) - R_segment(t)` over the common periods, of variance `v_spliced(t) + v_segment(t)`,
/// the shift is the random-effects mean of d ([`random_effects`]); its interval uses Student's t with n - 1 degrees of freedom
/// (Follmann & Proschan 1999, Biometrics 55: 732-737), which small overlaps need. The interval of a shifted point is
/// `r + shift -/+ sqrt(own half-width^2 + t^2 (se^2 + tau^2) + base^2)`: the error of the mean shift, the spread of the true difference
/// from period to period (Higgins, Thompson & Spiegelhalter 2009, JRSS A 172: 137-159), and the uncertainty of the
/// series joined to, averaged with the weights of d.
///
/// **Scores.** `R = alpha + beta * asinh(score / s)` by least squares over the common periods, s the median of |score| there; the
/// interval is the prediction interval, widened by that of the series joined to. A line that does not rise is no
/// link. With fewer common periods than [`Settings::min_link_overlap`] the line of [`Settings::finer_link`] serves, with its own s, shifted
/// like the segments that the scores overlap with. Mapped scores never serve to join further segments.
///
/// # Errors
/// No segment of that name, a reference of scores, doubled labels, points that are unsorted or not finite, variances that are
/// not positive, settings out of range, a reference without points.
pub fn splice(
    segments: &[Segment],
    reference: &str,
    settings: &Settings,
) -> Result<Spliced, Error> {
    check(segments, settings)?;
    let start = find(segments, reference)?;
    let Data::Counts(points) = &segments[start].data else {
        return Err(Error::ScoreReference {
            label: reference.to_owned(),
        });
    };
    if points.is_empty() {
        return Err(Error::TooFew {
            what: "points of the reference segment",
            needed: 1,
            found: 0,
        });
    }
    let mut counts: Places = BTreeMap::new();
    counts.insert(start, place(&segments[start].label, points, &Shift::NONE));
    let mut joints = Vec::new();

    while let Some((i, places, joint)) = next_counts(segments, &counts, settings)? {
        counts.insert(i, places);
        joints.push(joint);
    }
    let mut placed = counts.clone();
    let mut separate = Vec::new();
    for (i, segment) in segments.iter().enumerate() {
        if counts.contains_key(&i) {
            continue;
        }
        let (places, joint) = match &segment.data {
            Data::Score(points) => {
                place_scores(&segment.label, points, segments, &counts, settings)?
            }
            Data::Counts(points) => {
                let n = points
                    .iter()
                    .filter(|p| base_at(&counts, p.t).is_some())
                    .count();
                let reason = format!(
                    "{n} common periods, {} needed, and no statement of the same coding",
                    settings.min_overlap
                );
                (None, unlinked(&segment.label, n, reason))
            }
        };
        joints.push(joint);
        match places {
            Some(places) => drop(placed.insert(i, places)),
            None => separate.push(Separate {
                segment: segment.label.clone(),
                data: segment.data.clone(),
            }),
        }
    }
    let (points, others) = show(&placed);
    Ok(Spliced {
        points,
        others,
        separate,
        joints,
    })
}

/// Per period the reading of the first segment that has it, and the rest.
fn show(placed: &Places) -> (Vec<Reading>, Vec<Reading>) {
    let (mut points, mut others) = (Vec::new(), Vec::new());
    let times: BTreeSet<i32> = placed
        .values()
        .flat_map(|places| places.keys().copied())
        .collect();
    for t in times {
        let mut readings = placed
            .values()
            .filter_map(|places| places.get(&t))
            .map(|place| place.reading.clone());
        points.extend(readings.next());
        others.extend(readings);
    }
    (points, others)
}

/// The preferred counts reading at `t`, and the segment it is from.
fn base_at(counts: &Places, t: i32) -> Option<(usize, &Placed)> {
    counts
        .iter()
        .find_map(|(&i, places)| places.get(&t).map(|place| (i, place)))
}

/// The next segment of counts that can be joined: by overlap first, else by a statement of the same coding.
fn next_counts(
    segments: &[Segment],
    counts: &Places,
    settings: &Settings,
) -> Result<Option<(usize, Track, Joint)>, Error> {
    let waiting = || {
        segments
            .iter()
            .enumerate()
            .filter(|(i, _)| !counts.contains_key(i))
    };
    for (i, segment) in waiting() {
        let Data::Counts(points) = &segment.data else {
            continue;
        };
        let overlap: Vec<(usize, &Placed, &CountPoint)> = points
            .iter()
            .filter_map(|p| base_at(counts, p.t).map(|(j, base)| (j, base, p)))
            .collect();
        if overlap.len() >= settings.min_overlap {
            let (shift, between_sd) = shift_by_overlap(&overlap, settings.level)?;
            let to: BTreeSet<usize> = overlap.iter().map(|o| o.0).collect();
            let joint = Joint {
                from: segment.label.clone(),
                to: to.into_iter().map(|j| segments[j].label.clone()).collect(),
                overlap_n: overlap.len(),
                shift: Some(shift.value),
                sd: Some(shift.common_sd),
                interval: Some((
                    shift.value - shift.common_half,
                    shift.value + shift.common_half,
                )),
                between_sd: Some(between_sd),
                link: None,
                method: Method::Overlap,
                reason: format!("mean difference over {} common periods", overlap.len()),
            };
            return Ok(Some((i, place(&segment.label, points, &shift), joint)));
        }
    }
    for (i, segment) in waiting() {
        let (Data::Counts(points), Some(same)) = (&segment.data, &segment.same_as) else {
            continue;
        };
        let j = find(segments, &same.segment)?;
        let Some(model) = counts.get(&j).and_then(|places| places.values().next()) else {
            continue;
        };
        let sd = model.common_sd.hypot(same.sd);
        let half = model
            .common_half
            .hypot(normal_half_width(settings.level) * same.sd);
        // the spread of the model's own difference from the reference applies here as well
        let spread = (model.reading.shift_sd.powi(2) - model.common_sd.powi(2))
            .max(0.0)
            .sqrt();
        let value = model.reading.shift.unwrap_or(0.0);
        let shift = Shift {
            value,
            common_sd: sd,
            common_half: half,
            point_sd: sd.hypot(spread),
            point_half: half.hypot(normal_half_width(settings.level) * spread),
        };
        let n = points
            .iter()
            .filter(|p| base_at(counts, p.t).is_some())
            .count();
        let joint = Joint {
            from: segment.label.clone(),
            to: vec![same.segment.clone()],
            overlap_n: n,
            shift: Some(value),
            sd: Some(sd),
            interval: Some((value - half, value + half)),
            between_sd: Some(spread),
            link: None,
            method: Method::Assumed,
            reason: format!(
                "{n} common periods, {} needed; taken to be coded like {}",
                settings.min_overlap, same.segment
            ),
        };
        return Ok(Some((i, place(&segment.label, points, &shift), joint)));
    }
    Ok(None)
}

/// A shift and its uncertainty: common to the segment, and of a single point.
struct Shift {
    value: f64,
    common_sd: f64,
    common_half: f64,
    point_sd: f64,
    point_half: f64,
}

impl Shift {
    const NONE: Self = Self {
        value: 0.0,
        common_sd: 0.0,
        common_half: 0.0,
        point_sd: 0.0,
        point_half: 0.0,
    };
}

fn shift_by_overlap(
    overlap: &[(usize, &Placed, &CountPoint)],
    level: f64,
) -> Result<(Shift, f64), Error> {
    let differences: Vec<(f64, f64)> = overlap
        .iter()
        .map(|(_, base, p)| (base.reading.r - p.r, base.variance + p.variance))
        .collect();
    let pooled = random_effects(&differences)?;
    let weights: Vec<f64> = differences
        .iter()
        .map(|(_, v)| 1.0 / (v + pooled.tau2))
        .collect();
    let total: f64 = weights.iter().sum();
    let average = |of: fn(&Placed) -> f64| {
        overlap
            .iter()
            .zip(&weights)
            .map(|(o, w)| w * of(o.1))
            .sum::<f64>()
            / total
    };
    let (base_sd, base_half) = (average(|p| p.common_sd), average(|p| p.common_half));
    let t = student_half_width(level, (pooled.n - 1) as f64);
    let prediction = pooled.se.hypot(pooled.tau());
    let shift = Shift {
        value: pooled.mean,
        common_sd: pooled.se.hypot(base_sd),
        common_half: (t * pooled.se).hypot(base_half),
        point_sd: prediction.hypot(base_sd),
        point_half: (t * prediction).hypot(base_half),
    };
    Ok((shift, pooled.tau()))
}

fn place(label: &str, points: &[CountPoint], shift: &Shift) -> Track {
    let placed = |p: &CountPoint| {
        let r = p.r + shift.value;
        let reading = Reading {
            t: p.t,
            r,
            lo: r - (p.r - p.lo).hypot(shift.point_half),
            hi: r + (p.hi - p.r).hypot(shift.point_half),
            segment: label.to_owned(),
            shift: Some(shift.value),
            shift_sd: shift.point_sd,
            days: None,
        };
        Placed {
            reading,
            variance: p.variance,
            common_sd: shift.common_sd,
            common_half: shift.common_half,
        }
    };
    points.iter().map(|p| (p.t, placed(p))).collect()
}

fn unlinked(label: &str, overlap_n: usize, reason: String) -> Joint {
    Joint {
        from: label.to_owned(),
        to: Vec::new(),
        overlap_n,
        shift: None,
        sd: None,
        interval: None,
        between_sd: None,
        link: None,
        method: Method::Unlinked,
        reason,
    }
}

fn place_scores(
    label: &str,
    points: &[ScorePoint],
    segments: &[Segment],
    counts: &Places,
    settings: &Settings,
) -> Result<(Option<Track>, Joint), Error> {
    let overlap: Vec<(usize, &Placed, &ScorePoint)> = points
        .iter()
        .filter_map(|p| base_at(counts, p.t).map(|(j, base)| (j, base, p)))
        .collect();
    let n = overlap.len();
    let common: Vec<f64> = overlap.iter().map(|o| o.2.score).collect();
    let scale = if n >= settings.min_overlap {
        score_scale(&common)
    } else {
        None
    };

    let own = scale
        .filter(|_| n >= settings.min_link_overlap)
        .and_then(|s| {
            let pairs: Vec<(f64, f64)> = overlap
                .iter()
                .map(|o| ((o.2.score / s).asinh(), o.1.reading.r))
                .collect();
            fit_link(&pairs).ok()
        });
    let why_not = match (own, scale) {
        (Some(link), _) if link.beta <= 0.0 => format!(
            "the line over {n} common periods does not rise (slope {:.2})",
            link.beta
        ),
        (None, Some(_)) if n >= settings.min_link_overlap => {
            format!("the score does not vary over {n} common periods")
        }
        (None, None) if n >= settings.min_overlap => {
            "more than half of the common scores are 0".to_owned()
        }
        _ => format!(
            "{n} common periods, {} needed for a line of its own",
            settings.min_link_overlap
        ),
    };
    let rising = own.filter(|link| link.beta > 0.0);
    let base_mean =
        |of: fn(&Placed) -> f64| overlap.iter().map(|o| of(o.1)).sum::<f64>() / n.max(1) as f64;
    let (link, scale, reason) = match (rising.zip(scale), settings.finer_link) {
        (Some((link, scale)), _) => (link, scale, format!("line over {n} common periods")),
        (None, Some(finer)) => {
            let shift = base_mean(|p| p.reading.shift.unwrap_or(0.0));
            let link = Link {
                alpha: finer.link.alpha + shift,
                ..finer.link
            };
            let reason = format!(
                "{why_not}; line over {} finer common periods of the same dyad",
                link.n
            );
            (link, finer.scale, reason)
        }
        (None, None) => return Ok((None, unlinked(label, n, why_not))),
    };

    let base_sd = base_mean(|p| p.common_sd);
    let base_half = base_mean(|p| p.common_half);
    let mut places = BTreeMap::new();
    for p in points {
        let x = (p.score / scale).asinh();
        let (r, half) = (
            link.predict(x),
            link.half_width(x, settings.level).hypot(base_half),
        );
        let sd = link.prediction_sd(x).hypot(base_sd);
        let reading = Reading {
            t: p.t,
            r,
            lo: r - half,
            hi: r + half,
            segment: label.to_owned(),
            shift: None,
            shift_sd: sd,
            days: Some(p.days),
        };
        places.insert(
            p.t,
            Placed {
                reading,
                variance: sd * sd,
                common_sd: sd,
                common_half: half,
            },
        );
    }
    let to: BTreeSet<usize> = overlap.iter().map(|o| o.0).collect();
    let joint = Joint {
        to: to.into_iter().map(|j| segments[j].label.clone()).collect(),
        sd: Some(link.residual_sd.hypot(base_sd)),
        link: Some(link),
        method: Method::Link,
        ..unlinked(label, n, reason)
    };
    Ok((Some(places), joint))
}

#[cfg(test)]
mod tests;
