//! Where a figure comes from: enough to find its rows again.

use detente_atlas::{By, Day};
use detente_lake::Table;

use crate::world::{Cell, Pooled, clock};

/// Rows shown with a figure, at most; the document keeps no more.
const SAMPLE: usize = 12;

/// The rows behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// The filters that return the rows, in the lake's filter language, each with its table; one for each table.
    pub queries: Vec<(Table, String)>,
    /// The command that shows the figure itself, where the rows alone do not.
    pub command: Option<String>,
    /// Data sets that the rows come from.
    pub datasets: Vec<String>,
    /// How many rows the filter finds that speak of the figure's period; for an absence, how many rows were searched.
    pub rows: u64,
    /// Whether the figure says that something is *not* there.
    pub absence: bool,
    /// First day the rows speak of.
    pub from: Option<Day>,
    /// Last day the rows speak of.
    pub to: Option<Day>,
    /// Heading of the definition in docs/methods.md.
    pub method: &'static str,
    /// Column names of the sample.
    pub header: Vec<String>,
    /// The last rows (or period sums) that went into the figure.
    pub sample: Vec<Vec<String>>,
}

impl Provenance {
    /// Keeps the last twelve rows of a sample.
    pub fn with_sample(mut self, header: &[&str], rows: Vec<Vec<String>>) -> Provenance {
        self.header = header.iter().map(|h| (*h).to_owned()).collect();
        let skip = rows.len().saturating_sub(SAMPLE);
        self.sample = rows.into_iter().skip(skip).collect();
        self
    }

    /// Shows the period sums of a pooled series.
    pub fn with_cells(self, by: By, cells: &Pooled) -> Provenance {
        let number = |x: f64| format!("{x:.0}");
        let scores = cells.iter().any(|(_, c)| c.scores.is_some());
        let rows = cells
            .iter()
            .map(|(t, c)| {
                let mut row = vec![clock::label(by, *t), number(c.n)];
                row.extend(columns(c, scores).map(|v| v.map(number).unwrap_or_default()));
                row
            })
            .collect();
        if scores {
            self.with_sample(
                &["period", "dyad-days", "net cooperation", "net conflict"],
                rows,
            )
        } else {
            self.with_sample(
                &[
                    "period",
                    "events",
                    "verbal cooperation",
                    "material cooperation",
                    "verbal conflict",
                    "material conflict",
                ],
                rows,
            )
        }
    }

    /// The rows of two figures that were joined into one.
    pub fn and(mut self, other: &Provenance) -> Provenance {
        let known = other.queries.iter().all(|(table, filter)| {
            let mut own = self.queries.iter();
            own.any(|(t, own)| t == table && holds(own, filter))
        });
        match (self.absence, other.absence) {
            // Rows searched in vain are none of those that a joined figure rests on.
            (true, false) => (self.absence, self.rows) = (false, other.rows),
            (false, true) => {}
            _ if known => {}
            _ => self.rows += other.rows,
        }
        for (table, filter) in &other.queries {
            match self.queries.iter_mut().find(|(t, _)| t == table) {
                Some((_, own)) if holds(own, filter) => {}
                Some((_, own)) => *own = format!("({own}) or ({filter})"),
                None => self.queries.push((*table, filter.clone())),
            }
        }
        self.command = match (self.command, &other.command) {
            (Some(a), Some(b)) if a != *b => Some(format!("{a}; {b}")),
            (a, b) => a.or_else(|| b.clone()),
        };
        for d in &other.datasets {
            if !self.datasets.contains(d) {
                self.datasets.push(d.clone());
            }
        }
        self.from = [self.from, other.from].into_iter().flatten().min();
        self.to = [self.to, other.to].into_iter().flatten().max();
        if self.header == other.header {
            let room = SAMPLE.saturating_sub(other.sample.len()).max(SAMPLE / 2);
            let skip = self.sample.len().saturating_sub(room);
            self.sample.drain(..skip);
            self.sample.extend(other.sample.iter().cloned());
            self.sample.truncate(SAMPLE);
        }
        self
    }
}

/// Whether a filter, perhaps joined out of several, keeps the rows of another one already.
fn holds(own: &str, filter: &str) -> bool {
    own == filter || own.contains(&format!("({filter})"))
}

fn columns(cell: &Cell, scores: bool) -> impl Iterator<Item = Option<f64>> {
    let values = if scores {
        vec![cell.scores.map(|s| s.0), cell.scores.map(|s| s.1)]
    } else {
        let c = cell.counts;
        vec![
            c.map(|c| c.verbal_cooperation),
            c.map(|c| c.material_cooperation),
            c.map(|c| c.verbal_conflict),
            c.map(|c| c.material_conflict),
        ]
    };
    values.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(filter: &str, rows: u64, absence: bool) -> Provenance {
        Provenance {
            queries: vec![(Table::Dyads, filter.to_owned())],
            command: None,
            datasets: Vec::new(),
            rows,
            absence,
            from: None,
            to: None,
            method: "arena",
            header: Vec::new(),
            sample: Vec::new(),
        }
    }

    #[test]
    fn rows_searched_in_vain_are_not_added_to_rows_found() {
        let (none, some) = (of("source = GEO", 900, true), of("source = RUS", 7, false));
        for joined in [none.clone().and(&some), some.and(&none)] {
            assert_eq!((joined.rows, joined.absence), (7, false));
        }
        let both = none.and(&of("source = ARM", 50, true));
        assert_eq!((both.rows, both.absence), (950, true));
    }

    #[test]
    fn the_same_rows_are_counted_once() {
        let (a, b) = (of("source = ARM", 5, false), of("source = RUS", 7, false));
        let joined = a.clone().and(&b).and(&a).and(&b);
        assert_eq!(joined.rows, 12);
        assert_eq!(joined.queries[0].1, "(source = ARM) or (source = RUS)");
    }
}
