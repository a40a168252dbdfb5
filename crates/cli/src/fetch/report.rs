//! What a run tells at its end: counts, every reason with its remedy, and where the rest can be seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use detente_fetch::{Got, Plan, Unpublished};
use detente_lake::{Change, Lake};
use serde::Serialize;

use super::ledger::Done;
use super::repair::BadList;
use crate::error::{Result, count};
use crate::ingest::as_json;
use crate::table::{bytes, whole};

/// Names that a line of the table shows.
const SHOWN: usize = 3;

/// All that is told.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Files that the publisher lists.
    listed: usize,
    fetched: usize,
    fetched_bytes: u64,
    /// Whole and right from an earlier run.
    already_there: usize,
    failed: Vec<Bad>,
    /// Names that the publisher's list should have and lacks.
    not_published: Vec<Lacking>,
    /// Lists that could not be had, in a repair.
    lists_failed: Vec<BadOfList>,
    /// Lines of a list that do not read, and the first of them.
    unread_lines: u64,
    first_unread_line: Option<String>,
    /// Files new in the lake, and their rows.
    read: usize,
    rows: u64,
    /// Files that the lake had already.
    already_read: usize,
    /// Files that came and could not be read.
    not_read: Vec<BadOfLake>,
    /// In a repair: what is on record still.
    still_missing: Option<Vec<Left>>,
}

/// A file that did not come.
#[derive(Debug, Serialize)]
struct Bad {
    dataset: &'static str,
    file: String,
    url: String,
    kind: &'static str,
    reason: String,
    remedy: &'static str,
}

#[derive(Debug, Serialize)]
struct Lacking {
    dataset: &'static str,
    file: String,
    first_day: String,
    last_day: String,
}

#[derive(Debug, Serialize)]
struct BadOfList {
    list: &'static str,
    reason: String,
    remedy: &'static str,
}

#[derive(Debug, Serialize)]
struct BadOfLake {
    file: String,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Left {
    dataset: String,
    file: String,
    reason: String,
    /// Whether the publisher's list lacks it, so that no try can bring it.
    not_published: bool,
}

fn lacking(u: &Unpublished) -> Lacking {
    Lacking {
        dataset: u.dataset,
        file: u.name.clone(),
        first_day: u.from.to_string(),
        last_day: u.to.to_string(),
    }
}

impl Report {
    pub(super) fn new(
        done: &Done,
        lists: &[BadList],
        left: Option<&[detente_lake::Failed]>,
    ) -> Report {
        let new = |f: &&detente_fetch::Fetched| f.got == Got::Fetched;
        let size = |f: &detente_fetch::Fetched| std::fs::metadata(&f.path).map_or(0, |m| m.len());
        let (mut read, mut rows, mut already_read, mut not_read) = (0, 0, 0, Vec::new());
        for outcome in &done.read {
            match &outcome.result {
                Ok(i) if i.change == Change::Unchanged => already_read += 1,
                Ok(i) => {
                    read += 1;
                    rows += i.entry.rows;
                }
                Err(e) => not_read.push(BadOfLake {
                    file: outcome.file.display().to_string(),
                    reason: e.to_string(),
                }),
            }
        }
        let unpublished: BTreeSet<(&str, &str)> = done
            .plan
            .unpublished
            .iter()
            .map(|u| (u.dataset, u.name.as_str()))
            .collect();
        Report {
            listed: done.plan.files.len(),
            fetched: done.fetched.iter().filter(new).count(),
            fetched_bytes: done.fetched.iter().filter(new).map(size).sum(),
            already_there: done.fetched.iter().filter(|f| !new(f)).count(),
            failed: done
                .failed
                .iter()
                .map(|f| Bad {
                    dataset: f.file.dataset,
                    file: f.file.item.name.clone(),
                    url: f.file.item.url.clone(),
                    kind: f.why.kind(),
                    reason: f.why.to_string(),
                    remedy: f.why.remedy(),
                })
                .collect(),
            not_published: done.plan.unpublished.iter().map(lacking).collect(),
            lists_failed: lists
                .iter()
                .map(|(list, why)| BadOfList {
                    list,
                    reason: why.to_string(),
                    remedy: super::error::remedy(why),
                })
                .collect(),
            unread_lines: done.plan.unread,
            first_unread_line: done.plan.first_unread.clone(),
            read,
            rows,
            already_read,
            not_read,
            still_missing: left.map(|left| {
                left.iter()
                    .map(|f| Left {
                        dataset: f.dataset.clone(),
                        file: f.source.clone(),
                        reason: f.reason.clone(),
                        not_published: unpublished
                            .contains(&(f.dataset.as_str(), f.source.as_str())),
                    })
                    .collect()
            }),
        }
    }

    /// Files that a further try may bring, so that this run has failed.
    pub(super) fn failures(&self) -> usize {
        match &self.still_missing {
            Some(left) => left.iter().filter(|l| !l.not_published).count(),
            None => self.failed.len() + self.not_read.len(),
        }
        .max(self.lists_failed.len())
    }

    /// Files that the run was about.
    pub(super) fn all(&self) -> usize {
        self.listed.max(self.failures())
    }

    pub(super) fn json(&self) -> Result<String> {
        as_json(self)
    }

    pub(super) fn text(&self, lake: Option<&Lake>, downloads: &Path) -> String {
        let mut out = String::new();
        let of_bytes = match self.fetched {
            0 => String::new(),
            _ => format!(" ({})", bytes(self.fetched_bytes)),
        };
        let _ = writeln!(
            out,
            "Into {}: {} fetched{of_bytes}, {} already there, {} failed, {} not published.",
            downloads.display(),
            thousands(self.fetched),
            thousands(self.already_there),
            thousands(self.failed.len()),
            thousands(self.not_published.len()),
        );
        self.failed_text(&mut out);
        for (dataset, files) in by(&self.not_published, |l| l.dataset) {
            let first = files.iter().map(|l| &l.first_day).min();
            let last = files.iter().map(|l| &l.last_day).max();
            let names = some(files.iter().map(|l| l.file.as_str()));
            let _ = writeln!(
                out,
                "\nNot published: the publisher's list lacks {} of {dataset}, {} to {}: {names}",
                count(files.len(), "file"),
                first.map_or("", String::as_str),
                last.map_or("", String::as_str),
            );
        }
        if self.unread_lines > 0 {
            let _ = writeln!(
                out,
                "\n{} of the list do not read and were passed over; the first: {}",
                count(
                    usize::try_from(self.unread_lines).unwrap_or(usize::MAX),
                    "line"
                ),
                self.first_unread_line.as_deref().unwrap_or_default()
            );
        }
        if let Some(lake) = lake {
            self.lake_text(&mut out, lake);
        }
        out
    }

    fn failed_text(&self, out: &mut String) {
        for (kind, files) in by(&self.failed, |f| f.kind) {
            let names = some(files.iter().map(|f| f.file.as_str()));
            let _ = writeln!(
                out,
                "\nFailed: {kind}: {}: {names}",
                count(files.len(), "file")
            );
            if let Some(first) = files.first() {
                let _ = writeln!(out, "  {}\n  {}", first.reason, first.remedy);
            }
        }
        for list in &self.lists_failed {
            let _ = writeln!(
                out,
                "\nFailed: the list of {}: {}\n  {}",
                list.list, list.reason, list.remedy
            );
        }
    }

    fn lake_text(&self, out: &mut String, lake: &Lake) {
        let _ = writeln!(
            out,
            "\nRead into the lake {}: {}, {} rows; {} there already.",
            lake.dir().display(),
            count(self.read, "new file"),
            whole(self.rows),
            thousands(self.already_read)
        );
        for bad in &self.not_read {
            let _ = writeln!(
                out,
                "\nFailed: not read, nothing of it was kept: {}",
                bad.reason
            );
        }
        match &self.still_missing {
            Some(left) if left.is_empty() => {
                let _ = writeln!(out, "\nNothing of what was on record is missing any more.");
            }
            Some(left) => {
                let _ = writeln!(out, "\nStill missing: {}", count(left.len(), "file"));
                for ((dataset, reason), files) in by(left, |l| (&l.dataset, &l.reason)) {
                    let names = some(files.iter().map(|l| l.file.as_str()));
                    let _ = writeln!(out, "  {} of {dataset} {reason}: {names}", files.len());
                }
            }
            None if self.failures() + self.not_published.len() > 0 => {
                let _ = writeln!(
                    out,
                    "\nWhat is missing is on record: `detente coverage DATASET` shows its days, `detente fetch --repair` tries again."
                );
            }
            None => {}
        }
    }
}

#[derive(Serialize)]
struct Planned<'a> {
    files: Vec<PlannedFile<'a>>,
    bytes: u64,
    not_published: Vec<Lacking>,
    unread_lines: u64,
}

#[derive(Serialize)]
struct PlannedFile<'a> {
    dataset: &'static str,
    file: &'a str,
    url: &'a str,
    bytes: Option<u64>,
    md5: Option<String>,
    first_day: String,
    last_day: String,
}

/// What would be fetched, for programs.
pub(super) fn planned(plan: &Plan) -> Result<String> {
    as_json(&Planned {
        files: plan
            .files
            .iter()
            .map(|f| PlannedFile {
                dataset: f.dataset,
                file: &f.item.name,
                url: &f.item.url,
                bytes: f.item.size,
                md5: f.item.md5.map(|sum| sum.to_string()),
                first_day: f.from.to_string(),
                last_day: f.to.to_string(),
            })
            .collect(),
        bytes: plan.bytes(),
        not_published: plan.unpublished.iter().map(lacking).collect(),
        unread_lines: plan.unread,
    })
}

/// What would be fetched, for people.
pub(super) fn planned_text(plan: &Plan) -> String {
    let mut out = String::new();
    for (dataset, files) in by(&plan.files, |f| f.dataset) {
        let from = files.iter().map(|f| f.from).min();
        let to = files.iter().map(|f| f.to).max();
        let listed = files.iter().filter_map(|f| f.item.size);
        let unsized_files = files.iter().filter(|f| f.item.size.is_none()).count();
        let size = match (listed.clone().next(), unsized_files) {
            (None, _) => "of sizes that are not listed".to_owned(),
            (Some(_), 0) => bytes(listed.sum()),
            (Some(_), n) => format!("{} and {n} of sizes not listed", bytes(listed.sum())),
        };
        let _ = writeln!(
            out,
            "{dataset}: {}, {size}, {} to {}: {}",
            count(files.len(), "file"),
            from.map(|d| d.to_string()).unwrap_or_default(),
            to.map(|d| d.to_string()).unwrap_or_default(),
            some(files.iter().map(|f| f.item.name.as_str()))
        );
    }
    for (dataset, files) in by(&plan.unpublished, |u| u.dataset) {
        let _ = writeln!(
            out,
            "{dataset}: {} not published: {}",
            count(files.len(), "file"),
            some(files.iter().map(|u| u.name.as_str()))
        );
    }
    out.push_str("Nothing was fetched: this was a dry run.\n");
    out
}

/// In groups of the same key, in the order of the keys.
fn by<'a, T, K: Ord>(all: &'a [T], key: impl Fn(&'a T) -> K) -> BTreeMap<K, Vec<&'a T>> {
    let mut groups: BTreeMap<K, Vec<&T>> = BTreeMap::new();
    for one in all {
        groups.entry(key(one)).or_default().push(one);
    }
    groups
}

/// The first names, and how many more there are.
fn some<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let mut text = names.take(SHOWN).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

fn thousands(n: usize) -> String {
    whole(n as u64)
}
