//! Tables: typed cells in groups of rows, such as the register with its three levels.

use crate::{Figure, Part, Spark, Statement, date};
use detente_atlas::Day;
use serde::{Deserialize, Serialize};

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cell {
    /// Words, under the same rules as the words of a statement.
    Text(String),
    /// A value with its evidence.
    Figure(Figure),
    /// A share of one with its evidence, shown with a small bar.
    Meter(Figure),
    /// A name: an actor, a factor, a data set.
    Name(String),
    /// A day.
    Date(#[serde(with = "date::day")] Day),
    /// A small chart of the recent past.
    Spark(Spark),
    /// Words and figures mixed, like a statement.
    Parts(Vec<Part>),
    /// Nothing, with the reason.
    Empty(String),
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Whether it holds numbers (set to the right, digits of equal width).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub numeric: bool,
    /// Whether it stands in the one-page summary.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summary: bool,
}

impl Column {
    /// A column of words.
    pub fn words(title: impl Into<String>) -> Column {
        Column {
            title: title.into(),
            ..Column::default()
        }
    }
    /// A column of numbers.
    pub fn numbers(title: impl Into<String>) -> Column {
        Column {
            title: title.into(),
            numeric: true,
            summary: false,
        }
    }
    /// The same column, also in the one-page summary.
    #[must_use]
    pub fn in_summary(mut self) -> Column {
        self.summary = true;
        self
    }
}

/// Rows under one heading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The heading, empty where the table has no groups.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What holds for the whole group (the level's score).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Statement>,
    /// The rows, each with a cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// A table with its caption.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableBlock {
    /// Its name, unique in the document.
    pub id: String,
    /// What it shows.
    pub caption: Statement,
    /// Its columns. The first one names the row.
    pub columns: Vec<Column>,
    /// Its rows.
    pub groups: Vec<Group>,
    /// Whether it stands in the one-page summary, with the columns marked so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
}

impl TableBlock {
    /// An empty table.
    pub fn new(
        id: impl Into<String>,
        caption: Statement,
        columns: impl IntoIterator<Item = Column>,
    ) -> TableBlock {
        TableBlock {
            id: id.into(),
            caption,
            columns: columns.into_iter().collect(),
            ..TableBlock::default()
        }
    }
    /// Adds a row to the last group.
    pub fn row(&mut self, cells: Vec<Cell>) {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        if let Some(group) = self.groups.last_mut() {
            group.rows.push(cells);
        }
    }
    /// Begins a group of rows.
    pub fn group(&mut self, title: impl Into<String>, summary: Option<Statement>) {
        self.groups.push(Group {
            title: title.into(),
            summary,
            rows: Vec::new(),
        });
    }
    /// Puts it in the one-page summary.
    #[must_use]
    pub fn key(mut self) -> TableBlock {
        self.key = true;
        self
    }
    /// The rows of all groups.
    pub fn rows(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.groups.iter().flat_map(|group| &group.rows)
    }
}

impl Cell {
    /// The cell as parts, as the lint reads it.
    pub fn parts(&self) -> Vec<Part> {
        match self {
            Cell::Text(text) => vec![Part::Text(text.clone())],
            Cell::Figure(figure) | Cell::Meter(figure) => vec![Part::Figure(figure.clone())],
            Cell::Name(name) => vec![Part::Name(name.clone())],
            Cell::Date(day) => vec![Part::Date(*day)],
            Cell::Spark(_) | Cell::Empty(_) => Vec::new(),
            Cell::Parts(parts) => parts.clone(),
        }
    }
    /// The figures in the cell.
    pub fn figures(&self) -> Vec<&Figure> {
        match self {
            Cell::Figure(figure) | Cell::Meter(figure) => vec![figure],
            Cell::Parts(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    Part::Figure(figure) => Some(figure),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}
