//! Scores of groups of cells, and what they say of ours against the baselines.

use std::collections::BTreeMap;

use detente_forecast::bootstrap::{self, Interval, Paired, Settings, Statistic};
use detente_forecast::link::within::backtest::{Bin, FORECASTERS, Found, N, Scored, Standing};
use detente_forecast::verify::corp;

use crate::error::{CliError, Result};

/// How intervals are drawn: 90 %.
pub const INTERVALS: Settings = Settings {
    draws: 1000,
    level: 0.9,
    seed: 1994,
};

/// The figures of one group of cells.
pub struct Group {
    pub name: &'static str,
    pub cells: u64,
    pub events: u64,
    /// By forecaster: measures and their values.
    pub measures: Vec<Vec<(&'static str, f64)>>,
    /// Measure, baseline, and the skill of ours over it.
    pub skill: Vec<(&'static str, &'static str, Option<Interval>)>,
}

/// A stretch of probabilities: their mean, what share of the events came, and the number of cells.
pub struct Stretch {
    pub said: f64,
    pub came: f64,
    pub cells: u64,
}

/// Ends of the stretches of probabilities in which reliability is shown.
const STRETCHES: [f64; 13] = [
    0.0, 0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0,
];

/// Which cells.
#[derive(Clone, Copy)]
enum Cells {
    All,
    Class(u8),
    Standing(Standing),
}

const GROUPS: [(&str, Cells); 8] = [
    ("all", Cells::All),
    ("verbal-cooperation", Cells::Class(1)),
    ("material-cooperation", Cells::Class(2)),
    ("verbal-conflict", Cells::Class(3)),
    ("material-conflict", Cells::Class(4)),
    ("on", Cells::Standing(Standing::On)),
    ("quiet", Cells::Standing(Standing::Quiet)),
    ("never", Cells::Standing(Standing::Never)),
];

/// The groups that have cells.
pub fn groups(found: &Found, block: usize) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for (name, cells) in GROUPS {
        let holds = |s: &&Scored| match cells {
            Cells::All => true,
            Cells::Class(class) => s.class == class,
            Cells::Standing(standing) => s.standing == standing,
        };
        let scored: Vec<&Scored> = found.scored.iter().filter(holds).collect();
        if scored.is_empty() {
            continue;
        }
        groups.push(group(name, cells, &scored, found, block)?);
    }
    Ok(groups)
}

fn group(
    name: &'static str,
    cells: Cells,
    scored: &[&Scored],
    found: &Found,
    block: usize,
) -> Result<Group> {
    let n: u64 = scored.iter().map(|s| u64::from(s.cells)).sum();
    let events: u64 = scored.iter().map(|s| u64::from(s.events)).sum();
    let mean = |of: &dyn Fn(&Scored) -> f64| scored.iter().map(|s| of(s)).sum::<f64>() / n as f64;
    let mut measures = Vec::new();
    for k in 0..N {
        let mut of = vec![
            ("brier", mean(&|s| s.brier[k])),
            ("log_score", mean(&|s| s.bits[k])),
        ];
        if let Some(diagram) = diagram(found, cells, k)? {
            of.push(("miscalibration", diagram.miscalibration));
            of.push(("discrimination", diagram.discrimination));
            of.push(("uncertainty", diagram.uncertainty));
        }
        measures.push(of);
    }
    let mut skill = Vec::new();
    for (measure, score) in [
        ("brier", (|s, k| s.brier[k]) as fn(&Scored, usize) -> f64),
        ("log_score", |s, k| s.bits[k]),
    ] {
        for (k, baseline) in FORECASTERS.iter().enumerate().skip(1) {
            let mut units: BTreeMap<(u32, u32), usize> = BTreeMap::new();
            let cells = scored.iter().map(|s| {
                let next = units.len();
                bootstrap::Cell {
                    unit: *units.entry((s.subject, s.object)).or_insert(next),
                    origin: s.origin,
                    score: score(s, 0),
                    reference: score(s, k),
                }
            });
            let paired = Paired::new(cells).map_err(CliError::room)?;
            let block = block.min(paired.origins() / 2).max(1);
            // too few pairs and origins to say anything
            let skilled = paired.by_unit_and_origin(Statistic::Skill, block, &INTERVALS);
            skill.push((measure, *baseline, skilled.ok()));
        }
    }
    Ok(Group {
        name,
        cells: n,
        events,
        measures,
        skill,
    })
}

/// The bins of a forecaster, ascending; none for groups by what was known.
fn bins(found: &Found, cells: Cells, forecaster: usize) -> Vec<Bin> {
    let mut bins: BTreeMap<i32, Bin> = BTreeMap::new();
    for ((class, k, place), bin) in &found.bins {
        let holds = match cells {
            Cells::All => true,
            Cells::Class(c) => c == *class,
            Cells::Standing(_) => false,
        };
        if holds && *k == forecaster {
            bins.entry(*place).or_default().add(bin);
        }
    }
    bins.into_values().collect()
}

fn diagram(found: &Found, cells: Cells, forecaster: usize) -> Result<Option<corp::Diagram>> {
    let counts: Vec<(f64, u64, u64)> = bins(found, cells, forecaster)
        .iter()
        .map(|b| (b.mean(), b.cells, b.events))
        .collect();
    if counts.is_empty() {
        return Ok(None);
    }
    corp::diagram_of_counts(&counts)
        .map(Some)
        .map_err(CliError::room)
}

/// What our probabilities turned out to mean.
pub fn reliability(found: &Found) -> Vec<Stretch> {
    let mut stretches = vec![Bin::default(); STRETCHES.len() - 1];
    for bin in bins(found, Cells::All, 0) {
        let at = STRETCHES.partition_point(|end| *end <= bin.mean());
        stretches[at.clamp(1, STRETCHES.len() - 1) - 1].add(&bin);
    }
    let kept = stretches.iter().filter(|b| b.cells > 0);
    kept.map(|b| Stretch {
        said: b.mean(),
        came: b.events as f64 / b.cells as f64,
        cells: b.cells,
    })
    .collect()
}
