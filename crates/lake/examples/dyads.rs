//! Times dyad-days straight from files, and what of it is reading.
//!
//! `cargo run --release -p detente-lake --example dyads -- DATASET [url|mirror|day|none] FILE...`

use std::path::PathBuf;
use std::time::Instant;

use detente_atlas::By;
use detente_lake::{Aggregate, Filter, Fold, Key, Table, aggregate_files};

/// CPU seconds of the process so far (Linux; elsewhere 0): on a busy machine wall time says little.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
    let ticks = fields
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(id), Some(fold)) = (words.next(), words.next()) else {
        return Err("usage: dyads DATASET FOLD FILE...".into());
    };
    let dataset = detente_sources::dataset(&id).ok_or("no such data set")?;
    let fold = Fold::from_name(&fold).ok_or("no such rule")?;
    let files: Vec<_> = words.map(|f| (dataset, PathBuf::from(f))).collect();
    let query = Aggregate {
        table: Table::Events,
        filter: Filter::All,
        by: By::Day,
        keys: vec![Key::Source, Key::Target],
        fold,
    };
    let columns: Vec<&str> = ["day", "source", "target", "quad", "goldstein"].to_vec();
    for _ in 0..3 {
        let (start, before) = (Instant::now(), cpu());
        let mut rows = 0;
        for (dataset, file) in &files {
            rows += detente_sources::read_columns(dataset, file, &columns, &mut |_| Ok(()))?.rows;
        }
        let (read, read_cpu) = (start.elapsed(), cpu() - before);
        let before = cpu();
        let start = Instant::now();
        let (groups, _) = aggregate_files(&files, &query, &())?;
        let groups: usize = groups.collect_batches()?.iter().map(|b| b.num_rows()).sum();
        let whole = start.elapsed();
        println!(
            "{rows} rows, {groups} groups; reading alone on one core {:.3} s (CPU {read_cpu:.2}), dyad-days {:.3} s (CPU {:.2})",
            read.as_secs_f64(),
            whole.as_secs_f64(),
            cpu() - before,
        );
    }
    Ok(())
}
