//! One relation of 1994 to today out of all sources, with every joint in the open.

use std::collections::{BTreeMap, HashMap};

use detente_atlas::By;
use detente_relations::Error;
use detente_relations::index::{self, Relation};
use detente_relations::splice::{
    CountPoint, Data, SameCoding, ScaledLink, ScorePoint, Segment, Settings, Spliced, fit_link,
    score_scale, splice,
};

use crate::engine::series::index_settings;
use crate::file;
use crate::model::Party;
use crate::world::{Cell, Pooled, Stream, World, clock};

/// Whose acts a relation is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What either side did toward the other.
    Both,
    /// What the first did toward the second.
    Forth,
    /// What the second did toward the first.
    Back,
}

/// What one source says of one period, before it is spliced.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceReading {
    /// Period: month number or year.
    pub t: i32,
    /// The source's segment.
    pub segment: &'static str,
    /// The sums.
    pub cell: Cell,
    /// The relation index with its interval, where the source gives counts.
    pub relation: Option<Relation>,
    /// Share of the period's days that were monitored, 0 to 1.
    pub monitored: f64,
    /// The dyad's share of the source's world activity, per mille.
    pub share: Option<f64>,
}

/// A spliced relation with what it was made of.
#[derive(Debug, Clone)]
pub struct SplicedRelation {
    /// Month or year.
    pub by: By,
    /// The series and its joints.
    pub spliced: Spliced,
    /// The sources' own readings.
    pub readings: Vec<SourceReading>,
}

/// The segments in the order in which they are preferred: complete event counts before partial ones, counts before net scores.
const YEARS: &str = "ICEWS dyad-years";
const EVENTS: &str = "ICEWS events";
const OLDER: &str = "GDELT dyad-years";
const NET: &str = "GDELT daily net scores";

/// Least share of a period's days that a source must have monitored for the period to count.
const LEAST_MONITORED: f64 = 0.5;
/// Common months, and events in each, that the line from net scores to the index needs.
const LINK_MONTHS: usize = 12;
const LINK_EVENTS: f64 = 5.0;

impl World {
    /// The relation of two parties, spliced over all sources that know it.
    ///
    /// # Errors
    /// No source with event counts knows the two, so that there is no level to splice to.
    pub fn spliced(
        &self,
        of: &Party,
        with: &Party,
        by: By,
        direction: Direction,
        s: &file::Settings,
    ) -> Result<SplicedRelation, Error> {
        let readings = self.readings(of, with, by, direction, s);
        let counts = |label: &str| -> Vec<CountPoint> {
            readings
                .iter()
                .filter(|r| r.segment == label)
                .filter_map(|r| Some(CountPoint::new(r.t, r.relation.as_ref()?)))
                .collect()
        };
        let scores: Vec<ScorePoint> = readings
            .iter()
            .filter(|r| r.segment == NET)
            .filter_map(|r| {
                let (positive, negative) = r.cell.scores?;
                let days = r.monitored * days_in(by, r.t);
                Some(ScorePoint {
                    t: r.t,
                    score: (positive - negative) / days,
                    days: days as u32,
                })
            })
            .collect();
        let mut segments: Vec<Segment> = Vec::new();
        for label in [YEARS, EVENTS, OLDER] {
            let points = counts(label);
            if !points.is_empty() {
                segments.push(Segment {
                    label: label.to_owned(),
                    data: Data::Counts(points),
                    same_as: None,
                });
            }
        }
        if segments.is_empty() {
            return Err(Error::TooFew {
                what: "periods with event counts",
                needed: 1,
                found: 0,
            });
        }
        let reference = segments[0].label.clone();
        if let Some(later) = segments.iter_mut().find(|s| s.label == EVENTS)
            && reference != EVENTS
        {
            later.same_as = Some(SameCoding {
                segment: reference.clone(),
                sd: s.same_coding_sd,
            });
        }
        if !scores.is_empty() {
            segments.push(Segment {
                label: NET.to_owned(),
                data: Data::Score(scores),
                same_as: None,
            });
        }
        let settings = Settings {
            level: s.interval,
            // On months the splice fits the same line itself.
            finer_link: match by {
                By::Year => self.own_link(of, with, direction, s),
                _ => None,
            },
            ..Settings::default()
        };
        Ok(SplicedRelation {
            by,
            spliced: splice(&segments, &reference, &settings)?,
            readings,
        })
    }

    /// What each source says of each sufficiently monitored period.
    fn readings(
        &self,
        of: &Party,
        with: &Party,
        by: By,
        direction: Direction,
        s: &file::Settings,
    ) -> Vec<SourceReading> {
        let mut readings = Vec::new();
        for stream in self.yearly.iter().chain(&self.monthly) {
            // A source of years says nothing of months.
            if by == By::Month && stream.by == By::Year {
                continue;
            }
            let pooled = match direction {
                Direction::Both => Some(stream.pooled(of, with)),
                Direction::Forth => stream.directed(of, with),
                Direction::Back => stream.directed(with, of),
            };
            let Some(pooled) = pooled else { continue };
            for (t, cell, monitored) in regrouped(stream, &pooled, by) {
                if monitored < LEAST_MONITORED {
                    continue;
                }
                let total = world(stream, by, t);
                readings.push(SourceReading {
                    t,
                    segment: segment(stream),
                    cell,
                    relation: cell
                        .counts
                        .filter(|c| c.n() > 0.0)
                        .and_then(|c| index::relation(&c, &index_settings(s)).ok()),
                    monitored,
                    share: (total > 0.0).then(|| 1000.0 * cell.activity() / total),
                });
            }
        }
        readings.sort_by_key(|r| r.t);
        readings
    }

    /// The line from net scores to the relation index, fitted over the common months of these very parties.
    fn own_link(
        &self,
        of: &Party,
        with: &Party,
        direction: Direction,
        s: &file::Settings,
    ) -> Option<ScaledLink> {
        let months = self.readings(of, with, By::Month, direction, s);
        let pairs: Vec<(f64, f64)> = months
            .iter()
            .filter(|r| r.segment == NET)
            .filter_map(|net| {
                let events = months
                    .iter()
                    .find(|r| r.t == net.t && r.segment == EVENTS)?;
                let relation = events.relation.filter(|r| r.n >= LINK_EVENTS)?;
                let (positive, negative) = net.cell.scores?;
                Some((
                    (positive - negative) / (net.monitored * days_in(By::Month, net.t)),
                    relation.r,
                ))
            })
            .collect();
        if pairs.len() < LINK_MONTHS {
            return None;
        }
        let (link, scale) = scaled(&pairs)?;
        let link = fit_link(&link).ok().filter(|l| l.beta > 0.0)?;
        Some(ScaledLink { link, scale })
    }
}

/// (score, R) as (asinh(score / scale), R), with the scale: the median absolute score.
fn scaled(pairs: &[(f64, f64)]) -> Option<(Vec<(f64, f64)>, f64)> {
    let sizes: Vec<f64> = pairs.iter().map(|(score, _)| *score).collect();
    let scale = score_scale(&sizes)?;
    Some((
        pairs
            .iter()
            .map(|(score, r)| ((score / scale).asinh(), *r))
            .collect(),
        scale,
    ))
}

fn days_in(by: By, t: i32) -> f64 {
    f64::from(clock::last_day(by, t).0 - clock::first_day(by, t).0 + 1)
}

/// A stream's cells on the asked period length, with the share of days monitored.
fn regrouped(stream: &Stream, pooled: &Pooled, by: By) -> Vec<(i32, Cell, f64)> {
    if stream.by == by {
        return pooled
            .iter()
            .map(|(t, cell)| (*t, *cell, stream.monitored(*t)))
            .collect();
    }
    let mut years: BTreeMap<i32, (Cell, f64)> = BTreeMap::new();
    for (t, cell) in pooled {
        let year = years
            .entry(clock::first_day(stream.by, *t).year())
            .or_default();
        year.0 += *cell;
        year.1 += stream.monitored(*t) * days_in(stream.by, *t);
    }
    years
        .into_iter()
        .map(|(t, (cell, days))| (t, cell, days / days_in(By::Year, t)))
        .collect()
}

fn world(stream: &Stream, by: By, t: i32) -> f64 {
    if stream.by == by {
        return stream.world(t).map_or(0.0, |c| c.activity());
    }
    stream
        .periods()
        .filter(|month| clock::first_day(stream.by, *month).year() == t)
        .filter_map(|month| stream.world(month))
        .map(|c| c.activity())
        .sum()
}

fn segment(stream: &Stream) -> &'static str {
    match stream.id {
        "icews-dyad-years" => YEARS,
        "gdelt-dyad-years" => OLDER,
        "icews" => EVENTS,
        _ => NET,
    }
}

/// The sources' own readings by (period, segment), for tables that show what a spliced point was made of.
pub fn index_readings(r: &SplicedRelation) -> HashMap<(i32, &str), &SourceReading> {
    r.readings.iter().map(|x| ((x.t, x.segment), x)).collect()
}
