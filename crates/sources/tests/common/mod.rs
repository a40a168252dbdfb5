//! What the tests share: reading into memory, and making compressed files from a few real lines.
#![allow(dead_code)] // each test file uses its own part

use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float32Type, Float64Type, Int8Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch, StringArray};
use detente_atlas::Day;
use detente_sources::{Dataset, ReadError, ReadReport, dataset, read};

/// The bundled data.
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data")
}

/// Real lines, a few of each file.
pub fn excerpt(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn of(id: &str) -> &'static Dataset {
    dataset(id).unwrap_or_else(|| panic!("no data set {id}"))
}

/// All rows of a file.
pub fn rows(id: &str, path: &Path) -> Result<(ReadReport, Rows), ReadError> {
    let set = of(id);
    let mut batches = Vec::new();
    let report = read(set, path, &mut |batch| {
        assert_eq!(batch.schema(), set.table.schema());
        assert!(batch.num_rows() <= detente_sources::BATCH_ROWS);
        batches.push(batch);
        Ok(())
    })?;
    let rows = Rows(batches);
    assert_eq!(report.rows as usize, rows.len());
    Ok((report, rows))
}

/// All rows of the first bundled file of a data set.
pub fn bundled(id: &str) -> (ReadReport, Rows) {
    rows(id, &data().join(of(id).files[0])).unwrap()
}

/// Reads bytes as a file of that name.
pub fn rows_of(id: &str, name: &str, bytes: &[u8]) -> Result<(ReadReport, Rows), ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    rows(id, &path)
}

pub struct Rows(pub Vec<RecordBatch>);

impl Rows {
    pub fn len(&self) -> usize {
        self.0.iter().map(RecordBatch::num_rows).sum()
    }

    fn all<T>(&self, column: &str, take: impl Fn(&dyn Array, usize) -> T) -> Vec<T> {
        let mut found = Vec::with_capacity(self.len());
        for batch in &self.0 {
            let array = batch
                .column_by_name(column)
                .unwrap_or_else(|| panic!("no column {column}"));
            found.extend((0..batch.num_rows()).map(|i| take(array, i)));
        }
        found
    }

    pub fn text(&self, column: &str) -> Vec<Option<String>> {
        self.all(column, |array, i| {
            if array.is_null(i) {
                return None;
            }
            if let Some(plain) = array.as_any().downcast_ref::<StringArray>() {
                return Some(plain.value(i).to_owned());
            }
            let dictionary = array.as_dictionary::<Int32Type>();
            let key = dictionary.keys().value(i) as usize;
            Some(dictionary.values().as_string::<i32>().value(key).to_owned())
        })
    }

    /// A text column without missing values.
    pub fn words(&self, column: &str) -> Vec<String> {
        self.text(column)
            .into_iter()
            .map(|t| t.unwrap_or_else(|| panic!("{column} is missing")))
            .collect()
    }

    pub fn number(&self, column: &str) -> Vec<Option<f64>> {
        self.all(column, |array, i| {
            if array.is_null(i) {
                return None;
            }
            Some(match array.data_type() {
                arrow_schema::DataType::Float64 => array.as_primitive::<Float64Type>().value(i),
                arrow_schema::DataType::Float32 => {
                    f64::from(array.as_primitive::<Float32Type>().value(i))
                }
                arrow_schema::DataType::Int8 => {
                    f64::from(array.as_primitive::<Int8Type>().value(i))
                }
                arrow_schema::DataType::Int32 => {
                    f64::from(array.as_primitive::<Int32Type>().value(i))
                }
                arrow_schema::DataType::Int64 => array.as_primitive::<Int64Type>().value(i) as f64,
                other => panic!("{column} is {other}"),
            })
        })
    }

    pub fn days(&self, column: &str) -> Vec<Day> {
        self.all(column, |array, i| {
            Day(array.as_primitive::<Date32Type>().value(i))
        })
    }

    pub fn lines(&self) -> Vec<i64> {
        self.all("row", |array, i| array.as_primitive::<Int64Type>().value(i))
    }

    /// Numbers of the rows from one actor to another.
    pub fn between(&self, from: &str, to: &str) -> Vec<usize> {
        let (source, target) = (self.text("source"), self.text("target"));
        (0..self.len())
            .filter(|i| source[*i].as_deref() == Some(from) && target[*i].as_deref() == Some(to))
            .collect()
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = liblzma::write::XzEncoder::new(Vec::new(), 6);
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        out.append_data(&mut header, name, *bytes).unwrap();
    }
    out.into_inner().unwrap()
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}
