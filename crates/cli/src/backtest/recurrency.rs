//! The recurrency baseline on a folder of quadruples, ranked as ours is.

use std::collections::HashSet;
use std::time::Instant;

use detente_forecast::link::recurrency::Recurrency;
use detente_forecast::link::{Answer, Asked, Fact, Query};
use detente_forecast::on_all_cores;

/// Share of the days of the history on which its parameters are chosen, where there is no part for settings before what is ranked.
const TUNED_SHARE: f64 = 0.1;

/// What it gave.
pub struct Ranked {
    /// Of each question and answer: the day, what was asked, how well the two were known, the rank.
    pub ranks: Vec<(i32, Asked, Answer, f64)>,
    /// Seconds of learning.
    pub learn: f64,
    /// Seconds of ranking.
    pub rank: f64,
}

/// Learns on a history whose parameters are chosen on its days from `tune_from` on, or on its last tenth, and ranks the days after it.
pub fn rank(
    entities: usize,
    known: &[Fact],
    asked: &[Fact],
    tune_from: Option<i32>,
    single_step: bool,
) -> Ranked {
    let span = known.first().zip(known.last()).map(|(a, b)| (a.day, b.day));
    let (first, last) = span.unwrap_or((0, 0));
    let tenth = (f64::from(last - first + 1) * TUNED_SHARE).ceil() as i32;
    let begin = Instant::now();
    let mut model = Recurrency::learn(known, tune_from.unwrap_or(last + 1 - tenth), single_step);
    let learn = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let mut seen = Seen::default();
    seen.take(known);
    let mut ranks = Vec::new();
    for today in asked.chunk_by(|a, b| a.day == b.day) {
        let day = today[0].day;
        let questions = Query::answered(today);
        let pieces: Vec<_> = questions.chunks(64).collect();
        let found = on_all_cores(pieces.len(), |piece| {
            let of = pieces[piece].iter();
            of.map(|(query, answers)| model.ranks(day, query, answers, entities))
                .collect::<Vec<_>>()
        });
        for ((query, answers), of) in questions.iter().zip(found.into_iter().flatten()) {
            for (answer, rank) in answers.iter().zip(of) {
                ranks.push((day, query.asked, seen.met(query, *answer), rank));
            }
        }
        // what the two had done before sorts the ranks; it is told to the model only where the days are seen
        seen.take(if single_step { today } else { &[] });
        if single_step {
            model.take(today);
        }
    }
    Ranked {
        ranks,
        learn,
        rank: begin.elapsed().as_secs_f64(),
    }
}

/// Events and pairs that were seen.
#[derive(Default)]
struct Seen {
    events: HashSet<(u32, u32, u32)>,
    pairs: HashSet<(u32, u32)>,
}

impl Seen {
    fn take(&mut self, facts: &[Fact]) {
        for f in facts {
            self.events.insert((f.subject, f.relation, f.object));
            self.pairs.insert(pair(f.subject, f.object));
        }
    }

    fn met(&self, query: &Query, answer: u32) -> Answer {
        let (subject, object) = match query.asked {
            Asked::Object => (query.given, answer),
            Asked::Subject => (answer, query.given),
        };
        if self.events.contains(&(subject, query.relation, object)) {
            Answer::SeenTriple
        } else if self.pairs.contains(&pair(subject, object)) {
            Answer::SeenPair
        } else {
            Answer::UnseenPair
        }
    }
}

fn pair(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_had_happened_before_sorts_the_ranks() {
        let fact = |day, subject, relation, object| Fact {
            day,
            subject,
            relation,
            object,
        };
        let known: Vec<Fact> = (0..10).map(|day| fact(day, 0, 0, 1)).collect();
        let asked = [
            fact(10, 0, 0, 1),
            fact(11, 1, 1, 0),
            fact(12, 2, 0, 0),
            fact(13, 2, 0, 0),
        ];
        let met = |single_step| -> Vec<Answer> {
            let found = rank(4, &known, &asked, None, single_step);
            let whom = found.ranks.iter().filter(|r| r.1 == Asked::Object);
            whom.map(|r| r.2).collect()
        };
        use Answer::{SeenPair, SeenTriple, UnseenPair};
        assert_eq!(met(true), [SeenTriple, SeenPair, UnseenPair, SeenTriple]);
        assert_eq!(met(false), [SeenTriple, SeenPair, UnseenPair, UnseenPair]);
        let found = rank(4, &known, &asked, None, true);
        assert_eq!(found.ranks[0], (10, Asked::Object, SeenTriple, 1.0));
    }
}
