//! From past months to the worst plausible case, the least that brings a failure about, and what a change would do.

use detente_forecast::{Draw, Panel};
use detente_stress::joint::{Change, Dependence, Joint, Origin, Others, Settings};
use detente_stress::loss::{Loss, Over};
use detente_stress::reverse::{Failure, Reverse, least_for};
use detente_stress::risk::LEVELS;
use detente_stress::{Error, Paths, shock, tilt};

/// Six variables with a common part, variable 1 following 0 a month later; a seventh that nobody ever saw.
fn past(months: usize) -> Panel {
    let mut draw = Draw::of(12, 0, 0);
    let mut rows = vec![Vec::new(); 7];
    let (mut level, mut before) = ([0.0; 6], 0.0);
    for t in 0..months {
        let common = draw.normal();
        let mut first = 0.0;
        for v in 0..6 {
            let mut surprise = 0.6 * common + 0.8 * draw.normal();
            if v == 0 {
                first = surprise;
            } else if v == 1 {
                surprise += 0.6 * before;
            }
            level[v] = 0.8 * level[v] + surprise;
            rows[v].push((v != 5 || t % 3 > 0).then_some(level[v]));
        }
        before = first;
        rows[6].push(None);
    }
    Panel::new(0, &rows).unwrap()
}

fn learnt(dependence: Dependence) -> (Joint, Origin) {
    learnt_from(240, dependence)
}

fn learnt_from(months: usize, dependence: Dependence) -> (Joint, Origin) {
    let panel = past(months);
    let last = months as i32 - 1;
    let settings = Settings {
        dependence,
        half_life: None,
        ..Settings::default()
    };
    let joint = Joint::learn(&panel.at(last), &settings).unwrap();
    let origin = joint.origin(&panel.at(last)).unwrap();
    (joint, origin)
}

const KINDS: [Dependence; 4] = [
    Dependence::Blocks { length: 1.0 },
    Dependence::Blocks { length: 6.0 },
    Dependence::Gaussian,
    Dependence::StudentT,
];

fn loss() -> Loss {
    // nothing rests on the variable that nobody saw
    let weights = vec![1.0, 1.0, 0.5, 0.5, -0.25, 1.0, 0.0];
    Loss::new(weights, vec![0.0; 7], Over::Worst).unwrap()
}

#[test]
fn from_the_past_to_the_worst_plausible_case() {
    for kind in KINDS {
        let (joint, origin) = learnt(kind);
        let paths = joint.simulate(&origin, 24, 4000, 1).unwrap();
        let loss = loss();
        let losses = loss.of(&paths).unwrap();
        for level in LEVELS {
            let found = losses.tail(level).unwrap();
            assert!(found.shortfall.value > found.value_at_risk.value);
            let parts: f64 = losses.allocate_shortfall(level).unwrap().iter().sum();
            assert!((parts - found.shortfall.value).abs() < 1e-9);
        }
        let frontier = tilt::frontier(losses.values(), &[0.0, 0.1, 0.5, 1.0, 2.0]).unwrap();
        assert!(
            frontier
                .windows(2)
                .all(|pair| pair[0].mean.value < pair[1].mean.value)
        );
        let worst = &frontier[3];
        let parts: f64 = losses.allocate(&worst.weights).unwrap().iter().sum();
        assert!((parts - worst.mean.value).abs() < 1e-9);
        let mode = tilt::mode(&paths, losses.values(), worst).unwrap();
        let chain = tilt::chain(&losses, mode, 1.0).unwrap();
        assert!(chain.loss >= worst.mean.value && !chain.steps.is_empty());
        assert!(chain.steps.is_sorted_by_key(|step| step.month));
        assert!(chain.steps.iter().all(|step| step.variable != 6));
        let shares: f64 = chain.shares().unwrap().iter().sum();
        assert!((shares - 1.0).abs() < 1e-9);
    }
}

#[test]
fn ways_to_join_the_same_past_agree_where_it_is_normal() {
    // but for variable 5, of which two thirds of the months lack a surprise: blocks fill those apart from the others
    let weights = vec![1.0, 1.0, 0.5, 0.5, -0.25, 0.0, 0.0];
    let loss = Loss::new(weights, vec![0.0; 7], Over::Worst).unwrap();
    let shortfall = |kind| {
        // ranks and moments of a short past differ by chance
        let (joint, origin) = learnt_from(2000, kind);
        let paths = joint.simulate(&origin, 24, 20_000, 3).unwrap();
        loss.of(&paths).unwrap().tail(0.95).unwrap().shortfall
    };
    let drawn = shortfall(Dependence::Blocks { length: 1.0 });
    for kind in [Dependence::Gaussian, Dependence::StudentT] {
        let joined = shortfall(kind);
        let ratio = joined.value / drawn.value;
        assert!((ratio - 1.0).abs() < 0.03, "{kind:?}: {drawn:?} {joined:?}");
    }
}

#[test]
fn a_loss_on_what_nobody_knows_is_refused() {
    let (joint, origin) = learnt(Dependence::Gaussian);
    let paths = joint.simulate(&origin, 3, 100, 1).unwrap();
    let all = Loss::new(vec![1.0; 7], vec![0.0; 7], Over::Mean).unwrap();
    let missing = Error::Missing {
        variable: 6,
        month: 1,
    };
    assert_eq!(all.of(&paths).unwrap_err(), missing);
    let failure = Failure::Below {
        variable: 6,
        value: 0.0,
        months: 1,
    };
    assert_eq!(failure.months(&paths).unwrap_err(), missing);
}

#[test]
fn the_farther_the_failure_the_more_it_takes() {
    let (joint, origin) = learnt(Dependence::StudentT);
    let paths = joint.simulate(&origin, 24, 4000, 1).unwrap();
    let k = |value| {
        let failure = Failure::Below {
            variable: 0,
            value,
            months: 1,
        };
        let failed: Vec<bool> = failure
            .months(&paths)
            .unwrap()
            .iter()
            .map(Option::is_some)
            .collect();
        least_for(&failed, 0.5).unwrap()
    };
    let takes: Vec<f64> = [-2.0, -4.0, -6.0]
        .into_iter()
        .map(|value| k(value).k().unwrap().value)
        .collect();
    assert!(takes.is_sorted() && takes[2] > takes[0], "{takes:?}");
    let Reverse::NotReached { paths: n, above } = k(-1e6) else {
        panic!("no path goes there");
    };
    assert!(n == 4000 && above > takes[2]);
}

#[test]
fn where_nothing_is_changed_no_bit_differs() {
    let bits = |paths: &Paths| -> Vec<u32> { paths.values().iter().map(|v| v.to_bits()).collect() };
    for kind in KINDS {
        let (joint, origin) = learnt(kind);
        let plain = joint.simulate(&origin, 12, 300, 8).unwrap();
        let nothing = Change::Surprise {
            variable: 2,
            month: 4,
            size: 0.0,
            others: Others::MoveAlong,
        };
        let again = joint
            .simulate_changed(&origin, &[nothing], 12, 300, 8)
            .unwrap();
        assert_eq!(bits(&plain), bits(&again));
        let (a, b) = (
            loss().of(&plain).unwrap().values().to_vec(),
            loss().of(&again).unwrap().values().to_vec(),
        );
        let found = shock::shortfall(&a, &b, 0.9, 0.9).unwrap();
        assert_eq!((found.change.value, found.change.error), (0.0, 0.0));
        for cell in shock::by_month(&plain, &again, 0.9)
            .unwrap()
            .iter()
            .flatten()
        {
            assert_eq!((cell.change.value, cell.lo, cell.hi), (0.0, 0.0, 0.0));
        }
    }
}

#[test]
fn a_shock_and_a_lever_are_differences_of_paired_paths() {
    let (joint, origin) = learnt(Dependence::StudentT);
    // variable 1 follows 0 a month later
    assert!(
        joint.excitation().rows[1]
            .iter()
            .any(|&(from, a)| from == 0 && a > 0.3)
    );
    let plain = joint.simulate(&origin, 12, 2000, 8).unwrap();
    let shock = Change::Surprise {
        variable: 0,
        month: 2,
        size: 3.0,
        others: Others::Stay,
    };
    let lever = Change::Hold {
        variable: 0,
        from: 3,
        to: 6,
        value: -1.0,
    };
    let hit = joint
        .simulate_changed(&origin, &[shock], 12, 2000, 8)
        .unwrap();
    let helped = joint
        .simulate_changed(&origin, &[shock, lever], 12, 2000, 8)
        .unwrap();
    let by_month = shock::by_month(&plain, &hit, 0.9).unwrap();
    let cell = |month: usize, v: usize| by_month[(month - 1) * 7 + v];
    // what was not reached yet is as it was; the surprise is all there in its month, on every path alike
    assert_eq!(cell(1, 0).unwrap().change.value, 0.0);
    let first = cell(2, 0).unwrap().change;
    assert!((first.value - 3.0).abs() < 1e-5 && first.error < 1e-6);
    assert_eq!(cell(2, 1).unwrap().change.value, 0.0);
    assert!(cell(3, 1).unwrap().lo > 0.5);
    assert_eq!(cell(2, 6), None);
    let losses = |paths: &Paths| loss().of(paths).unwrap().values().to_vec();
    let (plain, hit, helped) = (losses(&plain), losses(&hit), losses(&helped));
    let worse = shock::mean(&plain, &hit, 0.9).unwrap();
    let relief = shock::mean(&hit, &helped, 0.9).unwrap();
    assert!(worse.lo > 0.0 && worse.excludes_zero());
    assert!(relief.hi < 0.0 && relief.excludes_zero());
    // pairs are far surer than two samples by themselves
    let apart = (2.0
        * detente_relations::describe::sample_sd(&plain)
            .unwrap()
            .powi(2)
        / 2000.0)
        .sqrt();
    assert!(worse.change.error < apart / 2.0);
}
