use super::*;
use crate::joint::{Dependence, Settings, Start};
use detente_forecast::Panel;

/// Three variables of 400 months: an autoregression, one that follows it within the month, one by itself; a fourth that nobody ever saw.
fn past(gap: usize) -> Panel {
    let mut draw = Draw::of(31, 0, 0);
    let mut rows = vec![Vec::new(); 4];
    let (mut a, mut b, mut c) = (5.0, 0.0, 0.0);
    for t in 0..400 {
        let e = draw.normal();
        a = 5.0 + 0.7 * (a - 5.0) + e;
        b = 0.5 * b + 0.8 * e + 0.6 * draw.normal();
        c = 0.9 * c + draw.normal();
        rows[0].push(Some(a));
        rows[1].push((t < 400 - gap).then_some(b));
        rows[2].push((t % 7 != 3).then_some(c));
        rows[3].push(None);
    }
    Panel::new(0, &rows).unwrap()
}

fn learnt(dependence: Dependence) -> (Joint, Origin) {
    let panel = past(0);
    let settings = Settings {
        half_life: None,
        dependence,
        ..Settings::default()
    };
    let joint = Joint::learn(&panel.at(399), &settings).unwrap();
    let origin = joint.origin(&panel.at(399)).unwrap();
    (joint, origin)
}

const KINDS: [Dependence; 3] = [
    Dependence::Blocks { length: 3.0 },
    Dependence::Gaussian,
    Dependence::StudentT,
];

fn moments(x: &[f32]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let square: f64 = x.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum();
    (mean, (square / n).sqrt())
}

fn correlation(x: &[f32], y: &[f32]) -> f64 {
    let ((mx, sx), (my, sy)) = (moments(x), moments(y));
    let cross = x.iter().zip(y);
    let cross: f64 = cross
        .map(|(&x, &y)| (f64::from(x) - mx) * (f64::from(y) - my))
        .sum();
    cross / x.len() as f64 / sx / sy
}

#[test]
fn paths_have_the_moments_of_their_autoregression() {
    for kind in KINDS {
        let (mut joint, origin) = learnt(kind);
        // without excitation the closed form is plain
        joint.excitation = crate::joint::Excitation::none(4);
        let paths = joint.simulate(&origin, 12, 6000, 1).unwrap();
        for v in 0..3 {
            let d = joint.dynamics(v).unwrap();
            let start = origin.starts[v].unwrap();
            for month in [1, 12] {
                let h = month as i32;
                let left = d.phi.powi(h);
                let want = d.mean + left * (start.value - d.mean);
                let own = d.scale * ((1.0 - left * left) / (1.0 - d.phi * d.phi)).sqrt();
                let spread = own.hypot((1.0 - left) * d.mean_error);
                let (mean, sd) = moments(&paths.across(month, v));
                // blocks of three months add some serial dependence
                let loose = if kind == KINDS[0] { 0.25 } else { 0.06 };
                assert!(
                    (mean - want).abs() < (0.06 + loose / 2.0) * spread,
                    "{kind:?} {v} {month}: {mean} {want}"
                );
                assert!(
                    (sd / spread - 1.0).abs() < loose,
                    "{kind:?} {v} {month}: {sd} {spread}"
                );
            }
        }
    }
}

#[test]
fn what_hung_together_in_the_past_hangs_together_ahead() {
    for kind in KINDS {
        let (joint, origin) = learnt(kind);
        let paths = joint.simulate(&origin, 2, 6000, 1).unwrap();
        let first = |v| paths.across(1, v);
        // b follows a with .8 within the month; c with nothing
        let (ab, ac) = (
            correlation(&first(0), &first(1)),
            correlation(&first(0), &first(2)),
        );
        assert!((ab - 0.8).abs() < 0.08, "{kind:?}: {ab}");
        assert!(ac.abs() < 0.12, "{kind:?}: {ac}");
        assert!((joint.correlation(0, 1) - 0.8).abs() < 0.06);
        assert!(joint.correlation(0, 3).is_nan());
    }
}

#[test]
fn whole_months_are_drawn_by_blocks() {
    let (mut joint, origin) = learnt(Dependence::Blocks { length: 1.0 });
    for d in joint.dynamics.iter_mut().flatten() {
        d.mean_error = 0.0;
    }
    let paths = joint.simulate(&origin, 1, 500, 9).unwrap();
    // each first month of a and b together is one of those of the past
    let Drawn::Blocks(_) = &joint.drawn else {
        panic!("blocks were asked for");
    };
    let panel = past(0);
    let view = panel.at(399);
    let (a, b) = (view.past(0), view.past(1));
    let (da, db) = (joint.dynamics(0).unwrap(), joint.dynamics(1).unwrap());
    let plain = joint.excitation.links() == 0;
    assert!(
        plain,
        "nothing brings on anything here: {:?}",
        joint.excitation
    );
    let centre = |d: &crate::joint::Dynamics, x: &[f64]| {
        let left: Vec<f64> = x
            .windows(2)
            .map(|w| w[1] - d.mean - d.phi * (w[0] - d.mean))
            .collect();
        let mean = left.iter().sum::<f64>() / left.len() as f64;
        left.into_iter().map(|l| l - mean).collect::<Vec<_>>()
    };
    let (ea, eb) = (centre(da, a), centre(db, b));
    for path in 0..500 {
        let from = |v: usize, d: &crate::joint::Dynamics| {
            let start = origin.starts[v].unwrap().value;
            f64::from(paths.get(path, 1, v).unwrap()) - d.mean - d.phi * (start - d.mean)
        };
        let (xa, xb) = (from(0, da), from(1, db));
        assert!(
            ea.iter()
                .zip(&eb)
                .any(|(a, b)| (a - xa).abs() < 1e-4 && (b - xb).abs() < 1e-4)
        );
    }
}

#[test]
fn missing_stays_missing() {
    for kind in KINDS {
        let (joint, mut origin) = learnt(kind);
        origin.starts[1] = None;
        let paths = joint.simulate(&origin, 3, 70, 1).unwrap();
        for path in 0..70 {
            for month in 1..=3 {
                let known = [0, 1, 2, 3].map(|v| paths.get(path, month, v).is_some());
                assert_eq!(known, [true, false, true, false]);
            }
        }
        assert!(joint.dynamics(3).is_none());
    }
}

#[test]
fn the_same_bytes_whatever_the_group_or_the_number() {
    for kind in KINDS {
        let (joint, origin) = learnt(kind);
        let many = joint.simulate(&origin, 12, 200, 5).unwrap();
        // one group is one piece of work, so one thread
        let few = joint.simulate(&origin, 12, 3, 5).unwrap();
        let short = joint.simulate(&origin, 6, 200, 5).unwrap();
        let plan = Plan::of(&joint, &origin, &[], 12, 5).unwrap();
        let mut state = State::new(4, 12);
        let mut path = vec![0.0; 48];
        let bits = |x: &[f32]| x.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        for p in (0..200).rev() {
            plan.draw(p, &mut state, &mut path);
            assert_eq!(bits(&path), bits(many.path(p)));
            assert_eq!(bits(&path[..24]), bits(short.path(p)));
            if p < 3 {
                assert_eq!(bits(&path), bits(few.path(p)));
            }
        }
        let other = joint.simulate(&origin, 12, 3, 6).unwrap();
        assert_ne!(bits(other.path(0)), bits(few.path(0)));
    }
}

#[test]
fn a_surprise_fades_as_the_past_has_it() {
    let (mut joint, origin) = learnt(Dependence::StudentT);
    joint.excitation = crate::joint::Excitation::none(4);
    let plain = joint.simulate(&origin, 8, 100, 5).unwrap();
    let change = |others| Change::Surprise {
        variable: 0,
        month: 3,
        size: 2.0,
        others,
    };
    let alone = joint
        .simulate_changed(&origin, &[change(Others::Stay)], 8, 100, 5)
        .unwrap();
    let along = joint
        .simulate_changed(&origin, &[change(Others::MoveAlong)], 8, 100, 5)
        .unwrap();
    let phi = joint.dynamics(0).unwrap().phi;
    let difference = |paths: &Paths, p, month, v| {
        f64::from(paths.get(p, month, v).unwrap() - plain.get(p, month, v).unwrap())
    };
    for p in 0..100 {
        assert_eq!(difference(&alone, p, 2, 0), 0.0);
        for month in 3..=8 {
            let want = 2.0 * phi.powi(month as i32 - 3);
            assert!((difference(&alone, p, month, 0) - want).abs() < 1e-5);
            assert_eq!(difference(&alone, p, month, 1), 0.0);
            assert!((difference(&along, p, month, 0) - want).abs() < 1e-5);
        }
        // b is expected to move by r sd_b / sd_a of it
        let b = joint.dynamics(1).unwrap().scale / joint.dynamics(0).unwrap().scale;
        let slope = joint.correlation(0, 1) * b;
        assert!((difference(&along, p, 3, 1) - 2.0 * slope).abs() < 0.03);
    }
}

#[test]
fn surprises_bring_on_surprises() {
    let (mut joint, origin) = learnt(Dependence::Gaussian);
    joint.excitation.rows = vec![vec![], vec![], vec![(0, 0.5)], vec![]];
    let plain = joint.simulate(&origin, 4, 50, 5).unwrap();
    let change = Change::Surprise {
        variable: 0,
        month: 2,
        size: 1.0,
        others: Others::Stay,
    };
    let moved = joint
        .simulate_changed(&origin, &[change], 4, 50, 5)
        .unwrap();
    let (a, c) = (joint.dynamics(0).unwrap(), joint.dynamics(2).unwrap());
    for p in 0..50 {
        let difference =
            |month| f64::from(moved.get(p, month, 2).unwrap() - plain.get(p, month, 2).unwrap());
        assert_eq!(difference(2), 0.0);
        let want = 0.5 / a.scale * c.scale;
        assert!((difference(3) - want).abs() < 1e-5);
        assert!((difference(4) - c.phi * want).abs() < 1e-5);
    }
}

#[test]
fn held_and_shifted_variables_go_where_they_are_sent() {
    let (joint, origin) = learnt(Dependence::StudentT);
    let plain = joint.simulate(&origin, 6, 40, 5).unwrap();
    let shift = Change::Shift {
        variable: 2,
        from: 2,
        to: 3,
        by: 10.0,
    };
    let hold = Change::Hold {
        variable: 0,
        from: 2,
        to: 4,
        value: -1.5,
    };
    let moved = joint
        .simulate_changed(&origin, &[shift, hold], 6, 40, 5)
        .unwrap();
    let phi = joint.dynamics(2).unwrap().phi;
    for p in 0..40 {
        for month in 2..=4 {
            assert_eq!(moved.get(p, month, 0), Some(-1.5));
        }
        assert_eq!(moved.get(p, 1, 0), plain.get(p, 1, 0));
        let difference =
            |month| f64::from(moved.get(p, month, 2).unwrap() - plain.get(p, month, 2).unwrap());
        let first = (1.0 - phi) * 10.0;
        let second = first + phi * first;
        for (month, want) in [(1, 0.0), (2, first), (3, second), (4, phi * second)] {
            assert!((difference(month) - want).abs() < 1e-4, "{month}");
        }
    }
}

#[test]
fn months_that_nobody_saw_widen_the_start() {
    let panel = past(6);
    let settings = Settings {
        half_life: None,
        ..Settings::default()
    };
    let joint = Joint::learn(&panel.at(399), &settings).unwrap();
    let origin = joint.origin(&panel.at(399)).unwrap();
    assert_eq!(origin.starts[1].unwrap().unseen, 6);
    assert_eq!(
        joint.origin(&panel.at(402)).unwrap().starts[0]
            .unwrap()
            .unseen,
        3
    );
    let paths = joint.simulate(&origin, 1, 6000, 1).unwrap();
    let d = joint.dynamics(1).unwrap();
    let left = d.phi.powi(7);
    let own = d.scale * ((1.0 - left * left) / (1.0 - d.phi * d.phi)).sqrt();
    let want = own.hypot((1.0 - left) * d.mean_error);
    let (_, sd) = moments(&paths.across(1, 1));
    assert!((sd / want - 1.0).abs() < 0.06, "{sd} {want}");
}

#[test]
fn nothing_after_the_origin_is_looked_at() {
    let panel = past(0);
    let cut: Vec<Vec<Option<f64>>> = (0..4)
        .map(|v| {
            (0..400)
                .map(|t| match panel.get(v, t) {
                    Some(_) if t > 300 => Some(-99.0),
                    value => value,
                })
                .collect()
        })
        .collect();
    let corrupted = Panel::new(0, &cut).unwrap();
    let of = |panel: &Panel| {
        let view = panel.at(300);
        let joint = Joint::learn(&view, &Settings::default()).unwrap();
        joint
            .simulate(&joint.origin(&view).unwrap(), 6, 20, 3)
            .unwrap()
    };
    let bits = |p: &Paths| p.values().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&of(&panel)), bits(&of(&corrupted)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let (joint, mut origin) = learnt(Dependence::Gaussian);
    let hold = |variable, from, to| Change::Hold {
        variable,
        from,
        to,
        value: 0.0,
    };
    for bad in [hold(9, 1, 1), hold(0, 0, 1), hold(0, 2, 1), hold(0, 1, 4)] {
        let made = joint.simulate_changed(&origin, &[bad], 3, 2, 1);
        assert!(matches!(made, Err(Error::OutOfRange { .. })), "{bad:?}");
    }
    let unknown = joint.simulate_changed(&origin, &[hold(3, 2, 2)], 3, 2, 1);
    assert_eq!(
        unknown,
        Err(Error::Missing {
            variable: 3,
            month: 2
        })
    );
    origin.starts[0] = Some(Start {
        value: f64::NAN,
        mean: 0.0,
        surprise: 0.0,
        unseen: 0,
    });
    assert!(joint.simulate(&origin, 3, 2, 1).is_err());
    origin.starts.pop();
    assert!(matches!(
        joint.simulate(&origin, 3, 2, 1),
        Err(Error::Shape { .. })
    ));
}

#[test]
fn the_surprise_at_the_origin_is_the_last_one_learnt() {
    let panel = past(0);
    for half_life in [None, Some(12.0)] {
        let settings = Settings {
            half_life,
            ..Settings::default()
        };
        let view = panel.at(399);
        let joint = Joint::learn(&view, &settings).unwrap();
        let origin = joint.origin(&view).unwrap();
        let (d, left) = crate::joint::Dynamics::of(view.past(0), half_life, 24).unwrap();
        let start = origin.starts[0].unwrap();
        assert!((start.surprise - left[399]).abs() < 1e-12);
        assert!((start.mean - d.mean).abs() < 1e-12 && start.value == view.past(0)[399]);
    }
}
