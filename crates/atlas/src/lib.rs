//! Who, where, what kind: actors, dated blocs, code systems and event ontologies.
//!
//! Only facts that hold for every source live here. No file is read at run time (the tables are compiled in),
//! and nothing is guessed: a code or name that does not resolve is `None`, and the caller counts it.

mod time;

pub use time::{By, Day, Month, NotADay};
