//! What such chances were worth before.

use super::super::book::with_skills;
use crate::{Document, Evidence, Figure, Format, Statement};
use detente_atlas::Day;
use detente_partnership::outlook::Skill;
use detente_partnership::outlook::expect::{Expectation, Worth};

const OVER_BASELINE: &str = "Brier skill over the baseline";
const OVER_CLIMATOLOGY: &str = "Brier skill over own past";
const OWN: &str = "Brier skill over the baseline between the sides";

/// How good such chances were, and how confident that leaves the reader.
pub fn statements(doc: &mut Document, x: &Expectation) -> Vec<Statement> {
    let confidence = Statement::new("expect-confidence");
    let Some(w) = &x.worth else {
        return vec![confidence.text(
            "Low confidence: too few windows of the past were monitored throughout to tell what such chances were worth, so the baseline is shown.",
        )];
    };
    let e = evidence(doc, x, w);
    let scored = Statement::new("expect-worth")
        .strong("What such chances were worth. ")
        .text("In ")
        .figure(&e.figure_of("windows", Format::count()))
        .text(" windows from ")
        .date(Day(w.origins.0))
        .text(" to ")
        .date(Day(w.origins.1).plus(x.days as i32))
        .text(", over one pair in ")
        .figure(&e.figure_of("one in", Format::count()))
        .text(", ")
        .figure(&e.figure_of("events", Format::count()))
        .text(" of ")
        .figure(&e.figure_of("chances", Format::count()))
        .text(" chances came. Brier skill over the baseline ")
        .figure(&figure(&e, OVER_BASELINE, w.over_baseline))
        .text(", over own past alone ")
        .figure(&figure(&e, OVER_CLIMATOLOGY, w.over_climatology))
        .text(".");
    let mut said = vec![scored];
    if w.likely.is_some() {
        said.push(
            Statement::new("expect-reliability")
                .text("Where the chance was fifty-five per cent or more, ")
                .figure(&e.figure_of("said", Format::percent(0)))
                .text(" on average was said and ")
                .figure(&e.figure_of("came", Format::percent(0)))
                .text(" came (n = ")
                .figure(&e.figure_of("likely", Format::count()))
                .text(")."),
        );
    }
    said.push(
        Statement::new("expect-own")
            .text("Between the sides alone ")
            .figure(&e.figure_of("events between the sides", Format::count()))
            .text(" of ")
            .figure(&e.figure_of("chances between the sides", Format::count()))
            .text(" chances came; skill over the baseline ")
            .figure(&figure(&e, OWN, w.own_over_baseline))
            .text("."),
    );
    said.push(confidence.text(match (w.demonstrated(), w.own_over_baseline) {
        (true, Some(own)) if own.demonstrated() => {
            "Moderate confidence: both over the pairs scored and between the sides the regression did better than the baseline on windows it had not seen."
        }
        (true, _) => {
            "Moderate confidence in the method, which did better than the baseline over the pairs scored on windows it had not seen; low confidence for the sides alone: no demonstrated skill."
        }
        (false, _) => {
            "Low confidence: no demonstrated skill over the baseline, which is shown."
        }
    }));
    said
}

/// Files the scores.
fn evidence(doc: &mut Document, x: &Expectation, w: &Worth) -> Evidence {
    let mut e = Evidence::new(
        "expect-worth",
        format!(
            "chances of all types between one pair in {} of those that had ever met, and between the sides, in windows of {} days of the past, learnt from what lay before the first",
            w.one_in, x.days
        ),
        "events-within-days",
    )
    .datasets(x.datasets.iter().cloned())
    .rows(x.events)
    .period(Day(w.origins.0), Day(w.origins.1).plus(x.days as i32))
    .also("windows", w.windows as f64)
    .also("one in", f64::from(w.one_in))
    .also("chances", w.cells.0 as f64)
    .also("events", w.cells.1 as f64)
    .also("chances between the sides", w.own.0 as f64)
    .also("events between the sides", w.own.1 as f64);
    if let Some(s) = w.likely {
        e = e
            .also("said", s.said)
            .also("came", s.came)
            .also("likely", s.cells as f64);
    }
    let skills = [
        (OVER_BASELINE, w.over_baseline),
        (OVER_CLIMATOLOGY, w.over_climatology),
        (OWN, w.own_over_baseline),
    ];
    doc.add_evidence(with_skills(e, skills))
}

/// A skill with its interval, or why there is none.
fn figure(e: &Evidence, name: &str, skill: Option<Skill>) -> Figure {
    let Some(skill) = skill else {
        return Figure::missing("not defined, since nothing came", e);
    };
    let figure = e.figure_of(name, Format::decimals(3).signed());
    match skill.interval {
        Some((lo, hi)) => figure.between(lo, hi),
        None => figure,
    }
}
