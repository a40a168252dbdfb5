//! What makes it bad, by which chain, and what it takes to fail.

use super::evidence::{Book, WORST};
use crate::{Cell, Column, Format, Part, Statement, TableBlock};
use detente_atlas::Month;
use detente_partnership::stress::Outcome;

/// What each variable adds to the severity.
pub fn parts(book: &mut Book) -> TableBlock {
    let mut table = TableBlock::new(
        "stress-parts",
        Statement::new("stress-parts-caption").text(
            "What makes it bad: the parts add up to the severity, and one below zero makes up for others; the means in the last month are the index of the relation and standings from zero to one",
        ),
        [
            Column::words("What"),
            Column::numbers("Adds"),
            Column::numbers("Weight"),
            Column::numbers("Mean of all paths, last month"),
            Column::numbers("Mean in the worst case, last month"),
        ],
    );
    for v in book.x.worst_first() {
        let e = book.part(v);
        table.row(vec![
            Cell::Name(book.x.variables[v].title.clone()),
            Cell::Figure(e.figure(Format::decimals(2).signed())),
            Cell::Figure(e.figure_of("weight", Format::decimals(2))),
            Cell::Figure(e.figure_of("usual", Format::decimals(2))),
            Cell::Figure(e.figure_of("worst case", Format::decimals(2))),
        ]);
    }
    table
}

/// The path nearest to the worst case, told by what first leaves its usual course.
pub fn chain(book: &mut Book) -> Option<TableBlock> {
    let mut caption = Statement::new("stress-chain-caption").text(
        "By which chain: of the paths that bad, the one nearest to the worst case; each is told when it is first a standard deviation or more to the worse of its usual course",
    );
    if let Some(month) = book.x.chain.month {
        caption = caption
            .text(". The worst month is ")
            .month(Month(book.x.origin + month as i32));
    }
    let mut table = TableBlock::new(
        "stress-chain",
        caption,
        [
            Column::words("When"),
            Column::words("What"),
            Column::numbers("Reaches"),
            Column::numbers("Usual"),
            Column::numbers("Standard deviations off"),
        ],
    );
    for n in 0..book.x.chain.steps.len() {
        let e = book.step(n);
        let step = &book.x.chain.steps[n];
        table.row(vec![
            Cell::Parts(vec![Part::Month(Month(book.x.origin + step.month as i32))]),
            Cell::Name(book.x.variables[step.variable].title.clone()),
            Cell::Figure(e.figure(Format::decimals(2))),
            Cell::Figure(e.figure_of("usual", Format::decimals(2))),
            Cell::Figure(e.figure_of("departure", Format::decimals(1).signed())),
        ]);
    }
    (!book.x.chain.steps.is_empty()).then_some(table)
}

/// The chance of each failure, and what it takes.
pub fn failures(book: &mut Book) -> TableBlock {
    let mut table = TableBlock::new(
        "stress-failures",
        Statement::new("stress-failures-caption").text(
            "What it takes to fail: the chance over the months of the paths, in the model in which it is highest, and the relative entropy by which the paths must be bent to make the failure even, or sure",
        ),
        [
            Column::words("Failure"),
            Column::numbers("Chance"),
            Column::numbers("To be even, nats"),
            Column::numbers("To be sure, nats"),
        ],
    );
    for n in 0..book.x.breaches.len() {
        let e = book.breach(n);
        let b = &book.x.breaches[n];
        let chance = if b.chance.share > 0.0 {
            let figure = e.figure(Format::percent(1));
            Cell::Figure(if b.chance.lo.is_finite() {
                figure.between(b.chance.lo, b.chance.hi)
            } else {
                figure
            })
        } else {
            below("below ", e.figure_of("high", Format::percent(2)))
        };
        let mut cells = vec![Cell::Name(b.failure.clone()), chance];
        for name in ["even", "sure"] {
            let key = format!("k to be {name}");
            cells.push(if e.also.contains_key(&key) {
                Cell::Figure(e.figure_of(&key, Format::decimals(2)))
            } else {
                let least = e.figure_of(&format!("{key}, at least"), Format::decimals(2));
                below("more than ", least)
            });
        }
        table.row(cells);
    }
    table
}

fn below(word: &str, figure: crate::Figure) -> Cell {
    let s = Statement::new("limit").text(word).figure(&figure);
    Cell::Parts(s.parts)
}

/// What each lever changes.
pub fn levers(book: &mut Book) -> Option<TableBlock> {
    let mut table = TableBlock::new(
        "stress-levers",
        Statement::new("stress-levers-caption").text(
            "What the sides can decide, and what the model makes of it in the year after this brief, by paired paths: below zero is less loss. A lever on the events of the sides moves their relation by definition",
        ),
        [
            Column::words("Lever"),
            Column::words("Whose"),
            Column::numbers("Change of the mean loss"),
            Column::numbers("Change of the loss in the worst twentieth"),
            Column::words("Moves most"),
        ],
    );
    for n in 0..book.x.levers.len() {
        let x = book.x;
        let pulled = &x.levers[n];
        let cells = match &pulled.outcome {
            Outcome::Changes(effect) => {
                let e = book.lever(n, effect);
                let format = Format::decimals(3).signed();
                let worst = &effect.shortfall.difference;
                [
                    Cell::Figure(e.figure_with_interval(format)),
                    Cell::Figure(e.figure_of(WORST, format).between(worst.lo, worst.hi)),
                    match effect.moves.first() {
                        Some(m) => Cell::Name(x.variables[m.variable].title.clone()),
                        None => Cell::Empty("nothing moves".to_owned()),
                    },
                ]
            }
            Outcome::TouchesNothing => {
                let why = "no variable is measured on these actors";
                [why, why, why].map(|why| Cell::Empty(why.to_owned()))
            }
            Outcome::Unknown(why) => [why, why, why].map(|why| Cell::Empty(why.clone())),
        };
        let whose = book.whose(pulled.side);
        let mut row = vec![Cell::Name(pulled.title.clone()), Cell::Name(whose)];
        row.extend(cells);
        table.row(row);
    }
    (!book.x.levers.is_empty()).then_some(table)
}
