//! The worst plausible case on the bundled data.

use detente_partnership::stress::{Asked, FRONTIER, Kind, Reverse, Stressed, TOLD, stress};

use crate::support::*;

const ASKED: Asked = Asked {
    months: Some(12),
    paths: 2000,
    seed: 1,
};

fn of(name: &str, as_of: &str) -> Stressed {
    stress(assessment(name, as_of), &ASKED).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[test]
fn severity_rises_with_k_and_its_parts_add_up() {
    let s = of("nato-azerbaijan", "2026-11-24");
    let severities: Vec<f64> = s.frontier.iter().map(|f| f.severity).collect();
    assert_eq!(severities.len(), FRONTIER.len());
    assert!(severities.windows(2).all(|w| w[0] < w[1]), "{severities:?}");
    for (point, k) in s.frontier.iter().zip(FRONTIER) {
        assert!((point.likelihood - (-k).exp()).abs() < 1e-12);
        // the worst of the models, and worse than the plain mean of each
        for (place, model) in s.models.iter().enumerate() {
            let own = model.severities[FRONTIER.iter().position(|f| *f == k).unwrap()];
            assert!(own <= point.severity && own > model.mean, "{}", model.name);
            assert_eq!(own == point.severity, place == point.model);
        }
    }
    let told = s.frontier.iter().find(|f| f.k == TOLD).unwrap();
    assert_eq!(told.model, s.told);
    let sum: f64 = s.parts.iter().map(|part| part.adds).sum();
    assert!(
        (sum - told.severity).abs() < 1e-9,
        "{sum} {}",
        told.severity
    );
    assert!(s.chain.loss >= told.severity);
    assert!(s.chain.steps.is_sorted_by_key(|step| step.month));
}

#[test]
fn what_is_drawn_and_what_is_left_out_is_every_factor_of_the_file_once() {
    for name in ["nato-azerbaijan", "us-philippines"] {
        let assessment = assessment(name, "2026-11-24");
        let s = stress(assessment, &ASKED).unwrap();
        assert_eq!(s.variables[0].kind, Kind::Relation);
        assert!(
            s.variables[0].weight < 0.0,
            "the fall of the relation is the loss"
        );
        assert!(s.variables[1..].iter().all(|v| v.weight >= 0.0));
        let drawn = s.variables[1..].iter().map(|v| &v.id);
        let mut told: Vec<&String> = drawn.chain(s.left_out.iter().map(|l| &l.id)).collect();
        let mut all: Vec<&String> = assessment
            .partnership
            .factors
            .iter()
            .map(|f| &f.id)
            .collect();
        told.sort();
        all.sort();
        assert_eq!(told, all, "{name}");
        for (variable, part) in s.variables.iter().zip(&s.parts).skip(1) {
            assert!(
                (0.0..=1.0).contains(&part.worst),
                "{}: a standing",
                variable.id
            );
        }
    }
}

#[test]
fn a_rarer_failure_takes_more() {
    let s = of("nato-azerbaijan", "2026-11-24");
    for breach in &s.breaches {
        let (share, hi) = (breach.chance.share, breach.chance.hi);
        match breach.sure {
            Reverse::Takes { k, .. } => {
                assert!((k + share.ln()).abs() < 1e-9, "{}", breach.failure)
            }
            Reverse::NotReached { above, .. } => {
                assert_eq!(share, 0.0);
                assert!((above + hi.ln()).abs() < 1e-6, "{above} {hi}");
            }
        }
    }
}

#[test]
fn paths_start_from_the_last_reading_and_know_nothing_later() {
    let early = of("nato-azerbaijan", "2020-06-30");
    let late = of("nato-azerbaijan", "2026-11-24");
    assert!(early.origin < late.origin);
    assert!(early.variables[0].known < late.variables[0].known);
    assert_eq!(early.months, 12);
    let again = of("nato-azerbaijan", "2020-06-30");
    let severities = |s: &Stressed| {
        s.frontier
            .iter()
            .map(|f| f.severity.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(severities(&early), severities(&again));
}
