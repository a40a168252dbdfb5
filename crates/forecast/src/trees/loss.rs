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

/// Filtered softmax, as ranks are filtered: each row that came true is set against those that did not, and the others that came true are left out.
///
/// With `q = worth / sum worth` and `S = sum of exp(score)` over the rows without worth the loss of a group is
/// `- sum over rows with worth of q ln p`, `p = exp(score) / (exp(score) + S)`. Slopes are its first derivatives, weights the diagonal of the
/// second: for a row with worth `q (1 - p)` and `q p (1 - p)`, for one without `- sum q e` and `sum q e (1 - e)` over the rows with
/// worth, `e` its own `exp(score) / (exp(score of that row) + S)`. A group without a positive pulls nowhere. With one positive this is the
/// cross-entropy of ListNet (Cao et al. 2007, ICML).
pub(super) struct Softmax<'a> {
    pub worth: &'a [f32],
}

impl Loss for Softmax<'_> {
    fn slopes(&self, rows: Range<usize>, score: &[f64], out: &mut [Slope]) {
        let worth = &self.worth[rows];
        let total: f32 = worth.iter().sum();
        if total <= 0.0 {
            out.fill(Slope::default());
            return;
        }
        let most = score.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut others = 0.0;
        for ((out, score), worth) in out.iter_mut().zip(score).zip(worth) {
            // the place of the weight keeps exp(score) until it is known
            out.weight = ((score - most) as f32).exp();
            if *worth <= 0.0 {
                others += f64::from(out.weight);
            }
        }
        // never 0, so that a group of positives alone pulls nowhere
        let others = others as f32 + f32::MIN_POSITIVE;
        let (mut sum, mut squares) = (0.0, 0.0);
        for (out, worth) in out.iter_mut().zip(worth) {
            let part = 1.0 / (others + out.weight);
            sum += worth / total * part;
            squares += worth / total * part * part;
        }
        for (out, worth) in out.iter_mut().zip(worth) {
            let ease = out.weight;
            *out = if *worth > 0.0 {
                let (q, p) = (worth / total, ease / (others + ease));
                Slope {
                    pull: q * (1.0 - p),
                    weight: (q * p * (1.0 - p)).max(0.0),
                }
            } else {
                Slope {
                    pull: -ease * sum,
                    weight: (ease * sum - ease * ease * squares).max(0.0),
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loss as its definition says, in f64.
    fn filtered(score: &[f64], worth: &[f32]) -> f64 {
        let of = || score.iter().zip(worth);
        let others = of().filter(|(_, w)| **w == 0.0);
        let others: f64 = others.map(|(s, _)| s.exp()).sum();
        let total: f32 = worth.iter().sum();
        -of()
            .map(|(s, w)| f64::from(w / total) * (s.exp() / (s.exp() + others)).ln())
            .sum::<f64>()
    }

    #[test]
    fn slopes_are_those_of_the_filtered_softmax() {
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
                filtered(&score, &worth)
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
        // what came true is not set against itself
        let all = Softmax { worth: &[1.0, 1.0] };
        all.slopes(0..2, &[0.0, 3.0], &mut slopes);
        assert!(
            slopes
                .iter()
                .all(|s| s.pull.abs() < 1e-30 && s.weight == 0.0)
        );
        let none = Softmax { worth: &[0.0, 0.0] };
        none.slopes(0..2, &[1.0, 2.0], &mut slopes);
        assert_eq!(slopes, [Slope::default(); 2]);
    }
}
