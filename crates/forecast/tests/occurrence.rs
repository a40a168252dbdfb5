//! Probabilities of events on panels whose law is known.

use detente_forecast::linear::logistic;
use detente_forecast::occurrence::{
    EventForecaster, EventRegression, FrequencyAndState, Learning, OwnFrequency, PresentState,
    Probabilities,
};
use detente_forecast::{Draw, Error, Panel};

type Rows = Vec<Vec<Option<f64>>>;

fn row(events: &[u8]) -> Vec<Option<f64>> {
    events.iter().map(|&e| Some(f64::from(e))).collect()
}

/// Events that follow on none with one chance and on an event with another.
fn chain(units: usize, periods: usize, after_none: f64, after_event: f64) -> Rows {
    (0..units)
        .map(|unit| {
            let mut draw = Draw::of(3, unit, 0);
            let mut on = false;
            (0..periods)
                .map(|_| {
                    on = draw.uniform() < if on { after_event } else { after_none };
                    Some(f64::from(u8::from(on)))
                })
                .collect()
        })
        .collect()
}

fn all(p: &Probabilities, units: usize) -> Vec<Option<f64>> {
    (0..units)
        .flat_map(|unit| (0..p.leads().len()).map(move |lead| (unit, lead)))
        .map(|(unit, lead)| p.get(unit, lead))
        .collect()
}

#[test]
fn own_frequency_is_drawn_to_that_of_all() {
    let panel = Panel::new(
        0,
        &[row(&[1, 1, 0, 0, 1]), row(&[0, 0, 0, 0, 1]), vec![None; 5]],
    )
    .unwrap();
    let p = OwnFrequency { prior: 2.0 }
        .probabilities(&panel.at(3), &[1, 9])
        .unwrap();
    // 2 events in 8 periods so far: (2 + 1) / (8 + 2) = .3 over all; (2 + 2 * .3) / (4 + 2) and (0 + .6) / 6
    let wanted = [2.6 / 6.0, 2.6 / 6.0, 0.1, 0.1];
    for (found, wanted) in all(&p, 2).into_iter().zip(wanted) {
        assert!(
            (found.unwrap() - wanted).abs() < 1e-12,
            "{found:?} {wanted}"
        );
    }
    assert_eq!((p.get(2, 0), p.get(2, 1)), (None, None));
}

#[test]
fn persistence_counts_what_followed() {
    // after an event: yes, no, no; after none: no, yes, no; in all 3 of 8
    let panel = Panel::new(0, &[row(&[1, 1, 0, 0]), row(&[0, 1, 0, 0])]).unwrap();
    let p = PresentState.probabilities(&panel.at(3), &[1]).unwrap();
    // pairs: 1>1, 1>0, 0>0, 0>1, 1>0, 0>0; after none 1 of 3; (1 + .4) / (3 + 1)
    assert!((p.get(0, 0).unwrap() - 0.35).abs() < 1e-12, "{p:?}");
}

#[test]
fn a_chain_is_forecast_by_its_law() {
    let (after_none, after_event) = (0.1, 0.6);
    let rows = chain(800, 60, after_none, after_event);
    let panel = Panel::new(0, &rows).unwrap();
    let view = panel.at(59);
    let two = |p: f64| p * after_event + (1.0 - p) * after_none;
    let models: [Box<dyn EventForecaster>; 3] = [
        Box::new(PresentState),
        Box::new(FrequencyAndState::default()),
        Box::new(EventRegression::default()),
    ];
    for model in models {
        let p = model.probabilities(&view, &[1, 2]).unwrap();
        let mut off = [0.0f64; 2];
        for (unit, row) in rows.iter().enumerate() {
            let one = if row[59] == Some(1.0) {
                after_event
            } else {
                after_none
            };
            off[0] += (p.get(unit, 0).unwrap() - one).powi(2) / 800.0;
            off[1] += (p.get(unit, 1).unwrap() - two(one)).powi(2) / 800.0;
        }
        assert!(
            off[0].sqrt() < 0.03 && off[1].sqrt() < 0.03,
            "{}: {off:?}",
            model.name()
        );
    }
}

#[test]
fn a_covariate_that_drives_the_event_is_used() {
    let units = 400;
    let mut signal: Rows = Vec::new();
    let mut events: Rows = Vec::new();
    for unit in 0..units {
        let mut draw = Draw::of(8, unit, 0);
        let x: Vec<f64> = (0..60).map(|_| draw.normal()).collect();
        let mut y = vec![Some(0.0)];
        y.extend(x[..59].iter().map(|x| {
            Some(f64::from(u8::from(
                draw.uniform() < logistic(2.0 * x - 2.0),
            )))
        }));
        signal.push(x.into_iter().map(Some).collect());
        events.push(y);
    }
    let panel = Panel::new(0, &events).unwrap();
    let signals = || vec![Panel::new(0, &signal).unwrap()];
    let against_own_past = EventRegression {
        covariates: signals(),
        ..EventRegression::default()
    };
    let as_it_is = EventRegression {
        comparable: signals(),
        ..EventRegression::default()
    };
    for model in [against_own_past, as_it_is] {
        let p = model.probabilities(&panel.at(59), &[1]).unwrap();
        let mut off = 0.0;
        for (unit, signal) in signal.iter().enumerate() {
            let law = logistic(2.0 * signal[59].unwrap() - 2.0);
            off += (p.get(unit, 0).unwrap() - law).abs() / units as f64;
        }
        // the spread of the law itself is .25
        assert!(off < 0.04, "{off}");
    }
}

#[test]
fn what_comes_after_the_origin_changes_nothing() {
    let rows = chain(60, 80, 0.2, 0.5);
    let mut other = rows.clone();
    for value in other.iter_mut().flat_map(|row| &mut row[60..]) {
        *value = None;
    }
    let at = |rows: &Rows, covariate: &Rows| {
        let panel = Panel::new(0, rows).unwrap();
        let model = EventRegression {
            covariates: vec![Panel::new(0, covariate).unwrap()],
            comparable: vec![Panel::new(0, covariate).unwrap()],
            ..EventRegression::default()
        };
        let leads = [1, 3, 7];
        let view = panel.at(59);
        [
            &model as &dyn EventForecaster,
            &FrequencyAndState::default(),
            &PresentState,
            &OwnFrequency { prior: 5.0 },
        ]
        .map(|m| m.probabilities(&view, &leads).unwrap())
    };
    assert_eq!(at(&rows, &rows), at(&other, &other));
    assert!(at(&rows, &rows)[0] != at(&rows, &chain(60, 80, 0.9, 0.1))[0]);
}

#[test]
fn too_few_events_give_the_own_frequency() {
    let mut rows = vec![row(&[0; 40]); 30];
    rows[3][20] = Some(1.0);
    let panel = Panel::new(0, &rows).unwrap();
    let view = panel.at(39);
    let prior = Learning::default().prior;
    let own = OwnFrequency { prior }
        .probabilities(&view, &[1, 2])
        .unwrap();
    assert_eq!(
        FrequencyAndState::default()
            .probabilities(&view, &[1, 2])
            .unwrap(),
        own
    );
    assert_eq!(
        EventRegression::default()
            .probabilities(&view, &[1, 2])
            .unwrap(),
        own
    );
}

#[test]
fn what_is_no_event_is_refused() {
    let panel = Panel::new(0, &[vec![Some(0.5)]]).unwrap();
    let refused = PresentState.probabilities(&panel.at(0), &[1]);
    assert!(matches!(refused, Err(Error::OutOfRange { .. })));
    let panel = Panel::new(0, &[row(&[0, 1])]).unwrap();
    assert!(PresentState.probabilities(&panel.at(1), &[0]).is_err());
    assert!(
        OwnFrequency { prior: 0.0 }
            .probabilities(&panel.at(1), &[1])
            .is_err()
    );
}
