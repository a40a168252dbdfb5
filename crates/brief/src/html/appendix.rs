//! What stands behind the brief: sources, methods, evidence with links back to where it is used.

use super::text::{escape, evidence_links, number};
use crate::{Block, Cell, Document, Evidence, EvidenceId, Format, Section, show_number};

/// The parts of the appendix.
pub(super) const PARTS: [(&str, &str); 3] = [
    ("appendix-sources", "Sources"),
    ("appendix-methods", "Methods"),
    ("appendix-evidence", "Evidence"),
];

pub(super) fn render(document: &Document, out: &mut String) {
    sources(document, out);
    methods(document, out);
    let uses = uses(document);
    out.push_str("<section class=\"appendix\" id=\"appendix-evidence\"><h2>Evidence</h2>\n<p class=\"st note\">Each entry says what was measured, on which rows, and which command returns them.</p>\n");
    for evidence in &document.evidence {
        one(document, evidence, &uses, out);
    }
    out.push_str("</section>\n");
}

fn sources(document: &Document, out: &mut String) {
    out.push_str("<section class=\"appendix\" id=\"appendix-sources\"><h2>Sources</h2>\n<p class=\"st note\">Grades after STANAG 2511: reliability of the source from A (completely reliable) to E (unreliable), F (cannot be judged); credibility of the information from 1 (confirmed) to 5 (improbable), 6 (cannot be judged).</p>\n<div class=\"table\"><table class=\"sources\"><thead><tr><th scope=\"col\">Data set</th><th scope=\"col\">Grade</th><th scope=\"col\">Coverage</th><th scope=\"col\">Citation and terms</th></tr></thead>\n<tbody>\n");
    for source in &document.sources {
        out.push_str(&format!(
            "<tr id=\"src-{id}\"><th scope=\"row\">{} <code>{id}</code></th><td data-label=\"Grade\"><div>{}</div></td><td data-label=\"Coverage\"><div>{}</div></td><td data-label=\"Citation and terms\"><div>{} <span class=\"terms\">{}</span></div></td></tr>\n",
            escape(&source.title),
            escape(&source.grade),
            escape(&source.coverage),
            escape(&source.citation),
            escape(&source.licence),
            id = escape(&source.id),
        ));
    }
    out.push_str("</tbody></table></div>\n</section>\n");
}

fn methods(document: &Document, out: &mut String) {
    out.push_str("<section class=\"appendix\" id=\"appendix-methods\"><h2>Methods</h2>\n<dl class=\"methods\">\n");
    for method in &document.methods {
        out.push_str(&format!(
            "<div id=\"m-{id}\"><dt>{}</dt><dd>{} <span class=\"terms\">{}</span> <code>docs/methods.md#{id}</code></dd></div>\n",
            escape(&method.title),
            escape(&method.definition),
            escape(&method.citation),
            id = escape(&method.id),
        ));
    }
    out.push_str("</dl></section>\n");
}

/// A place that uses evidence: the evidence, the title of the section, the anchor.
type Use<'a> = (&'a EvidenceId, &'a str, String);

fn uses(document: &Document) -> Vec<Use<'_>> {
    let mut all: Vec<Use> = Vec::new();
    for section in &document.sections {
        for block in &section.blocks {
            in_block(section, block, &mut all);
        }
    }
    let mut seen: Vec<Use> = Vec::new();
    for place in all {
        if !seen.contains(&place) {
            seen.push(place);
        }
    }
    seen
}

fn in_block<'a>(section: &'a Section, block: &'a Block, all: &mut Vec<Use<'a>>) {
    for statement in block.statements() {
        for id in statement.evidence() {
            all.push((id, &section.title, format!("st-{}", statement.id)));
        }
    }
    match block {
        Block::Table(table) => {
            for cell in table.rows().flatten() {
                let spark = match cell {
                    Cell::Spark(spark) => Some(&spark.evidence),
                    _ => None,
                };
                for id in cell.figures().into_iter().map(|f| &f.evidence).chain(spark) {
                    all.push((id, &section.title, format!("tb-{}", table.id)));
                }
            }
        }
        Block::Chart(chart) => {
            for id in chart.chart.evidence() {
                all.push((id, &section.title, format!("ch-{}", chart.id)));
            }
        }
        _ => {}
    }
}

fn one(document: &Document, evidence: &Evidence, uses: &[Use], out: &mut String) {
    let id = escape(evidence.id.as_str());
    out.push_str(&format!(
        "<article class=\"evidence\" id=\"e-{id}\"><h3><span class=\"no\">{}</span> {}</h3>\n<dl>\n",
        number(document, &evidence.id),
        escape(&evidence.what)
    ));
    let mut entry = |term: &str, html: String| {
        if !html.is_empty() {
            out.push_str(&format!("<div><dt>{term}</dt><dd>{html}</dd></div>\n"));
        }
    };
    entry("Value", values(evidence));
    entry("Rows", rows(evidence));
    entry("Period", period(evidence));
    entry(
        "Known to",
        evidence
            .known_to
            .map_or_else(String::new, |day| day.to_string()),
    );
    entry(
        "Method",
        match document.method(&evidence.method) {
            Some(method) => format!(
                "<a href=\"#m-{}\">{}</a>",
                escape(&method.id),
                escape(&method.title)
            ),
            None => escape(&evidence.method),
        },
    );
    let datasets: Vec<String> = evidence
        .datasets
        .iter()
        .map(|id| match document.source(id) {
            Some(s) => format!(
                "<a href=\"#src-{}\">{}</a> <span class=\"grade\">{}</span>",
                escape(id),
                escape(&s.title),
                escape(&s.grade)
            ),
            None => escape(id),
        })
        .collect();
    entry("Data", datasets.join("; "));
    entry("Built from", evidence_links(document, &evidence.built_from));
    entry(
        "Query",
        evidence
            .query
            .as_deref()
            .map_or_else(String::new, |q| format!("<code>{}</code>", escape(q))),
    );
    if !evidence.command.is_empty() {
        entry(
            "Command",
            format!("<code>{}</code>", escape(&evidence.command)),
        );
    }
    entry("Used in", used_in(evidence, uses));
    out.push_str("</dl>\n");
    sample(evidence, out);
    out.push_str("</article>\n");
}

fn values(evidence: &Evidence) -> String {
    let show = |x: f64| show_number(x, Format::decimals(if x.fract() == 0.0 { 0 } else { 4 }));
    let mut parts: Vec<String> = evidence.value.map(show).into_iter().collect();
    parts.extend(
        evidence
            .also
            .iter()
            .map(|(name, x)| format!("{} {}", escape(name), show(*x))),
    );
    parts.join("; ")
}

fn rows(evidence: &Evidence) -> String {
    let count = |n: u64| show_number(n as f64, Format::count());
    match evidence.searched {
        Some(searched) => format!("no such row in {} rows searched", count(searched)),
        None if evidence.rows == 0 => String::new(),
        None => count(evidence.rows),
    }
}

fn period(evidence: &Evidence) -> String {
    match (evidence.from, evidence.to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (None, None) => String::new(),
    }
}

/// The places that use the evidence, by section: "Record 1, 2; Register 1".
fn used_in(evidence: &Evidence, uses: &[Use]) -> String {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for (_, title, anchor) in uses.iter().filter(|(id, _, _)| **id == evidence.id) {
        match sections.iter_mut().find(|(t, _)| t == title) {
            Some((_, anchors)) => anchors.push(anchor),
            None => sections.push((title, vec![anchor])),
        }
    }
    let parts: Vec<String> = sections
        .into_iter()
        .map(|(title, anchors)| {
            let links: Vec<String> = anchors
                .iter()
                .enumerate()
                .map(|(i, anchor)| {
                    let label = if anchors.len() == 1 {
                        escape(title)
                    } else {
                        (i + 1).to_string()
                    };
                    format!("<a href=\"#{anchor}\">{label}</a>")
                })
                .collect();
            if anchors.len() == 1 {
                links.join("")
            } else {
                format!("{} {}", escape(title), links.join(", "))
            }
        })
        .collect();
    parts.join("; ")
}

fn sample(evidence: &Evidence, out: &mut String) {
    let sample = &evidence.sample;
    if sample.rows.is_empty() {
        return;
    }
    let shown = sample.rows.len();
    let title = if shown as u64 >= evidence.rows {
        "The rows".to_owned()
    } else {
        format!(
            "{shown} of {} rows",
            show_number(evidence.rows as f64, Format::count())
        )
    };
    out.push_str(&format!(
        "<details><summary>{title}</summary><div class=\"scroll\"><table class=\"rows\"><thead><tr>"
    ));
    for head in &sample.header {
        out.push_str(&format!("<th scope=\"col\">{}</th>", escape(head)));
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in &sample.rows {
        out.push_str("<tr>");
        for cell in row {
            out.push_str(&format!("<td>{}</td>", escape(cell)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div></details>\n");
}
