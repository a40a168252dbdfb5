//! POLECAT events as published: one row an event, 40 tab-separated columns with a header, no quoting (cells hold bare
//! apostrophes and quotes), UTF-8 or ISO-8859-1, `None` for what is missing.
//!
//! No original file was at hand. The 40 names are those that the loader of TGB 2.0 (tkgl-polecat) quotes from the files of 2018 to 2022, and
//! newer files call the fifth "Event Intensity"; that lists are written `AZE; ARM`, that countries are ISO 3166-1 alpha-3 codes
//! and that the text before the first `_` of an Event ID names the story is how published analyses take the files apart. The
//! files that are out of shape are listed in A. Beger's notes on POLECAT of 2024: some have names in the header (Headline,
//! Event Text, ...) whose cells are in no row, one has four empty columns at the end.

use std::io::BufRead;

use detente_atlas::{Actor, Day, Kind, PloverType, Quad, System, resolve};

use crate::archive::Member;
use crate::codes::Names;
use crate::dataset::Dataset;
use crate::error::{Fault, ReadError, RowError, Trouble, shown};
use crate::read::{Output, Reader};
use crate::recognise::Head;
use crate::seen::{Seen, Sight};
use crate::tables::{Event, Events, Sheet, Wanted};
use crate::tabs::{Line, Tabs};

/// The columns, in the order of the files.
const COLUMNS: [&str; 40] = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
];

/// What newer files call the column "Intensity".
const INTENSITY: &str = "Event Intensity";

/// How a file of events is told.
pub(crate) fn sign(head: &Head) -> Option<&'static str> {
    let header = head.tabs(0);
    let has = |name| header.contains(&name);
    (has("Event ID") && has("Quad Code") && has("Recipient Country"))
        .then_some("by its header, it holds POLECAT events")
}

pub(crate) struct Polecat<'d> {
    dataset: &'d Dataset,
    events: Events,
    seen: Seen,
    names: Names,
    sides: [Vec<Option<Actor>>; 2],
}

impl<'d> Polecat<'d> {
    pub(crate) fn new(dataset: &'d Dataset, wanted: &Wanted) -> Polecat<'d> {
        Polecat {
            dataset,
            events: Events::new(dataset.id, wanted),
            seen: Seen::default(),
            names: Names::default(),
            sides: Default::default(),
        }
    }

    /// The distinct actors of one side; one unknown actor where there is none.
    ///
    /// The names and the countries of a side are lists of their own, and only where they are equally long does one belong to the
    /// other. An organisation is the actor in the place of the country that it is given; a name that stands without a country
    /// counts where the atlas knows it.
    fn side(
        &mut self,
        side: usize,
        cells: &Cells,
        (name, country): (usize, usize),
        day: Day,
        out: &mut Output,
    ) {
        let mut found = std::mem::take(&mut self.sides[side]);
        found.clear();
        let mut add = |actor: Actor| {
            if !found.contains(&Some(actor)) {
                found.push(Some(actor));
            }
        };
        let (names, countries) = (cells.text(name), cells.text(country));
        let paired = names.split(';').count() == countries.split(';').count();
        let mut of_names = names.split(';').map(given);
        for country in countries.split(';').map(given) {
            let name = of_names.next().flatten().filter(|_| paired);
            let named = name.and_then(|n| self.names.actor(n));
            let organisation = named.filter(|a| a.kind() == Kind::Organisation);
            // IGO stands for an organisation between states, which its name must tell.
            match (organisation, country.filter(|c| *c != "IGO")) {
                (Some(actor), _) => add(actor),
                (None, Some(code)) => match resolve(System::Iso3, code, Some(day)) {
                    Some(actor) => add(actor),
                    None => out.unknown("POLECAT country", code),
                },
                (None, None) => match named {
                    Some(actor) => add(actor),
                    None if name.is_some() => {
                        out.unknown("POLECAT actor without a country", name.unwrap_or(""));
                    }
                    None => {}
                },
            }
        }
        if !paired {
            for name in names.split(';').filter_map(given) {
                if let Some(actor) = self
                    .names
                    .actor(name)
                    .filter(|a| a.kind() == Kind::Organisation)
                {
                    add(actor);
                }
            }
        }
        if found.is_empty() {
            if let Some(names) = given(names).filter(|_| !paired) {
                out.unknown("POLECAT actor without a country", names);
            }
            found.push(None);
        }
        self.sides[side] = found;
    }

    fn row(
        &mut self,
        cells: &Cells,
        released: Option<Day>,
        out: &mut Output,
    ) -> Result<(), Trouble> {
        let day: Day = cells
            .text(1)
            .parse()
            .map_err(|_| cells.bad(1, "is not a date; write YYYY-MM-DD"))?;
        let published = match cells.get(34) {
            Some(text) => text
                .get(..10)
                .and_then(|t| t.parse::<Day>().ok())
                .ok_or_else(|| cells.bad(34, "is not a date; write YYYY-MM-DD"))?
                .max(day),
            None => day,
        };
        let known = match released {
            Some(released) => released.max(published),
            None => self.dataset.known(published),
        };
        let goldstein = cells.number(4, -10.0, 10.0)?;
        let (lat, lon) = (
            cells.number(28, -90.0, 90.0)?,
            cells.number(29, -180.0, 180.0)?,
        );
        let id = cells.get(0);
        match id.map(|id| self.seen.meet(id, day, cells.line.text())) {
            Some(Sight::Again) => {
                out.duplicate();
                return Ok(());
            }
            Some(Sight::Other) => {
                out.unknown("POLECAT event ID of two rows of one day", id.unwrap_or(""));
            }
            Some(Sight::New) | None => {}
        }
        self.side(0, cells, (7, 8), day, out);
        self.side(1, cells, (15, 16), day, out);
        let plover = cells.get(2).map(|text| (text, plover(text)));
        if let Some((text, None)) = plover {
            out.unknown("PLOVER event type", text);
        }
        let quad = cells.get(5).map(|text| (text, quad(text)));
        if let Some((text, None)) = quad {
            out.unknown("PLOVER quad code", text);
        }
        let place = cells.get(27).and_then(|code| {
            let actor = resolve(System::Iso3, code, Some(day));
            if actor.is_none() {
                out.unknown("POLECAT country", code);
            }
            actor
        });
        let mut event = Event {
            day: day.0,
            known: known.0,
            source_name: cells.get(7),
            target_name: cells.get(15),
            source_sectors: cells.get(11).or(cells.get(10)),
            target_sectors: cells.get(19).or(cells.get(18)),
            code: plover.map(|(text, known)| known.map_or(text, |p| p.text())),
            mode: cells.get(3),
            context: cells.get(6),
            quad: quad.and_then(|(_, q)| q).map(|q| q.number() as i8),
            goldstein,
            place,
            province: cells.get(26),
            city: cells.get(24),
            lat,
            lon,
            publisher: cells.get(33),
            story: id.and_then(|id| id.split('_').next()),
            event: id,
            ..Event::default()
        };
        let Polecat { events, sides, .. } = self;
        for source in &sides[0] {
            for target in &sides[1] {
                (event.source, event.target) = (*source, *target);
                events.push(&event, cells.line.number);
                out.saw(day);
                out.when_full(events)?;
            }
        }
        Ok(())
    }
}

impl Reader for Polecat<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        let released = released(&member.name);
        let mut tabs = Tabs::new(input, member).or_latin();
        let Some(first) = tabs.next()? else {
            return Ok(());
        };
        let header: Vec<String> = first.fields().map(|f| f.trim().to_owned()).collect();
        let order = columns(&header, member, self.dataset)?;
        tabs.name_fields(COLUMNS.map(str::to_owned).to_vec());
        while let Some(line) = tabs.next()? {
            let surplus = (COLUMNS.len()..line.len()).any(|i| !line.get(i).trim().is_empty());
            if line.len() < COLUMNS.len() || surplus {
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
            let outcome = self.row(&cells, released, out);
            out.settle(outcome)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

/// Where each column stands in the rows. A header with more than 40 names does not describe its rows, which have the 40
/// columns in their usual order; without surplus names the header counts.
fn columns(
    header: &[String],
    member: &Member,
    dataset: &Dataset,
) -> Result<[usize; 40], ReadError> {
    let mut order = [0; COLUMNS.len()];
    for (slot, column) in order.iter_mut().zip(COLUMNS) {
        *slot = header
            .iter()
            .position(|h| h == column || (column == "Intensity" && h == INTENSITY))
            .ok_or_else(|| ReadError {
                place: member.place.clone().row(1).field(column).into(),
                fault: Fault::Header {
                    column: column.to_owned(),
                    found: shown(header),
                    dataset: dataset.id,
                },
            })?;
    }
    let names = header.iter().filter(|h| !h.is_empty()).count();
    if names > COLUMNS.len() {
        order = std::array::from_fn(|i| i);
    }
    Ok(order)
}

/// The cells of a row, by the order of [`COLUMNS`].
struct Cells<'l> {
    line: &'l Line<'l>,
    order: &'l [usize; 40],
    label: &'l str,
}

impl<'l> Cells<'l> {
    fn text(&self, i: usize) -> &'l str {
        self.line.get(self.order[i]).trim()
    }

    fn get(&self, i: usize) -> Option<&'l str> {
        given(self.text(i))
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
            value: self.text(i).to_owned(),
            why: why.to_owned(),
        }
    }
}

/// A text that says something. `NA` is a code here and never stands for what is missing.
fn given(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text != "None").then_some(text)
}

fn plover(text: &str) -> Option<PloverType> {
    text.to_uppercase().parse().ok()
}

/// `VERBAL COOPERATION` and so on.
fn quad(text: &str) -> Option<Quad> {
    let same = |name: &str| text.eq_ignore_ascii_case(name);
    let names = [
        ("VERBAL COOPERATION", Quad::VerbalCooperation),
        ("MATERIAL COOPERATION", Quad::MaterialCooperation),
        ("VERBAL CONFLICT", Quad::VerbalConflict),
        ("MATERIAL CONFLICT", Quad::MaterialConflict),
    ];
    names.into_iter().find(|(name, _)| same(name)).map(|n| n.1)
}

/// The day of a weekly release by its name, `ngecEvents.20230103111842.Release603.DV.txt`. Files of a month or a year were
/// put together later and say nothing of the day on which a row came out first.
fn released(name: &str) -> Option<Day> {
    name.split('.')
        .filter(|part| part.len() == 14 && part.bytes().all(|b| b.is_ascii_digit()))
        .find_map(|stamp| Day::parse_compact(stamp.get(..8)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_weekly_release_has_its_day_in_the_name() {
        let day = |text: &str| text.parse::<Day>().ok();
        let weekly = "ngecEvents.20230103111842.Release603.DV.txt";
        assert_eq!(released(weekly), day("2023-01-03"));
        assert_eq!(released("ngecEventsDV-2020-Jun.txt"), None);
        assert_eq!(released("ngecEvents.DV.2018.txt"), None);
        assert_eq!(
            released("ngecEvents.20231399111842.Release603.DV.txt"),
            None
        );
    }

    #[test]
    fn quad_codes_are_read_in_any_case_and_nothing_else_is() {
        assert_eq!(quad("MATERIAL CONFLICT"), Some(Quad::MaterialConflict));
        assert_eq!(quad("Verbal Cooperation"), Some(Quad::VerbalCooperation));
        assert_eq!(quad("3"), None);
    }
}
