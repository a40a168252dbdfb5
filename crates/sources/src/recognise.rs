//! Tells a file's data set by its content, so that a user need not name it.

use std::io::{self, Read};
use std::path::Path;

use crate::archive::{self, Member};
use crate::dataset::Dataset;
use crate::error::{Fault, Place, ReadError, stream_fault};
use crate::structural::armed_conflict;
use crate::{acled, catalogue, gdelt, icews, phoenix, polecat, ucdp_ged};

/// Bytes of a file that are looked at.
const LOOKED_AT: u64 = 16 * 1024;
/// Lines of them.
const LINES: usize = 20;

/// The beginning of a file, or of the first member of an archive.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// The name without folders and without the ending of the compression.
    pub(crate) name: String,
    /// The first whole lines, at most 20; bytes that are not UTF-8 are replaced.
    pub(crate) lines: Vec<String>,
}

impl Head {
    /// The fields of a line split at tabs, without quotes; none where there is no such line.
    pub(crate) fn tabs(&self, line: usize) -> Vec<&str> {
        self.split(line, '\t')
    }

    /// The fields of a line split at commas, without quotes. Good enough for a header.
    pub(crate) fn commas(&self, line: usize) -> Vec<&str> {
        self.split(line, ',')
    }

    /// The same at semicolons.
    pub(crate) fn semicolons(&self, line: usize) -> Vec<&str> {
        self.split(line, ';')
    }

    fn split(&self, line: usize, at: char) -> Vec<&str> {
        let line = self.lines.get(line).map(String::as_str);
        line.map(|l| l.split(at).map(|f| f.trim().trim_matches('"')).collect())
            .unwrap_or_default()
    }
}

/// What a file was taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognised {
    /// The data set.
    pub dataset: &'static Dataset,
    /// By what: a sentence for the user.
    pub sign: String,
}

/// The formats that can be told by their content, with the data set that such a file belongs to where it is not bundled.
/// The first that fits counts.
type Sign = (&'static str, fn(&Head) -> Option<&'static str>);
const SIGNS: &[Sign] = &[
    ("icews", icews::sign),
    ("polecat", polecat::sign),
    ("phoenix", phoenix::sign),
    ("ucdp-ged", ucdp_ged::sign),
    ("ucdp-ged-candidate", ucdp_ged::sign_candidate),
    ("ucdp-dyadic", armed_conflict::sign_dyadic),
    ("ucdp-acd-own", armed_conflict::sign_conflicts),
    ("acled", acled::sign),
    ("gdelt-2", gdelt::sign_2),
    ("gdelt-2-mentions", gdelt::sign_mentions),
    ("gdelt-1", gdelt::sign_1),
];

/// The data set that a file belongs to: by its name where it is a bundled one, else by its content.
///
/// # Errors
/// As [`crate::read`], where the file cannot be read at all, and where it is one that is known to have no reader. `Ok(None)`: readable, and
/// of no layout known.
pub fn recognise(path: &Path) -> Result<Option<Recognised>, ReadError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let bundled = catalogue().iter().find(|d| {
        let mut files = d.files.iter();
        files.any(|f| f.rsplit('/').next() == name.as_deref())
    });
    if let Some(dataset) = bundled {
        let sign = "by its name, it is a bundled file".to_owned();
        return Ok(Some(Recognised { dataset, sign }));
    }
    let head = head(path)?;
    let found = SIGNS.iter().find_map(|(id, sign)| {
        let sign = sign(&head)?.to_owned();
        let dataset = crate::dataset(id).expect("a sign names a data set of the catalogue");
        Some(Recognised { dataset, sign })
    });
    match armed_conflict::no_reader(&head) {
        Some(why) if found.is_none() => Err(ReadError {
            place: Place::file(path).row(1).into(),
            fault: Fault::OtherSet(why),
        }),
        _ => Ok(found),
    }
}

fn head(path: &Path) -> Result<Head, ReadError> {
    let mut head = None;
    let outcome = archive::members(path, &mut |member, input| {
        let mut bytes = Vec::new();
        let read = io::Read::take(input, LOOKED_AT).read_to_end(&mut bytes);
        let fault = read.map_or_else(stream_fault, |_| Fault::NoRows);
        head = Some(beginning(member, &bytes));
        // Ends the walk through the archive: the first member is enough.
        Err(ReadError {
            place: member.place.clone().into(),
            fault,
        })
    });
    match (head, outcome) {
        (Some(head), _) => Ok(head),
        (None, Err(e)) => Err(e),
        (None, Ok(_)) => Ok(Head::default()),
    }
}

fn beginning(member: &Member, bytes: &[u8]) -> Head {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let mut lines: Vec<String> = bytes
        .split(|b| *b == b'\n')
        .take(LINES)
        .map(|l| String::from_utf8_lossy(l.strip_suffix(b"\r").unwrap_or(l)).into_owned())
        .collect();
    // The last is cut or, after the last line end, empty.
    if lines.len() < LINES && lines.len() > 1 {
        lines.pop();
    }
    Head {
        name: member.name.clone(),
        lines,
    }
}
