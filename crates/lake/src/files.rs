//! Dyad-periods straight from source files, without a lake.
//!
//! Files are read in parallel, each by itself and only the columns that the query needs, and merged in the order in which they
//! are given: the answer is the same on any number of cores. Memory holds the sums of the files that are being read and
//! of all together, not their rows; under a rule of folding the events of a file until it has been read to its end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use arrow_select::filter::filter_record_batch;
use detente_sources::{Dataset, ReadError, ReadReport, SinkError};

use crate::aggregate::Bound;
use crate::answer::answer;
use crate::error::{LakeError, Result};
use crate::ingest::Progress;
use crate::merge::merged;
use crate::query::Aggregate;
use crate::rows::Rows;
use crate::sums::{Batches, Part};

/// What became of a file.
#[derive(Debug)]
pub struct FileReport {
    /// The data set.
    pub dataset: &'static Dataset,
    /// The file.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What its reader reports; or why it was left out, in which case no row of it is in the sums.
    pub outcome: Result<ReadReport, ReadError>,
}

/// Runs an aggregate over source files: the rows that a lake with just these files would answer, with the files in the order
/// given in the place of the lake's.
///
/// A file that cannot be read to its end is left out as a whole, and its report says why. There is a report for each file, in
/// the order of `files`.
///
/// # Errors
/// A query that does not fit its table, or a file of a data set of another table.
pub fn aggregate_files(
    files: &[(&'static Dataset, PathBuf)],
    query: &Aggregate,
    progress: &dyn Progress,
) -> Result<(Rows, Vec<FileReport>)> {
    if let Some((dataset, file)) = files.iter().find(|(d, _)| d.table != query.table) {
        return Err(LakeError::OtherTable {
            file: file.clone(),
            dataset: dataset.id,
            found: dataset.table.name(),
            wanted: query.table.name(),
        });
    }
    let bound = Bound::of(query)?;
    let schema = query.table.schema();
    let read: BTreeSet<usize> = [&bound.columns[..], bound.predicate.columns()]
        .concat()
        .into_iter()
        .collect();
    let columns: Vec<&str> = read
        .iter()
        .map(|c| schema.field(*c).name().as_str())
        .collect();
    let sizes: Vec<u64> = files.iter().map(|(_, path)| size(path)).collect();
    let total = sizes.iter().sum();
    progress.planned(files.len(), total);
    let done = AtomicU64::new(0);
    let reports: Vec<Mutex<Option<FileReport>>> = files.iter().map(|_| Mutex::default()).collect();
    let groups = merged(&bound.summing, files.len(), |i, part| {
        let (dataset, path) = &files[i];
        progress.started(path, sizes[i]);
        let outcome = one(&bound, dataset, path, &columns, part)?;
        if outcome.is_err() {
            part.clear();
        }
        *reports[i].lock().unwrap_or_else(PoisonError::into_inner) = Some(FileReport {
            dataset,
            file: path.clone(),
            bytes: sizes[i],
            outcome,
        });
        let done = done.fetch_add(sizes[i], Ordering::Relaxed) + sizes[i];
        progress.finished(path, done, total);
        Ok(())
    })?;
    let reports = reports
        .into_iter()
        .filter_map(|r| r.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok((answer(&bound.summing, &groups), reports.collect()))
}

fn size(path: &Path) -> u64 {
    // A file that is not there says so when it is read.
    std::fs::metadata(path).map_or(0, |m| m.len())
}

/// Sums one file. The outer error ends the query, the inner one leaves the file out.
fn one(
    bound: &Bound,
    dataset: &Dataset,
    path: &Path,
    columns: &[&str],
    part: &mut Part,
) -> Result<Result<ReadReport, ReadError>> {
    let mut batches = bound.summing.batches();
    let mut failed: Option<LakeError> = None;
    let filtered = !bound.predicate.columns().is_empty();
    let outcome = detente_sources::read_columns(dataset, path, columns, &mut |batch| {
        let mut sum = |batches: &mut Batches<'_>| {
            if filtered {
                let kept = filter_record_batch(&batch, &bound.predicate.keeps(&batch));
                let kept = kept.expect("a filter has as many rows as its batch");
                batches.add(&kept, part)
            } else {
                batches.add(&batch, part)
            }
        };
        sum(&mut batches).map_err(|e| {
            let text = e.to_string();
            failed = Some(e);
            SinkError::new(text)
        })
    });
    match failed {
        Some(e) => Err(e),
        None => Ok(outcome),
    }
}
