//! What is remembered of one thing that happens now and then: exponentially decayed counts at several half-lives, and its days.

/// Half-lives of the counts, in monitored days.
pub const HALF_LIVES: [f64; 5] = [3.0, 10.0, 30.0, 120.0, 720.0];

/// Number of half-lives.
pub(super) const K: usize = HALF_LIVES.len();

/// What one event of each age is still worth, and what a day each would have added up to.
#[derive(Debug, Clone)]
pub(super) struct Decay {
    /// `2^(-age / half-life)` by age.
    worth: Vec<[f64; K]>,
}

impl Decay {
    pub(super) fn new() -> Self {
        Self { worth: Vec::new() }
    }

    /// Makes ages up to and with this one known.
    pub(super) fn reach(&mut self, age: u32) {
        for a in self.worth.len()..=age as usize {
            self.worth
                .push(HALF_LIVES.map(|h| (-(a as f64) / h).exp2()));
        }
    }

    fn at(&self, age: u32) -> &[f64; K] {
        &self.worth[age as usize]
    }

    /// The decayed number of days after `ticks` monitored days: what a trace counts that had one event on each of them.
    pub(super) fn exposure(&self, ticks: u32) -> [f64; K] {
        std::array::from_fn(|k| {
            let keep = (-1.0 / HALF_LIVES[k]).exp2();
            (1.0 - keep.powi(ticks as i32)) / (1.0 - keep)
        })
    }
}

/// The trace that something left.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trace {
    counts: [f64; K],
    /// Ticks of the clock on which it happened, ascending, each once.
    pub(super) ticks: Vec<u32>,
}

impl Trace {
    /// Counts `n` events at a tick not before the last one.
    pub(super) fn add(&mut self, tick: u32, n: f64, decay: &Decay) {
        if self.ticks.last() != Some(&tick) {
            self.counts = self.counts(tick, decay);
            self.ticks.push(tick);
        }
        for c in &mut self.counts {
            *c += n;
        }
    }

    /// The decayed counts at a tick not before the last event.
    pub(super) fn counts(&self, tick: u32, decay: &Decay) -> [f64; K] {
        match self.ticks.last() {
            None => [0.0; K],
            Some(&last) => {
                let worth = decay.at(tick - last);
                std::array::from_fn(|k| self.counts[k] * worth[k])
            }
        }
    }

    /// Days with an event among the last `days` at that tick.
    pub(super) fn recent(&self, tick: u32, days: u32) -> u32 {
        let from = (tick + 1).saturating_sub(days);
        (self.ticks.len() - self.ticks.partition_point(|t| *t < from)) as u32
    }

    /// Of all spans of `days` monitored days that had ended at that tick, how many held an event; and how many there were.
    pub(super) fn spans(&self, tick: u32, days: u32) -> (u32, u32) {
        let Some(spans) = (tick + 2).checked_sub(days).filter(|n| *n > 0) else {
            return (0, 0);
        };
        // spans begin at 0..spans; an event lies in those that begin in t + 1 - days ..= t
        let (mut held, mut next) = (0, 0);
        for &t in &self.ticks {
            let (from, to) = ((t + 1).saturating_sub(days).max(next), (t + 1).min(spans));
            held += to.saturating_sub(from);
            next = next.max(to);
        }
        (held, spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_halve_and_exposure_is_one_a_day() {
        let mut decay = Decay::new();
        decay.reach(40);
        let mut t = Trace::default();
        t.add(2, 1.0, &decay);
        t.add(2, 1.0, &decay);
        t.add(5, 1.0, &decay);
        let at = t.counts(8, &decay);
        // two events of age 6, one of age 3, at a half-life of 3
        assert!((at[0] - (0.5 + 0.5)).abs() < 1e-12);
        let mut daily = Trace::default();
        for tick in 0..30 {
            daily.add(tick, 1.0, &decay);
        }
        for (a, b) in daily.counts(29, &decay).iter().zip(decay.exposure(30)) {
            assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn spans_against_looking_at_each() {
        let t = Trace {
            ticks: vec![0, 4, 5, 13],
            ..Trace::default()
        };
        for days in 1..20u32 {
            for tick in 13..25u32 {
                let all = (tick + 2).saturating_sub(days);
                let holds = |from: u32| t.ticks.iter().any(|x| (from..from + days).contains(x));
                let held = (0..all).filter(|&from| holds(from)).count() as u32;
                assert_eq!(t.spans(tick, days), (held, all), "{days} days at {tick}");
            }
        }
        assert_eq!(t.recent(13, 9), 2);
        assert_eq!(t.recent(13, 10), 3);
        assert_eq!(t.recent(13, 300), 4);
    }
}
