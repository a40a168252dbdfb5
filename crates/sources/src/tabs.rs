//! Tab-separated lines without quoting.

use std::borrow::Cow;
use std::io::BufRead;

use crate::archive::Member;
use crate::error::{Fault, ReadError, stream_fault};

/// The lines of a tab file, split into fields.
pub(crate) struct Tabs<'a> {
    input: &'a mut dyn BufRead,
    member: &'a Member,
    line: Vec<u8>,
    ends: Vec<u32>,
    number: u64,
    names: Vec<String>,
    latin: bool,
}

/// One line and its fields.
#[derive(Debug)]
pub(crate) struct Line<'l> {
    text: Cow<'l, str>,
    /// Where each field ends.
    ends: &'l [u32],
    /// From 1.
    pub(crate) number: u64,
}

impl<'a> Tabs<'a> {
    pub(crate) fn new(input: &'a mut dyn BufRead, member: &'a Member) -> Tabs<'a> {
        Tabs {
            input,
            member,
            line: Vec::with_capacity(1024),
            ends: Vec::with_capacity(64),
            number: 0,
            names: Vec::new(),
            latin: false,
        }
    }

    /// Names the fields for messages; without it they are called `column 7`.
    pub(crate) fn name_fields(&mut self, names: Vec<String>) {
        self.names = names;
    }

    /// Takes a line that is not UTF-8 for ISO-8859-1 instead of refusing the file.
    pub(crate) fn or_latin(mut self) -> Tabs<'a> {
        self.latin = true;
        self
    }

    /// The next line. A byte-order mark before the first line is dropped.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, ReadError> {
        self.line.clear();
        let n = self
            .input
            .read_until(b'\n', &mut self.line)
            .map_err(|e| ReadError {
                place: self.member.place.clone().row(self.number + 1).into(),
                fault: stream_fault(e),
            })?;
        if n == 0 {
            return Ok(None);
        }
        self.number += 1;
        let mut line = self.line.as_slice();
        line = line.strip_suffix(b"\n").unwrap_or(line);
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.number == 1 {
            line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line);
        }
        let text = match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if self.latin => Cow::Owned(line.iter().map(|b| char::from(*b)).collect()),
            Err(e) => {
                let fault = encoding(line, e, self.number, &self.names, self.member);
                return Err(fault);
            }
        };
        self.ends.clear();
        let tabs = text.bytes().enumerate().filter(|(_, b)| *b == b'\t');
        self.ends.extend(tabs.map(|(at, _)| at as u32));
        self.ends.push(text.len() as u32);
        Ok(Some(Line {
            text,
            ends: &self.ends,
            number: self.number,
        }))
    }
}

impl Line<'_> {
    /// How many fields the line has, at least 1.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The field in position `i` from 0; empty where the line is too short.
    pub(crate) fn get(&self, i: usize) -> &str {
        let Some(end) = self.ends.get(i) else {
            return "";
        };
        let start = match i {
            0 => 0,
            _ => self.ends[i - 1] as usize + 1,
        };
        &self.text[start..*end as usize]
    }

    /// All fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The whole line.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// The error of a line that is not UTF-8; it names the column.
fn encoding(
    line: &[u8],
    e: std::str::Utf8Error,
    row: u64,
    names: &[String],
    member: &Member,
) -> ReadError {
    let before = &line[..e.valid_up_to()];
    let column = before.iter().filter(|b| **b == b'\t').count();
    let start = before
        .iter()
        .rposition(|b| *b == b'\t')
        .map_or(0, |i| i + 1);
    let field = names
        .get(column)
        .cloned()
        .unwrap_or_else(|| format!("column {}", column + 1));
    ReadError {
        place: member.place.clone().row(row).field(&field).into(),
        fault: Fault::Encoding {
            sound: before.len() - start,
        },
    }
}
