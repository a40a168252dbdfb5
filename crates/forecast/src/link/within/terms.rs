//! Why a chance is what it is.

use serde::{Deserialize, Serialize};

use super::Within;
use super::features::{GROUPS, Group, Row, strongest};
use super::state::{State, trace};
use super::trace::Trace;

/// One reason for a chance or against it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// What it rests on.
    pub kind: TermKind,
    /// What it adds to the log odds against a pair for which this is as usual for the type: above 0 for the event, below against it.
    pub log_odds: f64,
}

/// What a reason rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum TermKind {
    /// What the subject did to the object of this very type.
    Own {
        /// The days on which it did.
        recent: Recent,
    },
    /// What it did to the object of the type's quad class.
    Class {
        /// The days on which it did.
        recent: Recent,
        /// The quad class, 1 to 4, 0 if unknown.
        class: u8,
    },
    /// What it did to the object at all.
    Pair {
        /// The days on which it did anything.
        recent: Recent,
    },
    /// What the object did to the subject of this type.
    Answer {
        /// The days on which it did.
        recent: Recent,
    },
    /// What the object did to the subject at all.
    Inverse {
        /// The days on which it did anything.
        recent: Recent,
    },
    /// What the subject did of this type to anyone.
    Subject {
        /// The days on which it did.
        recent: Recent,
    },
    /// What anyone did of this type to the object.
    Object {
        /// The days on which somebody did.
        recent: Recent,
    },
    /// How common the type is now.
    Everywhere {
        /// The days on which it happened anywhere.
        recent: Recent,
    },
    /// Another type of event, seen in the pair within the last window, on which this one is known to follow; `None` where nothing was seen that
    /// anything could follow on.
    Rule {
        /// Whether the other did it: then this is what the subject does after something was done to it.
        back: bool,
        /// The rule that speaks most for the event.
        rule: Option<Rule>,
    },
}

/// After one type of event another followed in the same pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The type on which it followed.
    pub after: u32,
    /// The last day on which that was seen in the pair.
    pub day: i32,
    /// Share of the cases so far, over all pairs, in which it followed within the days of the window: 0 to 1.
    pub confidence: f64,
    /// How many cases there were.
    pub support: u32,
}

/// On how many monitored days something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Of the last 7.
    pub last_7: u32,
    /// Of the last 30.
    pub last_30: u32,
    /// Of the last 365.
    pub last_365: u32,
    /// Of all.
    pub total: u32,
    /// How many monitored days there were.
    pub monitored: u32,
    /// The last day on which it happened.
    pub last: Option<i32>,
}

impl Recent {
    fn of(within: &Within, trace: Option<&Trace>) -> Self {
        let state = &within.state;
        let none = Trace::default();
        let trace = trace.unwrap_or(&none);
        let [last_7, last_30, last_365] = [7, 30, 365].map(|days| trace.recent(state.now(), days));
        Self {
            last_7,
            last_30,
            last_365,
            total: trace.ticks.len() as u32,
            monitored: state.ticks,
            last: trace.ticks.last().map(|t| state.date(*t)),
        }
    }
}

/// The terms of a chance, the largest first.
pub(super) fn of(
    within: &Within,
    subject: u32,
    relation: u32,
    object: u32,
    row: &Row,
) -> Vec<Term> {
    let state = &within.state;
    let parts = within.model.parts(row);
    let usual = &within.model.usual[relation as usize];
    let (there, back) = (
        state.pairs.get(&(subject, object)),
        state.pairs.get(&(object, subject)),
    );
    let recent = |trace: Option<&Trace>| Recent::of(within, trace);
    let class = state.class(relation);
    let of_type = |side: Option<&super::state::Side>| -> Recent {
        Recent::of(within, side.and_then(|s| trace(&s.relations, relation)))
    };
    let kind = |group| match group {
        Group::Own => TermKind::Own {
            recent: recent(there.and_then(|p| trace(&p.relations, relation))),
        },
        Group::Class => TermKind::Class {
            recent: recent(there.map(|p| &p.class[usize::from(class)])),
            class,
        },
        Group::Pair => TermKind::Pair {
            recent: recent(there.map(|p| &p.any)),
        },
        Group::Answer => TermKind::Answer {
            recent: recent(back.and_then(|p| trace(&p.relations, relation))),
        },
        Group::Inverse => TermKind::Inverse {
            recent: recent(back.map(|p| &p.any)),
        },
        Group::Subject => TermKind::Subject {
            recent: of_type(state.subjects.get(&subject)),
        },
        Group::Object => TermKind::Object {
            recent: of_type(state.objects.get(&object)),
        },
        Group::Everywhere => TermKind::Everywhere {
            recent: of_type(Some(&state.everywhere)),
        },
        Group::Onward => TermKind::Rule {
            back: false,
            rule: there.and_then(|p| rule(state, p, within.days(), false, relation)),
        },
        Group::Back => TermKind::Rule {
            back: true,
            rule: back.and_then(|p| rule(state, p, within.days(), true, relation)),
        },
    };
    let mut terms: Vec<Term> = GROUPS
        .iter()
        .zip(parts)
        .zip(usual)
        .map(|((&group, part), usual)| Term {
            kind: kind(group),
            log_odds: part - usual,
        })
        .collect();
    terms.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
    terms
}

fn rule(
    state: &State,
    pair: &super::state::Pair,
    days: u32,
    back: bool,
    relation: u32,
) -> Option<Rule> {
    let rules = if back { &state.back } else { &state.onward };
    let lately = pair.lately(state.now(), days);
    let other = |first| back || first != relation;
    let ((after, tick), _) = strongest(&lately, other, |first| rules.lift(first, relation))?;
    let (support, confidence) = rules.confidence(after, relation);
    Some(Rule {
        after,
        day: state.date(tick),
        confidence,
        support: support as u32,
    })
}
