//! Phoenix events: daily files of the Open Event Data Alliance (26 tab-separated columns, no header, no quoting) and the historical
//! sets of the Cline Center (25 comma-separated columns with a header).
//!
//! No original file was at hand. The columns of the daily files are those that the package phoxy and four other programs name,
//! in one order; they differ only over the 22nd and 23rd (state and country of the place). The header of the historical sets
//! is as printed in published analyses.

use std::io::BufRead;

use detente_atlas::{Actor, CameoCode, Day, System, cameo, resolve, resolve_name};

use crate::archive::Member;
use crate::commas::Commas;
use crate::dataset::Dataset;
use crate::error::{Fault, ReadError, RowError, Trouble, stream_fault};
use crate::read::{Output, Reader};
use crate::recognise::Head;
use crate::seen::{Seen, Sight};
use crate::tables::{Event, Events, Sheet, Wanted};
use crate::tabs::Tabs;

/// The columns of the daily files.
const DAILY: [&str; 26] = [
    "EventID",
    "Date",
    "Year",
    "Month",
    "Day",
    "SourceActorFull",
    "SourceActorEntity",
    "SourceActorRole",
    "SourceActorAttribute",
    "TargetActorFull",
    "TargetActorEntity",
    "TargetActorRole",
    "TargetActorAttribute",
    "EventCode",
    "EventRootCode",
    "PentaClass",
    "GoldsteinScore",
    "Issues",
    "Lat",
    "Lon",
    "LocationName",
    "StateName",
    "CountryCode",
    "SentenceID",
    "URLs",
    "NewsSources",
];

/// The columns of the historical sets that are read.
const HISTORICAL: [&str; 20] = [
    "eid",
    "story_date",
    "year",
    "month",
    "day",
    "source",
    "source_root",
    "source_agent",
    "target",
    "target_root",
    "target_agent",
    "code",
    "goldstein",
    "joined_issues",
    "lat",
    "lon",
    "placename",
    "statename",
    "countryname",
    "aid",
];

/// How a file of events is told: it has no header, so the width, the date in two forms and a code must all fit.
pub(crate) fn sign(head: &Head) -> Option<&'static str> {
    let header = head.commas(0);
    let has = |name| header.contains(&name);
    if has("eid") && has("source_root") && has("quad_class") {
        return Some("by its header, it holds historical Phoenix events");
    }
    let row = head.tabs(0);
    let daily = row.len() == DAILY.len()
        && Day::parse_compact(row[1]).is_ok_and(|day| row[2].parse() == Ok(day.year()))
        && cameo(row[13]).is_some();
    daily.then_some("by its 26 columns, it holds Phoenix events")
}

pub(crate) struct Phoenix<'d> {
    dataset: &'d Dataset,
    events: Events,
    seen: Seen,
}

/// The texts of a row in either layout.
struct Texts<'t> {
    whole: &'t str,
    row: u64,
    id: &'t str,
    /// Code as a whole, entity, role.
    source: [&'t str; 3],
    target: [&'t str; 3],
    code: &'t str,
    issues: &'t str,
    goldstein: &'t str,
    lat: &'t str,
    lon: &'t str,
    city: &'t str,
    province: &'t str,
    country: &'t str,
    story: &'t str,
    publisher: &'t str,
}

impl<'d> Phoenix<'d> {
    pub(crate) fn new(dataset: &'d Dataset, wanted: &Wanted) -> Phoenix<'d> {
        Phoenix {
            dataset,
            events: Events::new(dataset.id, wanted),
            seen: Seen::default(),
        }
    }

    fn push(
        &mut self,
        t: &Texts,
        day: Day,
        published: Option<Day>,
        label: &str,
        out: &mut Output,
    ) -> Result<(), Trouble> {
        let number = |field: &str, text, limit| number(text, limit, label, t.row, field);
        let goldstein = number("GoldsteinScore", t.goldstein, 10.0)?;
        let (lat, lon) = (number("Lat", t.lat, 90.0)?, number("Lon", t.lon, 180.0)?);
        let id = given(t.id);
        match id.map(|id| self.seen.meet(id, day, t.whole)) {
            Some(Sight::Again) => {
                out.duplicate();
                return Ok(());
            }
            Some(Sight::Other) => {
                out.unknown("Phoenix event ID of two rows of one day", id.unwrap_or(""));
            }
            Some(Sight::New) | None => {}
        }
        let code = given(t.code).and_then(|text| code(text, out));
        let known = published.map_or(self.dataset.known(day), |p| p.max(day));
        let place = given(t.country).and_then(|text| {
            let actor = resolve(System::Iso3, text, Some(day)).or_else(|| resolve_name(text));
            if actor.is_none() {
                out.unknown("Phoenix country", text);
            }
            actor
        });
        let event = Event {
            day: day.0,
            known: known.0,
            source: actor(t.source, day, out),
            target: actor(t.target, day, out),
            source_name: given(t.source[0]),
            target_name: given(t.target[0]),
            source_sectors: given(t.source[2]),
            target_sectors: given(t.target[2]),
            code: code.map(|c| c.code).or(given(t.code)),
            quad: code.and_then(|c| c.quad).map(|q| q.number() as i8),
            context: given(t.issues),
            goldstein,
            place,
            province: given(t.province),
            city: given(t.city),
            lat,
            lon,
            story: given(t.story),
            publisher: given(t.publisher),
            event: id,
            ..Event::default()
        };
        self.events.push(&event, t.row);
        out.saw(day);
        Ok(out.when_full(&mut self.events)?)
    }

    fn daily(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let published = day_in(&member.name);
        let mut tabs = Tabs::new(input, member).or_latin();
        tabs.name_fields(DAILY.map(str::to_owned).to_vec());
        while let Some(line) = tabs.next()? {
            if line.len() != DAILY.len() {
                return Err(ReadError {
                    place: member.place.clone().row(line.number).into(),
                    fault: Fault::Columns {
                        wanted: DAILY.len(),
                        found: line.len(),
                    },
                });
            }
            let get = |i| line.get(i);
            let Ok(day) = Day::parse_compact(get(1)) else {
                out.reject(RowError {
                    file: member.label.clone(),
                    row: line.number,
                    field: DAILY[1].to_owned(),
                    value: get(1).to_owned(),
                    why: "is not a date; write YYYYMMDD".to_owned(),
                });
                continue;
            };
            let texts = Texts {
                whole: line.text(),
                row: line.number,
                id: get(0),
                source: [get(5), get(6), get(7)],
                target: [get(9), get(10), get(11)],
                code: get(13),
                goldstein: get(16),
                issues: get(17),
                lat: get(18),
                lon: get(19),
                city: get(20),
                province: get(21),
                country: get(22),
                story: get(24),
                publisher: get(25),
            };
            let outcome = self.push(&texts, day, published, &member.label, out);
            out.settle(outcome)?;
        }
        Ok(())
    }

    fn historical(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let mut file = Commas::open(input, member, self.dataset, &HISTORICAL)?;
        while let Some(row) = file.next()? {
            let get = |i| row.text(i);
            let ymd = || {
                let month = get(3).parse().ok()?;
                Day::from_ymd(get(2).parse().ok()?, month, get(4).parse().ok()?)
            };
            let Some(day) = ymd() else {
                out.reject(RowError {
                    file: member.label.clone(),
                    row: row.line,
                    field: "day".to_owned(),
                    value: format!("{}-{}-{}", get(2), get(3), get(4)),
                    why: "is not a date; year, month and day are three columns".to_owned(),
                });
                continue;
            };
            // Numbers are used once in a set, so a number again is the row again as far as its story and code agree.
            let whole = [get(1), get(5), get(8), get(11), get(19)].join("\t");
            let texts = Texts {
                whole: &whole,
                row: row.line,
                id: get(0),
                source: [get(5), get(6), get(7)],
                target: [get(8), get(9), get(10)],
                code: get(11),
                goldstein: get(12),
                issues: get(13),
                lat: get(14),
                lon: get(15),
                city: get(16),
                province: get(17),
                country: get(18),
                story: get(19),
                publisher: "",
            };
            let outcome = self.push(&texts, day, None, &member.label, out);
            out.settle(outcome)?;
        }
        Ok(())
    }
}

impl Reader for Phoenix<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        let start = input.fill_buf().map_err(|e| ReadError {
            place: member.place.clone().into(),
            fault: stream_fault(e),
        })?;
        // A daily row has a tab in its first line, a historical header none.
        let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
        if line.contains(&b'\t') {
            self.daily(member, input, out)
        } else {
            self.historical(member, input, out)
        }
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

/// The actor of a side: by its entity, else by the first three letters of the whole code.
fn actor([full, entity, _]: [&str; 3], day: Day, out: &mut Output) -> Option<Actor> {
    let code = given(entity).or_else(|| given(full).and_then(|f| f.get(..3)))?;
    let actor = resolve(System::Cameo, code, Some(day));
    if actor.is_none() {
        out.unknown("CAMEO actor", code);
    }
    actor
}

/// The code as CAMEO writes it; a leading zero that a program took away is put back where only that makes it a code.
fn code(text: &str, out: &mut Output) -> Option<&'static CameoCode> {
    let found = cameo(text).or_else(|| cameo(&format!("0{text}")));
    if found.is_none() {
        out.unknown("CAMEO code", text);
    }
    found
}

/// A text that says something; `---` is what the coder writes for an actor it does not know.
fn given(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text != "---").then_some(text)
}

fn number(
    text: &str,
    limit: f32,
    file: &str,
    row: u64,
    field: &str,
) -> Result<Option<f32>, RowError> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    match text.parse::<f32>() {
        Ok(x) if x.abs() <= limit => Ok(Some(x)),
        _ => Err(RowError {
            file: file.to_owned(),
            row,
            field: field.to_owned(),
            value: text.to_owned(),
            why: format!("is not a number from -{limit} to {limit}"),
        }),
    }
}

/// The day in the name of a daily file, `events.full.20150620.txt`.
fn day_in(name: &str) -> Option<Day> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 8)
        .find_map(|digits| Day::parse_compact(digits).ok())
}
