//! Draws a joint ensemble, weighs its loss and tilts it, and tells how long each took: the program that `bench/run.py stress` runs beside the same model in NumPy.
//!
//!     paths FOLDER [PATHS MONTHS VARIABLES]     learn from a past made from a seed, write the model to FOLDER, then draw, weigh, tilt
//!     paths linear                              the same for a quarter and a half of paths, of months, of variables, then by each kind of dependence
//!
//! The past is an autoregression of each variable with a common part and a few links from one to the next. Prints JSON.

use detente_forecast::{Draw, Panel, View};
use detente_stress::joint::{Dependence, Joint, Origin, Settings};
use detente_stress::loss::{Loss, Over};
use detente_stress::{Paths, tilt};
use std::path::Path;
use std::time::Instant;
use std::{env, error, fs};

const PAST: usize = 360;
const SEED: u64 = 1994;
const K: f64 = 1.0;

type Answer<T> = Result<T, Box<dyn error::Error>>;

/// What a run measured.
struct Run {
    learn: f64,
    draw: f64,
    weigh: f64,
    tilt: f64,
    told: String,
}

fn past(variables: usize) -> Panel {
    let mut draw = Draw::of(SEED, 0, 0);
    let mut level = vec![0.0; variables];
    let mut before = vec![0.0; variables];
    let mut rows = vec![Vec::new(); variables];
    for _ in 0..PAST {
        let common = draw.normal();
        let surprise: Vec<f64> = (0..variables)
            .map(|v| {
                let linked = if v % 5 == 1 {
                    0.35 * before[v - 1]
                } else {
                    0.0
                };
                linked + 0.6 * common + 0.8 * draw.normal()
            })
            .collect();
        for (v, row) in rows.iter_mut().enumerate() {
            let phi = 0.5 + 0.4 * (v % 7) as f64 / 7.0;
            level[v] = phi * level[v] + surprise[v];
            row.push(Some(level[v]));
        }
        before = surprise;
    }
    Panel::new(0, &rows).expect("rows are of one length and finite")
}

fn settings(dependence: Dependence) -> Settings {
    Settings {
        dependence,
        half_life: None,
        ..Settings::default()
    }
}

fn learn(view: &View, dependence: Dependence) -> Answer<(Joint, Origin)> {
    let joint = Joint::learn(view, &settings(dependence))?;
    let origin = joint.origin(view)?;
    Ok((joint, origin))
}

/// Paths, months, variables.
type Size = (usize, usize, usize);

fn run(size: Size, dependence: Dependence, folder: Option<&Path>) -> Answer<Run> {
    let (paths, months, variables) = size;
    let panel = past(variables);
    let view = panel.at(PAST as i32 - 1);
    let started = Instant::now();
    let (joint, origin) = learn(&view, dependence)?;
    let learnt = started.elapsed().as_secs_f64();
    if let Some(folder) = folder {
        write(folder, &joint, &origin, &view)?;
    }
    let started = Instant::now();
    let made = joint.simulate(&origin, months, paths, SEED)?;
    let drawn = started.elapsed().as_secs_f64();
    let weights = vec![1.0 / variables as f64; variables];
    let loss = Loss::new(weights, vec![0.0; variables], Over::Worst)?;
    let started = Instant::now();
    let losses = loss.of(&made)?;
    let tail = losses.tail(0.95)?;
    let parts = losses.allocate_shortfall(0.95)?;
    let weighed = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let worst = tilt::worst(losses.values(), K)?;
    let means = made.moments(Some(&worst.weights))?;
    let tilted = started.elapsed().as_secs_f64();
    let sum: f64 = means.mean.iter().sum();
    let told = format!(
        r#""links": {}, "VaR": {:.4}, "ES": {:.4}, "allocation less ES": {:.1e}, "severity": {:.4}, "sum of tilted means": {:.3}, "MB": {}, "bits": "{:016x}""#,
        joint.excitation().links(),
        tail.value_at_risk.value,
        tail.shortfall.value,
        (parts.iter().sum::<f64>() - tail.shortfall.value).abs(),
        worst.mean.value,
        sum,
        Paths::bytes(paths, months, variables) / 1_000_000,
        bits(&made),
    );
    Ok(Run {
        learn: learnt,
        draw: drawn,
        weigh: weighed,
        tilt: tilted,
        told,
    })
}

/// FNV-1a of all bits, to compare runs on different numbers of cores.
fn bits(paths: &Paths) -> u64 {
    paths
        .values()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, v| {
            (hash ^ u64::from(v.to_bits())).wrapping_mul(0x0100_0000_01b3)
        })
}

/// The model as numbers that the peer reads: f64, little-endian.
fn write(folder: &Path, joint: &Joint, origin: &Origin, view: &View) -> Answer<()> {
    fs::create_dir_all(folder)?;
    let n = joint.variables();
    let put = |name: &str, values: Vec<f64>| {
        let bytes: Vec<u8> = values.into_iter().flat_map(f64::to_le_bytes).collect();
        fs::write(folder.join(name), bytes)
    };
    let each =
        |of: &dyn Fn(usize) -> Option<f64>| (0..n).map(|v| of(v).unwrap_or(f64::NAN)).collect();
    put("phi", each(&|v| joint.dynamics(v).map(|d| d.phi)))?;
    put("scale", each(&|v| joint.dynamics(v).map(|d| d.scale)))?;
    put("mean", each(&|v| origin.starts[v].map(|s| s.mean)))?;
    put(
        "mean_error",
        each(&|v| joint.dynamics(v).map(|d| d.mean_error)),
    )?;
    put("value", each(&|v| origin.starts[v].map(|s| s.value)))?;
    put("surprise", each(&|v| origin.starts[v].map(|s| s.surprise)))?;
    put(
        "correlation",
        (0..n * n)
            .map(|i| joint.correlation(i / n, i % n))
            .collect(),
    )?;
    let mut matrix = vec![0.0; n * n];
    for (i, row) in joint.excitation().rows.iter().enumerate() {
        for &(j, a) in row {
            matrix[i * n + j] = a;
        }
    }
    put("excitation", matrix)?;
    put("past", (0..n).flat_map(|v| view.past(v).to_vec()).collect())?;
    Ok(())
}

fn tell((paths, months, variables): Size, dependence: Dependence, run: &Run) {
    let total = run.draw + run.weigh + run.tilt;
    println!(
        r#"{{"paths": {paths}, "months": {months}, "variables": {variables}, "dependence": "{dependence:?}", "seconds": {{"learn": {:.3}, "draw": {:.3}, "weigh": {:.3}, "tilt": {:.3}, "draw, weigh and tilt": {total:.3}}}, {}}}"#,
        run.learn, run.draw, run.weigh, run.tilt, run.told
    );
}

fn median(size: Size, dependence: Dependence) -> Answer<Run> {
    let total = |r: &Run| r.draw + r.weigh + r.tilt;
    let mut runs = (0..5)
        .map(|_| run(size, dependence, None))
        .collect::<Answer<Vec<_>>>()?;
    runs.sort_by(|a, b| total(a).total_cmp(&total(b)));
    Ok(runs.swap_remove(2))
}

fn main() -> Answer<()> {
    let given: Vec<String> = env::args().skip(1).collect();
    let Some(first) = given.first() else {
        return Err("name a folder to write the model to, or say `linear`".into());
    };
    let number = |place: usize, usual: usize| given.get(place).map_or(Ok(usual), |s| s.parse());
    let (paths, months, variables) = (number(1, 10_000)?, number(2, 36)?, number(3, 50)?);
    let all = (paths, months, variables);
    let usual = Dependence::Gaussian;
    if first != "linear" {
        tell(all, usual, &run(all, usual, Some(Path::new(first)))?);
        return Ok(());
    }
    for part in [4, 2] {
        for size in [
            (paths / part, months, variables),
            (paths, months / part, variables),
            (paths, months, variables / part),
        ] {
            tell(size, usual, &median(size, usual)?);
        }
    }
    for kind in [
        usual,
        Dependence::StudentT,
        Dependence::Blocks { length: 6.0 },
    ] {
        tell(all, kind, &median(all, kind)?);
    }
    Ok(())
}
