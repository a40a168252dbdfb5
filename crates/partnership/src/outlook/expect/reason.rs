//! Why a chance is what it is, with the filter that finds the events behind it.

use detente_atlas::Day;
use detente_forecast::link::within::{Chance, Term, TermKind};
use detente_lake::Filter;
use serde::{Deserialize, Serialize};

use super::history::Events;

/// Days of the past that a filter shows, unless the last such event is older.
pub(super) const SHOWN: i32 = 365;
/// A reason that moves the log odds by less is not told.
const LEAST: f64 = 0.05;

/// One reason for a chance or against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What it rests on.
    pub term: TermKind,
    /// Who would do it: id of the actor.
    pub subject: String,
    /// To whom.
    pub object: String,
    /// The type of event in words.
    pub event: String,
    /// The type after which it followed, in words, where the reason is a rule.
    pub after: Option<String>,
    /// Days of the window.
    pub days: u32,
    /// What it multiplies the odds by, against a pair for which this is as usual for the type.
    pub odds: f64,
    /// The rows of events behind it, in the lake's filter language.
    pub filter: String,
}

impl Reason {
    /// What kind it is: `own`, `class`, `pair`, `answer`, `inverse`, `subject`, `object`, `everywhere`, `rule` or `rule back`.
    pub fn kind(&self) -> &'static str {
        match self.term {
            TermKind::Own { .. } => "own",
            TermKind::Class { .. } => "class",
            TermKind::Pair { .. } => "pair",
            TermKind::Answer { .. } => "answer",
            TermKind::Inverse { .. } => "inverse",
            TermKind::Subject { .. } => "subject",
            TermKind::Object { .. } => "object",
            TermKind::Everywhere { .. } => "everywhere",
            TermKind::Rule { back: true, .. } => "rule back",
            TermKind::Rule { back: false, .. } => "rule",
        }
    }
}

/// The reasons that weigh most, for or against, at most `most`.
pub fn reasons(events: &Events, chance: &Chance, days: u32, most: usize) -> Vec<Reason> {
    let telling = chance.terms.iter().filter(|t| t.log_odds.abs() >= LEAST);
    telling
        .take(most)
        .map(|term| reason(events, chance, term, days))
        .collect()
}

fn reason(events: &Events, chance: &Chance, term: &Term, days: u32) -> Reason {
    let [s, o] = [chance.subject, chance.object].map(|id| events.actor(id).id());
    let from = |a: &str| Filter::eq("source", a);
    let to = |a: &str| Filter::eq("target", a);
    let (forth, back) = (|| from(s).and(to(o)), || from(o).and(to(s)));
    let of_type = || events.of_type(chance.relation);
    let (rows, last) = match &term.kind {
        TermKind::Own { recent } => (forth().and(of_type()), recent.last),
        TermKind::Class { recent, class } => {
            let of_class = Filter::eq("quad", i64::from(*class));
            (forth().and(of_class), recent.last)
        }
        TermKind::Pair { recent } => (forth(), recent.last),
        TermKind::Answer { recent } => (back().and(of_type()), recent.last),
        TermKind::Inverse { recent } => (back(), recent.last),
        TermKind::Subject { recent } => (from(s).and(of_type()), recent.last),
        TermKind::Object { recent } => (to(o).and(of_type()), recent.last),
        TermKind::Everywhere { recent } => (of_type(), recent.last),
        TermKind::Rule { back: other, rule } => {
            let side = if *other { back() } else { forth() };
            match rule {
                Some(rule) => (side.and(events.of_type(rule.after)), Some(rule.day)),
                None => (side, None),
            }
        }
    };
    let after = match &term.kind {
        TermKind::Rule {
            rule: Some(rule), ..
        } => Some(events.type_name(rule.after)),
        _ => None,
    };
    Reason {
        term: term.kind,
        subject: s.to_owned(),
        object: o.to_owned(),
        event: events.type_name(chance.relation),
        after,
        days,
        odds: term.log_odds.exp(),
        filter: events
            .of_sets()
            .and(rows)
            .and(lately(events, last))
            .to_string(),
    }
}

/// The last days that were monitored, as many as show when it last happened.
pub(super) fn lately(events: &Events, last: Option<i32>) -> Filter {
    let from = Day(events.origin.0 - SHOWN + 1);
    let from = last.map_or(from, |day| from.min(Day(day)));
    Filter::between("day", from, events.origin)
}
