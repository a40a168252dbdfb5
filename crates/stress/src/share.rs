//! A share of cases with its interval.

use crate::Error;
use detente_relations::distribution::beta_log_odds_quantile;
use serde::{Deserialize, Serialize};

/// A share of cases with a 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How many cases it is true of, over all.
    pub value: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// All cases.
    pub of: usize,
}

impl Share {
    /// `times` of `of`, with the equal-tailed interval of Jeffreys, the 5 % and 95 % quantiles of `Beta(times + 1/2, of - times + 1/2)`; its lower end is 0 if
    /// it never came true, its upper end 1 if it always did (Brown, Cai & DasGupta 2001, Statistical Science 16: 101-133).
    ///
    /// # Errors
    /// No cases; more times than cases.
    pub fn of(times: usize, of: usize) -> Result<Self, Error> {
        if of == 0 {
            return Err(Error::TooFew {
                what: "cases of a share",
                needed: 1,
                found: 0,
            });
        }
        Error::in_range(
            "the number of times that a share came true",
            times as f64,
            "not above the number of cases",
            times <= of,
        )?;
        let (hits, misses) = (times as f64, (of - times) as f64);
        let end = |q| {
            let log_odds: f64 = beta_log_odds_quantile(hits + 0.5, misses + 0.5, q);
            1.0 / (1.0 + (-log_odds).exp())
        };
        Ok(Self {
            value: hits / of as f64,
            lo: if times == 0 { 0.0 } else { end(0.05) },
            hi: if times == of { 1.0 } else { end(0.95) },
            of,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy.stats: `beta.ppf([.05, .95], 3.5, 7.5)` and `beta.ppf(.95, .5, 10.5)`.
    const SCIPY: [f64; 3] = [0.11732937668021019, 0.558126766484634, 0.1707731082448478];

    #[test]
    fn as_the_beta_quantiles_of_scipy() {
        let some = Share::of(3, 10).unwrap();
        assert!((some.value - 0.3).abs() < 1e-15 && some.of == 10);
        assert!((some.lo - SCIPY[0]).abs() < 1e-9, "{}", some.lo);
        assert!((some.hi - SCIPY[1]).abs() < 1e-9, "{}", some.hi);
        let none = Share::of(0, 10).unwrap();
        assert!(none.lo == 0.0 && (none.hi - SCIPY[2]).abs() < 1e-9);
        let all = Share::of(10, 10).unwrap();
        assert!(all.hi == 1.0 && (all.lo - (1.0 - SCIPY[2])).abs() < 1e-9);
        assert!(Share::of(0, 0).is_err() && Share::of(2, 1).is_err());
    }
}
