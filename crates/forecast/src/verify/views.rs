//! The scores of the VIEWS 2023/24 prediction challenge (Hegre et al. 2024, arXiv 2407.11045), to stand
//! beside its published tables. Its main score is [`crps`](super::crps), in the form used there.

use super::{interval, interval_score};

/// Left edges of the bins of [`ign`], in deaths; a bin holds its left edge and not its right; the last is open.
pub const IGN_EDGES: [f64; 11] = [
    0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5,
];

/// Ignorance score of the challenge: the surprise, in bits, at the bin that came, with one more draw put in each of the 11 bins so
/// that no bin has probability 0.
///
/// ```text
/// IGN = -log2((draws in the bin of y + 1) / (m + 11))
/// ```
///
/// Bits; from log2((m + 11) / (m + 1)) to log2(m + 11), **lower is better**. It depends on m: compare only ensembles of one size (the
/// challenge: 1,000). Negative values count to the first bin. NaN with a NaN outcome.
pub fn ign(draws: &[f32], outcome: f64) -> f64 {
    if outcome.is_nan() {
        return f64::NAN;
    }
    let bin = IGN_EDGES[1..].partition_point(|&edge| edge <= outcome);
    let until = |edge: f64| draws.partition_point(|&x| f64::from(x) < edge);
    let start = if bin == 0 { 0 } else { until(IGN_EDGES[bin]) };
    let end = IGN_EDGES
        .get(bin + 1)
        .map_or(draws.len(), |&edge| until(edge));
    let all = (draws.len() + IGN_EDGES.len()) as f64;
    (all / (end - start + 1) as f64).log2()
}

/// Interval score of the central 90 % interval of a cell; its mean over cells is the MIS of the challenge. Deaths; from 0, **lower is
/// better**.
pub fn mis(draws: &[f32], outcome: f64) -> f64 {
    const LEVEL: f64 = 0.9;
    let (lo, hi) = interval(draws, LEVEL);
    interval_score(lo, hi, outcome, LEVEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ign_by_hand() {
        let mut draws = vec![0.0f32; 500];
        draws.extend([1.0; 300]);
        draws.extend([2000.0; 200]);
        let bits = |count: f64| -(count / 1011.0).log2();
        for (outcome, count) in [
            (0.0, 501.0),
            (1.0, 301.0),
            (2.0, 301.0),
            (3.0, 1.0),
            (1000.0, 1.0),
            (1001.0, 201.0),
            (1e6, 201.0),
        ] {
            assert!(
                (ign(&draws, outcome) - bits(count)).abs() < 1e-12,
                "{outcome}"
            );
        }
        assert!(ign(&draws, f64::NAN).is_nan());
    }

    #[test]
    fn a_bin_holds_its_left_edge() {
        // 0.5 opens the second bin, as numpy.digitize with right=False has it
        assert_eq!(ign(&[0.25, 0.5], 0.5), ign(&[0.25, 0.5], 0.0));
        assert_eq!(ign(&[0.5, 0.5], 0.5), (13.0f64 / 3.0).log2());
    }

    #[test]
    fn mis_by_hand() {
        // 0, 1, .. 20: the central 90 % interval is 1 to 19
        let draws: Vec<f32> = (0..=20).map(|i| i as f32).collect();
        assert!((mis(&draws, 7.0) - 18.0).abs() < 1e-9);
        assert!((mis(&draws, 22.0) - (18.0 + 20.0 * 3.0)).abs() < 1e-9);
        assert!((mis(&draws, 0.0) - (18.0 + 20.0)).abs() < 1e-9);
        assert!(mis(&draws, f64::NAN).is_nan());
    }
}
