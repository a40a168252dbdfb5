//! Whether an event happens: probabilities by unit and lead from a panel of yes (1) and no (0).
//!
//! The caller says what the event is. As in [`crate::pooled`] a unit is forecast from its last monitored period, with what was
//! learnt for the lead plus the gap, and only pairs whose outcome lies at or before the origin are learnt from.

pub mod backtest;
mod events;

use serde::{Deserialize, Serialize};

use crate::error::in_range;
use crate::linear::logit;
use crate::past::Covariate;
use crate::{Error, Panel, View};
use events::{Events, Known};

/// Probabilities of an event for every unit and lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probabilities {
    leads: Vec<u32>,
    /// Unit by unit, lead by lead.
    cells: Vec<Option<f64>>,
}

impl Probabilities {
    /// The probability for a unit at the lead of that place, 0 to 1; `None` where nobody has looked at the unit.
    pub fn get(&self, unit: usize, lead: usize) -> Option<f64> {
        *self.cells.get(unit * self.leads.len() + lead)?
    }

    /// The leads, in periods after the origin.
    pub fn leads(&self) -> &[u32] {
        &self.leads
    }
}

/// Something that gives the probability of an event.
pub trait EventForecaster: Sync {
    /// The name in tables and files: lower case, words joined by `-`.
    fn name(&self) -> String;

    /// The probability that the event happens in the period that lies `lead` after the view's origin, by unit and lead.
    ///
    /// # Errors
    /// A value that is neither 0 nor 1; a lead of 0; settings out of range.
    fn probabilities(&self, view: &View, leads: &[u32]) -> Result<Probabilities, Error>;
}

/// Climatology: the unit's own frequency, drawn to that of all units together, `(events + k f) / (n + k)`, the posterior mean
/// under a beta prior that is worth `k` periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnFrequency {
    /// `k`, in periods; above 0.
    pub prior: f64,
}

/// Persistence: how often the event followed at that lead on the state that the unit is in now (event or none), over all units.
///
/// The state itself as a forecast, 0 or 1, would be easy to beat by the Brier score; this is its calibrated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentState;

/// How a logistic regression for events is learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// The prior of [`OwnFrequency`], for the feature and for where there is too little to learn from.
    pub prior: f64,
    /// Ridge penalty, see [`crate::linear::logistic_regression`].
    pub penalty: f64,
    /// Fewest own periods from which a unit is learnt from or forecast by regression.
    pub minimum: usize,
    /// Fewest pairs of either outcome for a regression; below it the forecast is [`OwnFrequency`].
    pub outcomes: usize,
    /// Most pairs learnt from for a lead; of more, evenly spread ones are taken.
    pub most: usize,
}

impl Default for Learning {
    fn default() -> Self {
        Self {
            prior: 12.0,
            penalty: 1.0,
            minimum: 6,
            outcomes: 20,
            most: 60_000,
        }
    }
}

/// The strong baseline: a logistic regression on the log odds of [`OwnFrequency`] and on the present state. A forecast that does
/// not beat it knows only who has events and whether one is on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FrequencyAndState {
    /// How it is learnt.
    pub learning: Learning,
}

/// The full regression: beside what [`FrequencyAndState`] uses, exponentially weighted frequencies of the event, the time since
/// the last one, whether there was one in the last three periods, the share of periods monitored and, of each further panel, its
/// last value, exponentially weighted means and spread.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRegression {
    /// How it is learnt.
    pub learning: Learning,
    /// Panels of the same units, cut at the same origin, each taken against the unit's own past; a value that is missing counts as
    /// the unit's own mean.
    pub covariates: Vec<Panel>,
    /// Panels of the same units, cut at the same origin, whose values mean the same in every unit and are taken as they are.
    pub comparable: Vec<Panel>,
}

impl Default for EventRegression {
    /// Without covariates; the penalty is 300, for its many features are alike and events are few.
    fn default() -> Self {
        Self {
            learning: Learning {
                penalty: 300.0,
                ..Learning::default()
            },
            covariates: Vec::new(),
            comparable: Vec::new(),
        }
    }
}

/// Periods up to and with the present one in which an event counts as recent.
pub const RECENT: usize = 3;

impl EventForecaster for OwnFrequency {
    fn name(&self) -> String {
        "climatology".to_owned()
    }

    fn probabilities(&self, view: &View, leads: &[u32]) -> Result<Probabilities, Error> {
        in_range("the prior", self.prior, "above 0", self.prior > 0.0)?;
        let events = Events::of(view, leads)?;
        let of = |(): &(), _, _, known: &Known| events.frequency(&known.standing, self.prior);
        events.each(leads, |_| Ok(()), of)
    }
}

impl EventForecaster for PresentState {
    fn name(&self) -> String {
        "persistence".to_owned()
    }

    fn probabilities(&self, view: &View, leads: &[u32]) -> Result<Probabilities, Error> {
        let events = Events::of(view, leads)?;
        let learn = |ahead| {
            let mut counts = [[0.0; 2]; 2];
            for (unit, at, outcome) in events.pairs(ahead, 1) {
                counts[usize::from(view.past(unit)[at] == 1.0)][usize::from(outcome)] += 1.0;
            }
            // a state never seen leads where all states together lead
            Ok(counts.map(|[no, yes]| (yes + events.pooled) / (no + yes + 1.0)))
        };
        events.each(leads, learn, |shares, _, _, known| {
            shares[usize::from(known.standing.last == 1.0)]
        })
    }
}

impl FrequencyAndState {
    fn features(&self, events: &Events, known: &Known) -> Vec<f64> {
        let s = &known.standing;
        vec![logit(events.frequency(s, self.learning.prior)), s.last]
    }
}

impl EventForecaster for FrequencyAndState {
    fn name(&self) -> String {
        "frequency-and-state".to_owned()
    }

    fn probabilities(&self, view: &View, leads: &[u32]) -> Result<Probabilities, Error> {
        let events = Events::of(view, leads)?;
        events.regress(leads, &self.learning, |_, _, known| {
            self.features(&events, known)
        })
    }
}

impl EventForecaster for EventRegression {
    fn name(&self) -> String {
        "event-regression".to_owned()
    }

    fn probabilities(&self, view: &View, leads: &[u32]) -> Result<Probabilities, Error> {
        let events = Events::of(view, leads)?;
        let of = |panels: &[Panel]| -> Result<Vec<Covariate>, Error> {
            panels
                .iter()
                .map(|panel| Covariate::of(view, panel))
                .collect()
        };
        let (covariates, comparable) = (of(&self.covariates)?, of(&self.comparable)?);
        let baseline = FrequencyAndState {
            learning: self.learning,
        };
        events.regress(leads, &self.learning, |unit, at, known| {
            let mut row = baseline.features(&events, known);
            row.extend(known.standing.recent);
            row.extend([
                known.quiet.ln_1p(),
                f64::from(u8::from(known.recent)),
                known.standing.monitored,
                1.0 / known.standing.n,
            ]);
            for covariate in &covariates {
                row.extend(against_own_past(covariate, unit, at));
            }
            for covariate in &comparable {
                row.extend(as_it_is(covariate, unit, at));
            }
            row
        })
    }
}

/// Features of a covariate: last value and running means as distances from the own mean in own standard deviations, how far
/// the last two are on either side, the present spread, and the size of the standard deviation against the other units'.
fn against_own_past(covariate: &Covariate, unit: usize, at: usize) -> [f64; 9] {
    let Some(s) = covariate.at(unit, at) else {
        return [0.0; 9];
    };
    let d = s.sd(covariate.prior);
    if d <= 0.0 {
        return [0.0; 9];
    }
    let of = |v: f64| (v - s.mean) / d;
    let last = if s.since == 0 { of(s.last) } else { 0.0 };
    let [a, b, c, e] = s.recent.map(of);
    [
        last,
        a,
        b,
        c,
        e,
        last.abs().ln_1p(),
        b.abs().ln_1p(),
        (s.recent_sd() / d + 0.05).ln(),
        (d / covariate.prior.sqrt()).ln(),
    ]
}

/// Features of a covariate whose values mean the same in every unit: last value, running means, present and whole spread, mean.
fn as_it_is(covariate: &Covariate, unit: usize, at: usize) -> [f64; 8] {
    let Some(s) = covariate.at(unit, at) else {
        return [0.0; 8];
    };
    let last = if s.since == 0 { s.last } else { s.recent[0] };
    let [a, b, c, d] = s.recent;
    [last, a, b, c, d, s.recent_sd(), s.sd(0.0), s.mean]
}
