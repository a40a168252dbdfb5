//! The shape of the file: which sections there are, which keys each has, and what kind of value each key takes.
//!
//! A walk over the parsed document reports every unknown key, every missing one and every value of the wrong kind at
//! once, and takes them out, so that what is left can be read and judged further.

mod sections;
#[cfg(test)]
mod tests;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::measures::{MEASURES, TESTS};
use crate::nearest::{nearest, remedy};
use crate::place::Finding;

pub(crate) use sections::FILE;

/// A section: a table of the file with the keys that it can have.
#[derive(Debug)]
pub struct Section {
    /// Its name as in the reference, e.g. `[[factor.indicator]]`.
    pub name: &'static str,
    /// Its keys, in the order of the reference.
    pub keys: &'static [Key],
    /// Whether the keys that it needs depend on one another: with a fault in one, nothing can be said of the rest.
    pub conditional: bool,
}

/// A key of a section.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether the section means nothing without it.
    pub must: bool,
}

/// What a key takes.
#[derive(Debug)]
pub enum Takes {
    /// Any text that is not empty.
    Text,
    /// A short name: lower-case letters, digits and hyphens.
    Id,
    /// One of some words.
    Word(&'static [&'static str]),
    /// The name of a measure.
    Measure,
    /// The name of a kind of test.
    Test,
    /// A number in a range.
    Number(Range),
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A calendar day, without quotes.
    Day,
    /// A list of such values.
    List(&'static Takes),
    /// A table.
    Table(&'static Section),
    /// A list of tables, each with the section's name in double brackets above it.
    Tables(&'static Section),
}

/// The range of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Any finite number.
    Any,
    /// 0 or more.
    NotNegative,
    /// More than 0.
    AboveZero,
    /// From 0 to 1.
    Share,
    /// Between 0 and 1, neither of them.
    Inside,
}

impl Range {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Range::Any => true,
                Range::NotNegative => x >= 0.0,
                Range::AboveZero => x > 0.0,
                Range::Share => (0.0..=1.0).contains(&x),
                Range::Inside => x > 0.0 && x < 1.0,
            }
    }

    fn words(self) -> &'static str {
        match self {
            Range::Any => "a finite number",
            Range::NotNegative => "0 or more",
            Range::AboveZero => "above 0",
            Range::Share => "from 0 to 1",
            Range::Inside => "between 0 and 1",
        }
    }
}

/// What is left of a table after the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Left {
    /// It lacks what it must have.
    Broken,
    /// Something was taken out that it can do without.
    Less,
    /// All of it.
    Whole,
}

/// Walks a table, reports what does not fit its section and takes it out.
///
/// Entries of which nothing more can be said are taken out whole: an indicator whose `with` was misspelt would else be
/// reported a second time for having none.
pub(crate) fn check(
    table: &mut DeTable<'_>,
    at: std::ops::Range<usize>,
    section: &Section,
    found: &mut Vec<Finding>,
) -> Left {
    let mut out = Vec::new();
    for (key, _) in table.iter() {
        if !section
            .keys
            .iter()
            .any(|k| k.name == key.get_ref().as_ref())
        {
            found.push(unknown_key(key, section));
            out.push(key.get_ref().to_string());
        }
    }
    let mut left = if out.is_empty() {
        Left::Whole
    } else {
        Left::Less
    };
    for key in section.keys {
        let now = match table.get_mut(key.name) {
            None if key.must => {
                found.push(missing_key(key, at.clone(), section));
                Left::Broken
            }
            None => Left::Whole,
            Some(value) => fits(value, key.name, &key.takes, found),
        };
        if now == Left::Broken && !key.must {
            out.push(key.name.to_owned());
            left = left.min(Left::Less);
        } else {
            left = left.min(now);
        }
    }
    for key in out {
        table.remove(key.as_str());
    }
    left
}

fn unknown_key(key: &Spanned<std::borrow::Cow<'_, str>>, section: &Section) -> Finding {
    let name = key.get_ref().as_ref();
    let known: Vec<&str> = section.keys.iter().map(|k| k.name).collect();
    let remedy = match nearest(name, &known) {
        Some(near) => format!(
            "did you mean '{near}'? {} knows {}",
            section.name,
            known.join(", ")
        ),
        None => format!("{} knows {}", section.name, known.join(", ")),
    };
    Finding {
        span: key.span(),
        message: format!("unknown key '{name}' in {}", section.name),
        remedy,
    }
}

fn missing_key(key: &Key, at: std::ops::Range<usize>, section: &Section) -> Finding {
    let message = match key.takes {
        Takes::Table(inner) => format!("{} lacks {}", section.name, inner.name),
        _ => format!("{} lacks '{}'", section.name, key.name),
    };
    Finding {
        span: at,
        message,
        remedy: format!("write {}", example(key)),
    }
}

/// How a key is written.
fn example(key: &Key) -> String {
    let value = match &key.takes {
        Takes::Table(_) if key.name == "sides" => {
            return "sides = { a = \"NATO\", b = \"AZE\" }".to_owned();
        }
        Takes::Table(section) if section.name.starts_with('[') => return section.name.to_owned(),
        Takes::Table(_) => "{ declared = 0.5, why = \"...\" }".to_owned(),
        Takes::Day => "1994-05-04".to_owned(),
        Takes::Word(words) => return format!("{} = one of {}", key.name, words.join(", ")),
        Takes::Measure => return format!("{} = one of {}", key.name, measure_names().join(", ")),
        Takes::Test => return format!("{} = one of {}", key.name, test_names().join(", ")),
        Takes::Number(_) => "1.0".to_owned(),
        Takes::Whole(least, _) => least.to_string(),
        Takes::List(Takes::Word(words)) => format!("[\"{}\"]", words[0]),
        Takes::List(_) => "[\"...\"]".to_owned(),
        Takes::Id => "\"a-short-name\"".to_owned(),
        Takes::Text | Takes::Tables(_) => "\"...\"".to_owned(),
    };
    format!("{} = {value}", key.name)
}

fn measure_names() -> Vec<&'static str> {
    MEASURES.iter().map(|m| m.name).collect()
}

fn test_names() -> Vec<&'static str> {
    TESTS.iter().map(|t| t.name).collect()
}

/// Whether a value fits; what does not is reported.
fn fits(
    value: &mut Spanned<DeValue<'_>>,
    key: &str,
    takes: &Takes,
    found: &mut Vec<Finding>,
) -> Left {
    let span = value.span();
    match (takes, value.get_mut()) {
        (Takes::List(inner), DeValue::Array(array)) => {
            let items = array.iter_mut().map(|item| fits(item, key, inner, found));
            return items.fold(Left::Whole, Left::min);
        }
        (Takes::Table(section), DeValue::Table(table)) => {
            return check(table, span, section, found);
        }
        (Takes::Tables(section), DeValue::Array(array)) => {
            *array = array
                .iter_mut()
                .filter_map(|item| entry(item, key, section, found))
                .collect();
            return Left::Whole;
        }
        _ => {}
    }
    let mut wrong = |message: String, remedy: String| {
        found.push(Finding {
            span: span.clone(),
            message,
            remedy,
        });
        false
    };
    let good = match (takes, value.get_ref()) {
        (Takes::Text, DeValue::String(text)) => {
            !text.trim().is_empty()
                || wrong(
                    format!("'{key}' is empty"),
                    "write a text, or leave the key out".into(),
                )
        }
        (Takes::Id, DeValue::String(text)) => {
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            (!text.is_empty() && text.chars().all(good))
                || wrong(
                    format!("'{text}' is not a short name"),
                    "write lower-case letters, digits and hyphens, as in nato-azerbaijan".into(),
                )
        }
        (Takes::Word(words), DeValue::String(text)) => word(key, text, words, &mut wrong),
        (Takes::Measure, DeValue::String(text)) => word(key, text, &measure_names(), &mut wrong),
        (Takes::Test, DeValue::String(text)) => word(key, text, &test_names(), &mut wrong),
        (Takes::Number(range), DeValue::Integer(_) | DeValue::Float(_)) => {
            match number(value.get_ref()) {
                Some(x) if range.holds(x) => true,
                _ => wrong(format!("'{key}' must be {}", range.words()), String::new()),
            }
        }
        (Takes::Whole(least, most), DeValue::Integer(n)) => {
            i64::from_str_radix(&n.as_str().replace('_', ""), n.radix())
                .is_ok_and(|n| (*least..=*most).contains(&n))
                || wrong(
                    format!("'{key}' must be a whole number from {least} to {most}"),
                    String::new(),
                )
        }
        (Takes::Day, DeValue::Datetime(day)) => {
            let sound = day.date.is_some() && day.time.is_none() && day.offset.is_none();
            sound
                || wrong(
                    format!("'{key}' must be a day without a time"),
                    "write YYYY-MM-DD, as in 2020-09-27".into(),
                )
        }
        (Takes::Day, DeValue::String(text)) if text.parse::<detente_atlas::Day>().is_ok() => wrong(
            format!("'{key}' is a text, not a date"),
            format!("write it without quotes: {key} = {text}"),
        ),
        (Takes::Day, other) => wrong(
            format!("'{key}' is {}, not a date", kind(other)),
            format!("write YYYY-MM-DD without quotes, as in {key} = 2020-09-27"),
        ),
        (Takes::List(_), DeValue::String(text)) => wrong(
            format!("'{key}' is a text, not a list"),
            format!("write {key} = [\"{text}\"]"),
        ),
        (Takes::Tables(section), DeValue::Table(_)) => wrong(
            format!(
                "[{0}] stands in single brackets",
                section.name.trim_matches(['[', ']'])
            ),
            format!("write {}, because there can be several", section.name),
        ),
        (takes, other) => wrong(
            format!("'{key}' is {}, not {}", kind(other), wanted(takes)),
            String::new(),
        ),
    };
    if good { Left::Whole } else { Left::Broken }
}

/// An entry of a list of tables, where there is enough of it left.
fn entry<'i>(
    item: &mut Spanned<DeValue<'i>>,
    key: &str,
    section: &Section,
    found: &mut Vec<Finding>,
) -> Option<Spanned<DeValue<'i>>> {
    let at = item.span();
    match item.get_mut() {
        DeValue::Table(table) => {
            let least = if section.conditional {
                Left::Whole
            } else {
                Left::Less
            };
            (check(table, at, section, found) >= least).then(|| item.clone())
        }
        other => {
            found.push(Finding {
                span: at,
                message: format!("'{key}' holds {}, not a table", kind(other)),
                remedy: format!("write {} above each of them", section.name),
            });
            None
        }
    }
}

fn word(
    key: &str,
    text: &str,
    words: &[&str],
    wrong: &mut dyn FnMut(String, String) -> bool,
) -> bool {
    words.contains(&text)
        || wrong(
            format!("'{text}' is not a value of '{key}'"),
            remedy(text, words),
        )
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(&n.as_str().replace('_', ""), n.radix())
            .ok()
            .map(|n| n as f64),
        DeValue::Float(x) => x.as_str().replace('_', "").parse().ok(),
        _ => None,
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn wanted(takes: &Takes) -> &'static str {
    match takes {
        Takes::Text | Takes::Id | Takes::Word(_) | Takes::Measure | Takes::Test => {
            "a text in quotes"
        }
        Takes::Number(_) => "a number",
        Takes::Whole(..) => "a whole number",
        Takes::Day => "a date",
        Takes::List(_) => "a list in brackets",
        Takes::Table(_) => "a table",
        Takes::Tables(_) => "a list of tables",
    }
}
