//! `detente dedup`: what a rule of folding does to the events of the lake, with the evidence.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, RecordBatch};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use detente_atlas::By;
use detente_lake::{Aggregate, Filter, Fold, FoldGroup, FoldReport, Key, Lake, LakeError};
use detente_sources::Table as Rows;
use serde::Serialize;

use crate::args::Global;
use crate::error::{CliError, Result};
use crate::ingest::{self, as_json};
use crate::output::{self, Format};
use crate::table::{Table, number, whole};

const AFTER: &str = "\
Examples:
  detente dedup icews-events                                what folds by the usual rule, and the largest stories
  detente dedup icews-events --fold url --top 3             each direction of a pair by itself
  detente dedup gdelt-2 --where \"source = AZE or target = AZE\"
  detente dedup icews-events --format json -o folded.json   every figure, for a program

One event is told many times: a report gives several rows, agencies are printed by many outlets, later files repeat
earlier ones. --fold says which rows are one event; the first of them counts (docs/methods.md):
  url      one for each story, source, target and code; the same headline on another host is the same story
  mirror   the same, whichever of the two is the source
  day      one for each day, source, target and code, whatever the story

Why a row folds, the first that fits:
  repeated     the number of an earlier row again, with its day, pair and code
  syndicated   the same headline under another address
  mirrored     the same story, with source and target changed over
  same story   the same story, source, target and code
  same day     the same day, source, target and code (rule day)

Rows without a story cannot be told from others; url and mirror keep them all. Rows of two data sets are never one event.
The lake keeps every row, with or without this command: folding happens where events are counted.";

/// Which events are told more than once, and what counting each once changes
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct DedupArgs {
    /// Id of a data set; all events where absent
    dataset: Option<String>,
    /// Report what folds: all that this command does, with or without this word
    #[arg(long)]
    report: bool,
    /// Which rows are one event
    #[arg(long, value_name = "RULE", value_parser = rule(), default_value = "mirror")]
    fold: Fold,
    /// Only these rows
    #[arg(long = "where", value_name = "FILTER")]
    filter: Option<String>,
    /// So many stories and pairs
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reads a rule that folds something.
fn rule() -> impl TypedValueParser<Value = Fold> {
    PossibleValuesParser::new([Fold::Story, Fold::Mirror, Fold::Day].map(Fold::name))
        .try_map(|name| Fold::from_name(&name).ok_or("no such rule"))
}

pub fn run(global: &Global, args: &DedupArgs) -> Result {
    let file = args.output.as_deref();
    let format = match Format::choose(args.format, file, Format::Table)? {
        Format::Json => Format::Json,
        _ => Format::Table,
    };
    let asked = match &args.filter {
        Some(text) => text.parse().map_err(LakeError::from)?,
        None => Filter::All,
    };
    let of = match args.dataset.as_deref().map(ingest::dataset).transpose()? {
        Some(dataset) if dataset.table != Rows::Events => {
            return Err(CliError::NoEvents {
                dataset: dataset.id,
                table: dataset.table.name(),
            });
        }
        Some(dataset) => Filter::eq("dataset", dataset.id),
        None => Filter::All,
    };
    let filter = of.and(asked);
    let lake = ingest::ready(global)?;
    let report = lake.fold_report(&filter, args.fold, args.top)?;
    let pairs = pairs(&lake, &filter, args.fold, args.top)?;
    match format {
        Format::Json => output::text(file, &json(&filter, args.fold, &report, &pairs)?),
        _ => output::text(file, &plain(&filter, args.fold, &report, &pairs)),
    }
}

/// Two states, and their rows with and without folding.
#[derive(Debug, Serialize)]
struct Pair {
    a: String,
    b: String,
    rows: u64,
    events: u64,
}

impl Pair {
    fn folded(&self) -> u64 {
        self.rows.saturating_sub(self.events)
    }
}

/// The pairs that lose the most rows. Both directions are added, for a rule may fold one into the other; rows about one actor
/// alone, or with an unknown one, are no pair.
fn pairs(lake: &Lake, filter: &Filter, fold: Fold, top: usize) -> Result<Vec<Pair>> {
    let mut counts: BTreeMap<(String, String), [f64; 2]> = BTreeMap::new();
    for (at, fold) in [Fold::None, fold].into_iter().enumerate() {
        let query = Aggregate {
            table: Rows::Events,
            filter: filter.clone(),
            by: By::Year,
            keys: vec![Key::Source, Key::Target],
            fold,
        };
        for batch in lake.run(&query.into())? {
            let batch = batch?;
            let [from, to] = ["source", "target"].map(|name| actors(&batch, name));
            let n = column(&batch, "n").as_primitive::<Float64Type>();
            for (i, pair) in from.into_iter().zip(to).enumerate() {
                if let (Some(from), Some(to)) = pair
                    && from != to
                    && n.is_valid(i)
                {
                    let key = (from.min(to).to_owned(), from.max(to).to_owned());
                    counts.entry(key).or_default()[at] += n.value(i);
                }
            }
        }
    }
    let mut pairs: Vec<Pair> = counts
        .into_iter()
        .map(|((a, b), [rows, events])| Pair {
            a,
            b,
            rows: rows as u64,
            events: events as u64,
        })
        .filter(|p| p.folded() > 0)
        .collect();
    pairs.sort_by_key(|p| Reverse(p.folded()));
    pairs.truncate(top);
    Ok(pairs)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a dyn Array {
    let column = batch.column_by_name(name);
    column.expect("an aggregate has its columns")
}

fn actors<'a>(batch: &'a RecordBatch, name: &str) -> Vec<Option<&'a str>> {
    let cells = column(batch, name).as_dictionary::<Int32Type>();
    let texts = cells.values().as_string::<i32>();
    let keys = (0..cells.len()).map(|i| cells.key(i));
    keys.map(|key| key.map(|at| texts.value(at))).collect()
}

/// The reasons in the order in which they are sought.
fn reasons(report: &FoldReport) -> [(&'static str, u64, &'static str); 5] {
    let f = report.folded;
    [
        (
            "repeated",
            f.repeated,
            "the number of an earlier row again, with its day, pair and code",
        ),
        (
            "syndicated",
            f.syndicated,
            "the same headline under another address",
        ),
        (
            "mirrored",
            f.mirrored,
            "the same story, with source and target changed over",
        ),
        (
            "same story",
            f.same_story,
            "the same story, source, target and code",
        ),
        (
            "same day",
            f.same_day,
            "the same day, source, target and code",
        ),
    ]
}

/// A share in per cent; nothing of nothing.
fn share(part: u64, of: u64) -> String {
    number((of > 0).then(|| 100.0 * part as f64 / of as f64), 1)
}

fn plain(filter: &Filter, fold: Fold, report: &FoldReport, pairs: &[Pair]) -> String {
    let rows = report.rows;
    let mut out = format!("Events where {filter}; {fold} (--fold {})\n\n", fold.name());
    if rows == 0 {
        out.push_str(
            "No row of the lake is among them (`detente coverage` says what has been read).\n",
        );
        return out;
    }
    let mut table = Table::new(&["", ">rows", ">%", ""]);
    let mut line = |what: &str, n: u64, why: &str| {
        table.row([what.into(), whole(n), share(n, rows), why.into()]);
    };
    line("rows", rows, "");
    line(
        "events",
        report.events,
        "rows that count: the first of each event",
    );
    line(
        "folded",
        report.folded.total(),
        "copies of an event that counts",
    );
    for (what, n, why) in reasons(report).into_iter().filter(|(_, n, _)| *n > 0) {
        line(&format!("  {what}"), n, why);
    }
    if fold != Fold::Day {
        line(
            "without a story",
            report.without_story,
            "cannot be told from others, so each counts",
        );
    }
    out.push_str(&table.render());
    if !report.largest.is_empty() {
        out.push_str("\nThe events with the most copies, and the row that counts\n");
        out.push_str(&stories(&report.largest));
    }
    if !pairs.is_empty() {
        let _ = writeln!(
            out,
            "\nThe pairs of different, known actors that lose the most, both directions together"
        );
        let mut table = Table::new(&["pair", ">rows", ">events", ">folded", ">%"]);
        for p in pairs {
            table.row([
                format!("{} {}", p.a, p.b),
                whole(p.rows),
                whole(p.events),
                whole(p.folded()),
                share(p.folded(), p.rows),
            ]);
        }
        out.push_str(&table.render());
    }
    out
}

fn stories(largest: &[FoldGroup]) -> String {
    let mut table = Table::new(&[
        ">copies", ">hosts", "from", "to", "code", "data set", "file", ">row", "story",
    ]);
    for g in largest {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let hosts = match g.hosts {
            0 => String::new(),
            n => whole(n as u64),
        };
        table.row([
            whole(g.copies),
            hosts,
            known(&g.source),
            known(&g.target),
            known(&g.code),
            g.dataset.clone(),
            g.file.clone(),
            g.row.to_string(),
            known(&g.story),
        ]);
    }
    table.render()
}

#[derive(Serialize)]
struct Story<'a> {
    dataset: &'a str,
    file: &'a str,
    row: i64,
    source: Option<&'a str>,
    target: Option<&'a str>,
    code: Option<&'a str>,
    story: Option<&'a str>,
    copies: u64,
    /// Null where stories are no addresses.
    hosts: Option<usize>,
}

fn json(filter: &Filter, fold: Fold, report: &FoldReport, pairs: &[Pair]) -> Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        filter: String,
        fold: &'a str,
        rule: String,
        rows: u64,
        events: u64,
        without_story: Option<u64>,
        folded: BTreeMap<String, u64>,
        largest: Vec<Story<'a>>,
        pairs: &'a [Pair],
    }
    let largest = report.largest.iter().map(|g| Story {
        dataset: &g.dataset,
        file: &g.file,
        row: g.row,
        source: g.source.as_deref(),
        target: g.target.as_deref(),
        code: g.code.as_deref(),
        story: g.story.as_deref(),
        copies: g.copies,
        hosts: (g.hosts > 0).then_some(g.hosts),
    });
    let mut folded: BTreeMap<String, u64> = reasons(report)
        .into_iter()
        .map(|(what, n, _)| (what.replace(' ', "_"), n))
        .collect();
    folded.insert("total".to_owned(), report.folded.total());
    as_json(&Report {
        filter: filter.to_string(),
        fold: fold.name(),
        rule: fold.to_string(),
        rows: report.rows,
        events: report.events,
        without_story: (fold != Fold::Day).then_some(report.without_story),
        folded,
        largest: largest.collect(),
        pairs,
    })
}
