//! The copies that R or pandas wrote: commas or tabs, quotes, a header.

use std::io::BufRead;

use csv::{Reader, ReaderBuilder, StringRecord};

use crate::archive::Member;
use crate::commas::read_error;
use crate::error::{Fault, ReadError};

/// Whether the file starts with a number, as the published files do, and not with a header.
pub(super) fn is_bare(member: &Member, input: &mut dyn BufRead) -> Result<bool, ReadError> {
    let start = input.fill_buf().map_err(|e| ReadError {
        place: member.place.clone().into(),
        fault: crate::error::stream_fault(e),
    })?;
    let start = start.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(start);
    Ok(start
        .first()
        .is_none_or(|b| b.is_ascii_digit() || b"\t\r\n".contains(b)))
}

/// A file with a header, row by row.
pub(super) struct Table<'a> {
    reader: Reader<&'a mut dyn BufRead>,
    member: &'a Member,
    header: Vec<String>,
    record: StringRecord,
    /// Columns of every row.
    width: usize,
    /// Whether `record` holds the first row, not yet given out.
    pending: bool,
}

impl<'a> Table<'a> {
    pub(super) fn open(
        input: &'a mut dyn BufRead,
        member: &'a Member,
    ) -> Result<Table<'a>, ReadError> {
        let first = input.fill_buf().unwrap_or_default();
        let line = first.split(|b| *b == b'\n').next().unwrap_or_default();
        let delimiter = if line.contains(&b'\t') { b'\t' } else { b',' };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(input);
        let header = reader.headers().map_err(|e| read_error(member, &[], e))?;
        let header: Vec<String> = header.iter().map(str::to_owned).collect();
        let mut record = StringRecord::new();
        let pending = reader
            .read_record(&mut record)
            .map_err(|e| read_error(member, &header, e))?;
        let surplus = usize::from(record.len() == header.len() + 1);
        Ok(Table {
            reader,
            member,
            width: header.len() + surplus,
            header,
            record,
            pending,
        })
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Columns before the first that the header names: R writes the name of each row there, and nothing above it.
    pub(super) fn before(&self) -> usize {
        self.width - self.header.len()
    }

    /// The next row and its line.
    pub(super) fn next(&mut self) -> Result<Option<(&StringRecord, u64)>, ReadError> {
        if !std::mem::take(&mut self.pending) {
            let more = self.reader.read_record(&mut self.record);
            if !more.map_err(|e| read_error(self.member, &self.header, e))? {
                return Ok(None);
            }
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        if self.record.len() != self.width {
            return Err(ReadError {
                place: self.member.place.clone().row(line).into(),
                fault: Fault::Columns {
                    wanted: self.width,
                    found: self.record.len(),
                },
            });
        }
        Ok(Some((&self.record, line)))
    }
}
