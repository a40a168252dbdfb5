//! The tables in the making. What is the same in every row of a file (data set, file name) is set once.

use std::sync::Arc;

use arrow_array::types::{Date32Type, Float32Type, Float64Type, Int8Type, Int32Type, Int64Type};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
use detente_atlas::{Actor, Day};

use crate::column::{LongTextColumn, NumberColumn, TextColumn};
use crate::schema::Table;

/// Rows of a batch, at most.
pub const BATCH_ROWS: usize = 65_536;

/// Where a batch goes out: one line of a wide file gives some hundred rows, which must still fit.
const FULL: usize = BATCH_ROWS - 1_024;

/// Data set, file and line of each row.
#[derive(Debug, Default)]
struct Provenance {
    rows: usize,
    /// Whether data set, file and row are not wanted.
    without: [bool; 3],
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
        self.rows += 1;
        let [dataset, file, number] = self.without;
        if !dataset {
            self.dataset.push_code(Some(self.dataset_code));
        }
        if !file {
            self.file.push_code(Some(self.file_code));
        }
        if !number {
            self.row.push(i64::try_from(row).ok());
        }
    }

    /// Rows since the last call.
    fn take_rows(&mut self) -> usize {
        std::mem::take(&mut self.rows)
    }

    fn len(&self) -> usize {
        self.rows
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

/// The columns of a table that are wanted; what is not wanted is not built.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    schema: SchemaRef,
    has: Vec<bool>,
}

impl Wanted {
    /// All columns of a table, or those named. A name that the table lacks wants nothing.
    pub(crate) fn of(table: Table, columns: Option<&[&str]>) -> Wanted {
        let full = table.schema();
        let has: Vec<bool> = full
            .fields()
            .iter()
            .map(|f| columns.is_none_or(|c| c.contains(&f.name().as_str())))
            .collect();
        let fields: Vec<_> = full
            .fields()
            .iter()
            .zip(&has)
            .filter(|(_, has)| **has)
            .map(|(f, _)| Arc::clone(f))
            .collect();
        Wanted {
            schema: Arc::new(Schema::new(fields)),
            has,
        }
    }

    /// Whether the column is wanted.
    pub(crate) fn wants(&self, column: &str) -> bool {
        self.schema.column_with_name(column).is_some()
    }

    fn batch(&self, columns: Vec<ArrayRef>, rows: usize) -> RecordBatch {
        let wanted = columns.into_iter().zip(&self.has).filter(|(_, has)| **has);
        let columns = wanted.map(|(column, _)| column).collect();
        // The number of rows is said, because there may be no column at all.
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(SchemaRef::clone(&self.schema), columns, &options)
            .expect("the builders follow the schema of the table")
    }
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
    pub(crate) mode: Option<&'a str>,
    pub(crate) context: Option<&'a str>,
    pub(crate) quad: Option<i8>,
    pub(crate) goldstein: Option<f32>,
    pub(crate) place: Option<Actor>,
    pub(crate) province: Option<&'a str>,
    pub(crate) city: Option<&'a str>,
    pub(crate) lat: Option<f32>,
    pub(crate) lon: Option<f32>,
    pub(crate) mentions: Option<i32>,
    pub(crate) sources: Option<i32>,
    pub(crate) articles: Option<i32>,
    pub(crate) tone: Option<f32>,
    /// Best estimate, low, high.
    pub(crate) deaths: [Option<i32>; 3],
    pub(crate) publisher: Option<&'a str>,
    pub(crate) story: Option<&'a str>,
    pub(crate) event: Option<&'a str>,
}

/// The events table.
#[derive(Debug)]
pub(crate) struct Events {
    wanted: Wanted,
    from: Provenance,
    days: [NumberColumn<i32>; 2],
    texts: [TextColumn; EVENT_TEXTS.len()],
    quad: NumberColumn<i8>,
    counts: [NumberColumn<i32>; EVENT_COUNTS.len()],
    floats: [NumberColumn<f32>; EVENT_FLOATS.len()],
    long: [LongTextColumn; 2],
}

/// The columns of each kind by their places in the schema, in the order in which [`Events::push`] has them.
const EVENT_DAYS: [usize; 2] = [1, 2];
const EVENT_TEXTS: [usize; 13] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 26];
const EVENT_COUNTS: [usize; 6] = [19, 20, 21, 23, 24, 25];
const EVENT_FLOATS: [usize; 4] = [13, 17, 18, 22];
const EVENT_QUAD: usize = 12;
const EVENT_LONG: [usize; 2] = [27, 28];

impl Events {
    pub(crate) fn new(dataset: &str, wanted: &Wanted) -> Events {
        let mut from = Provenance::new(dataset);
        from.without = [0, 29, 30].map(|at| !wanted.has[at]);
        Events {
            wanted: wanted.clone(),
            from,
            days: Default::default(),
            texts: Default::default(),
            quad: NumberColumn::default(),
            counts: Default::default(),
            floats: Default::default(),
            long: Default::default(),
        }
    }

    pub(crate) fn push(&mut self, e: &Event, row: u64) {
        self.from.push(row);
        let has = &self.wanted.has;
        for ((column, day), at) in self.days.iter_mut().zip([e.day, e.known]).zip(EVENT_DAYS) {
            if has[at] {
                column.push(Some(day));
            }
        }
        let texts = [
            e.source.map(Actor::id),
            e.target.map(Actor::id),
            e.source_name,
            e.target_name,
            e.source_sectors,
            e.target_sectors,
            e.code,
            e.mode,
            e.context,
            e.place.map(Actor::id),
            e.province,
            e.city,
            e.publisher,
        ];
        for ((column, text), at) in self.texts.iter_mut().zip(texts).zip(EVENT_TEXTS) {
            if has[at] {
                column.push(text);
            }
        }
        if has[EVENT_QUAD] {
            self.quad.push(e.quad);
        }
        let [best, low, high] = e.deaths;
        let counts = [e.mentions, e.sources, e.articles, best, low, high];
        for ((column, count), at) in self.counts.iter_mut().zip(counts).zip(EVENT_COUNTS) {
            if has[at] {
                column.push(count);
            }
        }
        let floats = [e.goldstein, e.lat, e.lon, e.tone];
        for ((column, number), at) in self.floats.iter_mut().zip(floats).zip(EVENT_FLOATS) {
            if has[at] {
                column.push(number);
            }
        }
        let long = [e.story, e.event];
        for ((column, text), at) in self.long.iter_mut().zip(long).zip(EVENT_LONG) {
            if has[at] {
                column.push(text);
            }
        }
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
        let has = self.wanted.has.clone();
        let absent = || -> ArrayRef { Arc::new(arrow_array::NullArray::new(0)) };
        let mut columns: Vec<ArrayRef> = (0..has.len()).map(|_| absent()).collect();
        let [dataset, file] = [&mut self.from.dataset, &mut self.from.file].map(TextColumn::finish);
        columns[0] = dataset;
        columns[29] = file;
        columns[30] = self.from.row.finish::<Int64Type>();
        for (column, at) in self.days.iter_mut().zip(EVENT_DAYS) {
            columns[at] = day(column);
        }
        for (column, at) in self.texts.iter_mut().zip(EVENT_TEXTS) {
            columns[at] = column.finish();
            column.forget_if_large();
        }
        columns[EVENT_QUAD] = self.quad.finish::<Int8Type>();
        for (column, at) in self.counts.iter_mut().zip(EVENT_COUNTS) {
            columns[at] = column.finish::<Int32Type>();
        }
        for (column, at) in self.floats.iter_mut().zip(EVENT_FLOATS) {
            columns[at] = column.finish::<Float32Type>();
        }
        for (column, at) in self.long.iter_mut().zip(EVENT_LONG) {
            columns[at] = column.finish();
        }
        Some(self.wanted.batch(columns, self.from.take_rows()))
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
        if self.from.take_rows() == 0 {
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
        if self.from.take_rows() == 0 {
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
        if self.from.take_rows() == 0 {
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

/// One report of an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mention<'a> {
    pub(crate) day: Day,
    pub(crate) event: &'a str,
    pub(crate) event_day: Day,
    pub(crate) kind: Option<i8>,
    pub(crate) publisher: Option<&'a str>,
    pub(crate) story: Option<&'a str>,
    pub(crate) sentence: Option<i32>,
    pub(crate) confidence: Option<i8>,
    pub(crate) length: Option<i32>,
    pub(crate) tone: Option<f32>,
    pub(crate) translation: Option<&'a str>,
}

/// The mentions table. A report is known on its own day.
#[derive(Debug)]
pub(crate) struct Mentions {
    from: Provenance,
    days: [NumberColumn<i32>; 3],
    long: [LongTextColumn; 2],
    texts: [TextColumn; 2],
    small: [NumberColumn<i8>; 2],
    counts: [NumberColumn<i32>; 2],
    tone: NumberColumn<f32>,
}

impl Mentions {
    pub(crate) fn new(dataset: &str) -> Mentions {
        Mentions {
            from: Provenance::new(dataset),
            days: Default::default(),
            long: Default::default(),
            texts: Default::default(),
            small: Default::default(),
            counts: Default::default(),
            tone: NumberColumn::default(),
        }
    }

    pub(crate) fn push(&mut self, m: &Mention, row: u64) {
        self.from.push(row);
        for (column, day) in self.days.iter_mut().zip([m.day, m.day, m.event_day]) {
            column.push(Some(day.0));
        }
        for (column, text) in self.long.iter_mut().zip([Some(m.event), m.story]) {
            column.push(text);
        }
        for (column, text) in self.texts.iter_mut().zip([m.publisher, m.translation]) {
            column.push(text);
        }
        for (column, number) in self.small.iter_mut().zip([m.kind, m.confidence]) {
            column.push(number);
        }
        for (column, number) in self.counts.iter_mut().zip([m.sentence, m.length]) {
            column.push(number);
        }
        self.tone.push(m.tone);
    }
}

impl Sheet for Mentions {
    fn file(&mut self, label: &str) {
        self.from.file(label);
    }

    fn is_full(&self) -> bool {
        self.from.len() >= FULL
    }

    fn finish(&mut self) -> Option<RecordBatch> {
        if self.from.take_rows() == 0 {
            return None;
        }
        let [first, known, event_day] = self.days.each_mut().map(day);
        let [event, story] = self.long.each_mut().map(LongTextColumn::finish);
        let [publisher, translation] = self.texts.each_mut().map(|column| {
            let array = column.finish();
            column.forget_if_large();
            array
        });
        let [kind, confidence] = self.small.each_mut().map(NumberColumn::finish::<Int8Type>);
        let [sentence, length] = self
            .counts
            .each_mut()
            .map(NumberColumn::finish::<Int32Type>);
        Some(batch(
            Table::Mentions,
            vec![
                self.from.dataset.finish(),
                first,
                known,
                event,
                event_day,
                kind,
                publisher,
                story,
                sentence,
                confidence,
                length,
                self.tone.finish::<Float32Type>(),
                translation,
                self.from.file.finish(),
                self.from.row.finish::<Int64Type>(),
            ],
        ))
    }
}
