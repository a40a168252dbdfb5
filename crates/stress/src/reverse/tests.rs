use super::*;
use detente_forecast::Draw;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * (1.0 + b.abs())
}

/// One variable, four months.
fn paths() -> Paths {
    let mut paths = Paths::missing(4, 4, 1).unwrap();
    for (p, values) in [
        [1.0, 1.0, 1.0, 1.0],
        [-1.0, 1.0, -1.0, 1.0],
        [1.0, -1.0, -1.0, 1.0],
        [9.0, 1.0, 1.0, -1.0],
    ]
    .iter()
    .enumerate()
    {
        paths.path_mut(p).copy_from_slice(values);
    }
    paths
}

fn below(months: usize) -> Failure {
    Failure::Below {
        variable: 0,
        value: 0.0,
        months,
    }
}

#[test]
fn failures_have_their_month() {
    let months = |failure: Failure| failure.months(&paths()).unwrap();
    assert_eq!(months(below(1)), [None, Some(1), Some(2), Some(4)]);
    assert_eq!(months(below(2)), [None, None, Some(3), None]);
    let above = || Failure::Above {
        variable: 0,
        value: 8.0,
        months: 1,
    };
    assert_eq!(
        months(Failure::Any(vec![below(2), above()])),
        [None, None, Some(3), Some(1)]
    );
    assert_eq!(
        months(Failure::All(vec![below(1), above()])),
        [None, None, None, Some(4)]
    );
}

#[test]
fn a_failure_that_nobody_could_see_is_no_answer() {
    let mut made = paths();
    for p in 0..4 {
        made.path_mut(p)[2] = f32::NAN;
    }
    assert_eq!(
        below(1).months(&made),
        Err(Error::Missing {
            variable: 0,
            month: 3
        })
    );
    assert!(below(0).months(&paths()).is_err() && below(5).months(&paths()).is_err());
    assert!(Failure::Any(vec![]).months(&paths()).is_err());
}

#[test]
fn a_failure_in_a_tenth_of_the_paths() {
    let failed: Vec<bool> = (0..1000).map(|p| p % 10 == 0).collect();
    // scipy 1.17: beta.ppf(.05, 100, 901), beta.ppf(.95, 101, 900)
    let (lo, hi) = (0.0847847676684693, 0.1169915320963679);
    let found = chance(&failed).unwrap();
    assert!(close(found.share, 0.1) && close(found.lo, lo) && close(found.hi, hi));
    let Reverse::Takes { k, lo: a, hi: b } = least_for(&failed, 1.0).unwrap() else {
        panic!("a tenth fail");
    };
    assert!(close(k, 10f64.ln()) && close(a, -hi.ln()) && close(b, -lo.ln()));
    assert!(close(crate::tilt::likelihood(k), 0.1));
    // a half: .5 ln 5 + .5 ln(.5 / .9)
    let Reverse::Takes { k, .. } = least_for(&failed, 0.5).unwrap() else {
        panic!("a tenth fail");
    };
    assert!(close(k, 0.5 * 5f64.ln() + 0.5 * (0.5f64 / 0.9).ln()));
    let there = least_for(&failed, 0.05).unwrap();
    assert_eq!(
        there,
        Reverse::Takes {
            k: 0.0,
            lo: 0.0,
            hi: 0.0
        }
    );
    assert!(least_for(&failed, 1.1).is_err() && least_for(&[], 1.0).is_err());
}

#[test]
fn the_least_entropy_is_that_of_a_tilt_by_the_failure() {
    // the same answer from the other side: the mean of the indicator
    let failed: Vec<bool> = (0..1000).map(|p| p % 8 == 0).collect();
    let figures: Vec<f64> = failed.iter().map(|&f| f64::from(u8::from(f))).collect();
    for wanted in [0.2, 0.5, 0.9] {
        let a = least_for(&failed, wanted).unwrap().k().unwrap();
        let b = least_for_mean(&figures, wanted).unwrap().0.k().unwrap();
        assert!(close(a.value, b.value), "{a:?} {b:?}");
    }
}

#[test]
fn a_chance_alone_is_enough() {
    // .5 ln(.5 / .02) + .5 ln(.5 / .98) and -ln .02
    let even = least_for_chance(0.02, 0.5).unwrap();
    assert!((even - 1.272_965_675).abs() < 1e-8, "{even}");
    assert!((least_for_chance(0.02, 1.0).unwrap() - 3.912_023_005).abs() < 1e-8);
    assert_eq!(least_for_chance(0.6, 0.5), Ok(0.0));
    assert_eq!(least_for_chance(0.0, 0.5), Ok(f64::INFINITY));
    assert!(least_for_chance(1.1, 0.5).is_err() && least_for_chance(0.5, f64::NAN).is_err());
}

#[test]
fn where_no_path_fails_there_is_a_bound() {
    let Reverse::NotReached { paths, above } = least_for(&[false; 1000], 1.0).unwrap() else {
        panic!("none fails");
    };
    // the upper limit of the chance is 1 - .05^(1 / 1000)
    let limit = 1.0 - 0.05f64.powf(0.001);
    assert!(paths == 1000 && close(above, -limit.ln()), "{above}");
    let everywhere = least_for(&[true; 10], 1.0).unwrap();
    assert!(matches!(everywhere, Reverse::Takes { k, .. } if k == 0.0));
}

#[test]
fn a_mean_of_a_normal_figure_takes_half_its_square() {
    let mut draw = Draw::of(9, 0, 0);
    let figures: Vec<f64> = (0..200_000).map(|_| 3.0 + 2.0 * draw.normal()).collect();
    // from 3 to 5 is a standard deviation: k = 1/2
    let (found, tilted) = least_for_mean(&figures, 5.0).unwrap();
    let k = found.k().unwrap();
    assert!((k.value - 0.5).abs() < 0.01, "{k:?}");
    let tilted = tilted.unwrap();
    assert!((tilted.mean.value - 5.0).abs() < 1e-9 && (tilted.spent - k.value).abs() < 1e-9);
    // the error of ln mean exp(x): (e - 1)^.5 / n^.5
    let want = ((1f64.exp() - 1.0) / 200_000.0).sqrt();
    assert!((k.error / want - 1.0).abs() < 0.15, "{} {want}", k.error);
    let (there, _) = least_for_mean(&figures, 2.0).unwrap();
    assert!(matches!(there, Reverse::Takes { k, .. } if k == 0.0));
}

#[test]
fn a_mean_beyond_all_paths_is_not_reached() {
    let figures = [1.0, 2.0, 3.0, 3.0];
    let (beyond, tilted) = least_for_mean(&figures, 3.5).unwrap();
    assert_eq!(
        beyond,
        Reverse::NotReached {
            paths: 4,
            above: 2f64.ln()
        }
    );
    assert_eq!(tilted, None);
    let (at, tilted) = least_for_mean(&figures, 3.0).unwrap();
    assert!(matches!(at, Reverse::Takes { k, .. } if close(k, 2f64.ln())));
    assert_eq!(tilted.unwrap().weights, [0.0, 0.0, 0.5, 0.5]);
}
