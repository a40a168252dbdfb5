//! Source files of one line a row, and readers for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float32Array, Float64Array, Int8Array,
    Int64Array, RecordBatch, StringArray, new_null_array,
};
use detente_atlas::{By, Day};
use sha2::{Digest, Sha256};

use crate::error::{LakeError, Result};
use crate::export::{ExportFormat, export};
use crate::ingest::{Ingested, Job, Reading, Sink};
use crate::schema::Table;
use crate::store::Lake;
use crate::{Query, Scan};

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// `2020-09-27 2020-09-28 AZE ARM 190 4 -10`: day, known, source, target, code, quad, Goldstein; `-` is missing.
pub(super) fn events(dataset: &str, file: &str, lines: &[&str]) -> RecordBatch {
    let cells: Vec<Vec<Option<&str>>> = lines
        .iter()
        .map(|l| {
            l.split(' ')
                .map(|c| Some(c).filter(|c| *c != "-"))
                .collect()
        })
        .collect();
    let text = |at: usize| {
        Arc::new(
            cells
                .iter()
                .map(|c| c[at])
                .collect::<DictionaryArray<Int32Type>>(),
        ) as ArrayRef
    };
    let days = |at: usize| {
        Arc::new(
            cells
                .iter()
                .map(|c| c[at].map(|d| day(d).0))
                .collect::<Date32Array>(),
        ) as ArrayRef
    };
    let n = lines.len();
    let schema = Table::Events.schema();
    let columns = schema.fields().iter().map(|f| match f.name().as_str() {
        "dataset" => {
            Arc::new(std::iter::repeat_n(dataset, n).collect::<DictionaryArray<Int32Type>>())
                as ArrayRef
        }
        "file" => Arc::new(std::iter::repeat_n(file, n).collect::<DictionaryArray<Int32Type>>()),
        "day" => days(0),
        "known" => days(1),
        "source" => text(2),
        "target" => text(3),
        "code" => text(4),
        "quad" => Arc::new(
            cells
                .iter()
                .map(|c| c[5].map(|q| q.parse().unwrap()))
                .collect::<Int8Array>(),
        ),
        "goldstein" => Arc::new(
            cells
                .iter()
                .map(|c| c[6].map(|q| q.parse().unwrap()))
                .collect::<Float32Array>(),
        ),
        "story" => Arc::new(
            (0..n)
                .map(|i| Some(format!("story {i}")))
                .collect::<StringArray>(),
        ),
        "row" => Arc::new((1..=n as i64).map(Some).collect::<Int64Array>()),
        _ => new_null_array(f.data_type(), n),
    });
    RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
}

/// A row of `dyads`: the four counts by class, the mean Goldstein value, the score.
#[derive(Debug, Clone)]
pub(super) struct DyadRow {
    pub(super) start: Day,
    pub(super) known: Day,
    pub(super) source: String,
    pub(super) target: String,
    pub(super) n: Option<f64>,
    pub(super) quads: [Option<f64>; 4],
    pub(super) goldstein: Option<f64>,
    pub(super) score: Option<f64>,
}

pub(super) fn dyads(dataset: &str, file: &str, rows: &[DyadRow]) -> RecordBatch {
    let same = |t: &str| {
        Arc::new(std::iter::repeat_n(t, rows.len()).collect::<DictionaryArray<Int32Type>>())
            as ArrayRef
    };
    let text = |f: &dyn Fn(&DyadRow) -> String| {
        let texts: Vec<String> = rows.iter().map(f).collect();
        Arc::new(
            texts
                .iter()
                .map(|t| Some(t.as_str()))
                .collect::<DictionaryArray<Int32Type>>(),
        ) as ArrayRef
    };
    let number = |f: &dyn Fn(&DyadRow) -> Option<f64>| {
        Arc::new(rows.iter().map(f).collect::<Float64Array>()) as ArrayRef
    };
    let days = |f: &dyn Fn(&DyadRow) -> Day| {
        Arc::new(rows.iter().map(|r| Some(f(r).0)).collect::<Date32Array>()) as ArrayRef
    };
    let schema = Table::Dyads.schema();
    let columns = schema.fields().iter().map(|f| match f.name().as_str() {
        "dataset" => same(dataset),
        "file" => same(file),
        "start" | "end" => days(&|r| r.start),
        "known" => days(&|r| r.known),
        "source" => text(&|r| r.source.clone()),
        "target" => text(&|r| r.target.clone()),
        "directed" => Arc::new(BooleanArray::from(vec![true; rows.len()])) as ArrayRef,
        "n" => number(&|r| r.n),
        "verbal_cooperation" => number(&|r| r.quads[0]),
        "material_cooperation" => number(&|r| r.quads[1]),
        "verbal_conflict" => number(&|r| r.quads[2]),
        "material_conflict" => number(&|r| r.quads[3]),
        "goldstein" => number(&|r| r.goldstein),
        "score" => number(&|r| r.score),
        "row" => Arc::new((1..=rows.len() as i64).map(Some).collect::<Int64Array>()),
        _ => new_null_array(f.data_type(), rows.len()),
    });
    RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
}

/// A lake in a folder of its own, and a folder of source files beside it.
pub(super) struct Bench {
    root: tempfile::TempDir,
}

impl Bench {
    pub(super) fn new() -> Bench {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("data")).unwrap();
        Bench { root }
    }

    pub(super) fn lake_dir(&self) -> PathBuf {
        self.root.path().join("lake")
    }

    pub(super) fn lake(&self) -> Lake {
        Lake::open_or_create(&self.lake_dir()).unwrap()
    }

    /// Writes a source file of events.
    pub(super) fn file(&self, name: &str, lines: &[&str]) -> PathBuf {
        let path = self.root.path().join("data").join(name);
        fs::write(&path, lines.join("\n")).unwrap();
        path
    }
}

/// Reads a file of events two rows a batch; a line `cut` is an error, as in a truncated archive; a line `odd`
/// is a rejected row; a line with the unknown target `???` is kept without target.
pub(super) fn event_job<'a>(dataset: &'a str, path: &'a Path) -> Job<'a> {
    event_job_by(dataset, path, "1")
}

pub(super) fn event_job_by<'a>(dataset: &'a str, path: &'a Path, reader: &'a str) -> Job<'a> {
    let read = move |sink: &mut Sink<'_>| -> Result<Reading> {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut reading = Reading::default();
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.chunks(2) {
            if pair.contains(&"cut") {
                let source =
                    format!("{name}, row 2: the file ends in the middle of a row: fetch it again")
                        .into();
                return Err(LakeError::Source {
                    dataset: dataset.to_owned(),
                    source,
                });
            }
            let sound: Vec<&str> = pair.iter().copied().filter(|l| *l != "odd").collect();
            reading.rejected += (pair.len() - sound.len()) as u64;
            if !sound.is_empty() {
                sink(events(dataset, name, &sound))?;
            }
        }
        Ok(reading)
    };
    Job {
        dataset,
        table: Table::Events,
        step: By::Day,
        beat: None,
        reader,
        path,
        read: Box::new(read),
    }
}

pub(super) fn ingest_events(
    lake: &Lake,
    dataset: &str,
    paths: &[&PathBuf],
) -> Result<Vec<Ingested>> {
    let jobs: Vec<Job<'_>> = paths.iter().map(|p| event_job(dataset, p)).collect();
    lake.ingest_jobs(&jobs, &())
}

/// Puts batches of a table into a lake as one file.
pub(super) fn put(
    lake: &Lake,
    dataset: &str,
    path: &Path,
    table: Table,
    step: By,
    batches: &[RecordBatch],
) {
    let read = |sink: &mut Sink<'_>| {
        batches.iter().cloned().try_for_each(sink)?;
        Ok(Reading::default())
    };
    let job = Job {
        dataset,
        table,
        step,
        beat: None,
        reader: "1",
        path,
        read: Box::new(read),
    };
    lake.ingest_jobs(&[job], &()).unwrap();
}

/// The answer to a query as CSV lines, without the header.
pub(super) fn csv(lake: &Lake, query: impl Into<Query>) -> Vec<String> {
    let rows = lake.run(&query.into()).unwrap();
    let mut out = Vec::new();
    export(rows.schema(), rows, ExportFormat::Csv, &mut out).unwrap();
    String::from_utf8(out)
        .unwrap()
        .lines()
        .skip(1)
        .map(str::to_owned)
        .collect()
}

/// Some columns of the rows of a table that a filter keeps, as CSV lines.
pub(super) fn scan(lake: &Lake, table: Table, columns: &[&str], filter: &str) -> Vec<String> {
    let columns = columns.iter().map(|c| (*c).to_owned()).collect();
    csv(
        lake,
        Scan {
            columns,
            ..Scan::of(table, filter.parse().unwrap())
        },
    )
}

/// A digest of all names and bytes below a folder.
pub(super) fn digest(folder: &Path) -> String {
    let mut hash = Sha256::new();
    for path in files_below(folder) {
        hash.update(path.to_string_lossy().as_bytes());
        hash.update(fs::read(&path).unwrap());
    }
    crate::log::hex(&hash.finalize())
}

pub(super) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path))
        } else {
            files.push(path)
        }
    }
    files.sort();
    files
}
