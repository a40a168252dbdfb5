//! `detente sources`: what can be read, on what terms, and what must be known of it before it is used.

use std::fmt::Write as _;

use clap::Args;
use detente_sources::{Dataset, GapStatus, catalogue};
use serde::Serialize;

use crate::args::Global;
use crate::error::Result;
use crate::ingest;
use crate::output::{self, Format};
use crate::table::Table;

const AFTER: &str = "\
Examples:
  detente sources                        every data set that can be read
  detente sources gdelt-2                one of them: terms, citation, traps, known holes
  detente sources --format json          for a program

Grades: reliability A-F of the source, credibility 1-6 of its content (STANAG 2511). Where a data set is 'bundled', the repository
carries files of it; of the others you bring your own (`detente ingest`) or have them fetched (`detente fetch`).";

/// What can be read, on what terms, with which traps
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct SourcesArgs {
    /// Id of a data set; a list of all where absent
    dataset: Option<String>,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]), default_value = "table")]
    format: Format,
}

pub fn run(_: &Global, args: &SourcesArgs) -> Result {
    match (&args.dataset, args.format) {
        (Some(id), Format::Json) => {
            output::text(None, &ingest::as_json(&Record::of(ingest::dataset(id)?))?)
        }
        (None, Format::Json) => {
            let records: Vec<Record> = catalogue().iter().map(Record::of).collect();
            output::text(None, &ingest::as_json(&records)?)
        }
        (Some(id), _) => output::text(None, &entry(ingest::dataset(id)?)),
        (None, _) => output::text(None, &list()),
    }
}

#[derive(Serialize)]
struct Record {
    id: &'static str,
    title: &'static str,
    table: &'static str,
    from: String,
    to: String,
    bundled: bool,
    grade: String,
    licence: &'static str,
    terms: &'static str,
    citation: &'static str,
    known_after_days: i32,
    known_after_reason: &'static str,
    not_monitored: &'static [&'static str],
    notes: &'static [&'static str],
    files: &'static [&'static str],
}

impl Record {
    fn of(d: &'static Dataset) -> Record {
        Record {
            id: d.id,
            title: d.title,
            table: d.table.name(),
            from: d.span.0.to_string(),
            to: d.span.1.to_string(),
            bundled: !d.files.is_empty(),
            grade: d.grade.to_string(),
            licence: d.licence,
            terms: d.terms,
            citation: d.citation,
            known_after_days: d.lag_days,
            known_after_reason: d.lag_reason,
            not_monitored: d.blind,
            notes: d.notes,
            files: d.files,
        }
    }
}

fn list() -> String {
    let mut table = Table::new(&["id", "table", "from", "to", "grade", "files", "title"]);
    for d in catalogue() {
        table.row([
            d.id.to_owned(),
            d.table.name().to_owned(),
            d.span.0.to_string(),
            last_day(d),
            d.grade.to_string(),
            whose(d).to_owned(),
            d.title.to_owned(),
        ]);
    }
    format!(
        "{}\nTerms, citation, traps and known holes of one: detente sources ID.\n",
        table.render()
    )
}

fn whose(d: &Dataset) -> &'static str {
    if d.files.is_empty() {
        "yours"
    } else {
        "bundled"
    }
}

/// The last day that a data set covers; one that goes on has none.
fn last_day(d: &Dataset) -> String {
    if d.goes_on() {
        "today".to_owned()
    } else {
        d.span.1.to_string()
    }
}

fn entry(d: &Dataset) -> String {
    let mut out = format!("{}: {}\n\n", d.id, d.title);
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "{name:<11} {text}");
    };
    line("table", d.table.name());
    line("covers", &format!("{} to {}", d.span.0, last_day(d)));
    line("cite", d.citation);
    line("licence", d.licence);
    line("terms", d.terms);
    line("grade", &d.grade.to_string());
    let after = format!("{} days. {}", d.lag_days, d.lag_reason);
    line("known after", &after);
    if !d.blind.is_empty() {
        line("blind for", &d.blind.join(", "));
    }
    for file in d.files {
        line("file", &format!("data/{file}"));
    }
    if !d.notes.is_empty() {
        out.push_str("\nTo be known before use:\n");
        for note in d.notes {
            let _ = writeln!(out, "- {note}");
        }
    }
    if !d.gaps.is_empty() {
        out.push_str("\nKnown holes:\n");
        for gap in &d.gaps {
            let status = match gap.status {
                GapStatus::Partial => "partial",
                GapStatus::Missing => "missing",
            };
            let _ = writeln!(
                out,
                "- {} to {}: {status}, {}",
                gap.from, gap.to, gap.reason
            );
        }
    }
    out
}
