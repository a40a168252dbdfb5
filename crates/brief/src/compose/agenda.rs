//! The consult agenda: where the sides need a mutual response, where coordination, and where they risk misunderstanding.

use super::book::{file, slug};
use crate::{Cell, Column, Document, Format, Part, Statement, TableBlock};
use detente_partnership::engine::{Assessment, ConsultItem, Need};

pub fn add(doc: &mut Document, a: &Assessment) {
    let p = &a.partnership;
    let mut table = TableBlock::new(
        "agenda",
        Statement::new("agenda-caption")
            .text("What the exposures and orientations of ")
            .actor(p.a.name.clone())
            .text(" and ")
            .actor(p.b.name.clone())
            .text(" ask for. Tone runs from minus one, all conflict, to one, all cooperation."),
        [
            Column::words("Factor"),
            Column::words("Needs"),
            Column::words("Domain"),
            Column::words("Tone toward"),
            Column::words("Risk of misunderstanding"),
            Column::words("Covered by"),
        ],
    );
    for need in [Need::MutualResponse, Need::Coordination, Need::Watch] {
        let items: Vec<&ConsultItem> = a.agenda.iter().filter(|i| i.need == need).collect();
        if items.is_empty() {
            continue;
        }
        table.group(need.name(), None);
        for item in items {
            let row = row(doc, a, item);
            table.row(row);
        }
    }
    doc.section("consult", "Consult").table(table);
}

fn row(doc: &mut Document, a: &Assessment, item: &ConsultItem) -> Vec<Cell> {
    let p = &a.partnership;
    let mut parts: Vec<Part> = Vec::new();
    for (n, s) in item.stances.iter().enumerate() {
        let mut figure =
            |side: &str, name: &str, o: &detente_partnership::engine::consult::Orientation| {
                let id = format!("tone-{side}-{}", slug(&s.toward.id));
                let what = format!(
                    "tone of {name} toward {} in the year to {}",
                    s.toward.name, s.month
                );
                let e = file(id, what, Some(o.tone), &o.provenance);
                doc.add_evidence(e).figure(Format::decimals(2).signed())
            };
        let (x, y) = (figure("a", &p.a.name, &s.a), figure("b", &p.b.name, &s.b));
        if n > 0 {
            parts.push(Part::Text("; ".to_owned()));
        }
        parts.push(Part::Actor(s.toward.name.clone()));
        parts.push(Part::Text(": ".to_owned()));
        parts.push(Part::Actor(p.a.name.clone()));
        parts.push(Part::Text(" ".to_owned()));
        parts.push(Part::Figure(x));
        parts.push(Part::Text(", ".to_owned()));
        parts.push(Part::Actor(p.b.name.clone()));
        parts.push(Part::Text(" ".to_owned()));
        parts.push(Part::Figure(y));
    }
    vec![
        Cell::Name(item.title.clone()),
        Cell::Text(item.need.name().to_owned()),
        match item.domain {
            Some(d) => Cell::Text(d.name().to_owned()),
            None => Cell::Empty("not known".to_owned()),
        },
        if parts.is_empty() {
            Cell::Empty("not measured".to_owned())
        } else {
            Cell::Parts(parts)
        },
        Cell::Text(
            match (item.stances.is_empty(), item.misunderstanding()) {
                (true, _) => "not measured",
                (false, true) => "yes: the orientations differ in sign",
                (false, false) => "no: the orientations have one sign",
            }
            .to_owned(),
        ),
        if item.formats.is_empty() {
            Cell::Empty("no standing format".to_owned())
        } else {
            Cell::Name(item.formats.join("; "))
        },
    ]
}
