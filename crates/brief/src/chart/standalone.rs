//! A chart as a file of its own: with its finding, its definition, its source and its style.

use super::label::wrap;
use super::svg::{Anchor, N, Svg, escape};
use super::{ChartBlock, STYLE, WIDE, draw};
use crate::Document;

const PALETTE: &str = include_str!("palette.css");
const MARGIN: f64 = 16.0;

/// The chart as an SVG file, 720 pixels wide, readable on light and dark screens and in print.
pub fn standalone(block: &ChartBlock, document: &Document) -> String {
    let width = WIDE + 2.0 * MARGIN;
    let drawing = draw(&block.chart, WIDE, &block.id);
    let mut svg = Svg::default();
    let mut y = MARGIN + 16.0;
    for line in wrap(&block.title.plain(), 16.0, WIDE) {
        svg.text(MARGIN, y, Anchor::Start, "d-t d-h", &line);
        y += 21.0;
    }
    y += 2.0;
    svg.raw(&format!(
        "<g transform=\"translate({} {})\">",
        N(MARGIN),
        N(y - 8.0)
    ));
    svg.raw(&drawing.body);
    svg.raw("</g>");
    y += drawing.height + 10.0;
    for text in [
        block.definition.clone(),
        format!(
            "Source: {}. As of {}.",
            source_line(block, document),
            document.as_of
        ),
    ] {
        for line in wrap(&text, 11.0, WIDE) {
            svg.text(MARGIN, y, Anchor::Start, "d-m d-sm", &line);
            y += 15.0;
        }
    }
    let height = y + MARGIN - 8.0;
    let id = &block.id;
    format!(
        "<svg class=\"d-chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc><style>{PALETTE}{STYLE}</style><rect class=\"d-paper\" width=\"{w}\" height=\"{h}\"/>{}</svg>\n",
        escape(&block.title.plain()),
        escape(&block.chart.description()),
        svg.finish(),
        w = N(width),
        h = N(height),
    )
}

/// The titles of the data sets behind the chart.
pub(crate) fn source_line(block: &ChartBlock, document: &Document) -> String {
    let mut titles: Vec<&str> = Vec::new();
    let mut open: Vec<_> = block.chart.evidence();
    let mut seen = Vec::new();
    while !open.is_empty() {
        let id = open.remove(0);
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let Some(evidence) = document.evidence_of(id) else {
            continue;
        };
        open.extend(&evidence.built_from);
        for dataset in &evidence.datasets {
            let title = document
                .source(dataset)
                .map_or(dataset.as_str(), |s| s.title.as_str());
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
    }
    titles.join("; ")
}
