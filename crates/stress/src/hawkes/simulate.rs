//! Drawing from a process: a past that might have been, and futures that may follow.

use super::levels::{Levels, keep};
use super::{Counts, Hawkes, check};
use crate::Error;
use detente_forecast::{Draw, on_all_cores};

/// No count is drawn above this.
const MOST: f64 = 1e7;

/// Where a path stands.
struct State {
    /// By stream, then kernel.
    levels: Vec<f64>,
    keep: Vec<f64>,
    counts: Vec<f64>,
}

impl Hawkes {
    /// Draws so many periods, streams by row. It starts without a past and lets 200 periods or 20 of the longest half-lives pass first, whichever is more; of
    /// a process near to exploding the first periods kept still lie too low.
    pub fn simulate(&self, periods: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut state = self.state(|_, _| 0.0);
        let mut draw = Draw::of(seed, 0, 0);
        let longest = self.half_lives.iter().fold(0.0f64, |m, h| m.max(*h));
        for _ in 0..200.max((20.0 * longest).min(1e6) as usize) {
            self.step(&mut state, &mut draw);
        }
        let mut rows = vec![Vec::with_capacity(periods); self.streams()];
        for _ in 0..periods {
            self.step(&mut state, &mut draw);
            for (row, count) in rows.iter_mut().zip(&state.counts) {
                row.push(*count);
            }
        }
        rows
    }

    /// Futures of so many periods that follow on the counts: by path, then period, then stream, `periods * streams` numbers a path. A path depends on
    /// its number and the seed alone, so two processes under one seed are paired path by path.
    ///
    /// # Errors
    /// Counts of another number of streams, of unequal length, below 0 or not finite; a stream that was never monitored.
    pub fn ahead(
        &self,
        counts: &Counts,
        periods: usize,
        paths: usize,
        seed: u64,
    ) -> Result<Vec<Vec<f64>>, Error> {
        if counts.len() != self.streams() {
            return Err(Error::Shape {
                what: "streams of the counts beside those of the process",
                expected: self.streams(),
                found: counts.len(),
            });
        }
        let past = check(counts)?;
        if counts
            .iter()
            .any(|stream| stream.iter().flatten().next().is_none())
        {
            return Err(Error::TooFew {
                what: "monitored periods of a stream",
                needed: 1,
                found: 0,
            });
        }
        let levels = Levels::of(counts, &self.half_lives, &vec![0.0; counts.len()]);
        Ok(on_all_cores(paths, |path| {
            let mut state = self.state(|j, k| levels.at(j, k, past));
            let mut draw = Draw::of(seed, path, 0);
            let mut rows = Vec::with_capacity(periods * self.streams());
            for _ in 0..periods {
                self.step(&mut state, &mut draw);
                rows.extend_from_slice(&state.counts);
            }
            rows
        }))
    }

    fn state(&self, level: impl Fn(usize, usize) -> f64) -> State {
        let kernels = self.half_lives.len();
        let places = (0..self.streams()).flat_map(|j| (0..kernels).map(move |k| (j, k)));
        State {
            levels: places.map(|(j, k)| level(j, k)).collect(),
            keep: self.half_lives.iter().map(|h| keep(*h)).collect(),
            counts: vec![0.0; self.streams()],
        }
    }

    fn step(&self, state: &mut State, draw: &mut Draw) {
        let kernels = state.keep.len();
        for stream in 0..self.streams() {
            let rate = self.rate(stream, |j, k| state.levels[j * kernels + k]);
            let count = match self.sizes[stream] {
                None => draw.poisson(rate),
                Some(size) => draw.negative_binomial(rate, size),
            };
            state.counts[stream] = count.min(MOST);
        }
        for (place, level) in state.levels.iter_mut().enumerate() {
            let keep = state.keep[place % kernels];
            *level = keep * *level + (1.0 - keep) * state.counts[place / kernels];
        }
    }
}
