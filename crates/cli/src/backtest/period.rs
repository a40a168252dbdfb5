//! Periods of a user's panel: months as `2021-10`, or whole numbers (years, numbers of months).

use std::fmt;

use detente_atlas::{Day, Month};

/// How a panel writes its periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `2021-10`, or a day in that month.
    Month,
    /// Whole numbers that follow each other.
    Number,
}

/// A period, told with its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Number of the [`Month`], or the number itself.
    pub number: i32,
    /// How it was written.
    pub form: Form,
}

impl Period {
    /// Reads a period.
    pub fn parse(text: &str) -> Option<Period> {
        if let Ok(number) = text.parse() {
            return Some(Period {
                number,
                form: Form::Number,
            });
        }
        // programs that know no missing whole numbers write 3.0 for 3
        if let Some(number) = text.strip_suffix(".0").and_then(|t| t.parse().ok()) {
            return Some(Period {
                number,
                form: Form::Number,
            });
        }
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-').unwrap_or((rest, "1"));
        let day = day.get(..2).unwrap_or(day);
        let day = Day::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
        Some(Period {
            number: day.month().0,
            form: Form::Month,
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Number => write!(f, "{}", self.number),
            Form::Month => write!(f, "{}", Month(self.number)),
        }
    }
}

/// Reads `3..14`, both ends included, or `1,3,6`.
pub fn leads(text: &str) -> Result<Vec<u32>, String> {
    let bad = || {
        format!(
            "'{text}' is no list of leads: write 3..14 (both ends included) or 1,3,6; each is 1 or more"
        )
    };
    let number = |t: &str| {
        t.trim()
            .parse::<u32>()
            .ok()
            .filter(|n| (1..=600).contains(n))
    };
    let leads: Option<Vec<u32>> = match text.split_once("..") {
        Some((from, to)) => {
            let to = to.strip_prefix('=').unwrap_or(to);
            number(from)
                .zip(number(to))
                .map(|(from, to)| (from..=to).collect())
        }
        None => text.split(',').map(number).collect(),
    };
    leads.filter(|l| !l.is_empty()).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_written_alike() {
        for text in ["2021-10", "1969-12", "504", "2018"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Period::parse("2021-10-31"), Period::parse("2021-10"));
        assert_eq!(Period::parse("1970-02").unwrap().number, 12 * 1970 + 1);
        assert_eq!(Period::parse("2021-13"), None);
        assert_eq!(Period::parse("spring"), None);
    }

    #[test]
    fn leads_are_a_span_or_a_list() {
        assert_eq!(leads("3..6"), Ok(vec![3, 4, 5, 6]));
        assert_eq!(leads("1, 3"), Ok(vec![1, 3]));
        for bad in ["0..3", "6..3", "", "a", "1,,2"] {
            assert!(leads(bad).is_err(), "{bad}");
        }
    }
}
