//! The four tables in the making. What is the same in every row of a file (data set, file name) is set once.

use std::sync::Arc;

use arrow_array::types::{Date32Type, Float32Type, Float64Type, Int8Type, Int64Type};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use detente_atlas::{Actor, Day};

use crate::column::{NumberColumn, TextColumn};
use crate::schema::Table;

/// Rows of a batch, at most.
pub const BATCH_ROWS: usize = 65_536;

/// Where a batch goes out: one line of a wide file gives some hundred rows, which must still fit.
const FULL: usize = BATCH_ROWS - 1_024;

/// Data set, file and line of each row.
#[derive(Debug, Default)]
struct Provenance {
    dataset: TextColumn,
    dataset_code: i32,
    file: TextColumn,
    file_code: i32,
    row: NumberColumn<i64>,
}

impl Provenance {
    fn new(dataset: &str) -> Provenance {
        let mut new = Provenance::default();
        new.dataset_code = new.dataset.code(dataset);
        new
    }

    fn file(&mut self, label: &str) {
        self.file_code = self.file.code(label);
    }

    fn push(&mut self, row: u64) {
        self.dataset.push_code(Some(self.dataset_code));
        self.file.push_code(Some(self.file_code));
        self.row.push(i64::try_from(row).ok());
    }

    fn len(&self) -> usize {
        self.row.len()
    }
}

/// A table in the making.
pub(crate) trait Sheet {
    /// Names the file that the next rows come from.
    fn file(&mut self, label: &str);
    /// Whether a batch is complete.
    fn is_full(&self) -> bool;
    /// The rows so far, or `None` where there are none.
    fn finish(&mut self) -> Option<RecordBatch>;
}

fn batch(table: Table, columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(table.schema(), columns)
        .expect("the builders follow the schema of the table")
}

fn day(column: &mut NumberColumn<i32>) -> ArrayRef {
    column.finish::<Date32Type>()
}

fn number(column: &mut NumberColumn<f64>) -> ArrayRef {
    column.finish::<Float64Type>()
}

/// One event, before its actors and texts are stored.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Event<'a> {
    pub(crate) day: i32,
    pub(crate) known: i32,
    pub(crate) source: Option<Actor>,
    pub(crate) target: Option<Actor>,
    pub(crate) source_name: Option<&'a str>,
    pub(crate) target_name: Option<&'a str>,
    pub(crate) source_sectors: Option<&'a str>,
    pub(crate) target_sectors: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) quad: Option<i8>,
    pub(crate) goldstein: Option<f32>,
    pub(crate) place: Option<Actor>,
    pub(crate) province: Option<&'a str>,
    pub(crate) city: Option<&'a str>,
    pub(crate) lat: Option<f32>,
    pub(crate) lon: Option<f32>,
    pub(crate) publisher: Option<&'a str>,
    pub(crate) story: Option<&'a str>,
    pub(crate) event: Option<&'a str>,
}

/// The events table.
#[derive(Debug)]
pub(crate) struct Events {
    from: Provenance,
    day: NumberColumn<i32>,
    known: NumberColumn<i32>,
    /// source, target, source_name, target_name, source_sectors, target_sectors, code, place, province, city, publisher.
    texts: [TextColumn; 11],
    quad: NumberColumn<i8>,
    goldstein: NumberColumn<f32>,
    lat: NumberColumn<f32>,
    lon: NumberColumn<f32>,
    story: Vec<Option<String>>,
    event: Vec<Option<String>>,
}

impl Events {
    pub(crate) fn new(dataset: &str) -> Events {
        Events {
            from: Provenance::new(dataset),
            day: NumberColumn::default(),
            known: NumberColumn::default(),
            texts: Default::default(),
            quad: NumberColumn::default(),
            goldstein: NumberColumn::default(),
            lat: NumberColumn::default(),
            lon: NumberColumn::default(),
            story: Vec::new(),
            event: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, e: &Event, row: u64) {
        self.from.push(row);
        self.day.push(Some(e.day));
        self.known.push(Some(e.known));
        let texts = [
            e.source.map(Actor::id),
            e.target.map(Actor::id),
            e.source_name,
            e.target_name,
            e.source_sectors,
            e.target_sectors,
            e.code,
            e.place.map(Actor::id),
            e.province,
            e.city,
            e.publisher,
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
        self.quad.push(e.quad);
        self.goldstein.push(e.goldstein);
        self.lat.push(e.lat);
        self.lon.push(e.lon);
        self.story.push(e.story.map(str::to_owned));
        self.event.push(e.event.map(str::to_owned));
    }
}

impl Sheet for Events {
    fn file(&mut self, label: &str) {
        self.from.file(label);
    }

    fn is_full(&self) -> bool {
        self.from.len() >= FULL
    }

    fn finish(&mut self) -> Option<RecordBatch> {
        if self.from.len() == 0 {
            return None;
        }
        let [
            source,
            target,
            source_name,
            target_name,
            source_sectors,
            target_sectors,
            code,
            place,
            province,
            city,
            publisher,
        ] = self.texts.each_mut().map(|column| {
            let array = column.finish();
            column.forget_if_large();
            array
        });
        let story: StringArray = std::mem::take(&mut self.story).into_iter().collect();
        let event: StringArray = std::mem::take(&mut self.event).into_iter().collect();
        Some(batch(
            Table::Events,
            vec![
                self.from.dataset.finish(),
                day(&mut self.day),
                day(&mut self.known),
                source,
                target,
                source_name,
                target_name,
                source_sectors,
                target_sectors,
                code,
                self.quad.finish::<Int8Type>(),
                self.goldstein.finish::<Float32Type>(),
                place,
                province,
                city,
                self.lat.finish::<Float32Type>(),
                self.lon.finish::<Float32Type>(),
                publisher,
                Arc::new(story),
                Arc::new(event),
                self.from.file.finish(),
                self.from.row.finish::<Int64Type>(),
            ],
        ))
    }
}

/// One dyad and period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dyad {
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) known: Day,
    pub(crate) source: Actor,
    pub(crate) target: Actor,
    pub(crate) directed: bool,
    pub(crate) n: Option<f64>,
    /// Verbal cooperation, material cooperation, verbal conflict, material conflict.
    pub(crate) quads: [Option<f64>; 4],
    pub(crate) goldstein: Option<f64>,
    pub(crate) score: Option<f64>,
    pub(crate) articles: Option<f64>,
}

/// The dyads table.
#[derive(Debug)]
pub(crate) struct Dyads {
    from: Provenance,
    days: [NumberColumn<i32>; 3],
    actors: [TextColumn; 2],
    directed: Vec<bool>,
    /// n, the four classes, goldstein, score, articles.
    numbers: [NumberColumn<f64>; 8],
}

impl Dyads {
    pub(crate) fn new(dataset: &str) -> Dyads {
        Dyads {
            from: Provenance::new(dataset),
            days: Default::default(),
            actors: Default::default(),
            directed: Vec::new(),
            numbers: Default::default(),
        }
    }

    pub(crate) fn push(&mut self, d: &Dyad, row: u64) {
        self.from.push(row);
        for (column, day) in self.days.iter_mut().zip([d.start, d.end, d.known]) {
            column.push(Some(day.0));
        }
        for (column, actor) in self.actors.iter_mut().zip([d.source, d.target]) {
            column.push(Some(actor.id()));
        }
        self.directed.push(d.directed);
        let [vc, mc, vf, mf] = d.quads;
        let numbers = [d.n, vc, mc, vf, mf, d.goldstein, d.score, d.articles];
        for (column, value) in self.numbers.iter_mut().zip(numbers) {
            column.push(value);
        }
    }
}

impl Sheet for Dyads {
    fn file(&mut self, label: &str) {
        self.from.file(label);
    }

    fn is_full(&self) -> bool {
        self.from.len() >= FULL
    }

    fn finish(&mut self) -> Option<RecordBatch> {
        if self.from.len() == 0 {
            return None;
        }
        let [start, end, known] = self.days.each_mut().map(day);
        let [source, target] = self.actors.each_mut().map(TextColumn::finish);
        let directed: ArrayRef = Arc::new(BooleanArray::from(std::mem::take(&mut self.directed)));
        let mut columns = vec![
            self.from.dataset.finish(),
            start,
            end,
            known,
            source,
            target,
            directed,
        ];
        columns.extend(self.numbers.each_mut().map(number));
        columns.extend([self.from.file.finish(), self.from.row.finish::<Int64Type>()]);
        Some(batch(Table::Dyads, columns))
    }
}

/// One measured value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure<'a> {
    pub(crate) variable: &'a str,
    pub(crate) actor: Actor,
    pub(crate) partner: Option<Actor>,
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) known: Day,
    pub(crate) value: Option<f64>,
    pub(crate) weight: Option<f64>,
    pub(crate) key: Option<&'a str>,
    pub(crate) note: Option<&'a str>,
}

/// The measures table.
#[derive(Debug)]
pub(crate) struct Measures {
    from: Provenance,
    days: [NumberColumn<i32>; 3],
    /// variable, actor, partner, key, note.
    texts: [TextColumn; 5],
    numbers: [NumberColumn<f64>; 2],
}

impl Measures {
    pub(crate) fn new(dataset: &str) -> Measures {
        Measures {
            from: Provenance::new(dataset),
            days: Default::default(),
            texts: Default::default(),
            numbers: Default::default(),
        }
    }

    pub(crate) fn push(&mut self, m: &Measure, row: u64) {
        self.from.push(row);
        for (column, day) in self.days.iter_mut().zip([m.start, m.end, m.known]) {
            column.push(Some(day.0));
        }
        let texts = [
            Some(m.variable),
            Some(m.actor.id()),
            m.partner.map(Actor::id),
            m.key,
            m.note,
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
        for (column, value) in self.numbers.iter_mut().zip([m.value, m.weight]) {
            column.push(value);
        }
    }
}

impl Sheet for Measures {
    fn file(&mut self, label: &str) {
        self.from.file(label);
    }

    fn is_full(&self) -> bool {
        self.from.len() >= FULL
    }

    fn finish(&mut self) -> Option<RecordBatch> {
        if self.from.len() == 0 {
            return None;
        }
        let [start, end, known] = self.days.each_mut().map(day);
        let [variable, actor, partner, key, note] = self.texts.each_mut().map(TextColumn::finish);
        let [value, weight] = self.numbers.each_mut().map(number);
        let (dataset, file) = (self.from.dataset.finish(), self.from.file.finish());
        let row = self.from.row.finish::<Int64Type>();
        Some(batch(
            Table::Measures,
            vec![
                dataset, variable, actor, partner, start, end, known, value, weight, key, note,
                file, row,
            ],
        ))
    }
}

/// The votes table.
#[derive(Debug)]
pub(crate) struct Votes {
    from: Provenance,
    days: [NumberColumn<i32>; 2],
    rcid: NumberColumn<i64>,
    actor: TextColumn,
    vote: NumberColumn<i8>,
}

impl Votes {
    pub(crate) fn new(dataset: &str) -> Votes {
        Votes {
            from: Provenance::new(dataset),
            days: Default::default(),
            rcid: NumberColumn::default(),
            actor: TextColumn::default(),
            vote: NumberColumn::default(),
        }
    }

    /// `vote` is 1 yes, 2 abstain, 3 no.
    pub(crate) fn push(
        &mut self,
        day: Day,
        known: Day,
        rcid: i64,
        actor: Actor,
        vote: i8,
        row: u64,
    ) {
        self.from.push(row);
        self.days[0].push(Some(day.0));
        self.days[1].push(Some(known.0));
        self.rcid.push(Some(rcid));
        self.actor.push(Some(actor.id()));
        self.vote.push(Some(vote));
    }
}

impl Sheet for Votes {
    fn file(&mut self, label: &str) {
        self.from.file(label);
    }

    fn is_full(&self) -> bool {
        self.from.len() >= FULL
    }

    fn finish(&mut self) -> Option<RecordBatch> {
        if self.from.len() == 0 {
            return None;
        }
        let [start, known] = self.days.each_mut().map(day);
        let (dataset, file) = (self.from.dataset.finish(), self.from.file.finish());
        let row = self.from.row.finish::<Int64Type>();
        Some(batch(
            Table::Votes,
            vec![
                dataset,
                start,
                known,
                self.rcid.finish::<Int64Type>(),
                self.actor.finish(),
                self.vote.finish::<Int8Type>(),
                file,
                row,
            ],
        ))
    }
}
