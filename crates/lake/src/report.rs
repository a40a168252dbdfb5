//! What a rule of folding does to the events of a lake, with the evidence.

use std::collections::{BTreeSet, HashMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};

use crate::error::Result;
use crate::filter::Filter;
use crate::fold::{ByKey, Fold, Print, Printer};
use crate::predicate::{Predicate, position};
use crate::reader::plan;
use crate::schema::Table;
use crate::store::Lake;
use crate::story::host;

/// What becomes of the rows of a query under a rule of folding. `rows = events + folded`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoldReport {
    /// Rows that the filter keeps.
    pub rows: u64,
    /// Rows without a story, which cannot be told from others: the rules of a story do not fold them.
    pub without_story: u64,
    /// Events: the rows that count.
    pub events: u64,
    /// Rows that are copies of an event that counts, by why. Each row is counted under the first reason that fits.
    pub folded: Folded,
    /// The events with the most copies, most first; among equals the first in the order of the rows.
    pub largest: Vec<FoldGroup>,
}

/// Folded rows by why, in the order in which a reason is sought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Folded {
    /// The number of an earlier row again, with the same day, pair and code.
    pub repeated: u64,
    /// The same headline under another address.
    pub syndicated: u64,
    /// The same address with the pair in the other direction.
    pub mirrored: u64,
    /// The same address, direction and code.
    pub same_story: u64,
    /// The same day, actors and code (rule of one a day).
    pub same_day: u64,
}

impl Folded {
    /// All folded rows.
    pub fn total(&self) -> u64 {
        self.repeated + self.syndicated + self.mirrored + self.same_story + self.same_day
    }
}

/// An event and its copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldGroup {
    /// The data set of the row that counts.
    pub dataset: String,
    /// Its file.
    pub file: String,
    /// Its line.
    pub row: i64,
    /// Its source actor.
    pub source: Option<String>,
    /// Its target actor.
    pub target: Option<String>,
    /// Its event code.
    pub code: Option<String>,
    /// Its story.
    pub story: Option<String>,
    /// Copies, beside the row that counts.
    pub copies: u64,
    /// Distinct hosts among the addresses of the event and its copies; 0 where stories are no addresses.
    pub hosts: usize,
}

/// What is remembered of an event while its copies are sought.
struct Event {
    address: u64,
    reversed: bool,
    copies: u32,
}

/// The events that are known by a key.
#[derive(Default)]
struct Events {
    of_key: HashMap<u128, u32, ByKey>,
    events: Vec<Event>,
}

impl Events {
    fn find(&self, key: u128) -> Option<u32> {
        (key != 0).then(|| self.of_key.get(&key).copied()).flatten()
    }

    /// Which event a row is: an earlier one, by the key named, or a new one. Its keys are known from now on.
    fn place(&mut self, print: Print) -> (usize, Option<By>) {
        let earlier = match (self.find(print.number), self.find(print.rule)) {
            (Some(at), _) => Some((at, By::Number)),
            (None, Some(at)) => Some((at, By::Rule)),
            (None, None) => None,
        };
        let at = earlier.map_or(self.events.len() as u32, |(at, _)| at);
        for key in [print.number, print.rule].into_iter().filter(|k| *k != 0) {
            self.of_key.entry(key).or_insert(at);
        }
        if earlier.is_none() {
            self.events.push(Event {
                address: print.address,
                reversed: print.reversed,
                copies: 0,
            });
        }
        (at as usize, earlier.map(|(_, by)| by))
    }
}

#[derive(Clone, Copy)]
enum By {
    Number,
    Rule,
}

/// The columns of the evidence, beside those of the rule.
const EVIDENCE: [&str; 3] = ["file", "row", "story"];

impl Lake {
    /// What a rule of folding does to the events that a filter keeps, and the `top` events with the most copies.
    ///
    /// It goes through the rows one by one, twice, in the fixed order of the lake, and holds some 50 bytes for each key: a
    /// diagnosis, slower than the aggregate that it explains.
    ///
    /// # Errors
    /// A filter that does not fit, or a file that cannot be read.
    pub fn fold_report(&self, filter: &Filter, fold: Fold, top: usize) -> Result<FoldReport> {
        let mut report = FoldReport::default();
        let mut known = Events::default();
        each(self, filter, fold, &[], |_, _, print| {
            report.rows += 1;
            let told = print.rule != 0 || fold == Fold::None;
            report.without_story += u64::from(!told && fold != Fold::Day);
            if fold == Fold::None {
                return;
            }
            let (at, by) = known.place(print);
            let event = &mut known.events[at];
            let folded = &mut report.folded;
            let reason = match by {
                None => return,
                Some(By::Number) => &mut folded.repeated,
                Some(By::Rule) if fold == Fold::Day => &mut folded.same_day,
                Some(By::Rule) if event.address != print.address => &mut folded.syndicated,
                Some(By::Rule) if event.reversed != print.reversed => &mut folded.mirrored,
                Some(By::Rule) => &mut folded.same_story,
            };
            *reason += 1;
            event.copies = event.copies.saturating_add(1);
        })?;
        report.events = report.rows - report.folded.total();
        report.largest = self.evidence(filter, fold, &known, top)?;
        Ok(report)
    }

    /// Goes through the rows again for the largest events.
    fn evidence(
        &self,
        filter: &Filter,
        fold: Fold,
        known: &Events,
        top: usize,
    ) -> Result<Vec<FoldGroup>> {
        let mut order: Vec<u32> = (0u32..).take(known.events.len()).collect();
        order.retain(|at| known.events[*at as usize].copies > 0);
        order.sort_by_key(|at| (std::cmp::Reverse(known.events[*at as usize].copies), *at));
        order.truncate(top);
        if order.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: HashSet<u32> = order.iter().copied().collect();
        let mut found: HashMap<u32, (FoldGroup, BTreeSet<String>)> = HashMap::new();
        each(self, filter, fold, &EVIDENCE, |batch, i, print| {
            let at = known.find(print.number).or(known.find(print.rule));
            let Some(at) = at.filter(|at| wanted.contains(at)) else {
                return;
            };
            let copies = known.events[at as usize].copies;
            let (_, hosts) = found
                .entry(at)
                .or_insert_with(|| (group(batch, i, copies), BTreeSet::new()));
            hosts.extend(text(batch, "story", i).and_then(|s| host(&s)));
        })?;
        Ok(order
            .iter()
            .filter_map(|at| found.remove(at))
            .map(|(mut group, hosts)| {
                group.hosts = hosts.len();
                group
            })
            .collect())
    }
}

fn group(batch: &RecordBatch, i: usize, copies: u32) -> FoldGroup {
    let column = |name: &str| batch.column_by_name(name).expect("evidence is read");
    FoldGroup {
        dataset: text(batch, "dataset", i).unwrap_or_default(),
        file: text(batch, "file", i).unwrap_or_default(),
        row: column("row").as_primitive::<Int64Type>().value(i),
        source: text(batch, "source", i),
        target: text(batch, "target", i),
        code: text(batch, "code", i),
        story: text(batch, "story", i),
        copies: copies.into(),
        hosts: 0,
    }
}

fn text(batch: &RecordBatch, name: &str, i: usize) -> Option<String> {
    let column = batch.column_by_name(name)?;
    if column.is_null(i) {
        return None;
    }
    let text = match column.as_dictionary_opt::<Int32Type>() {
        Some(cells) => cells.values().as_string::<i32>().value(cells.key(i)?),
        None => column.as_string::<i32>().value(i),
    };
    Some(text.to_owned())
}

/// Calls with each row that the filter keeps, in the fixed order, and its print.
fn each(
    lake: &Lake,
    filter: &Filter,
    fold: Fold,
    more: &[&str],
    mut row: impl FnMut(&RecordBatch, usize, Print),
) -> Result<()> {
    let schema = Table::Events.schema();
    let predicate = Predicate::bind(filter, Table::Events)?;
    // The printer reads its columns also where nothing is folded.
    let compared = match fold {
        Fold::None => Fold::default().columns(),
        fold => fold.columns(),
    };
    let mut columns = compared
        .iter()
        .chain(more)
        .map(|c| position(Table::Events, &schema, c))
        .collect::<Result<Vec<_>>>()?;
    columns.sort_unstable();
    columns.dedup();
    let mut printer = Printer::new(fold);
    for task in plan(lake, Table::Events, &predicate)? {
        for batch in task.read(&columns)? {
            let batch = batch?;
            printer.each(&batch, |i, print| row(&batch, i, print));
        }
    }
    Ok(())
}
