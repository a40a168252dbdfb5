//! Between two poles: where an actor leans, whether two sides end up apart, whether one pole's gain is the other's loss,
//! and whether a territory becomes the arena.

use crate::Error;
use crate::distribution::normal_half_width;
use crate::error::{enough, in_range};
use crate::index::Relation;
use crate::series::{self, Point};

/// A value with its sampling variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its sampling variance, above 0.
    pub variance: f64,
}

impl Estimate {
    /// The normal interval that holds `level`.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let half = normal_half_width(level) * self.variance.sqrt();
        (self.value - half, self.value + half)
    }

    /// Difference of two independent estimates.
    fn minus(self, other: Self) -> Self {
        Self {
            value: self.value - other.value,
            variance: self.variance + other.variance,
        }
    }
}

impl From<&Relation> for Estimate {
    fn from(relation: &Relation) -> Self {
        Self {
            value: relation.r,
            variance: relation.variance,
        }
    }
}

/// Orientation of X between the poles P and Q: `o_X = R(X,P) - R(X,Q)`, in log-odds. Above 0 X stands better with P. The two dyads
/// are counted apart, so the variances add.
pub fn orientation(toward_p: Estimate, toward_q: Estimate) -> Estimate {
    toward_p.minus(toward_q)
}

/// How far apart two sides stand between the same poles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DifferentSides {
    /// `|o_A - o_B|`, in log-odds; 0 is the same orientation, higher is further apart.
    pub distance: f64,
    /// `o_A - o_B`: above 0 A stands nearer to P than B does.
    pub signed: Estimate,
    /// Lower end of the interval of the signed difference.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// A leans to one pole and B to the other.
    pub opposite_signs: bool,
    /// The same, with the intervals of both orientations clear of 0.
    pub clearly_opposite: bool,
}

/// Compares the orientations of two sides.
///
/// # Errors
/// A level outside of 0..1; values that are not finite; variances that are not positive.
pub fn different_sides(a: Estimate, b: Estimate, level: f64) -> Result<DifferentSides, Error> {
    in_range(
        "the level of the interval",
        level,
        "between 0 and 1",
        level > 0.0 && level < 1.0,
    )?;
    for (at, side) in [a, b].iter().enumerate() {
        if !side.value.is_finite() {
            return Err(Error::NotFinite {
                what: "an orientation",
                at,
            });
        }
        in_range(
            "the variance of an orientation",
            side.variance,
            "above 0",
            side.variance > 0.0,
        )?;
    }
    let signed = a.minus(b);
    let (lo, hi) = signed.interval(level);
    let clear = |e: Estimate| {
        let (lo, hi) = e.interval(level);
        lo > 0.0 || hi < 0.0
    };
    let opposite_signs = a.value * b.value < 0.0;
    let clearly_opposite = opposite_signs && clear(a) && clear(b);
    Ok(DifferentSides {
        distance: signed.value.abs(),
        signed,
        lo,
        hi,
        opposite_signs,
        clearly_opposite,
    })
}

/// Is one pole's gain the other's loss?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroSum {
    /// Minus the correlation of the monthly changes of R(X,P) and R(X,Q): 1 is zero-sum, 0 unrelated, -1 both move together.
    pub index: f64,
    /// Lower end of Fisher's interval.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Number of changes that both series have.
    pub n: usize,
}

/// Zero-sum index over the changes between neighbouring periods that both series have. The interval is Fisher's z (1921, Metron 1: 3-32), which takes the changes
/// as independent.
///
/// # Errors
/// Fewer than `min_n` common changes (at least 4); changes that do not vary; a level outside of 0..1; bad series.
pub fn zero_sum(
    with_p: &[Point],
    with_q: &[Point],
    min_n: usize,
    level: f64,
) -> Result<ZeroSum, Error> {
    series::check(with_p)?;
    series::check(with_q)?;
    in_range(
        "the level of the interval",
        level,
        "between 0 and 1",
        level > 0.0 && level < 1.0,
    )?;
    let common = series::common(&series::changes(with_p), &series::changes(with_q));
    enough("changes that both series have", common.len(), min_n.max(4))?;
    let n = common.len() as f64;
    let (mp, mq) = (
        common.iter().map(|c| c.1).sum::<f64>() / n,
        common.iter().map(|c| c.2).sum::<f64>() / n,
    );
    let (mut pp, mut qq, mut pq) = (0.0, 0.0, 0.0);
    for (_, p, q) in &common {
        pp += (p - mp).powi(2);
        qq += (q - mq).powi(2);
        pq += (p - mp) * (q - mq);
    }
    if pp <= 0.0 || qq <= 0.0 {
        return Err(Error::NoVariation {
            what: "the change of one series",
        });
    }
    let index = (-pq / (pp * qq).sqrt()).clamp(-1.0, 1.0);
    let half = normal_half_width(level) / (n - 3.0).sqrt();
    // at a correlation of exactly 1 the transform is infinite and tanh takes it back to 1
    let z = index.atanh();
    Ok(ZeroSum {
        index,
        lo: (z - half).tanh(),
        hi: (z + half).tanh(),
        n: common.len(),
    })
}

/// What two rivals do in one window, in all and at one territory. "At" the territory is an event located in it or aimed
/// at its actor; an event that is both counts once.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ArenaCounts {
    /// Events of P at the territory.
    pub p_at: f64,
    /// Events of Q at the territory.
    pub q_at: f64,
    /// All events of P abroad.
    pub p_total: f64,
    /// All events of Q abroad.
    pub q_total: f64,
    /// Conflictual events between P and Q located in the territory.
    pub conflict_pq_at: f64,
    /// All conflictual events between P and Q.
    pub conflict_pq_total: f64,
}

/// How much a territory is the arena of two rivals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arena {
    /// Geometric mean of both rivals' shares of activity at the territory, 0..1. It is 0 if either is absent: one power
    /// alone makes no arena.
    pub presence: f64,
    /// Share of the rivals' conflict with each other that is located there, 0..1; `None` if they had no conflict anywhere, which
    /// says nothing on where it would be.
    pub clash: Option<f64>,
    /// `presence + clash`, 0..2; `None` without a clash share. It has no natural unit: read it against its own past.
    pub index: Option<f64>,
}

/// Arena index of a territory for the rivals P and Q.
///
/// # Errors
/// [`Error::TooFew`] if either rival has no events at all; negative counts; a part above its whole.
pub fn arena(counts: &ArenaCounts) -> Result<Arena, Error> {
    let ArenaCounts {
        p_at,
        q_at,
        p_total,
        q_total,
        conflict_pq_at,
        conflict_pq_total,
    } = *counts;
    for (part, value, whole, limit) in [
        ("the count of P at the territory", p_at, "all of P", p_total),
        ("the count of Q at the territory", q_at, "all of Q", q_total),
        (
            "the conflict of P and Q at the territory",
            conflict_pq_at,
            "all of their conflict",
            conflict_pq_total,
        ),
    ] {
        in_range(part, value, "0 or more", value >= 0.0)?;
        in_range(whole, limit, "0 or more", limit >= 0.0)?;
        if value > limit {
            return Err(Error::PartExceedsWhole {
                part,
                value,
                whole,
                limit,
            });
        }
    }
    if p_total == 0.0 || q_total == 0.0 {
        return Err(Error::TooFew {
            what: "events of each rival",
            needed: 1,
            found: 0,
        });
    }
    let presence = (p_at / p_total * (q_at / q_total)).sqrt();
    let clash = (conflict_pq_total > 0.0).then(|| conflict_pq_at / conflict_pq_total);
    Ok(Arena {
        presence,
        clash,
        index: clash.map(|c| presence + c),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn estimate(value: f64, variance: f64) -> Estimate {
        Estimate { value, variance }
    }

    #[test]
    fn orientation_by_hand() {
        let o = orientation(estimate(1.5, 0.04), estimate(-0.5, 0.05));
        assert!((o.value - 2.0).abs() < 1e-12 && (o.variance - 0.09).abs() < 1e-12);
        let (lo, hi) = o.interval(0.9);
        assert!(
            (lo - (2.0 - 1.6448536269514722 * 0.3)).abs() < 1e-9 && (hi + lo - 4.0).abs() < 1e-9
        );
    }

    #[test]
    fn different_sides_by_hand() {
        let got = different_sides(estimate(2.0, 0.09), estimate(-1.0, 0.16), 0.9).unwrap();
        assert_eq!((got.distance, got.signed.value), (3.0, 3.0));
        assert!(
            (got.signed.variance - 0.25).abs() < 1e-12
                && (got.hi - 3.0 - 0.8224268134757361).abs() < 1e-9
        );
        assert!(got.opposite_signs && got.clearly_opposite);
        // the same leaning within its error of 0: opposite, but not clearly
        let vague = different_sides(estimate(2.0, 0.09), estimate(-0.1, 0.16), 0.9).unwrap();
        assert!(vague.opposite_signs && !vague.clearly_opposite);
        assert!(
            !different_sides(estimate(2.0, 0.09), estimate(1.0, 0.16), 0.9)
                .unwrap()
                .opposite_signs
        );
        assert!(different_sides(estimate(2.0, 0.0), estimate(1.0, 0.16), 0.9).is_err());
    }

    #[test]
    fn zero_sum_by_hand() {
        // changes of p 1, 2, 3, 4, 5 and of q -1, -2, -3, -4, 0: means 3 and -2
        let cumulate = |c: [f64; 5]| {
            let mut x = vec![(0, 0.0)];
            for (i, d) in c.into_iter().enumerate() {
                x.push((i as i32 + 1, x[i].1 + d));
            }
            x
        };
        let (p, q) = (
            cumulate([1.0, 2.0, 3.0, 4.0, 5.0]),
            cumulate([-1.0, -2.0, -3.0, -4.0, 0.0]),
        );
        let got = zero_sum(&p, &q, 4, 0.9).unwrap();
        // deviations p -2 -1 0 1 2, q 1 0 -1 -2 2: products -2 0 0 -2 4 = 0
        assert!(got.index.abs() < 1e-12 && got.n == 5);
        // Fisher: tanh(1.6449 / sqrt 2)
        assert!((got.hi - (1.6448536269514722f64 / 2f64.sqrt()).tanh()).abs() < 1e-9);
        let mirror: Vec<Point> = p.iter().map(|&(t, v)| (t, -v)).collect();
        assert!((zero_sum(&p, &mirror, 4, 0.9).unwrap().index - 1.0).abs() < 1e-12);
        assert!((zero_sum(&p, &p, 4, 0.9).unwrap().index + 1.0).abs() < 1e-12);
    }

    #[test]
    fn zero_sum_uses_only_common_neighbours() {
        let p = [(1, 0.0), (2, 1.0), (3, 0.0), (5, 2.0), (6, 1.0)];
        let q = [(1, 0.0), (2, 1.0), (5, 2.0), (6, 1.0)];
        let got = zero_sum(&p, &q, 4, 0.9);
        assert_eq!(
            got,
            Err(Error::TooFew {
                what: "changes that both series have",
                needed: 4,
                found: 2
            })
        );
    }

    #[test]
    fn arena_by_hand() {
        // P has 4 of 100 there, Q 9 of 100: sqrt(.04 * .09) = .06; 3 of 10 clashes there
        let counts = ArenaCounts {
            p_at: 4.0,
            q_at: 9.0,
            p_total: 100.0,
            q_total: 100.0,
            conflict_pq_at: 3.0,
            conflict_pq_total: 10.0,
        };
        let got = arena(&counts).unwrap();
        assert!((got.presence - 0.06).abs() < 1e-12 && (got.index.unwrap() - 0.36).abs() < 1e-12);
        let quiet = arena(&ArenaCounts {
            conflict_pq_at: 0.0,
            conflict_pq_total: 0.0,
            ..counts
        })
        .unwrap();
        assert_eq!((quiet.clash, quiet.index), (None, None));
        let absent = arena(&ArenaCounts {
            q_at: 0.0,
            ..counts
        })
        .unwrap();
        assert_eq!(absent.presence, 0.0);
        assert!(matches!(
            arena(&ArenaCounts {
                p_total: 0.0,
                p_at: 0.0,
                ..counts
            }),
            Err(Error::TooFew { .. })
        ));
        assert!(matches!(
            arena(&ArenaCounts {
                p_at: 101.0,
                ..counts
            }),
            Err(Error::PartExceedsWhole { .. })
        ));
    }

    proptest! {
        #[test]
        fn different_sides_is_symmetric(a in -4.0f64..4.0, b in -4.0f64..4.0, v in 0.01f64..2.0, w in 0.01f64..2.0) {
            let there = different_sides(estimate(a, v), estimate(b, w), 0.9).unwrap();
            let back = different_sides(estimate(b, w), estimate(a, v), 0.9).unwrap();
            prop_assert_eq!(there.distance, back.distance);
            prop_assert_eq!(there.clearly_opposite, back.clearly_opposite);
        }

        #[test]
        fn zero_sum_stays_in_range(p in prop::collection::vec(-3.0f64..3.0, 12), q in prop::collection::vec(-3.0f64..3.0, 12)) {
            let number = |x: Vec<f64>| x.into_iter().enumerate().map(|(t, v)| (t as i32, v)).collect::<Vec<_>>();
            let got = zero_sum(&number(p), &number(q), 10, 0.9).unwrap();
            prop_assert!(-1.0 <= got.lo && got.lo <= got.index && got.index <= got.hi && got.hi <= 1.0);
        }

        #[test]
        fn arena_does_not_depend_on_coverage(at in 0u32..50, more in 1u32..500, factor in 1u32..20) {
            let (at, all) = (f64::from(at), f64::from(at + more));
            let one = ArenaCounts { p_at: at, q_at: at, p_total: all, q_total: all, conflict_pq_at: at, conflict_pq_total: all };
            let k = f64::from(factor);
            let many = ArenaCounts { p_at: at * k, q_at: at * k, p_total: all * k, q_total: all * k, conflict_pq_at: at * k, conflict_pq_total: all * k };
            prop_assert!((arena(&one).unwrap().index.unwrap() - arena(&many).unwrap().index.unwrap()).abs() < 1e-12);
        }
    }
}
