//! The panel that the outlook is learnt on: what side a had to do with every state, month by month.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::Actor;
use detente_forecast::Panel;
use detente_lake::LakeError;

use crate::engine::measure::Context;
use crate::engine::series::{Points, index_of, windows};
use crate::file::Settings;
use crate::model::Party;
use crate::provenance::Provenance;
use crate::world::{Pooled, Stream, clock};

/// Months at the beginning of the panel in each of which a state needs a reading to be learnt from. The choice is made on
/// months that no backtest starts before, so it knows nothing of what is forecast.
pub const FIRST_MONTHS: i32 = 24;

/// The monthly relation index of side a with side b, with each contrast partner and with every other state of which enough is
/// known, all from one stream.
#[derive(Debug, Clone)]
pub struct RelationPanel {
    /// Id of the stream.
    pub stream: &'static str,
    /// How many of the first units are parties of the file: side b, then the contrast partners in their order.
    pub named: usize,
    /// The months and values; the first unit is side b.
    pub values: Panel,
    /// The rows of all units.
    pub provenance: Provenance,
}

/// Takes the panel from the lake.
///
/// # Errors
/// The lake cannot be read.
pub fn panel(cx: Context<'_>, stream: &Stream) -> Result<RelationPanel, LakeError> {
    let p = cx.partnership;
    let s = &p.settings;
    let named: Vec<&Party> = std::iter::once(&p.b).chain(&p.contrast).collect();
    let mut rows: Vec<Points> = Vec::new();
    let mut counted = 0.0;
    for party in &named {
        let cells = stream.pooled(&p.a, party);
        counted += cells.iter().map(|(_, cell)| cell.rows).sum::<f64>();
        rows.push(readings(stream, &cells, s));
    }
    let taken: BTreeSet<Actor> = named
        .iter()
        .filter_map(|party| match party.members(cx.world.as_of).as_slice() {
            [single] => Some(*single),
            _ => None,
        })
        .chain(p.a.ever(cx.world.as_of))
        .chain(p.b.ever(cx.world.as_of))
        .collect();
    let everybody: BTreeMap<Actor, Pooled> = cx.world.with_everybody(cx.lake, stream, &p.a)?;
    let first = rows
        .iter()
        .filter_map(|points| points.first())
        .map(|(t, _)| *t)
        .min()
        .unwrap_or_default();
    for (state, cells) in &everybody {
        if taken.contains(state) {
            continue;
        }
        let points = readings(stream, cells, s);
        let early = points.iter().filter(|(t, _)| t - first < FIRST_MONTHS);
        if early.count() as i32 >= FIRST_MONTHS {
            counted += cells.iter().map(|(_, cell)| cell.rows).sum::<f64>();
            rows.push(points);
        }
    }
    let last = rows
        .iter()
        .filter_map(|points| points.last())
        .map(|(t, _)| *t)
        .max()
        .unwrap_or_default();
    let grid: Vec<Vec<Option<f64>>> = rows.iter().map(|r| on_grid(r, first, last)).collect();
    Ok(RelationPanel {
        stream: stream.id,
        named: named.len(),
        values: Panel::new(first, &grid).expect("indices are finite, and rows of one length"),
        provenance: provenance(cx, stream, first, last, counted as u64),
    })
}

/// The index of single months.
fn readings(stream: &Stream, cells: &Pooled, s: &Settings) -> Points {
    windows(stream, cells, 1, s)
        .iter()
        .filter_map(|(t, cell)| Some((*t, index_of(cell, s)?)))
        .collect()
}

/// All that the members of side a had to do with anybody: more than the rows of the panel, which leaves out states with too few.
fn provenance(cx: Context<'_>, stream: &Stream, first: i32, last: i32, rows: u64) -> Provenance {
    let as_of = cx.world.as_of;
    let table = stream.table();
    let (from, to) = (
        clock::first_day(stream.by, first),
        clock::last_day(stream.by, last).min(as_of),
    );
    let ours: Vec<&str> = cx
        .partnership
        .a
        .ever(as_of)
        .iter()
        .map(|a| a.id())
        .collect();
    let ours = ours.join(", ");
    let day = table.day_column();
    Provenance {
        queries: vec![(
            table,
            format!(
                "dataset in ({}) and (source in ({ours}) or target in ({ours})) and {day} >= {from} and {day} <= {to} and known <= {as_of}",
                stream.datasets.join(", "),
            ),
        )],
        command: None,
        datasets: stream.datasets.iter().map(|d| (*d).to_owned()).collect(),
        rows,
        absence: false,
        from: Some(from),
        to: Some(to),
        method: "outlook",
        header: Vec::new(),
        sample: Vec::new(),
    }
}

/// Points as one value or none for each period `first..=last`.
pub fn on_grid(points: &[(i32, f64)], first: i32, last: i32) -> Vec<Option<f64>> {
    let mut row = vec![None; (last - first + 1).max(0) as usize];
    for (t, value) in points {
        if let Some(cell) = usize::try_from(t - first).ok().and_then(|i| row.get_mut(i)) {
            *cell = Some(*value);
        }
    }
    row
}
