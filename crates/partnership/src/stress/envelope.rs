//! Envelopes of the loss as of months of the past, held against the loss that came.

use detente_forecast::Panel;
use detente_stress::Paths;
use detente_stress::envelope::{Held, changes_to_worst, worst_of_months, worsts};
use detente_stress::joint::Dependence;

use super::variables::{Gathered, Row, Variable, gather_from};
use super::{Asked, RUN, draw};
use crate::engine::Assessment;
use crate::engine::series::Gap;
use crate::outlook::change::{Rule, level};
use crate::outlook::levels::of_factor;

/// What is asked of every month of the past.
#[derive(Debug, Clone)]
pub struct Envelopes {
    /// Months of the horizon.
    pub months: usize,
    /// Relative entropies, in nats.
    pub ks: Vec<f64>,
    /// How many paths of each model.
    pub paths: usize,
    /// Seed of the paths.
    pub seed: u64,
}

/// A month of the past, and what came of what was said in it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The month.
    pub month: i32,
    /// How many variables were drawn.
    pub variables: usize,
    /// Months of the relation up to then.
    pub past: usize,
    /// Minus the loss of the worst month that came: below 0 is worse than at the origin.
    pub came: f64,
    /// The same of joint paths, of the own past as it was, of the last month plus past changes.
    pub held: [Option<Held>; 3],
}

/// What an assessment of today would have said in each month of the past with a reading of the relation and enough before it, and what came. Paths are those of
/// [`stress`](super::stress()), learnt on what lies up to the month; standings are those that would have been read in each month. Weights and exposures are those of today: they
/// say what counts as loss, the same for what was said and for what came. Months in which one of the variables has no value are left out.
///
/// # Errors
/// No outlook; not one month that can be judged.
pub fn envelopes(assessment: &Assessment, asked: &Envelopes) -> Result<Vec<Origin>, Gap> {
    let outlook = assessment.outlook.as_ref().map_err(Gap::clone)?;
    let points = &outlook.series.points;
    let mut found = Vec::new();
    let mut last = "too few months of the relation".to_owned();
    for end in 1..points.len() {
        match origin(assessment, points, end, asked) {
            Ok(Some(origin)) => found.push(origin),
            Ok(None) => {}
            Err(gap) => last = gap,
        }
    }
    if found.is_empty() {
        return Err(last);
    }
    Ok(found)
}

/// `None` where no month after it is known.
fn origin(
    assessment: &Assessment,
    points: &[(i32, f64)],
    end: usize,
    asked: &Envelopes,
) -> Result<Option<Origin>, Gap> {
    let known = &points[..end];
    let (first, month) = (known[0].0, known[end - 1].0);
    let rule = Rule::of(&assessment.partnership.settings);
    let row: Row = crate::outlook::panel::on_grid(known, first, month);
    let past: Vec<f64> = row.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
    let usual = level(&past, rule.months).ok_or("too few readings of late for a level")?;
    let Gathered {
        variables, rows, ..
    } = gather_from(assessment, known, usual)?;
    let after = after(assessment, points, &variables, month, asked.months);
    let counts: Vec<bool> = after.iter().map(Option::is_some).collect();
    let Some(came) = worst_of_months(&counts, |m| after[m]) else {
        return Ok(None);
    };
    let panel = Panel::new(first, &rows).map_err(|e| e.to_string())?;
    let mut drawn = Vec::new();
    for dependence in [
        Dependence::Blocks { length: RUN },
        Dependence::Gaussian,
        Dependence::StudentT,
    ] {
        let asked = Asked {
            months: None,
            paths: asked.paths,
            seed: asked.seed,
        };
        let paths = draw(&panel, &variables, dependence, counts.len() as u32, &asked);
        drawn.push(paths.map_err(|e| e.to_string())?);
    }
    let ours: Option<Vec<Vec<f64>>> = drawn
        .iter()
        .map(|p| worst(p, &variables, &counts))
        .collect();
    let before: Vec<f64> = (0..past.len())
        .map(|t| {
            let values = variables.iter().zip(&rows);
            let values = values.map(|(v, row)| row[t].map(|x| f64::from(v.kind.told(x as f32))));
            minus_loss(&variables, values).unwrap_or(f64::NAN)
        })
        .collect();
    let held = |samples: &[Vec<f64>]| Held::of(samples, &asked.ks, came).map_err(|e| e.to_string());
    Ok(Some(Origin {
        month,
        variables: variables.len(),
        past: end,
        came,
        held: [
            held(&ours.ok_or("a variable is missing in the paths")?)?,
            held(&[worsts(&before, &counts)])?,
            held(&[changes_to_worst(&before, &counts)])?,
        ],
    }))
}

/// Minus the loss of each month after the origin; `None` where a variable has no value.
fn after(
    assessment: &Assessment,
    points: &[(i32, f64)],
    variables: &[Variable],
    month: i32,
    months: usize,
) -> Vec<Option<f64>> {
    let (from, to) = (month + 1, month + months as i32);
    let relation = points
        .iter()
        .copied()
        .filter(|(t, _)| (from..=to).contains(t));
    let relation = crate::outlook::panel::on_grid(&relation.collect::<Vec<_>>(), from, to);
    let factors = assessment.register.levels.iter().flat_map(|l| &l.factors);
    let factors: Vec<_> = factors.collect();
    let rows: Vec<Row> = variables[1..]
        .iter()
        .map(|v| {
            let factor = factors.iter().find(|f| f.factor.id == v.id);
            factor.map_or(vec![None; months], |f| {
                of_factor(f, &assessment.partnership.settings, from, to)
            })
        })
        .collect();
    (0..months)
        .map(|m| {
            let values = std::iter::once(relation[m]).chain(rows.iter().map(|row| row[m]));
            minus_loss(variables, values)
        })
        .collect()
}

/// Of one month, with values as they are told; `None` where one is missing.
fn minus_loss(variables: &[Variable], values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let parts = variables.iter().zip(values);
    parts
        .map(|(v, value)| Some(-v.weight * (value? - v.from)))
        .sum()
}

/// Minus the loss of the worst month of each path; `None` where a variable is missing.
fn worst(paths: &Paths, variables: &[Variable], counts: &[bool]) -> Option<Vec<f64>> {
    let path = |p: usize| {
        worst_of_months(counts, |m| {
            let values = (0..variables.len()).map(|v| paths.get(p, m + 1, v).map(f64::from));
            minus_loss(variables, values)
        })
    };
    (0..paths.paths()).map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn variable(kind: Kind, weight: f64, from: f64) -> Variable {
        Variable {
            id: String::new(),
            title: String::new(),
            kind,
            weight,
            from,
            exposure: None,
            known: 0,
        }
    }

    #[test]
    fn the_worst_month_by_hand() {
        let factor = Kind::Factor(crate::model::Level::Global);
        let variables = [
            variable(Kind::Relation, -2.0, 1.0),
            variable(factor, 3.0, 0.5),
        ];
        // -(-2 (0 - 1)) - 3 (0.7 - 0.5) = -2.6
        let month = minus_loss(&variables, [Some(0.0), Some(0.7)].into_iter());
        assert!((month.unwrap() + 2.6).abs() < 1e-12);
        assert_eq!(minus_loss(&variables, [Some(0.0), None].into_iter()), None);
        let mut paths = Paths::missing(2, 2, 2).unwrap();
        paths.path_mut(0).copy_from_slice(&[0.0, 0.75, 1.0, 0.5]);
        paths.path_mut(1).copy_from_slice(&[1.0, 0.5, 1.0, 1.0]);
        let both = worst(&paths, &variables, &[true, true]).unwrap();
        assert!((both[0] + 2.75).abs() < 1e-6 && (both[1] + 1.5).abs() < 1e-6);
        let last = worst(&paths, &variables, &[false, true]).unwrap();
        assert!(last[0].abs() < 1e-6 && (last[1] + 1.5).abs() < 1e-6);
        assert_eq!(worst(&paths, &variables, &[true, true, true]), None);
    }
}
