//! The worst plausible case on the bundled data.

use detente_partnership::stress::cascade::Finding;
use detente_partnership::stress::{Asked, FRONTIER, Kind, Reverse, Stressed, TOLD, stress};

use detente_partnership::Assessment;

use crate::support::*;

const ASKED: Asked = Asked {
    months: Some(12),
    paths: 2000,
    seed: 1,
};

/// The shipped partnerships that have an outlook today: the net scores do not monitor Georgia.
const WITH_PATHS: [&str; 3] = ["asean-china", "nato-azerbaijan", "us-philippines"];

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

/// What is told and what is left out is every factor of the file, each once.
fn every_factor_once<'a>(a: &Assessment, told: impl Iterator<Item = &'a String>) {
    let mut told: Vec<&String> = told.collect();
    let mut all: Vec<&String> = a.partnership.factors.iter().map(|f| &f.id).collect();
    told.sort();
    all.sort();
    assert_eq!(told, all, "{}", a.partnership.id);
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
        every_factor_once(assessment, drawn.chain(s.left_out.iter().map(|l| &l.id)));
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

#[test]
fn signs_are_shares_and_leads_and_say_where_none_is_shown() {
    for name in WITH_PATHS {
        let s = of(name, "2026-11-24");
        let watches = [&s.signs.sides, &s.signs.relations];
        for watch in watches.into_iter().flatten() {
            assert!(watch.onsets > 0 && watch.onsets < watch.months, "{name}");
            let mut shown_before = true;
            for sign in &watch.signs {
                assert!(sign.variable < s.variables.len());
                assert!(!sign.is_shown() || shown_before, "{name}: signs come first");
                shown_before = sign.is_shown();
                let Some(r) = &sign.rule.record else { continue };
                let hits = [r.hits.lo, r.hits.value, r.hits.hi];
                assert!(hits.is_sorted() && hits[0] >= 0.0 && hits[2] <= 1.0);
                for share in [r.false_alarms, r.placebo_hits, r.p, r.adjusted_p] {
                    assert!((0.0..=1.0).contains(&share), "{name}: {share}");
                }
                assert!(r.adjusted_p >= r.p && r.hits.of <= watch.onsets);
                if let Some(lead) = r.lead {
                    let leads = [
                        1.0,
                        lead.lower,
                        lead.median,
                        lead.upper,
                        watch.window as f64,
                    ];
                    assert!(leads.is_sorted(), "{name}: {leads:?}");
                }
                assert!(sign.rule.threshold.is_none_or(f64::is_finite));
            }
        }
        if let Ok(watch) = &s.signs.relations {
            assert!(watch.units > 10 && watch.signs.len() == 4, "{name}");
            assert!(watch.signs.iter().all(|sign| sign.variable == 0));
        }
        if let Ok(watch) = &s.signs.sides {
            assert_eq!((watch.units, watch.signs.len()), (1, 2 * s.variables.len()));
        }
    }
    // the more months, the more there is to judge
    let months = |s: &Stressed| s.signs.relations.as_ref().map_or(0, |w| w.months);
    let (early, late) = (
        of("nato-azerbaijan", "2021-06-30"),
        of("nato-azerbaijan", "2024-03-31"),
    );
    assert!(months(&early) < months(&late));
}

#[test]
fn what_sets_off_what_rests_on_months_that_were_held_out() {
    for name in WITH_PATHS {
        let assessment = assessment(name, "2026-11-24");
        let s = stress(assessment, &ASKED).unwrap();
        let Ok(c) = &s.cascade else { continue };
        let told = c.theatres.iter().map(|t| &t.id);
        every_factor_once(assessment, told.chain(c.left_out.iter().map(|l| &l.id)));
        assert!(c.tested.from < s.origin && c.tested.counts > 0);
        assert_eq!(
            c.shown.is_none(),
            c.tested.finding == Finding::NotShown,
            "{name}"
        );
        for theatre in &c.theatres {
            let most = (theatre.months * theatre.indicators) as f64;
            assert!(
                theatre.surprises < most && theatre.weight >= 0.0,
                "{theatre:?}"
            );
        }
        if let Some(shown) = &c.shown {
            assert!(shown.sets_off.iter().all(|off| off.amplification >= 1.0));
            let losses = shown.calmed.iter().map(|step| step.loss);
            assert!(losses.is_sorted_by(|a, b| a >= b), "calming does not harm");
        }
    }
}
