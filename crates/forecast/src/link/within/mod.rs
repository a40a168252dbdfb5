//! How likely an event of a type is between two entities within the next days.
//!
//! The cell is (subject, type of event, object) at an origin: does subject do that to object at least once in the `days` days after it?
//! A logistic regression over all cells, with an intercept for each type drawn to its quad class, on what the history up to the origin
//! says: how often they did it, how often the other did, what else went on between them, what either does to others, and what followed on
//! what. It is learnt on past origins whose windows have closed.

pub mod backtest;

mod baselines;
mod features;
mod fit;
mod learn;
mod monitored;
mod odd;
mod rules;
mod state;
mod terms;
mod trace;

use std::collections::BTreeSet;

use super::Fact;
use crate::error::in_range;
use crate::linear::{logistic, logit};
use crate::{Error, on_all_cores};
use baselines::{Baselines, Past, Usual};
use features::{COLUMNS, GROUPS, Lens, P, Row};
use fit::{Grouped, Penalty, fit};
use state::{Pair, State};

pub use monitored::Monitored;
pub use odd::{Odd, odd};
pub use terms::{Recent, Rule, Term, TermKind};
pub use trace::HALF_LIVES;

/// The events with what is known of their types.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The events, ascending by day. One that is there twice on a day counts once; one from an entity to itself not at all.
    pub facts: &'a [Fact],
    /// The days on which somebody looked. Events on other days are passed over: they are a piece of what happened.
    pub monitored: &'a Monitored,
    /// The quad class of each type of event, 1 to 4, 0 where unknown. As many as there are types.
    pub class: &'a [u8],
    /// How many entities there are; all ids lie below.
    pub entities: usize,
}

/// How chances are learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Length of the window after the origin, in days: 1 to 366.
    pub days: u32,
    /// Most origins learnt from.
    pub origins: usize,
    /// Share of the history at its beginning that is only remembered, not learnt from; 0 to below 1.
    pub warm_up: f64,
    /// About how many cells without event are learnt from, of those whose pair has seen the type and of the others each; of more, some are
    /// taken and stand for the rest.
    pub rows: usize,
    /// Ridge on the coefficients, on features with standard deviation 1.
    pub slope_penalty: f64,
    /// Ridge on the distance of a type's intercept from its class's.
    pub type_penalty: f64,
}

impl Settings {
    /// The settings with which forecasts were measured, for windows of `days` days.
    pub fn days(days: u32) -> Self {
        Self {
            days,
            origins: 24,
            warm_up: 0.25,
            rows: 150_000,
            slope_penalty: 10.0,
            type_penalty: 5.0,
        }
    }

    fn check(&self) -> Result<(), Error> {
        in_range(
            "the number of days of a window",
            f64::from(self.days),
            "1 to 366",
            (1..=366).contains(&self.days),
        )?;
        in_range(
            "the number of origins to learn from",
            self.origins as f64,
            "2 or more",
            self.origins >= 2,
        )?;
        in_range(
            "the share of the history not learnt from",
            self.warm_up,
            "0 to below 1",
            (0.0..1.0).contains(&self.warm_up),
        )?;
        in_range(
            "the number of rows",
            self.rows as f64,
            "1 or more",
            self.rows >= 1,
        )?;
        for penalty in [self.slope_penalty, self.type_penalty] {
            in_range(
                "a penalty",
                penalty,
                "above 0 and finite",
                penalty > 0.0 && penalty.is_finite(),
            )?;
        }
        Ok(())
    }
}

impl History<'_> {
    fn check(&self) -> Result<(), Error> {
        let sorted = self.facts.is_sorted_by_key(|f| f.day);
        in_range("the order of the events", 0.0, "ascending by day", sorted)?;
        let largest =
            |of: fn(&Fact) -> u32| f64::from(self.facts.iter().map(of).max().unwrap_or(0));
        let entity = largest(|f| f.subject.max(f.object));
        let relation = largest(|f| f.relation);
        let none = self.facts.is_empty();
        in_range(
            "an entity's id",
            entity,
            "below the number of entities",
            none || entity < self.entities as f64,
        )?;
        in_range(
            "the id of a type of event",
            relation,
            "below the number of classes given",
            none || relation < self.class.len() as f64,
        )?;
        let class = self.class.iter().copied().max().unwrap_or(0);
        in_range("a quad class", f64::from(class), "0 to 4", class <= 4)
    }
}

/// Chances of events as learnt from a history, with the memory of it up to the origin.
#[derive(Debug, Clone)]
pub struct Within {
    settings: Settings,
    state: State,
    model: Model,
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    line: Grouped,
    baselines: Baselines,
    /// By type and group of features: its mean contribution, at which a term is 0.
    usual: Vec<[f64; GROUPS.len()]>,
}

/// The chance of an event, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Chance {
    /// Who would do it.
    pub subject: u32,
    /// What.
    pub relation: u32,
    /// To whom.
    pub object: u32,
    /// Probability of at least one such event in the days after the origin, above 0 and below 1.
    pub probability: f64,
    /// The same by the strong baseline, a regression on the pair's own share of windows and its present state: what ours must do better
    /// than.
    pub baseline: f64,
    /// The share of the windows so far in which it happened, drawn to that of the type over all pairs in play.
    pub climatology: f64,
    /// The share in which such an event came, over all pairs in play: what the terms start from.
    pub base: f64,
    /// Their log odds add up to `logit(probability) - logit(base)`; the largest, for or against, first.
    pub terms: Vec<Term>,
}

/// How surprising an event was.
#[derive(Debug, Clone, PartialEq)]
pub struct Surprise {
    /// The event, on its first day in the window.
    pub fact: Fact,
    /// `-log2` of the probability that it had: from 0.
    pub bits: f64,
    /// That probability, with its terms.
    pub chance: Chance,
}

impl Within {
    /// Learns from all that lies at or before `origin`, the last known day; what lies after it is not read.
    ///
    /// # Errors
    /// Events out of order, ids or settings out of range; [`Error::TooFew`] if fewer than two windows have closed, or events came in none
    /// or all of them; [`Error::NotConverged`].
    pub fn learn(history: &History, origin: i32, settings: &Settings) -> Result<Self, Error> {
        settings.check()?;
        history.check()?;
        let n = learn::origins(history, origin, settings).len();
        if n < 2 {
            return Err(Error::TooFew {
                what: "closed windows to learn from",
                needed: 2,
                found: n,
            });
        }
        let first = history.monitored.first();
        let mut state = State::new(history.class, settings.days, first.saturating_sub(1));
        let lesson = learn::gather(&mut state, history, origin, settings);
        let penalty = Penalty {
            slope: settings.slope_penalty,
            group: settings.type_penalty,
        };
        let line = fit(&lesson.features, history.class, penalty)?;
        let baselines = Baselines::learn(&lesson.past, history.class, settings.days, penalty)?;
        let mut model = Model {
            usual: vec![[0.0; GROUPS.len()]; history.class.len()],
            line,
            baselines,
        };
        model.centre(&lesson.features);
        Ok(Self {
            settings: *settings,
            state,
            model,
        })
    }

    /// Takes in what happened up to a later origin. What was learnt stays.
    ///
    /// # Errors
    /// Events out of order, ids out of range; an origin before the present one.
    pub fn advance(&mut self, history: &History, origin: i32) -> Result<(), Error> {
        history.check()?;
        in_range(
            "the origin",
            f64::from(origin),
            "at or after the last one",
            origin >= self.origin(),
        )?;
        self.state.advance(history.facts, history.monitored, origin);
        Ok(())
    }

    /// The last known day.
    pub fn origin(&self) -> i32 {
        self.state.day
    }

    /// Length of the window, in days.
    pub fn days(&self) -> u32 {
        self.settings.days
    }

    /// The chance of at least one event of that type in the days after the origin; ids must lie in the range of the history's.
    pub fn chance(&self, subject: u32, relation: u32, object: u32) -> Chance {
        let lens = Lens::new(&self.state, self.days());
        let usual = Usual::of(&self.state, self.days());
        let only = |r, _| (r == relation).then_some(());
        let mut made = self.of_pair(&lens, &usual, subject, object, only);
        made.swap_remove(0)
    }

    /// The chances of all types that were ever seen, from each subject to each object but itself: the most probable first, equal ones by
    /// their ids.
    pub fn chances(&self, subjects: &[u32], objects: &[u32]) -> Vec<Chance> {
        let pairs: BTreeSet<(u32, u32)> = subjects
            .iter()
            .flat_map(|&s| objects.iter().map(move |&o| (s, o)))
            .filter(|(s, o)| s != o)
            .collect();
        let pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
        let lens = Lens::new(&self.state, self.days());
        let usual = Usual::of(&self.state, self.days());
        let seen = |r: u32| state::trace(&self.state.everywhere.relations, r).is_some();
        let made = on_all_cores(pairs.len(), |i| {
            let (subject, object) = pairs[i];
            self.of_pair(&lens, &usual, subject, object, |r, _| seen(r).then_some(()))
        });
        let mut all: Vec<Chance> = made.into_iter().flatten().collect();
        let ids = |c: &Chance| (c.subject, c.relation, c.object);
        all.sort_by(|a, b| {
            let order = b.probability.total_cmp(&a.probability);
            order.then_with(|| ids(a).cmp(&ids(b)))
        });
        all
    }

    /// How surprising each of these events was: those in the days after the origin; of one that came more than once, its first day. The most
    /// surprising first.
    pub fn surprises(&self, came: &[Fact]) -> Vec<Surprise> {
        let (from, to) = (
            self.origin(),
            self.origin().saturating_add(self.days() as i32),
        );
        let mut came: Vec<Fact> = came
            .iter()
            .copied()
            .filter(|f| f.day > from && f.day <= to && f.subject != f.object)
            .collect();
        let triple = |f: &Fact| (f.subject, f.object, f.relation);
        came.sort_unstable_by_key(|f| (triple(f), f.day));
        came.dedup_by_key(|f| triple(f));
        let pairs: Vec<&[Fact]> = came
            .chunk_by(|a, b| (a.subject, a.object) == (b.subject, b.object))
            .collect();
        let lens = Lens::new(&self.state, self.days());
        let usual = Usual::of(&self.state, self.days());
        let made = on_all_cores(pairs.len(), |i| {
            let (subject, object) = (pairs[i][0].subject, pairs[i][0].object);
            let wanted = |r, _| pairs[i].iter().any(|f| f.relation == r).then_some(());
            let chances = self.of_pair(&lens, &usual, subject, object, wanted);
            let surprise = |(&fact, chance): (&Fact, Chance)| Surprise {
                fact,
                bits: -chance.probability.log2(),
                chance,
            };
            let made: Vec<Surprise> = pairs[i].iter().zip(chances).map(surprise).collect();
            made
        });
        let mut all: Vec<Surprise> = made.into_iter().flatten().collect();
        all.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.fact.cmp(&b.fact)));
        all
    }

    fn of_pair(
        &self,
        lens: &Lens,
        usual: &Usual,
        subject: u32,
        object: u32,
        wanted: impl FnMut(u32, bool) -> Option<()>,
    ) -> Vec<Chance> {
        let pair: Option<&Pair> = self.state.pairs.get(&(subject, object));
        let mut made = Vec::new();
        lens.rows(subject, object, wanted, |relation, row, ()| {
            let past: Past = usual.past(&self.state, pair, relation);
            made.push(Chance {
                subject,
                relation,
                object,
                probability: self.model.probability(relation, row),
                baseline: self.model.baselines.strong(&past, relation),
                climatology: self.model.baselines.climatology(&past),
                base: self.model.baselines.base[relation as usize],
                terms: terms::of(self, subject, relation, object, row),
            });
        });
        made
    }
}

impl Model {
    fn probability(&self, relation: u32, row: &Row) -> f64 {
        let b = &self.line.coefficients;
        let odds: f64 = b.iter().zip(row).map(|(b, x)| b * x).sum();
        // kept off 0 and 1, where nothing is ever known to be
        logistic(self.line.intercepts[relation as usize] + odds).clamp(1e-9, 1.0 - 1e-9)
    }

    /// What each group of features adds to the log odds.
    fn parts(&self, row: &[f64; P]) -> [f64; GROUPS.len()] {
        let mut parts = [0.0; GROUPS.len()];
        for ((b, x), group) in self.line.coefficients.iter().zip(row).zip(COLUMNS) {
            parts[group as usize] += b * x;
        }
        parts
    }

    /// Finds where terms are 0: at the mean over the cells of the type. What then lacks to the base rate, since a few pairs make most of the
    /// events and most pairs lie below the rate of all, is laid to the pair's own record.
    fn centre(&mut self, rows: &fit::Rows) {
        let n = self.usual.len();
        let mut sums = vec![[0.0; GROUPS.len()]; n + 1];
        let mut weights = vec![0.0; n + 1];
        let mut row = [0.0; P];
        for (values, relation, _, w) in rows.iter() {
            for (to, x) in row.iter_mut().zip(values) {
                *to = f64::from(*x);
            }
            let parts = self.parts(&row);
            for at in [relation as usize, n] {
                weights[at] += w;
                for (to, part) in sums[at].iter_mut().zip(parts) {
                    *to += w * part;
                }
            }
        }
        for relation in 0..n {
            let at = if weights[relation] > 0.0 { relation } else { n };
            let mut usual = sums[at].map(|s| s / weights[at]);
            let there = self.line.intercepts[relation] + usual.iter().sum::<f64>();
            usual[0] += logit(self.baselines.base[relation]) - there;
            self.usual[relation] = usual;
        }
    }
}
