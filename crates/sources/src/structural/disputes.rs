//! Militarised interstate disputes as directed dyad-years: COW MID 5 and Gibler-Miller-Little.

use detente_atlas::System;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

/// Both editions have these columns under the same names.
const COLUMNS: &[&str] = &[
    "dispnum",
    "ccode1",
    "ccode2",
    "year",
    "hostlev1",
    "fatality1",
];

pub(super) struct Disputes {
    codes: YearCodes,
}

impl Disputes {
    pub(super) fn new() -> Disputes {
        Disputes {
            codes: YearCodes::new(System::CowNumber),
        }
    }
}

impl TableRows for Disputes {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        COLUMNS
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(3)?;
        let level = row.number(4)?.filter(|x| *x != -9.0);
        if level.is_some_and(|x| !(1.0..=5.0).contains(&x)) {
            return Err(row.bad(4, "is not a hostility level from 1 to 5").into());
        }
        let fatality = row.number(5)?.filter(|x| *x != -9.0);
        if fatality.is_some_and(|x| !(0.0..=6.0).contains(&x)) {
            return Err(row
                .bad(5, "is not a level of fatalities from 0 to 6")
                .into());
        }
        let Some([actor, partner]) = super::pair(
            &mut self.codes,
            "COW number",
            [row.text(1), row.text(2)],
            year,
            to,
        ) else {
            return Ok(());
        };
        let measure = Measure {
            variable: "dispute",
            actor,
            partner: Some(partner),
            start,
            end,
            known: to.dataset.known(end),
            value: level,
            weight: fatality,
            key: row.maybe(0),
            note: None,
        };
        to.put(&measure, row.line)?;
        to.out.saw(start);
        Ok(())
    }
}
