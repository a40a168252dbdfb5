//! How a log writes its days.

use detente_atlas::Day;

/// The form of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// `2024-12-31`, also with a time behind it.
    Iso,
    /// `20241231`.
    Compact,
    /// Three numbers in an order, with a mark between them.
    Parts { order: [char; 3], mark: char },
}

impl DateForm {
    /// `ISO`, `YYYYMMDD`, or d, m and Y in any order with `/`, `.` or `-` between them.
    pub(crate) fn of(text: &str) -> Option<DateForm> {
        match text {
            "ISO" | "iso" => return Some(DateForm::Iso),
            "YYYYMMDD" => return Some(DateForm::Compact),
            _ => {}
        }
        let letters: Vec<char> = text.chars().collect();
        let [a, mark, b, again, c] = letters[..] else {
            return None;
        };
        let order = [a, b, c];
        let fits = ['d', 'm', 'Y'].iter().all(|part| order.contains(part))
            && ['/', '.', '-'].contains(&mark)
            && mark == again;
        fits.then_some(DateForm::Parts { order, mark })
    }

    pub(crate) fn day(self, text: &str) -> Option<Day> {
        let date = text.split([' ', 'T']).next().unwrap_or("");
        match self {
            DateForm::Iso => date.parse().ok(),
            DateForm::Compact => Day::parse_compact(date).ok(),
            DateForm::Parts { order, mark } => {
                let mut parts = date.split(mark);
                let (mut year, mut month, mut day) = (0, 0, 0);
                for part in order {
                    let text = parts.next()?;
                    let number: u32 = text.parse().ok()?;
                    match part {
                        'Y' if text.len() == 4 => year = number as i32,
                        'm' if text.len() <= 2 => month = number,
                        'd' if text.len() <= 2 => day = number,
                        _ => return None,
                    }
                }
                if parts.next().is_some() {
                    return None;
                }
                Day::from_ymd(year, month, day)
            }
        }
    }

    /// The form in words, for messages.
    pub(crate) fn example(self) -> String {
        match self {
            DateForm::Iso => "2024-12-31".to_owned(),
            DateForm::Compact => "20241231".to_owned(),
            DateForm::Parts { order, mark } => order
                .map(|part| match part {
                    'd' => "31",
                    'm' => "12",
                    _ => "2024",
                })
                .join(&mark.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_reads_its_own_dates_and_no_others() {
        let day = Day::from_ymd(2024, 3, 9);
        for (form, good, bad) in [
            ("ISO", "2024-03-09", "09/03/2024"),
            ("ISO", "2024-03-09T12:00:00Z", "20240309"),
            ("d/m/Y", "9/3/2024", "9/13/2024"),
            ("d/m/Y", "09/03/2024 08:15", "9/3/24"),
            ("m/d/Y", "03/09/2024", "13/09/2024"),
            ("Y/m/d", "2024/03/09", "09/03/2024"),
            ("d.m.Y", "9.3.2024", "9/3/2024"),
            ("YYYYMMDD", "20240309", "2024-03-09"),
        ] {
            let form = DateForm::of(form).unwrap();
            assert_eq!(form.day(good), day, "{good}");
            assert_eq!(form.day(bad), None, "{bad}");
            assert_eq!(form.day(""), None);
            assert_eq!(form.day(&form.example()), Day::from_ymd(2024, 12, 31));
        }
        for bad in ["", "d/m", "d/m/y", "d/m-Y", "d/d/Y", "%Y-%m-%d"] {
            assert_eq!(DateForm::of(bad), None, "{bad}");
        }
    }
}
