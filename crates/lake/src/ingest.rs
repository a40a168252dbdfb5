//! Takes source files in. One call is one commit: either every new file of the call is in the lake, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use detente_atlas::{By, Day};
use sha2::{Digest, Sha256};

use crate::crash;
use crate::error::{LakeError, Result, io};
use crate::evidence::Run;
use crate::log::{self, Commit, FileEntry, Outcome, Removed, State};
use crate::part::{PartError, PartWriter, WrittenPart};
use crate::schema::Table;
use crate::store::{Lake, WriterLock, next_commit};

/// Files read at a time. Each takes the memory of one row group being encoded.
const AT_A_TIME: usize = 2;

/// How often a commit is tried again after another writer's, on file systems without locks.
const TRIES: usize = 100;

/// Hears how an ingest goes on. All methods may be called from several threads.
pub trait Progress: Sync {
    /// Another process is writing; this one waits for it.
    fn waiting(&self) {}
    /// So many files are new, of so many bytes in all.
    fn planned(&self, files: usize, bytes: u64) {
        let _ = (files, bytes);
    }
    /// A file of so many bytes is being read.
    fn started(&self, file: &Path, bytes: u64) {
        let _ = (file, bytes);
    }
    /// So many rows of the file have been read.
    fn rows(&self, file: &Path, rows: u64) {
        let _ = (file, rows);
    }
    /// The file has been read; so many bytes of all new files are done.
    fn finished(&self, file: &Path, bytes_done: u64, bytes_total: u64) {
        let _ = (file, bytes_done, bytes_total);
    }
}

/// Silent.
impl Progress for () {}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It entered the lake.
    Added,
    /// It took the place of a file of the same name with other contents, or one read by another reader version.
    Replaced,
    /// The lake had it already.
    Unchanged,
}

/// The outcome of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// The source file.
    pub file: PathBuf,
    /// What became of it.
    pub change: Change,
    /// What the lake knows of it: rows, rejected rows, unresolved names, coverage.
    pub entry: FileEntry,
}

/// What a reader reports beside its rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub(crate) rejected: u64,
    pub(crate) rejects: Vec<String>,
    pub(crate) duplicates: u64,
    pub(crate) skipped: BTreeMap<String, u64>,
    pub(crate) unknown: u64,
    pub(crate) unknowns: Vec<(String, String, u64)>,
    /// Periods that the reader saw, whether or not it kept a row of them.
    pub(crate) seen: Vec<SeenPeriod>,
}

/// A period that a reader saw, and when it could be known.
#[derive(Debug, Clone)]
pub(crate) struct SeenPeriod {
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) known: Day,
    pub(crate) rows: u64,
}

/// Adds the periods of which a reader saw rows and kept none: they were read, so they are not missing.
fn add_seen(coverage: &mut Vec<Run>, seen: Vec<SeenPeriod>) {
    let mut kept: Vec<(Day, Day)> = coverage.iter().map(|r| (r.from, r.to)).collect();
    kept.sort_unstable();
    // The furthest last day of all runs that begin no later: a run can lie inside a longer one.
    let mut reach = Vec::with_capacity(kept.len());
    for (_, to) in &kept {
        reach.push(reach.last().map_or(*to, |r: &Day| (*r).max(*to)));
    }
    for p in seen {
        let begun = kept.partition_point(|(from, _)| *from <= p.from);
        if begun == 0 || reach[begun - 1] < p.from {
            coverage.push(Run {
                from: p.from,
                to: p.to,
                known: p.known,
                rows: p.rows,
            });
        }
    }
}

/// Where a reader puts its batches.
pub(crate) type Sink<'a> = dyn FnMut(RecordBatch) -> Result<()> + 'a;

/// A file to take in, and how to read it.
pub(crate) struct Job<'a> {
    pub(crate) dataset: &'a str,
    pub(crate) table: Table,
    pub(crate) step: By,
    pub(crate) reader: &'a str,
    pub(crate) path: &'a Path,
    #[expect(clippy::type_complexity, reason = "one closure, named once")]
    pub(crate) read: Box<dyn Fn(&mut Sink<'_>) -> Result<Reading> + Sync + 'a>,
}

/// A file's identity: its bytes, and what would show that they change while they are read.
struct Fingerprint {
    name: String,
    sha256: String,
    bytes: u64,
    modified: Option<std::time::SystemTime>,
}

impl Lake {
    pub(crate) fn ingest_jobs(
        &self,
        jobs: &[Job<'_>],
        progress: &dyn Progress,
    ) -> Result<Vec<Ingested>> {
        let prints = in_parallel(jobs, &(0..jobs.len()).collect::<Vec<_>>(), |_, job| {
            fingerprint(job.path)
        })?;
        let prints: Vec<Fingerprint> = prints.into_iter().map(|(_, p)| p).collect();
        no_shared_names(jobs, &prints)?;

        let state = self.newest()?;
        let is_new = |state: &State, i: usize| {
            state
                .find(jobs[i].dataset, &prints[i].sha256, jobs[i].reader)
                .is_none()
        };
        if !(0..jobs.len()).any(|i| is_new(&state, i)) {
            return Ok(report(jobs, &prints, &state, &BTreeMap::new()));
        }

        let lock = WriterLock::acquire(&self.dir, || progress.waiting())?;
        let state = self.newest()?;
        lock.clear_leftovers(&self.dir, &state)?;
        // The same bytes under two names are one file: their rows must not count twice.
        let mut contents = BTreeSet::new();
        let mut new: Vec<usize> = (0..jobs.len())
            .filter(|i| {
                is_new(&state, *i) && contents.insert((jobs[*i].dataset, &prints[*i].sha256))
            })
            .collect();
        // The largest first, so that the last file does not keep one core waiting.
        new.sort_by_key(|i| std::cmp::Reverse(prints[*i].bytes));

        let total = new.iter().map(|i| prints[*i].bytes).sum();
        progress.planned(new.len(), total);
        let done = Mutex::new(0);
        let read = in_parallel(jobs, &new, |i, job| {
            let pending = read_file(&self.dir, job, &prints[i], progress)?;
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += prints[i].bytes;
            progress.finished(job.path, *done, total);
            Ok(pending)
        })?;
        let mut pending: BTreeMap<usize, Pending> = read.into_iter().collect();
        for p in pending.values_mut() {
            p.settle(&self.dir)?;
        }
        let (state, changes) = self.commit_files(state, &pending)?;
        Ok(report(jobs, &prints, &state, &changes))
    }

    /// Commits the files that have been read, again after each commit of another writer.
    fn commit_files(
        &self,
        mut state: Arc<State>,
        pending: &BTreeMap<usize, Pending>,
    ) -> Result<(Arc<State>, BTreeMap<usize, Change>)> {
        for _ in 0..TRIES {
            let mut commit = next_commit(&state);
            let mut changes = BTreeMap::new();
            let mut leaving = Vec::new();
            for (i, p) in pending {
                let entry = &p.entry;
                if state
                    .find(&entry.dataset, &entry.sha256, &entry.reader)
                    .is_some()
                {
                    continue;
                }
                let replaced = replaced_by(&state, entry);
                let change = if replaced.is_empty() {
                    Change::Added
                } else {
                    Change::Replaced
                };
                changes.insert(*i, change);
                leaving.extend(replaced.iter().filter_map(|(old, _)| old.path.clone()));
                commit.remove.extend(
                    replaced
                        .into_iter()
                        .map(|(old, reason)| removed(old, reason)),
                );
                commit.add.push(entry.clone());
            }
            if commit.add.is_empty() {
                return Ok((state, changes));
            }
            if log::commit(&self.dir, &commit)? == Outcome::Committed {
                let state = self.newest()?;
                self.delete(&state, &leaving, &commit);
                return Ok((state, changes));
            }
            state = self.newest()?;
        }
        Err(LakeError::Busy {
            dir: self.dir.clone(),
        })
    }

    /// Deletes the Parquet files that a commit took out of the lake. What cannot be deleted now is left over for
    /// the next writer.
    fn delete(&self, state: &State, leaving: &[String], commit: &Commit) {
        crash::point("commit made, old files still there");
        for path in leaving {
            let in_use = state.files.values().any(|f| f.path.as_ref() == Some(path))
                || commit.add.iter().any(|f| f.path.as_ref() == Some(path));
            if !in_use {
                let _ = fs::remove_file(self.dir.join(path));
            }
        }
    }
}

/// A file that has been read and is not yet committed.
struct Pending {
    entry: FileEntry,
    temporary: Option<PathBuf>,
}

impl Pending {
    /// Moves the Parquet file to its place. Until a commit names it, readers do not see it.
    fn settle(&mut self, lake: &Path) -> Result<()> {
        let (Some(temporary), Some(path)) = (&self.temporary, &self.entry.path) else {
            return Ok(());
        };
        let path = lake.join(path);
        let folder = path.parent().expect("a part lies in its data set's folder");
        fs::create_dir_all(folder).map_err(io("create the folder", folder))?;
        fs::rename(temporary, &path).map_err(io("move the new file to", &path))?;
        self.temporary = None;
        log::sync_folder(folder)?;
        crash::point("part in place");
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

fn removed(old: &FileEntry, reason: String) -> Removed {
    Removed {
        dataset: old.dataset.clone(),
        source: old.source.clone(),
        sha256: old.sha256.clone(),
        reason,
    }
}

/// The files that a new one takes the place of, and why: its name, or its bytes read by another reader version.
fn replaced_by<'a>(state: &'a State, new: &FileEntry) -> Vec<(&'a FileEntry, String)> {
    state
        .of(&new.dataset)
        .filter_map(|old| {
            let reason = if old.sha256 != new.sha256 {
                if old.source != new.source {
                    return None;
                }
                format!("{} has other contents now", old.source)
            } else {
                format!("read again by reader {} (was {})", new.reader, old.reader)
            };
            Some((old, reason))
        })
        .collect()
}

fn report(
    jobs: &[Job<'_>],
    prints: &[Fingerprint],
    state: &State,
    changes: &BTreeMap<usize, Change>,
) -> Vec<Ingested> {
    let entry = |i: usize| {
        state
            .find(jobs[i].dataset, &prints[i].sha256, jobs[i].reader)
            .cloned()
    };
    (0..jobs.len())
        .filter_map(|i| {
            Some(Ingested {
                file: jobs[i].path.to_owned(),
                change: changes.get(&i).copied().unwrap_or(Change::Unchanged),
                entry: entry(i)?,
            })
        })
        .collect()
}

fn fingerprint(path: &Path) -> Result<Fingerprint> {
    let mut file = File::open(path).map_err(io("open", path))?;
    let metadata = file.metadata().map_err(io("read", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    loop {
        let n = file.read(&mut buffer).map_err(io("read", path))?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
    }
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let modified = metadata.modified().ok();
    Ok(Fingerprint {
        name,
        sha256: log::hex(&hash.finalize()),
        bytes: metadata.len(),
        modified,
    })
}

fn no_shared_names(jobs: &[Job<'_>], prints: &[Fingerprint]) -> Result<()> {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (i, (job, print)) in jobs.iter().zip(prints).enumerate() {
        let Some(first) = seen.insert((job.dataset, &print.name), i) else {
            continue;
        };
        if prints[first].sha256 != print.sha256 {
            return Err(LakeError::SameName {
                dataset: job.dataset.to_owned(),
                name: print.name.clone(),
                first: jobs[first].path.to_owned(),
                second: job.path.to_owned(),
            });
        }
    }
    Ok(())
}

fn read_file(
    lake: &Path,
    job: &Job<'_>,
    print: &Fingerprint,
    progress: &dyn Progress,
) -> Result<Pending> {
    progress.started(job.path, print.bytes);
    let mut writer = PartWriter::create(lake, job.table, job.step)?;
    let mut rows = 0;
    let reading = (job.read)(&mut |batch| {
        rows += batch.num_rows() as u64;
        writer.write(&batch).map_err(|e| match e {
            PartError::Lake(e) => e,
            PartError::Rows(what) => LakeError::BadRows {
                dataset: job.dataset.to_owned(),
                file: job.path.to_owned(),
                what,
            },
        })?;
        progress.rows(job.path, rows);
        Ok(())
    })?;
    let now = fs::metadata(job.path).map_err(io("read", job.path))?;
    if now.len() != print.bytes || now.modified().ok() != print.modified {
        return Err(LakeError::ChangedWhileRead {
            file: job.path.to_owned(),
        });
    }
    Ok(pending(job, print, reading, writer.finish()?))
}

fn pending(
    job: &Job<'_>,
    print: &Fingerprint,
    reading: Reading,
    mut written: WrittenPart,
) -> Pending {
    add_seen(&mut written.coverage, reading.seen);
    let path = written.temporary.as_ref().map(|_| {
        let identity = format!(
            "{}\n{}\n{}\n{}",
            job.dataset, print.name, print.sha256, job.reader
        );
        let hash = log::hex(&Sha256::digest(identity));
        format!(
            "{}/dataset={}/part-{}.parquet",
            job.table.name(),
            job.dataset,
            &hash[..16]
        )
    });
    let entry = FileEntry {
        dataset: job.dataset.to_owned(),
        table: job.table.name().to_owned(),
        source: print.name.clone(),
        sha256: print.sha256.clone(),
        source_bytes: print.bytes,
        reader: job.reader.to_owned(),
        path,
        bytes: written.bytes,
        rows: written.rows,
        day: written.day,
        known: written.known,
        coverage: written.coverage,
        rejected: reading.rejected,
        rejects: reading.rejects,
        duplicates: reading.duplicates,
        skipped: reading.skipped,
        unknown: reading.unknown,
        unknowns: reading.unknowns,
    };
    Pending {
        entry,
        temporary: written.temporary,
    }
}

/// Works on the chosen jobs, up to `AT_A_TIME` at once; the first error stops the rest.
fn in_parallel<'a, T: Send>(
    jobs: &'a [Job<'a>],
    chosen: &[usize],
    work: impl Fn(usize, &'a Job<'a>) -> Result<T> + Sync,
) -> Result<Vec<(usize, T)>> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(chosen.len()) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed)
                    && let Some(i) = chosen.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let result = work(*i, &jobs[*i]);
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    results
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((*i, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    // With two failures the first in the order of the call is reported, whichever came first.
    results.sort_by_key(|(i, _)| *i);
    results
        .into_iter()
        .map(|(i, r)| r.map(|t| (i, t)))
        .collect()
}
