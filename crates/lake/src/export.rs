//! Writes the rows of a query as CSV, JSON lines or Parquet. Days are ISO text in CSV and JSON; a missing cell is
//! empty in CSV and `null` in JSON, never zero.

use std::io::Write;
use std::str::FromStr;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::error::{LakeError, Result};
use crate::part::ROW_GROUP_ROWS;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated, with a header line.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Parquet, compressed with Snappy.
    Parquet,
}

impl ExportFormat {
    /// The name used on the command line, which is also the usual file extension.
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::Csv => "csv",
            ExportFormat::JsonLines => "jsonl",
            ExportFormat::Parquet => "parquet",
        }
    }
}

impl FromStr for ExportFormat {
    type Err = String;
    fn from_str(text: &str) -> Result<ExportFormat, String> {
        match text {
            "csv" => Ok(ExportFormat::Csv),
            "jsonl" | "json" | "ndjson" => Ok(ExportFormat::JsonLines),
            "parquet" => Ok(ExportFormat::Parquet),
            _ => Err(format!(
                "'{text}' is not a format: write csv, jsonl or parquet"
            )),
        }
    }
}

/// Writes batches and returns the number of rows. A file that must not be seen half-written is written under
/// another name and renamed by the caller.
///
/// # Errors
/// The first error of the rows, or of the writer.
pub fn export<W: Write + Send>(
    schema: SchemaRef,
    rows: impl IntoIterator<Item = Result<RecordBatch>>,
    format: ExportFormat,
    mut out: W,
) -> Result<u64> {
    let written = match format {
        ExportFormat::Csv => {
            let mut writer = arrow_csv::WriterBuilder::new()
                .with_header(true)
                .build(&mut out);
            // The header belongs there even where no row follows.
            writer
                .write(&RecordBatch::new_empty(schema))
                .map_err(failed(format))?;
            each(rows, |batch| writer.write(batch).map_err(failed(format)))?
        }
        ExportFormat::JsonLines => {
            let builder = arrow_json::WriterBuilder::new().with_explicit_nulls(true);
            let mut writer = builder.build::<_, arrow_json::writer::LineDelimited>(&mut out);
            let n = each(rows, |batch| writer.write(batch).map_err(failed(format)))?;
            writer.finish().map_err(failed(format))?;
            n
        }
        ExportFormat::Parquet => {
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
                .build();
            let mut writer =
                ArrowWriter::try_new(&mut out, schema, Some(properties)).map_err(failed(format))?;
            let n = each(rows, |batch| writer.write(batch).map_err(failed(format)))?;
            writer.close().map_err(failed(format))?;
            n
        }
    };
    out.flush().map_err(failed(format))?;
    Ok(written)
}

fn each(
    rows: impl IntoIterator<Item = Result<RecordBatch>>,
    mut write: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<u64> {
    let mut n = 0;
    for batch in rows {
        let batch = batch?;
        write(&batch)?;
        n += batch.num_rows() as u64;
    }
    Ok(n)
}

fn failed<E: std::fmt::Display>(format: ExportFormat) -> impl Fn(E) -> LakeError {
    move |e| LakeError::Export {
        format: format.name(),
        what: e.to_string(),
    }
}
