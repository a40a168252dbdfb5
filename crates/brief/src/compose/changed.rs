//! What changed since an older brief.

use crate::{Cell, Column, Document, Statement, TableBlock, changes};

/// Rows of the table, at most: the rest is in the JSON files of the two briefs.
const MOST: usize = 40;

pub fn add(doc: &mut Document, earlier: Option<&Document>) {
    let Some(before) = earlier else {
        doc.section("changed", "What changed").note(
            Statement::new("changed-none")
                .text("No older brief was given to compare with. ")
                .name("--compare-to DATE")
                .text(" takes the brief as it would have stood on that day."),
        );
        return;
    };
    let changes = changes(before, doc);
    let mut statement = Statement::new("changed-since")
        .text("Compared with the brief as of ")
        .date(before.as_of);
    if changes.is_empty() {
        statement = statement.text(", no figure that both briefs hold reads differently.");
        doc.section("changed", "What changed").say(statement);
        return;
    }
    let mut table = TableBlock::new(
        "changes",
        statement.text(": figures that both briefs hold and that read differently"),
        [
            Column::words("Figure"),
            Column::numbers("Then"),
            Column::numbers("Now"),
        ],
    );
    let rank = |id: &str| {
        ["level-", "factor-", "relation-", "distance-"]
            .iter()
            .position(|p| id.starts_with(p))
            .unwrap_or(9)
    };
    let mut sorted: Vec<_> = changes.iter().filter(|c| rank(&c.evidence.0) < 9).collect();
    sorted.sort_by_key(|c| rank(&c.evidence.0));
    for c in sorted.into_iter().take(MOST) {
        table.row(vec![
            Cell::Name(c.what.clone()),
            Cell::Name(c.before.full()),
            Cell::Figure(c.now.clone()),
        ]);
    }
    if table.rows().next().is_none() {
        doc.section("changed", "What changed").say(
            Statement::new("changed-minor")
                .text("Only figures of detail differ from the brief as of ")
                .date(before.as_of)
                .text("."),
        );
        return;
    }
    doc.section("changed", "What changed").table(table);
}
