//! Intervals of skill against textbook widths, hand arithmetic and a known truth.

use detente_forecast::bootstrap::{Cell, Interval, Paired, Settings, Statistic, Verdict};
use detente_forecast::{Draw, Error};

const SETTINGS: Settings = Settings {
    draws: 4000,
    level: 0.9,
    seed: 5,
};

/// Cells in which the gain is what the function says.
fn gains(units: usize, origins: i32, mut gain: impl FnMut(usize, i32) -> f64) -> Paired {
    let mut cells = Vec::new();
    for unit in 0..units {
        for origin in 0..origins {
            cells.push(Cell {
                unit,
                origin,
                score: 0.0,
                reference: gain(unit, origin),
            });
        }
    }
    Paired::new(cells).unwrap()
}

/// Half of the width, of intervals whose ends must lie about as far from the estimate.
fn half(interval: Interval) -> f64 {
    let Interval { mean, lo, hi } = interval;
    let skewed = (hi - mean) - (mean - lo);
    assert!(skewed.abs() <= 0.08 * (hi - lo) + 1e-12, "{interval:?}");
    (hi - lo) / 2.0
}

/// Quantiles of 4,000 samples put about 3 % of noise on a width.
fn about(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 0.12, "{found} {expected}");
}

fn normals(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Draw::of(seed, 0, 0);
    let mut x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    // mean 0 and variance 1 exactly, so that the expected widths are
    let mean = x.iter().sum::<f64>() / n as f64;
    x.iter_mut().for_each(|v| *v -= mean);
    let sd = (x.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
    x.iter_mut().for_each(|v| *v /= sd);
    x
}

#[test]
fn two_units_by_hand() {
    // gains 1 and 3: samples of mean 1, 2, 3 with probability 1/4, 1/2, 1/4
    let paired = gains(2, 1, |unit, _| [1.0, 3.0][unit]);
    let at = |level| {
        let i = paired.by_unit(Statistic::Gain, &Settings { level, ..SETTINGS });
        let i = i.unwrap();
        (i.lo, i.mean, i.hi)
    };
    assert_eq!(at(0.9), (1.0, 2.0, 3.0));
    assert_eq!(at(0.3), (2.0, 2.0, 2.0));
}

#[test]
fn samples_without_cells_say_nothing() {
    // the sample of unit 0 twice and origin 1 twice is empty
    let cell = |at: i32, reference| Cell {
        unit: at as usize,
        origin: at,
        score: 0.0,
        reference,
    };
    let paired = Paired::new([cell(0, 1.0), cell(1, 3.0)]).unwrap();
    let i = paired
        .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
        .unwrap();
    assert_eq!((i.lo, i.mean, i.hi), (1.0, 2.0, 3.0));
}

#[test]
fn skill_is_a_ratio_of_sums() {
    let cell = |unit, score, reference| Cell {
        unit,
        origin: 0,
        score,
        reference,
    };
    let paired = Paired::new([cell(0, 1.0, 4.0), cell(1, 2.0, 2.0), cell(1, 0.0, 0.0)]).unwrap();
    assert_eq!(paired.estimate(Statistic::Skill), 0.5);
    assert_eq!(paired.estimate(Statistic::Gain), 1.0);
    // unit 0 alone .75, both .5, unit 1 alone 0
    let i = paired.by_unit(Statistic::Skill, &SETTINGS).unwrap();
    assert_eq!((i.lo, i.mean, i.hi), (0.0, 0.5, 0.75));
}

#[test]
fn independent_units_have_the_textbook_width() {
    let x = normals(400, 1);
    let i = gains(400, 1, |unit, _| x[unit])
        .by_unit(Statistic::Gain, &SETTINGS)
        .unwrap();
    about(half(i), 1.645 / 20.0);
    let i = gains(400, 1, |unit, _| x[unit])
        .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
        .unwrap();
    about(half(i), 1.645 / 20.0);
}

#[test]
fn cells_of_a_unit_that_say_the_same_are_worth_one() {
    let x = normals(100, 2);
    let clustered = gains(100, 20, |unit, _| x[unit]);
    let naive = gains(2000, 1, |unit, _| x[unit / 20]);
    let clustered = half(clustered.by_unit(Statistic::Gain, &SETTINGS).unwrap());
    about(clustered, 1.645 / 10.0);
    about(
        clustered / half(naive.by_unit(Statistic::Gain, &SETTINGS).unwrap()),
        20f64.sqrt(),
    );
}

#[test]
fn shocks_to_all_units_need_origins_resampled() {
    let x = normals(64, 3);
    let paired = gains(50, 64, |_, origin| x[origin as usize]);
    assert!(half(paired.by_unit(Statistic::Gain, &SETTINGS).unwrap()) < 1e-12);
    let two_way = paired
        .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
        .unwrap();
    about(half(two_way), 1.645 / 8.0);
    // one unit alone is a series
    let series = gains(1, 64, |_, origin| x[origin as usize]);
    about(
        half(
            series
                .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
                .unwrap(),
        ),
        1.645 / 8.0,
    );
}

#[test]
fn both_ways_is_wide_by_sqrt_3_for_independent_cells() {
    // Owen 2007: the product of two multinomial weights has variance 1 + 1 + 1
    let x = normals(10_000, 4);
    let paired = gains(100, 100, |unit, origin| x[unit * 100 + origin as usize]);
    let i = paired
        .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
        .unwrap();
    about(half(i), 3f64.sqrt() * 1.645 / 100.0);
}

#[test]
fn blocks_keep_neighbours_together() {
    // ten alternating runs of 20: singly drawn the origins seem independent
    let paired = gains(
        3,
        200,
        |_, origin| if origin / 20 % 2 == 0 { 1.0 } else { -1.0 },
    );
    let width = |block| {
        half(
            paired
                .by_unit_and_origin(Statistic::Gain, block, &SETTINGS)
                .unwrap(),
        )
    };
    about(width(1), 1.645 / 200f64.sqrt());
    // a block that starts uniformly in a cycle of 40 sums to a triangle wave of amplitude b: variance b^2 / 3, and 200 / b blocks
    about(width(20), 1.645 * (1.0 / 3.0 / 10.0f64).sqrt());
}

#[test]
fn the_interval_covers_a_known_skill() {
    // scores with effects of unit and origin and a skill of 1/4; 200 trials put 2 % of noise on a coverage of .9
    let (mut by_unit, mut both) = (0, 0);
    let trials = 200;
    for trial in 0..trials {
        let mut random = Draw::of(trial, 0, 0);
        let origins: Vec<f64> = (0..12).map(|_| (0.2 * random.normal()).exp()).collect();
        let mut cells = Vec::new();
        for unit in 0..60 {
            let level = (0.7 * random.normal()).exp();
            let better = 0.75 + 0.3 * random.normal();
            for (origin, shock) in origins.iter().enumerate() {
                let reference = level * shock;
                cells.push(Cell {
                    unit,
                    origin: origin as i32,
                    score: reference * (better + 0.2 * random.normal()),
                    reference,
                });
            }
        }
        let paired = Paired::new(cells).unwrap();
        let settings = Settings {
            draws: 300,
            level: 0.9,
            seed: trial,
        };
        let covers = |i: Interval| i32::from(i.lo <= 0.25 && 0.25 <= i.hi);
        by_unit += covers(paired.by_unit(Statistic::Skill, &settings).unwrap());
        both += covers(
            paired
                .by_unit_and_origin(Statistic::Skill, 2, &settings)
                .unwrap(),
        );
    }
    assert!((160..=194).contains(&by_unit), "{by_unit}");
    assert!((164..=200).contains(&both), "{both}");
}

#[test]
fn the_same_for_the_same_seed() {
    let x = normals(60, 6);
    let paired = gains(20, 3, |unit, origin| x[unit * 3 + origin as usize]);
    let at = |seed| {
        paired
            .by_unit_and_origin(Statistic::Gain, 1, &Settings { seed, ..SETTINGS })
            .unwrap()
    };
    assert_eq!(at(1), at(1));
    assert!(at(1) != at(2));
}

#[test]
fn verdicts() {
    let interval = |lo, hi| Interval { mean: 0.0, lo, hi };
    assert_eq!(interval(0.1, 0.2).verdict(), Verdict::Skill);
    assert_eq!(interval(-0.1, 0.2).verdict(), Verdict::NoDemonstratedSkill);
    assert_eq!(interval(0.0, 0.2).verdict(), Verdict::NoDemonstratedSkill);
    assert_eq!(interval(-0.2, -0.1).verdict(), Verdict::Worse);
    assert!(interval(0.1, 0.2).excludes_zero() && !interval(0.0, 0.2).excludes_zero());
}

#[test]
fn what_can_not_be_resampled_is_refused() {
    let cell = |score, reference| Cell {
        unit: 0,
        origin: 0,
        score,
        reference,
    };
    assert!(matches!(Paired::new([]), Err(Error::TooFew { .. })));
    assert!(matches!(
        Paired::new([cell(f64::INFINITY, 1.0)]),
        Err(Error::OutOfRange { .. })
    ));
    let one = Paired::new([cell(1.0, 1.0)]).unwrap();
    assert!(matches!(
        one.by_unit(Statistic::Gain, &SETTINGS),
        Err(Error::TooFew { .. })
    ));
    assert!(matches!(
        one.by_unit_and_origin(Statistic::Gain, 1, &SETTINGS),
        Err(Error::TooFew { .. })
    ));
    let paired = gains(4, 4, |_, _| 0.0);
    for block in [0, 3] {
        assert!(matches!(
            paired.by_unit_and_origin(Statistic::Gain, block, &SETTINGS),
            Err(Error::OutOfRange { .. })
        ));
    }
    assert!(matches!(
        paired.by_unit(Statistic::Skill, &SETTINGS),
        Err(Error::OutOfRange { .. })
    ));
    assert!(
        paired
            .by_unit(
                Statistic::Gain,
                &Settings {
                    draws: 10,
                    ..SETTINGS
                }
            )
            .is_err()
    );
    assert!(
        paired
            .by_unit(
                Statistic::Gain,
                &Settings {
                    level: 1.0,
                    ..SETTINGS
                }
            )
            .is_err()
    );
}
