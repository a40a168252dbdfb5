//! Consistent scenarios by name, as text, JSON and rows.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use serde_json::{Map, Value, json};

use super::{Balanced, CrossImpactArgs};
use crate::error::{CliError, Result, count};
use crate::table::{Table, number, whole};

/// Attractors that the text tells of.
const SHOWN: usize = 20;

impl Balanced {
    /// The name of a state; of one that has none its place, from 1.
    fn state(&self, descriptor: usize, state: usize) -> String {
        match self.names.descriptors[descriptor].states[state].as_str() {
            "" => format!("#{}", state + 1),
            name => name.to_owned(),
        }
    }

    fn by_name(&self, states: &[usize]) -> Vec<String> {
        let each = states.iter().enumerate();
        each.map(|(d, s)| self.state(d, *s)).collect()
    }

    fn object(&self, states: &[usize]) -> Value {
        let named = self.names.descriptors.iter().zip(self.by_name(states));
        Value::Object(
            named
                .map(|(d, s)| (d.name.clone(), json!(s)))
                .collect::<Map<_, _>>(),
        )
    }
}

/// As text.
pub fn text(b: &Balanced, args: &CrossImpactArgs) -> String {
    let descriptors = &b.names.descriptors;
    let states: usize = descriptors.iter().map(|d| d.states.len()).sum();
    let title = match b.names.title.as_str() {
        "" => args.file.display().to_string(),
        title => title.to_owned(),
    };
    let possible = if b.possible < 1e15 {
        whole(b.possible as u64)
    } else {
        format!("{:.1e}", b.possible)
    };
    let mut out = format!(
        "{title}: {}, {}, {possible} scenarios\n",
        count(descriptors.len(), "descriptor"),
        count(states, "state"),
    );
    let kind = match args.slack {
        0 => "consistent".to_owned(),
        n => format!("consistent within {n}"),
    };
    out += &match (b.scenarios.len(), b.complete) {
        (0, true) => format!(
            "None is {kind}: these judgements contradict each other; --slack N lets some inconsistency pass.\n"
        ),
        (n, true) => format!(
            "{} of them {} {kind}; every one is listed.\n\n",
            whole(n as u64),
            if n == 1 { "is" } else { "are" }
        ),
        (n, false) => format!(
            "{} of them are {kind}, and there may be more: a limit of the search was met (--most N lists more).\n\n",
            whole(n as u64)
        ),
    };
    if !b.scenarios.is_empty() {
        let mut headings: Vec<String> = vec![">no.".to_owned()];
        headings.extend(descriptors.iter().map(|d| d.name.clone()));
        headings
            .extend([">impact", ">margin", ">survives", ">90 %", ">ends here"].map(str::to_owned));
        let mut table = Table::new(&headings);
        for (i, s) in b.scenarios.iter().enumerate() {
            let mut cells = vec![(i + 1).to_string()];
            cells.extend(b.by_name(&s.states));
            cells.extend([
                s.total.to_string(),
                s.margin.map(|m| m.to_string()).unwrap_or_default(),
                percent(s.survives.value),
                format!("{} to {}", percent(s.survives.lo), percent(s.survives.hi)),
                percent(s.ends_here),
            ]);
            table.row(cells);
        }
        out += &table.render();
        out += &format!(
            "\nsurvives: share of {} matrices in which it stays {kind} when every judgement errs with a standard deviation of {}\n",
            whole(u64::from(args.draws)),
            args.noise
        );
    }
    out += &format!(
        "\nWhere successions end ({}): {}\n\n",
        match args.succession.name() {
            "global" => "all that fall short change at a step",
            _ => "the one that falls most short changes at a step",
        },
        if b.every_start {
            format!("from all {possible} scenarios")
        } else {
            format!(
                "from {} scenarios drawn by chance",
                whole(u64::from(args.starts))
            )
        }
    );
    let mut table = Table::new(&[">share of starts", "ends in"]);
    for attractor in b.attractors.iter().take(SHOWN) {
        table.row([percent(attractor.share), ends_in(b, &attractor.scenarios)]);
    }
    out += &table.render();
    if b.attractors.len() > SHOWN {
        out += &format!(
            "and {} more with smaller shares (--format json has all)\n",
            whole((b.attractors.len() - SHOWN) as u64)
        );
    }
    out
}

fn ends_in(b: &Balanced, scenarios: &[Vec<usize>]) -> String {
    let named = |states: &Vec<usize>| match b.scenarios.iter().position(|s| s.states == *states) {
        Some(i) => format!("no. {}", i + 1),
        None => b.by_name(states).join(" / "),
    };
    match scenarios {
        [one] => named(one),
        cycle => format!(
            "a cycle of {}: {}",
            cycle.len(),
            cycle.iter().map(named).collect::<Vec<_>>().join(" -> ")
        ),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", number(Some(100.0 * share), 1))
}

/// A row for each scenario.
pub fn batch(b: &Balanced) -> Result<RecordBatch> {
    let of = |f: &dyn Fn(&super::Scenario) -> f64| -> ArrayRef {
        Arc::new(
            b.scenarios
                .iter()
                .map(|s| Some(f(s)))
                .collect::<Float64Array>(),
        )
    };
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (d, descriptor) in b.names.descriptors.iter().enumerate() {
        let states = b.scenarios.iter().map(|s| Some(b.state(d, s.states[d])));
        columns.push((
            descriptor.name.clone(),
            Arc::new(states.collect::<StringArray>()),
        ));
    }
    let total: Int64Array = b.scenarios.iter().map(|s| Some(s.total)).collect();
    let margin: Int32Array = b.scenarios.iter().map(|s| s.margin).collect();
    columns.push(("total_impact".to_owned(), Arc::new(total)));
    columns.push(("consistency_value".to_owned(), Arc::new(margin)));
    columns.push(("survives".to_owned(), of(&|s| s.survives.value)));
    columns.push(("survives_lo".to_owned(), of(&|s| s.survives.lo)));
    columns.push(("survives_hi".to_owned(), of(&|s| s.survives.hi)));
    columns.push(("ends_here".to_owned(), of(&|s| s.ends_here)));
    RecordBatch::try_from_iter(columns).map_err(|e| CliError::Rows {
        format: "a table",
        what: e.to_string(),
    })
}

/// As JSON.
pub fn json(b: &Balanced, args: &CrossImpactArgs) -> Value {
    json!({
        "about": {
            "file": args.file.display().to_string(), "title": b.names.title, "scenarios": b.possible, "slack": args.slack,
            "noise": args.noise, "draws": args.draws, "seed": args.seed, "succession": args.succession.name(),
            "starts": if b.every_start { b.possible } else { f64::from(args.starts) },
        },
        "descriptors": b.names.descriptors.iter().enumerate().map(|(d, descriptor)| json!({
            "name": descriptor.name,
            "states": (0..descriptor.states.len()).map(|s| b.state(d, s)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "complete": b.complete,
        "scenarios": b.scenarios.iter().map(|s| json!({
            "states": b.object(&s.states), "total_impact": s.total, "consistency_value": s.margin,
            "survives": s.survives.value, "lo": s.survives.lo, "hi": s.survives.hi, "ends_here": s.ends_here,
        })).collect::<Vec<_>>(),
        "attractors": b.attractors.iter().map(|a| json!({
            "share": a.share,
            "scenarios": a.scenarios.iter().map(|s| b.object(s)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
