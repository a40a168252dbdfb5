//! Ensembles in, worst plausible cases out: how bad can it plausibly get, through which chain, and what helps?
//!
//! This room knows only numbers: paths, months, variables, links. No actor, no file and no clock may enter; whatever is random takes a seed
//! and is the same for the same seed on every machine and any number of cores.

pub mod balance;
pub mod cascade;
mod dense;
mod error;
pub mod hawkes;
mod range;
pub mod share;
pub mod signs;

pub use error::Error;
