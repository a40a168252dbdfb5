//! The record: disputes and armed conflicts, as far as each data set reaches.

use super::book::{file, slug};
use crate::{Cell, Column, Document, Evidence, Format, Statement, TableBlock};
use detente_partnership::engine::{Assessment, RecordEntry};

/// The evidence of a record entry.
pub fn evidence(doc: &mut Document, e: &RecordEntry) -> Evidence {
    let id = format!(
        "record-{}-{}-{}",
        e.dataset,
        slug(&e.of.id),
        slug(&e.with.id)
    );
    let what = format!("{} between {} and {}", e.what, e.of.name, e.with.name);
    let evidence = file(id, what, Some(e.count as f64), &e.provenance);
    doc.add_evidence(evidence)
}

pub fn add(doc: &mut Document, a: &Assessment) {
    let p = &a.partnership;
    let mut table = TableBlock::new(
        "record-table",
        Statement::new("record-caption")
            .text("Disputes and armed conflicts active since ")
            .date(p.since)
            .text(", of the sides and of ")
            .actor(p.b.name.clone())
            .text(" with the contrast partners. Each data set speaks only up to its last year."),
        [
            Column::words("Between"),
            Column::words("And"),
            Column::words("Data set"),
            Column::words("What"),
            Column::numbers("Active"),
            Column::words("Searched to"),
            Column::words("Last one ended"),
        ],
    );
    for e in &a.record {
        let evidence = evidence(doc, e);
        table.row(vec![
            Cell::Name(e.of.name.clone()),
            Cell::Name(e.with.name.clone()),
            Cell::Name(title(e.dataset)),
            Cell::Text(e.what.to_owned()),
            Cell::Figure(evidence.figure(Format::count())),
            Cell::Date(e.until),
            match e.last {
                Some(day) => Cell::Date(day),
                None => Cell::Empty("none".to_owned()),
            },
        ]);
    }
    let section = doc.section("record", "Record");
    if a.record.is_empty() {
        section.say(
            Statement::new("record-none")
                .text("No record of disputes or armed conflicts that was known on the day reaches past ")
                .date(p.since)
                .text("."),
        );
    } else {
        section.table(table);
    }
    section.note(
        Statement::new("record-alliances")
            .text("Alliance flags are not read as a record of friendship: they call states allies through treaties of ")
            .actor("CIS")
            .text(" and ")
            .actor("OSCE")
            .text(" that bind former adversaries as well."),
    );
}

/// The title of a data set.
pub fn title(id: &str) -> String {
    detente_sources::dataset(id)
        .map_or(id, |d| d.title)
        .to_owned()
}
