//! Events of interest with their probabilities, beside the baseline and with what such probabilities were worth.

use super::super::book::{file, slug};
use super::likelihood;
use crate::{Cell, Column, Document, Evidence, Figure, Format, Statement, TableBlock};
use detente_atlas::{By, Month};
use detente_partnership::outlook::{EventOutlook, Outlook};
use detente_partnership::world::clock;

/// Files an event.
fn event(doc: &mut Document, x: &EventOutlook) -> Evidence {
    let mut e = file(
        format!("outlook-event-{}", slug(&x.id)),
        format!("chance of {}, {}", x.what, when(x)),
        Some(x.shown()),
        &x.provenance,
    )
    .also("regression", x.chances.regression)
    .also("baseline", x.chances.baseline)
    .also("own frequency", x.chances.climatology)
    .also("frequency of all", x.rate)
    .also("units", x.units as f64)
    .also("lead", f64::from(x.lead));
    if let Some(s) = x.skill {
        e = e.also("skill", s.mean);
        if let Some((lo, hi)) = s.interval {
            e = e.also("skill, low", lo).also("skill, high", hi);
        }
    }
    doc.add_evidence(e)
}

/// The period asked for.
fn when(x: &EventOutlook) -> String {
    let (first, last) = x.target;
    if first == last {
        format!("in {}", clock::label(x.by, first))
    } else {
        format!(
            "in one of the months {} to {}",
            clock::label(x.by, first),
            clock::label(x.by, last)
        )
    }
}

/// The period asked for and, for years, the last one that the forecast knew.
fn period(s: Statement, x: &EventOutlook) -> Statement {
    match x.by {
        By::Year => s.year(x.target.1).text(" by data to ").year(x.origin),
        _ => s
            .month(Month(x.target.0))
            .text(" to ")
            .month(Month(x.target.1)),
    }
}

/// One sentence for each event.
pub fn statements(doc: &mut Document, o: &Outlook) -> Vec<Statement> {
    o.events
        .iter()
        .map(|x| {
            let e = event(doc, x);
            let s = Statement::new(format!("outlook-event-{}", slug(&x.id)));
            let s = period(s, x).text(", ").name(x.what.clone());
            likelihood(s, "", &e.chance()).text(if x.demonstrated() {
                "."
            } else {
                ". No demonstrated skill over the baseline, which is shown."
            })
        })
        .collect()
}

/// The bullets of the first page: what befalls the sides, and the theatres where armed conflict is most probable.
pub fn bullets(doc: &mut Document, o: &Outlook) -> Vec<Statement> {
    let (mut theatres, sides): (Vec<&EventOutlook>, Vec<_>) = o
        .events
        .iter()
        .partition(|x| x.by == By::Year && x.id != "incident");
    theatres.sort_by(|a, b| b.shown().total_cmp(&a.shown()));
    theatres.truncate(3);
    let groups = [
        ("bottom-events", "Events. ", sides),
        ("bottom-theatres", "Armed conflict. ", theatres),
    ];
    let mut all = Vec::new();
    for (id, head, events) in groups {
        if events.is_empty() {
            continue;
        }
        let theatres = id == "bottom-theatres";
        let mut s = Statement::new(id).strong(head);
        if theatres {
            // All rest on one data set: its last year is said once.
            s = s.text("By data to ").year(events[0].origin).text(": ");
        }
        for (n, x) in events.into_iter().enumerate() {
            let e = event(doc, x);
            if n > 0 {
                s = s.text("; ");
            }
            s = s.name(x.title.clone()).text(", ");
            s = if theatres {
                s.year(x.target.1)
            } else {
                period(s, x)
            };
            s = likelihood(s, "", &e.chance());
        }
        all.push(s.text("."));
    }
    all
}

/// Every event with both forecasts.
pub fn table(doc: &mut Document, o: &Outlook) -> Option<TableBlock> {
    let mut table = TableBlock::new(
        "outlook-events",
        Statement::new("outlook-events-caption").text(
            "Events of interest: data of years have horizons of years, counted from the last year that was known",
        ),
        [
            Column::words("Event"),
            Column::words("When"),
            Column::words("Known to"),
            Column::numbers("Regression"),
            Column::numbers("Baseline"),
            Column::numbers("Own frequency"),
            Column::numbers("Frequency of all"),
            Column::numbers("Learnt from"),
            Column::numbers("Brier skill over the baseline"),
            Column::words("Shown"),
        ],
    );
    for x in &o.events {
        let e = event(doc, x);
        let chance = |name: &str| {
            Cell::Figure(Figure {
                probability: true,
                ..e.figure_of(name, Format::percent(1))
            })
        };
        let skill = match x.skill {
            Some(s) => {
                let figure = e.figure_of("skill", Format::decimals(3).signed());
                match s.interval {
                    Some((lo, hi)) => figure.between(lo, hi),
                    None => figure,
                }
            }
            None => Figure::missing("no period scored", &e),
        };
        table.row(vec![
            Cell::Name(x.what.clone()),
            Cell::Name(when(x)),
            Cell::Name(clock::label(x.by, x.origin)),
            chance("regression"),
            chance("baseline"),
            chance("own frequency"),
            Cell::Figure(e.figure_of("frequency of all", Format::percent(1))),
            Cell::Figure(e.figure_of("units", Format::count())),
            Cell::Figure(skill),
            Cell::Text(
                if x.demonstrated() {
                    "regression"
                } else {
                    "baseline: no demonstrated skill"
                }
                .to_owned(),
            ),
        ]);
    }
    (!o.events.is_empty()).then_some(table)
}
