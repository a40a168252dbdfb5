//! What goes into a splice and what comes out.

use super::Link;
use crate::index::Relation;

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
    pub(super) fn times(&self) -> Vec<i32> {
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
    /// A link of this very dyad, fitted by the caller on finer periods, for scores whose own overlap is too short.
    pub finer_link: Option<ScaledLink>,
}

impl Default for Settings {
    /// 3 common periods for a shift, 8 for a link, 90 % intervals, no finer link.
    fn default() -> Self {
        Self {
            min_overlap: 3,
            min_link_overlap: 8,
            level: 0.9,
            finer_link: None,
        }
    }
}

/// A link with the scale that its scores were divided by, for scores in the same unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaledLink {
    /// The line, on the level of the segments that the scores overlap with before these are shifted.
    pub link: Link,
    /// The scale s, above 0.
    pub scale: f64,
}

/// How a segment came to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Shifted by the mean difference over common periods.
    Overlap,
    /// Taken to be coded like another segment.
    Assumed,
    /// Net scores mapped by a line fitted on the dyad's own common periods, or on finer periods of the same dyad.
    Link,
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
