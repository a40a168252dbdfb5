//! Rolling origins for probabilities of an event.

use super::{EventForecaster, RECENT};
use crate::{Error, Panel, on_all_cores};

/// A unit in a period of which it is known whether the event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Last known period.
    pub origin: i32,
    /// The unit.
    pub unit: usize,
    /// Periods after the origin.
    pub lead: u32,
    /// Whether the event came.
    pub came: bool,
    /// Whether the unit was monitored and without event in the last [`RECENT`] periods up to the origin, at least in one of
    /// them, so that an event would be an onset.
    pub quiet: bool,
}

/// The cells of a panel of events, in the order origin, unit, lead: those whose outcome was monitored.
pub fn cells(panel: &Panel, origins: &[i32], leads: &[u32]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &origin in origins {
        for unit in 0..panel.units() {
            let recent = (0..RECENT as i32).filter_map(|back| panel.get(unit, origin - back));
            let (mut seen, mut none) = (false, true);
            for state in recent {
                seen = true;
                none &= state == 0.0;
            }
            for &lead in leads {
                if let Some(outcome) = panel.get(unit, origin + lead as i32) {
                    cells.push(Cell {
                        origin,
                        unit,
                        lead,
                        came: outcome == 1.0,
                        quiet: seen && none,
                    });
                }
            }
        }
    }
    cells
}

/// The probabilities of every forecaster in the order of [`cells`]; `None` where it had none. Origins run on all cores;
/// `done` is called after each.
///
/// # Errors
/// The first error of a forecaster.
pub fn run(
    panel: &Panel,
    origins: &[i32],
    leads: &[u32],
    models: &[&dyn EventForecaster],
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<Option<f64>>>, Error> {
    let made = on_all_cores(origins.len() * models.len(), |job| {
        let origin = origins[job / models.len()];
        let probabilities = models[job % models.len()].probabilities(&panel.at(origin), leads);
        done();
        probabilities
    });
    let all = cells(panel, origins, leads);
    let mut of_origin: Vec<&[Cell]> = all.chunk_by(|a, b| a.origin == b.origin).collect();
    let mut found = vec![Vec::with_capacity(all.len()); models.len()];
    for (job, probabilities) in made.into_iter().enumerate() {
        let probabilities = probabilities?;
        let origin = origins[job / models.len()];
        // an origin after which nothing was monitored has no cells
        if of_origin
            .first()
            .is_none_or(|cells| cells[0].origin != origin)
        {
            continue;
        }
        let (to, cells) = (&mut found[job % models.len()], of_origin[0]);
        to.extend(cells.iter().map(|cell| {
            let lead = leads.iter().position(|l| *l == cell.lead)?;
            probabilities.get(cell.unit, lead)
        }));
        if job % models.len() == models.len() - 1 {
            of_origin.remove(0);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::{OwnFrequency, PresentState};
    use super::*;

    #[test]
    fn cells_and_probabilities_go_together() {
        let row = |events: &[i8]| -> Vec<Option<f64>> {
            events
                .iter()
                .map(|&e| (e >= 0).then_some(f64::from(e)))
                .collect()
        };
        let panel = Panel::new(
            0,
            &[
                row(&[0, 1, 0, 0, 0, 1, 1, -1]),
                row(&[-1, -1, -1, -1, -1, -1, 0, 0]),
            ],
        )
        .unwrap();
        let (origins, leads) = ([4, 5, 7], [1, 2]);
        let cells = cells(&panel, &origins, &leads);
        let of = |c: &Cell| (c.origin, c.unit, c.lead, c.came, c.quiet);
        let found: Vec<_> = cells.iter().map(of).collect();
        let wanted = [
            (4, 0, 1, true, true),
            (4, 0, 2, true, true),
            (4, 1, 2, false, false),
            (5, 0, 1, true, false),
            (5, 1, 1, false, false),
            (5, 1, 2, false, false),
        ];
        assert_eq!(found, wanted);
        let models: [&dyn EventForecaster; 2] = [&OwnFrequency { prior: 2.0 }, &PresentState];
        let made = run(&panel, &origins, &leads, &models, &|| ()).unwrap();
        for (model, made) in models.iter().zip(made) {
            assert_eq!(made.len(), cells.len());
            for (cell, made) in cells.iter().zip(made) {
                let alone = model.probabilities(&panel.at(cell.origin), &leads).unwrap();
                assert_eq!(made, alone.get(cell.unit, cell.lead as usize - 1));
            }
        }
    }
}
