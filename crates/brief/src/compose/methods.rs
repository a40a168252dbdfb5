//! The definitions that the figures of a brief rest on, taken from docs/methods.md so that they are written once.

use crate::{Document, Method};

/// Headings of docs/methods.md that this crate names itself.
pub const SKILL: &str = "realistic";
pub const VOLATILITY: &str = "volatility";
pub const HALF_LIFE: &str = "half-life";
pub const BREAKS: &str = "breaks";
pub const SPLICE: &str = "splice";
pub const STANDING: &str = "standing";
pub const LEVEL_SCORE: &str = "level-score";
pub const EXPOSURE: &str = "exposure";
pub const COVERAGE: &str = "coverage";

const TEXT: &str = include_str!("../../../../docs/methods.md");

/// Adds the definition of every method that a piece of evidence names.
pub fn add(doc: &mut Document) {
    let mut ids: Vec<String> = doc.evidence.iter().map(|e| e.method.clone()).collect();
    ids.sort();
    ids.dedup();
    doc.methods = ids
        .into_iter()
        .map(|id| {
            let (definition, citation) = section(&id).map(split).unwrap_or_default();
            Method {
                title: id.replace('-', " "),
                definition,
                citation,
                id,
            }
        })
        .collect();
}

/// The text below the heading `## id`.
fn section(id: &str) -> Option<&'static str> {
    let heading = format!("\n## {id}\n");
    let start = TEXT.find(&heading)? + heading.len();
    let rest = &TEXT[start..];
    let end = rest.find("\n#").unwrap_or(rest.len());
    Some(rest[..end].trim())
}

/// The text up to the remarks on edges, and where the whole stands.
fn split(text: &str) -> (String, String) {
    let definition = text.split("\n- ").next().unwrap_or(text);
    let plain: String = definition.replace(['*', '`'], "");
    (
        plain.split_whitespace().collect::<Vec<_>>().join(" "),
        "docs/methods.md".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_named_method_is_defined() {
        for id in [
            super::SKILL,
            super::VOLATILITY,
            super::HALF_LIFE,
            super::BREAKS,
            super::SPLICE,
            super::STANDING,
            super::LEVEL_SCORE,
            super::EXPOSURE,
            super::COVERAGE,
        ] {
            assert!(
                super::section(id).is_some_and(|text| text.len() > 40),
                "docs/methods.md has no ## {id}"
            );
        }
    }
}
