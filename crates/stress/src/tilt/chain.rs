//! A path told as a chain: what leaves its usual course, when, and what it adds to the loss.

use crate::Error;
use crate::loss::Losses;
use serde::{Deserialize, Serialize};

/// A variable leaves its usual course.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Month after the origin, from 1: the first in which the variable is that far out.
    pub month: usize,
    /// Which variable.
    pub variable: usize,
    /// Its value in that month on the path.
    pub value: f64,
    /// Its mean over all paths in that month.
    pub usual: f64,
    /// How far it is from its mean, in standard deviations over all paths in that month.
    pub departure: f64,
}

/// A path as a chain of dated steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// The path.
    pub path: usize,
    /// Its loss.
    pub loss: f64,
    /// The month that decides its loss; `None` for a mean over months.
    pub month: Option<usize>,
    /// Steps in the order of months, those of a month by their size.
    pub steps: Vec<Step>,
    /// What each variable adds to what the path loses more than the mean of all paths does; the parts add up to that within 1e-9.
    pub excess: Vec<f64>,
}

impl Chain {
    /// The share of each variable in the excess loss; the shares add up to 1, and one that makes up for others is negative. `None` if the path loses no more than the mean.
    pub fn shares(&self) -> Option<Vec<f64>> {
        let total: f64 = self.excess.iter().sum();
        (total > 0.0).then(|| self.excess.iter().map(|e| e / total).collect())
    }
}

/// Tells a path, such as the [`mode`](super::mode) of a tilted ensemble: each variable with the first month, up to the one that decides the loss, in which it is
/// `departure` standard deviations or more from the mean of all paths in that month.
///
/// # Errors
/// No such path; a departure that is not above 0.
pub fn chain(losses: &Losses, path: usize, departure: f64) -> Result<Chain, Error> {
    let paths = losses.paths();
    if path >= paths.paths() {
        return Err(Error::OutOfRange {
            what: "the path that is told",
            value: path as f64,
            range: "the number of a path",
        });
    }
    if !(departure > 0.0 && departure.is_finite()) {
        return Err(Error::OutOfRange {
            what: "the departure from which on a step is told",
            value: departure,
            range: "above 0",
        });
    }
    let usual = paths.moments(None)?;
    let variables = paths.variables();
    let last = losses.month(path).unwrap_or(paths.months());
    let values = &paths.path(path)[..last * variables];
    let step = |place: usize| {
        let (value, mean) = (f64::from(values[place]), usual.mean[place]);
        let out = (value - mean) / usual.sd[place];
        // not for a variable that is missing or the same on all paths
        (out.is_finite() && out.abs() >= departure).then(|| Step {
            month: place / variables + 1,
            variable: place % variables,
            value,
            usual: mean,
            departure: out,
        })
    };
    let mut steps: Vec<Step> = (0..variables)
        .filter_map(|v| (v..values.len()).step_by(variables).find_map(step))
        .collect();
    steps.sort_by(|a, b| {
        let by_size = b.departure.abs().total_cmp(&a.departure.abs());
        a.month.cmp(&b.month).then(by_size)
    });
    let even = vec![1.0 / paths.paths() as f64; paths.paths()];
    let mean = losses.allocate(&even)?;
    let parts = losses.parts(path);
    Ok(Chain {
        path,
        loss: losses.values()[path],
        month: losses.month(path),
        steps,
        excess: parts
            .iter()
            .zip(&mean)
            .map(|(own, all)| own - all)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Paths;
    use crate::loss::{Loss, Over};

    #[test]
    fn a_path_is_told_by_its_first_departures() {
        // three paths, two months, three variables; the third path departs: y in month 1, x in month 2; z is missing
        let n = f32::NAN;
        let mut paths = Paths::missing(3, 2, 3).unwrap();
        for (p, values) in [
            [0.0, 0.0, n, 0.0, 0.0, n],
            [0.0, 0.0, n, 0.0, 0.0, n],
            [0.0, 3.0, n, 6.0, 9.0, n],
        ]
        .iter()
        .enumerate()
        {
            paths.path_mut(p).copy_from_slice(values);
        }
        let loss = Loss::new(vec![2.0, 1.0, 0.0], vec![0.0; 3], Over::Worst).unwrap();
        let losses = loss.of(&paths).unwrap();
        let told = chain(&losses, 2, 1.0).unwrap();
        assert_eq!((told.loss, told.month), (21.0, Some(2)));
        let places: Vec<(usize, usize)> =
            told.steps.iter().map(|s| (s.month, s.variable)).collect();
        assert_eq!(places, [(1, 1), (2, 0)]);
        // 0, 0, 3: mean 1, standard deviation 2^.5
        assert!((told.steps[0].departure - 2.0 / 2f64.sqrt()).abs() < 1e-12);
        assert!((told.steps[0].usual - 1.0).abs() < 1e-12 && told.steps[0].value == 3.0);
        // 12 and 9 less the means 4 and 3
        for (got, want) in told.excess.iter().zip([8.0, 6.0, 0.0]) {
            assert!((got - want).abs() < 1e-12);
        }
        let shares = told.shares().unwrap();
        assert!((shares[0] - 8.0 / 14.0).abs() < 1e-12);
        assert_eq!(chain(&losses, 0, 1.0).unwrap().shares(), None);
        assert!(chain(&losses, 3, 1.0).is_err() && chain(&losses, 0, 0.0).is_err());
    }
}
