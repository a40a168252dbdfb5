//! `detente backtest`: what forecasts like these were worth before, beside the baselines.

mod dyads;
mod events;
mod links;
mod measure;
mod models;
mod panel;
mod period;
mod quadruples;
mod recurrency;
mod report;
mod stress;
mod views;

pub use events::Types;

use clap::{Args, Subcommand};
use detente_forecast::bootstrap::{Interval, Verdict};

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
    Links(links::LinksArgs),
    Events(events::EventsArgs),
    Stress(stress::StressArgs),
}

pub fn run(global: &Global, args: &BacktestArgs) -> Result {
    match &args.of {
        Backtest::Views(args) => views::run(global, args),
        Backtest::Panel(args) => panel::run(global, args),
        Backtest::Dyads(args) => dyads::run(global, args),
        Backtest::Links(args) => links::run(global, args),
        Backtest::Events(args) => events::run(global, args),
        Backtest::Stress(args) => stress::run(global, args),
    }
}

/// What may be said of a gain over a baseline by its interval; without one, nothing was shown.
fn says(gain: Option<&Interval>) -> &'static str {
    match gain.map(Interval::verdict) {
        Some(Verdict::Skill) => "better",
        Some(Verdict::Worse) => "worse",
        Some(Verdict::NoDemonstratedSkill) | None => "no demonstrated skill",
    }
}
