//! From an [`Assessment`] to the document: one file per section. Every number is taken from the assessment, none is computed here
//! but counts of what the document itself lists.

mod agenda;
mod book;
mod bottom_line;
mod changed;
mod claims;
mod expect;
mod limits;
mod methods;
mod outlook;
mod record;
mod relation;
mod stress;
mod watch;

use crate::{Document, Source};
use detente_atlas::Day;
use detente_partnership::engine::{Assessment, Gap};
use detente_partnership::stress::Stressed;

pub use outlook::Published;

/// What a brief tells beside the assessment; what is `None` is not told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// An older brief of the same partnership, for what has changed since.
    pub earlier: Option<&'a Document>,
    /// What the ledger of published forecasts holds of the partnership.
    pub published: Option<&'a Published>,
    /// The worst plausible case, or why there is none.
    pub stressed: Option<&'a Result<Stressed, Gap>>,
}

/// The brief of an assessment.
pub fn compose(a: &Assessment, lake_version: impl Into<String>, beside: &Beside) -> Document {
    let p = &a.partnership;
    let mut doc = Document::new(
        p.id.clone(),
        p.title.clone(),
        "Early warning about a partnership: record, relation, watch, outlook, worst case, claims and agenda",
        a.world.as_of,
        lake_version,
    );
    doc.names = names(a);
    doc.sources = sources(a);
    bottom_line::add(&mut doc, a, beside);
    record::add(&mut doc, a);
    relation::add(&mut doc, a);
    watch::add(&mut doc, a);
    outlook::add(&mut doc, a);
    expect::add(&mut doc, a);
    if let Some(stressed) = beside.stressed {
        stress::add(&mut doc, a, stressed);
    }
    claims::add(&mut doc, a);
    agenda::add(&mut doc, a);
    changed::add(&mut doc, beside.earlier);
    limits::add(&mut doc, a);
    methods::add(&mut doc);
    doc
}

/// Every name that the partnership file declares, and of every actor of whom a chance is told.
fn names(a: &Assessment) -> Vec<String> {
    let p = &a.partnership;
    let mut names: Vec<String> = ["UN", "CIS", "OSCE"].map(String::from).to_vec();
    names.extend([p.a.name.clone(), p.b.name.clone()]);
    names.extend(p.contrast.iter().map(|c| c.name.clone()));
    for r in &p.rivalries {
        names.push(r.title.clone());
        names.extend(r.poles.iter().chain(&r.arenas).map(|x| x.name.clone()));
    }
    for f in &p.factors {
        names.push(f.title.clone());
        names.extend(f.toward.iter().map(|x| x.name.clone()));
        for i in &f.indicators {
            names.extend(i.measure.parties().iter().map(|x| x.name.clone()));
        }
    }
    names.extend(p.formats.iter().map(|f| f.title.clone()));
    if let Ok(x) = &a.expectation {
        let told = x.expected.iter().flatten();
        names.extend(
            told.flat_map(|t| [&t.subject, &t.object])
                .map(|id| expect::name(id)),
        );
    }
    names.sort();
    names.dedup();
    names
}

/// Ids of what figures rest on beside the data sets.
const PARTNERSHIP_FILE: &str = "partnership-file";
const MEMBERSHIPS: &str = "memberships";

fn sources(a: &Assessment) -> Vec<Source> {
    let own = [
        Source {
            id: PARTNERSHIP_FILE.to_owned(),
            title: format!("Partnership file {}", a.partnership.id),
            grade: "F6".to_owned(),
            citation: "Judgements of whoever wrote the file, each with its reason".to_owned(),
            licence: "MIT or Apache-2.0".to_owned(),
            coverage: "at the date of the brief".to_owned(),
        },
        Source {
            id: MEMBERSHIPS.to_owned(),
            title: "Table of memberships compiled into the program".to_owned(),
            grade: "B2".to_owned(),
            citation: "Dates of entry and exit of states in organisations, checked against the COW IGO data to 2014".to_owned(),
            licence: "facts".to_owned(),
            coverage: "1945 to today".to_owned(),
        },
    ];
    detente_sources::catalogue()
        .iter()
        .map(|d| Source {
            id: d.id.to_owned(),
            title: d.title.to_owned(),
            grade: d.grade.to_string(),
            citation: d.citation.to_owned(),
            licence: d.licence.to_owned(),
            coverage: limits::covered(a, d.id),
        })
        .chain(own)
        .collect()
}

/// The calendar year of a day as people write it in a sentence.
fn year(day: Day) -> i32 {
    day.year()
}
