//! What a regression is told of a type of event in a pair.
//!
//! Everything is a daily rate with its half-lives, each drawn to the one of the next longer half-life and the longest to what is usual
//! for such a pair, as the mean of a gamma posterior: with few events nothing is far from usual, and no event is never "no chance".

use std::collections::BTreeMap;

use super::state::{ByRelation, Side, State, trace};
use super::trace::{K, Trace};
use crate::on_all_cores;

/// Events that the usual rate is worth.
const PRIOR: f64 = 0.5;

/// The least rate of anything, in events a day: off 0, for logarithms.
const LEAST: f64 = 1e-9;

/// Half-lives by their places.
const DAYS_3: usize = 0;
const DAYS_10: usize = 1;
const DAYS_30: usize = 2;
const DAYS_120: usize = 3;
const DAYS_720: usize = 4;

/// What a feature belongs to, in the order of the columns: the terms of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Own,
    Class,
    Pair,
    Answer,
    Inverse,
    Subject,
    Object,
    Everywhere,
    Onward,
    Back,
}

/// Every group once, in order.
pub(super) const GROUPS: [Group; 10] = [
    Group::Own,
    Group::Class,
    Group::Pair,
    Group::Answer,
    Group::Inverse,
    Group::Subject,
    Group::Object,
    Group::Everywhere,
    Group::Onward,
    Group::Back,
];

/// The groups of the columns.
pub(super) const COLUMNS: [Group; 33] = {
    use Group::{Answer, Back, Class, Everywhere, Inverse, Object, Onward, Own, Pair, Subject};
    [
        Own, Own, Own, Own, Own, Own, Own, Own, Class, Class, Class, Pair, Pair, Pair, Pair, Pair,
        Answer, Answer, Answer, Inverse, Inverse, Inverse, Subject, Subject, Subject, Object,
        Object, Object, Everywhere, Everywhere, Everywhere, Onward, Back,
    ]
};

/// Number of columns.
pub(super) const P: usize = COLUMNS.len();

/// Features of one type of event in a pair.
pub(super) type Row = [f64; P];

/// Rates by half-life.
type Rates = [f64; K];

/// How a thing stands against what is usual: logarithms of the long rate over the usual one, of the last month's over the long one, and of the
/// last days' over the last month's.
type Standing = [f64; 3];

fn rates(trace: Option<&Trace>, state: &State, exposure: &[f64; K], usual: f64) -> Rates {
    let counts = trace.map_or([0.0; K], |t| t.counts(state.now(), &state.decay));
    let mut rates = [0.0; K];
    let mut longer = usual.max(LEAST);
    for k in (0..K).rev() {
        longer = (counts[k] + PRIOR) / (exposure[k] + PRIOR / longer);
        rates[k] = longer;
    }
    rates
}

fn standing(rates: &Rates, usual: f64) -> Standing {
    [
        (rates[DAYS_720] / usual.max(LEAST)).ln(),
        (rates[DAYS_30] / rates[DAYS_720]).ln(),
        (rates[DAYS_3] / rates[DAYS_30]).ln(),
    ]
}

/// One side of a pair: how much it does, or is done to it, and of which types more than others.
struct Face {
    rate: f64,
    relations: Vec<Standing>,
}

/// A state looked at for forecasts: what all pairs share is made once.
pub(super) struct Lens<'a> {
    pub(super) state: &'a State,
    exposure: [f64; K],
    total: f64,
    /// By relation: share of all events, standing with the logarithm of the rate in the first place.
    shares: Vec<f64>,
    relations: Vec<Standing>,
    class_shares: [f64; 5],
    subjects: BTreeMap<u32, Face>,
    objects: BTreeMap<u32, Face>,
    stranger: Face,
    horizon: f64,
    days: u32,
}

impl<'a> Lens<'a> {
    pub(super) fn new(state: &'a State, days: u32) -> Self {
        let exposure = state.decay.exposure(state.ticks);
        let n = state.relations();
        let total = rates(Some(&state.everywhere.any), state, &exposure, 1.0)[DAYS_720];
        let all: Vec<Rates> = (0..n as u32)
            .map(|r| {
                let usual = total / n as f64;
                rates(
                    trace(&state.everywhere.relations, r),
                    state,
                    &exposure,
                    usual,
                )
            })
            .collect();
        let shares: Vec<f64> = all.iter().map(|r| r[DAYS_720] / total).collect();
        let mut class_shares = [LEAST; 5];
        for (r, share) in shares.iter().enumerate() {
            class_shares[usize::from(state.class(r as u32))] += share;
        }
        let mut lens = Self {
            state,
            exposure,
            total,
            relations: all.iter().map(|r| standing(r, 1.0)).collect(),
            shares,
            class_shares,
            subjects: BTreeMap::new(),
            objects: BTreeMap::new(),
            stranger: Face {
                rate: 0.0,
                relations: Vec::new(),
            },
            horizon: f64::from(days),
            days,
        };
        lens.stranger = lens.face(&Side::default(), state.subjects.len());
        lens.subjects = lens.faces(&state.subjects);
        lens.objects = lens.faces(&state.objects);
        lens
    }

    fn faces(&self, sides: &BTreeMap<u32, Side>) -> BTreeMap<u32, Face> {
        let of: Vec<(&u32, &Side)> = sides.iter().collect();
        let made = on_all_cores(of.len(), |i| self.face(of[i].1, of.len()));
        of.into_iter().map(|(&id, _)| id).zip(made).collect()
    }

    fn face(&self, side: &Side, entities: usize) -> Face {
        let usual = self.total / entities.max(1) as f64;
        let rate = rates(Some(&side.any), self.state, &self.exposure, usual)[DAYS_720];
        let standings = self.each(&side.relations).zip(&self.shares);
        Face {
            rate,
            relations: standings
                .map(|(trace, share)| {
                    let usual = rate * share;
                    let found = rates(trace, self.state, &self.exposure, usual);
                    standing(&found, usual)
                })
                .collect(),
        }
    }

    /// The trace of every relation in turn.
    fn each<'t>(
        &self,
        traces: &'t ByRelation,
    ) -> impl Iterator<Item = Option<&'t Trace>> + use<'t> {
        let n = self.state.relations() as u32;
        let mut next = traces.iter().peekable();
        (0..n).map(move |r| next.next_if(|t| t.0 == r).map(|t| &t.1))
    }

    /// The log odds of at least one event in the days ahead at a daily rate.
    fn odds(&self, rate: f64) -> f64 {
        let expected = (rate * self.horizon).min(30.0);
        expected.exp_m1().ln()
    }

    /// Hands the features of types of event from `subject` to `object` to `each`, by type: of those that `wanted` has something to say on,
    /// which is told the type and whether it was ever seen in the pair.
    pub(super) fn rows<T>(
        &self,
        subject: u32,
        object: u32,
        mut wanted: impl FnMut(u32, bool) -> Option<T>,
        mut each: impl FnMut(u32, &Row, T),
    ) {
        let state = self.state;
        let (there, back) = (
            state.pairs.get(&(subject, object)),
            state.pairs.get(&(object, subject)),
        );
        let [s_out, o_out] =
            [subject, object].map(|e| self.subjects.get(&e).unwrap_or(&self.stranger));
        let [s_in, o_in] =
            [subject, object].map(|e| self.objects.get(&e).unwrap_or(&self.stranger));
        let pair = |pair: Option<&super::state::Pair>, from: &Face, to: &Face| {
            let usual = from.rate * to.rate / self.total;
            let all = rates(pair.map(|p| &p.any), state, &self.exposure, usual);
            let classes: [Standing; 5] = std::array::from_fn(|c| {
                let usual = all[DAYS_720] * self.class_shares[c];
                let trace = pair.map(|p| &p.class[c]);
                standing(&rates(trace, state, &self.exposure, usual), usual)
            });
            (all, classes, usual)
        };
        let (all, classes, usual) = pair(there, s_out, o_in);
        let (all_back, classes_back, _) = pair(back, o_out, s_in);
        let [_, month, lately] = standing(&all, usual);
        let [_, month_back, lately_back] = standing(&all_back, 1.0);
        let lately_types = |p: Option<&super::state::Pair>| {
            p.map_or(Vec::new(), |p| p.lately(state.now(), self.days))
        };
        let (did, suffered) = (lately_types(there), lately_types(back));
        let none = ByRelation::new();
        let own = self.each(there.map_or(&none, |p| &p.relations));
        let answers = self.each(back.map_or(&none, |p| &p.relations));
        for ((own, answer), r) in own.zip(answers).zip(0..) {
            let Some(with) = wanted(r, own.is_some()) else {
                continue;
            };
            let at = r as usize;
            let c = usize::from(state.class(r));
            let (sub, obj) = (&s_out.relations[at], &o_in.relations[at]);
            let expected =
                all[DAYS_720] * self.shares[at] * (sub[0] + obj[0] + classes[c][0]).exp();
            let [a, b, d, e, f] = {
                let found = rates(own, state, &self.exposure, expected);
                [DAYS_720, DAYS_120, DAYS_30, DAYS_10, DAYS_3].map(|k| self.odds(found[k]))
            };
            let expected_back = all_back[DAYS_720]
                * self.shares[at]
                * (o_out.relations[at][0] + s_in.relations[at][0] + classes_back[c][0]).exp();
            let found = rates(answer, state, &self.exposure, expected_back);
            let answered = standing(&found, expected_back);
            let flag = |yes| f64::from(u8::from(yes));
            let within = |t: &Trace| t.recent(state.now(), self.days) > 0;
            let row: Row = [
                a,
                a * a / 10.0,
                b - a,
                d - b,
                e - d,
                f - e,
                flag(own.is_some()),
                flag(own.is_some_and(within)),
                classes[c][0],
                classes[c][1],
                classes[c][2],
                all[DAYS_720].ln(),
                month,
                lately,
                s_out.rate.ln(),
                o_in.rate.ln(),
                answered[0],
                answered[1],
                answered[2],
                all_back[DAYS_720].ln(),
                month_back,
                lately_back,
                sub[0],
                sub[1],
                sub[2],
                obj[0],
                obj[1],
                obj[2],
                self.relations[at][0],
                self.relations[at][1],
                self.relations[at][2],
                strongest(
                    &did,
                    |first| first != r,
                    |first| state.onward.lift(first, r),
                )
                .map_or(0.0, |s| s.1),
                strongest(&suffered, |_| true, |first| state.back.lift(first, r))
                    .map_or(0.0, |s| s.1),
            ];
            each(r, &row, with);
        }
    }
}

/// Of the types seen lately, each with its last tick, the one that speaks most for another, and how much.
pub(super) fn strongest(
    lately: &[(u32, u32)],
    of: impl Fn(u32) -> bool,
    lift: impl Fn(u32) -> f64,
) -> Option<((u32, u32), f64)> {
    let lifts = lately.iter().filter(|t| of(t.0)).map(|&t| (t, lift(t.0)));
    lifts.reduce(|best, next| if next.1 > best.1 { next } else { best })
}
