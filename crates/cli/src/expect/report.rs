//! How expectations are written.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use detente_atlas::Day;
use detente_brief::expect::{Words, factor};
use detente_forecast::link::within::{Chance, Odd, Surprise};
use detente_lake::Filter;
use detente_partnership::outlook::expect::{Expected, Reason, reasons};
use serde_json::{Value, json};

use super::{Direction, SURPRISES};
use crate::error::{CliError, Result};
use crate::ingest;
use crate::table::{Table, number, whole};

/// Reasons that are told of an event: in the table, and elsewhere.
const TOLD: usize = 2;
const ALL: usize = 5;
/// The last monitored day lies back so far that the forecast is no news.
const LONG_AGO: i32 = 45;

/// Fewer windows than this teach little.
const FEW: usize = 8;

/// The whole answer.
pub struct Report {
    pub about: Value,
    /// Names of both parties.
    pub titles: [String; 2],
    pub as_of: Day,
    pub limit: usize,
    pub found: Expected,
}

impl Report {
    fn shown(&self) -> impl Iterator<Item = (Direction, &Chance)> {
        Direction::BOTH
            .into_iter()
            .zip(&self.found.chances)
            .flat_map(|(d, chances)| chances.iter().take(self.limit).map(move |c| (d, c)))
    }

    fn odd_ones(&self) -> impl Iterator<Item = (Direction, &Odd)> {
        Direction::BOTH
            .into_iter()
            .zip(&self.found.odd)
            .flat_map(|(d, odd)| odd.iter().map(move |o| (d, o)))
    }

    fn surprises(&self) -> &[Surprise] {
        let all = self.found.came.as_deref().unwrap_or_default();
        &all[..all.len().min(SURPRISES)]
    }

    fn reasons(&self, chance: &Chance, most: usize) -> Vec<Reason> {
        reasons(&self.found.events, chance, self.found.days, most)
    }

    /// The rows of an event that came.
    fn rows_of(&self, surprise: &Surprise) -> Filter {
        let fact = &surprise.fact;
        let id = |entity: u32| self.found.events.actor(entity).id();
        self.found
            .events
            .of_sets()
            .and(Filter::eq("source", id(fact.subject)))
            .and(Filter::eq("target", id(fact.object)))
            .and(self.found.events.of_type(fact.relation))
            .and(Filter::eq("day", Day(fact.day)))
    }

    /// `Consult (040)`.
    fn event(&self, relation: u32) -> String {
        format!(
            "{} ({})",
            self.found.events.type_name(relation),
            self.found.events.key(relation)
        )
    }

    fn pair(&self, subject: u32, object: u32) -> String {
        let name = |id: u32| self.found.events.actor(id).name();
        format!("{} to {}", name(subject), name(object))
    }

    pub fn json(&self) -> Result<String> {
        let actor = |id: u32| self.found.events.actor(id).id();
        let expected: Vec<Value> = self
            .shown()
            .map(|(direction, c)| {
                let reasons: Vec<Value> = self
                    .reasons(c, ALL)
                    .iter()
                    .map(|r| {
                        json!({"kind": r.kind(), "odds": r.odds, "words": Words::of(r).plain(), "where": r.filter})
                    })
                    .collect();
                json!({
                    "direction": direction.name(),
                    "subject": actor(c.subject),
                    "object": actor(c.object),
                    "type": self.found.events.key(c.relation),
                    "event": self.found.events.type_name(c.relation),
                    "probability": c.probability,
                    "usual": c.climatology,
                    "base_rate": c.base,
                    "reasons": reasons,
                })
            })
            .collect();
        let would_surprise: Vec<Value> = self
            .odd_ones()
            .map(|(direction, o)| {
                json!({
                    "direction": direction.name(),
                    "type": self.found.events.key(o.relation),
                    "event": self.found.events.type_name(o.relation),
                    "probability": o.probability,
                    "usual": o.usual,
                    "bits": o.bits(),
                })
            })
            .collect();
        let surprises: Vec<Value> = self
            .surprises()
            .iter()
            .map(|s| {
                json!({
                    "day": Day(s.fact.day).to_string(),
                    "subject": actor(s.fact.subject),
                    "object": actor(s.fact.object),
                    "type": self.found.events.key(s.fact.relation),
                    "event": self.found.events.type_name(s.fact.relation),
                    "probability": s.chance.probability,
                    "bits": s.bits,
                    "where": self.rows_of(s).to_string(),
                })
            })
            .collect();
        ingest::as_json(&json!({
            "about": self.about,
            "expected": expected,
            "would_surprise": would_surprise,
            "surprises": self.found.came.as_ref().map(|_| surprises),
        }))
    }

    pub fn text(&self) -> String {
        let mut out = self.head();
        for direction in Direction::BOTH {
            let (from, to) = self.ends(direction);
            let _ = writeln!(out, "\n{from} toward {to}\n");
            let mut any = false;
            for (_, chance) in self.shown().filter(|(d, _)| *d == direction) {
                any = true;
                self.expected(&mut out, chance);
            }
            if !any {
                out.push_str("  nothing to say\n");
            }
        }
        self.odd(&mut out);
        self.came(&mut out);
        out
    }

    fn ends(&self, direction: Direction) -> (String, String) {
        let title = |i: usize| match self.found.sides[i].len() {
            1 => self.titles[i].clone(),
            n => format!("{} ({n} members)", self.titles[i]),
        };
        match direction {
            Direction::Forth => (title(0), title(1)),
            Direction::Back => (title(1), title(0)),
        }
    }

    fn head(&self) -> String {
        let events = &self.found.events;
        let mut out = format!(
            "{} and {}: the {} days after {}\n",
            self.titles[0], self.titles[1], self.found.days, events.origin
        );
        let (monitored, missing) = events.days;
        let _ = writeln!(
            out,
            "learnt from {} events of all actors on {} monitored days ({}); {} days between them were not monitored",
            whole(events.len() as u64),
            whole(monitored as u64),
            events.datasets.join(", "),
            whole(missing as u64),
        );
        let windows = monitored / self.found.days as usize;
        if windows < FEW {
            let _ = writeln!(
                out,
                "Little to learn from: the monitored days make only {windows} of {} days each, where {FEW} should be the least.",
                self.found.days
            );
        }
        let age = self.as_of.0 - events.origin.0;
        if age > LONG_AGO {
            let _ = writeln!(
                out,
                "There are no complete days of events after {} in these data, {} days before {}: this is what was to be expected then. Newer events: `detente fetch gdelt`, then --dataset gdelt-2.",
                events.origin,
                whole(age as u64),
                self.as_of,
            );
        }
        out
    }

    fn expected(&self, out: &mut String, chance: &Chance) {
        let _ = writeln!(
            out,
            "  {:>5} (usual {})  {}: {}",
            percent(chance.probability),
            percent(chance.climatology),
            self.pair(chance.subject, chance.object),
            self.event(chance.relation),
        );
        let reasons = self.reasons(chance, TOLD);
        if !reasons.is_empty() {
            let told: Vec<String> = reasons.iter().map(text).collect();
            let _ = writeln!(out, "         {}", told.join("; "));
        }
        if let Some(first) = reasons.first() {
            let _ = writeln!(out, "         where: {}", first.filter);
        }
    }

    fn odd(&self, out: &mut String) {
        out.push_str("\nWhat would be a surprise: common in other pairs, rare in these\n\n");
        if self.odd_ones().next().is_none() {
            out.push_str("  nothing that is common elsewhere is so rare here\n");
            return;
        }
        let mut table = Table::new(&["from", ">chance", ">elsewhere", ">bits", "event"]);
        for (direction, odd) in self.odd_ones() {
            table.row([
                self.ends(direction).0,
                percent(odd.probability),
                percent(odd.usual),
                number(Some(odd.bits()), 1),
                self.event(odd.relation),
            ]);
        }
        out.push_str(&table.render());
        if self.found.sides.iter().any(|side| side.len() > 1) {
            out.push_str(
                "Chance and elsewhere: in any of the pairs, taken as independent of each other.\n",
            );
        }
    }

    fn came(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\nWhat came as a surprise in the {} days up to {}\n",
            self.found.days, self.found.events.origin
        );
        if self.found.came.is_none() {
            out.push_str("  the history before them is too short to learn from\n");
            return;
        }
        let lacking = self.about["unmonitored_in_last_window"].as_u64();
        if let Some(n) = lacking.filter(|n| *n > 0) {
            let _ = writeln!(
                out,
                "{} not monitored: what happened then is not known.\n",
                if n == 1 {
                    "One of these days was".to_owned()
                } else {
                    format!("{n} of these days were")
                }
            );
        }
        if self.surprises().is_empty() {
            out.push_str("  no event between the two\n");
            return;
        }
        let mut table = Table::new(&["day", ">bits", ">chance", "who to whom", "event"]);
        for s in self.surprises() {
            table.row([
                Day(s.fact.day).to_string(),
                number(Some(s.bits), 1),
                percent(s.chance.probability),
                self.pair(s.fact.subject, s.fact.object),
                self.event(s.fact.relation),
            ]);
        }
        out.push_str(&table.render());
    }

    /// What is expected, a row each, with the first reason.
    pub fn rows(&self) -> Result<RecordBatch> {
        let texts = ["direction", "subject", "object", "type", "event"];
        let numbers = ["probability", "usual", "base_rate"];
        let told = ["reason", "where"];
        let mut words: Vec<Vec<Option<String>>> = vec![Vec::new(); texts.len() + told.len()];
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); numbers.len()];
        for (direction, c) in self.shown() {
            let first = self.reasons(c, 1).pop();
            let actor = |id: u32| self.found.events.actor(id).id().to_owned();
            let row = [
                Some(direction.name().to_owned()),
                Some(actor(c.subject)),
                Some(actor(c.object)),
                Some(self.found.events.key(c.relation).to_owned()),
                Some(self.found.events.type_name(c.relation)),
                first.as_ref().map(text),
                first.as_ref().map(|r| r.filter.clone()),
            ];
            words.iter_mut().zip(row).for_each(|(to, x)| to.push(x));
            let row = [c.probability, c.climatology, c.base];
            values.iter_mut().zip(row).for_each(|(to, x)| to.push(x));
        }
        let field = |name: &&str, of: &DataType, null| Field::new(*name, of.clone(), null);
        let (text, number) = (DataType::Utf8, DataType::Float64);
        let mut fields: Vec<Field> = texts.iter().map(|n| field(n, &text, false)).collect();
        fields.extend(numbers.iter().map(|n| field(n, &number, false)));
        fields.extend(told.iter().map(|n| field(n, &text, true)));
        let told = words.split_off(texts.len());
        let column = |of: Vec<Option<String>>| Arc::new(StringArray::from(of)) as _;
        let columns = words
            .into_iter()
            .map(column)
            .chain(
                values
                    .into_iter()
                    .map(|v| Arc::new(Float64Array::from(v)) as _),
            )
            .chain(told.into_iter().map(column))
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|e| CliError::Rows {
            format: "rows",
            what: e.to_string(),
        })
    }
}

/// A reason with its weight: `has done so on 4 of the last 7 days (odds x 3.1)`.
fn text(reason: &Reason) -> String {
    let words = Words::of(reason).plain();
    format!("{words} (odds x {})", factor(reason.odds))
}

/// A probability for people: `37 %`, `0.4 %`, `< 0.1 %`.
fn percent(p: f64) -> String {
    match 100.0 * p {
        x if x >= 99.5 => "> 99 %".to_owned(),
        x if x >= 9.95 => format!("{x:.0} %"),
        x if x >= 0.1 => format!("{x:.1} %"),
        _ => "< 0.1 %".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_for_people() {
        assert_eq!(
            [0.999, 0.914, 0.0452, 0.0004].map(percent),
            ["> 99 %", "91 %", "4.5 %", "< 0.1 %"]
        );
    }
}
