//! How far apart are the members of a bloc?

use crate::Error;
use crate::alignment::{Gap, gap_from_median};
use crate::describe::{mean, median, population_sd, quantile};
use crate::error::enough;
use crate::pooling::{Pooled, random_effects};

/// Dispersion of one value (ideal point, burden share, R toward a third) over the members of a bloc.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohesion<L> {
    /// Standard deviation over the members (divisor n: they are the whole bloc). Lower is more cohesive.
    pub sd: f64,
    /// Interquartile range, quantiles of type 7. Lower is more cohesive; outliers do not move it.
    pub iqr: f64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Members with a value.
    pub n: usize,
    /// Members without one. They are in no figure above.
    pub missing: Vec<L>,
    /// Gap of each member with a value from the median of the other members, in the order given.
    pub gaps: Vec<(L, Gap)>,
}

impl<L> Cohesion<L> {
    /// Largest minus smallest value.
    pub fn range(&self) -> f64 {
        self.max - self.min
    }
}

/// Dispersion over the members of a bloc; `None` marks a member without a value.
///
/// # Errors
/// Fewer than two members with a value; a value that is not finite.
pub fn cohesion<L: Clone>(members: &[(L, Option<f64>)]) -> Result<Cohesion<L>, Error> {
    let missing = members
        .iter()
        .filter(|m| m.1.is_none())
        .map(|m| m.0.clone())
        .collect();
    let present: Vec<(&L, f64)> = members
        .iter()
        .filter_map(|(label, value)| value.map(|v| (label, v)))
        .collect();
    if let Some(at) = present.iter().position(|(_, v)| !v.is_finite()) {
        return Err(Error::NotFinite {
            what: "the value of a member",
            at,
        });
    }
    let values: Vec<f64> = present.iter().map(|p| p.1).collect();
    let too_few = || Error::TooFew {
        what: "members with a value",
        needed: 2,
        found: values.len(),
    };
    enough("members with a value", values.len(), 2)?;
    let gaps = present
        .iter()
        .enumerate()
        .filter_map(|(i, (label, value))| {
            let others: Vec<f64> = values
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != i)
                .map(|(_, v)| *v)
                .collect();
            gap_from_median(*value, &others).map(|gap| ((*label).clone(), gap))
        })
        .collect();
    let quartile = |q| quantile(&values, q).ok_or_else(too_few);
    Ok(Cohesion {
        sd: population_sd(&values).ok_or_else(too_few)?,
        iqr: quartile(0.75)? - quartile(0.25)?,
        mean: mean(&values).ok_or_else(too_few)?,
        median: median(&values).ok_or_else(too_few)?,
        min: quartile(0.0)?,
        max: quartile(1.0)?,
        n: values.len(),
        missing,
        gaps,
    })
}

/// How differently the members of a bloc stand toward a third actor.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreatPerception<L> {
    /// The dispersion of members' R as observed, sampling error included.
    pub cohesion: Cohesion<L>,
    /// The random-effects pool of members' R: `tau()` is the dispersion that the counts do not explain. Use this one:
    /// members with few events differ by chance alone.
    pub pooled: Pooled,
}

/// Dispersion of members' R toward a third actor; each member with R and its sampling variance.
///
/// # Errors
/// Fewer than two members with a value; values that are not finite; variances that are not positive.
pub fn threat_perception<L: Clone>(
    members: &[(L, Option<(f64, f64)>)],
) -> Result<ThreatPerception<L>, Error> {
    let values: Vec<(L, Option<f64>)> = members
        .iter()
        .map(|(label, v)| (label.clone(), v.map(|v| v.0)))
        .collect();
    let cohesion = cohesion(&values)?;
    let estimates: Vec<(f64, f64)> = members.iter().filter_map(|m| m.1).collect();
    Ok(ThreatPerception {
        cohesion,
        pooled: random_effects(&estimates)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_worked() {
        let got = cohesion(&[
            ("a", Some(1.0)),
            ("b", Some(2.0)),
            ("c", None),
            ("d", Some(4.0)),
            ("e", Some(9.0)),
        ])
        .unwrap();
        // mean 4, deviations -3, -2, 0, 5: sd sqrt(38 / 4); quartiles 1.75 and 5.25
        assert!((got.sd - 9.5f64.sqrt()).abs() < 1e-12);
        assert!((got.iqr - 3.5).abs() < 1e-12);
        assert_eq!(
            (got.mean, got.median, got.range(), got.n),
            (4.0, 3.0, 8.0, 4)
        );
        assert_eq!(got.missing, ["c"]);
        let signed: Vec<(&str, f64)> = got.gaps.iter().map(|(l, g)| (*l, g.signed)).collect();
        assert_eq!(signed, [("a", -3.0), ("b", -2.0), ("d", 2.0), ("e", 7.0)]);
    }

    #[test]
    fn one_member_is_no_bloc() {
        let got = cohesion(&[("a", Some(1.0)), ("b", None)]);
        assert_eq!(
            got,
            Err(Error::TooFew {
                what: "members with a value",
                needed: 2,
                found: 1
            })
        );
        assert!(matches!(
            cohesion(&[("a", Some(f64::NAN)), ("b", Some(1.0))]),
            Err(Error::NotFinite { .. })
        ));
    }

    #[test]
    fn sampling_error_is_not_taken_for_disagreement() {
        // three members of R = 1, 2, 3 with variance 1: Q = 2 = n - 1, so nothing is left between them
        let noisy = threat_perception(&[
            ("a", Some((1.0, 1.0))),
            ("b", Some((2.0, 1.0))),
            ("c", Some((3.0, 1.0))),
        ])
        .unwrap();
        assert_eq!(noisy.pooled.tau(), 0.0);
        assert!(noisy.cohesion.sd > 0.8);
        // with variance .01 nearly all of it is: tau2 = (200 - 2) / 200 = .99
        let sure = threat_perception(&[
            ("a", Some((1.0, 0.01))),
            ("b", Some((2.0, 0.01))),
            ("c", Some((3.0, 0.01))),
        ])
        .unwrap();
        assert!((sure.pooled.tau2 - 0.99).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn moving_all_members_together_changes_no_dispersion(values in prop::collection::vec(-3.0f64..3.0, 2..30), by in -5.0f64..5.0) {
            let bloc = |shift: f64| cohesion(&values.iter().enumerate().map(|(i, v)| (i, Some(v + shift))).collect::<Vec<_>>()).unwrap();
            let (here, there) = (bloc(0.0), bloc(by));
            prop_assert!((here.sd - there.sd).abs() < 1e-9 && (here.iqr - there.iqr).abs() < 1e-9);
            prop_assert!(here.iqr <= here.range() + 1e-12 && 2.0 * here.sd <= here.range() + 1e-9);
        }
    }
}
