//! The assumptions of the frame, each with its verdict and the findings that decide.

use super::book::{file, slug};
use crate::{Claim, Document, Figure, Format, Statement, Verdict};
use detente_partnership::engine::{self, Assessment, Finding, TestResult, Value};

/// Figures in one statement, at most: more would be too long to read.
const AT_ONCE: usize = 3;

pub fn add(doc: &mut Document, a: &Assessment) {
    let claims: Vec<Claim> = a
        .assumptions
        .iter()
        .map(|r| {
            let id = &r.assumption.id;
            Claim {
                id: format!("claim-{id}"),
                says: r.assumption.says.clone(),
                verdict: match r.verdict {
                    engine::Verdict::Holds => Verdict::Holds,
                    engine::Verdict::DoesNotHold => Verdict::DoesNotHold,
                    engine::Verdict::CannotBeTested => Verdict::CannotBeTested,
                },
                findings: r
                    .tests
                    .iter()
                    .enumerate()
                    .flat_map(|(n, t)| findings(doc, &format!("{id}-{}", n + 1), t))
                    .collect(),
            }
        })
        .collect();
    let section = doc.section("assumptions", "Assumptions");
    section.note(
        Statement::new("assumptions-reading").text(
            "Each claim of the frame was given a test on data that it can fail. A claim holds where all of its tests do.",
        ),
    );
    for claim in claims {
        section.claim(claim);
    }
}

/// One statement for the outcome, and one for each figure.
fn findings(doc: &mut Document, id: &str, t: &TestResult) -> Vec<Statement> {
    let outcome = match t.holds {
        Some(true) => "met",
        Some(false) => "not met",
        None => "cannot be made",
    };
    let mut statement = Statement::new(format!("finding-{id}"))
        .strong(format!("Test {outcome}: "))
        .name(t.what.clone());
    if let Some(gap) = &t.gap {
        return vec![statement.text(": ").quote(gap.clone())];
    }
    let mut all = Vec::new();
    for (n, f) in t.findings.iter().enumerate() {
        if n > 0 && n % AT_ONCE == 0 {
            all.push(statement.text("."));
            statement = Statement::new(format!("finding-{id}-{}", n / AT_ONCE + 1));
        } else {
            statement = statement.text(if n == 0 { ". " } else { "; " });
        }
        let figure = figure(doc, &format!("finding-{id}-{}", n + 1), t, f);
        statement = statement.name(label(f)).text(" ").figure(&figure);
    }
    all.push(statement.text("."));
    all
}

fn label(f: &Finding) -> String {
    match (f.when.is_empty(), &*f.what) {
        (true, what) => what.to_owned(),
        (false, "value") => f.when.clone(),
        (false, what) => format!("{what}, {}", f.when),
    }
}

fn figure(doc: &mut Document, id: &str, t: &TestResult, f: &Finding) -> Figure {
    let value = match &f.value {
        Value::Number(x) => Some(*x),
        Value::Count(n) => Some(*n as f64),
    };
    let what = format!("{}: {}", t.what, label(f));
    let mut evidence = file(slug(id), what, value, &f.provenance);
    if !f.factors.is_empty() {
        // The register's own figures lead to the factors, and these to their rows.
        evidence.query = None;
        evidence.command = String::new();
        evidence = evidence.built_from(f.factors.iter().map(|x| format!("factor-{x}")));
    }
    let evidence = doc.add_evidence(evidence);
    match &f.value {
        // A p-value of 0.00 would say that it is none.
        Value::Number(_) if f.what.ends_with("p =") => evidence.figure(Format::decimals(3)),
        Value::Number(_) => evidence.figure(Format::decimals(2)),
        Value::Count(_) => evidence.figure(Format::count()),
    }
}
