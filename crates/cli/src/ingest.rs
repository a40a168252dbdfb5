//! `detente ingest`: takes source files into the lake. Also what the other commands call to have a lake.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::Args;
use detente_lake::{Change, Ingested, Lake, LakeError};
use detente_sources::{Dataset, catalogue};
use serde::Serialize;

use crate::args::Global;
use crate::bundled;
use crate::error::{CliError, Result, count};
use crate::given;
use crate::output::{self, Format};
use crate::progress;
use crate::table::{Table, whole};

const AFTER: &str = "\
Examples:
  detente ingest                                         the bundled data
  detente ingest ~/gdelt ~/icews/events.2021.tab         files and folders; each file is told by its content
  detente ingest incidents.csv --map ministry.toml       a file of your own, its columns described in docs/own-data.md
  detente ingest export.tab --dataset icews              without telling: it belongs to this data set
  detente --lake /srv/lake ingest ~/gdelt --format json

A file that the lake already has is not read again. A file that is cut, changed or wrongly encoded is left out as a whole, is noted in
the ledger as missing with its reason (`detente coverage`), and the command ends with 1; the other files are in. Of the bundled data all
or nothing is taken. A single cell that cannot be read costs its row; such rows are counted and the first are shown. Names that no code
table knows are counted and shown, never guessed (`detente coverage --unresolved`).";

/// Read source files into the lake
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct IngestArgs {
    /// Files and folders to read (plain, .gz, .xz, .zip or .tar.*); the bundled data where absent
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The data set that the files belong to [default: told by their content]
    #[arg(long, value_name = "ID", requires = "paths", conflicts_with = "map")]
    dataset: Option<String>,
    /// The columns of files of your own, described in TOML (docs/own-data.md)
    #[arg(long, value_name = "FILE", requires = "paths")]
    map: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]), default_value = "table")]
    format: Format,
}

/// Bad rows and unknown names of a file that a report shows.
const SHOWN: usize = 5;
/// Files that a report lists one by one; more are summed up by data set.
const LISTED: usize = 40;

pub fn run(global: &Global, args: &IngestArgs) -> Result {
    if args.paths.is_empty() {
        let files = bundled_files(global)?;
        let lake = Lake::open_or_create(&global.lake)?;
        let done = lake.ingest(&files, &*progress::shown(global.quiet))?;
        return show(args.format, &lake, &done);
    }
    let dataset = match (&args.dataset, &args.map) {
        (Some(id), _) => Some(dataset(id)?),
        (None, Some(map)) => Some(
            detente_sources::map_of(map)
                .map_err(CliError::room)?
                .dataset(),
        ),
        (None, None) => None,
    };
    let given = given::files(global, &args.paths, dataset)?;
    let lake = Lake::open_or_create(&global.lake)?;
    let outcomes = lake.ingest_each(&given.files, &*progress::shown(global.quiet))?;
    let mut done = Vec::new();
    let mut failed = given.refused.len();
    let all = failed + outcomes.len();
    for outcome in outcomes {
        match outcome.result {
            Ok(ingested) => done.push(ingested),
            Err(e) => {
                failed += 1;
                eprintln!("error: {e}");
            }
        }
    }
    show(args.format, &lake, &done)?;
    if failed > 0 {
        return Err(CliError::SomeFiles { failed, all });
    }
    Ok(())
}

fn show(format: Format, lake: &Lake, done: &[Ingested]) -> Result {
    match format {
        Format::Json => output::text(None, &json(done)?),
        _ => output::text(None, &report(lake, done)),
    }
}

/// The data set of an id.
pub fn dataset(id: &str) -> Result<&'static Dataset> {
    detente_sources::dataset(id).ok_or_else(|| CliError::NoDataset {
        id: id.to_owned(),
        known: catalogue().iter().map(|d| d.id).collect(),
    })
}

/// The lake; where there is none yet, one made of the bundled data.
pub fn ready(global: &Global) -> Result<Lake> {
    match Lake::open(&global.lake) {
        Err(LakeError::NoLake { .. }) => with_bundled(global),
        other => Ok(other?),
    }
}

/// The lake with the bundled data in it, as far as they are there.
pub fn with_bundled(global: &Global) -> Result<Lake> {
    let files = match (bundled_files(global), Lake::open(&global.lake)) {
        (Ok(files), _) => files,
        // A lake without the bundled files beside it stands for itself.
        (Err(CliError::NoData { .. }), Ok(lake)) => return Ok(lake),
        (Err(e), _) => return Err(e),
    };
    let lake = Lake::open_or_create(&global.lake)?;
    let done = lake.ingest(&files, &*progress::shown(global.quiet))?;
    let new = done
        .iter()
        .filter(|d| d.change != Change::Unchanged)
        .count();
    if new > 0 && !global.quiet {
        let rows = done.iter().map(|d| d.entry.rows).sum();
        eprintln!(
            "lake {}: {}, {} rows",
            lake.dir().display(),
            count(new, "new file"),
            whole(rows)
        );
    }
    Ok(lake)
}

fn bundled_files(global: &Global) -> Result<Vec<(&'static Dataset, PathBuf)>> {
    let bundle = bundled::find(global)?;
    for (dataset, path) in bundle.absent.iter().filter(|_| !global.quiet) {
        eprintln!(
            "warning: {}: not there, so {} stays unread: restore the file from the repository",
            path.display(),
            dataset.id
        );
    }
    Ok(bundle.files)
}

fn change(change: Change) -> &'static str {
    match change {
        Change::Added => "new",
        Change::Replaced => "replaced",
        Change::Unchanged => "already there",
    }
}

fn report(lake: &Lake, done: &[Ingested]) -> String {
    let mut out = if done.len() <= LISTED {
        each_file(done)
    } else {
        each_dataset(done)
    };
    let new: Vec<&Ingested> = done
        .iter()
        .filter(|d| d.change != Change::Unchanged)
        .collect();
    let listed = if done.len() <= LISTED {
        new.as_slice()
    } else {
        &[]
    };
    for d in listed {
        let name = &d.entry.source;
        if !d.entry.rejects.is_empty() {
            let _ = writeln!(
                out,
                "\nRows of {name} that cannot be read ({} in all):",
                whole(d.entry.rejected)
            );
            for reject in d.entry.rejects.iter().take(SHOWN) {
                let _ = writeln!(out, "  {reject}");
            }
        }
        if !d.entry.unknowns.is_empty() {
            let _ = writeln!(
                out,
                "\nNames in {name} that no code table knows ({} in all):",
                whole(d.entry.unknown)
            );
            for (what, text, n) in d.entry.unknowns.iter().take(SHOWN) {
                let _ = writeln!(out, "  {:>9}  {what} '{text}'", whole(*n));
            }
        }
    }
    if new
        .iter()
        .any(|d| d.entry.unknowns.len().max(d.entry.rejects.len()) > SHOWN)
    {
        let _ = writeln!(
            out,
            "\nMore of them with --format json, or: detente coverage --unresolved"
        );
    }
    let snapshot = lake.snapshot();
    let news = match new.len() {
        0 => "nothing new".to_owned(),
        n => count(n, "new file"),
    };
    let _ = writeln!(
        out,
        "\n{news}. Lake {}: version {}, {} files, {} rows.",
        lake.dir().display(),
        snapshot.version,
        snapshot.files,
        whole(snapshot.rows)
    );
    out
}

fn each_file(done: &[Ingested]) -> String {
    let mut table = Table::new(&[
        "data set",
        "file",
        "",
        ">rows",
        ">rejected",
        ">repeated",
        ">unknown names",
    ]);
    for d in done {
        table.row([
            d.entry.dataset.clone(),
            d.entry.source.clone(),
            change(d.change).to_owned(),
            whole(d.entry.rows),
            whole(d.entry.rejected),
            whole(d.entry.duplicates),
            whole(d.entry.unknown),
        ]);
    }
    table.render()
}

fn each_dataset(done: &[Ingested]) -> String {
    let mut table = Table::new(&[
        "data set",
        ">files",
        ">new",
        ">rows",
        ">rejected",
        ">repeated",
        ">unknown names",
    ]);
    let mut sums: BTreeMap<&str, [u64; 6]> = BTreeMap::new();
    for d in done {
        let e = &d.entry;
        let new = u64::from(d.change != Change::Unchanged);
        let these = [1, new, e.rows, e.rejected, e.duplicates, e.unknown];
        let sum = sums.entry(&e.dataset).or_default();
        for (sum, n) in sum.iter_mut().zip(these) {
            *sum += n;
        }
    }
    for (dataset, sum) in sums {
        table.row([dataset.to_owned()].into_iter().chain(sum.map(whole)));
    }
    table.render()
}

/// What became of a file, for programs.
#[derive(Serialize)]
struct Record<'a> {
    dataset: &'a str,
    file: &'a Path,
    change: &'static str,
    sha256: &'a str,
    rows: u64,
    rejected: u64,
    rejects: &'a [String],
    duplicates: u64,
    skipped: &'a BTreeMap<String, u64>,
    unknown: u64,
    unknowns: &'a [(String, String, u64)],
    first_day: Option<String>,
    last_day: Option<String>,
}

fn json(done: &[Ingested]) -> Result<String> {
    let records: Vec<Record<'_>> = done
        .iter()
        .map(|d| Record {
            dataset: &d.entry.dataset,
            file: &d.file,
            change: change(d.change),
            sha256: &d.entry.sha256,
            rows: d.entry.rows,
            rejected: d.entry.rejected,
            rejects: &d.entry.rejects,
            duplicates: d.entry.duplicates,
            skipped: &d.entry.skipped,
            unknown: d.entry.unknown,
            unknowns: &d.entry.unknowns,
            first_day: d.entry.day.map(|(from, _)| from.to_string()),
            last_day: d.entry.day.map(|(_, to)| to.to_string()),
        })
        .collect();
    as_json(&records)
}

/// A value as JSON text.
pub fn as_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|e| CliError::Rows {
            format: "JSON",
            what: e.to_string(),
        })
}
