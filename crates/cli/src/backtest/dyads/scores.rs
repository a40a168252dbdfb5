//! Scores of a group of cells, and what they say of the first model against the others.

use detente_forecast::backtest::Score;
use detente_forecast::bootstrap::{self, Interval, Paired, Statistic};
use detente_forecast::verify::binary;

use crate::error::{CliError, Result};

/// Probability of the intervals of skill.
pub const LEVEL: f64 = 0.9;
/// Bootstrap samples.
pub const SAMPLES: usize = 2000;
/// Bins of the reliability of probabilities.
const BINS: usize = 20;

/// The figures of one group of cells.
pub struct Group {
    pub lead: u32,
    pub cells: &'static str,
    pub n: usize,
    pub left_out: usize,
    /// Events and their share, where the task is yes or no.
    pub events: Option<(usize, f64)>,
    pub models: Vec<(String, Vec<(&'static str, f64)>)>,
    /// Of ours over each baseline: name of the field, baseline, interval.
    pub skill: Vec<(&'static str, String, Option<Interval>)>,
}

/// Scores of cells as they come in.
pub struct Scores {
    names: Vec<String>,
    lead: u32,
    cells: &'static str,
    left_out: usize,
    places: Vec<(usize, i32)>,
    came: Vec<bool>,
    /// By model, then by cell: probabilities, or the mean CRPS over seeds.
    given: Vec<Vec<f64>>,
    /// As `given` in the unit's own standard deviations.
    scaled: Vec<Vec<f64>>,
    /// By model and seed: sums of the CRPS and of the outcomes within the interval.
    seeds: Vec<Vec<(f64, f64)>>,
}

impl Scores {
    pub fn new(names: &[String], lead: u32, cells: &'static str) -> Scores {
        Scores {
            names: names.to_vec(),
            lead,
            cells,
            left_out: 0,
            places: Vec::new(),
            came: Vec::new(),
            given: vec![Vec::new(); names.len()],
            scaled: vec![Vec::new(); names.len()],
            seeds: vec![Vec::new(); names.len()],
        }
    }

    /// Counts a cell that is not scored.
    pub fn left_out(&mut self) {
        self.left_out += 1;
    }

    /// Takes the probabilities of a cell, one for each model; all are compared on the same cells.
    pub fn event(&mut self, unit: usize, origin: i32, given: Option<Vec<f64>>, came: bool) {
        let Some(given) = given else {
            return self.left_out();
        };
        self.places.push((unit, origin));
        self.came.push(came);
        for (to, p) in self.given.iter_mut().zip(given) {
            to.push(p);
        }
    }

    /// Takes the scores of a cell by model and seed.
    pub fn distribution(
        &mut self,
        unit: usize,
        origin: i32,
        given: Option<Vec<Vec<&Score>>>,
        unit_sd: Option<f64>,
    ) {
        let Some(given) = given else {
            return self.left_out();
        };
        self.places.push((unit, origin));
        for (model, scores) in given.iter().enumerate() {
            let mean = scores.iter().map(|s| s.crps).sum::<f64>() / scores.len() as f64;
            self.given[model].push(mean);
            if let Some(sd) = unit_sd {
                self.scaled[model].push(mean / sd);
            }
            let sums = &mut self.seeds[model];
            sums.resize(scores.len(), (0.0, 0.0));
            for (sum, score) in sums.iter_mut().zip(scores) {
                sum.0 += score.crps / unit_sd.unwrap_or(1.0);
                sum.1 += f64::from(u8::from(score.covered));
            }
        }
    }

    /// The figures of a task of yes or no.
    pub fn events(self, block: usize) -> Result<Group> {
        let mut models = Vec::new();
        let mut scores = Vec::new();
        for (name, p) in self.names.iter().zip(&self.given) {
            let each: Vec<f64> = p
                .iter()
                .zip(&self.came)
                .map(|(p, came)| binary::brier(*p, *came))
                .collect();
            let mut measures = vec![("brier", mean(&each))];
            if !p.is_empty() {
                let parts =
                    binary::decompose_binned(p, &self.came, BINS).map_err(CliError::room)?;
                measures.push(("reliability", parts.reliability));
                measures.push(("resolution", parts.generalised_resolution()));
                measures.push(("uncertainty", parts.uncertainty));
            }
            models.push((name.clone(), measures));
            scores.push(each);
        }
        let events = self.came.iter().filter(|c| **c).count();
        let skill = self.skill("skill", &scores, block);
        Ok(Group {
            lead: self.lead,
            cells: self.cells,
            n: self.came.len(),
            left_out: self.left_out,
            events: Some((events, events as f64 / self.came.len() as f64)),
            models,
            skill,
        })
    }

    /// The figures of a task of distributions.
    pub fn distributions(self, block: usize) -> Result<Group> {
        let n = self.places.len() as f64;
        let scaled = self.scaled.iter().any(|s| !s.is_empty());
        let mut models = Vec::new();
        for (model, name) in self.names.iter().enumerate() {
            let seeds = &self.seeds[model];
            let by_seed: Vec<f64> = seeds.iter().map(|s| s.0 / n).collect();
            let within: Vec<f64> = seeds.iter().map(|s| s.1 / n).collect();
            let mut measures = vec![("crps", mean(&self.given[model]))];
            if scaled {
                measures.push(("crps_scaled", mean(&self.scaled[model])));
            }
            measures.push(("coverage_90", mean(&within)));
            let spread = detente_relations::describe::sample_sd(&by_seed);
            measures.push(("seed_sd", spread.unwrap_or(f64::NAN)));
            models.push((name.clone(), measures));
        }
        let mut skill = self.skill(
            "skill",
            if scaled { &self.scaled } else { &self.given },
            block,
        );
        if scaled {
            skill.extend(self.skill("skill_unscaled", &self.given, block));
        }
        Ok(Group {
            lead: self.lead,
            cells: self.cells,
            n: self.places.len(),
            left_out: self.left_out,
            events: None,
            models,
            skill,
        })
    }

    /// Skill of the first model over each other one.
    fn skill(
        &self,
        field: &'static str,
        scores: &[Vec<f64>],
        block: usize,
    ) -> Vec<(&'static str, String, Option<Interval>)> {
        let Some((ours, baselines)) = scores.split_first() else {
            return Vec::new();
        };
        let settings = bootstrap::Settings {
            draws: SAMPLES,
            level: LEVEL,
            ..bootstrap::Settings::default()
        };
        let of = |reference: &Vec<f64>| {
            let cells = self.places.iter().zip(ours.iter().zip(reference));
            let paired =
                Paired::new(
                    cells.map(|(&(unit, origin), (&score, &reference))| bootstrap::Cell {
                        unit,
                        origin,
                        score,
                        reference,
                    }),
                );
            // too few cells for an interval: none is given, and nothing is claimed
            paired
                .and_then(|p| p.by_unit_and_origin(Statistic::Skill, block, &settings))
                .ok()
        };
        let named = self.names[1..].iter().zip(baselines);
        named
            .map(|(name, reference)| (field, name.clone(), of(reference)))
            .collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    detente_relations::describe::mean(values).unwrap_or(f64::NAN)
}
