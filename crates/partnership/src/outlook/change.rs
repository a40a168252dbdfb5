//! Closer, steady or apart: a forecast of the index as probabilities of where it goes from here.

use detente_forecast::changes;
use detente_relations::describe::sample_sd;

/// Fewest past changes of one length on which their spread is taken.
pub const LEAST_CHANGES: usize = 12;

/// Where the relation goes from its last monitored month, as probabilities that add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// The index rises by more than the threshold.
    pub closer: f64,
    /// It does neither.
    pub steady: f64,
    /// It falls by more than the threshold.
    pub apart: f64,
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
    /// `share` times the sample standard deviation of the changes over `lead` months in a past that ends with the origin (NaN
    /// where missing). `None` where too few changes of any length were seen, or they do not vary.
    pub fn of(past: &[f64], lead: u32, share: f64) -> Option<Threshold> {
        let (found, over) = changes(past, lead as usize, LEAST_CHANGES)?;
        let sd = sample_sd(&found)?;
        (sd > 0.0).then_some(Threshold {
            change: share * sd,
            over,
        })
    }

    /// -1 apart, 0 steady, 1 closer.
    pub fn side(&self, last: f64, value: f64) -> i8 {
        if value - last > self.change {
            1
        } else if last - value > self.change {
            -1
        } else {
            0
        }
    }

    /// The shares of draws on each side; `None` without draws.
    pub fn shares(&self, last: f64, draws: &[f32]) -> Option<Shares> {
        if draws.is_empty() {
            return None;
        }
        let n = draws.len() as f64;
        let count = |side: i8| {
            let on = |d: &&f32| self.side(last, f64::from(**d)) == side;
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

    /// 0, 1, 3, 6, ...: the change over one month grows by one each month.
    fn triangular(n: i32) -> Vec<f64> {
        (0..n).map(|t| f64::from(t * (t + 1) / 2)).collect()
    }

    #[test]
    fn the_threshold_is_half_the_spread_of_own_past_changes() {
        // changes over one month: 1, 2, ..., 13, of mean 7; sum of squares 2 * (1 + 4 + 9 + 16 + 25 + 36) = 182, sd = sqrt(182 / 12)
        let t = Threshold::of(&triangular(14), 1, 0.5).unwrap();
        assert_eq!(t.over, 1);
        assert!((t.change - 0.5 * (182.0f64 / 12.0).sqrt()).abs() < 1e-12);
        // over two months there are 12: 3, 5, ..., 25; over three only 11, so the changes over two are taken
        let two = Threshold::of(&triangular(14), 2, 0.5).unwrap();
        assert_eq!(two.over, 2);
        assert_eq!(Threshold::of(&triangular(14), 30, 0.5), Some(two));
        assert_eq!(Threshold::of(&triangular(12), 1, 0.5), None);
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
