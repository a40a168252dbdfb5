//! Against three lines that were written by Python's json and hashlib, and against arithmetic by hand.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Made in Python: `t = json.dumps(fields, separators=(",", ":"))`, `h = hashlib.sha256(t.encode()).hexdigest()`, the line is
/// `t[:-1] + ',"hash":"' + h + '"}'`, and `previous` the same digest of the line before.
const EXAMPLE: &str = include_str!("example.jsonl");
/// The hashes that Python gave.
const HASHES: [&str; 3] = [
    "67dd05890c175c143ab02d88ed90919352d7b47e4ba7ecc48c8139ca7c592eae",
    "7c4eda59957af001755c35de31b8b6ea7f2814e667ba9e5359e85b49b408c9c9",
    "d2b84d9bc84f23b5290c8faa3149a8fb1e7b02c87bf905833e9dbe80488ff925",
];

/// A slip in a forecast.
type Change = fn(&mut Published);

fn example() -> Vec<Published> {
    let question = |kind, subject: &str, parameters: &[(&str, f64)], definition: &str| Question {
        partnership: "nato-azerbaijan".to_owned(),
        kind,
        subject: subject.to_owned(),
        sides: vec!["NATO".to_owned(), "AZE".to_owned()],
        source: (kind == Kind::Relation).then(|| "icews".to_owned()),
        parameters: parameters
            .iter()
            .map(|(k, v)| ((*k).to_owned(), *v))
            .collect(),
        definition: definition.to_owned(),
    };
    let relation = question(
        Kind::Relation,
        "relation-index NATO AZE",
        &[("prior", 0.5), ("material_weight", 2.0)],
        "R of the month from the events of ICEWS",
    );
    let event = question(
        Kind::Event,
        "rupture NATO AZE",
        &[],
        "R falls by more than four robust deviations",
    );
    let published =
        |made: &str, question: &Question, origin: &str, target: &str, ours, theirs| Published {
            made: made.to_owned(),
            question: question.clone(),
            origin: origin.to_owned(),
            target: target.to_owned(),
            forecast: ours,
            baseline: Baseline {
                name: "climatology".to_owned(),
                prediction: theirs,
            },
            skill: None,
            vintage: vec![Vintage {
                dataset: "lake".to_owned(),
                fingerprint: "0badc0de".to_owned(),
            }],
            version: "0.1.0".to_owned(),
        };
    let quantiles = |values| Prediction::Quantiles(Quantiles::new(values, 2.0));
    let mut all = vec![
        published(
            "2026-11-24",
            &relation,
            "2026-10",
            "2027-01",
            quantiles([1.0, 1.2, 1.5, 2.0, 2.5, 2.8, 3.0]),
            quantiles([0.0, 0.5, 1.0, 2.0, 3.0, 3.5, 4.0]),
        ),
        published(
            "2026-11-24",
            &event,
            "2026-10",
            "2026-12-01/2027-02-28",
            Prediction::Probability(0.2),
            Prediction::Probability(0.1),
        ),
        published(
            "2026-12-24",
            &event,
            "2026-11",
            "2027-01-01/2027-03-31",
            Prediction::Probability(0.3),
            Prediction::Probability(0.1),
        ),
    ];
    all[0].skill = Some(Skill {
        demonstrated: true,
        measure: "CRPS skill over climatology".to_owned(),
        mean: Some(0.05),
        interval: Some((0.01, 0.09)),
    });
    all[2].vintage[0].fingerprint = "0badf00d".to_owned();
    all
}

/// The lines of the example, each with its line break.
fn lines() -> Vec<&'static str> {
    EXAMPLE.split_inclusive('\n').collect()
}

/// The first line that does not hold.
fn broken(ledger: &str) -> Broken {
    verify(ledger.as_bytes()).expect_err("the ledger was altered")
}

#[test]
fn lines_are_those_that_python_writes() {
    let whole = append(b"", &example()).unwrap();
    assert_eq!(whole.lines, EXAMPLE);
    assert_eq!((whole.count, whole.known), (3, 0));
    assert_eq!(whole.head, HASHES[2]);
    let verified = verify(EXAMPLE.as_bytes()).unwrap();
    let hashes: Vec<&str> = verified.entries.iter().map(|e| e.hash.as_str()).collect();
    assert_eq!(hashes, HASHES);
    let read: Vec<Published> = verified.entries.into_iter().map(|e| e.published).collect();
    assert_eq!(read, example());
}

#[test]
fn one_by_one_is_the_same_as_at_once() {
    let mut ledger = String::new();
    for forecast in example() {
        let more = append(ledger.as_bytes(), &[forecast]).unwrap();
        ledger += &more.lines;
        assert_eq!(verify(ledger.as_bytes()).unwrap().head(), more.head);
    }
    assert_eq!(ledger, EXAMPLE);
}

#[test]
fn publishing_twice_is_publishing_once() {
    let again = append(EXAMPLE.as_bytes(), &example()).unwrap();
    assert_eq!((again.lines.as_str(), again.count, again.known), ("", 0, 3));
    assert_eq!(again.head, HASHES[2]);
    // A later day, another program and a new backtest do not make another forecast of the same numbers.
    let mut same = example().remove(1);
    same.made = "2026-11-30".to_owned();
    same.version = "0.2.0".to_owned();
    assert_eq!(append(EXAMPLE.as_bytes(), &[same]).unwrap().count, 0);
    let change: [Change; 5] = [
        |p| p.forecast = Prediction::Probability(0.21),
        |p| p.vintage[0].fingerprint.push('1'),
        |p| p.origin = "2026-09".to_owned(),
        |p| p.target = "2027-03".to_owned(),
        |p| p.question.definition.push('.'),
    ];
    for change in change {
        let mut other = example().remove(1);
        change(&mut other);
        assert_eq!(append(EXAMPLE.as_bytes(), &[other]).unwrap().count, 1);
    }
    // Within one call as well, and for numbers that differ beyond the sixth digit.
    let mut third = example().remove(1);
    third.forecast = Prediction::Probability(1.0 / 3.0);
    let twice = append(b"", &[third.clone(), third]).unwrap();
    assert_eq!((twice.count, twice.known), (1, 1));
    assert!(twice.lines.contains("\"probability\":0.333333}"));
}

#[test]
fn a_line_taken_out_or_moved_is_found_where_it_is_missed() {
    let l = lines();
    let gone = broken(&[l[0], l[2]].concat());
    assert_eq!(gone.line, 2);
    assert_eq!(
        gone.what,
        Fault::NotNext {
            expected: 2,
            found: 3
        }
    );
    assert_eq!(broken(&[l[1], l[2]].concat()).line, 1);
    let swapped = broken(&[l[0], l[2], l[1]].concat());
    assert_eq!(swapped.line, 2);
    let twice = broken(&[l[0], l[1], l[1], l[2]].concat());
    assert_eq!(
        (twice.line, twice.what),
        (
            3,
            Fault::NotNext {
                expected: 3,
                found: 2
            }
        )
    );
    assert_eq!(broken(&[l[0], "\n", l[1]].concat()).line, 2);
}

#[test]
fn a_line_that_was_written_anew_is_missed_by_the_next() {
    let mut better = example();
    better[0].forecast = better[0].baseline.prediction;
    let forged = append(b"", &better[..1]).unwrap().lines;
    let found = broken(&[&forged, lines()[1], lines()[2]].concat());
    assert_eq!(
        (found.line, found.what),
        (
            2,
            Fault::NotNext {
                expected: 2,
                found: 2
            }
        )
    );
    // Where the whole chain is written anew, only a head that was kept elsewhere tells.
    let anew = append(b"", &better).unwrap().lines;
    let anew = verify(anew.as_bytes()).unwrap();
    assert!(!anew.holds(HASHES[2]));
    assert!(verify(EXAMPLE.as_bytes()).unwrap().holds(HASHES[1]));
}

#[test]
fn whole_lines_cut_off_at_the_end_are_missed_by_a_kept_head_only() {
    let short = verify([lines()[0], lines()[1]].concat().as_bytes()).unwrap();
    assert_eq!(short.head(), HASHES[1]);
    assert!(!short.holds(HASHES[2]));
}

#[test]
fn a_torn_line_is_told_and_cut_at_every_place() {
    let kept = lines()[0].len() + lines()[1].len();
    for end in kept + 1..EXAMPLE.len() {
        let torn = &EXAMPLE.as_bytes()[..end];
        let found = verify(torn).unwrap_err();
        assert_eq!(
            (found.line, &found.what, found.offset),
            (3, &Fault::Torn, kept)
        );
        assert!(found.to_string().contains("--mend"), "{found}");
        assert!(matches!(append(torn, &example()), Err(Refused::Broken(_))));
        let mended = mend(torn).unwrap();
        if end == EXAMPLE.len() - 1 {
            assert_eq!(mended, Mend::EndLine, "only the line break is missing");
            continue;
        }
        assert_eq!(
            mended,
            Mend::Cut {
                kept,
                torn: torn[kept..].to_vec()
            }
        );
        assert_eq!(append(&torn[..kept], &example()).unwrap().lines, lines()[2]);
    }
    assert_eq!(mend(EXAMPLE.as_bytes()).unwrap(), Mend::Sound);
    let altered = EXAMPLE.replacen("0.2", "0.3", 1);
    assert!(
        mend(altered.trim_end().as_bytes()).is_err(),
        "only a torn end is mended"
    );
}

#[test]
fn a_line_of_a_later_format_is_not_called_forged() {
    let line = r#"{"format":2,"sequence":1"#;
    let hash = super::chain::sha256(&[line.as_bytes(), b"}"]);
    let found = broken(&format!("{line},\"hash\":\"{hash}\"}}\n"));
    assert!(matches!(found.what, Fault::Unknown(_)), "{found}");
}

#[test]
fn what_could_not_be_scored_does_not_enter() {
    let change: [(Change, &str); 10] = [
        (|p| p.forecast = Prediction::Probability(0.5), "needs"),
        (
            |p| p.baseline.prediction = Prediction::Probability(0.5),
            "baseline",
        ),
        (|p| p.question.kind = Kind::Event, "probability"),
        (
            |p| {
                p.forecast =
                    Prediction::Quantiles(Quantiles::new([0.0, 1.0, 2.0, 1.0, 4.0, 5.0, 6.0], 2.0))
            },
            "fall",
        ),
        (
            |p| p.forecast = Prediction::Quantiles(Quantiles::new([f64::NAN; 7], 2.0)),
            "finite",
        ),
        (|p| p.made = "24.11.2026".to_owned(), "YYYY-MM-DD"),
        (|p| p.target = "next month".to_owned(), "target"),
        (|p| p.target = "2026-10".to_owned(), "was over"),
        (|p| p.question.subject = " ".to_owned(), "subject"),
        (
            |p| {
                p.question
                    .parameters
                    .insert("prior".to_owned(), f64::INFINITY);
            },
            "parameter",
        ),
    ];
    for (change, why) in change {
        let mut bad = example();
        change(&mut bad[0]);
        let refused = append(b"", &bad).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    let mut certain = example();
    certain[1].forecast = Prediction::Probability(1.01);
    assert!(append(b"", &certain).is_err());
    // The month that is running can still be foretold.
    certain[1].forecast = Prediction::Probability(1.0);
    certain[1].target = "2026-11".to_owned();
    assert!(append(b"", &certain).is_ok());
}

fn entries() -> Vec<Entry> {
    verify(EXAMPLE.as_bytes()).unwrap().entries
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

#[test]
fn scores_are_those_of_hand_arithmetic() {
    let entries = entries();
    let came = |y| {
        let scored = score(&entries[..1], |_| Outcome::Came(y));
        scored[0].scores.unwrap()
    };
    // Quantiles 1, 1.2, 1.5, 2, 2.5, 2.8, 3 and y = 3.5, above all of them: the losses are level times distance, .05 x 2.5 = .125,
    // .1 x 2.3 = .23, .25 x 2 = .5, .5 x 1.5 = .75, .75 x 1 = .75, .9 x .7 = .63, .95 x .5 = .475; their sum is 3.46.
    // Weighted: .075 x .125 + .1 x .23 + .2 x .5 + .25 x .75 + .2 x .75 + .1 x .63 + .075 x .475 = .5685.
    // The interval is 2 wide and missed by .5: 2 + 20 x .5 = 12.
    let (
        Scores::Quantiles {
            crps,
            pinball,
            interval,
            covered,
        },
        Scores::Quantiles {
            interval: wide,
            covered: held,
            ..
        },
    ) = came(3.5)
    else {
        panic!("a relation is scored by its quantiles")
    };
    close(pinball, 3.46 / 7.0);
    close(crps, 2.0 * 0.5685);
    close(interval, 12.0);
    assert!(!covered && held);
    close(wide, 4.0);
    // At the median all losses are half the distance to it on either side, weighted by the outer part: .05 x 1, .1 x .8, .25 x .5, 0,
    // and the same above: .075 x .05 + .1 x .08 + .2 x .125 = .03675, twice on two sides.
    let (Scores::Quantiles { crps, covered, .. }, _) = came(2.0) else {
        panic!("a relation is scored by its quantiles")
    };
    close(crps, 2.0 * 2.0 * 0.03675);
    assert!(covered);
    // The ends belong to the interval.
    assert!(matches!(
        came(3.0).0,
        Scores::Quantiles { covered: true, .. }
    ));
}

#[test]
fn seven_quantiles_of_a_calibrated_normal_are_close_to_its_crps() {
    // E rho_tau = phi(z_tau) for a standard normal forecast and outcome, and E CRPS = 1 / sqrt(pi). Here the mean over outcomes at
    // 2000 equally likely places.
    let z = |p| detente_relations::distribution::normal_quantile(p);
    let mut entry = entries().remove(0);
    entry.published.forecast = Prediction::Quantiles(Quantiles::new(LEVELS.map(z), 0.0));
    let mean = (0..2000)
        .map(|i| {
            let y = z((f64::from(i) + 0.5) / 2000.0);
            match score([&entry], |_| Outcome::Came(y))[0].scores.unwrap().0 {
                Scores::Quantiles { crps, .. } => crps / 2000.0,
                Scores::Probability { .. } => panic!("a relation is scored by its quantiles"),
            }
        })
        .sum::<f64>();
    let exact = 1.0 / std::f64::consts::PI.sqrt();
    assert!(
        (0.98..0.99).contains(&(mean / exact)),
        "{mean} beside {exact}"
    );
}

#[test]
fn a_card_counts_all_and_scores_only_what_came() {
    let entries = entries();
    let scored = score(&entries, |e| match e.sequence {
        1 => Outcome::Came(2.0),
        2 => Outcome::Came(1.0),
        _ => Outcome::Came(0.0),
    });
    let cards = cards(&scored);
    let event = &cards[1];
    assert_eq!(
        (event.made, event.settled, event.pending, event.unmonitored),
        (2, 2, 0, 0)
    );
    // Brier: (.8^2 + .3^2) / 2 = .365; baseline (.9^2 + .1^2) / 2 = .41. Log: -(log2 .2 + log2 .7) / 2; baseline -(log2 .1 + log2 .9) / 2.
    let of = |name: &str| *event.scores.iter().find(|l| l.score == name).unwrap();
    close(of("brier").ours, 0.365);
    close(of("brier").baseline, 0.41);
    close(of("brier").skill.unwrap(), 1.0 - 0.365 / 0.41);
    close(of("log").ours, -(0.14_f64.log2()) / 2.0);
    close(of("log").baseline, -(0.09_f64.log2()) / 2.0);
    let coverage = cards[0].scores.iter().find(|l| l.score == "coverage 90 %");
    assert_eq!(coverage.map(|l| (l.ours, l.skill)), Some((1.0, None)));
}

#[test]
fn what_nobody_watched_counts_neither_for_nor_against() {
    let entries = entries();
    let watched = score(&entries[1..2], |_| Outcome::Came(0.0));
    let mixed = score(&entries, |e| match e.sequence {
        1 => Outcome::Unmonitored("no source saw 2027-01".to_owned()),
        2 => Outcome::Came(0.0),
        _ => Outcome::NotYet,
    });
    assert_eq!(mixed[0].scores, None);
    let both = cards(&mixed);
    let (relation, event) = (&both[0], &both[1]);
    assert_eq!(
        (relation.made, relation.settled, relation.unmonitored),
        (1, 0, 1)
    );
    assert!(relation.scores.is_empty());
    assert_eq!(
        relation.reasons,
        BTreeMap::from([("no source saw 2027-01".to_owned(), 1)])
    );
    assert_eq!((event.settled, event.pending, event.unmonitored), (1, 1, 0));
    assert_eq!(
        event.scores,
        cards(&watched)[0].scores,
        "what is pending moves no mean"
    );
    let nan = score(&entries[..1], |_| Outcome::Came(f64::NAN));
    assert!(matches!(nan[0].outcome, Outcome::Unmonitored(_)) && nan[0].scores.is_none());
    assert!(cards(&[]).is_empty());
}

#[test]
fn a_certain_miss_is_infinitely_bad() {
    let mut entry = entries().remove(1);
    entry.published.forecast = Prediction::Probability(0.0);
    let scored = score([&entry], |_| Outcome::Came(1.0));
    let card = &cards(&scored)[0];
    let log = card.scores.iter().find(|l| l.score == "log").unwrap();
    assert_eq!((log.ours, log.skill), (f64::INFINITY, None));
}

proptest! {
    #[test]
    fn no_byte_can_be_changed(at in 0..EXAMPLE.len(), to in any::<u8>()) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let line = EXAMPLE.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        let found = verify(&bytes).expect_err("a changed byte");
        prop_assert_eq!(found.line, line, "{}", found);
    }

    #[test]
    fn any_bytes_are_a_ledger_or_refused(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
        prop_assert!(verify(&bytes).is_err());
        let torn = bytes.last() != Some(&b'\n') && !bytes.contains(&b'\n');
        prop_assert_eq!(mend(&bytes).is_ok(), torn);
    }
}
