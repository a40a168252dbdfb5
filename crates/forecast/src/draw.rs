//! Random draws from the distributions that the forecasters need.

use detente_relations::random::Random;
use rand::TryRng;
use rand_distr::{Distribution, Gamma, Poisson, StandardNormal};

/// A stream of draws. Each cell of a forecast takes a stream of its own, so that the order of work changes nothing.
#[derive(Debug, Clone)]
pub struct Draw(Random);

impl Draw {
    /// The stream of a cell under a seed.
    pub fn of(seed: u64, unit: usize, lead: u32) -> Self {
        let place = (unit as u64) << 32 | u64::from(lead);
        Self(Random::new(
            seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ))
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in 0..1.
    pub fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }

    /// Uniform in the `i`th of `n` equal parts of 0..1: over all parts a sample that covers 0..1 evenly (stratified sampling), with less
    /// noise than as many independent draws.
    pub fn uniform_in(&mut self, i: usize, n: usize) -> f64 {
        (i as f64 + self.uniform()) / n as f64
    }

    /// Uniform integer in `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.below(n)
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(self)
    }

    /// Poisson of that mean; 0 for a mean of 0 or less.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        // rand_distr refuses means above 2^63 and those that are not positive
        Poisson::new(mean.min(1e12)).map_or(0.0, |d| d.sample(self))
    }

    /// Negative binomial of that mean with variance `mean + mean^2 / size`, as a Poisson whose mean is gamma distributed.
    pub fn negative_binomial(&mut self, mean: f64, size: f64) -> f64 {
        match Gamma::new(size, mean / size) {
            Ok(gamma) => {
                let rate = gamma.sample(self);
                self.poisson(rate)
            }
            Err(_) => 0.0,
        }
    }
}

impl TryRng for Draw {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.0.next_u64() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in to.chunks_mut(8) {
            chunk.copy_from_slice(&self.0.next_u64().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(n: usize, mut next: impl FnMut() -> f64) -> (f64, f64) {
        let x: Vec<f64> = (0..n).map(|_| next()).collect();
        let mean = x.iter().sum::<f64>() / n as f64;
        let var = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64;
        (mean, var)
    }

    #[test]
    fn draws_have_their_moments() {
        let mut d = Draw::of(1, 0, 0);
        let (m, v) = moments(200_000, || d.poisson(7.0));
        assert!((m - 7.0).abs() < 0.05 && (v - 7.0).abs() < 0.15, "{m} {v}");
        // mean 4, size 2: variance 4 + 16 / 2 = 12
        let (m, v) = moments(200_000, || d.negative_binomial(4.0, 2.0));
        assert!((m - 4.0).abs() < 0.05 && (v - 12.0).abs() < 0.3, "{m} {v}");
        let (m, v) = moments(200_000, || d.normal());
        assert!(m.abs() < 0.02 && (v - 1.0).abs() < 0.02, "{m} {v}");
        assert_eq!((d.poisson(0.0), d.poisson(-1.0)), (0.0, 0.0));
    }

    #[test]
    fn a_stratified_sample_has_one_draw_in_each_part() {
        let mut d = Draw::of(1, 0, 0);
        for i in 0..10 {
            let u = d.uniform_in(i, 10);
            assert_eq!((u * 10.0) as usize, i);
        }
    }

    #[test]
    fn cells_have_streams_of_their_own() {
        let first = |seed, unit, lead| Draw::of(seed, unit, lead).uniform();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        assert!(first(1, 2, 3) != first(1, 3, 2));
        assert!(first(1, 2, 3) != first(2, 2, 3));
    }
}
