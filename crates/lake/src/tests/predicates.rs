//! Filters bound to tables: what they keep, and that pruning by bounds never drops a row.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, RecordBatch,
};
use proptest::prelude::*;

use crate::Filter;
use crate::predicate::{Bounds, Missing, Predicate, Range};
use crate::schema::Table;

/// Dyads with a nullable score; only the columns that the tests filter by.
fn batch(rows: &[(&str, i32, Option<f64>)]) -> RecordBatch {
    let source: DictionaryArray<Int32Type> = rows.iter().map(|r| r.0).collect();
    RecordBatch::try_from_iter_with_nullable([
        (
            "start",
            Arc::new(rows.iter().map(|r| Some(r.1)).collect::<Date32Array>()) as ArrayRef,
            false,
        ),
        ("source", Arc::new(source) as ArrayRef, false),
        (
            "score",
            Arc::new(rows.iter().map(|r| r.2).collect::<Float64Array>()) as ArrayRef,
            true,
        ),
    ])
    .unwrap()
}

fn kept(text: &str, rows: &[(&str, i32, Option<f64>)]) -> Vec<usize> {
    let predicate = Predicate::bind(&text.parse().unwrap(), Table::Dyads).unwrap();
    let keeps = predicate.keeps(&batch(rows));
    (0..rows.len()).filter(|i| keeps.value(*i)).collect()
}

#[test]
fn rows_are_kept_where_the_filter_is_true() {
    // 18532 is 2020-09-27.
    let rows = [
        ("AZE", 18532, Some(1.5)),
        ("ARM", 18533, None),
        ("AUT", 18531, Some(f64::NAN)),
    ];
    for (text, want) in [
        ("all", vec![0, 1, 2]),
        ("source = AZE", vec![0]),
        ("source != AZE", vec![1, 2]),
        (
            "source starts with A and not source starts with AZ",
            vec![1, 2],
        ),
        ("source in (ARM, AUT)", vec![1, 2]),
        ("source in ()", vec![]),
        ("start <= 2020-09-27", vec![0, 2]),
        ("start > 2020-09-27", vec![1]),
        ("score > 1", vec![0]),
        // Neither true nor false on a missing cell; a NaN counts as missing in comparisons.
        ("score <= 1", vec![]),
        ("not score > 1", vec![]),
        ("score is null", vec![1]),
        ("score is null or score > 1", vec![0, 1]),
        ("not (score > 1 and source = AZE)", vec![1, 2]),
        ("source between AU and AZ", vec![2]),
    ] {
        assert_eq!(kept(text, &rows), want, "{text}");
    }
}

#[test]
fn a_single_precision_column_equals_the_number_as_written() {
    let goldstein = Arc::new(arrow_array::Float32Array::from(vec![-0.4, 3.0])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("goldstein", goldstein)]).unwrap();
    let predicate = Predicate::bind(&"goldstein = -0.4".parse().unwrap(), Table::Events).unwrap();
    assert_eq!(
        predicate.keeps(&batch),
        BooleanArray::from(vec![true, false])
    );
}

#[test]
fn a_column_of_another_table_is_named_with_the_remedy() {
    let error = Predicate::bind(&"day = 2020-01-01".parse().unwrap(), Table::Dyads)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("table dyads has no column 'day' (its rows are dated by 'start')"),
        "{error}"
    );
    let error = Predicate::bind(&Filter::eq("source", 3), Table::Dyads)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "column 'source' holds text, so it cannot be compared with 3"
    );
}

type Row = (&'static str, i32, Option<f64>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let source = prop::sample::select(vec!["", "A", "AB", "ABC", "B"]);
    prop::collection::vec((source, 0..6, prop::option::of(-2.0..2.0_f64)), 1..6)
}

fn simple_filter() -> impl Strategy<Value = Filter> {
    let text = || prop::sample::select(vec!["", "A", "AB", "B"]);
    let leaf = prop_oneof![
        text().prop_map(|t| Filter::eq("source", t)),
        prop::collection::vec(text(), 0..3).prop_map(|t| Filter::is_in("source", t)),
        text().prop_map(|t| Filter::starts_with("source", t)),
        (text(), text()).prop_map(|(a, b)| Filter::between("source", a, b)),
        (0..6, 0..6).prop_map(|(a, b)| Filter::between(
            "start",
            detente_atlas::Day(a),
            detente_atlas::Day(b)
        )),
        (0..6).prop_map(|a| Filter::at_most("start", detente_atlas::Day(a))),
        (-2.0..2.0_f64).prop_map(|x| Filter::at_least("score", x)),
        Just(Filter::is_null("score")),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or(b)),
            inner.prop_map(Filter::not),
        ]
    })
}

fn bounds_of(rows: &[Row], column: usize) -> Option<Bounds> {
    let name = Table::Dyads.schema().field(column).name().clone();
    let texts = rows.iter().map(|r| r.0);
    let days = rows.iter().map(|r| i64::from(r.1));
    let scores: Vec<f64> = rows.iter().filter_map(|r| r.2).collect();
    let missing = match rows.len() - scores.len() {
        0 => Missing::Never,
        n if n == rows.len() => Missing::Always,
        _ => Missing::Perhaps,
    };
    Some(match name.as_str() {
        "source" => Bounds {
            range: Some(Range::Text(
                texts.clone().min()?.into(),
                texts.max()?.into(),
            )),
            missing: Missing::Never,
        },
        "start" => Bounds {
            range: Some(Range::Whole(days.clone().min()?, days.max()?)),
            missing: Missing::Never,
        },
        _ => Bounds {
            range: scores
                .iter()
                .copied()
                .reduce(f64::min)
                .map(|low| Range::Number(low, scores.iter().copied().fold(low, f64::max))),
            missing,
        },
    })
}

proptest! {
    /// What the bounds rule out must not happen in the rows.
    #[test]
    fn pruning_is_sound(rows in rows(), filter in simple_filter()) {
        let predicate = Predicate::bind(&filter, Table::Dyads).unwrap();
        let kept = predicate.keeps(&batch(&rows)).true_count();
        let possible = predicate.possible(&|c| bounds_of(&rows, c));
        prop_assert!(possible.yes || kept == 0, "{} pruned {:?}", filter, rows);
        prop_assert!(!possible.always() || kept == rows.len(), "{} skipped on {:?}", filter, rows);
    }

    /// What is left of a filter within the bounds of some rows keeps the same of them.
    #[test]
    fn within_bounds_the_same_rows_are_kept(rows in rows(), a in simple_filter(), b in simple_filter()) {
        let predicate = Predicate::bind(&a.and(b), Table::Dyads).unwrap();
        let left = predicate.within(&|c| bounds_of(&rows, c));
        prop_assert_eq!(left.keeps(&batch(&rows)), predicate.keeps(&batch(&rows)));
    }
}
