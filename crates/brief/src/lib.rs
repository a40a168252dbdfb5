//! Statements with evidence, and what renders them.
//!
//! A brief is one [`Document`]: sections of statements, tables, charts and claims, in which every number is a [`Figure`] that
//! names the [`Evidence`] it came from. The [`lint`](lint::lint) holds the document to the tradecraft rules (ICD 203 wording, no number without
//! evidence, no name that its evidence lacks), and the renderers only show what the document holds: none of them computes a figure.
//! [`write()`] runs the lint first and writes nothing where it finds a violation.
//!
//! What may not come in here: reading data, measuring, weighing. A renderer that needs a number asks for it in the document.

mod changes;
pub mod chart;
mod date;
mod document;
mod evidence;
mod figure;
pub mod html;
pub mod json;
pub mod lint;
pub mod markdown;
mod statement;
mod table;
pub mod terminal;
pub mod words;
mod write;

pub use changes::{Change, changes};
pub use chart::{
    Bar, BarRow, Chart, ChartBlock, CoverageRow, CoverageSpan, CoverageStrip, DotPanel, DotRow,
    Dots, Estimate, EventMark, GapMark, Joint, LevelBars, Panel, Point, Segment, SeriesChart,
    Spark, Status,
};
pub use document::{Block, Claim, Document, SCHEMA, Section, Verdict};
pub use evidence::{Evidence, EvidenceId, Method, Sample, Source};
pub use figure::{Figure, Format, Value, show_number};
pub use lint::{Rule, Violation};
pub use statement::{Part, Statement};
pub use table::{Cell, Column, Group, TableBlock};
pub use write::{WriteError, Written, write};
