//! The day on which the command runs (UTC, as every source dates).

use std::time::{SystemTime, UNIX_EPOCH};

use detente_atlas::Day;

/// Today.
pub fn today() -> Day {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    Day(i32::try_from(seconds / 86_400).unwrap_or(i32::MAX))
}
