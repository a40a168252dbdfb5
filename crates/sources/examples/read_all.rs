//! Reads every bundled file and prints, for each, the rows, the time and what was not taken.
//!
//!     cargo run --release -p detente-sources --example read_all -- data

use std::path::PathBuf;
use std::time::Instant;

use detente_sources::{catalogue, read};

fn main() {
    let data = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "data".to_owned()));
    let all = Instant::now();
    for dataset in catalogue() {
        for file in dataset.files {
            let start = Instant::now();
            let report = match read(dataset, &data.join(file), &mut |_| Ok(())) {
                Ok(report) => report,
                Err(e) => {
                    eprintln!("{e}");
                    std::process::exit(1);
                }
            };
            println!(
                "{:<18} {:>9} rows {:>5} periods {:>4} members {:>5} MB {:>5} ms  {} rejected, {} doubles",
                dataset.id,
                report.rows,
                report.days.len(),
                report.members,
                report.bytes / 1_000_000,
                start.elapsed().as_millis(),
                report.rejected,
                report.duplicates,
            );
            for e in report.rejects.iter().take(3) {
                println!("    {e}");
            }
            for (why, n) in &report.skipped {
                println!("    left out: {n} x {why}");
            }
            if !report.unknowns.is_empty() {
                let most: Vec<_> = report
                    .unknowns
                    .top(25)
                    .into_iter()
                    .map(|(what, text, n)| format!("{what} '{text}' {n}"))
                    .collect();
                println!(
                    "    unknown: {} ({})",
                    report.unknowns.total(),
                    most.join("; ")
                );
            }
        }
    }
    println!("{} ms in all", all.elapsed().as_millis());
}
