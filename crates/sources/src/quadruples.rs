//! ICEWS as quadruples: `subject relation object time`, numbers that two lists of names resolve.
//!
//! Each fact is one distinct (source, event, target, day): the sets keep no second event of the same kind on the same day.
//! The lists must be read before the facts: they come first in a bundle, or lie beside a plain file of facts.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use detente_atlas::{Actor, CameoCode, Day, cameo_by_name, icews_actor};

use crate::archive::{self, Member};
use crate::dataset::Dataset;
use crate::error::{Fault, Place, ReadError, RowError};
use crate::read::{Output, Reader};
use crate::tables::{Event, Events, Sheet, Wanted};
use crate::tabs::{Line, Tabs};

struct Entity {
    phrase: String,
    actor: Option<Actor>,
    sector: Option<String>,
    uses: u64,
}

struct Relation {
    text: String,
    code: Option<&'static CameoCode>,
    uses: u64,
}

pub(crate) struct Quadruples<'d> {
    dataset: &'d Dataset,
    path: PathBuf,
    units_per_day: i32,
    origin: Day,
    entities: Vec<Option<Entity>>,
    relations: Vec<Option<Relation>>,
    seen: HashSet<(u32, u32, u32, i32)>,
    events: Events,
}

pub(crate) const ENTITIES: &str = "entity2id";
pub(crate) const RELATIONS: &str = "relation2id";
pub(crate) const FACTS: [&str; 3] = ["train", "valid", "test"];

impl<'d> Quadruples<'d> {
    pub(crate) fn new(
        dataset: &'d Dataset,
        path: &Path,
        units_per_day: i32,
        origin: Day,
        wanted: &Wanted,
    ) -> Quadruples<'d> {
        Quadruples {
            dataset,
            path: path.to_owned(),
            units_per_day,
            origin,
            entities: Vec::new(),
            relations: Vec::new(),
            seen: HashSet::new(),
            events: Events::new(dataset.id, wanted),
        }
    }

    /// For a plain file of facts: the lists that lie beside it.
    fn lists_beside(&mut self, member: &Member) -> Result<(), ReadError> {
        if member.place.member.is_some() {
            return Err(ReadError {
                place: member.place.clone().into(),
                fault: Fault::Vocabulary(format!(
                    "the facts come before the names; put {ENTITIES}.txt and {RELATIONS}.txt first in the archive"
                )),
            });
        }
        let folder = self.path.parent().unwrap_or(Path::new("")).to_owned();
        for stem in [ENTITIES, RELATIONS] {
            let list = packed(&folder, stem).ok_or_else(|| ReadError {
                place: Place::file(&self.path).into(),
                fault: Fault::Vocabulary(format!(
                    "the facts are numbers without names; put {stem}.txt into the same folder"
                )),
            })?;
            archive::members(&list, &mut |member, input| self.list(member, input))?;
        }
        Ok(())
    }

    fn list(&mut self, member: &Member, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let entities = member.name.starts_with(ENTITIES);
        vocabulary(member, input, &mut |id, name, _| {
            if entities {
                let found = icews_actor(name);
                let entity = Entity {
                    phrase: name.to_owned(),
                    actor: found.actor,
                    sector: found.sector,
                    uses: 0,
                };
                put(&mut self.entities, id, entity);
            } else {
                let relation = Relation {
                    text: name.to_owned(),
                    code: cameo_by_name(name),
                    uses: 0,
                };
                put(&mut self.relations, id, relation);
            }
            Ok(())
        })
    }

    fn facts(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        if self.entities.is_empty() || self.relations.is_empty() {
            self.lists_beside(member)?;
        }
        self.events.file(&member.label);
        let mut tabs = Tabs::new(input, member);
        while let Some(line) = tabs.next()? {
            let row = line.number;
            let numbers = numbers(&line).map_err(|fault| ReadError {
                place: member.place.clone().row(row).into(),
                fault,
            })?;
            let [subject, relation, object, time] = numbers;
            let Ok(time) = i32::try_from(time) else {
                out.reject(bad_time(member, row, &time.to_string()));
                continue;
            };
            if time % self.units_per_day != 0 {
                out.reject(bad_time(member, row, &time.to_string()));
                continue;
            }
            let day = self.origin.plus(time / self.units_per_day);
            let unnamed = |field: &str, id: u32| ReadError {
                place: member.place.clone().row(row).field(field).into(),
                fault: Fault::Vocabulary(format!(
                    "number {id} has no name; the lists of names belong to other facts: take all files of one set"
                )),
            };
            let Some(r) = named(&mut self.relations, relation) else {
                return Err(unnamed("relation", relation));
            };
            for (field, id) in [("subject", subject), ("object", object)] {
                if named(&mut self.entities, id).is_none() {
                    return Err(unnamed(field, id));
                }
            }
            if !self.seen.insert((subject, relation, object, time)) {
                out.duplicate();
                continue;
            }
            r.uses += 1;
            for id in [subject, object] {
                if let Some(e) = named(&mut self.entities, id) {
                    e.uses += 1;
                }
            }
            let (Some(Some(s)), Some(Some(o))) = (
                self.entities.get(subject as usize),
                self.entities.get(object as usize),
            ) else {
                return Err(unnamed("subject", subject));
            };
            let event = Event {
                day: day.0,
                known: self.dataset.known(day).0,
                source: s.actor,
                target: o.actor,
                source_name: Some(&s.phrase),
                target_name: Some(&o.phrase),
                source_sectors: s.sector.as_deref(),
                target_sectors: o.sector.as_deref(),
                code: r.code.map(|c| c.code),
                quad: r.code.and_then(|c| c.quad).map(|q| q.number() as i8),
                goldstein: r.code.and_then(|c| c.goldstein),
                ..Event::default()
            };
            self.events.push(&event, row);
            out.saw(day);
            out.when_full(&mut self.events)?;
        }
        Ok(())
    }
}

impl Reader for Quadruples<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        if member.name.starts_with(ENTITIES) || member.name.starts_with(RELATIONS) {
            return self.list(member, input);
        }
        if FACTS.iter().any(|f| member.name.starts_with(f)) || member.place.member.is_none() {
            return self.facts(member, input, out);
        }
        out.skip(&format!(
            "member that is not part of the data set: {}",
            member.name
        ));
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        for e in self.entities.iter().flatten() {
            if e.actor.is_none() && e.uses > 0 {
                out.unknown_n("ICEWS actor", &e.phrase, e.uses);
            }
        }
        for r in self.relations.iter().flatten() {
            if r.code.is_none() && r.uses > 0 {
                out.unknown_n("ICEWS event text", &r.text, r.uses);
            }
        }
        out.rest(&mut self.events)
    }
}

/// Takes the number, the name and the row of an entry of a list of names.
type Entry<'a> = dyn FnMut(usize, &str, u64) -> Result<(), ReadError> + 'a;

/// Reads a list of names, `name <TAB> number`, and gives each entry to `take`.
pub(crate) fn vocabulary(
    member: &Member,
    input: &mut dyn BufRead,
    take: &mut Entry,
) -> Result<(), ReadError> {
    let mut tabs = Tabs::new(input, member);
    tabs.name_fields(vec!["name".to_owned(), "id".to_owned()]);
    while let Some(line) = tabs.next()? {
        let (text, row) = (line.text(), line.number);
        let fail = |fault| ReadError {
            place: member.place.clone().row(row).field("id").into(),
            fault,
        };
        let (name, id) = text.split_once('\t').ok_or_else(|| {
            fail(Fault::Columns {
                wanted: 2,
                found: 1,
            })
        })?;
        let number = id.trim().parse().ok().filter(|id: &usize| *id < 1 << 24);
        let id = number.ok_or_else(|| {
            fail(Fault::Vocabulary(format!(
                "'{id}' is not the number of a name; fetch the list again"
            )))
        })?;
        take(id, name, row)?;
    }
    Ok(())
}

/// The file of that stem in a folder: plain, or packed with gzip or xz.
pub(crate) fn packed(folder: &Path, stem: &str) -> Option<PathBuf> {
    ["txt", "txt.gz", "txt.xz"]
        .iter()
        .map(|ending| folder.join(format!("{stem}.{ending}")))
        .find(|p| p.is_file())
}

fn put<T>(list: &mut Vec<Option<T>>, id: usize, value: T) {
    if list.len() <= id {
        list.resize_with(id + 1, || None);
    }
    list[id] = Some(value);
}

fn named<T>(list: &mut [Option<T>], id: u32) -> Option<&mut T> {
    list.get_mut(id as usize)?.as_mut()
}

/// The first four numbers of a line; some sets pad them with blanks, some add a fifth column.
pub(crate) fn numbers(line: &Line) -> Result<[u32; 4], Fault> {
    let mut found = [0; 4];
    if line.len() < found.len() {
        return Err(Fault::Columns {
            wanted: found.len(),
            found: line.len(),
        });
    }
    for (number, cell) in found.iter_mut().zip(line.fields()) {
        *number = cell
            .trim_ascii()
            .parse()
            .map_err(|_| Fault::Damaged(format!("'{cell}' is not a number")))?;
    }
    Ok(found)
}

fn bad_time(member: &Member, row: u64, value: &str) -> RowError {
    RowError {
        file: member.label.clone(),
        row,
        field: "time".to_owned(),
        value: value.to_owned(),
        why: "is not a whole number of days".to_owned(),
    }
}
