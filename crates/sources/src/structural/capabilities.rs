//! COW national material capabilities by state and year: share of the world, military expenditure and personnel.

use detente_atlas::System;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

const COLUMNS: &[&str] = &["ccode", "year", "cinc", "milex", "milper"];

pub(super) struct Capabilities {
    codes: YearCodes,
}

impl Capabilities {
    pub(super) fn new() -> Capabilities {
        Capabilities {
            codes: YearCodes::new(System::CowNumber),
        }
    }
}

impl TableRows for Capabilities {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        COLUMNS
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(1)?;
        let mut values = [None; 3];
        for (i, value) in values.iter_mut().enumerate() {
            // -9 is the original's mark of a missing value.
            *value = row.number(2 + i)?.filter(|x| *x != -9.0);
            if value.is_some_and(|x| x < 0.0) {
                return Err(row.bad(2 + i, "is below 0").into());
            }
        }
        let Some(actor) = super::actor(&mut self.codes, "COW number", row.text(0), year, to) else {
            return Ok(());
        };
        for (variable, value) in COLUMNS[2..].iter().zip(values) {
            if value.is_none() {
                continue;
            }
            let measure = Measure {
                variable,
                actor,
                partner: None,
                start,
                end,
                known: to.dataset.known(end),
                value,
                weight: None,
                key: None,
                note: None,
            };
            to.put(&measure, row.line)?;
        }
        to.out.saw(start);
        Ok(())
    }
}
