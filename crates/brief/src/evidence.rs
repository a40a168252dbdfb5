//! What a figure rests on: the rows, the query that returns them, the method, and the graded sources.

use crate::{Figure, Format, Value, date};
use detente_atlas::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The name of a piece of evidence: lower-case letters, digits and hyphens, the same from one brief to the next
/// (so that two briefs can be compared), as in `ideal-distance-nato-2024`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EvidenceId(pub String);

impl EvidenceId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl From<&str> for EvidenceId {
    fn from(id: &str) -> EvidenceId {
        EvidenceId(id.to_owned())
    }
}
impl From<String> for EvidenceId {
    fn from(id: String) -> EvidenceId {
        EvidenceId(id)
    }
}
impl From<&EvidenceId> for EvidenceId {
    fn from(id: &EvidenceId) -> EvidenceId {
        id.clone()
    }
}
impl From<&Evidence> for EvidenceId {
    fn from(e: &Evidence) -> EvidenceId {
        e.id.clone()
    }
}
impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Some of the rows behind a figure, as text, with the data file and the row number among the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Up to twelve rows.
    pub rows: Vec<Vec<String>>,
}

/// How one or more figures came to be, in enough detail to get them again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its name.
    pub id: EvidenceId,
    /// What was measured, in one plain sentence.
    pub what: String,
    /// The [`Method`] that defines the measure (an anchor of `docs/methods.md`).
    pub method: String,
    /// The query of the lake in text, where the figure rests on rows of the lake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The command that returns the rows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
    /// The data sets, by id: each must be among the document's [`Source`]s.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<String>,
    /// The actors that the rows name, as the brief writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Other evidence that this one is computed from (a level score from its factors).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub built_from: Vec<EvidenceId>,
    /// How many rows the figure rests on.
    pub rows: u64,
    /// Where the finding is that there are no such rows: how many rows were searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched: Option<u64>,
    /// First day of the period.
    #[serde(
        default,
        with = "date::optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<Day>,
    /// Last day of the period.
    #[serde(
        default,
        with = "date::optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<Day>,
    /// The last day on which any of the rows became known.
    #[serde(
        default,
        with = "date::optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub known_to: Option<Day>,
    /// The number, unrounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Further numbers of the same measurement by name: `low` and `high` of the interval, `n`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub also: BTreeMap<String, f64>,
    /// Some of the rows.
    #[serde(default)]
    pub sample: Sample,
}

impl Evidence {
    /// Evidence named `id` for `what`, measured by `method`.
    pub fn new(
        id: impl Into<String>,
        what: impl Into<String>,
        method: impl Into<String>,
    ) -> Evidence {
        Evidence {
            id: EvidenceId(id.into()),
            what: what.into(),
            method: method.into(),
            ..Evidence::default()
        }
    }
    /// The query of the lake, and the command that runs it.
    #[must_use]
    pub fn query(mut self, query: impl Into<String>, command: impl Into<String>) -> Evidence {
        self.query = Some(query.into());
        self.command = command.into();
        self
    }
    /// The command that returns the rows, where no query of the lake is behind them.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Evidence {
        self.command = command.into();
        self
    }
    /// The data sets, by id.
    #[must_use]
    pub fn datasets<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Evidence {
        self.datasets = ids.into_iter().map(Into::into).collect();
        self
    }
    /// The actors that the rows name.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Evidence {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }
    /// Other evidence that this one is computed from.
    #[must_use]
    pub fn built_from<I: Into<EvidenceId>>(mut self, ids: impl IntoIterator<Item = I>) -> Evidence {
        self.built_from = ids.into_iter().map(Into::into).collect();
        self
    }
    /// How many rows the figure rests on.
    #[must_use]
    pub fn rows(mut self, rows: u64) -> Evidence {
        self.rows = rows;
        self
    }
    /// Declares an absence: no such row among the `searched` rows.
    #[must_use]
    pub fn absent_in(mut self, searched: u64) -> Evidence {
        self.rows = 0;
        self.searched = Some(searched);
        self
    }
    /// First and last day of the period.
    #[must_use]
    pub fn period(mut self, from: Day, to: Day) -> Evidence {
        self.from = Some(from);
        self.to = Some(to);
        self
    }
    /// The last day on which any of the rows became known.
    #[must_use]
    pub fn known_to(mut self, day: Day) -> Evidence {
        self.known_to = Some(day);
        self
    }
    /// The number, unrounded. A number that is not finite is left out.
    #[must_use]
    pub fn value(mut self, value: f64) -> Evidence {
        self.value = value.is_finite().then_some(value);
        self
    }
    /// A further number of the same measurement. A number that is not finite is left out.
    #[must_use]
    pub fn also(mut self, name: impl Into<String>, value: f64) -> Evidence {
        if value.is_finite() {
            self.also.insert(name.into(), value);
        }
        self
    }
    /// The ends of the value's interval (`low`, `high`).
    #[must_use]
    pub fn interval(self, low: f64, high: f64) -> Evidence {
        self.also("low", low).also("high", high)
    }
    /// Some of the rows (the first twelve are kept).
    #[must_use]
    pub fn sample<H: Into<String>>(
        mut self,
        header: impl IntoIterator<Item = H>,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Evidence {
        self.sample = Sample {
            header: header.into_iter().map(Into::into).collect(),
            rows: rows.into_iter().take(12).collect(),
        };
        self
    }

    /// The value as a figure; missing where the evidence has none.
    pub fn figure(&self, format: Format) -> Figure {
        self.figure_or(format, "no value in these data")
    }
    /// The value as a figure, or the reason why there is none.
    pub fn figure_or(&self, format: Format, why: &str) -> Figure {
        let value = self
            .value
            .map_or_else(|| Value::Missing(why.to_owned()), Value::Number);
        Figure::new(value, format, self)
    }
    /// The value with its interval (`low`, `high`) behind it.
    pub fn figure_with_interval(&self, format: Format) -> Figure {
        let figure = self.figure(format);
        match (self.also.get("low"), self.also.get("high")) {
            (Some(low), Some(high)) if !figure.is_missing() => figure.between(*low, *high),
            _ => figure,
        }
    }
    /// One of the further numbers as a figure.
    pub fn figure_of(&self, name: &str, format: Format) -> Figure {
        let value = self.also.get(name).map_or_else(
            || Value::Missing(format!("no value for {name}")),
            |x| Value::Number(*x),
        );
        Figure::new(value, format, self)
    }
    /// The number of rows as a figure.
    pub fn row_count(&self) -> Figure {
        Figure::number(self.rows as f64, Format::count(), self)
    }
    /// The value as a probability.
    pub fn chance(&self) -> Figure {
        self.figure(Format::percent(0)).as_chance()
    }

    /// Every number that a figure of this evidence may show, unrounded.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.value
            .into_iter()
            .chain(self.also.values().copied())
            .chain([self.rows as f64])
            .chain(self.searched.map(|n| n as f64))
    }
}

/// A data set as the brief cites it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The id of the data set.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Reliability A-F and credibility 1-6 after STANAG 2511, as in `B2`.
    pub grade: String,
    /// How to cite it.
    pub citation: String,
    /// Its licence or terms.
    pub licence: String,
    /// The period it covers and its gaps, in words.
    pub coverage: String,
}

/// A definition that figures rest on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// The anchor in `docs/methods.md`.
    pub id: String,
    /// What it measures.
    pub title: String,
    /// The definition with units and range.
    pub definition: String,
    /// Whose definition it is.
    pub citation: String,
}
