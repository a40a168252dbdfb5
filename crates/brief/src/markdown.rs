//! The brief as GitHub-flavoured Markdown: figures carry the number of their evidence, `1.13 [e12]`, which links to the appendix.

use crate::chart::{source_line, spark_text};
use crate::{
    Block, Cell, ChartBlock, Claim, Document, Evidence, EvidenceId, Figure, Format, Part,
    Statement, TableBlock, show_number,
};

/// The whole brief. Charts are links to the SVG files beside it (`charts/ID.svg`). The same document gives the same bytes.
pub fn render(document: &Document) -> String {
    let mut out = format!(
        "# {}\n\n{}\n\nAs of {}. Partnership `{}`. Lake version `{}`.\n",
        plain(&document.title),
        plain(&document.subtitle),
        document.as_of,
        document.partnership,
        document.lake_version
    );
    for section in &document.sections {
        let mark = if section.depth > 1 { "###" } else { "##" };
        out.push_str(&format!("\n{mark} {}\n", plain(&section.title)));
        for block in &section.blocks {
            out.push('\n');
            match block {
                Block::Statement(statement) => out.push_str(&sentence(document, statement)),
                Block::Note(statement) => {
                    out.push_str("> ");
                    out.push_str(&sentence(document, statement));
                }
                Block::Claim(claim) => one_claim(document, claim, &mut out),
                Block::Table(table) => one_table(document, table, &mut out),
                Block::Chart(chart) => one_chart(document, chart, &mut out),
            }
        }
    }
    appendix(document, &mut out);
    out
}

fn sentence(document: &Document, statement: &Statement) -> String {
    let grade = statement
        .grade
        .as_ref()
        .map_or_else(String::new, |g| format!(" ({g})"));
    format!("{}{grade}\n", parts(document, &statement.parts))
}

fn parts(document: &Document, parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(t) | Part::Actor(t) | Part::Name(t) => plain(t),
            Part::Strong(t) => {
                // Markdown ends bold text at the mark only if no space stands before it.
                let words = t.trim_end();
                format!("**{}**{}", plain(words), &t[words.len()..])
            }
            Part::Figure(f) => figure(document, f),
            Part::Source(id) => plain(document.source(id).map_or(id, |s| &s.title)),
            Part::Quote(t) => format!("\u{201c}{}\u{201d}", plain(t)),
            Part::Date(_) | Part::Month(_) | Part::Year(_) => part.plain(),
        })
        .collect()
}

fn figure(document: &Document, figure: &Figure) -> String {
    let text = plain(&figure.full());
    let text = if figure.is_missing() {
        format!("*{text}*")
    } else {
        text
    };
    format!("{text} [{}]", link(document, &figure.evidence))
}

/// `[e12](#e12)`: the heading in the appendix.
fn link(document: &Document, id: &EvidenceId) -> String {
    match document.evidence_number(id) {
        Some(n) => format!("[e{n}](#e{n})"),
        None => plain(id.as_str()),
    }
}

fn links<'a>(document: &Document, ids: impl IntoIterator<Item = &'a EvidenceId>) -> String {
    ids.into_iter()
        .map(|id| link(document, id))
        .collect::<Vec<_>>()
        .join(", ")
}

fn one_claim(document: &Document, claim: &Claim, out: &mut String) {
    out.push_str(&format!(
        "- {} **{}**: \u{201c}{}\u{201d}\n",
        claim.verdict.sign(),
        claim.verdict.words(),
        plain(&claim.says)
    ));
    for finding in &claim.findings {
        out.push_str(&format!("  - {}", sentence(document, finding)));
    }
}

fn one_table(document: &Document, table: &TableBlock, out: &mut String) {
    out.push_str(&format!("**{}**\n", parts(document, &table.caption.parts)));
    for group in &table.groups {
        out.push('\n');
        if !group.title.is_empty() {
            let summary = group
                .summary
                .as_ref()
                .map_or_else(String::new, |s| format!(". {}", parts(document, &s.parts)));
            out.push_str(&format!("**{}**{summary}\n\n", plain(&group.title)));
        }
        let heads: Vec<String> = table.columns.iter().map(|c| plain(&c.title)).collect();
        let rules: Vec<&str> = table
            .columns
            .iter()
            .map(|c| if c.numeric { "---:" } else { "---" })
            .collect();
        out.push_str(&format!(
            "| {} |\n| {} |\n",
            heads.join(" | "),
            rules.join(" | ")
        ));
        for row in &group.rows {
            let cells: Vec<String> = row.iter().map(|cell| one_cell(document, cell)).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
}

fn one_cell(document: &Document, cell: &Cell) -> String {
    match cell {
        Cell::Text(t) | Cell::Name(t) => plain(t),
        Cell::Figure(f) | Cell::Meter(f) => figure(document, f),
        Cell::Date(day) => day.to_string(),
        Cell::Spark(spark) => {
            format!(
                "{} [{}]",
                spark_text(&spark.points, 12),
                link(document, &spark.evidence)
            )
        }
        Cell::Parts(p) => parts(document, p),
        Cell::Empty(why) => format!("*{}*", plain(why)),
    }
}

fn one_chart(document: &Document, chart: &ChartBlock, out: &mut String) {
    out.push_str(&format!(
        "**{}**\n\n![{}](charts/{}.svg)\n\n{} Source: {}. Evidence: {}.\n",
        parts(document, &chart.title.parts),
        plain(&chart.title.plain()),
        chart.id,
        plain(&chart.definition),
        plain(&source_line(chart, document)),
        links(document, chart.chart.evidence())
    ));
}

fn appendix(document: &Document, out: &mut String) {
    out.push_str("\n## Sources\n\nGrades after STANAG 2511: reliability A to F, credibility 1 to 6.\n\n| Data set | Grade | Coverage | Citation and terms |\n| --- | --- | --- | --- |\n");
    for s in &document.sources {
        out.push_str(&format!(
            "| {} (`{}`) | {} | {} | {} {} |\n",
            plain(&s.title),
            s.id,
            s.grade,
            plain(&s.coverage),
            plain(&s.citation),
            plain(&s.licence)
        ));
    }
    out.push_str("\n## Methods\n");
    for m in &document.methods {
        out.push_str(&format!(
            "\n- **{}** (`docs/methods.md#{}`): {} {}",
            plain(&m.title),
            m.id,
            plain(&m.definition),
            plain(&m.citation)
        ));
    }
    out.push_str("\n\n## Evidence\n");
    for (i, evidence) in document.evidence.iter().enumerate() {
        one_evidence(document, i + 1, evidence, out);
    }
}

fn one_evidence(document: &Document, number: usize, e: &Evidence, out: &mut String) {
    out.push_str(&format!(
        "\n### e{number}\n\n{}.\n\n",
        plain(e.what.trim_end_matches('.'))
    ));
    let mut entry = |term: &str, text: String| {
        if !text.is_empty() {
            out.push_str(&format!("- {term}: {text}\n"));
        }
    };
    let show = |x: f64| show_number(x, Format::decimals(if x.fract() == 0.0 { 0 } else { 4 }));
    let mut values: Vec<String> = e.value.map(show).into_iter().collect();
    values.extend(
        e.also
            .iter()
            .map(|(name, x)| format!("{name} {}", show(*x))),
    );
    entry("Value", values.join("; "));
    entry(
        "Rows",
        match e.searched {
            Some(n) => format!("no such row in {} rows searched", show(n as f64)),
            None if e.rows == 0 => String::new(),
            None => show(e.rows as f64),
        },
    );
    if let (Some(from), Some(to)) = (e.from, e.to) {
        entry("Period", format!("{from} to {to}"));
    }
    entry(
        "Known to",
        e.known_to.map_or_else(String::new, |d| d.to_string()),
    );
    entry(
        "Method",
        document.method(&e.method).map_or(e.method.clone(), |m| {
            format!("{} (`docs/methods.md#{}`)", plain(&m.title), m.id)
        }),
    );
    let data: Vec<String> = e
        .datasets
        .iter()
        .map(|id| {
            document
                .source(id)
                .map_or(id.clone(), |s| format!("{} ({})", plain(&s.title), s.grade))
        })
        .collect();
    entry("Data", data.join("; "));
    entry("Built from", links(document, &e.built_from));
    entry(
        "Query",
        e.query
            .as_ref()
            .map_or_else(String::new, |q| format!("`{q}`")),
    );
    entry(
        "Command",
        if e.command.is_empty() {
            String::new()
        } else {
            format!("`{}`", e.command)
        },
    );
    if !e.sample.rows.is_empty() {
        let line = |cells: &[String]| {
            format!(
                "| {} |\n",
                cells
                    .iter()
                    .map(|c| plain(c))
                    .collect::<Vec<_>>()
                    .join(" | ")
            )
        };
        out.push('\n');
        out.push_str(&line(&e.sample.header));
        out.push_str(&format!("|{}\n", " --- |".repeat(e.sample.header.len())));
        for row in &e.sample.rows {
            out.push_str(&line(row));
        }
    }
}

/// Text that Markdown takes as it stands.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
