//! What a path costs, and which variables it comes from.

use crate::risk::{Tail, tail, tail_weights};
use crate::{Error, Paths};
use detente_forecast::on_all_cores;

/// Which months of a path count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The worst month.
    Worst,
    /// The mean of all months.
    Mean,
    /// The last month.
    End,
}

/// A weighted function of the variables: `l(t) = sum over v of weight_v (x_v(t) - from_v)`, of which the worst month, the mean of months or the last month is the
/// loss of a path. **More is worse.** The unit is what weights make of the variables' units.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    weights: Vec<f64>,
    from: Vec<f64>,
    over: Over,
}

impl Loss {
    /// Weights and the values that losses are counted from (those at the origin, say; 0 for none), one for each variable. Weight 0 leaves a variable out.
    ///
    /// # Errors
    /// Lengths that differ; a number that is not finite; no weight other than 0.
    pub fn new(weights: Vec<f64>, from: Vec<f64>, over: Over) -> Result<Self, Error> {
        if weights.len() != from.len() {
            return Err(Error::Shape {
                what: "weights of a loss and values that it is counted from",
                expected: weights.len(),
                found: from.len(),
            });
        }
        for &value in weights.iter().chain(&from) {
            if !value.is_finite() {
                return Err(Error::OutOfRange {
                    what: "a weight of the loss, or a value that it is counted from",
                    value,
                    range: "finite",
                });
            }
        }
        if weights.iter().all(|&w| w == 0.0) {
            return Err(Error::TooFew {
                what: "variables with a weight in the loss",
                needed: 1,
                found: 0,
            });
        }
        Ok(Self {
            weights,
            from,
            over,
        })
    }

    /// Which months count.
    pub fn over(&self) -> Over {
        self.over
    }

    /// The weights, by variable.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The loss of each path.
    ///
    /// # Errors
    /// Not as many variables; [`Error::Missing`] where a variable with a weight has no value in a month that counts: what nobody knows is no loss of 0.
    pub fn of<'a>(&'a self, paths: &'a Paths) -> Result<Losses<'a>, Error> {
        if paths.variables() != self.weights.len() {
            return Err(Error::Shape {
                what: "weights of the loss and variables of the paths",
                expected: paths.variables(),
                found: self.weights.len(),
            });
        }
        let first = match self.over {
            Over::End => paths.months(),
            Over::Worst | Over::Mean => 1,
        };
        for month in first..=paths.months() {
            let mut missing = (0..self.weights.len())
                .filter(|&v| self.weights[v] != 0.0 && !paths.is_known(month, v));
            if let Some(variable) = missing.next() {
                return Err(Error::Missing { variable, month });
            }
        }
        const GROUP: usize = 512;
        let groups = on_all_cores(paths.paths().div_ceil(GROUP), |g| {
            let end = paths.paths().min((g + 1) * GROUP);
            (g * GROUP..end)
                .map(|p| self.path(paths.path(p), first))
                .collect::<Vec<_>>()
        });
        let (values, months) = groups.into_iter().flatten().unzip();
        Ok(Losses {
            loss: self,
            paths,
            values,
            months,
        })
    }

    /// Loss and the month that decides it (the last one of a mean).
    fn path(&self, values: &[f32], first: usize) -> (f64, u32) {
        let variables = self.weights.len();
        let months = values.chunks_exact(variables).enumerate();
        let mut losses = months
            .skip(first - 1)
            .map(|(t, values)| (self.month(values), t as u32 + 1));
        match self.over {
            Over::End => losses.next_back(),
            Over::Worst => losses.reduce(|a, b| if b.0 > a.0 { b } else { a }),
            Over::Mean => losses
                .reduce(|a, b| (a.0 + b.0, b.1))
                .map(|(sum, last)| (sum / f64::from(last), last)),
        }
        .expect("paths have a month")
    }

    fn month(&self, values: &[f32]) -> f64 {
        let parts = self.weights.iter().zip(&self.from).zip(values);
        parts
            .filter(|((w, _), _)| **w != 0.0)
            .map(|((w, from), x)| w * (f64::from(*x) - from))
            .sum()
    }
}

/// The losses of all paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses<'a> {
    loss: &'a Loss,
    paths: &'a Paths,
    values: Vec<f64>,
    months: Vec<u32>,
}

impl<'a> Losses<'a> {
    /// By path; finite.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The paths.
    pub fn paths(&self) -> &'a Paths {
        self.paths
    }

    /// The loss that they are losses by.
    pub fn loss(&self) -> &'a Loss {
        self.loss
    }

    /// The month (from 1) that decides the loss of a path: its worst, or the last one. `None` for a mean, which all decide.
    ///
    /// # Panics
    /// If there is no such path.
    pub fn month(&self, path: usize) -> Option<usize> {
        (self.loss.over != Over::Mean).then_some(self.months[path] as usize)
    }

    /// Value at risk and expected shortfall at a level; see [`tail`].
    ///
    /// # Errors
    /// As [`tail`].
    pub fn tail(&self, level: f64) -> Result<Tail, Error> {
        tail(&self.values, level)
    }

    /// What each variable adds to the loss of a path; the parts add up to the loss.
    ///
    /// # Panics
    /// If there is no such path.
    pub fn parts(&self, path: usize) -> Vec<f64> {
        let mut parts = vec![0.0; self.loss.weights.len()];
        self.add(path, 1.0, &mut parts);
        parts
    }

    fn add(&self, path: usize, weight: f64, to: &mut [f64]) {
        let variables = self.loss.weights.len();
        let last = self.months[path] as usize;
        let first = match self.loss.over {
            Over::Mean => 1,
            Over::Worst | Over::End => last,
        };
        let each = weight / (last - first + 1) as f64;
        let values = self.paths.path(path);
        for values in values[(first - 1) * variables..last * variables].chunks_exact(variables) {
            let parts = self.loss.weights.iter().zip(&self.loss.from).zip(values);
            for (to, ((w, from), x)) in to.iter_mut().zip(parts) {
                if *w != 0.0 {
                    *to += each * w * (f64::from(*x) - from);
                }
            }
        }
    }

    /// What each variable adds to the weighted mean loss, `sum over paths of q_p loss_p`: the Euler allocation (Tasche 1999, Risk contributions and performance
    /// measurement; McNeil, Frey & Embrechts 2015, Quantitative Risk Management, 8.5), since the loss is homogeneous of degree 1 in what variables add to it. The parts
    /// add up to it within 1e-9 of the sum of their sizes. With the weights of [`tail_weights`] it is that of expected shortfall, with those of a
    /// [`Tilted`](crate::tilt::Tilted) that of the worst plausible case.
    ///
    /// # Errors
    /// Not one weight a path.
    pub fn allocate(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        if weights.len() != self.values.len() {
            return Err(Error::Shape {
                what: "weights of paths",
                expected: self.values.len(),
                found: weights.len(),
            });
        }
        let mut parts = vec![0.0; self.loss.weights.len()];
        for (path, &weight) in weights.iter().enumerate() {
            if weight != 0.0 {
                self.add(path, weight, &mut parts);
            }
        }
        Ok(parts)
    }

    /// What each variable adds to expected shortfall at a level.
    ///
    /// # Errors
    /// As [`tail`].
    pub fn allocate_shortfall(&self, level: f64) -> Result<Vec<f64>, Error> {
        self.allocate(&tail_weights(&self.values, level)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::Draw;
    use proptest::prelude::*;

    fn paths(n: usize, months: usize, variables: usize, seed: u64) -> Paths {
        let mut paths = Paths::missing(n, months, variables).unwrap();
        for p in 0..n {
            let mut draw = Draw::of(seed, p, 0);
            paths
                .path_mut(p)
                .fill_with(|| (draw.normal() + 0.3 * draw.normal().exp()) as f32);
        }
        paths
    }

    #[test]
    fn losses_by_hand() {
        let mut made = Paths::missing(1, 3, 2).unwrap();
        made.path_mut(0)
            .copy_from_slice(&[1.0, 4.0, 3.0, 1.0, 2.0, 2.0]);
        // 2 (x - 1) - y: -4, 3, 0
        let of = |over| {
            let loss = Loss::new(vec![2.0, -1.0], vec![1.0, 0.0], over).unwrap();
            let losses = loss.of(&made).unwrap();
            (losses.values()[0], losses.month(0), losses.parts(0))
        };
        assert_eq!(of(Over::Worst), (3.0, Some(2), vec![4.0, -1.0]));
        assert_eq!(of(Over::End), (0.0, Some(3), vec![2.0, -2.0]));
        let (mean, month, parts) = of(Over::Mean);
        assert!((mean + 1.0 / 3.0).abs() < 1e-15 && month.is_none());
        assert!((parts[0] - 2.0).abs() < 1e-15 && (parts[1] + 7.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn what_nobody_knows_is_no_loss_of_0() {
        let mut made = paths(2, 2, 2, 1);
        for p in 0..2 {
            made.path_mut(p)[3] = f32::NAN;
        }
        let of = |weights: [f64; 2]| {
            let loss = Loss::new(weights.to_vec(), vec![0.0; 2], Over::Worst).unwrap();
            loss.of(&made).map(|l| l.values().len())
        };
        assert_eq!(
            of([1.0, 1.0]),
            Err(Error::Missing {
                variable: 1,
                month: 2
            })
        );
        assert_eq!(of([1.0, 0.0]), Ok(2));
        assert!(Loss::new(vec![0.0], vec![0.0], Over::End).is_err());
        assert!(Loss::new(vec![1.0], vec![], Over::End).is_err());
        assert!(Loss::new(vec![f64::NAN], vec![0.0], Over::End).is_err());
        let three = Loss::new(vec![1.0; 3], vec![0.0; 3], Over::End).unwrap();
        assert!(matches!(three.of(&made), Err(Error::Shape { .. })));
    }

    proptest! {
        #[test]
        fn allocations_add_up(
            weights in prop::collection::vec(-3.0..3.0f64, 5),
            from in prop::collection::vec(-50.0..50.0f64, 5),
            over in prop::sample::select(vec![Over::Worst, Over::Mean, Over::End]),
            k in 0.01..3.0f64,
            seed in 0..50u64,
        ) {
            let made = paths(400, 6, 5, seed);
            let loss = Loss::new(weights, from, over).unwrap();
            let losses = loss.of(&made).unwrap();
            for path in [0, 399] {
                let sum: f64 = losses.parts(path).iter().sum();
                prop_assert!((sum - losses.values()[path]).abs() < 1e-9);
            }
            let shortfall: f64 = losses.allocate_shortfall(0.95).unwrap().iter().sum();
            prop_assert!((shortfall - losses.tail(0.95).unwrap().shortfall.value).abs() < 1e-9);
            let worst = crate::tilt::worst(losses.values(), k).unwrap();
            let tilted: f64 = losses.allocate(&worst.weights).unwrap().iter().sum();
            prop_assert!((tilted - worst.mean.value).abs() < 1e-9);
        }
    }
}
