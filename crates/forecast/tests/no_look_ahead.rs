//! Corrupting everything after the origin changes no byte of any forecast.

use detente_forecast::baseline::{Climatology, Conflictology, Persistence};
use detente_forecast::{Draw, Forecaster, Panel, Stack};

const UNITS: usize = 14;
const PERIODS: usize = 200;
const ORIGIN: i32 = 150;

/// Units at war, at peace and in between, some with gaps; `after` is put over everything later than the origin.
fn panel(after: Option<f64>) -> Panel {
    let rows: Vec<Vec<Option<f64>>> = (0..UNITS)
        .map(|unit| {
            let mut draw = Draw::of(5, unit, 0);
            let level = [0.0, 0.02, 0.5, 4.0, 60.0][unit % 5];
            (0..PERIODS)
                .map(|t| {
                    let burst = (draw.normal() * 1.5).exp();
                    let value = draw.poisson(level * burst);
                    let missing = (t + 3 * unit) % 41 == 0;
                    if t as i32 > ORIGIN && after.is_some() {
                        after
                    } else {
                        (!missing).then_some(value)
                    }
                })
                .collect()
        })
        .collect();
    let neighbours = (0..UNITS)
        .map(|u| vec![(u + 1) % UNITS, (u + 13) % UNITS])
        .collect();
    Panel::new(0, &rows)
        .unwrap()
        .with_neighbours(neighbours)
        .unwrap()
}

#[test]
fn the_future_changes_no_byte_of_any_forecast() {
    let mut models: Vec<Box<dyn Forecaster + Send>> = vec![
        Box::new(Climatology),
        Box::new(Persistence { counts: true }),
        Box::new(Conflictology { window: 12 }),
        Box::new(Stack::monthly_counts()),
        Box::new(Stack::all_counts()),
    ];
    models.extend(Stack::all_counts().members);
    let [clean, huge, zero] = [None, Some(1e6), Some(0.0)].map(panel);
    for model in models {
        let forecast = |p: &Panel| model.forecast(&p.at(ORIGIN), &[1, 3, 14], 60, 9).unwrap();
        let said = forecast(&clean);
        let spoken: usize = (0..UNITS).filter(|u| said.cell(*u, 0).is_some()).count();
        assert!(spoken > 0, "{} says nothing", model.name());
        for corrupt in [&huge, &zero] {
            let again = forecast(corrupt);
            for unit in 0..UNITS {
                for lead in 0..3 {
                    assert_eq!(
                        said.cell(unit, lead),
                        again.cell(unit, lead),
                        "{} unit {unit}",
                        model.name()
                    );
                }
            }
        }
    }
}
