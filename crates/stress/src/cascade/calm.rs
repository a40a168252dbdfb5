//! The fewest links whose calming helps most.

use super::dense;
use crate::Error;
use detente_forecast::excite::Branching;
use detente_forecast::on_all_cores;
use serde::{Deserialize, Serialize};

/// How links are calmed, and how far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calming {
    /// What is left of a calmed link, 0 to 1: 0 takes it away, 0.5 halves it.
    pub left: f64,
    /// The most links to calm.
    pub most: usize,
    /// Up to how many sets of one size each is tried; where there are more, a set is built up link by link.
    pub sets: u64,
}

impl Default for Calming {
    /// Links are taken away, up to three; up to 20,000 sets are tried.
    fn default() -> Self {
        Self {
            left: 0.0,
            most: 3,
            sets: 20_000,
        }
    }
}

/// The best set found of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calmed {
    /// The links as (from, to), in the order in which they were given.
    pub links: Vec<(usize, usize)>,
    /// The loss with these links calmed.
    pub loss: f64,
    /// Whether every set of that size was tried. Where not, the set is that of one link fewer and the link that helps most beside it, which may
    /// miss links that help only together.
    pub exact: bool,
}

/// For each number of links from 0 to `most`, the set whose calming brings the loss down furthest, among `links` given as (from, to).
///
/// `loss` gets the branching matrix with the set calmed; it may be [`super::expected_loss`], or an expected shortfall of futures drawn from
/// [`Hawkes::with_branching`](crate::hawkes::Hawkes::with_branching) (under one seed, or noise decides). A loss that is NaN is taken for the worst. Of equal sets the one with the earlier links is taken.
///
/// # Errors
/// `left` outside of 0 to 1; a link that is not in the matrix or is given twice; a loss of the matrix as it is that is not finite.
pub fn calm(
    branching: &Branching,
    links: &[(usize, usize)],
    calming: &Calming,
    loss: impl Fn(&Branching) -> f64 + Sync,
) -> Result<Vec<Calmed>, Error> {
    Error::in_range(
        "what is left of a calmed link",
        calming.left,
        "0 to 1",
        (0.0..=1.0).contains(&calming.left),
    )?;
    let matrix = dense(branching)?;
    for (i, &(from, to)) in links.iter().enumerate() {
        let there = matrix.get(to).and_then(|row| row.get(from));
        Error::in_range(
            "the place of a link to calm",
            i as f64,
            "that of a link with a ratio above 0, each given once",
            there.is_some_and(|a| *a > 0.0) && !links[..i].contains(&(from, to)),
        )?;
    }
    let loss_of = |set: &[usize]| {
        let mut calmed = branching.clone();
        for (to, row) in calmed.rows.iter_mut().enumerate() {
            for (from, ratio) in row {
                if set.iter().any(|&link| links[link] == (*from, to)) {
                    *ratio *= calming.left;
                }
            }
        }
        loss(&calmed)
    };
    let as_it_is = loss_of(&[]);
    Error::in_range("the loss", as_it_is, "finite", as_it_is.is_finite())?;
    let mut best: Vec<usize> = Vec::new();
    let mut steps = vec![Calmed {
        links: Vec::new(),
        loss: as_it_is,
        exact: true,
    }];
    for size in 1..=calming.most.min(links.len()) {
        let exact = subsets(links.len(), size) <= calming.sets as f64;
        let sets = if exact {
            all_subsets(links.len(), size)
        } else {
            let others = (0..links.len()).filter(|link| !best.contains(link));
            others
                .map(|link| {
                    let mut set = best.clone();
                    set.push(link);
                    set.sort_unstable();
                    set
                })
                .collect()
        };
        let losses = on_all_cores(sets.len(), |i| loss_of(&sets[i]));
        let lowest = (0..sets.len()).min_by(|&a, &b| worst_nan(losses[a], losses[b]));
        let Some(lowest) = lowest else { break };
        best = sets[lowest].clone();
        steps.push(Calmed {
            links: best.iter().map(|&link| links[link]).collect(),
            loss: losses[lowest],
            exact,
        });
    }
    Ok(steps)
}

/// The smallest set that brings the loss down to `goal` or below; `None` if none of those found does.
pub fn least(steps: &[Calmed], goal: f64) -> Option<&Calmed> {
    steps.iter().find(|step| step.loss <= goal)
}

fn worst_nan(a: f64, b: f64) -> std::cmp::Ordering {
    let key = |v: f64| if v.is_nan() { f64::INFINITY } else { v };
    key(a).total_cmp(&key(b))
}

/// How many subsets of that size there are.
fn subsets(n: usize, size: usize) -> f64 {
    (0..size).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}

/// All of them, in the order of their members.
fn all_subsets(n: usize, size: usize) -> Vec<Vec<usize>> {
    let mut set: Vec<usize> = (0..size).collect();
    let mut all = Vec::new();
    loop {
        all.push(set.clone());
        let Some(at) = (0..size).rev().find(|&i| set[i] < n - size + i) else {
            return all;
        };
        set[at] += 1;
        for i in at + 1..size {
            set[i] = set[i - 1] + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cascade::{Families, expected_loss};
    use crate::hawkes::Hawkes;
    use detente_forecast::Draw;

    fn drawn(n: usize, seed: u64) -> (Branching, Vec<(usize, usize)>) {
        let mut draw = Draw::of(seed, 0, 0);
        let mut rows = vec![Vec::new(); n];
        let mut links = Vec::new();
        for (to, row) in rows.iter_mut().enumerate() {
            for from in 0..n {
                if draw.uniform() < 0.5 {
                    row.push((from, draw.uniform() / n as f64));
                    links.push((from, to));
                }
            }
        }
        (Branching { rows }, links)
    }

    #[test]
    fn small_sets_are_the_best_of_all() {
        for seed in 0..10 {
            let (branching, links) = drawn(4, seed);
            let (mu, w) = ([1.0, 0.5, 2.0, 0.2], [1.0, 3.0, 0.5, 5.0]);
            let calming = Calming {
                left: 0.5,
                ..Calming::default()
            };
            let loss = |b: &Branching| expected_loss(b, &mu, &w).unwrap();
            let steps = calm(&branching, &links, &calming, loss).unwrap();
            for (size, step) in steps.iter().enumerate() {
                assert!(step.exact && step.links.len() == size);
                // every subset of that size, by its bits
                let mut lowest = f64::INFINITY;
                for set in 0u32..1 << links.len() {
                    if set.count_ones() as usize == size {
                        let mut halved = branching.clone();
                        for (i, &(from, to)) in links.iter().enumerate() {
                            let link = halved.rows[to].iter_mut().find(|l| l.0 == from).unwrap();
                            link.1 *= if set >> i & 1 == 1 { 0.5 } else { 1.0 };
                        }
                        lowest = lowest.min(loss(&halved));
                    }
                }
                assert!((step.loss - lowest).abs() < 1e-12, "{seed} {size}");
            }
        }
    }

    #[test]
    fn one_link_brings_down_what_the_rank_one_formula_says() {
        // Sherman & Morrison 1950: taking a from A_ij lowers the loss by a (w' T)_i (T mu)_j / (1 + a T_ji)
        let (branching, links) = drawn(6, 3);
        let (mu, w) = ([1.0; 6], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let families = Families::of(&branching).unwrap();
        let rates = families.rates(&mu).unwrap();
        let whole = |from: usize, to: usize| {
            families.descendants(from, to).unwrap() + f64::from(u8::from(from == to))
        };
        let before = expected_loss(&branching, &mu, &w).unwrap();
        let mut want = before;
        for &(from, to) in &links {
            let a = branching.rows[to].iter().find(|l| l.0 == from).unwrap().1;
            let left: f64 = (0..6).map(|k| w[k] * whole(to, k)).sum();
            let drop = a * left * rates[from] / (1.0 + a * whole(to, from));
            want = want.min(before - drop);
        }
        let one = Calming {
            most: 1,
            ..Calming::default()
        };
        let steps = calm(&branching, &links, &one, |b| {
            expected_loss(b, &mu, &w).unwrap()
        });
        let steps = steps.unwrap();
        assert!(
            (steps[1].loss - want).abs() < 1e-9,
            "{} {want}",
            steps[1].loss
        );
        assert_eq!(least(&steps, before), Some(&steps[0]));
        assert_eq!(least(&steps, want + 1e-9), Some(&steps[1]));
        assert_eq!(least(&steps, 0.0), None);
    }

    #[test]
    fn links_that_help_only_together_are_found_where_all_sets_are_tried() {
        let branching = Branching {
            rows: vec![vec![(1, 0.1), (2, 0.1)], vec![(0, 0.1)], vec![]],
        };
        let links = [(0, 1), (1, 0), (2, 0)];
        // the first helps a little; the other two a lot, but only together
        let loss = |b: &Branching| {
            let gone = |to: usize, place: usize| b.rows[to][place].1 == 0.0;
            let both = gone(0, 0) && gone(0, 1);
            10.0 - f64::from(u8::from(gone(1, 0))) - 5.0 * f64::from(u8::from(both))
        };
        let tried = calm(&branching, &links, &Calming::default(), loss).unwrap();
        assert_eq!(tried[1].links, [(0, 1)]);
        assert_eq!(
            (tried[2].links.clone(), tried[2].loss),
            (vec![(1, 0), (2, 0)], 5.0)
        );
        let greedy = Calming {
            sets: 0,
            ..Calming::default()
        };
        let greedy = calm(&branching, &links, &greedy, loss).unwrap();
        assert!(!greedy[2].exact && greedy[2].links.contains(&(0, 1)));
        assert_eq!((greedy[2].loss, greedy[3].loss), (9.0, 4.0));
    }

    /// Events of the last stream over a year: the mean of the worst tenth of 2,000 simulated years.
    fn shortfall(process: &Hawkes) -> f64 {
        let quiet = vec![vec![Some(1.0); 3]; 3];
        let paths = process.ahead(&quiet, 12, 2000, 7).unwrap();
        let mut sums: Vec<f64> = paths
            .iter()
            .map(|path| path.iter().skip(2).step_by(3).sum())
            .collect();
        sums.sort_by(f64::total_cmp);
        sums[1800..].iter().sum::<f64>() / 200.0
    }

    #[test]
    fn an_expected_shortfall_is_brought_down_by_cutting_its_chain() {
        // 0 drives 1 and 1 drives 2; a weak link from 0 to 2 and one that leads away from 2
        let rows = [
            vec![0.5, 0.0, 0.2],
            vec![0.6, 0.0, 0.0],
            vec![0.05, 0.8, 0.0],
        ];
        let process = Hawkes::new(&[1.0, 0.1, 0.1], &rows, 1.0).unwrap();
        let branching = process.branching();
        let links = [(2, 0), (0, 1), (0, 2), (1, 2)];
        let one = Calming {
            most: 1,
            ..Calming::default()
        };
        let loss = |b: &Branching| shortfall(&process.with_branching(b));
        let steps = calm(&branching, &links, &one, loss).unwrap();
        assert_eq!(steps[1].links, [(1, 2)]);
        assert!((steps[0].loss - shortfall(&process)).abs() < 1e-12);
        assert!(steps[1].loss < 0.5 * steps[0].loss);
    }

    #[test]
    fn what_cannot_be_calmed_is_refused() {
        let (branching, links) = drawn(4, 1);
        let nothing = |links: &[(usize, usize)], left, loss: f64| {
            let calming = Calming {
                left,
                ..Calming::default()
            };
            calm(&branching, links, &calming, |_| loss).is_err()
        };
        assert!(!nothing(&links, 0.0, 1.0));
        assert!(nothing(&links, 1.5, 1.0));
        assert!(nothing(&links, 0.0, f64::NAN));
        assert!(nothing(&[links[0], links[0]], 0.0, 1.0));
        assert!(nothing(&[(9, 0)], 0.0, 1.0));
    }
}
