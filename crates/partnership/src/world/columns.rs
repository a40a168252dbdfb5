//! Columns of an answer of the lake as Rust values.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{Array, DictionaryArray, RecordBatch, StringArray};
use detente_atlas::{Actor, Day};

/// Days.
pub fn days(batch: &RecordBatch, column: usize) -> Vec<Day> {
    batch
        .column(column)
        .as_primitive::<Date32Type>()
        .values()
        .iter()
        .map(|d| Day(*d))
        .collect()
}

/// Numbers, by the name of a column that the query asked for.
pub fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    let column = batch
        .column_by_name(name)
        .expect("a column that the query asked for");
    column.as_primitive::<Float64Type>().iter().collect()
}

/// Texts.
pub fn texts(batch: &RecordBatch, column: usize) -> Vec<Option<Arc<str>>> {
    lookup(batch, column, |text| Some(Arc::from(text)))
}

/// Actors; `None` where the id is not one.
pub fn actors(batch: &RecordBatch, column: usize) -> Vec<Option<Actor>> {
    lookup(batch, column, Actor::from_id)
}

/// What is made of texts: they come as dictionaries, so each distinct one is made once.
pub fn lookup<T: Clone>(
    batch: &RecordBatch,
    column: usize,
    make: impl Fn(&str) -> Option<T>,
) -> Vec<Option<T>> {
    let column: &DictionaryArray<Int32Type> = batch.column(column).as_dictionary();
    let values: &StringArray = column.values().as_string();
    let made: Vec<Option<T>> = values.iter().map(|text| text.and_then(&make)).collect();
    (0..column.len())
        .map(|i| {
            if column.is_null(i) {
                None
            } else {
                made[column.keys().value(i) as usize].clone()
            }
        })
        .collect()
}
