//! What trees are to make small: how far to go and how sure that is, for each row.

use std::ops::Range;

/// Where a loss draws the score of a row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Slope {
    /// Minus the first derivative: which way to go.
    pub pull: f32,
    /// The second derivative, at least 0: how soon to stop.
    pub weight: f32,
}

/// A loss over groups of rows, by the first two derivatives in the score.
pub(super) trait Loss: Sync {
    /// For the rows of one group with their scores.
    fn slopes(&self, rows: Range<usize>, score: &[f64], out: &mut [Slope]);
}

/// `(y - score)^2 / 2`: pull y - score, weight 1.
pub(super) struct Squared<'a> {
    pub y: &'a [f64],
}

impl Loss for Squared<'_> {
    fn slopes(&self, rows: Range<usize>, score: &[f64], out: &mut [Slope]) {
        for ((out, y), score) in out.iter_mut().zip(&self.y[rows]).zip(score) {
            *out = Slope {
                pull: (y - score) as f32,
                weight: 1.0,
            };
        }
    }
}

/// Cross-entropy between the softmax of the scores in a group and its target (ListNet with the top one: Cao et al. 2007, ICML): with
/// `p = exp(score) / sum exp(score)` and `q = worth / sum worth` the loss of a group is `- sum q ln p`, its pull `q - p`, its weight
/// `p (1 - p)`, the diagonal of the second derivatives. A group without a positive pulls nowhere.
pub(super) struct Softmax<'a> {
    pub worth: &'a [f32],
}

impl Loss for Softmax<'_> {
    fn slopes(&self, rows: Range<usize>, score: &[f64], out: &mut [Slope]) {
        let worth = &self.worth[rows];
        let total: f64 = worth.iter().map(|w| f64::from(*w)).sum();
        if total <= 0.0 {
            out.fill(Slope::default());
            return;
        }
        let most = score.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (out, score) in out.iter_mut().zip(score) {
            out.weight = ((score - most) as f32).exp();
            sum += f64::from(out.weight);
        }
        let (part, share) = ((1.0 / sum) as f32, (1.0 / total) as f32);
        for (out, worth) in out.iter_mut().zip(worth) {
            let p = out.weight * part;
            *out = Slope {
                pull: worth * share - p,
                weight: (p * (1.0 - p)).max(0.0),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loss as its definition says, in f64.
    fn cross_entropy(score: &[f64], worth: &[f32]) -> f64 {
        let sum: f64 = score.iter().map(|s| s.exp()).sum();
        let total: f32 = worth.iter().sum();
        let terms = score.iter().zip(worth);
        -terms
            .map(|(s, w)| f64::from(w / total) * (s.exp() / sum).ln())
            .sum::<f64>()
    }

    #[test]
    fn slopes_are_those_of_the_cross_entropy() {
        let score = [0.3, -1.2, 2.0, 0.7, -0.4];
        let worth = [0.0, 1.0, 0.0, 2.0, 0.0];
        let mut slopes = [Slope::default(); 5];
        let loss = Softmax { worth: &worth };
        loss.slopes(0..5, &score, &mut slopes);
        let h = 1e-4;
        for i in 0..5 {
            let at = |by: f64| {
                let mut score = score;
                score[i] += by;
                cross_entropy(&score, &worth)
            };
            let first = (at(h) - at(-h)) / (2.0 * h);
            let second = (at(h) - 2.0 * at(0.0) + at(-h)) / (h * h);
            assert!((f64::from(slopes[i].pull) + first).abs() < 1e-6);
            assert!((f64::from(slopes[i].weight) - second).abs() < 1e-5);
        }
    }

    #[test]
    fn large_scores_stay_finite_and_a_group_without_positive_is_passed_over() {
        let mut slopes = [Slope::default(); 2];
        let one = Softmax { worth: &[1.0, 0.0] };
        one.slopes(0..2, &[-900.0, 900.0], &mut slopes);
        assert_eq!(
            slopes.map(|s| (s.pull, s.weight)),
            [(1.0, 0.0), (-1.0, 0.0)]
        );
        let none = Softmax { worth: &[0.0, 0.0] };
        none.slopes(0..2, &[1.0, 2.0], &mut slopes);
        assert_eq!(slopes, [Slope::default(); 2]);
    }
}
