//! A Dataverse: the interface lists the files of a data set with sizes and sums.

use std::path::Path;

use detente_atlas::{By, Day};
use detente_sources::dataset;
use serde::Deserialize;

use crate::client::Client;
use crate::failure::Failure;
use crate::list;
use crate::pool::Progress;
use crate::wanted::{Item, Md5, Plan, Shape, Wanted, below, safe_name};

/// Answers longer than this are no list of files.
const LONGEST: u64 = 64 << 20;

/// A data set on a Dataverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Archive {
    /// The id in the catalogue.
    pub dataset: &'static str,
    /// The persistent identifier.
    pub doi: &'static str,
    /// What the names of its data files contain; all else is documentation.
    pub mark: &'static str,
}

impl Archive {
    /// ICEWS, yearly files 1995 to 2023.
    pub const ICEWS: Archive = Archive {
        dataset: "icews",
        doi: "doi:10.7910/DVN/28075",
        mark: "events",
    };
    /// ICEWS, weekly and daily files from 2018 on.
    pub const ICEWS_WEEKLY: Archive = Archive {
        dataset: "icews",
        doi: "doi:10.7910/DVN/QI2T9A",
        mark: "events",
    };
    /// POLECAT.
    pub const POLECAT: Archive = Archive {
        dataset: "polecat",
        doi: "doi:10.7910/DVN/AJGVIT",
        mark: "ngecevents",
    };
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    latest_version: Version,
}

#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    files: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    data_file: DataFile,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataFile {
    id: u64,
    filename: String,
    #[serde(default)]
    filesize: Option<u64>,
    #[serde(default)]
    md5: Option<String>,
    /// There where the Dataverse keeps a table of its own making beside the file that was given to it. The sum is that of
    /// the file given.
    #[serde(default)]
    original_file_format: Option<String>,
    #[serde(default)]
    original_file_name: Option<String>,
    #[serde(default)]
    original_file_size: Option<u64>,
}

/// What a data set lists, as far as its files lie in the period (where one is given) and have `part` in their name.
///
/// # Errors
/// Where the list cannot be fetched or is none.
pub fn plan(
    client: &Client,
    base: &str,
    archive: Archive,
    period: Option<(Day, Day)>,
    part: Option<&str>,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Plan, Failure> {
    let path = format!("api/datasets/:persistentId/?persistentId={}", archive.doi);
    let name = format!(
        "dataverse-{}.json",
        archive.doi.rsplit('/').next().unwrap_or_default()
    );
    let file = list::fresh(client, &below(base, &path), &name, folder, progress)?;
    read(&file, base, archive, period, part)
}

fn read(
    file: &Path,
    base: &str,
    archive: Archive,
    period: Option<(Day, Day)>,
    part: Option<&str>,
) -> Result<Plan, Failure> {
    let bad = |why: String| Failure::Unreadable(format!("{}: {why}", file.display()));
    let length = std::fs::metadata(file)
        .map_err(|e| bad(e.to_string()))?
        .len();
    if length > LONGEST {
        return Err(bad(format!("{length} bytes are no list of files")));
    }
    let bytes = std::fs::read(file).map_err(|e| bad(e.to_string()))?;
    let answer: Answer = serde_json::from_slice(&bytes).map_err(|e| {
        bad(format!(
            "is no answer of a Dataverse about a data set ({e})"
        ))
    })?;
    let set = dataset(archive.dataset).ok_or_else(|| {
        bad(format!(
            "there is no data set '{}' in the catalogue",
            archive.dataset
        ))
    })?;
    let mut plan = Plan::default();
    for Listed { data_file: f } in answer.data.latest_version.files {
        let remade = f.original_file_format.is_some();
        let name = f
            .original_file_name
            .filter(|_| remade)
            .unwrap_or(f.filename);
        if !data(&name, archive.mark) || part.is_some_and(|p| !name.contains(p)) {
            continue;
        }
        if !safe_name(&name) {
            plan.note_unread(&name);
            continue;
        }
        let (from, to) = days(&name).unwrap_or(set.span);
        if period.is_some_and(|(first, last)| to < first || from > last) {
            continue;
        }
        let whole = if remade { "?format=original" } else { "" };
        plan.files.push(Wanted {
            dataset: set.id,
            item: Item {
                url: below(base, &format!("api/access/datafile/{}{whole}", f.id)),
                shape: Shape::of(&name),
                name,
                size: if remade {
                    f.original_file_size
                } else {
                    f.filesize
                },
                md5: f.md5.and_then(|m| m.parse::<Md5>().ok()),
            },
            from,
            to,
            slot: None,
        });
    }
    plan.files
        .sort_by(|a, b| (a.from, &a.item.name).cmp(&(b.from, &b.item.name)));
    Ok(plan)
}

/// Whether a file holds rows: the rest is code books and dictionaries.
fn data(name: &str, mark: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let endings = [".tab", ".txt", ".csv", ".zip", ".gz"];
    name.contains(mark) && endings.iter().any(|e| name.ends_with(e))
}

/// The days that a file's name speaks of: `20181004-icews-events.zip`, `events.1995.20150313082510.tab`,
/// `ngecEventsDV-2021-Apr.txt`, `202201-icews-events.tab`.
fn days(name: &str) -> Option<(Day, Day)> {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).peekable();
    while let Some(word) = words.next() {
        if !word.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        match word.len() {
            8 => return Day::parse_compact(word).ok().map(|d| (d, d)),
            6 => {
                let first = Day::parse_compact(&format!("{word}01")).ok()?;
                return Some((first, first.end_of(By::Month)));
            }
            4 => {
                let year = word.parse().ok().filter(|y| (1900..2200).contains(y))?;
                let month = words.peek().and_then(|w| month(w));
                let first = Day::from_ymd(year, month.unwrap_or(1), 1)?;
                let by = if month.is_some() { By::Month } else { By::Year };
                return Some((first, first.end_of(by)));
            }
            _ => {}
        }
    }
    None
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let at = NAMES.iter().position(|m| m.eq_ignore_ascii_case(word))?;
    u32::try_from(at + 1).ok()
}
