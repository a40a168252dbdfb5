//! Main trade partners in the World Factbook, with their shares of exports and imports.

use detente_atlas::resolve_name;

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

const COLUMNS: &[&str] = &["iso3", "flow", "partner", "share_pct", "year", "gec"];

pub(super) struct TradePartners {
    codes: [YearCodes; 2],
}

impl TradePartners {
    pub(super) fn new() -> TradePartners {
        TradePartners {
            codes: super::factbook_codes(),
        }
    }
}

impl TableRows for TradePartners {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        COLUMNS
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let variable = match row.text(1) {
            "export" => "export-share",
            "import" => "import-share",
            _ => return Err(row.bad(1, "is neither export nor import").into()),
        };
        let share = row.number(3)?;
        if share.is_some_and(|x| !(0.0..=100.0).contains(&x)) {
            return Err(row.bad(3, "is not a percentage").into());
        }
        let (year, start, end) = row.year(4)?;
        let Some(actor) =
            super::factbook_actor(&mut self.codes, row.text(0), row.text(5), year, to)
        else {
            return Ok(());
        };
        let Some(partner) = resolve_name(row.text(2)) else {
            to.out.unknown("country name", row.text(2));
            to.out.skip("row with an unknown partner");
            return Ok(());
        };
        let measure = Measure {
            variable,
            actor,
            partner: Some(partner),
            start,
            end,
            known: to.dataset.known(end),
            value: share,
            weight: None,
            key: None,
            note: None,
        };
        to.put(&measure, row.line)?;
        to.out.saw(start);
        Ok(())
    }
}
