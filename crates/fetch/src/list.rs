//! A publisher's list: fetched only where it has changed, kept beside the downloads, read a line at a time.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::client::Client;
use crate::download::download;
use crate::failure::Failure;
use crate::pool::Progress;
use crate::wanted::{Item, Shape};

/// No line of a list is longer: what is, is no list.
const LONGEST_LINE: u64 = 4096;

/// Fetches a list, or finds it unchanged.
pub(crate) fn fresh(
    client: &Client,
    url: &str,
    name: &str,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf, Failure> {
    let item = Item {
        name: name.to_owned(),
        url: url.to_owned(),
        size: None,
        md5: None,
        shape: Shape::Text,
    };
    let folder = folder.join("lists");
    download(client, &item, &folder, progress)?;
    Ok(folder.join(name))
}

/// Calls `each` for every line that is not blank. Bytes that are not UTF-8 are replaced: such a line will not read, and is
/// counted there.
pub(crate) fn lines(file: &Path, mut each: impl FnMut(&str)) -> Result<(), Failure> {
    let fault = |e: std::io::Error| Failure::Disk(format!("{}: {e}", file.display()));
    let mut input = BufReader::with_capacity(1 << 16, File::open(file).map_err(fault)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut some = input.by_ref().take(LONGEST_LINE);
        if some.read_until(b'\n', &mut line).map_err(fault)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(line.trim_ascii());
        if !text.is_empty() {
            each(&text);
        }
    }
}
