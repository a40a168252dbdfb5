//! Scores of a forecast against what came.
//!
//! An ensemble is scored on its draws as [`Forecast::cell`](crate::Forecast::cell) gives them: `f32`, finite, **ascending**. Scores
//! of draws take 0 allocations and have no value (NaN) where they are not defined: a cell without draws, a fair score of one draw,
//! an outcome that is missing (NaN). Leave such cells out before a mean is taken; a missing score is not a score of 0.
//!
//! Every score here is negatively oriented (**lower is better**) unless its documentation says otherwise.

mod draws;
mod flip_flop;
mod interval;

pub mod binary;
pub mod corp;
pub mod curve;
pub mod views;

pub use draws::{crps, crps_fair, crps_normal, pit, quantile, threshold_weighted_crps};
pub use flip_flop::flip_flop;
pub use interval::{active, coverage, covers, interval, interval_score};
