//! What a counterfactual changes: differences of paired ensembles.
//!
//! Two ensembles of one seed are drawn from the same chance ([`Joint::simulate_changed`](crate::joint::Joint::simulate_changed)): path by path the difference is what
//! the change did (common random numbers: Glasserman & Yao 1992, Management Science 38: 884-908). The same holds for a shock that befalls a partnership and for a lever that a side
//! may pull. **These are statements of the model**: it knows what moved together and after one another in the past, and takes that for what would follow.

use crate::risk::{Estimate, finite, tail};
use crate::{Error, Paths};
use detente_forecast::on_all_cores;
use detente_relations::distribution::normal_half_width;
use serde::{Deserialize, Serialize};

/// A difference of two figures from paired paths, with and without a change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// With the change less without it, with the paired standard error.
    pub change: Estimate,
    /// Lower end of the interval over Monte Carlo error.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

impl Difference {
    /// From the influences on the figure with and without, path by path: mean and standard error of their differences.
    fn of(value: f64, influences: impl Iterator<Item = f64>, n: usize, level: f64) -> Self {
        let (mut sum, mut square) = (0.0, 0.0);
        for d in influences {
            sum += d;
            square += d * d;
        }
        let n = n as f64;
        let mean = sum / n;
        let variance = ((square - n * mean * mean) / (n - 1.0)).max(0.0);
        let change = Estimate {
            value,
            error: (variance / n).sqrt(),
        };
        let half = normal_half_width(level) * change.error;
        Self {
            change,
            lo: value - half,
            hi: value + half,
        }
    }

    /// Whether the interval leaves out 0. Where it does not: no effect to be told from so many paths.
    pub fn excludes_zero(&self) -> bool {
        self.lo > 0.0 || self.hi < 0.0
    }
}

/// The difference of the means of a figure of the paths, `se = sd(after - before) / n^.5`, with its interval at `level`.
///
/// # Errors
/// Lengths that differ; fewer than 2 paths; a figure that is not finite; a level outside of 0..1.
pub fn mean(before: &[f64], after: &[f64], level: f64) -> Result<Difference, Error> {
    check(before, after, level)?;
    let n = before.len();
    let each = || before.iter().zip(after).map(|(b, a)| a - b);
    Ok(Difference::of(
        each().sum::<f64>() / n as f64,
        each(),
        n,
        level,
    ))
}

/// The difference of expected shortfalls at `tail_level`. The error is that of the paired influences on it,
///
/// ```text
/// ES(after) - ES(before),   influence of a path on ES:  VaR + max(L - VaR, 0) / (1 - a) - ES
/// ```
///
/// whose variance over paths is that of Manistre & Hancock (see [`tail`]).
///
/// # Errors
/// As [`mean`] and [`tail`].
pub fn shortfall(
    before: &[f64],
    after: &[f64],
    tail_level: f64,
    level: f64,
) -> Result<Difference, Error> {
    check(before, after, level)?;
    let influence = |losses: &[f64]| -> Result<(f64, Vec<f64>), Error> {
        let found = tail(losses, tail_level)?;
        let (var, es) = (found.value_at_risk.value, found.shortfall.value);
        let beyond = |l: &f64| var + (l - var).max(0.0) / (1.0 - tail_level) - es;
        Ok((es, losses.iter().map(beyond).collect()))
    };
    let (without, one) = influence(before)?;
    let (with, other) = influence(after)?;
    let each = one.iter().zip(&other).map(|(b, a)| a - b);
    Ok(Difference::of(with - without, each, before.len(), level))
}

/// The difference of the chances of a failure.
///
/// # Errors
/// As [`mean`].
pub fn chance(before: &[bool], after: &[bool], level: f64) -> Result<Difference, Error> {
    let figure =
        |failed: &[bool]| -> Vec<f64> { failed.iter().map(|&f| f64::from(u8::from(f))).collect() };
    mean(&figure(before), &figure(after), level)
}

/// The difference of the means of every variable in every month, month by month; `None` where the variable is missing in either ensemble.
///
/// # Errors
/// Ensembles of different dimensions; fewer than 2 paths; a level outside of 0..1.
pub fn by_month(
    before: &Paths,
    after: &Paths,
    level: f64,
) -> Result<Vec<Option<Difference>>, Error> {
    for (what, expected, found) in [
        ("paths of the two ensembles", before.paths(), after.paths()),
        (
            "months of the two ensembles",
            before.months(),
            after.months(),
        ),
        (
            "variables of the two ensembles",
            before.variables(),
            after.variables(),
        ),
    ] {
        if expected != found {
            return Err(Error::Shape {
                what,
                expected,
                found,
            });
        }
    }
    let variables = before.variables();
    let cells = on_all_cores(before.months() * variables, |place| {
        let (month, variable) = (place / variables + 1, place % variables);
        if !before.is_known(month, variable) || !after.is_known(month, variable) {
            return Ok(None);
        }
        let of = |paths: &Paths| -> Vec<f64> {
            let values = paths.across(month, variable);
            values.into_iter().map(f64::from).collect()
        };
        mean(&of(before), &of(after), level).map(Some)
    });
    cells.into_iter().collect()
}

fn check(before: &[f64], after: &[f64], level: f64) -> Result<(), Error> {
    if before.len() != after.len() {
        return Err(Error::Shape {
            what: "paths with and without the change",
            expected: before.len(),
            found: after.len(),
        });
    }
    if before.len() < 2 {
        return Err(Error::TooFew {
            what: "paired paths",
            needed: 2,
            found: before.len(),
        });
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::OutOfRange {
            what: "the level of the interval",
            value: level,
            range: "between 0 and 1",
        });
    }
    finite(before)?;
    finite(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::Draw;

    fn normals(n: usize, seed: u64) -> Vec<f64> {
        let mut draw = Draw::of(seed, 0, 0);
        (0..n).map(|_| draw.normal()).collect()
    }

    #[test]
    fn differences_by_hand() {
        // differences 1, 2, 3: mean 2, standard deviation 1
        let found = mean(&[0.0, 5.0, -1.0], &[1.0, 7.0, 2.0], 0.9).unwrap();
        assert!((found.change.value - 2.0).abs() < 1e-12);
        assert!((found.change.error - 1.0 / 3f64.sqrt()).abs() < 1e-12);
        let half = 1.6448536269514722 / 3f64.sqrt();
        assert!((found.lo - (2.0 - half)).abs() < 1e-9 && found.excludes_zero());
        let share = chance(
            &[false, true, false, false],
            &[true, true, false, true],
            0.9,
        )
        .unwrap();
        assert_eq!(share.change.value, 0.5);
        assert!(mean(&[0.0], &[0.0], 0.9).is_err());
        assert!(mean(&[0.0; 2], &[0.0; 3], 0.9).is_err());
        assert!(mean(&[0.0; 2], &[0.0; 2], 1.0).is_err());
    }

    #[test]
    fn where_nothing_changes_nothing_differs() {
        let losses = normals(1000, 1);
        for found in [
            mean(&losses, &losses, 0.9).unwrap(),
            shortfall(&losses, &losses, 0.95, 0.9).unwrap(),
        ] {
            assert_eq!((found.change.value, found.change.error), (0.0, 0.0));
            assert_eq!((found.lo, found.hi), (0.0, 0.0));
            assert!(!found.excludes_zero());
        }
        // all the same by a constant: the tail moves by it, and no path disagrees
        let moved: Vec<f64> = losses.iter().map(|l| l + 2.0).collect();
        let found = shortfall(&losses, &moved, 0.95, 0.9).unwrap();
        assert!((found.change.value - 2.0).abs() < 1e-12 && found.change.error < 1e-9);
    }

    #[test]
    fn a_paired_error_is_that_of_many_samples() {
        // the tail of 1.5 x against that of x + noise, from common x
        let of = |seed| {
            let (x, noise) = (normals(2000, seed), normals(2000, seed + 10_000));
            let after: Vec<f64> = x
                .iter()
                .zip(&noise)
                .map(|(x, e)| 1.3 * x + 0.2 * e)
                .collect();
            shortfall(&x, &after, 0.9, 0.9).unwrap()
        };
        let all: Vec<Difference> = (0..400).map(of).collect();
        let values: Vec<f64> = all.iter().map(|d| d.change.value).collect();
        let sd = detente_relations::describe::sample_sd(&values).unwrap();
        let told = all.iter().map(|d| d.change.error).sum::<f64>() / 400.0;
        assert!((told / sd - 1.0).abs() < 0.12, "{told} {sd}");
        // ES of a normal at .9 is 1.755 standard deviations
        let want = 1.7549833 * ((1.3f64 * 1.3 + 0.04).sqrt() - 1.0);
        let inside = all.iter().filter(|d| d.lo <= want && want <= d.hi).count();
        // 360 expected; 5 standard deviations are 30
        assert!((330..=390).contains(&inside), "{inside}");
    }

    #[test]
    fn months_are_compared_where_both_are_known() {
        let mut before = Paths::missing(2, 1, 2).unwrap();
        let mut after = before.clone();
        for p in 0..2 {
            before.path_mut(p)[0] = p as f32;
            after.path_mut(p).copy_from_slice(&[p as f32 + 1.0, 3.0]);
        }
        let found = by_month(&before, &after, 0.9).unwrap();
        assert_eq!(found[0].unwrap().change.value, 1.0);
        assert_eq!((found[0].unwrap().change.error, found[1]), (0.0, None));
        let other = Paths::missing(2, 2, 2).unwrap();
        assert!(by_month(&before, &other, 0.9).is_err());
    }
}
