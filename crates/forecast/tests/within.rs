//! Chances of events within days: what they may know, what they add up to, and whether they mean what they say.

use detente_forecast::linear::logit;
use detente_forecast::link::Fact;
use detente_forecast::link::within::backtest::{self, N, Standing};
use detente_forecast::link::within::{Chance, History, Monitored, Settings, TermKind, Within};

const DAYS: i32 = 400;
const ENTITIES: u32 = 12;
const CLASS: [u8; 6] = [1, 1, 2, 3, 4, 0];

/// A generator of its own, so that the history does not hang on the crate's.
struct Lehmer(u64);

impl Lehmer {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as f64 / 2_147_483_647.0
    }
}

/// Each pair does each type at a rate of its own; type 4 follows on type 3 within a few days more often than not. Type 5 never happens.
fn history(seed: u64) -> Vec<Fact> {
    let mut random = Lehmer(seed);
    let mut facts = Vec::new();
    let rates: Vec<f64> = (0..ENTITIES * ENTITIES * 5)
        .map(|_| 0.2 * random.uniform().powi(4))
        .collect();
    for day in 0..DAYS {
        for subject in 0..ENTITIES {
            for object in (0..ENTITIES).filter(|o| *o != subject) {
                for relation in 0..4 {
                    let rate = rates[((subject * ENTITIES + object) * 5 + relation) as usize];
                    if random.uniform() < rate {
                        facts.push(Fact {
                            day,
                            subject,
                            relation,
                            object,
                        });
                        if relation == 3 && random.uniform() < 0.6 {
                            facts.push(Fact {
                                day: day + 1 + (random.uniform() * 4.0) as i32,
                                subject,
                                relation: 4,
                                object,
                            });
                        }
                    }
                }
            }
        }
    }
    facts.retain(|f| f.day < DAYS);
    facts.sort_unstable();
    facts
}

fn of<'a>(facts: &'a [Fact], monitored: &'a Monitored) -> History<'a> {
    History {
        facts,
        monitored,
        class: &CLASS,
        entities: ENTITIES as usize,
    }
}

fn all() -> Vec<u32> {
    (0..ENTITIES).collect()
}

fn chances(facts: &[Fact], missing: &[i32], origin: i32) -> Vec<Chance> {
    let monitored = Monitored::new(0, DAYS - 1, missing).unwrap();
    let within = Within::learn(&of(facts, &monitored), origin, &Settings::days(7)).unwrap();
    within.chances(&all(), &all())
}

#[test]
fn nothing_after_the_origin_is_read() {
    let origin = 300;
    let facts = history(11);
    let mut corrupted: Vec<Fact> = facts
        .iter()
        .copied()
        .filter(|f| f.day <= origin || f.day % 3 == 0)
        .map(|f| match f.day > origin {
            true => Fact {
                subject: f.object,
                relation: 5,
                object: f.subject,
                ..f
            },
            false => f,
        })
        .collect();
    corrupted.sort_unstable();
    let (told, blind) = (
        chances(&facts, &[], origin),
        chances(&corrupted, &[], origin),
    );
    assert_eq!(format!("{told:?}"), format!("{blind:?}"));
    // nor which days will be looked at
    let unwatched: Vec<i32> = (origin + 1..DAYS).collect();
    assert_eq!(told, chances(&facts, &unwatched, origin));
}

#[test]
fn a_backtest_learns_at_its_first_origin_only() {
    let facts = history(11);
    let monitored = Monitored::new(0, DAYS - 1, &[]).unwrap();
    let settings = Settings::days(7);
    let both = backtest::run(&of(&facts, &monitored), &[300, 330], &settings).unwrap();
    let cut: Vec<Fact> = facts.iter().copied().filter(|f| f.day <= 307).collect();
    let one = backtest::run(&of(&cut, &monitored), &[300], &settings).unwrap();
    let first: Vec<_> = both
        .scored
        .iter()
        .filter(|s| s.origin == 300)
        .cloned()
        .collect();
    assert_eq!(first, one.scored);
}

#[test]
fn terms_add_up_to_the_chance_and_the_largest_comes_first() {
    let made = chances(&history(5), &[], 350);
    // five types were ever seen
    assert_eq!(made.len() as u32, ENTITIES * (ENTITIES - 1) * 5);
    for c in &made {
        let sum: f64 = c.terms.iter().map(|t| t.log_odds).sum();
        assert!(
            (logit(c.base) + sum - logit(c.probability)).abs() < 1e-9,
            "{c:?}"
        );
        let sizes = c.terms.iter().map(|t| t.log_odds.abs());
        assert!(sizes.is_sorted_by(|a, b| a >= b));
    }
    assert!(made.is_sorted_by(|a, b| a.probability >= b.probability));
}

#[test]
fn facts_behind_terms_are_those_of_the_history() {
    let facts = history(5);
    let origin = 350;
    let made = chances(&facts, &[], origin);
    let mut rules = 0;
    for c in &made {
        let own =
            |f: &&Fact| (f.subject, f.relation, f.object) == (c.subject, c.relation, c.object);
        let known: Vec<&Fact> = facts.iter().filter(|f| f.day <= origin).collect();
        let mut days: Vec<i32> = known.iter().copied().filter(own).map(|f| f.day).collect();
        days.dedup();
        for term in &c.terms {
            match term.kind {
                TermKind::Own { recent } => {
                    let last = |n: i32| days.iter().filter(|d| **d > origin - n).count() as u32;
                    assert_eq!(
                        [recent.last_7, recent.last_30, recent.last_365],
                        [last(7), last(30), last(365)]
                    );
                    assert_eq!(recent.total, days.len() as u32);
                    assert_eq!((recent.last, recent.monitored), (days.last().copied(), 351));
                }
                TermKind::Rule {
                    back,
                    rule: Some(rule),
                } => {
                    let (a, b) = if back {
                        (c.object, c.subject)
                    } else {
                        (c.subject, c.object)
                    };
                    let seen = known
                        .iter()
                        .rev()
                        .find(|f| (f.subject, f.relation, f.object) == (a, rule.after, b));
                    assert_eq!(seen.map(|f| f.day), Some(rule.day));
                    assert!(origin - rule.day < 7 && (0.0..=1.0).contains(&rule.confidence));
                    if !back && c.relation == 4 && rule.after == 3 {
                        rules += 1;
                        // .6 by the rule, more by chance
                        assert!(
                            rule.confidence > 0.55 && rule.support > 100 && term.log_odds > 0.0
                        );
                    }
                }
                _ => {}
            }
        }
    }
    assert!(rules > 5, "{rules}");
}

#[test]
fn reliable_and_better_than_its_baselines_on_a_known_process() {
    let facts = history(23);
    let monitored = Monitored::new(0, DAYS - 1, &[]).unwrap();
    let origins: Vec<i32> = (200..390).step_by(7).collect();
    let found = backtest::run(&of(&facts, &monitored), &origins, &Settings::days(7)).unwrap();
    let cells: u32 = found.scored.iter().map(|s| s.cells).sum();
    assert!(cells as usize > origins.len() * 600);
    let (mut said, mut came) = (0.0, 0.0);
    for ((_, k, _), bin) in &found.bins {
        if *k == 0 {
            said += bin.probability;
            came += bin.events as f64;
            if bin.cells > 400 {
                let p = bin.mean();
                let sd = (p * (1.0 - p) / bin.cells as f64).sqrt();
                let rate = bin.events as f64 / bin.cells as f64;
                assert!((rate - p).abs() < 4.5 * sd + 0.01, "said {p}, came {rate}");
            }
        }
    }
    // events are by chance a twentieth rarer after the first origin than before it
    assert!((said / came - 1.0).abs() < 0.08, "{said} said, {came} came");
    for k in 1..N {
        let sum = |of: &dyn Fn(&backtest::Scored) -> [f64; N], k: usize| -> f64 {
            // what follows on type 3 is what baselines do not know
            found
                .scored
                .iter()
                .filter(|s| s.class == 4)
                .map(|s| of(s)[k])
                .sum()
        };
        assert!(sum(&|s| s.brier, 0) < 0.99 * sum(&|s| s.brier, k), "{k}");
        assert!(sum(&|s| s.bits, 0) < 0.99 * sum(&|s| s.bits, k), "{k}");
    }
    let on = |s: &&backtest::Scored| s.standing == Standing::On;
    let (cells, events) = found
        .scored
        .iter()
        .filter(on)
        .fold((0, 0), |(c, e), s| (c + s.cells, e + s.events));
    assert!(f64::from(events) / f64::from(cells) > 0.2);
}

#[test]
fn surprises_are_bits_of_first_events_in_the_window() {
    let facts = history(5);
    let monitored = Monitored::new(0, DAYS - 1, &[]).unwrap();
    let mut within = Within::learn(&of(&facts, &monitored), 350, &Settings::days(7)).unwrap();
    let made = within.surprises(&facts);
    let mut expected: Vec<(u32, u32, u32)> = facts
        .iter()
        .filter(|f| f.day > 350 && f.day <= 357)
        .map(|f| (f.subject, f.relation, f.object))
        .collect();
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(made.len(), expected.len());
    for s in &made {
        let f = s.fact;
        assert!((s.bits + s.chance.probability.log2()).abs() < 1e-12);
        assert_eq!(within.chance(f.subject, f.relation, f.object), s.chance);
        let earlier = |e: &Fact| {
            e.day > 350
                && e.day < f.day
                && (e.subject, e.relation, e.object) == (f.subject, f.relation, f.object)
        };
        assert!(!facts.iter().any(earlier));
    }
    assert!(made.is_sorted_by(|a, b| a.bits >= b.bits));
    within.advance(&of(&facts, &monitored), 357).unwrap();
    assert_eq!(within.origin(), 357);
    assert!(within.advance(&of(&facts, &monitored), 300).is_err());
}

#[test]
fn input_out_of_range_is_refused() {
    let facts = history(5);
    let monitored = Monitored::new(0, DAYS - 1, &[]).unwrap();
    let learn = |history: &History, origin, days| {
        Within::learn(history, origin, &Settings::days(days)).map(|_| ())
    };
    let good = of(&facts, &monitored);
    assert!(learn(&good, 300, 0).is_err());
    assert!(learn(&good, 8, 7).is_err(), "no window has closed");
    assert!(
        learn(
            &History {
                entities: 3,
                ..good
            },
            300,
            7
        )
        .is_err()
    );
    assert!(
        learn(
            &History {
                class: &CLASS[..2],
                ..good
            },
            300,
            7
        )
        .is_err()
    );
    let backwards: Vec<Fact> = facts.iter().rev().copied().collect();
    assert!(learn(&of(&backwards, &monitored), 300, 7).is_err());
    assert!(backtest::run(&good, &[395], &Settings::days(7)).is_err());
}
