//! Builds the coverage of a data set from what was read, what failed and what is documented.

use detente_atlas::{By, Day};
use detente_sources::Beat;

use crate::coverage::{Coverage, Span, Status};
use crate::evidence::Run;
use crate::log::Failed;
use crate::low::low_days;
use crate::query::word_of;
use crate::slots::Slots;

/// The years that a ledger from what was seen can reach: a date that a file has wrong must not make one of a million years.
const YEARS: (i32, i32) = (1500, 2499);

/// What a data set says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// First and last day that it covers; `None` where users bring its files, so that only what was seen or failed tells.
    pub(crate) span: Option<(Day, Day)>,
    pub(crate) step: By,
    pub(crate) beat: Option<Beat>,
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
    pub(crate) slot: Option<(Day, u16)>,
    pub(crate) runs: &'a [Run],
}

/// One period of the data set's step and what was read of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Period {
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) rows: u64,
    /// The first day on which rows of the period become known, where that is after the as-of day.
    known_later: Option<Day>,
}

/// Whether a period was read, and what is lacking.
struct Reading {
    read: bool,
    lacks: Option<String>,
}

impl Reading {
    fn of(period: &Period, loose: &[&Failed], slots: Option<&Slots>) -> Reading {
        let over = |f: &&&Failed| {
            f.span
                .is_some_and(|(from, to)| from <= period.to && to >= period.from)
        };
        let failed = told(loose.iter().filter(over).copied());
        let day = slots.map(|s| s.on(period.from));
        Reading {
            read: day.as_ref().map_or(period.rows > 0, |d| d.read),
            lacks: join(day.and_then(|d| d.lacks), failed),
        }
    }
}

/// The first of some failures in words, and how many more there are.
fn told<'a>(mut failed: impl Iterator<Item = &'a Failed>) -> Option<String> {
    let first = failed.next()?;
    let text = format!("{} {}", first.source, first.reason);
    Some(match failed.count() {
        0 => text,
        n => format!("{text} (and {n} more failed)"),
    })
}

fn join(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(format!("{a}; {b}")),
        (a, b) => a.or(b),
    }
}

/// The first and last day that any file tells of.
fn reach(seen: &[Seen<'_>], failed: &[&Failed]) -> Option<(Day, Day)> {
    let runs = seen.iter().flat_map(|s| s.runs).map(|r| (r.from, r.to));
    let slots = seen
        .iter()
        .filter_map(|s| s.slot)
        .map(|(day, _)| (day, day));
    let (first, last) = (
        Day::from_ymd(YEARS.0, 1, 1)?,
        Day::from_ymd(YEARS.1, 12, 31)?,
    );
    runs.chain(slots)
        .chain(failed.iter().filter_map(|f| f.span))
        .filter(|(from, to)| *from >= first && *to <= last && from <= to)
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// Builds the ledger. `failed` are the failures of files that are not in the lake.
pub(crate) fn ledger(
    dataset: &str,
    declared: &Declared,
    seen: &[Seen<'_>],
    failed: &[&Failed],
    as_of: Option<Day>,
) -> Coverage {
    let slots = declared.beat.map(|b| Slots::new(b, seen, failed));
    // Failures that no place in a day stands for.
    let loose: Vec<&Failed> = failed
        .iter()
        .copied()
        .filter(|f| {
            declared
                .beat
                .is_none_or(|b| f.slot.is_none_or(|s| s >= b.per_day()))
        })
        .collect();
    let unseen = Unseen::new(seen, &loose, declared, as_of);
    let span = declared.span.or_else(|| reach(seen, failed));
    let outside = match (declared.span, span) {
        (Some((from, to)), _) => {
            format!("outside the period that {dataset} covers ({from} to {to})")
        }
        (None, Some((from, to))) => {
            format!(
                "no file of {dataset} that was read or failed reaches this day (only {from} to {to})"
            )
        }
        (None, None) => unseen.nothing(),
    };
    let periods = span.map_or_else(Vec::new, |span| periods(span, declared.step, seen, as_of));
    let low = if declared.counts {
        low_days(&periods)
    } else {
        vec![None; periods.len()]
    };
    let mut spans: Vec<Span> = Vec::new();
    for (period, low) in periods.iter().zip(low) {
        let reading = Reading::of(period, &loose, slots.as_ref());
        for piece in cut(period, declared, as_of) {
            let (status, reason) = match as_of {
                Some(day) if piece.from > day => (
                    Status::Missing,
                    format!("after {day}, the day of this view"),
                ),
                _ => judge(&reading, piece.gap, low.as_deref(), || {
                    unseen.reason(period)
                }),
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
    Coverage {
        dataset: dataset.to_owned(),
        spans,
        outside,
    }
}

fn judge(
    reading: &Reading,
    gap: Option<&DeclaredGap>,
    low: Option<&str>,
    unseen: impl FnOnce() -> String,
) -> (Status, String) {
    let lacks = reading.lacks.clone();
    let gap = gap.map(|g| g.reason.clone());
    if !reading.read {
        let reason = join(gap, lacks).unwrap_or_else(unseen);
        return (Status::Missing, reason);
    }
    match join(gap, lacks).or(low.map(str::to_owned)) {
        Some(reason) => (Status::Partial, reason),
        None => (Status::Complete, String::new()),
    }
}

/// The periods of a span, with the rows read that were known by the as-of day.
fn periods(
    (first, last): (Day, Day),
    step: By,
    seen: &[Seen<'_>],
    as_of: Option<Day>,
) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut from = first;
    while from <= last {
        let end = from.end_of(step);
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
    bundled: bool,
    /// Failed files of which no one knows the days, in words.
    failed: Option<String>,
}

impl<'a> Unseen<'a> {
    fn new(
        seen: &[Seen<'a>],
        loose: &[&Failed],
        declared: &Declared,
        as_of: Option<Day>,
    ) -> Unseen<'a> {
        let reach = |s: &Seen<'a>| {
            let from = s.runs.iter().map(|r| r.from).min()?;
            let to = s.runs.iter().map(|r| r.to).max()?;
            Some((from, to, s.file))
        };
        Unseen {
            step: declared.step,
            as_of,
            files: seen.iter().filter_map(reach).collect(),
            any: !seen.is_empty(),
            bundled: declared.span.is_some(),
            failed: told(loose.iter().filter(|f| f.span.is_none()).copied()),
        }
    }

    fn reason(&self, period: &Period) -> String {
        if let (Some(known), Some(as_of)) = (period.known_later, self.as_of) {
            return format!("not yet known on {as_of} (known from {known})");
        }
        let why = if self.any {
            self.around(period)
        } else {
            self.nothing()
        };
        match &self.failed {
            Some(failed) if self.any => format!("{why}; {failed}"),
            _ => why,
        }
    }

    /// Why nothing was seen at all.
    fn nothing(&self) -> String {
        let how = if self.bundled { "" } else { " FILE" };
        let why = format!("no file of this data set has been read: run `detente ingest{how}`");
        match &self.failed {
            Some(failed) => format!("{why}; {failed}"),
            None => why,
        }
    }

    fn around(&self, period: &Period) -> String {
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
