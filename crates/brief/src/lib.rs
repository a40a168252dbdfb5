//! Statements with evidence, and what renders them.
//!
//! A brief is one [`Document`]: sections of statements, tables, charts and claims, in which every number is a [`Figure`] that
//! names the [`Evidence`] it came from. The [`lint`](lint::lint) holds the document to the tradecraft rules (ICD 203 wording, no number without
//! evidence, no name that its evidence lacks), and the renderers only show what the document holds: none of them computes a figure.
//! [`write()`] runs the lint first and writes nothing where it finds a violation.
//!
//! ```
//! use detente_brief::{Document, Evidence, Format, Method, Source, Statement, lint::lint};
//!
//! let mut doc = Document::new("nato-azerbaijan", "NATO and Azerbaijan", "A brief", "2024-12-31".parse()?, "1");
//! doc.names.push("UN".into());
//! doc.sources.push(Source { id: "un-ideal-points".into(), title: "UN ideal points".into(), grade: "A2".into(), ..Source::default() });
//! doc.methods.push(Method { id: "ideal-point-distance".into(), title: "Ideal-point distance".into(), ..Method::default() });
//!
//! let distance = doc.add_evidence(
//!     Evidence::new("ideal-distance", "Distance of the two sides' ideal points", "ideal-point-distance")
//!         .query("variable = ideal-point", "detente export measures --where 'variable = ideal-point'")
//!         .datasets(["un-ideal-points"])
//!         .names(["NATO", "Azerbaijan"])
//!         .rows(33)
//!         .value(1.8613)
//!         .also("first", 1.1287),
//! );
//! doc.section("relation", "Relation").say(
//!     Statement::new("relation-votes")
//!         .text("At the UN ")
//!         .actors(&["NATO", "Azerbaijan"])
//!         .text(" moved apart: ")
//!         .figure(&distance.figure_of("first", Format::decimals(2)))
//!         .text(" in ")
//!         .year(1994)
//!         .text(", ")
//!         .figure(&distance.figure(Format::decimals(2)))
//!         .text(" in ")
//!         .year(2024)
//!         .text(".")
//!         .key(),
//! );
//! assert!(lint(&doc).is_empty());
//! assert!(detente_brief::markdown::render(&doc).contains("1.13 [[e1](#e1)] in 1994"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What may not come in here: reading data, measuring, weighing. A renderer that needs a number asks for it in the document.

mod changes;
pub mod chart;
pub mod compose;
mod date;
mod document;
mod evidence;
pub mod expect;
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
    Bar, BarRow, Chart, ChartBlock, CoverageRow, CoverageSpan, CoverageStrip, Curve, Curves,
    DotPanel, DotRow, Dots, Estimate, EventMark, GapMark, Joint, LevelBars, Panel, Place, Point,
    Segment, SeriesChart, Spark, Status,
};
pub use document::{Block, Claim, Document, SCHEMA, Section, Verdict};
pub use evidence::{Evidence, EvidenceId, Method, Sample, Source};
pub use figure::{Figure, Format, Value, show_number};
pub use lint::{Rule, Violation};
pub use statement::{Part, Statement};
pub use table::{Cell, Column, Group, TableBlock};
pub use write::{WriteError, Written, write};
