//! ICEWS events as published: one row an event, 20 tab-separated columns with a header, no quoting.
//!
//! Actors come from the country columns; where the name itself is an organisation (NATO, the European Union), the organisation
//! is the actor. An empty cell is missing, and so is `NA`, which R writes for it (no cell of the original files is `NA`).

use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use detente_atlas::{Actor, Day, Kind, cameo, cameo_by_name, resolve_name};

use crate::archive::Member;
use crate::dataset::Dataset;
use crate::error::{Fault, ReadError, RowError, Trouble, shown};
use crate::read::{Output, Reader};
use crate::recognise::Head;
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

/// How a file of events is told.
pub(crate) fn sign(head: &Head) -> Option<&'static str> {
    let header = head.tabs(0);
    let has = |name| header.contains(&name);
    (has("Event ID") && has("Source Name") && has("Target Country"))
        .then_some("by its header, it holds ICEWS events")
}

/// Names kept in the cache before it starts anew.
const CACHED_NAMES: usize = 1 << 17;

pub(crate) struct IcewsEvents<'d> {
    dataset: &'d Dataset,
    events: Events,
    seen: HashSet<u64>,
    seen_odd: HashSet<(String, Day)>,
    names: HashMap<Box<str>, Option<Actor>>,
}

impl<'d> IcewsEvents<'d> {
    pub(crate) fn new(dataset: &'d Dataset, wanted: &Wanted) -> IcewsEvents<'d> {
        IcewsEvents {
            dataset,
            events: Events::new(dataset.id, wanted),
            seen: HashSet::new(),
            seen_odd: HashSet::new(),
            names: HashMap::new(),
        }
    }

    fn name(&mut self, name: &str) -> Option<Actor> {
        if let Some(actor) = self.names.get(name) {
            return *actor;
        }
        if self.names.len() > CACHED_NAMES {
            self.names.clear();
        }
        let actor = resolve_name(name);
        self.names.insert(name.into(), actor);
        actor
    }

    /// Who acts: the organisation of that name, else the country, else (where there is no country) what the name says.
    fn actor(
        &mut self,
        name: Option<&str>,
        country: Option<&str>,
        out: &mut Output,
    ) -> Option<Actor> {
        let named = name.and_then(|n| self.name(n));
        if let Some(organisation) = named.filter(|a| a.kind() == Kind::Organisation) {
            return Some(organisation);
        }
        let Some(country) = country else {
            if named.is_none() {
                out.unknown("ICEWS actor without a country", name.unwrap_or(""));
            }
            return named;
        };
        let actor = self.name(country);
        if actor.is_none() {
            out.unknown("ICEWS country", country);
        }
        actor
    }

    /// Whether the event of that day is new. Event IDs are used again in other years, so the day belongs to the key.
    fn is_new(&mut self, id: &str, day: Day) -> bool {
        match id.parse::<u64>() {
            Ok(number) if number < 1 << 43 => {
                // 21 bits hold the days from 800 BC to AD 4800 around 1970.
                self.seen
                    .insert(number << 21 | u64::from((day.0 + (1 << 20)) as u32 & 0x1F_FFFF))
            }
            _ => self.seen_odd.insert((id.to_owned(), day)),
        }
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
        if let Some(id) = id
            && !self.is_new(id, day)
        {
            out.duplicate();
            return Ok(());
        }
        let known = file_day.map_or(self.dataset.known(day), |published| published.max(day));
        let (source_name, target_name) = (cells.get(2), cells.get(8));
        let event_text = cells.get(5);
        let code = match cells.get(6) {
            Some(text) => {
                let code = cameo(text);
                if code.is_none() {
                    out.unknown("CAMEO code", text);
                }
                (Some(text), code)
            }
            // One release has no codes; the event text is the name of the code.
            None => {
                let code = event_text.and_then(cameo_by_name);
                if code.is_none() {
                    out.unknown("ICEWS event text", event_text.unwrap_or(""));
                }
                (code.map(|c| c.code), code)
            }
        };
        let place = cells.get(17).and_then(|country| {
            let actor = self.name(country);
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
        tabs.name_fields(header);
        while let Some(line) = tabs.next()? {
            if line.len() != COLUMNS.len() {
                return Err(ReadError {
                    place: member.place.clone().row(line.number).into(),
                    fault: Fault::Columns {
                        wanted: COLUMNS.len(),
                        found: line.len(),
                    },
                });
            }
            let cells = Cells {
                line: &line,
                order: &order,
                label: &member.label,
            };
            match self.row(&cells, file_day, out) {
                Ok(()) => {}
                Err(Trouble::Row(e)) => out.reject(e),
                Err(Trouble::File(e)) => return Err(e),
            }
            out.when_full(&mut self.events)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

/// Where each column stands in the file.
fn columns(
    header: &[String],
    member: &Member,
    dataset: &Dataset,
) -> Result<[usize; 20], ReadError> {
    let mut order = [0; COLUMNS.len()];
    for (slot, column) in order.iter_mut().zip(COLUMNS) {
        *slot = header
            .iter()
            .position(|h| h == column)
            .ok_or_else(|| ReadError {
                place: member.place.clone().row(1).field(column).into(),
                fault: Fault::Header {
                    column: column.to_owned(),
                    found: shown(header),
                    dataset: dataset.id,
                },
            })?;
    }
    if header.len() != COLUMNS.len() {
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
        assert_eq!(day_in("events.2018.sample.tab"), None);
        assert_eq!(day_in("99999999-icews-events.tab"), None);
    }
}
