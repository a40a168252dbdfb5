//! `brief.json`: the document itself, to be loaded again by the next brief.

use crate::{Document, SCHEMA};
use std::path::{Path, PathBuf};

/// Why a `brief.json` cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is not a brief.
    #[error("{path} is not a brief: {cause}. Write it anew with `detente brief`")]
    NotABrief {
        /// The file.
        path: PathBuf,
        /// Where and what.
        cause: serde_json::Error,
    },
    /// The brief has another form than this version reads.
    #[error(
        "{path} has the form '{found}', this version reads '{SCHEMA}'. Write it anew with `detente brief --as-of DATE`"
    )]
    OtherSchema {
        /// The file.
        path: PathBuf,
        /// The form it names.
        found: String,
    },
}

/// The document as JSON, indented, with a line break at the end. The same document gives the same bytes.
///
/// # Panics
/// Never: every type of the document has a JSON form.
pub fn render(document: &Document) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("a document has a JSON form");
    text.push('\n');
    text
}

/// Loads an older brief.
pub fn load(path: &Path) -> Result<Document, LoadError> {
    let text = std::fs::read_to_string(path).map_err(|cause| LoadError::Io {
        path: path.to_owned(),
        cause,
    })?;
    let not_a_brief = |cause| LoadError::NotABrief {
        path: path.to_owned(),
        cause,
    };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(not_a_brief)?;
    match value.get("schema").and_then(|s| s.as_str()) {
        Some(found) if found != SCHEMA => Err(LoadError::OtherSchema {
            path: path.to_owned(),
            found: found.to_owned(),
        }),
        _ => serde_json::from_value(value).map_err(not_a_brief),
    }
}
