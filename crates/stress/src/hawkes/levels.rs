//! What leads up to each period.

use super::Counts;

/// Kernel-weighted means of each stream's counts before each period.
pub(super) struct Levels {
    kernels: usize,
    /// By stream and kernel, then by period; one more than the counts, the last being the level after them.
    columns: Vec<Vec<f64>>,
}

impl Levels {
    /// Levels that start from a stream's first count and stand still where a period is missing. Before its first count a stream stands at
    /// `means`, for nothing better is known.
    pub(super) fn of(counts: &Counts, half_lives: &[f64], means: &[f64]) -> Self {
        let mut columns = Vec::with_capacity(counts.len() * half_lives.len());
        for (stream, &mean) in counts.iter().zip(means) {
            for &half_life in half_lives {
                let keep = keep(half_life);
                let (mut sum, mut weight) = (0.0, 0.0);
                let mut column = Vec::with_capacity(stream.len() + 1);
                column.push(mean);
                for count in stream {
                    if let Some(count) = count {
                        sum = sum * keep + count;
                        weight = weight * keep + 1.0;
                    }
                    column.push(if weight > 0.0 { sum / weight } else { mean });
                }
                columns.push(column);
            }
        }
        Self {
            kernels: half_lives.len(),
            columns,
        }
    }

    pub(super) fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    pub(super) fn at(&self, stream: usize, kernel: usize, period: usize) -> f64 {
        self.columns[stream * self.kernels + kernel][period]
    }
}

/// What is kept of a level from one period to the next.
pub(super) fn keep(half_life: f64) -> f64 {
    0.5f64.powf(1.0 / half_life)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // half-life 1: half is kept. 4 -> 4; then (4 / 2 + 1) / 1.5 = 2; missing stands; then (3 / 2 + 0) / 1.75 = 6 / 7
        let counts = [vec![None, Some(4.0), Some(1.0), None, Some(0.0)]];
        let levels = Levels::of(&counts, &[1.0], &[5.0 / 3.0]);
        let want = [5.0 / 3.0, 5.0 / 3.0, 4.0, 2.0, 2.0, 6.0 / 7.0];
        for (period, want) in want.into_iter().enumerate() {
            assert!((levels.at(0, 0, period) - want).abs() < 1e-12, "{period}");
        }
    }
}
