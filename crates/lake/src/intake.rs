//! Reads source files into Parquet files that are not yet in the lake.
//!
//! A file is first read into memory. One that fits goes into the part that it shares with the files beside it, once
//! it has been read to its end without fault; a larger one gets a part of its own. So no part holds a row of a bad file.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use arrow_array::RecordBatch;
use sha2::{Digest, Sha256};

use crate::error::{LakeError, Result, io};
use crate::evidence::Run;
use crate::ingest::{Job, Progress, Reading, SeenPeriod};
use crate::log::{self, FileEntry};
use crate::notes::Notes;
use crate::part::{PartWriter, Written, by_day};
use crate::query::word_of;

/// Bytes of rows up to which a file waits in memory for its end.
const IN_MEMORY: usize = 32 << 20;
/// A shared part with so many rows takes no further file.
const PART_ROWS: u64 = 2_000_000;

/// A file's identity: its bytes, and what would show that they change while they are read.
pub(crate) struct Fingerprint {
    pub(crate) name: String,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    modified: Option<std::time::SystemTime>,
}

/// The name of a file, without its folder.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

pub(crate) fn fingerprint(path: &Path) -> Result<Fingerprint> {
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
    Ok(Fingerprint {
        name: name_of(path),
        sha256: log::hex(&hash.finalize()),
        bytes: metadata.len(),
        modified: metadata.modified().ok(),
    })
}

/// A file of a group: its number in the call, how to read it, and its identity.
pub(crate) struct Planned<'a> {
    pub(crate) number: usize,
    pub(crate) job: &'a Job<'a>,
    pub(crate) print: &'a Fingerprint,
}

/// What came of a group of files.
#[derive(Default)]
pub(crate) struct Group {
    /// Files that were read, by their numbers.
    pub(crate) read: Vec<(usize, FileEntry)>,
    /// Files that were not.
    pub(crate) bad: Vec<(usize, LakeError)>,
    /// Parquet files, with the paths that the entries give.
    pub(crate) parts: Vec<(String, Written)>,
}

/// A part in the making, and the files in it.
struct Open {
    writer: PartWriter,
    files: Vec<(usize, FileEntry)>,
}

/// Reads files of one data set. With `each`, a bad file is set aside; else it is the error of all.
pub(crate) fn read_group(
    lake: &Path,
    files: &[Planned<'_>],
    each: bool,
    progress: &dyn Progress,
    finished: &(dyn Fn(&Planned<'_>) + Sync),
) -> Result<Group> {
    let mut group = Group::default();
    let mut shared: Option<Open> = None;
    for file in files {
        progress.started(file.job.path, file.print.bytes);
        match read_file(lake, file, progress) {
            Ok((mut entry, Rows::Waiting(batches))) => {
                if !batches.is_empty() {
                    if shared.is_none() {
                        shared = Some(Open {
                            writer: PartWriter::create(lake, file.job.table)?,
                            files: Vec::new(),
                        });
                    }
                    let open = shared.as_mut().expect("just opened");
                    entry.offset = open.writer.rows();
                    for batch in batches {
                        open.writer.write(&batch)?;
                    }
                    open.files.push((file.number, entry));
                    if open.writer.rows() >= PART_ROWS {
                        group.close(shared.take())?;
                    }
                } else {
                    group.read.push((file.number, entry));
                }
            }
            Ok((entry, Rows::Written(writer))) => group.close(Some(Open {
                writer: *writer,
                files: vec![(file.number, entry)],
            }))?,
            Err(e) if each && is_of_file(&e, file.job.path) => group.bad.push((file.number, e)),
            Err(e) => return Err(e),
        }
        finished(file);
    }
    group.close(shared)?;
    Ok(group)
}

impl Group {
    fn close(&mut self, open: Option<Open>) -> Result<()> {
        let Some(Open { writer, mut files }) = open else {
            return Ok(());
        };
        let written = writer.finish()?;
        let path = part_path(files.iter().map(|(_, f)| f));
        for (_, file) in &mut files {
            file.path = Some(path.clone());
            file.bytes = written.bytes;
        }
        self.read.append(&mut files);
        self.parts.push((path, written));
        Ok(())
    }
}

/// The path of a Parquet file, by the source files in it.
pub(crate) fn part_path<'a>(files: impl Iterator<Item = &'a FileEntry> + Clone) -> String {
    let mut hash = Sha256::new();
    let mut separator = "";
    for f in files.clone() {
        hash.update(format!(
            "{separator}{}\n{}\n{}\n{}",
            f.dataset, f.source, f.sha256, f.reader
        ));
        separator = "\n";
    }
    let (table, dataset) = files.map(|f| (&f.table, &f.dataset)).next().unzip();
    format!(
        "{}/dataset={}/part-{}.parquet",
        table.map_or("", String::as_str),
        dataset.map_or("", String::as_str),
        &log::hex(&hash.finalize())[..16]
    )
}

/// Whether the file is at fault, so that others may go on.
pub(crate) fn is_of_file(e: &LakeError, path: &Path) -> bool {
    match e {
        LakeError::Source { .. }
        | LakeError::BadRows { .. }
        | LakeError::ChangedWhileRead { .. } => true,
        LakeError::Io { path: at, .. } => at == path,
        _ => false,
    }
}

/// The rows of a file that was read to its end.
enum Rows {
    Waiting(Vec<RecordBatch>),
    Written(Box<PartWriter>),
}

fn read_file(
    lake: &Path,
    Planned { job, print, .. }: &Planned<'_>,
    progress: &dyn Progress,
) -> Result<(FileEntry, Rows)> {
    let mut notes = Notes::new(job.table, job.step, job.beat.is_some());
    let mut waiting = Vec::new();
    let mut size = 0;
    let mut writer: Option<PartWriter> = None;
    let reading = (job.read)(&mut |batch| {
        let bad = |what| LakeError::BadRows {
            dataset: job.dataset.to_owned(),
            file: job.path.to_owned(),
            what,
        };
        notes.add(&batch).map_err(bad)?;
        let batch = by_day(batch, job.table).map_err(|e| bad(e.to_string()))?;
        match &mut writer {
            Some(writer) => writer.write(&batch)?,
            None => {
                size += batch.get_array_memory_size();
                waiting.push(batch);
                if size > IN_MEMORY {
                    let mut own = PartWriter::create(lake, job.table)?;
                    for batch in waiting.drain(..) {
                        own.write(&batch)?;
                    }
                    writer = Some(own);
                }
            }
        }
        progress.rows(job.path, notes.rows);
        Ok(())
    })?;
    let now = fs::metadata(job.path).map_err(io("read", job.path))?;
    if now.len() != print.bytes || now.modified().ok() != print.modified {
        return Err(LakeError::ChangedWhileRead {
            file: job.path.to_owned(),
        });
    }
    let rows = writer.map_or(Rows::Waiting(waiting), |w| Rows::Written(Box::new(w)));
    Ok((entry(job, print, reading, notes), rows))
}

fn entry(job: &Job<'_>, print: &Fingerprint, reading: Reading, notes: Notes) -> FileEntry {
    let (rows, day, known) = (notes.rows, notes.day, notes.known);
    let mut coverage = notes.finish();
    add_seen(&mut coverage, reading.seen);
    FileEntry {
        dataset: job.dataset.to_owned(),
        table: job.table.name().to_owned(),
        source: print.name.clone(),
        sha256: print.sha256.clone(),
        source_bytes: print.bytes,
        reader: job.reader.to_owned(),
        step: word_of(job.step).to_owned(),
        slot: job.beat.and_then(|b| b.slot(&print.name)),
        path: None,
        bytes: 0,
        offset: 0,
        rows,
        day,
        known,
        coverage,
        rejected: reading.rejected,
        rejects: reading.rejects,
        duplicates: reading.duplicates,
        skipped: reading.skipped,
        unknown: reading.unknown,
        unknowns: reading.unknowns,
    }
}

/// Adds the periods of which a reader saw rows and kept none: they were read, so they are not missing.
fn add_seen(coverage: &mut Vec<Run>, seen: Vec<SeenPeriod>) {
    let mut kept: Vec<_> = coverage.iter().map(|r| (r.from, r.to)).collect();
    kept.sort_unstable();
    // The furthest last day of all runs that begin no later: a run can lie inside a longer one.
    let mut reach = Vec::with_capacity(kept.len());
    for (_, to) in &kept {
        reach.push(reach.last().map_or(*to, |r| *to.max(r)));
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
