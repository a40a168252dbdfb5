//! Military expenditure in per cent of gross domestic product: the World Factbook and NATO's tables.

use detente_atlas::System;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

pub(super) struct Expenditure {
    codes: Codes,
    /// State, year, per cent of GDP; in the Factbook its own code of the country too.
    columns: &'static [&'static str],
}

enum Codes {
    Factbook([YearCodes; 2]),
    Nato(YearCodes),
}

impl Expenditure {
    pub(super) fn factbook() -> Expenditure {
        Expenditure {
            codes: Codes::Factbook(super::factbook_codes()),
            columns: &["iso3", "year", "pct_gdp", "gec"],
        }
    }

    pub(super) fn nato() -> Expenditure {
        Expenditure {
            codes: Codes::Nato(YearCodes::new(System::Stanag)),
            columns: &["country_stanag", "year", "Defense expenditure (% real GDP)"],
        }
    }
}

impl TableRows for Expenditure {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        self.columns
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(1)?;
        let value = row.number(2)?;
        if value.is_some_and(|x| !(0.0..=100.0).contains(&x)) {
            return Err(row.bad(2, "is not a percentage").into());
        }
        let actor = match &mut self.codes {
            Codes::Factbook(codes) => {
                super::factbook_actor(codes, row.text(0), row.text(3), year, to)
            }
            Codes::Nato(codes) => super::actor(codes, "STANAG 1059 code", row.text(0), year, to),
        };
        let Some(actor) = actor else {
            return Ok(());
        };
        if value.is_some() {
            let measure = Measure {
                variable: "military-expenditure",
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
