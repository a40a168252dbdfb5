//! What would be seen first: indicators that crossed a threshold before past onsets, with what that is worth.
//!
//! Everything is as it would have been at the time: in each month the threshold is a quantile of the months before it, and which quantile is decided by what
//! the record up to then says. So the hit and false-alarm rates are those of a rule that could have been followed, not of one found
//! with hindsight. Beside them stands the same procedure on dates drawn by chance.

use crate::Error;
use crate::share::Share;
use detente_forecast::bootstrap::Interval;
use serde::{Deserialize, Serialize};

mod record;
#[cfg(test)]
mod tests;

/// How signs are looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How many months before an onset a crossing counts as its sign; 1 or more.
    pub window: usize,
    /// Quantiles of the past that may be thresholds, ascending, in 0..1.
    pub levels: Vec<f64>,
    /// Fewest past months with a value for a threshold; 2 or more.
    pub months: usize,
    /// Past onsets from which on the level is chosen by their record; before, the highest is taken.
    pub onsets: usize,
    /// Sets of random dates that the record is compared with; 100 or more.
    pub placebos: usize,
    /// Seed of the random dates and of the bootstrap.
    pub seed: u64,
}

impl Default for Settings {
    /// Signs up to 12 months ahead; the 75th to 95th percentile of at least 36 months; 1,000 placebos.
    fn default() -> Self {
        Self {
            window: 12,
            levels: vec![0.75, 0.8, 0.85, 0.9, 0.95],
            months: 36,
            onsets: 3,
            placebos: 1000,
            seed: 1994,
        }
    }
}

/// An alert rule: alert when the indicator is above the threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Which indicator, by its place.
    pub indicator: usize,
    /// For how many months after it an alert stands for an onset to come.
    pub window: usize,
    /// The quantile of the past that the threshold is.
    pub level: f64,
    /// The threshold for the month after the last one, in the indicator's unit; `None` with too few months.
    pub threshold: Option<f64>,
    /// Whether the last month was above the threshold that held then; `None` where it had no value or no threshold.
    pub alert: Option<bool>,
    /// What the rule was worth; `None` where no onset had a month with both value and threshold before it, or no quiet month is there to compare with.
    pub record: Option<Record>,
}

/// What a rule was worth in the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Share of the onsets that had an alert in the window before them, of those with a monitored month in it. Its interval is Jeffreys'.
    pub hits: Share,
    /// Months from the first alert in the window to the onset, over the onsets that were hit; `None` if none was.
    pub lead: Option<Lead>,
    /// Share of the quiet months with an alert: months that neither are an onset nor have one within the window after them.
    pub false_alarms: f64,
    /// 90 % interval of the false alarms by circular blocks of the window's length; `None` with fewer quiet months than two windows.
    pub false_alarms_interval: Option<Interval>,
    /// Quiet months.
    pub quiet: usize,
    /// The hit rate that the same procedure had on as many random dates, in the mean. A window of many months is hit easily.
    pub placebo_hits: f64,
    /// Share of the sets of other dates before which months alerted as much more often than quiet months did, or more, the record itself counted in: small
    /// where the sign is one.
    pub p: f64,
    /// The same, raised for the number of indicators that were looked at (Holm 1979, Scandinavian Journal of Statistics 6: 65-70).
    pub adjusted_p: f64,
}

/// How early.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    /// Lower quartile, in months.
    pub lower: f64,
    /// Median, in months.
    pub median: f64,
    /// Upper quartile, in months.
    pub upper: f64,
}

impl Record {
    /// Hits less false alarms (Peirce 1884, Science 4: 453-454): -1 to 1, 0 for an alert that knows nothing.
    pub fn skill(&self) -> f64 {
        self.hits.value - self.false_alarms
    }

    /// Whether random dates do as well less often than once in twenty, with all indicators that were looked at counted.
    pub fn is_sign(&self) -> bool {
        self.adjusted_p <= 0.05
    }
}

/// The rule of each indicator, those that are signs first, the earliest of them first; then by the chance that the record is mere luck.
///
/// `indicators` are monthly values, worse being up, `None` where there is none, all of one length; `onsets` are the months, from 0, in which something
/// began.
///
/// In month t the threshold of a level is that quantile of the indicator's values before t, and t alerts if its value lies above. Among the levels the one is
/// taken whose alerts before t had the largest share of months with an onset in the window after them, less the share of quiet months;
/// of equals the highest. A month takes part in this only once its window has passed. The window before an onset reaches back
/// to the onset before it at most. A month without a value neither alerts nor is quiet.
///
/// # Errors
/// Indicators of unequal length; onsets that are not ascending or not among the months; settings out of range.
pub fn rules(
    indicators: &[Vec<Option<f64>>],
    onsets: &[usize],
    settings: &Settings,
) -> Result<Vec<Rule>, Error> {
    let indicators: Vec<Vec<Vec<Option<f64>>>> = indicators
        .iter()
        .map(|values| vec![values.clone()])
        .collect();
    of_units(&indicators, &[onsets.to_vec()], Placebo::Dates, settings)
}

/// The rules of indicators that each of many units has, one record over all of them: where a single unit has had too few onsets to learn from. Threshold and
/// alert are those of the first unit.
///
/// `indicators` are by indicator, unit and month; `onsets` by unit. Thresholds are quantiles of each unit's own past; the level is one for all, chosen in
/// each month by what all of them have seen before it. The placebo gives the onsets of each unit to another drawn by chance, so that a calendar
/// common to all, such as a war that draws in many, is in the placebo too: a sign is what a unit tells of itself.
///
/// # Errors
/// As [`rules`]; not as many units in each indicator as there are lists of onsets, or none.
pub fn pooled(
    indicators: &[Vec<Vec<Option<f64>>>],
    onsets: &[Vec<usize>],
    settings: &Settings,
) -> Result<Vec<Rule>, Error> {
    of_units(indicators, onsets, Placebo::Units, settings)
}

/// What a record is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placebo {
    /// As many random dates in the one unit.
    Dates,
    /// The dates of another unit.
    Units,
}

fn of_units(
    indicators: &[Vec<Vec<Option<f64>>>],
    onsets: &[Vec<usize>],
    placebo: Placebo,
    settings: &Settings,
) -> Result<Vec<Rule>, Error> {
    settings.check()?;
    if onsets.is_empty() {
        return Err(Error::TooFew {
            what: "units",
            needed: 1,
            found: 0,
        });
    }
    let months = indicators
        .first()
        .map_or(0, |units| units.first().map_or(0, Vec::len));
    for units in indicators {
        if units.len() != onsets.len() {
            return Err(Error::Shape {
                what: "units of an indicator beside lists of onsets",
                expected: onsets.len(),
                found: units.len(),
            });
        }
        for values in units {
            if values.len() != months {
                return Err(Error::Shape {
                    what: "months of the indicators",
                    expected: months,
                    found: values.len(),
                });
            }
            for &value in values.iter().flatten() {
                Error::in_range("an indicator", value, "finite, or none", value.is_finite())?;
            }
        }
    }
    for onsets in onsets {
        for (i, &onset) in onsets.iter().enumerate() {
            let later = i == 0 || onsets[i - 1] < onset;
            Error::in_range(
                "the month of an onset",
                onset as f64,
                "after the onset before it and among the months",
                later && (onset < months || indicators.is_empty()),
            )?;
        }
    }
    let mut rules = Vec::with_capacity(indicators.len());
    for (place, units) in indicators.iter().enumerate() {
        rules.push(record::rule(place, units, onsets, placebo, settings)?);
    }
    adjust(&mut rules);
    rules.sort_by(|a, b| {
        let key = |rule: &Rule| match &rule.record {
            Some(r) if r.is_sign() => (0, -r.lead.map_or(0.0, |lead| lead.median), r.p),
            Some(r) => (1, r.p, 0.0),
            None => (2, 0.0, 0.0),
        };
        let ((a0, a1, a2), (b0, b1, b2)) = (key(a), key(b));
        a0.cmp(&b0)
            .then(a1.total_cmp(&b1))
            .then(a2.total_cmp(&b2))
            .then(a.indicator.cmp(&b.indicator))
    });
    Ok(rules)
}

/// Holm's step-down: the k-th smallest of m is multiplied by m - k + 1, and none is below one before it.
fn adjust(rules: &mut [Rule]) {
    let mut records: Vec<&mut Record> =
        rules.iter_mut().filter_map(|r| r.record.as_mut()).collect();
    records.sort_by(|a, b| a.p.total_cmp(&b.p));
    let all = records.len();
    let mut least = 0.0f64;
    for (before, record) in records.into_iter().enumerate() {
        least = least.max(record.p * (all - before) as f64).min(1.0);
        record.adjusted_p = least;
    }
}

impl Settings {
    fn check(&self) -> Result<(), Error> {
        Error::in_range(
            "the window before an onset",
            self.window as f64,
            "1 month or more",
            self.window >= 1,
        )?;
        if self.levels.is_empty() {
            return Err(Error::TooFew {
                what: "levels of a threshold",
                needed: 1,
                found: 0,
            });
        }
        for (i, &level) in self.levels.iter().enumerate() {
            let ascending = i == 0 || self.levels[i - 1] < level;
            Error::in_range(
                "the level of a threshold",
                level,
                "between 0 and 1, and above the one before it",
                level > 0.0 && level < 1.0 && ascending,
            )?;
        }
        Error::in_range(
            "the fewest months of a threshold",
            self.months as f64,
            "2 or more",
            self.months >= 2,
        )?;
        Error::in_range(
            "the number of placebos",
            self.placebos as f64,
            "100 or more",
            self.placebos >= 100,
        )
    }
}
