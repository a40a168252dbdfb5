//! Gradient-boosted trees on binned features: by squared loss, or to rank rows within groups.
//!
//! A tree grows leaf by leaf where it gains most, by sums of pull and weight over the bins of each feature (as in Ke et al. 2017, NeurIPS 30:
//! LightGBM): only the smaller child of a split is summed, the other is the difference. Sums are of integers, so trees are the same to the last
//! bit on any number of cores.

mod bins;
mod boost;
mod grow;
mod loss;
mod sample;
mod score;
mod sums;

pub use bins::{Binned, Bins};
pub use boost::{Groups, Growth};
pub use score::Trees;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draw;

    const GROWTH: Growth = Growth {
        trees: 100,
        leaves: 8,
        depth: 3,
        rate: 0.2,
        leaf: 5.0,
        shrink: 0.0,
        features: 1.0,
        groups: 1.0,
        grain: 0.0,
    };

    fn fit(rows: &[f32], features: usize, y: &[f64], growth: &Growth) -> Trees {
        let bins = Bins::learn(rows, features, 96);
        Trees::fit(&bins, &Binned::of(&bins, rows), y, growth, 1)
    }

    #[test]
    fn one_split_by_hand() {
        // means 1 and 5; one tree of one level with the whole step is exact
        let rows: Vec<f32> = (0..10).flat_map(|i| [0.0, i as f32]).collect();
        let y = [0.0, 1.0, 2.0, 1.0, 1.0, 5.0, 4.0, 6.0, 5.0, 5.0];
        let one = Growth {
            trees: 1,
            depth: 1,
            rate: 1.0,
            ..GROWTH
        };
        let trees = fit(&rows, 2, &y, &one);
        assert!((trees.at(&[9.0, 4.0]) - 1.0).abs() < 1e-12);
        assert!((trees.at(&[9.0, 4.5]) - 5.0).abs() < 1e-12);
        // 10^2 / 5 on each side of the mean 3
        assert!((trees.gains()[1] - 40.0).abs() < 1e-9);
        assert_eq!(trees.gains()[0], 0.0);
        // with a leaf of 6 no split is left: the mean
        let none = Growth { leaf: 6.0, ..one };
        assert!((fit(&rows, 2, &y, &none).at(&[0.0, 0.0]) - 3.0).abs() < 1e-12);
        // 5 cases of 0 more in each leaf halve its step of 2 from the mean
        let half = Growth { shrink: 5.0, ..one };
        assert!((fit(&rows, 2, &y, &half).at(&[0.0, 9.0]) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn the_leaf_that_gains_most_is_split_first() {
        // -9 and -9 off the others gains 18^2 (1/2 + 1/4), more than 19^2 (1/3 + 1/3) in the middle; then 9 and 9 go
        let rows: Vec<f32> = (0..6).map(|i| i as f32).collect();
        let y = [-9.0, -9.0, -1.0, 1.0, 9.0, 9.0];
        let growth = Growth {
            trees: 1,
            leaves: 3,
            rate: 1.0,
            leaf: 1.0,
            ..GROWTH
        };
        let trees = fit(&rows, 1, &y, &growth);
        let told: Vec<f64> = rows.iter().map(|x| trees.at(&[*x])).collect();
        let wanted = [-9.0, -9.0, 0.0, 0.0, 9.0, 9.0];
        for (told, wanted) in told.iter().zip(wanted) {
            assert!((told - wanted).abs() < 1e-12, "{told} {wanted}");
        }
    }

    #[test]
    fn a_known_function_is_learnt() {
        let mut draw = Draw::of(3, 0, 0);
        let truth = |x: &[f32]| f64::from(if x[0] > 0.5 { 2.0 * x[1] } else { -x[1] });
        let rows: Vec<f32> = (0..16_000).map(|_| draw.uniform() as f32).collect();
        let y: Vec<f64> = rows
            .chunks(4)
            .map(|x| truth(x) + 0.1 * draw.normal())
            .collect();
        let trees = fit(&rows, 4, &y, &GROWTH);
        let mut squares = 0.0;
        for _ in 0..500 {
            let x: Vec<f32> = (0..4).map(|_| draw.uniform() as f32).collect();
            squares += (trees.at(&x) - truth(&x)).powi(2) / 500.0;
        }
        // the spread of the truth is near 0.9; its jump lies inside of a bin
        assert!(squares.sqrt() < 0.2, "{}", squares.sqrt());
    }

    /// Groups of 10 with three features; the one that comes true has the first two most alike, which no linear score tells.
    fn alike(groups: usize, seed: u64) -> (Vec<f32>, Vec<u32>, Vec<f32>) {
        let mut draw = Draw::of(seed, 0, 0);
        let rows: Vec<f32> = (0..groups * 30).map(|_| draw.uniform() as f32).collect();
        let mut worth = vec![0.0; groups * 10];
        for group in 0..groups {
            let apart = |i: &usize| (rows[i * 3] - rows[i * 3 + 1]).abs();
            let of = group * 10..group * 10 + 10;
            let best = of.min_by(|a, b| apart(a).total_cmp(&apart(b)));
            worth[best.unwrap()] = 1.0;
        }
        (rows, (0..=groups as u32).map(|g| g * 10).collect(), worth)
    }

    fn hits(trees: &Trees, rows: &[f32], worth: &[f32]) -> f64 {
        let mut told = vec![0.0; worth.len()];
        trees.score(rows, &mut told);
        let groups = told.chunks(10).zip(worth.chunks(10));
        let right = groups.filter(|(told, worth)| {
            let most = (0..10).max_by(|a, b| told[*a].total_cmp(&told[*b]));
            worth[most.unwrap()] == 1.0
        });
        right.count() as f64 / (worth.len() / 10) as f64
    }

    #[test]
    fn a_ranking_that_no_line_tells_is_learnt() {
        let (rows, starts, worth) = alike(2000, 1);
        let bins = Bins::learn(&rows, 3, 64);
        let binned = Binned::of(&bins, &rows);
        let groups = Groups {
            starts: &starts,
            worth: &worth,
            offset: &[],
        };
        let growth = Growth {
            leaves: 31,
            depth: 12,
            leaf: 1.0,
            shrink: 1.0,
            ..GROWTH
        };
        let (rows, _, worth) = alike(500, 2);
        // by chance 1 in 10
        let whole = Trees::rank(&bins, &binned, groups, &growth, 1);
        assert!(
            hits(&whole, &rows, &worth) > 0.6,
            "{}",
            hits(&whole, &rows, &worth)
        );
        let some = Growth {
            groups: 0.5,
            features: 0.7,
            ..growth
        };
        let some = [1, 2].map(|seed| Trees::rank(&bins, &binned, groups, &some, seed));
        assert_ne!(some[0], some[1]);
        let both = Trees::mean(some.to_vec());
        assert!(hits(&both, &rows, &worth) > 0.6);
        let at = |trees: &Trees| trees.at(&rows[..3]);
        assert!((at(&both) - (at(&some[0]) + at(&some[1])) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_the_offset_tells_is_not_learnt_again() {
        let (rows, starts, worth) = alike(300, 1);
        let bins = Bins::learn(&rows, 3, 64);
        let binned = Binned::of(&bins, &rows);
        let told: Vec<f32> = worth.iter().map(|w| 200.0 * w).collect();
        let groups = Groups {
            starts: &starts,
            worth: &worth,
            offset: &told,
        };
        let growth = Growth {
            leaf: 0.0,
            shrink: 1.0,
            ..GROWTH
        };
        let trees = Trees::rank(&bins, &binned, groups, &growth, 1);
        assert_eq!(trees.at(&rows[..3]), 0.0);
    }

    #[test]
    fn rows_together_are_scored_as_one_by_one() {
        let (mut rows, starts, worth) = alike(101, 1);
        rows[4] = f32::NAN;
        let bins = Bins::learn(&rows, 3, 64);
        let groups = Groups {
            starts: &starts,
            worth: &worth,
            offset: &[],
        };
        let growth = Growth {
            leaves: 31,
            depth: 9,
            leaf: 0.5,
            ..GROWTH
        };
        let trees = Trees::rank(&bins, &Binned::of(&bins, &rows), groups, &growth, 1);
        let mut told = vec![0.0; worth.len()];
        trees.score(&rows, &mut told);
        for (row, told) in rows.chunks(3).zip(told) {
            assert_eq!(trees.at(row) as f32, told);
        }
    }
}
