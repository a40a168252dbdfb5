//! The commit log: one JSON file a version, numbered from 0 without a gap. What the log does not name does not exist.
//!
//! A commit is written under another name, flushed to disk, and then linked to its number. A link never
//! replaces a file, so of two writers of the same number exactly one wins, and a reader sees a whole commit or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use detente_atlas::{By, Day};
use detente_sources::Beat;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::crash;
use crate::error::{LakeError, Result, io};
use crate::evidence::Run;
use crate::schema::Table;

/// The lake format that this version reads and writes.
pub(crate) const FORMAT: u32 = 2;

/// The folder of the log inside a lake.
pub(crate) const LOG: &str = "_log";
/// The folder of files that are being written, inside a lake.
pub(crate) const TEMPORARY: &str = "_tmp";

/// One version of the lake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// The lake format, 2.
    pub format: u32,
    /// The version that the lake has after this commit.
    pub version: u64,
    /// When it was committed (UTC, RFC 3339).
    pub time: String,
    /// The program that wrote it.
    pub writer: String,
    /// A digest of the tables' columns.
    pub columns: String,
    /// The files that leave the lake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Removed>,
    /// The files that enter the lake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<FileEntry>,
    /// Files that could not be had or read. A file that enters the lake under the same name ends its failure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
}

/// A file that could not be had or read, so that what it would have held is unmonitored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The data set.
    pub dataset: String,
    /// The file's name, without its folder.
    pub source: String,
    /// The first and last day that the file would have told of; absent where its name does not say.
    #[serde(default, with = "days", skip_serializing_if = "Option::is_none")]
    pub span: Option<(Day, Day)>,
    /// The place of the file among those of its day, from 0, for data sets with a beat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<u16>,
    /// Why, as it reads on after the file's name: `could not be fetched: HTTP 404`.
    pub reason: String,
    /// Where it was to be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it failed first for this reason (UTC, RFC 3339).
    pub time: String,
}

impl Failed {
    /// A failure now. Its days are those that the name gives: by the data set's beat, or by the date it begins with.
    pub fn new(dataset: &detente_sources::Dataset, source: &str, reason: &str) -> Failed {
        Failed::of(dataset.id, dataset.beat, source, reason)
    }

    pub(crate) fn of(dataset: &str, beat: Option<Beat>, source: &str, reason: &str) -> Failed {
        let slot = beat.and_then(|b| b.slot(source));
        Failed {
            dataset: dataset.to_owned(),
            source: source.to_owned(),
            span: slot.map_or_else(|| days_of_name(source), |(day, _)| Some((day, day))),
            slot: slot.map(|(_, place)| place),
            reason: reason.to_owned(),
            url: None,
            time: now(),
        }
    }

    /// Whether it tells the same, whenever it was noted.
    fn same(&self, other: &Failed) -> bool {
        let at = |f: &Failed| Failed {
            time: String::new(),
            ..f.clone()
        };
        at(self) == at(other)
    }
}

/// The days that a name speaks of by the digits that it begins with: `1979.zip`, `200601.zip`, `20181004-events.tab`.
pub(crate) fn days_of_name(name: &str) -> Option<(Day, Day)> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let dot = name.as_bytes().get(digits) == Some(&b'.');
    let first = match digits {
        4 if dot => format!("{}0101", name.get(..4)?),
        6 if dot => format!("{}01", name.get(..6)?),
        8 | 14 => name.get(..8)?.to_owned(),
        _ => return None,
    };
    let first = Day::parse_compact(&first).ok()?;
    if !(1500..2500).contains(&first.year()) {
        return None;
    }
    let by = match digits {
        4 => By::Year,
        6 => By::Month,
        _ => By::Day,
    };
    Some((first, first.end_of(by)))
}

/// A source file that left the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The data set.
    pub dataset: String,
    /// The source file's name.
    pub source: String,
    /// SHA-256 of the source file that left.
    pub sha256: String,
    /// Why it left.
    pub reason: String,
}

/// A source file in the lake: where its rows are, and what was seen in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The data set.
    pub dataset: String,
    /// The table.
    pub table: String,
    /// The source file's name, without its folder.
    pub source: String,
    /// SHA-256 of the source file, in hexadecimal.
    pub sha256: String,
    /// Size of the source file in bytes.
    pub source_bytes: u64,
    /// The version of the reader that read it.
    pub reader: String,
    /// The period by which the data set counts, in words.
    pub step: String,
    /// The day and the place in it (from 0) that the name gives, for data sets with a beat.
    #[serde(default, with = "slot", skip_serializing_if = "Option::is_none")]
    pub slot: Option<(Day, u16)>,
    /// The Parquet file, relative to the lake; absent where the file held no row. Several source files may share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Size of the whole Parquet file in bytes.
    pub bytes: u64,
    /// Rows of the Parquet file that come before those of this source file.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: u64,
    /// Rows.
    pub rows: u64,
    /// The first and last day that a row is dated by (`day`, or `start`); absent without rows.
    #[serde(default, with = "days", skip_serializing_if = "Option::is_none")]
    pub day: Option<(Day, Day)>,
    /// The first and last day on which a row could be known; absent without rows.
    #[serde(default, with = "days", skip_serializing_if = "Option::is_none")]
    pub known: Option<(Day, Day)>,
    /// Which periods were seen, with their rows.
    pub coverage: Vec<Run>,
    /// Rows that could not be read.
    pub rejected: u64,
    /// The first of them, with the place and the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<String>,
    /// Rows left out because the file had them already.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub duplicates: u64,
    /// Sound rows left out on purpose, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<String, u64>,
    /// How many names and codes did not resolve.
    pub unknown: u64,
    /// The 200 most frequent of them: what kind, text, count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknowns: Vec<(String, String, u64)>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A pair of days as ISO text.
mod days {
    use detente_atlas::Day;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        pair: &Option<(Day, Day)>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        pair.map(|(a, b)| (a.to_string(), b.to_string()))
            .serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<(Day, Day)>, D::Error> {
        let pair = Option::<(String, String)>::deserialize(d)?;
        let day = |t: String| t.parse::<Day>().map_err(D::Error::custom);
        pair.map(|(a, b)| Ok((day(a)?, day(b)?))).transpose()
    }
}

/// A day and a place in it, as `["2020-01-01", 3]`.
mod slot {
    use detente_atlas::Day;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        slot: &Option<(Day, u16)>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        slot.map(|(day, place)| (day.to_string(), place))
            .serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<(Day, u16)>, D::Error> {
        let slot = Option::<(String, u16)>::deserialize(d)?;
        slot.map(|(day, place)| Ok((day.parse().map_err(D::Error::custom)?, place)))
            .transpose()
    }
}

/// What a lake holds after all commits.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// The version; `None` where there is no commit yet.
    pub(crate) version: Option<u64>,
    /// When that version was committed.
    pub(crate) time: String,
    /// The files, by data set and source name.
    pub(crate) files: BTreeMap<(String, String), Arc<FileEntry>>,
    /// The names of the files, by data set and digest of the bytes.
    contents: BTreeMap<(String, String), BTreeSet<String>>,
    /// The files that failed and have not come in since, by data set and name.
    pub(crate) failed: BTreeMap<(String, String), Failed>,
}

impl State {
    fn apply(&mut self, commit: Commit) {
        for r in commit.remove {
            self.take_out(&(r.dataset, r.source));
        }
        for f in commit.add {
            let key = (f.dataset.clone(), f.source.clone());
            self.take_out(&key);
            self.failed.remove(&key);
            self.contents
                .entry((f.dataset.clone(), f.sha256.clone()))
                .or_default()
                .insert(f.source.clone());
            self.files.insert(key, Arc::new(f));
        }
        for f in commit.failed {
            self.failed.insert((f.dataset.clone(), f.source.clone()), f);
        }
        self.version = Some(commit.version);
        self.time = commit.time;
    }

    fn take_out(&mut self, key: &(String, String)) {
        let Some(old) = self.files.remove(key) else {
            return;
        };
        let contents = (old.dataset.clone(), old.sha256.clone());
        if let Some(names) = self.contents.get_mut(&contents) {
            names.remove(&old.source);
            if names.is_empty() {
                self.contents.remove(&contents);
            }
        }
    }

    /// The files of a data set that were read from these bytes.
    pub(crate) fn with_bytes<'a>(
        &'a self,
        dataset: &str,
        sha256: &str,
    ) -> impl Iterator<Item = &'a Arc<FileEntry>> + use<'a> {
        let names = self.contents.get(&(dataset.to_owned(), sha256.to_owned()));
        let dataset = dataset.to_owned();
        names
            .into_iter()
            .flatten()
            .filter_map(move |name| self.file(&dataset, name))
    }

    /// The file of a data set that was read from the same bytes by the same reader.
    pub(crate) fn find(&self, dataset: &str, sha256: &str, reader: &str) -> Option<&FileEntry> {
        self.with_bytes(dataset, sha256)
            .find(|f| f.reader == reader)
            .map(|f| &**f)
    }

    /// The file of that name.
    pub(crate) fn file(&self, dataset: &str, source: &str) -> Option<&Arc<FileEntry>> {
        self.files.get(&(dataset.to_owned(), source.to_owned()))
    }

    /// The files of a data set, by name.
    pub(crate) fn of<'a>(&'a self, dataset: &str) -> impl Iterator<Item = &'a FileEntry> + use<'a> {
        of(&self.files, dataset).map(|f| &**f)
    }

    /// The failures of a data set, by file name.
    pub(crate) fn failed_of<'a>(
        &'a self,
        dataset: &str,
    ) -> impl Iterator<Item = &'a Failed> + use<'a> {
        of(&self.failed, dataset)
    }

    /// Those failures that are not on record as they are told.
    pub(crate) fn news(&self, failed: &[Failed]) -> Vec<Failed> {
        let known = |f: &Failed| {
            let key = (f.dataset.clone(), f.source.clone());
            self.failed.get(&key).is_some_and(|old| old.same(f))
        };
        failed.iter().filter(|f| !known(f)).cloned().collect()
    }
}

/// The values of a data set in a map by data set and name.
fn of<'a, T>(
    map: &'a BTreeMap<(String, String), T>,
    dataset: &str,
) -> impl Iterator<Item = &'a T> + use<'a, T> {
    let dataset = dataset.to_owned();
    map.range((dataset.clone(), String::new())..)
        .take_while(move |((d, _), _)| *d == dataset)
        .map(|(_, value)| value)
}

/// A digest of the names, types and nullability of the tables' columns.
pub(crate) fn columns_digest() -> String {
    let mut hash = Sha256::new();
    for table in Table::ALL {
        for f in table.schema().fields() {
            hash.update(format!(
                "{}.{} {:?} {}\n",
                table.name(),
                f.name(),
                f.data_type(),
                f.is_nullable()
            ));
        }
    }
    hex(&hash.finalize())[..16].to_owned()
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The file of a version.
pub(crate) fn commit_path(lake: &Path, version: u64) -> PathBuf {
    lake.join(LOG).join(format!("{version:020}.json"))
}

/// Brings `state` up to the newest commit.
///
/// # Errors
/// A gap in the numbers, an unreadable or newer commit, or one of other columns.
pub(crate) fn catch_up(lake: &Path, state: &mut State) -> Result<()> {
    let columns = columns_digest();
    let folder = lake.join(LOG);
    let mut versions = Vec::new();
    for entry in fs::read_dir(&folder).map_err(io("list the commits in", &folder))? {
        let entry = entry.map_err(io("list the commits in", &folder))?;
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|n| n.strip_suffix(".json"))
            .filter(|n| n.len() == 20);
        versions.extend(number.and_then(|n| n.parse::<u64>().ok()));
    }
    versions.sort_unstable();
    let next = state.version.map_or(0, |v| v + 1);
    for (expected, version) in (next..).zip(versions.into_iter().filter(|v| *v >= next)) {
        if version != expected {
            let file = commit_path(lake, expected);
            return Err(LakeError::CorruptLog {
                file,
                what: "this commit is missing".to_owned(),
            });
        }
        state.apply(read_commit(lake, version, &columns)?);
    }
    Ok(())
}

fn read_commit(lake: &Path, version: u64, columns: &str) -> Result<Commit> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let file = commit_path(lake, version);
    let text = fs::read(&file).map_err(io("read the commit", &file))?;
    let corrupt = |e: serde_json::Error| LakeError::CorruptLog {
        file: file.clone(),
        what: e.to_string(),
    };
    let Format { format } = serde_json::from_slice(&text).map_err(corrupt)?;
    if format < FORMAT {
        return Err(LakeError::Older {
            file,
            found: format,
            known: FORMAT,
        });
    }
    if format > FORMAT {
        return Err(LakeError::Newer {
            file,
            found: format,
            known: FORMAT,
        });
    }
    let commit: Commit = serde_json::from_slice(&text).map_err(corrupt)?;
    if commit.version != version {
        let what = format!("it says that it is version {}", commit.version);
        return Err(LakeError::CorruptLog { file, what });
    }
    if commit.columns != columns {
        return Err(LakeError::OtherColumns { file });
    }
    Ok(commit)
}

/// Whether a commit was made or its number was taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Committed,
    Taken,
}

/// Writes a commit under its number, unless the number is taken.
pub(crate) fn commit(lake: &Path, commit: &Commit) -> Result<Outcome> {
    let folder = lake.join(TEMPORARY);
    let temporary = temporary_path(lake, "commit.json");
    let path = commit_path(lake, commit.version);
    let text = serde_json::to_vec_pretty(commit).expect("a commit holds only text and numbers");
    let text = compact_runs(&text);
    fs::create_dir_all(&folder).map_err(io("create the folder", &folder))?;
    let mut file = File::create_new(&temporary).map_err(io("create", &temporary))?;
    file.write_all(&text[..text.len() / 2])
        .map_err(io("write", &temporary))?;
    crash::point("half a commit written");
    file.write_all(&text[text.len() / 2..])
        .map_err(io("write", &temporary))?;
    file.sync_all().map_err(io("flush", &temporary))?;
    crash::point("commit written, not linked");
    let linked = fs::hard_link(&temporary, &path);
    crash::point("commit linked");
    let _ = fs::remove_file(&temporary);
    match linked {
        Ok(()) => {
            sync_folder(&lake.join(LOG))?;
            Ok(Outcome::Committed)
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(Outcome::Taken),
        Err(e) => Err(io("commit (it needs a file system with hard links)", &path)(e)),
    }
}

/// Puts each array of plain values back on one line, so that a commit has a line a run and stays readable.
fn compact_runs(pretty: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pretty.len());
    let (mut in_text, mut escaped, mut i) = (false, false, 0);
    while i < pretty.len() {
        let b = pretty[i];
        if in_text {
            in_text = b != b'"' || escaped;
            escaped = b == b'\\' && !escaped;
        } else if b == b'"' {
            in_text = true;
        } else if b == b'['
            && let Some(end) = plain_array_end(&pretty[i..])
        {
            squeeze(&pretty[i..=i + end], &mut out);
            i += end + 1;
            continue;
        }
        out.push(b);
        i += 1;
    }
    out
}

/// The offset of the closing bracket of an array that holds no array or object.
fn plain_array_end(text: &[u8]) -> Option<usize> {
    let (mut in_text, mut escaped) = (false, false);
    for (i, b) in text.iter().enumerate().skip(1) {
        if in_text {
            in_text = *b != b'"' || escaped;
            escaped = *b == b'\\' && !escaped;
            continue;
        }
        match b {
            b'"' => in_text = true,
            b'[' | b'{' => return None,
            b']' => return Some(i),
            _ => {}
        }
    }
    None
}

/// Copies an array without the white space outside its texts.
fn squeeze(array: &[u8], out: &mut Vec<u8>) {
    let (mut in_text, mut escaped) = (false, false);
    for b in array {
        if in_text {
            in_text = *b != b'"' || escaped;
            escaped = *b == b'\\' && !escaped;
            out.push(*b);
        } else if !b.is_ascii_whitespace() {
            in_text = *b == b'"';
            out.push(*b);
        }
    }
}

/// A name in the temporary folder that no other writer uses.
pub(crate) fn temporary_path(lake: &Path, what: &str) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let nanos = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |d| d.subsec_nanos());
    lake.join(TEMPORARY)
        .join(format!("{}-{n}-{nanos}-{what}", std::process::id()))
}

/// Makes renames and links in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    // Only Unix lets a folder be opened and flushed; elsewhere the system does it in its own time.
    #[cfg(unix)]
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(io("flush the folder", folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// The time now, UTC, as RFC 3339 to the second.
pub(crate) fn now() -> String {
    let seconds = std::time::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_secs());
    let day = Day((seconds / 86_400) as i32);
    let (h, m, s) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{day}T{h:02}:{m:02}:{s:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_plain_values_stand_on_one_line() {
        let value =
            serde_json::json!({"a": [["x, [y]\"\\", 1], ["z", 2]], "b": [], "c": {"d": [1, 2]}});
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        let compact = compact_runs(&pretty);
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&compact).unwrap(),
            value
        );
        let text = String::from_utf8(compact).unwrap();
        assert!(text.contains("    [\"z\",2]\n"), "{text}");
        assert!(text.contains("\"d\": [1,2]\n"), "{text}");
    }
}
