//! Commits what was read: which files leave for it, what becomes of the files that share a part with them, and which
//! failures are on record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::sync::Arc;

use parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection, RowSelector};

use crate::crash;
use crate::error::{LakeError, Result, io, part};
use crate::ingest::Change;
use crate::intake::{Fingerprint, part_path};
use crate::log::{self, Failed, FileEntry, Outcome, Removed, State};
use crate::part::PartWriter;
use crate::reader::BATCH_ROWS;
use crate::schema::Table;
use crate::store::{Lake, WriterLock, next_commit};

/// How often a commit is tried again after another writer's, on file systems without locks.
const TRIES: usize = 100;

/// What became of the new files, by their numbers.
pub(crate) type Changes = BTreeMap<usize, Change>;

impl Lake {
    /// Puts failures on record, in one commit. Those on record already change nothing.
    ///
    /// A failure ends when a file of that data set and name enters the lake. One of a file that the lake holds is on
    /// record and changes no coverage: the rows are there.
    ///
    /// # Errors
    /// The lake cannot be written.
    pub fn note_failed(&self, failed: &[Failed]) -> Result<()> {
        if self.newest()?.news(failed).is_empty() {
            return Ok(());
        }
        let lock = WriterLock::acquire(&self.dir, || ())?;
        let state = self.newest()?;
        lock.clear_leftovers(&self.dir, &state)?;
        let none = std::iter::empty();
        self.commit_files(state, &BTreeMap::new(), failed, none)?;
        Ok(())
    }

    /// The files that could not be had or read and have not come in since, by data set and name.
    pub fn failed(&self) -> Vec<Failed> {
        self.state().failed.values().cloned().collect()
    }

    /// Commits the files that have been read, again after each commit of another writer. `named` are all files of the
    /// call, also those that the lake has already: none of them is failing any more.
    pub(crate) fn commit_files<'a>(
        &self,
        mut state: Arc<State>,
        read: &BTreeMap<usize, FileEntry>,
        failed: &[Failed],
        named: impl Iterator<Item = (&'a str, &'a Fingerprint)> + Clone,
    ) -> Result<(Arc<State>, Changes)> {
        for _ in 0..TRIES {
            let mut commit = next_commit(&state);
            let mut changes = Changes::new();
            let mut leaving: BTreeMap<(&str, &str), (&Arc<FileEntry>, String)> = BTreeMap::new();
            for (i, entry) in read {
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
                for (old, reason) in replaced {
                    leaving.insert((&old.dataset, &old.source), (old, reason));
                }
                commit.add.push(entry.clone());
            }
            let gone: BTreeSet<&str> = leaving
                .values()
                .filter_map(|(old, _)| old.path.as_deref())
                .collect();
            let moved = self.rewrite(&state, &gone, |f| {
                leaving.contains_key(&(f.dataset.as_str(), f.source.as_str()))
            })?;
            let mut again: Vec<Failed> = Vec::new();
            for entry in &moved {
                commit.remove.push(removed(
                    entry,
                    "moved to another part: a file beside it left".to_owned(),
                ));
                again.extend(
                    state
                        .failed_of(&entry.dataset)
                        .find(|f| f.source == entry.source)
                        .cloned(),
                );
            }
            commit
                .remove
                .extend(leaving.values().map(|(old, r)| removed(old, r.clone())));
            commit.add.extend(moved);
            // A file that is there as it should be ends the failure under its name, by entering once more.
            for (dataset, print) in named.clone() {
                let key = (dataset.to_owned(), print.name.clone());
                if let (Some(f), true) = (state.files.get(&key), state.failed.contains_key(&key))
                    && f.sha256 == print.sha256
                    && !commit
                        .add
                        .iter()
                        .any(|a| (&a.dataset, &a.source) == (&key.0, &key.1))
                {
                    commit.add.push(FileEntry::clone(f));
                }
            }
            commit.failed = state.news(failed);
            commit.failed.extend(again);
            if commit.add.is_empty() && commit.failed.is_empty() {
                return Ok((state, changes));
            }
            if log::commit(&self.dir, &commit)? == Outcome::Committed {
                let gone: Vec<String> = gone.into_iter().map(str::to_owned).collect();
                let state = self.newest()?;
                self.delete(&state, &gone);
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
    fn delete(&self, state: &State, gone: &[String]) {
        crash::point("commit made, old files still there");
        for path in gone {
            if !state.files.values().any(|f| f.path.as_ref() == Some(path)) {
                let _ = fs::remove_file(self.dir.join(path));
            }
        }
    }

    /// Writes parts anew without the files that leave; gives the entries of the files that stay in them.
    fn rewrite(
        &self,
        state: &State,
        parts: &BTreeSet<&str>,
        leaves: impl Fn(&FileEntry) -> bool,
    ) -> Result<Vec<FileEntry>> {
        let mut staying: BTreeMap<&str, Vec<FileEntry>> = BTreeMap::new();
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        for f in state.files.values() {
            if let Some(path) = f.path.as_deref().and_then(|p| parts.get(p))
                && !leaves(f)
            {
                staying.entry(path).or_default().push(FileEntry::clone(f));
            }
        }
        let mut moved = Vec::new();
        for (path, mut files) in staying {
            files.sort_by_key(|f| f.offset);
            self.copy_part(path, &mut files)?;
            moved.append(&mut files);
        }
        Ok(moved)
    }

    /// Copies the rows of some files of a part to a new one, and changes their entries accordingly.
    fn copy_part(&self, from: &str, files: &mut [FileEntry]) -> Result<()> {
        let Some(table) = files.first().and_then(|f| Table::from_name(&f.table)) else {
            return Ok(());
        };
        let mut selection = Vec::new();
        let (mut at, mut offset) = (0, 0);
        for f in files.iter_mut() {
            selection.push(RowSelector::skip(size(f.offset.saturating_sub(at))));
            selection.push(RowSelector::select(size(f.rows)));
            at = f.offset + f.rows;
            f.offset = offset;
            offset += f.rows;
        }
        let old = self.dir.join(from);
        let file = File::open(&old).map_err(io("open", &old))?;
        let rows = ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(part(&old))?
            .with_batch_size(BATCH_ROWS)
            .with_row_selection(RowSelection::from(selection))
            .build()
            .map_err(part(&old))?;
        let mut writer = PartWriter::create(&self.dir, table)?;
        for batch in rows {
            writer.write(&batch.map_err(part(&old))?)?;
        }
        if writer.rows() != offset {
            let what = format!("it lacks rows: {} of {offset} are there", writer.rows());
            return Err(part(&old)(what));
        }
        let written = writer.finish()?;
        let path = part_path(files.iter());
        for f in files.iter_mut() {
            f.path = Some(path.clone());
            f.bytes = written.bytes;
        }
        written.settle(&self.dir, &path)
    }
}

fn size(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
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
fn replaced_by<'a>(state: &'a State, new: &FileEntry) -> Vec<(&'a Arc<FileEntry>, String)> {
    let mut replaced = Vec::new();
    for old in state.with_bytes(&new.dataset, &new.sha256) {
        let reason = format!("read again by reader {} (was {})", new.reader, old.reader);
        replaced.push((old, reason));
    }
    if let Some(old) = state.file(&new.dataset, &new.source)
        && old.sha256 != new.sha256
    {
        replaced.push((old, format!("{} has other contents now", old.source)));
    }
    replaced
}
