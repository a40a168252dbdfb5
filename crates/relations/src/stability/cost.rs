//! What a segment between two breaks costs: twice the negative log-likelihood at its own best parameters.

use crate::Error;
use crate::describe::{mean, median, sum_of_squares};
use crate::error::{enough, in_range};
use crate::series::{self, Point};
use std::f64::consts::PI;

/// The cost of a segment. Splitting a segment must never cost more than keeping it (before the penalty): this is what lets
/// [`pelt`](super::pelt) prune and stay exact. It holds for every likelihood whose parameters are free in each segment.
pub trait Cost {
    /// Number of points.
    fn len(&self) -> usize;
    /// True for no points.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Twice the negative log-likelihood of the points `start..end` (end excluded, start < end), up to a constant of the series.
    fn segment(&self, start: usize, end: usize) -> f64;
    /// Free parameters of one segment.
    fn parameters(&self) -> usize;
}

/// Running sums of values and squares, of values centred first to keep the digits.
struct Sums {
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn of(values: &[f64]) -> Self {
        let centre = mean(values).unwrap_or(0.0);
        let (mut first, mut second) = (vec![0.0], vec![0.0]);
        for (i, value) in values.iter().enumerate() {
            first.push(first[i] + (value - centre));
            second.push(second[i] + (value - centre).powi(2));
        }
        Self { first, second }
    }

    /// Sum of squared deviations of `start..end` from their mean.
    fn scatter(&self, start: usize, end: usize) -> f64 {
        let sum = self.first[end] - self.first[start];
        let squares = self.second[end] - self.second[start];
        (squares - sum * sum / (end - start) as f64).max(0.0)
    }
}

/// Normal values whose mean may break and whose variance is known: `sum (x - mean)^2 / variance`.
pub struct GaussianMean {
    sums: Sums,
    variance: f64,
}

impl GaussianMean {
    /// With a given variance of the noise, above 0.
    pub fn new(values: &[f64], variance: f64) -> Result<Self, Error> {
        in_range(
            "the variance of the noise",
            variance,
            "above 0",
            variance > 0.0,
        )?;
        Ok(Self {
            sums: Sums::of(values),
            variance,
        })
    }

    /// With the variance of independent noise from the differences of neighbouring periods, which breaks hardly touch:
    /// `sd = median |difference| / (0.6745 * sqrt 2)`.
    pub fn independent(series: &[Point]) -> Result<Self, Error> {
        let sd = robust_difference_sd(series, 1)? / 2.0f64.sqrt();
        Self::new(&series::values(series), sd * sd)
    }

    /// With the long-run variance of AR(1) noise, so that memory is not taken for breaks. From the robust spreads s1 and s2
    /// of differences over one and two periods (Chakar, Lebarbier, Levy-Leduc & Robin 2017, Bernoulli 23: 1408-1447):
    /// `phi = s2^2 / s1^2 - 1`, held within 0..0.9; noise variance `s1^2 / (2 (1 - phi))`, times `(1 + phi) / (1 - phi)`.
    pub fn autocorrelated(series: &[Point]) -> Result<Self, Error> {
        let one = robust_difference_sd(series, 1)?.powi(2);
        let two = robust_difference_sd(series, 2)?.powi(2);
        let phi = (two / one - 1.0).clamp(0.0, 0.9);
        Self::new(
            &series::values(series),
            one / (2.0 * (1.0 - phi)) * (1.0 + phi) / (1.0 - phi),
        )
    }

    /// The variance in use.
    pub fn variance(&self) -> f64 {
        self.variance
    }
}

/// Normal-consistent median absolute difference between periods that lie exactly `lag` apart.
fn robust_difference_sd(series: &[Point], lag: i32) -> Result<f64, Error> {
    let mut sizes = Vec::new();
    for (i, a) in series.iter().enumerate() {
        let later = series[i + 1..]
            .iter()
            .take(lag as usize)
            .find(|b| b.0.checked_sub(a.0) == Some(lag));
        sizes.extend(later.map(|b| (b.1 - a.1).abs()));
    }
    enough("pairs of near periods", sizes.len(), 4)?;
    let spread = median(&sizes).unwrap_or(0.0) / 0.674_489_750_196_081_7;
    if spread > 0.0 {
        Ok(spread)
    } else {
        Err(Error::NoVariation {
            what: "the series, over more than half of its steps,",
        })
    }
}

impl Cost for GaussianMean {
    fn len(&self) -> usize {
        self.sums.first.len() - 1
    }
    fn segment(&self, start: usize, end: usize) -> f64 {
        self.sums.scatter(start, end) / self.variance
    }
    fn parameters(&self) -> usize {
        1
    }
}

/// Normal values whose mean and variance may both break: `n ln(2 pi v) + scatter / v` at the best v that is not below a floor.
///
/// Without the floor a segment of equal values would be infinitely likely. It is 1e-4 of the variance of the whole series.
pub struct GaussianMeanVariance {
    sums: Sums,
    floor: f64,
}

impl GaussianMeanVariance {
    /// From values that vary.
    pub fn new(values: &[f64]) -> Result<Self, Error> {
        enough("points", values.len(), 2)?;
        let variance = sum_of_squares(values).unwrap_or(0.0) / values.len() as f64;
        if variance > 0.0 {
            Ok(Self {
                sums: Sums::of(values),
                floor: 1e-4 * variance,
            })
        } else {
            Err(Error::NoVariation { what: "the series" })
        }
    }
}

impl Cost for GaussianMeanVariance {
    fn len(&self) -> usize {
        self.sums.first.len() - 1
    }
    fn segment(&self, start: usize, end: usize) -> f64 {
        let n = (end - start) as f64;
        let scatter = self.sums.scatter(start, end);
        let variance = (scatter / n).max(self.floor);
        n * (2.0 * PI * variance).ln() + scatter / variance
    }
    fn parameters(&self) -> usize {
        2
    }
}

/// Counts whose mean may break, with a dispersion common to the series: variance `mu + alpha mu^2`, alpha = 0 being Poisson.
pub struct NegativeBinomial {
    sums: Vec<f64>,
    dispersion: f64,
}

impl NegativeBinomial {
    /// With a given dispersion alpha, 0 or more. Counts are whole numbers of 0 or more (fractions are allowed).
    pub fn new(counts: &[f64], dispersion: f64) -> Result<Self, Error> {
        in_range("the dispersion", dispersion, "0 or more", dispersion >= 0.0)?;
        let mut sums = vec![0.0];
        for (i, &count) in counts.iter().enumerate() {
            in_range("a count", count, "0 or more", count >= 0.0)?;
            sums.push(sums[i] + count);
        }
        Ok(Self { sums, dispersion })
    }

    /// With the dispersion by moments of neighbouring periods, which breaks of the mean hardly touch: half the mean squared
    /// difference estimates the variance (von Neumann 1941), the mean product of neighbours the squared mean, so
    /// `alpha = (half mean squared difference - mean) / mean product`, not below 0.
    pub fn by_moments(series: &[Point]) -> Result<Self, Error> {
        let pairs: Vec<(f64, f64)> = series::consecutive(series)
            .map(|(_, a, b)| (a, b))
            .collect();
        enough("pairs of neighbouring periods", pairs.len(), 4)?;
        let n = pairs.len() as f64;
        let variance = pairs.iter().map(|(a, b)| (b - a).powi(2)).sum::<f64>() / (2.0 * n);
        let level = pairs.iter().map(|(a, b)| (a + b) / 2.0).sum::<f64>() / n;
        let product = pairs.iter().map(|(a, b)| a * b).sum::<f64>() / n;
        let dispersion = if product > 0.0 {
            ((variance - level) / product).max(0.0)
        } else {
            0.0
        };
        Self::new(&series::values(series), dispersion)
    }

    /// The dispersion alpha in use.
    pub fn dispersion(&self) -> f64 {
        self.dispersion
    }
}

impl Cost for NegativeBinomial {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }
    fn segment(&self, start: usize, end: usize) -> f64 {
        let n = (end - start) as f64;
        let sum = self.sums[end] - self.sums[start];
        let mu = sum / n;
        let of_counts = if sum > 0.0 { sum * mu.ln() } else { 0.0 };
        if self.dispersion == 0.0 {
            return -2.0 * (of_counts - sum);
        }
        // size r = 1 / alpha; r ln(r / (r + mu)) written so that it does not lose digits for a small alpha
        let shrink = (self.dispersion * mu).ln_1p();
        -2.0 * (of_counts - sum * shrink - n * shrink / self.dispersion)
    }
    fn parameters(&self) -> usize {
        1
    }
}
