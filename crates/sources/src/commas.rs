//! Comma-separated files with a header: columns are found by name, cells are checked where they are used.

use std::io::BufRead;
use std::str::FromStr;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use detente_atlas::Day;

use crate::archive::Member;
use crate::dataset::Dataset;
use crate::error::{Fault, ReadError, RowError, Trouble, shown, stream_fault};
use crate::read::Output;

/// A comma file in reading.
pub(crate) struct Commas<'a> {
    reader: Reader<&'a mut dyn BufRead>,
    member: &'a Member,
    header: Vec<String>,
    columns: Vec<usize>,
    record: StringRecord,
}

/// One row: the wanted columns, in the order in which they were asked for.
pub(crate) struct Row<'r> {
    record: &'r StringRecord,
    columns: &'r [usize],
    header: &'r [String],
    label: &'r str,
    /// The line of the file.
    pub(crate) line: u64,
}

/// The header of a comma file, read before it is known which columns it has.
pub(crate) struct Headed<'a> {
    reader: Reader<&'a mut dyn BufRead>,
    member: &'a Member,
    header: Vec<String>,
}

impl<'a> Headed<'a> {
    pub(crate) fn open(
        input: &'a mut dyn BufRead,
        member: &'a Member,
    ) -> Result<Headed<'a>, ReadError> {
        Headed::split_at(input, member, b',')
    }

    /// The same with another character between the cells; with a tab there is no quoting, as nowhere in this crate.
    pub(crate) fn split_at(
        input: &'a mut dyn BufRead,
        member: &'a Member,
        delimiter: u8,
    ) -> Result<Headed<'a>, ReadError> {
        let mut reader = ReaderBuilder::new()
            .has_headers(true)
            .delimiter(delimiter)
            .quoting(delimiter != b'\t')
            .from_reader(input);
        let header = reader
            .headers()
            .map_err(|e| read_error(member, &[], e))?
            .iter()
            .map(str::to_owned)
            .collect();
        Ok(Headed {
            reader,
            member,
            header,
        })
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.header.iter().any(|h| h == column)
    }

    /// Fixes the columns to be read where only the first `always` of `all` must be there, and says where each stands among them.
    pub(crate) fn columns_from<const N: usize>(
        self,
        dataset: &Dataset,
        all: &[&str; N],
        always: usize,
    ) -> Result<(Commas<'a>, [Option<usize>; N]), ReadError> {
        let mut at = [None; N];
        let mut wanted = all[..always].to_vec();
        for (i, column) in all.iter().enumerate().skip(always) {
            if self.has(column) {
                at[i] = Some(wanted.len());
                wanted.push(column);
            }
        }
        Ok((self.columns(dataset, &wanted)?, at))
    }

    /// Fixes the columns to be read; the first missing one is an error that names it. Of two columns with one name the
    /// first counts.
    pub(crate) fn columns(
        self,
        dataset: &Dataset,
        wanted: &[&str],
    ) -> Result<Commas<'a>, ReadError> {
        let columns = wanted
            .iter()
            .map(|want| {
                self.header
                    .iter()
                    .position(|h| h == want)
                    .ok_or_else(|| ReadError {
                        place: self.member.place.clone().row(1).field(want).into(),
                        fault: Fault::Header {
                            column: (*want).to_owned(),
                            found: shown(&self.header),
                            dataset: dataset.id,
                        },
                    })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Commas {
            reader: self.reader,
            member: self.member,
            header: self.header,
            columns,
            record: StringRecord::new(),
        })
    }
}

/// The first characters of a text, so many at most.
pub(crate) fn beginning(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

impl<'a> Commas<'a> {
    pub(crate) fn open(
        input: &'a mut dyn BufRead,
        member: &'a Member,
        dataset: &Dataset,
        wanted: &[&str],
    ) -> Result<Commas<'a>, ReadError> {
        Headed::open(input, member)?.columns(dataset, wanted)
    }

    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        let more = self
            .reader
            .read_record(&mut self.record)
            .map_err(|e| read_error(self.member, &self.header, e))?;
        if !more {
            return Ok(None);
        }
        Ok(Some(Row {
            line: self.record.position().map_or(0, csv::Position::line),
            record: &self.record,
            columns: &self.columns,
            header: &self.header,
            label: &self.member.label,
        }))
    }

    /// Every name of the header, in its order.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Gives every row to `take`; a bad cell costs its row, anything else the file.
    pub(crate) fn each(
        mut self,
        out: &mut Output,
        mut take: impl FnMut(&Row, &mut Output) -> Result<(), Trouble>,
    ) -> Result<(), ReadError> {
        while let Some(row) = self.next()? {
            let outcome = take(&row, out);
            out.settle(outcome)?;
        }
        Ok(())
    }
}

/// Whether the header is split at semicolons, as programs write "CSV" where the comma is the decimal sign.
pub(crate) fn has_semicolons(input: &mut dyn BufRead) -> bool {
    // What cannot be read here cannot be read by the reader either, which says so.
    let start = input.fill_buf().unwrap_or_default();
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |c: u8| line.iter().filter(|b| **b == c).count();
    count(b';') > count(b',')
}

impl<'r> Row<'r> {
    /// All cells in one text.
    pub(crate) fn whole(&self) -> &'r str {
        self.record.as_slice()
    }

    /// The cell of the `i`th wanted column; empty where it is missing.
    pub(crate) fn text(&self, i: usize) -> &'r str {
        self.record.get(self.columns[i]).unwrap_or("")
    }

    /// The cell of the `i`th column of the file.
    pub(crate) fn cell(&self, column: usize) -> &'r str {
        self.record.get(column).unwrap_or("")
    }

    /// The cell, or `None` where it is empty.
    pub(crate) fn maybe(&self, i: usize) -> Option<&'r str> {
        Some(self.text(i)).filter(|t| !t.is_empty())
    }

    /// A number, or `None` where the cell is empty.
    pub(crate) fn number(&self, i: usize) -> Result<Option<f64>, RowError> {
        let Some(text) = self.maybe(i) else {
            return Ok(None);
        };
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Some(x)),
            _ => Err(self.bad(i, "is not a number")),
        }
    }

    /// A value that the row cannot be without.
    pub(crate) fn required<T: FromStr>(&self, i: usize, what: &str) -> Result<T, RowError> {
        self.text(i)
            .parse()
            .map_err(|_| self.bad(i, &format!("is not {what}")))
    }

    /// A year as its first and last day.
    pub(crate) fn year(&self, i: usize) -> Result<(i32, Day, Day), RowError> {
        let year: i32 = self.required(i, "a year such as 2014")?;
        match (Day::from_ymd(year, 1, 1), Day::from_ymd(year, 12, 31)) {
            (Some(first), Some(last)) if (1000..=9999).contains(&year) => Ok((year, first, last)),
            _ => Err(self.bad(i, "is not a year such as 2014")),
        }
    }

    /// A day written `YYYY-MM-DD`.
    pub(crate) fn day(&self, i: usize) -> Result<Day, RowError> {
        self.required(i, "a date such as 2014-12-31")
    }

    /// The error of a cell.
    pub(crate) fn bad(&self, i: usize, why: &str) -> RowError {
        self.bad_cell(self.columns[i], why)
    }

    /// The error of a cell, by the column of the file.
    pub(crate) fn bad_cell(&self, column: usize, why: &str) -> RowError {
        RowError {
            file: self.label.to_owned(),
            row: self.line,
            field: self.header[column].clone(),
            value: self.cell(column).to_owned(),
            why: why.to_owned(),
        }
    }
}

pub(crate) fn read_error(member: &Member, header: &[String], e: csv::Error) -> ReadError {
    let line = e.position().map(csv::Position::line);
    let mut place = member.place.clone();
    place.row = line;
    let fault = match e.into_kind() {
        ErrorKind::Io(e) => stream_fault(e),
        ErrorKind::Utf8 { err, .. } => {
            place.field = Some(
                header
                    .get(err.field())
                    .cloned()
                    .unwrap_or_else(|| format!("column {}", err.field() + 1)),
            );
            Fault::Encoding {
                sound: err.valid_up_to(),
            }
        }
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => Fault::Columns {
            wanted: expected_len as usize,
            found: len as usize,
        },
        other => Fault::Damaged(format!("{other:?}")),
    };
    ReadError {
        place: place.into(),
        fault,
    }
}
