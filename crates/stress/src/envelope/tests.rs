use super::*;
use detente_forecast::baseline::Climatology;
use detente_forecast::pooled::Pooled;
use detente_forecast::{Forecaster, Panel};
use detente_relations::distribution::normal_quantile;
use detente_relations::random::Random;

fn close(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() < within, "{a} beside {b}");
}

#[test]
fn of_two_values_by_hand() {
    // weights 1/4 and 3/4 of values 0 and 1: mean 3/4 at k = 3/4 ln(3/2) + 1/4 ln(1/2)
    let k = 0.75 * 1.5f64.ln() + 0.25 * 0.5f64.ln();
    let found = Envelope::of(&[&[0.0, 1.0]], k).unwrap();
    close(found.hi, 0.75, 1e-9);
    close(found.lo, 0.25, 1e-9);
    close(found.width(), 0.5, 1e-9);
    close(down_to(&[&[0.0, 1.0]], 0.25).unwrap().unwrap(), k, 1e-9);
}

#[test]
fn of_a_normal_figure_it_is_root_two_k_standard_deviations() {
    let n = 200_000;
    let normal: Vec<f64> = (0..n)
        .map(|i| 3.0 + 2.0 * normal_quantile((f64::from(i) + 0.5) / f64::from(n)))
        .collect();
    for k in [0.5f64, 1.0, 2.0] {
        let reach = 2.0 * (2.0 * k).sqrt();
        let found = Envelope::of(&[normal.as_slice()], k).unwrap();
        close(found.lo, 3.0 - reach, 0.01);
        close(found.hi, 3.0 + reach, 0.01);
        let back = down_to(&[normal.as_slice()], 3.0 - reach).unwrap();
        close(back.unwrap(), k, 0.01);
    }
}

#[test]
fn the_widest_of_all_models_counts_and_the_sample_ends_it() {
    let found = Envelope::of(&[vec![0.0, 1.0], vec![-5.0, 0.5, 0.5]], 9.0).unwrap();
    assert_eq!((found.lo, found.hi), (-5.0, 1.0));
    assert_eq!(found.beyond(-6.5), -1.5);
    assert_eq!(found.beyond(1.25), 0.25);
    assert!(found.holds(-5.0) && found.holds(1.0) && !found.holds(1.1));
    // one of three values, and none
    let models = [vec![0.0, 1.0], vec![-5.0, 0.5, 0.5]];
    close(down_to(&models, -5.0).unwrap().unwrap(), 3f64.ln(), 1e-12);
    assert_eq!(down_to(&models, -5.1).unwrap(), None);
    assert_eq!(down_to(&models, 0.6).unwrap(), Some(0.0));
    assert!(Envelope::of(&[] as &[&[f64]], 1.0).is_err());
    assert!(down_to(&[] as &[&[f64]], 1.0).is_err());
}

#[test]
fn the_own_past_by_hand() {
    let nan = f64::NAN;
    let past = [4.0, 1.0, nan, 3.0, 2.0, 5.0];
    assert_eq!(worsts(&past, &[true]), [4.0, 1.0, 3.0, 2.0, 5.0]);
    assert_eq!(worsts(&past, &[true, true]), [1.0, 2.0, 2.0]);
    // the middle one does not count: 4 and nan, 1 and 3, 3 and 5
    assert_eq!(worsts(&past, &[true, false, true]), [1.0, 3.0]);
    // 5 - 0.5 x ..: changes are 1 - 4, 2 - 3, 5 - 2 for one month, and the last value is 5
    assert_eq!(changes_to_worst(&past, &[true]), [2.0, 4.0, 8.0]);
    assert!(worsts(&[nan], &[true]).is_empty() && changes_to_worst(&[nan], &[true]).is_empty());
    assert!(worsts(&past, &[false, false]).is_empty());
}

fn rows() -> Vec<Vec<Option<f64>>> {
    let mut random = Random::new(3);
    let row = |_| {
        let mut x = 0.0;
        let step = |_| {
            x = 0.6 * x + random.uniform() - 0.5;
            Some(x)
        };
        (0..48).map(step).collect()
    };
    (0..12).map(row).collect()
}

fn said(rows: &[Vec<Option<f64>>], unit: usize) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
    let panel = Panel::new(0, rows).unwrap();
    let view = panel.at(35);
    let forecast = Pooled::default().forecast(&view, &[1, 2, 3], 200, 1);
    let drawn = Ensembles::draw(&view, &forecast.unwrap(), 3, 300, 1).unwrap();
    let counts = [true, true, true];
    (
        drawn.worst(unit, &counts).unwrap(),
        worsts(view.past(unit), &counts),
        changes_to_worst(view.past(unit), &counts),
    )
}

#[test]
fn what_comes_after_the_origin_changes_nothing_that_is_said() {
    let mut rows = rows();
    let before = said(&rows, 2);
    for row in &mut rows {
        for value in &mut row[36..] {
            *value = Some(-1e6);
        }
    }
    assert_eq!(said(&rows, 2), before);
    // and the origin itself does
    rows[2][35] = Some(4.0);
    assert_ne!(said(&rows, 2), before);
}

#[test]
fn the_worst_of_more_months_is_lower_and_each_month_has_the_margin_of_the_forecast() {
    let rows = rows();
    let panel = Panel::new(0, &rows).unwrap();
    let view = panel.at(35);
    let forecast = Climatology.forecast(&view, &[1, 2, 3], 300, 1).unwrap();
    let drawn = Ensembles::draw(&view, &forecast, 3, 300, 1).unwrap();
    let (one, all) = (
        drawn.worst(4, &[true]).unwrap(),
        drawn.worst(4, &[true, true, true]).unwrap(),
    );
    assert_eq!((one.len(), all.len()), (3, 3));
    let cell: Vec<f64> = forecast
        .cell(4, 0)
        .unwrap()
        .iter()
        .map(|x| f64::from(*x))
        .collect();
    for (one, all) in one.iter().zip(&all) {
        assert!(one.iter().zip(all).all(|(a, b)| b <= a));
        let mut sorted = one.clone();
        sorted.sort_by(f64::total_cmp);
        for (found, drawn) in sorted.iter().zip(&cell) {
            close(*found, *drawn, 1e-5);
        }
    }
    assert_eq!(drawn.worst(4, &[true, true, true, true]), None);
}
