//! How much of the whole a shock to some would reach.

use super::{dense, same_length};
use crate::Error;
use detente_forecast::excite::Branching;

/// What a shock does.
#[derive(Debug, Clone, PartialEq)]
pub struct DebtRank {
    /// How far each stream is in distress in the end, 0 to 1.
    pub distress: Vec<f64>,
    /// The value that the shock reaches beyond the streams that it hits: the sum of values times distress in the end, less the same at the start. 0 to
    /// 1 if the values sum to 1.
    pub rank: f64,
}

/// DebtRank (Battiston, Puliga, Kaushik, Tasca & Caldarelli 2012, Scientific Reports 2: 541): distress spreads along each link once.
///
/// ```text
/// h_i(t) = min(1, h_i(t-1) + sum over j in state D at t-1 of W_ij h_j(t-1)),   W_ij = min(1, a_ij)
/// s_i(t) = D if h_i(t) > 0 and s_i(t-1) is neither D nor I,  I if s_i(t-1) = D,  else s_i(t-1)
/// ```
/// with h(1) the shock and s(1) = D where it is above 0; it ends when nobody is in D. A stream passes distress on once, at the step after it first
/// felt it, so no circle is gone round twice, and nothing adds up beyond 1. (In the paper W_ij is written with the source first.)
///
/// `impact` has the form of a branching matrix, but any impact between 0 and 1 will do; `values` are the weights of the streams, which should sum to
/// 1; `shock` is the distress of each at the start, 0 to 1.
///
/// # Errors
/// Values or a shock of another number of streams, below 0 or (the shock) above 1; as [`super::Families::of`], but any spectral radius will do.
pub fn debt_rank(impact: &Branching, values: &[f64], shock: &[f64]) -> Result<DebtRank, Error> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Undistressed,
        Distressed,
        Inactive,
    }
    let impact = dense(impact)?;
    same_length("values beside streams", impact.len(), values)?;
    same_length("shocks beside streams", impact.len(), shock)?;
    for &value in values {
        let sound = value.is_finite() && value >= 0.0;
        Error::in_range("the value of a stream", value, "0 or more", sound)?;
    }
    for &level in shock {
        Error::in_range("a shock", level, "0 to 1", (0.0..=1.0).contains(&level))?;
    }
    let start = |level: &f64| {
        if *level > 0.0 {
            State::Distressed
        } else {
            State::Undistressed
        }
    };
    let mut states: Vec<State> = shock.iter().map(start).collect();
    let mut distress = shock.to_vec();
    while states.contains(&State::Distressed) {
        let before = distress.clone();
        for (level, row) in distress.iter_mut().zip(&impact) {
            let felt = row.iter().zip(&before).zip(&states);
            let felt = felt.filter(|(_, state)| **state == State::Distressed);
            let more: f64 = felt.map(|((w, h), _)| w.min(1.0) * h).sum();
            *level = (*level + more).min(1.0);
        }
        for (state, &level) in states.iter_mut().zip(&distress) {
            *state = match *state {
                State::Distressed => State::Inactive,
                State::Undistressed if level > 0.0 => State::Distressed,
                other => other,
            };
        }
    }
    let worth = |levels: &[f64]| -> f64 { levels.iter().zip(values).map(|(h, v)| h * v).sum() };
    Ok(DebtRank {
        rank: worth(&distress) - worth(shock),
        distress,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All from all with one impact where `linked`.
    fn network(n: usize, impact: f64, linked: impl Fn(usize, usize) -> bool) -> Branching {
        let row = |to: usize| {
            let from = (0..n).filter(|&from| from != to && linked(from, to));
            from.map(|from| (from, impact)).collect()
        };
        Branching {
            rows: (0..n).map(row).collect(),
        }
    }

    fn rank_of_first(impact: &Branching) -> DebtRank {
        let n = impact.rows.len();
        let mut shock = vec![0.0; n];
        shock[0] = 1.0;
        debt_rank(impact, &vec![1.0 / n as f64; n], &shock).unwrap()
    }

    #[test]
    fn a_ring_is_gone_round_once() {
        // h = 1, w, w^2, ...: the rank is (w + ... + w^(n-1)) / n = w (1 - w^(n-1)) / (1 - w) / n
        let (n, w) = (6, 0.7f64);
        let ring = network(n, w, |from, to| to == (from + 1) % n);
        let got = rank_of_first(&ring);
        let want = w * (1.0 - w.powi(5)) / (1.0 - w) / 6.0;
        assert!((got.rank - want).abs() < 1e-12, "{got:?}");
        assert!((got.distress[3] - w.powi(3)).abs() < 1e-12);
    }

    #[test]
    fn a_star_reaches_its_rays_and_rays_reach_each_other_through_it() {
        let star = network(5, 0.5, |from, to| from == 0 || to == 0);
        assert!((rank_of_first(&star).rank - 4.0 * 0.5 / 5.0).abs() < 1e-12);
        // from a ray: the centre feels 1/2, then the three other rays 1/4 each, and then the centre those, 1/2 + 3/8; but it passes nothing on twice
        let values = [0.2; 5];
        let ray = debt_rank(&star, &values, &[0.0, 1.0, 0.0, 0.0, 0.0]).unwrap();
        assert_eq!(ray.distress, [0.875, 1.0, 0.25, 0.25, 0.25]);
    }

    #[test]
    fn all_to_all() {
        // the others feel w from the first, then (n - 2) w^2 from each other: (n - 1) (w + (n - 2) w^2) / n
        let all = network(4, 0.3, |_, _| true);
        let want = 3.0 * (0.3 + 2.0 * 0.09) / 4.0;
        assert!((rank_of_first(&all).rank - want).abs() < 1e-12);
        // beyond 1 there is nothing to lose
        assert!((rank_of_first(&network(4, 5.0, |_, _| true)).rank - 0.75).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_shock_is_refused() {
        let pair = network(2, 0.5, |_, _| true);
        assert!(debt_rank(&pair, &[0.5, 0.5], &[1.5, 0.0]).is_err());
        assert!(debt_rank(&pair, &[0.5], &[1.0, 0.0]).is_err());
        assert!(debt_rank(&pair, &[-0.5, 1.5], &[1.0, 0.0]).is_err());
        let none = debt_rank(&pair, &[0.5, 0.5], &[0.0, 0.0]).unwrap();
        assert_eq!((none.rank, none.distress), (0.0, vec![0.0, 0.0]));
    }
}
