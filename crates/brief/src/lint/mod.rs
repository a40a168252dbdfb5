//! The tradecraft lint: what a brief must hold to before it is written.
//!
//! | rule | holds that |
//! |---|---|
//! | `digit` | no digit stands in free text, in a heading or in a cell of words: numbers are figures, dates are dates, names are names |
//! | `evidence` | every figure, spark and chart names evidence that the document holds; evidence has rows, or is built from other evidence, or is a declared absence |
//! | `value` | a figure shows exactly its value, and its value is a number of its evidence; every number is finite; contributions add up |
//! | `likelihood` | only the wordings of ICD 203, each with its probability in the same sentence, in its band |
//! | `confidence` | low, moderate or high, and never in one sentence with a likelihood |
//! | `vague` | no word that hints at a likelihood without stating one |
//! | `name` | no name that neither the statement's evidence nor the document declares |
//! | `grade` | every data set is a graded source |
//! | `empty` | every section, statement and table holds something; a missing value says why |
//! | `length` | a statement has at most 45 words |
//! | `id` | names are unique and well formed |

mod figures;
mod names;
mod structure;
mod wording;

use crate::{Document, Part, Statement};
use std::fmt;

/// What a violation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A digit in free text.
    Digit,
    /// Evidence that is absent, or that rests on nothing.
    Evidence,
    /// A figure that does not show its value, or a value that its evidence does not hold.
    Value,
    /// A likelihood word off the scale, without probability, or out of its band.
    Likelihood,
    /// A confidence that is not low, moderate or high, or beside a likelihood.
    Confidence,
    /// A vague word.
    Vague,
    /// A name that nothing declares.
    Name,
    /// A source without a grade.
    Grade,
    /// Nothing where something must stand.
    Empty,
    /// A statement of more than 45 words.
    Length,
    /// A name of a part of the document that is used twice or malformed.
    Id,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Rule::Digit => "digit",
            Rule::Evidence => "evidence",
            Rule::Value => "value",
            Rule::Likelihood => "likelihood",
            Rule::Confidence => "confidence",
            Rule::Vague => "vague",
            Rule::Name => "name",
            Rule::Grade => "grade",
            Rule::Empty => "empty",
            Rule::Length => "length",
            Rule::Id => "id",
        })
    }
}

/// A place where the document breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The statement, table cell, evidence or section.
    pub place: String,
    /// The rule.
    pub rule: Rule,
    /// What stands there.
    pub text: String,
    /// What would be right.
    pub remedy: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} [{}]: {}. {}",
            self.place, self.rule, self.text, self.remedy
        )
    }
}

/// The longest statement in words.
pub const LONGEST: usize = 45;

/// Everything in the document that breaks a rule, in the order of the document.
pub fn lint(document: &Document) -> Vec<Violation> {
    let mut found = Found::default();
    structure::check(document, &mut found);
    for statement in document.statements() {
        check(document, statement, true, &mut found);
    }
    for table in document.tables() {
        for (r, row) in table.rows().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                let statement = Statement {
                    parts: cell.parts(),
                    ..Statement::new(format!("{} row {} column {}", table.id, r + 1, c + 1))
                };
                check(document, &statement, false, &mut found);
            }
        }
    }
    found.0
}

/// Holds one statement (or cell, which need not be a sentence) to every rule.
fn check(document: &Document, statement: &Statement, prose: bool, found: &mut Found) {
    figures::check(document, statement, found);
    wording::check(statement, prose, found);
    names::check(document, statement, prose, found);
}

/// The violations found so far.
#[derive(Default)]
pub(crate) struct Found(Vec<Violation>);

impl Found {
    pub(crate) fn add(
        &mut self,
        place: &str,
        rule: Rule,
        text: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.0.push(Violation {
            place: place.to_owned(),
            rule,
            text: text.into(),
            remedy: remedy.into(),
        });
    }
}

/// The words of a statement outside quotations: free text and bold text.
pub(crate) fn free_text(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) | Part::Strong(text) => Some(text),
        _ => None,
    }
}
