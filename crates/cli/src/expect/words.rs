//! Reasons of a chance in words, with the filter that finds the events behind each.

use detente_atlas::Day;
use detente_forecast::link::within::{Chance, Recent, Rule, Term, TermKind};
use detente_lake::Filter;

use super::history::{Events, class_name};

/// Days of the past that a filter shows, unless the last such event is older.
const SHOWN: i32 = 365;
/// A reason that moves the odds by less is not told.
const LEAST: f64 = 0.05;

/// One reason.
pub struct Reason {
    /// What kind it is: `own`, `class`, `pair`, `answer`, `inverse`, `subject`, `object`, `everywhere`, `rule` or `rule back`.
    pub kind: &'static str,
    /// What it multiplies the odds by, against a pair for which this is as usual for the type.
    pub odds: f64,
    /// In words.
    pub words: String,
    /// The rows of events behind it.
    pub filter: Filter,
}

impl Reason {
    /// With its weight: `has done so on 4 of the last 7 days (odds x 3.1)`.
    pub fn text(&self) -> String {
        format!("{} (odds x {})", self.words, factor(self.odds))
    }
}

fn factor(odds: f64) -> String {
    match odds {
        x if x >= 10.0 => format!("{x:.0}"),
        x if x >= 0.095 => format!("{x:.1}"),
        x => format!("{x:.2}"),
    }
}

/// The reasons that weigh most, for or against.
pub fn reasons(events: &Events, chance: &Chance, days: u32, most: usize) -> Vec<Reason> {
    let telling = chance.terms.iter().filter(|t| t.log_odds.abs() >= LEAST);
    telling
        .filter_map(|term| reason(events, chance, term, days))
        .take(most)
        .collect()
}

fn reason(events: &Events, chance: &Chance, term: &Term, days: u32) -> Option<Reason> {
    let (subject, object) = (events.actor(chance.subject), events.actor(chance.object));
    let (s, o) = (subject.name(), object.name());
    let sets = || events.of_sets();
    let from_to = |a: &str, b: &str| {
        let rows = sets().and(Filter::eq("source", a));
        rows.and(Filter::eq("target", b))
    };
    let forth = || from_to(subject.id(), object.id());
    let back = || from_to(object.id(), subject.id());
    let of_type = || events.of_type(chance.relation);
    let when = |recent: &Recent| often(recent);
    let (kind, words, rows, last) = match &term.kind {
        TermKind::Own { recent } => {
            let words = match recent.total {
                0 => format!("has not done so in {} monitored days", recent.monitored),
                _ => format!("has done so {}", when(recent)),
            };
            ("own", words, forth().and(of_type()), recent.last)
        }
        TermKind::Class { recent, class } => {
            let words = format!("{} of {s} toward {o} {}", class_name(*class), when(recent));
            let rows = forth().and(Filter::eq("quad", i64::from(*class)));
            ("class", words, rows, recent.last)
        }
        TermKind::Pair { recent } => {
            let words = format!("{s} acted toward {o} {}", when(recent));
            ("pair", words, forth(), recent.last)
        }
        TermKind::Answer { recent } => {
            let words = format!("{o} did the same to {s} {}", when(recent));
            ("answer", words, back().and(of_type()), recent.last)
        }
        TermKind::Inverse { recent } => {
            let words = format!("{o} acted toward {s} {}", when(recent));
            ("inverse", words, back(), recent.last)
        }
        TermKind::Subject { recent } => {
            let words = format!("{s} did so to anyone {}", when(recent));
            let rows = sets().and(Filter::eq("source", subject.id()));
            ("subject", words, rows.and(of_type()), recent.last)
        }
        TermKind::Object { recent } => {
            let words = format!("anyone did so to {o} {}", when(recent));
            let rows = sets().and(Filter::eq("target", object.id()));
            ("object", words, rows.and(of_type()), recent.last)
        }
        TermKind::Everywhere { recent } => {
            let words = format!("it happened anywhere {}", when(recent));
            ("everywhere", words, sets().and(of_type()), recent.last)
        }
        TermKind::Rule {
            back: by_other,
            rule,
        } => {
            let kind = if *by_other { "rule back" } else { "rule" };
            let side = if *by_other { back() } else { forth() };
            match rule {
                Some(rule) => {
                    let who = if *by_other { o } else { s };
                    let words = followed(events, who, rule, chance.relation, days);
                    let rows = side.and(events.of_type(rule.after));
                    (kind, words, rows, Some(rule.day))
                }
                None => {
                    let who = if *by_other { o } else { s };
                    let words = format!("nothing of {who} lately on which it usually follows");
                    (kind, words, side, None)
                }
            }
        }
    };
    let from = Day(events.origin.0 - SHOWN + 1);
    let from = last.map_or(from, |day| from.min(Day(day)));
    Some(Reason {
        kind,
        odds: term.log_odds.exp(),
        words,
        filter: rows.and(Filter::between("day", from, events.origin)),
    })
}

/// On how many days, over the shortest span that says something.
fn often(recent: &Recent) -> String {
    let of = |n: u32, span: u32| match recent.monitored {
        all if all <= span => format!("on {n} of all {all} days"),
        _ => format!("on {n} of the last {span} days"),
    };
    let last = recent.last.map(|day| format!(", last on {}", Day(day)));
    match recent {
        Recent { total: 0, .. } => format!("on none of {} days", recent.monitored),
        Recent {
            last_7: n @ 2.., ..
        } => of(*n, 7),
        Recent {
            last_30: n @ 1.., ..
        } => of(*n, 30),
        Recent {
            last_365: n @ 1.., ..
        } => of(*n, 365) + &last.unwrap_or_default(),
        Recent { total: n, .. } => {
            format!("on {n} of {} days", recent.monitored) + &last.unwrap_or_default()
        }
    }
}

fn followed(events: &Events, who: &str, rule: &Rule, relation: u32, days: u32) -> String {
    format!(
        "after '{}' by {who} (last on {}), '{}' followed within {days} days in {:.0} % of cases (n = {})",
        events.type_name(rule.after),
        Day(rule.day),
        events.type_name(relation),
        100.0 * rule.confidence,
        rule.support
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(last_7: u32, last_30: u32, last_365: u32, total: u32, monitored: u32) -> Recent {
        Recent {
            last_7,
            last_30,
            last_365,
            total,
            monitored,
            last: (total > 0).then_some(18_000),
        }
    }

    #[test]
    fn the_shortest_span_that_says_something() {
        assert_eq!(often(&recent(4, 9, 50, 80, 700)), "on 4 of the last 7 days");
        assert_eq!(
            often(&recent(1, 3, 50, 80, 700)),
            "on 3 of the last 30 days"
        );
        // day 18,000 after 1970 began: 49 years with 12 leap days make 17,897 days up to 2019-01-01, and 103 more end on 14 April
        assert_eq!(
            often(&recent(0, 0, 5, 80, 700)),
            "on 5 of the last 365 days, last on 2019-04-14"
        );
        assert_eq!(
            often(&recent(0, 0, 0, 2, 700)),
            "on 2 of 700 days, last on 2019-04-14"
        );
        assert_eq!(often(&recent(0, 0, 0, 0, 700)), "on none of 700 days");
        assert_eq!(
            often(&recent(0, 0, 5, 5, 90)),
            "on 5 of all 90 days, last on 2019-04-14"
        );
    }

    #[test]
    fn weights_are_told_as_factors() {
        assert_eq!(
            [23.4, 3.06, 0.36, 0.04].map(factor),
            ["23", "3.1", "0.4", "0.04"]
        );
    }
}
