//! What is drawn: the relation of the sides and the standings of the factors, with what a change of each is worth.

use detente_forecast::linear::{logistic, logit};
use detente_relations::describe::sample_sd;
use serde::{Deserialize, Serialize};

use crate::engine::Assessment;
use crate::engine::exposure::highest;
use crate::engine::register::FactorAssessment;
use crate::engine::series::Gap;
use crate::model::Level;
use crate::outlook::Outlook;
use crate::outlook::levels::of_factor;

/// Standings are kept this far from 0 and 1 before they are drawn, so that their log-odds are finite.
const EDGE: f64 = 0.02;
/// Fewest months with a standing and one before it, as the model of paths needs.
const FEWEST: usize = 24;

/// Whether a variable is the relation or a factor of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The relation index of the sides.
    Relation,
    /// The standing of a factor, 0 to 1.
    Factor(Level),
}

impl Kind {
    /// Place of the relation among the variables.
    pub(super) const RELATION: usize = 0;

    /// From what is drawn to what is told: a standing is drawn as its log-odds.
    pub(super) fn told(self, drawn: f32) -> f32 {
        match self {
            Self::Relation => drawn,
            Self::Factor(_) => logistic(f64::from(drawn)) as f32,
        }
    }
}

/// One variable of the paths.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Variable {
    /// `relation`, or the id of the factor.
    pub id: String,
    /// In words.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Loss for each unit that it rises; below 0 for the relation, whose fall is the loss.
    pub weight: f64,
    /// What its loss is counted from: the level of the relation, the standing in the month of the origin.
    pub from: f64,
    /// Mean over the sides of the highest exposure to it; `None` for the relation, and where no exposure is known.
    pub exposure: Option<f64>,
    /// Months with a reading.
    pub known: usize,
}

/// A factor that is not in the paths.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why.
    pub why: Gap,
}

/// A row of the panel: a value for each month, `None` where it is missing.
pub(super) type Row = Vec<Option<f64>>;

/// The variables, the past of each from the first month of the relation to the origin, and the factors that are left out.
pub(super) struct Gathered {
    pub variables: Vec<Variable>,
    pub rows: Vec<Row>,
    pub left_out: Vec<LeftOut>,
}

/// All that can be drawn of a partnership.
pub(super) fn gather(assessment: &Assessment, outlook: &Outlook) -> Result<Gathered, Gap> {
    gather_from(assessment, &outlook.series.points, outlook.level)
}

/// The same from the readings of the relation up to an earlier month, and its usual level then. Of the standings, each as it would have been read in its month, only
/// those up to the last of these readings are used.
pub(super) fn gather_from(
    assessment: &Assessment,
    points: &[(i32, f64)],
    usual: f64,
) -> Result<Gathered, Gap> {
    let p = &assessment.partnership;
    let (Some(&(first, _)), Some(&(last, _))) = (points.first(), points.last()) else {
        return Err("no month of the relation".to_owned());
    };
    let months = (last - first + 1) as usize;
    let mut relation = vec![None; months];
    for (month, reading) in points {
        relation[(month - first) as usize] = Some(*reading);
    }
    let known: Vec<f64> = relation.iter().flatten().copied().collect();
    let spread = sample_sd(&known).unwrap_or(0.0);
    if steps(&relation) < FEWEST || spread <= 0.0 {
        return Err(format!(
            "{} months of the relation with one before them, {FEWEST} needed",
            steps(&relation)
        ));
    }
    let mut variables = vec![Variable {
        id: "relation".to_owned(),
        title: format!("relation of {} and {}", p.a.name, p.b.name),
        kind: Kind::Relation,
        weight: -p.settings.stress_relation / spread,
        from: usual,
        exposure: None,
        known: known.len(),
    }];
    let mut rows = vec![relation];
    let mut left_out = Vec::new();
    for (level, weight) in Level::ALL.iter().zip(p.level_weights) {
        let of = assessment.register.levels.iter();
        for factor in of.filter(|l| l.level == *level).flat_map(|l| &l.factors) {
            let standings = of_factor(factor, &p.settings, first, last);
            let exposure = exposure(factor);
            match why_not(&standings, exposure) {
                Some(why) => left_out.push(LeftOut {
                    id: factor.factor.id.clone(),
                    title: factor.factor.title.clone(),
                    why,
                }),
                None => {
                    variables.push(Variable {
                        id: factor.factor.id.clone(),
                        title: factor.factor.title.clone(),
                        kind: Kind::Factor(*level),
                        weight: weight * factor.factor.weight * exposure.unwrap_or(0.0),
                        from: standings.last().copied().flatten().unwrap_or(0.0),
                        exposure,
                        known: standings.iter().flatten().count(),
                    });
                    rows.push(standings.into_iter().map(drawn).collect());
                }
            }
        }
    }
    let pressure = pressure_sd(&variables[1..], &rows[1..]).filter(|sd| *sd > 0.0);
    for variable in &mut variables[1..] {
        variable.weight *= pressure.map_or(0.0, |sd| p.settings.stress_factors / sd);
    }
    Ok(Gathered {
        variables,
        rows,
        left_out,
    })
}

/// Standard deviation over the past of the sum of all factors by their weights, in the months in which all have a standing; `None` with fewer than two.
fn pressure_sd(factors: &[Variable], rows: &[Row]) -> Option<f64> {
    let months = rows.first()?.len();
    let sums: Vec<f64> = (0..months)
        .filter_map(|t| {
            let of = factors.iter().zip(rows);
            of.map(|(v, row)| Some(v.weight * logistic(row[t]?))).sum()
        })
        .collect();
    sample_sd(&sums)
}

/// A standing as it is drawn: its log-odds.
pub(super) fn drawn(standing: Option<f64>) -> Option<f64> {
    standing.map(|s| logit(s.clamp(EDGE, 1.0 - EDGE)))
}

/// Months with a reading and one in the month before.
fn steps(row: &[Option<f64>]) -> usize {
    row.windows(2)
        .filter(|w| w[0].is_some() && w[1].is_some())
        .count()
}

fn why_not(standings: &[Option<f64>], exposure: Option<f64>) -> Option<Gap> {
    if standings.last().copied().flatten().is_none() {
        return Some("it has no standing in the month that the paths start from".to_owned());
    }
    if steps(standings) < FEWEST {
        return Some(format!(
            "{} months with a standing, {FEWEST} needed",
            steps(standings)
        ));
    }
    let different = standings
        .iter()
        .flatten()
        .any(|s| Some(*s) != standings.iter().flatten().next().copied());
    if !different {
        return Some("its standing has never changed".to_owned());
    }
    exposure
        .is_none()
        .then(|| "no exposure of a side to it is known".to_owned())
}

/// Mean over the sides of the highest exposure; of one side where only that is known.
fn exposure(factor: &FactorAssessment) -> Option<f64> {
    let a = highest(&factor.exposures, |e| &e.a).map(|h| h.0);
    let b = highest(&factor.exposures, |e| &e.b).map(|h| h.0);
    match (a, b) {
        (Some(a), Some(b)) => Some((a + b) / 2.0),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(weight: f64) -> Variable {
        Variable {
            id: String::new(),
            title: String::new(),
            kind: Kind::Factor(Level::Global),
            weight,
            from: 0.0,
            exposure: None,
            known: 0,
        }
    }

    #[test]
    fn the_spread_of_pressure_by_hand_where_all_factors_are_known() {
        let row = |standings: [Option<f64>; 3]| standings.map(|s| s.map(logit)).to_vec();
        let rows = [
            row([Some(0.2), Some(0.4), Some(0.9)]),
            row([Some(0.5), Some(0.1), None]),
        ];
        // 2 x 0.2 + 0.5 = 0.9 and 2 x 0.4 + 0.1 = 0.9 do not differ; with weights 1 and 3 it is 1.7 and 0.7
        let none = pressure_sd(&[factor(2.0), factor(1.0)], &rows).unwrap();
        assert!(none.abs() < 1e-12);
        let some = pressure_sd(&[factor(1.0), factor(3.0)], &rows).unwrap();
        assert!((some - 0.5f64.sqrt()).abs() < 1e-12, "{some}");
        assert_eq!(pressure_sd(&[], &[]), None);
        assert_eq!(
            steps(&[Some(1.0), Some(1.0), None, Some(1.0), Some(2.0)]),
            2
        );
    }

    #[test]
    fn a_factor_that_cannot_be_drawn_says_why() {
        let why = |row: Row, exposure| why_not(&row, exposure).unwrap();
        let moving = |n: usize| -> Row { (0..n).map(|i| Some(i as f64 / 100.0)).collect() };
        assert!(why(vec![Some(0.5), None], Some(1.0)).contains("paths start from"));
        assert!(why(moving(24), Some(1.0)).contains("23 months"));
        assert!(why(vec![Some(0.5); 40], Some(1.0)).contains("never changed"));
        assert!(why(moving(25), None).contains("no exposure"));
        assert!(why_not(&moving(25), Some(0.0)).is_none());
    }
}
