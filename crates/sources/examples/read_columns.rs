//! Reads the columns of a dyad-day count out of files that users bring, on some threads, and prints rows, bytes and seconds.
//!
//!     cargo run --release -p detente-sources --example read_columns -- [--threads 2] [--columns source,target,known,quad,goldstein] FILE...

use std::sync::Mutex;
use std::time::Instant;

use detente_sources::{ReadError, ReadReport, read, read_columns, recognise};

fn one(file: &str, columns: Option<&[&str]>) -> Result<(String, ReadReport), ReadError> {
    let path = std::path::Path::new(file);
    let Some(found) = recognise(path)? else {
        return Ok((format!("{file}: of no layout known"), ReadReport::default()));
    };
    let report = match columns {
        Some(columns) => read_columns(found.dataset, path, columns, &mut |_| Ok(())),
        None => read(found.dataset, path, &mut |_| Ok(())),
    }?;
    Ok((format!("{file}: {}", found.dataset.id), report))
}

fn main() {
    let mut files = Vec::new();
    let mut threads = 2;
    let mut columns = Some("source,target,known,quad,goldstein".to_owned());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--threads" => threads = args.next().and_then(|n| n.parse().ok()).unwrap_or(threads),
            "--columns" => columns = args.next(),
            "--all" => columns = None,
            _ => files.push(arg),
        }
    }
    let columns: Option<Vec<&str>> = columns.as_ref().map(|c| c.split(',').collect());
    let queue = Mutex::new(files.iter());
    let totals = Mutex::new((0u64, 0u64));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no thread panics").next();
                    let Some(file) = next else { break };
                    match one(file, columns.as_deref()) {
                        Ok((name, report)) => {
                            let mut totals = totals.lock().expect("no thread panics");
                            totals.0 += report.rows;
                            totals.1 += report.bytes;
                            if files.len() <= 20 {
                                println!(
                                    "{name}: {} rows, {} rejected, {} doubles, {} unknown, {} days",
                                    report.rows,
                                    report.rejected,
                                    report.duplicates,
                                    report.unknowns.total(),
                                    report.days.len()
                                );
                                for e in report.rejects.iter().take(3) {
                                    println!("    {e}");
                                }
                                for (what, text, n) in report.unknowns.top(8) {
                                    println!("    {what} '{text}' {n}");
                                }
                            }
                        }
                        Err(e) => println!("{e}"),
                    }
                }
            });
        }
    });
    let (rows, bytes) = *totals.lock().expect("no thread panics");
    let seconds = start.elapsed().as_secs_f64();
    println!("{rows} rows, {bytes} bytes, {seconds:.3} s on {threads} threads");
}
