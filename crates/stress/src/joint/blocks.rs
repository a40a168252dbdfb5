//! Months of the past drawn whole, in runs.

use detente_forecast::Draw;

/// Innovations of the past, month by month.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blocks {
    variables: usize,
    /// Month by month; NaN where missing.
    rows: Vec<f32>,
    months: usize,
    /// Chance that the next month is not the one that followed.
    leaves: f64,
    /// For each variable its known innovations.
    own: Vec<Vec<f32>>,
}

impl Blocks {
    /// Months in which no variable is known are left out, so runs go over them.
    pub(super) fn of(innovations: &[Vec<f64>], length: f64) -> Self {
        let all = innovations.first().map_or(0, Vec::len);
        let mut rows = Vec::new();
        for t in 0..all {
            if innovations.iter().any(|row| !row[t].is_nan()) {
                rows.extend(innovations.iter().map(|row| row[t] as f32));
            }
        }
        let known = |row: &Vec<f64>| {
            row.iter()
                .filter(|v| !v.is_nan())
                .map(|&v| v as f32)
                .collect()
        };
        Self {
            variables: innovations.len(),
            months: rows.len() / innovations.len().max(1),
            rows,
            leaves: 1.0 / length,
            own: innovations.iter().map(known).collect(),
        }
    }

    /// The innovations of months that follow on each other, month by month.
    pub(super) fn fill(&self, draw: &mut Draw, to: &mut [f32]) {
        let mut place = draw.below(self.months);
        for to in to.chunks_exact_mut(self.variables) {
            self.next(&mut place, draw, to);
        }
    }

    /// The innovations of the month at `place`, which moves on to the month that follows, the first following on the last, or to any.
    fn next(&self, place: &mut usize, draw: &mut Draw, to: &mut [f32]) {
        let row = &self.rows[*place * self.variables..][..self.variables];
        for ((to, &value), own) in to.iter_mut().zip(row).zip(&self.own) {
            *to = if !value.is_nan() {
                value
            } else if own.is_empty() {
                0.0
            } else {
                own[draw.below(own.len())]
            };
        }
        *place = if draw.uniform() < self.leaves {
            draw.below(self.months)
        } else {
            (*place + 1) % self.months
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_stay_whole_and_gaps_are_filled_from_the_own_past() {
        let n = f64::NAN;
        // the third month holds nothing; variable 1 lacks month 1
        let blocks = Blocks::of(&[vec![1.0, 2.0, n, 3.0], vec![10.0, n, n, 30.0]], 1.0);
        let mut draw = Draw::of(5, 0, 0);
        let mut drawn = vec![0.0; 2 * 3000];
        blocks.fill(&mut draw, &mut drawn);
        let mut seen = std::collections::BTreeMap::new();
        for w in drawn.chunks_exact(2) {
            *seen.entry((w[0] as i32, w[1] as i32)).or_insert(0) += 1;
        }
        let kinds: Vec<(i32, i32)> = seen.keys().copied().collect();
        assert_eq!(kinds, [(1, 10), (2, 10), (2, 30), (3, 30)]);
        // a third each, the second split in halves; 5 standard deviations are 130 and 103
        assert!((870..=1130).contains(&seen[&(1, 10)]) && (397..=603).contains(&seen[&(2, 30)]));
    }

    #[test]
    fn runs_have_their_mean_length() {
        let row: Vec<f64> = (0..1000).map(f64::from).collect();
        let blocks = Blocks::of(&[row], 5.0);
        let mut draw = Draw::of(6, 0, 0);
        let mut drawn = vec![0.0; 20_000];
        blocks.fill(&mut draw, &mut drawn);
        let follows = |w: &[f32]| w[1] == (w[0] + 1.0) % 1000.0;
        let breaks = drawn.windows(2).filter(|w| !follows(w)).count() as i32;
        // 20,000 / 5 runs; 5 standard deviations are 283
        assert!((breaks - 4000).abs() < 300, "{breaks}");
    }
}
