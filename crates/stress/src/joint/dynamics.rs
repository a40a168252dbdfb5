//! How one variable moves by itself.

/// The most of a distance from the slow mean that is left after a month.
const MOST: f64 = 0.99;

/// A first-order autoregression toward a slow mean, in the variable's own unit.
///
/// `phi` is the least-squares slope through 0 of `x(t+1) - m(t)` on `x(t) - m(t)` over months known with the month before; for a mean that stays
/// where it is, `(1 + 3 phi) / n` is added, the leading term of the small-sample bias (Kendall 1954, Biometrika 41: 403-404). Cut to 0..=0.99: a
/// path neither alternates by rule nor runs off. What is left, less its mean (no drift is carried on), are the surprises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dynamics {
    /// The slow mean at the end of the past.
    pub mean: f64,
    /// Standard error of that mean: of a weighted mean of an autoregression, `(s^2 / (1 - phi^2) sum over t, r of a_t a_r phi^|t - r|)^.5` with the weights a of the months
    /// known. Each path has a mean of its own that is off by as much.
    pub mean_error: f64,
    /// Share of a distance from the slow mean that is left after a month, 0..=0.99.
    pub phi: f64,
    /// Mean of what the slow mean and phi left over in the past, which is not carried on.
    pub drift: f64,
    /// Standard deviation of a month's surprise (divisor: their number less 2, for the mean and phi were learnt from the same months); 0 for a variable that never moved.
    pub scale: f64,
    /// How many surprises it was learnt from.
    pub months: usize,
}

/// By how much of its distance from a value the slow mean moves to it in a month.
pub(super) fn moves(half_life: Option<f64>) -> f64 {
    half_life.map_or(0.0, |h| 1.0 - 0.5f64.powf(1.0 / h))
}

/// The slow mean at the end of each month: exponentially weighted from the first value on, standing still where a month is missing; NaN
/// before the first value. Or the mean of the whole past in each.
pub(super) fn slow_means(past: &[f64], half_life: Option<f64>) -> Vec<f64> {
    let Some(half_life) = half_life else {
        let known: Vec<f64> = past.iter().copied().filter(|v| !v.is_nan()).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        return vec![mean; past.len()];
    };
    let keep = 0.5f64.powf(1.0 / half_life);
    let (mut sum, mut weight) = (0.0, 0.0);
    past.iter()
        .map(|&value| {
            if !value.is_nan() {
                sum = keep * sum + value;
                weight = keep * weight + 1.0;
            }
            sum / weight
        })
        .collect()
}

impl Dynamics {
    /// With the surprises in standard deviations, one for each month; NaN where not known. `None` for fewer than `fewest`.
    pub(super) fn of(
        past: &[f64],
        half_life: Option<f64>,
        fewest: usize,
    ) -> Option<(Self, Vec<f64>)> {
        let means = slow_means(past, half_life);
        let known = |t: usize| !past[t].is_nan() && !past[t - 1].is_nan();
        let months: Vec<usize> = (1..past.len()).filter(|&t| known(t)).collect();
        if months.len() < fewest.max(8) {
            return None;
        }
        let n = months.len() as f64;
        let from = |t: usize| (past[t - 1] - means[t - 1], past[t] - means[t - 1]);
        let (mut xy, mut xx) = (0.0, 0.0);
        for &t in &months {
            let (x, y) = from(t);
            xy += x * y;
            xx += x * x;
        }
        let slope = if xx > 0.0 { xy / xx } else { 0.0 };
        let bias = match half_life {
            Some(_) => 0.0,
            None => (1.0 + 3.0 * slope) / n,
        };
        let phi = (slope + bias).clamp(0.0, MOST);
        let mut left = vec![f64::NAN; past.len()];
        for &t in &months {
            let (x, y) = from(t);
            left[t] = y - phi * x;
        }
        let centre = months.iter().map(|&t| left[t]).sum::<f64>() / n;
        let square: f64 = months.iter().map(|&t| (left[t] - centre).powi(2)).sum();
        let spread = (square / (n - 2.0)).sqrt();
        let level = months.iter().fold(0.0f64, |m, &t| m.max(past[t].abs()));
        // less is what rounding leaves of a value that never moves
        let scale = if spread > 1e-12 * level { spread } else { 0.0 };
        for &t in &months {
            left[t] = if scale > 0.0 {
                (left[t] - centre) / scale
            } else {
                0.0
            };
        }
        let found = Self {
            mean: *means.last()?,
            mean_error: scale * mean_error(past, phi, half_life),
            phi,
            drift: centre,
            scale,
            months: months.len(),
        };
        Some((found, left))
    }
}

/// Standard error of the weighted mean of an autoregression whose surprises have standard deviation 1.
fn mean_error(past: &[f64], phi: f64, half_life: Option<f64>) -> f64 {
    let keep = half_life.map_or(1.0, |h| 0.5f64.powf(1.0 / h));
    let (mut weights, mut products, mut before) = (0.0, 0.0, 0.0);
    // from the last month back, `before` being the sum of a_r phi^|t - r| over the months after it
    let mut weight = 1.0;
    for value in past.iter().rev() {
        before *= phi;
        if !value.is_nan() {
            products += weight * (weight + 2.0 * before);
            weights += weight;
            before += weight;
        }
        weight *= keep;
    }
    (products / (1.0 - phi * phi)).sqrt() / weights
}

/// The known values of a row, ascending.
pub(super) fn sorted(row: &[f64]) -> Vec<f32> {
    let mut known: Vec<f32> = row
        .iter()
        .filter(|v| !v.is_nan())
        .map(|&v| v as f32)
        .collect();
    known.sort_unstable_by(f32::total_cmp);
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::Draw;

    #[test]
    fn slow_means_forget_and_stand_still() {
        // half-life 1: 4, then (4/2 + 1) / (1/2 + 1) = 2, a gap keeps 2
        let m = slow_means(&[f64::NAN, 4.0, 1.0, f64::NAN], Some(1.0));
        assert!(m[0].is_nan());
        assert!((m[1] - 4.0).abs() < 1e-12 && (m[2] - 2.0).abs() < 1e-12 && m[3] == m[2]);
        assert_eq!(slow_means(&[1.0, f64::NAN, 5.0], None), [3.0; 3]);
        assert!((moves(Some(1.0)) - 0.5).abs() < 1e-12 && moves(None) == 0.0);
    }

    #[test]
    fn an_autoregression_is_recovered_with_its_surprises() {
        let mut draw = Draw::of(3, 0, 0);
        let mut x = vec![10.0];
        for t in 1..4000 {
            x.push(10.0 + 0.8 * (x[t - 1] - 10.0) + 2.0 * draw.normal());
        }
        x[100] = f64::NAN;
        let (found, left) = Dynamics::of(&x, None, 24).unwrap();
        // standard errors: phi (1 - .64)^.5 / 4000^.5 = .0095, scale 2 / 8000^.5 = .022, mean 2 / .2 / 4000^.5 = .16
        assert!((found.phi - 0.8).abs() < 0.03, "{found:?}");
        assert!((found.scale - 2.0).abs() < 0.07 && (found.mean - 10.0).abs() < 0.5);
        // a month that nobody saw takes two surprises
        assert_eq!(found.months, 3999 - 2);
        assert!(left[100].is_nan() && left[101].is_nan() && !left[102].is_nan());
        let known: Vec<f64> = left.into_iter().filter(|u| !u.is_nan()).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let square = known.iter().map(|u| u * u).sum::<f64>() / known.len() as f64;
        let n = known.len() as f64;
        assert!(mean.abs() < 1e-12 && (square - (n - 2.0) / n).abs() < 1e-12);
        // s / (1 - phi) / n^.5 for a long past
        let want = found.scale / (1.0 - found.phi) / 4000f64.sqrt();
        assert!((found.mean_error / want - 1.0).abs() < 0.01);
    }

    #[test]
    fn the_error_of_a_mean_by_hand() {
        // three months, phi 1/2: (3 + 2 (1/2 + 1/2 + 1/4)) / (3/4) / 9
        let want = ((3.0 + 2.5) / 0.75f64).sqrt() / 3.0;
        assert!((mean_error(&[1.0; 3], 0.5, None) - want).abs() < 1e-12);
        // weights 1, 1/2 (half-life 1) two months apart: (1 + 1/16 + 2 x 1/4 x 1/4) / (3/4), weights 1 and 1/4
        let gap = [1.0, f64::NAN, 1.0];
        let want = ((1.0 + 1.0 / 16.0 + 0.125) / 0.75f64).sqrt() / 1.25;
        assert!((mean_error(&gap, 0.5, Some(1.0)) - want).abs() < 1e-12);
    }

    #[test]
    fn what_never_moves_has_no_surprises_and_what_is_not_known_is_not_learnt() {
        let (found, left) = Dynamics::of(&[3.0; 30], Some(12.0), 24).unwrap();
        assert!((found.mean - 3.0).abs() < 1e-12 && found.scale == 0.0);
        assert_eq!(left[1], 0.0);
        assert_eq!(Dynamics::of(&[3.0; 24], Some(12.0), 24), None);
        assert_eq!(Dynamics::of(&[], None, 8), None);
    }
}
