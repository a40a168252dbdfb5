//! What such forecasts were worth in the past.

use super::super::book::{file, with_skills};
use crate::{Cell, Column, Document, Evidence, Figure, Format, Statement, TableBlock};
use detente_partnership::outlook::{LeadScores, Outlook, Skill};

/// Files the scores at a lead.
pub fn lead(doc: &mut Document, o: &Outlook, l: &LeadScores) -> Evidence {
    let mut e = file(
        format!("outlook-skill-{}", l.lead),
        format!(
            "backtest of the forecast at {} months: CRPS skill over climatology and the other scores",
            l.lead
        ),
        Some(l.over_climatology.mean),
        &o.panel,
    )
    .also("lead", f64::from(l.lead))
    .also("cells", l.cells as f64)
    .also("origins", l.origins as f64)
    .also("coverage", l.coverage);
    if let Some((lo, hi)) = l.over_climatology.interval {
        e = e.interval(lo, hi);
    }
    let skills = [
        (OVER_PERSISTENCE, Some(l.over_persistence)),
        (BITS_CLIMATOLOGY, Some(l.bits_over_climatology)),
        (BITS_PERSISTENCE, Some(l.bits_over_persistence)),
        (OWN, l.own),
    ];
    doc.add_evidence(with_skills(e, skills))
}

const OVER_PERSISTENCE: &str = "skill over persistence";
const BITS_CLIMATOLOGY: &str = "bits over climatology";
const BITS_PERSISTENCE: &str = "bits over persistence";
const OWN: &str = "skill over climatology, the sides alone";

/// A skill as a figure with its interval, where it has one.
fn figure(e: &Evidence, name: &str, skill: Option<Skill>) -> Figure {
    let Some(skill) = skill else {
        return Figure::missing("no month scored", e);
    };
    let figure = if name.is_empty() {
        e.figure(Format::decimals(3).signed())
    } else {
        e.figure_of(name, Format::decimals(3).signed())
    };
    match skill.interval {
        Some((lo, hi)) => figure.between(lo, hi),
        None => figure,
    }
}

/// What the backtest allows to say of a lead.
pub fn verdict(l: &LeadScores) -> &'static str {
    if l.demonstrated() {
        "skill"
    } else if l.over_climatology.interval.is_none() {
        "too few months to judge: no demonstrated skill"
    } else {
        "no demonstrated skill"
    }
}

/// The score card of the first page.
pub fn card(doc: &mut Document, o: &Outlook) -> Option<Statement> {
    let l = o.backtest.leads.first()?;
    let e = lead(doc, o, l);
    let s = Statement::new("bottom-score-card")
        .strong("Score card. ")
        .text("In ")
        .figure(&e.figure_of("cells", Format::count()))
        .text(" backtested forecasts of a month ahead the skill over climatology was ")
        .figure(&figure(&e, "", Some(l.over_climatology)))
        .text(", over persistence ")
        .figure(&figure(&e, OVER_PERSISTENCE, Some(l.over_persistence)))
        .text("; ninety-per-cent intervals held ")
        .figure(&e.figure_of("coverage", Format::percent(0)));
    let judged = o.horizons.iter().filter(|h| {
        let scores = o.backtest.at(h.lead);
        scores.is_some_and(LeadScores::demonstrated)
    });
    Some(match judged.count() {
        0 => s.text(". At the leads of this brief: no demonstrated skill."),
        n if n == o.horizons.len() => s.text("."),
        n => s.text(format!(
            ". Skill is demonstrated at {} of the {} leads of this brief.",
            super::words(n),
            super::words(o.horizons.len())
        )),
    })
}

/// Every lead of the backtest.
pub fn table(doc: &mut Document, o: &Outlook) -> TableBlock {
    let mut table = TableBlock::new(
        "outlook-skill",
        Statement::new("outlook-skill-caption").text(
            "What such forecasts were worth, made at months of the past with what was known then: above zero is better than the baseline. Leads that the past is too short to judge are left out",
        ),
        [
            Column::numbers("Months ahead of the last reading"),
            Column::numbers("Forecasts scored"),
            Column::numbers("CRPS skill over climatology"),
            Column::numbers("CRPS skill over persistence"),
            Column::numbers("Bits over climatology"),
            Column::numbers("Bits over persistence"),
            Column::numbers("CRPS skill, the sides alone"),
            Column::numbers("Coverage of ninety-per-cent intervals"),
            Column::words("Verdict"),
        ],
    );
    for l in &o.backtest.leads {
        let e = lead(doc, o, l);
        table.row(vec![
            Cell::Figure(e.figure_of("lead", Format::count())),
            Cell::Figure(e.figure_of("cells", Format::count())),
            Cell::Figure(figure(&e, "", Some(l.over_climatology))),
            Cell::Figure(figure(&e, OVER_PERSISTENCE, Some(l.over_persistence))),
            Cell::Figure(figure(&e, BITS_CLIMATOLOGY, Some(l.bits_over_climatology))),
            Cell::Figure(figure(&e, BITS_PERSISTENCE, Some(l.bits_over_persistence))),
            Cell::Figure(figure(&e, OWN, l.own)),
            Cell::Figure(e.figure_of("coverage", Format::percent(0))),
            Cell::Text(verdict(l).to_owned()),
        ]);
    }
    table
}
