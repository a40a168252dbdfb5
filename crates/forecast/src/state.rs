//! What a unit has been up to a period: its exponentially weighted level, and how long nothing has happened.

/// Periods without an event after which a unit counts as quiet.
pub const QUIET: usize = 24;

/// Exponentially weighted mean of `f` of the values at each period, over what was monitored up to it; NaN before the first monitored one.
///
/// A value that is `half_life` periods old weighs half as much as the newest. A missing period leaves the mean as it is.
pub fn weighted_means(past: &[f64], half_life: f64, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let keep = 0.5f64.powf(1.0 / half_life);
    let (mut sum, mut weight) = (0.0, 0.0);
    past.iter()
        .map(|&value| {
            sum *= keep;
            weight *= keep;
            if !value.is_nan() {
                sum += f(value);
                weight += 1.0;
            }
            if weight > 0.0 { sum / weight } else { f64::NAN }
        })
        .collect()
}

/// Periods since the last event (a value above 0) at each period: 0 in the period of one. Counted from the first period on
/// where there was none yet. A missing period is no event, but nothing is known of it either: it counts as a period that passed.
pub fn since_event(past: &[f64]) -> Vec<usize> {
    let mut since = 0;
    past.iter()
        .enumerate()
        .map(|(t, &value)| {
            since = if value > 0.0 {
                0
            } else if t == 0 {
                1
            } else {
                since + 1
            };
            since
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_forget_by_half_lives_and_pass_over_gaps() {
        // half-life 1: 4, then (4/2 + 1) / (1/2 + 1) = 2, a gap keeps 2, then weights 1/8, 1/4, 1 of 4, 1, 3
        let m = weighted_means(&[f64::NAN, 4.0, 1.0, f64::NAN, 3.0], 1.0, |v| v);
        assert!(m[0].is_nan());
        let want = [4.0, 2.0, 2.0, (0.5 + 0.25 + 3.0) / 1.375];
        for (got, want) in m[1..].iter().zip(want) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    #[test]
    fn quiet_is_counted_in_periods() {
        assert_eq!(
            since_event(&[0.0, 0.0, 2.0, 0.0, f64::NAN, 0.0]),
            [1, 2, 0, 1, 2, 3]
        );
    }
}
