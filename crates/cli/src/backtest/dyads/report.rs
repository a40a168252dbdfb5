//! How the figures of the tasks are written.

use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use detente_forecast::bootstrap::Interval;
use serde_json::{Map, Value, json};

use super::super::says;
use super::Task;
use super::scores::{Group, LEVEL};
use crate::error::{CliError, Result};
use crate::ingest;
use crate::table::{Table, number, whole};

/// What a task gave.
pub struct Outcome {
    pub task: Task,
    pub about: Value,
    pub groups: Vec<Group>,
}

/// All that was found.
pub struct Report {
    about: Value,
    outcomes: Vec<Outcome>,
}

impl Report {
    pub fn new(about: Value) -> Report {
        Report {
            about,
            outcomes: Vec::new(),
        }
    }

    pub fn add(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    pub fn json(&self) -> Result<String> {
        let mut tasks = Map::new();
        for outcome in &self.outcomes {
            let mut leads: Map<String, Value> = Map::new();
            for group in &outcome.groups {
                let of_lead = leads
                    .entry(group.lead.to_string())
                    .or_insert_with(|| json!({}));
                of_lead[group.cells] = group.json();
            }
            tasks.insert(
                outcome.task.name().to_owned(),
                json!({"about": outcome.about, "leads": leads}),
            );
        }
        ingest::as_json(&json!({"about": self.about, "tasks": tasks}))
    }

    pub fn text(&self) -> String {
        let mut out = String::new();
        for outcome in &self.outcomes {
            let field = |name: &str| outcome.about[name].as_str().unwrap_or_default().to_owned();
            out.push_str(&format!(
                "{}: {}\n{} pairs, {} origins {} to {}\n",
                outcome.task.name(),
                field("of"),
                outcome.about["pairs"],
                outcome.about["n_origins"],
                outcome.about["origins"][0].as_str().unwrap_or_default(),
                outcome.about["origins"][1].as_str().unwrap_or_default(),
            ));
            for group in &outcome.groups {
                out.push('\n');
                out.push_str(&group.text());
            }
            out.push('\n');
        }
        out.push_str(&format!(
            "Skill: 1 - score / score of the baseline, with a {:.0} % interval over pairs and blocks of origins. A score is the better the lower.\n",
            LEVEL * 100.0
        ));
        out
    }

    pub fn rows(&self) -> Result<RecordBatch> {
        let mut rows = Rows::default();
        for outcome in &self.outcomes {
            for group in &outcome.groups {
                rows.add(outcome.task.name(), group);
            }
        }
        rows.batch()
    }
}

impl Group {
    fn json(&self) -> Value {
        let mut models = Map::new();
        for (name, measures) in &self.models {
            let measures: Map<String, Value> = measures
                .iter()
                .map(|(m, v)| ((*m).to_owned(), json!(v)))
                .collect();
            models.insert(name.clone(), Value::Object(measures));
        }
        let mut group = json!({"n": self.n, "left_out": self.left_out, "models": models});
        if let Some((events, rate)) = self.events {
            group["events"] = json!(events);
            group["base_rate"] = json!(rate);
        }
        for (field, baseline, interval) in &self.skill {
            let end = |of: fn(&Interval) -> f64| interval.as_ref().map(of);
            if group.get(field).is_none() {
                group[*field] = json!({});
            }
            group[*field][baseline] = json!({
                "mean": end(|i| i.mean),
                "lo": end(|i| i.lo),
                "hi": end(|i| i.hi),
                "says": says(interval.as_ref()),
            });
        }
        group
    }

    fn text(&self) -> String {
        let mut out = format!(
            "lead {}, {} cells: {}",
            self.lead,
            self.cells,
            whole(self.n as u64)
        );
        if let Some((events, rate)) = self.events {
            out.push_str(&format!(
                ", {} events ({} %)",
                whole(events as u64),
                number(Some(100.0 * rate), 2)
            ));
        }
        if self.left_out > 0 {
            out.push_str(&format!(
                "; {} left out, on which a forecaster had nothing to say",
                whole(self.left_out as u64)
            ));
        }
        out.push('\n');
        let measures: Vec<&str> = self
            .models
            .first()
            .map_or(Vec::new(), |m| m.1.iter().map(|m| m.0).collect());
        let headings = measures.iter().map(|m| format!(">{m}"));
        let headings: Vec<String> = std::iter::once("model".to_owned())
            .chain(headings)
            .chain([">skill of ours".to_owned(), String::new()])
            .collect();
        let mut table = Table::new(&headings);
        for (name, measures) in &self.models {
            let mut row = vec![name.clone()];
            row.extend(measures.iter().map(|(_, v)| number(Some(*v), 5)));
            if let Some((_, _, interval)) =
                self.skill.iter().find(|s| s.0 == "skill" && s.1 == *name)
            {
                row.push(interval.map_or(String::new(), |i| {
                    let [mean, lo, hi] = [i.mean, i.lo, i.hi].map(|x| number(Some(x), 3));
                    format!("{mean} [{lo}, {hi}]")
                }));
                row.push(says(interval.as_ref()).to_owned());
            }
            table.row(row);
        }
        out + &table.render()
    }
}

/// The figures as rows.
#[derive(Default)]
struct Rows {
    task: Vec<&'static str>,
    lead: Vec<u32>,
    cells: Vec<&'static str>,
    model: Vec<String>,
    measure: Vec<String>,
    value: Vec<Option<f64>>,
    lo: Vec<Option<f64>>,
    hi: Vec<Option<f64>>,
    says: Vec<Option<&'static str>>,
}

impl Rows {
    fn add(&mut self, task: &'static str, group: &Group) {
        let (ours, count) = (group.models.first().map_or("", |m| &m.0), group.n as f64);
        let mut figures: Vec<(&str, String, Option<f64>)> = vec![("", "n".to_owned(), Some(count))];
        if let Some((events, rate)) = group.events {
            figures.push(("", "events".to_owned(), Some(events as f64)));
            figures.push(("", "base_rate".to_owned(), Some(rate)));
        }
        for (name, measures) in &group.models {
            figures.extend(
                measures
                    .iter()
                    .map(|(m, v)| (name.as_str(), (*m).to_owned(), Some(*v))),
            );
        }
        for (model, measure, value) in figures {
            self.row(task, group, model, measure, [value, None, None], None);
        }
        for (field, baseline, interval) in &group.skill {
            let ends = [
                |i: &Interval| i.mean,
                |i: &Interval| i.lo,
                |i: &Interval| i.hi,
            ];
            let values = ends.map(|end| interval.as_ref().map(end));
            let measure = format!("{field}_over_{baseline}");
            self.row(
                task,
                group,
                ours,
                measure,
                values,
                Some(says(interval.as_ref())),
            );
        }
    }

    fn row(
        &mut self,
        task: &'static str,
        group: &Group,
        model: &str,
        measure: String,
        [value, lo, hi]: [Option<f64>; 3],
        says: Option<&'static str>,
    ) {
        self.task.push(task);
        self.lead.push(group.lead);
        self.cells.push(group.cells);
        self.model.push(model.to_owned());
        self.measure.push(measure);
        self.value.push(value.filter(|v| !v.is_nan()));
        self.lo.push(lo);
        self.hi.push(hi);
        self.says.push(says);
    }

    fn batch(self) -> Result<RecordBatch> {
        let text = |name, null| Field::new(name, DataType::Utf8, null);
        let real = |name| Field::new(name, DataType::Float64, true);
        let schema = Schema::new(vec![
            text("task", false),
            Field::new("lead", DataType::UInt32, false),
            text("cells", false),
            text("model", false),
            text("measure", false),
            real("value"),
            real("lo"),
            real("hi"),
            text("says", true),
        ]);
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from(self.task)),
                Arc::new(UInt32Array::from(self.lead)),
                Arc::new(StringArray::from(self.cells)),
                Arc::new(StringArray::from(self.model)),
                Arc::new(StringArray::from(self.measure)),
                Arc::new(Float64Array::from(self.value)),
                Arc::new(Float64Array::from(self.lo)),
                Arc::new(Float64Array::from(self.hi)),
                Arc::new(StringArray::from(self.says)),
            ],
        )
        .map_err(|e| CliError::Rows {
            format: "rows",
            what: e.to_string(),
        })
    }
}
