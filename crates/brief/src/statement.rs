//! Statements: text in which figures, names and dates are parts of their own.

use crate::{Evidence, EvidenceId, Figure, date};
use detente_atlas::{Day, Month};
use serde::{Deserialize, Serialize};

/// A piece of a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Plain words. Holds no digit and no name that is not declared.
    Text(String),
    /// Plain words that carry the statement, set bold.
    Strong(String),
    /// A value with its evidence.
    Figure(Figure),
    /// The name of an actor: the evidence of the statement or the document must declare it.
    Actor(String),
    /// Any other name, which may hold digits: a treaty, a data set, a resolution.
    Name(String),
    /// A data set of the document, by id; shown by its title.
    Source(String),
    /// A day.
    Date(#[serde(with = "date::day")] Day),
    /// A month.
    Month(#[serde(with = "date::month")] Month),
    /// A year.
    Year(i32),
    /// Somebody else's words, shown in quotation marks. The wording rules do not reach inside.
    Quote(String),
}

/// One thing that the brief says, in at most 45 words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Its name, unique in the document: lower-case letters, digits, hyphens.
    pub id: String,
    /// What it says.
    pub parts: Vec<Part>,
    /// A grade after STANAG 2511 for the statement as a whole, as in `B2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Whether it stands in the one-page summary.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
    /// Evidence that the statement rests on beyond that of its figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
}

impl Statement {
    /// An empty statement named `id`.
    pub fn new(id: impl Into<String>) -> Statement {
        Statement {
            id: id.into(),
            ..Statement::default()
        }
    }
    /// Adds any part.
    #[must_use]
    pub fn part(mut self, part: Part) -> Statement {
        self.parts.push(part);
        self
    }
    /// Adds words.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Statement {
        self.part(Part::Text(text.into()))
    }
    /// Adds words set bold.
    #[must_use]
    pub fn strong(self, text: impl Into<String>) -> Statement {
        self.part(Part::Strong(text.into()))
    }
    /// Adds a figure.
    #[must_use]
    pub fn figure(self, figure: &Figure) -> Statement {
        self.part(Part::Figure(figure.clone()))
    }
    /// Adds the name of an actor.
    #[must_use]
    pub fn actor(self, name: impl Into<String>) -> Statement {
        self.part(Part::Actor(name.into()))
    }
    /// Adds several actors: "Georgia, Kazakhstan and Ukraine".
    #[must_use]
    pub fn actors<S: AsRef<str>>(mut self, names: &[S]) -> Statement {
        for (i, name) in names.iter().enumerate() {
            let joint = match i {
                0 => "",
                _ if i + 1 == names.len() => " and ",
                _ => ", ",
            };
            if !joint.is_empty() {
                self = self.text(joint);
            }
            self = self.actor(name.as_ref());
        }
        self
    }
    /// Adds a name that is not an actor's.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Statement {
        self.part(Part::Name(name.into()))
    }
    /// Adds a data set, by id.
    #[must_use]
    pub fn source(self, id: impl Into<String>) -> Statement {
        self.part(Part::Source(id.into()))
    }
    /// Adds a day.
    #[must_use]
    pub fn date(self, day: Day) -> Statement {
        self.part(Part::Date(day))
    }
    /// Adds a month.
    #[must_use]
    pub fn month(self, month: Month) -> Statement {
        self.part(Part::Month(month))
    }
    /// Adds a year.
    #[must_use]
    pub fn year(self, year: i32) -> Statement {
        self.part(Part::Year(year))
    }
    /// Adds somebody else's words.
    #[must_use]
    pub fn quote(self, text: impl Into<String>) -> Statement {
        self.part(Part::Quote(text.into()))
    }
    /// Puts it in the one-page summary.
    #[must_use]
    pub fn key(mut self) -> Statement {
        self.key = true;
        self
    }
    /// Grades it after STANAG 2511.
    #[must_use]
    pub fn grade(mut self, grade: impl Into<String>) -> Statement {
        self.grade = Some(grade.into());
        self
    }
    /// Rests it on evidence that none of its figures names.
    #[must_use]
    pub fn rests_on(mut self, evidence: &Evidence) -> Statement {
        self.evidence.push(evidence.id.clone());
        self
    }

    /// Its figures in order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.parts.iter().filter_map(|part| match part {
            Part::Figure(figure) => Some(figure),
            _ => None,
        })
    }
    /// The evidence of its figures and beyond, in order, each once.
    pub fn evidence(&self) -> Vec<&EvidenceId> {
        let mut ids: Vec<&EvidenceId> = Vec::new();
        for id in self.figures().map(|f| &f.evidence).chain(&self.evidence) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.plain().trim().is_empty()
    }
    /// As plain text, data sets by their id.
    pub fn plain(&self) -> String {
        self.parts.iter().map(Part::plain).collect()
    }
}

impl Part {
    /// As plain text, a data set by its id.
    pub fn plain(&self) -> String {
        match self {
            Part::Text(t) | Part::Strong(t) | Part::Actor(t) | Part::Name(t) | Part::Source(t) => {
                t.clone()
            }
            Part::Figure(figure) => figure.full(),
            Part::Date(day) => day.to_string(),
            Part::Month(month) => month.to_string(),
            Part::Year(year) => year.to_string(),
            Part::Quote(text) => format!("\u{201c}{text}\u{201d}"),
        }
    }
}
