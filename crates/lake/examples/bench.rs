//! Times the lake on the bundled data: first ingest, second ingest, opening, and the aggregates that a brief asks for.
//!
//! `cargo run --release -p detente-lake --example bench -- data /tmp/lake-bench`
//!
//! The second argument is a folder for the lake; where it holds one already, the first ingest finds nothing new.

use std::path::{Path, PathBuf};
use std::time::Instant;

use detente_atlas::By;
use detente_lake::{Aggregate, Filter, Fold, Key, Lake, Progress, Query, Scan, Table};

struct Slow(Instant);

impl Progress for Slow {
    fn finished(&self, file: &Path, _: u64, _: u64) {
        println!(
            "  {:>8.3} s  {}",
            self.0.elapsed().as_secs_f64(),
            file.display()
        );
    }
}

/// The best and the median of several runs, in milliseconds.
fn timed<T>(what: &str, runs: usize, mut f: impl FnMut() -> T) -> T {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..runs {
        let start = Instant::now();
        last = Some(f());
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{what:<64} best {:>8.1} ms   median {:>8.1} ms",
        times[0],
        times[times.len() / 2]
    );
    last.expect("at least one run")
}

fn rows(lake: &Lake, query: &Query) -> Result<usize, Box<dyn std::error::Error>> {
    Ok(lake
        .run(query)?
        .collect_batches()?
        .iter()
        .map(|b| b.num_rows())
        .sum())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(data), Some(dir)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bench DATA LAKE".into());
    };
    let files: Vec<_> = detente_sources::catalogue()
        .iter()
        .flat_map(|d| {
            d.files
                .iter()
                .map(|f| (d, data.join(f)))
                .collect::<Vec<_>>()
        })
        .collect();
    let lake = Lake::open_or_create(&dir)?;
    let start = Instant::now();
    lake.ingest(&files, &Slow(start))?;
    println!("first ingest: {:.2} s", start.elapsed().as_secs_f64());
    for d in lake.snapshot().datasets {
        println!(
            "  {:<20} {:>10} rows {:>10} bytes, {} rejected, {} unknown",
            d.dataset, d.rows, d.bytes, d.rejected, d.unknown
        );
    }
    timed("second ingest (all files hashed)", 7, || {
        lake.ingest(&files, &()).map(|i| i.len())
    })?;
    timed("open", 7, || Lake::open(&dir).map(|l| l.snapshot().rows))?;

    let dyads = vec![Key::Source, Key::Target];
    for (what, table, filter, keys) in [
        ("dyads, all, by month", Table::Dyads, "all", &dyads),
        (
            "dyads, gdelt-daily-dyads, by month",
            Table::Dyads,
            "dataset = gdelt-daily-dyads",
            &dyads,
        ),
        (
            "dyads, known <= 2020-09-25, by month",
            Table::Dyads,
            "known <= 2020-09-25",
            &dyads,
        ),
        ("events, all, by month", Table::Events, "all", &dyads),
        (
            "events, source = AZE or target = AZE, by month",
            Table::Events,
            "source = AZE or target = AZE",
            &dyads,
        ),
        (
            "events, all, by week and root",
            Table::Events,
            "all",
            &vec![Key::Dataset, Key::Root],
        ),
    ] {
        let by = if keys.contains(&Key::Root) {
            By::Week
        } else {
            By::Month
        };
        let filter: Filter = filter.parse()?;
        let query = Query::Aggregate(Aggregate {
            table,
            filter,
            by,
            keys: keys.clone(),
            fold: Fold::None,
        });
        let n = timed(what, 7, || rows(&lake, &query).map_err(|e| e.to_string()))?;
        println!("{:>10} groups", n);
    }
    for (what, table, filter) in [
        (
            "events, all columns, source = AZE",
            Table::Events,
            "source = AZE",
        ),
        ("events, all rows and columns", Table::Events, "all"),
        ("votes, actor = AZE", Table::Votes, "actor = AZE"),
        (
            "measures, variable = ideal-point",
            Table::Measures,
            "variable = ideal-point",
        ),
    ] {
        let query = Query::Scan(Scan::of(table, filter.parse()?));
        let n = timed(what, 5, || rows(&lake, &query).map_err(|e| e.to_string()))?;
        println!("{:>10} rows", n);
    }
    timed("coverage of every data set", 5, || {
        detente_sources::catalogue()
            .iter()
            .map(|d| lake.coverage(d.id).spans.len())
            .sum::<usize>()
    });
    Ok(())
}
