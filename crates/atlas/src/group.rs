//! Groups: how a partnership file says who is meant.
//!
//! ```text
//! group := terms [ "minus" terms ]        terms := term { "," term }        term := id [ "@" date ]
//! ```
//! A bloc stands for its members of the date that is asked for, `BLOC@DATE` for its members of that date whenever
//! one asks, a bloc without members in the table and every other actor for itself (a state only while it exists).

use std::fmt;
use std::str::FromStr;

use crate::{Actor, Day, members, memberships, nearest};

/// A set of actors that may change with the date.
///
/// ```
/// use detente_atlas::Group;
/// let europe: Group = "NATO minus USA, CAN, TUR".parse().unwrap();
/// assert_eq!(europe.members("1994-01-01".parse().unwrap()).len(), 13);
/// let wrong = "NATO minus TRK".parse::<Group>().unwrap_err();
/// assert!(wrong.to_string().contains("'TRK'"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    plus: Vec<Term>,
    minus: Vec<Term>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Term {
    actor: Actor,
    at: Option<Day>,
}

/// Why a text is not a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// No term at all, or nothing between two commas or beside "minus".
    #[error(
        "'{0}' lacks an actor: write ids with commas between them, as in 'NATO minus USA, CAN' or 'EST, LVA, LTU'"
    )]
    Empty(String),
    /// A term that is no actor.
    #[error("'{term}' is not an actor: did you mean {nearest}?")]
    Unknown {
        /// The term as written.
        term: String,
        /// The id that is nearest to it, with its name.
        nearest: String,
    },
    /// A date that is none, behind an `@`.
    #[error("'{term}': {source}")]
    Date {
        /// The term as written.
        term: String,
        /// What is wrong with the date.
        source: crate::NotADay,
    },
    /// A date behind an actor that has no members.
    #[error("'{0}' has a date, but no members to be dated: write the id alone")]
    NoBloc(String),
    /// More than one "minus".
    #[error(
        "'{0}' has more than one 'minus': put all that is taken away behind one, with commas between them"
    )]
    TwoMinus(String),
}

impl Group {
    /// The members on a day, in the order of their ids, each once.
    pub fn members(&self, on: Day) -> Vec<Actor> {
        let without = collect(&self.minus, on);
        let mut out = collect(&self.plus, on);
        out.retain(|a| !without.contains(a));
        out
    }

    /// The actors that the text names (blocs unopened), in the order written.
    pub fn named(&self) -> impl Iterator<Item = Actor> {
        self.plus.iter().chain(&self.minus).map(|t| t.actor)
    }
}

fn collect(terms: &[Term], on: Day) -> Vec<Actor> {
    let mut out = Vec::new();
    for term in terms {
        if !memberships(term.actor).is_empty() {
            out.extend(members(term.actor, term.at.unwrap_or(on)));
        } else if term.actor.exists_on(on) {
            out.push(term.actor);
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

impl FromStr for Group {
    type Err = GroupError;

    fn from_str(text: &str) -> Result<Group, GroupError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut sides = words.split(|w| *w == "minus");
        let plus = sides.next().map(|side| side.join(" ")).unwrap_or_default();
        let minus = sides.next().map(|side| side.join(" "));
        if sides.next().is_some() {
            return Err(GroupError::TwoMinus(text.to_owned()));
        }
        Ok(Group {
            plus: terms(&plus, text)?,
            minus: minus.map_or(Ok(Vec::new()), |minus| terms(&minus, text))?,
        })
    }
}

fn terms(side: &str, whole: &str) -> Result<Vec<Term>, GroupError> {
    side.split(',').map(|t| term(t.trim(), whole)).collect()
}

fn term(text: &str, whole: &str) -> Result<Term, GroupError> {
    let (id, date) = match text.split_once('@') {
        Some((id, date)) => (id.trim(), Some(date.trim())),
        None => (text, None),
    };
    if id.is_empty() {
        return Err(GroupError::Empty(whole.to_owned()));
    }
    let actor = Actor::from_id(id).ok_or_else(|| GroupError::Unknown {
        term: id.to_owned(),
        nearest: nearest::described(id),
    })?;
    let at = date
        .map(|d| {
            d.parse().map_err(|source| GroupError::Date {
                term: text.to_owned(),
                source,
            })
        })
        .transpose()?;
    if at.is_some() && memberships(actor).is_empty() {
        return Err(GroupError::NoBloc(text.to_owned()));
    }
    Ok(Term { actor, at })
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{}@{at}", self.actor),
            None => write!(f, "{}", self.actor),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |terms: &[Term]| {
            terms
                .iter()
                .map(Term::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        f.write_str(&list(&self.plus))?;
        if !self.minus.is_empty() {
            write!(f, " minus {}", list(&self.minus))?;
        }
        Ok(())
    }
}
