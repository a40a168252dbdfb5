//! Period numbers: `Month.0` for months, the year for years.

use detente_atlas::{By, Day, Month};

/// The period of length `by` that holds a day.
pub fn period(by: By, day: Day) -> i32 {
    match by {
        By::Year => day.year(),
        _ => day.month().0,
    }
}

/// The first day of a period.
pub fn first_day(by: By, t: i32) -> Day {
    match by {
        By::Year => Month::new(t, 1).first(),
        _ => Month(t).first(),
    }
}

/// The last day of a period.
pub fn last_day(by: By, t: i32) -> Day {
    match by {
        By::Year => Month::new(t, 12).last(),
        _ => Month(t).last(),
    }
}

/// The period as people write it: `2020` or `2020-09`.
pub fn label(by: By, t: i32) -> String {
    match by {
        By::Year => t.to_string(),
        _ => Month(t).to_string(),
    }
}
