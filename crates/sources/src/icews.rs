//! ICEWS events as published: one row an event, 20 tab-separated columns with a header, no quoting.
//!
//! Actors come from the country columns; where the name itself is an organisation (NATO, the European Union), the organisation
//! is the actor. An empty cell is missing, and so is `NA`, which R writes for it (no cell of the original files is `NA`).
//!
//! The event text is the name of the CAMEO code, so it stands in for a code that is absent (one release of 2017 has none),
//! odd (`13y` in another) or has lost its leading zero (`10` for 010 where a program took codes for numbers).

use std::collections::HashMap;
use std::io::BufRead;

use detente_atlas::{Actor, CameoCode, Day, Kind, cameo, cameo_by_name};

use crate::archive::Member;
use crate::codes::{CACHED_NAMES, Names};
use crate::dataset::Dataset;
use crate::error::{Fault, ReadError, RowError, Trouble, shown};
use crate::read::{Output, Reader};
use crate::recognise::Head;
use crate::seen::{Seen, Sight};
use crate::tables::{Event, Events, Sheet, Wanted};
use crate::tabs::{Line, Tabs};

/// The columns, in the order of the original.
const COLUMNS: [&str; 20] = [
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
];

/// The place of the code in [`COLUMNS`], the one column that a file may lack.
const CODE: usize = 6;

/// How a file of events is told.
pub(crate) fn sign(head: &Head) -> Option<&'static str> {
    let header = head.tabs(0);
    let has = |name| header.contains(&name);
    (has("Event ID") && has("Source Name") && has("Target Country"))
        .then_some("by its header, it holds ICEWS events")
}

pub(crate) struct IcewsEvents<'d> {
    dataset: &'d Dataset,
    events: Events,
    seen: Seen,
    names: Names,
    texts: HashMap<Box<str>, Option<&'static CameoCode>>,
}

impl<'d> IcewsEvents<'d> {
    pub(crate) fn new(dataset: &'d Dataset, wanted: &Wanted) -> IcewsEvents<'d> {
        IcewsEvents {
            dataset,
            events: Events::new(dataset.id, wanted),
            seen: Seen::default(),
            names: Names::default(),
            texts: HashMap::new(),
        }
    }

    /// Who acts: the organisation of that name, else the country, else (where there is no country) what the name says.
    fn actor(
        &mut self,
        name: Option<&str>,
        country: Option<&str>,
        out: &mut Output,
    ) -> Option<Actor> {
        let named = name.and_then(|n| self.names.actor(n));
        if let Some(organisation) = named.filter(|a| a.kind() == Kind::Organisation) {
            return Some(organisation);
        }
        let Some(country) = country else {
            if named.is_none() {
                out.unknown("ICEWS actor without a country", name.unwrap_or(""));
            }
            return named;
        };
        let actor = self.names.actor(country);
        if actor.is_none() {
            out.unknown("ICEWS country", country);
        }
        actor
    }

    /// The code of an event text.
    fn by_text(&mut self, text: &str) -> Option<&'static CameoCode> {
        if let Some(code) = self.texts.get(text) {
            return *code;
        }
        if self.texts.len() > CACHED_NAMES {
            self.texts.clear();
        }
        let code = cameo_by_name(text);
        self.texts.insert(text.into(), code);
        code
    }

    /// The code of an event: the file's own where it is one, else that of the event text. What neither gives stays as it
    /// stands in the file, without a class. A code that the text had to mend is counted too, unless it lacks no more than its zero.
    fn code<'c>(
        &mut self,
        cells: &Cells<'c>,
        out: &mut Output,
    ) -> (Option<&'c str>, Option<&'static CameoCode>) {
        let written = cells.get(CODE);
        // ICEWS writes three or four digits; two are a code without its zero, and only the text tells 010 from root 10.
        let sound = written.filter(|c| c.len() > 2).and_then(cameo);
        if let (Some(text), Some(code)) = (written, sound) {
            return (Some(text), Some(code));
        }
        let event_text = cells.get(5);
        let code = event_text.and_then(|text| self.by_text(text));
        match (written, code) {
            (None, None) => out.unknown("ICEWS event text", event_text.unwrap_or("")),
            (Some(text), None) => out.unknown("CAMEO code", text),
            (Some(text), Some(code)) if code.code.strip_prefix('0') != Some(text) => {
                out.unknown("CAMEO code", text);
            }
            (_, Some(_)) => {}
        }
        (code.map(|c| c.code).or(written), code)
    }

    fn row(
        &mut self,
        cells: &Cells,
        file_day: Option<Day>,
        out: &mut Output,
    ) -> Result<(), Trouble> {
        let id = cells.get(0);
        let date = cells.get(1).unwrap_or("");
        let day = parse_date(date)
            .ok_or_else(|| cells.bad(1, "is not a date; write YYYY-MM-DD or M/D/YYYY"))?;
        match id.map(|id| self.seen.meet(id, day, cells.line.text())) {
            Some(Sight::Again) => {
                out.duplicate();
                return Ok(());
            }
            // Neither is known to be the wrong one, so both stay.
            Some(Sight::Other) => {
                out.unknown("ICEWS event ID of two rows of one day", id.unwrap_or(""));
            }
            Some(Sight::New) | None => {}
        }
        let known = file_day.map_or(self.dataset.known(day), |published| published.max(day));
        let (source_name, target_name) = (cells.get(2), cells.get(8));
        let code = self.code(cells, out);
        let place = cells.get(17).and_then(|country| {
            let actor = self.names.actor(country);
            if actor.is_none() {
                out.unknown("ICEWS country", country);
            }
            actor
        });
        let event = Event {
            day: day.0,
            known: known.0,
            source: self.actor(source_name, cells.get(4), out),
            target: self.actor(target_name, cells.get(10), out),
            source_name,
            target_name,
            source_sectors: cells.get(3),
            target_sectors: cells.get(9),
            code: code.0,
            quad: code.1.and_then(|c| c.quad).map(|q| q.number() as i8),
            goldstein: cells.number(7, -10.0, 10.0)?,
            place,
            province: cells.get(16),
            city: cells.get(14),
            lat: cells.number(18, -90.0, 90.0)?,
            lon: cells.number(19, -180.0, 180.0)?,
            publisher: cells.get(13),
            story: cells.get(11),
            event: id,
            ..Event::default()
        };
        self.events.push(&event, cells.line.number);
        out.saw(day);
        Ok(())
    }
}

impl Reader for IcewsEvents<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        let file_day = day_in(&member.name);
        let mut tabs = Tabs::new(input, member);
        let Some(first) = tabs.next()? else {
            return Ok(());
        };
        let header: Vec<String> = first.fields().map(str::to_owned).collect();
        let order = columns(&header, member, self.dataset)?;
        let width = header.len();
        tabs.name_fields(header);
        while let Some(line) = tabs.next()? {
            if line.len() != width {
                return Err(ReadError {
                    place: member.place.clone().row(line.number).into(),
                    fault: Fault::Columns {
                        wanted: width,
                        found: line.len(),
                    },
                });
            }
            let cells = Cells {
                line: &line,
                order: &order,
                label: &member.label,
            };
            let outcome = self.row(&cells, file_day, out);
            out.settle(outcome)?;
            out.when_full(&mut self.events)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

/// Where each column stands in the file. A file of 19 columns lacks the code; its place is then past the end of every line.
fn columns(
    header: &[String],
    member: &Member,
    dataset: &Dataset,
) -> Result<[usize; 20], ReadError> {
    let mut order = [0; COLUMNS.len()];
    let bare = header.len() == COLUMNS.len() - 1;
    for (i, (slot, column)) in order.iter_mut().zip(COLUMNS).enumerate() {
        *slot = header
            .iter()
            .position(|h| h == column)
            .or((bare && i == CODE).then_some(header.len()))
            .ok_or_else(|| ReadError {
                place: member.place.clone().row(1).field(column).into(),
                fault: Fault::Header {
                    column: column.to_owned(),
                    found: shown(header),
                    dataset: dataset.id,
                },
            })?;
    }
    if header.len() != COLUMNS.len() && !bare {
        return Err(ReadError {
            place: member.place.clone().row(1).into(),
            fault: Fault::Columns {
                wanted: COLUMNS.len(),
                found: header.len(),
            },
        });
    }
    Ok(order)
}

/// The cells of a row, by the order of [`COLUMNS`].
struct Cells<'l> {
    line: &'l Line<'l>,
    order: &'l [usize; 20],
    label: &'l str,
}

impl<'l> Cells<'l> {
    fn get(&self, i: usize) -> Option<&'l str> {
        Some(self.line.get(self.order[i])).filter(|t| !t.is_empty() && *t != "NA")
    }

    fn number(&self, i: usize, low: f32, high: f32) -> Result<Option<f32>, RowError> {
        let Some(text) = self.get(i) else {
            return Ok(None);
        };
        match text.parse::<f32>() {
            Ok(x) if (low..=high).contains(&x) => Ok(Some(x)),
            _ => Err(self.bad(i, &format!("is not a number from {low} to {high}"))),
        }
    }

    fn bad(&self, i: usize, why: &str) -> RowError {
        RowError {
            file: self.label.to_owned(),
            row: self.line.number,
            field: COLUMNS[i].to_owned(),
            value: self.line.get(self.order[i]).to_owned(),
            why: why.to_owned(),
        }
    }
}

/// `2018-10-04` or, in some releases, `10/4/2018`.
fn parse_date(text: &str) -> Option<Day> {
    if !text.contains('/') {
        return text.parse().ok();
    }
    let mut parts = text.split('/');
    let mut next = || parts.next()?.parse::<u32>().ok();
    let (month, day, year) = (next()?, next()?, next()?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    Day::from_ymd(year as i32, month, day)
}

/// The day in a file name, on which its rows were published: `20181004-icews-events.tab`, `events.2013.20150313084929.tab`.
/// A month (`202201-icews-events.tab`) is no such day: its rows are known as those of a file without one.
fn day_in(name: &str) -> Option<Day> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 8 || digits.len() == 14)
        .find_map(|digits| Day::parse_compact(&digits[..8]).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_read_in_both_forms_and_nothing_else() {
        assert_eq!(parse_date("2018-12-22"), Some(day("2018-12-22")));
        assert_eq!(parse_date("12/22/2018"), Some(day("2018-12-22")));
        assert_eq!(parse_date("1/2/2017"), Some(day("2017-01-02")));
        for bad in [
            "",
            "22/12/2018",
            "2/30/2018",
            "1/2/17",
            "2018-13-01",
            "1/2/2017/3",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_day_of_a_file_name_is_the_day_of_publication() {
        assert_eq!(day_in("20181004-icews-events.tab"), Some(day("2018-10-04")));
        assert_eq!(
            day_in("events.2013.20150313084929.tab"),
            Some(day("2015-03-13"))
        );
        assert_eq!(
            day_in("20190409-icews-events-1.tab"),
            Some(day("2019-04-09"))
        );
        assert_eq!(day_in("202201-icews-events.tab"), None);
        assert_eq!(day_in("events.2018.sample.tab"), None);
        assert_eq!(day_in("99999999-icews-events.tab"), None);
    }
}
