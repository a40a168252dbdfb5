//! `detente brief`: the brief of a partnership, from the lake to the files.

use std::io::{IsTerminal as _, stdout};
use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::{Args, ValueEnum};
use detente_atlas::Day;
use detente_brief::compose::{Beside, Published, compose};
use detente_brief::{Document, html, json, markdown, terminal};
use detente_lake::Lake;
use detente_partnership::stress::{Asked, stress_with};
use detente_partnership::{Assessment, assess_with};

use crate::args::{Color, Global};
use crate::error::{CliError, Result};
use crate::ledger::{Place, publish};
use crate::memory::Folder;
use crate::today::today;
use crate::{check, ingest, output};

const AFTER: &str = "\
Examples:
  detente brief nato-azerbaijan                             the brief as of today
  detente brief nato-azerbaijan --as-of 2020-09-25          as it would have stood then
  detente brief nato-azerbaijan --compare-to 2021-08-31     with what changed since
  detente brief my-partnership.toml --out briefs/mine       a partnership of your own
  detente brief eu-georgia --format json | jq .evidence     for programs

Writes brief.html, brief.md, brief.json and the charts into the output folder, and prints a one-page summary. Every figure
leads to its evidence: by a click in the HTML file, by an id in the JSON file. The forecasts of a brief of today enter the ledger
(`detente ledger`). Shipped: asean-china, eu-georgia,
nato-azerbaijan, us-philippines.";

/// Write the brief of a partnership
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct BriefArgs {
    /// The name of a partnership in ./partnerships or shipped with the program, or a file that ends in .toml
    #[arg(value_name = "NAME|FILE")]
    partnership: String,
    /// Folder for the files [default: brief-out/NAME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Use only what was known on this day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// Say what changed since the brief of this day
    #[arg(long, value_name = "DATE", conflicts_with = "compare_to_brief")]
    compare_to: Option<Day>,
    /// Say what changed since an older brief.json
    #[arg(long, value_name = "FILE")]
    compare_to_brief: Option<PathBuf>,
    /// Do not enter the forecasts in the ledger; those of an earlier day never are
    #[arg(long)]
    no_ledger: bool,
    #[command(flatten)]
    ledger: Place,
    /// What to print; the files are written in any case
    #[arg(long, value_enum, default_value_t = Shown::Terminal)]
    format: Shown,
}

/// Characters of the lake's digest that a brief carries.
const VERSION: usize = 16;

/// What goes to the standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// The one-page summary
    Terminal,
    /// brief.json
    Json,
    /// brief.md
    Md,
    /// brief.html
    Html,
}

pub fn run(global: &Global, args: &BriefArgs) -> Result {
    let partnership = check::partnership(&args.partnership)?.partnership;
    let older = args
        .compare_to_brief
        .as_deref()
        .map(json::load)
        .transpose()
        .map_err(CliError::room)?;
    let lake = ingest::with_bundled(global)?;
    let memory = Folder::of(&global.lake);
    let today = today();
    let as_of = args.as_of.unwrap_or(today);
    let earlier = match args.compare_to {
        Some(day) => Some(document(
            &lake,
            &assess_with(&lake, &partnership, day, &memory)?,
            &memory,
            (None, None),
        )),
        None => older,
    };
    let assessment = assess_with(&lake, &partnership, as_of, &memory)?;
    let ledger = args.ledger.path(global);
    let held = publish::held(&ledger, &assessment)?;
    let brief = document(
        &lake,
        &assessment,
        &memory,
        (earlier.as_ref(), held.as_ref()),
    );
    let folder = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new("brief-out").join(&partnership.id));
    let written = detente_brief::write(&brief, &folder).map_err(CliError::room)?;
    match args.format {
        Shown::Terminal => output::text(None, &terminal::render(&brief, &options(global.color)))?,
        Shown::Json => output::text(None, &json::render(&brief))?,
        Shown::Md => output::text(None, &markdown::render(&brief))?,
        Shown::Html => output::text(None, &html::render(&brief))?,
    }
    if !global.quiet {
        for file in [&written.html, &written.markdown, &written.json] {
            eprintln!("wrote {}", file.display());
        }
    }
    // A brief of an earlier day foretells nothing: what came is known by now.
    if as_of == today && !args.no_ledger {
        publish::brief(&ledger, &assessment, &lake.snapshot().sha256, global.quiet)?;
    }
    Ok(())
}

/// The brief of an assessment.
fn document(
    lake: &Lake,
    assessment: &Assessment,
    memory: &Folder,
    (earlier, held): (Option<&Document>, Option<&Published>),
) -> Document {
    let sha256 = &lake.snapshot().sha256;
    let version: String = sha256.chars().take(VERSION).collect();
    let stressed = stress_with(assessment, &Asked::default(), sha256, memory);
    let beside = Beside {
        earlier,
        published: held,
        stressed: Some(&stressed),
    };
    compose(assessment, version, &beside)
}

/// Colour and width of the summary: those of the terminal, else plain text of the usual width.
fn options(color: Color) -> terminal::Options {
    let usual = terminal::Options::default();
    let colour = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        }
    };
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .unwrap_or(usual.width);
    terminal::Options {
        width,
        colour,
        ..usual
    }
}
