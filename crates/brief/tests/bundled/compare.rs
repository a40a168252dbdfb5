//! What changed between two briefs.

use std::collections::BTreeSet;

use detente_brief::lint::lint;
use detente_brief::{Cell, Document, TableBlock, changes, json};

use crate::support::*;

const NAME: &str = "nato-azerbaijan";
const THEN: &str = "2020-09-25";
const NOW: &str = "2026-01-01";

fn compared(before: &Document) -> Document {
    composed(assessment(NAME, NOW), Some(before))
}

fn table(doc: &Document) -> &TableBlock {
    doc.tables()
        .find(|t| t.id == "changes")
        .expect("something changed")
}

#[test]
fn level_scores_stand_with_then_and_now() {
    let doc = compared(brief(NAME, THEN));
    assert_eq!(lint(&doc), Vec::new());
    let score = |on: &str, level: usize| {
        assessment(NAME, on).register.levels[level]
            .score
            .expect("it is monitored")
    };
    let mut listed = 0;
    for (i, level) in ["internal", "regional", "global"].into_iter().enumerate() {
        let (then, now) = (
            format!("{:.2}", score(THEN, i)),
            format!("{:.2}", score(NOW, i)),
        );
        let row = table(&doc).rows().find(|row| {
            matches!(&row[2], Cell::Figure(f) if f.evidence.as_str() == format!("level-{level}"))
        });
        match row {
            Some(row) => {
                listed += 1;
                let Cell::Figure(figure) = &row[2] else {
                    unreachable!()
                };
                assert_eq!(figure.full(), now, "{level}");
                let cell = serde_json::to_string(&row[1]).expect("a cell has a JSON form");
                assert!(cell.contains(&then), "{level}: {cell} where it was {then}");
            }
            None => assert_eq!(then, now, "{level} changed and is not listed"),
        }
    }
    assert!(listed > 0, "no level score changed");
}

#[test]
fn only_what_both_briefs_hold_and_read_differently_is_listed() {
    let before = brief(NAME, THEN);
    let doc = compared(before);
    let ids = |doc: &Document| -> BTreeSet<String> {
        figures(doc)
            .into_iter()
            .map(|(_, f)| f.evidence.to_string())
            .collect()
    };
    let both: BTreeSet<String> = ids(before).intersection(&ids(&doc)).cloned().collect();
    let found = changes(before, &doc);
    assert!(!found.is_empty());
    for c in &found {
        assert!(both.contains(c.evidence.as_str()), "{}", c.evidence);
        assert_ne!(c.before.full(), c.now.full(), "{}", c.evidence);
    }
    // The record of disputes has not changed: its data ended before both days.
    assert!(
        found
            .iter()
            .all(|c| !c.evidence.as_str().starts_with("record-mid-"))
    );
}

#[test]
fn a_brief_has_not_changed_since_itself() {
    let doc = compared(brief(NAME, NOW));
    assert!(doc.tables().all(|t| t.id != "changes"));
    let said = doc
        .statements()
        .into_iter()
        .find(|s| s.id == "changed-since")
        .expect("it says so");
    assert!(said.plain().contains("no figure"), "{}", said.plain());
}

#[test]
fn an_older_brief_is_read_from_its_file() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("brief.json");
    std::fs::write(&path, json::render(brief(NAME, THEN))).expect("a file");
    let before = json::load(&path).expect("it is a brief");
    assert_eq!(&before, brief(NAME, THEN));
    assert_eq!(compared(&before), compared(brief(NAME, THEN)));
}
