//! What a file was seen to hold: for each period how many rows, and from which day on they could be known.
//! The coverage ledger is built from this and from nothing else.

use std::collections::BTreeMap;

use detente_atlas::{By, Day};
use serde::{Deserialize, Serialize};

/// Periods in a row that hold the same number of rows each, first known on the same day.
/// In the log: `["2020-09-01", "2020-09-30", "2020-10-01", 1180]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "(String, String, String, u64)",
    into = "(String, String, String, u64)"
)]
pub struct Run {
    /// The first day of the first period.
    pub from: Day,
    /// The last day of the last period.
    pub to: Day,
    /// The day on which the rows could be known.
    pub known: Day,
    /// Rows in each period.
    pub rows: u64,
}

impl From<Run> for (String, String, String, u64) {
    fn from(r: Run) -> Self {
        (
            r.from.to_string(),
            r.to.to_string(),
            r.known.to_string(),
            r.rows,
        )
    }
}

impl TryFrom<(String, String, String, u64)> for Run {
    type Error = detente_atlas::NotADay;
    fn try_from(
        (from, to, known, rows): (String, String, String, u64),
    ) -> Result<Run, Self::Error> {
        Ok(Run {
            from: from.parse()?,
            to: to.parse()?,
            known: known.parse()?,
            rows,
        })
    }
}

/// Gathers the evidence of one file row by row. Takes memory by distinct span, not by row or day.
#[derive(Debug)]
pub(crate) struct Gatherer {
    step: By,
    /// For each day of knowing: at a period's first day, how many more rows hold from there on.
    changes: BTreeMap<Day, BTreeMap<Day, i64>>,
    /// The span last added and its rows, not yet in `changes`: rows mostly come in runs.
    open: Option<(Day, Day, Day, i64)>,
}

impl Gatherer {
    pub(crate) fn new(step: By) -> Gatherer {
        Gatherer {
            step,
            changes: BTreeMap::new(),
            open: None,
        }
    }

    /// Adds a row that speaks of `from` to `to`.
    pub(crate) fn add(&mut self, from: Day, to: Day, known: Day) {
        match &mut self.open {
            Some((f, t, k, n)) if (*f, *t, *k) == (from, to, known) => *n += 1,
            _ => {
                self.close();
                self.open = Some((from, to, known, 1));
            }
        }
    }

    fn close(&mut self) {
        let Some((from, to, known, rows)) = self.open.take() else {
            return;
        };
        let changes = self.changes.entry(known).or_default();
        *changes.entry(from.start_of(self.step)).or_default() += rows;
        *changes.entry(to.end_of(self.step).plus(1)).or_default() -= rows;
    }

    /// The evidence, by day of knowing, then by period.
    pub(crate) fn finish(mut self) -> Vec<Run> {
        self.close();
        let mut runs = Vec::new();
        for (known, changes) in self.changes {
            let mut level = 0;
            let mut since: Option<Day> = None;
            for (day, change) in changes {
                if change == 0 {
                    continue;
                }
                if let Some(from) = since.filter(|_| level > 0) {
                    runs.push(Run {
                        from,
                        to: day.plus(-1),
                        known,
                        rows: level as u64,
                    });
                }
                level += change;
                since = Some(day);
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn rows_of_days_become_runs() {
        let mut g = Gatherer::new(By::Day);
        for (d, known) in [
            ("2020-01-01", "2020-01-02"),
            ("2020-01-02", "2020-01-03"),
            ("2020-01-01", "2020-01-02"),
        ] {
            g.add(day(d), day(d), day(known));
        }
        let run = |from: &str, to: &str, known: &str, rows| Run {
            from: day(from),
            to: day(to),
            known: day(known),
            rows,
        };
        assert_eq!(
            g.finish(),
            vec![
                run("2020-01-01", "2020-01-01", "2020-01-02", 2),
                run("2020-01-02", "2020-01-02", "2020-01-03", 1),
            ]
        );
    }

    #[test]
    fn spans_cover_each_of_their_periods() {
        let mut g = Gatherer::new(By::Year);
        g.add(day("2001-05-01"), day("2003-02-01"), day("2010-01-01"));
        g.add(day("2003-01-01"), day("2003-12-31"), day("2010-01-01"));
        let known = day("2010-01-01");
        assert_eq!(
            g.finish(),
            vec![
                Run {
                    from: day("2001-01-01"),
                    to: day("2002-12-31"),
                    known,
                    rows: 1
                },
                Run {
                    from: day("2003-01-01"),
                    to: day("2003-12-31"),
                    known,
                    rows: 2
                },
            ]
        );
    }

    #[test]
    fn a_run_is_one_short_line_of_the_log() {
        let run = Run {
            from: day("2020-09-01"),
            to: day("2020-09-30"),
            known: day("2020-10-01"),
            rows: 1180,
        };
        let text = serde_json::to_string(&run).unwrap();
        assert_eq!(text, r#"["2020-09-01","2020-09-30","2020-10-01",1180]"#);
        assert_eq!(serde_json::from_str::<Run>(&text).unwrap(), run);
        assert!(
            serde_json::from_str::<Run>(r#"["2020-09-31","2020-09-30","2020-10-01",1]"#).is_err()
        );
    }
}
