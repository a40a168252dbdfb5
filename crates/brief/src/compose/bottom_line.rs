//! The bottom line: what a decision-maker has to know, in a handful of sentences.

use super::relation::relation;
use super::watch::{factor, level, words};
use super::year;
use super::{Beside, expect, outlook, stress};
use crate::{Document, Format, Statement};
use detente_partnership::engine::{Assessment, FactorAssessment, Need, Verdict};
use detente_relations::standing::Direction;

pub fn add(doc: &mut Document, a: &Assessment, beside: &Beside) {
    let mut statements: Vec<Statement> = Vec::new();
    statements.extend(record(doc, a));
    statements.extend(standing_of_relation(doc, a));
    statements.extend(alignment(doc, a));
    statements.extend(watch(doc, a));
    statements.extend(pressing(doc, a));
    statements.extend(outlook::bullets(doc, a, beside.published));
    statements.push(expect::bullet(doc, a));
    statements.extend(
        beside
            .stressed
            .map(|stressed| stress::bullet(doc, a, stressed)),
    );
    statements.extend(agenda(a));
    statements.extend(claims(a));
    statements.extend(monitored(a));
    let section = doc.section("bottom-line", "Bottom line");
    for s in statements {
        section.say(s.key());
    }
}

/// Disputes and conflicts of the sides, each data set up to its last year.
fn record(doc: &mut Document, a: &Assessment) -> Option<Statement> {
    let p = &a.partnership;
    let own: Vec<_> = a
        .record
        .iter()
        .filter(|e| e.of.id == p.a.id && e.with.id == p.b.id)
        .collect();
    if own.is_empty() {
        return None;
    }
    let mut s = Statement::new("bottom-record")
        .strong("Record. ")
        .text("Between ")
        .actor(p.a.name.clone())
        .text(" and ")
        .actor(p.b.name.clone())
        .text(" since ")
        .year(year(p.since))
        .text(": ");
    for (n, e) in own.iter().enumerate() {
        let figure = super::record::evidence(doc, e).figure(Format::count());
        if n > 0 {
            s = s.text(if n + 1 == own.len() { " and " } else { ", " });
        }
        let what = if e.dataset == "ucdp-acd" {
            " armed conflicts to "
        } else {
            " militarised disputes to "
        };
        s = s
            .figure(&figure)
            .text(what)
            .year(e.until.year())
            .text(" (")
            .name(e.dataset)
            .text(")");
    }
    Some(s.text("."))
}

fn standing_of_relation(doc: &mut Document, a: &Assessment) -> Option<Statement> {
    let r = relation(doc, a, &a.sides);
    let (year, last) = r.last?;
    let mut s = Statement::new("bottom-relation")
        .strong("Relation. ")
        .text("The relation index stood at ")
        .figure(&last.figure_with_interval(Format::decimals(2)))
        .text(" in ")
        .year(year);
    if let Some(mean) = r.mean {
        s = s
            .text(", against a mean of ")
            .figure(&mean.figure(Format::decimals(2)))
            .text(" in the years before; above zero, cooperation outweighs conflict");
    }
    Some(s.text("."))
}

fn alignment(doc: &mut Document, a: &Assessment) -> Option<Statement> {
    let p = &a.partnership;
    let distance = relation(doc, a, &a.sides).distance;
    let ((from, first), rest) = distance.split_first()?;
    let direction = match a.sides.apart {
        Some(Direction::Rising) => "In the UN the sides move apart",
        Some(Direction::Falling) => "In the UN the sides move closer",
        Some(Direction::Steady) => "In the UN the sides show no trend",
        None => "In the UN there are too few years for a trend",
    };
    let mut s = Statement::new("bottom-alignment")
        .strong("Interests. ")
        .text(format!("{direction}: the distance of "))
        .actor(p.b.name.clone())
        .text(" from the median of ")
        .actor(p.a.name.clone())
        .text(" went from ")
        .figure(&first.figure(Format::decimals(2)))
        .text(" in ")
        .year(*from)
        .text(" to ");
    for (n, (to, e)) in rest.iter().enumerate() {
        if n > 0 {
            s = s.text(" and ");
        }
        s = s
            .figure(&e.figure(Format::decimals(2)))
            .text(" in ")
            .year(*to);
    }
    Some(s.text("."))
}

fn watch(doc: &mut Document, a: &Assessment) -> Option<Statement> {
    let mut s = Statement::new("bottom-watch")
        .strong("Watch. ")
        .text("Pressure against its own past, zero the best and one the worst on record: ");
    let mut any = false;
    for (n, l) in a.register.levels.iter().enumerate() {
        if n > 0 {
            s = s.text(", ");
        }
        s = s.text(format!("{} ", l.level.name()));
        let e = level(doc, l);
        s = match l.score {
            Some(_) => {
                any = true;
                s.figure(&e.figure(Format::decimals(2)))
            }
            None => s.text("not monitored").rests_on(&e),
        };
    }
    any.then(|| s.text("."))
}

/// The factors that press hardest.
fn pressing(doc: &mut Document, a: &Assessment) -> Option<Statement> {
    let mut factors: Vec<&FactorAssessment> = a
        .register
        .factors()
        .filter(|f| {
            f.standing
                .is_some_and(|s| s >= a.partnership.settings.pressing)
        })
        .collect();
    factors.sort_by(|x, y| {
        y.standing
            .unwrap_or(0.0)
            .total_cmp(&x.standing.unwrap_or(0.0))
    });
    if factors.is_empty() {
        return Some(
            Statement::new("bottom-pressing")
                .text("No factor stands at or above the threshold of the partnership file."),
        );
    }
    let mut s = Statement::new("bottom-pressing").strong("Pressing most. ");
    for (n, f) in factors.iter().take(4).enumerate() {
        let e = factor(doc, f)?;
        if n > 0 {
            s = s.text("; ");
        }
        s = s
            .name(f.factor.title.clone())
            .text(" ")
            .figure(&e.figure(Format::decimals(2)));
    }
    let rest = factors.len().saturating_sub(4);
    Some(if rest > 0 {
        s.text(format!("; and {} more.", words(rest)))
    } else {
        s.text(".")
    })
}

fn agenda(a: &Assessment) -> Option<Statement> {
    let count = |need| a.agenda.iter().filter(|i| i.need == need).count();
    let misread = a.agenda.iter().filter(|i| i.misunderstanding()).count();
    let first = a.agenda.iter().find(|i| i.need == Need::MutualResponse)?;
    let mut s = Statement::new("bottom-consult")
        .strong("Consult. ")
        .text(format!(
            "Factors that ask for a mutual response: {}; for coordination: {}; with tones of the sides that differ in sign: {}. First on the agenda: ",
            words(count(Need::MutualResponse)),
            words(count(Need::Coordination)),
            words(misread),
        ))
        .name(first.title.clone());
    if first.formats.is_empty() {
        s = s.text(", which no standing format covers");
    }
    Some(s.text("."))
}

fn claims(a: &Assessment) -> Option<Statement> {
    let count = |v| a.assumptions.iter().filter(|r| r.verdict == v).count();
    (!a.assumptions.is_empty()).then(|| {
        Statement::new("bottom-claims")
            .strong("Assumptions. ")
            .text(format!(
                "Of {} claims of the frame the data support {}, contradict {}, and cannot test {}.",
                words(a.assumptions.len()),
                words(count(Verdict::Holds)),
                words(count(Verdict::DoesNotHold)),
                words(count(Verdict::CannotBeTested)),
            ))
    })
}

fn monitored(a: &Assessment) -> Option<Statement> {
    let s = Statement::new("bottom-monitored").strong("Blind spot. ");
    let Some(day) = a.register.watch_day else {
        return Some(s.text(
            "No event is monitored in these data up to the day of this brief, only sums by year: silence is ignorance, not calm.",
        ));
    };
    let s = s.text("No event after ").date(day);
    let gap = a.world.as_of.0 - day.0;
    Some(if gap > 31 {
        s.text(" is monitored in these data: for everything later, silence is ignorance, not calm.")
    } else {
        s.text(" was known on the day of this brief.")
    })
}
