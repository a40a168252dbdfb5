//! What can go wrong with a file, and with a row.
//!
//! A file that is cut, changed or wrongly encoded fails as a whole ([`ReadError`]): nothing of it may be kept. One bad
//! cell in a sound file costs its row ([`RowError`]), which is counted and reported.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A place in a file: as much of it as is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The member of the archive.
    pub member: Option<String>,
    /// The line, from 1; a header counts as line 1.
    pub row: Option<u64>,
    /// The column.
    pub field: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(path: &Path) -> Place {
        Place {
            file: path.to_owned(),
            ..Place::default()
        }
    }

    /// The same place, in a member of the archive.
    pub fn member(mut self, name: &str) -> Place {
        self.member = Some(name.to_owned());
        self
    }

    /// The same place, at a line.
    pub fn row(mut self, row: u64) -> Place {
        self.row = Some(row);
        self
    }

    /// The same place, in a column.
    pub fn field(mut self, field: &str) -> Place {
        self.field = Some(field.to_owned());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(member) = &self.member {
            write!(f, ", member {member}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field '{field}'")?;
        }
        Ok(())
    }
}

/// Why a whole file was refused. The message names the place and the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct ReadError {
    /// Where.
    pub place: Box<Place>,
    /// What.
    #[source]
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file cannot be opened or read.
    #[error("cannot be read ({0}); check that the file is there and that you may read it")]
    Io(io::Error),
    /// The stream ends before its end.
    #[error("the data end too early ({0}): the file is cut; fetch or copy it again")]
    Cut(String),
    /// The bytes do not decompress, or a checksum is wrong.
    #[error("the data are damaged ({0}); fetch or copy the file again")]
    Damaged(String),
    /// An archive that cannot be used.
    #[error("{0}")]
    Archive(String),
    /// No data at all.
    #[error("the file is empty; fetch or copy it again")]
    Empty,
    /// The answer of a web server in place of the file.
    #[error(
        "this is a web page (HTML or XML) and not the file itself: the address was wrong, or the server answered with a page; \
         fetch the file again and look at its first line"
    )]
    WebPage,
    /// A sound file without a single row.
    #[error(
        "the file holds no rows that can be used; check that it is the right one, or fetch it again"
    )]
    NoRows,
    /// A column that the format needs is not in the header.
    #[error(
        "the header has no column '{column}' (it has: {found}); this is not the layout of {dataset}, so check that the file \
         belongs to that data set, or give the column its old name back"
    )]
    Header {
        /// The column.
        column: String,
        /// What the header has.
        found: String,
        /// The data set.
        dataset: &'static str,
    },
    /// A column that was asked for by name is not in the header.
    #[error("there is no column '{column}'; name one of those that the file has: {found}")]
    NoColumn {
        /// The column.
        column: String,
        /// What the header has.
        found: String,
    },
    /// The file of another data set, known by its header.
    #[error("{0}")]
    OtherSet(&'static str),
    /// A row with too few or too many columns.
    #[error(
        "the row has {found} columns where {wanted} belong; the file is cut or changed: fetch it again, or repair the row"
    )]
    Columns {
        /// Columns that the format has.
        wanted: usize,
        /// Columns in the row.
        found: usize,
    },
    /// Bytes that are not UTF-8.
    #[error(
        "the text is not UTF-8 after {sound} sound bytes; convert the file, for example with: iconv -f ISO-8859-1 -t UTF-8"
    )]
    Encoding {
        /// Bytes of the field before the first one that does not belong.
        sound: usize,
    },
    /// The parts of a data set do not fit together.
    #[error("{0}")]
    Vocabulary(String),
    /// The receiver of the rows failed.
    #[error("the rows could not be stored: {0}")]
    Sink(SinkError),
}

/// Why the receiver of the rows failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SinkError(pub Box<dyn std::error::Error + Send + Sync>);

impl SinkError {
    /// Wraps the receiver's own error, or a text.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SinkError {
        SinkError(error.into())
    }
}

/// A row that was left out because one of its cells cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, row {row}, field '{field}': '{value}' {why}")]
pub struct RowError {
    /// File, with the member of the archive after `!`.
    pub file: String,
    /// Line, from 1.
    pub row: u64,
    /// Column.
    pub field: String,
    /// What the cell holds.
    pub value: String,
    /// What is wrong with it and what would be right.
    pub why: String,
}

/// Either kind, inside a reader.
#[derive(Debug)]
pub(crate) enum Trouble {
    Row(RowError),
    File(ReadError),
}

impl From<ReadError> for Trouble {
    fn from(e: ReadError) -> Trouble {
        Trouble::File(e)
    }
}

impl From<RowError> for Trouble {
    fn from(e: RowError) -> Trouble {
        Trouble::Row(e)
    }
}

/// The fault behind an error of a decompressing stream.
pub(crate) fn stream_fault(e: io::Error) -> Fault {
    match e.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Cut(e.to_string()),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Fault::Damaged(e.to_string()),
        // tar and zip report their own findings as "other".
        io::ErrorKind::Other => Fault::Damaged(e.to_string()),
        _ => Fault::Io(e),
    }
}

/// A header in a message: its names, without control characters, cut where it is long (a binary file has no end of it).
pub(crate) fn shown(header: &[String]) -> String {
    const LONGEST: usize = 300;
    let all = header.join(", ");
    let mut text: String = all
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    if all.chars().count() > LONGEST {
        text.push_str("...");
    }
    text
}
