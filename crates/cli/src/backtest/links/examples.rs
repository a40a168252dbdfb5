//! Questions drawn at random, with what the ranker said and why, for a sceptic to read.

use detente_forecast::Draw;
use detente_forecast::link::protocol::rank_of;
use detente_forecast::link::terms::Kind;
use detente_forecast::link::{Asked, Fact, Query, Ranked, Reason};
use serde_json::{Value, json};

use super::super::quadruples::Quadruples;

/// Reasons told of an answer.
const REASONS: usize = 3;
/// In log-odds: what moves less is not told.
const LEAST: f64 = 0.1;

/// One question with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    day: i32,
    query: Query,
    answer: u32,
    rank: f64,
    /// None where the answer is not in the lead.
    probability: Option<f64>,
    reasons: Vec<Reason>,
    /// The first candidate with its probability.
    first: (u32, f64),
}

/// As many ends of facts as are wanted, drawn without replacement: the fact, and 0 where its object is asked for, 1 where its subject is.
pub fn drawn(asked: &[Fact], number: usize, seed: u64) -> Vec<(Fact, usize)> {
    let mut draw = Draw::of(seed, 0, 0);
    let mut left: Vec<usize> = (0..2 * asked.len()).collect();
    let mut drawn: Vec<usize> = (0..number.min(left.len()))
        .map(|_| left.swap_remove(draw.below(left.len())))
        .collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|i| (asked[i / 2], i % 2)).collect()
}

impl Example {
    pub fn of(day: i32, query: &Query, ranked: &Ranked, answer: u32, answers: &[u32]) -> Self {
        let reasons = ranked.reasons(answer).into_iter();
        let telling = reasons.filter(|r| r.log_odds.abs() >= LEAST);
        Self {
            day,
            query: *query,
            answer,
            rank: rank_of(ranked.scores, answer, answers),
            probability: ranked.probability(answer),
            reasons: telling.take(REASONS).collect(),
            first: ranked.first(),
        }
    }

    /// As an item of a list in Markdown.
    pub fn text(&self, data: &Quadruples) -> String {
        let entity = |e: u32| &data.entities[e as usize];
        let what = &data.relations[self.query.relation as usize];
        let given = entity(self.query.given);
        let question = match self.query.asked {
            Asked::Object => format!("{given} -> *{what}* -> ?"),
            Asked::Subject => format!("? -> *{what}* -> {given}"),
        };
        let chance = match self.probability {
            Some(p) if p >= 0.001 => format!("{:.1} %", 100.0 * p),
            Some(_) => "below 0.1 %".to_owned(),
            None => "not among the candidates in the lead".to_owned(),
        };
        let first = match self.first {
            (first, _) if first == self.answer => String::new(),
            (first, p) => format!("; first was {} ({:.1} %)", entity(first), 100.0 * p),
        };
        let reasons: Vec<String> = self.reasons.iter().map(|r| self.reason(r, data)).collect();
        let reasons = match reasons.as_slice() {
            [] => "Nothing sets it apart from the others in the lead".to_owned(),
            some => some.join("; "),
        };
        format!(
            "- day {}: {question} **{}**, rank {}, {chance}{first}. {reasons}.\n",
            self.day,
            entity(self.answer),
            self.rank
        )
    }

    /// A reason in words, with its weight in log-odds: `has met this 4 times, the last 2 days before (+1.3)`.
    fn reason(&self, reason: &Reason, data: &Quadruples) -> String {
        let given = &data.entities[self.query.given as usize];
        let whom = &data.entities[self.answer as usize];
        let (from, to) = match self.query.asked {
            Asked::Object => (given, whom),
            Asked::Subject => (whom, given),
        };
        let last = match reason.last {
            Some(last) if self.day - last == 1 => ", the last on the day before".to_owned(),
            Some(last) => format!(", the last {} days before", self.day - last),
            None => String::new(),
        };
        let about = match reason.number {
            n if n >= 0.95 => format!("about {n:.0}"),
            n if n > 0.0 => "hardly any".to_owned(),
            _ => "none".to_owned(),
        };
        let words = match reason.kind {
            Kind::Triple => format!("{from} did this to {to} {} times{last}", reason.number),
            Kind::Share => format!(
                "share of {whom} in all that {given} has of this: {} times{last}",
                reason.number
            ),
            Kind::Pair => format!("of any kind from {from} to {to}: {about}{last}"),
            Kind::Back => format!("of any kind from {to} to {from}: {about}{last}"),
            Kind::Class => format!("of the class from {from} to {to}: {about}"),
            Kind::Mirror => format!("the same from {to} to {from}: {about}{last}"),
            Kind::Rule => self.rule(reason, data),
            Kind::Received => match self.query.asked {
                Asked::Object => format!("done to {whom} by anybody: {about}"),
                Asked::Subject => format!("done by {whom} to anybody: {about}"),
            },
            Kind::Kin => format!("between {whom} and others of {given}'s country: {about}"),
            Kind::Met => format!("{whom} in such events at all: {about}"),
            Kind::Country => {
                format!("how often {given} and its like turn to the country of {whom}")
            }
            Kind::Sector => format!("how usual the sector of {whom} is here"),
            Kind::Acquainted => "the two have met before".to_owned(),
        };
        format!("{words} ({:+.1})", reason.log_odds)
    }

    fn rule(&self, reason: &Reason, data: &Quadruples) -> String {
        let given = &data.entities[self.query.given as usize];
        let whom = &data.entities[self.answer as usize];
        let all = data.relations.len();
        match reason.after {
            Some(after) => {
                let (a, b) = if (after as usize) < all {
                    (given, whom)
                } else {
                    (whom, given)
                };
                let what = &data.relations[after as usize % all];
                format!(
                    "after '{what}' from {a} to {b} this followed on {:.1} % of days",
                    reason.number
                )
            }
            None => "no rule from what happened between the two of late".to_owned(),
        }
    }

    pub fn json(&self, data: &Quadruples) -> Value {
        let entity = |e: u32| &data.entities[e as usize];
        json!({
            "day": self.day,
            "given": entity(self.query.given),
            "relation": data.relations[self.query.relation as usize],
            "asked": match self.query.asked { Asked::Object => "object", Asked::Subject => "subject" },
            "answer": entity(self.answer),
            "rank": self.rank,
            "probability": self.probability,
            "first": entity(self.first.0),
            "first_probability": self.first.1,
            "reasons": self.reasons.iter().map(|r| json!({"log_odds": r.log_odds, "words": self.reason(r, data)})).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_is_drawn_once_and_the_same_for_a_seed() {
        let facts: Vec<Fact> = (0..10)
            .map(|day| Fact {
                day,
                subject: 0,
                relation: 0,
                object: 1,
            })
            .collect();
        let some = drawn(&facts, 7, 3);
        assert_eq!((some.len(), &some), (7, &drawn(&facts, 7, 3)));
        assert_ne!(some, drawn(&facts, 7, 4));
        let mut all = drawn(&facts, 99, 3);
        assert_eq!(all.len(), 20);
        all.dedup();
        assert_eq!(all.len(), 20);
        assert!(all.is_sorted_by_key(|(fact, end)| (fact.day, *end)));
    }
}
