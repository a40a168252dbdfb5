//! ParlGov: the parties in each cabinet, with their place from left (0) to right (10).
//!
//! The file gives the start of a cabinet only; it ends on the day before the next one of its country starts. What is known of a
//! cabinet is therefore known at its start, but for its end.

use std::collections::BTreeMap;

use detente_atlas::{Actor, Day, System, resolve};

use super::{Putting, TableRows};
use crate::commas::{Headed, Row};
use crate::error::{ReadError, Trouble};
use crate::tables::Measure;

const COLUMNS: &[&str] = &[
    "country_name_short",
    "start_date",
    "cabinet_name",
    "cabinet_party",
    "seats",
    "party_name_short",
    "left_right",
    "cabinet_id",
];

struct Party {
    actor: Actor,
    country: String,
    start: Day,
    left_right: Option<f64>,
    seats: Option<f64>,
    key: String,
    cabinet: String,
    line: u64,
}

/// The parties in government, kept until the whole file is read (some thousand), because only then every cabinet's end is known.
#[derive(Default)]
pub(super) struct Cabinets {
    parties: Vec<Party>,
    starts: BTreeMap<String, Vec<Day>>,
}

impl TableRows for Cabinets {
    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        COLUMNS
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let start = row.day(1)?;
        let country = row.text(0);
        // Every row tells of a cabinet, also the row of a party in opposition.
        match self.starts.get_mut(country) {
            Some(starts) => starts.push(start),
            None => {
                self.starts.insert(country.to_owned(), vec![start]);
            }
        }
        match row.text(3) {
            "1" => {}
            "0" => return Ok(()),
            _ => return Err(row.bad(3, "is neither 0 nor 1").into()),
        }
        let left_right = row.number(6)?;
        if left_right.is_some_and(|x| !(0.0..=10.0).contains(&x)) {
            return Err(row.bad(6, "is not a place from 0 to 10").into());
        }
        let Some(actor) = resolve(System::Iso3, country, Some(start)) else {
            to.out.unknown("ISO 3166 code", country);
            to.out.skip("row with an unknown code");
            return Ok(());
        };
        self.parties.push(Party {
            actor,
            country: country.to_owned(),
            start,
            left_right,
            seats: row.number(4)?,
            key: format!("{} {}", row.text(7), row.text(5)),
            cabinet: row.text(2).to_owned(),
            line: row.line,
        });
        Ok(())
    }

    fn finish(&mut self, to: &mut Putting) -> Result<(), ReadError> {
        for starts in self.starts.values_mut() {
            starts.sort_unstable();
            starts.dedup();
        }
        let last_day = to.dataset.span.1;
        for party in std::mem::take(&mut self.parties) {
            let starts = &self.starts[&party.country];
            let next = starts.partition_point(|s| *s <= party.start);
            let end = starts
                .get(next)
                .map_or(last_day.max(party.start), |next| next.plus(-1));
            let measure = Measure {
                variable: "cabinet-party",
                actor: party.actor,
                partner: None,
                start: party.start,
                end,
                known: to.dataset.known(party.start),
                value: party.left_right,
                weight: party.seats,
                key: Some(&party.key),
                note: Some(&party.cabinet),
            };
            to.put(&measure, party.line)?;
            to.out.saw_span(party.start, end);
        }
        self.starts.clear();
        Ok(())
    }
}
