//! Roll calls of the UN General Assembly: one row a vote, one column a state, by ISO code.
//!
//! 1 yes, 2 abstain, 3 no; 8 (absent) and 9 (not a member, no record) are no votes and give no rows. The roll-call
//! number is used again in a few rows, so a roll call is its number and its day.

use std::io::BufRead;

use detente_atlas::{Actor, System, resolve};

use crate::archive::Member;
use crate::commas::{Commas, Row};
use crate::dataset::Dataset;
use crate::error::{ReadError, Trouble};
use crate::read::{Output, Reader};
use crate::tables::{Sheet, Votes};

/// Number and day, then the flags of issues; every column after these is a state.
const COLUMNS: [&str; 8] = ["rcid", "date", "me", "nu", "di", "hr", "co", "ec"];

pub(crate) struct UnVotes<'d> {
    dataset: &'d Dataset,
    votes: Votes,
}

impl<'d> UnVotes<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> UnVotes<'d> {
        UnVotes {
            dataset,
            votes: Votes::new(dataset.id),
        }
    }

    fn row(
        &mut self,
        states: &[(usize, Actor)],
        row: &Row,
        out: &mut Output,
    ) -> Result<(), Trouble> {
        let rcid: i64 = row.required(0, "the number of a roll call")?;
        let day = row.day(1)?;
        let known = self.dataset.known(day);
        for (column, actor) in states {
            let vote = match row.cell(*column) {
                "1" => 1,
                "2" => 2,
                "3" => 3,
                "8" | "9" | "" => continue,
                _ => {
                    out.reject(row.bad_cell(
                        *column,
                        "is none of 1 yes, 2 abstain, 3 no, 8 absent, 9 no member",
                    ));
                    continue;
                }
            };
            self.votes.push(day, known, rcid, *actor, vote, row.line);
        }
        out.saw(day);
        out.when_full(&mut self.votes)?;
        Ok(())
    }
}

impl Reader for UnVotes<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.votes.file(&member.label);
        let commas = Commas::open(input, member, self.dataset, &COLUMNS)?;
        let mut states = Vec::new();
        for (column, name) in commas
            .header()
            .iter()
            .enumerate()
            .filter(|(_, name)| !COLUMNS.contains(&name.as_str()))
        {
            match resolve(System::Iso3, name, None) {
                Some(actor) => states.push((column, actor)),
                None => out.unknown("ISO 3166 code", name),
            }
        }
        commas.each(out, |row, out| self.row(&states, row, out))
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.votes)
    }
}
