//! Closer, steady or apart: a forecast of the index as probabilities of where it goes from here.

use crate::file::Settings;
use detente_relations::describe::sample_sd;

/// Fewest past changes of one length on which their spread is taken.
pub const LEAST_CHANGES: usize = 12;

/// The level that changes are measured from: the mean reading of the last `months` months of a past (NaN where missing), of which at
/// least half must have one. A single month is mostly noise: measured from a low one, almost every forecast would be "closer".
pub fn level(past: &[f64], months: usize) -> Option<f64> {
    let recent = &past[past.len().saturating_sub(months)..];
    let found: Vec<f64> = recent.iter().copied().filter(|v| !v.is_nan()).collect();
    (!found.is_empty() && 2 * found.len() >= months)
        .then(|| found.iter().sum::<f64>() / found.len() as f64)
}

/// Where the relation goes from the [`level`] of its last months, as probabilities that add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// The index rises by more than the threshold.
    pub closer: f64,
    /// It does neither.
    pub steady: f64,
    /// It falls by more than the threshold.
    pub apart: f64,
}

/// When a change counts, as the partnership file says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Share of the standard deviation of own past changes.
    pub share: f64,
    /// Months whose mean reading is the level that changes are measured from.
    pub months: usize,
}

impl Rule {
    /// The rule of a file's settings.
    pub fn of(s: &Settings) -> Rule {
        Rule {
            share: s.outlook_change,
            months: s.outlook_months as usize,
        }
    }
}

/// The change from which on a relation counts as closer or apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Log-odds, above 0: a share of the standard deviation of the relation's own past changes.
    pub change: f64,
    /// Months over which those changes were taken: the lead, or the longest shorter length of which there are enough.
    pub over: usize,
}

impl Threshold {
    /// The rule's share of the sample standard deviation of the changes from the level of its months to the reading `lead` months
    /// later, in a past that ends with the origin (NaN where missing). `None` where too few such changes of any length were seen,
    /// or they do not vary.
    pub fn of(past: &[f64], lead: u32, rule: Rule) -> Option<Threshold> {
        let Rule { share, months } = rule;
        let levels: Vec<Option<f64>> = (1..=past.len())
            .map(|end| level(&past[..end], months))
            .collect();
        let longest = (lead as usize).min(past.len().saturating_sub(1));
        let (found, over) = (1..=longest).rev().find_map(|over| {
            let found: Vec<f64> = levels
                .iter()
                .zip(&past[over..])
                .filter_map(|(from, to)| Some(to - (*from)?))
                .filter(|change| !change.is_nan())
                .collect();
            (found.len() >= LEAST_CHANGES).then_some((found, over))
        })?;
        let sd = sample_sd(&found)?;
        (sd > 0.0).then_some(Threshold {
            change: share * sd,
            over,
        })
    }

    /// -1 apart, 0 steady, 1 closer.
    pub fn side(&self, level: f64, value: f64) -> i8 {
        if value - level > self.change {
            1
        } else if level - value > self.change {
            -1
        } else {
            0
        }
    }

    /// The shares of draws on each side; `None` without draws.
    pub fn shares(&self, level: f64, draws: &[f32]) -> Option<Shares> {
        if draws.is_empty() {
            return None;
        }
        let n = draws.len() as f64;
        let count = |side: i8| {
            let on = |d: &&f32| self.side(level, f64::from(**d)) == side;
            draws.iter().filter(on).count() as f64
        };
        let (closer, apart) = (count(1), count(-1));
        Some(Shares {
            closer: closer / n,
            steady: (n - closer - apart) / n,
            apart: apart / n,
        })
    }
}

impl Shares {
    /// The share of a side as [`Threshold::side`] numbers them.
    pub fn of(&self, side: i8) -> f64 {
        match side {
            1 => self.closer,
            -1 => self.apart,
            _ => self.steady,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(share: f64, months: usize) -> Rule {
        Rule { share, months }
    }

    /// 0, 1, 3, 6, ...: the change over one month grows by one each month.
    fn triangular(n: i32) -> Vec<f64> {
        (0..n).map(|t| f64::from(t * (t + 1) / 2)).collect()
    }

    #[test]
    fn the_threshold_is_half_the_spread_of_own_past_changes() {
        // changes over one month: 1, 2, ..., 13, of mean 7; sum of squares 2 * (1 + 4 + 9 + 16 + 25 + 36) = 182, sd = sqrt(182 / 12)
        let t = Threshold::of(&triangular(14), 1, rule(0.5, 1)).unwrap();
        assert_eq!(t.over, 1);
        assert!((t.change - 0.5 * (182.0f64 / 12.0).sqrt()).abs() < 1e-12);
        // over two months there are 12: 3, 5, ..., 25; over three only 11, so the changes over two are taken
        let two = Threshold::of(&triangular(14), 2, rule(0.5, 1)).unwrap();
        assert_eq!(two.over, 2);
        assert_eq!(Threshold::of(&triangular(14), 30, rule(0.5, 1)), Some(two));
        assert_eq!(Threshold::of(&triangular(12), 1, rule(0.5, 1)), None);
    }

    #[test]
    fn changes_are_measured_from_the_level_of_the_last_months() {
        assert_eq!(level(&[9.0, 1.0, f64::NAN, 3.0], 3), Some(2.0));
        assert_eq!(level(&[9.0, f64::NAN, f64::NAN, 3.0], 3), None);
        assert_eq!(level(&[9.0, 3.0], 3), Some(6.0));
        // readings 0, 2, 0, 2, ...: the level of two months is 0 in the first and 1 from then on, so the changes to the next month are
        // 2, -1, 1, -1, 1, ..., -1, 1: thirteen of mean 2/13 and sum of squares 16, sd = sqrt((16 - 4/13) / 12)
        let past: Vec<f64> = (0..14).map(|t| f64::from(t % 2 * 2)).collect();
        let t = Threshold::of(&past, 1, rule(1.0, 2)).unwrap();
        assert!((t.change - ((16.0 - 4.0 / 13.0) / 12.0f64).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn shares_by_hand() {
        let t = Threshold {
            change: 1.0,
            over: 1,
        };
        // from 2: apart below 1, closer above 3; the ends themselves are steady
        let draws = [0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 3.5, 9.0];
        let s = t.shares(2.0, &draws).unwrap();
        assert_eq!((s.closer, s.steady, s.apart), (0.25, 0.5, 0.25));
        assert_eq!(t.shares(2.0, &[]), None);
        assert_eq!(
            (t.side(2.0, 3.5), t.side(2.0, 3.0), t.side(2.0, 0.5)),
            (1, 0, -1)
        );
    }
}
