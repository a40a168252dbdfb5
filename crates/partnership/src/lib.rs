//! The partnership file, and the assessment of a partnership at a date.
//!
//! A partnership is a TOML file ([`mod@file`]) that names two sides, the factors that press on them at three levels, how each
//! factor is measured, how far each side is exposed, and what would have to be true for each claim to hold. [`find`],
//! [`read`] and [`parse`] resolve it into a [`Partnership`], in which every name means something, or report everything
//! that is wrong with it at once, with line, column and remedy.
//!
//! Weights, windows and thresholds stand in the file and nowhere in the code; what a measure or a test is called, which
//! keys it needs and which data serve it stands in [`MEASURES`] and [`TESTS`].

mod bundled;
mod describe;
pub mod engine;
pub mod file;
pub mod injection;
mod lint;
mod measures;
pub mod model;
mod nearest;
pub mod outlook;
mod place;
pub mod provenance;
mod read;
mod shape;
pub mod spliced;
pub mod stress;
mod validate;
pub mod world;

pub use engine::{Assessment, assess, assess_with};
pub use file::Settings;
pub use measures::{Every, MEASURES, MeasureSpec, TESTS, TestSpec};
pub use model::{
    Assumption, Direction, Domain, Exposure, Factor, Format, Indicator, Level, Lever, Measure,
    Partnership, Party, Rivalry, Shock, Side, SideExposure, TestKind, Worse,
};
pub use place::Problem;
pub use read::{Checked, FileError, check, check_path, check_text, find, parse, read, shipped};
