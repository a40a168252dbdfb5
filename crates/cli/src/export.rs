//! `detente export`: the rows of any query, as they are.

use std::path::PathBuf;

use anstream::eprintln;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use detente_atlas::By;
use detente_lake::{Aggregate, Filter, Fold, Key, LakeError, Query, Scan};
use detente_sources::schema::Table;

use crate::args::{Global, period};
use crate::dyads::rule;
use crate::error::Result;
use crate::ingest;
use crate::output::{self, Format};
use crate::table::whole;

const AFTER: &str = "\
Examples:
  detente export measures --where \"variable = dispute and actor = AZE and partner = ARM\"
  detente export events --where \"source = AZE and known <= 2020-09-25 and code starts with 14\" --limit 20
  detente export dyads --where \"dataset = gdelt-daily-dyads\" --by month --keys source,target --output dyads.parquet
  detente export votes --where \"actor in (AZE, USA) and day >= 2020-01-01\" --columns day,rcid,actor,vote
  detente export events --columns day,source,target,code | head

Filters:   column = value   !=   <   <=   >   >=   in (a, b)   not in (a, b)   between a and b   starts with text
           is null   is not null   joined with and, or, not and brackets; 'single quotes' around text with blanks.
Columns:   events    dataset day known source target source_name target_name source_sectors target_sectors code mode context
                     quad goldstein place province city lat lon mentions sources articles tone deaths deaths_low
                     deaths_high publisher story event file row
           dyads     dataset start end known source target directed n verbal_cooperation material_cooperation
                     verbal_conflict material_conflict goldstein score articles file row
           measures  dataset variable actor partner start end known value weight key note file row
           votes     dataset day known rcid actor vote file row
           mentions  dataset day known event event_day kind publisher story sentence confidence length tone translation
                     file row
An empty cell (null in JSON) is a value that the source does not have; it is never zero.";

/// The rows of a query as CSV, JSON or Parquet
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ExportArgs {
    /// The table
    #[arg(value_name = "TABLE", value_parser = table())]
    table: Table,
    /// Which rows
    #[arg(long = "where", value_name = "FILTER")]
    filter: Option<String>,
    /// Which columns, in this order
    #[arg(long, value_name = "A,B", value_delimiter = ',', conflicts_with = "by")]
    columns: Vec<String>,
    /// Add up events or dyads by period
    #[arg(long, value_name = "PERIOD", value_parser = period(&["day", "week", "month", "quarter", "year"]))]
    by: Option<By>,
    /// What to group by, beside the period
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = key(), requires = "by")]
    keys: Vec<Key>,
    /// Which rows of events are one event: none, url, mirror, day (docs/methods.md)
    #[arg(long, value_name = "RULE", value_parser = rule(), requires = "by", default_value = "none")]
    fold: Fold,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Form of the output [default: by the name of the output file, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["csv", "json", "jsonl", "parquet"]))]
    format: Option<Format>,
    /// Write to this file, which appears whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn table() -> impl clap::builder::TypedValueParser<Value = Table> {
    PossibleValuesParser::new(Table::ALL.map(Table::name))
        .try_map(|name| Table::from_name(&name).ok_or("no such table"))
}

/// Reads a key of an aggregate.
pub fn key() -> impl clap::builder::TypedValueParser<Value = Key> {
    PossibleValuesParser::new(Key::ALL.map(Key::name))
        .try_map(|name| Key::from_name(&name).ok_or("no such key"))
}

pub fn run(global: &Global, args: &ExportArgs) -> Result {
    let format = Format::choose(args.format, args.output.as_deref(), Format::Csv)?;
    let query = query(args)?;
    let lake = ingest::ready(global)?;
    let rows = lake.run(&query)?;
    let schema = rows.schema();
    // A scan ends by itself; the rows of an aggregate are cut here.
    let mut left = args.limit.unwrap_or(usize::MAX);
    let rows = rows.map_while(|batch| match batch {
        Ok(_) if left == 0 => None,
        Ok(batch) => {
            let n = batch.num_rows().min(left);
            left -= n;
            Some(Ok(batch.slice(0, n)))
        }
        Err(e) => Some(Err(e)),
    });
    let n = output::rows(args.output.as_deref(), format, schema, rows)?;
    if let (Some(file), false) = (&args.output, global.quiet) {
        eprintln!("{}: {} rows of {query}", file.display(), whole(n));
    }
    Ok(())
}

fn query(args: &ExportArgs) -> Result<Query> {
    let filter: Filter = match &args.filter {
        Some(text) => text.parse().map_err(LakeError::from)?,
        None => Filter::All,
    };
    Ok(match args.by {
        Some(by) => Aggregate {
            table: args.table,
            filter,
            by,
            keys: args.keys.clone(),
            fold: args.fold,
        }
        .into(),
        None => {
            let (table, columns, limit) = (args.table, args.columns.clone(), args.limit);
            Scan {
                table,
                columns,
                filter,
                limit,
            }
            .into()
        }
    })
}
