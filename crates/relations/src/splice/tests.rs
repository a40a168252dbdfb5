use super::*;
use crate::distribution::normal_quantile;
use crate::random::Random;

fn point(t: i32, r: f64, variance: f64) -> CountPoint {
    let half = normal_half_width(0.9) * variance.sqrt();
    CountPoint {
        t,
        r,
        lo: r - half,
        hi: r + half,
        variance,
    }
}

fn counts(label: &str, points: &[(i32, f64)], variance: f64) -> Segment {
    let points = points.iter().map(|&(t, r)| point(t, r, variance)).collect();
    Segment {
        label: label.into(),
        data: Data::Counts(points),
        same_as: None,
    }
}

fn scores(label: &str, points: &[(i32, f64)]) -> Segment {
    let points = points
        .iter()
        .map(|&(t, score)| ScorePoint { t, score, days: 28 })
        .collect();
    Segment {
        label: label.into(),
        data: Data::Score(points),
        same_as: None,
    }
}

fn same_as(mut segment: Segment, other: &str, sd: f64) -> Segment {
    segment.same_as = Some(SameCoding {
        segment: other.into(),
        sd,
    });
    segment
}

#[test]
fn three_common_periods_by_hand() {
    // reference 3, 3, 3 against 2, 1, -3: d = 1, 2, 6, each of variance .5 + .5 = 1 (the case worked in `pooling`):
    // shift 3, tau2 6, se2 7/3; t(2) at 90 % 2.9199855803537
    let reference = counts("new", &[(3, 3.0), (4, 3.0), (5, 3.0), (6, 3.5)], 0.5);
    let old = counts(
        "old",
        &[(1, 0.0), (2, 0.5), (3, 2.0), (4, 1.0), (5, -3.0)],
        0.5,
    );
    let got = splice(&[reference, old], "new", &Settings::default()).unwrap();

    let joint = &got.joints[0];
    assert_eq!(
        (joint.from.as_str(), joint.to.as_slice(), joint.overlap_n),
        ("old", &["new".to_owned()][..], 3)
    );
    assert_eq!(joint.method, Method::Overlap);
    assert!((joint.shift.unwrap() - 3.0).abs() < 1e-12);
    assert!((joint.sd.unwrap().powi(2) - 7.0 / 3.0).abs() < 1e-12);
    assert!((joint.between_sd.unwrap().powi(2) - 6.0).abs() < 1e-12);
    let t = 2.9199855803537;
    assert!((joint.interval.unwrap().1 - 3.0 - t * (7.0f64 / 3.0).sqrt()).abs() < 1e-9);

    let first = &got.points[0];
    assert_eq!(
        (first.t, first.segment.as_str(), first.shift),
        (1, "old", Some(3.0))
    );
    assert!((first.r - 3.0).abs() < 1e-12);
    assert!((first.shift_sd.powi(2) - (7.0 / 3.0 + 6.0)).abs() < 1e-12);
    let half = (1.6448536269514722f64.powi(2) * 0.5 + t * t * (7.0 / 3.0 + 6.0)).sqrt();
    assert!((first.hi - first.r - half).abs() < 1e-9 && (first.r - first.lo - half).abs() < 1e-9);

    // common periods show the preferred segment and keep the other
    assert_eq!(
        got.points.iter().map(|p| p.t).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6]
    );
    assert_eq!(got.points[2].segment, "new");
    assert_eq!(
        (got.points[2].shift, got.points[2].shift_sd),
        (Some(0.0), 0.0)
    );
    assert_eq!(
        got.others
            .iter()
            .map(|p| (p.t, p.segment.as_str()))
            .collect::<Vec<_>>(),
        [(3, "old"), (4, "old"), (5, "old")]
    );
    assert!(got.separate.is_empty());
}

#[test]
fn rank_decides_what_is_shown_and_the_reference_only_the_level() {
    let a = counts("a", &[(1, 0.0), (2, 0.0), (3, 0.0)], 1.0);
    let b = counts("b", &[(1, 1.0), (2, 1.0), (3, 1.0), (4, 2.0)], 1.0);
    let got = splice(&[a, b], "b", &Settings::default()).unwrap();
    assert_eq!(got.points[0].segment, "a");
    assert!(
        (got.points[0].r - 1.0).abs() < 1e-12,
        "a is lifted to the level of b"
    );
    assert_eq!(got.points[3].segment, "b");
    assert_eq!(got.points[3].r, 2.0);
}

#[test]
fn short_overlap_is_assumed_when_stated_and_else_left_apart() {
    let reference = counts("new", &[(3, 1.0), (4, 1.0)], 0.5);
    let old = counts("old", &[(1, 0.0), (2, 0.5), (3, 2.0)], 0.5);
    let apart = splice(
        &[reference.clone(), old.clone()],
        "new",
        &Settings::default(),
    )
    .unwrap();
    assert_eq!(apart.joints[0].method, Method::Unlinked);
    assert_eq!(apart.joints[0].overlap_n, 1);
    assert_eq!(apart.joints[0].shift, None);
    assert_eq!(apart.separate[0].segment, "old");
    assert_eq!(
        apart.points.len(),
        2,
        "nothing of an unlinked segment enters the series"
    );

    let old = same_as(old, "new", 0.2);
    let assumed = splice(&[reference, old], "new", &Settings::default()).unwrap();
    let joint = &assumed.joints[0];
    assert_eq!(
        (joint.method, joint.shift, joint.sd),
        (Method::Assumed, Some(0.0), Some(0.2))
    );
    let first = &assumed.points[0];
    let half = 1.6448536269514722 * (0.5f64 + 0.04).sqrt();
    assert!((first.r - 0.0).abs() < 1e-12 && (first.hi - half).abs() < 1e-9);
}

#[test]
fn a_chain_carries_the_uncertainty_of_every_joint() {
    let new = counts("new", &(10..20).map(|t| (t, 0.0)).collect::<Vec<_>>(), 0.1);
    let middle = counts(
        "middle",
        &(5..15).map(|t| (t, 1.0)).collect::<Vec<_>>(),
        0.1,
    );
    let old = counts("old", &(0..8).map(|t| (t, 3.0)).collect::<Vec<_>>(), 0.1);
    let tail = same_as(counts("tail", &[(-3, 3.0)], 0.1), "old", 0.3);
    let got = splice(&[new, middle, old, tail], "new", &Settings::default()).unwrap();
    // middle: 5 common, se2 = .2 / 5; old: 3 common with middle, se2 = .2 / 3 plus the former
    let sd: Vec<f64> = got.joints.iter().map(|j| j.sd.unwrap().powi(2)).collect();
    assert!((sd[0] - 0.04).abs() < 1e-12 && (sd[1] - (0.2 / 3.0 + 0.04)).abs() < 1e-12);
    assert!((sd[2] - (sd[1] + 0.09)).abs() < 1e-12);
    assert_eq!(
        got.joints
            .iter()
            .map(|j| j.shift.unwrap())
            .collect::<Vec<_>>(),
        [-1.0, -3.0, -3.0]
    );
    let width = |t: i32| {
        got.points
            .iter()
            .find(|p| p.t == t)
            .map(|p| p.hi - p.lo)
            .unwrap()
    };
    assert!(width(-3) > width(0) && width(0) > width(9) && width(9) > width(19));
    assert_eq!(got.joints[2].to, ["old"]);
}

#[test]
fn scores_are_mapped_by_their_own_line() {
    // scores -2, -1, 1, 2 twice over: s = 1.5; R exactly on a line in asinh(score / 1.5)
    let raw = [-2.0, -1.0, 1.0, 2.0, -2.0, -1.0, 1.0, 2.0];
    let on_line = |score: f64| 0.5 + 0.8 * (score / 1.5f64).asinh();
    let reference = counts(
        "events",
        &raw.iter()
            .enumerate()
            .map(|(i, &s)| (i as i32, on_line(s)))
            .collect::<Vec<_>>(),
        0.1,
    );
    let mut later: Vec<(i32, f64)> = raw
        .iter()
        .enumerate()
        .map(|(i, &s)| (i as i32, s))
        .collect();
    later.push((8, 4.0));
    let got = splice(
        &[reference, scores("daily", &later)],
        "events",
        &Settings::default(),
    )
    .unwrap();
    let joint = &got.joints[0];
    let link = joint.link.unwrap();
    assert_eq!((joint.method, joint.overlap_n), (Method::Link, 8));
    assert!((link.alpha - 0.5).abs() < 1e-12 && (link.beta - 0.8).abs() < 1e-12);
    let last = got.points.last().unwrap();
    assert!((last.r - on_line(4.0)).abs() < 1e-12);
    assert_eq!((last.shift, last.days), (None, Some(28)));
}

#[test]
fn a_falling_line_is_no_link() {
    let reference = counts(
        "events",
        &(0..10).map(|t| (t, -f64::from(t))).collect::<Vec<_>>(),
        0.1,
    );
    let daily = scores(
        "daily",
        &(0..12).map(|t| (t, f64::from(t) - 4.5)).collect::<Vec<_>>(),
    );
    let got = splice(&[reference, daily], "events", &Settings::default()).unwrap();
    assert_eq!(got.joints[0].method, Method::Unlinked);
    assert!(
        got.joints[0]
            .reason
            .starts_with("the line over 10 common periods does not rise"),
        "{}",
        got.joints[0].reason
    );
    assert_eq!(got.separate.len(), 1);
}

#[test]
fn bad_segments_are_named() {
    let a = counts("a", &[(1, 0.0)], 1.0);
    let message = splice(std::slice::from_ref(&a), "b", &Settings::default())
        .unwrap_err()
        .to_string();
    assert_eq!(message, "no segment is called \"b\"; there are \"a\"");
    assert!(matches!(
        splice(&[a.clone(), a.clone()], "a", &Settings::default()),
        Err(Error::DuplicateSegment { .. })
    ));
    let s = scores("s", &[(1, 0.0)]);
    assert!(matches!(
        splice(&[s], "s", &Settings::default()),
        Err(Error::ScoreReference { .. })
    ));
    let unsorted = counts("u", &[(2, 0.0), (1, 0.0)], 1.0);
    assert!(matches!(
        splice(&[unsorted], "u", &Settings::default()),
        Err(Error::NotSorted { .. })
    ));
    assert!(matches!(
        splice(&[counts("e", &[], 1.0)], "e", &Settings::default()),
        Err(Error::TooFew { .. })
    ));
}

/// Simulated joints with a true shift of 0.7 and known sampling errors: how often the interval of the shift holds the truth, and
/// that of a shifted point the value which the reference would have shown. The expected rates are those of 20 000 runs of the same
/// model in NumPy; Student's t makes short overlaps cautious, and few periods tell little of tau.
#[test]
fn simulated_shifts_are_recovered_at_the_nominal_rate() {
    let mut random = Random::new(20241126);
    let mut normal = |sd: f64| sd * normal_quantile(random.uniform().clamp(1e-12, 1.0 - 1e-12));
    let runs = 4000;
    for (tau, overlap, shift_rate, point_rate) in [
        (0.0, 6, 0.966, 0.945),
        (0.3, 6, 0.918, 0.867),
        (0.3, 12, 0.900, 0.870),
        (0.6, 24, 0.902, 0.897),
    ] {
        let (mut shifts, mut points) = (0, 0);
        for _ in 0..runs {
            let (mut new, mut old) = (Vec::new(), Vec::new());
            let mut truth = 0.0;
            for t in 0..=overlap {
                truth += normal(0.2);
                let (v_new, v_old) = (
                    0.02 + 0.01 * f64::from(t % 3),
                    0.03 + 0.02 * f64::from(t % 2),
                );
                old.push(point(
                    t,
                    truth - 0.7 + normal(tau) + normal(v_old.sqrt()),
                    v_old,
                ));
                // the last period is not common: it is what the splice has to tell
                if t < overlap {
                    new.push(point(t, truth + normal(v_new.sqrt()), v_new));
                }
            }
            let segments = [("new", new), ("old", old)].map(|(label, points)| Segment {
                label: label.into(),
                data: Data::Counts(points),
                same_as: None,
            });
            let got = splice(&segments, "new", &Settings::default()).unwrap();
            let (lo, hi) = got.joints[0].interval.unwrap();
            shifts += usize::from(lo <= 0.7 && 0.7 <= hi);
            let last = got.points.last().unwrap();
            points += usize::from(last.lo <= truth && truth <= last.hi);
        }
        let (shifts, points) = (
            shifts as f64 / f64::from(runs),
            points as f64 / f64::from(runs),
        );
        // three standard errors of a share over 4000 runs
        assert!(
            (shifts - shift_rate).abs() < 0.015,
            "tau {tau}, {overlap} common: shift {shifts}"
        );
        assert!(
            (points - point_rate).abs() < 0.017,
            "tau {tau}, {overlap} common: point {points}"
        );
    }
}

#[test]
fn a_finer_link_of_the_dyad_serves_where_the_overlap_is_short() {
    // R = 1 + 2 x exactly, so the prediction is exact: asinh(3 / 1.5) on the scale that came with the line.
    let link = fit_link(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]).unwrap();
    let settings = Settings {
        finer_link: Some(ScaledLink { link, scale: 1.5 }),
        ..Settings::default()
    };
    let reference = counts("events", &[(0, 0.0), (1, 0.0)], 0.1);
    let got = splice(
        &[reference, scores("daily", &[(5, 3.0)])],
        "events",
        &settings,
    )
    .unwrap();
    assert_eq!(got.joints[0].method, Method::Link);
    let point = got.points.iter().find(|p| p.t == 5).unwrap();
    assert!((point.r - (1.0 + 2.0 * 2.0f64.asinh())).abs() < 1e-12);
}
