//! The report of a backtest: scores by group of origins, seeds' spread, differences to the reference with their intervals.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use detente_forecast::backtest::{Cell, Run, Score};
use detente_forecast::bootstrap::{self, Interval, Paired, Settings, Statistic};
use serde_json::{Map, Value, json};

use super::measure::{MEASURES, Scored, measure, pit_active, reliability};
use super::models::REFERENCE;
use super::says;
use crate::error::{CliError, Result};
use crate::ingest;
use crate::output::{self, Format};
use crate::table::{Table, number};

/// The intervals of differences: 90 %.
const INTERVALS: Settings = Settings {
    draws: 2000,
    level: 0.9,
    seed: 1994,
};

/// What a backtest found.
pub struct Report {
    /// What was done with what, for the reader: task, files, settings.
    pub about: Value,
    /// Cells and scores.
    pub cells: Vec<Cell>,
    /// By model and seed.
    pub runs: Vec<Run>,
    /// Names of groups of origins, in order.
    pub groups: Vec<(String, Vec<i32>)>,
    /// The name of the mean, and the groups that it takes.
    pub mean: (String, Vec<String>),
}

/// A model's measures by group, each the mean over seeds with its standard deviation.
type Means = BTreeMap<&'static str, Vec<(String, Option<f64>, f64)>>;

impl Report {
    /// Models in the order in which they ran.
    fn models(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.runs.iter().map(|r| r.model.as_str()).collect();
        names.dedup();
        names
    }

    fn seeds(&self, model: &str) -> Vec<&Run> {
        self.runs.iter().filter(|r| r.model == model).collect()
    }

    /// Whether every forecaster had something to say on a cell: all are compared on the same cells.
    fn shared(&self) -> Vec<bool> {
        (0..self.cells.len())
            .map(|i| self.runs.iter().all(|r| r.scores[i].is_some()))
            .collect()
    }

    fn means(&self, model: &str, shared: &[bool]) -> Means {
        let runs = self.seeds(model);
        // by group and seed, in the order of the measures
        let found: Vec<Vec<[Option<f64>; MEASURES.len()]>> = self
            .groups
            .iter()
            .map(|(_, origins)| {
                let of_run = |run: &&Run| {
                    let scored = self.scored(run, origins, shared);
                    MEASURES.map(|(name, _)| measure(name, &scored))
                };
                runs.iter().map(of_run).collect()
            })
            .collect();
        let mut means = Means::new();
        for (m, (name, _)) in MEASURES.iter().enumerate() {
            let mut by_group = Vec::new();
            let mut kept: Vec<Vec<f64>> = Vec::new();
            for ((group, _), seeds) in self.groups.iter().zip(&found) {
                let values: Vec<f64> = seeds.iter().filter_map(|measures| measures[m]).collect();
                by_group.push(spread(group.clone(), &values));
                if self.mean.1.contains(group) {
                    kept.push(values);
                }
            }
            let averages: Vec<f64> = (0..runs.len())
                .filter_map(|s| {
                    let of: Option<Vec<f64>> = kept.iter().map(|v| v.get(s).copied()).collect();
                    of.filter(|v| !v.is_empty())
                        .map(|v| v.iter().sum::<f64>() / v.len() as f64)
                })
                .collect();
            by_group.push(spread(self.mean.0.clone(), &averages));
            means.insert(*name, by_group);
        }
        means
    }

    /// The shared cells of some origins with their scores in a run.
    fn scored<'a>(&'a self, run: &'a Run, origins: &[i32], shared: &[bool]) -> Scored<'a> {
        let cells = self.cells.iter().zip(&run.scores).zip(shared);
        cells
            .filter(|((c, _), shared)| **shared && origins.contains(&c.origin))
            .filter_map(|((c, s), _)| Some((c, s.as_ref()?)))
            .collect()
    }

    fn averaged_origins(&self) -> Vec<i32> {
        let groups = self
            .groups
            .iter()
            .filter(|(name, _)| self.mean.1.contains(name));
        groups.flat_map(|(_, origins)| origins.clone()).collect()
    }

    /// Mean difference of a score to the reference over the cells of the mean, with a bootstrap over whole units.
    fn difference(&self, model: &str, of: Of, shared: &[bool]) -> Option<Interval> {
        if self.seeds(REFERENCE).is_empty() {
            return None;
        }
        let origins = self.averaged_origins();
        let average = |model: &str, i: usize| -> Option<f64> {
            let runs = self.seeds(model);
            let sum: Option<f64> = runs.iter().map(|r| r.scores[i].as_ref().map(of)).sum();
            sum.map(|s| s / runs.len() as f64)
        };
        let mut cells = Vec::new();
        for (i, cell) in self.cells.iter().enumerate() {
            if shared[i] && origins.contains(&cell.origin) {
                // a gain of the reference over the model is the model's score less the reference's
                cells.push(bootstrap::Cell {
                    unit: cell.unit,
                    origin: cell.origin,
                    score: average(REFERENCE, i)?,
                    reference: average(model, i)?,
                });
            }
        }
        Paired::new(cells)
            .and_then(|p| p.by_unit(Statistic::Gain, &INTERVALS))
            .ok()
    }

    /// Writes the report.
    pub fn write(&self, format: Format, file: Option<&Path>) -> Result {
        match format {
            Format::Json => output::text(file, &ingest::as_json(&self.json())?),
            Format::Table => output::text(file, &self.text()),
            _ => output::batch(file, format, self.rows()?),
        }
    }

    fn json(&self) -> Value {
        let shared = self.shared();
        let mut models = Map::new();
        for model in self.models() {
            let mut measures = Map::new();
            let mut sds = Map::new();
            for (name, by_group) in self.means(model, &shared) {
                let mut groups = Map::new();
                for (group, value, sd) in by_group {
                    if group == self.mean.0 {
                        sds.insert(name.to_owned(), json!(sd));
                    }
                    groups.insert(group, json!(value));
                }
                measures.insert(name.to_owned(), Value::Object(groups));
            }
            measures.insert("seed_sd".to_owned(), Value::Object(sds));
            // under the first seed
            let scored = self.scored(self.seeds(model)[0], &self.averaged_origins(), &shared);
            measures.insert("pit_active".to_owned(), json!(pit_active(&scored)));
            let blocks = reliability(&scored).map(|d| d.blocks).unwrap_or_default();
            let blocks = blocks.iter().map(
                |b| json!({"from": b.from, "to": b.to, "frequency": b.frequency, "cells": b.cells}),
            );
            measures.insert("reliability_any".to_owned(), blocks.collect());
            models.insert(model.to_owned(), Value::Object(measures));
        }
        let mut differences = Map::new();
        for model in self.models().into_iter().filter(|m| *m != REFERENCE) {
            let mut scores = Map::new();
            for (name, of) in SCORES {
                if let Some(i) = self.difference(model, of, &shared) {
                    scores.insert(
                        name.to_owned(),
                        json!({"mean": i.mean, "lo": i.lo, "hi": i.hi, "says": says(Some(&gain(&i)))}),
                    );
                }
            }
            differences.insert(model.to_owned(), Value::Object(scores));
        }
        json!({
            "about": self.about,
            "cells": {
                "scored": shared.iter().filter(|s| **s).count(),
                "left_out": shared.iter().filter(|s| !**s).count(),
                "active": self.cells.iter().zip(&shared).filter(|(c, s)| **s && c.active).count(),
            },
            "models": models,
            "differences": {
                "to": REFERENCE,
                "over": self.mean.0,
                "interval": INTERVALS.level,
                "by": "bootstrap over units",
                "models": differences,
            },
        })
    }

    fn rows(&self) -> Result<RecordBatch> {
        let shared = self.shared();
        let (mut names, mut measures, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        let (mut values, mut sds) = (Vec::new(), Vec::new());
        for model in self.models() {
            for (name, by_group) in self.means(model, &shared) {
                for (group, value, sd) in by_group {
                    names.push(model.to_owned());
                    measures.push(name);
                    groups.push(group);
                    values.push(value);
                    sds.push(value.map(|_| sd));
                }
            }
        }
        let schema = Schema::new(vec![
            Field::new("model", DataType::Utf8, false),
            Field::new("measure", DataType::Utf8, false),
            Field::new("group", DataType::Utf8, false),
            Field::new("value", DataType::Float64, true),
            Field::new("seed_sd", DataType::Float64, true),
        ]);
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from(names)),
                Arc::new(StringArray::from(measures)),
                Arc::new(StringArray::from(groups)),
                Arc::new(Float64Array::from(values)),
                Arc::new(Float64Array::from(sds)),
            ],
        )
        .map_err(|e| CliError::Rows {
            format: "rows",
            what: e.to_string(),
        })
    }

    fn text(&self) -> String {
        let shared = self.shared();
        let mut table = Table::new(&[
            "model",
            ">CRPS",
            ">IGN",
            ">MIS",
            ">90 % active",
            ">above",
            ">Brier",
            ">onset",
            ">AUC",
            ">onset",
        ]);
        let columns = [
            "crps",
            "ign",
            "mis",
            "coverage_90_active",
            "above_90_active",
            "brier_any",
            "brier_onset",
            "auc_any",
            "auc_onset",
        ];
        let all: Vec<(&str, Means)> = self
            .models()
            .into_iter()
            .map(|model| (model, self.means(model, &shared)))
            .collect();
        for (model, means) in &all {
            let cell = |name: &str| {
                let decimals = MEASURES.iter().find(|m| m.0 == name).map_or(3, |m| m.1);
                let last = means.get(name).and_then(|v| v.last());
                number(last.and_then(|v| v.1), decimals)
            };
            table.row(std::iter::once((*model).to_owned()).chain(columns.map(cell)));
        }
        let mut out = format!(
            "Scores, {} (lower is better, but for coverage and AUC)\n\n",
            self.mean.0
        );
        out.push_str(&table.render());
        for (name, decimals) in &MEASURES[..3] {
            out.push_str(&self.by_group(name, *decimals, &all));
        }
        if self.seeds(REFERENCE).is_empty() {
            return out;
        }
        out.push_str(&format!(
            "\nDifference to {REFERENCE}, {}: mean and {:.0} % interval over units; below 0 is better\n\n",
            self.mean.0,
            INTERVALS.level * 100.0
        ));
        let mut table = Table::new(&["model", ">CRPS", ">IGN", ">MIS"]);
        let mut none = Vec::new();
        for model in self.models().into_iter().filter(|m| *m != REFERENCE) {
            let mut row = vec![model.to_owned()];
            for ((name, of), decimals) in SCORES.iter().zip([2, 3, 1]) {
                let Some(i) = self.difference(model, *of, &shared) else {
                    row.push(String::new());
                    continue;
                };
                row.push(format!(
                    "{} [{}, {}]",
                    number(Some(i.mean), decimals),
                    number(Some(i.lo), decimals),
                    number(Some(i.hi), decimals)
                ));
                if !i.excludes_zero() {
                    none.push(format!("{model} in {}", name.to_uppercase()));
                }
            }
            table.row(row);
        }
        out.push_str(&table.render());
        if !none.is_empty() {
            out.push_str(&format!(
                "\nNo demonstrated skill over {REFERENCE}: {}.\n",
                none.join(", ")
            ));
        }
        let left_out = shared.iter().filter(|s| !**s).count();
        if left_out > 0 {
            out.push_str(&format!(
                "\n{left_out} of {} cells are left out, for one of the forecasters had no data to say anything on them.\n",
                shared.len()
            ));
        }
        out
    }

    fn by_group(&self, measure: &str, decimals: usize, all: &[(&str, Means)]) -> String {
        let mut heads = vec!["model".to_owned()];
        heads.extend(self.groups.iter().map(|(group, _)| format!(">{group}")));
        let mut table = Table::new(&heads);
        for (model, means) in all {
            let by_group = means.get(measure).into_iter().flatten();
            let values = by_group
                .take(self.groups.len())
                .map(|v| number(v.1, decimals));
            table.row(std::iter::once((*model).to_owned()).chain(values));
        }
        format!(
            "\n{} by group\n\n{}",
            measure.to_uppercase(),
            table.render()
        )
    }
}

/// One score of a cell.
type Of = fn(&Score) -> f64;

/// The scores of which differences are shown.
const SCORES: [(&str, Of); 3] = [("crps", |s| s.crps), ("ign", |s| s.ign), ("mis", |s| s.mis)];

/// What the model gains over the reference, of a difference of scores.
fn gain(difference: &Interval) -> Interval {
    Interval {
        mean: -difference.mean,
        lo: -difference.hi,
        hi: -difference.lo,
    }
}

fn spread(group: String, values: &[f64]) -> (String, Option<f64>, f64) {
    let mean = detente_relations::describe::mean(values);
    let sd = detente_relations::describe::sample_sd(values).unwrap_or(0.0);
    (group, mean, sd)
}
