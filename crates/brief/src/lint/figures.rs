//! Numbers: none in free text, each with evidence that holds it.

use super::{Found, Rule, free_text};
use crate::{Document, Evidence, EvidenceId, Figure, Statement, Value};

pub(super) fn check(document: &Document, statement: &Statement, found: &mut Found) {
    for part in &statement.parts {
        if let Some(text) = free_text(part) {
            no_digits(&statement.id, text, found);
        }
    }
    for figure in statement.figures() {
        one(document, &statement.id, figure, found);
    }
    for id in &statement.evidence {
        known(document, &statement.id, id, found);
    }
}

/// No digit in free text.
pub(super) fn no_digits(place: &str, text: &str, found: &mut Found) {
    let word = text
        .split_whitespace()
        .find(|word| word.chars().any(char::is_numeric));
    if let Some(word) = word {
        found.add(
            place,
            Rule::Digit,
            format!("\u{2018}{word}\u{2019} stands in free text"),
            "Write a number as a figure with evidence, a date as a date, a title as a name",
        );
    }
}

/// The evidence of that name, or a violation.
pub(super) fn known<'a>(
    document: &'a Document,
    place: &str,
    id: &EvidenceId,
    found: &mut Found,
) -> Option<&'a Evidence> {
    let evidence = document.evidence_of(id);
    if evidence.is_none() {
        found.add(
            place,
            Rule::Evidence,
            format!("the document holds no evidence \u{2018}{id}\u{2019}"),
            "Add it with Document::add_evidence before its figures are used",
        );
    }
    evidence
}

fn one(document: &Document, place: &str, figure: &Figure, found: &mut Found) {
    let evidence = known(document, place, &figure.evidence, found);
    if figure.shown != figure.written() {
        found.add(
            place,
            Rule::Value,
            format!(
                "shows \u{2018}{}\u{2019} where the value reads \u{2018}{}\u{2019}",
                figure.shown,
                figure.written()
            ),
            "Make figures with the constructors of Figure or Evidence, which write the text",
        );
    }
    if let Value::Missing(why) | Value::Text(why) = &figure.value
        && why.trim().is_empty()
    {
        found.add(
            place,
            Rule::Empty,
            format!(
                "a figure of \u{2018}{}\u{2019} says nothing",
                figure.evidence
            ),
            "A missing value gives its reason",
        );
    }
    let numbers: Vec<f64> = figure
        .as_number()
        .into_iter()
        .chain(figure.interval.into_iter().flatten())
        .collect();
    for x in numbers {
        if !x.is_finite() {
            found.add(
                place,
                Rule::Value,
                format!(
                    "a figure of \u{2018}{}\u{2019} is not a finite number",
                    figure.evidence
                ),
                "Use Figure::missing with the reason",
            );
        } else if evidence.is_some_and(|e| !holds(e, x)) {
            found.add(
                place,
                Rule::Value,
                format!("evidence \u{2018}{}\u{2019} does not hold the number {x}", figure.evidence),
                "Store it with Evidence::value, ::interval or ::also, and make the figure from the evidence",
            );
        }
    }
    if figure.probability && !figure.as_number().is_none_or(|p| (0.0..=1.0).contains(&p)) {
        found.add(
            place,
            Rule::Value,
            format!("the probability {} is not between 0 and 1", figure.shown),
            "Give probabilities as shares of one",
        );
    }
}

/// Whether the evidence holds the number, up to the rounding of a few floating-point operations.
fn holds(evidence: &Evidence, x: f64) -> bool {
    evidence
        .numbers()
        .any(|y| (x - y).abs() <= 1e-9 * y.abs().max(1.0))
}
