//! Who is meant: an actor, a bloc, a group of the file, or an expression over actors.

use std::ops::Range;

use detente_atlas::{Actor, Day, Group, GroupError, Kind};

use super::Scope;
use crate::file::Text;
use crate::model::Party;
use crate::nearest::nearest;

impl Scope<'_> {
    /// Resolves a reference; what it cannot be is reported.
    pub(super) fn party(&mut self, text: &Text) -> Option<Party> {
        let id = text.get_ref().trim();
        if let Some(group) = self.groups.get(id) {
            return Some(group.clone());
        }
        if self.written.groups.contains(id) {
            return None; // reported where the group stands
        }
        self.expression(text, name_of(id))
    }

    /// Resolves all, or none where one is at fault.
    pub(super) fn parties(&mut self, texts: &[Text]) -> Option<Vec<Party>> {
        let all: Vec<Option<Party>> = texts.iter().map(|t| self.party(t)).collect();
        all.into_iter().collect()
    }

    /// A side: a party that has members on the first day of the partnership.
    pub(super) fn side(&mut self, text: &Text, since: Day) -> Option<Party> {
        let party = self.party(text)?;
        if party.members(since).is_empty() {
            self.wrong(
                text.span(),
                format!("'{}' does not exist, or has no members, on {since}, when the partnership begins", text.get_ref()),
                "name a state that exists on that day, or a bloc with members, or begin later",
            );
            return None;
        }
        Some(party)
    }

    /// Resolves an expression over actors, without the groups of the file.
    pub(super) fn expression(&mut self, text: &Text, name: String) -> Option<Party> {
        let id = text.get_ref().trim().to_owned();
        match id.parse::<Group>() {
            Ok(group) => Some(Party { name, id, group }),
            Err(error) => {
                self.not_a_group(text, &error);
                None
            }
        }
    }

    fn not_a_group(&mut self, text: &Text, error: &GroupError) {
        let (term, message, remedy) = match error {
            GroupError::Unknown { term, nearest } => (
                term.as_str(),
                format!("'{term}' is not an actor, bloc or group"),
                self.meant(term, nearest),
            ),
            GroupError::Date { term, .. } => (term.as_str(), error.to_string(), String::new()),
            GroupError::NoBloc(term) => (term.as_str(), error.to_string(), String::new()),
            GroupError::Empty(_) | GroupError::TwoMinus(_) => {
                ("", error.to_string(), String::new())
            }
        };
        let span = self.inside(text, term);
        self.wrong(span, message, remedy);
    }

    /// What an unknown term may have meant.
    fn meant(&self, term: &str, actor: &str) -> String {
        if self.written.groups.contains(term) {
            return format!(
                "'{term}' is a group of this file and stands alone: write its members here instead"
            );
        }
        let groups: Vec<&str> = self.written.groups.iter().map(String::as_str).collect();
        match nearest(term, &groups) {
            Some(group) => format!("did you mean the group '{group}'?"),
            None if groups.is_empty() => format!("did you mean {actor}? This file has no groups"),
            None => format!(
                "did you mean {actor}? Groups of this file: {}",
                groups.join(", ")
            ),
        }
    }

    /// The place of a term inside a text.
    fn inside(&self, text: &Text, term: &str) -> Range<usize> {
        let span = text.span();
        let written = self.text.get(span.clone()).unwrap_or_default();
        match written.find(term) {
            Some(at) if !term.is_empty() => span.start + at..span.start + at + term.len(),
            _ => span,
        }
    }
}

/// The name of an expression for people: `EST, LVA` is "Estonia and Latvia", `NATO minus USA` "NATO without United States".
pub(crate) fn name_of(expression: &str) -> String {
    let (plus, minus) = match expression.split_once(" minus ") {
        Some((plus, minus)) => (plus, Some(minus)),
        None => (expression, None),
    };
    match minus {
        Some(minus) => format!("{} without {}", listed(plus), listed(minus)),
        None => listed(plus),
    }
}

fn listed(terms: &str) -> String {
    let names: Vec<String> = terms.split(',').map(|t| term(t.trim())).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    }
}

fn term(text: &str) -> String {
    let (id, date) = match text.split_once('@') {
        Some((id, date)) => (id.trim(), Some(date.trim())),
        None => (text, None),
    };
    // Organisations are known by their letters: NATO, EU, CSTO.
    let name = match Actor::from_id(id) {
        Some(actor) if actor.kind() != Kind::Organisation => actor.name(),
        _ => id,
    };
    match date {
        Some(date) => format!("members of {name} on {date}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_have_names_for_people() {
        for (expression, name) in [
            ("AZE", "Azerbaijan"),
            ("NATO", "NATO"),
            ("EST, LVA, LTU", "Estonia, Latvia and Lithuania"),
            ("NATO minus CAN, TUR", "NATO without Canada and Türkiye"),
            ("NATO@1990-01-01", "members of NATO on 1990-01-01"),
        ] {
            assert_eq!(name_of(expression), name);
        }
    }
}
