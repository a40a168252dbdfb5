use super::*;
use crate::balance::somewhereland::random;
use detente_forecast::Draw;

/// Every scenario, one after the other.
fn by_counting(matrix: &Matrix, theta: i32) -> Vec<Vec<usize>> {
    let mut scenario = vec![0; matrix.sizes().len()];
    let mut found = Vec::new();
    loop {
        let short = matrix.inconsistencies(&scenario).unwrap();
        if short.iter().all(|s| *s <= theta) {
            found.push(scenario.clone());
        }
        let Some(at) = (0..scenario.len())
            .rev()
            .find(|&i| scenario[i] + 1 < matrix.sizes()[i])
        else {
            return found;
        };
        scenario[at] += 1;
        scenario[at + 1..].fill(0);
    }
}

#[test]
fn as_counting_through_all_of_them() {
    let mut listed = 0;
    for seed in 0..60 {
        let mut draw = Draw::of(seed, 0, 0);
        let sizes: Vec<usize> = (0..2 + draw.below(5)).map(|_| 1 + draw.below(4)).collect();
        let matrix = random(&sizes, 3, 0.5, seed);
        for theta in [0, 1, 4] {
            let search = Search {
                theta,
                ..Search::default()
            };
            let found = matrix.consistent(&search).unwrap();
            assert!(found.complete);
            assert_eq!(found.scenarios, by_counting(&matrix, theta), "{seed}");
            listed += found.scenarios.len();
        }
    }
    assert!(listed > 500, "{listed}");
}

#[test]
fn a_matrix_without_judgements_lets_all_pass_and_the_limits_say_so() {
    let matrix = random(&[3, 4, 2], 0, 0.0, 1);
    let all = matrix.consistent(&Search::default()).unwrap();
    assert_eq!((all.scenarios.len(), all.complete), (24, true));
    let some = Search {
        most: 5,
        ..Search::default()
    };
    let some = matrix.consistent(&some).unwrap();
    assert_eq!((some.scenarios.len(), some.complete), (5, false));
    let large = random(&[4; 12], 0, 0.0, 1);
    let short = Search {
        branches: 1000,
        ..Search::default()
    };
    let short = large.consistent(&short).unwrap();
    assert!(!short.complete && short.branches <= 1000);
}

#[test]
fn large_matrices_are_searched_whole() {
    // 60 descriptors: a chain in which each state calls for the same state of the next, and the last for the first
    let n = 60;
    let mut rows = vec![vec![0; 2 * n]; 2 * n];
    for i in 0..n {
        let next = (i + 1) % n;
        for k in 0..2 {
            rows[2 * i + k][2 * next + k] = 1;
        }
    }
    let matrix = Matrix::new(&vec![2; n], &rows).unwrap();
    let found = matrix.consistent(&Search::default()).unwrap();
    assert_eq!(found.scenarios, [vec![0; n], vec![1; n]]);
    assert!(found.complete && found.branches < 10);
    assert_eq!(matrix.scenarios(), 2f64.powi(60));
}

#[test]
fn a_theta_below_0_is_refused() {
    let search = Search {
        theta: -1,
        ..Search::default()
    };
    assert!(random(&[2, 2], 1, 1.0, 1).consistent(&search).is_err());
}
