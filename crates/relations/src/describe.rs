//! Mean, median, quantiles and spread of a handful of values.

/// Arithmetic mean; `None` for no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Sum of squared deviations from the mean; 0 for one value, `None` for none.
pub fn sum_of_squares(values: &[f64]) -> Option<f64> {
    mean(values).map(|m| values.iter().map(|v| (v - m).powi(2)).sum())
}

/// Standard deviation of a whole population (divisor n). Use it for the members of a bloc: they are all there is.
pub fn population_sd(values: &[f64]) -> Option<f64> {
    sum_of_squares(values).map(|ss| (ss / values.len() as f64).sqrt())
}

/// Standard deviation of a sample (divisor n - 1); `None` for fewer than two values.
pub fn sample_sd(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        None
    } else {
        sum_of_squares(values).map(|ss| (ss / (values.len() - 1) as f64).sqrt())
    }
}

/// Quantile of type 7 of Hyndman & Fan (1996, The American Statistician 50: 361-365), the default of R and NumPy:
/// linear between the order statistics at position `(n - 1) * q`. `None` for no values or `q` outside of 0..1.
///
/// ```
/// use detente_relations::describe::quantile;
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), Some(1.75));
/// ```
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    if values.is_empty() || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Some(sorted_quantile(&sorted, q))
}

/// As [`quantile`], of values that are sorted already and not empty.
pub(crate) fn sorted_quantile(sorted: &[f64], q: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * q;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// Median (mean of the two middle values for an even number); `None` for no values.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked() {
        let x = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(mean(&x), Some(5.0));
        assert_eq!(population_sd(&x), Some(2.0));
        assert!((sample_sd(&x).unwrap() - (32.0f64 / 7.0).sqrt()).abs() < 1e-15);
        assert_eq!(median(&x), Some(4.5));
        // numpy.quantile(x, [.25, .75]) = 4.0, 5.5
        assert_eq!(quantile(&x, 0.25), Some(4.0));
        assert_eq!(quantile(&x, 0.75), Some(5.5));
        assert_eq!(
            (median(&[]), sample_sd(&[1.0]), quantile(&x, 1.5)),
            (None, None, None)
        );
    }
}
