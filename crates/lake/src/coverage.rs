//! The coverage ledger: what is known of each day of a data set. No data is never zero: a day that was not read is
//! `missing` and says why, and nothing may treat it as quiet.

use std::fmt;

use detente_atlas::Day;

/// A day with fewer rows than this share of the median of its neighbours is `partial`.
pub const LOW_SHARE: f64 = 0.4;
/// The neighbours: the days seen among the 28 days before (at the beginning of a data set, after).
pub const NEIGHBOURS: i32 = 28;
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

/// The coverage of a data set, day by day, over the period that it says it covers, or, where users bring its
/// files, from the first to the last day that was read or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The data set.
    pub dataset: String,
    /// The spans, in order, without gap or overlap.
    pub spans: Vec<Span>,
    /// Why a day outside the spans is missing.
    pub(crate) outside: String,
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
