//! A log in Parquet. The file is read from its end, so it cannot come out of an archive.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Cells, Mapped};
use crate::archive::Extent;
use crate::error::{Fault, Place, ReadError, shown};
use crate::map::{DateForm, FIELDS};
use crate::read::Output;
use crate::tables::Sheet;

/// Rows that are taken at a time.
const ROWS: usize = 8_192;

/// A column as text, with its place in [`FIELDS`].
struct Column {
    place: usize,
    texts: StringArray,
    /// A column of days or times, which is ISO whatever the map says.
    dated: bool,
}

impl Mapped<'_> {
    pub(super) fn parquet(&mut self, path: &Path, out: &mut Output) -> Result<Extent, ReadError> {
        let fail = |fault| ReadError {
            place: Place::file(path).into(),
            fault,
        };
        let file = File::open(path).map_err(|e| fail(Fault::Io(e)))?;
        let bytes = file.metadata().map_err(|e| fail(Fault::Io(e)))?.len();
        if bytes == 0 {
            return Err(fail(Fault::Empty));
        }
        let damaged = |e: &dyn std::fmt::Display| {
            fail(Fault::Damaged(format!(
                "{e}; a log in Parquet has no packing around it, and is compressed by Snappy or not at all"
            )))
        };
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file))
            .map_err(|e| damaged(&e))?
            .map_err(|e| damaged(&e))?;
        let names: Vec<String> = builder
            .schema()
            .fields()
            .iter()
            .map(|f| f.name().clone())
            .collect();
        let mut roots = Vec::new();
        for (_, column) in self.columns() {
            let root = names.iter().position(|n| n == column);
            roots.push(root.ok_or_else(|| ReadError {
                place: Place::file(path).field(column).into(),
                fault: Fault::Header {
                    column: column.to_owned(),
                    found: shown(&names),
                    dataset: self.dataset.id,
                },
            })?);
        }
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let mut reader = builder
            .with_projection(mask)
            .with_batch_size(ROWS)
            .build()
            .map_err(|e| damaged(&e))?;
        let label = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        self.events.file(&label);
        let mut row = 0;
        while let Some(batch) = guarded(|| reader.next()).map_err(|e| damaged(&e))? {
            let batch = batch.map_err(|e| damaged(&e))?;
            let columns = self.texts(&batch, path)?;
            for i in 0..batch.num_rows() {
                row += 1;
                self.parquet_row(&columns, i, row, &label, out)?;
            }
        }
        Ok(Extent { bytes, members: 1 })
    }

    fn texts(&self, batch: &RecordBatch, path: &Path) -> Result<Vec<Column>, ReadError> {
        let mut columns = Vec::new();
        for (place, name) in self.columns() {
            let Some(array) = batch.column_by_name(name) else {
                continue;
            };
            let dated = matches!(
                array.data_type(),
                DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
            );
            let texts = as_text(array).map_err(|e| ReadError {
                place: Place::file(path).field(name).into(),
                fault: Fault::Vocabulary(format!(
                    "a column of the type {} cannot be read as text ({e}); store it as text, number or date",
                    array.data_type()
                )),
            })?;
            columns.push(Column {
                place,
                texts,
                dated,
            });
        }
        Ok(columns)
    }

    fn parquet_row(
        &mut self,
        columns: &[Column],
        i: usize,
        row: u64,
        label: &str,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let mut texts: [&str; FIELDS.len()] = self.constants();
        let mut dates = [self.map.dates; 2];
        for column in columns {
            if let Some(text) = texts.get_mut(column.place)
                && column.texts.is_valid(i)
            {
                *text = column.texts.value(i);
            }
            // DAY and KNOWN are the first two.
            if let Some(form) = dates.get_mut(column.place)
                && column.dated
            {
                *form = DateForm::Iso;
            }
        }
        let cells = Cells {
            texts,
            dates,
            map: self.map,
            label,
            row,
        };
        self.take(&cells, out)
    }
}

/// The Parquet crate panics on some damaged pages; to the user that is a damaged file like any other, and nothing of the reader is
/// used after it.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, &'static str> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| "its pages do not fit its description")
}

/// Days as `2024-12-31`, times as their day in UTC, everything else as it is printed.
pub(crate) fn as_text(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    let array = match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            // Without its zone a time is taken as it is stored, which is UTC.
            let plain = cast(array, &DataType::Timestamp(*unit, None))?;
            cast(&plain, &DataType::Date32)?
        }
        DataType::Timestamp(_, None) | DataType::Date64 => cast(array, &DataType::Date32)?,
        _ => ArrayRef::clone(array),
    };
    let text = cast(&array, &DataType::Utf8)?;
    Ok(text.as_string::<i32>().clone())
}
