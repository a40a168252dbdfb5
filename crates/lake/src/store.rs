//! The lake as a folder: opening it, what it holds, and the lock of its writers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use detente_atlas::Day;
use sha2::{Digest, Sha256};

use crate::coverage::Coverage;
use crate::crash;
use crate::error::{LakeError, Result, io};
use crate::ledger::{Declared, Seen, ledger};
use crate::log::{self, Commit, FORMAT, Failed, FileEntry, LOG, Outcome, State, TEMPORARY};
use crate::query::Query;
use crate::reader::Footers;
use crate::rows::Rows;
use crate::schema::Table;

/// The empty file whose lock the one writer holds.
const LOCK: &str = "_lock";

/// An event store in one folder. Cheap to open; every query sees the version of the time it began.
#[derive(Debug)]
pub struct Lake {
    pub(crate) dir: PathBuf,
    state: RwLock<Arc<State>>,
    pub(crate) footers: Arc<Footers>,
}

/// What a lake holds at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The number of the last commit.
    pub version: u64,
    /// When it was committed (UTC, RFC 3339).
    pub time: String,
    /// A digest of what the lake was read from: equal for two lakes that read the same files with the same
    /// readers, whenever and in whatever order.
    pub sha256: String,
    /// Source files.
    pub files: u64,
    /// Rows.
    pub rows: u64,
    /// The data sets, by id.
    pub datasets: Vec<DatasetSummary>,
}

/// What a lake holds of one data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetSummary {
    /// The data set's id.
    pub dataset: String,
    /// The table that it is in.
    pub table: String,
    /// Source files.
    pub files: u64,
    /// Rows.
    pub rows: u64,
    /// Bytes of Parquet.
    pub bytes: u64,
    /// Bytes of the source files.
    pub source_bytes: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Names and codes that did not resolve.
    pub unknown: u64,
    /// The first and last day that a row is dated by.
    pub day: Option<(Day, Day)>,
    /// The first and last day on which a row could be known.
    pub known: Option<(Day, Day)>,
}

impl Lake {
    /// Opens the lake in a folder.
    ///
    /// # Errors
    /// No lake there, a damaged log, or a lake of a newer version.
    pub fn open(dir: &Path) -> Result<Lake> {
        if !log::commit_path(dir, 0).is_file() {
            // A log without its first commit is damage; no log at all is no lake.
            let mut state = State::default();
            if dir.join(LOG).is_dir() {
                log::catch_up(dir, &mut state)?;
            }
            return Err(LakeError::NoLake {
                dir: dir.to_owned(),
            });
        }
        let mut state = State::default();
        log::catch_up(dir, &mut state)?;
        Ok(Lake {
            dir: dir.to_owned(),
            state: RwLock::new(Arc::new(state)),
            footers: Arc::default(),
        })
    }

    /// Opens the lake in a folder, or makes an empty one there.
    ///
    /// # Errors
    /// As [`Lake::open`], or the folder cannot be made.
    pub fn open_or_create(dir: &Path) -> Result<Lake> {
        match Lake::open(dir) {
            Err(LakeError::NoLake { .. }) => {
                for folder in [LOG, TEMPORARY] {
                    let folder = dir.join(folder);
                    fs::create_dir_all(&folder).map_err(io("create the folder", &folder))?;
                }
                crash::point("folders made");
                let _lock = WriterLock::acquire(dir, || ())?;
                // Where another process was first, its commit serves as well.
                if !log::commit_path(dir, 0).is_file() {
                    let (Outcome::Committed | Outcome::Taken) =
                        log::commit(dir, &next_commit(&State::default()))?;
                }
                Lake::open(dir)
            }
            other => other,
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes in what other processes have committed since.
    ///
    /// # Errors
    /// A damaged log.
    pub fn refresh(&self) -> Result<()> {
        self.newest().map(drop)
    }

    /// The state after the newest commit.
    pub(crate) fn newest(&self) -> Result<Arc<State>> {
        let mut state = State::clone(&self.state());
        let before = state.version;
        log::catch_up(&self.dir, &mut state)?;
        if state.version == before {
            return Ok(self.state());
        }
        let state = Arc::new(state);
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&state);
        Ok(state)
    }

    /// The state that this handle has seen last.
    pub(crate) fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs a query on the version that this handle has seen last.
    ///
    /// # Errors
    /// A column or value that does not fit the table, or a file that cannot be read. Errors met later while
    /// streaming come as items of the rows.
    pub fn run(&self, query: &Query) -> Result<Rows> {
        match query {
            Query::Scan(scan) => crate::scan::run(self, scan),
            Query::Aggregate(aggregate) => crate::aggregate::run(self, aggregate),
        }
    }

    /// What is known of each day of a data set. A data set that the catalogue or the lake lacks is missing on
    /// every day, and says so.
    pub fn coverage(&self, dataset: &str) -> Coverage {
        self.coverage_at(dataset, None)
    }

    /// The same as it stood at the end of a day: rows that became known later do not count.
    pub fn coverage_as_of(&self, dataset: &str, as_of: Day) -> Coverage {
        self.coverage_at(dataset, Some(as_of))
    }

    fn coverage_at(&self, dataset: &str, as_of: Option<Day>) -> Coverage {
        match crate::catalogue::declared(dataset, &self.state()) {
            Some(declared) => self.coverage_of(dataset, &declared, as_of),
            None => Coverage::unknown(dataset),
        }
    }

    pub(crate) fn coverage_of(
        &self,
        dataset: &str,
        declared: &Declared,
        as_of: Option<Day>,
    ) -> Coverage {
        let state = self.state();
        let seen: Vec<Seen<'_>> = state
            .of(dataset)
            .map(|f| Seen {
                file: &f.source,
                slot: f.slot,
                runs: &f.coverage,
            })
            .collect();
        // Of a file that is in the lake the rows are there, whatever failed since.
        let failed: Vec<&Failed> = state
            .failed_of(dataset)
            .filter(|f| state.file(dataset, &f.source).is_none())
            .collect();
        ledger(dataset, declared, &seen, &failed, as_of)
    }

    /// What the lake holds.
    pub fn snapshot(&self) -> Snapshot {
        let state = self.state();
        let mut datasets: BTreeMap<&str, DatasetSummary> = BTreeMap::new();
        let mut parts = BTreeSet::new();
        let mut hash = Sha256::new();
        for f in state.files.values() {
            hash.update(format!(
                "{}\n{}\n{}\n{}\n",
                f.dataset, f.source, f.sha256, f.reader
            ));
            let d = datasets
                .entry(&f.dataset)
                .or_insert_with(|| DatasetSummary {
                    dataset: f.dataset.clone(),
                    table: f.table.clone(),
                    files: 0,
                    rows: 0,
                    bytes: 0,
                    source_bytes: 0,
                    rejected: 0,
                    unknown: 0,
                    day: None,
                    known: None,
                });
            d.files += 1;
            d.rows += f.rows;
            if parts.insert(&f.path) {
                d.bytes += f.bytes;
            }
            d.source_bytes += f.source_bytes;
            d.rejected += f.rejected;
            d.unknown += f.unknown;
            d.day = union(d.day, f.day);
            d.known = union(d.known, f.known);
        }
        let datasets: Vec<DatasetSummary> = datasets.into_values().collect();
        Snapshot {
            version: state.version.unwrap_or(0),
            time: state.time.clone(),
            sha256: log::hex(&hash.finalize()),
            files: datasets.iter().map(|d| d.files).sum(),
            rows: datasets.iter().map(|d| d.rows).sum(),
            datasets,
        }
    }

    /// The source files in the lake, by data set and name, with all that was noted when they were read.
    pub fn files(&self) -> Vec<FileEntry> {
        let state = self.state();
        state.files.values().map(|f| FileEntry::clone(f)).collect()
    }

    /// The Parquet files of a table in their fixed order: by data set, then by the name of the first source file in them.
    pub(crate) fn parts_of(&self, table: Table) -> Vec<Part> {
        let state = self.state();
        let mut parts: Vec<Part> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for f in state.files.values().filter(|f| f.table == table.name()) {
            let Some(path) = &f.path else { continue };
            let place = *places.entry(path).or_insert_with(|| {
                parts.push(Part {
                    path: path.clone(),
                    dataset: f.dataset.clone(),
                    day: None,
                    known: None,
                });
                parts.len() - 1
            });
            if let Some(part) = parts.get_mut(place) {
                part.day = union(part.day, f.day);
                part.known = union(part.known, f.known);
            }
        }
        parts
    }
}

/// A Parquet file of the lake, and what the log says of all rows in it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) path: String,
    pub(crate) dataset: String,
    pub(crate) day: Option<(Day, Day)>,
    pub(crate) known: Option<(Day, Day)>,
}

fn union(a: Option<(Day, Day)>, b: Option<(Day, Day)>) -> Option<(Day, Day)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// An empty commit that follows a state.
pub(crate) fn next_commit(state: &State) -> Commit {
    Commit {
        format: FORMAT,
        version: state.version.map_or(0, |v| v + 1),
        time: log::now(),
        writer: format!("detente {}", env!("CARGO_PKG_VERSION")),
        columns: log::columns_digest(),
        remove: Vec::new(),
        add: Vec::new(),
        failed: Vec::new(),
    }
}

/// Held by the one process that writes. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct WriterLock {
    /// `None` on a file system without locks: the exclusive commit still lets only one writer win, but
    /// what a killed writer left cannot be told from what another is writing, so nothing is cleared away.
    file: Option<File>,
}

impl WriterLock {
    /// Waits for other writers; `waiting` is called once if there are any.
    pub(crate) fn acquire(lake: &Path, waiting: impl FnOnce()) -> Result<WriterLock> {
        let path = lake.join(LOCK);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io("open the writers' lock", &path))?;
        match file.try_lock() {
            Ok(()) => return Ok(WriterLock { file: Some(file) }),
            Err(TryLockError::WouldBlock) => waiting(),
            Err(TryLockError::Error(_)) => return Ok(WriterLock { file: None }),
        }
        file.lock()
            .map_err(io("wait for the writers' lock", &path))?;
        Ok(WriterLock { file: Some(file) })
    }

    /// Removes what interrupted writers left: everything temporary, and Parquet files that no commit names.
    pub(crate) fn clear_leftovers(&self, lake: &Path, state: &State) -> Result<()> {
        if self.file.is_none() {
            return Ok(());
        }
        let temporary = lake.join(TEMPORARY);
        fs::create_dir_all(&temporary).map_err(io("create the folder", &temporary))?;
        for path in list(&temporary)? {
            fs::remove_file(&path).map_err(io("remove the leftover", &path))?;
        }
        let live: BTreeSet<PathBuf> = state
            .files
            .values()
            .flat_map(|f| &f.path)
            .map(|p| lake.join(p))
            .collect();
        for table in Table::ALL {
            for folder in list(&lake.join(table.name()))? {
                for path in list(&folder)? {
                    let ours = path.extension().is_some_and(|e| e == "parquet");
                    if ours && !live.contains(&path) {
                        fs::remove_file(&path).map_err(io("remove the leftover", &path))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The entries of a folder; none where there is no such folder.
fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e)
            if matches!(
                e.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(e) => return Err(io("list", folder)(e)),
    };
    entries
        .map(|e| e.map(|e| e.path()).map_err(io("list", folder)))
        .collect()
}
