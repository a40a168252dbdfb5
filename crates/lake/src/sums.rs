//! Sums of batches: which group each row belongs to, and what it adds to it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int32Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, PrimitiveArray, RecordBatch};
use detente_atlas::{By, Day};

use crate::error::{LakeError, Result};
use crate::fold::{Fold, Print, Printer, Seen};
use crate::groups::{
    EVENT_SUMS, GOLDSTEIN_N, GOLDSTEIN_SUM, Groups, KEY_BITS, N, NO_KEY, SCORE, SCORE_NEGATIVE,
    SCORE_POSITIVE, SUMS, VERBAL_COOPERATION, pack_key, pack_period,
};
use crate::query::Key;
use crate::schema::Table;

/// What is summed, by what, and which rows are one event.
pub(crate) struct Summing {
    table: Table,
    by: By,
    pub(crate) keys: Vec<Key>,
    fold: Fold,
    /// The texts met of each key, shared by the workers.
    pub(crate) texts: Vec<Texts>,
}

impl Summing {
    pub(crate) fn new(table: Table, by: By, keys: Vec<Key>, fold: Fold) -> Summing {
        Summing {
            table,
            by,
            texts: keys.iter().map(|_| Texts::default()).collect(),
            keys,
            fold,
        }
    }

    pub(crate) fn folds(&self) -> bool {
        self.fold != Fold::None
    }

    pub(crate) fn groups(&self) -> Groups {
        let width = match self.table {
            Table::Events => EVENT_SUMS,
            _ => SUMS.len(),
        };
        Groups::new(self.by, width)
    }

    pub(crate) fn part(&self) -> Part {
        Part {
            groups: self.groups(),
            candidates: Vec::new(),
            others: Vec::new(),
            seen: Seen::new(),
        }
    }

    pub(crate) fn batches(&self) -> Batches<'_> {
        Batches {
            summing: self,
            printer: Printer::new(self.fold),
            slots: Vec::new(),
        }
    }
}

/// Texts and the ids that they got. Ids follow no order; the output is sorted by text.
#[derive(Default)]
pub(crate) struct Texts(Mutex<HashMap<String, u32>>);

impl Texts {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id_of(ids: &mut HashMap<String, u32>, text: &str, key: Key) -> Result<u32> {
    if let Some(id) = ids.get(text) {
        return Ok(*id);
    }
    let limit = (1 << KEY_BITS) - 1;
    let id = u32::try_from(ids.len() + 1).unwrap_or(u32::MAX);
    if id > limit {
        let key = key.name();
        return Err(LakeError::TooManyValues { key, limit });
    }
    ids.insert(text.to_owned(), id);
    Ok(id)
}

/// The sums of a row group or a file. Under a rule of folding its events are first gathered: only when all rows before them
/// have been seen is it known which of them are new.
pub(crate) struct Part {
    pub(crate) groups: Groups,
    /// The events that are new within the part.
    candidates: Vec<Candidate>,
    /// Keys that only folded rows of the part have.
    others: Vec<u128>,
    seen: Seen,
}

struct Candidate {
    print: Print,
    slot: Slot,
    quad: i8,
    goldstein: f32,
}

impl Part {
    /// Adds the events that no earlier part has, and notes the keys of all.
    pub(crate) fn decide(&mut self, seen: &mut Seen) {
        for c in self.candidates.drain(..) {
            if seen.is_new(c.print) {
                let Slot { group, day } = c.slot;
                self.groups.add_event(group, day, c.quad, c.goldstein);
            }
        }
        for key in self.others.drain(..) {
            seen.insert(key);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.groups.clear();
        self.candidates.clear();
        self.others.clear();
        self.seen.clear();
    }
}

/// Adds batches to a part; its buffers serve for all batches of the part.
pub(crate) struct Batches<'s> {
    summing: &'s Summing,
    printer: Printer,
    slots: Vec<Slot>,
}

impl Batches<'_> {
    pub(crate) fn add(&mut self, batch: &RecordBatch, part: &mut Part) -> Result<()> {
        let summing = self.summing;
        let days = column(batch, summing.table.day_column()).as_primitive::<Date32Type>();
        find_slots(
            summing,
            batch,
            days.values(),
            &mut part.groups,
            &mut self.slots,
        )?;
        match summing.table {
            Table::Events if summing.folds() => self.gather(batch, part),
            Table::Events => add_events(batch, &self.slots, &mut part.groups),
            _ => add_dyads(batch, &self.slots, &mut part.groups),
        }
        Ok(())
    }

    fn gather(&mut self, batch: &RecordBatch, part: &mut Part) {
        let slots = &self.slots;
        let (quads, goldstein) = measured(batch);
        let Part {
            candidates,
            others,
            seen,
            ..
        } = part;
        self.printer.each(batch, |i, print| {
            let new = [print.rule, print.number].map(|key| seen.insert(key));
            if new == [true, true] {
                candidates.push(Candidate {
                    print,
                    slot: slots[i],
                    quad: quads.at(i, 0),
                    goldstein: goldstein.at(i, f32::NAN),
                });
            } else {
                let keys = [print.rule, print.number].into_iter().zip(new);
                others.extend(
                    keys.filter(|(key, new)| *new && *key != 0)
                        .map(|(key, _)| key),
                );
            }
        });
    }
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
    summing: &Summing,
    batch: &RecordBatch,
    days: &[i32],
    groups: &mut Groups,
    slots: &mut Vec<Slot>,
) -> Result<()> {
    let readers = (0..summing.keys.len())
        .map(|at| KeyReader::new(summing, batch, at))
        .collect::<Result<Vec<KeyReader<'_>>>>()?;
    slots.clear();
    let mut last = None;
    for (i, day) in days.iter().enumerate() {
        let (_, period, offset) = match last {
            Some(known @ (d, _, _)) if d == *day => known,
            _ => {
                let first = Day(*day).start_of(summing.by);
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
    Ok(())
}

/// Gives the packed key of each row of a dictionary column.
struct KeyReader<'a> {
    cells: &'a DictionaryArray<Int32Type>,
    keys: &'a [i32],
    packed: Vec<u128>,
    nullable: bool,
}

impl<'a> KeyReader<'a> {
    fn new(summing: &Summing, batch: &'a RecordBatch, at: usize) -> Result<KeyReader<'a>> {
        let key = summing.keys[at];
        let cells = column(batch, key.column()).as_dictionary::<Int32Type>();
        let entries = cells.values().as_string::<i32>();
        let mut ids = summing.texts[at].lock();
        let packed = entries
            .iter()
            .map(|text| {
                let id = match text {
                    None => NO_KEY,
                    Some(text) => {
                        let text = if key == Key::Root { root(text) } else { text };
                        id_of(&mut ids, text, key)?
                    }
                };
                Ok(pack_key(id, at))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(KeyReader {
            cells,
            keys: cells.keys().values(),
            packed,
            nullable: cells.null_count() > 0,
        })
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

/// The root of an event code: its first two digits. Codes of other ontologies (PLOVER, UCDP) have no such root and stand for
/// themselves.
fn root(code: &str) -> &str {
    match code.as_bytes() {
        [a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit() => code.get(..2).unwrap_or(code),
        _ => code,
    }
}

/// The cells of a column of numbers.
struct Cells<'a, T: ArrowPrimitiveType> {
    values: &'a [T::Native],
    nulls: Option<&'a arrow_buffer::NullBuffer>,
}

impl<'a, T: ArrowPrimitiveType> Cells<'a, T> {
    fn new(cells: &'a PrimitiveArray<T>) -> Cells<'a, T> {
        Cells {
            values: cells.values(),
            nulls: cells.nulls().filter(|n| n.null_count() > 0),
        }
    }

    /// A cell, or what stands for a missing one.
    #[inline]
    fn at(&self, i: usize, missing: T::Native) -> T::Native {
        match self.nulls {
            Some(nulls) if nulls.is_null(i) => missing,
            _ => self.values[i],
        }
    }
}

/// Quad class and Goldstein value of events.
fn measured(batch: &RecordBatch) -> (Cells<'_, Int8Type>, Cells<'_, Float32Type>) {
    (
        Cells::new(column(batch, "quad").as_primitive()),
        Cells::new(column(batch, "goldstein").as_primitive()),
    )
}

fn add_events(batch: &RecordBatch, slots: &[Slot], groups: &mut Groups) {
    let (quads, goldstein) = measured(batch);
    for (i, slot) in slots.iter().enumerate() {
        let (quad, goldstein) = (quads.at(i, 0), goldstein.at(i, f32::NAN));
        groups.add_event(slot.group, slot.day, quad, goldstein);
    }
}

/// A column that the batch does not hold has no value in any row.
fn add_dyads(batch: &RecordBatch, slots: &[Slot], groups: &mut Groups) {
    let numbers = |name: &str| {
        let column = batch.column_by_name(name)?;
        Some(column.as_primitive::<Float64Type>())
    };
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
        if let Some(counts) = counts
            && counts.is_valid(i)
            && !counts.value(i).is_nan()
        {
            groups.add(slots[i].group, GOLDSTEIN_SUM, mean * counts.value(i));
            groups.add(slots[i].group, GOLDSTEIN_N, counts.value(i));
        }
    });
}

/// Calls with each cell that is not missing.
fn each_cell<T: ArrowPrimitiveType>(
    cells: Option<&PrimitiveArray<T>>,
    mut f: impl FnMut(usize, T::Native),
) {
    let Some(cells) = cells else { return };
    let values = cells.values();
    match cells.nulls() {
        None => values.iter().enumerate().for_each(|(i, v)| f(i, *v)),
        Some(nulls) => nulls.valid_indices().for_each(|i| f(i, values[i])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_without_two_digits_is_its_own_root() {
        for (code, expected) in [
            ("190", "19"),
            ("0231", "02"),
            ("01", "01"),
            ("CONSULT", "CONSULT"),
            ("one-sided violence", "one-sided violence"),
            ("1", "1"),
            ("1a2", "1a2"),
            ("é1", "é1"),
            ("", ""),
        ] {
            assert_eq!(root(code), expected);
        }
    }
}
