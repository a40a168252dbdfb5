//! The brief as one self-contained HTML file.
//!
//! Nothing is fetched: style and charts stand in the file, and the page says so to the browser (a content security policy without any source).
//! Every figure is a link to its evidence, which shows what was measured, how, on which rows, and where the brief uses it. The page works without
//! script; the few lines that there are open a folded table of rows when it is printed.

mod appendix;
mod blocks;
mod text;

use crate::chart::STYLE;
use crate::{Document, Section};
use text::escape;

const CSS: &str = include_str!("page.css");
const SCRIPT: &str = "addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true));";

/// The whole page. The same document gives the same bytes.
pub fn render(document: &Document) -> String {
    let mut out = String::with_capacity(64 * 1024);
    out.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    out.push_str("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\"/>\n");
    out.push_str(&format!(
        "<title>{}, {}</title>\n<style>\n{CSS}{STYLE}</style>\n</head>\n<body>\n",
        escape(&document.title),
        document.as_of
    ));
    out.push_str("<a class=\"skip\" href=\"#content\">Skip to the content</a>\n");
    header(document, &mut out);
    out.push_str("<div class=\"page\">\n");
    contents(document, &mut out);
    out.push_str("<main id=\"content\">\n");
    for (i, section) in document.sections.iter().enumerate() {
        one_section(document, section, i == 0, &mut out);
    }
    appendix::render(document, &mut out);
    out.push_str("</main>\n</div>\n");
    out.push_str(&format!(
        "<footer><p>{} as of {}. Lake version {}. Every number links to its evidence.</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&document.title),
        document.as_of,
        escape(&document.lake_version)
    ));
    out
}

fn header(document: &Document, out: &mut String) {
    out.push_str(&format!(
        "<header class=\"top\"><div class=\"in\"><p class=\"kicker\">Partnership brief</p><h1>{}</h1><p class=\"subtitle\">{}</p><dl class=\"facts\"><div><dt>As of</dt><dd><time datetime=\"{day}\">{day}</time></dd></div><div><dt>Partnership</dt><dd>{}</dd></div><div><dt>Lake version</dt><dd><code>{}</code></dd></div><div><dt>Evidence</dt><dd>{}</dd></div></dl></div></header>\n",
        escape(&document.title),
        escape(&document.subtitle),
        escape(&document.partnership),
        escape(&document.lake_version),
        document.evidence.len(),
        day = document.as_of,
    ));
}

fn contents(document: &Document, out: &mut String) {
    out.push_str("<nav class=\"toc\" aria-label=\"Contents\"><ol>\n");
    for section in &document.sections {
        let class = if section.depth > 1 {
            " class=\"sub\""
        } else {
            ""
        };
        out.push_str(&format!(
            "<li{class}><a href=\"#sec-{}\">{}</a></li>\n",
            section.id,
            escape(&section.title)
        ));
    }
    for (id, title) in appendix::PARTS {
        out.push_str(&format!(
            "<li class=\"app\"><a href=\"#{id}\">{title}</a></li>\n"
        ));
    }
    out.push_str("</ol></nav>\n");
}

fn one_section(document: &Document, section: &Section, first: bool, out: &mut String) {
    let level = if section.depth > 1 { 3 } else { 2 };
    let class = if first {
        " class=\"lead\""
    } else if level == 3 {
        " class=\"sub\""
    } else {
        ""
    };
    out.push_str(&format!(
        "<section{class} id=\"sec-{id}\" aria-labelledby=\"h-{id}\">\n<h{level} id=\"h-{id}\">{}</h{level}>\n",
        escape(&section.title),
        id = section.id
    ));
    for block in &section.blocks {
        blocks::render(document, block, out);
    }
    out.push_str("</section>\n");
}
