//! How the figures are written.

use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use detente_forecast::bootstrap::Interval;
use detente_forecast::link::within::backtest::{FORECASTERS, Found};
use serde_json::{Map, Value, json};

use super::super::says;
use super::scores::{Group, INTERVALS, Stretch, groups, reliability};
use crate::error::{CliError, Result};
use crate::ingest;
use crate::table::{Table, number, whole};

/// What was found for one length of the window.
struct Window {
    days: u32,
    origins: [i32; 2],
    n_origins: usize,
    unseen: u64,
    seconds: f64,
    groups: Vec<Group>,
    reliability: Vec<Stretch>,
}

/// All that was found.
pub struct Report {
    about: Value,
    windows: Vec<Window>,
}

impl Report {
    pub fn new(about: Value) -> Report {
        Report {
            about,
            windows: Vec::new(),
        }
    }

    pub fn add(
        &mut self,
        days: u32,
        origins: &[i32],
        block: usize,
        seconds: f64,
        found: &Found,
    ) -> Result {
        self.windows.push(Window {
            days,
            origins: [origins[0], origins[origins.len() - 1]],
            n_origins: origins.len(),
            unseen: found.unseen,
            seconds,
            groups: groups(found, block)?,
            reliability: reliability(found),
        });
        Ok(())
    }

    pub fn json(&self) -> Result<String> {
        let mut days = Map::new();
        for window in &self.windows {
            let cells: Map<String, Value> = window
                .groups
                .iter()
                .map(|g| (g.name.to_owned(), g.json()))
                .collect();
            let stretches: Vec<Value> = window
                .reliability
                .iter()
                .map(|s| json!({"said": s.said, "came": s.came, "cells": s.cells}))
                .collect();
            days.insert(
                window.days.to_string(),
                json!({
                    "origins": window.origins,
                    "n_origins": window.n_origins,
                    "unseen": window.unseen,
                    "seconds": window.seconds,
                    "cells": cells,
                    "reliability": stretches,
                }),
            );
        }
        ingest::as_json(&json!({"about": self.about, "days": days}))
    }

    pub fn text(&self) -> String {
        self.windows.iter().map(Window::text).collect::<String>()
            + &format!(
                "Skill of ours: 1 - score / score of the baseline, with a {:.0} % interval over pairs and origins; scores are the better the lower.\n",
                INTERVALS.level * 100.0
            )
    }

    pub fn rows(&self) -> Result<RecordBatch> {
        let (mut days, mut cells, mut models) = (Vec::new(), Vec::new(), Vec::new());
        let (mut measures, mut says_so) = (Vec::new(), Vec::new());
        let mut values: [Vec<Option<f64>>; 3] = Default::default();
        let mut row = |window: &Window,
                       group: &Group,
                       model: &'static str,
                       measure: String,
                       figures: [Option<f64>; 3],
                       says: Option<&'static str>| {
            days.push(window.days);
            cells.push(group.name);
            models.push(model);
            measures.push(measure);
            says_so.push(says);
            for (to, value) in values.iter_mut().zip(figures) {
                to.push(value);
            }
        };
        for window in &self.windows {
            for group in &window.groups {
                for (measure, value) in [("n", group.cells), ("events", group.events)] {
                    row(
                        window,
                        group,
                        "",
                        measure.to_owned(),
                        [Some(value as f64), None, None],
                        None,
                    );
                }
                for (model, measures) in FORECASTERS.iter().zip(&group.measures) {
                    for (measure, value) in measures {
                        row(
                            window,
                            group,
                            model,
                            (*measure).to_owned(),
                            [Some(*value), None, None],
                            None,
                        );
                    }
                }
                for (measure, baseline, interval) in &group.skill {
                    let i = interval.as_ref();
                    row(
                        window,
                        group,
                        FORECASTERS[0],
                        format!("{measure}_skill_over_{baseline}"),
                        [i.map(|i| i.mean), i.map(|i| i.lo), i.map(|i| i.hi)],
                        Some(says(i)),
                    );
                }
            }
        }
        let text = |name, null| Field::new(name, DataType::Utf8, null);
        let real = |name| Field::new(name, DataType::Float64, true);
        let schema = Schema::new(vec![
            Field::new("days", DataType::UInt32, false),
            text("cells", false),
            text("model", false),
            text("measure", false),
            real("value"),
            real("lo"),
            real("hi"),
            text("says", true),
        ]);
        let [value, lo, hi] = values.map(|v| Arc::new(Float64Array::from(v)));
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(UInt32Array::from(days)),
                Arc::new(StringArray::from(cells)),
                Arc::new(StringArray::from(models)),
                Arc::new(StringArray::from(measures)),
                value,
                lo,
                hi,
                Arc::new(StringArray::from(says_so)),
            ],
        )
        .map_err(|e| CliError::Rows {
            format: "rows",
            what: e.to_string(),
        })
    }
}

impl Group {
    fn json(&self) -> Value {
        let mut models = Map::new();
        for (model, measures) in FORECASTERS.iter().zip(&self.measures) {
            let measures: Map<String, Value> = measures
                .iter()
                .map(|(m, v)| ((*m).to_owned(), json!(v)))
                .collect();
            models.insert((*model).to_owned(), Value::Object(measures));
        }
        let mut skill = json!({});
        for (measure, baseline, interval) in &self.skill {
            let end = |of: fn(&Interval) -> f64| interval.as_ref().map(of);
            if skill.get(measure).is_none() {
                skill[*measure] = json!({});
            }
            skill[*measure][*baseline] = json!({
                "mean": end(|i| i.mean),
                "lo": end(|i| i.lo),
                "hi": end(|i| i.hi),
                "says": says(interval.as_ref()),
            });
        }
        json!({
            "n": self.cells,
            "events": self.events,
            "base_rate": self.events as f64 / self.cells as f64,
            "models": models,
            "skill": skill,
        })
    }
}

impl Window {
    fn text(&self) -> String {
        let mut out = format!(
            "Within {} days, {} origins, {:.1} s\n",
            self.days, self.n_origins, self.seconds
        );
        for (measure, title) in [("brier", "Brier score"), ("log_score", "Log score")] {
            let heads: Vec<String> = ["cells", ">number", ">events", ">ours"]
                .map(str::to_owned)
                .into_iter()
                .chain(FORECASTERS[1..].iter().map(|b| format!(">skill over {b}")))
                .collect();
            let mut table = Table::new(&heads);
            for group in &self.groups {
                let ours = group.measures[0].iter().find(|m| m.0 == measure);
                let mut row = vec![
                    group.name.to_owned(),
                    whole(group.cells),
                    whole(group.events),
                    number(ours.map(|m| m.1), 6),
                ];
                for (_, _, interval) in group.skill.iter().filter(|s| s.0 == measure) {
                    row.push(interval.map_or(String::new(), |i| {
                        let [mean, lo, hi] = [i.mean, i.lo, i.hi].map(|x| number(Some(x), 3));
                        let mark = if says(Some(&i)) == "no demonstrated skill" {
                            "  no demonstrated skill"
                        } else {
                            ""
                        };
                        format!("{mean} [{lo}, {hi}]{mark}")
                    }));
                }
                table.row(row);
            }
            out.push_str(&format!("\n{title}\n\n{}", table.render()));
        }
        let mut table = Table::new(&[">said", ">came", ">cells"]);
        for s in &self.reliability {
            table.row([
                number(Some(s.said), 4),
                number(Some(s.came), 4),
                whole(s.cells),
            ]);
        }
        out.push_str(&format!(
            "\nReliability: mean probability of ours, and the share that came\n\n{}",
            table.render()
        ));
        if self.unseen > 0 {
            out.push_str(&format!(
                "\n{} kinds of event came in pairs in which nothing had been seen before; they are not scored.\n",
                whole(self.unseen)
            ));
        }
        out + "\n"
    }
}
