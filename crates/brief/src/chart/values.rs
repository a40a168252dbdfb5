//! What charts are made of. Values are numbers with their days; what is missing is left out and marked as a gap, never drawn as zero.

use super::Curves;
use crate::{EvidenceId, Statement, date};
use detente_atlas::Day;
use serde::{Deserialize, Serialize};

/// A chart with the words around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartBlock {
    /// Its name, unique in the document; also the name of its SVG file.
    pub id: String,
    /// What the chart finds, with figures and evidence like any statement.
    pub title: Statement,
    /// How the measure is defined, with its unit and what its ends mean.
    pub definition: String,
    /// The chart.
    pub chart: Chart,
}

/// One of the forms of chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chart {
    /// One measure over time.
    Series(SeriesChart),
    /// Several partners beside each other.
    Dots(Dots),
    /// Levels with the contributions of their factors.
    Levels(LevelBars),
    /// What was monitored when.
    Coverage(CoverageStrip),
    /// One figure against another.
    Curves(Curves),
}

/// A value on a day with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The day (the middle or the first day of a period).
    #[serde(with = "date::day")]
    pub day: Day,
    /// The value.
    pub value: f64,
    /// Lower end of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl Point {
    /// A value without an interval.
    pub fn new(day: Day, value: f64) -> Point {
        Point {
            day,
            value,
            low: None,
            high: None,
        }
    }
    /// A value with its interval.
    pub fn between(day: Day, value: f64, low: f64, high: f64) -> Point {
        Point {
            day,
            value,
            low: Some(low),
            high: Some(high),
        }
    }
}

/// The part of a series that comes from one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The source, as the legend names it.
    pub source: String,
    /// The values, by day.
    pub points: Vec<Point>,
    /// Days between two values; the line breaks where they are more than half as far again.
    pub step_days: u32,
    /// A narrower interval inside that of the points, one for each of them; empty where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inner: Vec<[f64; 2]>,
    /// The rows behind it.
    pub evidence: EvidenceId,
}

/// One measure over time, spliced from several sources, with a second panel where wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesChart {
    /// First day of the axis.
    #[serde(with = "date::day")]
    pub from: Day,
    /// Last day of the axis.
    #[serde(with = "date::day")]
    pub to: Day,
    /// One or two panels, one above the other.
    pub panels: Vec<Panel>,
    /// What the shaded band is ("90 % interval"); empty where there is none.
    pub interval: String,
    /// Dated events.
    pub events: Vec<EventMark>,
}

/// A panel of a series chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// The measure and the sense of its direction.
    pub label: String,
    /// The series, source by source.
    pub segments: Vec<Segment>,
    /// A value to mark with a line, such as zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<f64>,
    /// Times without data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<GapMark>,
    /// Where two sources are joined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joints: Vec<Joint>,
    /// Break points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<EventMark>,
}

impl Panel {
    /// A panel without marks.
    pub fn new(label: impl Into<String>, segments: Vec<Segment>) -> Panel {
        Panel {
            label: label.into(),
            segments,
            reference: None,
            gaps: Vec::new(),
            joints: Vec::new(),
            breaks: Vec::new(),
        }
    }
}

/// A time without data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapMark {
    /// First day.
    #[serde(with = "date::day")]
    pub from: Day,
    /// Last day.
    #[serde(with = "date::day")]
    pub to: Day,
    /// Why there are none.
    pub reason: String,
}

/// Where two sources are joined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// The day of the joint.
    #[serde(with = "date::day")]
    pub day: Day,
    /// What is joined to what, and on which overlap.
    pub label: String,
}

/// A dated event or break point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventMark {
    /// The day.
    #[serde(with = "date::day")]
    pub day: Day,
    /// What happened, in a few words.
    pub label: String,
}

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower end of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// Several partners beside each other on one or more measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dots {
    /// A panel per measure.
    pub panels: Vec<DotPanel>,
    /// What the bar through a dot is ("90 % interval"); empty where there is none.
    pub interval: String,
}

/// One measure for several partners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DotPanel {
    /// The measure.
    pub title: String,
    /// Its unit and the sense of its direction.
    pub direction: String,
    /// Digits after the point of the printed values.
    pub decimals: u8,
    /// The partners.
    pub rows: Vec<DotRow>,
}

/// A partner in a panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DotRow {
    /// The partner.
    pub name: String,
    /// Whether the brief is about it (the others are there for contrast).
    pub focus: bool,
    /// The value, or none with the reason.
    pub value: Option<Estimate>,
    /// Why there is no value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub missing: String,
    /// The rows behind it.
    pub evidence: EvidenceId,
}

/// Levels, each the sum of the contributions of its factors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelBars {
    /// The measure and its range, as the axis names it.
    pub label: String,
    /// The end of the axis, 1 for scores.
    pub max: f64,
    /// The levels.
    pub levels: Vec<BarRow>,
}

/// A level and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarRow {
    /// The level.
    pub name: String,
    /// Its score, the sum of the contributions; none with the reason where it has none.
    pub score: Option<f64>,
    /// Why it has no score.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub missing: String,
    /// What its factors contribute.
    pub bars: Vec<Bar>,
    /// What the score rests on.
    pub evidence: EvidenceId,
}

/// What a factor contributes to its level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// The factor.
    pub name: String,
    /// Its contribution, none where the factor has no data.
    pub value: Option<f64>,
    /// Why it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub missing: String,
    /// What it rests on.
    pub evidence: EvidenceId,
}

/// The recent past of an indicator, small enough for a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spark {
    /// The values in order; a gap where there are no data.
    pub points: Vec<Option<f64>>,
    /// The period in words ("36 months to 2024-12"), for readers of the screen aloud.
    pub period: String,
    /// The rows behind it.
    pub evidence: EvidenceId,
}

/// Per data set, what was monitored when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageStrip {
    /// First day of the axis.
    #[serde(with = "date::day")]
    pub from: Day,
    /// Last day of the axis.
    #[serde(with = "date::day")]
    pub to: Day,
    /// The data sets.
    pub rows: Vec<CoverageRow>,
}

/// The coverage of a data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageRow {
    /// The data set.
    pub name: String,
    /// Its spans by day, which do not overlap.
    pub spans: Vec<CoverageSpan>,
    /// The ledger behind it.
    pub evidence: EvidenceId,
}

/// A time of one status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageSpan {
    /// First day.
    #[serde(with = "date::day")]
    pub from: Day,
    /// Last day.
    #[serde(with = "date::day")]
    pub to: Day,
    /// What is known of it.
    pub status: Status,
    /// Why it is partial or missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What is known of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All that the source has.
    Complete,
    /// A part of it.
    Partial,
    /// Nothing: not monitored.
    Missing,
}

impl Status {
    /// The status in a word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Partial => "partial",
            Status::Missing => "missing",
        }
    }
}

impl Chart {
    /// The evidence of everything drawn, each once, in order.
    pub fn evidence(&self) -> Vec<&EvidenceId> {
        let all: Vec<&EvidenceId> = match self {
            Chart::Series(c) => c
                .panels
                .iter()
                .flat_map(|p| &p.segments)
                .map(|s| &s.evidence)
                .collect(),
            Chart::Dots(c) => c
                .panels
                .iter()
                .flat_map(|p| &p.rows)
                .map(|r| &r.evidence)
                .collect(),
            Chart::Levels(c) => c
                .levels
                .iter()
                .flat_map(|l| {
                    std::iter::once(&l.evidence).chain(l.bars.iter().map(|b| &b.evidence))
                })
                .collect(),
            Chart::Coverage(c) => c.rows.iter().map(|r| &r.evidence).collect(),
            Chart::Curves(c) => c.lines.iter().map(|l| &l.evidence).collect(),
        };
        let mut ids: Vec<&EvidenceId> = Vec::new();
        for id in all {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// What cannot be drawn truthfully: numbers that are not finite, intervals that miss their value, contributions that do not add up, points out of order.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut estimate = |what: &str, value: f64, low: Option<f64>, high: Option<f64>| {
            if ![Some(value), low, high]
                .into_iter()
                .flatten()
                .all(f64::is_finite)
            {
                found.push(format!("{what}: a number is not finite"));
            } else if low.is_some_and(|low| low > value) || high.is_some_and(|high| high < value) {
                found.push(format!("{what}: the interval misses its value"));
            }
        };
        match self {
            Chart::Series(c) => {
                for segment in c.panels.iter().flat_map(|p| &p.segments) {
                    for p in &segment.points {
                        estimate(
                            &format!("{} on {}", segment.source, p.day),
                            p.value,
                            p.low,
                            p.high,
                        );
                    }
                }
                for segment in c.panels.iter().flat_map(|p| &p.segments) {
                    let inside = |(p, inner): (&Point, &[f64; 2])| {
                        p.low.is_some_and(|low| low <= inner[0])
                            && inner[0] <= p.value
                            && p.value <= inner[1]
                            && p.high.is_some_and(|high| inner[1] <= high)
                    };
                    if !segment.inner.is_empty()
                        && (segment.inner.len() != segment.points.len()
                            || !segment.points.iter().zip(&segment.inner).all(inside))
                    {
                        found.push(format!(
                            "{}: the inner intervals do not lie between the values and the outer ones",
                            segment.source
                        ));
                    }
                    if segment.points.windows(2).any(|w| w[0].day >= w[1].day) {
                        found.push(format!(
                            "{}: the points are not in the order of their days",
                            segment.source
                        ));
                    }
                }
                if c.from >= c.to {
                    found.push("the axis ends before it begins".to_owned());
                }
                if c.panels.is_empty() {
                    found.push("there is no panel".to_owned());
                }
            }
            Chart::Dots(c) => {
                for row in c.panels.iter().flat_map(|p| &p.rows) {
                    match row.value {
                        Some(e) => estimate(&row.name, e.value, e.low, e.high),
                        None if row.missing.is_empty() => {
                            found.push(format!("{}: no value and no reason", row.name));
                            return found;
                        }
                        None => {}
                    }
                }
            }
            Chart::Levels(c) => {
                for level in &c.levels {
                    let sum: f64 = level.bars.iter().filter_map(|b| b.value).sum();
                    if level.score.is_some_and(|score| {
                        (score - sum).abs().is_nan() || (score - sum).abs() > 1e-9
                    }) {
                        found.push(format!(
                            "{}: the contributions add up to {sum}, the score is {}",
                            level.name,
                            level.score.unwrap_or_default()
                        ));
                    }
                    if level
                        .bars
                        .iter()
                        .any(|b| b.value.is_some_and(|x| !(x >= 0.0 && x.is_finite())))
                    {
                        found.push(format!(
                            "{}: a contribution is below zero or not finite",
                            level.name
                        ));
                    }
                    if level.score.is_none() && level.missing.is_empty()
                        || level
                            .bars
                            .iter()
                            .any(|b| b.value.is_none() && b.missing.is_empty())
                    {
                        found.push(format!("{}: no value and no reason", level.name));
                    }
                }
            }
            Chart::Curves(c) => {
                for line in &c.lines {
                    for e in &line.values {
                        estimate(&line.name, e.value, e.low, e.high);
                    }
                }
                found.extend(c.problems());
            }
            Chart::Coverage(c) => {
                if c.from >= c.to {
                    found.push("the axis ends before it begins".to_owned());
                }
                for row in &c.rows {
                    if row.spans.windows(2).any(|w| w[0].to >= w[1].from) {
                        found.push(format!("{}: spans overlap or are out of order", row.name));
                    }
                }
            }
        }
        found
    }

    /// What a reader who cannot see the chart is told.
    pub fn description(&self) -> String {
        match self {
            Chart::Series(c) => {
                let panels: Vec<String> = c
                    .panels
                    .iter()
                    .map(|p| {
                        let sources: Vec<&str> =
                            p.segments.iter().map(|s| s.source.as_str()).collect();
                        format!("{} from {}", p.label, sources.join(", "))
                    })
                    .collect();
                let gaps: Vec<String> = c
                    .panels
                    .iter()
                    .flat_map(|p| &p.gaps)
                    .map(|g| format!("no data {} to {} ({})", g.from, g.to, g.reason))
                    .collect();
                let events: Vec<String> = c
                    .events
                    .iter()
                    .map(|e| format!("{} {}", e.day, e.label))
                    .collect();
                let mut text =
                    format!("Line chart, {} to {}. {}.", c.from, c.to, panels.join("; "));
                for (head, list) in [("Gaps", gaps), ("Events", events)] {
                    if !list.is_empty() {
                        text.push_str(&format!(" {head}: {}.", list.join("; ")));
                    }
                }
                text
            }
            Chart::Dots(c) => {
                let panels: Vec<String> = c
                    .panels
                    .iter()
                    .map(|p| {
                        let rows: Vec<String> = p
                            .rows
                            .iter()
                            .map(|r| match r.value {
                                Some(e) => format!(
                                    "{} {}",
                                    r.name,
                                    crate::show_number(
                                        e.value,
                                        crate::Format::decimals(p.decimals)
                                    )
                                ),
                                None => format!("{} {}", r.name, r.missing),
                            })
                            .collect();
                        format!("{} ({}): {}", p.title, p.direction, rows.join(", "))
                    })
                    .collect();
                format!("Dot chart. {}.", panels.join(". "))
            }
            Chart::Levels(c) => {
                let show = |x: f64| crate::show_number(x, crate::Format::decimals(2));
                let levels: Vec<String> = c
                    .levels
                    .iter()
                    .map(|l| {
                        let score = l.score.map_or(l.missing.clone(), show);
                        let bars: Vec<String> = l
                            .bars
                            .iter()
                            .map(|b| {
                                format!("{} {}", b.name, b.value.map_or(b.missing.clone(), show))
                            })
                            .collect();
                        format!("{} {score}: {}", l.name, bars.join(", "))
                    })
                    .collect();
                format!("Bar chart, {}. {}.", c.label, levels.join(". "))
            }
            Chart::Curves(c) => c.description(),
            Chart::Coverage(c) => {
                let rows: Vec<String> = c
                    .rows
                    .iter()
                    .map(|r| {
                        let spans: Vec<String> = r
                            .spans
                            .iter()
                            .map(|s| format!("{} {} to {}", s.status.word(), s.from, s.to))
                            .collect();
                        format!("{}: {}", r.name, spans.join(", "))
                    })
                    .collect();
                format!(
                    "Coverage by data set, {} to {}. {}.",
                    c.from,
                    c.to,
                    rows.join(". ")
                )
            }
        }
    }
}
