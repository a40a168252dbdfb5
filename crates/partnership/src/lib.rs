//! The partnership file, and the assessment of a partnership at a date.

pub mod file;
pub mod model;

pub use file::Settings;
pub use model::{
    Assumption, Direction, Domain, Exposure, Factor, Format, Indicator, Level, Measure, Partnership, Party, Rivalry,
    SideExposure, TestKind, Worse,
};
