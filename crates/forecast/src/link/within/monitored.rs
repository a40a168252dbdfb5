//! Days on which somebody looked, and a clock that runs on them only.

use crate::Error;
use crate::error::in_range;

/// Which days were looked at. A day that was not is neither quiet nor does it make what went before older.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitored {
    first: i32,
    /// By day from the first: how many monitored days lie before it.
    before: Vec<u32>,
    /// The monitored days, ascending.
    days: Vec<i32>,
}

impl Monitored {
    /// The days from `first` to `last`, both included, but for those `missing`, in any order; what lies outside of the span does not
    /// matter.
    ///
    /// # Errors
    /// A last day before the first.
    pub fn new(first: i32, last: i32, missing: &[i32]) -> Result<Self, Error> {
        in_range(
            "the last monitored day",
            f64::from(last),
            "the first or later",
            last >= first,
        )?;
        let mut looked = vec![true; (i64::from(last) - i64::from(first)) as usize + 1];
        for &day in missing.iter().filter(|d| (first..=last).contains(d)) {
            looked[(day - first) as usize] = false;
        }
        let mut days = Vec::with_capacity(looked.len());
        let mut before = Vec::with_capacity(looked.len() + 1);
        for (day, looked) in (first..=last).zip(looked) {
            before.push(days.len() as u32);
            if looked {
                days.push(day);
            }
        }
        before.push(days.len() as u32);
        Ok(Self {
            first,
            before,
            days,
        })
    }

    /// The first day of the span.
    pub fn first(&self) -> i32 {
        self.first
    }

    /// The last day of the span.
    pub fn last(&self) -> i32 {
        self.first + self.before.len() as i32 - 2
    }

    /// Whether the day was looked at.
    pub fn is(&self, day: i32) -> bool {
        self.until(day) > self.until(day - 1)
    }

    /// How many days up to and with this one were looked at: the time on the clock of monitored days.
    pub fn until(&self, day: i32) -> u32 {
        let after = (i64::from(day) - i64::from(self.first) + 1).max(0) as usize;
        self.before[after.min(self.before.len() - 1)]
    }

    /// Whether all days after `origin` up to `origin + days` were looked at, so that what came is known.
    pub fn settled(&self, origin: i32, days: u32) -> bool {
        let end = i64::from(origin) + i64::from(days);
        i32::try_from(end).is_ok_and(|end| self.until(end) - self.until(origin) == days)
    }

    /// The day at which the clock stood at `tick`, the first monitored day being 0.
    pub(super) fn day(&self, tick: u32) -> i32 {
        self.days[tick as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_on_days_nobody_looked() {
        let m = Monitored::new(10, 16, &[12, 13, 99, 13]).unwrap();
        assert_eq!((m.first(), m.last()), (10, 16));
        assert_eq!(
            [9, 10, 11, 12, 13, 14, 16, 40].map(|d| m.until(d)),
            [0, 1, 2, 2, 2, 3, 5, 5]
        );
        assert_eq!(
            [9, 11, 12, 14, 17].map(|d| m.is(d)),
            [false, true, false, true, false]
        );
        assert_eq!([0, 2, 4].map(|t| m.day(t)), [10, 14, 16]);
        // 11 and 12 are not both monitored, nothing is known of 17
        assert_eq!(
            [(10, 1), (10, 2), (13, 3), (14, 3)].map(|(o, d)| m.settled(o, d)),
            [true, false, true, false]
        );
        assert!(Monitored::new(3, 2, &[]).is_err());
    }
}
