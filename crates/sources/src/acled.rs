//! ACLED, Armed Conflict Location and Event Data: one row an event of political violence or protest. The export has 31 columns with a
//! header, split at commas or semicolons; columns are found by name, so a selection of them is read too.
//!
//! Only the forces of states are actors: "Military Forces of Iran (1989-) Islamic Revolutionary Guard Corps" is Iran by the whole of
//! the country's name. ACLED classes such forces as state forces at home and as external forces abroad; both count.

use std::io::BufRead;

use detente_atlas::{Actor, Day, System, resolve, resolve_name};

use crate::archive::Member;
use crate::commas::{Headed, Row, beginning, has_semicolons};
use crate::dataset::Dataset;
use crate::error::{ReadError, RowError, Trouble};
use crate::read::{Output, Reader};
use crate::recognise::Head;
use crate::seen::{Seen, Sight};
use crate::tables::{Event, Events, Sheet, Wanted};

/// The columns that are read; then those that an export may lack.
const COLUMNS: [&str; 19] = [
    "event_id_cnty",
    "event_date",
    "event_type",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "country",
    "latitude",
    "longitude",
    "fatalities",
    "iso",
    "admin1",
    "location",
    "source",
    "notes",
    "tags",
    "timestamp",
];
const ALWAYS: usize = 12;
const ISO: usize = 12;
const ADMIN: usize = 13;
const LOCATION: usize = 14;
const SOURCE: usize = 15;
const NOTES: usize = 16;
const TAGS: usize = 17;
const TIMESTAMP: usize = 18;

/// Characters of the notes that are kept.
const STORY: usize = 200;

/// The closed list of event types, each with whether it is violence (quad 4), and its sub-event types.
const TYPES: [(&str, bool, &[&str]); 6] = [
    (
        "Battles",
        true,
        &[
            "Armed clash",
            "Government regains territory",
            "Non-state actor overtakes territory",
        ],
    ),
    (
        "Explosions/Remote violence",
        true,
        &[
            "Chemical weapon",
            "Air/drone strike",
            "Suicide bomb",
            "Shelling/artillery/missile attack",
            "Remote explosive/landmine/IED",
            "Grenade",
        ],
    ),
    (
        "Violence against civilians",
        true,
        &[
            "Sexual violence",
            "Attack",
            "Abduction/forced disappearance",
        ],
    ),
    (
        "Protests",
        false,
        &[
            "Peaceful protest",
            "Protest with intervention",
            "Excessive force against protesters",
        ],
    ),
    ("Riots", false, &["Violent demonstration", "Mob violence"]),
    (
        "Strategic developments",
        false,
        &[
            "Agreement",
            "Arrests",
            "Change to group/activity",
            "Disrupted weapons use",
            "Headquarters or base established",
            "Looting/property destruction",
            "Non-violent transfer of territory",
            "Other",
        ],
    ),
];

/// How an export is told.
pub(crate) fn sign(head: &Head) -> Option<&'static str> {
    let is = |header: Vec<&str>| {
        ["event_id_cnty", "sub_event_type", "inter1"]
            .iter()
            .all(|column| header.contains(column))
    };
    (is(head.commas(0)) || is(head.semicolons(0))).then_some("by its header, it holds ACLED events")
}

pub(crate) struct Acled<'d> {
    dataset: &'d Dataset,
    events: Events,
    seen: Seen,
}

impl<'d> Acled<'d> {
    pub(crate) fn new(dataset: &'d Dataset, wanted: &Wanted) -> Acled<'d> {
        Acled {
            dataset,
            events: Events::new(dataset.id, wanted),
            seen: Seen::default(),
        }
    }

    fn row(&mut self, cells: &Cells, out: &mut Output) -> Result<(), Trouble> {
        let row = cells.row;
        let day = parse_date(row.text(1))
            .ok_or_else(|| row.bad(1, "is not a date; write 2025-05-16 or 16 May 2025"))?;
        let known = cells.known(day)?;
        let id = row.maybe(0);
        match id.map(|id| self.seen.meet(id, day, row.whole())) {
            Some(Sight::Again) => {
                out.duplicate();
                return Ok(());
            }
            // Two states of one event, from exports of different days: which is right is not said, so both stay.
            Some(Sight::Other) => out.unknown("ACLED event of two rows", id.unwrap_or("")),
            Some(Sight::New) | None => {}
        }
        let event = Event {
            day: day.0,
            known: known.unwrap_or(self.dataset.known(day)).0,
            source: state(row.text(4), row.text(5), out),
            target: state(row.text(6), row.text(7), out),
            source_name: row.maybe(4),
            target_name: row.maybe(6),
            source_sectors: row.maybe(5),
            target_sectors: row.maybe(7),
            code: row.maybe(3),
            mode: row.maybe(2),
            context: cells.maybe(TAGS),
            quad: quad(row.text(2), row.text(3), out),
            place: cells.place(day, out),
            province: cells.maybe(ADMIN),
            city: cells.maybe(LOCATION),
            lat: cells.degrees(9, 90.0)?,
            lon: cells.degrees(10, 180.0)?,
            deaths: [cells.deaths()?, None, None],
            publisher: cells.maybe(SOURCE),
            story: cells.maybe(NOTES).map(|t| beginning(t, STORY)),
            event: id,
            ..Event::default()
        };
        self.events.push(&event, row.line);
        out.saw(day);
        Ok(())
    }
}

impl Reader for Acled<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        let delimiter = if has_semicolons(input) { b';' } else { b',' };
        let headed = Headed::split_at(input, member, delimiter)?;
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

/// 4 for violence; a type that is not in the list is counted, and so is a sub-event type that does not belong to its type.
fn quad(kind: &str, code: &str, out: &mut Output) -> Option<i8> {
    let Some((_, violent, codes)) = TYPES.iter().find(|t| t.0.eq_ignore_ascii_case(kind)) else {
        out.unknown("ACLED event type", kind);
        return None;
    };
    // Some exports spell it "protestors".
    let spelt = code.replace("protestors", "protesters");
    if !codes.contains(&spelt.as_str()) {
        out.unknown("ACLED sub-event type", code);
    }
    violent.then_some(4)
}

/// The state of an actor. A force of a state whose country does not resolve is counted.
fn state(actor: &str, inter: &str, out: &mut Output) -> Option<Actor> {
    let home = inter == "1" || inter.eq_ignore_ascii_case("State Forces");
    let abroad = inter == "8"
        || inter.eq_ignore_ascii_case("External/Other Forces")
        || inter.eq_ignore_ascii_case("Foreign / Others");
    if !home && !abroad {
        return None;
    }
    match country(actor) {
        Some(name) => {
            let state = resolve_name(name);
            if state.is_none() {
                out.unknown("ACLED state force", actor);
            }
            state
        }
        // The United Nations, a private firm or a mercenary is no force of a state, and not expected to resolve.
        None if abroad => None,
        None => {
            out.unknown("ACLED state force", actor);
            None
        }
    }
}

/// The country in "Military Forces of Iran (1989-) Islamic Revolutionary Guard Corps": up to the years of the government, where they are given.
fn country(actor: &str) -> Option<&str> {
    let name = ["Military Forces of ", "Police Forces of ", "Government of "]
        .iter()
        .find_map(|start| actor.strip_prefix(start))?;
    let years = name.match_indices(" (").find(|(at, open)| {
        let inside = name.get(at + open.len()..).unwrap_or("").as_bytes();
        let digits = inside.iter().take_while(|b| b.is_ascii_digit()).count();
        digits == 4 && inside.get(4) == Some(&b'-')
    });
    name.get(..years.map_or(name.len(), |(at, _)| at))
        .map(str::trim)
}

/// `2025-05-16`, or `16 May 2025`.
fn parse_date(text: &str) -> Option<Day> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.split_whitespace();
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let month = month.to_lowercase();
    let number = MONTHS
        .iter()
        .position(|m| *m == month || m.get(..3) == Some(month.as_str()))?;
    Day::from_ymd(year.parse().ok()?, number as u32 + 1, day.parse().ok()?)
}

/// The cells of a row; `at` says where the columns stand that an export may lack.
struct Cells<'r> {
    row: &'r Row<'r>,
    at: &'r [Option<usize>; COLUMNS.len()],
}

impl<'r> Cells<'r> {
    fn maybe(&self, i: usize) -> Option<&'r str> {
        self.at[i].and_then(|at| self.row.maybe(at))
    }

    /// The day of the timestamp, which ACLED renews when it changes a row; never before the day of the event.
    fn known(&self, day: Day) -> Result<Option<Day>, RowError> {
        let Some(at) = self.at[TIMESTAMP].filter(|at| self.row.maybe(*at).is_some()) else {
            return Ok(None);
        };
        let seconds = self.row.text(at).parse::<i64>().ok();
        // To the year 9999; a time in milliseconds or a date is no time in seconds.
        let seconds = seconds.filter(|s| (0..253_402_300_800).contains(s));
        let days = seconds.and_then(|s| i32::try_from(s / 86_400).ok());
        let days = days.ok_or_else(|| self.row.bad(at, "is not a time in seconds since 1970"))?;
        Ok(Some(Day(days).max(day)))
    }

    /// By the number of the country, else (Kosovo has none) by its name.
    fn place(&self, day: Day, out: &mut Output) -> Option<Actor> {
        let code = self.maybe(ISO).filter(|code| *code != "0");
        let by_code = code.and_then(|code| resolve(System::IsoNumeric, code, Some(day)));
        if by_code.is_some() {
            return by_code;
        }
        let name = self.row.maybe(8)?;
        let actor = resolve_name(name);
        if actor.is_none() {
            out.unknown("ACLED country", name);
        }
        actor
    }

    fn deaths(&self) -> Result<Option<i32>, RowError> {
        let Some(text) = self.row.maybe(11) else {
            return Ok(None);
        };
        match text.parse::<i32>() {
            Ok(n) if n >= 0 => Ok(Some(n)),
            _ => Err(self.row.bad(11, "is not a number of deaths")),
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
    fn a_country_is_the_whole_name_before_the_years() {
        for (actor, name) in [
            ("Military Forces of Azerbaijan (2003-)", Some("Azerbaijan")),
            (
                "Military Forces of Iran (1989-) Islamic Revolutionary Guard Corps",
                Some("Iran"),
            ),
            (
                "Police Forces of Sudan (2019-2021) Riot Police",
                Some("Sudan"),
            ),
            (
                "Military Forces of the United States",
                Some("the United States"),
            ),
            ("Government of Guinea-Bissau (2020-)", Some("Guinea-Bissau")),
            (
                "Military Forces of Congo (Brazzaville) (1997-)",
                Some("Congo (Brazzaville)"),
            ),
            ("Mutiny of Military Forces of Mali (2020-)", None),
            ("Civilians (Mali)", None),
            ("", None),
        ] {
            assert_eq!(country(actor), name, "{actor}");
        }
    }

    #[test]
    fn dates_are_read_in_both_forms_and_nothing_else() {
        let day = Day::from_ymd(2025, 5, 16);
        for text in ["2025-05-16", "16 May 2025", "16 may 2025"] {
            assert_eq!(parse_date(text), day, "{text}");
        }
        assert_eq!(parse_date("3 Sep 2024"), Day::from_ymd(2024, 9, 3));
        assert_eq!(parse_date("03 September 2024"), Day::from_ymd(2024, 9, 3));
        for bad in [
            "",
            "16-May-2025",
            "31 June 2025",
            "16 Ma 2025",
            "16 May 25",
            "16 May 2025 1",
            "16/05/2025",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }
}
