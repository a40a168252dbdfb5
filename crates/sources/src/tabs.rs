//! Tab-separated lines without quoting.

use std::io::BufRead;

use crate::archive::Member;
use crate::error::{Fault, ReadError, stream_fault};

/// The lines of a tab file.
pub(crate) struct Tabs<'a> {
    input: &'a mut dyn BufRead,
    member: &'a Member,
    line: Vec<u8>,
    row: u64,
}

impl<'a> Tabs<'a> {
    pub(crate) fn new(input: &'a mut dyn BufRead, member: &'a Member) -> Tabs<'a> {
        Tabs {
            input,
            member,
            line: Vec::with_capacity(1024),
            row: 0,
        }
    }

    /// The next line without its end, and its number from 1. A byte-order mark before the first line is dropped.
    pub(crate) fn next(&mut self) -> Result<Option<(&[u8], u64)>, ReadError> {
        self.line.clear();
        let n = self
            .input
            .read_until(b'\n', &mut self.line)
            .map_err(|e| ReadError {
                place: self.member.place.clone().row(self.row + 1).into(),
                fault: stream_fault(e),
            })?;
        if n == 0 {
            return Ok(None);
        }
        self.row += 1;
        let mut line = self.line.as_slice();
        line = line.strip_suffix(b"\n").unwrap_or(line);
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.row == 1 {
            line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line);
        }
        Ok(Some((line, self.row)))
    }
}

/// The text of a line; where it is not UTF-8, the error names the column (by `header` where there is one).
pub(crate) fn utf8<'l>(
    line: &'l [u8],
    row: u64,
    header: &[String],
    member: &Member,
) -> Result<&'l str, ReadError> {
    std::str::from_utf8(line).map_err(|e| {
        let before = &line[..e.valid_up_to()];
        let column = before.iter().filter(|b| **b == b'\t').count();
        let start = before
            .iter()
            .rposition(|b| *b == b'\t')
            .map_or(0, |i| i + 1);
        let field = header
            .get(column)
            .cloned()
            .unwrap_or_else(|| format!("column {}", column + 1));
        ReadError {
            place: member.place.clone().row(row).field(&field).into(),
            fault: Fault::Encoding {
                sound: before.len() - start,
            },
        }
    })
}
