//! The coverage ledger: what is known of each day of a data set. No data is never zero: a day that was not read is
//! `missing` and says why, and nothing may treat it as quiet.

use std::fmt;

use detente_atlas::{By, Day};

use crate::evidence::Run;
use crate::query::word_of;

/// A day with fewer rows than this share of the median of its neighbours is `partial`.
pub const LOW_SHARE: f64 = 0.4;
/// The neighbours: the days seen among the 28 days before (at the beginning of a data set, after).
pub const NEIGHBOURS: i32 = 28;
/// With fewer neighbours than this before it, a day is compared with those after it.
const FEWEST_NEIGHBOURS: usize = 7;
/// A day with fewer rows than this share of the median of all days is `partial` whatever its neighbours: these are
/// rows that strayed in from other days' files.
pub const STRAY_SHARE: f64 = 0.05;

/// How well a day is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not read: the day is unmonitored.
    Missing,
    /// Read, and known or seen to lack a part.
    Partial,
    /// Read, and nothing speaks against it.
    Complete,
}

impl Status {
    /// The word used on the command line and in exports.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Partial => "partial",
            Status::Missing => "missing",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Days in a row of the same status for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// How well they are covered.
    pub status: Status,
    /// Rows read for these days.
    pub rows: u64,
    /// Why; empty where complete.
    pub reason: String,
}

/// The coverage of a data set, day by day, over the period that it says it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The data set.
    pub dataset: String,
    /// The spans, in order, without gap or overlap.
    pub spans: Vec<Span>,
    /// Why a day outside the spans is missing.
    outside: String,
}

/// Shares of the days of a period, adding up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Days in the period.
    pub days: u32,
    /// Share of days that are complete.
    pub complete: f64,
    /// Share of days that are partial.
    pub partial: f64,
    /// Share of days that are missing.
    pub missing: f64,
}

/// What a data set says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) span: (Day, Day),
    pub(crate) step: By,
    pub(crate) gaps: Vec<DeclaredGap>,
    /// Whether days hold so many rows that few of them is a sign of loss.
    pub(crate) counts: bool,
}

/// A gap that the publisher or others have documented.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredGap {
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) reason: String,
}

/// What one file was seen to hold.
pub(crate) struct Seen<'a> {
    pub(crate) file: &'a str,
    pub(crate) runs: &'a [Run],
}

impl Coverage {
    /// Of a data set that is not in the catalogue.
    pub(crate) fn unknown(dataset: &str) -> Coverage {
        let outside = format!("there is no data set '{dataset}' in the catalogue");
        Coverage {
            dataset: dataset.to_owned(),
            spans: Vec::new(),
            outside,
        }
    }

    /// What is known of a day.
    pub fn on(&self, day: Day) -> Span {
        let i = self.spans.partition_point(|s| s.to < day);
        match self.spans.get(i) {
            Some(span) if span.from <= day => span.clone(),
            _ => Span {
                from: day,
                to: day,
                status: Status::Missing,
                rows: 0,
                reason: self.outside.clone(),
            },
        }
    }

    /// The shares of the days from `from` to `to`, both inclusive; all missing where `to` lies before `from`.
    pub fn share(&self, from: Day, to: Day) -> Share {
        let days = i64::from(to.0) - i64::from(from.0) + 1;
        if days <= 0 {
            return Share {
                days: 0,
                complete: 0.0,
                partial: 0.0,
                missing: 1.0,
            };
        }
        let count = |status| -> i64 {
            let inside = self.spans.iter().filter(|s| s.status == status);
            inside
                .map(|s| i64::from((s.to.min(to).0 - s.from.max(from).0 + 1).max(0)))
                .sum()
        };
        let (complete, partial) = (count(Status::Complete), count(Status::Partial));
        let share = |n: i64| n as f64 / days as f64;
        Share {
            days: days as u32,
            complete: share(complete),
            partial: share(partial),
            missing: share(days - complete - partial),
        }
    }

    /// The last day that was read at all, or `None`.
    pub fn last_seen(&self) -> Option<Day> {
        self.spans
            .iter()
            .rev()
            .find(|s| s.status != Status::Missing)
            .map(|s| s.to)
    }
}

/// One period of the data set's step and what was read of it.
#[derive(Debug, Clone, Copy)]
struct Period {
    from: Day,
    to: Day,
    rows: u64,
    /// The first day on which rows of the period become known, where that is after the as-of day.
    known_later: Option<Day>,
}

/// Builds the ledger from what was read and what is documented.
pub(crate) fn ledger(
    dataset: &str,
    declared: &Declared,
    seen: &[Seen<'_>],
    as_of: Option<Day>,
) -> Coverage {
    let periods = periods(declared, seen, as_of);
    let unseen = Unseen::new(seen, declared.step, as_of);
    let low = if declared.counts {
        low_days(&periods)
    } else {
        vec![None; periods.len()]
    };
    let mut spans: Vec<Span> = Vec::new();
    for (period, low) in periods.iter().zip(low) {
        for piece in cut(period, declared, as_of) {
            let (status, reason) = if as_of.is_some_and(|day| piece.from > day) {
                (
                    Status::Missing,
                    format!(
                        "after {}, the day of this view",
                        as_of.unwrap_or(piece.from)
                    ),
                )
            } else {
                judge(period, piece.gap, low.as_deref(), &unseen)
            };
            let rows = if piece.from == period.from {
                period.rows
            } else {
                0
            };
            match spans.last_mut() {
                Some(last) if last.status == status && last.reason == reason => {
                    last.to = piece.to;
                    last.rows += rows;
                }
                _ => spans.push(Span {
                    from: piece.from,
                    to: piece.to,
                    status,
                    rows,
                    reason,
                }),
            }
        }
    }
    let outside = format!(
        "outside the period that {dataset} covers ({} to {})",
        declared.span.0, declared.span.1
    );
    Coverage {
        dataset: dataset.to_owned(),
        spans,
        outside,
    }
}

fn judge(
    period: &Period,
    gap: Option<&DeclaredGap>,
    low: Option<&str>,
    unseen: &Unseen<'_>,
) -> (Status, String) {
    match (period.rows, gap, low) {
        (0, Some(gap), _) => (Status::Missing, gap.reason.clone()),
        (0, None, _) => (Status::Missing, unseen.reason(period)),
        (_, Some(gap), _) => (Status::Partial, gap.reason.clone()),
        (_, None, Some(low)) => (Status::Partial, low.to_owned()),
        (_, None, None) => (Status::Complete, String::new()),
    }
}

/// The periods of the declared span, with the rows read that were known by the as-of day.
fn periods(declared: &Declared, seen: &[Seen<'_>], as_of: Option<Day>) -> Vec<Period> {
    let (first, last) = declared.span;
    let mut periods = Vec::new();
    let mut from = first;
    while from <= last {
        let end = from.end_of(declared.step);
        periods.push(Period {
            from,
            to: end.min(last),
            rows: 0,
            known_later: None,
        });
        from = end.plus(1);
    }
    for run in seen.iter().flat_map(|s| s.runs) {
        let begin = periods.partition_point(|p| p.to < run.from);
        let end = periods.partition_point(|p| p.from <= run.to);
        for p in &mut periods[begin..end.max(begin)] {
            if as_of.is_none_or(|day| run.known <= day) {
                p.rows += run.rows;
            } else {
                p.known_later = Some(p.known_later.map_or(run.known, |k| k.min(run.known)));
            }
        }
    }
    periods
}

/// Why a period was not seen.
struct Unseen<'a> {
    step: By,
    as_of: Option<Day>,
    /// First and last day of each file that holds rows, by first day.
    files: Vec<(Day, Day, &'a str)>,
    any: bool,
}

impl<'a> Unseen<'a> {
    fn new(seen: &[Seen<'a>], step: By, as_of: Option<Day>) -> Unseen<'a> {
        let reach = |s: &Seen<'a>| {
            let from = s.runs.iter().map(|r| r.from).min()?;
            let to = s.runs.iter().map(|r| r.to).max()?;
            Some((from, to, s.file))
        };
        Unseen {
            step,
            as_of,
            files: seen.iter().filter_map(reach).collect(),
            any: !seen.is_empty(),
        }
    }

    fn reason(&self, period: &Period) -> String {
        if let (Some(known), Some(as_of)) = (period.known_later, self.as_of) {
            return format!("not yet known on {as_of} (known from {known})");
        }
        if !self.any {
            return "no file of this data set has been read: run `detente ingest`".to_owned();
        }
        let word = word_of(self.step);
        let mut around = self
            .files
            .iter()
            .filter(|(from, to, _)| *from <= period.from && *to >= period.to);
        match (around.next(), around.next()) {
            (Some((_, _, file)), None) => format!("no rows for this {word} in {file}"),
            (Some((_, _, file)), Some(_)) => {
                format!("no rows for this {word} in {file} or the files beside it")
            }
            _ => format!("no file that was read reaches this {word}"),
        }
    }
}

struct Piece<'a> {
    from: Day,
    to: Day,
    gap: Option<&'a DeclaredGap>,
}

/// Cuts a period where a documented gap or the time after the as-of day begins or ends.
fn cut<'a>(period: &Period, declared: &'a Declared, as_of: Option<Day>) -> Vec<Piece<'a>> {
    let mut starts = vec![period.from];
    let edges = declared.gaps.iter().flat_map(|g| [g.from, g.to.plus(1)]);
    starts.extend(
        edges
            .chain(as_of.map(|d| d.plus(1)))
            .filter(|d| *d > period.from && *d <= period.to),
    );
    starts.sort_unstable();
    starts.dedup();
    let ends: Vec<Day> = starts
        .iter()
        .skip(1)
        .map(|d| d.plus(-1))
        .chain([period.to])
        .collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|(from, to)| {
            let gap = declared.gaps.iter().find(|g| g.from <= from && g.to >= to);
            Piece { from, to, gap }
        })
        .collect()
}

/// For each day seen: why its rows are too few, if they are.
fn low_days(periods: &[Period]) -> Vec<Option<String>> {
    let seen: Vec<(usize, &Period)> = periods
        .iter()
        .enumerate()
        .filter(|(_, p)| p.rows > 0)
        .collect();
    let all = median(seen.iter().map(|(_, p)| p.rows).collect());
    let mut reasons = vec![None; periods.len()];
    for (at, (i, period)) in seen.iter().enumerate() {
        let near = |p: &Period| (p.from.0 - period.from.0).abs() <= NEIGHBOURS;
        let before = seen[..at]
            .iter()
            .rev()
            .map(|(_, p)| *p)
            .take_while(|p| near(p));
        let mut neighbours: Vec<u64> = before.map(|p| p.rows).collect();
        if neighbours.len() < FEWEST_NEIGHBOURS {
            neighbours = seen[at + 1..]
                .iter()
                .map(|(_, p)| *p)
                .take_while(|p| near(p))
                .map(|p| p.rows)
                .collect();
        }
        let local = (neighbours.len() >= FEWEST_NEIGHBOURS).then(|| median(neighbours));
        let rows = period.rows as f64;
        reasons[*i] = match local {
            Some(local) if rows < LOW_SHARE * local => Some(("28-day median", local)),
            _ if rows < STRAY_SHARE * all => Some(("median of all days", all)),
            _ => None,
        }
        .map(|(what, median)| {
            format!(
                "only {} rows, {what} {}",
                thousands(period.rows),
                thousands(median.round() as u64)
            )
        });
    }
    reasons
}

/// The middle value, or the mean of the two middle ones; 0 of none.
fn median(mut values: Vec<u64>) -> f64 {
    values.sort_unstable();
    let n = values.len();
    match n {
        0 => 0.0,
        _ if n % 2 == 1 => values[n / 2] as f64,
        _ => (values[n / 2 - 1] as f64 + values[n / 2] as f64) / 2.0,
    }
}

/// `1180` as `1,180`.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
