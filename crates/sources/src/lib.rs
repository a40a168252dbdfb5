//! Readers: one file per format, bytes in, Arrow record batches out, every row with its data set, file and line.
//!
//! A reader takes a file as it was published (plain, `.gz`, `.xz`, `.zip`, `.tar.*`), streams it, and gives rows of one
//! of the five tables of [`schema`]. It resolves actors and event codes through the atlas and counts what does not resolve;
//! it fills nothing in, weighs nothing and joins nothing. The [`catalogue`] says of every data set where it comes from, how far it may be
//! trusted, when its rows became known and where it has holes. Nothing here writes files or knows of a lake.
//!
//! ```no_run
//! let votes = detente_sources::dataset("un-votes").unwrap();
//! let path = std::path::Path::new("data").join(votes.files[0]);
//! let report = detente_sources::read(votes, &path, &mut |batch| {
//!     println!("{} votes", batch.num_rows());
//!     Ok(())
//! })
//! .unwrap();
//! println!("{} rows, {} rejected", report.rows, report.rejected);
//! ```

mod acled;
mod archive;
mod catalogue;
mod cells;
mod codes;
mod column;
mod commas;
mod cross_impact;
mod cross_impact_table;
mod dataset;
mod decimal;
mod dyads;
mod error;
mod gdelt;
mod gdelt_daily_dyads;
mod gdelt_dyad_years;
mod icews;
mod icews_dyad_years;
mod map;
mod mapped;
mod marks;
mod phoenix;
mod polecat;
mod quadruple_set;
mod quadruples;
mod read;
mod recognise;
mod scenario_wizard;
pub mod schema;
mod seen;
mod structural;
mod tables;
mod tabs;
mod ucdp_ged;
mod un_votes;

pub use catalogue::{catalogue, dataset};
pub use cells::{Cells, cells};
pub use cross_impact::{CrossImpact, Descriptor, cross_impact};
pub use dataset::{Beat, Dataset, Format, Gap, GapStatus, Grade, Reliability, Structural};
pub use error::{Fault, Place, ReadError, RowError, SinkError};
pub use map::{Map, MapError, map_of};
pub use quadruple_set::{QuadrupleSet, quadruple_set};
pub use read::{READER_VERSION, ReadReport, read, read_columns};
pub use recognise::{Recognised, recognise};
pub use schema::Table;
pub use tables::BATCH_ROWS;
