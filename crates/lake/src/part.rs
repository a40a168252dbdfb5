//! Writes the rows of one source file as one Parquet file, and notes what was seen in them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::DataType;
use arrow_select::take::take_record_batch;
use detente_atlas::{By, Day};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::crash;
use crate::error::{LakeError, Result, io, part};
use crate::evidence::{Gatherer, Run};
use crate::log::temporary_path;
use crate::schema::Table;

/// Rows a row group: the unit that a query reads or skips, and that a core works on.
pub(crate) const ROW_GROUP_ROWS: usize = 131_072;

/// A Parquet file in the making. Dropped before `finish`, it leaves nothing.
pub(crate) struct PartWriter {
    table: Table,
    temporary: PathBuf,
    writer: Option<ArrowWriter<File>>,
    gatherer: Gatherer,
    rows: u64,
    day: Option<(Day, Day)>,
    known: Option<(Day, Day)>,
}

/// A finished Parquet file under its temporary name, and what it holds.
pub(crate) struct WrittenPart {
    /// Absent where there was no row.
    pub(crate) temporary: Option<PathBuf>,
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    pub(crate) day: Option<(Day, Day)>,
    pub(crate) known: Option<(Day, Day)>,
    pub(crate) coverage: Vec<Run>,
}

impl PartWriter {
    pub(crate) fn create(lake: &Path, table: Table, step: By) -> Result<PartWriter> {
        let temporary = temporary_path(lake, "part.parquet");
        let file = File::create_new(&temporary).map_err(io("create", &temporary))?;
        crash::point("part opened");
        let writer = ArrowWriter::try_new(file, table.schema(), Some(properties(table)))
            .map_err(part(&temporary))?;
        let gatherer = Gatherer::new(step);
        Ok(PartWriter {
            table,
            temporary,
            writer: Some(writer),
            gatherer,
            rows: 0,
            day: None,
            known: None,
        })
    }

    /// Adds the rows of a batch, by day within the batch.
    ///
    /// # Errors
    /// In words, a batch of other columns than the table's, or a row that is known before the day it speaks of.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), PartError> {
        if batch.schema().fields() != self.table.schema().fields() {
            let what = format!(
                "a batch does not have the columns of table {}",
                self.table.name()
            );
            return Err(PartError::Rows(what));
        }
        self.note(batch)?;
        let sorted = by_day(batch, self.table)?;
        let writer = self
            .writer
            .as_mut()
            .expect("the writer is open until `finish`");
        writer
            .write(&sorted)
            .map_err(|e| PartError::Lake(part(&self.temporary)(e)))?;
        self.rows += batch.num_rows() as u64;
        crash::point("batch written");
        Ok(())
    }

    fn note(&mut self, batch: &RecordBatch) -> Result<(), PartError> {
        let days = |name: &str| {
            let column = batch
                .column_by_name(name)
                .expect("every table has this column");
            column.as_primitive::<Date32Type>().values()
        };
        let from = days(self.table.day_column());
        let to = if batch.column_by_name("end").is_some() {
            days("end")
        } else {
            from
        };
        let known = days("known");
        for i in 0..batch.num_rows() {
            let (from, to, known) = (Day(from[i]), Day(to[i]), Day(known[i]));
            if to < from || known < from {
                let row = batch.column_by_name("row").map_or(0, |c| {
                    c.as_primitive::<arrow_array::types::Int64Type>().value(i)
                });
                return Err(PartError::Rows(format!(
                    "row {row} speaks of {from} to {to} and claims to be known on {known}"
                )));
            }
            self.gatherer.add(from, to, known);
            widen(&mut self.day, from);
            widen(&mut self.known, known);
        }
        Ok(())
    }

    /// Closes the file and flushes it to disk.
    pub(crate) fn finish(mut self) -> Result<WrittenPart> {
        let temporary = self.temporary.clone();
        let writer = self
            .writer
            .take()
            .expect("the writer is open until `finish`");
        let file = writer.into_inner().map_err(part(&temporary))?;
        file.sync_all().map_err(io("flush", &temporary))?;
        let bytes = file.metadata().map_err(io("measure", &temporary))?.len();
        crash::point("part flushed");
        let gatherer = std::mem::replace(&mut self.gatherer, Gatherer::new(By::Day));
        let (rows, day, known) = (self.rows, self.day, self.known);
        let coverage = gatherer.finish();
        if rows == 0 {
            return Ok(WrittenPart {
                temporary: None,
                bytes: 0,
                rows,
                day,
                known,
                coverage,
            });
        }
        // The file outlives the writer from here on.
        self.temporary = PathBuf::new();
        Ok(WrittenPart {
            temporary: Some(temporary),
            bytes,
            rows,
            day,
            known,
            coverage,
        })
    }
}

impl Drop for PartWriter {
    fn drop(&mut self) {
        if !self.temporary.as_os_str().is_empty() {
            self.writer = None;
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Why rows could not be added.
pub(crate) enum PartError {
    /// The rows are at fault.
    Rows(String),
    /// The lake is.
    Lake(LakeError),
}

fn widen(span: &mut Option<(Day, Day)>, day: Day) {
    *span = Some(span.map_or((day, day), |(a, b)| (a.min(day), b.max(day))));
}

/// The rows in order of day; rows of the same day keep their order. A batch in order is returned as it is.
fn by_day(batch: &RecordBatch, table: Table) -> Result<RecordBatch, PartError> {
    let column = batch
        .column_by_name(table.day_column())
        .expect("every table has its day column");
    let days = column.as_primitive::<Date32Type>().values();
    if days.is_sorted() {
        return Ok(batch.clone());
    }
    let mut order: Vec<u32> = (0..days.len() as u32).collect();
    order.sort_by_key(|i| days[*i as usize]);
    take_record_batch(batch, &UInt32Array::from(order)).map_err(|e| PartError::Rows(e.to_string()))
}

fn properties(table: Table) -> WriterProperties {
    let mut p = WriterProperties::builder()
        .set_created_by(format!("detente {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // Dictionaries of names must stay whole: a query tests each entry once instead of each row.
        .set_dictionary_page_size_limit(4 << 20);
    for field in table.schema().fields() {
        let path = ColumnPath::from(field.name().as_str());
        if *field.data_type() == DataType::Utf8 {
            // Story and event ids are all different.
            p = p.set_column_dictionary_enabled(path, false);
        } else if *field.data_type() == DataType::Int64 {
            // Row numbers count upwards.
            p = p
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    p.build()
}
