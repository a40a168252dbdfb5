//! The worst plausible case: how bad, by which chain, what it takes to fail, and what such paths can not tell.

mod early;
mod evidence;
mod frontier;
mod tables;

use super::outlook::likelihood;
use crate::{Document, Evidence, Format, Statement};
use detente_atlas::Month;
use detente_partnership::engine::{Assessment, Gap};
use detente_partnership::stress::{CANNOT_SAY, Stressed, TOLD};
use evidence::Book;

const ID: &str = "stress";
const TITLE: &str = "The worst plausible case";
/// The bullet of the first page.
pub fn bullet(doc: &mut Document, a: &Assessment, stressed: &Result<Stressed, Gap>) -> Statement {
    let s = Statement::new("bottom-stress").strong("Worst case. ");
    let x = match stressed {
        Ok(x) => x,
        Err(why) => return none(s, why),
    };
    let mut book = Book::new(doc, a, x);
    let (paths, told) = (book.paths(), book.told());
    let s = s
        .text("Mean loss over ")
        .figure(&paths.figure_of("months", Format::count()))
        .text(" months: ")
        .figure(&told.figure_of("mean loss of all paths", Format::decimals(1)))
        .text(" standard deviations; ")
        .figure(&told.figure(Format::decimals(1)))
        .text(" in a case of once in ")
        .figure(&told.figure_of("once in", Format::count()))
        .text(", most by ");
    let s = most(x, 1, s).text(".");
    match x.breaches.first() {
        Some(_) => {
            let e = book.breach(0);
            likelihood(s, " A record low of the relation", &e.chance()).text(".")
        }
        None => s,
    }
}

/// So many of what adds most, by name.
fn most(x: &Stressed, names: usize, mut s: Statement) -> Statement {
    for (n, v) in x.worst_first().into_iter().take(names).enumerate() {
        if n > 0 {
            s = s.text("; ");
        }
        s = s.name(x.variables[v].title.clone());
    }
    s
}

fn none(s: Statement, why: &Gap) -> Statement {
    s.text("No worst case can be told: ")
        .quote(why.clone())
        .text(".")
}

/// The section.
pub fn add(doc: &mut Document, a: &Assessment, stressed: &Result<Stressed, Gap>) {
    let x = match stressed {
        Ok(x) => x,
        Err(why) => {
            let said = none(Statement::new("stress-none"), why);
            doc.section(ID, TITLE).say(said);
            return;
        }
    };
    let mut book = Book::new(doc, a, x);
    let paths = book.paths();
    let reading = reading(x, &paths);
    let silent = silent(a, x, &paths);
    let chart = frontier::chart(&mut book);
    let severity = severity(&mut book);
    let parts = tables::parts(&mut book);
    let chain = tables::chain(&mut book);
    let failures = tables::failures(&mut book);
    let levers = tables::levers(&mut book);
    let (signs, signs_table) = (early::signs(&mut book), early::table(&mut book));
    let (cascade, links) = (early::cascade(&mut book), early::links(&mut book));
    let section = doc.section(ID, TITLE);
    section.note(reading);
    section.note(
        Statement::new("stress-model")
            .text("All of it are statements of a model that has learnt what moved together; none is a forecast, and the true worst can be worse than what was ever seen."),
    );
    if let Some(silent) = silent {
        section.say(silent);
    }
    section.say(severity);
    section.chart(chart);
    section.table(parts);
    if let Some(table) = chain {
        section.table(table);
    }
    section.table(failures);
    if let Some(table) = levers {
        section.table(table);
    }
    for s in signs {
        section.say(s);
    }
    if let Some(table) = signs_table {
        section.table(table);
    }
    section.say(cascade);
    if let Some(table) = links {
        section.table(table);
    }
    for (n, left) in x.left_out.iter().enumerate() {
        section.note(
            Statement::new(format!("stress-left-out-{}", n + 1))
                .text("Not in the paths: ")
                .name(left.title.clone())
                .text(" (")
                .name(left.why.clone())
                .text(")."),
        );
    }
    for (n, cannot) in CANNOT_SAY.iter().enumerate() {
        section.note(
            Statement::new(format!("stress-cannot-{}", n + 1))
                .text("What this can not tell: ")
                .text(*cannot)
                .text("."),
        );
    }
}

/// What is drawn, and what a loss is.
fn reading(x: &Stressed, paths: &Evidence) -> Statement {
    Statement::new("stress-reading")
        .text("Paths: ")
        .figure(&paths.figure(Format::count()))
        .text(" of each of three models, ")
        .figure(&paths.figure_of("months", Format::count()))
        .text(" months from ")
        .month(Month(x.origin))
        .text(". Loss: how far, in the worst month, the relation has fallen and the weighted pressure risen, each in standard deviations of its past.")
}

/// The months of the paths that lie before the brief.
fn silent(a: &Assessment, x: &Stressed, paths: &Evidence) -> Option<Statement> {
    (a.world.as_of.month().0 > x.origin + 1).then(|| {
        Statement::new("stress-silent")
            .text("Months of the paths that are past on the day of this brief: ")
            .figure(&paths.figure_of("months past", Format::count()))
            .text("; what came in them is not monitored, so the paths do not know it.")
    })
}

/// How bad at the relative entropy of which a chain is told.
fn severity(book: &mut Book) -> Statement {
    let e = book.told();
    let s = Statement::new("stress-severity")
        .text("Within a relative entropy of ")
        .figure(&e.figure_of("k", Format::decimals(0)).unit("nats"))
        .text(", as surprising as what comes once in ")
        .figure(&e.figure_of("once in", Format::count()))
        .text(" times, the mean loss reaches ")
        .figure(&e.figure_with_interval(Format::decimals(2)))
        .text(", where all paths have ")
        .figure(&e.figure_of("mean loss of all paths", Format::decimals(2)))
        .text("; most of it by ");
    debug_assert_eq!(book.x.frontier.last().map(|p| p.k), Some(TOLD));
    most(book.x, 3, s).text(".")
}
