//! Continuous ranked probability score, quantiles and probability integral transform of an ensemble.

use detente_relations::distribution::normal_ln_density;

/// Continuous ranked probability score of an ensemble taken as the distribution with weight `1/m` on each of its m draws
/// (Matheson & Winkler 1976, Management Science 22: 1087-1096; Hersbach 2000, Weather and Forecasting 15: 559-570).
///
/// ```text
/// CRPS = integral (F(z) - 1{y <= z})^2 dz = mean |x - y| - 1/2 mean |x - x'|     over all m and all m^2 pairs
///      = 2/m^2 * sum over i = 1..m of (x_i - y) (m 1{y < x_i} - i + 1/2)         of ascending draws
/// ```
///
/// Unit of the outcome; from 0, **lower is better**; `|x - y|` for one draw. O(m): the last form, in which no term is negative, so
/// that nothing is lost where large terms of the first would cancel. NaN without draws or with a NaN outcome.
///
/// ```
/// use detente_forecast::verify::crps;
/// assert_eq!(crps(&[0.0, 2.0], 1.0), 0.5); // mean |x - y| = 1, mean |x - x'| = 1
/// assert_eq!(crps(&[3.0], 5.0), 2.0);
/// ```
pub fn crps(draws: &[f32], outcome: f64) -> f64 {
    chained(draws, outcome, |x| x)
}

/// CRPS with weight 1 on what lies above the threshold and 0 below it (Gneiting & Ranjan 2011, Journal of Business & Economic
/// Statistics 29: 411-422): the CRPS after both draws and outcome are raised to the threshold (chaining function `max(z, t)`; Allen,
/// Ginsbourger & Ziegel 2023, SIAM/ASA Journal on Uncertainty Quantification 11: 906-940).
///
/// ```text
/// twCRPS = integral over z >= t of (F(z) - 1{y <= z})^2 dz
/// ```
///
/// Unit of the outcome; from 0, **lower is better**; never above [`crps`], and equal to it if nothing lies below the threshold. 0 if
/// draws and outcome all lie below. Proper: unlike a score of only the cells whose outcome was large it does not reward alarm.
pub fn threshold_weighted_crps(draws: &[f32], outcome: f64, threshold: f64) -> f64 {
    if outcome.is_nan() {
        return f64::NAN;
    }
    chained(draws, outcome, |x| x.max(threshold))
}

fn chained(draws: &[f32], outcome: f64, chain: impl Fn(f64) -> f64) -> f64 {
    let m = draws.len() as f64;
    2.0 * ranked(draws, chain(outcome), 0.5, chain) / (m * m)
}

/// Sum of distances from the outcome, each times the number of draws that lie further out on its side plus `own`.
fn ranked(draws: &[f32], outcome: f64, own: f64, chain: impl Fn(f64) -> f64) -> f64 {
    const LANES: usize = 8;
    let last = draws.len() as f64 - 1.0;
    // sums side by side, for one alone would wait on each addition
    let mut sums = [0.0; LANES];
    let mut add = |lane: usize, rank: f64, x: f32| {
        let gap = chain(f64::from(x)) - outcome;
        // draws equal to the outcome add 0 whichever weight they get
        let further = if gap > 0.0 { last - rank } else { rank };
        sums[lane] += gap.abs() * (further + own);
    };
    let (rows, rest) = draws.as_chunks::<LANES>();
    let mut start = 0.0;
    for row in rows {
        for (lane, &x) in row.iter().enumerate() {
            add(lane, start + lane as f64, x);
        }
        start += LANES as f64;
    }
    for (lane, &x) in rest.iter().enumerate() {
        add(lane, start + lane as f64, x);
    }
    sums.iter().sum()
}

/// Fair CRPS (Ferro 2014, Quarterly Journal of the Royal Meteorological Society 140: 1917-1923): the same with the spread taken over
/// the `m (m - 1)` pairs of different draws, which makes it unbiased for the CRPS of the distribution that the draws come from.
///
/// ```text
/// fair CRPS = mean |x - y| - 1 / (2 m (m - 1)) * sum over i, j of |x_i - x_j|
///           = 2 / (m (m - 1)) * sum over i = 1..m of |x_i - y| * (m - i if y < x_i, else i - 1)       of ascending draws
/// ```
///
/// To compare ensembles of different size. Unit of the outcome; from 0, **lower is better**; 0 also for an outcome between two draws that
/// are the whole ensemble. NaN for fewer than 2 draws or with a NaN outcome.
pub fn crps_fair(draws: &[f32], outcome: f64) -> f64 {
    let m = draws.len() as f64;
    2.0 * ranked(draws, outcome, 0.0, |x| x) / (m * (m - 1.0))
}

/// CRPS of a normal forecast (Gneiting, Raftery, Westveld & Goldman 2005, Monthly Weather Review 133: 1098-1118), with
/// `z = (y - mean) / sd`:
///
/// ```text
/// CRPS = sd (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi))
/// ```
///
/// Unit of the outcome; from 0, **lower is better**; `|y - mean|` if `sd` is 0. NaN if `sd` is negative or anything is NaN.
pub fn crps_normal(mean: f64, sd: f64, outcome: f64) -> f64 {
    if sd == 0.0 {
        return (outcome - mean).abs();
    }
    if sd.is_nan() || sd < 0.0 || mean.is_nan() || outcome.is_nan() {
        return f64::NAN;
    }
    let z = (outcome - mean) / sd;
    let density = normal_ln_density(z, 0.0, 1.0).exp();
    let two_phi_minus_one = z.signum() * (1.0 - detente_relations::distribution::two_sided_p(z));
    sd * (z * two_phi_minus_one + 2.0 * density - std::f64::consts::FRAC_2_SQRT_PI / 2.0)
}

/// Quantile of an ensemble, linear between the draws (type 7 of Hyndman & Fan 1996, American Statistician 50: 361-365; NumPy's default):
/// that at place `(m - 1) q` of the ascending draws counted from 0.
///
/// `q` in 0..1, outside of which the ends are given. NaN without draws or for a NaN `q`.
pub fn quantile(draws: &[f32], q: f64) -> f64 {
    let Some(last) = draws.len().checked_sub(1) else {
        return f64::NAN;
    };
    if q.is_nan() {
        return f64::NAN;
    }
    let place = last as f64 * q.clamp(0.0, 1.0);
    let below = (place as usize).min(last);
    let (low, high) = (
        f64::from(draws[below]),
        f64::from(draws[(below + 1).min(last)]),
    );
    low + (place - below as f64) * (high - low)
}

/// Probability integral transform, randomised where draws equal the outcome (Czado, Gneiting & Held 2009, Biometrics 65: 1254-1261):
///
/// ```text
/// PIT = F(y-) + u (F(y) - F(y-))       F(y-) and F(y): shares of draws below y, and not above it
/// ```
///
/// `uniform` is u, drawn in 0..1 independently for each cell. Over many cells of a calibrated forecast the values are uniform in 0..1;
/// heaped at the ends the forecast is too narrow, heaped in the middle too wide. Not a score. NaN without draws or with a NaN outcome.
pub fn pit(draws: &[f32], outcome: f64, uniform: f64) -> f64 {
    if draws.is_empty() || outcome.is_nan() {
        return f64::NAN;
    }
    let below = draws.partition_point(|&x| f64::from(x) < outcome) as f64;
    let not_above = draws.partition_point(|&x| f64::from(x) <= outcome) as f64;
    (below + uniform * (not_above - below)) / draws.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crps_by_hand() {
        // draws 1, 2, 4 and outcome 3: mean |x - y| = (2 + 1 + 1) / 3; pairs differ by 1, 3, 2, so half the mean over 9 is 6 / 9
        assert!((crps(&[1.0, 2.0, 4.0], 3.0) - 2.0 / 3.0).abs() < 1e-15);
        // fair: half the mean over the 6 pairs of different draws is 1
        assert!((crps_fair(&[1.0, 2.0, 4.0], 3.0) - 1.0 / 3.0).abs() < 1e-15);
        assert!(crps(&[], 3.0).is_nan() && crps(&[1.0], f64::NAN).is_nan());
        assert!(crps_fair(&[1.0], 3.0).is_nan() && crps_fair(&[], 3.0).is_nan());
        assert_eq!(crps_fair(&[0.0, 2.0], 1.5), 0.0);
    }

    #[test]
    fn draws_on_a_uniform_grid_give_the_crps_of_the_uniform() {
        // U(0, 1): y^2 - y + 1/3. Integrated by hand, the steps of the grid (i - 1/2) / m add 1 / (6 m^2) if y lies between two draws
        // at a multiple of 1 / m
        let m = 1024;
        let grid: Vec<f32> = (0..m).map(|i| (i as f32 + 0.5) / m as f32).collect();
        for y in [0.0, 0.25, 0.5, 1.0] {
            let exact = y * y - y + 1.0 / 3.0;
            let off = crps(&grid, y) - exact;
            assert!((off - 1.0 / (6 * m * m) as f64).abs() < 1e-15, "{y}: {off}");
        }
    }

    #[test]
    fn a_threshold_leaves_only_what_lies_above() {
        let draws = [0.0, 2.0, 8.0];
        assert_eq!(threshold_weighted_crps(&draws, 4.0, 0.0), crps(&draws, 4.0));
        assert_eq!(threshold_weighted_crps(&draws, 4.0, 9.0), 0.0);
        assert_eq!(
            threshold_weighted_crps(&draws, 4.0, 3.0),
            crps(&[3.0, 3.0, 8.0], 4.0)
        );
        assert!(threshold_weighted_crps(&draws, f64::NAN, 3.0).is_nan());
    }

    #[test]
    fn crps_of_a_normal() {
        // at its mean: sd (2 phi(0) - 1 / sqrt(pi)) = sd (sqrt 2 - 1) / sqrt pi
        let at_mean = (2f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt();
        assert!((crps_normal(5.0, 3.0, 5.0) - 3.0 * at_mean).abs() < 1e-14);
        assert_eq!(crps_normal(1.0, 0.0, 4.0), 3.0);
        assert!(crps_normal(1.0, -1.0, 4.0).is_nan());
        assert_eq!(crps_normal(0.0, 2.0, -3.0), crps_normal(0.0, 2.0, 3.0));
    }

    #[test]
    fn quantiles_lie_between_draws() {
        let draws = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&draws, 0.0), 1.0);
        assert_eq!(quantile(&draws, 0.5), 3.0);
        assert_eq!(quantile(&draws, 0.75), 5.0);
        assert_eq!(quantile(&draws, 1.0), 8.0);
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
        assert!(quantile(&[], 0.3).is_nan() && quantile(&draws, f64::NAN).is_nan());
    }

    #[test]
    fn pit_spreads_ties() {
        let draws = [0.0, 0.0, 0.0, 1.0];
        assert_eq!(pit(&draws, 0.0, 0.5), 0.375);
        assert_eq!(pit(&draws, 0.5, 0.9), 0.75);
        assert_eq!(pit(&draws, 1.0, 0.0), 0.75);
        assert_eq!((pit(&draws, -1.0, 0.5), pit(&draws, 2.0, 0.5)), (0.0, 1.0));
        assert!(pit(&draws, f64::NAN, 0.5).is_nan());
    }
}
