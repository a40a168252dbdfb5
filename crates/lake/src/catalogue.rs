//! The data sets of the catalogue as the lake sees them: how their files are read, and what they say of their coverage.

use std::collections::BTreeMap;
use std::path::PathBuf;

use detente_atlas::By;
use detente_sources::{Dataset, Format, READER_VERSION, ReadReport, SinkError};
use sha2::{Digest, Sha256};

use crate::error::{LakeError, Result};
use crate::ingest::{Ingested, Job, Limits, Outcome, Progress, Reading, SeenPeriod, Sink};
use crate::ledger::{Declared, DeclaredGap};
use crate::log::{self, State};
use crate::query::word_of;
use crate::schema::Table;
use crate::store::Lake;

/// How many unresolved names of a file the log keeps.
const UNKNOWNS_KEPT: usize = 200;

impl Lake {
    /// Takes source files in: all that are new enter the lake in one commit, or, where one cannot be read, none.
    ///
    /// A file is known by its data set and its bytes. One that the lake has already, read by this version of the reader,
    /// changes nothing, whatever its name or time stamp. One that carries the name of another with other contents takes
    /// its place, and the log says so. Up to two files are read at a time. The outcomes are in the order of `files`.
    ///
    /// # Errors
    /// A file that cannot be read (its error names file, member, row, field and remedy), or the lake cannot be written. In
    /// either case the lake stands as it was.
    pub fn ingest(
        &self,
        files: &[(&'static Dataset, PathBuf)],
        progress: &dyn Progress,
    ) -> Result<Vec<Ingested>> {
        self.ingest_jobs(&jobs(files, &readers(files)), progress)
    }

    /// Takes many source files in: the good ones enter the lake; of a bad one nothing is kept, and it is noted as
    /// [`Failed`](crate::Failed) under its name, so that the ledger tells of it. The outcomes are in the order of `files`.
    ///
    /// The files are read by name in batches of up to 512 files or 512 MiB, each a commit; one that is interrupted loses at
    /// most a batch. For the rest as [`Lake::ingest`].
    ///
    /// # Errors
    /// The lake cannot be written. What was committed before stands.
    pub fn ingest_each(
        &self,
        files: &[(&'static Dataset, PathBuf)],
        progress: &dyn Progress,
    ) -> Result<Vec<Outcome>> {
        self.ingest_jobs_each(&jobs(files, &readers(files)), progress, Limits::USUAL)
    }

    /// Names and codes that did not resolve, with the number of sights, most frequent first: data set, kind, text, count. The
    /// log keeps the 200 most frequent of each file; the sights of the others are [`Lake::unresolved_rest`].
    pub fn unresolved(&self, dataset: Option<&str>) -> Vec<(String, String, String, u64)> {
        let state = self.state();
        let mut counts: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
        for f in state.files.values() {
            if dataset.is_none_or(|d| d == f.dataset) {
                for (kind, text, n) in &f.unknowns {
                    *counts.entry((&f.dataset, kind, text)).or_default() += n;
                }
            }
        }
        let mut all: Vec<_> = counts
            .into_iter()
            .map(|((dataset, kind, text), n)| {
                (dataset.to_owned(), kind.to_owned(), text.to_owned(), n)
            })
            .collect();
        all.sort_by_key(|(.., n)| std::cmp::Reverse(*n));
        all
    }

    /// Sights of names and codes that did not resolve and that [`Lake::unresolved`] does not list.
    pub fn unresolved_rest(&self, dataset: Option<&str>) -> u64 {
        let state = self.state();
        let files = state.files.values();
        files
            .filter(|f| dataset.is_none_or(|d| d == f.dataset))
            .map(|f| {
                let listed: u64 = f.unknowns.iter().map(|(.., n)| n).sum();
                f.unknown.saturating_sub(listed)
            })
            .sum()
    }
}

/// By which version each file is read. A map of columns belongs to it: the same log under another map gives other rows.
fn readers(files: &[(&'static Dataset, PathBuf)]) -> Vec<String> {
    let version = |(dataset, _): &(&'static Dataset, PathBuf)| match dataset.format {
        Format::Mapped(map) => {
            let digest = log::hex(&Sha256::digest(map.text()));
            format!("{READER_VERSION}-{}", &digest[..16])
        }
        _ => READER_VERSION.to_string(),
    };
    files.iter().map(version).collect()
}

fn jobs<'a>(files: &'a [(&'static Dataset, PathBuf)], readers: &'a [String]) -> Vec<Job<'a>> {
    files
        .iter()
        .zip(readers)
        .map(|((dataset, path), reader)| Job {
            dataset: dataset.id,
            table: dataset.table,
            step: dataset.step,
            beat: dataset.beat,
            reader,
            path,
            read: Box::new(move |sink: &mut Sink<'_>| read(dataset, path, sink)),
        })
        .collect()
}

fn read(dataset: &Dataset, path: &std::path::Path, sink: &mut Sink<'_>) -> Result<Reading> {
    // The lake's own error passes through the reader unharmed.
    let mut failed: Option<LakeError> = None;
    let outcome = detente_sources::read(dataset, path, &mut |batch| {
        sink(batch).map_err(|e| {
            let text = e.to_string();
            failed = Some(e);
            SinkError::new(text)
        })
    });
    match (failed, outcome) {
        (Some(e), _) => Err(e),
        (None, Ok(report)) => Ok(reading(dataset, &report)),
        (None, Err(e)) => Err(LakeError::Source {
            dataset: dataset.id.to_owned(),
            source: Box::new(e),
        }),
    }
}

fn reading(dataset: &Dataset, report: &ReadReport) -> Reading {
    let unknowns = report.unknowns.top(UNKNOWNS_KEPT);
    let seen = report.days.iter().map(|(day, rows)| {
        let to = day.end_of(dataset.step);
        SeenPeriod {
            from: *day,
            to,
            known: dataset.known(to),
            rows: *rows,
        }
    });
    Reading {
        rejected: report.rejected,
        rejects: report.rejects.iter().map(ToString::to_string).collect(),
        duplicates: report.duplicates,
        skipped: report.skipped.clone(),
        unknown: report.unknowns.total(),
        unknowns: unknowns
            .into_iter()
            .map(|(what, text, n)| (what.to_owned(), text.to_owned(), n))
            .collect(),
        seen: seen.collect(),
    }
}

/// What a data set says of its coverage: one of the catalogue, or one of a user's own of which the lake has files.
pub(crate) fn declared(dataset: &str, state: &State) -> Option<Declared> {
    let Some(dataset) = detente_sources::dataset(dataset) else {
        return declared_by_files(dataset, state);
    };
    let gaps = dataset.gaps.iter();
    Some(Declared {
        span: (!dataset.files.is_empty()).then_some(dataset.span),
        step: dataset.step,
        beat: dataset.beat,
        gaps: gaps
            .map(|g| DeclaredGap {
                from: g.from,
                to: g.to,
                reason: g.reason.to_owned(),
            })
            .collect(),
        counts: has_counts(dataset.table, dataset.step),
    })
}

fn declared_by_files(dataset: &str, state: &State) -> Option<Declared> {
    let (step, table) = match state.of(dataset).next() {
        Some(file) => (by_word(&file.step), Table::from_name(&file.table)),
        // Files that failed are all that is known of it.
        None => (state.failed_of(dataset).next().map(|_| By::Day), None),
    };
    let step = step?;
    Some(Declared {
        span: None,
        step,
        beat: None,
        gaps: Vec::new(),
        counts: table.is_some_and(|t| has_counts(t, step)),
    })
}

fn has_counts(table: Table, step: By) -> bool {
    matches!(table, Table::Events | Table::Dyads) && step == By::Day
}

fn by_word(word: &str) -> Option<By> {
    [By::Day, By::Week, By::Month, By::Quarter, By::Year]
        .into_iter()
        .find(|by| word_of(*by) == word)
}
