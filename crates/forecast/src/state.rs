//! What a unit has been up to a period: its exponentially weighted level, and how long nothing has happened.

/// Periods without an event after which a unit counts as quiet.
pub const QUIET: usize = 24;

/// Half-life of a unit's level, in periods.
pub const LEVEL: f64 = 1.5;

/// How much happens in a unit, by its past up to the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// No event in the last [`QUIET`] periods, or ever.
    Quiet,
    /// The last event is 3 to [`QUIET`] - 1 periods ago.
    Waning,
    /// An event in the last 3 periods, at a level below 30.
    Low,
    /// The same at a level of 30 or more: that of exp(mean of log(1 + y), half-life [`LEVEL`]) - 1.
    High,
}

/// The period of calm after which a unit's activity is [`Activity::Waning`].
pub const WANING: usize = 3;

impl Activity {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Quiet, Self::Waning, Self::Low, Self::High];

    /// The activity at the end of a past.
    pub fn of(past: &[f64]) -> Self {
        let level = weighted_means(past, LEVEL, f64::ln_1p);
        match since_event(past).last() {
            Some(0..WANING) if level.last().is_some_and(|l| l.exp_m1() >= 30.0) => Self::High,
            Some(0..WANING) => Self::Low,
            Some(WANING..QUIET) => Self::Waning,
            _ => Self::Quiet,
        }
    }
}

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

/// Periods since the last event (a value above 0) at each period: 0 in the period of one; where there was none yet, [`QUIET`] more than
/// the periods so far. A missing period is no event, but a period that passed.
pub fn since_event(past: &[f64]) -> Vec<usize> {
    let mut since = QUIET;
    past.iter()
        .map(|&value| {
            since = if value > 0.0 { 0 } else { since + 1 };
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
            [QUIET + 1, QUIET + 2, 0, 1, 2, 3]
        );
    }

    #[test]
    fn activity_goes_by_the_last_event_and_the_level() {
        let after = |event: f64, calm: usize| {
            let mut past = vec![event; 12];
            past.extend(vec![0.0; calm]);
            Activity::of(&past)
        };
        assert_eq!(after(40.0, 0), Activity::High);
        assert_eq!(after(29.0, 0), Activity::Low);
        assert_eq!(after(40.0, 3), Activity::Waning);
        assert_eq!(after(40.0, 23), Activity::Waning);
        assert_eq!(after(40.0, 24), Activity::Quiet);
        assert_eq!(
            (after(0.0, 0), Activity::of(&[])),
            (Activity::Quiet, Activity::Quiet)
        );
    }
}
