//! Days, months and periods: the only clock in the house. No time zones: every source dates by UTC day.

use std::fmt;
use std::str::FromStr;

/// A calendar day, as days since 1970-01-01 (the unit of Arrow's `Date32`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A calendar month, as `12 * year + (month - 1)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

/// The length of the periods that a series is cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// One calendar day.
    Day,
    /// Seven days from Monday (ISO 8601).
    Week,
    /// One calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// One calendar year.
    Year,
}

/// Why a text is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a date: write YYYY-MM-DD, as in 2020-09-27")]
pub struct NotADay(pub String);

impl Day {
    /// The day of a proleptic Gregorian date, or `None` where there is no such date.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Days from civil, H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
        let y = i64::from(year) - i64::from(month <= 2);
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let doy = (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5
            + i64::from(day)
            - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        i32::try_from(era * 146_097 + doe - 719_468).ok().map(Day)
    }

    /// Year, month (1-12) and day of the month (1-31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
        let month = (if mp < 10 { mp + 3 } else { mp - 9 }) as u32;
        ((yoe + era * 400 + i64::from(month <= 2)) as i32, month, day)
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// The calendar month that holds the day.
    pub fn month(self) -> Month {
        let (y, m, _) = self.ymd();
        Month(12 * y + m as i32 - 1)
    }

    /// The day `n` days later (earlier where negative).
    pub fn plus(self, n: i32) -> Day {
        Day(self.0 + n)
    }

    /// The first day of the period of length `by` that holds this day.
    pub fn start_of(self, by: By) -> Day {
        let (y, m, _) = self.ymd();
        let first = |m| Day::from_ymd(y, m, 1).expect("the first of a month is a date");
        match by {
            By::Day => self,
            // 1970-01-01 was a Thursday.
            By::Week => Day(self.0 - (self.0 + 3).rem_euclid(7)),
            By::Month => first(m),
            By::Quarter => first((m - 1) / 3 * 3 + 1),
            By::Year => first(1),
        }
    }

    /// The last day of the period of length `by` that holds this day.
    pub fn end_of(self, by: By) -> Day {
        match by {
            By::Day => self,
            By::Week => self.start_of(by).plus(6),
            By::Month => self.month().last(),
            By::Quarter => Month(self.start_of(by).month().0 + 2).last(),
            By::Year => Month(self.start_of(by).month().0 + 11).last(),
        }
    }

    /// Reads `YYYYMMDD`, as GDELT writes its days.
    pub fn parse_compact(text: &str) -> Result<Day, NotADay> {
        let bad = || NotADay(text.to_owned());
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let n: u32 = text.parse().map_err(|_| bad())?;
        Day::from_ymd((n / 10_000) as i32, n / 100 % 100, n % 100).ok_or_else(bad)
    }
}

impl Month {
    /// The month of a year, `month` from 1 to 12.
    pub fn new(year: i32, month: u32) -> Month {
        Month(12 * year + month as i32 - 1)
    }
    /// The calendar year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }
    /// The month of the year, 1-12.
    pub fn of_year(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }
    /// Its first day.
    pub fn first(self) -> Day {
        Day::from_ymd(self.year(), self.of_year(), 1).expect("the first of a month is a date")
    }
    /// Its last day.
    pub fn last(self) -> Day {
        Month(self.0 + 1).first().plus(-1)
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        f.pad(&format!("{y:04}-{m:02}-{d:02}"))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.of_year()))
    }
}

impl FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Day, NotADay> {
        let bad = || NotADay(text.to_owned());
        let b = text.as_bytes();
        if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
            return Err(bad());
        }
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        Day::parse_compact(&digits).map_err(|_| bad())
    }
}

impl FromStr for By {
    type Err = String;
    fn from_str(text: &str) -> Result<By, String> {
        Ok(match text {
            "day" => By::Day,
            "week" => By::Week,
            "month" => By::Month,
            "quarter" => By::Quarter,
            "year" => By::Year,
            _ => {
                return Err(format!(
                    "'{text}' is not a period: write day, week, month, quarter or year"
                ));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_the_calendar() {
        // Reference values: `date -d DATE +%s` divided by 86 400.
        for (text, days) in [
            ("1970-01-01", 0),
            ("1994-05-04", 8_889),
            ("2000-02-29", 11_016),
            ("2020-09-27", 18_532),
            ("1969-12-31", -1),
        ] {
            let day: Day = text.parse().unwrap();
            assert_eq!(day.0, days, "{text}");
            assert_eq!(day.to_string(), text);
        }
        for bad in [
            "2023-02-29",
            "2023-13-01",
            "2023-1-1",
            "20230101",
            "2023-00-10",
            "",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        for n in -80_000..80_000 {
            let (y, m, d) = Day(n).ymd();
            assert_eq!(Day::from_ymd(y, m, d), Some(Day(n)));
        }
    }

    #[test]
    fn periods_start_and_end_where_the_calendar_says() {
        let day: Day = "2020-11-14".parse().unwrap(); // a Saturday
        for (by, from, to) in [
            (By::Day, "2020-11-14", "2020-11-14"),
            (By::Week, "2020-11-09", "2020-11-15"),
            (By::Month, "2020-11-01", "2020-11-30"),
            (By::Quarter, "2020-10-01", "2020-12-31"),
            (By::Year, "2020-01-01", "2020-12-31"),
        ] {
            assert_eq!(day.start_of(by).to_string(), from);
            assert_eq!(day.end_of(by).to_string(), to);
        }
    }
}
