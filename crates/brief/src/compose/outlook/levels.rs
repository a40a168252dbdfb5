//! What each level adds to the outlook.

use super::super::watch;
use crate::{Cell, Column, Document, Evidence, Figure, Format, Statement, TableBlock};
use detente_partnership::engine::Assessment;
use detente_partnership::outlook::{Levels, Outlook, Skill, Verdict};

/// Where a skill has no interval or one that holds zero, that is said.
fn words(skill: Option<Skill>) -> &'static str {
    match skill.map(|s| s.verdict()) {
        Some(Verdict::Skill) => "skill",
        Some(Verdict::Worse) => "worse than without",
        _ => "no demonstrated skill",
    }
}

fn evidence(
    doc: &mut Document,
    id: String,
    what: String,
    value: f64,
    skill: Option<Skill>,
    from: &[Evidence],
) -> Evidence {
    let mut e = Evidence::new(id, what, "outlook-levels")
        .built_from(from.iter().map(|x| x.id.clone()))
        .rows(from.iter().map(|x| x.rows).sum())
        .value(value);
    if let Some(s) = skill {
        e = e.also("skill", s.mean);
        if let Some((lo, hi)) = s.interval {
            e = e.also("skill, low", lo).also("skill, high", hi);
        }
    }
    doc.add_evidence(e)
}

fn figure(e: &Evidence, skill: Option<Skill>) -> Figure {
    match skill {
        None => Figure::missing("no month scored", e),
        Some(s) => {
            let figure = e.figure_of("skill", Format::decimals(3).signed());
            match s.interval {
                Some((lo, hi)) => figure.between(lo, hi),
                None => figure,
            }
        }
    }
}

/// The statement and the table, or why there are none.
pub fn parts(doc: &mut Document, a: &Assessment, o: &Outlook) -> (Statement, Option<TableBlock>) {
    let levels = match &o.levels {
        Ok(levels) => levels,
        Err(why) => {
            let s = Statement::new("outlook-levels")
                .text("What each level adds to the outlook cannot be said: ")
                .quote(why.clone());
            return (s.text("."), None);
        }
    };
    let Levels {
        months,
        balance,
        skill,
        ..
    } = levels;
    let scores: Vec<Evidence> = a
        .register
        .levels
        .iter()
        .map(|l| watch::level(doc, l))
        .collect();
    let mut from = scores.clone();
    from.push(super::now(doc, o));
    let e = evidence(
        doc,
        "outlook-levels".to_owned(),
        format!(
            "chance of closer less chance of apart in {} months, with the level scores",
            levels.ahead
        ),
        *balance,
        *skill,
        &from,
    )
    .also("months", *months as f64);
    let e = doc.add_evidence(e);
    let statement = Statement::new("outlook-levels")
        .text("A regression on the sides' own months with the level scores, learnt from ")
        .figure(&e.figure_of("months", Format::count()))
        .text(" of them, gives closer less apart ")
        .figure(&e.figure(Format::decimals(2).signed()))
        .text("; its skill over the same without levels is ")
        .figure(&figure(&e, *skill))
        .text(format!(": {}.", words(*skill)));
    let mut table = TableBlock::new(
        "outlook-levels",
        Statement::new("outlook-levels-caption").text(
            "What each level adds, by leaving it out: above zero it draws the sides closer. So few months tell little",
        ),
        [
            Column::words("Level"),
            Column::numbers("Score in the month of the last reading"),
            Column::numbers("Adds to closer less apart"),
            Column::numbers("CRPS skill of knowing it"),
            Column::words("Verdict"),
        ],
    );
    for l in &levels.levels {
        let name = l.level.name();
        let e = evidence(
            doc,
            format!("outlook-level-{name}"),
            format!("what the {name} level adds to closer less apart"),
            l.adds,
            l.skill,
            &from,
        )
        .also("score", l.score);
        let e = doc.add_evidence(e);
        table.row(vec![
            Cell::Name(name.to_owned()),
            Cell::Figure(e.figure_of("score", Format::decimals(2))),
            Cell::Figure(e.figure(Format::decimals(3).signed())),
            Cell::Figure(figure(&e, l.skill)),
            Cell::Text(words(l.skill).to_owned()),
        ]);
    }
    (statement, (!levels.levels.is_empty()).then_some(table))
}
