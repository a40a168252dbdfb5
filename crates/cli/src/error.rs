//! What can go wrong on the command line, and how it is said: `error: ...`, the causes, the remedy.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::eprintln;

/// Why a command failed. Each message ends with what to do.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// No bundled data where they are looked for.
    #[error(
        "no bundled data found in {}: run the command in the folder of the repository, or name the folder with --data",
        list(looked)
    )]
    NoData {
        /// Where they were looked for.
        looked: Vec<PathBuf>,
    },
    /// The folder given with --data is none.
    #[error("--data {}: no file of the catalogue is in this folder: name the folder that holds SOURCES.md", dir.display())]
    EmptyData {
        /// The folder.
        dir: PathBuf,
    },
    /// No data set of that id.
    #[error("there is no data set '{id}': choose one of {}", known.join(", "))]
    NoDataset {
        /// The id asked for.
        id: String,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// A data set of another table, where events are needed.
    #[error(
        "{dataset} holds {table}, not events, and only events are told more than once: name a data set of events (`detente sources`), or none for all"
    )]
    NoEvents {
        /// The data set.
        dataset: &'static str,
        /// Its table.
        table: &'static str,
    },
    /// Paths that hold nothing to read.
    #[error(
        "{}: no file in it that a reader knows (`detente sources` lists what can be read)",
        list(paths)
    )]
    NoFiles {
        /// The paths.
        paths: Vec<PathBuf>,
    },
    /// Some files could not be taken in; they are already printed, the others are in.
    #[error("{n} of {of} files could not be read: mend or fetch them again and repeat the command; the others are in", n = failed, of = all)]
    SomeFiles {
        /// How many failed.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// A text that names no actor, bloc or group.
    #[error("{0} (`detente actors TEXT` finds ids)")]
    NoParty(detente_atlas::GroupError),
    /// No source has counts of events between two parties.
    #[error(
        "no relation of {of} and {with} can be measured: {cause}. `detente coverage` shows what has been read"
    )]
    NoRelation {
        /// The first.
        of: String,
        /// The second.
        with: String,
        /// What is lacking.
        cause: detente_relations::Error,
    },
    /// An option whose value does not fit; the message says which and what would.
    #[error("{0}")]
    Given(String),
    /// Nothing found for a text.
    #[error("no actor has '{0}' in its id, name or codes: try a shorter part of the name")]
    NoActor(String),
    /// The partnership file has problems, which are already printed.
    #[error("{file}: {problems}: mend the lines above and run the command again", problems = count(*n, "problem"))]
    Unsound {
        /// The file.
        file: String,
        /// How many.
        n: usize,
    },
    /// A file cannot be written or read.
    #[error("{}: cannot {doing}: {source}", path.display())]
    Io {
        /// In the infinitive.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The reader of the standard output has gone (as `head` does): no failure.
    #[error("the output was closed")]
    Closed,
    /// The standard output cannot be written.
    #[error("cannot write to the standard output: {0}")]
    Stdout(io::Error),
    /// Parquet on the standard output.
    #[error("Parquet cannot go to the terminal or a pipe: name a file with --output FILE.parquet")]
    ParquetNeedsFile,
    /// Something that has no JSON or Arrow form.
    #[error("cannot write the result as {format}: {what}")]
    Rows {
        /// The format.
        format: &'static str,
        /// What the writer said.
        what: String,
    },
    /// There is no ledger to read.
    #[error(
        "{}: there is no ledger: `detente brief` starts one when it publishes its first forecast; name another file with --ledger", path.display()
    )]
    NoLedger {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A ledger that does not hold, or a forecast that may not enter it.
    #[error("{}: {cause}", path.display())]
    Ledger {
        /// The ledger.
        path: PathBuf,
        /// Why.
        cause: detente_forecast::ledger::Refused,
    },
    /// A hash that was kept elsewhere is not in the ledger.
    #[error(
        "{}: no line has the hash {head}, which was kept as that of a line: lines were cut off or written anew since; compare it with a copy", path.display()
    )]
    OtherHead {
        /// The ledger.
        path: PathBuf,
        /// The hash.
        head: String,
    },
    /// Any error of the rooms to the left, which names place and remedy itself.
    #[error(transparent)]
    Room(Box<dyn Error + Send + Sync>),
}

/// What a command returns.
pub type Result<T = (), E = CliError> = std::result::Result<T, E>;

impl CliError {
    /// Wraps an error of another room.
    pub fn room(error: impl Error + Send + Sync + 'static) -> CliError {
        CliError::Room(Box::new(error))
    }

    /// Prints the error and its causes; gives the exit code.
    pub fn report(&self) -> ExitCode {
        if matches!(self, CliError::Closed) {
            return ExitCode::SUCCESS;
        }
        for line in lines(self) {
            eprintln!("{line}");
        }
        ExitCode::FAILURE
    }
}

impl From<detente_lake::LakeError> for CliError {
    fn from(error: detente_lake::LakeError) -> CliError {
        CliError::room(error)
    }
}

/// The message, then each cause that the lines above do not already tell.
fn lines(error: &CliError) -> Vec<String> {
    let mut told = error.to_string();
    let mut out = vec![format!("\u{1b}[1;31merror:\u{1b}[0m {told}")];
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !told.contains(&text) {
            out.push(format!("  caused by: {text}"));
            told.push_str(&text);
        }
        cause = inner.source();
    }
    out
}

fn list(paths: &[PathBuf]) -> String {
    paths
        .iter()
        .map(|p| p.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// `1 problem`, `3 problems`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Outer(&'static str, #[source] Inner);
    #[derive(Debug, thiserror::Error)]
    #[error("row 7 is cut")]
    struct Inner;

    #[test]
    fn a_cause_is_told_once() {
        let lines = |text| lines(&CliError::room(Outer(text, Inner))).join("\n");
        assert_eq!(lines("x.gz: row 7 is cut").matches("row 7").count(), 1);
        assert!(lines("x.gz cannot be read").ends_with("\n  caused by: row 7 is cut"));
    }
}
