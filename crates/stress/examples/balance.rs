//! How long the exact search for consistent scenarios takes: `cargo run --release -p detente-stress --example balance`.
//!
//! Matrices drawn by chance on the usual scale from -3 to 3: 12 descriptors with 4 states each, 16.8 million scenarios, from sparse to full; then larger ones.

use detente_forecast::Draw;
use detente_stress::balance::{Matrix, Search};
use std::time::Instant;

fn matrix(sizes: &[usize], filled: f64, seed: u64) -> Result<Matrix, detente_stress::Error> {
    let mut draw = Draw::of(seed, 0, 0);
    let descriptor: Vec<usize> = sizes
        .iter()
        .enumerate()
        .flat_map(|(i, &size)| vec![i; size])
        .collect();
    let states = descriptor.len();
    let link: Vec<bool> = (0..sizes.len() * sizes.len())
        .map(|_| draw.uniform() < filled)
        .collect();
    let rows: Vec<Vec<i32>> = (0..states)
        .map(|row| {
            let judge = |column: usize| {
                let (i, j) = (descriptor[row], descriptor[column]);
                let judgement = draw.below(7) as i32 - 3;
                if i != j && link[i * sizes.len() + j] {
                    judgement
                } else {
                    0
                }
            };
            (0..states).map(judge).collect()
        })
        .collect();
    Matrix::new(sizes, &rows)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "descriptors states filled  theta   scenarios  consistent   branches  complete  seconds"
    );
    for (descriptors, states) in [(12, 4), (15, 4), (20, 3), (30, 3)] {
        for filled in [0.1, 0.3, 0.6, 1.0] {
            for theta in [0, 2] {
                let matrix = matrix(&vec![states; descriptors], filled, 7)?;
                let from = Instant::now();
                let search = Search {
                    theta,
                    branches: 3_000_000,
                    ..Search::default()
                };
                let found = matrix.consistent(&search)?;
                println!(
                    "{descriptors:11} {states:6} {filled:6} {theta:6} {:11.1e} {:11} {:10}  {:8}  {:7.3}",
                    matrix.scenarios(),
                    found.scenarios.len(),
                    found.branches,
                    found.complete,
                    from.elapsed().as_secs_f64()
                );
            }
        }
    }
    Ok(())
}
