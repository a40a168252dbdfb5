//! Takes source files in, all in one commit or none; or, where there are many, in batches of a commit each, with the bad
//! ones set aside and on record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use detente_atlas::{By, Day};
use detente_sources::Beat;

use crate::commit::Changes;
use crate::error::{LakeError, Result};
use crate::intake::{Fingerprint, Group, Planned, fingerprint, is_of_file, name_of, read_group};
use crate::log::{Failed, FileEntry, State};
use crate::schema::Table;
use crate::store::{Lake, WriterLock};

/// Files read at a time. Each takes the memory of one row group being encoded.
const AT_A_TIME: usize = 2;
/// Files that may share a part, and the bytes of source files of a smallest and a largest group of them.
const GROUP_FILES: usize = 256;
const SMALL_GROUP: u64 = 4 << 20;
const LARGE_GROUP: u64 = 128 << 20;

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

/// What became of a file of many.
#[derive(Debug)]
pub struct Outcome {
    /// The source file.
    pub file: PathBuf,
    /// What the lake knows of it, or why nothing of it was kept.
    pub result: Result<Ingested>,
}

/// What is read and committed at once where bad files are set aside: what a crash loses at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

impl Limits {
    pub(crate) const USUAL: Limits = Limits {
        files: 2 * GROUP_FILES,
        bytes: 512 << 20,
    };
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

/// Where a reader puts its batches.
pub(crate) type Sink<'a> = dyn FnMut(RecordBatch) -> Result<()> + 'a;

/// A file to take in, and how to read it.
pub(crate) struct Job<'a> {
    pub(crate) dataset: &'a str,
    pub(crate) table: Table,
    pub(crate) step: By,
    pub(crate) beat: Option<Beat>,
    pub(crate) reader: &'a str,
    pub(crate) path: &'a Path,
    #[expect(clippy::type_complexity, reason = "one closure, named once")]
    pub(crate) read: Box<dyn Fn(&mut Sink<'_>) -> Result<Reading> + Sync + 'a>,
}

/// What is known of a file after its batch.
type Results = BTreeMap<usize, Result<Ingested>>;

impl Lake {
    /// All files in one commit, or none.
    pub(crate) fn ingest_jobs(
        &self,
        jobs: &[Job<'_>],
        progress: &dyn Progress,
    ) -> Result<Vec<Ingested>> {
        self.take_in(jobs, progress, None)?.into_values().collect()
    }

    /// Good files in commits of a batch each; bad ones are noted in the commit of their batch.
    pub(crate) fn ingest_jobs_each(
        &self,
        jobs: &[Job<'_>],
        progress: &dyn Progress,
        limits: Limits,
    ) -> Result<Vec<Outcome>> {
        let mut results = self.take_in(jobs, progress, Some(limits))?;
        let outcome = |(i, job): (usize, &Job<'_>)| {
            Some(Outcome {
                file: job.path.to_owned(),
                result: results.remove(&i)?,
            })
        };
        Ok(jobs.iter().enumerate().filter_map(outcome).collect())
    }

    fn take_in(
        &self,
        jobs: &[Job<'_>],
        progress: &dyn Progress,
        limits: Option<Limits>,
    ) -> Result<Results> {
        let each = limits.is_some();
        let mut results = Results::new();
        // By name, so that the order of the rows does not hang on the order of the call.
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        order.sort_by_cached_key(|i| (jobs[*i].dataset, name_of(jobs[*i].path), *i));
        for (i, e) in shared_names(jobs, &order)? {
            if !each {
                return Err(e);
            }
            results.insert(i, Err(e));
        }
        order.retain(|i| !results.contains_key(i));
        let sizes: Vec<u64> = jobs
            .iter()
            .map(|j| fs::metadata(j.path).map_or(0, |m| m.len()))
            .collect();
        let mut call = Call {
            lake: self,
            jobs,
            progress,
            each,
            lock: None,
            planned: false,
            left: (order.len(), order.iter().map(|i| sizes[*i]).sum()),
            done: Mutex::new(0),
        };
        for batch in batches(&order, &sizes, limits) {
            call.batch(batch, &mut results)?;
            call.left.0 -= batch.len();
            call.left.1 -= batch.iter().map(|i| sizes[*i]).sum::<u64>();
        }
        Ok(results)
    }
}

/// One call, from batch to batch.
struct Call<'a> {
    lake: &'a Lake,
    jobs: &'a [Job<'a>],
    progress: &'a dyn Progress,
    each: bool,
    lock: Option<WriterLock>,
    planned: bool,
    /// Files and bytes not yet looked at.
    left: (usize, u64),
    /// Bytes of new files read.
    done: Mutex<u64>,
}

impl Call<'_> {
    fn batch(&mut self, batch: &[usize], results: &mut Results) -> Result<()> {
        let (lake, jobs) = (self.lake, self.jobs);
        let mut prints: BTreeMap<usize, Fingerprint> = BTreeMap::new();
        let mut failed = Vec::new();
        for (i, print) in in_parallel(batch, |i| match fingerprint(jobs[*i].path) {
            Err(e) if self.each && is_of_file(&e, jobs[*i].path) => Ok((*i, Err(e))),
            other => other.map(|p| (*i, Ok(p))),
        })? {
            match print {
                Ok(print) => _ = prints.insert(i, print),
                Err(e) => {
                    failed.push(failure(&jobs[i], &e));
                    results.insert(i, Err(e));
                }
            }
        }
        let mut state = lake.newest()?;
        if self.nothing_to_do(&state, &prints, &failed) {
            self.report(&state, &prints, &Changes::new(), results);
            return Ok(());
        }
        if self.lock.is_none() {
            let lock = WriterLock::acquire(&lake.dir, || self.progress.waiting())?;
            state = lake.newest()?;
            lock.clear_leftovers(&lake.dir, &state)?;
            self.lock = Some(lock);
        }
        let groups = self.groups(&state, batch, &prints);
        let new: Vec<usize> = groups.iter().flatten().copied().collect();
        let sum =
            |files: &mut dyn Iterator<Item = &Fingerprint>| files.map(|p| p.bytes).sum::<u64>();
        let new_bytes = sum(&mut new.iter().filter_map(|i| prints.get(i)));
        let later = self.left.1.saturating_sub(sum(&mut prints.values()));
        let done = *self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let total = done + new_bytes + later;
        if !self.planned && !new.is_empty() {
            self.planned = true;
            self.progress
                .planned(new.len() + self.left.0 - batch.len(), total);
        }
        let finished = |file: &Planned<'_>| {
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += file.print.bytes;
            self.progress
                .finished(file.job.path, *done, total.max(*done));
        };
        let read = in_parallel(&groups, |group| {
            let files: Vec<Planned<'_>> = group
                .iter()
                .map(|i| Planned {
                    number: *i,
                    job: &jobs[*i],
                    print: &prints[i],
                })
                .collect();
            read_group(&lake.dir, &files, self.each, self.progress, &finished)
        })?;
        let mut entries: BTreeMap<usize, FileEntry> = BTreeMap::new();
        for Group { read, bad, parts } in read {
            for (path, written) in parts {
                written.settle(&lake.dir, &path)?;
            }
            entries.extend(read);
            for (i, e) in bad {
                failed.push(failure(&jobs[i], &e));
                // The same bytes under another name are as bad.
                let twins = prints.iter().filter(|(j, p)| {
                    **j != i
                        && p.sha256 == prints[&i].sha256
                        && jobs[**j].dataset == jobs[i].dataset
                });
                for (j, print) in twins {
                    let source = format!("{}: the same bytes as in a bad file ({e})", print.name);
                    let dataset = jobs[*j].dataset.to_owned();
                    let source = source.into();
                    let twin = LakeError::Source { dataset, source };
                    failed.push(failure(&jobs[*j], &twin));
                    results.insert(*j, Err(twin));
                }
                results.insert(i, Err(e));
            }
        }
        let named = prints.iter().map(|(i, p)| (jobs[*i].dataset, p));
        let (state, changes) = lake.commit_files(state, &entries, &failed, named)?;
        self.report(&state, &prints, &changes, results);
        Ok(())
    }

    fn is_new(&self, state: &State, i: usize, print: &Fingerprint) -> bool {
        let job = &self.jobs[i];
        state.find(job.dataset, &print.sha256, job.reader).is_none()
    }

    fn nothing_to_do(
        &self,
        state: &State,
        prints: &BTreeMap<usize, Fingerprint>,
        failed: &[Failed],
    ) -> bool {
        let ends_a_failure = |i: &usize, p: &Fingerprint| {
            let key = (self.jobs[*i].dataset.to_owned(), p.name.clone());
            state.failed.contains_key(&key) && state.files.contains_key(&key)
        };
        state.news(failed).is_empty()
            && !prints
                .iter()
                .any(|(i, p)| self.is_new(state, *i, p) || ends_a_failure(i, p))
    }

    /// The new files of a batch, in groups that share parts. The same files make the same groups.
    fn groups(
        &self,
        state: &State,
        batch: &[usize],
        prints: &BTreeMap<usize, Fingerprint>,
    ) -> Vec<Vec<usize>> {
        // The same bytes under two names are one file: their rows must not count twice.
        let mut contents = BTreeSet::new();
        let new: Vec<(usize, &Fingerprint)> = batch
            .iter()
            .filter_map(|i| Some((*i, prints.get(i)?)))
            .filter(|(i, p)| {
                self.is_new(state, *i, p) && contents.insert((self.jobs[*i].dataset, &p.sha256))
            })
            .collect();
        let bytes: u64 = new.iter().map(|(_, p)| p.bytes).sum();
        let most = (bytes / AT_A_TIME as u64).clamp(SMALL_GROUP, LARGE_GROUP);
        let mut groups: Vec<(u64, Vec<usize>)> = Vec::new();
        for (i, print) in new {
            match groups.last_mut() {
                Some((size, group))
                    if *size + print.bytes <= most
                        && group.len() < GROUP_FILES
                        && self.jobs[group[0]].dataset == self.jobs[i].dataset =>
                {
                    *size += print.bytes;
                    group.push(i);
                }
                _ => groups.push((print.bytes, vec![i])),
            }
        }
        // The largest first, so that the last one does not keep one core waiting.
        groups.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn report(
        &self,
        state: &State,
        prints: &BTreeMap<usize, Fingerprint>,
        changes: &Changes,
        results: &mut Results,
    ) {
        for (i, print) in prints {
            let job = &self.jobs[*i];
            let Some(entry) = state.find(job.dataset, &print.sha256, job.reader) else {
                continue;
            };
            results.entry(*i).or_insert_with(|| {
                Ok(Ingested {
                    file: job.path.to_owned(),
                    change: changes.get(i).copied().unwrap_or(Change::Unchanged),
                    entry: entry.clone(),
                })
            });
        }
    }
}

/// Cuts the files into batches; without limits they are one.
fn batches<'a>(order: &'a [usize], sizes: &[u64], limits: Option<Limits>) -> Vec<&'a [usize]> {
    let Some(limits) = limits else {
        return vec![order];
    };
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, i) in order.iter().enumerate() {
        if at > start && (at - start >= limits.files || bytes + sizes[*i] > limits.bytes) {
            batches.push(&order[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += sizes[*i];
    }
    batches.push(&order[start..]);
    batches
}

/// What the ledger is told of a bad file.
fn failure(job: &Job<'_>, e: &LakeError) -> Failed {
    let name = name_of(job.path);
    let text = match e {
        LakeError::Source { source, .. } => source.to_string(),
        LakeError::BadRows { what, .. } => format!("{}: {what}", job.path.display()),
        other => other.to_string(),
    };
    // Without the folder, so that the same file elsewhere fails for the same reason.
    let path = job.path.display().to_string();
    let reason = match text.strip_prefix(&path) {
        Some(rest) => format!("could not be read{rest}"),
        None => format!("could not be read: {}", text.replace(&path, &name)),
    };
    Failed::of(job.dataset, job.beat, &name, &reason)
}

/// Files that carry the name of another of the same data set with other contents; the first in the order of the call stands.
fn shared_names(jobs: &[Job<'_>], order: &[usize]) -> Result<Vec<(usize, LakeError)>> {
    let mut found = Vec::new();
    let key = |i: &usize| (jobs[*i].dataset, name_of(jobs[*i].path));
    for same in order.chunk_by(|a, b| key(a) == key(b)) {
        let [first, others @ ..] = same else { continue };
        for other in others {
            let (a, b) = (&jobs[*first], &jobs[*other]);
            if a.path == b.path {
                continue;
            }
            let (Ok(x), Ok(y)) = (fingerprint(a.path), fingerprint(b.path)) else {
                continue;
            };
            if x.sha256 != y.sha256 {
                let e = LakeError::SameName {
                    dataset: a.dataset.to_owned(),
                    name: x.name,
                    first: a.path.to_owned(),
                    second: b.path.to_owned(),
                };
                found.push((*other, e));
            }
        }
    }
    Ok(found)
}

/// Works on the things, up to `AT_A_TIME` at once; the first error stops the rest. The results are in their order.
fn in_parallel<T: Sync, R: Send>(
    things: &[T],
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(things.len()) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(thing) = things.get(i) else { break };
                    let result = work(thing);
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    results
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((i, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    // With two failures the first in order is reported, whichever came first.
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, r)| r).collect()
}
