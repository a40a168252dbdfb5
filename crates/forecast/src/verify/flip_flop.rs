//! How much a forecast of one target wavers as the origin draws near.

/// Flip-flop index (Griffiths, Foley, Ioannou & Leeuwenburg 2019, Meteorological Applications 26: 30-35) of the successive forecasts
/// `x_1 .. x_n` of one target period, oldest first:
///
/// ```text
/// FFI = (sum |x_{i+1} - x_i| - (max x - min x)) / (n - 2)
/// ```
///
/// Unit of the forecast; from 0, **lower is steadier**: 0 if the forecasts only rose or only fell, for then all revisions were needed.
/// No score: a forecast that never learns has 0. `None` for fewer than three forecasts or if one is missing (NaN) or infinite.
pub fn flip_flop(forecasts: &[f64]) -> Option<f64> {
    if forecasts.len() < 3 || forecasts.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let revisions: f64 = forecasts.windows(2).map(|w| (w[1] - w[0]).abs()).sum();
    let highest = forecasts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let lowest = forecasts.iter().copied().fold(f64::INFINITY, f64::min);
    // rounding may leave a hair below 0
    Some(((revisions - (highest - lowest)) / (forecasts.len() - 2) as f64).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flip_flop_by_hand() {
        assert_eq!(flip_flop(&[1.0, 2.0, 5.0, 9.0]), Some(0.0));
        // revisions 40 + 30 + 10 = 80, range 40, n - 2 = 2
        assert_eq!(flip_flop(&[50.0, 10.0, 40.0, 30.0]), Some(20.0));
        assert_eq!(flip_flop(&[1.0, 2.0]), None);
        assert_eq!(flip_flop(&[1.0, f64::NAN, 2.0]), None);
    }
}
