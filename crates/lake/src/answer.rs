//! The rows that an aggregate returns.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Float64Array, Int32Array, RecordBatch,
    StringArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::groups::{Groups, SUMS, pack_key, pack_period, unpack_key, unpack_period};
use crate::query::Key;
use crate::reader::{BATCH_ROWS, threads};
use crate::rows::Rows;
use crate::sums::{Summing, Texts};

/// The rows of an aggregate, by period and keys; a missing key comes last.
pub(crate) fn answer(summing: &Summing, groups: &Groups) -> Rows {
    let schema = output_schema(&summing.keys);
    let ranked: Vec<Ranked> = summing.texts.iter().map(Ranked::new).collect();
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
