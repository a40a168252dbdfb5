//! Rows of GDELT's event tables.

use std::io::BufRead;

use csv::StringRecord;
use detente_atlas::{Day, cameo};

use super::actors::Actors;
use super::columns::{Column, Columns, NAMES, is_header, names_1};
use super::days::Days;
use super::host::host;
use super::seen::Seen;
use super::table::{Table, is_bare};
use crate::archive::Member;
use crate::dataset::Dataset;
use crate::decimal::{count, decimal};
use crate::error::{Fault, ReadError, RowError, shown};
use crate::read::{Output, Reader};
use crate::tables::{Event, Events, Sheet, Wanted};
use crate::tabs::{Line, Tabs};

/// A reader of event files.
pub(crate) struct GdeltEvents<'d> {
    dataset: &'d Dataset,
    /// Whether the files are of GDELT 2.
    second: bool,
    events: Events,
    seen: Seen,
    rows: Rows,
}

/// What turns cells into events.
struct Rows {
    wants: Wants,
    actors: Actors,
    days: Days,
    sectors: [String; 2],
    publisher: String,
    /// The event code and root of the row before, and the code that they mean.
    code: (String, String, Option<&'static str>),
}

/// The columns that cost something to make.
struct Wants {
    source: bool,
    target: bool,
    place: bool,
    code: bool,
    sectors: [bool; 2],
    publisher: bool,
}

/// A row, split into cells.
trait Cells {
    /// The cell, empty where it is missing.
    fn cell(&self, i: usize) -> &str;
}

impl Cells for Line<'_> {
    #[inline]
    fn cell(&self, i: usize) -> &str {
        self.get(i)
    }
}

impl Cells for StringRecord {
    fn cell(&self, i: usize) -> &str {
        // R writes NA for a missing cell.
        self.get(i).filter(|t| *t != "NA").unwrap_or("")
    }
}

/// A row, with its columns by name.
struct Row<'r, C> {
    cells: &'r C,
    columns: &'r Columns,
    label: &'r str,
    number: u64,
}

impl<'r, C: Cells> Row<'r, C> {
    #[inline]
    fn get(&self, column: Column) -> &'r str {
        self.cells.cell(self.columns.at(column))
    }

    fn maybe(&self, column: Column) -> Option<&'r str> {
        Some(self.get(column)).filter(|t| !t.is_empty())
    }

    fn float(&self, column: Column, low: f64, high: f64) -> Result<Option<f32>, RowError> {
        let Some(text) = self.maybe(column) else {
            return Ok(None);
        };
        match decimal(text) {
            Some(x) if (low..=high).contains(&x) => Ok(Some(x as f32)),
            _ => Err(self.bad(column, &format!("is not a number from {low} to {high}"))),
        }
    }

    fn count(&self, column: Column) -> Result<Option<i32>, RowError> {
        let Some(text) = self.maybe(column) else {
            return Ok(None);
        };
        let number = count(text);
        if number.is_none() {
            return Err(self.bad(column, "is not a count"));
        }
        Ok(number)
    }

    fn bad(&self, column: Column, why: &str) -> RowError {
        RowError {
            file: self.label.to_owned(),
            row: self.number,
            field: column.name().to_owned(),
            value: self.get(column).to_owned(),
            why: why.to_owned(),
        }
    }
}

impl<'d> GdeltEvents<'d> {
    pub(crate) fn new(dataset: &'d Dataset, second: bool, wanted: &Wanted) -> GdeltEvents<'d> {
        let wants = Wants {
            source: wanted.wants("source"),
            target: wanted.wants("target"),
            place: wanted.wants("place"),
            code: wanted.wants("code"),
            sectors: ["source_sectors", "target_sectors"].map(|c| wanted.wants(c)),
            publisher: wanted.wants("publisher"),
        };
        GdeltEvents {
            dataset,
            second,
            events: Events::new(dataset.id, wanted),
            seen: Seen::new(),
            rows: Rows {
                wants,
                actors: Actors::new(),
                days: Days::new(),
                sectors: Default::default(),
                publisher: String::new(),
                code: Default::default(),
            },
        }
    }

    fn take<C: Cells>(&mut self, row: &Row<C>, out: &mut Output) -> Result<(), ReadError> {
        match self.row(row, out) {
            Ok(()) => out.when_full(&mut self.events),
            Err(e) => {
                out.reject(e);
                Ok(())
            }
        }
    }

    fn row<C: Cells>(&mut self, row: &Row<C>, out: &mut Output) -> Result<(), RowError> {
        let id = row.get(Column::Id);
        let number = id
            .parse()
            .map_err(|_| row.bad(Column::Id, "is not the number of an event"))?;
        // A row that cannot be read must not hide a later sound one, so the cells come before the number.
        let checked = self.rows.checked(row)?;
        if !self.seen.insert(number) {
            out.duplicate();
            return Ok(());
        }
        let rows = &mut self.rows;
        let day = checked.day;
        let mut event = checked.event;
        event.event = Some(id);
        if rows.wants.source {
            let (country, group) = (row.get(Column::Country1), row.get(Column::Group1));
            event.source = rows.actors.actor(country, group, day, out);
        }
        if rows.wants.target {
            let (country, group) = (row.get(Column::Country2), row.get(Column::Group2));
            event.target = rows.actors.actor(country, group, day, out);
        }
        if rows.wants.place {
            event.place = rows.actors.place(row.get(Column::PlaceCountry), day, out);
        }
        if rows.wants.code
            && let Some(code) = row.maybe(Column::Code)
        {
            let known = known_code(&mut rows.code, code, row.get(Column::Root));
            if known.is_none() {
                out.unknown("CAMEO code", code);
            }
            event.code = Some(known.unwrap_or(code));
        }
        let types = [
            [Column::Type11, Column::Type12, Column::Type13],
            [Column::Type21, Column::Type22, Column::Type23],
        ];
        let mut sectors = [None; 2];
        for (((sectors, joined), types), wanted) in sectors
            .iter_mut()
            .zip(&mut rows.sectors)
            .zip(types)
            .zip(rows.wants.sectors)
        {
            if wanted {
                *sectors = join(types.map(|t| row.get(t)), joined);
            }
        }
        [event.source_sectors, event.target_sectors] = sectors;
        if rows.wants.publisher
            && let Some(host) = event.story.and_then(host)
        {
            event.publisher = Some(if host.bytes().any(|b| b.is_ascii_uppercase()) {
                rows.publisher.clear();
                rows.publisher.push_str(host);
                rows.publisher.make_ascii_lowercase();
                &rows.publisher
            } else {
                host
            });
        }
        self.events.push(&event, row.number);
        out.saw(checked.added);
        Ok(())
    }

    fn bare(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let mut tabs = Tabs::new(input, member);
        tabs.name_fields(if self.second {
            NAMES.map(str::to_owned).to_vec()
        } else {
            names_1().map(str::to_owned).collect()
        });
        let [long, short] = if self.second {
            [Columns::version_2(); 2]
        } else {
            [Columns::version_1(true), Columns::version_1(false)]
        };
        while let Some(line) = tabs.next()? {
            let columns = match (self.second, line.len()) {
                (true, 61) | (false, 58) => &long,
                (false, 57) => &short,
                (second, found) => {
                    return Err(ReadError {
                        place: member.place.clone().row(line.number).into(),
                        fault: Fault::Columns {
                            wanted: if second { 61 } else { 58 },
                            found,
                        },
                    });
                }
            };
            let row = Row {
                cells: &line,
                columns,
                label: &member.label,
                number: line.number,
            };
            self.take(&row, out)?;
        }
        Ok(())
    }

    fn headed(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        let mut table = Table::open(input, member)?;
        let header = table.header();
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let missing = |column: &str| ReadError {
            place: member.place.clone().row(1).field(column).into(),
            fault: Fault::Header {
                column: column.to_owned(),
                found: shown(header),
                dataset: self.dataset.id,
            },
        };
        let columns = Columns::of_header(header, table.before()).map_err(missing)?;
        if is_header(&names) == Some(!self.second) {
            return Err(ReadError {
                place: member.place.clone().row(1).into(),
                fault: Fault::Columns {
                    wanted: if self.second { 61 } else { 58 },
                    found: header.len(),
                },
            });
        }
        while let Some((cells, number)) = table.next()? {
            let row = Row {
                cells,
                columns: &columns,
                label: &member.label,
                number,
            };
            self.take(&row, out)?;
        }
        Ok(())
    }
}

/// The cells of a row that may be wrong, which are read whatever columns are wanted, so that the same rows count always.
struct Checked<'r> {
    day: Day,
    added: Day,
    event: Event<'r>,
}

impl Rows {
    fn checked<'r, C: Cells>(&mut self, row: &Row<'r, C>) -> Result<Checked<'r>, RowError> {
        let day = self
            .days
            .day(row.get(Column::Day))
            .ok_or_else(|| row.bad(Column::Day, "is not a day as YYYYMMDD"))?;
        let added = self
            .days
            .day_of_time(row.get(Column::Added))
            .ok_or_else(|| {
                row.bad(
                    Column::Added,
                    "is not a day or time as YYYYMMDD or YYYYMMDDhhmmss",
                )
            })?;
        if added.plus(1) < day {
            let why = format!("lies before the day of the event, {day}, by more than a day");
            return Err(row.bad(Column::Added, &why));
        }
        let quad = match row.get(Column::Quad) {
            "" => None,
            "1" => Some(1),
            "2" => Some(2),
            "3" => Some(3),
            "4" => Some(4),
            _ => return Err(row.bad(Column::Quad, "is not a class from 1 to 4")),
        };
        let (province, city) = (
            row.maybe(Column::PlaceProvince),
            row.maybe(Column::PlaceName),
        );
        let (lat, lon) = (
            row.float(Column::Lat, -90.0, 90.0)?,
            row.float(Column::Lon, -180.0, 180.0)?,
        );
        let nowhere = city.is_none() && row.get(Column::PlaceCountry).is_empty();
        let at = lat.zip(lon).filter(|_| !nowhere);
        let event = Event {
            day: day.0,
            known: added.max(day).0,
            source_name: row.maybe(Column::Name1),
            target_name: row.maybe(Column::Name2),
            quad,
            goldstein: row.float(Column::Goldstein, -10.0, 10.0)?,
            province,
            city,
            lat: at.map(|(lat, _)| lat),
            lon: at.map(|(_, lon)| lon),
            mentions: row.count(Column::Mentions)?,
            sources: row.count(Column::Sources)?,
            articles: row.count(Column::Articles)?,
            tone: row.float(Column::Tone, -100.0, 100.0)?,
            story: row.maybe(Column::Url),
            ..Event::default()
        };
        Ok(Checked { day, added, event })
    }
}

/// The code that the cells mean: as written where its root is that of the root column, else with a zero before it where that makes it so
/// (`10` with root `1` is `010`, with root `10` it is `10`). `None` where neither is a CAMEO code.
fn known_code(
    last: &mut (String, String, Option<&'static str>),
    code: &str,
    root: &str,
) -> Option<&'static str> {
    if (last.0.as_str(), last.1.as_str()) == (code, root) {
        return last.2;
    }
    let wanted: Option<u8> = root.parse().ok();
    let fits = |text: &str| {
        let found = cameo(text)?;
        (wanted.is_none() || wanted == Some(found.root)).then_some(found.code)
    };
    let known = fits(code)
        .or_else(|| wanted.and_then(|_| fits(&format!("0{code}"))))
        .or_else(|| cameo(code).map(|c| c.code));
    *last = (code.to_owned(), root.to_owned(), known);
    known
}

/// The codes that are there, with commas between them.
fn join<'a>(codes: [&'a str; 3], joined: &'a mut String) -> Option<&'a str> {
    let mut there = codes.into_iter().filter(|c| !c.is_empty());
    let first = there.next()?;
    let Some(second) = there.next() else {
        return Some(first);
    };
    joined.clear();
    joined.push_str(first);
    for code in std::iter::once(second).chain(there) {
        joined.push_str(", ");
        joined.push_str(code);
    }
    Some(joined)
}

impl Reader for GdeltEvents<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.events.file(&member.label);
        if is_bare(member, input)? {
            self.bare(member, input, out)
        } else {
            self.headed(member, input, out)
        }
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_zero_comes_back_only_where_the_root_says_so() {
        let mut last = Default::default();
        let mut known = |code: &str, root: &str| known_code(&mut last, code, root);
        assert_eq!(known("010", "01"), Some("010"));
        assert_eq!(known("10", "1"), Some("010"));
        assert_eq!(known("40", "4"), Some("040"));
        assert_eq!(known("311", "3"), Some("0311"));
        assert_eq!(known("190", "19"), Some("190"));
        assert_eq!(known("10", "10"), Some("10"));
        // No root, no telling.
        assert_eq!(known("40", ""), None);
        assert_eq!(known("99", "9"), None);
        assert_eq!(known("", ""), None);
    }

    #[test]
    fn the_types_that_are_there_are_joined() {
        let mut room = String::from("old");
        assert_eq!(join(["", "", ""], &mut room), None);
        assert_eq!(join(["GOV", "", ""], &mut room), Some("GOV"));
        assert_eq!(join(["GOV", "", "MIL"], &mut room), Some("GOV, MIL"));
        assert_eq!(
            join(["GOV", "ELI", "MIL"], &mut room),
            Some("GOV, ELI, MIL")
        );
    }
}
