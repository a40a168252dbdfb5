//! Yearly ICEWS counts from state to state by quad class, 2002-2014.

use std::io::BufRead;

use detente_atlas::System;

use crate::archive::Member;
use crate::codes::YearCodes;
use crate::commas::{Commas, Row};
use crate::dataset::Dataset;
use crate::dyads::{count, pair};
use crate::error::{ReadError, Trouble};
use crate::read::{Output, Reader};
use crate::tables::{Dyad, Dyads, Sheet};

const COLUMNS: [&str; 7] = [
    "i_iso3c", "j_iso3c", "year", "verbCoop", "matlCoop", "verbConf", "matlConf",
];

pub(crate) struct IcewsDyadYears<'d> {
    dataset: &'d Dataset,
    codes: YearCodes,
    dyads: Dyads,
}

impl<'d> IcewsDyadYears<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> IcewsDyadYears<'d> {
        IcewsDyadYears {
            dataset,
            codes: YearCodes::new(System::Iso3),
            dyads: Dyads::new(dataset.id),
        }
    }

    fn row(&mut self, row: &Row, out: &mut Output) -> Result<(), Trouble> {
        let (year, start, end) = row.year(2)?;
        let mut quads = [None; 4];
        for (i, quad) in quads.iter_mut().enumerate() {
            *quad = count(row, 3 + i)?;
        }
        let Some([source, target]) = pair(&mut self.codes, "ISO 3166 code", row, year, out) else {
            return Ok(());
        };
        let dyad = Dyad {
            start,
            end,
            known: self.dataset.known(end),
            source,
            target,
            directed: self.dataset.directed,
            n: quads.into_iter().sum(),
            quads,
            goldstein: None,
            score: None,
            articles: None,
        };
        self.dyads.push(&dyad, row.line);
        out.saw(start);
        out.when_full(&mut self.dyads)?;
        Ok(())
    }
}

impl Reader for IcewsDyadYears<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.dyads.file(&member.label);
        Commas::open(input, member, self.dataset, &COLUMNS)?
            .each(out, |row, out| self.row(row, out))
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.dyads)
    }
}
