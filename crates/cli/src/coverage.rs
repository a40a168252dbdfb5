//! `detente coverage`: what was read, what is known to be lacking, and what nobody monitored.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use clap::Args;
use detente_atlas::Day;
use detente_lake::{Coverage, Lake, Span, Status};
use detente_sources::catalogue;

use crate::args::Global;
use crate::error::{CliError, Result};
use crate::ingest;
use crate::output::{self, Format};
use crate::table::{Table, whole};

const AFTER: &str = "\
Examples:
  detente coverage                                                   a line a data set
  detente coverage gdelt-daily-dyads --from 2022-12-01 --to 2022-12-31   days that are missing, and why
  detente coverage icews-18 --as-of 2018-06-30                       as it stood on a day
  detente coverage gdelt-daily-dyads --format csv                    for a spreadsheet
  detente coverage --unresolved                                      names that no code table knows, by frequency

A day is complete, partial or missing. A missing day is unmonitored: no index counts it as quiet.";

/// What has been read, day by day, and what is missing and why
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct CoverageArgs {
    /// Id of a data set; a summary of all where absent
    dataset: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
    /// Only to this day
    #[arg(long, value_name = "DATE")]
    to: Option<Day>,
    /// As it stood at the end of this day
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// Instead: the names and codes that did not resolve, the most frequent first
    #[arg(long, conflicts_with_all = ["from", "to", "as_of"])]
    unresolved: bool,
    /// Of those, so many at most
    #[arg(long, value_name = "N", default_value_t = 50, requires = "unresolved")]
    top: usize,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "csv", "json", "jsonl", "parquet"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// One line of either answer.
struct Line {
    dataset: String,
    from: Day,
    to: Day,
    status: Option<Status>,
    /// Days that are complete, partial, missing.
    days: [i64; 3],
    /// Rows read; unknown where a span is shown in part.
    rows: Option<u64>,
    last: Option<Day>,
    reason: String,
}

pub fn run(global: &Global, args: &CoverageArgs) -> Result {
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Table)?;
    let lake = ingest::ready(global)?;
    // Data sets of a user's own map are in the lake only.
    let mut ids: Vec<String> = catalogue().iter().map(|d| d.id.to_owned()).collect();
    for own in lake.snapshot().datasets {
        if !ids.contains(&own.dataset) {
            ids.push(own.dataset);
        }
    }
    let wanted = args.dataset.as_deref();
    if let Some(id) = wanted.filter(|id| !ids.iter().any(|known| known == id)) {
        ingest::dataset(id)?;
    }
    if args.unresolved {
        return unresolved(&lake, args, format);
    }
    let of = |id: &str| match args.as_of {
        Some(day) => lake.coverage_as_of(id, day),
        None => lake.coverage(id),
    };
    let window = (
        args.from.unwrap_or(Day(i32::MIN)),
        args.to.unwrap_or(Day(i32::MAX)),
    );
    let lines: Vec<Line> = match wanted {
        Some(id) => spans(&of(id), window),
        None => ids
            .iter()
            .filter_map(|id| summary(&of(id), window))
            .collect(),
    };
    match format {
        Format::Table if wanted.is_some() => output::text(file, &spans_text(&lines)),
        Format::Table => output::text(file, &summary_text(&lines, &lake)),
        _ => output::batch(file, format, batch(&lines, wanted.is_some())?),
    }
}

fn unresolved(lake: &Lake, args: &CoverageArgs, format: Format) -> Result {
    let mut all = lake.unresolved(args.dataset.as_deref());
    let found = all.len();
    all.truncate(args.top);
    let file = args.output.as_deref();
    if format == Format::Table {
        let mut table = Table::new(&[">seen", "data set", "what", "text"]);
        for (dataset, what, text, n) in &all {
            table.row([whole(*n), dataset.clone(), what.clone(), text.clone()]);
        }
        let mut rest = match found - all.len() {
            0 => String::new(),
            n => format!("and {} more (--top N)\n", whole(n as u64)),
        };
        let sights = lake.unresolved_rest(args.dataset.as_deref());
        if sights > 0 {
            rest.push_str(&format!(
                "and {} sights of rarer ones that the ledger does not keep by name\n",
                whole(sights)
            ));
        }
        return output::text(file, &format!("{}{rest}", table.render()));
    }
    let texts = |f: fn(&(String, String, String, u64)) -> &str| -> ArrayRef {
        Arc::new(all.iter().map(|u| Some(f(u))).collect::<StringArray>())
    };
    let seen: Int64Array = all.iter().map(|u| i64::try_from(u.3).ok()).collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("dataset", texts(|u| &u.0)),
        ("what", texts(|u| &u.1)),
        ("text", texts(|u| &u.2)),
        ("seen", Arc::new(seen)),
    ];
    let batch = RecordBatch::try_from_iter(columns).map_err(|e| CliError::Rows {
        format: "a table",
        what: e.to_string(),
    })?;
    output::batch(file, format, batch)
}

/// The spans of a data set inside the window.
fn spans(coverage: &Coverage, (from, to): (Day, Day)) -> Vec<Line> {
    let inside = coverage
        .spans
        .iter()
        .filter(|s| s.from <= to && s.to >= from);
    inside
        .map(|span| line(coverage, span, span.from.max(from), span.to.min(to)))
        .collect()
}

fn line(coverage: &Coverage, span: &Span, from: Day, to: Day) -> Line {
    let n = i64::from(to.0) - i64::from(from.0) + 1;
    let mut days = [0; 3];
    days[place(span.status)] = n;
    Line {
        dataset: coverage.dataset.clone(),
        from,
        to,
        status: Some(span.status),
        days,
        rows: ((from, to) == (span.from, span.to)).then_some(span.rows),
        last: None,
        reason: span.reason.clone(),
    }
}

fn place(status: Status) -> usize {
    match status {
        Status::Complete => 0,
        Status::Partial => 1,
        Status::Missing => 2,
    }
}

/// One line for a data set; none where the window lies outside of what it covers.
fn summary(coverage: &Coverage, window: (Day, Day)) -> Option<Line> {
    let spans = spans(coverage, window);
    let mut days = [0; 3];
    for span in &spans {
        for (sum, n) in days.iter_mut().zip(span.days) {
            *sum += n;
        }
    }
    let read = spans
        .iter()
        .rev()
        .find(|s| s.status != Some(Status::Missing));
    Some(Line {
        dataset: coverage.dataset.clone(),
        from: spans.first()?.from,
        to: spans.last()?.to,
        status: None,
        days,
        rows: spans.iter().map(|s| s.rows).sum(),
        last: read.map(|s| s.to),
        reason: String::new(),
    })
}

fn summary_text(lines: &[Line], lake: &Lake) -> String {
    let mut table = Table::new(&[
        "data set",
        "from",
        "to",
        ">complete",
        ">partial",
        ">missing",
        ">rows",
        "last day read",
    ]);
    for l in lines {
        let mut cells = vec![l.dataset.clone(), l.from.to_string(), l.to.to_string()];
        cells.extend(l.days.map(|n| whole(n.unsigned_abs())));
        cells.push(l.rows.map(whole).unwrap_or_default());
        cells.push(l.last.map_or("nothing read".to_owned(), |d| d.to_string()));
        table.row(cells);
    }
    let snapshot = lake.snapshot();
    format!(
        "{}\nDays of each status. Lake {}: {} files, {} rows, version {}.\n\
         `detente coverage DATASET` shows the spans and the reasons.\n",
        table.render(),
        lake.dir().display(),
        snapshot.files,
        whole(snapshot.rows),
        snapshot.version,
    )
}

fn spans_text(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "The data set covers no day of this period: every day of it is missing.\n"
            .to_owned();
    }
    let mut table = Table::new(&["from", "to", ">days", "status", ">rows", "reason"]);
    for l in lines {
        table.row([
            l.from.to_string(),
            l.to.to_string(),
            whole(l.days.iter().sum::<i64>().unsigned_abs()),
            l.status.map(|s| s.to_string()).unwrap_or_default(),
            l.rows.map(whole).unwrap_or_default(),
            l.reason.clone(),
        ]);
    }
    table.render()
}

fn batch(lines: &[Line], spans: bool) -> Result<RecordBatch> {
    let text = |f: &dyn Fn(&Line) -> Option<String>| -> ArrayRef {
        Arc::new(lines.iter().map(f).collect::<StringArray>())
    };
    let day = |f: &dyn Fn(&Line) -> Option<Day>| -> ArrayRef {
        Arc::new(
            lines
                .iter()
                .map(|l| f(l).map(|d| d.0))
                .collect::<Date32Array>(),
        )
    };
    let count = |f: &dyn Fn(&Line) -> Option<i64>| -> ArrayRef {
        Arc::new(lines.iter().map(f).collect::<Int64Array>())
    };
    let rows = count(&|l| l.rows.and_then(|n| i64::try_from(n).ok()));
    let mut columns = vec![
        ("dataset", text(&|l| Some(l.dataset.clone()))),
        ("from", day(&|l| Some(l.from))),
        ("to", day(&|l| Some(l.to))),
    ];
    if spans {
        columns.push(("status", text(&|l| l.status.map(|s| s.to_string()))));
        columns.push(("days", count(&|l| Some(l.days.iter().sum()))));
        columns.push(("rows", rows));
        columns.push((
            "reason",
            text(&|l| Some(l.reason.clone()).filter(|r| !r.is_empty())),
        ));
    } else {
        for (i, name) in ["complete_days", "partial_days", "missing_days"]
            .into_iter()
            .enumerate()
        {
            columns.push((name, count(&|l| Some(l.days[i]))));
        }
        columns.push(("rows", rows));
        columns.push(("last_day_read", day(&|l| l.last)));
    }
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
        .map_err(|e| CliError::Rows {
            format: "a table",
            what: e.to_string(),
        })
}
