//! Reading a partnership file: by path, by name, or from a text.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::DeTable;

use crate::file::File;
use crate::lint;
use crate::model::Partnership;
use crate::nearest::nearest;
use crate::place::{Finding, Problem, Source};
use crate::shape;
use crate::validate::{self, Written};

/// The partnerships that come with détente, compiled in so that the program runs anywhere.
const SHIPPED: &[(&str, &str)] = &[
    (
        "asean-china",
        include_str!("../../../partnerships/asean-china.toml"),
    ),
    (
        "eu-georgia",
        include_str!("../../../partnerships/eu-georgia.toml"),
    ),
    (
        "nato-azerbaijan",
        include_str!("../../../partnerships/nato-azerbaijan.toml"),
    ),
    (
        "us-philippines",
        include_str!("../../../partnerships/us-philippines.toml"),
    ),
];

/// Why there is no partnership to work on.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not UTF-8.
    #[error("{path}: not UTF-8 from byte {at} on: save the file as UTF-8")]
    Encoding {
        /// The path as given.
        path: String,
        /// The first byte that does not belong to a character, from 0.
        at: usize,
    },
    /// No file and no shipped partnership has that name.
    #[error("there is no partnership '{name}': {remedy}")]
    NotFound {
        /// The name as given.
        name: String,
        /// The nearest name, all names, and where files were looked for.
        remedy: String,
    },
    /// The file has faults, all of them listed in its order.
    #[error("{}", report(.0))]
    Invalid(Vec<Problem>),
}

fn report(problems: &[Problem]) -> String {
    let file = problems.first().map_or("", |p| p.file.as_str());
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    };
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    format!("{}\n{file}: {count}", all.join("\n"))
}

impl FileError {
    /// The faults of the file, in its order; empty where it could not be read at all.
    pub fn problems(&self) -> &[Problem] {
        match self {
            FileError::Invalid(problems) => problems,
            _ => &[],
        }
    }
}

/// A sound file, and what may deserve a second look.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The partnership.
    pub partnership: Partnership,
    /// Warnings, in the order of the file: nothing is wrong, but something may not be meant or cannot be served.
    pub warnings: Vec<Problem>,
    /// The text that was read.
    pub text: String,
    /// Where it came from: a path, or the name of a shipped partnership.
    pub origin: String,
}

/// The names of the shipped partnerships with their texts, by name.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.iter().copied()
}

/// Reads and resolves a file.
///
/// # Errors
/// [`FileError`]: unreadable, not UTF-8, or with faults; all faults are reported at once.
pub fn read(path: &Path) -> Result<Partnership, FileError> {
    check_path(path).map(|c| c.partnership)
}

/// Resolves a text; `name` stands for the file in messages.
///
/// # Errors
/// [`FileError::Invalid`] with all faults.
pub fn parse(text: &str, name: &str) -> Result<Partnership, FileError> {
    check_text(text, name).map(|c| c.partnership)
}

/// Finds a partnership by path or by name; see [`check`].
///
/// # Errors
/// As [`check`].
pub fn find(name_or_path: &str, dirs: &[PathBuf]) -> Result<Partnership, FileError> {
    check(name_or_path, dirs).map(|c| c.partnership)
}

/// Finds a partnership and keeps its warnings. A name that ends in `.toml` or has a folder in it is a path; any other is
/// `NAME.toml` in the first of `dirs` that has it, else the shipped partnership of that name.
///
/// # Errors
/// [`FileError`]: nothing of that name, unreadable, not UTF-8, or with faults.
pub fn check(name_or_path: &str, dirs: &[PathBuf]) -> Result<Checked, FileError> {
    let path = Path::new(name_or_path);
    if path.extension().is_some_and(|e| e == "toml") || path.components().count() > 1 {
        return check_path(path);
    }
    let file_name = format!("{name_or_path}.toml");
    if let Some(file) = dirs
        .iter()
        .map(|d| d.join(&file_name))
        .find(|p| p.is_file())
    {
        return check_path(&file);
    }
    match SHIPPED.iter().find(|(name, _)| *name == name_or_path) {
        Some((name, text)) => check_text(text, &format!("{name}.toml (shipped)")),
        None => Err(not_found(name_or_path, dirs)),
    }
}

fn not_found(name: &str, dirs: &[PathBuf]) -> FileError {
    let mut known: Vec<String> = SHIPPED.iter().map(|(n, _)| (*n).to_owned()).collect();
    for entry in dirs
        .iter()
        .filter_map(|d| std::fs::read_dir(d).ok())
        .flatten()
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "toml")
            && let Some(stem) = path.file_stem().and_then(|s| s.to_str())
        {
            known.push(stem.to_owned());
        }
    }
    known.sort();
    known.dedup();
    let words: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut remedy = nearest(name, &words)
        .map(|n| format!("did you mean '{n}'? "))
        .unwrap_or_default();
    remedy.push_str(&format!(
        "Known: {}. For a file of your own give its path, ending in .toml",
        words.join(", ")
    ));
    FileError::NotFound {
        name: name.to_owned(),
        remedy,
    }
}

/// Reads and resolves a file and keeps its warnings.
///
/// # Errors
/// As [`read`].
pub fn check_path(path: &Path) -> Result<Checked, FileError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| FileError::Unreadable {
        path: name.clone(),
        source,
    })?;
    let text = String::from_utf8(bytes).map_err(|e| FileError::Encoding {
        path: name.clone(),
        at: e.utf8_error().valid_up_to(),
    })?;
    check_text(&text, &name)
}

/// Resolves a text and keeps its warnings.
///
/// # Errors
/// As [`parse`].
pub fn check_text(text: &str, name: &str) -> Result<Checked, FileError> {
    let source = Source { name, text };
    let invalid = |findings| FileError::Invalid(source.problems(findings));

    let (mut document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(invalid(errors.iter().map(syntax).collect()));
    }
    let written = written(document.get_ref());
    let mut findings = Vec::new();
    let head = head_place(text);
    if shape::check(document.get_mut(), head, &shape::FILE, &mut findings) == shape::Left::Broken {
        return Err(invalid(findings));
    }
    // The walk has taken out what does not fit, so a failure here would be a gap between the walk and the types: it is
    // reported like any other, with its place.
    let file = match File::deserialize(toml::de::Deserializer::from(document)) {
        Ok(file) => file,
        Err(error) => {
            findings.push(syntax(&error));
            return Err(invalid(findings));
        }
    };
    let (partnership, more) = validate::partnership(&file, text, &written);
    findings.extend(more);
    match partnership {
        Some(partnership) if findings.is_empty() => Ok(Checked {
            warnings: source.problems(lint::warnings(&file, &partnership)),
            partnership,
            text: text.to_owned(),
            origin: name.to_owned(),
        }),
        _ => Err(invalid(findings)),
    }
}

/// The first line that is neither empty nor a comment: where a missing section is shown.
fn head_place(text: &str) -> std::ops::Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if !bare.is_empty() && !bare.starts_with('#') {
            return start..start + line.trim_end().len();
        }
        start += line.len();
    }
    0..0
}

fn syntax(error: &toml::de::Error) -> Finding {
    Finding {
        span: error.span().unwrap_or(0..0),
        message: error.message().replace('\n', ", "),
        remedy: String::new(),
    }
}

/// The ids of groups, rivalries and factors as they stand in the document, before anything is taken out.
fn written(document: &DeTable<'_>) -> Written {
    let ids = |section: &str| {
        let value = document.get(section).map(|s| s.get_ref());
        let several = value
            .and_then(|v| v.as_array())
            .into_iter()
            .flat_map(|a| a.iter())
            .map(|i| i.get_ref());
        // In single brackets it is a fault, but what refers to it is none.
        let one = value.filter(|v| v.is_table());
        several
            .chain(one)
            .filter_map(|i| i.as_table()?.get("id")?.get_ref().as_str())
            .map(str::to_owned)
            .collect()
    };
    Written {
        groups: ids("group"),
        rivalries: ids("rivalry"),
        factors: ids("factor"),
    }
}
