//! Learns ranking trees from a folder of matrices, and tells how long that took and what they are worth on held-out groups: the program that `bench/run.py trees` runs.
//!
//! The folder holds `learn.*` and `test.*`, little-endian without header: `rows` (f32, row after row), `starts` (u32, where each group starts
//! and the number of rows at the end), `worth` (f32 a row, above 0 if it came true), `offset` (f32 a row, the score to start from).

use detente_forecast::trees::{Binned, Bins, Groups, Growth, Trees};
use std::path::Path;
use std::time::Instant;
use std::{env, error, fs};

struct Matrix {
    rows: Vec<f32>,
    starts: Vec<u32>,
    worth: Vec<f32>,
    offset: Vec<f32>,
}

impl Matrix {
    fn read(folder: &Path, part: &str) -> Result<Self, Box<dyn error::Error>> {
        let read = |what: &str| fs::read(folder.join(format!("{part}.{what}")));
        let floats = |bytes: Vec<u8>| {
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect()
        };
        let starts = read("starts")?;
        Ok(Self {
            rows: floats(read("rows")?),
            starts: starts
                .as_chunks()
                .0
                .iter()
                .map(|b| u32::from_le_bytes(*b))
                .collect(),
            worth: floats(read("worth")?),
            offset: floats(read("offset")?),
        })
    }

    fn features(&self) -> usize {
        self.rows.len() / self.worth.len()
    }

    /// Mean reciprocal rank of the rows that came true among the others of their group, and mean cross-entropy.
    fn worth_of(&self, told: &[f32]) -> (f64, f64) {
        let (mut reciprocal, mut loss, mut n, mut groups) = (0.0, 0.0, 0.0, 0.0);
        for of in self.starts.windows(2) {
            let of = of[0] as usize..of[1] as usize;
            let (told, worth) = (&told[of.clone()], &self.worth[of]);
            let came = worth.iter().filter(|w| **w > 0.0).count() as f64;
            if came == 0.0 {
                continue;
            }
            groups += 1.0;
            let sum: f64 = told.iter().map(|t| f64::from(*t).exp()).sum();
            for (mine, _) in told.iter().zip(worth).filter(|(_, w)| **w > 0.0) {
                let others = || told.iter().zip(worth).filter(|(_, w)| **w <= 0.0);
                let above = others().filter(|(t, _)| *t > mine).count() as f64;
                let equal = others().filter(|(t, _)| *t == mine).count() as f64;
                reciprocal += 1.0 / (1.0 + above + equal / 2.0);
                n += 1.0;
                loss -= (f64::from(*mine) - sum.ln()) / came;
            }
        }
        (reciprocal / n, loss / groups)
    }
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let Some(folder) = env::args().nth(1) else {
        return Err("usage: rank_trees FOLDER [SETTING=VALUE ...]".into());
    };
    let mut growth = Growth {
        trees: 200,
        leaves: 63,
        depth: 64,
        rate: 0.08,
        leaf: 1.0,
        shrink: 1.0,
        features: 1.0,
        groups: 1.0,
        grain: 1.0 / 32.0,
    };
    let (mut most, mut seeds) = (128, 1);
    for setting in env::args().skip(2) {
        let Some((name, value)) = setting.split_once('=') else {
            return Err(format!("'{setting}' is no SETTING=VALUE").into());
        };
        match name {
            "trees" => growth.trees = value.parse()?,
            "leaves" => growth.leaves = value.parse()?,
            "depth" => growth.depth = value.parse()?,
            "rate" => growth.rate = value.parse()?,
            "leaf" => growth.leaf = value.parse()?,
            "shrink" => growth.shrink = value.parse()?,
            "features" => growth.features = value.parse()?,
            "groups" => growth.groups = value.parse()?,
            "grain" => growth.grain = value.parse()?,
            "bins" => most = value.parse()?,
            "seeds" => seeds = value.parse()?,
            _ => return Err(format!("no setting '{name}'").into()),
        }
    }
    let folder = Path::new(&folder);
    let learn = Matrix::read(folder, "learn")?;
    let features = learn.features();
    println!(
        "rows {} features {features} groups {}",
        learn.worth.len(),
        learn.starts.len() - 1
    );

    let clock = Instant::now();
    let bins = Bins::learn(&learn.rows, features, most);
    let binned = Binned::of(&bins, &learn.rows);
    println!("bin {:.2} s", clock.elapsed().as_secs_f64());

    let clock = Instant::now();
    let groups = Groups {
        starts: &learn.starts,
        worth: &learn.worth,
        offset: &learn.offset,
    };
    let grown = (0..seeds).map(|seed| Trees::rank(&bins, &binned, groups, &growth, seed));
    let trees = Trees::mean(grown.collect());
    println!("learn {:.2} s", clock.elapsed().as_secs_f64());
    drop((learn, binned));

    let test = Matrix::read(folder, "test")?;
    let clock = Instant::now();
    let mut told = vec![0.0; test.worth.len()];
    trees.score(&test.rows, &mut told);
    let seconds = clock.elapsed().as_secs_f64();
    println!(
        "score {:.3} ms per 100 rows, one core",
        1e5 * seconds / told.len() as f64
    );
    let (reciprocal, loss) = test.worth_of(&test.offset);
    println!("offset alone: reciprocal rank {reciprocal:.5} loss {loss:.5}");
    for (told, offset) in told.iter_mut().zip(&test.offset) {
        *told += offset;
    }
    let (reciprocal, loss) = test.worth_of(&told);
    println!("with trees: reciprocal rank {reciprocal:.5} loss {loss:.5}");
    Ok(())
}
