//! Columns of any table by their names: comma, tab and semicolon files (packed or not) and Parquet, for data that are no event log.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use crate::archive::{Member, members};
use crate::commas::read_error;
use crate::error::{Fault, Place, ReadError, RowError, shown};

/// The wanted columns of a file, all rows.
#[derive(Debug, Clone)]
pub struct Cells {
    file: PathBuf,
    names: Vec<String>,
    columns: Vec<Column>,
    /// The line of each row, where the file has lines.
    lines: Vec<u64>,
}

/// A column as the file has it.
#[derive(Debug, Clone)]
enum Column {
    Texts(Vec<String>),
    #[cfg(feature = "parquet")]
    Numbers(Vec<Option<f64>>),
}

/// Reads the columns of these names.
///
/// # Errors
/// A file that cannot be read; a name that its header does not have.
pub fn cells(path: &Path, names: &[&str]) -> Result<Cells, ReadError> {
    #[cfg(feature = "parquet")]
    if is_parquet(path) {
        return parquet::read(path, names);
    }
    let mut cells = Cells {
        file: path.to_owned(),
        names: names.iter().map(|n| (*n).to_owned()).collect(),
        columns: vec![Column::Texts(Vec::new()); names.len()],
        lines: Vec::new(),
    };
    members(path, &mut |member, input| {
        delimited(member, input, &mut cells)
    })?;
    if cells.lines.is_empty() {
        return Err(ReadError {
            place: Place::file(path).into(),
            fault: Fault::NoRows,
        });
    }
    Ok(cells)
}

impl Cells {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        match self.columns.first() {
            Some(Column::Texts(texts)) => texts.len(),
            #[cfg(feature = "parquet")]
            Some(Column::Numbers(numbers)) => numbers.len(),
            None => 0,
        }
    }

    /// The cell as text; empty where it is missing.
    pub fn text(&self, column: usize, row: usize) -> String {
        match &self.columns[column] {
            Column::Texts(texts) => texts[row].trim().to_owned(),
            #[cfg(feature = "parquet")]
            Column::Numbers(numbers) => numbers[row].map_or(String::new(), |x| x.to_string()),
        }
    }

    /// The cell as a number; `None` where it is missing (empty, `NA`, `NaN`, `null`).
    ///
    /// # Errors
    /// A text that is no finite number.
    pub fn number(&self, column: usize, row: usize) -> Result<Option<f64>, RowError> {
        match &self.columns[column] {
            Column::Texts(texts) => {
                let text = texts[row].trim();
                if ["", "NA", "NaN", "nan", "null"].contains(&text) {
                    return Ok(None);
                }
                match text.parse::<f64>() {
                    Ok(x) if x.is_finite() => Ok(Some(x)),
                    _ => Err(self.bad(column, row, "is not a number; leave a missing cell empty")),
                }
            }
            #[cfg(feature = "parquet")]
            Column::Numbers(numbers) => match numbers[row] {
                Some(x) if x.is_infinite() => {
                    Err(self.bad(column, row, "is infinite; leave a missing cell empty"))
                }
                x => Ok(x.filter(|x| !x.is_nan())),
            },
        }
    }

    /// The error of a cell, with its place.
    pub fn bad(&self, column: usize, row: usize, why: &str) -> RowError {
        RowError {
            file: self.file.display().to_string(),
            row: self.lines.get(row).copied().unwrap_or(row as u64 + 1),
            field: self.names[column].clone(),
            value: self.text(column, row),
            why: why.to_owned(),
        }
    }
}

/// The error of a name that the header does not have.
fn no_column(place: Place, name: &str, found: &[String]) -> ReadError {
    ReadError {
        place: place.field(name).into(),
        fault: Fault::NoColumn {
            column: name.to_owned(),
            found: shown(found),
        },
    }
}

fn delimited(member: &Member, input: &mut dyn BufRead, cells: &mut Cells) -> Result<(), ReadError> {
    let start = input.fill_buf().unwrap_or_default();
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |c: u8| line.iter().filter(|b| **b == c).count();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|c| (count(*c), *c == b','))
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(input);
    let header: Vec<String> = reader
        .headers()
        .map_err(|e| read_error(member, &[], e))?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let mut at = Vec::new();
    for name in &cells.names {
        let place = header.iter().position(|h| h == name);
        at.push(place.ok_or_else(|| no_column(member.place.clone().row(1), name, &header))?);
    }
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|e| read_error(member, &header, e))?
    {
        for (column, place) in cells.columns.iter_mut().zip(&at) {
            match column {
                Column::Texts(texts) => texts.push(record.get(*place).unwrap_or("").to_owned()),
                #[cfg(feature = "parquet")]
                Column::Numbers(_) => {}
            }
        }
        let line = record.position().map_or(0, csv::Position::line);
        cells.lines.push(line);
    }
    Ok(())
}

#[cfg(feature = "parquet")]
fn is_parquet(path: &Path) -> bool {
    use std::io::Read;
    let mut mark = [0; 4];
    std::fs::File::open(path).is_ok_and(|mut f| f.read_exact(&mut mark).is_ok()) && &mark == b"PAR1"
}

#[cfg(feature = "parquet")]
mod parquet {
    use std::path::Path;

    use arrow_array::cast::AsArray;
    use arrow_array::types::Float64Type;
    use arrow_cast::cast;
    use arrow_schema::DataType;
    use parquet::arrow::ProjectionMask;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::{Cells, Column, no_column};
    use crate::error::{Fault, Place, ReadError};
    use crate::mapped::parquet::{as_text, guarded};

    pub(super) fn read(path: &Path, names: &[&str]) -> Result<Cells, ReadError> {
        let fail = |fault| ReadError {
            place: Place::file(path).into(),
            fault,
        };
        let damaged = |e: &dyn std::fmt::Display| fail(Fault::Damaged(e.to_string()));
        let file = std::fs::File::open(path).map_err(|e| fail(Fault::Io(e)))?;
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file))
            .map_err(|e| damaged(&e))?
            .map_err(|e| damaged(&e))?;
        let fields = builder.schema().fields().clone();
        let header: Vec<String> = fields.iter().map(|f| f.name().clone()).collect();
        let mut roots = Vec::new();
        let mut columns = Vec::new();
        for name in names {
            let Some(root) = header.iter().position(|h| h == name) else {
                return Err(no_column(Place::file(path), name, &header));
            };
            roots.push(root);
            columns.push(if fields[root].data_type().is_numeric() {
                Column::Numbers(Vec::new())
            } else {
                Column::Texts(Vec::new())
            });
        }
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let mut reader = builder
            .with_projection(mask)
            .build()
            .map_err(|e| damaged(&e))?;
        while let Some(batch) = guarded(|| reader.next()).map_err(|e| damaged(&e))? {
            let batch = batch.map_err(|e| damaged(&e))?;
            for (column, name) in columns.iter_mut().zip(names) {
                let array = batch
                    .column_by_name(name)
                    .ok_or_else(|| no_column(Place::file(path), name, &header))?;
                match column {
                    Column::Numbers(numbers) => {
                        let cast = cast(array, &DataType::Float64).map_err(|e| damaged(&e))?;
                        numbers.extend(cast.as_primitive::<Float64Type>().iter());
                    }
                    Column::Texts(texts) => {
                        let array = as_text(array).map_err(|e| damaged(&e))?;
                        texts.extend(array.iter().map(|t| t.unwrap_or("").to_owned()));
                    }
                }
            }
        }
        Ok(Cells {
            file: path.to_owned(),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            columns,
            lines: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn columns_come_by_name_whatever_stands_between_them() {
        for text in [
            "a,b,n\nx,1,2.5\ny,,\n",
            "a\tb\tn\nx\t1\t2.5\ny\t\t\n",
            "a;b;n\nx;1;2.5\ny;;NA\n",
        ] {
            let (_dir, path) = written("t.csv", text);
            let cells = cells(&path, &["n", "a"]).unwrap();
            assert_eq!(cells.rows(), 2);
            assert_eq!(cells.number(0, 0), Ok(Some(2.5)));
            // missing is not zero
            assert_eq!(cells.number(0, 1), Ok(None));
            assert_eq!(cells.text(1, 1), "y");
        }
    }

    #[test]
    fn errors_name_the_place() {
        let (_dir, path) = written("t.csv", "a,n\nx,1\ny,two\n");
        let no_such = cells(&path, &["m"]).unwrap_err().to_string();
        assert!(
            no_such.contains("t.csv, row 1, field 'm'") && no_such.contains("a, n"),
            "{no_such}"
        );
        let bad = cells(&path, &["n"])
            .unwrap()
            .number(0, 1)
            .unwrap_err()
            .to_string();
        assert!(
            bad.contains("t.csv, row 3, field 'n': 'two' is not a number"),
            "{bad}"
        );
        let (_dir, path) = written("t.csv", "a,n\n");
        assert!(matches!(
            cells(&path, &["n"]).unwrap_err().fault,
            Fault::NoRows
        ));
    }
}
