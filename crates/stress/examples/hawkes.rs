//! How well a branching matrix is found, and how long it takes: `cargo run --release -p detente-stress --example hawkes`.
//!
//! Simulated streams whose matrix is known, at the length of real records and at one where noise is gone; then 50 streams over 300 months.

use detente_forecast::Draw;
use detente_forecast::bootstrap;
use detente_stress::hawkes::{Hawkes, HeldOut, Settings};
use std::time::Instant;

fn seen(rows: Vec<Vec<f64>>) -> Vec<Vec<Option<f64>>> {
    let row = |row: Vec<f64>| row.into_iter().map(Some).collect();
    rows.into_iter().map(row).collect()
}

/// So many streams, each excited by itself and by so many others, with ratios that keep the radius at 0.6 or below.
fn process(streams: usize, links: usize, seed: u64) -> Result<Hawkes, detente_stress::Error> {
    let mut draw = Draw::of(seed, 0, 0);
    let mut branching = vec![vec![0.0; streams]; streams];
    for (i, row) in branching.iter_mut().enumerate() {
        row[i] = 0.3;
        for _ in 0..links {
            let from = draw.below(streams);
            if from != i {
                row[from] = 0.3 / links as f64;
            }
        }
    }
    let background: Vec<f64> = (0..streams).map(|_| 0.5 + 3.0 * draw.uniform()).collect();
    Hawkes::new(&background, &branching, 2.0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "streams months links  found  false   largest error of a ratio  radius true fitted  seconds"
    );
    let settings = Settings {
        half_lives: vec![2.0],
        ..Settings::default()
    };
    for (streams, months) in [(5, 300), (5, 3000), (5, 60_000), (20, 300), (50, 300)] {
        let truth = process(streams, 1, 3)?;
        let counts = seen(truth.simulate(months, 1));
        let from = Instant::now();
        let fit = Hawkes::fit(&counts, &settings)?;
        let seconds = from.elapsed().as_secs_f64();
        let real = truth.branching();
        let of = |from: usize, to: usize| {
            let link = real.rows[to].iter().find(|(j, _)| *j == from);
            link.map_or(0.0, |link| link.1)
        };
        let links: usize = real.rows.iter().map(Vec::len).sum();
        let sound = fit.links.iter().filter(|l| of(l.from, l.to) > 0.0);
        let found = sound.clone().count();
        let worst = sound
            .map(|l| (l.ratio / of(l.from, l.to) - 1.0).abs())
            .fold(0.0, f64::max);
        println!(
            "{streams:7} {months:6} {links:5} {found:6} {:6} {:26.3} {:12.3} {:6.3} {seconds:8.3}",
            fit.links.len() - found,
            worst,
            real.radius(),
            fit.radius,
        );
    }
    println!(
        "\nheld-out nats a period over no excitation, 90 % interval (the last 100 of 300 months)"
    );
    for streams in [5, 20, 50] {
        for (what, process) in [
            ("exciting", process(streams, 1, 3)?),
            (
                "independent",
                Hawkes::new(&vec![2.0; streams], &vec![vec![0.0; streams]; streams], 2.0)?,
            ),
        ] {
            let counts = seen(process.simulate(300, 2));
            let held_out = HeldOut::of(
                &counts,
                200,
                &Settings::default(),
                12,
                &bootstrap::Settings::default(),
            )?;
            let gain = held_out.all_over_none;
            println!(
                "{streams:7} {what:12} {:8.3} [{:.3}, {:.3}]  {}",
                gain.mean,
                gain.lo,
                gain.hi,
                held_out.finding()
            );
        }
    }
    Ok(())
}
