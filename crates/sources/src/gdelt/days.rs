//! Days written as digits.

use detente_atlas::Day;

const SLOTS: usize = 64;

/// Days by their digits; a file has few.
#[derive(Debug)]
pub(super) struct Days([(u64, Option<Day>); SLOTS]);

impl Days {
    pub(super) fn new() -> Days {
        Days([(0, None); SLOTS])
    }

    /// `20180101`.
    #[inline]
    pub(super) fn day(&mut self, text: &str) -> Option<Day> {
        let key = u64::from_le_bytes(*text.as_bytes().as_array()?);
        let slot = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58;
        let (known, day) = self.0.get_mut(slot as usize)?;
        if *known != key {
            (*known, *day) = (key, Day::parse_compact(text).ok());
        }
        *day
    }

    /// The day of `20180101001500` or `20180101`; the time of day must be one.
    pub(super) fn day_of_time(&mut self, text: &str) -> Option<Day> {
        let (day, time) = text.split_at_checked(8)?;
        let fits = match time.as_bytes() {
            [] => true,
            &[a, b, c, d, e, f] => {
                let pair = |x: u8, y: u8, below: u8| {
                    x.is_ascii_digit() && y.is_ascii_digit() && (x - b'0') * 10 + (y - b'0') < below
                };
                pair(a, b, 24) && pair(c, d, 60) && pair(e, f, 60)
            }
            _ => false,
        };
        if fits { self.day(day) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_and_nothing_else() {
        let mut days = Days::new();
        let day = |text: &str| Some(text.parse::<Day>().unwrap());
        for _ in 0..2 {
            assert_eq!(days.day("20180101"), day("2018-01-01"));
            assert_eq!(days.day("20180229"), None);
            assert_eq!(days.day_of_time("20180101234500"), day("2018-01-01"));
            assert_eq!(days.day_of_time("20130203"), day("2013-02-03"));
            for bad in [
                "",
                "2018",
                "00000000",
                "2018-1-1",
                "20180101240000",
                "20180101006000",
                "201801010",
                "é8010100",
            ] {
                assert_eq!(days.day_of_time(bad), None, "{bad}");
            }
        }
    }
}
