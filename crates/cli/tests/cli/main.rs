//! Drives the program as a user does, over a lake that is built once from the bundled data.

mod backtest;
mod backtest_dyads;
mod backtest_events;
mod backtest_links;
mod backtest_stress;
mod bad_input;
mod brief;
mod coverage;
mod cross_impact;
mod dedup;
mod dyads;
mod expect;
mod export;
mod fetch;
mod help;
mod ingest;
mod ledger;
mod own;
mod relation;
mod stress;
mod stress_early;
mod support;
