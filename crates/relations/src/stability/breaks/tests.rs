use super::*;
use crate::distribution::normal_quantile;
use crate::random::Random;
use proptest::prelude::*;

/// The series of the ruptures comparison, 40 points, steps at 12 and 27; two decimals, drawn once with NumPy
/// (`numpy.random.default_rng(3).normal`).
const STEPS: [f64; 40] = [
    1.22, -1.53, 0.25, -0.34, -0.27, -0.13, -1.21, -0.14, -0.52, 1.99, 0.14, -0.21, 2.03, 1.8,
    1.57, 1.97, 2.49, 2.06, 2.77, 2.08, 2.21, 3.13, 2.53, 1.9, 2.09, 2.52, 3.36, 0.4, 0.43, 2.3,
    -0.53, 0.36, 2.12, 1.67, 0.94, 1.81, -3.44, 2.33, -0.64, -1.7,
];

fn numbered(values: &[f64]) -> Vec<Point> {
    values
        .iter()
        .enumerate()
        .map(|(t, &v)| (t as i32, v))
        .collect()
}

fn total(cost: &dyn Cost, breaks: &[usize], penalty: f64) -> f64 {
    let mut edges = vec![0];
    edges.extend(breaks);
    edges.push(cost.len());
    edges
        .windows(2)
        .map(|e| cost.segment(e[0], e[1]))
        .sum::<f64>()
        + penalty * breaks.len() as f64
}

#[test]
fn as_ruptures() {
    // ruptures 1.1.10: rpt.Pelt(model="l2", min_size=m, jump=1).fit(x).predict(pen=p), last index dropped;
    // its l2 cost is the sum of squares, so variance 1 here
    let cost = GaussianMean::new(&STEPS, 1.0).unwrap();
    for (penalty, min_segment, expected) in L2_EXPECTED {
        assert_eq!(
            pelt(&cost, *penalty, *min_segment),
            *expected,
            "penalty {penalty}"
        );
    }
    // rpt.Dynp with a custom cost `n ln(2 pi v) + scatter / v`, v = max(scatter / n, 1e-4 var), and the same penalty added over
    // 0..6 breaks
    let cost = GaussianMeanVariance::new(&STEPS).unwrap();
    assert_eq!(pelt(&cost, 3.0 * 40f64.ln(), 3), MEAN_VARIANCE_EXPECTED);
    // segment costs of NumPy
    assert!((cost.segment(0, 12) - SEGMENT_EXPECTED[0]).abs() < 1e-9);
    assert!((cost.segment(27, 40) - SEGMENT_EXPECTED[1]).abs() < 1e-9);
}

#[test]
fn negative_binomial_cost_as_scipy() {
    // -2 * (sum nbinom.logpmf(x, 1/alpha, 1/(1 + alpha mu)) at the segment's mean, minus the terms without mu): differences
    // between segmentations are what counts, so the gain of one split is compared
    let x = [0.0, 3.0, 1.0, 2.0, 9.0, 14.0, 7.0, 12.0];
    let cost = NegativeBinomial::new(&x, 0.25).unwrap();
    let gain = cost.segment(0, 8) - cost.segment(0, 4) - cost.segment(4, 8);
    assert!((gain - NB_GAIN).abs() < 1e-9, "{gain}");
    let poisson = NegativeBinomial::new(&x, 0.0).unwrap();
    let gain = poisson.segment(0, 8) - poisson.segment(0, 4) - poisson.segment(4, 8);
    assert!((gain - POISSON_GAIN).abs() < 1e-9, "{gain}");
    let nearly = NegativeBinomial::new(&x, 1e-9).unwrap();
    assert!((nearly.segment(0, 8) - poisson.segment(0, 8)).abs() < 1e-5);
}

const L2_EXPECTED: &[(f64, usize, &[usize])] = &[
    (2.0, 2, &[12, 27, 32, 36]),
    (11.06663836234181, 3, &[12, 36]),
    (30.0, 3, &[]),
    (0.5, 4, &[8, 12, 16, 27, 32, 36]),
];
const MEAN_VARIANCE_EXPECTED: &[usize] = &[12, 26];
const SEGMENT_EXPECTED: [f64; 2] = [31.65874517749336, 49.854550623546054];
const NB_GAIN: f64 = 13.575649340216085;
const POISSON_GAIN: f64 = 30.37219385313681;

#[test]
fn dispersion_by_moments_by_hand() {
    // 2, 4, 8: squared differences 4, 16, so variance 5; mean of pair means (3 + 6) / 2 = 4.5, product (8 + 32) / 2 = 20;
    // a fifth value is needed for four pairs: 2, 4, 8, 4, 2: variance (4 + 16 + 16 + 4) / 8 = 5, level 4.5, product 20
    let cost = NegativeBinomial::by_moments(&numbered(&[2.0, 4.0, 8.0, 4.0, 2.0])).unwrap();
    assert!((cost.dispersion() - 0.5 / 20.0).abs() < 1e-12);
    let quiet = NegativeBinomial::by_moments(&numbered(&[0.0; 6])).unwrap();
    assert_eq!(quiet.dispersion(), 0.0);
}

#[test]
fn a_break_reports_where_and_how_much() {
    let mut series: Vec<Point> = (0..12)
        .map(|t| (t, if t % 2 == 0 { 1.0 } else { 1.2 }))
        .collect();
    series.extend((20..32).map(|t| (t, if t % 2 == 0 { 3.0 } else { 3.2 })));
    let settings = BreakSettings {
        model: BreakModel::Mean,
        ..BreakSettings::MONTHLY
    };
    let got = breaks(&series, &settings).unwrap();
    assert_eq!(got.breaks.len(), 1);
    let found = got.breaks[0];
    assert_eq!((found.t, found.after), (20, 11));
    assert!((found.size() - 2.0).abs() < 1e-12);
    // 24 monitored months are a fifth of a decade; the eight missing ones do not dilute the rate
    assert!((got.per_decade - 5.0).abs() < 1e-12);
    assert!((got.penalty - 3.0 * 24f64.ln()).abs() < 1e-12);
}

#[test]
fn counts_break_too() {
    let counts = [
        2.0, 1.0, 3.0, 2.0, 0.0, 2.0, 1.0, 2.0, 19.0, 22.0, 15.0, 24.0, 18.0, 20.0, 17.0, 21.0,
    ];
    let settings = BreakSettings {
        model: BreakModel::Counts,
        min_segment: 3,
        ..BreakSettings::MONTHLY
    };
    let got = breaks(&numbered(&counts), &settings).unwrap();
    assert_eq!(got.breaks.iter().map(|b| b.t).collect::<Vec<_>>(), [8]);
}

#[test]
fn memory_is_not_taken_for_breaks() {
    // stationary AR(1) with phi = .7 has no break; the model without memory finds many, the one with memory almost none
    let mut random = Random::new(5);
    let (mut plain, mut aware) = (0, 0);
    for _ in 0..40 {
        let mut x = 0.0;
        let series: Vec<Point> = (0..240)
            .map(|t| {
                x = 0.7 * x + normal_quantile(random.uniform().clamp(1e-12, 1.0 - 1e-12));
                (t, x)
            })
            .collect();
        let count = |model| {
            breaks(
                &series,
                &BreakSettings {
                    model,
                    ..BreakSettings::MONTHLY
                },
            )
            .unwrap()
            .breaks
            .len()
        };
        plain += count(BreakModel::Mean);
        aware += count(BreakModel::MeanWithMemory);
    }
    assert!(
        plain > 200,
        "without memory: {plain} false breaks in 800 years"
    );
    assert!(aware < 40, "with memory: {aware} false breaks in 800 years");
}

#[test]
fn short_and_flat_series_have_no_answer() {
    let short = breaks(&numbered(&[1.0, 2.0, 3.0]), &BreakSettings::MONTHLY);
    assert_eq!(
        short,
        Err(Error::TooFew {
            what: "points",
            needed: 12,
            found: 3
        })
    );
    assert!(matches!(
        breaks(&numbered(&[1.0; 30]), &BreakSettings::MONTHLY),
        Err(Error::NoVariation { .. })
    ));
    let settings = BreakSettings {
        model: BreakModel::Counts,
        ..BreakSettings::MONTHLY
    };
    assert!(matches!(
        breaks(&numbered(&[-1.0; 30]), &settings),
        Err(Error::OutOfRange { .. })
    ));
    // quiet but monitored counts have no break, and that is an answer
    assert!(
        breaks(&numbered(&[0.0; 30]), &settings)
            .unwrap()
            .breaks
            .is_empty()
    );
}

proptest! {
    #[test]
    fn pruning_never_changes_the_minimum(
        values in prop::collection::vec(-5.0f64..5.0, 8..70), penalty in 0.0f64..12.0, m in 1usize..6, shift in 0.0f64..6.0,
    ) {
        let values: Vec<f64> = values.iter().enumerate().map(|(i, v)| v + shift * f64::from((i / 11) as u8 % 3)).collect();
        let counts: Vec<f64> = values.iter().map(|v| v.abs().floor()).collect();
        let costs: [Box<dyn Cost>; 3] = [
            Box::new(GaussianMean::new(&values, 1.5).unwrap()),
            Box::new(GaussianMeanVariance::new(&values).unwrap()),
            Box::new(NegativeBinomial::new(&counts, 0.3).unwrap()),
        ];
        for cost in &costs {
            let (fast, exact) = (pelt(cost.as_ref(), penalty, m), optimal_partitioning(cost.as_ref(), penalty, m));
            let (a, b) = (total(cost.as_ref(), &fast, penalty), total(cost.as_ref(), &exact, penalty));
            prop_assert!((a - b).abs() <= 1e-9 * (1.0 + b.abs()), "{fast:?} costs {a}, {exact:?} costs {b}");
            let mut edges = vec![0];
            edges.extend(&fast);
            edges.push(values.len());
            prop_assert!(fast.is_empty() || edges.windows(2).all(|e| e[1] - e[0] >= m));
        }
    }
}
