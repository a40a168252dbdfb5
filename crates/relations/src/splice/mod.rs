//! One series out of several sources, with every joint and its uncertainty in the open.
//!
//! Sources of events differ in what they read and how they code it, so their relation indices differ in level even for the
//! same dyad and month. A splice puts them on the level of one **reference** segment. What joins them is, in this order:
//! the mean difference over the periods that both cover; the caller's statement that two segments are one coding system; for
//! net scores, a line fitted on the overlap, or a line that the caller fitted over many dyads. A segment that none of these
//! reaches stays apart and is returned as such.

mod link;

pub use link::{Link, fit_link, score_scale};

use crate::Error;
use crate::distribution::{normal_half_width, student_half_width};
use crate::error::in_range;
use crate::index::Relation;
use crate::pooling::random_effects;
use std::collections::{BTreeMap, BTreeSet};

/// The relation index of one period in one source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountPoint {
    /// Period.
    pub t: i32,
    /// Relation index.
    pub r: f64,
    /// Lower end of its interval, at the level of [`Settings::level`].
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Sampling variance of R by the delta method, `1/(C+a) + 1/(K+a)`.
    pub variance: f64,
}

impl CountPoint {
    /// The point of a relation. Its level must be that of the splice.
    pub fn new(t: i32, relation: &Relation) -> Self {
        Self {
            t,
            r: relation.r,
            lo: relation.lo,
            hi: relation.hi,
            variance: relation.variance,
        }
    }
}

/// The net score of one period in one source that has nothing better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScorePoint {
    /// Period.
    pub t: i32,
    /// Net score, in the unit of the source; higher is better.
    pub score: f64,
    /// Days with data in the period.
    pub days: u32,
}

/// What a segment holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Relation indices from event counts.
    Counts(Vec<CountPoint>),
    /// Net scores.
    Score(Vec<ScorePoint>),
}

impl Data {
    fn times(&self) -> Vec<i32> {
        match self {
            Data::Counts(points) => points.iter().map(|p| p.t).collect(),
            Data::Score(points) => points.iter().map(|p| p.t).collect(),
        }
    }
}

/// The caller's statement that a segment is coded like another, used where their overlap is too short to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct SameCoding {
    /// Label of the other segment.
    pub segment: String,
    /// Standard deviation of the shift, which is assumed to be zero.
    pub sd: f64,
}

/// One source's piece of the series. Its place in the list is its rank: where several segments cover a period, the first is
/// shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Name, unique in the splice.
    pub label: String,
    /// The points, sorted by period.
    pub data: Data,
    /// Only for counts.
    pub same_as: Option<SameCoding>,
}

/// How segments are joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Fewest common periods for a shift, at least 2.
    pub min_overlap: usize,
    /// Fewest common periods for a dyad's own link of scores, at least 3.
    pub min_link_overlap: usize,
    /// Probability of all intervals.
    pub level: f64,
    /// A link fitted over many dyads, for scores without an overlap of their own.
    pub pooled_link: Option<Link>,
}

impl Default for Settings {
    /// 3 common periods for a shift, 8 for a link, 90 % intervals, no pooled link.
    fn default() -> Self {
        Self {
            min_overlap: 3,
            min_link_overlap: 8,
            level: 0.9,
            pooled_link: None,
        }
    }
}

/// How a segment came to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Shifted by the mean difference over common periods.
    Overlap,
    /// Taken to be coded like another segment.
    Assumed,
    /// Net scores mapped by a line fitted on the dyad's own common periods.
    Link,
    /// Net scores mapped by the caller's line over many dyads.
    PooledLink,
    /// Not joined: returned apart.
    Unlinked,
}

/// One joint of the splice, also for a segment that was not joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// The segment that is joined.
    pub from: String,
    /// The segments it is joined to.
    pub to: Vec<String>,
    /// Common periods with the series as spliced before this joint.
    pub overlap_n: usize,
    /// What is added to R of the segment; `None` for links and unlinked segments.
    pub shift: Option<f64>,
    /// Standard error of the shift, with that of the series it is joined to.
    pub sd: Option<f64>,
    /// Interval of the shift.
    pub interval: Option<(f64, f64)>,
    /// Standard deviation of the true difference from period to period (tau of the random-effects model).
    pub between_sd: Option<f64>,
    /// The line, for links.
    pub link: Option<Link>,
    /// How it was joined.
    pub method: Method,
    /// Points of the segment that could not be mapped (scores too early to have a scale).
    pub left_out: usize,
    /// Why this method, in a sentence part.
    pub reason: String,
}

/// One period of one segment, on the level of the reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Period.
    pub t: i32,
    /// Relation index on the level of the reference.
    pub r: f64,
    /// Lower end of the interval, with the uncertainty of the splice.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Label of the segment.
    pub segment: String,
    /// What was added to the segment's own R; `None` for mapped net scores.
    pub shift: Option<f64>,
    /// Standard deviation that the splice adds to this point; 0 for the reference.
    pub shift_sd: f64,
    /// Days with data, for net scores.
    pub days: Option<u32>,
}

/// A segment that could not be joined: its own values, in its own unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Separate {
    /// Label of the segment.
    pub segment: String,
    /// Its data as given.
    pub data: Data,
}

/// The spliced series.
#[derive(Debug, Clone, PartialEq)]
pub struct Spliced {
    /// One reading a period, sorted, from the preferred segment.
    pub points: Vec<Reading>,
    /// The readings of the other joined segments, sorted by period, then rank.
    pub others: Vec<Reading>,
    /// Segments that were not joined.
    pub separate: Vec<Separate>,
    /// Every joint, in the order in which it was made; the reference has none.
    pub joints: Vec<Joint>,
}

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

type Places = BTreeMap<usize, BTreeMap<i32, Placed>>;

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
/// link. With the pooled link and fewer common periods than [`Settings::min_overlap`], s at period t is the median of |score|
/// up to t, so that no later period touches it. Mapped scores never serve to join further segments.
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
) -> Result<Option<(usize, BTreeMap<i32, Placed>, Joint)>, Error> {
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
                left_out: 0,
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
            left_out: 0,
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

fn place(label: &str, points: &[CountPoint], shift: &Shift) -> BTreeMap<i32, Placed> {
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
        left_out: 0,
        reason,
    }
}

fn place_scores(
    label: &str,
    points: &[ScorePoint],
    segments: &[Segment],
    counts: &Places,
    settings: &Settings,
) -> Result<(Option<BTreeMap<i32, Placed>>, Joint), Error> {
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
    let (link, method, reason) = match (rising, settings.pooled_link) {
        (Some(link), _) => (link, Method::Link, format!("line over {n} common periods")),
        (None, Some(link)) => (
            link,
            Method::PooledLink,
            format!("{why_not}; line over many dyads instead"),
        ),
        (None, None) => {
            return Ok((
                None,
                unlinked(label, n, format!("{why_not}, and no line over many dyads")),
            ));
        }
    };

    let base_mean =
        |of: fn(&Placed) -> f64| overlap.iter().map(|o| of(o.1)).sum::<f64>() / n.max(1) as f64;
    let (base_sd, base_half) = match method {
        Method::Link => (base_mean(|p| p.common_sd), base_mean(|p| p.common_half)),
        _ => (0.0, 0.0),
    };
    let mut places = BTreeMap::new();
    for (k, p) in points.iter().enumerate() {
        let past = || points[..=k].iter().map(|q| q.score).collect::<Vec<f64>>();
        let s = scale.or_else(|| {
            if k + 1 >= settings.min_overlap {
                score_scale(&past())
            } else {
                None
            }
        });
        let Some(s) = s else { continue };
        let x = (p.score / s).asinh();
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
    if places.is_empty() {
        let reason = "no period has enough scores before it to set their scale".to_owned();
        return Ok((None, unlinked(label, n, reason)));
    }
    let to: BTreeSet<usize> = overlap.iter().map(|o| o.0).collect();
    let joint = Joint {
        to: to.into_iter().map(|j| segments[j].label.clone()).collect(),
        sd: Some(link.residual_sd.hypot(base_sd)),
        link: Some(link),
        method,
        left_out: points.len() - places.len(),
        ..unlinked(label, n, reason)
    };
    Ok((Some(places), joint))
}

fn find(segments: &[Segment], label: &str) -> Result<usize, Error> {
    segments
        .iter()
        .position(|s| s.label == label)
        .ok_or_else(|| Error::UnknownSegment {
            label: label.to_owned(),
            known: segments
                .iter()
                .map(|s| format!("{:?}", s.label))
                .collect::<Vec<_>>()
                .join(", "),
        })
}

fn check(segments: &[Segment], settings: &Settings) -> Result<(), Error> {
    in_range(
        "the minimum overlap",
        settings.min_overlap as f64,
        "2 or more",
        settings.min_overlap >= 2,
    )?;
    in_range(
        "the minimum overlap of a link",
        settings.min_link_overlap as f64,
        "3 or more",
        settings.min_link_overlap >= 3,
    )?;
    in_range(
        "the level of the interval",
        settings.level,
        "between 0 and 1",
        settings.level > 0.0 && settings.level < 1.0,
    )?;
    if let Some(link) = &settings.pooled_link {
        in_range(
            "the slope of the pooled link",
            link.beta,
            "above 0",
            link.beta > 0.0,
        )?;
        in_range(
            "the number of pairs behind the pooled link",
            link.n as f64,
            "3 or more",
            link.n >= 3,
        )?;
    }
    let mut labels = BTreeSet::new();
    for segment in segments {
        if !labels.insert(&segment.label) {
            return Err(Error::DuplicateSegment {
                label: segment.label.clone(),
            });
        }
        for (at, pair) in segment.data.times().windows(2).enumerate() {
            if pair[1] <= pair[0] {
                return Err(Error::NotSorted {
                    at: at + 1,
                    t: pair[1],
                    before: pair[0],
                });
            }
        }
        match &segment.data {
            Data::Counts(points) => {
                for (at, p) in points.iter().enumerate() {
                    if !(p.r.is_finite() && p.lo.is_finite() && p.hi.is_finite()) {
                        return Err(Error::NotFinite {
                            what: "a relation index or its interval",
                            at,
                        });
                    }
                    in_range(
                        "the variance of a relation index",
                        p.variance,
                        "above 0",
                        p.variance > 0.0,
                    )?;
                }
            }
            Data::Score(points) => {
                if let Some(at) = points.iter().position(|p| !p.score.is_finite()) {
                    return Err(Error::NotFinite {
                        what: "a net score",
                        at,
                    });
                }
            }
        }
        if let Some(same) = &segment.same_as {
            find(segments, &same.segment)?;
            in_range(
                "the standard deviation of an assumed shift",
                same.sd,
                "0 or more",
                same.sd >= 0.0,
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
