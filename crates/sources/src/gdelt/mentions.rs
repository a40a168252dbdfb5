//! GDELT 2 mentions: one row a report of an event, 16 columns.

use std::io::BufRead;

use csv::StringRecord;
use detente_atlas::Day;

use super::days::Days;
use super::table::{Table, is_bare};
use crate::archive::Member;
use crate::dataset::Dataset;
use crate::decimal::{count, decimal};
use crate::error::{Fault, ReadError, RowError, shown};
use crate::read::{Output, Reader};
use crate::tables::{Mention, Mentions, Sheet};
use crate::tabs::{Line, Tabs};

const NAMES: [&str; 16] = [
    "GLOBALEVENTID",
    "EventTimeDate",
    "MentionTimeDate",
    "MentionType",
    "MentionSourceName",
    "MentionIdentifier",
    "SentenceID",
    "Actor1CharOffset",
    "Actor2CharOffset",
    "ActionCharOffset",
    "InRawText",
    "Confidence",
    "MentionDocLen",
    "MentionDocTone",
    "MentionDocTranslationInfo",
    "Extras",
];

/// A reader of mentions.
pub(crate) struct GdeltMentions<'d> {
    dataset: &'d Dataset,
    mentions: Mentions,
    days: Days,
}

/// A row: what stands in a column of [`NAMES`].
struct Row<'r> {
    cell: &'r dyn Fn(usize) -> &'r str,
    label: &'r str,
    number: u64,
}

impl<'r> Row<'r> {
    fn maybe(&self, i: usize) -> Option<&'r str> {
        Some((self.cell)(i)).filter(|t| !t.is_empty())
    }

    fn day(&self, i: usize, days: &mut Days) -> Result<Day, RowError> {
        let text = (self.cell)(i);
        let day = days.day_of_time(text).filter(|_| text.len() == 14);
        day.ok_or_else(|| self.bad(i, "is not a time as YYYYMMDDhhmmss"))
    }

    fn count(&self, i: usize, high: i32) -> Result<Option<i32>, RowError> {
        let Some(text) = self.maybe(i) else {
            return Ok(None);
        };
        let number = count(text).filter(|n| *n <= high);
        if number.is_none() {
            return Err(self.bad(i, &format!("is not a whole number from 0 to {high}")));
        }
        Ok(number)
    }

    fn bad(&self, i: usize, why: &str) -> RowError {
        RowError {
            file: self.label.to_owned(),
            row: self.number,
            field: NAMES.get(i).copied().unwrap_or("").to_owned(),
            value: (self.cell)(i).to_owned(),
            why: why.to_owned(),
        }
    }
}

impl<'d> GdeltMentions<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> GdeltMentions<'d> {
        GdeltMentions {
            dataset,
            mentions: Mentions::new(dataset.id),
            days: Days::new(),
        }
    }

    fn take(&mut self, row: &Row, out: &mut Output) -> Result<(), ReadError> {
        match self.row(row, out) {
            Ok(()) => out.when_full(&mut self.mentions),
            Err(e) => {
                out.reject(e);
                Ok(())
            }
        }
    }

    fn row(&mut self, row: &Row, out: &mut Output) -> Result<(), RowError> {
        let event = (row.cell)(0);
        if event.is_empty() || !event.bytes().all(|b| b.is_ascii_digit()) {
            return Err(row.bad(0, "is not the number of an event"));
        }
        let event_day = row.day(1, &mut self.days)?;
        let day = row.day(2, &mut self.days)?;
        let tone = match row.maybe(13).map(decimal) {
            None => None,
            Some(Some(x)) if (-100.0..=100.0).contains(&x) => Some(x as f32),
            Some(_) => return Err(row.bad(13, "is not a number from -100 to 100")),
        };
        let mention = Mention {
            day,
            event,
            event_day,
            kind: row.count(3, 127)?.map(|n| n as i8),
            publisher: row.maybe(4),
            story: row.maybe(5),
            sentence: row.count(6, i32::MAX)?,
            confidence: row.count(11, 100)?.map(|n| n as i8),
            length: row.count(12, i32::MAX)?,
            tone,
            translation: row.maybe(14),
        };
        self.mentions.push(&mention, row.number);
        out.saw(day);
        Ok(())
    }

    fn bare(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let mut tabs = Tabs::new(input, member);
        tabs.name_fields(NAMES.map(str::to_owned).to_vec());
        while let Some(line) = tabs.next()? {
            let line: &Line = &line;
            if line.len() != NAMES.len() {
                return Err(ReadError {
                    place: member.place.clone().row(line.number).into(),
                    fault: Fault::Columns {
                        wanted: NAMES.len(),
                        found: line.len(),
                    },
                });
            }
            let row = Row {
                cell: &|i| line.get(i),
                label: &member.label,
                number: line.number,
            };
            self.take(&row, out)?;
        }
        Ok(())
    }

    fn headed(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let mut table = Table::open(input, member)?;
        let header = table.header();
        let mut places = [0; NAMES.len()];
        for (place, name) in places.iter_mut().zip(NAMES) {
            let found = header.iter().position(|h| h.eq_ignore_ascii_case(name));
            *place = found.ok_or_else(|| ReadError {
                place: member.place.clone().row(1).field(name).into(),
                fault: Fault::Header {
                    column: name.to_owned(),
                    found: shown(header),
                    dataset: self.dataset.id,
                },
            })? + table.before();
        }
        while let Some((cells, number)) = table.next()? {
            let cells: &StringRecord = cells;
            let row = Row {
                cell: &|i| {
                    let at = places.get(i).and_then(|at| cells.get(*at));
                    at.filter(|t| *t != "NA").unwrap_or("")
                },
                label: &member.label,
                number,
            };
            self.take(&row, out)?;
        }
        Ok(())
    }
}

impl Reader for GdeltMentions<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.mentions.file(&member.label);
        if is_bare(member, input)? {
            self.bare(member, input, out)
        } else {
            self.headed(member, input, out)
        }
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.mentions)
    }
}
