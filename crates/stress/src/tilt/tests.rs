use super::*;
use crate::ellipsoid;
use crate::loss::{Loss, Over};
use crate::risk::{LEVELS, tail};
use detente_forecast::{Cholesky, Draw};
use detente_relations::distribution::{normal_ln_density, normal_quantile};
use proptest::prelude::*;

const MEAN: [f64; 4] = [1.0, -2.0, 0.5, 3.0];
/// Positive definite; the last variable enters no loss below.
const COVARIANCE: [f64; 16] = [
    4.0, 1.2, -0.5, 1.0, 1.2, 1.0, 0.3, 0.4, -0.5, 0.3, 2.25, 0.6, 1.0, 0.4, 0.6, 1.5,
];
const WEIGHTS: [f64; 4] = [1.0, 2.0, -0.5, 0.0];
const PATHS: usize = 1_000_000;

/// One month of normal variables.
fn normal() -> Paths {
    let factor = Cholesky::factor(COVARIANCE.to_vec(), 4).unwrap();
    let mut paths = Paths::missing(PATHS, 1, 4).unwrap();
    for p in 0..PATHS / 2 {
        let mut draw = Draw::of(77, p, 0);
        let z: Vec<f64> = (0..4).map(|_| draw.normal()).collect();
        // a draw and its mirror image, so that odd moments are exact
        for (path, sign) in [(2 * p, 1.0), (2 * p + 1, -1.0)] {
            for (i, to) in paths.path_mut(path).iter_mut().enumerate() {
                let out: f64 = factor.row(i).iter().zip(&z).map(|(l, z)| l * z).sum();
                *to = (MEAN[i] + sign * out) as f32;
            }
        }
    }
    paths
}

/// Mean and standard deviation of the loss.
fn of_loss() -> (f64, f64) {
    let mean = MEAN.iter().zip(&WEIGHTS).map(|(m, w)| m * w).sum();
    let mut variance = 0.0;
    for i in 0..4 {
        for j in 0..4 {
            variance += WEIGHTS[i] * WEIGHTS[j] * COVARIANCE[4 * i + j];
        }
    }
    (mean, f64::sqrt(variance))
}

/// Within 1 % of the distance that the figure has from the mean.
fn within(got: f64, want: f64, mean: f64) -> bool {
    (got - want).abs() < 0.01 * (want - mean).abs()
}

#[test]
fn the_linear_normal_problem_has_its_closed_forms() {
    let paths = normal();
    let loss = Loss::new(WEIGHTS.to_vec(), vec![0.0; 4], Over::Worst).unwrap();
    let losses = loss.of(&paths).unwrap();
    let (mean, sd) = of_loss();
    for level in LEVELS {
        let found = losses.tail(level).unwrap();
        let z = normal_quantile(level);
        let density = normal_ln_density(z, 0.0, 1.0).exp();
        let var = mean + sd * z;
        let es = mean + sd * density / (1.0 - level);
        assert!(
            within(found.value_at_risk.value, var, mean),
            "{level} {found:?} {var}"
        );
        assert!(
            within(found.shortfall.value, es, mean),
            "{level} {found:?} {es}"
        );
        // se of a quantile is (a (1 - a) / n)^.5 / f; from 200 spacings at .99 it is known to 7 %
        let error = sd * (level * (1.0 - level) / PATHS as f64).sqrt() / density;
        assert!((found.value_at_risk.error / error - 1.0).abs() < 0.25);
    }
    let spread = paths.moments(None).unwrap().sd;
    for k in [0.05, 0.5, 1.0, 2.0] {
        let found = worst(losses.values(), k).unwrap();
        // KL of a shift by theta Sigma w is theta^2 sd^2 / 2
        let theta = (2.0 * k).sqrt() / sd;
        let closed = ellipsoid::worst(&MEAN, &COVARIANCE, &WEIGHTS, (2.0 * k).sqrt()).unwrap();
        assert_eq!(found.limit, Limit::Within);
        assert!((found.spent - k).abs() < 1e-9 * k);
        assert!(
            (found.theta / theta - 1.0).abs() < 0.015,
            "{k} {}",
            found.theta
        );
        assert!(within(found.mean.value, closed.loss, mean), "{k} {found:?}");
        assert!((closed.loss - (mean + theta * sd * sd)).abs() < 1e-9);
        // the effective size of a normal tilt is n exp(-theta^2 sd^2); farther out a few paths decide it
        let effective = PATHS as f64 * (-2.0 * k).exp();
        assert!(k > 0.5 || (found.effective / effective - 1.0).abs() < 0.05);
        let tilted = paths.moments(Some(&found.weights)).unwrap();
        for v in 0..4 {
            let along: f64 = (0..4).map(|j| COVARIANCE[4 * v + j] * WEIGHTS[j]).sum();
            let want = MEAN[v] + theta * along;
            assert!((closed.point[v] - want).abs() < 1e-9);
            // 1 % of the loss's distance in the variable's own spread
            let close = 0.01 * (2.0 * k).sqrt() * COVARIANCE[5 * v].sqrt();
            assert!(
                (tilted.mean[v] - want).abs() < close,
                "{k} {v}: {} {want}",
                tilted.mean[v]
            );
            // a tilt of a normal moves it and leaves its spread
            assert!((tilted.sd[v] / spread[v] - 1.0).abs() < 0.06);
        }
    }
}

#[test]
fn variables_that_are_not_stressed_stand_at_their_conditional_expectation() {
    let paths = normal();
    let loss = Loss::new(vec![1.0, 0.0, 0.0, 0.0], vec![0.0; 4], Over::End).unwrap();
    let losses = loss.of(&paths).unwrap();
    let found = worst(losses.values(), 0.5).unwrap();
    let tilted = paths.moments(Some(&found.weights)).unwrap().mean;
    let want = ellipsoid::conditional(&MEAN, &COVARIANCE, &[(0, tilted[0])]).unwrap();
    for v in 1..4 {
        let close = 0.01 * COVARIANCE[5 * v].sqrt();
        assert!(
            (tilted[v] - want[v]).abs() < close,
            "{v}: {} {}",
            tilted[v],
            want[v]
        );
    }
    // all that moved the loss is the variable that it is made of
    let parts = losses.allocate(&found.weights).unwrap();
    assert!((parts[0] - found.mean.value).abs() < 1e-9 && parts[1..] == [0.0; 3]);
}

#[test]
fn two_losses_by_hand() {
    // losses 0 and 1: under q on the 1, KL = ln 2 + q ln q + (1 - q) ln(1 - q)
    let q = 0.8f64;
    let k = 2f64.ln() + q * q.ln() + (1.0 - q) * (1.0 - q).ln();
    let found = worst(&[0.0, 1.0], k).unwrap();
    assert!((found.mean.value - q).abs() < 1e-9 && (found.theta - 4f64.ln()).abs() < 1e-9);
    assert!((found.effective - 1.0 / (q * q + 0.04)).abs() < 1e-9);
    let none = worst(&[0.0, 1.0], 0.0).unwrap();
    assert!((none.mean.value - 0.5).abs() < 1e-12 && none.theta == 0.0);
}

#[test]
fn beyond_the_sample_the_worst_paths_have_all_weight() {
    let losses = [1.0, 5.0, 5.0, 2.0];
    let found = worst(&losses, 0.7).unwrap();
    assert_eq!((found.limit, found.mean.value), (Limit::Sample, 5.0));
    assert!((found.spent - 2f64.ln()).abs() < 1e-12 && found.theta.is_infinite());
    assert_eq!(found.weights, [0.0, 0.5, 0.5, 0.0]);
    let near = worst(&losses, 2f64.ln() - 1e-6).unwrap();
    assert!(near.limit == Limit::Within && near.mean.value < 5.0 && near.mean.value > 4.99);
    // where all paths lose alike nothing is worse
    let same = worst(&[3.0; 5], 0.1).unwrap();
    assert!((same.mean.value - 3.0).abs() < 1e-12 && same.limit == Limit::Sample);
    assert!(worst(&[], 0.1).is_err() && worst(&[1.0], -0.1).is_err());
    assert!(worst(&[f64::INFINITY], 0.1).is_err());
}

#[test]
fn the_error_is_that_of_many_samples() {
    let of = |seed| {
        let mut draw = Draw::of(seed, 1, 0);
        let losses: Vec<f64> = (0..2000).map(|_| draw.normal()).collect();
        worst(&losses, 0.3).unwrap().mean
    };
    let all: Vec<Estimate> = (0..400).map(of).collect();
    let values: Vec<f64> = all.iter().map(|e| e.value).collect();
    let sd = detente_relations::describe::sample_sd(&values).unwrap();
    let told = all.iter().map(|e| e.error).sum::<f64>() / 400.0;
    assert!((told / sd - 1.0).abs() < 0.12, "{told} {sd}");
}

#[test]
fn the_worst_of_several_models_is_found() {
    let (calm, wild) = ([0.0, 1.0, 2.0], [-9.0, 1.0, 9.0]);
    let (place, all) = worst_of(&[&calm, &wild, &calm], 0.2).unwrap();
    assert_eq!((place, all.len()), (1, 3));
    assert!(all[1].mean.value > all[0].mean.value);
    // at k = 0 the plain means decide: 1, 1/3
    assert_eq!(worst_of(&[&wild, &calm], 0.0).unwrap().0, 1);
    assert!(worst_of(&[], 0.2).is_err());
}

#[test]
fn the_mode_path_is_a_path_at_least_as_bad_and_near_the_tilted_mean() {
    let paths = normal();
    let loss = Loss::new(WEIGHTS.to_vec(), vec![0.0; 4], Over::Worst).unwrap();
    let losses = loss.of(&paths).unwrap();
    let found = worst(losses.values(), 1.0).unwrap();
    let path = mode(&paths, losses.values(), &found).unwrap();
    assert!(losses.values()[path] >= found.mean.value);
    let centre = paths.moments(Some(&found.weights)).unwrap().mean;
    // a million paths in four dimensions leave one within a tenth of a standard deviation
    for v in 0..4 {
        let out = (f64::from(paths.path(path)[v]) - centre[v]) / COVARIANCE[5 * v].sqrt();
        assert!(out.abs() < 0.25, "{v}: {out}");
    }
    assert!(mode(&paths, &[0.0], &found).is_err());
}

proptest! {
    #[test]
    fn severity_rises_with_k_and_bounds_every_conditional_mean(seed in 0..1000u64, heavy in 0.2..2.0f64) {
        let mut draw = Draw::of(seed, 0, 0);
        let losses: Vec<f64> = (0..400).map(|_| (heavy * draw.normal()).exp()).collect();
        let ks: Vec<f64> = (0..40).map(|i| 0.2 * f64::from(i)).collect();
        let found = frontier(&losses, &ks).unwrap();
        for pair in found.windows(2) {
            prop_assert!(pair[1].mean.value >= pair[0].mean.value);
            prop_assert!(pair[1].limit == Limit::Sample || pair[1].mean.value > pair[0].mean.value);
        }
        for tilted in &found {
            prop_assert!((tilted.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let n = 400.0;
            let spent: f64 = tilted.weights.iter().filter(|q| **q > 0.0).map(|q| q * (n * q).ln()).sum();
            prop_assert!((spent - tilted.spent).abs() < 1e-9);
            prop_assert!(tilted.limit == Limit::Sample || (spent - tilted.k).abs() < 1e-9);
        }
        // the mean of the worst twentieth is no worse than the worst model within ln 20
        let es = tail(&losses, 0.95).unwrap().shortfall.value;
        prop_assert!(worst(&losses, 20f64.ln()).unwrap().mean.value >= es);
    }
}
