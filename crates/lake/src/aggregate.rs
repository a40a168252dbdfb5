//! Dyad-periods: events or dyads summed by period and keys.
//!
//! Row groups are summed in parallel, each by itself, and merged in the lake's fixed order, so that float sums do
//! not depend on the number of cores. Texts are looked up once per dictionary entry.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int32Type,
};
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Float64Array, Int32Array, PrimitiveArray,
    RecordBatch, StringArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use detente_atlas::{By, Day};

use crate::error::{LakeError, Result};
use crate::groups::{
    GOLDSTEIN_N, GOLDSTEIN_SUM, Groups, KEY_BITS, N, NO_KEY, SCORE, SCORE_NEGATIVE, SCORE_POSITIVE,
    SUMS, VERBAL_COOPERATION, pack_key, pack_period, unpack_key, unpack_period,
};
use crate::predicate::{Predicate, position};
use crate::query::{Aggregate, Key};
use crate::reader::{BATCH_ROWS, Task, plan, threads};
use crate::rows::Rows;
use crate::schema::Table;
use crate::store::Lake;

/// Row groups that may wait to be merged before their workers help merging.
const WAITING: usize = 4;

/// The columns that each table is summed from, beside its keys.
const EVENT_COLUMNS: [&str; 3] = ["day", "quad", "goldstein"];
const DYAD_COLUMNS: [&str; 8] = [
    "start",
    "n",
    "verbal_cooperation",
    "material_cooperation",
    "verbal_conflict",
    "material_conflict",
    "goldstein",
    "score",
];

pub(crate) fn run(lake: &Lake, query: &Aggregate) -> Result<Rows> {
    let schema = query.table.schema();
    let measured: &[&str] = match query.table {
        Table::Events => &EVENT_COLUMNS,
        Table::Dyads => &DYAD_COLUMNS,
        other => {
            return Err(LakeError::NoAggregate {
                table: other.name(),
            });
        }
    };
    let mut keys = query.keys.clone();
    let mut named = std::collections::BTreeSet::new();
    keys.retain(|k| named.insert(*k));
    let predicate = Arc::new(Predicate::bind(&query.filter, query.table)?);
    let names = keys
        .iter()
        .map(|k| k.column())
        .chain(measured.iter().copied());
    let mut columns = names
        .map(|c| position(query.table, &schema, c))
        .collect::<Result<Vec<_>>>()?;
    columns.sort_unstable();
    columns.dedup();

    let tasks = plan(lake, query.table, &predicate)?;
    let plan = Plan {
        table: query.table,
        by: query.by,
        texts: keys.iter().map(|_| Texts::default()).collect(),
        keys,
    };
    let groups = sum_all(&plan, &tasks, &columns, &predicate)?;
    Ok(output(&plan, &groups))
}

struct Plan {
    table: Table,
    by: By,
    keys: Vec<Key>,
    /// The texts met of each key.
    texts: Vec<Texts>,
}

/// Texts and the ids that they got, shared by the workers. Ids follow no order; the output is sorted by text.
#[derive(Default)]
struct Texts(Mutex<HashMap<String, u32>>);

impl Texts {
    fn id(ids: &mut HashMap<String, u32>, text: &str) -> u32 {
        if let Some(id) = ids.get(text) {
            return *id;
        }
        let id = ids.len() as u32 + 1;
        assert!(
            id < 1 << KEY_BITS,
            "more than half a million distinct values of one key"
        );
        ids.insert(text.to_owned(), id);
        id
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sum_all(
    plan: &Plan,
    tasks: &[Task],
    columns: &[usize],
    predicate: &Arc<Predicate>,
) -> Result<Groups> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let merger = Merger::new(plan.by);
    let errors: Mutex<BTreeMap<usize, LakeError>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads().min(tasks.len()) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(i) else { break };
                    match sum_one(plan, task, columns, predicate, merger.spare()) {
                        Ok(groups) => merger.put(i, groups),
                        Err(e) => {
                            failed.store(true, Ordering::Relaxed);
                            errors
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .insert(i, e);
                        }
                    }
                }
            });
        }
    });
    match errors
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_first()
    {
        Some((_, e)) => Err(e),
        None => Ok(merger.finish()),
    }
}

/// Merges what the workers bring in the order of the row groups, while they go on.
struct Merger {
    waiting: Mutex<BTreeMap<usize, Groups>>,
    merged: Mutex<(usize, Groups)>,
    /// Groups that have been merged, whose memory the next row groups use.
    spare: Mutex<Vec<Groups>>,
    by: By,
}

impl Merger {
    fn new(by: By) -> Merger {
        Merger {
            waiting: Mutex::default(),
            merged: Mutex::new((0, Groups::new(by))),
            spare: Mutex::default(),
            by,
        }
    }

    fn spare(&self) -> Groups {
        let spare = self
            .spare
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        spare.unwrap_or_else(|| Groups::new(self.by))
    }

    fn put(&self, i: usize, groups: Groups) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(i, groups);
        let many = waiting.len() > WAITING;
        drop(waiting);
        // One worker merges while the others read on; where merging falls behind, they wait for it.
        let merged = if many {
            self.merged.lock().ok()
        } else {
            self.merged.try_lock().ok()
        };
        if let Some(mut merged) = merged {
            self.merge_ready(&mut merged);
        }
    }

    fn merge_ready(&self, merged: &mut (usize, Groups)) {
        loop {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(mut groups) = waiting.remove(&merged.0) else {
                return;
            };
            drop(waiting);
            merged.1.merge(&groups);
            merged.0 += 1;
            groups.clear();
            self.spare
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(groups);
        }
    }

    fn finish(self) -> Groups {
        let mut merged = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        self.merge_ready(&mut merged);
        std::mem::replace(&mut merged.1, Groups::new(self.by))
    }
}

fn sum_one(
    plan: &Plan,
    task: &Task,
    columns: &[usize],
    predicate: &Arc<Predicate>,
    mut groups: Groups,
) -> Result<Groups> {
    let mut slots = Vec::with_capacity(BATCH_ROWS);
    for batch in task.read(columns, predicate)? {
        let batch = batch?;
        let days = column(&batch, plan.table.day_column()).as_primitive::<Date32Type>();
        find_slots(plan, &batch, days.values(), &mut groups, &mut slots);
        match plan.table {
            Table::Events => add_events(&batch, &slots, &mut groups),
            _ => add_dyads(&batch, &slots, &mut groups),
        }
    }
    Ok(groups)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a ArrayRef {
    batch
        .column_by_name(name)
        .expect("the columns of an aggregate are read")
}

/// The group of a row, and which day of its period the row is dated by.
#[derive(Clone, Copy)]
struct Slot {
    group: u32,
    day: u32,
}

fn find_slots(
    plan: &Plan,
    batch: &RecordBatch,
    days: &[i32],
    groups: &mut Groups,
    slots: &mut Vec<Slot>,
) {
    let readers: Vec<KeyReader<'_>> = (0..plan.keys.len())
        .map(|at| KeyReader::new(plan, batch, at))
        .collect();
    slots.clear();
    let mut last = None;
    for (i, day) in days.iter().enumerate() {
        let (_, period, offset) = match last {
            Some(known @ (d, _, _)) if d == *day => known,
            _ => {
                let first = Day(*day).start_of(plan.by);
                (*day, pack_period(first), (day - first.0) as u32)
            }
        };
        last = Some((*day, period, offset));
        let key = readers
            .iter()
            .fold(period, |key, reader| key | reader.at(i));
        slots.push(Slot {
            group: groups.slot(key),
            day: offset,
        });
    }
}

/// Gives the packed key of each row of a dictionary column.
struct KeyReader<'a> {
    cells: &'a DictionaryArray<Int32Type>,
    keys: &'a [i32],
    packed: Vec<u128>,
    nullable: bool,
}

impl<'a> KeyReader<'a> {
    fn new(plan: &Plan, batch: &'a RecordBatch, at: usize) -> KeyReader<'a> {
        let key = plan.keys[at];
        let cells = column(batch, key.column()).as_dictionary::<Int32Type>();
        let entries = cells.values().as_string::<i32>();
        let mut ids = plan.texts[at].lock();
        let packed = entries
            .iter()
            .map(|text| {
                let text = text.map(|t| {
                    if key == Key::Root {
                        t.get(..2).unwrap_or(t)
                    } else {
                        t
                    }
                });
                pack_key(text.map_or(NO_KEY, |t| Texts::id(&mut ids, t)), at)
            })
            .collect();
        KeyReader {
            cells,
            keys: cells.keys().values(),
            packed,
            nullable: cells.null_count() > 0,
        }
    }

    #[inline]
    fn at(&self, i: usize) -> u128 {
        if self.nullable && self.cells.is_null(i) {
            NO_KEY.into()
        } else {
            self.packed[self.keys[i] as usize]
        }
    }
}

fn add_events(batch: &RecordBatch, slots: &[Slot], groups: &mut Groups) {
    for slot in slots {
        groups.add(slot.group, N, 1.0);
        groups.mark_day(slot.group, slot.day);
    }
    // A group with a known class has counts for all four; one without has none.
    let all_quads = 0b1111 << VERBAL_COOPERATION;
    let quads = column(batch, "quad").as_primitive::<Int8Type>();
    each_cell(quads, |i, quad| {
        if (1..=4).contains(&quad) {
            groups.mark(slots[i].group, all_quads);
            groups.add(slots[i].group, VERBAL_COOPERATION + quad as usize - 1, 1.0);
        }
    });
    let goldstein = column(batch, "goldstein").as_primitive::<Float32Type>();
    each_cell(goldstein, |i, g| {
        if !g.is_nan() {
            groups.add(slots[i].group, GOLDSTEIN_SUM, f64::from(g));
            groups.add(slots[i].group, GOLDSTEIN_N, 1.0);
        }
    });
}

fn add_dyads(batch: &RecordBatch, slots: &[Slot], groups: &mut Groups) {
    let numbers = |name: &str| column(batch, name).as_primitive::<Float64Type>();
    let mut plain = |name: &str, sum: usize| {
        each_cell(numbers(name), |i, value| {
            if !value.is_nan() {
                groups.add(slots[i].group, sum, value);
                groups.mark_day(slots[i].group, slots[i].day);
            }
        });
    };
    plain("n", N);
    for (j, name) in SUMS.iter().enumerate().skip(VERBAL_COOPERATION).take(4) {
        plain(name, j);
    }
    plain("score", SCORE);
    // A sum of scores hides how much of it cancels: the good and the bad are kept apart as well.
    each_cell(numbers("score"), |i, value| {
        if !value.is_nan() {
            groups.add(slots[i].group, SCORE_POSITIVE, value.max(0.0));
            groups.add(slots[i].group, SCORE_NEGATIVE, value.min(0.0));
        }
    });
    // The mean per event weighs as much as it has events. Without their number it cannot be pooled.
    let counts = numbers("n");
    each_cell(numbers("goldstein"), |i, mean| {
        if mean.is_nan() {
            return;
        }
        groups.mark_day(slots[i].group, slots[i].day);
        if counts.is_valid(i) && !counts.value(i).is_nan() {
            groups.add(slots[i].group, GOLDSTEIN_SUM, mean * counts.value(i));
            groups.add(slots[i].group, GOLDSTEIN_N, counts.value(i));
        }
    });
}

/// Calls with each cell that is not missing.
fn each_cell<T: ArrowPrimitiveType>(
    cells: &PrimitiveArray<T>,
    mut f: impl FnMut(usize, T::Native),
) {
    let values = cells.values();
    match cells.nulls() {
        None => values.iter().enumerate().for_each(|(i, v)| f(i, *v)),
        Some(nulls) => nulls.valid_indices().for_each(|i| f(i, values[i])),
    }
}

fn output(plan: &Plan, groups: &Groups) -> Rows {
    let schema = output_schema(&plan.keys);
    let ranked: Vec<Ranked> = plan.texts.iter().map(Ranked::new).collect();
    let mut order: Vec<(u128, u32)> = groups
        .keys()
        .iter()
        .zip(0..)
        .map(|(key, slot)| {
            let period = pack_period(unpack_period(*key));
            let ranks = ranked.iter().enumerate();
            (
                ranks.fold(period, |k, (at, r)| {
                    k | pack_key(r.ranks[unpack_key(*key, at) as usize], at)
                }),
                slot,
            )
        })
        .collect();
    sort(&mut order);
    let chunks: Vec<&[(u128, u32)]> = order.chunks(BATCH_ROWS).collect();
    let next = AtomicUsize::new(0);
    let built: Mutex<BTreeMap<usize, RecordBatch>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads().min(chunks.len()) {
            scope.spawn(|| {
                while let i = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(chunk) = chunks.get(i)
                {
                    let batch = build(chunk, groups, &ranked, &schema);
                    built
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(i, batch);
                }
            });
        }
    });
    let built = built.into_inner().unwrap_or_else(PoisonError::into_inner);
    Rows::ready(schema, built.into_values().collect())
}

/// Sorts by packed key, both halves at once where there are many.
fn sort(order: &mut [(u128, u32)]) {
    if order.len() < 50_000 {
        order.sort_unstable();
        return;
    }
    let middle = order.len() / 2;
    order.select_nth_unstable(middle);
    let (low, high) = order.split_at_mut(middle);
    std::thread::scope(|scope| {
        scope.spawn(|| low.sort_unstable());
        high.sort_unstable();
    });
}

/// The texts of a key in alphabetical order, and the rank of each id; a missing key comes last.
struct Ranked {
    texts: Arc<StringArray>,
    ranks: Vec<u32>,
}

impl Ranked {
    fn new(texts: &Texts) -> Ranked {
        let ids = texts.lock();
        let mut sorted: Vec<(&str, u32)> = ids.iter().map(|(t, id)| (t.as_str(), *id)).collect();
        sorted.sort_unstable();
        let mut ranks = vec![sorted.len() as u32; sorted.len() + 1];
        for (rank, (_, id)) in sorted.iter().enumerate() {
            ranks[*id as usize] = rank as u32;
        }
        Ranked {
            texts: Arc::new(sorted.into_iter().map(|(t, _)| Some(t)).collect()),
            ranks,
        }
    }
}

fn output_schema(keys: &[Key]) -> SchemaRef {
    let text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let mut fields = vec![Field::new("period", DataType::Date32, false)];
    fields.extend(
        keys.iter()
            .map(|k| Field::new(k.name(), text.clone(), true)),
    );
    fields.extend(SUMS.iter().map(|s| Field::new(*s, DataType::Float64, true)));
    fields.push(Field::new("days", DataType::Float64, true));
    Arc::new(Schema::new(fields))
}

fn build(
    chunk: &[(u128, u32)],
    groups: &Groups,
    ranked: &[Ranked],
    schema: &SchemaRef,
) -> RecordBatch {
    let periods: Date32Array = chunk
        .iter()
        .map(|(key, _)| Some(unpack_period(*key).0))
        .collect();
    let mut columns: Vec<ArrayRef> = vec![Arc::new(periods)];
    for (at, r) in ranked.iter().enumerate() {
        let missing = r.texts.len() as u32;
        let ranks: Int32Array = chunk
            .iter()
            .map(|(key, _)| {
                Some(unpack_key(*key, at))
                    .filter(|k| *k != missing)
                    .map(|k| k as i32)
            })
            .collect();
        let texts = Arc::clone(&r.texts) as ArrayRef;
        let keys = DictionaryArray::try_new(ranks, texts).expect("a rank is a place in the texts");
        columns.push(Arc::new(keys));
    }
    for sum in 0..SUMS.len() {
        let values: Float64Array = chunk
            .iter()
            .map(|(_, slot)| groups.sum(*slot, sum))
            .collect();
        columns.push(Arc::new(values));
    }
    let days: Float64Array = chunk
        .iter()
        .map(|(_, slot)| Some(f64::from(groups.days(*slot))))
        .collect();
    columns.push(Arc::new(days));
    RecordBatch::try_new(SchemaRef::clone(schema), columns)
        .expect("the columns are built to the schema")
}
