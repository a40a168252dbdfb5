//! Writing a brief: lint first, then every file whole or not at all.

use crate::{Document, Violation, chart, html, json, lint::lint, markdown};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Why a brief was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The document breaks the rules of the [`lint`](crate::lint). Nothing was written.
    #[error("the brief breaks {} of the tradecraft rules, and nothing was written:\n{}", .0.len(), list(.0))]
    Lint(Vec<Violation>),
    /// A file could not be written.
    #[error("cannot write {path}: {cause}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

fn list(violations: &[Violation]) -> String {
    violations
        .iter()
        .map(|v| format!("  {v}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The files of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `brief.html`.
    pub html: PathBuf,
    /// `brief.md`.
    pub markdown: PathBuf,
    /// `brief.json`.
    pub json: PathBuf,
    /// `charts/ID.svg`, in the order of the document.
    pub charts: Vec<PathBuf>,
}

/// Writes `brief.html`, `brief.md`, `brief.json` and `charts/ID.svg` into `dir`, which is made where it does not exist.
///
/// The document is linted first. All files are written beside their place and then renamed, so that a reader never meets half a file.
///
/// # Errors
/// [`WriteError::Lint`] where the document breaks a rule: nothing is written. [`WriteError::Io`] where a file cannot be written.
pub fn write(document: &Document, dir: &Path) -> Result<Written, WriteError> {
    let violations = lint(document);
    if !violations.is_empty() {
        return Err(WriteError::Lint(violations));
    }
    let written = Written {
        html: dir.join("brief.html"),
        markdown: dir.join("brief.md"),
        json: dir.join("brief.json"),
        charts: document
            .charts()
            .map(|c| dir.join("charts").join(format!("{}.svg", c.id)))
            .collect(),
    };
    let mut files = vec![
        (written.html.clone(), html::render(document)),
        (written.markdown.clone(), markdown::render(document)),
        (written.json.clone(), json::render(document)),
    ];
    files.extend(
        written
            .charts
            .iter()
            .cloned()
            .zip(document.charts().map(|c| chart::standalone(c, document))),
    );

    let folder = if written.charts.is_empty() {
        dir.to_owned()
    } else {
        dir.join("charts")
    };
    fs::create_dir_all(&folder).map_err(|cause| WriteError::Io {
        path: folder,
        cause,
    })?;
    let mut ready: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (path, text) in files {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".tmp-{}", std::process::id()));
        let beside = path.with_file_name(name);
        let result = write_whole(&beside, &text);
        ready.push((beside, path.clone()));
        if let Err(cause) = result {
            discard(&ready);
            return Err(WriteError::Io { path, cause });
        }
    }
    for (i, (beside, path)) in ready.iter().enumerate() {
        if let Err(cause) = fs::rename(beside, path) {
            discard(&ready[i..]);
            return Err(WriteError::Io {
                path: path.clone(),
                cause,
            });
        }
    }
    Ok(written)
}

fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Takes away what was written beside its place. A file that is not there is no error.
fn discard(ready: &[(PathBuf, PathBuf)]) {
    for (beside, _) in ready {
        let _ = fs::remove_file(beside);
    }
}
