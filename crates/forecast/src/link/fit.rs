//! Weights of the linear model.

use super::terms::TERMS;
use crate::{Draw, on_all_cores};

/// Questions to learn from: rows of terms, group after group.
#[derive(Debug, Clone, Default)]
pub(super) struct Lessons {
    pub rows: Vec<f32>,
    pub kinds: Vec<Row>,
    /// Where each group ends.
    pub ends: Vec<usize>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// A leading candidate that was no answer.
    Leading,
    /// An entity drawn at random from the others, which stands for many.
    Drawn,
    /// An answer.
    Answer,
}

const BATCH: usize = 256;
const PIECES: usize = 4;

/// Weights that maximise the mean log of the softmax share of each answer, other answers of the question left out (filtered softmax).
///
/// Of each question only the leading candidates and some drawn from the others are at hand; `stand_for` is how many entities one drawn stands for,
/// which makes the sum in the denominator an unbiased one (importance sampling; Bengio & Senecal 2008, IEEE Transactions on Neural Networks 19: 713-722).
/// Stochastic gradient with steps as in Adam (Kingma & Ba 2015, ICLR), in an order drawn from `seed`.
pub(super) fn fit(
    lessons: &Lessons,
    weights: &mut [f32; TERMS],
    stand_for: f32,
    epochs: usize,
    seed: u64,
) {
    let groups = lessons.ends.len();
    let mut order: Vec<usize> = (0..groups).collect();
    let mut draw = Draw::of(seed, 0, 0);
    let (mut mean, mut square) = ([0.0f32; TERMS], [0.0f32; TERMS]);
    let mut step = 0i32;
    for epoch in 0..epochs {
        for i in (1..groups).rev() {
            order.swap(i, draw.below(i + 1));
        }
        let rate = 0.02 * (1.0 - epoch as f32 / epochs as f32) + 0.001;
        for batch in order.chunks(BATCH) {
            let pieces = on_all_cores(PIECES, |piece| {
                let mine = batch.iter().skip(piece).step_by(PIECES);
                let mut slope = [0.0f32; TERMS];
                let mut scores = Vec::new();
                for group in mine {
                    add_slope(
                        lessons,
                        *group,
                        weights,
                        stand_for.ln(),
                        &mut scores,
                        &mut slope,
                    );
                }
                slope
            });
            step += 1;
            for term in 0..TERMS {
                let slope: f32 = pieces.iter().map(|piece| piece[term]).sum();
                let slope = slope / batch.len() as f32 + 1e-5 * weights[term];
                mean[term] = 0.9 * mean[term] + 0.1 * slope;
                square[term] = 0.999 * square[term] + 0.001 * slope * slope;
                let m = mean[term] / (1.0 - 0.9f32.powi(step));
                let s = square[term] / (1.0 - 0.999f32.powi(step));
                weights[term] -= rate * m / (s.sqrt() + 1e-8);
            }
        }
    }
}

fn score(row: &[f32], weights: &[f32; TERMS]) -> f32 {
    row.iter().zip(weights).map(|(x, w)| x * w).sum()
}

/// Adds the slope of one question's loss, `-mean over answers a of ln(e^a / (e^a + sum over others of e^o))`.
fn add_slope(
    lessons: &Lessons,
    group: usize,
    weights: &[f32; TERMS],
    drawn: f32,
    scores: &mut Vec<f32>,
    slope: &mut [f32; TERMS],
) {
    let begin = group
        .checked_sub(1)
        .map_or(0, |before| lessons.ends[before]);
    let kinds = &lessons.kinds[begin..lessons.ends[group]];
    let rows = &lessons.rows[begin * TERMS..lessons.ends[group] * TERMS];
    let answers = kinds.iter().filter(|kind| **kind == Row::Answer).count() as f32;
    if answers == 0.0 {
        return;
    }
    scores.clear();
    scores.extend(
        rows.chunks(TERMS)
            .zip(kinds)
            .map(|(row, kind)| score(row, weights) + if *kind == Row::Drawn { drawn } else { 0.0 }),
    );
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut others = 0.0;
    for (score, kind) in scores.iter_mut().zip(kinds) {
        *score = (*score - most).exp();
        if *kind != Row::Answer {
            others += *score;
        }
    }
    let mut pull = 0.0;
    for (score, kind) in scores.iter().zip(kinds) {
        if *kind == Row::Answer {
            pull += 1.0 / (others + score) / answers;
        }
    }
    for ((score, kind), row) in scores.iter().zip(kinds).zip(rows.chunks(TERMS)) {
        let by = match kind {
            Row::Answer => (score / (others + score) - 1.0) / answers,
            _ => score * pull,
        };
        for (slope, x) in slope.iter_mut().zip(row) {
            *slope += by * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lessons() -> Lessons {
        let mut draw = Draw::of(1, 0, 0);
        let mut lessons = Lessons::default();
        for _ in 0..400 {
            let rows: Vec<[f32; TERMS]> = (0..12)
                .map(|_| std::array::from_fn(|i| if i < 3 { draw.normal() as f32 } else { 0.0 }))
                .collect();
            // an answer is drawn by the softmax of 1.5 x0 - x1
            let ease: Vec<f64> = rows
                .iter()
                .map(|r| f64::from(1.5 * r[0] - r[1]).exp())
                .collect();
            let mut left = draw.uniform() * ease.iter().sum::<f64>();
            let answer = ease.iter().position(|e| {
                left -= e;
                left < 0.0
            });
            for (i, row) in rows.iter().enumerate() {
                lessons.rows.extend(row);
                lessons.kinds.push(if Some(i) == answer {
                    Row::Answer
                } else {
                    Row::Leading
                });
            }
            lessons.ends.push(lessons.kinds.len());
        }
        lessons
    }

    #[test]
    fn known_weights_are_found_again() {
        let mut weights = [0.0; TERMS];
        fit(&lessons(), &mut weights, 1.0, 400, 1);
        // 400 choices: the standard error of a weight is near 0.1
        assert!((weights[0] - 1.5).abs() < 0.3, "{}", weights[0]);
        assert!((weights[1] + 1.0).abs() < 0.3, "{}", weights[1]);
        assert!(weights[2].abs() < 0.3, "{}", weights[2]);
    }

    #[test]
    fn the_slope_is_that_of_the_loss() {
        let mut lessons = lessons();
        lessons.kinds[3] = Row::Answer;
        lessons.kinds[5] = Row::Drawn;
        let loss = |weights: &[f32; TERMS]| {
            let z: Vec<f64> = lessons.rows[..12 * TERMS]
                .chunks(TERMS)
                .zip(&lessons.kinds)
                .map(|(row, kind)| {
                    let drawn = if *kind == Row::Drawn { 7f64 } else { 1.0 };
                    f64::from(score(row, weights)).exp() * drawn
                })
                .collect();
            let is = |i: usize| lessons.kinds[i] == Row::Answer;
            let others: f64 = (0..12).filter(|i| !is(*i)).map(|i| z[i]).sum();
            let answers: Vec<f64> = (0..12)
                .filter(|i| is(*i))
                .map(|i| -(z[i] / (z[i] + others)).ln())
                .collect();
            answers.iter().sum::<f64>() / answers.len() as f64
        };
        let mut weights = [0.0; TERMS];
        weights[0] = 0.4;
        let mut slope = [0.0; TERMS];
        add_slope(
            &lessons,
            0,
            &weights,
            7f32.ln(),
            &mut Vec::new(),
            &mut slope,
        );
        for term in 0..3 {
            let (mut up, mut down) = (weights, weights);
            up[term] += 1e-2;
            down[term] -= 1e-2;
            let by_difference = (loss(&up) - loss(&down)) / 2e-2;
            assert!(
                (f64::from(slope[term]) - by_difference).abs() < 1e-4,
                "{term}: {} {by_difference}",
                slope[term]
            );
        }
    }
}
