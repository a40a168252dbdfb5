//! The store as a whole, on tiny source files in formats made up here.

mod aggregates;
mod commits;
mod crashes;
mod folds;
mod ledger;
mod many;
mod predicates;
mod scans;
mod support;
