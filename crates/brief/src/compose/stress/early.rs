//! What would be seen first, and what sets off what.

use super::evidence::Book;
use crate::{Cell, Column, Figure, Format, Statement, TableBlock};
use detente_atlas::Month;
use detente_partnership::engine::Gap;
use detente_partnership::stress::cascade::{Cascade, Finding};
use detente_partnership::stress::signs::Watch;

/// The records of signs, each with what it speaks of.
pub fn signs(book: &mut Book) -> Vec<Statement> {
    let signs = &book.x.signs;
    [
        (
            "relations",
            "falls of the relations of the first side with all others",
            &signs.relations,
        ),
        (
            "sides",
            "rises of the loss of this partnership",
            &signs.sides,
        ),
    ]
    .map(|(id, of, watch)| record(book, id, of, watch))
    .into()
}

fn record(book: &mut Book, id: &str, of: &str, watch: &Result<Watch, Gap>) -> Statement {
    let s = Statement::new(format!("stress-signs-{id}")).text(format!("Early signs of {of}: "));
    let watch = match watch {
        Ok(watch) => watch,
        Err(why) => return s.quote(why.clone()).text("."),
    };
    let e = book.watch(id, of, watch);
    let s = s
        .figure(&e.figure_of("onsets", Format::count()))
        .text(" onsets in ")
        .figure(&e.figure_of("months", Format::count()))
        .text(" months; rules that beat chance: ")
        .figure(&e.figure_of("rules shown", Format::count()))
        .text(" of ")
        .figure(&e.figure_of("rules", Format::count()));
    if watch.signs.iter().any(|sign| sign.is_shown()) {
        s.text(".")
    } else {
        s.text(": no sign demonstrated.")
    }
}

/// The signs that beat chance, as rules of alert; `None` where none does.
pub fn table(book: &mut Book) -> Option<TableBlock> {
    let mut table = TableBlock::new(
        "stress-signs",
        Statement::new("stress-signs-caption").text(
            "Rules of alert, the earliest first: how early, how often before what came, how often in vain, and how often dates drawn by chance were hit",
        ),
        [
            Column::words("Alert if"),
            Column::words("Now"),
            Column::numbers("Months ahead, median"),
            Column::numbers("Hits"),
            Column::numbers("False alarms"),
            Column::numbers("Hits by chance"),
        ],
    );
    let signs = &book.x.signs;
    for (id, watch) in [("relations", &signs.relations), ("sides", &signs.sides)] {
        let Ok(watch) = watch else { continue };
        for (n, sign) in watch.signs.iter().enumerate().filter(|s| s.1.is_shown()) {
            let Some(record) = &sign.rule.record else {
                continue;
            };
            let e = book.sign(id, n, sign, record);
            let share = |name: &str| Cell::Figure(e.figure_of(name, Format::percent(0)));
            table.row(vec![
                Cell::Name(sign.condition(&book.x.variables)),
                match sign.rule.alert {
                    Some(true) => Cell::Text("alerts".to_owned()),
                    Some(false) => Cell::Text("does not alert".to_owned()),
                    None => Cell::Empty("no value in the month of the origin".to_owned()),
                },
                Cell::Figure(e.figure_of("months ahead", Format::decimals(1))),
                Cell::Figure(e.figure_with_interval(Format::percent(0))),
                share("false alarms"),
                share("hits by chance"),
            ]);
        }
    }
    (!table.groups.is_empty()).then_some(table)
}

/// What sets off what.
pub fn cascade(book: &mut Book) -> Statement {
    let s = Statement::new("stress-cascade").text("What sets off what: ");
    let c = match &book.x.cascade {
        Ok(c) => c,
        Err(why) => return s.quote(why.clone()).text("."),
    };
    let e = book.tested(c);
    let gain = |name: &str, lo: f64, hi: f64| -> Figure {
        e.figure_of(name, Format::decimals(2).signed())
            .between(lo, hi)
    };
    let (own, all) = (&c.tested.own_over_none, &c.tested.all_over_own);
    let s = s
        .text("on months held out from ")
        .month(Month(c.tested.from))
        .text(" excitation within theatres gains ")
        .figure(&gain("within", own.lo, own.hi).unit("nats"))
        .text(" a month, links between them ")
        .figure(&gain("between", all.lo, all.hi).unit("nats"));
    s.text(match c.tested.finding {
        Finding::Between => ": links between theatres are shown.",
        Finding::Within => {
            ": a surprise brings on more in its own theatre, none in others is shown."
        }
        Finding::NotShown => ": no excitation shown.",
    })
}

/// The links that are shown, the strongest first, and what calming them is worth; `None` where none is.
pub fn links(book: &mut Book) -> Option<TableBlock> {
    let c: &Cascade = book.x.cascade.as_ref().ok()?;
    let shown = c.shown.as_ref().filter(|shown| !shown.links.is_empty())?;
    let mut caption = Statement::new("stress-links-caption")
        .text("Surprises for the worse that one surprise brings on in the months after it");
    if let Some(set) = shown.enough.map(|n| &shown.calmed[n]) {
        let e = book.calmed(set, shown.calmed[0].loss);
        caption =
            caption.text(". Fewest links whose calming lowers the expected loss by a tenth: ");
        for (n, (from, to)) in set.links.iter().enumerate() {
            caption = caption.text(if n > 0 { ", " } else { "" });
            caption = caption.name(way(c, *from, *to));
        }
        caption = caption
            .text(" (to ")
            .figure(&e.figure_of("of the loss as fitted", Format::percent(0)))
            .text(")");
    }
    let mut table = TableBlock::new(
        "stress-links",
        caption,
        [
            Column::words("From, to"),
            Column::numbers("Brings on"),
            Column::numbers("One stands for, in all"),
        ],
    );
    let mut order: Vec<usize> = (0..shown.links.len()).collect();
    order.sort_by(|a, b| shown.links[*b].ratio.total_cmp(&shown.links[*a].ratio));
    for n in order {
        let link = &shown.links[n];
        let e = book.link(c, link, shown.sets_off[link.from].amplification);
        table.row(vec![
            Cell::Name(way(c, link.from, link.to)),
            Cell::Figure(e.figure_with_interval(Format::decimals(2))),
            Cell::Figure(e.figure_of("in all", Format::decimals(2))),
        ]);
    }
    Some(table)
}

fn way(c: &Cascade, from: usize, to: usize) -> String {
    let title = |theatre: usize| c.theatres[theatre].title.as_str();
    if from == to {
        format!("{}, on itself", title(from))
    } else {
        format!("{}, on {}", title(from), title(to))
    }
}
