//! The command line: global options and one subcommand a file.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use detente_atlas::By;

use crate::{
    actors, backtest, brief, check, coverage, cross_impact, dedup, dyads, expect, export, fetch,
    ingest, ledger, relation, sources, stress,
};

const AFTER: &str = "\
Start here:
  detente brief nato-azerbaijan          write the brief of a shipped partnership
  detente relation AZE NATO --by year    one spliced series of 1994 to today
  detente expect AZE --with NATO         who is likely to do what next, and why
  detente coverage                       what has been read, and what nobody monitored
  detente actors georgia                 find the id of an actor

The bundled data are read into the lake on first use; only `detente fetch` uses the network.
Exit codes: 0 done, 1 failed (the message says why and what to do), 2 the command line does not read, 130 interrupted.";

/// Early warning about partnerships between states and blocs, with evidence for every figure
#[derive(Debug, Parser)]
#[command(name = "detente", version, after_help = AFTER, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Folder of the lake: everything read so far, as Parquet files
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "DETENTE_LAKE",
        hide_env_values = true,
        default_value = ".detente/lake"
    )]
    pub lake: PathBuf,
    /// Folder of the bundled data [default: ./data, beside the program, or the source tree it was built from]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "DETENTE_DATA",
        hide_env_values = true
    )]
    pub data: Option<PathBuf>,
    /// Print results only, no progress and no remarks
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Makes the choice that of every stream of the program.
    pub fn apply(self) {
        let choice = match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Brief(brief::BriefArgs),
    Relation(relation::RelationArgs),
    Expect(expect::ExpectArgs),
    Stress(stress::StressArgs),
    CrossImpact(cross_impact::CrossImpactArgs),
    Coverage(coverage::CoverageArgs),
    Export(export::ExportArgs),
    Dyads(dyads::DyadsArgs),
    Dedup(dedup::DedupArgs),
    Backtest(backtest::BacktestArgs),
    Fetch(fetch::FetchArgs),
    Ingest(ingest::IngestArgs),
    Sources(sources::SourcesArgs),
    Ledger(ledger::LedgerArgs),
    Check(check::CheckArgs),
    Actors(actors::ActorsArgs),
}

/// Reads a period length out of the `words` that a command knows.
pub fn period(words: &'static [&'static str]) -> impl clap::builder::TypedValueParser<Value = By> {
    PossibleValuesParser::new(words).try_map(|word| word.parse::<By>())
}
