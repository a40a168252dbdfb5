//! COW intergovernmental organisations: memberships by state and year.

use detente_atlas::System;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

const COLUMNS: &[&str] = &["ccode", "year", "igo", "status"];

pub(super) struct Memberships {
    codes: YearCodes,
}

impl Memberships {
    pub(super) fn new() -> Memberships {
        Memberships {
            codes: YearCodes::new(System::CowNumber),
        }
    }
}

impl TableRows for Memberships {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        COLUMNS
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(1)?;
        let status = row.number(3)?;
        if status.is_some_and(|s| ![1.0, 2.0, 3.0].contains(&s)) {
            return Err(row
                .bad(3, "is none of 1 full member, 2 associate, 3 observer")
                .into());
        }
        let Some(actor) = super::actor(&mut self.codes, "COW number", row.text(0), year, to) else {
            return Ok(());
        };
        let measure = Measure {
            variable: "member",
            actor,
            partner: None,
            start,
            end,
            known: to.dataset.known(end),
            value: status,
            weight: None,
            key: row.maybe(2),
            note: None,
        };
        to.put(&measure, row.line)?;
        to.out.saw(start);
        Ok(())
    }
}
