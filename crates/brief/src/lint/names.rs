//! Names: none that neither the statement's evidence nor the document declares.

use super::{Found, Rule, free_text};
use crate::{Chart, ChartBlock, Document, Part, Statement};

pub(super) fn check(document: &Document, statement: &Statement, prose: bool, found: &mut Found) {
    let declared: Vec<&str> = document
        .names
        .iter()
        .chain(
            statement
                .evidence()
                .into_iter()
                .filter_map(|id| document.evidence_of(id))
                .flat_map(|evidence| &evidence.names),
        )
        .map(String::as_str)
        .collect();
    let mut starts = prose;
    for part in &statement.parts {
        match part {
            // A name that the tables know as an actor's is an actor's, whichever way it was written.
            Part::Actor(name) if !declared.iter().any(|d| d == name) => {
                undeclared(&statement.id, name, found);
            }
            Part::Name(name) if is_actor(name) && !declared.iter().any(|d| d == name) => {
                undeclared(&statement.id, name, found);
            }
            Part::Source(id) if document.source(id).is_none() => found.add(
                &statement.id,
                Rule::Name,
                format!("\u{2018}{id}\u{2019} is not a source of the document"),
                "Add it to Document::sources with its grade",
            ),
            _ => {}
        }
        match free_text(part) {
            Some(text) => starts = in_text(&statement.id, text, &declared, (starts, prose), found),
            None => starts = false,
        }
    }
}

/// The partners named in dot charts.
pub(super) fn chart(document: &Document, block: &ChartBlock, found: &mut Found) {
    let Chart::Dots(dots) = &block.chart else {
        return;
    };
    for row in dots.panels.iter().flat_map(|panel| &panel.rows) {
        let by_evidence = document
            .evidence_of(&row.evidence)
            .is_some_and(|e| e.names.contains(&row.name));
        if !by_evidence && !document.names.contains(&row.name) {
            undeclared(&block.id, &row.name, found);
        }
    }
}

fn is_actor(name: &str) -> bool {
    detente_atlas::resolve_name(name).is_some()
}

/// Capitalised words of free text are names, unless they begin a sentence and no actor is called so. Returns whether the next part begins a sentence.
fn in_text(
    place: &str,
    text: &str,
    declared: &[&str],
    (mut starts, prose): (bool, bool),
    found: &mut Found,
) -> bool {
    let mut quoted = false;
    // A cell need not be a sentence: its first word may have a capital.
    let mut first = true;
    for raw in text.split_whitespace() {
        quoted |= raw.starts_with(['\u{201c}', '"']);
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric());
        let word = word
            .strip_suffix("'s")
            .or(word.strip_suffix("\u{2019}s"))
            .unwrap_or(word);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let covered = |word: &str| {
            declared
                .iter()
                .any(|name| *name == word || name.split([' ', '-']).any(|piece| piece == word))
        };
        let all_covered = || {
            covered(word)
                || word.split('-').all(|piece| {
                    covered(piece) || !piece.chars().next().is_some_and(char::is_uppercase)
                })
        };
        let begins = starts || (first && !prose);
        if capital && !quoted && (!begins || is_actor(word)) && !all_covered() {
            undeclared(place, word, found);
        }
        if !word.is_empty() {
            first = false;
        }
        if raw.ends_with(['\u{201d}', '"']) || raw.contains('\u{201d}') {
            quoted = false;
        }
        starts = raw.ends_with(['.', '!', '?', ':']);
    }
    starts
}

fn undeclared(place: &str, name: &str, found: &mut Found) {
    found.add(
        place,
        Rule::Name,
        format!("nothing declares the name \u{2018}{name}\u{2019}"),
        "Declare it with Evidence::names on the evidence of the statement or in Document::names; write it as a part of its own",
    );
}
