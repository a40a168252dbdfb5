//! What a forecast of events within days is held against.

use super::fit::{Grouped, Penalty, Rows, fit};
use super::state::{Pair, State, trace};
use super::trace::Trace;
use crate::Error;
use crate::linear::{logistic, logit};

/// What a climatology may be drawn to the type's with, in windows; which one is learnt.
const PRIORS: [f64; 12] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0,
];

/// Cells that a class's share is worth beside those of a type.
const CLASS: f64 = 200.0;

/// How often a type of event happened in all windows so far, over the pairs in play.
pub(super) struct Usual {
    shares: Vec<f64>,
    days: u32,
}

/// What the baselines know of a type of event in a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Past {
    /// Share of the windows so far that held it.
    pub(super) held: f64,
    /// How many windows that was.
    pub(super) windows: f64,
    /// Share over all pairs in play.
    pub(super) usual: f64,
    /// Whether it happened in the last window.
    pub(super) on: bool,
}

impl Usual {
    pub(super) fn of(state: &State, days: u32) -> Self {
        let mut held = vec![0.0; state.relations()];
        for (relation, trace) in state.pairs.values().flat_map(|p| &p.relations) {
            held[*relation as usize] += f64::from(trace.spans(state.now(), days).0);
        }
        let windows = f64::from(Trace::default().spans(state.now(), days).1);
        // each window of a pair overlaps its neighbours: a day's step is worth 1 / days of a window
        let all = windows * state.pairs.len() as f64 / f64::from(days);
        let share = |h: &f64| (h / f64::from(days) + 0.5) / (all + 1.0);
        Self {
            shares: held.iter().map(share).collect(),
            days,
        }
    }

    pub(super) fn past(&self, state: &State, pair: Option<&Pair>, relation: u32) -> Past {
        let own = pair.and_then(|p| trace(&p.relations, relation));
        self.past_of(state, own, relation)
    }

    pub(super) fn past_of(&self, state: &State, own: Option<&Trace>, relation: u32) -> Past {
        let none = Trace::default();
        let own = own.unwrap_or(&none);
        let (held, windows) = own.spans(state.now(), self.days);
        Past {
            held: f64::from(held) / f64::from(windows.max(1)),
            windows: f64::from(windows),
            usual: self.shares[relation as usize],
            on: own.recent(state.now(), self.days) > 0,
        }
    }
}

impl Past {
    /// The share of the windows so far, drawn to the type's by `prior` windows that do not overlap.
    fn frequency(&self, prior: f64, days: u32) -> f64 {
        let prior = prior * f64::from(days);
        (self.held * self.windows + prior * self.usual) / (self.windows + prior)
    }

    /// As features, the frequency left out.
    pub(super) fn columns(&self) -> [f64; 4] {
        [
            self.held,
            self.windows,
            self.usual,
            f64::from(u8::from(self.on)),
        ]
    }

    fn from_columns(row: &[f32]) -> Self {
        Self {
            held: f64::from(row[0]),
            windows: f64::from(row[1]),
            usual: f64::from(row[2]),
            on: row[3] > 0.5,
        }
    }
}

/// The baselines as learnt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Baselines {
    days: u32,
    prior: f64,
    /// By type, without and with the event in the last window: how often it came.
    followed: Vec<[f64; 2]>,
    strong: Grouped,
    /// By type: how often it came.
    pub(super) base: Vec<f64>,
}

impl Baselines {
    /// Learns from rows of [`Past::columns`].
    pub(super) fn learn(
        rows: &Rows,
        class: &[u8],
        days: u32,
        penalty: Penalty,
    ) -> Result<Self, Error> {
        let loss = |prior: f64| -> f64 {
            let of = |(row, _, came, w): (&[f32], u32, bool, f64)| {
                let p = Past::from_columns(row).frequency(prior, days);
                w * if came { -p.ln() } else { -(1.0 - p).ln() }
            };
            rows.iter().map(of).sum()
        };
        let mut best = (f64::INFINITY, PRIORS[0]);
        for prior in PRIORS {
            let loss = loss(prior);
            if loss < best.0 {
                best = (loss, prior);
            }
        }
        let prior = best.1;
        let mut strong = Rows::new(2);
        // by state: came and all, by type and by class
        let mut types = vec![[[0.0; 2]; 2]; class.len()];
        for (row, relation, came, w) in rows.iter() {
            let past = Past::from_columns(row);
            strong.push(
                &[
                    logit(past.frequency(prior, days)),
                    f64::from(u8::from(past.on)),
                ],
                relation,
                came,
                w as f32,
            );
            let to = &mut types[relation as usize][usize::from(past.on)];
            to[0] += w * f64::from(u8::from(came));
            to[1] += w;
        }
        let mut classes = [[[0.0; 2]; 2]; 5];
        for (of, c) in types.iter().zip(class) {
            for (to, from) in classes[usize::from(*c)]
                .as_flattened_mut()
                .iter_mut()
                .zip(of.as_flattened())
            {
                *to += from;
            }
        }
        let drawn = |[came, all]: [f64; 2], [class_came, class_all]: [f64; 2]| {
            let class = (class_came + 0.01) / (class_all + 1.0);
            (came + CLASS * class) / (all + CLASS)
        };
        let both = |of: &[[f64; 2]; 2]| [of[0][0] + of[1][0], of[0][1] + of[1][1]];
        Ok(Self {
            days,
            prior,
            followed: types
                .iter()
                .zip(class)
                .map(|(of, c)| {
                    std::array::from_fn(|on| drawn(of[on], classes[usize::from(*c)][on]))
                })
                .collect(),
            strong: fit(&strong, class, penalty)?,
            base: types
                .iter()
                .zip(class)
                .map(|(of, c)| drawn(both(of), both(&classes[usize::from(*c)])))
                .collect(),
        })
    }

    /// The pair's own share of windows, drawn to the type's.
    pub(super) fn climatology(&self, past: &Past) -> f64 {
        past.frequency(self.prior, self.days)
    }

    /// How often the type followed on its state in the last window.
    pub(super) fn persistence(&self, past: &Past, relation: u32) -> f64 {
        self.followed[relation as usize][usize::from(past.on)]
    }

    /// A regression on both.
    pub(super) fn strong(&self, past: &Past, relation: u32) -> f64 {
        let b = &self.strong.coefficients;
        let state = f64::from(u8::from(past.on));
        logistic(
            self.strong.intercepts[relation as usize]
                + b[0] * logit(self.climatology(past))
                + b[1] * state,
        )
    }
}
