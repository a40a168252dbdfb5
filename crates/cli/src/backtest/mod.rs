//! `detente backtest`: what forecasts like these were worth before, beside the baselines.

mod dyads;
mod measure;
mod models;
mod panel;
mod period;
mod report;
mod views;

use clap::{Args, Subcommand};

use crate::args::Global;
use crate::error::Result;

/// What forecasts were worth before, beside every baseline
#[derive(Debug, Args)]
pub struct BacktestArgs {
    #[command(subcommand)]
    of: Backtest,
}

#[derive(Debug, Subcommand)]
enum Backtest {
    Views(views::ViewsArgs),
    Panel(panel::PanelArgs),
    Dyads(dyads::DyadsArgs),
}

pub fn run(global: &Global, args: &BacktestArgs) -> Result {
    match &args.of {
        Backtest::Views(args) => views::run(global, args),
        Backtest::Panel(args) => panel::run(global, args),
        Backtest::Dyads(args) => dyads::run(global, args),
    }
}
