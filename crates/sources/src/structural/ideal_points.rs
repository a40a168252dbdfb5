//! Ideal points of states in the UN General Assembly.
//!
//! Two editions belong together: the one of July 2025 is read for the years to 2024, the one of 2026 for 2025 alone, because its
//! 2024 rests on a handful of votes. The editions are told apart by the spelling of their columns.

use detente_atlas::System;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

const JULY_2025: &[&str] = &["ccode", "year", "idealpointfp", "nvotesfp", "q5fp", "q95fp"];
const RELEASE_2026: &[&str] = &[
    "ccode",
    "year",
    "IdealPointFP",
    "NVotesFP",
    "Q5%FP",
    "Q95%FP",
];

/// The last year of the July 2025 edition.
const LAST_OF_2025: i32 = 2024;

pub(super) struct IdealPoints {
    codes: YearCodes,
    release_2026: bool,
}

impl IdealPoints {
    pub(super) fn new() -> IdealPoints {
        IdealPoints {
            codes: YearCodes::new(System::CowNumber),
            release_2026: false,
        }
    }
}

impl TableRows for IdealPoints {
    fn columns(&mut self, header: &Headed) -> &'static [&'static str] {
        self.release_2026 = header.has("IdealPointFP");
        if self.release_2026 {
            RELEASE_2026
        } else {
            JULY_2025
        }
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(1)?;
        if (year > LAST_OF_2025) != self.release_2026 {
            to.out.skip("year that the other edition has better");
            return Ok(());
        }
        let values = [
            ("ideal-point", row.number(2)?, row.number(3)?),
            ("ideal-point-q5", row.number(4)?, None),
            ("ideal-point-q95", row.number(5)?, None),
        ];
        let Some(actor) = super::actor(&mut self.codes, "COW number", row.text(0), year, to) else {
            return Ok(());
        };
        for (variable, value, weight) in values.into_iter().filter(|(_, value, _)| value.is_some())
        {
            let measure = Measure {
                variable,
                actor,
                partner: None,
                start,
                end,
                known: to.dataset.known(end),
                value,
                weight,
                key: None,
                note: None,
            };
            to.put(&measure, row.line)?;
        }
        to.out.saw(start);
        Ok(())
    }
}
