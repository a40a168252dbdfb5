//! The pooled regression on panels whose law is known.

use detente_forecast::pooled::{Basis, Pooled};
use detente_forecast::{Draw, Forecast, Forecaster, Panel, verify};

type Rows = Vec<Vec<Option<f64>>>;

/// Units that follow x' = phi x + scale e, each with a scale and a level of its own.
fn autoregressive(units: usize, periods: usize, phi: f64, scale: impl Fn(usize) -> f64) -> Rows {
    seeded(5, units, periods, phi, scale)
}

fn seeded(seed: u64, units: usize, periods: usize, phi: f64, scale: impl Fn(usize) -> f64) -> Rows {
    (0..units)
        .map(|unit| {
            let mut draw = Draw::of(seed, unit, 0);
            let mut x = draw.normal() / (1.0 - phi * phi).sqrt();
            (0..periods)
                .map(|_| {
                    x = phi * x + draw.normal();
                    Some(unit as f64 + scale(unit) * x)
                })
                .collect()
        })
        .collect()
}

fn mean_and_sd(cell: &[f32]) -> (f64, f64) {
    let n = cell.len() as f64;
    let mean = cell.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let var = cell
        .iter()
        .map(|&v| (f64::from(v) - mean).powi(2))
        .sum::<f64>()
        / n;
    (mean, var.sqrt())
}

/// Share of the outcomes within the inner 90 % of the draws.
fn covered(rows: &Rows, forecast: &Forecast, lead: usize, at: usize) -> f64 {
    let inside = (0..rows.len()).filter(|&unit| {
        let cell = forecast.cell(unit, lead).unwrap();
        let (lo, hi) = verify::interval(cell, 0.9);
        (lo..=hi).contains(&rows[unit][at].unwrap())
    });
    inside.count() as f64 / rows.len() as f64
}

#[test]
fn an_autoregression_is_forecast_by_its_law() {
    let phi: f64 = 0.8;
    let rows = autoregressive(400, 160, phi, |_| 1.0);
    let panel = Panel::new(0, &rows).unwrap();
    let leads = [1, 4];
    let forecast = Pooled::default()
        .forecast(&panel.at(150), &leads, 500, 1)
        .unwrap();
    for (place, lead) in leads.into_iter().enumerate() {
        let power = phi.powi(lead as i32);
        let law = ((1.0 - power * power) / (1.0 - phi * phi)).sqrt();
        let (mut off, mut spread) = (0.0, 0.0);
        for (unit, row) in rows.iter().enumerate() {
            let level = unit as f64;
            let (mean, sd) = mean_and_sd(forecast.cell(unit, place).unwrap());
            let wanted = level + power * (row[150].unwrap() - level);
            off += (mean - wanted).powi(2) / 400.0;
            spread += sd / 400.0;
        }
        // the level itself is learnt from 150 correlated months: its standard error is about 0.4
        assert!(off.sqrt() < 0.3, "lead {lead}: {off}");
        assert!(
            (spread / law - 1.0).abs() < 0.06,
            "lead {lead}: {spread} {law}"
        );
    }
}

#[test]
fn intervals_cover_units_of_any_scale() {
    let rows = autoregressive(
        2000,
        80,
        0.5,
        |unit| if unit % 2 == 0 { 0.01 } else { 30.0 },
    );
    let panel = Panel::new(0, &rows).unwrap();
    let forecast = Pooled::default()
        .forecast(&panel.at(76), &[1, 3], 200, 1)
        .unwrap();
    for (lead, at) in [(0, 77), (1, 79)] {
        let share = covered(&rows, &forecast, lead, at);
        // standard error of 2,000 outcomes: 0.7 %
        assert!((share - 0.9).abs() < 0.03, "{share}");
    }
}

#[test]
fn a_gap_counts_as_lead() {
    let phi: f64 = 0.9;
    let mut rows = autoregressive(300, 120, phi, |_| 1.0);
    let last = rows[7][110].unwrap();
    for value in &mut rows[7][111..] {
        *value = None;
    }
    let panel = Panel::new(0, &rows).unwrap();
    // nine periods unseen within the panel and four beyond its end
    let fitted = Pooled::default().fit(&panel.at(123), &[1]).unwrap();
    let forecast = fitted.draw(2000, 3).unwrap();
    let (mean, sd) = mean_and_sd(forecast.cell(7, 0).unwrap());
    let power = phi.powi(14);
    let law = ((1.0 - power * power) / (1.0 - phi * phi)).sqrt();
    assert!((sd / law - 1.0).abs() < 0.2, "{sd} {law}");
    assert!((mean - (7.0 + power * (last - 7.0))).abs() < 1.0, "{mean}");
    assert!(matches!(fitted.basis(7, 0), Basis::Regression { pairs } if pairs > 20_000 / 2));
}

#[test]
fn too_little_past_gives_climatology_and_says_so() {
    let mut rows = autoregressive(1, 60, 0.5, |_| 1.0);
    let panel = Panel::new(0, &rows).unwrap();
    let fitted = Pooled::default().fit(&panel.at(59), &[1, 40]).unwrap();
    assert_eq!(fitted.basis(0, 0), Basis::Regression { pairs: 52 });
    assert_eq!(fitted.basis(0, 1), Basis::Climatology);
    let forecast = fitted.draw(300, 1).unwrap();
    let past: Vec<f32> = rows[0].iter().map(|v| v.unwrap() as f32).collect();
    assert!(
        forecast
            .cell(0, 1)
            .unwrap()
            .iter()
            .all(|d| past.contains(d))
    );
    // a unit nobody looked at, one seen once, and one that never moved
    rows.push(vec![None; 60]);
    rows.push([vec![None; 59], vec![Some(2.0)]].concat());
    rows.push(vec![Some(0.0); 60]);
    let panel = Panel::new(0, &rows).unwrap();
    let fitted = Pooled::default().fit(&panel.at(59), &[1]).unwrap();
    let forecast = fitted.draw(10, 1).unwrap();
    assert_eq!(
        (fitted.basis(1, 0), forecast.cell(1, 0)),
        (Basis::Nothing, None)
    );
    assert_eq!(
        (fitted.basis(2, 0), forecast.cell(2, 0)),
        (Basis::Climatology, Some(&[2.0f32; 10][..]))
    );
    assert!(forecast.cell(3, 0).unwrap().iter().all(|v| v.is_finite()));
}

#[test]
fn what_comes_after_the_origin_changes_nothing() {
    let rows = autoregressive(40, 90, 0.7, |unit| 1.0 + unit as f64);
    let mut other = rows.clone();
    for row in &mut other {
        for value in &mut row[70..] {
            *value = Some(1e9);
        }
    }
    let forecast = |rows: &Rows, covariate: &Rows| {
        let panel = Panel::new(100, rows).unwrap();
        let pooled = Pooled {
            covariates: vec![Panel::new(95, covariate).unwrap()],
            ..Pooled::default()
        };
        let leads = [1, 2, 6, 12];
        pooled.forecast(&panel.at(169), &leads, 50, 9).unwrap()
    };
    // the covariate begins five periods earlier, so what lies after the origin begins five places later
    let late: Rows = rows
        .iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .map(|(t, v)| if t > 74 { Some(-7.0) } else { *v })
                .collect()
        })
        .collect();
    assert_eq!(forecast(&rows, &rows), forecast(&other, &late));
    assert!(forecast(&rows, &rows) != forecast(&rows, &autoregressive(40, 90, 0.1, |_| 3.0)));
}

#[test]
fn a_covariate_that_leads_is_used() {
    let signal = seeded(6, 300, 80, 0.0, |_| 1.0);
    let mut rows = autoregressive(300, 80, 0.0, |_| 0.3);
    for (unit, (row, signal)) in rows.iter_mut().zip(&signal).enumerate() {
        for t in 1..80 {
            row[t] = Some(row[t].unwrap() + signal[t - 1].unwrap() - unit as f64);
        }
    }
    let panel = Panel::new(0, &rows).unwrap();
    let sd = |covariates| {
        let pooled = Pooled {
            covariates,
            ..Pooled::default()
        };
        let forecast = pooled.forecast(&panel.at(78), &[1], 400, 1).unwrap();
        mean_and_sd(forecast.cell(11, 0).unwrap()).1
    };
    let (without, with) = (sd(vec![]), sd(vec![Panel::new(0, &signal).unwrap()]));
    // the law: sqrt(1 + 0.09) against 0.3
    assert!(
        (without - 1.044).abs() < 0.1 && (with - 0.3).abs() < 0.06,
        "{without} {with}"
    );
}

#[test]
fn settings_out_of_range_are_refused() {
    let panel = Panel::new(0, &autoregressive(2, 40, 0.5, |_| 1.0)).unwrap();
    let refused = |pooled: Pooled| pooled.forecast(&panel.at(30), &[1], 10, 1).is_err();
    assert!(refused(Pooled {
        minimum: 1,
        ..Pooled::default()
    }));
    assert!(refused(Pooled {
        most: 0,
        ..Pooled::default()
    }));
    assert!(refused(Pooled {
        penalty: -1.0,
        ..Pooled::default()
    }));
    let other = Panel::new(0, &autoregressive(3, 40, 0.5, |_| 1.0)).unwrap();
    assert!(refused(Pooled {
        covariates: vec![other],
        ..Pooled::default()
    }));
    assert!(
        Pooled::default()
            .forecast(&panel.at(30), &[0], 10, 1)
            .is_err()
    );
}
