//! What such forecasts were worth: made at every month of the past with what was known then, and held against what came.

use detente_forecast::baseline::Climatology;
use detente_forecast::bootstrap::{Cell, Statistic};
use detente_forecast::pooled::Pooled;
use detente_forecast::verify::{covers, crps, interval};
use detente_forecast::{Error, Forecast, Forecaster, Panel, Walk, on_all_cores};
use detente_relations::distribution::{bits, normal_ln_density};
use serde::{Deserialize, Serialize};

use super::SEED;
use super::change::{Rule, Threshold, level};
use super::skill::{STRETCHES, Skill};

/// Months of past before the first origin.
const LEAST_PAST: i32 = 24;
/// Months between two origins at leads beyond one: neighbouring ones say much the same.
const APART: i32 = 3;
/// Draws in a cell of the backtest.
const DRAWS: usize = 100;
/// Most pairs that a regression is learnt from.
const PAIRS: usize = 3000;
/// Shortest stretch of the bootstrap, in months.
const SHORTEST: u32 = 6;
/// Level of the interval whose coverage is counted.
const LEVEL: f64 = 0.9;

/// The forecast and the two that it is shown beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    /// A regression pooled over all states.
    Pooled,
    /// All that the relation has been.
    Climatology,
    /// The last value, plus a change that the relation has gone through before.
    Persistence,
}

impl Model {
    /// All of them; scores stand in this order.
    pub const ALL: [Model; 3] = [Model::Pooled, Model::Climatology, Model::Persistence];

    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Model::Pooled => "pooled regression",
            Model::Climatology => "climatology",
            Model::Persistence => "persistence",
        }
    }

    /// Its name in files: one word.
    pub fn id(self) -> &'static str {
        match self {
            Model::Pooled => "pooled",
            other => other.name(),
        }
    }

    /// Draws for every unit and lead from what is known at an origin.
    ///
    /// # Errors
    /// A lead of 0.
    pub fn forecast(
        self,
        panel: &Panel,
        origin: i32,
        leads: &[u32],
        draws: usize,
    ) -> Result<Forecast, Error> {
        let view = panel.at(origin);
        match self {
            Model::Pooled => Pooled {
                most: PAIRS,
                ..Pooled::default()
            }
            .forecast(&view, leads, draws, SEED),
            Model::Climatology => Climatology.forecast(&view, leads, draws, SEED),
            Model::Persistence => Walk::default().forecast(&view, leads, draws, SEED),
        }
    }
}

/// The scores of one cell: one unit at one lead from one origin, in the order of [`Model::ALL`].
#[derive(Debug, Clone, Copy)]
struct Scored {
    origin: i32,
    unit: usize,
    lead: u32,
    crps: [f64; 3],
    /// log2 of the probability given to what came of closer, steady and apart.
    side: [f64; 3],
    /// log2 of the density of a normal distribution with the draws' mean and variance at what came.
    density: [f64; 3],
    covered: bool,
}

/// What forecasts at one lead were worth on the panel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeadScores {
    /// Months ahead of the last month known.
    pub lead: u32,
    /// Cells scored.
    pub cells: usize,
    /// Origins scored.
    pub origins: usize,
    /// Mean CRPS of each model, log-odds; lower is better.
    pub crps: [f64; 3],
    /// CRPS skill over climatology, over all states.
    pub over_climatology: Skill,
    /// CRPS skill over persistence.
    pub over_persistence: Skill,
    /// Log score of closer, steady and apart over that of climatology, bits a forecast.
    pub bits_over_climatology: Skill,
    /// The same over persistence.
    pub bits_over_persistence: Skill,
    /// CRPS skill over climatology for the sides alone.
    pub own: Option<Skill>,
    /// Share of outcomes inside the central 90 % interval.
    pub coverage: f64,
}

impl LeadScores {
    /// The baseline of the lower mean CRPS.
    pub fn better_baseline(&self) -> Model {
        if self.crps[2] < self.crps[1] {
            Model::Persistence
        } else {
            Model::Climatology
        }
    }

    /// Whether the forecast is better than both baselines, with intervals above zero.
    pub fn demonstrated(&self) -> bool {
        self.over_climatology.demonstrated() && self.over_persistence.demonstrated()
    }
}

/// A backtest over all origins of a panel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Backtest {
    /// By lead, ascending; leads that the months of the past are too few to judge are not in it.
    pub leads: Vec<LeadScores>,
    /// For each named unit of the panel: log score of the one-month forecast over climatology, bits a month.
    pub predictability: Vec<Option<Skill>>,
    /// First and last origin.
    pub origins: (i32, i32),
}

impl Backtest {
    /// The scores at a lead.
    pub fn at(&self, lead: u32) -> Option<&LeadScores> {
        self.leads.iter().find(|l| l.lead == lead)
    }
}

/// Runs the forecasts of every origin and scores them. The panel is cut at each origin, so nothing later enters a forecast, and
/// the threshold of closer and apart is that of the origin. Cells that one of the models has nothing to say on are left out for all.
///
/// # Errors
/// A lead of 0; a panel too short for any origin.
pub fn backtest(panel: &Panel, leads: &[u32], rule: Rule, named: usize) -> Result<Backtest, Error> {
    let (first, last) = (panel.first() + LEAST_PAST - 1, panel.last() - 1);
    let origins: Vec<i32> = (first..=last).collect();
    if origins.is_empty() {
        return Err(Error::TooFew {
            what: "months of a panel for a backtest",
            needed: LEAST_PAST as usize + 1,
            found: (panel.last() - panel.first() + 1).max(0) as usize,
        });
    }
    // One month ahead is scored in any case: it is what predictability is.
    let leads: Vec<u32> = leads
        .iter()
        .copied()
        .filter(|lead| *lead == 1 || judged(panel, *lead))
        .collect();
    let leads = leads.as_slice();
    let scored: Result<Vec<Vec<Scored>>, Error> = on_all_cores(origins.len(), |i| {
        let mut all = Vec::new();
        score(panel, origins[i], leads, rule, &mut all)?;
        Ok(all)
    })
    .into_iter()
    .collect();
    let scored: Vec<Scored> = scored?.into_iter().flatten().collect();
    let own = |unit: usize, lead: u32| -> Vec<&Scored> {
        scored
            .iter()
            .filter(|s| s.unit == unit && s.lead == lead)
            .collect()
    };
    let by_lead = leads.iter().filter_map(|&lead| {
        let all: Vec<&Scored> = scored.iter().filter(|s| s.lead == lead).collect();
        lead_scores(lead, &all, &own(0, lead))
    });
    Ok(Backtest {
        leads: by_lead.collect(),
        predictability: (0..named)
            .map(|unit| gain(&own(unit, 1), 1, |s| (s.density[0], s.density[1])))
            .collect(),
        origins: (first, last),
    })
}

fn score(
    panel: &Panel,
    origin: i32,
    leads: &[u32],
    rule: Rule,
    to: &mut Vec<Scored>,
) -> Result<(), Error> {
    let whole = (panel.last() - origin) % APART == 0;
    let reached: Vec<u32> = leads
        .iter()
        .copied()
        .filter(|lead| origin + *lead as i32 <= panel.last() && (*lead == 1 || whole))
        .collect();
    let mut forecasts = Vec::with_capacity(3);
    for model in Model::ALL {
        forecasts.push(model.forecast(panel, origin, &reached, DRAWS)?);
    }
    let view = panel.at(origin);
    for unit in 0..panel.units() {
        let past = view.past(unit);
        let (true, Some(now)) = (
            past.last().is_some_and(|v| !v.is_nan()),
            level(past, rule.months),
        ) else {
            continue;
        };
        for (place, &lead) in reached.iter().enumerate() {
            let cells: Vec<&[f32]> = forecasts
                .iter()
                .filter_map(|f| f.cell(unit, place))
                .collect();
            let (Some(came), &[a, b, c], Some(threshold)) = (
                panel.get(unit, origin + lead as i32),
                cells.as_slice(),
                Threshold::of(past, lead, rule),
            ) else {
                continue;
            };
            let all = [a, b, c];
            let side = threshold.side(now, came);
            to.push(Scored {
                origin,
                unit,
                lead,
                crps: all.map(|draws| crps(draws, came)),
                side: all.map(|draws| {
                    let n = draws.len() as f64;
                    let share = threshold.shares(now, draws).map_or(0.0, |s| s.of(side));
                    // half a draw more on each side: no draw there does not mean that it cannot be
                    ((share * n + 0.5) / (n + 1.5)).log2()
                }),
                density: all.map(|draws| normal_density(draws, came)),
                covered: covers(interval(a, LEVEL), came),
            });
        }
    }
    Ok(())
}

/// log2 of the density of the normal distribution with the draws' mean and variance.
fn normal_density(draws: &[f32], came: f64) -> f64 {
    let n = draws.len() as f64;
    let mean = draws.iter().map(|d| f64::from(*d)).sum::<f64>() / n;
    let squares = |d: &f32| (f64::from(*d) - mean).powi(2);
    let variance = draws.iter().map(squares).sum::<f64>() / (n - 1.0);
    bits(normal_ln_density(came, mean, variance.max(1e-9)))
}

fn lead_scores(lead: u32, all: &[&Scored], own: &[&Scored]) -> Option<LeadScores> {
    if all.is_empty() {
        return None;
    }
    let n = all.len() as f64;
    let mean = |of: &dyn Fn(&Scored) -> f64| all.iter().map(|s| of(s)).sum::<f64>() / n;
    let mut origins: Vec<i32> = all.iter().map(|s| s.origin).collect();
    origins.dedup();
    Some(LeadScores {
        lead,
        cells: all.len(),
        origins: origins.len(),
        crps: [0, 1, 2].map(|m| mean(&|s| s.crps[m])),
        over_climatology: ratio(all, lead, 1)?,
        over_persistence: ratio(all, lead, 2)?,
        bits_over_climatology: gain(all, lead, |s| (s.side[0], s.side[1]))?,
        bits_over_persistence: gain(all, lead, |s| (s.side[0], s.side[2]))?,
        own: ratio(own, lead, 1),
        coverage: mean(&|s| f64::from(u8::from(s.covered))),
    })
}

/// Origins that depend on each other: forecasts that overlap, and neighbouring months at any lead.
fn block(lead: u32) -> usize {
    let months = SHORTEST.max(lead);
    if lead == 1 {
        months as usize
    } else {
        months.div_ceil(APART as u32) as usize
    }
}

/// Whether the months of a panel can judge a lead at all: enough origins for an interval. Others are not worth the work.
fn judged(panel: &Panel, lead: u32) -> bool {
    let months = panel.last() - lead as i32 - (panel.first() + LEAST_PAST - 1) + 1;
    let origins = if lead == 1 { months } else { months / APART };
    origins >= (STRETCHES * block(lead)) as i32
}

/// CRPS skill over a baseline.
fn ratio(cells: &[&Scored], lead: u32, baseline: usize) -> Option<Skill> {
    let pairs = cells.iter().map(|s| (*s, s.crps[0], s.crps[baseline]));
    Skill::of(paired(pairs), Statistic::Skill, block(lead))
}

/// Mean log score over that of a baseline, in bits.
fn gain(cells: &[&Scored], lead: u32, of: impl Fn(&Scored) -> (f64, f64)) -> Option<Skill> {
    let pairs = cells.iter().map(|s| {
        let (forecast, baseline) = of(s);
        (*s, -forecast, -baseline)
    });
    Skill::of(paired(pairs), Statistic::Gain, block(lead))
}

fn paired<'a>(scores: impl Iterator<Item = (&'a Scored, f64, f64)>) -> Vec<Cell> {
    scores
        .map(|(s, score, reference)| Cell {
            unit: s.unit,
            origin: s.origin,
            score,
            reference,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_relations::random::Random;

    const RULE: Rule = Rule {
        share: 0.5,
        months: 12,
    };

    /// Series that forget slowly, with noise of their own.
    fn remembering(units: usize, months: i32, phi: f64) -> Vec<Vec<Option<f64>>> {
        let mut random = Random::new(5);
        (0..units)
            .map(|_| {
                let mut x = 0.0;
                (0..months)
                    .map(|_| {
                        x = phi * x + 2.0 * random.uniform() - 1.0;
                        Some(x)
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn memory_is_found_and_noise_is_not() {
        let leads = [1, 12];
        let panel = Panel::new(0, &remembering(40, 74, 0.8)).unwrap();
        let found = backtest(&panel, &leads, RULE, 2).unwrap();
        let month = found.at(1).unwrap();
        assert!(month.demonstrated(), "{month:?}");
        assert_eq!((month.origins, found.origins), (50, (23, 72)));
        assert_eq!(found.predictability.len(), 2);
        assert!((month.coverage - 0.9).abs() < 0.05, "{}", month.coverage);
        let noise = Panel::new(0, &remembering(40, 74, 0.0)).unwrap();
        let found = backtest(&noise, &leads, RULE, 2).unwrap();
        assert!(!found.at(1).unwrap().over_climatology.demonstrated());
    }

    #[test]
    fn what_comes_later_changes_no_earlier_score() {
        let mut rows = remembering(25, 60, 0.7);
        let all = |rows: &[Vec<Option<f64>>]| {
            let panel = Panel::new(0, rows).unwrap();
            let mut scored = Vec::new();
            for origin in (26..40).filter(|o| (59 - o) % APART == 0) {
                score(&panel, origin, &[1, 3], RULE, &mut scored).unwrap();
            }
            scored.iter().map(|s| (s.crps, s.side)).collect::<Vec<_>>()
        };
        let before = all(&rows);
        assert!(!before.is_empty());
        for row in &mut rows {
            for value in &mut row[43..] {
                *value = Some(1e6);
            }
        }
        assert_eq!(all(&rows), before);
    }

    #[test]
    fn a_month_that_nobody_looked_at_is_not_scored() {
        let mut rows = remembering(25, 60, 0.7);
        let cells = |rows: &[Vec<Option<f64>>]| {
            let mut scored = Vec::new();
            let panel = Panel::new(0, rows).unwrap();
            score(&panel, 29, &[1, 3], RULE, &mut scored).unwrap();
            scored.len()
        };
        assert_eq!(cells(&rows), 50);
        rows[3][30] = None;
        rows[4][29] = None;
        assert_eq!(cells(&rows), 47);
    }
}
