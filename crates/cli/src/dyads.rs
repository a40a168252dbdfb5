//! `detente dyads`: a table of dyads by period, straight from raw files.

use std::path::PathBuf;

use anstream::eprintln;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use detente_atlas::By;
use detente_lake::{Aggregate, Filter, Fold, Key, LakeError, aggregate_files};
use detente_sources::Table;

use crate::args::{Global, period};
use crate::error::{CliError, Result};
use crate::export::key;
use crate::output::{self, Format};
use crate::table::whole;
use crate::{given, ingest, progress};

const AFTER: &str = "\
Examples:
  detente dyads ~/gdelt --by day -o dyads.parquet             a folder of GDELT zips, by day and pair of actors
  detente dyads events.2021.tab --by week --fold none         ICEWS, every row an event
  detente dyads ~/gdelt --where \"source = AZE\" --keys source,target,root
  detente dyads 20180101000000.export.CSV.zip | head

Nothing is stored: the files are read once and summed. n counts events, then come the four quad classes, the sum of the Goldstein values
with the number of events that have one, and the days with data. A row whose actor did not resolve has an empty key; it is counted, not dropped.
A file that cannot be read to its end is left out as a whole, and the command ends with 1.

--fold says which rows are one event (docs/methods.md):
  none     every row
  url      one for each story, source, target and code
  mirror   the same, whichever of the two is the source; and rows that a later file repeats
  day      one for each day, source, target and code, whatever the story";

/// A table of dyads by period, straight from raw files
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct DyadsArgs {
    /// Files and folders of event data
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The data set that the files belong to [default: told by their content]
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Length of the periods
    #[arg(long, value_name = "PERIOD", value_parser = period(&["day", "week", "month", "quarter", "year"]), default_value = "day")]
    by: By,
    /// What to group by, beside the period
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = key(), default_value = "source,target")]
    keys: Vec<Key>,
    /// Which rows are one event
    #[arg(long, value_name = "RULE", value_parser = rule(), default_value = "mirror")]
    fold: Fold,
    /// Which rows
    #[arg(long = "where", value_name = "FILTER")]
    filter: Option<String>,
    /// Form of the output [default: by the name of the output file, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["csv", "json", "jsonl", "parquet"]))]
    format: Option<Format>,
    /// Write to this file, which appears whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reads a rule of folding.
pub fn rule() -> impl TypedValueParser<Value = Fold> {
    PossibleValuesParser::new(Fold::ALL.map(Fold::name))
        .try_map(|name| Fold::from_name(&name).ok_or("no such rule"))
}

pub fn run(global: &Global, args: &DyadsArgs) -> Result {
    let file = args.output.as_deref();
    let format = Format::choose(args.format, file, Format::Csv)?;
    let filter = match &args.filter {
        Some(text) => text.parse().map_err(LakeError::from)?,
        None => Filter::All,
    };
    let dataset = args.dataset.as_deref().map(ingest::dataset).transpose()?;
    let given = given::files(global, &args.paths, dataset)?;
    let query = Aggregate {
        table: given.files.first().map_or(Table::Events, |(d, _)| d.table),
        filter,
        by: args.by,
        keys: args.keys.clone(),
        fold: args.fold,
    };
    let (rows, reports) = aggregate_files(&given.files, &query, &*progress::shown(global.quiet))?;
    let all = given.refused.len() + reports.len();
    let mut failed = given.refused.len();
    let (mut read, mut rejected, mut unknown) = (0, 0, 0);
    for report in reports {
        match report.outcome {
            Ok(r) => {
                read += r.rows;
                rejected += r.rejected;
                unknown += r.unknowns.total();
            }
            Err(e) => {
                failed += 1;
                eprintln!("error: {e}");
            }
        }
    }
    let schema = rows.schema();
    let n = output::rows(file, format, schema, rows)?;
    if !global.quiet {
        eprintln!(
            "{} rows read, {} of them could not be used, {} names unknown; {} dyad-periods",
            whole(read),
            whole(rejected),
            whole(unknown),
            whole(n)
        );
    }
    if failed > 0 {
        return Err(CliError::SomeFiles { failed, all });
    }
    Ok(())
}
