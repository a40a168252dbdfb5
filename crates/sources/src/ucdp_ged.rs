//! UCDP Georeferenced Event Dataset: one row an event of deadly violence, comma-separated with a header; yearly editions and
//! the monthly candidate files have the same columns, found by name (49 in edition 23.1, fewer in older ones).
//!
//! The actor of a side is the state of its Gleditsch-Ward number. Editions without those numbers name governments as
//! "Government of Syria", which resolves by the whole of the country's name. Groups and civilians are no actors of the atlas:
//! they keep their name alone.

use std::io::BufRead;

use detente_atlas::{Actor, By, Day, System, resolve, resolve_name};

use crate::archive::Member;
use crate::commas::{Headed, Row, beginning};
use crate::dataset::Dataset;
use crate::error::{ReadError, RowError, Trouble};
use crate::read::{Output, Reader};
use crate::recognise::Head;
use crate::tables::{Event, Events, Sheet, Wanted};

/// The columns of every edition; then those that older editions lack.
const COLUMNS: [&str; 19] = [
    "id",
    "type_of_violence",
    "dyad_name",
    "side_a",
    "side_b",
    "number_of_sources",
    "source_article",
    "adm_1",
    "latitude",
    "longitude",
    "country_id",
    "date_start",
    "date_end",
    "best",
    "low",
    "high",
    "gwnoa",
    "gwnob",
    "source_headline",
];
const ALWAYS: usize = 16;
const GWNO_A: usize = 16;
const GWNO_B: usize = 17;
const HEADLINE: usize = 18;

/// Characters of a headline that are kept.
const STORY: usize = 200;

fn is_ged(head: &Head) -> bool {
    let header = head.commas(0);
    let has = |name| header.contains(&name);
    has("type_of_violence") && has("dyad_name") && has("date_prec") && has("best")
}

/// How a yearly edition is told.
pub(crate) fn sign(head: &Head) -> Option<&'static str> {
    (is_ged(head) && !is_candidate(&head.name))
        .then_some("by its header, it holds UCDP georeferenced events")
}

/// How a candidate file is told: its columns are those of an edition, its name is not.
pub(crate) fn sign_candidate(head: &Head) -> Option<&'static str> {
    (is_ged(head) && is_candidate(&head.name))
        .then_some("by its header and its name, it holds UCDP candidate events")
}

/// `GEDEvent_v23_0_1.csv` (January 2023), `GEDEvent_v23_01_23_12.csv` (January to December); an edition is `GEDEvent_v23_1.csv`.
fn is_candidate(name: &str) -> bool {
    let Some(version) = name.strip_prefix("GEDEvent_v") else {
        return false;
    };
    let version = version.split('.').next().unwrap_or_default();
    matches!(version.split('_').count(), 3 | 4)
}

pub(crate) struct UcdpGed<'d> {
    dataset: &'d Dataset,
    /// What a file covers: an edition whole years, a candidate file a month.
    by: By,
    events: Events,
}

impl<'d> UcdpGed<'d> {
    pub(crate) fn new(dataset: &'d Dataset, by: By, wanted: &Wanted) -> UcdpGed<'d> {
        UcdpGed {
            dataset,
            by,
            events: Events::new(dataset.id, wanted),
        }
    }

    fn row(&mut self, cells: &Cells, out: &mut Output) -> Result<(), Trouble> {
        let row = cells.row;
        let day = cells.day(11)?;
        let end = cells.day(12)?;
        if end < day {
            return Err(row.bad(12, "lies before date_start").into());
        }
        let code = match row.text(1) {
            "1" => "state-based",
            "2" => "non-state",
            "3" => "one-sided",
            _ => return Err(row.bad(1, "is not a type of violence, 1 to 3").into()),
        };
        let sources = cells.count(5)?.filter(|n| *n >= 0);
        let place = row.maybe(10).and_then(|code| state(code, day, out));
        let headline = cells.maybe(HEADLINE).or(row.maybe(6));
        let event = Event {
            day: day.0,
            known: self.dataset.known(end.end_of(self.by)).0,
            source: cells.actor(GWNO_A, 3, day, out),
            target: cells.actor(GWNO_B, 4, day, out),
            source_name: row.maybe(3),
            target_name: row.maybe(4),
            code: Some(code),
            context: row.maybe(2),
            quad: Some(4),
            place,
            province: row.maybe(7),
            lat: cells.degrees(8, 90.0)?,
            lon: cells.degrees(9, 180.0)?,
            sources,
            deaths: [cells.deaths(13)?, cells.deaths(14)?, cells.deaths(15)?],
            story: headline.map(|t| beginning(t, STORY)),
            event: row.maybe(0),
            ..Event::default()
        };
        self.events.push(&event, row.line);
        out.saw(day);
        Ok(())
    }
}

impl Reader for UcdpGed<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        let headed = Headed::open(input, member)?;
        let (mut commas, at) = headed.columns_from(self.dataset, &COLUMNS, ALWAYS)?;
        while let Some(row) = commas.next()? {
            let outcome = self.row(&Cells { row: &row, at: &at }, out);
            out.settle(outcome)?;
            out.when_full(&mut self.events)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

/// The state of a Gleditsch-Ward number on a day; counted where there is none.
fn state(code: &str, day: Day, out: &mut Output) -> Option<Actor> {
    let actor = resolve(System::GleditschWard, code, Some(day));
    if actor.is_none() {
        out.unknown("Gleditsch-Ward number", code);
    }
    actor
}

/// The cells of a row; `at` says where the columns stand that an edition may lack.
struct Cells<'r> {
    row: &'r Row<'r>,
    at: &'r [Option<usize>; COLUMNS.len()],
}

impl Cells<'_> {
    fn maybe(&self, i: usize) -> Option<&str> {
        self.at[i].and_then(|at| self.row.maybe(at))
    }

    /// The state of a side, by its number, or by its name where the edition has no numbers.
    fn actor(&self, number: usize, name: usize, day: Day, out: &mut Output) -> Option<Actor> {
        if self.at[number].is_some() {
            return self.maybe(number).and_then(|code| state(code, day, out));
        }
        let country = self.row.text(name).strip_prefix("Government of ")?;
        let actor = resolve_name(country);
        if actor.is_none() {
            out.unknown("UCDP government", country);
        }
        actor
    }

    /// `2017-07-31`, or with the time of midnight that UCDP writes behind it.
    fn day(&self, i: usize) -> Result<Day, RowError> {
        let text = self.row.text(i);
        let date = text.split_once(' ').map_or(text, |(date, _)| date);
        date.parse()
            .map_err(|_| self.row.bad(i, "is not a date such as 2014-12-31"))
    }

    fn count(&self, i: usize) -> Result<Option<i32>, RowError> {
        let parsed = self.row.maybe(i).map(str::parse::<i32>).transpose();
        parsed.map_err(|_| self.row.bad(i, "is not a whole number"))
    }

    fn deaths(&self, i: usize) -> Result<Option<i32>, RowError> {
        match self.count(i)? {
            Some(n) if n < 0 => Err(self.row.bad(i, "is not a number of deaths")),
            n => Ok(n),
        }
    }

    fn degrees(&self, i: usize, most: f32) -> Result<Option<f32>, RowError> {
        let Some(text) = self.row.maybe(i) else {
            return Ok(None);
        };
        match text.parse::<f32>() {
            Ok(x) if (-most..=most).contains(&x) => Ok(Some(x)),
            _ => Err(self
                .row
                .bad(i, &format!("is not a number from -{most} to {most}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_file_is_told_from_an_edition_by_its_name() {
        for name in [
            "GEDEvent_v23_0_1.csv",
            "GEDEvent_v23_01_23_12.csv",
            "GEDEvent_v26_0_7.csv",
        ] {
            assert!(is_candidate(name), "{name}");
        }
        for name in ["GEDEvent_v23_1.csv", "ged231.csv", "GEDEvent.csv", ""] {
            assert!(!is_candidate(name), "{name}");
        }
    }
}
