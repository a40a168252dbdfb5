//! The store as a whole, on tiny source files in formats made up here.

mod aggregates;
mod beats;
mod commits;
mod crashes;
mod folds;
mod kills;
mod ledger;
mod many;
mod predicates;
mod scans;
mod support;
