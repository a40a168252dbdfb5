//! `detente fetch`: brings the public event sources, and puts on record what did not come. The only command that uses the
//! network.

mod error;
mod ledger;
mod plan;
mod progress;
mod repair;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use anstream::eprintln;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Subcommand};
use detente_atlas::Day;
use detente_fetch::{Client, Plan, Progress, Release, Settings, Token, fetch};
use detente_lake::Lake;

use crate::args::{Cli, Global};
use crate::error::{CliError, Result};
use crate::interrupt;
use crate::output::{self, Format};
use error::FetchError;

const AFTER: &str = "\
Examples:
  detente fetch gdelt --from 2020-09-01 --to 2020-11-30              events, a file every 15 minutes
  detente fetch gdelt --from 2020-09-27 --to 2020-09-27 --mentions   and the articles on them
  detente fetch gdelt --from 1979-01-01 --to 2014-12-31 --gdelt1     GDELT 1: years, months, days
  detente fetch polecat --from 2024-01-01 --to 2024-06-30            weekly files of a Dataverse
  detente fetch icews --token-file ~/.dataverse-token                yearly files
  detente fetch ucdp --release 25.1 --release 25.0.6                 and candidate events
  detente fetch gdelt --from 2020-09-01 --to 2020-11-30 --dry-run    what, and how much of it
  detente fetch --repair                                             all that failed, once more

Every file is checked against the size and the sum that the publisher lists, and read into the
lake once it is whole. What is cut goes on where it was cut, also in the next run. What cannot be
had or read is put on record: `detente coverage DATASET` shows its days as missing or partial with
the reason, and no index counts them as quiet. The command then ends with 1.
Proxies are taken from HTTP_PROXY, HTTPS_PROXY and NO_PROXY. More in docs/fetching.md.";

/// Bring the public event sources, and put on record what did not come
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct FetchArgs {
    #[command(subcommand)]
    source: Option<Source>,
    #[command(flatten)]
    how: How,
}

/// What all sources are fetched by.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every source")]
struct How {
    /// Fetch again what the ledger has as failed; without a source, of every source
    #[arg(long, global = true, conflicts_with_all = ["no_ingest", "dry_run"])]
    repair: bool,
    /// Another server of the same layout, a mirror for instance
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// Folder that the files are kept in
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = ".detente/downloads"
    )]
    downloads: PathBuf,
    /// Files at a time
    #[arg(long, global = true, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=8))]
    jobs: u8,
    /// Further tries where a file did not come, after waits that double
    #[arg(long, global = true, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=20))]
    retries: u32,
    /// How long to wait for an answer, or for its next bytes
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// File that holds the token of the Dataverse; else it is taken from DATAVERSE_TOKEN
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Say what would be fetched, and fetch only the publisher's list
    #[arg(long, global = true)]
    dry_run: bool,
    /// Only fetch: read nothing into the lake and put nothing on record
    #[arg(long, global = true)]
    no_ingest: bool,
    /// Form of the report
    #[arg(long, global = true, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]), default_value = "table")]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Source {
    Gdelt(GdeltArgs),
    Icews(IcewsArgs),
    Polecat(PolecatArgs),
    Ucdp(UcdpArgs),
}

/// GDELT: events of the world's news, without registration
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  detente fetch gdelt --from 2020-09-01 --to 2020-11-30
  detente fetch gdelt --from 2020-09-27 --to 2020-09-27 --mentions --translated
  detente fetch gdelt --from 1979-01-01 --to 2014-12-31 --gdelt1
  detente fetch gdelt --repair

Days are those of UTC on which the files were published, from 2015-02-18 on (GDELT 1: from 1979).
A day of GDELT 2 has 96 files of 5 to 15 MB in all. A quarter of an hour that the publisher's list
lacks is put on record as not published.")]
struct GdeltArgs {
    #[command(flatten)]
    period: Period,
    /// Also the mentions: one row an article that tells of an event
    #[arg(long)]
    mentions: bool,
    /// The files made of news in other languages, instead of the English ones
    #[arg(long)]
    translated: bool,
    /// GDELT 1 instead of GDELT 2
    #[arg(long, conflicts_with_all = ["mentions", "translated"])]
    gdelt1: bool,
}

/// ICEWS: coded events 1995 to 2023, of the Harvard Dataverse
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  detente fetch icews --from 2014-01-01 --to 2015-12-31
  detente fetch icews --weekly --from 2019-01-01 --to 2019-03-31
  DATAVERSE_TOKEN=... detente fetch icews")]
struct IcewsArgs {
    #[command(flatten)]
    period: Period,
    /// The weekly and daily files, from October 2018 on, instead of the yearly ones
    #[arg(long)]
    weekly: bool,
}

/// POLECAT: coded events from 2018 on, the successor of ICEWS, of the Harvard Dataverse
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  detente fetch polecat --from 2024-01-01 --to 2024-06-30
  detente fetch polecat --token-file ~/.dataverse-token")]
struct PolecatArgs {
    #[command(flatten)]
    period: Period,
}

/// UCDP: events of organised violence, armed conflicts and dyads
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  detente fetch ucdp --release 25.1                        the yearly release: events, conflicts, dyads
  detente fetch ucdp --release 25.0.6 --release 25.0.7     candidate events of two months")]
struct UcdpArgs {
    /// A release: 25.1 for the yearly one, 25.0.6 for the candidate events of June 2025
    #[arg(long = "release", value_name = "RELEASE")]
    releases: Vec<Release>,
}

#[derive(Debug, Clone, Copy, Args)]
struct Period {
    /// The first day
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
    /// The last day
    #[arg(long, value_name = "DATE")]
    to: Option<Day>,
}

pub fn run(global: &Global, args: &FetchArgs) -> Result {
    check(args);
    let how = &args.how;
    let progress = progress::shown(global.quiet);
    let lake = open(global, how)?;
    let asked = match &lake {
        Some(lake) if how.repair => repair::wanted(lake, args.source.as_ref()),
        _ => Vec::new(),
    };
    let client = client(how, repair::needs_whole_lists(&asked))?;
    keep_on_interrupt(how);
    let (plan, lists) = match (&lake, &args.source) {
        (Some(_), _) if how.repair => repair::plan(&client, how, &asked, &*progress),
        (_, Some(source)) => (plan::of(&client, how, source, &*progress)?, Vec::new()),
        (_, None) => (Plan::default(), Vec::new()),
    };
    if how.dry_run {
        return show(how.format, &report::planned(&plan)?, || {
            report::planned_text(&plan)
        });
    }
    let done = bring(global, how, &client, lake.as_ref(), plan, &*progress)?;
    let left = match &lake {
        Some(lake) if how.repair => Some(repair::left(lake, &asked)),
        _ => None,
    };
    let report = report::Report::new(&done, &lists, left.as_deref());
    show(how.format, &report.json()?, || {
        report.text(lake.as_ref(), &how.downloads)
    })?;
    match report.failures() {
        0 => Ok(()),
        failed => Err(CliError::room(FetchError::Some {
            failed,
            all: report.all(),
        })),
    }
}

fn show(format: Format, json: &str, text: impl FnOnce() -> String) -> Result {
    match format {
        Format::Json => output::text(None, json),
        _ => output::text(None, &text()),
    }
}

/// Fetches, notes what failed, and reads what came.
fn bring(
    global: &Global,
    how: &How,
    client: &Client,
    lake: Option<&Lake>,
    plan: Plan,
    progress: &dyn Progress,
) -> Result<ledger::Done> {
    let (fetched, failed) = fetch(client, &plan.files, &how.downloads, progress);
    let read = match lake {
        Some(lake) => {
            if !fetched.is_empty() {
                interrupt::say(format!(
                    "interrupted: the files are in {}, and the same command reads on",
                    how.downloads.display()
                ));
            }
            ledger::note(lake, &failed, &plan.unpublished)?;
            ledger::ingest(lake, &fetched, global.quiet)?
        }
        None => Vec::new(),
    };
    Ok(ledger::Done {
        plan,
        fetched,
        failed,
        read,
    })
}

/// What the options cannot say by themselves; ends the program where the command line does not read.
fn check(args: &FetchArgs) {
    let usage = |what: &str| {
        let error = Cli::command().error(ErrorKind::MissingRequiredArgument, what);
        error.exit()
    };
    let period = match &args.source {
        None if args.how.repair => return,
        None => usage(
            "name a source (gdelt, icews, polecat, ucdp) or --repair; `detente fetch --help` has examples\n",
        ),
        Some(Source::Gdelt(a)) => {
            if !args.how.repair && (a.period.from.is_none() || a.period.to.is_none()) {
                usage("gdelt needs --from DATE and --to DATE, or --repair\n");
            }
            a.period
        }
        Some(Source::Icews(a)) => a.period,
        Some(Source::Polecat(a)) => a.period,
        Some(Source::Ucdp(a)) => {
            if !args.how.repair && a.releases.is_empty() {
                usage("ucdp needs at least one --release, for instance --release 25.1\n");
            }
            return;
        }
    };
    if let (Some(from), Some(to)) = (period.from, period.to)
        && from > to
    {
        usage(&format!("--from {from} lies after --to {to}\n"));
    }
}

fn client(how: &How, whole_lists: bool) -> Result<Client> {
    let base = plan::base(how, plan::DATAVERSE);
    let token = token(how)?.map(|secret| Token::new(&secret, base));
    Ok(Client::new(Settings {
        retries: how.retries,
        timeout: Duration::from_secs(how.timeout),
        jobs: usize::from(how.jobs),
        whole_lists,
        token,
        ..Settings::default()
    }))
}

/// The token, from the file or the environment; no message shows it.
fn token(how: &How) -> Result<Option<String>> {
    let (place, text) = match &how.token_file {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|source| CliError::Io {
                doing: "read the token",
                path: path.clone(),
                source,
            })?;
            (path.display().to_string(), text)
        }
        None => match std::env::var("DATAVERSE_TOKEN") {
            Ok(text) => ("DATAVERSE_TOKEN".to_owned(), text),
            Err(_) => return Ok(None),
        },
    };
    let secret = text.trim();
    if secret.is_empty() || !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(CliError::room(FetchError::Token { place }));
    }
    Ok(Some(secret.to_owned()))
}

/// The lake that files are read into; opened first, so that nothing is fetched for one that is damaged.
fn open(global: &Global, how: &How) -> Result<Option<Lake>> {
    if how.dry_run || how.no_ingest {
        return Ok(None);
    }
    let lake = if how.repair {
        Lake::open(&global.lake)
    } else {
        Lake::open_or_create(&global.lake)
    };
    Ok(Some(lake?))
}

fn keep_on_interrupt(how: &How) {
    interrupt::say(format!(
        "interrupted: what came so far is kept in {}, also cut files (.part), and the same command goes on from there",
        how.downloads.display()
    ));
}

/// Tells of a list that could not be had.
fn list_failed(what: &str, why: &detente_fetch::Failure) {
    eprintln!("error: the list of {what}: {why}: {}", error::remedy(why));
}
