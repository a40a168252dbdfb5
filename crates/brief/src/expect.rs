//! Why a chance of an event is what it is, in words: the same for a brief, where each number is a figure, and for the command line.

use detente_atlas::{Actor, Day};
use detente_partnership::outlook::expect::{Reason, Recent, Rule, TermKind, class_name};

use crate::{Evidence, Figure, Format, Statement, show_number};

/// A piece of what is said.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// Free text, without a digit.
    Text(String),
    /// The name of an actor.
    Actor(String),
    /// The name of a type of event.
    Event(String),
    /// A day.
    Date(Day),
    /// A number: under which name the evidence holds it, what it is, and how it is written.
    Number(&'static str, f64, Format),
}

/// The words of a reason, without its weight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Words(Vec<Word>);

impl Words {
    /// Of a reason.
    pub fn of(reason: &Reason) -> Words {
        let name = |id: &str| Actor::from_id(id).map_or_else(|| id.to_owned(), |a| a.name().into());
        let (s, o) = (name(&reason.subject), name(&reason.object));
        let empty = Words::default();
        match &reason.term {
            TermKind::Own { recent } if recent.total == 0 => empty
                .text("has not done so in ")
                .count("monitored days", recent.monitored)
                .text(" monitored days"),
            TermKind::Own { recent } => empty.text("has done so ").often(recent),
            TermKind::Class { recent, class } => empty
                .text(format!("{} of ", class_name(*class)))
                .actor(s)
                .text(" toward ")
                .actor(o)
                .text(" ")
                .often(recent),
            TermKind::Pair { recent } => empty.acted(s, o).often(recent),
            TermKind::Inverse { recent } => empty.acted(o, s).often(recent),
            TermKind::Answer { recent } => empty
                .actor(o)
                .text(" did the same to ")
                .actor(s)
                .text(" ")
                .often(recent),
            TermKind::Subject { recent } => empty.actor(s).text(" did so to anyone ").often(recent),
            TermKind::Object { recent } => empty
                .text("anyone did so to ")
                .actor(o)
                .text(" ")
                .often(recent),
            TermKind::Everywhere { recent } => empty.text("it happened anywhere ").often(recent),
            TermKind::Rule { back, rule } => {
                let who = if *back { o } else { s };
                match (rule, &reason.after) {
                    (Some(rule), Some(after)) => empty.followed(who, rule, after, reason),
                    _ => empty
                        .text("nothing of ")
                        .actor(who)
                        .text(" lately on which it usually follows"),
                }
            }
        }
    }

    /// As plain text, for a terminal.
    pub fn plain(&self) -> String {
        let word = |word: &Word| match word {
            Word::Text(text) => text.clone(),
            Word::Actor(name) => name.clone(),
            Word::Event(name) => format!("'{name}'"),
            Word::Date(day) => day.to_string(),
            Word::Number(_, x, format) => show_number(*x, *format).replace('\u{202f}', " "),
        };
        self.0.iter().map(word).collect()
    }

    /// Puts the numbers among those of the evidence, and the names among its names.
    pub fn filed(&self, mut e: Evidence) -> Evidence {
        for word in &self.0 {
            match word {
                Word::Number(name, x, _) => e = e.also(*name, *x),
                Word::Actor(name) if !e.names.contains(name) => e.names.push(name.clone()),
                _ => {}
            }
        }
        e
    }

    /// Adds the words to a statement, with the numbers as figures of evidence in which they were [`filed`](Words::filed).
    pub fn said(&self, s: Statement, e: &Evidence) -> Statement {
        self.0.iter().fold(s, |s, word| match word {
            Word::Text(text) => s.text(text.clone()),
            Word::Actor(name) => s.actor(name.clone()),
            Word::Event(name) => s.name(name.clone()),
            Word::Date(day) => s.date(*day),
            Word::Number(name, x, format) => {
                let figure = Figure::number(*x, *format, e);
                debug_assert!(e.also.contains_key(*name));
                s.figure(&figure)
            }
        })
    }

    fn add(mut self, word: Word) -> Words {
        self.0.push(word);
        self
    }

    fn text(self, text: impl Into<String>) -> Words {
        self.add(Word::Text(text.into()))
    }

    fn actor(self, name: String) -> Words {
        self.add(Word::Actor(name))
    }

    fn event(self, name: &str) -> Words {
        self.add(Word::Event(name.to_owned()))
    }

    fn date(self, day: i32) -> Words {
        self.add(Word::Date(Day(day)))
    }

    fn count(self, name: &'static str, n: u32) -> Words {
        self.add(Word::Number(name, f64::from(n), Format::count()))
    }

    fn acted(self, one: String, other: String) -> Words {
        self.actor(one)
            .text(" acted toward ")
            .actor(other)
            .text(" ")
    }

    /// On how many days, over the shortest span that says something.
    fn often(self, recent: &Recent) -> Words {
        let of = |words: Words, n: u32, span: u32| {
            let words = words.text("on ").count("days with such an event", n);
            match recent.monitored {
                all if all <= span => words
                    .text(" of all ")
                    .count("monitored days", all)
                    .text(" days"),
                _ => words
                    .text(" of the last ")
                    .count("days looked back", span)
                    .text(" days"),
            }
        };
        let last = |words: Words| match recent.last {
            Some(day) => words.text(", last on ").date(day),
            None => words,
        };
        match recent {
            Recent { total: 0, .. } => self
                .text("on none of ")
                .count("monitored days", recent.monitored)
                .text(" days"),
            Recent {
                last_7: n @ 2.., ..
            } => of(self, *n, 7),
            Recent {
                last_30: n @ 1.., ..
            } => of(self, *n, 30),
            Recent {
                last_365: n @ 1.., ..
            } => last(of(self, *n, 365)),
            Recent { total: n, .. } => last(
                self.text("on ")
                    .count("days with such an event", *n)
                    .text(" of ")
                    .count("monitored days", recent.monitored)
                    .text(" days"),
            ),
        }
    }

    fn followed(self, who: String, rule: &Rule, after: &str, reason: &Reason) -> Words {
        self.text("after ")
            .event(after)
            .text(" by ")
            .actor(who)
            .text(" (last on ")
            .date(rule.day)
            .text("), ")
            .event(&reason.event)
            .text(" followed within ")
            .count("days of the window", reason.days)
            .text(" days in ")
            .add(Word::Number(
                "share of cases in which it followed",
                rule.confidence,
                Format::percent(0),
            ))
            .text(" of cases (n = ")
            .count("cases", rule.support)
            .text(")")
    }
}

/// What a reason multiplies the odds by, as text: `3.1`, `23`, `0.04`.
pub fn factor(odds: f64) -> String {
    match odds {
        x if x >= 10.0 => format!("{x:.0}"),
        x if x >= 0.095 => format!("{x:.1}"),
        x => format!("{x:.2}"),
    }
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

    fn reason(term: TermKind) -> Reason {
        Reason {
            term,
            subject: "AZE".to_owned(),
            object: "TUR".to_owned(),
            event: "Consult".to_owned(),
            after: Some("Threaten".to_owned()),
            days: 30,
            odds: 2.0,
            filter: "source = AZE".to_owned(),
        }
    }

    #[test]
    fn the_shortest_span_that_says_something() {
        let often = |recent| Words::default().often(&recent).plain();
        assert_eq!(often(recent(4, 9, 50, 80, 700)), "on 4 of the last 7 days");
        assert_eq!(often(recent(1, 3, 50, 80, 700)), "on 3 of the last 30 days");
        // day 18,000 after 1970 began: 49 years with 12 leap days make 17,897 days up to 2019-01-01, and 103 more end on 14 April
        assert_eq!(
            often(recent(0, 0, 5, 80, 700)),
            "on 5 of the last 365 days, last on 2019-04-14"
        );
        assert_eq!(
            often(recent(0, 0, 0, 2, 700)),
            "on 2 of 700 days, last on 2019-04-14"
        );
        assert_eq!(often(recent(0, 0, 0, 0, 700)), "on none of 700 days");
        assert_eq!(
            often(recent(0, 0, 5, 5, 90)),
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

    #[test]
    fn a_reason_says_who_did_what_to_whom() {
        let recent = recent(3, 3, 3, 3, 700);
        let rule = Some(Rule {
            after: 1,
            day: 18_000,
            confidence: 0.313,
            support: 48,
        });
        for (term, words) in [
            (
                TermKind::Own { recent },
                "has done so on 3 of the last 7 days",
            ),
            (
                TermKind::Class { recent, class: 4 },
                "material conflict of Azerbaijan toward Türkiye on 3 of the last 7 days",
            ),
            (
                TermKind::Inverse { recent },
                "Türkiye acted toward Azerbaijan on 3 of the last 7 days",
            ),
            (
                TermKind::Rule { back: true, rule },
                "after 'Threaten' by Türkiye (last on 2019-04-14), 'Consult' followed within 30 days in 31 % of cases (n = 48)",
            ),
            (
                TermKind::Rule {
                    back: false,
                    rule: None,
                },
                "nothing of Azerbaijan lately on which it usually follows",
            ),
        ] {
            assert_eq!(Words::of(&reason(term)).plain(), words);
        }
    }

    #[test]
    fn every_number_in_a_brief_is_one_of_its_evidence() {
        let recent = recent(3, 3, 3, 3, 700);
        let words = Words::of(&reason(TermKind::Answer { recent }));
        let e = words.filed(Evidence::new("e", "a chance", "events-within-days"));
        assert_eq!(e.names, ["Türkiye", "Azerbaijan"]);
        let s = words.said(Statement::new("s"), &e);
        let shown: Vec<f64> = s.figures().filter_map(Figure::as_number).collect();
        assert_eq!(shown, [3.0, 7.0]);
        assert!(shown.iter().all(|x| e.numbers().any(|y| y == *x)));
    }
}
