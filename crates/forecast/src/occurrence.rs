//! Whether an event happens: probabilities by unit and lead from a panel of yes (1) and no (0).
//!
//! The caller says what the event is. As in [`crate::pooled`] a unit is forecast from its last monitored period, with what was
//! learnt for the lead plus the gap, and only pairs whose outcome lies at or before the origin are learnt from.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::in_range;
use crate::linear::{Linear, logistic, logistic_regression, logit};
use crate::past::{Covariate, Standing, all_standings, gap, thinned};
use crate::{Design, Error, Panel, View};

/// Probabilities of an event for every unit and lead.
#[derive(Debug, Clone, PartialEq)]
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
    /// Ridge penalty, see [`logistic_regression`].
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
/// the last one, whether there was one in the last three periods, the share of periods monitored and, of each covariate, its
/// last value, exponentially weighted means and spread against the unit's own past.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventRegression {
    /// How it is learnt.
    pub learning: Learning,
    /// Panels of the same units, cut at the same origin; a value that is missing counts as the unit's own mean.
    pub covariates: Vec<Panel>,
}

/// Periods up to and with the present one in which an event counts as recent.
pub const RECENT: usize = 3;

/// What is known of a unit's events at the end of a period.
#[derive(Clone, Copy)]
struct Known {
    standing: Standing,
    /// Periods since the last event, or since the first period monitored if there was none.
    quiet: f64,
    recent: bool,
}

/// The events of a view, ready to make features from.
struct Events<'a> {
    view: View<'a>,
    known: Vec<Vec<Option<Known>>>,
    /// Frequency over all units.
    pooled: f64,
}

impl<'a> Events<'a> {
    fn of(view: &View<'a>, leads: &[u32]) -> Result<Self, Error> {
        if leads.contains(&0) {
            in_range("a lead", 0.0, "1 or more", false)?;
        }
        let (mut events, mut n) = (0.0, 0.0);
        for unit in 0..view.units() {
            for &v in view.past(unit).iter().filter(|v| !v.is_nan()) {
                in_range(
                    "a value of a panel of events",
                    v,
                    "0 or 1",
                    v == 0.0 || v == 1.0,
                )?;
                events += v;
                n += 1.0;
            }
        }
        let standings = all_standings(view);
        let known = standings
            .into_iter()
            .enumerate()
            .map(|(unit, s)| known(view.past(unit), &s));
        Ok(Self {
            view: *view,
            known: known.collect(),
            // Laplace's rule keeps it off 0 and 1
            pooled: (events + 1.0) / (n + 2.0),
        })
    }

    fn frequency(&self, s: &Standing, prior: f64) -> f64 {
        (s.mean * s.n + prior * self.pooled) / (s.n + prior)
    }

    /// Pairs of (unit, place) whose outcome `ahead` periods later is known, and that outcome.
    fn pairs(&self, ahead: usize, minimum: usize) -> Vec<(usize, usize, bool)> {
        let mut pairs = Vec::new();
        for unit in 0..self.view.units() {
            let past = self.view.past(unit);
            for at in 0..past.len().saturating_sub(ahead) {
                let outcome = past[at + ahead];
                let enough = self.known[unit][at]
                    .is_some_and(|k| k.standing.since == 0 && k.standing.n >= minimum as f64);
                if enough && !outcome.is_nan() {
                    pairs.push((unit, at, outcome == 1.0));
                }
            }
        }
        pairs
    }

    /// Gives each cell what `learn` made of the pairs for its lead plus gap, or what `cell` does without it.
    fn each<T>(
        &self,
        leads: &[u32],
        mut learn: impl FnMut(usize) -> Result<T, Error>,
        cell: impl Fn(&T, usize, usize, &Known) -> f64,
    ) -> Result<Probabilities, Error> {
        let mut lessons: BTreeMap<u32, T> = BTreeMap::new();
        let mut cells = Vec::with_capacity(self.view.units() * leads.len());
        for unit in 0..self.view.units() {
            let now = self.known[unit].last().copied().flatten();
            let standings = now.map(|k| k.standing);
            let gap = gap(&self.view, self.view.past(unit).len(), standings);
            for &lead in leads {
                let (Some(now), Some(gap)) = (now, gap) else {
                    cells.push(None);
                    continue;
                };
                let ahead = lead + gap;
                let lesson = match lessons.entry(ahead) {
                    Entry::Occupied(lesson) => lesson.into_mut(),
                    Entry::Vacant(place) => place.insert(learn(ahead as usize)?),
                };
                let place = self.view.past(unit).len() - 1 - now.standing.since as usize;
                cells.push(Some(cell(lesson, unit, place, &now)));
            }
        }
        Ok(Probabilities {
            leads: leads.to_vec(),
            cells,
        })
    }

    /// A logistic regression for each lead on the features of a (unit, place).
    fn regress(
        &self,
        leads: &[u32],
        learning: &Learning,
        features: impl Fn(usize, usize, &Known) -> Vec<f64>,
    ) -> Result<Probabilities, Error> {
        in_range("the prior", learning.prior, "above 0", learning.prior > 0.0)?;
        in_range(
            "the most pairs",
            learning.most as f64,
            "1 or more",
            learning.most >= 1,
        )?;
        let learn = |ahead: usize| -> Result<Option<Linear>, Error> {
            let pairs = self.pairs(ahead, learning.minimum);
            let yes = pairs.iter().filter(|p| p.2).count();
            if yes.min(pairs.len() - yes) < learning.outcomes.max(1) {
                return Ok(None);
            }
            let keep = thinned(pairs.len(), learning.most);
            let (mut x, mut y) = (None, Vec::new());
            for (_, (unit, at, outcome)) in pairs.into_iter().enumerate().filter(|(i, _)| keep(*i))
            {
                let known = self.known[unit][at]
                    .as_ref()
                    .expect("a pair starts in a monitored period");
                let row = features(unit, at, known);
                x.get_or_insert_with(|| Design::new(row.len())).push(&row)?;
                y.push(outcome);
            }
            let Some(x) = x else { return Ok(None) };
            match logistic_regression(&x, &y, None, learning.penalty) {
                // thinning may have left one kind of outcome only
                Err(Error::TooFew { .. }) => Ok(None),
                line => line.map(Some),
            }
        };
        self.each(leads, learn, |line, unit, at, known| match line {
            Some(line) if known.standing.n >= learning.minimum as f64 => {
                logistic(line.at(&features(unit, at, known)))
            }
            _ => self.frequency(&known.standing, learning.prior),
        })
    }
}

fn known(past: &[f64], standings: &[Option<Standing>]) -> Vec<Option<Known>> {
    let mut quiet = 0.0;
    let mut all = Vec::with_capacity(past.len());
    for (t, s) in standings.iter().enumerate() {
        quiet = if past[t] == 1.0 || s.is_none() {
            0.0
        } else {
            quiet + 1.0
        };
        let recent = past[(t + 1).saturating_sub(RECENT)..=t].contains(&1.0);
        all.push(s.map(|standing| Known {
            standing,
            quiet,
            recent,
        }));
    }
    all
}

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
        let covariates: Vec<Covariate> = self
            .covariates
            .iter()
            .map(|panel| Covariate::of(view, panel))
            .collect::<Result<_, _>>()?;
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
