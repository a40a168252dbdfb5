//! A map from its text.

use std::collections::BTreeMap;
use std::ops::Range;

use detente_atlas::{Day, SanctionAs, cameo};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{DateForm, FIELDS, FileKind, Filled, Map, MapError, Names, Ontology, OwnCode, always};

const KEYS: [&str; 17] = [
    "id",
    "title",
    "file",
    "delimiter",
    "decimal",
    "date-format",
    "missing",
    "licence",
    "terms",
    "citation",
    "lag-days",
    "from",
    "to",
    "columns",
    "constants",
    "actors",
    "codes",
];

type Result<T> = std::result::Result<T, MapError>;

/// Reads a map; `name` stands for the file in messages.
pub(super) fn parse(name: &str, text: &str) -> Result<Map> {
    let doc = Doc { name, text };
    let table = DeTable::parse(text).map_err(|e| {
        let at = e.span().unwrap_or(0..0);
        let what = format!("is no TOML: {}", e.message().replace('\n', ", "));
        doc.error(Some(at), "", &what, "write it as docs/own-data.md does")
    })?;
    let top = Section {
        doc: &doc,
        name: "",
        table: table.get_ref(),
        at: 0..0,
    };
    top.keys(&KEYS)?;
    let file = top.one_of(
        "file",
        &[
            ("csv", FileKind::Csv),
            ("tsv", FileKind::Tsv),
            ("parquet", FileKind::Parquet),
        ],
    )?;
    let file = file.unwrap_or(FileKind::Csv);
    if file == FileKind::Parquet && !cfg!(feature = "parquet") {
        return Err(top.wrong(
            "file",
            "this build of the program reads no Parquet",
            "give the log as csv or tsv",
        ));
    }
    let columns = top.section("columns")?.ok_or_else(|| {
        doc.error(None, "columns", "is missing", "add [columns] with a line such as day = \"Date\" for each column of the log that is to be read")
    })?;
    let fields = fields(&columns, top.section("constants")?.as_ref())?;
    let lag_days = top.whole("lag-days", 0, 36_500)?;
    // The places of day and known in FIELDS.
    if fields.first() == Some(&Filled::Nothing) {
        return Err(columns.wrong(
            "day",
            "is missing",
            "name the column that holds the day of an event: day = \"Date\"",
        ));
    }
    if fields.get(1) == Some(&Filled::Nothing) && lag_days.is_none() {
        return Err(top.wrong(
            "lag-days",
            "is missing",
            "say after how many days a row could be known (lag-days = 0 where it is on the day itself), or name a column: \
             known = \"Entered on\" under [columns]; without it a look back would know too much",
        ));
    }
    let (actors, places) = actors(top.section("actors")?.as_ref())?;
    let (ontology, sanction, codes) = codes(top.section("codes")?.as_ref())?;
    let id = id(&top)?;
    Ok(Map {
        title: top.text("title")?.unwrap_or_else(|| id.clone()),
        id,
        file,
        delimiter: delimiter(&top, file)?,
        decimal_comma: top
            .one_of("decimal", &[(".", false), (",", true)])?
            .unwrap_or(false),
        dates: dates(&top)?,
        missing: top.texts("missing")?,
        fields,
        actors,
        places,
        ontology,
        sanction,
        codes,
        licence: top
            .text("licence")?
            .unwrap_or_else(|| "Your own; the map states none.".to_owned()),
        terms: top
            .text("terms")?
            .unwrap_or_else(|| "The map states none.".to_owned()),
        citation: top
            .text("citation")?
            .unwrap_or_else(|| "the map states none".to_owned()),
        lag_days,
        span: span(&top)?,
        text: text.to_owned(),
    })
}

fn id(top: &Section) -> Result<String> {
    let Some(id) = top.text("id")? else {
        return Err(top.wrong(
            "id",
            "is missing",
            "give the data set a name of its own: id = \"mfa-log\"",
        ));
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
        let what = format!("'{id}' is no id");
        return Err(top.wrong(
            "id",
            &what,
            "write small letters, digits and hyphens, at most 60: id = \"mfa-log\"",
        ));
    }
    if crate::dataset(&id).is_some() {
        let what = format!("'{id}' is a data set of the catalogue");
        let remedy =
            format!("choose another: id = \"{id}-own\" keeps its rows apart from those of {id}");
        return Err(top.wrong("id", &what, &remedy));
    }
    Ok(id)
}

fn delimiter(top: &Section, file: FileKind) -> Result<u8> {
    let Some(text) = top.text("delimiter")? else {
        return Ok(if file == FileKind::Tsv { b'\t' } else { b',' });
    };
    if file != FileKind::Csv {
        return Err(top.wrong(
            "delimiter",
            "goes with file = \"csv\" alone",
            "leave it out, or change file",
        ));
    }
    match text.as_bytes() {
        [one @ (b',' | b';' | b'|' | b':')] => Ok(*one),
        _ => Err(top.wrong(
            "delimiter",
            &format!("'{text}' is none"),
            "write one of , ; | : (for tabs write file = \"tsv\")",
        )),
    }
}

fn dates(top: &Section) -> Result<DateForm> {
    let Some(text) = top.text("date-format")? else {
        return Ok(DateForm::Iso);
    };
    DateForm::of(&text).ok_or_else(|| {
        top.wrong(
            "date-format",
            &format!("'{text}' is no form of dates"),
            "write ISO (2024-12-31), YYYYMMDD, or d, m and Y in their order with / . or - between them, as in d/m/Y",
        )
    })
}

fn span(top: &Section) -> Result<(Day, Day)> {
    let (first, last) = always();
    let from = top.day("from")?.unwrap_or(first);
    let to = top.day("to")?.unwrap_or(last);
    if to < from {
        return Err(top.wrong(
            "to",
            "lies before from",
            "exchange the two, or leave to out for a log that goes on",
        ));
    }
    Ok((from, to))
}

/// What fills each column of the events table.
fn fields(columns: &Section, constants: Option<&Section>) -> Result<Vec<Filled>> {
    columns.keys(&FIELDS)?;
    if let Some(constants) = constants {
        constants.keys(&FIELDS)?;
    }
    let mut fields = Vec::with_capacity(FIELDS.len());
    for field in FIELDS {
        let column = columns.text(field)?;
        let constant = constants.map(|c| c.text(field)).transpose()?.flatten();
        fields.push(match (column, constant) {
            (Some(_), Some(_)) => {
                return Err(columns.wrong(
                    field,
                    "is named under [constants] too",
                    "keep one of the two",
                ));
            }
            (Some(column), None) => Filled::Column(column),
            (None, Some(constant)) => Filled::Constant(constant),
            (None, None) => Filled::Nothing,
        });
    }
    Ok(fields)
}

/// How actors and how places are written.
fn actors(section: Option<&Section>) -> Result<(Names, Names)> {
    let Some(section) = section else {
        return Ok((Names::Id, Names::Id));
    };
    section.keys(&["system", "place"])?;
    let actors = section.one_of("system", &Names::ALL)?.unwrap_or(Names::Id);
    Ok((
        actors,
        section.one_of("place", &Names::ALL)?.unwrap_or(actors),
    ))
}

type Codes = (Ontology, Option<SanctionAs>, BTreeMap<String, OwnCode>);

fn codes(section: Option<&Section>) -> Result<Codes> {
    let Some(section) = section else {
        return Ok((Ontology::Own, None, BTreeMap::new()));
    };
    section.keys(&["ontology", "sanction", "table"])?;
    let ontology = section.one_of(
        "ontology",
        &[
            ("cameo", Ontology::Cameo),
            ("plover", Ontology::Plover),
            ("own", Ontology::Own),
        ],
    )?;
    let ontology = ontology.unwrap_or(Ontology::Own);
    let sanction = section.one_of(
        "sanction",
        &[
            ("material-conflict", SanctionAs::MaterialConflict),
            ("verbal-conflict", SanctionAs::VerbalConflict),
        ],
    )?;
    let mut table = BTreeMap::new();
    if let Some(own) = section.section("table")? {
        for key in own.table.keys() {
            let name = key.get_ref().as_ref();
            let Some(entry) = own.section(name)? else {
                continue;
            };
            table.insert(name.to_owned(), own_code(&entry, ontology)?);
        }
    }
    Ok((ontology, sanction, table))
}

fn own_code(entry: &Section, ontology: Ontology) -> Result<OwnCode> {
    entry.keys(&["code", "quad", "goldstein"])?;
    let code = entry.text("code")?;
    if let Some(code) = &code {
        let remedy = match ontology {
            Ontology::Cameo if cameo(code).is_none() => {
                "write a CAMEO code of two to four digits with its leading zero: code = \"036\""
            }
            Ontology::Plover if code.parse::<detente_atlas::PloverType>().is_err() => {
                "write one of the sixteen PLOVER types in capitals: code = \"CONSULT\""
            }
            _ => "",
        };
        if !remedy.is_empty() {
            return Err(entry.wrong("code", &format!("'{code}' is not in the ontology"), remedy));
        }
    }
    let goldstein = entry.number("goldstein")?;
    Ok(OwnCode {
        code,
        quad: entry
            .whole("quad", 1, 4)?
            .and_then(|q| i8::try_from(q).ok()),
        goldstein,
    })
}

/// The text of the map.
struct Doc<'t> {
    name: &'t str,
    text: &'t str,
}

impl Doc<'_> {
    fn error(&self, at: Option<Range<usize>>, key: &str, what: &str, remedy: &str) -> MapError {
        let line = at.map(|at| {
            let before = self.text.as_bytes().get(..at.start).unwrap_or_default();
            1 + before.iter().filter(|b| **b == b'\n').count()
        });
        MapError {
            file: self.name.to_owned(),
            line,
            key: key.to_owned(),
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

/// A table of the map.
struct Section<'t> {
    doc: &'t Doc<'t>,
    /// Empty for the top.
    name: &'t str,
    table: &'t DeTable<'t>,
    at: Range<usize>,
}

impl<'t> Section<'t> {
    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        let mut entries = self.table.iter();
        entries
            .find(|(k, _)| k.get_ref().as_ref() == key)
            .map(|(_, value)| value)
    }

    fn full(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// The error of a key, at its value, or at the section where it is missing.
    fn wrong(&self, key: &str, what: &str, remedy: &str) -> MapError {
        let at = match self.get(key) {
            Some(value) => Some(value.span()),
            None => Some(self.at.clone()).filter(|at| !at.is_empty()),
        };
        self.doc.error(at, &self.full(key), what, remedy)
    }

    /// Refuses a key that is not known here.
    fn keys(&self, known: &[&str]) -> Result<()> {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let all = known.join(", ");
                let remedy = match nearest(name, known) {
                    Some(near) => format!("did you mean '{near}'? The keys are {all}"),
                    None => format!("the keys are {all}"),
                };
                return Err(self.doc.error(
                    Some(key.span()),
                    &self.full(name),
                    "is not known",
                    &remedy,
                ));
            }
        }
        Ok(())
    }

    fn mistyped(&self, key: &str, value: &DeValue, wanted: &str) -> MapError {
        let what = format!("holds a value of the type {}", value.type_str());
        self.wrong(key, &what, &format!("write {wanted}"))
    }

    fn section(&self, key: &'t str) -> Result<Option<Section<'t>>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::Table(table) => Ok(Some(Section {
                doc: self.doc,
                name: key,
                table,
                at: value.span(),
            })),
            other => Err(self.mistyped(key, other, "a table: [section] or { key = value }")),
        }
    }

    fn text(&self, key: &str) -> Result<Option<String>> {
        match self.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(text)) => Ok(Some(text.clone().into_owned())),
            Some(other) => Err(self.mistyped(key, other, "a text in quotation marks")),
        }
    }

    fn texts(&self, key: &str) -> Result<Vec<String>> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let texts = value.get_ref().as_array().and_then(|array| {
            let items = array.iter();
            items
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        texts.ok_or_else(|| self.mistyped(key, value.get_ref(), "a list of texts: [\"NA\", \"-\"]"))
    }

    fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| Some(*value)).ok_or_else(|| {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let remedy = format!("write one of {}", all.join("  "));
            self.wrong(key, &format!("'{text}' is not known"), &remedy)
        })
    }

    fn whole(&self, key: &str, least: i32, most: i32) -> Result<Option<i32>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let number = value.get_ref().as_integer().and_then(|n| {
            let number = i32::from_str_radix(n.as_str(), n.radix()).ok();
            number.filter(|n| (least..=most).contains(n))
        });
        number.map(Some).ok_or_else(|| {
            let remedy = format!("write a whole number from {least} to {most}");
            self.wrong(key, "is not such a number", &remedy)
        })
    }

    /// A Goldstein value.
    fn number(&self, key: &str) -> Result<Option<f32>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = match value.get_ref() {
            DeValue::Integer(n) => n.as_str(),
            DeValue::Float(x) => x.as_str(),
            _ => "",
        };
        let number = text.parse::<f32>().ok();
        let number = number.filter(|x| (-10.0..=10.0).contains(x));
        number
            .map(Some)
            .ok_or_else(|| self.wrong(key, "is not such a number", "write a number from -10 to 10"))
    }

    fn day(&self, key: &str) -> Result<Option<Day>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = match value.get_ref() {
            DeValue::String(text) => text.clone().into_owned(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        text.parse()
            .map(Some)
            .map_err(|_| self.wrong(key, "is not a day", "write it as 2024-12-31"))
    }
}

/// The known word nearest to one that is not, within two edits.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = known.iter().map(|k| (edits(word, k), *k));
    near.filter(|(n, k)| *n <= 2 && *n < k.chars().count())
        .min()
        .map(|(_, k)| k)
}

/// Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.chars().zip(row.windows(2)) {
            let [diagonal, up] = above else { continue };
            left = (diagonal + usize::from(from != to))
                .min(up + 1)
                .min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
