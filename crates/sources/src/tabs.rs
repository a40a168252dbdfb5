//! Tab-separated lines without quoting.
//!
//! The file is taken in blocks of whole lines. A block is checked for UTF-8 at once and its tabs and line ends are found at once, so that
//! a line is a slice of the block and a slice of the list of tabs.

use std::io::{self, BufRead, ErrorKind};

use crate::archive::Member;
use crate::error::{Fault, ReadError, stream_fault};
use crate::marks::Marks;

/// Bytes of a block; longer where a line is.
const BLOCK: usize = 256 * 1024;

/// A longer line is no line of any of the formats.
const LONGEST: usize = 16 * 1024 * 1024;

/// The lines of a tab file, split into fields.
pub(crate) struct Tabs<'a> {
    source: Source<'a>,
    member: &'a Member,
    block: Block,
    marks: Marks,
    /// Where the next line starts: in the block, in its tabs, and in its line ends.
    at: usize,
    tab: usize,
    line: usize,
    /// Lines given out.
    number: u64,
    names: Vec<String>,
    latin: bool,
    /// A line that was not UTF-8, and its tabs.
    odd: (String, Vec<u32>),
}

/// One line and its fields.
#[derive(Debug)]
pub(crate) struct Line<'l> {
    text: &'l str,
    /// Where the tabs stand, counted from `base` bytes before the line.
    tabs: &'l [u32],
    base: u32,
    /// From 1.
    pub(crate) number: u64,
}

/// Whole lines.
enum Block {
    Sound(String),
    /// With bytes that are not UTF-8 somewhere.
    Odd(Vec<u8>),
}

impl Block {
    fn bytes(&self) -> &[u8] {
        match self {
            Block::Sound(text) => text.as_bytes(),
            Block::Odd(bytes) => bytes,
        }
    }
}

/// The bytes of the file, cut into blocks of whole lines.
struct Source<'a> {
    input: &'a mut dyn BufRead,
    block: usize,
    /// The beginning of a line whose end is not read yet.
    tail: Vec<u8>,
    done: bool,
    failed: Option<io::Error>,
}

impl<'a> Tabs<'a> {
    pub(crate) fn new(input: &'a mut dyn BufRead, member: &'a Member) -> Tabs<'a> {
        Tabs::with_blocks(input, member, BLOCK)
    }

    fn with_blocks(input: &'a mut dyn BufRead, member: &'a Member, block: usize) -> Tabs<'a> {
        Tabs {
            source: Source {
                input,
                block,
                tail: Vec::new(),
                done: false,
                failed: None,
            },
            member,
            block: Block::Sound(String::new()),
            marks: Marks::default(),
            at: 0,
            tab: 0,
            line: 0,
            number: 0,
            names: Vec::new(),
            latin: false,
            odd: Default::default(),
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
        while self.line == self.marks.lines().len() {
            if !self.refill()? {
                return Ok(None);
            }
        }
        self.number += 1;
        let (end, last_tab) = self.marks.lines()[self.line];
        let (start, first_tab) = (self.at, self.tab);
        self.line += 1;
        self.at = end as usize + 1;
        self.tab = last_tab as usize;
        let mut bytes = &self.block.bytes()[start..end as usize];
        if bytes.len() > LONGEST {
            return Err(self.failure(too_long()));
        }
        bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let end = start + bytes.len();
        let tabs = &self.marks.tabs()[first_tab..last_tab as usize];
        let base = start as u32;
        let number = self.number;
        let text = match &self.block {
            Block::Sound(text) => &text[start..end],
            Block::Odd(_) => match std::str::from_utf8(bytes) {
                Ok(text) => text,
                Err(_) if self.latin => {
                    let (text, tabs) = &mut self.odd;
                    as_latin(bytes, text, tabs);
                    return Ok(Some(Line {
                        text,
                        tabs,
                        base: 0,
                        number,
                    }));
                }
                Err(e) => return Err(encoding(bytes, e, number, &self.names, self.member)),
            },
        };
        Ok(Some(Line {
            text,
            tabs,
            base,
            number,
        }))
    }

    /// Takes the next block; `false` at the end of the file.
    fn refill(&mut self) -> Result<bool, ReadError> {
        let mut bytes = match std::mem::replace(&mut self.block, Block::Sound(String::new())) {
            Block::Sound(text) => text.into_bytes(),
            Block::Odd(bytes) => bytes,
        };
        bytes.clear();
        let more = self.source.fill(&mut bytes);
        if !more.map_err(|fault| ReadError {
            place: self.member.place.clone().row(self.number + 1).into(),
            fault,
        })? {
            return Ok(false);
        }
        self.marks.find(&bytes);
        let has_mark = self.number == 0 && bytes.starts_with("\u{FEFF}".as_bytes());
        self.at = if has_mark { 3 } else { 0 };
        (self.tab, self.line) = (0, 0);
        self.block = match String::from_utf8(bytes) {
            Ok(text) => Block::Sound(text),
            Err(e) => Block::Odd(e.into_bytes()),
        };
        Ok(true)
    }

    fn failure(&self, fault: Fault) -> ReadError {
        ReadError {
            place: self.member.place.clone().row(self.number).into(),
            fault,
        }
    }
}

fn too_long() -> Fault {
    Fault::Damaged(format!(
        "a line is longer than {} MiB, so this is no table with tabs",
        LONGEST >> 20
    ))
}

impl Source<'_> {
    /// Puts the next whole lines into `bytes`, each with its line end; `false` where there are none left.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Fault> {
        bytes.append(&mut self.tail);
        loop {
            let have = bytes.len();
            if have > LONGEST {
                return Err(too_long());
            }
            if let Some(e) = self.failed.take() {
                return Err(stream_fault(e));
            }
            if self.done {
                if have > 0 {
                    bytes.push(b'\n');
                }
                return Ok(have > 0);
            }
            bytes.resize(self.block.max(2 * have), 0);
            let end = self.read(bytes, have);
            bytes.truncate(end);
            if let Some(last) = memchr::memrchr(b'\n', &bytes[have..]) {
                let lines = have + last + 1;
                self.tail.extend_from_slice(&bytes[lines..]);
                bytes.truncate(lines);
                return Ok(true);
            }
        }
    }

    /// Fills the room after `end` as far as the file goes; an error comes out after the lines before it.
    fn read(&mut self, bytes: &mut [u8], mut end: usize) -> usize {
        while end < bytes.len() {
            match self.input.read(&mut bytes[end..]) {
                Ok(0) => {
                    self.done = true;
                    break;
                }
                Ok(n) => end += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.failed = Some(e);
                    break;
                }
            }
        }
        end
    }
}

impl<'l> Line<'l> {
    /// How many fields the line has, at least 1.
    pub(crate) fn len(&self) -> usize {
        self.tabs.len() + 1
    }

    /// The field in position `i` from 0; empty where the line is too short.
    #[inline]
    pub(crate) fn get(&self, i: usize) -> &'l str {
        let before = |tab: &u32| (tab - self.base) as usize;
        let start = match i.checked_sub(1) {
            None => 0,
            Some(left) => match self.tabs.get(left) {
                Some(tab) => before(tab) + 1,
                None => return "",
            },
        };
        let end = self.tabs.get(i).map_or(self.text.len(), before);
        self.text.get(start..end).unwrap_or("")
    }

    /// All fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'l str> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The whole line.
    pub(crate) fn text(&self) -> &'l str {
        self.text
    }
}

/// Every byte is a character of ISO-8859-1.
fn as_latin(line: &[u8], text: &mut String, tabs: &mut Vec<u32>) {
    text.clear();
    tabs.clear();
    for byte in line {
        if *byte == b'\t' {
            tabs.push(text.len() as u32);
        }
        text.push(char::from(*byte));
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

#[cfg(test)]
mod tests;
