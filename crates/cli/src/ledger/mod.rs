//! `detente ledger`: the published forecasts, whether their chain holds, and what they were worth.

mod card;
mod file;
pub(crate) mod publish;
mod rows;
mod settle;

use std::path::PathBuf;

use anstream::eprintln;
use clap::{Args, Subcommand};
use detente_atlas::Day;
use detente_forecast::ledger::{Entry, Scored, over, score};

use crate::args::Global;
use crate::error::{CliError, Result, count};
use crate::output::{self, Format};
use crate::today::today;

const AFTER: &str = "\
Examples:
  detente ledger list                                   every published forecast
  detente ledger list --partnership nato-azerbaijan --format json
  detente ledger score                                  what came, beside what was said
  detente ledger score --as-of 2027-06-30 --format csv  as it would have stood then, a row a forecast
  detente ledger verify                                 does every line fit the one before it?
  detente ledger verify --head d2b84d9b...8ff925        and was none cut off since that hash was noted?

The ledger is a file of JSON lines beside the lake; each line carries the hash of the one before. docs/ledger.md describes it, with
a program of a few lines that checks it without detente, and says what it proves and what it does not. A forecast whose month nobody
monitored is counted apart: it is neither right nor wrong.";

/// The published forecasts, and what they were worth
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct LedgerArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Place,
}

/// Where the ledger is.
#[derive(Debug, Args)]
pub struct Place {
    /// File of the ledger [default: beside the lake, named after it: .detente/lake.ledger.jsonl]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "DETENTE_LEDGER",
        hide_env_values = true
    )]
    ledger: Option<PathBuf>,
}

impl Place {
    /// The file.
    pub fn path(&self, global: &Global) -> PathBuf {
        self.ledger.clone().unwrap_or_else(|| {
            let lake = &global.lake;
            // A lake `.` or `..` has no name of its own.
            match lake.file_name() {
                Some(name) => lake.with_file_name(format!("{}.ledger.jsonl", name.display())),
                None => lake.join("ledger.jsonl"),
            }
        })
    }
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every published forecast, in the order of publication
    List(ListArgs),
    /// Whether every line fits the one before it; prints the hash of the last
    Verify(VerifyArgs),
    /// What came of the forecasts, beside their baselines
    Score(ScoreArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only those of this partnership
    #[arg(long, value_name = "ID")]
    partnership: Option<String>,
    /// Form of the output [default: by the name of the output file, else table]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "text", "csv", "json", "jsonl", "parquet"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// Cut off a torn last line, which a killed writer leaves; its bytes are kept in a file beside
    #[arg(long)]
    mend: bool,
    /// The hash of a line that was noted elsewhere; the ledger must still hold it
    #[arg(long, value_name = "HASH", value_parser = hash)]
    head: Option<String>,
}

#[derive(Debug, Args)]
struct ScoreArgs {
    /// Only those of this partnership
    #[arg(long, value_name = "ID")]
    partnership: Option<String>,
    /// Only forecasts made by this day, settled by what was known on it [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// Form of the output [default: by the name of the output file, else text]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["text", "table", "csv", "json", "parquet"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A SHA-256 in hexadecimal.
fn hash(text: &str) -> Result<String, String> {
    let sound = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    sound
        .then(|| text.to_lowercase())
        .ok_or_else(|| "it must be the 64 hexadecimal digits of a SHA-256".to_owned())
}

pub fn run(global: &Global, args: &LedgerArgs) -> Result {
    let path = args.place.path(global);
    match &args.what {
        What::List(list) => {
            let entries = of(file::read(&path)?.entries, list.partnership.as_deref());
            let out = list.output.as_deref();
            match Format::choose(list.format, out, Format::Table)? {
                Format::Table => output::text(out, &rows::list(&entries)),
                format => output::batch(out, format, rows::published(&entries)?),
            }
        }
        What::Verify(verify) => check(global, &path, verify),
        What::Score(args) => {
            let as_of = args.as_of.unwrap_or_else(today);
            let read = file::read(&path)?;
            let head = read.head();
            let entries = of(read.entries, args.partnership.as_deref());
            let scored = scored(global, &entries, as_of)?;
            let out = args.output.as_deref();
            match Format::choose(args.format, out, Format::Table)? {
                Format::Table => output::text(out, &card::text(&path, as_of, &scored)),
                Format::Json => output::text(out, &card::json(&path, as_of, &head, &scored)?),
                format => output::batch(out, format, rows::settled(&scored)?),
            }
        }
    }
}

fn check(global: &Global, path: &std::path::Path, args: &VerifyArgs) -> Result {
    if args.mend {
        let mended = file::mend(path)?;
        if !global.quiet {
            eprintln!("{mended}");
        }
    }
    let verified = file::read(path)?;
    if let Some(head) = &args.head
        && !verified.holds(head)
    {
        return Err(CliError::OtherHead {
            path: path.to_owned(),
            head: head.clone(),
        });
    }
    let noted = match &args.head {
        Some(_) => "; the line of the noted hash is among them",
        None => "",
    };
    let text = format!(
        "{}: {}, every line fits the one before it{noted}\nhead {}\n",
        path.display(),
        count(verified.entries.len(), "forecast"),
        verified.head(),
    );
    output::text(None, &text)?;
    if !global.quiet {
        eprintln!(
            "Lines cut off at the end leave no trace in the file: note the head elsewhere, and check it later with --head."
        );
    }
    Ok(())
}

/// The entries of a partnership, or all.
fn of(entries: Vec<Entry>, partnership: Option<&str>) -> Vec<Entry> {
    let wanted = |e: &Entry| partnership.is_none_or(|id| e.published.question.partnership == id);
    entries.into_iter().filter(wanted).collect()
}

/// The entries made by a day, with what came of them by then. The lake is read only if a target is over.
fn scored<'a>(global: &Global, entries: &'a [Entry], as_of: Day) -> Result<Vec<Scored<'a>>> {
    let day = as_of.to_string();
    let made: Vec<&Entry> = entries.iter().filter(|e| e.published.made <= day).collect();
    let due: Vec<&Entry> = made
        .iter()
        .copied()
        .filter(|e| over(&e.published.target, &day))
        .collect();
    let settled = settle::settled(global, &due, as_of)?;
    Ok(score(made, |entry| settled.outcome(entry)))
}
