//! Panels of pairs of states from the lake.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{Array, RecordBatch, StringArray};
use detente_atlas::{By, Day};
use detente_forecast::Panel;
use detente_lake::{Aggregate, Coverage, Filter, Fold, Key, Lake, Query, Table};

use crate::error::{CliError, Result};

/// The daily net scores.
pub const SCORES: &str = "gdelt-daily-dyads";
/// Events of the ICEWS coding system, the more complete first; as in the assessment (`partnership::world`).
pub const ICEWS: [&str; 3] = ["icews-18", "icews-events", "icews-21"];

/// A period is used if at least this share of its days was monitored: two days of a week may be lacking, and half of a month,
/// since net scores are taken against the month's volume.
const WEEK_MONITORED: f64 = 0.7;
const MONTH_MONITORED: f64 = 0.5;

/// Pairs of states by period, in both directions together.
pub struct Dyads {
    /// Length of a period.
    pub by: By,
    /// The first period and those after it; `None` where nobody looked. The data set that each is taken from.
    pub periods: Vec<(Day, Option<&'static str>)>,
    /// What was found of each pair, by place of the period.
    pairs: BTreeMap<(String, String), BTreeMap<usize, Sums>>,
    /// Sum over all pairs of the world.
    volume: Vec<f64>,
}

/// What happened between two states in a period.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Events, or days with a report.
    pub n: f64,
    /// Net score.
    pub score: f64,
    /// Net scores of the days on which they were negative, without their sign.
    pub against: f64,
    /// Events of material conflict.
    pub material_conflict: f64,
    /// Size of what happened: events, or net scores without their sign.
    volume: f64,
}

impl Dyads {
    /// Monthly sums of the daily net scores.
    pub fn scores(lake: &Lake) -> Result<Dyads> {
        Dyads::of(lake, Table::Dyads, By::Month, &[SCORES], MONTH_MONITORED)
    }

    /// Weekly counts of ICEWS events, each week from the data set that monitored most of it.
    pub fn icews(lake: &Lake) -> Result<Dyads> {
        Dyads::of(lake, Table::Events, By::Week, &ICEWS, WEEK_MONITORED)
    }

    fn of(
        lake: &Lake,
        table: Table,
        by: By,
        datasets: &[&'static str],
        least: f64,
    ) -> Result<Dyads> {
        let coverage: Vec<Coverage> = datasets.iter().map(|d| lake.coverage(d)).collect();
        let ends = |end: fn(&Coverage) -> Option<Day>| coverage.iter().filter_map(end);
        let first = ends(|c| c.spans.first().map(|s| s.from)).min();
        let last = ends(|c| c.spans.last().map(|s| s.to)).max();
        let Some((first, last)) = first.zip(last) else {
            return Err(CliError::Given(format!(
                "the lake has no data of {}: run `detente ingest` on the bundled data, or leave this task out with --task",
                datasets.join(", ")
            )));
        };
        let mut periods = Vec::new();
        let mut day = first.start_of(by);
        while day <= last {
            periods.push((day, chosen(&coverage, datasets, day, day.end_of(by), least)));
            day = day.end_of(by).plus(1);
        }
        let places: HashMap<Day, usize> = periods.iter().zip(0..).map(|(p, i)| (p.0, i)).collect();
        let query = Query::Aggregate(Aggregate {
            table,
            filter: Filter::is_in("dataset", datasets.iter().copied()),
            by,
            keys: vec![Key::Dataset, Key::Source, Key::Target],
            fold: Fold::None,
        });
        let blind: BTreeSet<&str> = datasets
            .iter()
            .filter_map(|id| detente_sources::dataset(id))
            .flat_map(|d| d.blind.iter().copied())
            .collect();
        let mut dyads = Dyads {
            by,
            volume: vec![0.0; periods.len()],
            periods,
            pairs: BTreeMap::new(),
        };
        for batch in lake.run(&query)? {
            dyads.add(&batch?, &places, &blind);
        }
        Ok(dyads)
    }

    fn add(&mut self, batch: &RecordBatch, places: &HashMap<Day, usize>, blind: &BTreeSet<&str>) {
        let starts = batch.column(0).as_primitive::<Date32Type>();
        let (datasets, a, b) = (texts(batch, 1), texts(batch, 2), texts(batch, 3));
        let column = |name: &str| numbers(batch, name);
        let (n, days, score) = (column("n"), column("days"), column("score"));
        let (up, down) = (column("score_positive"), column("score_negative"));
        let conflict = column("material_conflict");
        for i in 0..batch.num_rows() {
            let Some(&place) = places.get(&Day(starts.value(i))) else {
                continue;
            };
            let (Some(a), Some(b)) = (a[i], b[i]) else {
                continue;
            };
            if a == b || datasets[i] != self.periods[place].1 {
                continue;
            }
            let sums = Sums {
                n: n[i].or(days[i]).unwrap_or(0.0),
                score: score[i].unwrap_or(0.0),
                against: down[i].unwrap_or(0.0).abs(),
                material_conflict: conflict[i].unwrap_or(0.0),
                volume: match (up[i], down[i]) {
                    (Some(up), Some(down)) => up + down.abs(),
                    _ => n[i].unwrap_or(0.0),
                },
            };
            self.volume[place] += sums.volume;
            if blind.contains(a) || blind.contains(b) {
                continue;
            }
            let pair = (a.min(b).to_owned(), a.max(b).to_owned());
            let to = self
                .pairs
                .entry(pair)
                .or_default()
                .entry(place)
                .or_default();
            to.n += sums.n;
            to.score += sums.score;
            to.against += sums.against;
            to.material_conflict += sums.material_conflict;
        }
    }

    /// The pairs with most events (or days with a report) in the periods up to the place `origin`, no later one: most first.
    pub fn most_active(&self, origin: usize, most: usize) -> Vec<&(String, String)> {
        let mut all: Vec<(f64, &(String, String))> = self
            .pairs
            .iter()
            .map(|(pair, cells)| (cells.range(..=origin).map(|(_, s)| s.n).sum(), pair))
            .filter(|(n, _)| *n > 0.0)
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        all.into_iter().take(most).map(|(_, pair)| pair).collect()
    }

    /// Whether a pair, its two in the order of the alphabet, was ever named.
    pub fn names(&self, pair: &(String, String)) -> bool {
        self.pairs.contains_key(pair)
    }

    /// The place of the period that begins on a day.
    pub fn place(&self, first: Day) -> Option<i32> {
        let place = self.periods.iter().position(|p| p.0 == first)?;
        Some(place as i32)
    }

    /// A panel of these pairs whose period numbers are places. `of` is told the sums of a pair (none if it was not named) and the
    /// volume of a period that was monitored; the others are missing.
    pub fn panel(
        &self,
        pairs: &[&(String, String)],
        of: impl Fn(Option<&Sums>, f64) -> Option<f64>,
    ) -> Result<Panel> {
        let rows: Vec<Vec<Option<f64>>> = pairs
            .iter()
            .map(|pair| {
                let cells = &self.pairs[*pair];
                let monitored = self.periods.iter().zip(&self.volume).enumerate();
                monitored
                    .map(|(t, ((_, dataset), volume))| {
                        dataset.and_then(|_| of(cells.get(&t), *volume))
                    })
                    .collect()
            })
            .collect();
        Panel::new(0, &rows).map_err(CliError::room)
    }

    /// The last `n` places, none of which begins after `until`, from which the period `lead` later was monitored, and which were
    /// monitored themselves.
    pub fn origins(&self, n: usize, lead: u32, until: Option<Day>) -> Vec<i32> {
        let seen = |t: usize| self.periods.get(t).is_some_and(|p| p.1.is_some());
        let all: Vec<i32> = (0..self.periods.len())
            .filter(|&t| seen(t) && seen(t + lead as usize))
            .filter(|&t| until.is_none_or(|day| self.periods[t].0 <= day))
            .map(|t| t as i32)
            .collect();
        all[all.len().saturating_sub(n)..].to_vec()
    }

    /// The period of a place as people write it: `2021-12`, or the Monday of a week.
    pub fn label(&self, place: i32) -> String {
        let day = self.periods[place as usize].0;
        match self.by {
            By::Month => day.month().to_string(),
            _ => day.to_string(),
        }
    }
}

/// The data set that monitored the largest share of a period, complete days before partial ones, if it is enough.
fn chosen(
    coverage: &[Coverage],
    datasets: &[&'static str],
    from: Day,
    to: Day,
    least: f64,
) -> Option<&'static str> {
    let mut best: Option<(f64, &'static str)> = None;
    for (coverage, dataset) in coverage.iter().zip(datasets) {
        let share = coverage.share(from, to).complete;
        if share >= least && best.is_none_or(|(most, _)| share > most) {
            best = Some((share, dataset));
        }
    }
    best.map(|(_, dataset)| dataset)
}

fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    match batch.column_by_name(name) {
        Some(column) => column.as_primitive::<Float64Type>().iter().collect(),
        None => vec![None; batch.num_rows()],
    }
}

fn texts(batch: &RecordBatch, column: usize) -> Vec<Option<&str>> {
    let column = batch.column(column).as_dictionary::<Int32Type>();
    let values: &StringArray = column.values().as_string();
    let keys = column.keys();
    (0..column.len())
        .map(|i| (!column.is_null(i)).then(|| values.value(keys.value(i) as usize)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dyads() -> Dyads {
        let monday = Day::from_ymd(2021, 1, 4).unwrap();
        let mut dyads = Dyads {
            by: By::Week,
            periods: (0..6)
                .map(|t| (monday.plus(7 * t), (t != 3).then_some("icews-21")))
                .collect(),
            pairs: BTreeMap::new(),
            volume: vec![10.0; 6],
        };
        for (pair, place, n) in [
            (("ARM", "AZE"), 0, 3.0),
            (("ARM", "AZE"), 4, 2.0),
            (("GEO", "RUS"), 1, 1.0),
            (("GEO", "RUS"), 5, 900.0),
            (("IRN", "USA"), 5, 900.0),
        ] {
            let cells = dyads
                .pairs
                .entry((pair.0.into(), pair.1.into()))
                .or_default();
            cells.insert(
                place,
                Sums {
                    n,
                    ..Sums::default()
                },
            );
        }
        dyads
    }

    #[test]
    fn pairs_are_chosen_by_what_was_known() {
        let dyads = dyads();
        let names = |origin, most| -> Vec<String> {
            let chosen = dyads.most_active(origin, most);
            chosen.iter().map(|p| p.0.clone()).collect()
        };
        assert_eq!(names(4, 9), ["ARM", "GEO"]);
        assert_eq!(names(5, 2), ["GEO", "IRN"]);
    }

    #[test]
    fn a_week_that_nobody_monitored_is_missing_and_no_origin() {
        let dyads = dyads();
        let panel = dyads
            .panel(&dyads.most_active(4, 9), |s, _| {
                Some(s.map_or(0.0, |s| s.n))
            })
            .unwrap();
        assert_eq!(
            [2, 3, 4].map(|t| panel.get(0, t)),
            [Some(0.0), None, Some(2.0)]
        );
        assert_eq!(dyads.origins(9, 1, None), [0, 1, 4]);
        assert_eq!(dyads.origins(1, 1, None), [4]);
        assert_eq!(
            dyads.origins(9, 1, Some(Day::from_ymd(2021, 1, 17).unwrap())),
            [0, 1]
        );
        assert_eq!(dyads.label(1), "2021-01-11");
        let day = |d| Day::from_ymd(2021, 1, d).unwrap();
        assert_eq!(
            (dyads.place(day(11)), dyads.place(day(12))),
            (Some(1), None)
        );
        assert!(dyads.names(&("ARM".into(), "AZE".into())));
        assert!(!dyads.names(&("AZE".into(), "ARM".into())));
    }
}
