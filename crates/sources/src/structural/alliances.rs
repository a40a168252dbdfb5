//! Alliances as directed dyad-years with flags by kind: ATOP and COW. Only the kinds that are set become rows.

use detente_atlas::System;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

const ATOP: &[&str] = &[
    "ccode1",
    "ccode2",
    "year",
    "atop_defense",
    "atop_offense",
    "atop_neutral",
    "atop_nonagg",
    "atop_consul",
];
const ATOP_KINDS: &[&str] = &[
    "atop-defense",
    "atop-offense",
    "atop-neutral",
    "atop-nonagg",
    "atop-consul",
];
const COW: &[&str] = &[
    "ccode1",
    "ccode2",
    "year",
    "cow_defense",
    "cow_neutral",
    "cow_nonagg",
    "cow_entente",
];
const COW_KINDS: &[&str] = &["cow-defense", "cow-neutral", "cow-nonagg", "cow-entente"];

pub(super) struct Alliances {
    codes: YearCodes,
    columns: &'static [&'static str],
    kinds: &'static [&'static str],
}

impl Alliances {
    pub(super) fn atop() -> Alliances {
        Alliances::new(ATOP, ATOP_KINDS)
    }

    pub(super) fn cow() -> Alliances {
        Alliances::new(COW, COW_KINDS)
    }

    fn new(columns: &'static [&'static str], kinds: &'static [&'static str]) -> Alliances {
        Alliances {
            codes: YearCodes::new(System::CowNumber),
            columns,
            kinds,
        }
    }
}

impl TableRows for Alliances {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        self.columns
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(2)?;
        let Some([actor, partner]) = super::pair(
            &mut self.codes,
            "COW number",
            [row.text(0), row.text(1)],
            year,
            to,
        ) else {
            return Ok(());
        };
        for (i, variable) in self.kinds.iter().enumerate() {
            match row.text(3 + i) {
                "1" => {}
                "0" | "" => continue,
                _ => return Err(row.bad(3 + i, "is neither 0 nor 1").into()),
            }
            let measure = Measure {
                variable,
                actor,
                partner: Some(partner),
                start,
                end,
                known: to.dataset.known(end),
                value: Some(1.0),
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
