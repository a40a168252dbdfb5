//! Times many files of one data set into a new lake, and the weekly dyads of it.
//!
//! `cargo run --release -p detente-lake --example many -- DATASET LAKE FILE...`

use std::path::PathBuf;
use std::time::Instant;

use detente_atlas::By;
use detente_lake::{Aggregate, Filter, Fold, Key, Lake, Query, Table};

/// The most memory that this process had so far, in MB, where the system tells.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kb| kb / 1024)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(id), Some(dir)) = (arguments.next(), arguments.next()) else {
        return Err("usage: many DATASET LAKE FILE...".into());
    };
    let dataset = detente_sources::dataset(&id).ok_or("no such data set")?;
    let files: Vec<_> = arguments.map(|f| (dataset, PathBuf::from(f))).collect();
    let lake = Lake::open_or_create(&PathBuf::from(dir))?;
    let start = Instant::now();
    let done = lake.ingest_each(&files, &())?;
    let bad: Vec<_> = done
        .iter()
        .filter_map(|o| o.result.as_ref().err())
        .collect();
    for e in &bad {
        println!("  {e}");
    }
    let snapshot = lake.snapshot();
    println!(
        "ingest: {:.2} s, {} files ({} bad), {} rows, {} commits, {} bytes, {} MB at most",
        start.elapsed().as_secs_f64(),
        files.len(),
        bad.len(),
        snapshot.rows,
        snapshot.version,
        snapshot.datasets.iter().map(|d| d.bytes).sum::<u64>(),
        most_memory(),
    );
    let start = Instant::now();
    lake.ingest_each(&files, &())?;
    println!("again, nothing new: {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    Lake::open(lake.dir())?;
    println!("open: {:.3} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let coverage = lake.coverage(&id);
    println!(
        "coverage: {} spans, {:.3} s",
        coverage.spans.len(),
        start.elapsed().as_secs_f64()
    );
    let query = Query::Aggregate(Aggregate {
        table: Table::Events,
        filter: Filter::All,
        by: By::Week,
        keys: vec![Key::Source, Key::Target],
        fold: Fold::None,
    });
    let start = Instant::now();
    let groups: usize = lake
        .run(&query)?
        .collect_batches()?
        .iter()
        .map(|b| b.num_rows())
        .sum();
    println!(
        "weekly dyads: {groups} groups, {:.2} s, {} MB at most",
        start.elapsed().as_secs_f64(),
        most_memory()
    );
    Ok(())
}
