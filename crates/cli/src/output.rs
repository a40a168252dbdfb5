//! One way out for rows and text: to the standard output, or into a file that appears whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use detente_lake::{ExportFormat, LakeError, export};

use crate::error::{CliError, Result};
use crate::interrupt::Unfinished;

/// The form of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned text for people.
    #[value(alias = "text")]
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// An array of objects, or an object that holds one.
    Json,
    /// One object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Reads a format out of the `words` that a command knows.
    pub fn among(words: &'static [&'static str]) -> impl TypedValueParser<Value = Format> {
        PossibleValuesParser::new(words).try_map(|word| Format::from_str(&word, false))
    }

    /// The format asked for, else the one that the file's name says, else `usual`.
    ///
    /// # Errors
    /// Parquet without a file to write it to.
    pub fn choose(asked: Option<Format>, file: Option<&Path>, usual: Format) -> Result<Format> {
        let by_name = || match file?.extension()?.to_str()? {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "parquet" => Some(Format::Parquet),
            _ => None,
        };
        match asked.or_else(by_name).unwrap_or(usual) {
            Format::Parquet if file.is_none() => Err(CliError::ParquetNeedsFile),
            format => Ok(format),
        }
    }
}

/// Where an output goes: a file, or the standard output.
struct Output {
    sink: Sink,
    /// The first error of writing: the encoders in between keep only its words.
    failure: Option<io::Error>,
}

enum Sink {
    Stdout(BufWriter<io::Stdout>),
    File {
        writer: BufWriter<File>,
        unfinished: Unfinished,
        path: PathBuf,
    },
}

impl Output {
    /// Opens the file (under another name until it is finished), or the standard output.
    fn open(file: Option<&Path>) -> Result<Output> {
        let sink = match file {
            None => Sink::Stdout(BufWriter::new(io::stdout())),
            Some(path) => {
                let name = path
                    .file_name()
                    .unwrap_or(path.as_os_str())
                    .to_string_lossy();
                let hidden = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
                let unfinished = Unfinished::new(hidden);
                let file = File::create(unfinished.path()).map_err(|source| CliError::Io {
                    doing: "create this file",
                    path: path.to_owned(),
                    source,
                })?;
                Sink::File {
                    writer: BufWriter::new(file),
                    unfinished,
                    path: path.to_owned(),
                }
            }
        };
        Ok(Output {
            sink,
            failure: None,
        })
    }

    /// Ends the output; a file now stands under its name.
    fn finish(mut self) -> Result {
        if let Err(e) = self.flush() {
            return Err(self.failed(e));
        }
        match self.sink {
            Sink::Stdout(_) => Ok(()),
            Sink::File {
                writer,
                unfinished,
                path,
            } => {
                let written = writer.get_ref().sync_all();
                written
                    .and_then(|()| std::fs::rename(unfinished.path(), &path))
                    .map_err(|source| CliError::Io {
                        doing: "write",
                        path,
                        source,
                    })
            }
        }
    }

    fn failed(&self, source: io::Error) -> CliError {
        match &self.sink {
            Sink::Stdout(_) if source.kind() == ErrorKind::BrokenPipe => CliError::Closed,
            Sink::Stdout(_) => CliError::Stdout(source),
            Sink::File { path, .. } => CliError::Io {
                doing: "write",
                path: path.clone(),
                source,
            },
        }
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(e) = &result
            && self.failure.is_none()
        {
            self.failure = Some(e.kind().into());
        }
        result
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = match &mut self.sink {
            Sink::Stdout(out) => out.write(bytes),
            Sink::File { writer, .. } => writer.write(bytes),
        };
        self.noted(result)
    }
    fn flush(&mut self) -> io::Result<()> {
        let result = match &mut self.sink {
            Sink::Stdout(out) => out.flush(),
            Sink::File { writer, .. } => writer.flush(),
        };
        self.noted(result)
    }
}

/// Writes text as it is.
pub fn text(file: Option<&Path>, text: &str) -> Result {
    let mut out = Output::open(file)?;
    match out.write_all(text.as_bytes()) {
        Ok(()) => out.finish(),
        Err(e) => Err(out.failed(e)),
    }
}

/// Writes rows as CSV, JSON, JSON lines or Parquet, batch by batch; gives their number.
pub fn rows(
    file: Option<&Path>,
    format: Format,
    schema: SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch, LakeError>>,
) -> Result<u64> {
    let mut out = Output::open(file)?;
    let written = match format {
        Format::Json => {
            let mut array = JsonArray::new(&mut out);
            let n = export(schema, batches, ExportFormat::JsonLines, &mut array);
            n.and_then(|n| {
                array.close().map(|()| n).map_err(|e| LakeError::Export {
                    format: "json",
                    what: e.to_string(),
                })
            })
        }
        Format::Jsonl => export(schema, batches, ExportFormat::JsonLines, &mut out),
        Format::Parquet => export(schema, batches, ExportFormat::Parquet, &mut out),
        Format::Csv | Format::Table => export(schema, batches, ExportFormat::Csv, &mut out),
    };
    match (written, out.failure.take()) {
        (Err(_), Some(e)) => Err(out.failed(e)),
        (Err(e), None) => Err(e.into()),
        (Ok(n), _) => out.finish().map(|()| n),
    }
}

/// Writes one batch.
pub fn batch(file: Option<&Path>, format: Format, batch: RecordBatch) -> Result {
    rows(file, format, batch.schema(), [Ok(batch)]).map(drop)
}

/// The rows of a batch as a JSON array.
pub fn json_array(batch: RecordBatch) -> Result<String> {
    let mut bytes = Vec::new();
    let mut array = JsonArray::new(&mut bytes);
    export(
        batch.schema(),
        [Ok(batch)],
        ExportFormat::JsonLines,
        &mut array,
    )?;
    array.close().map_err(CliError::Stdout)?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

/// Turns JSON lines into a JSON array as they pass by.
struct JsonArray<W> {
    out: W,
    begun: bool,
    between: bool,
}

impl<W: Write> JsonArray<W> {
    fn new(out: W) -> JsonArray<W> {
        JsonArray {
            out,
            begun: false,
            between: false,
        }
    }

    fn close(mut self) -> io::Result<()> {
        self.out
            .write_all(if self.begun { b"\n]\n" } else { b"[]\n" })
    }
}

impl<W: Write> Write for JsonArray<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Inside an object a line break is written as \n, so a raw one only ever ends an object.
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if !text.is_empty() {
                if !self.begun {
                    self.out.write_all(b"[\n")?;
                    self.begun = true;
                } else if self.between {
                    self.out.write_all(b",\n")?;
                }
                self.between = false;
                self.out.write_all(text)?;
            }
            self.between |= text.len() < line.len();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, StringArray};
    use arrow_schema::{DataType, Field, Schema};

    use super::*;

    fn two_rows() -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("a", DataType::Utf8, false),
            Field::new("x", DataType::Float64, true),
        ]);
        let a = StringArray::from(vec!["it's, \"so\"", "b\nc"]);
        let x = Float64Array::from(vec![Some(0.5), None]);
        RecordBatch::try_new(Arc::new(schema), vec![Arc::new(a), Arc::new(x)]).unwrap()
    }

    fn written(format: Format, batches: Vec<RecordBatch>) -> String {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("out.txt");
        rows(
            Some(&file),
            format,
            two_rows().schema(),
            batches.into_iter().map(Ok),
        )
        .unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(
            std::fs::read_dir(&dir).unwrap().count(),
            1,
            "no unfinished file is left"
        );
        text
    }

    #[test]
    fn nothing_is_not_zero_in_any_format() {
        assert_eq!(
            written(Format::Csv, vec![two_rows()]),
            "a,x\n\"it's, \"\"so\"\"\",0.5\n\"b\nc\",\n"
        );
        let json: serde_json::Value =
            serde_json::from_str(&written(Format::Json, vec![two_rows(), two_rows()])).unwrap();
        assert_eq!(json[3], serde_json::json!({"a": "b\nc", "x": null}));
        assert_eq!(json.as_array().unwrap().len(), 4);
    }

    #[test]
    fn no_rows_are_a_header_or_an_empty_array() {
        assert_eq!(written(Format::Csv, vec![]), "a,x\n");
        assert_eq!(written(Format::Json, vec![]), "[]\n");
        assert_eq!(json_array(two_rows().slice(0, 0)).unwrap(), "[]");
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("out.csv");
        let broken = Err(LakeError::Worker);
        let done = rows(
            Some(&file),
            Format::Csv,
            two_rows().schema(),
            [Ok(two_rows()), broken],
        );
        assert!(done.is_err());
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
    }

    #[test]
    fn the_name_of_the_file_says_the_format() {
        let choose = |asked, name: &str| {
            Format::choose(asked, Some(Path::new(name)), Format::Table).unwrap()
        };
        assert_eq!(choose(None, "x.parquet"), Format::Parquet);
        assert_eq!(choose(Some(Format::Csv), "x.parquet"), Format::Csv);
        assert_eq!(choose(None, "x.txt"), Format::Table);
        assert!(Format::choose(Some(Format::Parquet), None, Format::Table).is_err());
    }
}
