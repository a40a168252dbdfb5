//! What would be seen first: the variables that crossed a threshold before past onsets, and what such a rule was worth.
//!
//! Two records stand beside each other. That of the sides asks for the loss of this partnership itself, and has few onsets to ask. That of all relations of
//! side a asks for a fall of a relation, and has many: it says what a sign is worth in general, and its rule is then read off the sides.

use detente_forecast::Panel;
use detente_forecast::rupture::robust_z;
use detente_relations::describe::{quantile, sample_sd};
use detente_stress::Error;
use detente_stress::signs::{Rule, Settings, pooled, rules};
use serde::{Deserialize, Serialize};

pub use detente_stress::signs::Record;

use super::variables::{Kind, Row, Variable};
use crate::engine::series::Gap;
use crate::outlook::HALF_A_YEAR;
use crate::outlook::settle::LEAST_MONTHS;

/// Share of the past months that a bad month is worse than.
pub const WORSE_THAN: f64 = 0.9;
/// Months before an onset without a bad one.
pub const CALM: usize = 3;
/// Months over which a change is taken.
pub const CHANGE: usize = 3;
/// Months over which a spread and bad months are counted.
const YEAR: usize = 12;
/// Fewest of them with a reading.
const FEWEST: usize = 6;
/// Sets of dates that a record of the sides is compared with, and one of many relations.
const PLACEBOS: [usize; 2] = [1000, 200];

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watched {
    /// The value: an index that is low, a standing that is high.
    Level,
    /// What it did to the worse in [`CHANGE`] months.
    Change,
    /// The standard deviation of the readings of a year.
    Spread,
    /// Bad months in a year, as a share of those with a reading.
    BadMonths,
}

/// A rule and what it watches.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sign {
    /// Place of the variable; of a relation in general that of the relation of the sides.
    pub variable: usize,
    /// What is watched of it.
    pub watched: Watched,
    /// Its value in the month of the origin, worse being up: the fall of an index counts as positive.
    pub now: Option<f64>,
    /// The rule, threshold and all worse being up.
    pub rule: Rule,
}

impl Sign {
    /// Whether random dates do as well less often than once in twenty, with all that was looked at counted.
    pub fn is_shown(&self) -> bool {
        self.rule.record.as_ref().is_some_and(|r| r.is_sign())
    }

    /// A value of the rule, for which worse is up, as a reader knows it: an index that falls.
    pub fn as_read(&self, variables: &[Variable], worse: f64) -> f64 {
        match (self.watched, variables[self.variable].kind) {
            (Watched::Level, Kind::Relation) => -worse,
            _ => worse,
        }
    }

    /// What has to be seen for an alert, in words.
    pub fn condition(&self, variables: &[Variable]) -> String {
        let variable = &variables[self.variable];
        let Some(threshold) = self.rule.threshold else {
            return format!("{}: too few months for a threshold", variable.title);
        };
        let threshold = self.as_read(variables, threshold);
        let what = match (self.watched, variable.kind) {
            (Watched::Level, Kind::Relation) => format!("index below {threshold:.2}"),
            (Watched::Level, Kind::Factor(_)) => format!("standing above {threshold:.2}"),
            (Watched::Change, Kind::Relation) => {
                format!("index down by more than {threshold:.2} in {CHANGE} months")
            }
            (Watched::Change, Kind::Factor(_)) => {
                format!("standing up by more than {threshold:.2} in {CHANGE} months")
            }
            (Watched::Spread, _) => format!("sd of a year's readings above {threshold:.2}"),
            (Watched::BadMonths, _) => format!("more than {threshold:.2} of a year's months bad"),
        };
        format!("{}: {what}", variable.title)
    }
}

/// A record of signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Watch {
    /// How many relations it speaks of.
    pub units: usize,
    /// Months in which a bad month could be told from others, over all of them.
    pub months: usize,
    /// Onsets, over all of them.
    pub onsets: usize,
    /// How many months before an onset an alert counts.
    pub window: usize,
    /// The signs that are shown first, the earliest of them first; then by the chance that the record is mere luck.
    pub signs: Vec<Sign>,
}

/// What would be seen first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Signs {
    /// Before onsets of the loss of this partnership, or why it cannot be said.
    pub sides: Result<Watch, Gap>,
    /// Before falls of the relations of side a with all others, read off the relation of the sides; or why it cannot be said.
    pub relations: Result<Watch, Gap>,
}

/// The signs of a partnership whose variables had this past, drawn as they are, up to the origin.
pub(super) fn signs(
    variables: &[Variable],
    rows: &[Row],
    relations: &Panel,
    origin: i32,
    rupture_z: f64,
    seed: u64,
) -> Signs {
    let told: Vec<Row> = variables
        .iter()
        .zip(rows)
        .map(|(v, row)| {
            let told = |x: f64| f64::from(v.kind.told(x as f32));
            row.iter().map(|x| x.map(told)).collect()
        })
        .collect();
    let whole = relations.at(origin);
    let all: Vec<Row> = (0..relations.units())
        .map(|unit| {
            whole
                .past(unit)
                .iter()
                .map(|x| (!x.is_nan()).then_some(*x))
                .collect()
        })
        .collect();
    Signs {
        sides: of_sides(variables, &told, rupture_z, seed),
        relations: of_relations(&all, rupture_z, seed),
    }
}

fn settings(placebos: usize, seed: u64) -> Settings {
    Settings {
        window: HALF_A_YEAR as usize,
        months: LEAST_MONTHS,
        placebos,
        seed,
        ..Settings::default()
    }
}

fn of_sides(variables: &[Variable], told: &[Row], rupture_z: f64, seed: u64) -> Result<Watch, Gap> {
    let months = told[Kind::RELATION].len();
    let loss: Row = (0..months)
        .map(|t| {
            let parts = variables.iter().zip(told);
            parts
                .map(|(v, row)| Some(v.weight * (row[t]? - v.from)))
                .sum()
        })
        .collect();
    let ruptured = ruptured(&told[Kind::RELATION], rupture_z)?;
    let bad = bad(&loss, &ruptured);
    let onsets = onsets(&bad);
    let mut watched = Vec::new();
    let mut values = Vec::new();
    for (place, (variable, row)) in variables.iter().zip(told).enumerate() {
        let worse = worse_up(variable.kind, row);
        let change = change(&worse);
        watched.push((place, Watched::Level));
        watched.push((place, Watched::Change));
        values.push(worse);
        values.push(change);
    }
    let months = bad.iter().flatten().count();
    enough(onsets.len(), months)?;
    let settings = settings(PLACEBOS[0], seed);
    let found = rules(&values, &onsets, &settings).map_err(|e| e.to_string())?;
    Ok(Watch {
        units: 1,
        months,
        onsets: onsets.len(),
        window: settings.window,
        signs: told_of(found, &watched, |i| last(&values[i])),
    })
}

fn of_relations(all: &[Row], rupture_z: f64, seed: u64) -> Result<Watch, Gap> {
    let mut values: [Vec<Row>; 4] = Default::default();
    let (mut all_onsets, mut months) = (Vec::new(), 0);
    for row in all {
        let worse = worse_up(Kind::Relation, row);
        let bad = bad(&worse, &ruptured(row, rupture_z)?);
        months += bad.iter().flatten().count();
        all_onsets.push(onsets(&bad));
        let as_share = |b: &Option<bool>| b.map(|b| f64::from(u8::from(b)));
        let bad: Row = bad.iter().map(as_share).collect();
        let share = |past: &[f64]| Some(past.iter().sum::<f64>() / past.len() as f64);
        values[0].push(worse.clone());
        values[1].push(change(&worse));
        values[2].push(over_a_year(&worse, sample_sd));
        values[3].push(over_a_year(&bad, share));
    }
    let onsets = all_onsets.iter().map(Vec::len).sum();
    enough(onsets, months)?;
    let settings = settings(PLACEBOS[1], seed);
    let found = pooled(&values, &all_onsets, &settings).map_err(|e: Error| e.to_string())?;
    let watched = [
        Watched::Level,
        Watched::Change,
        Watched::Spread,
        Watched::BadMonths,
    ]
    .map(|watched| (Kind::RELATION, watched));
    Ok(Watch {
        units: all.len(),
        months,
        onsets,
        window: settings.window,
        signs: told_of(found, &watched, |i| last(&values[i][0])),
    })
}

fn told_of(
    rules: Vec<Rule>,
    watched: &[(usize, Watched)],
    now: impl Fn(usize) -> Option<f64>,
) -> Vec<Sign> {
    let sign = |rule: Rule| Sign {
        variable: watched[rule.indicator].0,
        watched: watched[rule.indicator].1,
        now: now(rule.indicator),
        rule,
    };
    rules.into_iter().map(sign).collect()
}

fn enough(onsets: usize, months: usize) -> Result<(), Gap> {
    if onsets > 0 {
        return Ok(());
    }
    Err(format!(
        "no onset in the {months} months that have {LEAST_MONTHS} months before them to be measured by"
    ))
}

fn last(row: &[Option<f64>]) -> Option<f64> {
    row.last().copied().flatten()
}

/// The values with worse up: an index turned over, a standing as it is.
fn worse_up(kind: Kind, row: &[Option<f64>]) -> Row {
    let sign = match kind {
        Kind::Relation => -1.0,
        Kind::Factor(_) => 1.0,
    };
    row.iter().map(|x| x.map(|x| sign * x)).collect()
}

/// Months in which the index lies so many robust standard deviations below its past, with no month's own or later values in its score.
fn ruptured(relation: &[Option<f64>], rupture_z: f64) -> Result<Vec<bool>, Gap> {
    let panel = Panel::new(0, &[relation.to_vec()]).map_err(|e| e.to_string())?;
    let z = robust_z(&panel, LEAST_MONTHS).map_err(|e| e.to_string())?;
    let below = |t: usize| z.get(0, t as i32).is_some_and(|z| z < -rupture_z);
    Ok((0..relation.len()).map(below).collect())
}

/// Whether each month is bad: worse than [`WORSE_THAN`] of at least two years of months before it, or a rupture; `None` without a value or so much past.
fn bad(worse: &[Option<f64>], ruptured: &[bool]) -> Vec<Option<bool>> {
    let mut past: Vec<f64> = Vec::new();
    let months = worse.iter().zip(ruptured);
    let judged = months.map(|(value, ruptured)| {
        let enough = past.len() >= LEAST_MONTHS;
        let limit = enough.then(|| quantile(&past, WORSE_THAN)).flatten();
        past.extend(*value);
        Some((*value)? > limit? || *ruptured)
    });
    judged.collect()
}

/// The bad months before which none of [`CALM`] months was bad, and at least one was known not to be.
fn onsets(bad: &[Option<bool>]) -> Vec<usize> {
    let begins = |t: &usize| {
        let before = &bad[t.saturating_sub(CALM)..*t];
        bad[*t] == Some(true) && !before.contains(&Some(true)) && before.contains(&Some(false))
    };
    (0..bad.len()).filter(begins).collect()
}

/// What a value rose by in [`CHANGE`] months.
fn change(worse: &[Option<f64>]) -> Row {
    let at = |t: usize| Some(worse[t]? - worse[t.checked_sub(CHANGE)?]?);
    (0..worse.len()).map(at).collect()
}

/// Something of the readings of the year to each month; `None` with fewer than half a year of them.
fn over_a_year(values: &[Option<f64>], of: impl Fn(&[f64]) -> Option<f64>) -> Row {
    let at = |t: usize| {
        let year = &values[(t + 1).saturating_sub(YEAR)..=t];
        let known: Vec<f64> = year.iter().flatten().copied().collect();
        (known.len() >= FEWEST).then(|| of(&known)).flatten()
    };
    (0..values.len()).map(at).collect()
}

#[cfg(test)]
mod tests;
