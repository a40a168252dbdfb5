//! Events by a user's own map: comma, tab and Parquet files whose columns mean what the map says.

#[cfg(feature = "parquet")]
pub(crate) mod parquet;

use std::io::BufRead;
use std::path::Path;

use detente_atlas::{Actor, Day, PloverType, cameo};

use crate::archive::{Extent, Member};
use crate::commas::Headed;
use crate::dataset::Dataset;
use crate::error::{ReadError, RowError};
use crate::map::{DateForm, FIELDS, FileKind, Filled, Map, Names, Ontology};
use crate::read::{Output, Reader};
use crate::tables::{Event, Events, Sheet, Wanted};

/// The places of the columns in [`FIELDS`].
mod at {
    pub(super) const DAY: usize = 0;
    pub(super) const KNOWN: usize = 1;
    pub(super) const SOURCE: usize = 2;
    pub(super) const TARGET: usize = 3;
    pub(super) const SOURCE_NAME: usize = 4;
    pub(super) const TARGET_NAME: usize = 5;
    pub(super) const SOURCE_SECTORS: usize = 6;
    pub(super) const TARGET_SECTORS: usize = 7;
    pub(super) const CODE: usize = 8;
    pub(super) const MODE: usize = 9;
    pub(super) const CONTEXT: usize = 10;
    pub(super) const QUAD: usize = 11;
    pub(super) const GOLDSTEIN: usize = 12;
    pub(super) const PLACE: usize = 13;
    pub(super) const PROVINCE: usize = 14;
    pub(super) const CITY: usize = 15;
    pub(super) const LAT: usize = 16;
    pub(super) const LON: usize = 17;
    pub(super) const MENTIONS: usize = 18;
    pub(super) const SOURCES: usize = 19;
    pub(super) const ARTICLES: usize = 20;
    pub(super) const TONE: usize = 21;
    pub(super) const DEATHS: usize = 22;
    pub(super) const DEATHS_LOW: usize = 23;
    pub(super) const DEATHS_HIGH: usize = 24;
    pub(super) const PUBLISHER: usize = 25;
    pub(super) const STORY: usize = 26;
    pub(super) const EVENT: usize = 27;
}

pub(crate) struct Mapped<'d> {
    dataset: &'d Dataset,
    map: &'d Map,
    events: Events,
}

/// The cells of a row by the order of [`FIELDS`]; constants are cells too.
struct Cells<'r> {
    texts: [&'r str; FIELDS.len()],
    /// The form of the day, and of the day on which the row became known.
    dates: [DateForm; 2],
    map: &'r Map,
    label: &'r str,
    row: u64,
}

impl<'d> Mapped<'d> {
    pub(crate) fn new(dataset: &'d Dataset, map: &'d Map, wanted: &Wanted) -> Mapped<'d> {
        Mapped {
            dataset,
            map,
            events: Events::new(dataset.id, wanted),
        }
    }

    /// The columns of the log that the map names, each with its place in [`FIELDS`].
    fn columns(&self) -> impl Iterator<Item = (usize, &'d str)> {
        let fields = self.map.fields.iter().enumerate();
        fields.filter_map(|(i, filled)| match filled {
            Filled::Column(name) => Some((i, name.as_str())),
            _ => None,
        })
    }

    /// A row with nothing but the constants of the map.
    fn constants(&self) -> [&'d str; FIELDS.len()] {
        let mut texts = [""; FIELDS.len()];
        for (text, filled) in texts.iter_mut().zip(&self.map.fields) {
            if let Filled::Constant(constant) = filled {
                *text = constant;
            }
        }
        texts
    }

    fn take(&mut self, cells: &Cells, out: &mut Output) -> Result<(), ReadError> {
        if let Err(e) = self.row(cells, out) {
            out.reject(e);
        }
        out.when_full(&mut self.events)
    }

    fn row(&mut self, cells: &Cells, out: &mut Output) -> Result<(), RowError> {
        let day = cells.day(at::DAY)?;
        let known = match (cells.maybe(at::KNOWN), self.map.lag_days) {
            // What was entered before it happened (a visit to come) is a row of its day.
            (Some(_), _) => cells.day(at::KNOWN)?.max(day),
            (None, Some(_)) => self.dataset.known(day),
            (None, None) => {
                return Err(cells.bad(
                    at::KNOWN,
                    "says not when the row became known, and the map has no lag-days for such rows",
                ));
            }
        };
        let coded = coded(cells, out)?;
        let deaths = [at::DEATHS, at::DEATHS_LOW, at::DEATHS_HIGH];
        let [best, low, high] = deaths.map(|i| cells.count(i));
        let event = Event {
            day: day.0,
            known: known.0,
            source: cells.actor(at::SOURCE, self.map.actors, "actor", day, out),
            target: cells.actor(at::TARGET, self.map.actors, "actor", day, out),
            source_name: cells.maybe(at::SOURCE_NAME),
            target_name: cells.maybe(at::TARGET_NAME),
            source_sectors: cells.maybe(at::SOURCE_SECTORS),
            target_sectors: cells.maybe(at::TARGET_SECTORS),
            code: coded.code,
            mode: cells.maybe(at::MODE),
            context: cells.maybe(at::CONTEXT),
            quad: coded.quad,
            goldstein: coded.goldstein,
            place: cells.actor(at::PLACE, self.map.places, "place", day, out),
            province: cells.maybe(at::PROVINCE),
            city: cells.maybe(at::CITY),
            lat: cells.number(at::LAT, 90.0)?,
            lon: cells.number(at::LON, 180.0)?,
            mentions: cells.count(at::MENTIONS)?,
            sources: cells.count(at::SOURCES)?,
            articles: cells.count(at::ARTICLES)?,
            tone: cells.number(at::TONE, 100.0)?,
            deaths: [best?, low?, high?],
            publisher: cells.maybe(at::PUBLISHER),
            story: cells.maybe(at::STORY),
            event: cells.maybe(at::EVENT),
        };
        self.events.push(&event, cells.row);
        out.saw(day);
        Ok(())
    }
}

impl Reader for Mapped<'_> {
    fn whole(&mut self, path: &Path, out: &mut Output) -> Option<Result<Extent, ReadError>> {
        if self.map.file != FileKind::Parquet {
            return None;
        }
        #[cfg(feature = "parquet")]
        return Some(self.parquet(path, out));
        // A map of a Parquet file is refused by a build without Parquet.
        #[cfg(not(feature = "parquet"))]
        {
            let _ = (path, out);
            None
        }
    }

    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        let (places, columns): (Vec<usize>, Vec<&str>) = self.columns().unzip();
        let headed = Headed::split_at(input, member, self.map.delimiter)?;
        let mut commas = headed.columns(self.dataset, &columns)?;
        let constants = self.constants();
        while let Some(row) = commas.next()? {
            let mut texts: [&str; FIELDS.len()] = constants;
            for (i, place) in places.iter().enumerate() {
                if let Some(text) = texts.get_mut(*place) {
                    *text = row.text(i);
                }
            }
            let cells = Cells {
                texts,
                dates: [self.map.dates; 2],
                map: self.map,
                label: &member.label,
                row: row.line,
            };
            self.take(&cells, out)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

/// What is known of the code of a row.
struct Coded<'r> {
    code: Option<&'r str>,
    quad: Option<i8>,
    goldstein: Option<f32>,
}

/// The code, its class and its value: what the row says itself, else what the map's table says, else the ontology.
fn coded<'r>(cells: &Cells<'r>, out: &mut Output) -> Result<Coded<'r>, RowError> {
    let mut coded = Coded {
        code: cells.maybe(at::CODE),
        quad: cells.quad()?,
        goldstein: cells.number(at::GOLDSTEIN, 10.0)?,
    };
    let Some(written) = coded.code else {
        return Ok(coded);
    };
    let own = cells.map.codes.get(written);
    if let Some(own) = own {
        coded.code = own.code.as_deref().or(coded.code);
        coded.quad = coded.quad.or(own.quad);
        coded.goldstein = coded.goldstein.or(own.goldstein);
    }
    let code = coded.code.unwrap_or(written);
    match cells.map.ontology {
        Ontology::Cameo => match cameo(code) {
            Some(known) => {
                coded.quad = coded.quad.or(known.quad.map(|q| q.number() as i8));
                coded.goldstein = coded.goldstein.or(known.goldstein);
            }
            None => out.unknown("CAMEO code", code),
        },
        Ontology::Plover => match (code.parse::<PloverType>(), cells.map.sanction) {
            (Ok(PloverType::Sanction), None) if coded.quad.is_none() => {
                out.unknown("quad class (the map has no codes.sanction)", code);
            }
            (Ok(PloverType::Sanction), None) => {}
            (Ok(known), sanction) => {
                // The setting matters to SANCTION alone, which is without one above.
                let sanction = sanction.unwrap_or(detente_atlas::SanctionAs::MaterialConflict);
                let quad = known.quad(sanction).number() as i8;
                coded.quad = coded.quad.or(Some(quad));
            }
            (Err(_), _) => out.unknown("PLOVER type", code),
        },
        Ontology::Own => {
            if own.is_none() && !cells.map.codes.is_empty() {
                out.unknown("code that the map does not have", written);
            }
        }
    }
    Ok(coded)
}

impl<'r> Cells<'r> {
    fn maybe(&self, i: usize) -> Option<&'r str> {
        let text = self.texts.get(i).map_or("", |t| t.trim());
        let says = !text.is_empty() && !self.map.missing.iter().any(|m| m == text);
        says.then_some(text)
    }

    /// The error of a cell, under the name that its column has in the log.
    fn bad(&self, i: usize, why: &str) -> RowError {
        let field = FIELDS.get(i).copied().unwrap_or("");
        RowError {
            file: self.label.to_owned(),
            row: self.row,
            field: match self.map.fields.get(i) {
                Some(Filled::Column(name)) => name.clone(),
                _ => format!("{field} (a constant of the map)"),
            },
            value: self.texts.get(i).copied().unwrap_or("").to_owned(),
            why: why.to_owned(),
        }
    }

    fn day(&self, i: usize) -> Result<Day, RowError> {
        let form = self.dates.get(i).copied().unwrap_or(self.map.dates);
        let text = self.maybe(i).unwrap_or("");
        form.day(text).ok_or_else(|| {
            let why = format!(
                "is not a date such as {}; mend it, or change date-format in the map",
                form.example()
            );
            self.bad(i, &why)
        })
    }

    fn actor(
        &self,
        i: usize,
        names: Names,
        what: &str,
        day: Day,
        out: &mut Output,
    ) -> Option<Actor> {
        let text = self.maybe(i)?;
        let actor = names.actor(text, day);
        if actor.is_none() {
            out.unknown(&format!("{what} ({})", names.word()), text);
        }
        actor
    }

    /// A number from `-most` to `most`.
    fn number(&self, i: usize, most: f32) -> Result<Option<f32>, RowError> {
        let Some(text) = self.maybe(i) else {
            return Ok(None);
        };
        let parsed = if self.map.decimal_comma {
            text.replace(',', ".").parse::<f32>()
        } else {
            text.parse::<f32>()
        };
        match parsed {
            Ok(x) if (-most..=most).contains(&x) => Ok(Some(x)),
            _ => Err(self.bad(i, &format!("is not a number from -{most} to {most}"))),
        }
    }

    /// A count. Programs that know no missing whole numbers write `3.0` for 3.
    fn count(&self, i: usize) -> Result<Option<i32>, RowError> {
        let Some(text) = self.maybe(i) else {
            return Ok(None);
        };
        let whole = text.strip_suffix(".0").unwrap_or(text);
        match whole.parse::<i32>() {
            Ok(n) if n >= 0 => Ok(Some(n)),
            _ => Err(self.bad(i, "is not a whole number from 0")),
        }
    }

    fn quad(&self) -> Result<Option<i8>, RowError> {
        match self.count(at::QUAD)? {
            None => Ok(None),
            Some(n @ 1..=4) => Ok(Some(n as i8)),
            Some(_) => Err(self.bad(at::QUAD, "is not a quad class, 1 to 4")),
        }
    }
}
