//! What it takes to fail: of the relation and of orientations along the paths, and of a militarised dispute by the chance that the outlook gives it.

use detente_relations::describe::median;
use detente_stress::reverse::{Chance, Failure, Reverse, chance, least_for, least_for_chance};
use detente_stress::{Error, Paths};
use serde::{Deserialize, Serialize};

use super::variables::{Kind, Variable};
use crate::engine::Assessment;
use crate::model::Measure;
use crate::outlook::Outlook;
use crate::world::clock;

/// Scale of a median absolute deviation of normal values.
const NORMAL: f64 = 1.4826;
/// Months in a row that are half a year.
const HALF_A_YEAR: usize = 6;
/// The standing above which orientations are as far apart as they hardly ever were.
const APART: f64 = 0.95;

/// What it takes to fail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Breach {
    /// In words.
    pub failure: String,
    /// The chance of it in the model in which it is likeliest; by the outlook a single figure, without an interval over paths.
    pub chance: Chance,
    /// Place of that model; `None`: by the outlook.
    pub model: Option<usize>,
    /// The least relative entropy that makes it as likely as not.
    pub even: Reverse,
    /// The least that makes it sure: -ln of its chance.
    pub sure: Reverse,
}

/// What each failure takes.
pub(super) fn breaches(
    drawn: &[(&'static str, Paths)],
    assessment: &Assessment,
    outlook: &Outlook,
    variables: &[Variable],
) -> Result<Vec<Breach>, Error> {
    let mut all = Vec::new();
    let months = drawn.first().map_or(0, |(_, paths)| paths.months());
    for (failure, of_paths) in failures(assessment, outlook, variables, months) {
        let mut likeliest: Option<(usize, Chance, Vec<bool>)> = None;
        for (place, (_, paths)) in drawn.iter().enumerate() {
            let months = of_paths.months(paths)?;
            let failed: Vec<bool> = months.iter().map(Option::is_some).collect();
            let found = chance(&failed)?;
            if likeliest.as_ref().is_none_or(|l| found.share > l.1.share) {
                likeliest = Some((place, found, failed));
            }
        }
        if let Some((model, chance, failed)) = likeliest {
            all.push(Breach {
                failure,
                chance,
                model: Some(model),
                even: least_for(&failed, 0.5)?,
                sure: least_for(&failed, 1.0)?,
            });
        }
    }
    all.extend(incident(outlook)?);
    Ok(all)
}

/// A militarised dispute of the sides. No path tells it, but the outlook has its chance, and the least relative entropy needs no more.
fn incident(outlook: &Outlook) -> Result<Option<Breach>, Error> {
    let Some(event) = outlook.events.iter().find(|e| e.id == "incident") else {
        return Ok(None);
    };
    let share = event.shown();
    let takes = |wanted| -> Result<Reverse, Error> {
        let k = least_for_chance(share, wanted)?;
        Ok(Reverse::Takes {
            k,
            lo: f64::NAN,
            hi: f64::NAN,
        })
    };
    Ok(Some(Breach {
        failure: format!(
            "a militarised dispute of the sides in {}, by the outlook with data to {}",
            clock::label(event.by, event.target.1),
            clock::label(event.by, event.origin)
        ),
        chance: Chance {
            share,
            lo: f64::NAN,
            hi: f64::NAN,
        },
        model: None,
        even: takes(0.5)?,
        sure: takes(1.0)?,
    }))
}

/// The failures that paths of so many months can tell.
pub(super) fn failures(
    assessment: &Assessment,
    outlook: &Outlook,
    variables: &[Variable],
    months: usize,
) -> Vec<(String, Failure)> {
    let readings: Vec<f64> = outlook.series.points.iter().map(|p| p.1).collect();
    let mut all = of_relation(&readings, assessment.partnership.settings.rupture_z);
    for factor in assessment.register.factors() {
        let by_sides = |m: &Measure| matches!(m, Measure::DifferentSides { .. });
        let measured = factor.indicators.iter();
        let measured = measured.filter(|i| i.reading.is_ok());
        if !measured.into_iter().any(|i| by_sides(&i.indicator.measure)) {
            continue;
        }
        if let Some(variable) = variables.iter().position(|v| v.id == factor.factor.id) {
            all.push((
                format!(
                    "opposite orientation: '{}' stands above {APART} for half a year in a row, farther apart than in nineteen months of twenty before",
                    factor.factor.title
                ),
                Failure::Above {
                    variable,
                    value: APART,
                    months: HALF_A_YEAR,
                },
            ));
        }
    }
    all.retain(|(_, failure)| match failure {
        Failure::Below { months: run, .. } | Failure::Above { months: run, .. } => *run <= months,
        Failure::Any(_) | Failure::All(_) => true,
    });
    all
}

/// The failures of a relation with these past readings.
fn of_relation(readings: &[f64], rupture_z: f64) -> Vec<(String, Failure)> {
    let least = readings.iter().copied().fold(f64::INFINITY, f64::min);
    let below = |value, months| Failure::Below {
        variable: Kind::RELATION,
        value,
        months,
    };
    let mut all = vec![(
        format!("the relation index of a month falls below the least of its past ({least:.2})"),
        below(least, 1),
    )];
    if let Some(middle) = median(readings) {
        let off: Vec<f64> = readings.iter().map(|r| (r - middle).abs()).collect();
        if let Some(spread) = median(&off).filter(|spread| *spread > 0.0) {
            let rupture = middle - rupture_z * NORMAL * spread;
            all.push((
                format!(
                    "a rupture: the index of a month lies {rupture_z} robust standard deviations below the median of its past ({rupture:.2})"
                ),
                below(rupture, 1),
            ));
        }
        all.push((
            format!("half a year in a row below the median of its past ({middle:.2})"),
            below(middle, HALF_A_YEAR),
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_a_relation_by_hand() {
        // median 3; off by 2, 1, 0, 1, 6: their median 1
        let all = of_relation(&[1.0, 2.0, 3.0, 4.0, 9.0], 4.0);
        let value = |n: usize| match &all[n].1 {
            Failure::Below { value, months, .. } => (*value, *months),
            other => panic!("{other:?}"),
        };
        assert_eq!(value(0), (1.0, 1));
        assert!((value(1).0 - (3.0 - 4.0 * 1.4826)).abs() < 1e-12);
        assert_eq!(value(2), (3.0, 6));
        // without any spread there is no rupture to tell
        assert_eq!(of_relation(&[2.0, 2.0], 4.0).len(), 2);
    }
}
