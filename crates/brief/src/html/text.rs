//! The parts of a statement as HTML.

pub(super) use crate::chart::escape;
use crate::{Document, EvidenceId, Figure, Part};

/// The parts, figures as links to their evidence.
pub(super) fn parts(document: &Document, parts: &[Part]) -> String {
    parts.iter().map(|part| one(document, part)).collect()
}

fn one(document: &Document, part: &Part) -> String {
    match part {
        Part::Text(text) | Part::Actor(text) => escape(text),
        Part::Strong(text) => format!("<strong>{}</strong>", escape(text)),
        Part::Name(text) => format!("<span class=\"name\">{}</span>", escape(text)),
        Part::Figure(f) => figure(document, f),
        Part::Source(id) => match document.source(id) {
            Some(source) => {
                format!(
                    "<a class=\"src\" href=\"#src-{}\">{}</a>",
                    escape(id),
                    escape(&source.title)
                )
            }
            None => escape(id),
        },
        Part::Date(day) => format!("<time datetime=\"{day}\">{day}</time>"),
        Part::Month(month) => format!("<time datetime=\"{month}\">{month}</time>"),
        Part::Year(year) => format!("<time datetime=\"{year:04}\">{year}</time>"),
        Part::Quote(text) => format!("<q>{}</q>", escape(text)),
    }
}

/// A figure as a link to its evidence.
pub(super) fn figure(document: &Document, figure: &Figure) -> String {
    let class = if figure.is_missing() { "f none" } else { "f" };
    let number = number(document, &figure.evidence);
    let what = document
        .evidence_of(&figure.evidence)
        .map_or("", |e| e.what.as_str());
    let text = figure.full();
    format!(
        "<a class=\"{class}\" href=\"#e-{}\" data-e=\"{number}\" title=\"{number}: {}\">{}</a>",
        escape(figure.evidence.as_str()),
        escape(what),
        if figure.is_missing() {
            reason(&text)
        } else {
            escape(&text)
        }
    )
}

/// Links to evidence: `e3, e4`.
pub(super) fn evidence_links<'a>(
    document: &Document,
    ids: impl IntoIterator<Item = &'a EvidenceId>,
) -> String {
    let links: Vec<String> = ids
        .into_iter()
        .map(|id| {
            format!(
                "<a href=\"#e-{}\">{}</a>",
                escape(id.as_str()),
                number(document, id)
            )
        })
        .collect();
    links.join(", ")
}

/// The number of a piece of evidence: `e12`.
pub(super) fn number(document: &Document, id: &EvidenceId) -> String {
    document
        .evidence_number(id)
        .map_or_else(|| "e?".to_owned(), |n| format!("e{n}"))
}

/// A reason, in which a date is not broken over two lines.
pub(super) fn reason(text: &str) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let is_date = word.contains('-') && word.bytes().any(|b| b.is_ascii_digit());
            if is_date {
                format!("<span class=\"nb\">{}</span>", escape(word))
            } else {
                escape(word)
            }
        })
        .collect();
    words.join(" ")
}
