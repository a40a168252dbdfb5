//! How many events an event brings on, directly and through those that it brought on.

/// A matrix of mean numbers of direct offspring: by row the unit they come in, with the units that they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Branching {
    /// For each unit the units that excite it and the mean offspring in it of one of their events; not negative.
    pub rows: Vec<Vec<(usize, f64)>>,
}

/// Spectral radius of a matrix without negative entries, given by rows of (column, entry): the limit of the mean number of offspring from one generation
/// to the next. Below 1 a process dies down to its background, from 1 on it explodes.
///
/// Power iteration on the matrix with 1 added to its diagonal, which turns also for periodic matrices, until the bounds of Collatz and Wielandt
/// (Horn & Johnson 2013, Matrix Analysis, 8.1.26) are within 1e-9 of each other, at most 10,000 steps. Those bounds close only where
/// all units reach each other; else the growth of the whole is what is left, whose error falls as 1 over the steps or faster. 0 for no rows.
pub fn spectral_radius(rows: &[Vec<(usize, f64)>]) -> f64 {
    let n = rows.len();
    if n == 0 {
        return 0.0;
    }
    let mut v = vec![1.0 / n as f64; n];
    let mut growth = 1.0;
    for _ in 0..10_000 {
        let next: Vec<f64> = rows
            .iter()
            .zip(&v)
            .map(|(row, own)| own + row.iter().map(|&(j, a)| a * v[j]).sum::<f64>())
            .collect();
        let (lo, hi) = next
            .iter()
            .zip(&v)
            .map(|(a, b)| a / b)
            .fold((f64::INFINITY, 0.0f64), |(lo, hi), r| {
                (lo.min(r), hi.max(r))
            });
        // v sums to 1, so this is by what all has grown
        growth = next.iter().sum();
        v = next.into_iter().map(|x| (x / growth).max(1e-300)).collect();
        if hi - lo < 1e-9 {
            growth = (lo + hi) / 2.0;
            break;
        }
    }
    growth - 1.0
}

impl Branching {
    /// The [`spectral_radius`] of the matrix.
    pub fn radius(&self) -> f64 {
        spectral_radius(&self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radii_of_known_matrices() {
        let radius = |rows: &[Vec<(usize, f64)>]| spectral_radius(rows);
        assert_eq!(radius(&[]), 0.0);
        assert!(radius(&[vec![], vec![]]).abs() < 1e-9);
        assert!((radius(&[vec![(0, 0.7)]]) - 0.7).abs() < 1e-9);
        // [[1, 2], [3, 4]]: (5 + sqrt 33) / 2
        let full = [vec![(0, 1.0), (1, 2.0)], vec![(0, 3.0), (1, 4.0)]];
        assert!((radius(&full) - (5.0 + 33f64.sqrt()) / 2.0).abs() < 1e-8);
        // a pair that only excites each other, [[0, 4], [1, 0]]: 2, with -2 as large
        let pair = [vec![(1, 0.4)], vec![(0, 0.1)]];
        assert!((radius(&pair) - 0.2).abs() < 1e-8);
        // two worlds apart: the larger counts
        let apart = [vec![(0, 0.3)], vec![(1, 0.9)]];
        assert!((radius(&apart) - 0.9).abs() < 1e-6);
    }

    #[test]
    fn a_ring_with_equal_rows_has_their_sum() {
        let ring: Vec<Vec<(usize, f64)>> = (0..7)
            .map(|i| vec![(i, 0.5), ((i + 1) % 7, 0.1), ((i + 6) % 7, 0.1)])
            .collect();
        assert!((spectral_radius(&ring) - 0.7).abs() < 1e-9);
    }
}
