//! Spans of days by COW number: who borders on whom, and where the capitals lie. A number that changed hands within a span
//! gives one row for each holder.

use detente_atlas::{Actor, Day, System};

use super::{Putting, TableRows};
use crate::codes::holders;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::tables::Measure;

/// The holders of a number over a span; where there is none it is counted.
fn span_holders(code: &str, from: Day, to: Day, putting: &mut Putting) -> Vec<(Actor, Day, Day)> {
    let found = holders(System::CowNumber, code, from, to);
    if found.is_empty() {
        putting.out.unknown("COW number", code);
        putting.out.skip("row with an unknown code");
    }
    found
}

fn span(row: &Row, first: usize) -> Result<(Day, Day), Trouble> {
    let (start, end) = (row.day(first)?, row.day(first + 1)?);
    if end < start {
        return Err(row.bad(first + 1, "is before the start").into());
    }
    Ok((start, end))
}

/// COW direct contiguity: 1 land, 2 to 5 water of at most 12, 24, 150, 400 miles.
pub(super) struct Contiguity;

impl TableRows for Contiguity {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        &["ccode1", "ccode2", "conttype", "stdate", "enddate"]
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let kind = row.number(2)?;
        if kind == Some(0.0) {
            to.out.skip("span without contiguity");
            return Ok(());
        }
        if kind.is_some_and(|k| !(1.0..=5.0).contains(&k)) {
            return Err(row.bad(2, "is not a kind of contiguity from 0 to 5").into());
        }
        let (start, end) = span(row, 3)?;
        for (actor, from, until) in span_holders(row.text(0), start, end, to) {
            for (partner, from, until) in span_holders(row.text(1), from, until, to) {
                let measure = Measure {
                    variable: "contiguity",
                    actor,
                    partner: Some(partner),
                    start: from,
                    end: until,
                    known: to.dataset.known(from),
                    value: kind,
                    weight: None,
                    key: None,
                    note: None,
                };
                to.put(&measure, row.line)?;
                to.out.saw_span(from, until);
            }
        }
        Ok(())
    }
}

/// Capitals, in degrees.
pub(super) struct Capitals;

impl TableRows for Capitals {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        &["ccode", "capital", "stdate", "enddate", "lat", "lng"]
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (start, end) = span(row, 2)?;
        let (latitude, longitude) = (row.number(4)?, row.number(5)?);
        if latitude.is_some_and(|x| x.abs() > 90.0) {
            return Err(row.bad(4, "is not a latitude in degrees").into());
        }
        if longitude.is_some_and(|x| x.abs() > 180.0) {
            return Err(row.bad(5, "is not a longitude in degrees").into());
        }
        for (actor, from, until) in span_holders(row.text(0), start, end, to) {
            for (variable, value) in [
                ("capital-latitude", latitude),
                ("capital-longitude", longitude),
            ] {
                let measure = Measure {
                    variable,
                    actor,
                    partner: None,
                    start: from,
                    end: until,
                    known: to.dataset.known(from),
                    value,
                    weight: None,
                    key: row.maybe(1),
                    note: None,
                };
                to.put(&measure, row.line)?;
            }
            to.out.saw_span(from, until);
        }
        Ok(())
    }
}
