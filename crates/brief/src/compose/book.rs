//! From the provenance of a figure to its evidence in the document.

use crate::Evidence;
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
        .query(p.filter.clone(), command(p))
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

/// The command that returns the rows, quoted for a POSIX shell.
fn command(p: &Provenance) -> String {
    format!(
        "detente export {} --where '{}'",
        p.table.name(),
        p.filter.replace('\'', r"'\''")
    )
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
