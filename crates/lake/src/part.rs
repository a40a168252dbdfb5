//! Writes rows as one Parquet file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::{ArrowError, DataType};
use arrow_select::take::take_record_batch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::crash;
use crate::error::{Result, io, writing};
use crate::log::{self, temporary_path};
use crate::schema::Table;

/// Rows a row group: the unit that a query reads or skips, and that a core works on.
pub(crate) const ROW_GROUP_ROWS: usize = 131_072;

/// A Parquet file in the making. Dropped before `finish`, it leaves nothing.
pub(crate) struct PartWriter {
    temporary: Temporary,
    writer: ArrowWriter<File>,
    rows: u64,
}

/// A finished Parquet file under its temporary name. Dropped there, it is deleted.
pub(crate) struct Written {
    temporary: Temporary,
    pub(crate) bytes: u64,
}

/// A file that goes with its guard.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.0);
        }
    }
}

impl PartWriter {
    pub(crate) fn create(lake: &Path, table: Table) -> Result<PartWriter> {
        let temporary = Temporary(temporary_path(lake, "part.parquet"));
        let file = File::create_new(&temporary.0).map_err(io("create", &temporary.0))?;
        crash::point("part opened");
        let writer = ArrowWriter::try_new(file, table.schema(), Some(properties(table)))
            .map_err(writing(&temporary.0))?;
        Ok(PartWriter {
            temporary,
            writer,
            rows: 0,
        })
    }

    /// Adds the rows of a batch.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer
            .write(batch)
            .map_err(writing(&self.temporary.0))?;
        self.rows += batch.num_rows() as u64;
        crash::point("batch written");
        Ok(())
    }

    /// Rows written so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Closes the file and flushes it to disk.
    pub(crate) fn finish(self) -> Result<Written> {
        let path = &self.temporary.0;
        let file = self.writer.into_inner().map_err(writing(path))?;
        file.sync_all().map_err(io("flush", path))?;
        let bytes = file.metadata().map_err(io("measure", path))?.len();
        crash::point("part flushed");
        Ok(Written {
            temporary: self.temporary,
            bytes,
        })
    }
}

impl Written {
    /// Moves the file to its place in the lake. Until a commit names it, readers do not see it.
    pub(crate) fn settle(mut self, lake: &Path, relative: &str) -> Result<()> {
        let path = lake.join(relative);
        let folder = path.parent().expect("a part lies in its data set's folder");
        fs::create_dir_all(folder).map_err(io("create the folder", folder))?;
        fs::rename(&self.temporary.0, &path).map_err(io("move the new file to", &path))?;
        self.temporary.0 = PathBuf::new();
        log::sync_folder(folder)?;
        crash::point("part in place");
        Ok(())
    }
}

/// The rows in order of day; rows of the same day keep their order. A batch in order is returned as it is.
pub(crate) fn by_day(batch: RecordBatch, table: Table) -> Result<RecordBatch, ArrowError> {
    let column = batch
        .column_by_name(table.day_column())
        .expect("every table has its day column");
    let days = column.as_primitive::<Date32Type>().values();
    if days.is_sorted() {
        return Ok(batch);
    }
    let mut order: Vec<u32> = (0..days.len() as u32).collect();
    order.sort_by_key(|i| days[*i as usize]);
    take_record_batch(&batch, &UInt32Array::from(order))
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
