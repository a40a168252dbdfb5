//! Charts: typed values, drawn as SVG by small code of our own.
//!
//! Every chart says its finding in a title, its source and its definition. Colours are those of Okabe & Ito (2008), and no chart relies on colour
//! alone: series differ in dash and marker, states in fill and hatch. Inside a page a chart takes its colours from the page
//! (CSS custom properties, see [`STYLE`]); as a file of its own it carries its style, light and dark, with title and source.
//! The same values give the same bytes.

mod coverage;
mod curves;
mod dots;
mod label;
mod levels;
mod scale;
mod series;
mod spark;
mod standalone;
mod svg;
mod values;

pub use curves::{Curve, Curves, Place};
pub use spark::{spark_svg, spark_text};
pub(crate) use standalone::source_line;
pub use standalone::standalone;
pub(crate) use svg::escape;
pub use values::{
    Bar, BarRow, Chart, ChartBlock, CoverageRow, CoverageSpan, CoverageStrip, DotPanel, DotRow,
    Dots, Estimate, EventMark, GapMark, Joint, LevelBars, Panel, Point, Segment, SeriesChart,
    Spark, Status,
};

/// The style of the charts, for the page that holds them.
pub const STYLE: &str = include_str!("chart.css");

/// The width of a chart in a wide page, in pixels.
pub const WIDE: f64 = 720.0;
/// The width of a chart on a narrow screen, in pixels.
pub const NARROW: f64 = 360.0;

/// A drawing without its frame.
pub(crate) struct Drawing {
    pub body: String,
    pub height: f64,
}

/// Draws the chart `width` pixels wide. `prefix` keeps the names inside the drawing apart from those of other drawings in the page.
pub(crate) fn draw(chart: &Chart, width: f64, prefix: &str) -> Drawing {
    match chart {
        Chart::Series(series) => series::draw(series, width, prefix),
        Chart::Dots(dots) => dots::draw(dots, width),
        Chart::Levels(levels) => levels::draw(levels, width),
        Chart::Coverage(strip) => coverage::draw(strip, width, prefix),
        Chart::Curves(curves) => curves::draw(curves, width),
    }
}

/// The chart as an `<svg>` element for a page that holds [`STYLE`].
pub fn inline(block: &ChartBlock, width: f64, prefix: &str) -> String {
    let drawing = draw(&block.chart, width, prefix);
    format!(
        "<svg class=\"d-chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{prefix}-t {prefix}-d\"><title id=\"{prefix}-t\">{}</title><desc id=\"{prefix}-d\">{}</desc>{}</svg>",
        svg::N(width),
        svg::N(drawing.height),
        svg::escape(&block.title.plain()),
        svg::escape(&block.chart.description()),
        drawing.body,
    )
}
