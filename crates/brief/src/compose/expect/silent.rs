//! Why nothing is expected.

use crate::{Document, Evidence, Format, Statement};
use detente_atlas::Day;
use detente_partnership::engine::Assessment;
use detente_partnership::outlook::expect::{DATASETS, Silence};

/// Adds to a statement why nothing is expected.
pub fn said(doc: &mut Document, a: &Assessment, why: &Silence, s: Statement) -> Statement {
    match why {
        Silence::Unseen => s.text(
            "Nothing: no day with events by type is complete in these data up to this brief.",
        ),
        Silence::Over { last } => {
            let e = over(doc, a, *last);
            s.text("Nothing: the last day complete with events by type is ")
                .date(*last)
                .text(", ")
                .figure(&e.figure(Format::count()))
                .text(" days before this brief. What was to be expected then says nothing of today, so it is not shown.")
        }
        why => s.text("Nothing: ").quote(why.to_string()).text("."),
    }
}

/// Files the age of the last complete day.
fn over(doc: &mut Document, a: &Assessment, last: Day) -> Evidence {
    let datasets: Vec<&str> = a
        .world
        .coverage
        .iter()
        .filter(|(id, c)| {
            DATASETS.contains(id) && c.spans.iter().any(|s| s.from <= last && s.to >= last)
        })
        .map(|(id, _)| *id)
        .collect();
    let commands: Vec<String> = datasets
        .iter()
        .map(|d| format!("detente coverage {d}"))
        .collect();
    let days = (a.world.as_of.0 - last.0).max(0);
    let e = Evidence::new(
        "expect-age",
        "days from the last day complete with events by type to the day of the brief",
        super::super::methods::COVERAGE,
    )
    .command(commands.join("; "))
    .datasets(datasets)
    .rows(days as u64)
    .period(last, a.world.as_of)
    .value(f64::from(days));
    doc.add_evidence(e)
}
