//! What was known on a day: the dyads, records and votes of the lake, cut at the as-of date and held in memory.
//!
//! Everything above works on this cut, so nothing that became known later can touch a figure.

mod cell;
pub mod clock;
pub(crate) mod columns;
mod counterfactual;
mod load;
mod records;
mod stream;

pub use cell::Cell;
pub use load::Needs;
pub use records::{Record, Records, Votes, provenance};
#[cfg(test)]
pub(crate) use stream::tests as stream_tests;
pub use stream::{Kind, Pooled, Stream};

use detente_atlas::Day;
use detente_lake::Coverage;

/// The cut of the lake at a day.
#[derive(Debug)]
pub struct World {
    /// Rows known after this day are not here.
    pub as_of: Day,
    /// Monthly streams, the most trusted first.
    pub monthly: Vec<Stream>,
    /// Yearly streams, the most trusted first.
    pub yearly: Vec<Stream>,
    /// Measured values.
    pub records: Records,
    /// Votes in the UN General Assembly.
    pub votes: Votes,
    /// Coverage of every data set in the lake, as of the day.
    pub coverage: Vec<(&'static str, Coverage)>,
}

impl World {
    /// The last day on which any monthly stream was monitored.
    pub fn watch_day(&self) -> Option<Day> {
        self.monthly.iter().filter_map(|s| self.last_day(s)).max()
    }

    /// The last day on which a stream was monitored, as of the day.
    pub fn last_day(&self, stream: &Stream) -> Option<Day> {
        self.coverage
            .iter()
            .filter(|(id, _)| stream.datasets.contains(id))
            .filter_map(|(_, coverage)| coverage.last_seen())
            .max()
            .map(|day| day.min(self.as_of))
    }

    /// The monthly stream of that name.
    pub fn stream(&self, id: &str) -> Option<&Stream> {
        self.monthly.iter().chain(&self.yearly).find(|s| s.id == id)
    }
}
