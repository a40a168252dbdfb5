//! What can go wrong, each with the place and the remedy.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;

use crate::filter::FilterError;

/// Why the lake could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LakeError {
    /// The folder holds no lake.
    #[error(
        "there is no lake in {}: run `detente ingest` to build one, or name its folder with --lake", dir.display()
    )]
    NoLake {
        /// The folder that was asked for.
        dir: PathBuf,
    },
    /// The lake was written by a newer version of the program.
    #[error(
        "{}: written in lake format {found}, this version of détente reads format {known}: update détente",
        file.display()
    )]
    Newer {
        /// The log file that says so.
        file: PathBuf,
        /// The format it names.
        found: u32,
        /// The newest format that this version reads.
        known: u32,
    },
    /// The lake was written by an older version of the program, whose rows lack what this one needs.
    #[error(
        "{}: written in lake format {found}, this version of détente uses format {known}: \
         delete the lake folder and run `detente ingest` again, which makes it anew from the source files", file.display()
    )]
    Older {
        /// The log file that says so.
        file: PathBuf,
        /// The format it names.
        found: u32,
        /// The format that this version uses.
        known: u32,
    },
    /// The disk, or what the user may fill of it, is full.
    #[error(
        "{}: no space left ({source}): free some and run the same command again; what was committed before stands", path.display()
    )]
    NoSpace {
        /// The file that was being written.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The lake was written with other table columns than this version has.
    #[error(
        "{}: the lake was written with other columns than this version of détente uses: \
         delete the lake folder and run `detente ingest` again", file.display()
    )]
    OtherColumns {
        /// The log file that says so.
        file: PathBuf,
    },
    /// A file of the commit log is damaged or absent.
    #[error(
        "{}: {what}: restore this file from a backup, or move the lake folder away and run `detente ingest` again",
        file.display()
    )]
    CorruptLog {
        /// The log file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A Parquet file of the lake cannot be read.
    #[error(
        "{}: this file of the lake cannot be read ({what}): move the lake folder away and run `detente ingest` again",
        file.display()
    )]
    Part {
        /// The Parquet file.
        file: PathBuf,
        /// What the Parquet reader said.
        what: String,
    },
    /// The operating system refused.
    #[error("{}: cannot {doing}: {source}", path.display())]
    Io {
        /// What was being done, in the infinitive.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Two files of one ingest carry the same name for the same data set.
    #[error(
        "{dataset}: two files are named {name} ({} and {}): a file of a data set is known by its name, so rename one",
        first.display(), second.display()
    )]
    SameName {
        /// The data set.
        dataset: String,
        /// The shared name.
        name: String,
        /// The first file.
        first: PathBuf,
        /// The second file.
        second: PathBuf,
    },
    /// A source file could not be read; nothing of it was kept.
    #[error("{dataset}: {source}")]
    Source {
        /// The data set.
        dataset: String,
        /// What its reader said: file, member, row, field and remedy.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A source file changed while it was being read.
    #[error("{}: the file changed while it was being read: run the same command again", file.display())]
    ChangedWhileRead {
        /// The source file.
        file: PathBuf,
    },
    /// A reader delivered rows that the lake cannot take.
    #[error("{dataset}: {}: {what}: this is a fault of the reader, please report it", file.display())]
    BadRows {
        /// The data set.
        dataset: String,
        /// The source file.
        file: PathBuf,
        /// What is wrong with the rows.
        what: String,
    },
    /// Other writers won every race for the next commit.
    #[error("{}: other writers keep committing first: run the same command again", dir.display())]
    Busy {
        /// The lake.
        dir: PathBuf,
    },
    /// A filter text does not read.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A table has no such column.
    #[error("table {table} has no column '{column}'{hint}; its columns are {valid}")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The name that was asked for.
        column: String,
        /// A suggestion, or empty.
        hint: String,
        /// The columns it has.
        valid: String,
    },
    /// A filter compares a column with a value of another kind.
    #[error("column '{column}' holds {kind}, so it cannot be compared with {value}")]
    WrongKind {
        /// The column.
        column: String,
        /// What the column holds.
        kind: &'static str,
        /// The value.
        value: String,
    },
    /// Only events and dyads can be aggregated into dyad-periods.
    #[error(
        "table {table} cannot be aggregated into dyad-periods: use events or dyads, or scan {table} instead"
    )]
    NoAggregate {
        /// The table.
        table: &'static str,
    },
    /// A rule of folding on a table that holds counts.
    #[error(
        "table {table} holds counts, not single events, so nothing in it can be folded: ask without a rule of folding"
    )]
    NoFold {
        /// The table.
        table: &'static str,
    },
    /// A key with more values than groups can be told by.
    #[error(
        "key '{key}' has more than {limit} distinct values: narrow the query with a filter, or leave the key out"
    )]
    TooManyValues {
        /// The key.
        key: &'static str,
        /// How many are possible.
        limit: u32,
    },
    /// A file of another table than the query asks for.
    #[error("{}: {dataset} holds {found}, the query asks for {wanted}: leave the file out, or ask for {found}", file.display())]
    OtherTable {
        /// The file.
        file: PathBuf,
        /// Its data set.
        dataset: &'static str,
        /// The table of the data set.
        found: &'static str,
        /// The table of the query.
        wanted: &'static str,
    },
    /// A part of a query stopped before its end.
    #[error(
        "a worker of the query stopped before its end: run it again; if it happens again, please report it"
    )]
    Worker,
    /// Rows could not be written out.
    #[error("cannot write the rows as {format}: {what}")]
    Export {
        /// The format's name.
        format: &'static str,
        /// What the writer said.
        what: String,
    },
}

/// What the lake's functions return.
pub type Result<T, E = LakeError> = std::result::Result<T, E>;

/// Turns a system error into one that says where and at what.
pub(crate) fn io<'a>(
    doing: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> LakeError + 'a {
    move |source| {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                LakeError::NoSpace { path, source }
            }
            _ => LakeError::Io {
                doing,
                path,
                source,
            },
        }
    }
}

/// Turns a Parquet or Arrow error on reading a file of the lake into one that names the file.
pub(crate) fn part<'a, E: std::fmt::Display>(path: &'a Path) -> impl Fn(E) -> LakeError + 'a {
    move |e| LakeError::Part {
        file: path.to_owned(),
        what: e.to_string(),
    }
}

/// Turns an error on writing a Parquet file into one that names the file.
pub(crate) fn writing(path: &Path) -> impl Fn(ParquetError) -> LakeError {
    move |e| {
        let e = match e {
            ParquetError::External(e) => match e.downcast::<std::io::Error>() {
                Ok(e) => *e,
                Err(e) => std::io::Error::other(e),
            },
            e => std::io::Error::other(e),
        };
        io("write", path)(e)
    }
}
