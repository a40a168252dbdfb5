//! What each structural level adds to the outlook: the forecast with its score as a covariate, and without.
//!
//! Level scores belong to one partnership, so that no panel of other relations can lend strength: a few dozen months have to do.

use detente_atlas::{By, Month};
use detente_forecast::bootstrap::{Cell, Statistic};
use detente_forecast::linear::{Ridge, ridge};
use detente_forecast::verify::crps;
use detente_forecast::{Design, Panel};
use detente_relations::standing;

use super::change::{Rule, Threshold, level};
use super::skill::Skill;
use crate::engine::series::Gap;
use crate::engine::{FactorAssessment, IndicatorAssessment, LevelAssessment, Register};
use crate::file::Settings;
use crate::model::{Level, Worse};
use crate::world::clock;

/// Fewest months with an outcome that a regression is learnt from.
const LEAST_ROWS: usize = 20;
/// Ridge penalty, in months: a coefficient learnt from as many is halved.
const PENALTY: f64 = 10.0;
/// Years after which the value of a year counts as published.
const PUBLISHED: i32 = 2;
/// Shortest stretch of the bootstrap, in months.
const SHORTEST: usize = 6;

/// One level.
#[derive(Debug, Clone, Copy)]
pub struct LevelOutlook {
    /// The level.
    pub level: Level,
    /// Its score in the month of the origin, by what was published then.
    pub score: f64,
    /// Chance of closer less chance of apart with all levels, less the same without this one: above 0 it draws the sides closer.
    pub adds: f64,
    /// CRPS skill of the forecast with all levels over that without this one.
    pub skill: Option<Skill>,
}

/// What the levels add to the forecast at one lead.
#[derive(Debug, Clone)]
pub struct Levels {
    /// Months ahead of the month of the as-of day.
    pub ahead: u32,
    /// Months that were learnt from.
    pub months: usize,
    /// Chance of closer less chance of apart, with all levels.
    pub balance: f64,
    /// CRPS skill of the forecast with the levels over one without any.
    pub skill: Option<Skill>,
    /// The levels that have a score in the month of the origin.
    pub levels: Vec<LevelOutlook>,
}

/// A month with what was known in it, and what came.
struct Row {
    month: i32,
    features: Vec<f64>,
    came: f64,
}

/// Features of the relation itself, before those of the levels: the last value and the level of the last months.
const OWN: usize = 2;

/// What the levels add at a lead, from the first unit of the panel.
///
/// # Errors
/// Too few months in which all levels had a score and an outcome is known.
pub fn levels(
    register: &Register,
    settings: &Settings,
    panel: &Panel,
    origin: i32,
    (ahead, lead): (u32, u32),
) -> Result<Levels, Gap> {
    let rule = Rule::of(settings);
    let view = panel.at(origin);
    let past = view.past(0);
    let known: Vec<(Level, Vec<Option<f64>>)> = register
        .levels
        .iter()
        .map(|l| (l.level, history(l, settings, panel.first(), origin)))
        .filter(|(_, scores)| scores.last().copied().flatten().is_some())
        .collect();
    if known.is_empty() {
        return Err("no level has a score in the month of the last reading".to_owned());
    }
    let features = |t: usize| -> Option<Vec<f64>> {
        let mut row = vec![past[t], level(&past[..=t], rule.months)?];
        for (_, scores) in &known {
            row.push(scores[t]?);
        }
        row.iter().all(|v| v.is_finite()).then_some(row)
    };
    let last = past.len() - 1;
    let now = features(last).ok_or("the last month has no reading")?;
    let rows: Vec<Row> = (0..last.saturating_sub(lead as usize) + 1)
        .filter_map(|t| {
            let came = *past.get(t + lead as usize)?;
            Some(Row {
                month: panel.first() + t as i32,
                features: features(t)?,
                came: Some(came).filter(|v| !v.is_nan())?,
            })
        })
        .collect();
    if rows.len() < LEAST_ROWS {
        return Err(format!(
            "{} months with scores of all levels and an outcome {lead} months later, {LEAST_ROWS} needed",
            rows.len()
        ));
    }
    let threshold = Threshold::of(past, lead, rule).ok_or("too few past changes")?;
    let base = now[1];
    let balance = |columns: &[usize]| -> Option<f64> {
        let draws = predict(&rows.iter().collect::<Vec<_>>(), columns, &now)?;
        let shares = threshold.shares(base, &draws)?;
        Some(shares.closer - shares.apart)
    };
    let n = known.len();
    let all: Vec<usize> = (0..OWN + n).collect();
    let own: Vec<usize> = (0..OWN).collect();
    let whole = balance(&all).ok_or("the regression has no solution")?;
    let scored = |columns: &[usize]| scores(&rows, columns, lead as i32);
    let with_all = scored(&all);
    let over = |columns: &[usize]| -> Option<Skill> {
        let cells = with_all
            .iter()
            .zip(scored(columns))
            .map(|((month, score), (_, reference))| Cell {
                unit: 0,
                origin: *month,
                score: *score,
                reference,
            });
        Skill::of(
            cells.collect(),
            Statistic::Skill,
            SHORTEST.max(lead as usize),
        )
    };
    let of_level = known.iter().enumerate().filter_map(|(k, (level, scores))| {
        let without: Vec<usize> = all.iter().copied().filter(|c| *c != OWN + k).collect();
        Some(LevelOutlook {
            level: *level,
            score: scores.last().copied().flatten()?,
            adds: whole - balance(&without)?,
            skill: over(&without),
        })
    });
    Ok(Levels {
        ahead,
        months: rows.len(),
        balance: whole,
        skill: over(&own),
        levels: of_level.collect(),
    })
}

/// The weight of an indicator and its standings month by month.
type Weighted = (f64, Vec<Option<f64>>);

/// The score of a level month by month, each by what stood and was published in it: the weighted mean of factors that are weighted
/// means of the expanding percentiles of their fresh indicators, as in the register.
fn history(l: &LevelAssessment, s: &Settings, first: i32, last: i32) -> Vec<Option<f64>> {
    let factors: Vec<(f64, Vec<Option<f64>>)> = l
        .factors
        .iter()
        .map(|f| (f.factor.weight, of_factor(f, s, first, last)))
        .collect();
    (0..(last - first + 1).max(0) as usize)
        .map(|t| mean(factors.iter().filter_map(|(w, v)| Some((v[t]?, *w)))))
        .collect()
}

/// The standing of a factor month by month, each by what stood and was published in it; `None` where no indicator was fresh.
pub(crate) fn of_factor(
    f: &FactorAssessment,
    s: &Settings,
    first: i32,
    last: i32,
) -> Vec<Option<f64>> {
    let indicators: Vec<Weighted> = f
        .indicators
        .iter()
        .filter_map(|i| Some((i.indicator.weight, standings(i, s, first, last)?)))
        .collect();
    (0..(last - first + 1).max(0) as usize)
        .map(|t| mean(indicators.iter().filter_map(|(w, v)| Some((v[t]?, *w)))))
        .collect()
}

/// The standing of an indicator in each month, `None` where it had none or an old one only.
fn standings(
    i: &IndicatorAssessment,
    s: &Settings,
    first: i32,
    last: i32,
) -> Option<Vec<Option<f64>>> {
    let reading = i.reading.as_ref().ok()?;
    let series = &reading.series;
    let worse = match i.indicator.worse {
        Worse::Higher => standing::Worse::Higher,
        Worse::Lower => standing::Worse::Lower,
    };
    let (past, stale) = match series.by {
        By::Year => (s.past_years, s.stale_years_after_days),
        _ => (s.past_months, s.stale_months_after_days),
    };
    let past = series.past.unwrap_or(past) as usize;
    let all = standing::percentiles(&series.points, worse, past).ok()?;
    let at = |month: i32| -> Option<f64> {
        let newest = match series.by {
            By::Year => Month(month).year() - PUBLISHED,
            _ => month,
        };
        let place = all.partition_point(|(t, _)| *t <= newest).checked_sub(1)?;
        let (t, standing) = all[place];
        let age = Month(month).last().0 - clock::last_day(series.by, t).0;
        standing.filter(|_| age <= stale as i32)
    };
    Some((first..=last).map(at).collect())
}

fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weight) = values.fold((0.0, 0.0), |(s, w), (x, weight)| {
        (s + x * weight, w + weight)
    });
    (weight > 0.0).then(|| sum / weight)
}

/// Draws at some features: the fit, plus what each month was off when it was left out. Ascending.
fn predict(rows: &[&Row], columns: &[usize], at: &[f64]) -> Option<Vec<f32>> {
    let pick = |features: &[f64]| -> Vec<f64> { columns.iter().map(|c| features[*c]).collect() };
    let mut x = Design::new(columns.len());
    let mut y = Vec::with_capacity(rows.len());
    for row in rows {
        x.push(&pick(&row.features)).ok()?;
        y.push(row.came);
    }
    let Ridge { line, left_out } = ridge(&x, &y, None, PENALTY).ok()?;
    let centre = line.at(&pick(at));
    let mut draws: Vec<f32> = left_out.iter().map(|e| (centre + e) as f32).collect();
    draws.sort_unstable_by(f32::total_cmp);
    Some(draws)
}

/// The CRPS of every month that has enough months before it whose outcome was known in it.
fn scores(rows: &[Row], columns: &[usize], lead: i32) -> Vec<(i32, f64)> {
    rows.iter()
        .filter_map(|row| {
            let before: Vec<&Row> = rows
                .iter()
                .filter(|r| r.month + lead <= row.month)
                .collect();
            if before.len() < LEAST_ROWS {
                return None;
            }
            let draws = predict(&before, columns, &row.features)?;
            Some((row.month, crps(&draws, row.came)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_relations::random::Random;

    /// Months whose outcome follows the third feature and nothing else.
    fn rows(n: i32) -> Vec<Row> {
        let mut random = Random::new(3);
        (0..n)
            .map(|month| {
                let features: Vec<f64> = (0..3).map(|_| random.uniform()).collect();
                let came = 4.0 * features[2] + 0.1 * random.uniform();
                Row {
                    month,
                    features,
                    came,
                }
            })
            .collect()
    }

    #[test]
    fn a_score_that_tells_is_worth_more_than_none() {
        let rows = rows(60);
        let mean = |columns: &[usize]| {
            let all = scores(&rows, columns, 3);
            // the first has twenty months before it whose outcome, three months later, was known
            assert_eq!(all[0].0, 22);
            all.iter().map(|s| s.1).sum::<f64>() / all.len() as f64
        };
        assert!(mean(&[0, 1, 2]) < 0.6 * mean(&[0, 1]));
    }

    #[test]
    fn what_comes_later_changes_no_earlier_score() {
        let mut rows = rows(60);
        let before = scores(&rows, &[0, 1, 2], 3);
        for row in &mut rows[50..] {
            row.came = 1e6;
            row.features = vec![1e6; 3];
        }
        let after = scores(&rows, &[0, 1, 2], 3);
        let early = |s: &[(i32, f64)]| -> Vec<(i32, f64)> {
            s.iter().copied().filter(|s| s.0 < 50).collect()
        };
        assert_eq!(early(&before), early(&after));
        assert_ne!(before, after);
    }
}
