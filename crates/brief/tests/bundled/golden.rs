//! The brief of one day, word for word and figure for figure: a change here is a change of what the reader is told, and must be meant.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test -p detente-brief --test bundled golden`, and read the difference.

use std::fmt::Write as _;

use detente_brief::{Block, Document, terminal};

use crate::support::*;

const NAME: &str = "nato-azerbaijan";
const AS_OF: &str = "2024-06-30";

#[test]
fn the_summary_of_one_page() {
    let doc = brief(NAME, AS_OF);
    insta::assert_snapshot!(
        "summary",
        terminal::render(doc, &terminal::Options::default())
    );
}

/// Every statement as a reader sees it, with the verdicts of the claims, section by section.
#[test]
fn every_statement() {
    insta::assert_snapshot!("statements", statements(brief(NAME, AS_OF)));
}

fn statements(doc: &Document) -> String {
    let mut out = String::new();
    for section in &doc.sections {
        let _ = writeln!(
            out,
            "{} {}",
            "#".repeat(section.depth.into()),
            section.title
        );
        for block in &section.blocks {
            if let Block::Claim(claim) = block {
                let _ = writeln!(
                    out,
                    "{}: {} [{}]",
                    claim.id,
                    claim.says,
                    claim.verdict.words()
                );
            }
            for s in block.statements() {
                let _ = writeln!(out, "{}: {}", s.id, s.plain());
            }
        }
    }
    out
}

/// The number behind every figure by its evidence, to six decimals, in the order of its first use.
#[test]
fn every_figure() {
    let mut seen: Vec<String> = Vec::new();
    for (_, figure) in figures(brief(NAME, AS_OF)) {
        let number = figure
            .as_number()
            .map_or_else(|| figure.full(), |x| format!("{x:.6}"));
        let line = format!("{} = {number}", figure.evidence);
        if !seen.contains(&line) {
            seen.push(line);
        }
    }
    assert!(seen.len() > 250, "{} figures", seen.len());
    insta::assert_snapshot!("figures", seen.join("\n"));
}
