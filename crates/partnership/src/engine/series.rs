//! A measured series of an indicator: its points, when it was last seen, and the rows behind it.

use std::collections::BTreeMap;

use detente_atlas::{By, Day};

use crate::file::Settings;
use crate::model::Party;
use crate::provenance::Provenance;
use crate::world::{Cell, Kind, Pooled, Stream, World, clock};
use detente_relations::index;

/// Values by period.
pub type Points = Vec<(i32, f64)>;

/// Why something is not measured, in words that a brief can print.
pub type Gap = String;

/// The measured series of an indicator.
#[derive(Debug, Clone)]
pub struct Series {
    /// Month or year.
    pub by: By,
    /// Unit of the values.
    pub unit: &'static str,
    /// Values by period; unmonitored periods are not in it.
    pub points: Points,
    /// The coding system or data set, for people.
    pub source: String,
    /// Past values that a standing needs, where the measure has a rule of its own.
    pub past: Option<u32>,
    /// The rows behind the last value.
    pub provenance: Provenance,
    /// The rows behind earlier values, where a period has rows of its own; a window's value rests on more than one period.
    pub earlier: BTreeMap<i32, Provenance>,
}

impl Series {
    /// The last value.
    pub fn last(&self) -> Option<(i32, f64)> {
        self.points.last().copied()
    }

    /// The rows behind the value of a period.
    pub fn provenance_of(&self, t: i32) -> &Provenance {
        self.earlier.get(&t).unwrap_or(&self.provenance)
    }

    /// The last day that the last value speaks of, never after `as_of`.
    pub fn seen(&self, as_of: Day) -> Option<Day> {
        self.last()
            .map(|(t, _)| clock::last_day(self.by, t).min(as_of))
    }
}

/// The settings of the relation index.
pub fn index_settings(s: &Settings) -> index::Settings {
    index::Settings {
        weights: index::Weights {
            verbal: s.verbal_weight,
            material: s.material_weight,
        },
        prior: s.prior,
        level: s.interval,
    }
}

/// The index of a cell: ln((C + a) / (K + a)) on events or on net scores. `None` where the two had nothing to do with
/// each other: that is no reading, not a neutral one.
pub fn index_of(cell: &Cell, s: &Settings) -> Option<f64> {
    let (cooperation, conflict) = cell.balance(&index_settings(s).weights)?;
    let prior = if cell.counts.is_some() {
        s.prior
    } else {
        s.score_prior
    };
    index::log_ratio(cooperation, conflict, prior)
}

/// Sums over trailing windows of `months`, for the periods whose window was monitored enough.
pub fn windows(stream: &Stream, pooled: &Pooled, months: u32, s: &Settings) -> Pooled {
    let months = months as i32;
    let mut out = Pooled::new();
    for (i, (t, _)) in pooled.iter().enumerate() {
        let share: f64 =
            (0..months).map(|k| stream.monitored(t - k)).sum::<f64>() / f64::from(months);
        if share < s.window_monitored {
            continue;
        }
        let mut sum = Cell::default();
        for (_, cell) in pooled[..=i]
            .iter()
            .rev()
            .take_while(|(u, _)| t - u < months)
        {
            sum += *cell;
        }
        out.push((*t, sum));
    }
    out
}

/// The index over trailing windows.
pub fn index_series(
    stream: &Stream,
    of: &Party,
    with: &Party,
    months: u32,
    s: &Settings,
) -> Vec<(i32, f64)> {
    windows(stream, &stream.pooled(of, with), months, s)
        .iter()
        .filter_map(|(t, cell)| Some((*t, index_of(cell, s)?)))
        .collect()
}

/// The monthly streams, the one that was monitored last first.
pub fn latest_first(world: &World) -> Vec<&Stream> {
    let mut streams: Vec<&Stream> = world
        .monthly
        .iter()
        .filter(|s| s.last().is_some())
        .collect();
    streams.sort_by_key(|s| std::cmp::Reverse(s.last()));
    streams
}

/// The first of the monthly streams, the latest first, in which `points` finds a value.
pub fn first_with_points<'w>(
    world: &'w World,
    points: impl Fn(&'w Stream) -> Points,
) -> Result<(&'w Stream, Points), Gap> {
    latest_first(world)
        .into_iter()
        .map(|stream| (stream, points(stream)))
        .find(|(_, points)| !points.is_empty())
        .ok_or_else(|| "no monthly source has a reading for these actors".to_owned())
}

/// Unit of the index in a stream.
pub fn index_unit(stream: &Stream) -> &'static str {
    match stream.kind {
        Kind::Counts => "log ratio of events",
        Kind::Scores => "log ratio of net scores",
    }
}

/// The provenance of what a stream says of two parties over the periods `from..=to`.
pub fn dyads(
    stream: &Stream,
    of: &Party,
    with: &Party,
    from: i32,
    to: i32,
    as_of: Day,
    method: &'static str,
) -> Provenance {
    let cells: Pooled = stream
        .pooled(of, with)
        .into_iter()
        .filter(|(t, _)| (from..=to).contains(t))
        .collect();
    let on = clock::last_day(stream.by, to);
    let (left, right) = (ids(of, on), ids(with, on));
    let (first, last) = (
        clock::first_day(stream.by, from),
        clock::last_day(stream.by, to),
    );
    let last = last.min(as_of);
    let table = stream.table();
    let pair = if of.id == with.id {
        format!("source in ({left}) and target in ({left})")
    } else {
        format!(
            "((source in ({left}) and target in ({right})) or (source in ({right}) and target in ({left})))"
        )
    };
    // Nothing between the two is a finding too: then the rows are those among which it was sought.
    let rows = cells.iter().map(|(_, c)| c.rows).sum::<f64>() as u64;
    let absence = rows == 0;
    Provenance {
        queries: vec![(table, format!(
            "dataset in ({}) and {pair} and {} >= {first} and {} <= {last} and known <= {as_of}",
            stream.datasets.join(", "),
            table.day_column(),
            table.day_column(),
        ))],
        command: None,
        datasets: stream.datasets.iter().map(|d| (*d).to_owned()).collect(),
        rows: if absence { stream.searched(from, to) } else { rows },
        absence,
        from: Some(first),
        to: Some(last),
        method,
        header: Vec::new(),
        sample: Vec::new(),
    }
    .with_cells(stream.by, &cells)
}

/// The ids of a party's members on a day, for a filter.
pub fn ids(party: &Party, on: Day) -> String {
    party
        .members(on)
        .iter()
        .map(|a| a.id())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::stream_tests::{counts, party};

    const JAN: i32 = 12 * 2010;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} against {b}");
    }

    #[test]
    fn the_index_of_a_window_is_that_of_its_sums() {
        let rows = [
            ("AZE", "TUR", JAN, 3.0, 1.0),
            ("TUR", "AZE", JAN + 1, 4.0, 0.0),
        ];
        let stream = counts(&rows, &[(JAN, 1.0), (JAN + 1, 1.0)]);
        let s = Settings::default();
        let points = index_series(&stream, &party("AZE"), &party("TUR"), 2, &s);
        // January stands on half of its window, which is enough; with a = 1/2: ln(3.5 / 1.5) and ln(7.5 / 1.5).
        assert_eq!(
            points.iter().map(|(t, _)| *t).collect::<Vec<_>>(),
            [JAN, JAN + 1]
        );
        close(points[0].1, (3.5f64 / 1.5).ln());
        close(points[1].1, 5.0f64.ln());
    }

    #[test]
    fn a_window_that_was_monitored_too_little_has_no_value() {
        let rows = [
            ("AZE", "TUR", JAN, 3.0, 1.0),
            ("AZE", "TUR", JAN + 3, 3.0, 1.0),
        ];
        let stream = counts(&rows, &[(JAN, 1.0), (JAN + 3, 0.4)]);
        let points = index_series(
            &stream,
            &party("AZE"),
            &party("TUR"),
            1,
            &Settings::default(),
        );
        assert_eq!(points.len(), 1);
        assert_eq!(points[0].0, JAN);
    }

    #[test]
    fn no_event_is_no_reading() {
        let stream = counts(
            &[("AZE", "TUR", JAN, 3.0, 1.0)],
            &[(JAN, 1.0), (JAN + 1, 1.0)],
        );
        let points = index_series(
            &stream,
            &party("AZE"),
            &party("TUR"),
            1,
            &Settings::default(),
        );
        assert_eq!(points.len(), 1, "a quiet month has no index: {points:?}");
    }

    #[test]
    fn net_scores_have_the_same_form() {
        let cell = Cell {
            n: 9.0,
            scores: Some((90.0, 10.0)),
            ..Cell::default()
        };
        close(index_of(&cell, &Settings::default()).unwrap(), 5.0f64.ln());
        let quiet = Cell {
            scores: Some((0.0, 0.0)),
            ..Cell::default()
        };
        assert_eq!(index_of(&quiet, &Settings::default()), None);
    }

    #[test]
    fn material_events_weigh_what_the_file_says() {
        let counts = index::Counts {
            verbal_cooperation: 1.0,
            material_cooperation: 2.0,
            verbal_conflict: 0.0,
            material_conflict: 3.0,
        };
        let cell = Cell {
            n: 6.0,
            counts: Some(counts),
            ..Cell::default()
        };
        // C = 1 + 2 * 2 = 5, K = 2 * 3 = 6: ln(5.5 / 6.5).
        close(
            index_of(&cell, &Settings::default()).unwrap(),
            (5.5f64 / 6.5).ln(),
        );
    }
}
