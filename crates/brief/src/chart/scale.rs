//! From values to pixels, and the round numbers of an axis.

use detente_atlas::Day;

/// A straight scale from values to pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub from: f64,
    pub to: f64,
    pub start: f64,
    pub end: f64,
}

impl Scale {
    pub fn at(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }
    /// The same, held inside the scale.
    pub fn held(&self, value: f64) -> f64 {
        self.at(value.clamp(self.from, self.to))
    }
    pub fn day(&self, day: Day) -> f64 {
        self.held(f64::from(day.0))
    }
}

/// A step of 1, 2 or 5 times a power of ten that cuts `span` into at most `most` parts.
pub(crate) fn nice_step(span: f64, most: usize) -> f64 {
    let rough = span / most.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|m| m * power >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0);
    step * power
}

/// An axis that holds `low..high`, ends on round numbers, and its ticks; and the decimals that tell them apart.
pub(crate) fn axis(low: f64, high: f64, most: usize) -> (f64, f64, Vec<f64>, u8) {
    let (low, high) = if high - low < 1e-9 {
        (low - 0.5, high + 0.5)
    } else {
        (low, high)
    };
    let step = nice_step(high - low, most);
    let first = (low / step + 1e-9).floor() as i64;
    let last = (high / step - 1e-9).ceil() as i64;
    let ticks: Vec<f64> = (first..=last).map(|i| i as f64 * step).collect();
    let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as u8;
    (first as f64 * step, last as f64 * step, ticks, decimals)
}

/// The ticks of a time axis, at least `apart` pixels from each other: years, or months where the axis is short.
pub(crate) fn day_ticks(scale: &Scale, apart: f64) -> Vec<(Day, String)> {
    let days = scale.to - scale.from;
    let per_day = (scale.end - scale.start) / days;
    let (from, to) = (Day(scale.from as i32), Day(scale.to as i32));
    let months = [1, 2, 3, 6, 12, 24, 60, 120, 240]
        .into_iter()
        .find(|m| f64::from(*m) * 30.44 * per_day >= apart)
        .unwrap_or(600);
    let mut month = from.month();
    let mut ticks = Vec::new();
    while month.first() <= to {
        if month.first() >= from && month.0.rem_euclid(months) == 0 {
            let label = if months >= 12 {
                month.year().to_string()
            } else {
                month.to_string()
            };
            ticks.push((month.first(), label));
        }
        month.0 += 1;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_numbers() {
        for (low, high, most, want, decimals) in [
            (-0.37, 1.22, 5, vec![-0.5, 0.0, 0.5, 1.0, 1.5], 1),
            (0.0, 1.0, 5, vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0], 1),
            (1.13, 1.86, 4, vec![1.0, 1.2, 1.4, 1.6, 1.8, 2.0], 1),
            (
                0.0,
                8_700.0,
                5,
                vec![0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0, 10_000.0],
                0,
            ),
            (2.0, 2.0, 2, vec![1.5, 2.0, 2.5], 1),
        ] {
            let (from, to, ticks, places) = axis(low, high, most);
            assert_eq!(ticks.len(), want.len(), "{ticks:?}");
            assert!(
                ticks.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-9),
                "{ticks:?}"
            );
            assert!(from <= low && to >= high);
            assert_eq!(places, decimals);
        }
    }

    #[test]
    fn time_ticks_keep_their_distance() {
        let day = |s: &str| s.parse::<Day>().unwrap();
        let scale = |a: &str, b: &str, px| Scale {
            from: f64::from(day(a).0),
            to: f64::from(day(b).0),
            start: 0.0,
            end: px,
        };
        let years = day_ticks(&scale("1994-01-01", "2024-12-31", 620.0), 40.0);
        let labels: Vec<&str> = years.iter().map(|(_, l)| l.as_str()).collect();
        assert_eq!(labels[..3], ["1994", "1996", "1998"]);
        let months = day_ticks(&scale("2020-01-01", "2020-12-31", 620.0), 60.0);
        assert_eq!(months[1].1, "2020-03");
    }
}
