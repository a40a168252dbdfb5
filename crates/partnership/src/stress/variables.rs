//! What is drawn: the relation of the sides and the standings of the factors, with what a change of each is worth.

use detente_forecast::linear::{logistic, logit};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
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

/// The variables, their past from the first month of the relation to the origin, and the factors that are left out.
pub(super) fn gather(
    assessment: &Assessment,
    outlook: &Outlook,
) -> Result<(Vec<Variable>, Vec<Row>, Vec<LeftOut>), Gap> {
    let p = &assessment.partnership;
    let points = &outlook.series.points;
    let (first, last) = (points[0].0, outlook.origin.0);
    let months = (last - first + 1) as usize;
    let mut relation = vec![None; months];
    for (month, reading) in points {
        relation[(month - first) as usize] = Some(*reading);
    }
    let known: Vec<f64> = relation.iter().flatten().copied().collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let spread = known.iter().map(|r| (r - mean).powi(2)).sum::<f64>();
    let sd = (spread / (known.len() as f64 - 1.0)).sqrt();
    if steps(&relation) < FEWEST || sd.is_nan() || sd <= 0.0 {
        return Err(format!(
            "{} months of the relation with one before them, {FEWEST} needed",
            steps(&relation)
        ));
    }
    let mut variables = vec![Variable {
        id: "relation".to_owned(),
        title: format!("relation of {} and {}", p.a.name, p.b.name),
        kind: Kind::Relation,
        weight: -p.settings.stress_relation / sd,
        from: outlook.level,
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
                    let drawn = |s: Option<f64>| s.map(|s| logit(s.clamp(EDGE, 1.0 - EDGE)));
                    rows.push(standings.into_iter().map(drawn).collect());
                }
            }
        }
    }
    let all: f64 = variables[1..].iter().map(|v| v.weight).sum();
    for variable in &mut variables[1..] {
        variable.weight *= if all > 0.0 {
            p.settings.stress_factors / all
        } else {
            0.0
        };
    }
    Ok((variables, rows, left_out))
}

/// Months with a reading and one in the month before.
fn steps(row: &Row) -> usize {
    row.windows(2)
        .filter(|w| w[0].is_some() && w[1].is_some())
        .count()
}

fn why_not(standings: &Row, exposure: Option<f64>) -> Option<Gap> {
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
