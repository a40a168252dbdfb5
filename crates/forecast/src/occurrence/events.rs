//! The events of a view: pairs to learn from, and what is made of them for each unit and lead.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Learning, Probabilities, RECENT};
use crate::error::in_range;
use crate::linear::{Linear, logistic, logistic_regression};
use crate::past::{Standing, all_standings, gap, thinned};
use crate::{Design, Error, View};

/// What is known of a unit's events at the end of a period.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) standing: Standing,
    /// Periods since the last event, or since the first period monitored if there was none.
    pub(super) quiet: f64,
    pub(super) recent: bool,
}

/// The events of a view, ready to make features from.
pub(super) struct Events<'a> {
    view: View<'a>,
    known: Vec<Vec<Option<Known>>>,
    /// Frequency over all units.
    pub(super) pooled: f64,
}

impl<'a> Events<'a> {
    pub(super) fn of(view: &View<'a>, leads: &[u32]) -> Result<Self, Error> {
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

    pub(super) fn frequency(&self, s: &Standing, prior: f64) -> f64 {
        (s.mean * s.n + prior * self.pooled) / (s.n + prior)
    }

    /// Pairs of (unit, place) whose outcome `ahead` periods later is known, and that outcome.
    pub(super) fn pairs(&self, ahead: usize, minimum: usize) -> Vec<(usize, usize, bool)> {
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
    pub(super) fn each<T>(
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
    pub(super) fn regress(
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
            let (yes, no): (Vec<_>, Vec<_>) = self
                .pairs(ahead, learning.minimum)
                .into_iter()
                .partition(|(_, _, outcome)| *outcome);
            if yes.len().min(no.len()) < learning.outcomes.max(1) {
                return Ok(None);
            }
            // The rarer outcome tells most, so each is thinned on its own and what is kept stands for the rest by its weight.
            let rarer = yes.len().min(no.len()).min(learning.most / 2).max(1);
            let most = [yes.len(), no.len()].map(|n| {
                if n == yes.len().min(no.len()) {
                    rarer
                } else {
                    learning.most.saturating_sub(rarer).max(1)
                }
            });
            let (mut x, mut y, mut weights) = (None, Vec::new(), Vec::new());
            for (pairs, most) in [yes, no].into_iter().zip(most) {
                let keep = thinned(pairs.len(), most);
                let kept: Vec<_> = pairs.iter().enumerate().filter(|(i, _)| keep(*i)).collect();
                for (_, (unit, at, outcome)) in &kept {
                    let known = self.known[*unit][*at]
                        .as_ref()
                        .expect("a pair starts in a monitored period");
                    let row = features(*unit, *at, known);
                    x.get_or_insert_with(|| Design::new(row.len())).push(&row)?;
                    y.push(*outcome);
                    weights.push(pairs.len() as f64 / kept.len() as f64);
                }
            }
            let Some(x) = x else { return Ok(None) };
            logistic_regression(&x, &y, Some(&weights), learning.penalty).map(Some)
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
