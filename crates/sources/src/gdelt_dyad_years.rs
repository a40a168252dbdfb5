//! Yearly GDELT aggregates from country to country, one file a year.
//!
//! Until 2006 four columns hold the shares of the quad classes, and share x rows is the count of events, a whole number; in 2007
//! and 2008 one column holds a single class number, from which no count can be had, so the counts stay missing. Read by header, so
//! the bundled files and the fuller originals (coordinates, actor columns twice) are the same format.

use std::io::BufRead;

use detente_atlas::{Day, System};

use crate::archive::Member;
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::dataset::Dataset;
use crate::dyads::{count, pair};
use crate::error::{Fault, ReadError, Trouble};
use crate::read::{Output, Reader};
use crate::tables::{Dyad, Dyads, Sheet};

/// The columns of both layouts; the shares follow in the first one, in the order of the quad classes.
const SHARED: [&str; 6] = [
    "Actor1CountryCode",
    "Actor2CountryCode",
    "SQLDATE",
    "GoldsteinScale",
    "NumArticles",
    "NumberOfRowsBetweenCountries",
];
const SHARES: [&str; 4] = [
    "Verbal Cooperation",
    "Material Cooperation",
    "Verbal Conflict",
    "Material Conflict",
];
const ONE_CLASS: &str = "QuadClass";

pub(crate) struct GdeltDyadYears<'d> {
    dataset: &'d Dataset,
    codes: YearCodes,
    dyads: Dyads,
}

impl<'d> GdeltDyadYears<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> GdeltDyadYears<'d> {
        GdeltDyadYears {
            dataset,
            codes: YearCodes::new(System::Cameo),
            dyads: Dyads::new(dataset.id),
        }
    }

    fn row(
        &mut self,
        row: &Row,
        file_year: i32,
        shares: bool,
        out: &mut Output,
    ) -> Result<(), Trouble> {
        // The date of one of the year's events: all it says is the year.
        let year = Day::parse_compact(row.text(2)).map(Day::year).ok();
        if year != Some(file_year) {
            return Err(row
                .bad(
                    2,
                    &format!("is not a day of {file_year}, the year of the file, as YYYYMMDD"),
                )
                .into());
        }
        let (Some(start), Some(end)) = (
            Day::from_ymd(file_year, 1, 1),
            Day::from_ymd(file_year, 12, 31),
        ) else {
            return Err(row.bad(2, "is out of range").into());
        };
        let n = count(row, 5)?;
        let mut quads = [None; 4];
        if shares {
            for (i, quad) in quads.iter_mut().enumerate() {
                *quad = events(row.number(6 + i)?, n).map_err(|why| row.bad(6 + i, why))?;
            }
        }
        let (goldstein, articles) = (row.number(3)?, count(row, 4)?);
        let Some([source, target]) = pair(&mut self.codes, "CAMEO country", row, file_year, out)
        else {
            return Ok(());
        };
        let dyad = Dyad {
            start,
            end,
            known: self.dataset.known(end),
            source,
            target,
            directed: self.dataset.directed,
            n,
            quads,
            goldstein,
            score: None,
            articles,
        };
        self.dyads.push(&dyad, row.line);
        out.saw(start);
        out.when_full(&mut self.dyads)?;
        Ok(())
    }
}

/// Share x rows, which must be a whole number within 1e-6.
fn events(share: Option<f64>, rows: Option<f64>) -> Result<Option<f64>, &'static str> {
    let (Some(share), Some(rows)) = (share, rows) else {
        return Ok(None);
    };
    let events = share * rows;
    if !(0.0..=1.0).contains(&share) || (events - events.round()).abs() > 1e-6 {
        return Err("is not a share of the row's events: share x rows is not a whole number");
    }
    Ok(Some(events.round()))
}

impl Reader for GdeltDyadYears<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.dyads.file(&member.label);
        let year = member.name.get(..4).and_then(|y| y.parse().ok()).ok_or_else(|| ReadError {
            place: member.place.clone().into(),
            fault: Fault::Vocabulary(
                "the file name does not begin with the year, as in 1994_gdelt.csv; give the file its old name back"
                    .to_owned(),
            ),
        })?;
        let headed = Headed::open(input, member)?;
        let shares = !headed.has(ONE_CLASS);
        let mut wanted = SHARED.to_vec();
        if shares {
            wanted.extend(SHARES);
        }
        headed
            .columns(self.dataset, &wanted)?
            .each(out, |row, out| self.row(row, year, shares, out))
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.dyads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_rows_is_a_whole_number_of_events() {
        // AFG-AFG 1979: 23 of 330.
        assert_eq!(
            events(Some(0.0696969696969697), Some(330.0)),
            Ok(Some(23.0))
        );
        assert_eq!(events(Some(0.0), Some(330.0)), Ok(Some(0.0)));
        assert!(events(Some(0.07), Some(330.0)).is_err());
        assert!(events(Some(1.5), Some(2.0)).is_err());
        assert_eq!(events(None, Some(330.0)), Ok(None));
        assert_eq!(events(Some(0.5), None), Ok(None));
    }
}
