//! A view as of a day sees nothing that became known later: the lake is spoilt from the next day on, and the brief stays the same.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float32Type, Float64Type, Int8Type, Int64Type};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch, UInt32Array};
use arrow_schema::DataType;
use arrow_select::take::take;
use detente_atlas::Day;
use detente_brief::{Chart, Document, Status, json};
use detente_lake::Lake;
use detente_partnership::assess;
use detente_sources::dataset;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;

use crate::support::*;

/// Two days before the war of 2020.
const AS_OF: &str = "2020-09-25";

/// Rows in a row group of the lake.
const ROW_GROUP: usize = 131_072;

/// What is done to the rows that became known later.
#[derive(Clone, Copy, PartialEq)]
enum Spoil {
    /// Every value is changed, actors and codes change places, and half of the rows speak of the years before.
    Change,
    /// They are taken out.
    Remove,
}

/// Copies a lake and spoils all that became known after a day: rows and ledger. What the log says of whole files (name, digest) stays.
fn spoilt(from: &Lake, to: &Path, as_of: Day, how: Spoil) -> Lake {
    for entry in from.files() {
        let Some(path) = &entry.path else { continue };
        let (old, new) = (from.dir().join(path), to.join(path));
        fs::create_dir_all(new.parent().expect("a folder")).expect("a folder can be made");
        if entry.known.is_some_and(|(_, last)| last <= as_of) {
            fs::copy(&old, &new).expect("a file can be copied");
        } else {
            rewrite(&old, &new, as_of, how);
        }
    }
    let log = to.join("_log");
    fs::create_dir_all(&log).expect("a folder can be made");
    for file in fs::read_dir(from.dir().join("_log")).expect("the log") {
        let file = file.expect("a commit");
        let text = fs::read_to_string(file.path()).expect("a commit is text");
        let mut commit: serde_json::Value = serde_json::from_str(&text).expect("a commit is JSON");
        let files = commit.get_mut("add").and_then(|add| add.as_array_mut());
        for entry in files.into_iter().flatten() {
            ledger(entry, as_of, how);
        }
        fs::write(log.join(file.file_name()), commit.to_string()).expect("a commit can be written");
    }
    Lake::open(to).expect("the copy is a lake")
}

/// Spoils the runs `[from, to, known, rows]` of a file's coverage.
fn ledger(entry: &mut serde_json::Value, as_of: Day, how: Spoil) {
    let late = |run: &serde_json::Value| run[2].as_str().is_some_and(|known| day(known) > as_of);
    let runs = entry["coverage"].as_array_mut().expect("coverage");
    if how == Spoil::Remove {
        runs.retain(|run| !late(run));
        return;
    }
    for run in runs.iter_mut().filter(|run| late(run)) {
        let rows = run[3].as_u64().expect("a count");
        run[3] = (7 * rows + 3).into();
    }
    // Rows now speak of earlier days as well: the bounds of the file must not hide them.
    if let Some(first) = entry.get_mut("day").and_then(|d| d.get_mut(0)) {
        *first = "1800-01-01".into();
    }
}

fn rewrite(old: &Path, new: &Path, as_of: Day, how: Spoil) {
    let input = File::open(old).expect("a Parquet file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(input).expect("a Parquet file");
    let schema = Arc::clone(reader.schema());
    let output = File::create(new).expect("a new file");
    // Row groups as long as the lake's: sums are taken by row group, so their last digits depend on where these begin.
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build();
    let mut writer = ArrowWriter::try_new(output, schema, Some(properties)).expect("a writer");
    for batch in reader.build().expect("a reader") {
        let batch = batch.expect("rows");
        writer
            .write(&spoil(&batch, as_of, how))
            .expect("the rows fit their schema");
    }
    writer.close().expect("the file is whole");
}

fn spoil(batch: &RecordBatch, as_of: Day, how: Spoil) -> RecordBatch {
    let known = batch["known"].as_primitive::<Date32Type>();
    let late: Vec<bool> = known.values().iter().map(|d| Day(*d) > as_of).collect();
    let n = batch.num_rows() as u32;
    if how == Spoil::Remove {
        let kept: UInt32Array = (0..n).filter(|i| !late[*i as usize]).collect();
        let columns = batch
            .columns()
            .iter()
            .map(|c| take(c, &kept, None).expect("rows"));
        return RecordBatch::try_new(batch.schema(), columns.collect()).expect("the same columns");
    }
    // Each late row takes its texts from the next late row but some, another one for every column.
    let rows: Vec<u32> = (0..n).filter(|i| late[*i as usize]).collect();
    let moved = |by: usize| -> UInt32Array {
        let mut at: Vec<u32> = (0..n).collect();
        for (k, row) in rows.iter().enumerate() {
            at[*row as usize] = rows[(k + by) % rows.len()];
        }
        at.into()
    };
    let schema = batch.schema();
    let columns = schema.fields().iter().enumerate().map(|(c, field)| {
        let column = batch.column(c);
        match (field.name().as_str(), field.data_type()) {
            ("dataset" | "known" | "file", _) => Arc::clone(column),
            // Every second late row speaks of a day ten years before.
            ("day" | "start" | "end", _) => {
                numbers::<Date32Type>(column, &late, |i, d| if i % 2 == 0 { d } else { d - 3653 })
            }
            (_, DataType::Float64) => numbers::<Float64Type>(column, &late, |_, x| 7.0 - 3.0 * x),
            (_, DataType::Float32) => numbers::<Float32Type>(column, &late, |_, x| -x),
            (_, DataType::Int64) => numbers::<Int64Type>(column, &late, |_, x| x + 1_000_000),
            ("quad", _) => numbers::<Int8Type>(column, &late, |_, x| 5 - x),
            ("vote", _) => numbers::<Int8Type>(column, &late, |_, x| x % 3 + 1),
            _ => take(column, &moved(c + 1), None).expect("the rows are there"),
        }
    });
    RecordBatch::try_new(batch.schema(), columns.collect()).expect("the same columns")
}

/// Changes the numbers of the late rows; what is missing stays so.
fn numbers<T: arrow_array::types::ArrowPrimitiveType>(
    column: &ArrayRef,
    late: &[bool],
    change: impl Fn(usize, T::Native) -> T::Native,
) -> ArrayRef {
    let numbers: PrimitiveArray<T> = column
        .as_primitive::<T>()
        .iter()
        .enumerate()
        .map(|(i, x)| x.map(|x| if late[i] { change(i, x) } else { x }))
        .collect();
    Arc::new(numbers)
}

fn changed() -> &'static Lake {
    static LAKE: OnceLock<(tempfile::TempDir, Lake)> = OnceLock::new();
    let (_, lake) = LAKE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let lake = spoilt(lake(), dir.path(), day(AS_OF), Spoil::Change);
        (dir, lake)
    });
    lake
}

/// The brief of another lake, with the version that all briefs of these tests carry: the digest of a lake covers what became known later.
fn of(lake: &Lake, name: &str, on: &str) -> Document {
    let a = assess(lake, &partnership(name), day(on)).expect("the lake answers");
    composed(&a, None)
}

/// The first line in which two texts differ.
fn difference(a: &str, b: &str) -> Option<String> {
    if a == b {
        return None;
    }
    let lines = a.lines().zip(b.lines()).enumerate();
    let first = lines.into_iter().find(|(_, (x, y))| x != y);
    Some(match first {
        Some((n, (x, y))) => format!("line {}: {x}\nwhere it was: {y}", n + 1),
        None => format!(
            "{} lines where there were {}",
            a.lines().count(),
            b.lines().count()
        ),
    })
}

#[test]
fn spoiling_the_future_changes_no_byte_of_a_brief() {
    for name in SHIPPED {
        let found = difference(
            &json::render(&of(changed(), name, AS_OF)),
            &json::render(brief(name, AS_OF)),
        );
        assert_eq!(found, None, "{name}");
    }
}

/// Else the test above could not fail.
#[test]
fn the_spoilt_lake_gives_another_brief_later_on() {
    let later = "2024-06-01";
    let (spoilt, sound) = (
        of(changed(), "nato-azerbaijan", later),
        brief("nato-azerbaijan", later),
    );
    let values = |doc: &Document| -> Vec<(String, Option<f64>)> {
        figures(doc)
            .into_iter()
            .filter(|(_, f)| f.evidence.as_str().starts_with("factor-"))
            .map(|(_, f)| (f.evidence.to_string(), f.as_number()))
            .collect()
    };
    let (a, b) = (values(&spoilt), values(sound));
    let same = a.iter().filter(|x| b.contains(x)).count();
    assert!(
        2 * same < b.len(),
        "{same} of {} factor figures are the same",
        b.len()
    );
}

/// The ledger gives the day on which a missing day became known, which a lake without that day cannot know: only what is missing may differ.
fn without_reasons(doc: &Document) -> Document {
    let mut doc = doc.clone();
    for section in &mut doc.sections {
        for block in &mut section.blocks {
            if let detente_brief::Block::Chart(chart) = block
                && let Chart::Coverage(strip) = &mut chart.chart
            {
                for row in &mut strip.rows {
                    row.spans.retain(|s| s.status != Status::Missing);
                }
            }
        }
    }
    doc
}

#[test]
fn taking_the_future_out_changes_no_figure() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let past = spoilt(lake(), dir.path(), day(AS_OF), Spoil::Remove);
    for name in ["nato-azerbaijan", "us-philippines"] {
        let found = difference(
            &json::render(&without_reasons(&of(&past, name, AS_OF))),
            &json::render(&without_reasons(brief(name, AS_OF))),
        );
        assert_eq!(found, None, "{name}");
    }
}

/// The end of a cabinet is the day before the next one: on the day of the brief nobody knows it.
#[test]
fn a_cabinet_does_not_know_its_end() {
    let governments = dataset("parlgov").expect("it is in the catalogue");
    let name = governments.files[0];
    let mut text = Vec::new();
    let mut reader = csv::Reader::from_reader(open(name));
    {
        let mut writer = csv::Writer::from_writer(&mut text);
        let header = reader.headers().expect("a header").clone();
        let at = |name: &str| header.iter().position(|h| h == name).expect("a column");
        let (start, governs) = (at("start_date"), at("cabinet_party"));
        writer.write_record(&header).expect("a row");
        // A later cabinet's row becomes one of a party in opposition to the cabinet before, so that every line keeps its number.
        let mut last = String::new();
        for row in reader.records() {
            let mut row: Vec<String> = row.expect("a row").iter().map(str::to_owned).collect();
            if day(&row[start]) <= day(AS_OF) {
                last.clone_from(&row[start]);
            } else {
                row[start].clone_from(&last);
                "0".clone_into(&mut row[governs]);
            }
            writer.write_record(&row).expect("a row");
        }
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    // Under the same name it takes the place of the whole file.
    let cut = dir.path().join("parlgov_cabinets.csv.xz");
    let mut packed = liblzma::write::XzEncoder::new(File::create(&cut).expect("a file"), 1);
    packed.write_all(&text).expect("it can be written");
    packed.finish().expect("it can be written");
    let home = dir.path().join("lake");
    let past = spoilt(lake(), &home, day(AS_OF), Spoil::Remove);
    past.ingest(&[(governments, cut)], &())
        .expect("the cut file is sound");
    let found = difference(
        &json::render(&without_reasons(&of(&past, "nato-azerbaijan", AS_OF))),
        &json::render(&without_reasons(brief("nato-azerbaijan", AS_OF))),
    );
    assert_eq!(found, None);
}
