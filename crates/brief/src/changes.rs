//! What changed from one brief to the next: the figures that both hold and that read differently.

use crate::{Document, EvidenceId, Figure};

/// A figure of both briefs that reads differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The evidence, whose name is the same in both briefs.
    pub evidence: EvidenceId,
    /// What is measured.
    pub what: String,
    /// The figure as it stood.
    pub before: Figure,
    /// The figure now.
    pub now: Figure,
}

/// The figures that stand in a statement or a table of both briefs under the same evidence and that read differently, in the order of the newer brief.
/// The first figure of each piece of evidence speaks for it. A figure that only one brief holds is not a change.
pub fn changes(before: &Document, now: &Document) -> Vec<Change> {
    let old = first_figures(before);
    first_figures(now)
        .into_iter()
        .filter_map(|figure| {
            let was = old.iter().find(|f| f.evidence == figure.evidence)?;
            if was.full() == figure.full() {
                return None;
            }
            Some(Change {
                evidence: figure.evidence.clone(),
                what: now.evidence_of(&figure.evidence)?.what.clone(),
                before: (*was).clone(),
                now: figure.clone(),
            })
        })
        .collect()
}

/// The first figure of each piece of evidence, in order.
fn first_figures(document: &Document) -> Vec<&Figure> {
    let mut seen: Vec<&Figure> = Vec::new();
    let in_statements = document.statements().into_iter().flat_map(|s| s.figures());
    let in_tables = document
        .tables()
        .flat_map(|t| t.rows().flatten())
        .flat_map(|cell| cell.figures());
    for figure in in_statements.chain(in_tables) {
        if !seen.iter().any(|f| f.evidence == figure.evidence) {
            seen.push(figure);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Evidence, Format, Statement};
    use detente_atlas::Day;

    fn brief(distance: f64, only: &str) -> Document {
        let mut doc = Document::new("p", "t", "s", Day(0), "v1");
        let a = doc.add_evidence(Evidence::new("distance", "Distance", "m").value(distance));
        let b = doc.add_evidence(Evidence::new(only, "Only here", "m").value(1.0));
        doc.section("s", "S")
            .say(Statement::new("a").figure(&a.figure(Format::decimals(2))))
            .say(Statement::new("b").figure(&b.figure(Format::decimals(2))));
        doc
    }

    #[test]
    fn only_what_both_briefs_hold_and_reads_differently_is_a_change() {
        let (old, new) = (brief(1.13, "x"), brief(1.86, "y"));
        let found = changes(&old, &new);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].before.full().as_str(),
                found[0].now.full().as_str()
            ),
            ("1.13", "1.86")
        );
        assert!(
            changes(&old, &brief(1.131, "x")).is_empty(),
            "the same on the page"
        );
    }
}
