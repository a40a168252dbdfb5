//! Following a rule through the past.

use super::{Lead, Record, Rule, Settings};
use crate::Error;
use crate::share::Share;
use detente_forecast::bootstrap::{self, Cell, Interval, Paired, Statistic};
use detente_forecast::{Draw, on_all_cores};
use detente_relations::describe::quantile;

/// The values of an indicator against its own past.
struct Crossings {
    /// By level, then month: whether the value lies above the threshold that held then.
    above: Vec<Vec<Option<bool>>>,
    /// By level, the threshold for the month after the last.
    next: Vec<Option<f64>>,
}

/// What came of the alerts.
struct Outcome {
    alerts: Vec<Option<bool>>,
    /// For each onset that could be foretold, the lead if it was.
    leads: Vec<Option<usize>>,
    /// Quiet months, and whether each alerted.
    quiet: Vec<(usize, bool)>,
    /// Place of the level chosen for the month after the last.
    level: usize,
}

pub(super) fn rule(
    indicator: usize,
    values: &[Option<f64>],
    onsets: &[usize],
    settings: &Settings,
) -> Result<Rule, Error> {
    let crossings = Crossings::of(values, settings);
    let outcome = crossings.follow(onsets, settings);
    Ok(Rule {
        indicator,
        window: settings.window,
        level: settings.levels[outcome.level],
        threshold: crossings.next[outcome.level],
        alert: outcome.alerts.last().copied().flatten(),
        record: record(&crossings, &outcome, settings)?,
    })
}

impl Crossings {
    fn of(values: &[Option<f64>], settings: &Settings) -> Self {
        let mut past: Vec<f64> = Vec::with_capacity(values.len());
        let mut above = vec![Vec::with_capacity(values.len()); settings.levels.len()];
        let threshold = |past: &[f64], level: f64| {
            let enough = past.len() >= settings.months;
            enough.then(|| quantile(past, level)).flatten()
        };
        for value in values {
            for (above, &level) in above.iter_mut().zip(&settings.levels) {
                let crossed = threshold(&past, level).zip(*value);
                above.push(crossed.map(|(threshold, value)| value > threshold));
            }
            past.extend(*value);
        }
        let levels = settings.levels.iter();
        Self {
            next: levels.map(|&level| threshold(&past, level)).collect(),
            above,
        }
    }

    /// Follows the rule from the first month to the last.
    fn follow(&self, onsets: &[usize], settings: &Settings) -> Outcome {
        let (months, window) = (self.above[0].len(), settings.window);
        let ahead = |t: usize| {
            // the first onset in t..; a month that is an onset itself is neither
            let next = onsets.get(onsets.partition_point(|&onset| onset < t))?;
            (*next <= t + window).then_some(*next)
        };
        // months with an onset ahead and quiet ones, and how many of each alerted, by level
        let (mut seen, mut alerted) = ([0.0, 0.0], vec![[0.0, 0.0]; self.above.len()]);
        let mut outcome = Outcome {
            alerts: Vec::with_capacity(months),
            leads: Vec::new(),
            quiet: Vec::new(),
            level: 0,
        };
        let highest = self.above.len() - 1;
        for t in 0..=months {
            // the month whose window has just passed
            if let Some(s) = t.checked_sub(window + 1) {
                let kind = match ahead(s) {
                    Some(onset) if onset == s => None,
                    Some(_) => Some(0),
                    None => Some(1),
                };
                if let (Some(kind), Some(_)) = (kind, self.above[0][s]) {
                    seen[kind] += 1.0;
                    for (alerted, above) in alerted.iter_mut().zip(&self.above) {
                        alerted[kind] += f64::from(u8::from(above[s] == Some(true)));
                    }
                }
            }
            let known = onsets.partition_point(|&onset| onset < t);
            let learnt = known >= settings.onsets && seen[0] > 0.0 && seen[1] > 0.0;
            let level = if learnt {
                let skill = |level: usize| {
                    let [hits, alarms] = alerted[level];
                    hits / seen[0] - alarms / seen[1]
                };
                (0..=highest)
                    .max_by(|&a, &b| skill(a).total_cmp(&skill(b)))
                    .unwrap_or(highest)
            } else {
                highest
            };
            if t == months {
                outcome.level = level;
            } else {
                outcome.alerts.push(self.above[level][t]);
            }
        }
        for (i, &onset) in onsets.iter().enumerate() {
            let earliest = if i == 0 { 0 } else { onsets[i - 1] + 1 };
            let from = onset.saturating_sub(window).max(earliest);
            let alerts = &outcome.alerts[from..onset];
            if alerts.iter().any(Option::is_some) {
                let first = alerts.iter().position(|alert| *alert == Some(true));
                outcome.leads.push(first.map(|first| onset - from - first));
            }
        }
        for t in 0..months.saturating_sub(window) {
            if let (Some(alert), None) = (outcome.alerts[t], ahead(t)) {
                outcome.quiet.push((t, alert));
            }
        }
        outcome
    }
}

impl Outcome {
    fn hits(&self) -> usize {
        self.leads.iter().flatten().count()
    }

    fn hit_rate(&self) -> f64 {
        self.hits() as f64 / self.leads.len() as f64
    }

    fn false_alarms(&self) -> f64 {
        let alarms = self.quiet.iter().filter(|(_, alert)| *alert).count();
        alarms as f64 / self.quiet.len() as f64
    }
}

fn record(
    crossings: &Crossings,
    outcome: &Outcome,
    settings: &Settings,
) -> Result<Option<Record>, Error> {
    if outcome.leads.is_empty() || outcome.quiet.is_empty() {
        return Ok(None);
    }
    let skill = outcome.hit_rate() - outcome.false_alarms();
    let placebos = placebos(crossings, outcome.leads.len(), settings);
    let as_good = placebos.iter().filter(|(_, s)| *s >= skill).count();
    let hits: f64 = placebos.iter().map(|(hits, _)| hits).sum();
    let p = (1 + as_good) as f64 / (1 + placebos.len()) as f64;
    let leads: Vec<f64> = outcome
        .leads
        .iter()
        .flatten()
        .map(|&lead| lead as f64)
        .collect();
    let lead = |q| quantile(&leads, q);
    Ok(Some(Record {
        hits: Share::of(outcome.hits(), outcome.leads.len())?,
        lead: match (lead(0.25), lead(0.5), lead(0.75)) {
            (Some(lower), Some(median), Some(upper)) => Some(Lead {
                lower,
                median,
                upper,
            }),
            _ => None,
        },
        false_alarms: outcome.false_alarms(),
        false_alarms_interval: false_alarms_interval(&outcome.quiet, settings)?,
        quiet: outcome.quiet.len(),
        placebo_hits: hits / placebos.len().max(1) as f64,
        p,
        adjusted_p: p,
    }))
}

/// Hit rate and skill of the whole procedure on sets of as many random dates, of those that could have been foretold.
fn placebos(crossings: &Crossings, dates: usize, settings: &Settings) -> Vec<(f64, f64)> {
    let monitored = &crossings.above[0];
    let could = |t: &usize| {
        let window = &monitored[t.saturating_sub(settings.window)..*t];
        window.iter().any(Option::is_some)
    };
    let months: Vec<usize> = (0..monitored.len()).filter(could).collect();
    let tried = on_all_cores(settings.placebos, |place| {
        let mut draw = Draw::of(settings.seed, place, 0);
        let mut months = months.clone();
        // the first of a shuffle, drawn without replacement
        for i in 0..dates.min(months.len()) {
            let other = i + draw.below(months.len() - i);
            months.swap(i, other);
        }
        months.truncate(dates);
        months.sort_unstable();
        let outcome = crossings.follow(&months, settings);
        let counts = !outcome.leads.is_empty() && !outcome.quiet.is_empty();
        counts.then(|| {
            let hits = outcome.hit_rate();
            (hits, hits - outcome.false_alarms())
        })
    });
    tried.into_iter().flatten().collect()
}

fn false_alarms_interval(
    quiet: &[(usize, bool)],
    settings: &Settings,
) -> Result<Option<Interval>, Error> {
    if quiet.len() < 2 * settings.window {
        return Ok(None);
    }
    // the mean of `reference - score` is the share of alarms
    let cells = quiet.iter().zip(0..).map(|((_, alarm), origin)| Cell {
        unit: 0,
        origin,
        score: 0.0,
        reference: f64::from(u8::from(*alarm)),
    });
    let how = bootstrap::Settings {
        seed: settings.seed,
        ..bootstrap::Settings::default()
    };
    let paired = Paired::new(cells)?;
    Ok(Some(paired.by_unit_and_origin(
        Statistic::Gain,
        settings.window,
        &how,
    )?))
}

/// The alerts that the rule gave month by month.
#[cfg(test)]
pub(super) fn alerts(
    values: &[Option<f64>],
    onsets: &[usize],
    settings: &Settings,
) -> Vec<Option<bool>> {
    Crossings::of(values, settings)
        .follow(onsets, settings)
        .alerts
}
