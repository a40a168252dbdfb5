//! From events to what they change on the way of the paths.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::Month;
use detente_forecast::Panel;
use detente_stress::joint::{Change, Origin, Others};

use super::effect::Paired;
use super::pipeline::{Pipeline, Placed};
use super::variables::Row;
use crate::engine::series::Gap;
use crate::injection::Injection;

impl Paired<'_> {
    /// Where the paths start with the events up to the origin, and what changes on their way with those after it.
    ///
    /// The response of a variable in a month is what it would be at the origin if the events had come as many months before it, over the window of the
    /// indicators; while events go on it is kept there, and fades as the variable's own past has it when they are over.
    pub(super) fn changes(
        &self,
        pipeline: &Pipeline<'_>,
        events: &[(&Injection, (i32, i32))],
        ahead: u32,
    ) -> Result<(Origin, Vec<Change>), Gap> {
        let origin = self.origin();
        let mut rows = self.gathered.rows.clone();
        let past: Vec<Placed<'_>> = events
            .iter()
            .filter(|(_, months)| months.0 <= origin)
            .map(|(event, months)| (*event, (months.0..=months.1.min(origin)).collect()))
            .collect();
        let before = past.iter().filter_map(|(_, months)| months.first()).min();
        let mut start = self.start.clone();
        if let Some(&first) = before {
            if first <= self.panel.first() {
                return Err(format!(
                    "the relation is read from {} on, and events before that are in no row: name a later month",
                    Month(self.panel.first())
                ));
            }
            for (variable, row) in pipeline.rows_with(&past, first - 1)? {
                rows[variable] = row;
            }
            let panel = Panel::new(self.panel.first(), &rows).map_err(|e| e.to_string())?;
            start = self
                .joint
                .origin(&panel.at(origin))
                .map_err(|e| e.to_string())?;
        }
        let window = self.assessment.partnership.settings.window_months as i32;
        let mut known: BTreeMap<Vec<(usize, BTreeSet<i32>)>, Vec<f64>> = BTreeMap::new();
        let mut displaced: Vec<f64> = (0..rows.len())
            .map(|v| difference(&self.gathered.rows[v], &rows[v]).unwrap_or(0.0))
            .collect();
        let mut changes = Vec::new();
        for month in 1..=ahead as i32 {
            let now = origin + month;
            let going_on = events.iter().any(|(_, m)| (m.0..=m.1).contains(&now));
            let phi = |v: usize| self.joint.dynamics(v).map_or(0.0, |d| d.phi);
            if !going_on {
                let faded = displaced.iter().enumerate().map(|(v, d)| phi(v) * d);
                displaced = faded.collect();
                continue;
            }
            // the events of the last months, as if this month were the origin
            let placed: Vec<(usize, BTreeSet<i32>)> = events
                .iter()
                .enumerate()
                .map(|(e, (_, m))| {
                    let months = (0..window).filter(|lag| (m.0..=m.1).contains(&(now - lag)));
                    (e, months.map(|lag| origin - lag).collect())
                })
                .filter(|(_, months): &(usize, BTreeSet<i32>)| !months.is_empty())
                .collect();
            if !known.contains_key(&placed) {
                let put: Vec<Placed<'_>> = placed
                    .iter()
                    .map(|(e, months)| (events[*e].0, months.clone()))
                    .collect();
                let mut response = vec![0.0; rows.len()];
                for (variable, row) in pipeline.rows_with(&put, origin)? {
                    let moved = difference(&self.gathered.rows[variable], &row);
                    response[variable] = moved.ok_or_else(|| {
                        format!(
                            "{}: no reading would be left of it",
                            self.gathered.variables[variable].title
                        )
                    })?;
                }
                known.insert(placed.clone(), response);
            }
            for (variable, target) in known[&placed].iter().enumerate() {
                let size = target - phi(variable) * displaced[variable];
                if size != 0.0 && self.start.starts[variable].is_some() {
                    changes.push(Change::Surprise {
                        variable,
                        month: month as usize,
                        size,
                        others: Others::Stay,
                    });
                }
                displaced[variable] = *target;
            }
        }
        Ok((start, changes))
    }
}

/// By how much the last value of a row is moved; `None` where either has none.
fn difference(without: &Row, with: &Row) -> Option<f64> {
    Some(with.last().copied().flatten()? - without.last().copied().flatten()?)
}
