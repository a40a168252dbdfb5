//! What the sides are likely to do to each other next, with the reason of each chance, and what would be a surprise; or why that cannot be said.

mod silent;
mod worth;

use super::book::{file, slug};
use super::outlook::{chance_of, likelihood};
use super::watch::words;
use crate::expect::Words;
use crate::{Cell, Column, Document, Evidence, Format, Statement, TableBlock};
use detente_atlas::Actor;
use detente_partnership::engine::Assessment;
use detente_partnership::outlook::expect::{Expectation, Told, Unlikely};

const ID: &str = "expect";
const TITLE: &str = "What to expect, and what would be a surprise";
/// Events of each direction that are told in a sentence, and types that would be a surprise; the tables have the others.
const IN_WORDS: usize = 2;
const ODD_IN_WORDS: usize = 2;

/// The name of an actor by its id.
pub fn name(id: &str) -> String {
    Actor::from_id(id).map_or_else(|| id.to_owned(), |a| a.name().to_owned())
}

/// From whom and toward whom, in the order of the two directions.
fn ways(a: &Assessment) -> [(&'static str, [&str; 2]); 2] {
    let (one, other) = (&*a.partnership.a.name, &*a.partnership.b.name);
    [("forth", [one, other]), ("back", [other, one])]
}

/// Files the chance of an event, with the rows of its reason.
fn event(doc: &mut Document, x: &Expectation, t: &Told) -> Evidence {
    let (subject, object) = (name(&t.subject), name(&t.object));
    let mut e = file(
        format!(
            "expect-{}-{}-{}",
            slug(&t.subject),
            slug(&t.object),
            slug(&t.event.code)
        ),
        format!(
            "chance that {subject} does '{}' ({}) to {object} at least once in the {} days after {}; the rows are those of the reason",
            t.event.name,
            t.event.code,
            x.days,
            x.origin()
        ),
        Some(t.shown),
        &x.behind(t),
    )
    .names([subject, object])
    .also("regression", t.regression)
    .also("baseline", t.baseline)
    .also("own past", t.own)
    .also("all pairs", t.base);
    if let Some(reason) = &t.reason {
        e = Words::of(reason)
            .filed(e)
            .also("odds of the reason", reason.odds);
    }
    doc.add_evidence(e)
}

/// Files a type that would be a surprise.
fn odd(
    doc: &mut Document,
    x: &Expectation,
    way: &str,
    [from, to]: [&str; 2],
    o: &Unlikely,
) -> Evidence {
    let e = file(
        format!("expect-odd-{way}-{}", slug(&o.event.code)),
        format!(
            "chance of '{}' ({}) from {from} to {to} in the {} days after {}, in any pair of the two, taken as independent",
            o.event.name,
            o.event.code,
            x.days,
            x.origin()
        ),
        Some(o.probability),
        &x.behind_odd(o),
    )
    .names([from, to])
    .also("at the rate of all pairs", o.usual)
    .also("bits", o.bits);
    doc.add_evidence(e)
}

/// Files what all of it was learnt from.
fn learnt(doc: &mut Document, x: &Expectation, a: &Assessment) -> Evidence {
    let commands: Vec<String> = x
        .datasets
        .iter()
        .map(|d| format!("detente coverage {d}"))
        .collect();
    let e = Evidence::new(
        "expect-learnt",
        "events of all actors, each counted once a day, that the chances are learnt from",
        "events-within-days",
    )
    .command(commands.join("; "))
    .datasets(x.datasets.iter().cloned())
    .rows(x.events)
    .value(x.events as f64)
    .also("monitored days", x.monitored as f64)
    .also("days not monitored between them", x.unmonitored as f64)
    .also("days of the window", f64::from(x.days))
    .also(
        "days before the brief",
        f64::from(a.world.as_of.0 - x.origin().0),
    );
    doc.add_evidence(e)
}

/// The bullet of the first page: the most probable event of each direction.
pub fn bullet(doc: &mut Document, a: &Assessment) -> Statement {
    let s = Statement::new("bottom-expect").strong("Expect. ");
    let x = match &a.expectation {
        Ok(x) => x,
        Err(silence) => return silent::said(doc, a, silence, s),
    };
    let e = learnt(doc, x, a);
    let mut s = s
        .text("In the ")
        .figure(&e.figure_of("days of the window", Format::count()))
        .text(" days after ")
        .date(x.origin());
    let mut joint = ": ";
    for told in x.expected.iter().filter_map(|all| all.first()) {
        s = told_in(doc, x, told, s.text(joint));
        joint = "; ";
    }
    s.text(".")
}

/// `Consult, Azerbaijan to Türkiye: likely (74 %)`.
fn told_in(doc: &mut Document, x: &Expectation, told: &Told, s: Statement) -> Statement {
    let e = event(doc, x, told);
    let s = s
        .name(told.event.name.clone())
        .text(", ")
        .actor(name(&told.subject))
        .text(" to ")
        .actor(name(&told.object));
    likelihood(s, "", &e.chance())
}

/// The section.
pub fn add(doc: &mut Document, a: &Assessment) {
    let x = match &a.expectation {
        Ok(x) => x,
        Err(silence) => {
            let said = silent::said(doc, a, silence, Statement::new("expect-none"));
            doc.section(ID, TITLE).say(said);
            return;
        }
    };
    let (reading, standing) = (reading(doc, x, a), standing(doc, x, a));
    let mut said = Vec::new();
    for ((way, ends), all) in ways(a).into_iter().zip(&x.expected) {
        said.extend(expected(doc, x, way, ends, all));
    }
    let table = table(doc, x, a);
    let mut surprises = Vec::new();
    for ((way, ends), all) in ways(a).into_iter().zip(&x.odd) {
        surprises.push(surprise(doc, x, way, ends, all));
    }
    let odd_table = odd_table(doc, x, a);
    let worth = worth::statements(doc, x);
    let section = doc.section(ID, TITLE);
    section.note(reading);
    section.note(
        Statement::new("expect-actors")
            .text("A state stands for everybody whom the press named by it: arresting its citizens counts as an act toward it."),
    );
    section.say(standing);
    for s in said {
        section.say(s);
    }
    section.table(table);
    for s in surprises {
        section.say(s);
    }
    if let Some(table) = odd_table {
        section.table(table);
    }
    for s in worth {
        section.say(s);
    }
}

/// What is learnt from what.
fn reading(doc: &mut Document, x: &Expectation, a: &Assessment) -> Statement {
    let e = learnt(doc, x, a);
    Statement::new("expect-reading")
        .text("Each chance is that of at least one such event, learnt from ")
        .figure(&e.figure(Format::count()))
        .text(" events of all actors on ")
        .figure(&e.figure_of("monitored days", Format::count()))
        .text(" monitored days; ")
        .figure(&e.figure_of("days not monitored between them", Format::count()))
        .text(" days between them were not monitored and teach nothing.")
}

/// From which day it speaks.
fn standing(doc: &mut Document, x: &Expectation, a: &Assessment) -> Statement {
    let e = learnt(doc, x, a);
    Statement::new("expect-from")
        .text("It speaks of the ")
        .figure(&e.figure_of("days of the window", Format::count()))
        .text(" days after ")
        .date(x.origin())
        .text(", the last day complete in these data; days from there to this brief: ")
        .figure(&e.figure_of("days before the brief", Format::count()))
        .text(".")
}

/// What one side is expected to do to the other, and the act of conflict that is nearest.
fn expected(
    doc: &mut Document,
    x: &Expectation,
    way: &str,
    [from, to]: [&str; 2],
    all: &[Told],
) -> Vec<Statement> {
    let begun = Statement::new(format!("expect-{way}"))
        .actor(from)
        .text(" toward ")
        .actor(to);
    let (acts, others): (Vec<&Told>, Vec<&Told>) = all.iter().partition(|t| t.event.conflict());
    if all.is_empty() {
        return vec![begun.text(": no type of event was ever seen.")];
    }
    let mut said = Vec::new();
    let mut s = begun;
    for (n, told) in others.iter().take(IN_WORDS).enumerate() {
        s = told_in(doc, x, told, s.text(if n == 0 { ": " } else { "; " }));
    }
    if !others.is_empty() {
        said.push(s.text("."));
    }
    if let Some(act) = acts.first() {
        let s = Statement::new(format!("expect-{way}-conflict"))
            .text("The act of conflict with the highest chance in this direction: ");
        said.push(told_in(doc, x, act, s).text("."));
    }
    said
}

fn group(doc: &Document, [from, to]: [&str; 2]) -> String {
    debug_assert!(doc.names.iter().any(|n| n == from));
    format!("{from} toward {to}")
}

/// Every chance beside its baselines, with its reason.
fn table(doc: &mut Document, x: &Expectation, a: &Assessment) -> TableBlock {
    let mut table = TableBlock::new(
        "expect-table",
        Statement::new("expect-caption").text(
            "Events by their chance, each type once and at most two of a pair where there are several, beside the baseline of own share and present state, the pair's own share of windows, and the share of all pairs",
        ),
        [
            Column::words("Event"),
            Column::words("Who"),
            Column::words("To whom"),
            Column::numbers("Chance"),
            Column::numbers("Baseline"),
            Column::numbers("Own past"),
            Column::numbers("All pairs"),
            Column::words("What speaks for it most"),
        ],
    );
    for ((_, ends), all) in ways(a).into_iter().zip(&x.expected) {
        if all.is_empty() {
            continue;
        }
        table.group(group(doc, ends), None);
        for told in all {
            let e = event(doc, x, told);
            let why = match &told.reason {
                Some(reason) => {
                    let s = Words::of(reason).said(Statement::new("why"), &e);
                    let s = s
                        .text(" (odds times ")
                        .figure(&e.figure_of("odds of the reason", Format::decimals(1)))
                        .text(")");
                    Cell::Parts(s.parts)
                }
                None => Cell::Empty("nothing speaks for it beyond what is usual".to_owned()),
            };
            table.row(vec![
                Cell::Name(format!("{} ({})", told.event.name, told.event.code)),
                Cell::Name(name(&told.subject)),
                Cell::Name(name(&told.object)),
                Cell::Figure(e.chance()),
                Cell::Figure(chance_of(&e, "baseline")),
                Cell::Figure(chance_of(&e, "own past")),
                Cell::Figure(chance_of(&e, "all pairs")),
                why,
            ]);
        }
    }
    table
}

/// What would be a surprise from one side.
fn surprise(
    doc: &mut Document,
    x: &Expectation,
    way: &str,
    ends: [&str; 2],
    all: &[Unlikely],
) -> Statement {
    let s = Statement::new(format!("expect-odd-{way}"));
    if all.is_empty() {
        return s
            .text("From ")
            .actor(ends[0])
            .text(" nothing that is common in other pairs would be a surprise.");
    }
    let mut s = s.text("A surprise from ").actor(ends[0]);
    for (n, o) in all.iter().take(ODD_IN_WORDS).enumerate() {
        let e = odd(doc, x, way, ends, o);
        s = s
            .text(if n == 0 { ": " } else { "; " })
            .name(o.event.name.clone());
        s = likelihood(s, "", &e.chance())
            .text(", ")
            .figure(&e.figure_of("bits", Format::decimals(1)).unit("bits"));
    }
    s.text(".")
}

/// What would be a surprise, beside what is usual.
fn odd_table(doc: &mut Document, x: &Expectation, a: &Assessment) -> Option<TableBlock> {
    let mut table = TableBlock::new(
        "expect-odd-table",
        Statement::new("expect-odd-caption").text(format!(
            "Common in other pairs and rare in these: the {} types of each direction that would surprise most by what is usual. Each bit more halves the chance",
            words(x.odd.iter().map(Vec::len).max().unwrap_or_default())
        )),
        [
            Column::words("Event"),
            Column::numbers("Chance"),
            Column::numbers("At the rate of all pairs"),
            Column::numbers("Bits"),
        ],
    );
    for ((way, ends), all) in ways(a).into_iter().zip(&x.odd) {
        if all.is_empty() {
            continue;
        }
        table.group(group(doc, ends), None);
        for o in all {
            let e = odd(doc, x, way, ends, o);
            table.row(vec![
                Cell::Name(format!("{} ({})", o.event.name, o.event.code)),
                Cell::Figure(e.chance()),
                Cell::Figure(chance_of(&e, "at the rate of all pairs")),
                Cell::Figure(e.figure_of("bits", Format::decimals(1))),
            ]);
        }
    }
    x.odd.iter().any(|all| !all.is_empty()).then_some(table)
}
