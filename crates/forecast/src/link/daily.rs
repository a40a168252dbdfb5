//! How sure a mean reciprocal rank is: events of a day, and of days in a row, hang together, so days are what is drawn.

use std::collections::BTreeMap;

use super::protocol::Ranks;
use crate::Error;
use crate::bootstrap::{Cell, Interval, Paired, Settings, Statistic};

/// Ranks by day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Daily {
    days: BTreeMap<i32, Ranks>,
}

impl Daily {
    /// Adds the rank, from 1, of an answer to a question about a day.
    pub fn add(&mut self, day: i32, rank: f64) {
        self.days.entry(day).or_default().add(rank);
    }

    /// How many days have ranks.
    pub fn days(&self) -> usize {
        self.days.len()
    }

    /// Interval of the mean reciprocal rank: days are drawn with replacement in circular blocks of `block`, each with all of its questions.
    ///
    /// # Errors
    /// Fewer than 2 days; a block of more than half of them; settings out of range.
    pub fn mrr(&self, block: usize, settings: &Settings) -> Result<Interval, Error> {
        self.interval(|_| Some(0.0), block, settings)
    }

    /// By how much the mean reciprocal rank is above that of another ranker of the same questions, with its interval as in [`mrr`](Self::mrr).
    ///
    /// # Errors
    /// As there; days on which the two have a different number of ranks.
    pub fn gain(&self, over: &Self, block: usize, settings: &Settings) -> Result<Interval, Error> {
        let asked = |of: &Self| -> Vec<(i32, u64)> {
            of.days.iter().map(|(day, r)| (*day, r.number)).collect()
        };
        if asked(self) != asked(over) {
            return Err(Error::Lengths {
                what: "questions by day of two rankers",
                left: self.days(),
                right: over.days(),
            });
        }
        self.interval(|day| over.days.get(&day)?.mrr(), block, settings)
    }

    fn interval(
        &self,
        below: impl Fn(i32) -> Option<f64>,
        block: usize,
        settings: &Settings,
    ) -> Result<Interval, Error> {
        // scores of cells are losses, so ours stands in the place of the reference
        let cells = self.days.iter().filter_map(|(&day, ranks)| {
            let cell = Cell {
                unit: 0,
                origin: day,
                score: below(day)?,
                reference: ranks.mrr()?,
            };
            Some(std::iter::repeat_n(cell, ranks.number as usize))
        });
        let paired = Paired::new(cells.flatten())?;
        paired.by_unit_and_origin(Statistic::Gain, block, settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_by_day() {
        let settings = Settings::default();
        let (mut ours, mut theirs) = (Daily::default(), Daily::default());
        for day in 0..20 {
            for _ in 0..2 {
                ours.add(day, if day % 2 == 0 { 1.0 } else { 2.0 });
                theirs.add(day, if day % 2 == 0 { 2.0 } else { 4.0 });
            }
        }
        let of = ours.mrr(1, &settings).unwrap();
        assert!((of.mean - 0.75).abs() < 1e-12);
        // half of 20 days at 1 and half at 1/2: the standard error is 0.25 / sqrt(20)
        let half = 1.645 * 0.25 / 20_f64.sqrt();
        assert!((of.hi - of.lo - 2.0 * half).abs() < 0.03, "{of:?}");
        // blocks of two days hold one of each kind
        let even = ours.mrr(2, &settings).unwrap();
        assert!((even.hi - even.lo).abs() < 1e-12);
        let gain = ours.gain(&theirs, 1, &settings).unwrap();
        assert!((gain.mean - 0.375).abs() < 1e-12 && gain.excludes_zero());
        theirs.add(3, 1.0);
        assert!(ours.gain(&theirs, 1, &settings).is_err());
    }
}
