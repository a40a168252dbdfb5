//! The event store: Parquet files under a commit log, a coverage ledger, and a small closed set of queries.
//!
//! What may not come in: knowledge of any source's format (that is `detente_sources`), of any measure
//! (`detente_relations`), or a query that is not a value of [`Query`]. The format on disk is written down in
//! `docs/lake.md`, so that other programs can read the files.
//!
//! - **Commits are atomic.** What the log does not name does not exist; a killed ingest leaves the lake as it was.
//! - **No data is never zero.** [`Coverage`] says of every day of a data set whether it was read; sums over nothing are null.
//! - **Answers are deterministic**: same files, same rows, same order, same float sums, on any number of cores.

mod aggregate;
mod answer;
mod catalogue;
mod column;
mod commit;
mod coverage;
mod crash;
mod error;
mod evidence;
mod export;
mod files;
mod filter;
mod fold;
mod groups;
mod ingest;
mod intake;
mod ledger;
mod log;
mod low;
mod merge;
mod notes;
mod parse;
mod part;
mod predicate;
mod query;
mod reader;
mod report;
mod rows;
mod scan;
mod slots;
mod store;
mod story;
mod sums;
/// The tables' columns are those that the readers deliver.
use detente_sources::schema;

#[cfg(test)]
mod tests;

pub use column::{Kind, column_kind, column_names, columns_of};
pub use coverage::{Coverage, LOW_SHARE, NEIGHBOURS, STRAY_SHARE, Share, Span, Status};
pub use detente_sources::Table;
pub use error::{LakeError, Result};
pub use evidence::Run;
pub use export::{ExportFormat, export};
pub use files::{FileReport, aggregate_files};
pub use filter::{Filter, FilterError, Value};
pub use fold::Fold;
pub use ingest::{Change, Ingested, Outcome, Progress};
pub use log::{Failed, FileEntry};
pub use query::{Aggregate, Key, Query, Scan};
pub use report::{FoldGroup, FoldReport, Folded};
pub use rows::Rows;
pub use store::{DatasetSummary, Lake, Snapshot};
