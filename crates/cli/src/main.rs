//! The binary `detente`: reads the command line and wires the rooms. No figure is computed here.

mod actors;
mod args;
mod backtest;
mod brief;
mod bundled;
mod check;
mod coverage;
mod cross_impact;
mod dedup;
mod dyads;
mod error;
mod expect;
mod export;
mod fetch;
mod given;
mod ingest;
mod interrupt;
mod ledger;
mod memory;
mod output;
mod party;
mod progress;
mod relation;
mod sources;
mod stress;
mod table;
mod today;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.global.color.apply();
    interrupt::watch();
    let global = &cli.global;
    let done = match &cli.command {
        Command::Brief(args) => brief::run(global, args),
        Command::Relation(args) => relation::run(global, args),
        Command::Expect(args) => expect::run(global, args),
        Command::Stress(args) => stress::run(global, args),
        Command::CrossImpact(args) => cross_impact::run(args),
        Command::Coverage(args) => coverage::run(global, args),
        Command::Export(args) => export::run(global, args),
        Command::Fetch(args) => fetch::run(global, args),
        Command::Ingest(args) => ingest::run(global, args),
        Command::Check(args) => check::run(global, args),
        Command::Sources(args) => sources::run(global, args),
        Command::Dedup(args) => dedup::run(global, args),
        Command::Dyads(args) => dyads::run(global, args),
        Command::Ledger(args) => ledger::run(global, args),
        Command::Backtest(args) => backtest::run(global, args),
        Command::Actors(args) => actors::run(global, args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
