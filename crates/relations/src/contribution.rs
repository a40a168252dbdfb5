//! A level score out of factor standings, and what each factor adds to it.

use crate::Error;
use crate::error::{enough, in_range};

/// One factor of a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor<L> {
    /// Its name.
    pub label: L,
    /// Its weight, above 0; weights need not add up to 1.
    pub weight: f64,
    /// Its standing, 0 best to 1 worst; `None` if it has none.
    pub standing: Option<f64>,
}

/// What one factor adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution<L> {
    /// The factor.
    pub label: L,
    /// Its standing.
    pub standing: f64,
    /// Its weight among the factors with a standing; these weights add up to 1.
    pub weight: f64,
    /// `weight * standing`; the contributions add up to the score.
    pub contribution: f64,
    /// The score without this factor; `None` if it is the only one.
    pub score_without: Option<f64>,
}

/// The score of a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Score<L> {
    /// Weighted mean standing, 0 best to 1 worst.
    pub score: f64,
    /// One for each factor with a standing, in the order given.
    pub contributions: Vec<Contribution<L>>,
    /// Factors without a standing; they are left out and not taken for 0.
    pub missing: Vec<L>,
    /// Share of the declared weight that the factors with a standing carry, 0..1. Low means: little is known.
    pub weight_known: f64,
}

/// Weighted mean of the standings that are known, the weights of the rest shared out in proportion.
///
/// # Errors
/// No factor with a standing; weights that are not positive; standings outside of 0..1.
pub fn score<L: Clone>(factors: &[Factor<L>]) -> Result<Score<L>, Error> {
    for factor in factors {
        in_range(
            "the weight of a factor",
            factor.weight,
            "above 0",
            factor.weight > 0.0,
        )?;
        if let Some(standing) = factor.standing {
            in_range(
                "the standing of a factor",
                standing,
                "between 0 and 1",
                (0.0..=1.0).contains(&standing),
            )?;
        }
    }
    let known: Vec<(&Factor<L>, f64)> = factors
        .iter()
        .filter_map(|f| f.standing.map(|s| (f, s)))
        .collect();
    enough("factors with a standing", known.len(), 1)?;
    let total: f64 = known.iter().map(|(f, _)| f.weight).sum();
    let declared: f64 = factors.iter().map(|f| f.weight).sum();
    let without = |left_out: usize| {
        let rest = || {
            known
                .iter()
                .enumerate()
                .filter(move |(i, _)| *i != left_out)
                .map(|(_, k)| k)
        };
        let weight: f64 = rest().map(|(f, _)| f.weight).sum();
        (known.len() > 1).then(|| rest().map(|(f, s)| f.weight / weight * s).sum())
    };
    let contributions: Vec<Contribution<L>> = known
        .iter()
        .enumerate()
        .map(|(i, (f, standing))| {
            let weight = f.weight / total;
            let contribution = weight * standing;
            Contribution {
                label: f.label.clone(),
                standing: *standing,
                weight,
                contribution,
                score_without: without(i),
            }
        })
        .collect();
    Ok(Score {
        score: known.iter().map(|(f, s)| f.weight * s).sum::<f64>() / total,
        contributions,
        missing: factors
            .iter()
            .filter(|f| f.standing.is_none())
            .map(|f| f.label.clone())
            .collect(),
        weight_known: total / declared,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn factor(label: &'static str, weight: f64, standing: Option<f64>) -> Factor<&'static str> {
        Factor {
            label,
            weight,
            standing,
        }
    }

    #[test]
    fn hand_worked() {
        let got = score(&[
            factor("a", 1.0, Some(0.8)),
            factor("b", 3.0, Some(0.4)),
            factor("c", 4.0, None),
        ])
        .unwrap();
        assert!((got.score - 0.5).abs() < 1e-12);
        assert_eq!(
            (got.missing.as_slice(), got.weight_known),
            (&["c"][..], 0.5)
        );
        let (a, b) = (&got.contributions[0], &got.contributions[1]);
        assert!((a.contribution - 0.2).abs() < 1e-12 && (b.contribution - 0.3).abs() < 1e-12);
        assert!(
            (a.score_without.unwrap() - 0.4).abs() < 1e-12
                && (b.score_without.unwrap() - 0.8).abs() < 1e-12
        );
    }

    #[test]
    fn nothing_known_is_no_score() {
        let got = score(&[factor("a", 1.0, None)]);
        assert_eq!(
            got,
            Err(Error::TooFew {
                what: "factors with a standing",
                needed: 1,
                found: 0
            })
        );
        assert_eq!(
            score(&[factor("a", 1.0, Some(0.3))]).unwrap().contributions[0].score_without,
            None
        );
        assert!(matches!(
            score(&[factor("a", -1.0, Some(0.3))]),
            Err(Error::OutOfRange { .. })
        ));
        assert!(matches!(
            score(&[factor("a", 1.0, Some(1.3))]),
            Err(Error::OutOfRange { .. })
        ));
    }

    proptest! {
        #[test]
        fn contributions_add_up(factors in prop::collection::vec((0.01f64..50.0, prop::option::weighted(0.8, 0.0f64..=1.0)), 1..40)) {
            let factors: Vec<Factor<usize>> =
                factors.into_iter().enumerate().map(|(label, (weight, standing))| Factor { label, weight, standing }).collect();
            prop_assume!(factors.iter().any(|f| f.standing.is_some()));
            let got = score(&factors).unwrap();
            let sum: f64 = got.contributions.iter().map(|c| c.contribution).sum();
            prop_assert!((sum - got.score).abs() < 1e-9);
            prop_assert!((got.contributions.iter().map(|c| c.weight).sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&got.score));
            prop_assert_eq!(got.contributions.len() + got.missing.len(), factors.len());
        }

        #[test]
        fn leaving_out_is_scoring_the_rest(weights in prop::collection::vec((0.01f64..50.0, 0.0f64..=1.0), 2..12)) {
            let factors: Vec<Factor<usize>> =
                weights.into_iter().enumerate().map(|(label, (weight, s))| Factor { label, weight, standing: Some(s) }).collect();
            let got = score(&factors).unwrap();
            for (i, c) in got.contributions.iter().enumerate() {
                let mut rest = factors.clone();
                rest.remove(i);
                prop_assert!((c.score_without.unwrap() - score(&rest).unwrap().score).abs() < 1e-9);
            }
        }
    }
}
