//! The link ranker on small worlds whose answers are known.

use detente_forecast::Error;
use detente_forecast::link::{Answer, Asked, Cast, Fact, Query, Ranker, Settings};
use detente_forecast::trees::Growth;

const ENTITIES: u32 = 40;

fn cast() -> Cast {
    Cast {
        country: (0..ENTITIES).map(|e| 1 + e / 4).collect(),
        sector: (0..ENTITIES).map(|e| 1 + e % 4).collect(),
        class: vec![1, 4],
        root: vec![4, 19],
    }
}

fn fact(day: i32, subject: u32, relation: u32, object: u32) -> Fact {
    Fact {
        day,
        subject,
        relation,
        object,
    }
}

/// Every day each of twenty entities consults its own partner, and fights, on every third day, another one.
fn world(days: i32) -> Vec<Fact> {
    let mut facts = Vec::new();
    for day in 0..days {
        for subject in 0..20 {
            facts.push(fact(day, subject, 0, 20 + subject));
            if (day + subject as i32) % 3 == 0 {
                facts.push(fact(day, subject, 1, 20 + (subject + 7) % 20));
            }
        }
    }
    facts.sort_unstable();
    facts
}

fn settings() -> Settings {
    Settings {
        linear: 300,
        least: 600,
        leading: 15,
        learnt: 15,
        drawn: 10,
        growth: Some(Growth {
            trees: 10,
            ..Settings::default().growth.expect("trees are the default")
        }),
        ..Settings::default()
    }
}

fn ask(given: u32, relation: u32, asked: Asked) -> Query {
    Query {
        given,
        relation,
        asked,
    }
}

fn scores(ranker: &Ranker, day: i32) -> Vec<Vec<u32>> {
    let queries: Vec<Query> = (0..ENTITIES)
        .flat_map(|e| [ask(e, 0, Asked::Object), ask(e, 1, Asked::Subject)])
        .collect();
    ranker.rank(day, &queries, |_, ranked| {
        ranked.scores.iter().map(|score| score.to_bits()).collect()
    })
}

#[test]
fn the_usual_partner_comes_first_and_the_reasons_say_so() {
    let facts = world(60);
    let ranker = Ranker::learn(cast(), &facts, 50, settings(), 1).unwrap();
    let best = ranker.rank(
        50,
        &[ask(3, 0, Asked::Object), ask(23, 0, Asked::Subject)],
        |_, ranked| {
            (
                ranked.best(3),
                ranked.met(23),
                ranked.met(3),
                ranked.met(39),
            )
        },
    );
    assert_eq!(best[0].0[0].entity, 23);
    assert_eq!(best[1].0[0].entity, 3);
    assert_eq!(
        (best[0].1, best[0].3),
        (Answer::SeenTriple, Answer::UnseenPair)
    );
    assert_eq!(best[1].2, Answer::SeenTriple);
    let first = &best[0].0[0];
    assert!(
        first.probability > 0.5 && first.probability < 1.0,
        "{}",
        first.probability
    );
    // fifty days with one event each
    let counted = first
        .reasons
        .iter()
        .filter(|reason| reason.number == 50.0 && reason.last == Some(49));
    assert!(counted.count() >= 1, "{:?}", first.reasons);
    let sums: f64 = best[0]
        .0
        .iter()
        .map(|candidate| candidate.probability)
        .sum();
    assert!(sums < 1.0, "{sums}");
}

#[test]
fn nothing_after_the_origin_is_seen() {
    let facts = world(60);
    let honest = Ranker::learn(cast(), &facts, 50, settings(), 1).unwrap();
    let mut corrupt = facts;
    for fact in corrupt.iter_mut().filter(|fact| fact.day >= 50) {
        (fact.subject, fact.object) = (fact.object, ENTITIES - 1 - fact.subject);
    }
    let blind = Ranker::learn(cast(), &corrupt, 50, settings(), 1).unwrap();
    assert_eq!(scores(&honest, 50), scores(&blind, 50));
}

#[test]
fn other_questions_of_the_day_change_nothing() {
    let ranker = Ranker::learn(cast(), &world(60), 60, settings(), 1).unwrap();
    let alone = ranker.rank(60, &[ask(5, 0, Asked::Object)], |_, ranked| {
        ranked.scores.to_vec()
    });
    let many: Vec<Query> = (0..20).rev().map(|e| ask(e, 0, Asked::Object)).collect();
    let among = ranker.rank(60, &many, |_, ranked| ranked.scores.to_vec());
    assert_eq!(alone[0], among[14]);
}

#[test]
fn a_seed_gives_the_same_and_a_day_taken_counts() {
    let facts = world(60);
    let learn = || Ranker::learn(cast(), &facts, 50, settings(), 7).unwrap();
    let (first, mut second) = (learn(), learn());
    assert_eq!(scores(&first, 50), scores(&second, 50));
    second.take(&[fact(50, 3, 0, 39)]);
    let met = second.rank(51, &[ask(3, 0, Asked::Object)], |_, ranked| ranked.met(39));
    assert_eq!(met, [Answer::SeenTriple]);
}

#[test]
fn too_little_and_odd_events_are_refused() {
    let facts = world(60);
    let few = Ranker::learn(cast(), &facts, 1, settings(), 1);
    assert!(matches!(few, Err(Error::TooFew { .. })));
    let odd = [fact(0, 0, 0, 1), fact(1, 0, 0, ENTITIES)];
    let odd = Ranker::learn(cast(), &odd, 5, settings(), 1);
    assert!(odd.unwrap_err().to_string().contains("entity"));
    let back = [fact(2, 0, 0, 1), fact(1, 0, 0, 2)];
    assert!(Ranker::learn(cast(), &back, 5, settings(), 1).is_err());
}
