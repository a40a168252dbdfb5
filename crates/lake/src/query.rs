//! The closed set of queries, stated as data.

use std::fmt;

use detente_atlas::By;

use crate::filter::Filter;
use crate::fold::Fold;
use crate::schema::Table;

/// A question to the lake.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// The rows of a table.
    Scan(Scan),
    /// Dyad-periods: counts and sums of events or dyads by period and keys.
    Aggregate(Aggregate),
}

/// Rows of a table as stored, in the fixed order data set, file, day as stored in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The table.
    pub table: Table,
    /// The columns in the order wanted; empty for all.
    pub columns: Vec<String>,
    /// Which rows.
    pub filter: Filter,
    /// At most so many rows.
    pub limit: Option<usize>,
}

/// Sums by period and keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Events or dyads.
    pub table: Table,
    /// Which rows.
    pub filter: Filter,
    /// The length of the periods; a row belongs to the period of its day (dyads: of its first day).
    pub by: By,
    /// What the rows are grouped by, beside the period.
    pub keys: Vec<Key>,
    /// Which rows are one event, which is counted once (events only). Only rows that the filter keeps take part: an as-of view
    /// folds what was known.
    pub fold: Fold,
}

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The data set.
    Dataset,
    /// The source actor.
    Source,
    /// The target actor.
    Target,
    /// The actor on whose territory the event was (events only).
    Place,
    /// The first two digits of the event code, or all of one that does not begin with two digits (events only).
    Root,
}

impl Key {
    /// All keys.
    pub const ALL: [Key; 5] = [
        Key::Dataset,
        Key::Source,
        Key::Target,
        Key::Place,
        Key::Root,
    ];

    /// The name of the key and of its output column.
    pub fn name(self) -> &'static str {
        match self {
            Key::Dataset => "dataset",
            Key::Source => "source",
            Key::Target => "target",
            Key::Place => "place",
            Key::Root => "root",
        }
    }

    /// The key of that name.
    pub fn from_name(name: &str) -> Option<Key> {
        Key::ALL.into_iter().find(|k| k.name() == name)
    }

    /// The column that the key is read from.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Key::Root => "code",
            other => other.name(),
        }
    }
}

impl Scan {
    /// All columns of the rows of a table that a filter keeps.
    pub fn of(table: Table, filter: Filter) -> Scan {
        Scan {
            table,
            columns: Vec::new(),
            filter,
            limit: None,
        }
    }
}

impl From<Scan> for Query {
    fn from(scan: Scan) -> Query {
        Query::Scan(scan)
    }
}

impl From<Aggregate> for Query {
    fn from(aggregate: Aggregate) -> Query {
        Query::Aggregate(aggregate)
    }
}

/// The name of a period.
pub(crate) fn word_of(by: By) -> &'static str {
    match by {
        By::Day => "day",
        By::Week => "week",
        By::Month => "month",
        By::Quarter => "quarter",
        By::Year => "year",
    }
}

impl fmt::Display for Query {
    /// In words: `events where source = AZE, limit 10`, `dyads by month, source, target where known <= 2020-09-25`,
    /// `events by day, source where all, one event per story, pair and code`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Scan(s) => {
                f.write_str(s.table.name())?;
                if !s.columns.is_empty() {
                    write!(f, " ({})", s.columns.join(", "))?;
                }
                write!(f, " where {}", s.filter)?;
                s.limit.map_or(Ok(()), |n| write!(f, ", limit {n}"))
            }
            Query::Aggregate(a) => {
                write!(f, "{} by {}", a.table.name(), word_of(a.by))?;
                for key in &a.keys {
                    write!(f, ", {}", key.name())?;
                }
                write!(f, " where {}", a.filter)?;
                match a.fold {
                    Fold::None => Ok(()),
                    fold => write!(f, ", {fold}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_read_as_sentences() {
        let scan = Scan {
            limit: Some(10),
            ..Scan::of(Table::Events, Filter::eq("source", "AZE"))
        };
        assert_eq!(
            Query::from(scan).to_string(),
            "events where source = AZE, limit 10"
        );
        let aggregate = Aggregate {
            table: Table::Dyads,
            filter: Filter::All,
            by: By::Month,
            keys: vec![Key::Source, Key::Target],
            fold: Fold::None,
        };
        assert_eq!(
            Query::from(aggregate.clone()).to_string(),
            "dyads by month, source, target where all"
        );
        let folded = Aggregate {
            table: Table::Events,
            fold: Fold::Mirror,
            ..aggregate
        };
        assert_eq!(
            Query::from(folded).to_string(),
            "events by month, source, target where all, one event per story, pair and code"
        );
    }
}
