//! Filters: which rows. A filter is a value, and has one text form that reads back to the same value.
//!
//! Comparisons with a missing cell are neither true nor false, as in SQL: `source != AZE` does not keep
//! the rows without a source. Ask for those with `source is null`.

use std::fmt;

pub use crate::column::Value;
pub use crate::parse::FilterError;

/// Which rows of a table.
///
/// ```
/// use detente_lake::Filter;
/// let f: Filter = "source = AZE and known <= 2020-09-25 and code starts with 14".parse().unwrap();
/// assert_eq!(f.to_string(), "source = AZE and known <= 2020-09-25 and code starts with 14");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Filter {
    /// Every row.
    #[default]
    All,
    /// The column equals the value.
    Eq(String, Value),
    /// The column equals one of the values.
    In(String, Vec<Value>),
    /// The column lies between the two values, both inclusive; `None` is open.
    Between(String, Option<Value>, Option<Value>),
    /// The text of the column starts with this.
    StartsWith(String, String),
    /// The cell is missing.
    IsNull(String),
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// One or both.
    Or(Box<Filter>, Box<Filter>),
    /// Not so.
    Not(Box<Filter>),
}

impl Filter {
    /// `column = value`.
    pub fn eq(column: &str, value: impl Into<Value>) -> Filter {
        Filter::Eq(column.to_owned(), value.into())
    }

    /// `column in (values)`.
    pub fn is_in<V: Into<Value>>(column: &str, values: impl IntoIterator<Item = V>) -> Filter {
        Filter::In(
            column.to_owned(),
            values.into_iter().map(Into::into).collect(),
        )
    }

    /// `column <= value`.
    pub fn at_most(column: &str, value: impl Into<Value>) -> Filter {
        Filter::Between(column.to_owned(), None, Some(value.into()))
    }

    /// `column >= value`.
    pub fn at_least(column: &str, value: impl Into<Value>) -> Filter {
        Filter::Between(column.to_owned(), Some(value.into()), None)
    }

    /// `column between from and to`, both inclusive.
    pub fn between(column: &str, from: impl Into<Value>, to: impl Into<Value>) -> Filter {
        Filter::Between(column.to_owned(), Some(from.into()), Some(to.into()))
    }

    /// `column starts with prefix`.
    pub fn starts_with(column: &str, prefix: &str) -> Filter {
        Filter::StartsWith(column.to_owned(), prefix.to_owned())
    }

    /// `column is null`.
    pub fn is_null(column: &str) -> Filter {
        Filter::IsNull(column.to_owned())
    }

    /// Both filters; `All` on either side leaves the other.
    #[must_use]
    pub fn and(self, other: Filter) -> Filter {
        match (self, other) {
            (Filter::All, f) | (f, Filter::All) => f,
            (a, b) => Filter::And(Box::new(a), Box::new(b)),
        }
    }

    /// Either filter.
    #[must_use]
    pub fn or(self, other: Filter) -> Filter {
        Filter::Or(Box::new(self), Box::new(other))
    }

    /// The rows for which this filter is false.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "reads as the word in the filter text"
    )]
    pub fn not(self) -> Filter {
        Filter::Not(Box::new(self))
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::All => f.write_str("all"),
            Filter::Eq(c, v) => write!(f, "{c} = {v}"),
            Filter::In(c, vs) => write!(f, "{c} in ({})", list(vs)),
            Filter::Between(c, None, Some(to)) => write!(f, "{c} <= {to}"),
            Filter::Between(c, Some(from), None) => write!(f, "{c} >= {from}"),
            Filter::Between(c, Some(from), Some(to)) => write!(f, "{c} between {from} and {to}"),
            Filter::Between(c, None, None) => write!(f, "{c} between * and *"),
            Filter::StartsWith(c, p) => write!(f, "{c} starts with {}", Value::Text(p.clone())),
            Filter::IsNull(c) => write!(f, "{c} is null"),
            Filter::And(a, b) => {
                grouped(f, a, matches!(**a, Filter::Or(..)))?;
                f.write_str(" and ")?;
                grouped(f, b, matches!(**b, Filter::Or(..) | Filter::And(..)))
            }
            Filter::Or(a, b) => {
                write!(f, "{a} or ")?;
                grouped(f, b, matches!(**b, Filter::Or(..)))
            }
            Filter::Not(inner) => match &**inner {
                Filter::Eq(c, v) => write!(f, "{c} != {v}"),
                Filter::In(c, vs) => write!(f, "{c} not in ({})", list(vs)),
                Filter::Between(c, None, Some(to)) => write!(f, "{c} > {to}"),
                Filter::Between(c, Some(from), None) => write!(f, "{c} < {from}"),
                Filter::IsNull(c) => write!(f, "{c} is not null"),
                other => {
                    f.write_str("not ")?;
                    grouped(f, other, matches!(other, Filter::And(..) | Filter::Or(..)))
                }
            },
        }
    }
}

fn list(values: &[Value]) -> String {
    values
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn grouped(f: &mut fmt::Formatter<'_>, filter: &Filter, brackets: bool) -> fmt::Result {
    if brackets {
        write!(f, "({filter})")
    } else {
        write!(f, "{filter}")
    }
}
