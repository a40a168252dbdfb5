//! A joint ensemble: what may come, month by month, of all variables together.

use crate::Error;

/// Paths x months x variables, path by path, within a path month by month.
///
/// **NaN is a missing value**: a variable that nobody could say anything of has no value, it is not 0. A variable is missing in all paths
/// of a month or in none.
///
/// Path `p` of one ensemble and path `p` of another that was drawn with the same seed share their chance: they are *paired*, and
/// [`shock`](crate::shock) tells their difference.
///
/// Memory: [`Paths::bytes`], 4 bytes a value (10,000 paths x 36 months x 50 variables: 72 MB), at most [`Paths::MOST_BYTES`]. What is made
/// of paths takes at most some vectors of one number a path beside them.
///
/// ```
/// let mut paths = detente_stress::Paths::missing(2, 3, 1)?;
/// paths.path_mut(1)[2] = 0.5;
/// assert_eq!((paths.get(1, 3, 0), paths.get(0, 3, 0)), (Some(0.5), None));
/// # Ok::<(), detente_stress::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    paths: usize,
    months: usize,
    variables: usize,
    values: Vec<f32>,
}

impl Paths {
    /// The most that the values of one ensemble may take: 2 GiB.
    pub const MOST_BYTES: usize = 1 << 31;

    /// Bytes that an ensemble of these dimensions takes.
    pub fn bytes(paths: usize, months: usize, variables: usize) -> usize {
        [months, variables, size_of::<f32>()]
            .into_iter()
            .fold(paths, usize::saturating_mul)
    }

    /// An ensemble of these dimensions in which every value is missing.
    ///
    /// # Errors
    /// A dimension of 0; more than [`Paths::MOST_BYTES`].
    pub fn missing(paths: usize, months: usize, variables: usize) -> Result<Self, Error> {
        for (what, found) in [
            ("paths", paths),
            ("months", months),
            ("variables", variables),
        ] {
            if found == 0 {
                return Err(Error::TooFew {
                    what,
                    needed: 1,
                    found,
                });
            }
        }
        let bytes = Self::bytes(paths, months, variables);
        if bytes > Self::MOST_BYTES {
            return Err(Error::OutOfRange {
                what: "the size of the paths in bytes",
                value: bytes as f64,
                range: "at most 2 GiB; take fewer paths, months or variables",
            });
        }
        Ok(Self {
            paths,
            months,
            variables,
            values: vec![f32::NAN; paths * months * variables],
        })
    }

    /// How many paths there are.
    pub fn paths(&self) -> usize {
        self.paths
    }

    /// How many months each path has.
    pub fn months(&self) -> usize {
        self.months
    }

    /// How many variables each month has.
    pub fn variables(&self) -> usize {
        self.variables
    }

    /// The value of a variable (from 0) in a month after the origin (**from 1**) on a path (from 0); `None` if missing or outside.
    pub fn get(&self, path: usize, month: usize, variable: usize) -> Option<f32> {
        let inside =
            path < self.paths && (1..=self.months).contains(&month) && variable < self.variables;
        let place = || (path * self.months + month - 1) * self.variables + variable;
        inside.then(|| self.values[place()]).filter(|v| !v.is_nan())
    }

    /// The values of one path, month by month; a month has one value per variable.
    ///
    /// # Panics
    /// If there is no such path.
    pub fn path(&self, path: usize) -> &[f32] {
        let length = self.months * self.variables;
        &self.values[path * length..(path + 1) * length]
    }

    /// As [`path`](Self::path), to be written to. Keep a variable missing in all paths of a month or in none.
    ///
    /// # Panics
    /// If there is no such path.
    pub fn path_mut(&mut self, path: usize) -> &mut [f32] {
        let length = self.months * self.variables;
        &mut self.values[path * length..(path + 1) * length]
    }

    /// The values of one variable in one month (from 1) over all paths, in the order of the paths.
    ///
    /// # Panics
    /// If there is no such month or variable.
    pub fn across(&self, month: usize, variable: usize) -> Vec<f32> {
        assert!((1..=self.months).contains(&month) && variable < self.variables);
        let place = (month - 1) * self.variables + variable;
        let values = self.values[place..].iter();
        values
            .step_by(self.months * self.variables)
            .copied()
            .collect()
    }

    /// Whether a variable has values in a month (from 1).
    pub fn is_known(&self, month: usize, variable: usize) -> bool {
        self.get(0, month, variable).is_some()
    }

    /// Groups of neighbouring paths with the number of the first in each, to be filled on all cores.
    pub(crate) fn groups_mut(&mut self, of: usize) -> Vec<(usize, &mut [f32])> {
        let length = of * self.months * self.variables;
        let groups = self.values.chunks_mut(length).enumerate();
        groups.map(|(i, group)| (i * of, group)).collect()
    }

    /// All values, path by path, month by month.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Weighted mean and standard deviation (weights that sum to 1, or `None` for equal ones) of each variable in each month, month by
    /// month; NaN where missing.
    ///
    /// # Errors
    /// Not one weight a path.
    pub fn moments(&self, weights: Option<&[f64]>) -> Result<Moments, Error> {
        if let Some(weights) = weights
            && weights.len() != self.paths
        {
            return Err(Error::Shape {
                what: "weights of paths",
                expected: self.paths,
                found: weights.len(),
            });
        }
        let length = self.months * self.variables;
        let even = 1.0 / self.paths as f64;
        let weight = |p: usize| weights.map_or(even, |w| w[p]);
        // partial sums of groups of a fixed size, so that rounding is the same on any number of cores
        let groups: Vec<_> = self.values.chunks(GROUP * length).collect();
        let parts = detente_forecast::on_all_cores(groups.len(), |g| {
            let first = &self.values[..length];
            let mut sums = vec![(0.0f64, 0.0f64); length];
            for (p, path) in groups[g].chunks_exact(length).enumerate() {
                let w = weight(g * GROUP + p);
                if w == 0.0 {
                    continue;
                }
                for (((one, two), value), at) in sums.iter_mut().zip(path).zip(first) {
                    // from the first path, so that squares of a large level do not cancel
                    let d = f64::from(*value) - f64::from(*at);
                    *one += w * d;
                    *two += w * d * d;
                }
            }
            sums
        });
        let mut moments = Moments {
            mean: vec![0.0; length],
            sd: vec![0.0; length],
        };
        for part in parts {
            for ((mean, square), (one, two)) in
                moments.mean.iter_mut().zip(&mut moments.sd).zip(part)
            {
                *mean += one;
                *square += two;
            }
        }
        for ((mean, sd), at) in moments
            .mean
            .iter_mut()
            .zip(&mut moments.sd)
            .zip(&self.values)
        {
            // f64::max would make 0 of NaN
            let variance = *sd - *mean * *mean;
            *sd = if variance < 0.0 { 0.0 } else { variance.sqrt() };
            *mean += f64::from(*at);
        }
        Ok(moments)
    }
}

/// Paths in a piece of work.
pub(crate) const GROUP: usize = 64;

/// Mean and standard deviation of each variable in each month, month by month; NaN where missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// Means.
    pub mean: Vec<f64>,
    /// Standard deviations (divisor: the sum of weights).
    pub sd: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two paths of two months of two variables; the second variable is missing in the second month.
    fn small() -> Paths {
        let mut paths = Paths::missing(2, 2, 2).unwrap();
        paths
            .path_mut(0)
            .copy_from_slice(&[1.0, 10.0, 2.0, f32::NAN]);
        paths
            .path_mut(1)
            .copy_from_slice(&[3.0, 20.0, 6.0, f32::NAN]);
        paths
    }

    #[test]
    fn values_have_their_places() {
        let paths = small();
        assert_eq!(paths.get(1, 1, 1), Some(20.0));
        assert_eq!(paths.get(1, 2, 0), Some(6.0));
        assert_eq!((paths.get(1, 2, 1), paths.get(1, 3, 0)), (None, None));
        assert_eq!((paths.get(1, 0, 0), paths.get(2, 1, 0)), (None, None));
        assert_eq!(paths.across(2, 0), [2.0, 6.0]);
        assert!(paths.is_known(1, 1) && !paths.is_known(2, 1));
    }

    #[test]
    fn moments_are_weighted_and_leave_the_missing_missing() {
        let even = small().moments(None).unwrap();
        assert_eq!(even.mean[..3], [2.0, 15.0, 4.0]);
        assert_eq!(even.sd[..3], [1.0, 5.0, 2.0]);
        assert!(even.mean[3].is_nan() && even.sd[3].is_nan());
        // 1/4 of 1 and 3/4 of 3: mean 2.5, variance 1/4 x 3/4 x 4
        let uneven = small().moments(Some(&[0.25, 0.75])).unwrap();
        assert!((uneven.mean[0] - 2.5).abs() < 1e-12);
        assert!((uneven.sd[0] - 0.75f64.sqrt()).abs() < 1e-12);
        assert!(small().moments(Some(&[1.0])).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        assert_eq!(Paths::bytes(10_000, 36, 50), 72_000_000);
        assert!(Paths::missing(0, 1, 1).is_err());
        assert!(matches!(
            Paths::missing(1 << 20, 1 << 20, 1 << 20),
            Err(Error::OutOfRange { .. })
        ));
    }
}
