//! The ledger of published forecasts: lines of JSON in a hash chain, and their scores once their dates have come.
//!
//! Text goes in and text comes out: files, locks and the question what came belong to the caller. [`append`] gives the lines that
//! publish forecasts, [`verify`] checks every line against the one before it, [`score`] holds the predictions against what came
//! and [`cards`] sums that up. The format is described in `docs/ledger.md` for readers in other languages.
//!
//! The chain shows that nothing before a known head was altered. It does not show when a line was written, and lines cut off at
//! the end leave no trace in the file: keep the head elsewhere.

mod chain;
mod entry;
mod score;
#[cfg(test)]
mod tests;

pub use chain::{Appended, Broken, Fault, Mend, Refused, Verified, append, mend, verify};
pub use entry::{
    Baseline, Entry, Kind, LEVELS, Prediction, Published, Quantiles, Question, Skill, Vintage, over,
};
pub use score::{Card, Line, Outcome, Scored, Scores, cards, score};
