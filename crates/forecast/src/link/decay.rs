//! Counts that fade: each event weighs half as much after every half-life.

/// Counts at several half-lives, as they stood on the day of the last event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fading<const N: usize> {
    /// The day of the last event; before any, long ago.
    pub last: i32,
    counts: [f32; N],
}

/// No event so far.
pub(super) const NEVER: i32 = i32::MIN;

impl<const N: usize> Default for Fading<N> {
    fn default() -> Self {
        Self {
            last: NEVER,
            counts: [0.0; N],
        }
    }
}

/// How much is left after a number of days, at several half-lives.
#[derive(Debug, Clone)]
pub(super) struct Fade<const N: usize> {
    left: Vec<[f32; N]>,
}

/// Days after which nothing is left at any half-life.
const FADED: usize = 16_384;

impl<const N: usize> Fade<N> {
    /// At these half-lives, in days.
    pub fn new(half_lives: [f32; N]) -> Self {
        let left = |age: usize| half_lives.map(|half| (-(age as f32) / half).exp2());
        Self {
            left: (0..FADED).map(left).collect(),
        }
    }

    /// The counts on a day, which is not before the last event.
    #[inline]
    pub fn at(&self, fading: &Fading<N>, day: i32) -> [f32; N] {
        // before the first event the counts are 0 whatever the age
        let age = (i64::from(day) - i64::from(fading.last)) as usize;
        let left = &self.left[age.min(FADED - 1)];
        std::array::from_fn(|i| fading.counts[i] * left[i])
    }

    /// Adds an event of a day, which is not before the last.
    pub fn add(&self, fading: &mut Fading<N>, day: i32) {
        let counts = self.at(fading, day);
        fading.counts = counts.map(|count| count + 1.0);
        fading.last = day;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_weighs_half_after_a_half_life() {
        let fade = Fade::new([2.0, 4.0]);
        let mut count = Fading::default();
        assert_eq!(fade.at(&count, 100), [0.0, 0.0]);
        fade.add(&mut count, 10);
        fade.add(&mut count, 14);
        assert_eq!(fade.at(&count, 14), [1.25, 1.5]);
        assert_eq!(fade.at(&count, 18), [1.25 / 4.0, 0.75]);
        assert_eq!(fade.at(&count, 1_000_000)[0], 0.0);
    }
}
