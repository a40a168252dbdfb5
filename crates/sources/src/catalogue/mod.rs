//! The catalogue: every data set that has a reader, with what must be said of it before it is used.

mod disputes;
mod dyads;
mod events;
mod gdelt;
mod gdelt_days;
mod own_events;
mod politics;
mod power;
mod violence;
mod votes;

use std::sync::OnceLock;

use detente_atlas::Day;

use crate::dataset::{Dataset, Gap, GapStatus, Grade, Reliability};

/// All data sets, events first, in the order in which they are documented.
pub fn catalogue() -> &'static [Dataset] {
    static ALL: OnceLock<Vec<Dataset>> = OnceLock::new();
    ALL.get_or_init(|| {
        [
            events::all(),
            own_events::all(),
            violence::all(),
            gdelt::all(),
            dyads::all(),
            disputes::all(),
            politics::all(),
            power::all(),
            votes::all(),
        ]
        .concat()
    })
}

/// The data set of that id.
///
/// ```
/// assert_eq!(detente_sources::dataset("un-votes").unwrap().table.name(), "votes");
/// assert!(detente_sources::dataset("un-vote").is_none());
/// ```
pub fn dataset(id: &str) -> Option<&'static Dataset> {
    catalogue().iter().find(|d| d.id == id)
}

const COW_TERMS: &str = "Free to use and pass on; cite the data set.";
const COW_LICENCE: &str = "Correlates of War: free for use with citation; no formal licence is stated with the copy used here.";
const REVISED: &str = "This is today's edition cut at the date, not what was in print then: later corrections are in it.";

fn day(text: &str) -> Day {
    text.parse()
        .expect("the catalogue is written with sound dates")
}

fn years(from: &str, to: &str) -> (Day, Day) {
    (day(&format!("{from}-01-01")), day(&format!("{to}-12-31")))
}

fn grade(reliability: Reliability, credibility: u8) -> Grade {
    Grade {
        reliability,
        credibility,
    }
}

fn partial(from: &str, to: &str, reason: &'static str) -> Gap {
    Gap {
        from: day(from),
        to: day(to),
        status: GapStatus::Partial,
        reason,
    }
}

fn missing(from: &str, to: &str, reason: &'static str) -> Gap {
    Gap {
        from: day(from),
        to: day(to),
        status: GapStatus::Missing,
        reason,
    }
}
