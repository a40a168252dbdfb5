//! What is to be fetched, and what the publisher does not have.

use std::fmt;
use std::str::FromStr;

use detente_atlas::Day;

/// An MD5 sum, as publishers list it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Md5(pub [u8; 16]);

impl fmt::Display for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Md5 {
    type Err = ();

    fn from_str(text: &str) -> Result<Md5, ()> {
        let mut sum = [0; 16];
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(());
        }
        for (byte, pair) in sum.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = str::from_utf8(pair).map_err(drop)?;
            *byte = u8::from_str_radix(pair, 16).map_err(drop)?;
        }
        Ok(Md5(sum))
    }
}

/// What a file must begin like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A zip archive.
    Zip,
    /// Text that is not a web page.
    Text,
}

impl Shape {
    /// By the ending of the name.
    pub fn of(name: &str) -> Shape {
        if name.to_ascii_lowercase().ends_with(".zip") {
            Shape::Zip
        } else {
            Shape::Text
        }
    }
}

/// A file at an address, with what the publisher says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The name it gets in the folder.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Bytes, where listed.
    pub size: Option<u64>,
    /// The sum, where listed.
    pub md5: Option<Md5>,
    /// What it must begin like.
    pub shape: Shape,
}

/// A file of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The id of the data set in the catalogue.
    pub dataset: &'static str,
    /// The file.
    pub item: Item,
    /// The first day that it stands for.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The quarter of an hour of the day, from 0, where the file stands for one.
    pub slot: Option<u16>,
}

/// A file that the publisher's list should have and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpublished {
    /// The id of the data set in the catalogue.
    pub dataset: &'static str,
    /// The name that the file would have.
    pub name: String,
    /// The address that it would have.
    pub url: String,
    /// The first day that it would stand for.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The quarter of an hour of the day, from 0.
    pub slot: Option<u16>,
}

/// What a publisher has for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files to fetch, in order of time.
    pub files: Vec<Wanted>,
    /// What the list lacks.
    pub unpublished: Vec<Unpublished>,
    /// Lines of the list that do not read.
    pub unread: u64,
    /// The first of them.
    pub first_unread: Option<String>,
}

impl Plan {
    /// Bytes of all files, as far as listed.
    pub fn bytes(&self) -> u64 {
        let sizes = self.files.iter().filter_map(|f| f.item.size);
        sizes.fold(0, u64::saturating_add)
    }

    /// Adds another plan.
    pub fn join(&mut self, other: Plan) {
        self.files.extend(other.files);
        self.unpublished.extend(other.unpublished);
        self.unread += other.unread;
        self.first_unread = self.first_unread.take().or(other.first_unread);
    }

    pub(crate) fn note_unread(&mut self, line: &str) {
        self.unread += 1;
        self.first_unread
            .get_or_insert_with(|| line.chars().take(120).collect());
    }
}

/// Whether a listed name can be a file name here: no folders, nothing hidden, nothing that a shell or system stumbles over.
pub fn safe_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "._-+() ".contains(c);
    !name.is_empty()
        && name.len() <= 200
        && !name.starts_with(['.', ' ', '-'])
        && name.chars().all(fits)
}

/// `20180101`.
pub(crate) fn compact(day: Day) -> String {
    let (y, m, d) = day.ymd();
    format!("{y:04}{m:02}{d:02}")
}

/// An address below a base, whatever slash either has.
pub(crate) fn below(base: &str, path: &str) -> String {
    format!(
        "{}/{}",
        base.trim_end_matches('/'),
        path.trim_start_matches('/')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_read_and_print() {
        let text = "297a16b493de7cf6ca809a7cc31d0b93";
        assert_eq!(text.parse::<Md5>().unwrap().to_string(), text);
        for bad in [
            "",
            "297a",
            "297a16b493de7cf6ca809a7cc31d0b9+",
            "é97a16b493de7cf6ca809a7cc31d0b9",
        ] {
            assert!(bad.parse::<Md5>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_that_leave_the_folder_are_not_safe() {
        for good in [
            "20150218230000.export.CSV.zip",
            "Events (2).tab",
            "20181004-icews-events.zip",
        ] {
            assert!(safe_name(good), "{good}");
        }
        for bad in [
            "", "..", ".part", "a/b", "..\\x", "a\0b", "a\nb", "-rf", "C:x",
        ] {
            assert!(!safe_name(bad), "{bad:?}");
        }
    }
}
