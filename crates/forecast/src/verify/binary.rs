//! Probabilities of an event that came or did not.

use crate::Error;
use crate::error::in_range;

/// Brier score of one forecast (Brier 1950, Monthly Weather Review 78: 1-3): `(p - y)^2`, y = 1 if the event came, else 0.
/// 0 to 1, **lower is better**.
pub fn brier(probability: f64, came: bool) -> f64 {
    let miss = probability - f64::from(u8::from(came));
    miss * miss
}

/// Logarithmic score of one forecast in bits (Good 1952, Journal of the Royal Statistical Society B 14: 107-114): `-log2 p` if the event
/// came, else `-log2 (1 - p)`. From 0, **lower is better**; infinite if what was called impossible came.
pub fn log_score(probability: f64, came: bool) -> f64 {
    let given = if came { probability } else { 1.0 - probability };
    -given.log2() + 0.0 // -log2 1 is -0
}

/// Parts of a mean Brier score: `brier = reliability - resolution + uncertainty + within_variance - within_covariance`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decomposition {
    /// Mean squared distance of the bins' mean forecasts from their observed frequencies. 0 to 1, lower is better.
    pub reliability: f64,
    /// Mean squared distance of the bins' observed frequencies from the base rate. 0 to `uncertainty`, **higher is better**.
    pub resolution: f64,
    /// Variance of the outcome, `base rate (1 - base rate)`: the score of climatology. No merit of the forecast.
    pub uncertainty: f64,
    /// Mean variance of the forecasts within their bins; 0 if each bin is one value.
    pub within_variance: f64,
    /// Twice the mean covariance of forecasts and outcomes within the bins; 0 if each bin is one value.
    pub within_covariance: f64,
}

impl Decomposition {
    /// The mean Brier score that the parts add up to.
    pub fn brier(&self) -> f64 {
        self.reliability - self.resolution + self.uncertainty + self.within_variance
            - self.within_covariance
    }

    /// Resolution with the terms within the bins, `resolution - within_variance + within_covariance`, which depends less on the bins
    /// (Stephenson, Coelho & Jolliffe 2008). **Higher is better**.
    pub fn generalised_resolution(&self) -> f64 {
        self.resolution - self.within_variance + self.within_covariance
    }
}

/// Decomposition by distinct forecast values (Murphy 1973, Journal of Applied Meteorology 12: 595-600). It is exact, but with forecasts
/// that hardly ever repeat each is a bin of its own and reliability and resolution say little: take [`decompose_binned`] or
/// a CORP diagram there.
///
/// # Errors
/// No forecast; forecasts and outcomes of different number; a probability outside of 0..1.
pub fn decompose(probabilities: &[f64], came: &[bool]) -> Result<Decomposition, Error> {
    check(probabilities, came)?;
    let mut pairs: Vec<(f64, bool)> = probabilities
        .iter()
        .copied()
        .zip(came.iter().copied())
        .collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    Ok(parts(pairs.chunk_by(|a, b| a.0 == b.0)))
}

/// Decomposition by `bins` bins of equal width in 0..1, each with its left end (the last with both), with the two terms within bins that make
/// the parts add up to the score (Stephenson, Coelho & Jolliffe 2008, Weather and Forecasting 23: 752-757).
///
/// # Errors
/// As [`decompose`]; no bin.
pub fn decompose_binned(
    probabilities: &[f64],
    came: &[bool],
    bins: usize,
) -> Result<Decomposition, Error> {
    check(probabilities, came)?;
    in_range("the number of bins", bins as f64, "1 or more", bins >= 1)?;
    let edge = |k: usize| k as f64 / bins as f64;
    let bin = |p: f64| {
        // the product may round across an edge: 0.29 * 100 < 29
        let near = (p * bins as f64).round() as usize;
        (if p < edge(near) { near - 1 } else { near }).min(bins - 1)
    };
    let mut pairs: Vec<(f64, bool)> = probabilities
        .iter()
        .copied()
        .zip(came.iter().copied())
        .collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    Ok(parts(pairs.chunk_by(|a, b| bin(a.0) == bin(b.0))))
}

fn parts<'a>(bins: impl Iterator<Item = &'a [(f64, bool)]> + Clone) -> Decomposition {
    let rate = |bin: &[(f64, bool)]| bin.iter().filter(|p| p.1).count() as f64 / bin.len() as f64;
    let (mut n, mut events) = (0.0, 0.0);
    for bin in bins.clone() {
        n += bin.len() as f64;
        events += bin.iter().filter(|p| p.1).count() as f64;
    }
    let base = events / n;
    let mut parts = Decomposition {
        reliability: 0.0,
        resolution: 0.0,
        uncertainty: base * (1.0 - base),
        within_variance: 0.0,
        within_covariance: 0.0,
    };
    for bin in bins {
        let size = bin.len() as f64;
        let observed = rate(bin);
        let forecast = bin[0].0 + bin.iter().map(|p| p.0 - bin[0].0).sum::<f64>() / size;
        parts.reliability += size * (forecast - observed) * (forecast - observed) / n;
        parts.resolution += size * (observed - base) * (observed - base) / n;
        for &(p, came) in bin {
            let off = p - forecast;
            parts.within_variance += off * off / n;
            parts.within_covariance += 2.0 * off * (f64::from(u8::from(came)) - observed) / n;
        }
    }
    parts
}

pub(super) fn check(probabilities: &[f64], came: &[bool]) -> Result<(), Error> {
    if probabilities.len() != came.len() {
        return Err(Error::Lengths {
            what: "forecasts and outcomes",
            left: probabilities.len(),
            right: came.len(),
        });
    }
    if probabilities.is_empty() {
        return Err(Error::TooFew {
            what: "forecasts",
            needed: 1,
            found: 0,
        });
    }
    for &p in probabilities {
        in_range("a probability", p, "0 to 1", (0.0..=1.0).contains(&p))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_forecasts() {
        assert_eq!((brier(0.0, false), brier(0.0, true)), (0.0, 1.0));
        assert_eq!(brier(0.75, true), 0.0625);
        assert_eq!((log_score(0.25, true), log_score(0.75, false)), (2.0, 2.0));
        assert_eq!((log_score(1.0, true), log_score(0.0, false)), (0.0, 0.0));
        assert_eq!(log_score(0.0, true), f64::INFINITY);
    }

    #[test]
    fn murphy_by_hand() {
        // 0.2: 1 of 4 came; 0.8: 3 of 4 came; base rate 1/2
        let p = [0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8];
        let came = [true, false, false, false, true, true, true, false];
        let d = decompose(&p, &came).unwrap();
        assert!((d.reliability - 0.0025).abs() < 1e-15);
        assert!((d.resolution - 0.0625).abs() < 1e-15);
        assert_eq!(d.uncertainty, 0.25);
        assert_eq!((d.within_variance, d.within_covariance), (0.0, 0.0));
    }

    #[test]
    fn stephenson_by_hand() {
        // one bin: forecasts 0.2 and 0.8, the second came. REL 0, RES 0, UNC .25, variance .09, twice the covariance 2 * .3 * .5
        let d = decompose_binned(&[0.2, 0.8], &[false, true], 1).unwrap();
        let near = |a: f64, b: f64| (a - b).abs() < 1e-15;
        assert!(near(d.reliability, 0.0) && near(d.resolution, 0.0));
        assert!(near(d.within_variance, 0.09) && near(d.within_covariance, 0.3));
        assert!(near(d.brier(), 0.04));
        assert!(near(d.generalised_resolution(), 0.21));
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(matches!(decompose(&[], &[]), Err(Error::TooFew { .. })));
        assert!(matches!(decompose(&[0.5], &[]), Err(Error::Lengths { .. })));
        assert!(matches!(
            decompose(&[1.5], &[true]),
            Err(Error::OutOfRange { .. })
        ));
        assert!(decompose(&[f64::NAN], &[true]).is_err());
        assert!(decompose_binned(&[0.5], &[true], 0).is_err());
    }

    proptest::proptest! {
        #[test]
        fn parts_add_up(cells in proptest::collection::vec((0.0..=1.0f64, proptest::bool::ANY), 1..60), bins in 1..12usize) {
            let (p, came): (Vec<f64>, Vec<bool>) = cells.into_iter().unzip();
            let mean = p.iter().zip(&came).map(|(&p, &c)| brier(p, c)).sum::<f64>() / p.len() as f64;
            let binned = decompose_binned(&p, &came, bins).unwrap();
            proptest::prop_assert!((binned.brier() - mean).abs() < 1e-12);
            proptest::prop_assert!((decompose(&p, &came).unwrap().brier() - mean).abs() < 1e-12);
        }
    }
}
