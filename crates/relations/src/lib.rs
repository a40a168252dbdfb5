//! Dyad series, and what is measured on them.
//!
//! This room knows only numbers: slices and small structs come in, small structs go out. No actor, no file, no clock and no
//! hidden randomness may enter; whatever is random takes a seed and is the same for the same seed on every machine.
//!
//! A series is a slice of `(t, value)` sorted by `t`, where `t` is the number of a month or of a year. Gaps are legal and are
//! never filled: whatever needs two neighbouring periods uses only those that really are neighbours. With too few points
//! the answer is [`Error::TooFew`] (or `None`), with the number that would be needed; it is never 0 and never NaN.
//!
//! | module | question |
//! |---|---|
//! | [`index`] | how good is the relation in a window, and how sure is that? |
//! | [`splice`] | one series out of several sources, with the uncertainty of each joint |
//! | [`stability`] | volatility, persistence, breaks and trend of a series |
//! | [`alignment`] | do two states want the same: ideal points, votes, chance-corrected agreement |
//! | [`cohesion`] | how far apart are the members of a bloc? |
//! | [`orientation`] | between two poles: leaning, different sides, zero-sum, arena |
//! | [`standing`] | where does an indicator stand against its own past? |
//! | [`coverage`] | how much of it is the dyad, and how much is the press? |
//! | [`contribution`] | a weighted score and what each factor adds to it |
//!
//! The shared arithmetic stands in [`series`], [`describe`], [`distribution`], [`pooling`] and [`random`]. Every definition,
//! with formula, unit, range, edge cases and source, is in `docs/methods.md`.

pub mod alignment;
pub mod cohesion;
pub mod contribution;
pub mod coverage;
pub mod describe;
pub mod distribution;
mod error;
pub mod index;
mod line;
pub mod orientation;
pub mod pooling;
pub mod random;
pub mod series;
pub mod splice;
pub mod stability;
pub mod standing;

pub use error::Error;
