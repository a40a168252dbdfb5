//! Ensembles in, worst plausible cases out: how bad can it plausibly get, through which chain, and what helps?
//!
//! This room knows only numbers: paths, months, variables, links. No actor, no file and no clock may enter; whatever is random takes a seed
//! and is the same for the same seed on every machine and any number of cores.

mod dense;
mod error;
mod paths;

pub mod balance;
pub mod cascade;
pub mod ellipsoid;
pub mod envelope;
pub mod hawkes;
pub mod joint;
pub mod loss;
pub mod reverse;
pub mod risk;
pub mod share;
pub mod shock;
pub mod signs;
pub mod tilt;

pub use error::Error;
pub use paths::{Moments, Paths};
