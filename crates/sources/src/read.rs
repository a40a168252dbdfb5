//! One way in for every format: a file goes in, batches come out, and a report says what was seen and what was not taken.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use arrow_array::RecordBatch;
use detente_atlas::{By, Day, Unknowns};

use crate::archive::{self, Extent, Member};
use crate::dataset::Dataset;
use crate::error::{Fault, Place, ReadError, RowError, SinkError, Trouble};
use crate::tables::{Sheet, Wanted};

/// Raised whenever a reader gives other rows for the same bytes, so that a lake knows to read them again.
pub const READER_VERSION: u32 = 2;

/// How many bad rows a report quotes.
const QUOTED: usize = 20;

/// What a file gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadReport {
    /// Rows given to the sink.
    pub rows: u64,
    /// Rows left out because a cell could not be read.
    pub rejected: u64,
    /// The first 20 of them.
    pub rejects: Vec<RowError>,
    /// Rows left out because the same file had them already.
    pub duplicates: u64,
    /// Sound rows left out on purpose, counted by why.
    pub skipped: BTreeMap<String, u64>,
    /// Codes and names that did not resolve to an actor or an event code, counted.
    pub unknowns: Unknowns,
    /// First day of every period that was seen (of the data set's step), with the number of rows that speak of it.
    pub days: BTreeMap<Day, u64>,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Files read: the members of an archive, or 1.
    pub members: u64,
}

/// Takes a batch of rows.
pub(crate) type Sink<'a> = dyn FnMut(RecordBatch) -> Result<(), SinkError> + 'a;

/// Streams `path` (plain, `.gz`, `.xz`, `.zip`, `.tar`, `.tar.gz` or `.tar.xz`) through the reader of the data set.
///
/// Each batch has exactly the columns of the data set's table and at most [`crate::BATCH_ROWS`] rows. Memory is bounded
/// by a batch and the vocabulary of the file, whatever its size.
///
/// # Errors
/// A file that cannot be opened, is cut or damaged, has another header or number of columns, or is not UTF-8; the
/// error names file, member, row, field and remedy. Batches given out before the error must be dropped by the caller.
pub fn read(
    dataset: &Dataset,
    path: &Path,
    sink: &mut dyn FnMut(RecordBatch) -> Result<(), SinkError>,
) -> Result<ReadReport, ReadError> {
    read_wanted(dataset, path, &Wanted::of(dataset.table, None), sink)
}

/// The same with the named columns alone, in the order of the table. Of tables other than events all columns are given.
///
/// # Errors
/// As [`read`].
pub fn read_columns(
    dataset: &Dataset,
    path: &Path,
    columns: &[&str],
    sink: &mut dyn FnMut(RecordBatch) -> Result<(), SinkError>,
) -> Result<ReadReport, ReadError> {
    read_wanted(
        dataset,
        path,
        &Wanted::of(dataset.table, Some(columns)),
        sink,
    )
}

fn read_wanted(
    dataset: &Dataset,
    path: &Path,
    wanted: &Wanted,
    sink: &mut Sink,
) -> Result<ReadReport, ReadError> {
    let mut out = Output {
        path,
        sink,
        step: dataset.step,
        seen: (Day(0), 0),
        report: ReadReport::default(),
    };
    let mut reader = dataset.format.reader(dataset, path, wanted);
    let extent = match reader.whole(path, &mut out) {
        Some(read) => read?,
        None => archive::members(path, &mut |member, input| {
            reader.member(member, input, &mut out)
        })?,
    };
    reader.finish(&mut out)?;
    out.note_days();
    let mut report = out.report;
    if report.days.is_empty() && report.rejected == 0 {
        return Err(ReadError {
            place: Place::file(path).into(),
            fault: Fault::NoRows,
        });
    }
    report.bytes = extent.bytes;
    report.members = extent.members;
    Ok(report)
}

/// A reader of one format.
pub(crate) trait Reader {
    /// Reads a file that is no stream (Parquet); `None` where the format is one.
    fn whole(&mut self, _path: &Path, _out: &mut Output) -> Option<Result<Extent, ReadError>> {
        None
    }

    /// Reads one file, or one member of an archive.
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError>;

    /// Gives out what is left after the last member.
    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError>;
}

/// Where a reader puts rows, and what it has to say about them.
pub(crate) struct Output<'a> {
    path: &'a Path,
    sink: &'a mut Sink<'a>,
    step: By,
    /// The last day noted and how often since; rows of one day mostly come together.
    seen: (Day, u64),
    report: ReadReport,
}

impl Output<'_> {
    /// Gives the batch out where it is full.
    pub(crate) fn when_full(&mut self, sheet: &mut impl Sheet) -> Result<(), ReadError> {
        if sheet.is_full() {
            self.rest(sheet)
        } else {
            Ok(())
        }
    }

    /// Gives out what the sheet holds.
    pub(crate) fn rest(&mut self, sheet: &mut impl Sheet) -> Result<(), ReadError> {
        let Some(batch) = sheet.finish() else {
            return Ok(());
        };
        self.report.rows += batch.num_rows() as u64;
        (self.sink)(batch).map_err(|e| ReadError {
            place: Place::file(self.path).into(),
            fault: Fault::Sink(e),
        })
    }

    /// Notes a row that speaks of a day.
    pub(crate) fn saw(&mut self, day: Day) {
        if self.seen.0 != day {
            self.note_days();
            self.seen = (day, 0);
        }
        self.seen.1 += 1;
    }

    /// Notes a row that speaks of every period from one day to another.
    pub(crate) fn saw_span(&mut self, from: Day, to: Day) {
        let mut day = from.start_of(self.step);
        while day <= to {
            self.saw(day);
            day = day.end_of(self.step).plus(1);
        }
    }

    fn note_days(&mut self) {
        let (day, n) = self.seen;
        if n > 0 {
            *self.report.days.entry(day.start_of(self.step)).or_default() += n;
        }
        self.seen.1 = 0;
    }

    pub(crate) fn reject(&mut self, error: RowError) {
        self.report.rejected += 1;
        if self.report.rejects.len() < QUOTED {
            self.report.rejects.push(error);
        }
    }

    /// A bad cell costs its row, anything else the file.
    pub(crate) fn settle(&mut self, outcome: Result<(), Trouble>) -> Result<(), ReadError> {
        match outcome {
            Ok(()) => Ok(()),
            Err(Trouble::Row(e)) => {
                self.reject(e);
                Ok(())
            }
            Err(Trouble::File(e)) => Err(e),
        }
    }

    pub(crate) fn duplicate(&mut self) {
        self.report.duplicates += 1;
    }

    pub(crate) fn skip(&mut self, why: &str) {
        if let Some(n) = self.report.skipped.get_mut(why) {
            *n += 1;
        } else {
            self.report.skipped.insert(why.to_owned(), 1);
        }
    }

    pub(crate) fn unknown(&mut self, what: &str, text: &str) {
        self.report.unknowns.add(what, text);
    }

    pub(crate) fn unknown_n(&mut self, what: &str, text: &str, n: u64) {
        self.report.unknowns.add_n(what, text, n);
    }
}
