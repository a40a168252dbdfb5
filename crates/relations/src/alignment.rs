//! Do two states want the same? Ideal points, vote agreement, agreement beyond chance.

use crate::Error;
use crate::describe::median;
use crate::error::enough;

/// Distance of two ideal points, `|a - b|` (Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61: 430-456).
/// In units of the ideal-point scale (about one standard deviation of states); 0 is the same, higher is further apart.
pub fn ideal_point_distance(a: f64, b: f64) -> Option<f64> {
    (a.is_finite() && b.is_finite()).then(|| (a - b).abs())
}

/// The gap between one value and the median of others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Value minus median: the sign says on which side it lies.
    pub signed: f64,
    /// Its size.
    pub distance: f64,
    /// Median of the others.
    pub median: f64,
    /// How many others.
    pub n: usize,
}

/// Gap of one value from the median of the others; `None` without others or for values that are not finite.
pub fn gap_from_median(one: f64, others: &[f64]) -> Option<Gap> {
    if !one.is_finite() || others.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let median = median(others)?;
    Some(Gap {
        signed: one - median,
        distance: (one - median).abs(),
        median,
        n: others.len(),
    })
}

/// A vote in the General Assembly. Absence is no vote: leave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vote {
    /// In favour.
    Yes = 1,
    /// Abstention.
    Abstain = 2,
    /// Against.
    No = 3,
}

impl Vote {
    /// Voeten's coding: 1 yes, 2 abstain, 3 no. `None` for 8 (absent), 9 (not a member) and anything else.
    pub fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Vote::Yes),
            2 => Some(Vote::Abstain),
            3 => Some(Vote::No),
            _ => None,
        }
    }

    /// Steps between two votes on the scale yes, abstain, no: 0, 1 or 2.
    pub fn steps(self, other: Self) -> u32 {
        (self as i32).abs_diff(other as i32)
    }
}

/// The roll calls in which both voted, from two equally long lists of votes on the same roll calls.
pub fn both_voted(a: &[Option<Vote>], b: &[Option<Vote>]) -> Vec<(Vote, Vote)> {
    a.iter().zip(b).filter_map(|(a, b)| a.zip(*b)).collect()
}

/// How often two states vote alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoteAgreement {
    /// Share of the roll calls with the same vote, 0..1.
    pub same: f64,
    /// The same with half a credit for yes or no against abstention, 0..1 (Lijphart 1963, American Political Science Review
    /// 57: 902-917). It equals `1 - mean steps / 2`.
    pub half_credit: f64,
    /// Roll calls in which both voted.
    pub n: usize,
}

/// Vote agreement over the roll calls in which both voted.
///
/// # Errors
/// No such roll call.
pub fn vote_agreement(votes: &[(Vote, Vote)]) -> Result<VoteAgreement, Error> {
    enough("roll calls in which both voted", votes.len(), 1)?;
    let n = votes.len() as f64;
    let same = votes.iter().filter(|(a, b)| a == b).count() as f64 / n;
    let steps = votes
        .iter()
        .map(|(a, b)| f64::from(a.steps(*b)))
        .sum::<f64>();
    Ok(VoteAgreement {
        same,
        half_credit: 1.0 - steps / (2.0 * n),
        n: votes.len(),
    })
}

/// What a disagreement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disagreement {
    /// Any difference counts 1 (Cohen 1960; Scott 1955).
    Nominal,
    /// Yes against no counts 1, a step on the scale 1/2 (Haege 2011; Cohen 1968).
    Linear,
}

/// Agreement beyond what chance would give. Each index is `1 - observed / expected disagreement`: 1 is full agreement, 0 is
/// what chance gives, below 0 is less than that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChanceCorrected {
    /// Signorino & Ritter's S (1999, International Studies Quarterly 43: 115-144): expected disagreement is 1/2 whatever the
    /// votes; -1..1. Not chance-corrected; kept for comparison.
    pub s: f64,
    /// Scott's pi (1955, Public Opinion Quarterly 19: 321-325): chance from the votes of both together. `None` where
    /// both always cast one and the same vote: then chance explains everything.
    pub pi: Option<f64>,
    /// Cohen's kappa (1960, Educational and Psychological Measurement 20: 37-46; weighted: 1968, Psychological
    /// Bulletin 70: 213-220): chance from the votes of each. `None` as for pi.
    pub kappa: Option<f64>,
    /// Roll calls in which both voted.
    pub n: usize,
}

/// S, pi and kappa of two states' votes (Haege 2011, Political Analysis 19: 287-305).
///
/// # Errors
/// No roll call in which both voted.
pub fn chance_corrected(
    votes: &[(Vote, Vote)],
    disagreement: Disagreement,
) -> Result<ChanceCorrected, Error> {
    enough("roll calls in which both voted", votes.len(), 1)?;
    let n = votes.len() as f64;
    let (mut first, mut second) = ([0.0; 3], [0.0; 3]);
    for (a, b) in votes {
        first[*a as usize - 1] += 1.0 / n;
        second[*b as usize - 1] += 1.0 / n;
    }
    let weight = |steps: usize| match disagreement {
        Disagreement::Nominal => f64::from(steps.min(1) as u8),
        Disagreement::Linear => steps as f64 / 2.0,
    };
    let expected = |p: &[f64; 3], q: &[f64; 3]| -> f64 {
        (0..3)
            .map(|i| {
                (0..3)
                    .map(|j| weight(usize::abs_diff(i, j)) * p[i] * q[j])
                    .sum::<f64>()
            })
            .sum()
    };
    let observed = votes
        .iter()
        .map(|(a, b)| weight(a.steps(*b) as usize))
        .sum::<f64>()
        / n;
    let pooled: [f64; 3] = std::array::from_fn(|i| (first[i] + second[i]) / 2.0);
    let beyond = |chance: f64| (chance > 1e-12).then(|| 1.0 - observed / chance);
    Ok(ChanceCorrected {
        s: 1.0 - 2.0 * observed,
        pi: beyond(expected(&pooled, &pooled)),
        kappa: beyond(expected(&first, &second)),
        n: votes.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn votes(a: &[i64], b: &[i64]) -> Vec<(Vote, Vote)> {
        let read = |codes: &[i64]| {
            codes
                .iter()
                .map(|&c| Vote::from_code(c))
                .collect::<Vec<_>>()
        };
        both_voted(&read(a), &read(b))
    }

    #[test]
    fn ideal_points_and_gaps() {
        assert_eq!(ideal_point_distance(-0.5, 1.0), Some(1.5));
        assert_eq!(ideal_point_distance(f64::NAN, 1.0), None);
        let gap = gap_from_median(3.0, &[1.0, 2.0, 4.0, 5.0]).unwrap();
        assert_eq!(
            (gap.signed, gap.distance, gap.median, gap.n),
            (0.0, 0.0, 3.0, 4)
        );
        assert_eq!(
            gap_from_median(-1.0, &[0.0, 0.5, 9.0]).unwrap().signed,
            -1.5
        );
        assert_eq!(gap_from_median(1.0, &[]), None);
    }

    #[test]
    fn absences_are_no_votes() {
        let pairs = votes(&[1, 8, 3, 2, 9, 1], &[1, 1, 1, 1, 1, 8]);
        assert_eq!(pairs.len(), 3);
        let got = vote_agreement(&pairs).unwrap();
        // same, opposite, one step: 1/3 and (1 + 0 + .5) / 3
        assert_eq!((got.same, got.half_credit, got.n), (1.0 / 3.0, 0.5, 3));
        assert!(matches!(
            vote_agreement(&[]),
            Err(Error::TooFew { needed: 1, .. })
        ));
    }

    #[test]
    fn hand_worked_two_by_two() {
        // yes/yes 2, yes/no 1, no/no 1: observed 1/4; a: 3/4 yes, b: 1/2 yes; kappa chance 3/4*1/2 + 1/4*1/2 = 1/2
        // pooled 5/8 yes: pi chance 2 * 5/8 * 3/8 = 15/32
        let got =
            chance_corrected(&votes(&[1, 1, 1, 3], &[1, 1, 3, 3]), Disagreement::Nominal).unwrap();
        assert!((got.s - 0.5).abs() < 1e-12);
        assert!((got.kappa.unwrap() - 0.5).abs() < 1e-12);
        assert!((got.pi.unwrap() - (1.0 - 0.25 * 32.0 / 15.0)).abs() < 1e-12);
        // without abstentions the linear weights change nothing
        assert_eq!(
            got,
            chance_corrected(&votes(&[1, 1, 1, 3], &[1, 1, 3, 3]), Disagreement::Linear).unwrap()
        );
    }

    #[test]
    fn as_scikit_learn() {
        // sklearn.metrics.cohen_kappa_score (1.9.1), weights None and "linear"; pi by the same formula on pooled votes, NumPy
        let pairs = votes(
            &[1, 1, 1, 2, 2, 3, 3, 1, 1, 2, 1, 3, 1, 1, 2],
            &[1, 1, 2, 2, 1, 3, 1, 1, 1, 3, 2, 3, 1, 2, 2],
        );
        let [kappa, linear, pi, pi_linear, s_linear] = KAPPA_EXPECTED;
        let nominal = chance_corrected(&pairs, Disagreement::Nominal).unwrap();
        let weighted = chance_corrected(&pairs, Disagreement::Linear).unwrap();
        assert!(
            (nominal.kappa.unwrap() - kappa).abs() < 1e-12
                && (weighted.kappa.unwrap() - linear).abs() < 1e-12
        );
        assert!(
            (nominal.pi.unwrap() - pi).abs() < 1e-12
                && (weighted.pi.unwrap() - pi_linear).abs() < 1e-12
        );
        assert!((weighted.s - s_linear).abs() < 1e-12);
    }
    const KAPPA_EXPECTED: [f64; 5] = [
        0.3571428571428572,
        0.43243243243243246,
        0.35483870967741926,
        0.43089430894308933,
        0.5333333333333333,
    ];

    #[test]
    fn always_the_same_vote_is_undefined_not_zero() {
        let got = chance_corrected(&votes(&[1, 1], &[1, 1]), Disagreement::Linear).unwrap();
        assert_eq!((got.s, got.pi, got.kappa), (1.0, None, None));
    }

    proptest! {
        #[test]
        fn bounds_and_symmetry(codes in prop::collection::vec((1i64..=3, 1i64..=3), 1..200)) {
            let (a, b): (Vec<i64>, Vec<i64>) = codes.into_iter().unzip();
            let (pairs, mirrored) = (votes(&a, &b), votes(&b, &a));
            let agreement = vote_agreement(&pairs).unwrap();
            prop_assert!(0.0 <= agreement.same && agreement.same <= agreement.half_credit + 1e-12 && agreement.half_credit <= 1.0 + 1e-12);
            for weights in [Disagreement::Nominal, Disagreement::Linear] {
                let (there, back) = (chance_corrected(&pairs, weights).unwrap(), chance_corrected(&mirrored, weights).unwrap());
                prop_assert!((there.s - back.s).abs() < 1e-12 && (-1.0..=1.0).contains(&there.s));
                if let (Some(pi), Some(kappa)) = (there.pi, there.kappa) {
                    // pooling both can only raise the expected disagreement, so pi never exceeds kappa
                    prop_assert!(pi <= kappa + 1e-9 && kappa <= 1.0 + 1e-12);
                }
            }
        }
    }
}
