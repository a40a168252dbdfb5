//! The whole: unique names, nothing empty, graded sources, evidence that rests on something.

use super::{Found, LONGEST, Rule, figures, names};
use crate::{Block, Cell, Document, Evidence, EvidenceId};
use std::collections::HashSet;

pub(super) fn check(document: &Document, found: &mut Found) {
    ids(document, found);
    for source in &document.sources {
        if !is_grade(&source.grade) {
            ungraded(&format!("source {}", source.id), &source.grade, found);
        }
    }
    for evidence in &document.evidence {
        one_evidence(document, evidence, found);
    }
    sections(document, found);
    for chart in document.charts() {
        for problem in chart.chart.problems() {
            found.add(
                &chart.id,
                Rule::Value,
                problem,
                "Leave out what is missing, and check what the chart was made from",
            );
        }
        names::chart(document, chart, found);
        let ids = chart.chart.evidence();
        if ids.is_empty() {
            found.add(
                &chart.id,
                Rule::Evidence,
                "the chart names no evidence",
                "Give its series the evidence of their rows",
            );
        }
        for id in ids {
            figures::known(document, &chart.id, id, found);
        }
    }
}

fn sections(document: &Document, found: &mut Found) {
    for (i, section) in document.sections.iter().enumerate() {
        figures::no_digits(&format!("section {}", section.id), &section.title, found);
        let has_parts = section.depth == 1
            && document
                .sections
                .get(i + 1)
                .is_some_and(|next| next.depth > 1);
        if section.blocks.is_empty() && !has_parts {
            found.add(
                &format!("section {}", section.id),
                Rule::Empty,
                "the section holds nothing",
                "Say what is known, or why nothing is",
            );
        }
        for block in &section.blocks {
            one_block(document, block, found);
        }
    }
}

fn one_block(document: &Document, block: &Block, found: &mut Found) {
    for statement in block.statements() {
        if statement.is_empty() {
            found.add(
                &statement.id,
                Rule::Empty,
                "the statement says nothing",
                "Write it or leave it out",
            );
        }
        if let Some(grade) = &statement.grade
            && !is_grade(grade)
        {
            ungraded(&statement.id, grade, found);
        }
    }
    match block {
        Block::Claim(claim) if claim.findings.is_empty() => found.add(
            &claim.id,
            Rule::Empty,
            "the verdict stands without a finding",
            "Add the figures that decide, or say which data are lacking",
        ),
        Block::Claim(claim) if claim.says.split_whitespace().count() > LONGEST => {
            found.add(
                &claim.id,
                Rule::Length,
                "the claim is too long",
                format!("At most {LONGEST} words"),
            );
        }
        Block::Table(table) => {
            if table.rows().next().is_none() {
                found.add(
                    &table.id,
                    Rule::Empty,
                    "the table has no rows",
                    "Say in a statement why there are none",
                );
            }
            for (r, row) in table.rows().enumerate() {
                if row.len() != table.columns.len() {
                    found.add(
                        &format!("{} row {}", table.id, r + 1),
                        Rule::Empty,
                        format!("{} cells for {} columns", row.len(), table.columns.len()),
                        "Give each row a cell per column; an empty cell says why",
                    );
                }
                for cell in row {
                    one_cell(
                        document,
                        &format!("{} row {}", table.id, r + 1),
                        cell,
                        found,
                    );
                }
            }
        }
        _ => {}
    }
}

fn one_cell(document: &Document, place: &str, cell: &Cell, found: &mut Found) {
    match cell {
        Cell::Empty(why) | Cell::Text(why) | Cell::Name(why) if why.trim().is_empty() => {
            found.add(
                place,
                Rule::Empty,
                "an empty cell without a reason",
                "Say why there is nothing",
            );
        }
        Cell::Meter(figure)
            if figure
                .as_number()
                .is_some_and(|x| !(0.0..=1.0).contains(&x)) =>
        {
            found.add(
                place,
                Rule::Value,
                format!("{} is not a share of one", figure.shown),
                "Use a plain figure",
            );
        }
        Cell::Spark(spark) => {
            figures::known(document, place, &spark.evidence, found);
            if spark.points.iter().flatten().any(|x| !x.is_finite()) {
                found.add(
                    place,
                    Rule::Value,
                    "a spark holds a number that is not finite",
                    "Leave a gap there",
                );
            }
        }
        _ => {}
    }
}

fn one_evidence(document: &Document, evidence: &Evidence, found: &mut Found) {
    let place = format!("evidence {}", evidence.id);
    if evidence.what.trim().is_empty() {
        found.add(
            &place,
            Rule::Empty,
            "it does not say what was measured",
            "Fill in Evidence::what",
        );
    }
    if document.method(&evidence.method).is_none() {
        found.add(
            &place,
            Rule::Evidence,
            format!(
                "the document defines no method \u{2018}{}\u{2019}",
                evidence.method
            ),
            "Add the definition to Document::methods",
        );
    }
    match (evidence.rows, evidence.searched) {
        (0, None) if evidence.built_from.is_empty() => found.add(
            &place,
            Rule::Evidence,
            "it rests on no row",
            "Where the finding is an absence, declare it with Evidence::absent_in(rows searched)",
        ),
        (0, Some(0)) => found.add(
            &place,
            Rule::Evidence,
            "an absence among no rows is no finding",
            "Say that there are no data instead",
        ),
        (rows, Some(_)) if rows > 0 => found.add(
            &place,
            Rule::Evidence,
            format!("it declares an absence and {rows} rows"),
            "Keep one of the two",
        ),
        _ => {}
    }
    if evidence.datasets.is_empty() && evidence.built_from.is_empty() {
        found.add(
            &place,
            Rule::Grade,
            "it names no source",
            "Add the data sets with Evidence::datasets",
        );
    }
    for id in &evidence.datasets {
        if document.source(id).is_none() {
            found.add(
                &place,
                Rule::Grade,
                format!("the data set \u{2018}{id}\u{2019} is not among the graded sources"),
                "Add it to Document::sources with its grade",
            );
        }
    }
    for id in &evidence.built_from {
        figures::known(document, &place, id, found);
    }
    if evidence.numbers().any(|x| !x.is_finite()) {
        found.add(
            &place,
            Rule::Value,
            "it holds a number that is not finite",
            "Leave the number out",
        );
    }
    let columns = evidence.sample.header.len();
    if evidence.sample.rows.iter().any(|row| row.len() != columns) {
        found.add(
            &place,
            Rule::Empty,
            "a sample row does not fit its header",
            "Give each row a cell per column",
        );
    }
}

fn ids(document: &Document, found: &mut Found) {
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let mut all: Vec<(&str, &str)> = Vec::new();
    for section in &document.sections {
        all.push(("section", &section.id));
        for block in &section.blocks {
            match block {
                Block::Claim(claim) => all.push(("claim", &claim.id)),
                Block::Table(table) => all.push(("table", &table.id)),
                Block::Chart(chart) => all.push(("chart", &chart.id)),
                _ => {}
            }
            all.extend(
                block
                    .statements()
                    .into_iter()
                    .map(|s| ("statement", s.id.as_str())),
            );
        }
    }
    all.extend(
        document
            .evidence
            .iter()
            .map(|e| ("evidence", EvidenceId::as_str(&e.id))),
    );
    all.extend(document.sources.iter().map(|s| ("source", s.id.as_str())));
    all.extend(document.methods.iter().map(|m| ("method", m.id.as_str())));
    for (kind, id) in all {
        let place = format!("{kind} {id}");
        let well_formed = !id.is_empty()
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !well_formed {
            found.add(
                &place,
                Rule::Id,
                "the name is malformed",
                "Use lower-case letters, digits and hyphens",
            );
        }
        if !seen.insert((kind, id)) {
            found.add(
                &place,
                Rule::Id,
                "the name is used twice",
                "Give each its own name",
            );
        }
    }
}

/// Whether the text is a grade after STANAG 2511: reliability A-F, credibility 1-6.
pub(crate) fn is_grade(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'F', b'1'..=b'6'])
}

fn ungraded(place: &str, grade: &str, found: &mut Found) {
    found.add(
        place,
        Rule::Grade,
        format!("\u{2018}{grade}\u{2019} is not a grade"),
        "Write reliability A to F and credibility 1 to 6 (STANAG 2511), as in B2",
    );
}
