//! Small dense matrices, by rows.

/// The inverse by Gauss-Jordan elimination with partial pivoting (Golub & Van Loan 2013, Matrix Computations, 3.4); `None` if the matrix is
/// singular, or so near to it that a pivot is lost to rounding.
pub(crate) fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let largest = matrix.iter().flatten().fold(0.0f64, |m, v| m.max(v.abs()));
    let mut left = matrix.to_vec();
    let mut right: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for at in 0..n {
        let pivot = (at..n).max_by(|&a, &b| left[a][at].abs().total_cmp(&left[b][at].abs()))?;
        left.swap(at, pivot);
        right.swap(at, pivot);
        let value = left[at][at];
        if value.is_nan() || value.abs() <= largest * n as f64 * f64::EPSILON {
            return None;
        }
        left[at].iter_mut().for_each(|v| *v /= value);
        right[at].iter_mut().for_each(|v| *v /= value);
        let (row, image) = (left[at].clone(), right[at].clone());
        for other in (0..n).filter(|&other| other != at) {
            let factor = left[other][at];
            if factor != 0.0 {
                take(&mut left[other], &row, factor);
                take(&mut right[other], &image, factor);
            }
        }
    }
    Some(right)
}

fn take(from: &mut [f64], row: &[f64], factor: f64) {
    for (value, other) in from.iter_mut().zip(row) {
        *value -= factor * other;
    }
}

/// `matrix` times a column.
pub(crate) fn times(matrix: &[Vec<f64>], column: &[f64]) -> Vec<f64> {
    let dot = |row: &Vec<f64>| row.iter().zip(column).map(|(a, b)| a * b).sum();
    matrix.iter().map(dot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_by_hand_and_one_that_needs_a_swap() {
        // [[2, 1], [1, 1]] has determinant 1
        let inverse_of = |rows: &[[f64; 2]]| {
            let rows: Vec<Vec<f64>> = rows.iter().map(|r| r.to_vec()).collect();
            inverse(&rows)
        };
        assert_eq!(
            inverse_of(&[[2.0, 1.0], [1.0, 1.0]]).unwrap(),
            [[1.0, -1.0], [-1.0, 2.0]]
        );
        assert_eq!(
            inverse_of(&[[0.0, 2.0], [4.0, 0.0]]).unwrap(),
            [[0.0, 0.25], [0.5, 0.0]]
        );
        assert_eq!(inverse_of(&[[1.0, 2.0], [2.0, 4.0]]), None);
        assert_eq!(inverse_of(&[[f64::NAN, 2.0], [2.0, 4.0]]), None);
        assert_eq!(
            times(&[vec![1.0, 2.0], vec![3.0, 4.0]], &[5.0, 6.0]),
            [17.0, 39.0]
        );
    }
}
