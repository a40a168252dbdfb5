//! Following a rule through the past.

use super::{Lead, Placebo, Record, Rule, Settings};
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

/// The crossings of a unit and its onsets.
type Unit<'a> = (&'a Crossings, &'a [usize]);

/// What came of the alerts.
struct Outcome {
    /// By unit, then month.
    alerts: Vec<Vec<Option<bool>>>,
    /// For each onset that could be foretold, unit by unit, the lead if it was.
    leads: Vec<Option<usize>>,
    /// Months with a value in the windows before onsets, and those of them that alerted.
    before: [usize; 2],
    /// Quiet months: unit, month, and whether it alerted.
    quiet: Vec<(usize, usize, bool)>,
    /// Place of the level chosen for the month after the last.
    level: usize,
}

/// The rule of an indicator that each unit has, with the threshold and alert of the first. `values` are by unit, then month.
pub(super) fn rule(
    indicator: usize,
    values: &[Vec<Option<f64>>],
    onsets: &[Vec<usize>],
    placebo: Placebo,
    settings: &Settings,
) -> Result<Rule, Error> {
    let crossings = on_all_cores(values.len(), |unit| Crossings::of(&values[unit], settings));
    let outcome = follow(&together(&crossings, onsets), settings);
    Ok(Rule {
        indicator,
        window: settings.window,
        level: settings.levels[outcome.level],
        threshold: crossings[0].next[outcome.level],
        alert: outcome.alerts[0].last().copied().flatten(),
        record: record(&crossings, onsets, &outcome, placebo, settings)?,
    })
}

fn together<'a>(crossings: &'a [Crossings], onsets: &'a [Vec<usize>]) -> Vec<Unit<'a>> {
    let onsets = onsets.iter().map(Vec::as_slice);
    crossings.iter().zip(onsets).collect()
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
}

/// Follows the rule from the first month to the last, in all units at once.
fn follow(units: &[Unit<'_>], settings: &Settings) -> Outcome {
    let (levels, window) = (settings.levels.len(), settings.window);
    let months = units.first().map_or(0, |unit| unit.0.above[0].len());
    let ahead = |onsets: &[usize], t: usize| {
        // the first onset in t..; a month that is an onset itself is neither
        let next = onsets.get(onsets.partition_point(|&onset| onset < t))?;
        (*next <= t + window).then_some(*next)
    };
    // months with an onset ahead and quiet ones, and how many of each alerted, by level
    let (mut seen, mut alerted) = ([0.0, 0.0], vec![[0.0, 0.0]; levels]);
    let mut outcome = Outcome {
        alerts: vec![Vec::with_capacity(months); units.len()],
        leads: Vec::new(),
        before: [0, 0],
        quiet: Vec::new(),
        level: 0,
    };
    let highest = levels - 1;
    let mut known = 0;
    for t in 0..=months {
        // the month whose window has just passed
        if let Some(s) = t.checked_sub(window + 1) {
            for (crossings, onsets) in units {
                if crossings.above[0][s].is_none() {
                    continue;
                }
                let kind = match ahead(onsets, s) {
                    Some(onset) if onset == s => continue,
                    Some(_) => 0,
                    None => 1,
                };
                seen[kind] += 1.0;
                for (alerted, above) in alerted.iter_mut().zip(&crossings.above) {
                    alerted[kind] += f64::from(u8::from(above[s] == Some(true)));
                }
            }
        }
        if let Some(before) = t.checked_sub(1) {
            let began = |unit: &&Unit<'_>| unit.1.binary_search(&before).is_ok();
            known += units.iter().filter(began).count();
        }
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
            for (alerts, (crossings, _)) in outcome.alerts.iter_mut().zip(units) {
                alerts.push(crossings.above[level][t]);
            }
        }
    }
    for (unit, (_, onsets)) in units.iter().enumerate() {
        let all = &outcome.alerts[unit];
        for (i, &onset) in onsets.iter().enumerate() {
            let earliest = if i == 0 { 0 } else { onsets[i - 1] + 1 };
            let from = onset.saturating_sub(window).max(earliest);
            let alerts = &all[from..onset];
            outcome.before[0] += alerts.iter().flatten().count();
            outcome.before[1] += alerts.iter().flatten().filter(|alert| **alert).count();
            if alerts.iter().any(Option::is_some) {
                let first = alerts.iter().position(|alert| *alert == Some(true));
                outcome.leads.push(first.map(|first| onset - from - first));
            }
        }
        for (t, alert) in all.iter().enumerate().take(months.saturating_sub(window)) {
            if let (Some(alert), None) = (*alert, ahead(onsets, t)) {
                outcome.quiet.push((unit, t, alert));
            }
        }
    }
    outcome
}

impl Outcome {
    fn hits(&self) -> usize {
        self.leads.iter().flatten().count()
    }

    fn hit_rate(&self) -> f64 {
        self.hits() as f64 / self.leads.len() as f64
    }

    /// By how much more often a month before an onset alerts than a quiet one: 0 in the mean for an alert that knows nothing, however often it alerts. That a window
    /// of many months is hit by one alert does not enter, which an alert that is nearly always on would win by.
    fn skill(&self) -> f64 {
        self.before[1] as f64 / self.before[0] as f64 - self.false_alarms()
    }

    fn false_alarms(&self) -> f64 {
        let alarms = self.quiet.iter().filter(|(_, _, alert)| *alert).count();
        alarms as f64 / self.quiet.len() as f64
    }
}

fn record(
    crossings: &[Crossings],
    onsets: &[Vec<usize>],
    outcome: &Outcome,
    placebo: Placebo,
    settings: &Settings,
) -> Result<Option<Record>, Error> {
    if outcome.leads.is_empty() || outcome.quiet.is_empty() {
        return Ok(None);
    }
    let skill = outcome.skill();
    let dates = |draw: &mut Draw| match placebo {
        Placebo::Dates => vec![dates(&crossings[0], outcome.leads.len(), draw, settings)],
        Placebo::Units => swapped(onsets, draw),
    };
    let placebos = placebos(crossings, dates, settings);
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

/// Hit rate and skill of the whole procedure on sets of other dates, of those that could have been foretold.
fn placebos(
    crossings: &[Crossings],
    dates: impl Fn(&mut Draw) -> Vec<Vec<usize>> + Sync,
    settings: &Settings,
) -> Vec<(f64, f64)> {
    let tried = on_all_cores(settings.placebos, |place| {
        let others = dates(&mut Draw::of(settings.seed, place, 0));
        let outcome = follow(&together(crossings, &others), settings);
        let counts = !outcome.leads.is_empty() && !outcome.quiet.is_empty();
        counts.then(|| (outcome.hit_rate(), outcome.skill()))
    });
    tried.into_iter().flatten().collect()
}

/// So many random months with a monitored month in the window before them.
fn dates(crossings: &Crossings, dates: usize, draw: &mut Draw, settings: &Settings) -> Vec<usize> {
    let monitored = &crossings.above[0];
    let could = |t: &usize| {
        let window = &monitored[t.saturating_sub(settings.window)..*t];
        window.iter().any(Option::is_some)
    };
    let mut months: Vec<usize> = (0..monitored.len()).filter(could).collect();
    shuffle(&mut months, dates, draw);
    months.truncate(dates);
    months.sort_unstable();
    months
}

/// The onsets of each unit as those of another: the same dates as often, with nothing of the unit's own in them.
fn swapped(onsets: &[Vec<usize>], draw: &mut Draw) -> Vec<Vec<usize>> {
    let mut others = onsets.to_vec();
    shuffle(&mut others, onsets.len(), draw);
    others
}

/// Puts so many at the front that were drawn without replacement.
fn shuffle<T>(all: &mut [T], first: usize, draw: &mut Draw) {
    for i in 0..first.min(all.len()) {
        all.swap(i, i + draw.below(all.len() - i));
    }
}

fn false_alarms_interval(
    quiet: &[(usize, usize, bool)],
    settings: &Settings,
) -> Result<Option<Interval>, Error> {
    // the months of the units that have any, one after another where there is but one unit
    let mut months: Vec<usize> = quiet.iter().map(|(_, t, _)| *t).collect();
    months.sort_unstable();
    months.dedup();
    if months.len() < 2 * settings.window {
        return Ok(None);
    }
    // the mean of `reference - score` is the share of alarms
    let cells = quiet.iter().map(|(unit, t, alarm)| Cell {
        unit: *unit,
        origin: months.partition_point(|month| month < t) as i32,
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

/// The alerts that the rule gave, by unit and month.
#[cfg(test)]
pub(super) fn alerts(
    values: &[Vec<Option<f64>>],
    onsets: &[Vec<usize>],
    settings: &Settings,
) -> Vec<Vec<Option<bool>>> {
    let crossings: Vec<Crossings> = values.iter().map(|v| Crossings::of(v, settings)).collect();
    follow(&together(&crossings, onsets), settings).alerts
}
