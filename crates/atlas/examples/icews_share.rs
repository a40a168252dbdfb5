//! How much of a list of ICEWS names resolves: one name a line on standard input, as often as it occurs.
//!
//! ```text
//! cut -f3 events.tab | cargo run -p detente-atlas --example icews_share
//! ```

use std::collections::HashMap;
use std::io::{BufRead, stdin};

use detente_atlas::{Unknowns, icews_actor};

fn main() -> std::io::Result<()> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for line in stdin().lock().lines() {
        *counts.entry(line?).or_default() += 1;
    }
    let start = std::time::Instant::now();
    let (mut total, mut resolved, mut by_country) = (0, 0, 0);
    let mut unknowns = Unknowns::default();
    for (name, n) in &counts {
        let found = icews_actor(name);
        total += n;
        match found.actor {
            Some(_) => resolved += n,
            None => unknowns.add_n("ICEWS actor", name, *n),
        }
        by_country += if found.by_country { *n } else { 0 };
    }
    let share = |n: u64| 100.0 * n as f64 / total.max(1) as f64;
    println!(
        "{} names, {total} mentions, read in {:?}",
        counts.len(),
        start.elapsed()
    );
    println!(
        "resolved: {:.1} % of the mentions ({:.1} % by the country of a person, party or group)",
        share(resolved),
        share(by_country)
    );
    println!("not resolved, most frequent first:");
    for (_, name, n) in unknowns.top(40) {
        println!("{n:>9}  {name}");
    }
    Ok(())
}
