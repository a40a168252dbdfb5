//! A map: what the columns of a user's own log mean, so that it comes in as events without a reader of its own.
//!
//! A map is a TOML file; `docs/own-data.md` has a whole one. What a map does not say is not in the rows: no actor, code or
//! number is guessed from a column that it does not name.

mod date;
mod shape;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use detente_atlas::{Actor, By, Day, SanctionAs, System, resolve, resolve_name};

pub(crate) use date::DateForm;

use crate::dataset::{Dataset, Format, Grade, OPEN_END, Reliability};
use crate::schema::Table;

/// The columns of the events table that a map can fill, in its order.
pub(crate) const FIELDS: [&str; 28] = [
    "day",
    "known",
    "source",
    "target",
    "source_name",
    "target_name",
    "source_sectors",
    "target_sectors",
    "code",
    "mode",
    "context",
    "quad",
    "goldstein",
    "place",
    "province",
    "city",
    "lat",
    "lon",
    "mentions",
    "sources",
    "articles",
    "tone",
    "deaths",
    "deaths_low",
    "deaths_high",
    "publisher",
    "story",
    "event",
];

/// What the columns of a log mean, as [`map_of`] reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) file: FileKind,
    pub(crate) delimiter: u8,
    pub(crate) dates: DateForm,
    pub(crate) decimal_comma: bool,
    /// Cells that say nothing, besides empty ones.
    pub(crate) missing: Vec<String>,
    /// By the order of [`FIELDS`].
    pub(crate) fields: Vec<Filled>,
    pub(crate) actors: Names,
    pub(crate) places: Names,
    pub(crate) ontology: Ontology,
    pub(crate) sanction: Option<SanctionAs>,
    pub(crate) codes: BTreeMap<String, OwnCode>,
    pub(crate) licence: String,
    pub(crate) terms: String,
    pub(crate) citation: String,
    pub(crate) lag_days: Option<i32>,
    pub(crate) span: (Day, Day),
    /// The map as it is written.
    pub(crate) text: String,
}

// Its only fractions are Goldstein values, which are checked to lie from -10 to 10, so none is NaN.
impl Eq for Map {}

/// How the log is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Csv,
    Tsv,
    Parquet,
}

/// What fills a column of the events table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Filled {
    #[default]
    Nothing,
    Column(String),
    Constant(String),
}

/// How actors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    Id,
    Name,
    Code(System),
}

impl Names {
    const ALL: [(&'static str, Names); 8] = [
        ("id", Names::Id),
        ("iso3", Names::Code(System::Iso3)),
        ("iso2", Names::Code(System::Iso2)),
        ("cow", Names::Code(System::CowNumber)),
        ("gw", Names::Code(System::GleditschWard)),
        ("cameo", Names::Code(System::Cameo)),
        ("fips", Names::Code(System::Fips)),
        ("name", Names::Name),
    ];

    pub(crate) fn word(self) -> &'static str {
        let found = Names::ALL.iter().find(|(_, names)| *names == self);
        found.map_or("id", |(word, _)| word)
    }

    pub(crate) fn actor(self, text: &str, day: Day) -> Option<Actor> {
        match self {
            Names::Id => Actor::from_id(text),
            Names::Name => resolve_name(text),
            Names::Code(system) => resolve(system, text, Some(day)),
        }
    }
}

/// The list that the codes of the log are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ontology {
    Cameo,
    Plover,
    Own,
}

/// What a code of one's own stands for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OwnCode {
    pub(crate) code: Option<String>,
    pub(crate) quad: Option<i8>,
    pub(crate) goldstein: Option<f32>,
}

/// Why a map cannot be used: one fault, the first of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MapError {
    /// The map.
    pub file: String,
    /// The line, from 1; none where the whole file is meant.
    pub line: Option<usize>,
    /// The key, with its section: `columns.source`; empty where none is meant.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ", key '{}'", self.key)?;
        }
        write!(f, ": {}; {}", self.what, self.remedy)
    }
}

/// Reads a map.
///
/// # Errors
/// A file that cannot be read, is no TOML, or says something that makes no sense; the error names file, line, key and remedy.
pub fn map_of(path: &Path) -> Result<Map, MapError> {
    let name = path.display().to_string();
    let fail = |what: String, remedy: &str| MapError {
        file: name.clone(),
        line: None,
        key: String::new(),
        what,
        remedy: remedy.to_owned(),
    };
    let bytes = std::fs::read(path).map_err(|e| {
        fail(
            format!("cannot be read ({e})"),
            "check that the map is there and that you may read it",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        fail(
            format!("not UTF-8 after {at} bytes"),
            "save the map as UTF-8",
        )
    })?;
    shape::parse(&name, &text)
}

impl Map {
    /// The id of its data set.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The map as it is written, so that a change of it can be noticed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The data set that files of this map are read as.
    ///
    /// It is never freed: data sets are named by plain references all over the program, which the catalogue hands out for good, and a
    /// program reads a handful of maps in its life.
    pub fn dataset(self) -> &'static Dataset {
        let map: &'static Map = Box::leak(Box::new(self));
        let lag_reason = match (map.lag_days, map.has("known")) {
            (Some(_), false) => "As the map says.",
            (Some(_), true) => {
                "Where a row does not say itself when it became known; as the map says."
            }
            (None, _) => "Every row says itself when it became known.",
        };
        Box::leak(Box::new(Dataset {
            id: &map.id,
            title: &map.title,
            table: Table::Events,
            format: Format::Mapped(map),
            citation: &map.citation,
            licence: &map.licence,
            terms: &map.terms,
            grade: Grade {
                reliability: Reliability::F,
                credibility: 6,
            },
            directed: true,
            lag_days: map.lag_days.unwrap_or(0),
            lag_reason,
            gaps: vec![],
            blind: &[],
            step: By::Day,
            beat: None,
            files: &[],
            span: map.span,
            notes: &["Read by a map of your own."],
        }))
    }

    fn has(&self, field: &str) -> bool {
        let at = FIELDS.iter().position(|f| *f == field);
        at.and_then(|i| self.fields.get(i))
            .is_some_and(|f| *f != Filled::Nothing)
    }
}

/// The span of a map that does not say one.
fn always() -> (Day, Day) {
    let (year, month, day) = OPEN_END;
    let end = Day::from_ymd(year, month, day);
    let start = Day::from_ymd(1900, 1, 1);
    (start.unwrap_or(Day(0)), end.unwrap_or(Day(0)))
}
