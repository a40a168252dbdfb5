//! A series of periods: sorted, with gaps that stay gaps.

use crate::Error;

/// One point: the period (number of a month or of a year) and the value.
pub type Point = (i32, f64);

/// Checks that `t` is strictly increasing and every value finite.
pub fn check(series: &[Point]) -> Result<(), Error> {
    for (at, &(t, value)) in series.iter().enumerate() {
        if !value.is_finite() {
            return Err(Error::NotFinite {
                what: "the value",
                at,
            });
        }
        if at > 0 && t <= series[at - 1].0 {
            return Err(Error::NotSorted {
                at,
                t,
                before: series[at - 1].0,
            });
        }
    }
    Ok(())
}

/// The values alone, in order.
pub fn values(series: &[Point]) -> Vec<f64> {
    series.iter().map(|&(_, value)| value).collect()
}

/// Pairs `(x[t-1], x[t])` of neighbouring periods, with the `t` of the second. A gap yields no pair.
pub fn consecutive(series: &[Point]) -> impl Iterator<Item = (i32, f64, f64)> + '_ {
    series
        .windows(2)
        .filter(|pair| pair[1].0.checked_sub(pair[0].0) == Some(1))
        .map(|pair| (pair[1].0, pair[0].1, pair[1].1))
}

/// Period-to-period changes `x[t] - x[t-1]`, only where both periods are there.
///
/// ```
/// use detente_relations::series::changes;
/// assert_eq!(changes(&[(1, 1.0), (2, 3.0), (5, 9.0), (6, 8.0)]), vec![(2, 2.0), (6, -1.0)]);
/// ```
pub fn changes(series: &[Point]) -> Vec<Point> {
    consecutive(series)
        .map(|(t, before, after)| (t, after - before))
        .collect()
}

/// The periods that both series have, with both values.
pub fn common(a: &[Point], b: &[Point]) -> Vec<(i32, f64, f64)> {
    let mut out = Vec::new();
    let mut rest = b.iter().peekable();
    for &(t, value) in a {
        while rest.next_if(|point| point.0 < t).is_some() {}
        if let Some(&&(_, other)) = rest.peek().filter(|point| point.0 == t) {
            out.push((t, value, other));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_finiteness_are_checked() {
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[(1, 0.0), (4, 1.0)]), Ok(()));
        assert_eq!(
            check(&[(1, 0.0), (1, 1.0)]),
            Err(Error::NotSorted {
                at: 1,
                t: 1,
                before: 1
            })
        );
        assert_eq!(
            check(&[(1, 0.0), (2, f64::NAN)]),
            Err(Error::NotFinite {
                what: "the value",
                at: 1
            })
        );
    }

    #[test]
    fn common_periods_only() {
        let a = [(1, 1.0), (3, 3.0), (4, 4.0)];
        let b = [(0, 9.0), (3, 30.0), (4, 40.0), (5, 50.0)];
        assert_eq!(common(&a, &b), vec![(3, 3.0, 30.0), (4, 4.0, 40.0)]);
        assert!(common(&a, &[]).is_empty());
    }
}
