//! Statements, claims, tables and charts as HTML.

use super::text::{escape, evidence_links, figure, parts, reason};
use crate::chart::{NARROW, WIDE, inline, source_line, spark_svg};
use crate::{Block, Cell, ChartBlock, Claim, Document, Figure, Statement, TableBlock, Verdict};

pub(super) fn render(document: &Document, block: &Block, out: &mut String) {
    match block {
        Block::Statement(statement) => {
            out.push_str(&sentence(
                document,
                statement,
                if statement.key { "st key" } else { "st" },
            ));
        }
        Block::Note(statement) => out.push_str(&sentence(document, statement, "st note")),
        Block::Claim(claim) => one_claim(document, claim, out),
        Block::Table(table) => one_table(document, table, out),
        Block::Chart(chart) => one_chart(document, chart, out),
    }
}

fn sentence(document: &Document, statement: &Statement, class: &str) -> String {
    format!(
        "<p class=\"{class}\" id=\"st-{}\">{}{}</p>\n",
        statement.id,
        parts(document, &statement.parts),
        grade(statement)
    )
}

fn grade(statement: &Statement) -> String {
    match &statement.grade {
        Some(grade) => format!(
            " <a class=\"grade\" href=\"#appendix-sources\" title=\"Grade {0} after STANAG 2511\">{0}</a>",
            escape(grade)
        ),
        None => String::new(),
    }
}

fn one_claim(document: &Document, claim: &Claim, out: &mut String) {
    let class = match claim.verdict {
        Verdict::Holds => "holds",
        Verdict::DoesNotHold => "fails",
        Verdict::CannotBeTested => "open",
    };
    out.push_str(&format!(
        "<article class=\"claim {class}\" id=\"cl-{}\"><p class=\"says\"><q>{}</q></p><p class=\"verdict\"><span aria-hidden=\"true\">{}</span> {}</p>\n",
        claim.id,
        escape(&claim.says),
        claim.verdict.sign(),
        claim.verdict.words()
    ));
    for finding in &claim.findings {
        out.push_str(&sentence(document, finding, "st"));
    }
    out.push_str("</article>\n");
}

fn one_table(document: &Document, table: &TableBlock, out: &mut String) {
    out.push_str(&format!(
        "<div class=\"table\"><table id=\"tb-{}\"><caption id=\"st-{}\">{}</caption>\n<thead><tr>",
        table.id,
        table.caption.id,
        parts(document, &table.caption.parts)
    ));
    for column in &table.columns {
        let class = if column.numeric { " class=\"num\"" } else { "" };
        out.push_str(&format!(
            "<th scope=\"col\"{class}>{}</th>",
            escape(&column.title)
        ));
    }
    out.push_str("</tr></thead>\n");
    for group in &table.groups {
        out.push_str("<tbody>\n");
        if !group.title.is_empty() {
            let summary = group.summary.as_ref().map_or_else(String::new, |s| {
                format!(
                    "<span class=\"sum\" id=\"st-{}\">{}</span>",
                    s.id,
                    parts(document, &s.parts)
                )
            });
            out.push_str(&format!(
                "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\">{}{summary}</th></tr>\n",
                table.columns.len(),
                escape(&group.title)
            ));
        }
        for row in &group.rows {
            out.push_str("<tr>");
            for (i, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let content = one_cell(document, cell);
                let class = if column.numeric { " class=\"num\"" } else { "" };
                if i == 0 {
                    out.push_str(&format!("<th scope=\"row\"{class}>{content}</th>"));
                } else {
                    out.push_str(&format!(
                        "<td{class} data-label=\"{}\"><div>{content}</div></td>",
                        escape(&column.title)
                    ));
                }
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n");
    }
    out.push_str("</table></div>\n");
}

fn one_cell(document: &Document, cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Name(text) => escape(text),
        Cell::Figure(f) => figure(document, f),
        Cell::Meter(f) => format!("{}{}", figure(document, f), meter(f)),
        Cell::Date(day) => format!("<time datetime=\"{day}\">{day}</time>"),
        Cell::Spark(spark) => format!(
            "<a class=\"sp\" href=\"#e-{}\">{}</a>",
            escape(spark.evidence.as_str()),
            spark_svg(spark)
        ),
        Cell::Parts(p) => parts(document, p),
        Cell::Empty(why) => format!("<span class=\"none\">{}</span>", reason(why)),
    }
}

/// A small bar for a share of one.
fn meter(figure: &Figure) -> String {
    figure.as_number().map_or_else(String::new, |x| {
        format!(
            "<span class=\"meter\" aria-hidden=\"true\"><span style=\"width:{:.0}%\"></span></span>",
            x.clamp(0.0, 1.0) * 100.0
        )
    })
}

fn one_chart(document: &Document, chart: &ChartBlock, out: &mut String) {
    let id = &chart.id;
    out.push_str(&format!(
        "<figure class=\"chart\" id=\"ch-{id}\"><p class=\"finding\" id=\"st-{}\">{}</p>\n<div class=\"wide\">{}</div>\n<div class=\"narrow\">{}</div>\n<figcaption><p>{}</p><p>Source: {}. Evidence: {}.</p></figcaption></figure>\n",
        chart.title.id,
        parts(document, &chart.title.parts),
        inline(chart, WIDE, &format!("w-{id}")),
        inline(chart, NARROW, &format!("n-{id}")),
        escape(&chart.definition),
        escape(&source_line(chart, document)),
        evidence_links(document, chart.chart.evidence()),
    ));
}
