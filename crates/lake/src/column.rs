//! What the columns of the tables hold, and the values that they are compared with.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use arrow_schema::DataType;
use detente_atlas::Day;

use crate::schema::Table;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text: ids, names, codes.
    Text,
    /// A calendar day.
    Day,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// True or false.
    Flag,
}

impl Kind {
    /// The kind of an Arrow type of the tables.
    pub(crate) fn of(data_type: &DataType) -> Kind {
        match data_type {
            DataType::Date32 => Kind::Day,
            DataType::Int8 | DataType::Int32 | DataType::Int64 => Kind::Integer,
            DataType::Float32 | DataType::Float64 => Kind::Number,
            DataType::Boolean => Kind::Flag,
            _ => Kind::Text,
        }
    }

    /// The kind in words: "text", "dates"...
    pub fn words(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Day => "dates (YYYY-MM-DD)",
            Kind::Integer => "whole numbers",
            Kind::Number => "numbers",
            Kind::Flag => "true or false",
        }
    }
}

static KINDS: LazyLock<BTreeMap<String, Kind>> = LazyLock::new(|| {
    let mut kinds = BTreeMap::new();
    for field in Table::ALL.iter().flat_map(|t| t.schema().fields().to_vec()) {
        let kind = Kind::of(field.data_type());
        // Articles are counted in one table and estimated in another: a number is written as either.
        let known = kinds.entry(field.name().clone()).or_insert(kind);
        if kind == Kind::Number {
            *known = kind;
        }
    }
    kinds
});

/// The kind of the column of that name. A name has the same kind in every table that has it, but that a number with a fraction
/// may be a whole number in another.
pub fn column_kind(name: &str) -> Option<Kind> {
    KINDS.get(name).copied()
}

/// The names of all columns of all tables, in alphabetical order.
pub fn column_names() -> impl Iterator<Item = &'static str> {
    KINDS.keys().map(String::as_str)
}

/// The names of a table's columns, in its order.
pub fn columns_of(table: Table) -> Vec<String> {
    table
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .collect()
}

/// The known name nearest to `name` within two edits, for "did you mean".
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|k| (edits(name, k), k))
        .filter(|(d, k)| *d <= 2 && *d < k.len())
        .min()
        .map(|(_, k)| k)
}

/// Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let here = (diagonal + usize::from(ca != *cb))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

/// A value that a column is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// A day.
    Day(Day),
    /// True or false.
    Bool(bool),
}

/// Whether a character may stand in a filter text outside quotes.
pub(crate) fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || "_.-+/:@&#%~".contains(c)
}

impl fmt::Display for Value {
    /// As it is written in a filter: text in single quotes where it holds other than letters, digits and `_.-+/:@&#%~`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(t) if !t.is_empty() && t.chars().all(is_bare) => f.write_str(t),
            Value::Text(t) => write!(f, "'{}'", t.replace('\'', "''")),
            Value::Int(n) => write!(f, "{n}"),
            // The debug form keeps the point and every digit that matters.
            Value::Float(x) => write!(f, "{x:?}"),
            Value::Day(d) => write!(f, "{d}"),
            Value::Bool(b) => write!(f, "{b}"),
        }
    }
}

impl From<&str> for Value {
    fn from(t: &str) -> Value {
        Value::Text(t.to_owned())
    }
}

impl From<String> for Value {
    fn from(t: String) -> Value {
        Value::Text(t)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}

impl From<Day> for Value {
    fn from(d: Day) -> Value {
        Value::Day(d)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_kind_in_all_tables() {
        for table in Table::ALL {
            for field in table.schema().fields() {
                let kind = Kind::of(field.data_type());
                let named = column_kind(field.name()).unwrap();
                assert!(
                    named == kind || (named, kind) == (Kind::Number, Kind::Integer),
                    "{table:?} {}",
                    field.name()
                );
            }
        }
    }

    #[test]
    fn nearest_names_are_within_two_edits() {
        assert_eq!(nearest("sorce", column_names()), Some("source"));
        assert_eq!(nearest("knwon", column_names()), Some("known"));
        assert_eq!(nearest("elephant", column_names()), None);
    }
}
