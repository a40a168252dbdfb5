//! Filling a [`World`] from the lake: a handful of queries, whatever the partnership.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int64Type};
use detente_atlas::{Actor, By, Day, Kind};
use detente_lake::Table;
use detente_lake::{Aggregate, Coverage, Filter, Fold, Key, Lake, LakeError, Query, Scan, Status};
use detente_relations::alignment::Vote;
use detente_relations::index::Counts;

use super::columns::{actors, days, numbers, texts};
use super::records::{Record, Records, Votes};
use super::stream::{self, Pooled, Stream, push};
use super::{Cell, World, clock};
use crate::model::Party;

/// The variables that figures are made of; the lake may hold more.
const VARIABLES: &[&str] = &[
    "dispute",
    "conflict-between",
    "conflict-in",
    "ideal-point",
    "contiguity",
    "capital-latitude",
    "capital-longitude",
    "military-expenditure",
    "export-share",
    "import-share",
    "cabinet-party",
    "atop-defense",
    "cow-defense",
];

/// Event data sets of the ICEWS coding system, the more complete first.
/// ICEWS05-15 is not among them: it is a sample of actors without most states, so it carries no relation of states.
const ICEWS: &[&str] = &["icews-18", "icews-events", "icews-21"];

/// What a [`World`] is to hold beside what every figure needs.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Actors whose dyads and UN votes are kept.
    pub actors: BTreeSet<Actor>,
    /// Keys of the intergovernmental organisations whose memberships are kept.
    pub organisations: Vec<String>,
}

/// One look at the lake: as of which day, and whose dyads are kept.
struct Cut<'a> {
    lake: &'a Lake,
    as_of: Day,
    coverage: Vec<(&'static str, Coverage)>,
    ids: Vec<&'static str>,
}

impl World {
    /// Everything in the lake that was known on `as_of` and is needed.
    pub fn load(lake: &Lake, as_of: Day, needs: &Needs) -> Result<World, LakeError> {
        let cut = Cut {
            lake,
            as_of,
            coverage: detente_sources::catalogue()
                .iter()
                .map(|d| (d.id, lake.coverage_as_of(d.id, as_of)))
                .collect(),
            ids: needs.actors.iter().map(|a| a.id()).collect(),
        };
        Ok(World {
            as_of,
            monthly: vec![cut.scores()?, cut.icews()?],
            yearly: vec![
                cut.years("icews-dyad-years", "ICEWS dyad-years")?,
                cut.years("gdelt-dyad-years", "GDELT dyad-years")?,
            ],
            records: records(lake, as_of, &needs.organisations)?,
            votes: votes(lake, as_of, &needs.actors)?,
            coverage: cut.coverage,
        })
    }
}

impl World {
    /// What the members of a party did with each state that was not one of them, both directions added up, by month: the same
    /// sums as [`Stream::pooled`] gives for the party and that state, but for every state of the world. A monitored month
    /// without a row does not stand in it.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub fn with_everybody(
        &self,
        lake: &Lake,
        stream: &Stream,
        of: &Party,
    ) -> Result<BTreeMap<Actor, Pooled>, LakeError> {
        let cut = Cut {
            lake,
            as_of: self.as_of,
            coverage: Vec::new(),
            ids: of.ever(self.as_of).iter().map(|a| a.id()).collect(),
        };
        let ours = one_of("source", &cut.ids).or(one_of("target", &cut.ids));
        let mut all: BTreeMap<Actor, Pooled> = BTreeMap::new();
        // Rows come by period.
        let mut members = (i32::MIN, BTreeSet::new());
        cut.each(
            stream,
            stream.table(),
            cut.sets(stream).and(ours),
            &[Key::Source, Key::Target],
            |t, key, cell| {
                let [Some(a), Some(b)] = key else { return };
                if stream.blind.contains(a) || stream.blind.contains(b) {
                    return;
                }
                if members.0 != t {
                    let on = clock::last_day(stream.by, t);
                    members = (t, of.members(on).into_iter().collect());
                }
                let other = match (members.1.contains(a), members.1.contains(b)) {
                    (true, false) => *b,
                    (false, true) => *a,
                    _ => return,
                };
                if other.kind() == Kind::State {
                    push(all.entry(other).or_default(), t, cell);
                }
            },
        )?;
        Ok(all)
    }
}

fn known(as_of: Day) -> Filter {
    Filter::at_most("known", as_of)
}

fn one_of(column: &str, ids: &[&str]) -> Filter {
    Filter::is_in(column, ids.iter().copied())
}

impl Cut<'_> {
    fn stream(&self, id: &'static str, name: &'static str, by: By, kind: stream::Kind) -> Stream {
        Stream {
            id,
            name,
            datasets: vec![id],
            kind,
            by,
            directed: true,
            cells: HashMap::new(),
            world: Pooled::new(),
            monitored: BTreeMap::new(),
            chosen: BTreeMap::new(),
            blind: detente_sources::dataset(id)
                .map(|d| d.blind.iter().filter_map(|a| Actor::from_id(a)).collect())
                .unwrap_or_default(),
            totals: HashMap::new(),
        }
    }

    /// The daily net scores, positive and negative days apart, by month.
    fn scores(&self) -> Result<Stream, LakeError> {
        let id = "gdelt-daily-dyads";
        let mut stream = Stream {
            directed: false,
            monitored: self.monitored(id, By::Month),
            ..self.stream(
                id,
                "GDELT daily net scores",
                By::Month,
                stream::Kind::Scores,
            )
        };
        self.fill(&mut stream)?;
        Ok(stream)
    }

    /// The event data sets of ICEWS as one stream: each month from the data set that monitored most of it,
    /// so that two editions of the same month are never added up.
    fn icews(&self) -> Result<Stream, LakeError> {
        let monitored: Vec<BTreeMap<i32, f64>> = ICEWS
            .iter()
            .map(|id| self.monitored(id, By::Month))
            .collect();
        let mut chosen: BTreeMap<i32, usize> = BTreeMap::new();
        for (d, months) in monitored.iter().enumerate() {
            for (t, share) in months {
                let best = chosen.entry(*t).or_insert(d);
                if *share > monitored[*best].get(t).copied().unwrap_or(0.0) {
                    *best = d;
                }
            }
        }
        let mut stream = Stream {
            datasets: ICEWS.to_vec(),
            monitored: chosen.iter().map(|(t, d)| (*t, monitored[*d][t])).collect(),
            chosen: chosen.iter().map(|(t, d)| (*t, ICEWS[*d])).collect(),
            ..self.stream("icews", "ICEWS events", By::Month, stream::Kind::Counts)
        };
        self.fill(&mut stream)?;
        Ok(stream)
    }

    /// A data set of dyad-years.
    fn years(&self, id: &'static str, name: &'static str) -> Result<Stream, LakeError> {
        let mut stream = Stream {
            monitored: self.monitored(id, By::Year),
            ..self.stream(id, name, By::Year, stream::Kind::Counts)
        };
        self.fill(&mut stream)?;
        Ok(stream)
    }

    /// The rows of a stream's data sets that were known on the day.
    fn sets(&self, stream: &Stream) -> Filter {
        one_of("dataset", &stream.datasets).and(known(self.as_of))
    }

    /// Fills a stream: the dyads among the wanted actors, all that each of them did with anybody, and the world's sums. Three
    /// narrow questions cost less than one on every dyad of the world.
    fn fill(&self, stream: &mut Stream) -> Result<(), LakeError> {
        let table = stream.table();
        let sets = self.sets(stream);
        let source = || one_of("source", &self.ids);
        let target = || one_of("target", &self.ids);
        let mut world = Pooled::new();
        self.each(stream, table, sets.clone(), &[], |t, _, cell| {
            push(&mut world, t, cell);
        })?;
        stream.world = world;
        let mut cells: HashMap<(Actor, Actor), Pooled> = HashMap::new();
        let both = sets.clone().and(source()).and(target());
        self.each(
            stream,
            table,
            both,
            &[Key::Source, Key::Target],
            |t, key, cell| {
                if let [Some(a), Some(b)] = key {
                    push(cells.entry((*a, *b)).or_default(), t, cell);
                }
            },
        )?;
        stream.cells = cells;
        // Yearly streams are asked for no totals.
        if stream.by == By::Year {
            return Ok(());
        }
        let mut parts: BTreeMap<Actor, BTreeMap<i32, Cell>> = BTreeMap::new();
        for (key, wanted) in [(Key::Source, source()), (Key::Target, target())] {
            self.each(
                stream,
                table,
                sets.clone().and(wanted),
                &[key],
                |t, key, cell| {
                    if let [Some(a)] = key {
                        *parts.entry(*a).or_default().entry(t).or_default() += cell;
                    }
                },
            )?;
        }
        for (actor, mut sums) in parts {
            // What an actor did to itself was met twice, and is no relation.
            for (t, own) in stream.cells.get(&(actor, actor)).into_iter().flatten() {
                if let Some(sum) = sums.get_mut(t) {
                    *sum = sum.less(own).less(own);
                }
            }
            stream.totals.insert(actor, sums.into_iter().collect());
        }
        Ok(())
    }

    /// Runs an aggregate on a stream's periods and hands over each row: period, keys, sums. Rows come by period. Where a stream
    /// is made of several data sets, only that of the period is handed over.
    fn each(
        &self,
        stream: &Stream,
        table: Table,
        filter: Filter,
        keys: &[Key],
        mut row: impl FnMut(i32, &[Option<Actor>], Cell),
    ) -> Result<(), LakeError> {
        let query = Query::Aggregate(Aggregate {
            table,
            filter,
            by: stream.by,
            keys: std::iter::once(Key::Dataset)
                .chain(keys.iter().copied())
                .collect(),
            fold: Fold::None,
        });
        for batch in self.lake.run(&query)? {
            let batch = batch?;
            let (periods, datasets) = (days(&batch, 0), texts(&batch, 1));
            let named: Vec<_> = (0..keys.len()).map(|k| actors(&batch, 2 + k)).collect();
            let cells = match stream.kind {
                stream::Kind::Counts => counted(&batch, table),
                stream::Kind::Scores => scored(&batch),
            };
            for i in 0..batch.num_rows() {
                let t = clock::period(stream.by, periods[i]);
                if stream
                    .chosen(t)
                    .is_some_and(|d| Some(d) != datasets[i].as_deref())
                {
                    continue;
                }
                let key: Vec<Option<Actor>> = named.iter().map(|column| column[i]).collect();
                row(t, &key, cells[i]);
            }
        }
        Ok(())
    }

    /// Share of each period's days on which a data set was monitored (complete or in part).
    fn monitored(&self, id: &str, by: By) -> BTreeMap<i32, f64> {
        let mut days: BTreeMap<i32, f64> = BTreeMap::new();
        let Some((_, coverage)) = self.coverage.iter().find(|(d, _)| *d == id) else {
            return days;
        };
        for span in &coverage.spans {
            if span.status == Status::Missing {
                continue;
            }
            let mut day = span.from;
            let end = span.to.min(self.as_of);
            while day <= end {
                let t = clock::period(by, day);
                let stop = clock::last_day(by, t).min(end);
                *days.entry(t).or_default() += f64::from(stop.0 - day.0 + 1);
                day = stop.plus(1);
            }
        }
        for (t, n) in &mut days {
            let length = clock::last_day(by, *t).0 - clock::first_day(by, *t).0 + 1;
            *n /= f64::from(length);
        }
        days
    }
}

fn records(lake: &Lake, as_of: Day, organisations: &[String]) -> Result<Records, LakeError> {
    let organisations: Vec<&str> = organisations.iter().map(String::as_str).collect();
    let members = one_of("variable", &["member"]).and(one_of("key", &organisations));
    let filter = known(as_of).and(one_of("variable", VARIABLES).or(members));
    let columns = [
        "dataset", "variable", "actor", "partner", "start", "end", "value", "weight", "key",
        "note", "file", "row",
    ];
    let query = Query::Scan(Scan {
        table: Table::Measures,
        columns: columns.map(String::from).to_vec(),
        filter,
        limit: None,
    });
    let mut records = Records::default();
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (datasets, variables) = (texts(&batch, 0), texts(&batch, 1));
        let (actor, partner) = (actors(&batch, 2), actors(&batch, 3));
        let (start, end) = (days(&batch, 4), days(&batch, 5));
        let (value, weight) = (numbers(&batch, "value"), numbers(&batch, "weight"));
        let (keys, notes, files) = (texts(&batch, 8), texts(&batch, 9), texts(&batch, 10));
        let rows = batch.column(11).as_primitive::<Int64Type>();
        let none: Arc<str> = Arc::from("");
        for i in 0..batch.num_rows() {
            let (Some(dataset), Some(variable), Some(actor)) =
                (&datasets[i], &variables[i], actor[i])
            else {
                continue;
            };
            let record = Record {
                actor,
                partner: partner[i],
                start: start[i],
                // What lasts beyond the day has no end yet: the data give a cabinet's end by the next one's start.
                end: end[i].min(as_of),
                value: value[i],
                weight: weight[i],
                key: keys[i].clone().unwrap_or_else(|| none.clone()),
                note: notes[i].clone().unwrap_or_else(|| none.clone()),
                file: files[i].clone().unwrap_or_else(|| none.clone()),
                row: rows.value(i),
            };
            match records.by_variable.get_mut(&**variable) {
                Some(list) => list.push((dataset.clone(), record)),
                None => {
                    records
                        .by_variable
                        .insert(variable.to_string(), vec![(dataset.clone(), record)]);
                }
            }
        }
    }
    for rows in records.by_variable.values_mut() {
        rows.sort_by(|(d, a), (e, b)| {
            (a.start, a.actor, d, a.partner, a.row).cmp(&(b.start, b.actor, e, b.partner, b.row))
        });
    }
    Ok(records)
}

fn votes(lake: &Lake, as_of: Day, voters: &BTreeSet<Actor>) -> Result<Votes, LakeError> {
    let ids: Vec<&str> = voters.iter().map(|a| a.id()).collect();
    let query = Query::Scan(Scan {
        table: Table::Votes,
        columns: ["day", "rcid", "actor", "vote"].map(String::from).to_vec(),
        filter: one_of("actor", &ids).and(known(as_of)),
        limit: None,
    });
    let mut votes = Votes::default();
    for batch in lake.run(&query)? {
        let batch = batch?;
        let (day, actor) = (days(&batch, 0), actors(&batch, 2));
        let rcid = batch.column(1).as_primitive::<Int64Type>();
        let vote = batch.column(3).as_primitive::<Int8Type>();
        for i in 0..batch.num_rows() {
            if let (Some(actor), Some(vote)) = (actor[i], Vote::from_code(vote.value(i).into())) {
                votes
                    .by_actor
                    .entry(actor)
                    .or_default()
                    .insert((day[i], rcid.value(i)), vote);
            }
        }
    }
    Ok(votes)
}

/// The cells of an aggregate over net scores: dyad-days in place of events.
fn scored(batch: &RecordBatch) -> Vec<Cell> {
    let (positive, negative) = (
        numbers(batch, "score_positive"),
        numbers(batch, "score_negative"),
    );
    let n = numbers(batch, "days");
    (0..batch.num_rows())
        .map(|i| Cell {
            n: n[i].unwrap_or(0.0),
            rows: n[i].unwrap_or(0.0),
            scores: positive[i].zip(negative[i].map(f64::abs)),
            ..Cell::default()
        })
        .collect()
}

/// The cells of an aggregate over events or dyads with counts.
fn counted(batch: &RecordBatch, table: Table) -> Vec<Cell> {
    let n = numbers(batch, "n");
    // A dyad has one row a period, an event one of its own.
    let rows = if table == Table::Events {
        numbers(batch, "n")
    } else {
        numbers(batch, "days")
    };
    let [vc, mc, vk, mk] = [
        "verbal_cooperation",
        "material_cooperation",
        "verbal_conflict",
        "material_conflict",
    ]
    .map(|name| numbers(batch, name));
    let (sum, valued) = (
        numbers(batch, "goldstein_sum"),
        numbers(batch, "goldstein_n"),
    );
    (0..batch.num_rows())
        .map(|i| Cell {
            n: n[i].unwrap_or(0.0),
            rows: rows[i].unwrap_or(0.0),
            counts: (|| {
                Some(Counts {
                    verbal_cooperation: vc[i]?,
                    material_cooperation: mc[i]?,
                    verbal_conflict: vk[i]?,
                    material_conflict: mk[i]?,
                })
            })(),
            goldstein: sum[i].zip(valued[i]),
            scores: None,
        })
        .collect()
}
