//! The example that the literature of cross-impact balances is taught with, and matrices drawn by chance.
//!
//! "Somewhereland": the matrix and the impact balances of one scenario are from figures 2-2 and 2-3 of W. Weimer-Jehle (2013), ScenarioWizard 4.1: Constructing
//! consistent scenarios using cross-impact balance analysis, manual, University of Stuttgart, p. 11; its ten consistent scenarios of 486 from "The
//! CIB algorithm (4/4)" at cross-impact.de.

use super::Matrix;
use detente_forecast::Draw;

/// Government, foreign policy, economy, distribution of wealth, social cohesion, social values.
const SIZES: [usize; 6] = [3, 3, 3, 2, 3, 3];

/// By row, without the block of a descriptor on itself.
const JUDGEMENTS: &str = "\
    -2 1 1 0 0 0 0 0 -2 1 1 0 0 0
    2 1 -3 -2 -1 3 -2 2 0 0 0 2 -1 -1
    0 0 0 0 2 -2 3 -3 2 -1 -1 -2 2 0
    0 0 0 -2 1 1 0 0 0 0 0 0 0 0
    0 0 0 0 1 -1 0 0 1 0 -1 0 0 0
    3 -1 -2 3 0 -3 0 0 3 -1 -2 -2 1 1
    2 1 -3 0 0 0 -2 2 -3 1 2 0 0 0
    -1 2 -1 0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 -2 2 3 -1 -2 0 0 0
    0 0 0 0 0 0 0 0 0 3 -1 -2 -2 1 1
    0 -3 3 0 0 0 0 0 0 -3 1 2 2 -1 -1
    0 0 0 0 0 0 -2 -1 3 0 0 2 -1 -1
    0 0 0 -1 0 1 1 1 -2 0 0 -1 0 1
    2 -1 -1 -3 1 2 3 0 -3 0 0 -2 -1 3
    0 3 -3 0 0 0 -3 0 3 -3 3 -2 1 1
    1 -2 1 0 0 0 -1 2 -1 2 -2 2 -1 -1
    0 0 0 0 0 0 -1 2 -1 1 -1 2 -1 -1";

/// The ten consistent scenarios, as published: A3 B1 C3 D2 E1 F1 and so on.
const PUBLISHED: [&str; 10] = [
    "313211", "323211", "213221", "223221", "312112", "122112", "322112", "132112", "132113",
    "131233",
];

pub(super) fn somewhereland() -> Matrix {
    let mut lines = JUDGEMENTS.lines();
    let mut rows = Vec::new();
    let mut start = 0;
    for size in SIZES {
        for line in lines.by_ref().take(size) {
            let mut row: Vec<i32> = line
                .split_whitespace()
                .map(|n| n.parse().unwrap())
                .collect();
            row.splice(start..start, vec![0; size]);
            rows.push(row);
        }
        start += size;
    }
    Matrix::new(&SIZES, &rows).unwrap()
}

pub(super) fn published() -> Vec<Vec<usize>> {
    let states = |text: &str| text.bytes().map(|b| usize::from(b - b'1')).collect();
    let mut all: Vec<Vec<usize>> = PUBLISHED.iter().map(|text| states(text)).collect();
    all.sort();
    all
}

/// A matrix in which each block between two descriptors is filled with that chance, with judgements from `-largest` to `largest`.
pub(super) fn random(sizes: &[usize], largest: usize, filled: f64, seed: u64) -> Matrix {
    let mut draw = Draw::of(seed, 1, 0);
    let states: usize = sizes.iter().sum();
    let mut rows = vec![vec![0; states]; states];
    let mut from = 0;
    for &size in sizes {
        let mut to = 0;
        for &other in sizes {
            if from != to && draw.uniform() < filled {
                for row in &mut rows[from..from + size] {
                    for cell in &mut row[to..to + other] {
                        *cell = draw.below(2 * largest + 1) as i32 - largest as i32;
                    }
                }
            }
            to += other;
        }
        from += size;
    }
    Matrix::new(sizes, &rows).unwrap()
}

mod tests {
    use super::*;
    use crate::balance::Search;

    #[test]
    fn the_published_balances_come_out() {
        let balances = somewhereland().balances(&[1, 0, 2, 0, 0, 0]).unwrap();
        let published = [
            vec![0, 3, -3],
            vec![2, 1, -3],
            vec![-9, -1, 10],
            vec![-7, 7],
            vec![4, -1, -3],
            vec![2, -1, -1],
        ];
        assert_eq!(balances, published);
        // all but the distribution of wealth stand at their best
        let short = somewhereland()
            .inconsistencies(&[1, 0, 2, 0, 0, 0])
            .unwrap();
        assert_eq!(short, [0, 0, 0, 14, 0, 0]);
    }

    #[test]
    fn the_ten_published_scenarios_and_no_other_are_consistent() {
        let matrix = somewhereland();
        assert_eq!(matrix.scenarios(), 486.0);
        let found = matrix.consistent(&Search::default()).unwrap();
        assert!(found.complete && found.branches < 200);
        assert_eq!(found.scenarios, published());
    }

    #[test]
    fn a_published_model_of_the_world_gives_the_solutions_of_scenario_wizard() {
        // World trade, security and economy: CIB_global.scw and the solutions that ScenarioWizard wrote for it, CIB_global.sl, of
        // github.com/sei-international/cibsa; consistency value and total impact score are columns of the latter
        let rows = [
            [0, 0, 0, 1, 2, -3, -4, -2, 3, 3],
            [0, 0, 0, -2, 1, 1, 3, 5, -3, -5],
            [0, 0, 0, 2, 1, -3, -2, 0, 4, -2],
            [1, -3, 2, 0, 0, 0, -1, -1, 1, 1],
            [1, -2, 1, 0, 0, 0, 0, 1, 0, -1],
            [-2, 3, -1, 0, 0, 0, 1, 2, -1, -2],
            [-3, 5, -2, -3, 1, 2, 0, 0, 0, 0],
            [-2, 3, -1, -2, 1, 1, 0, 0, 0, 0],
            [2, -4, 2, 1, 0, -1, 0, 0, 0, 0],
            [3, -6, 3, -1, 1, 0, 0, 0, 0, 0],
        ]
        .map(Vec::from);
        let matrix = Matrix::new(&[3, 3, 4], &rows).unwrap();
        let found = matrix.consistent(&Search::default()).unwrap();
        let solutions = [
            ([0, 1, 2], 0, 8),
            ([1, 1, 1], 0, 9),
            ([1, 2, 1], 0, 15),
            ([2, 0, 2], 1, 12),
        ];
        assert_eq!(found.scenarios, solutions.map(|(scenario, _, _)| scenario));
        for (scenario, value, total) in solutions {
            assert_eq!(matrix.consistency_value(&scenario).unwrap(), Some(value));
            assert_eq!(matrix.total_impact(&scenario).unwrap(), total);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let matrix = somewhereland();
        for bad in [vec![0; 5], vec![0, 0, 0, 2, 0, 0]] {
            assert!(matrix.balances(&bad).is_err(), "{bad:?}");
            assert!(matrix.total_impact(&bad).is_err());
        }
        assert!(Matrix::new(&[], &[]).is_err());
        assert!(Matrix::new(&[65], &vec![vec![0; 65]; 65]).is_err());
        assert!(Matrix::new(&[1, 1], &[vec![0, 1]]).is_err());
        assert!(Matrix::new(&[1, 1], &[vec![1, 0], vec![0, 0]]).is_err());
        assert_eq!(matrix.judgement((5, 0), (0, 1)), Some(3));
        assert_eq!(matrix.judgement((5, 3), (0, 1)), None);
        assert_eq!(matrix.judgement((6, 0), (0, 1)), None);
    }
}
