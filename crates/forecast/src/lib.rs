//! Panels in, distributions out: what comes next, how sure is that, and what was such a forecast worth before?
//!
//! This room knows only numbers: units, periods, values, draws. No actor, no file and no clock may enter; whatever is random
//! takes a seed and is the same for the same seed on every machine and any number of cores.
//!
//! A [`Panel`] holds one value per unit and period, or none: **a missing period is missing**, never zero. A [`Forecaster`] is
//! handed a [`View`], a panel cut at the origin, and can not reach what lies after it. What it gives is a [`Forecast`]: for each
//! unit and lead an ensemble of draws. [`verify`] scores draws against what came.

mod cores;
mod design;
mod draw;
mod ensemble;
mod error;
mod history;
mod panel;
mod past;
mod walk;

pub mod backtest;
pub mod baseline;
pub mod boost;
pub mod bootstrap;
pub mod counts;
pub mod excite;
pub mod ledger;
pub mod linear;
pub mod link;
pub mod occurrence;
pub mod onset;
pub mod pooled;
pub mod rupture;
pub mod scales;
pub mod similar;
pub mod stack;
pub mod state;
pub mod trees;
pub mod verify;

pub use cores::{each_on_all_cores, on_all_cores};
pub use design::{Cholesky, Design};
pub use draw::Draw;
pub use ensemble::{Forecast, Forecaster, settle};
pub use error::Error;
pub use panel::{Panel, View};
pub use stack::Stack;
pub use walk::{Walk, changes};
