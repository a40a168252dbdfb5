//! From the provenance of a figure to its evidence in the document.

use crate::Evidence;
use detente_partnership::outlook::Skill;
use detente_partnership::provenance::Provenance;

/// Files a value with its provenance under `id`, and returns the evidence that its figures name.
pub fn file(
    id: impl Into<String>,
    what: impl Into<String>,
    value: Option<f64>,
    provenance: &Provenance,
) -> Evidence {
    let p = provenance;
    let mut e = Evidence::new(id, what, p.method)
        .query(query(p), command(p))
        .datasets(p.datasets.iter().cloned())
        .sample(p.header.iter().cloned(), p.sample.iter().cloned());
    e = if p.absence {
        e.absent_in(p.rows)
    } else {
        e.rows(p.rows)
    };
    if let (Some(from), Some(to)) = (p.from, p.to) {
        e = e.period(from, to);
    }
    if let Some(value) = value {
        e = e.value(value);
    }
    e
}

/// The filters, with their tables where there are several.
fn query(p: &Provenance) -> String {
    match p.queries.as_slice() {
        [(_, filter)] => filter.clone(),
        all => all
            .iter()
            .map(|(table, filter)| format!("{}: {filter}", table.name()))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

/// The command that shows the figure or returns its rows, quoted for a POSIX shell.
fn command(p: &Provenance) -> String {
    if let Some(command) = &p.command {
        return command.clone();
    }
    p.queries
        .iter()
        .map(|(table, filter)| {
            format!(
                "detente export {} --where '{}'",
                table.name(),
                filter.replace('\'', r"'\''")
            )
        })
        .collect::<Vec<_>>()
        .join("; ")
}

/// An id made of words: lower case, digits and hyphens.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_matches('-').to_owned()
}

/// Adds skills by name, each with the ends of its interval where it has one; a skill that is not defined is left out.
pub fn with_skills<const N: usize>(
    mut e: Evidence,
    skills: [(&str, Option<Skill>); N],
) -> Evidence {
    for (name, skill) in skills {
        let Some(skill) = skill else { continue };
        e = e.also(name, skill.mean);
        if let Some((lo, hi)) = skill.interval {
            e = e
                .also(format!("{name}, low"), lo)
                .also(format!("{name}, high"), hi);
        }
    }
    e
}
