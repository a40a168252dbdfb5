//! The far end of a sample of losses: value at risk and expected shortfall, with what the number of paths does not know.

use crate::Error;
use detente_relations::distribution::normal_half_width;
use serde::{Deserialize, Serialize};

/// The levels that are usual.
pub const LEVELS: [f64; 3] = [0.90, 0.95, 0.99];

/// Fewest paths in the tail.
const FEWEST: f64 = 10.0;

/// A figure from a finite number of paths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its Monte Carlo standard error: what another seed would change, not what the model does not know.
    pub error: f64,
}

impl Estimate {
    /// The central interval that holds `level` of the Monte Carlo error, by the normal law.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let half = normal_half_width(level) * self.error;
        (self.value - half, self.value + half)
    }
}

/// The tail of a loss at a level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// The level, such as 0.95.
    pub level: f64,
    /// Value at risk: the loss that is not passed with the chance `level`.
    pub value_at_risk: Estimate,
    /// Expected shortfall: the mean of the worst `1 - level`.
    pub shortfall: Estimate,
}

/// Value at risk and expected shortfall of n losses at level a.
///
/// ```text
/// VaR = L_(ceil(n a)),     ES = mean of the worst n (1 - a) losses, the last of them by its part     (Acerbi & Tasche 2002)
/// se(VaR) = (L_(n a + s) - L_(n a - s)) / 2,     s = (n a (1 - a))^.5: the order statistics one standard deviation of the count away
/// se(ES)  = ((variance of the losses beyond VaR + a (ES - VaR)^2) / (n (1 - a)))^.5                    (Manistre & Hancock 2005)
/// ```
///
/// Acerbi & Tasche 2002, Journal of Banking & Finance 26: 1487-1503; the interval of a quantile by order statistics: David & Nagaraja 2003, Order Statistics, 7.1;
/// Manistre & Hancock 2005, North American Actuarial Journal 9(2): 129-156. Paths are independent of each other.
///
/// # Errors
/// A level outside of 0..1; a loss that is not finite; fewer than 10 paths in the tail (1,000 paths for 99 %).
pub fn tail(losses: &[f64], level: f64) -> Result<Tail, Error> {
    let mass = mass(losses, level)?;
    let n = losses.len() as f64;
    let mut falling = losses.to_vec();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    let whole = mass.floor() as usize;
    let part = mass - whole as f64;
    let var = falling[whole.min(falling.len() - 1)];
    let beyond = &falling[..whole];
    let mean_of = |of: &dyn Fn(f64) -> f64| {
        (beyond.iter().map(|&l| of(l)).sum::<f64>() + part * of(var)) / mass
    };
    let shortfall = mean_of(&|l| l);
    let variance = mean_of(&|l| (l - shortfall).powi(2));
    let s = (n * level * (1.0 - level)).sqrt();
    let at = |place: f64| falling[(place.round().max(0.0) as usize).min(falling.len() - 1)];
    Ok(Tail {
        level,
        value_at_risk: Estimate {
            value: var,
            error: (at(mass - s) - at(mass + s)) / 2.0,
        },
        shortfall: Estimate {
            value: shortfall,
            error: ((variance + level * (shortfall - var).powi(2)) / mass).sqrt(),
        },
    })
}

/// The weights of paths, summing to 1, under which the mean loss is expected shortfall: `1 / (n (1 - level))` for the worst, a part of that for the last of them. Of equal
/// losses the earlier path goes first.
///
/// # Errors
/// As [`tail`].
pub fn tail_weights(losses: &[f64], level: f64) -> Result<Vec<f64>, Error> {
    let mass = mass(losses, level)?;
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|&a, &b| losses[b].total_cmp(&losses[a]));
    let mut weights = vec![0.0; losses.len()];
    for (rank, path) in order.into_iter().enumerate() {
        let part = (mass - rank as f64).min(1.0);
        if part <= 0.0 {
            break;
        }
        weights[path] = part / mass;
    }
    Ok(weights)
}

/// How many paths the tail holds, the last by its part.
fn mass(losses: &[f64], level: f64) -> Result<f64, Error> {
    finite(losses)?;
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::OutOfRange {
            what: "the level of a tail",
            value: level,
            range: "between 0 and 1",
        });
    }
    let mass = losses.len() as f64 * (1.0 - level);
    // 1 - 0.9 is less than 0.1 by rounding
    let near = mass.round();
    let mass = if (mass - near).abs() < 1e-9 * near {
        near
    } else {
        mass
    };
    if mass < FEWEST {
        return Err(Error::TooFew {
            what: "paths for the tail",
            needed: (FEWEST / (1.0 - level)).round() as usize,
            found: losses.len(),
        });
    }
    Ok(mass)
}

/// Refuses losses that are not finite.
pub(crate) fn finite(losses: &[f64]) -> Result<(), Error> {
    match losses.iter().find(|l| !l.is_finite()) {
        Some(&value) => Err(Error::OutOfRange {
            what: "the loss of a path",
            value,
            range: "finite",
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::Draw;

    #[test]
    fn tails_by_hand() {
        // 1..100: the worst 10 are 91..100, the next 90; the worst 10.5 take half of it
        let losses: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let found = tail(&losses, 0.9).unwrap();
        assert_eq!(found.value_at_risk.value, 90.0);
        assert_eq!(found.shortfall.value, 95.5);
        // variance of 91..100 is 8.25; (8.25 + .9 x 5.5^2) / 10
        assert!((found.shortfall.error - (35.475f64 / 10.0).sqrt()).abs() < 1e-12);
        // s = 3: between the 8th and the 14th of the worst
        assert_eq!(found.value_at_risk.error, 3.0);
        let part = tail(&losses, 0.895).unwrap();
        assert!((part.shortfall.value - (955.0 + 45.0) / 10.5).abs() < 1e-12);
        let weights = tail_weights(&losses, 0.895).unwrap();
        assert!((weights[10] - 0.5 / 10.5).abs() < 1e-12 && weights[11] == 0.0);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn errors_are_those_of_many_samples() {
        let of = |seed| {
            let mut draw = Draw::of(seed, 0, 0);
            let losses: Vec<f64> = (0..2000).map(|_| draw.normal().exp()).collect();
            tail(&losses, 0.95).unwrap()
        };
        let all: Vec<Tail> = (0..400).map(of).collect();
        let check = |of: &dyn Fn(&Tail) -> Estimate| {
            let values: Vec<f64> = all.iter().map(|t| of(t).value).collect();
            let sd = detente_relations::describe::sample_sd(&values).unwrap();
            let told = all.iter().map(|t| of(t).error).sum::<f64>() / 400.0;
            // a standard deviation of 400 is known to 3.5 %, and the tail is skewed
            assert!((told / sd - 1.0).abs() < 0.12, "{told} {sd}");
        };
        check(&|t| t.value_at_risk);
        check(&|t| t.shortfall);
    }

    #[test]
    fn too_small_a_tail_is_refused() {
        assert!(matches!(
            tail(&[0.0; 999], 0.99),
            Err(Error::TooFew { needed: 1000, .. })
        ));
        assert!(tail(&[0.0; 1000], 0.99).is_ok());
        assert!(tail(&[0.0; 1000], 1.0).is_err());
        assert!(tail(&[f64::NAN; 1000], 0.9).is_err());
    }
}
