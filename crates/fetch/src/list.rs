//! A publisher's list: fetched only where it has changed, kept beside the downloads, read a line at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::client::{Ask, Client};
use crate::download::{LARGEST, begins_at, download, keep_mark};
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

/// Bytes of a copy that are asked for again, to see that the list goes on from there.
const OVERLAP: u64 = 1024;

/// The same for a list that only grows: where a copy is there, only what came since is asked for (GDELT's list has 100 MB). At
/// anything unexpected, and where the settings ask for whole lists, all of it is fetched.
pub(crate) fn grown(
    client: &Client,
    url: &str,
    name: &str,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf, Failure> {
    let file = folder.join("lists").join(name);
    if !client.settings.whole_lists && grow(client, url, &file).is_some() {
        return Ok(file);
    }
    let _ = fs::remove_file(beside(&file, ".grown"));
    fresh(client, url, name, folder, progress)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Appends what the list has gained; `None` where that is not to be had. An interrupted one leaves a shorter copy, from which
/// the next goes on.
fn grow(client: &Client, url: &str, file: &Path) -> Option<()> {
    // A copy that has grown has a mark of its own: only what came at once is known to be the list of its mark throughout.
    let (whole, grown) = (beside(file, ".mark"), beside(file, ".grown"));
    let had = fs::read_to_string(&grown)
        .or_else(|_| fs::read_to_string(&whole))
        .ok();
    let mut copy = OpenOptions::new().read(true).append(true).open(file).ok()?;
    let from = copy.metadata().ok()?.len().checked_sub(OVERLAP)?;
    copy.seek(SeekFrom::Start(from)).ok()?;
    let mut ours = Vec::new();
    copy.read_to_end(&mut ours).ok()?;
    let ask = Ask {
        from,
        if_range: None,
        unless: had.as_deref(),
    };
    let mut response = client.get(url, &ask).ok()?;
    match response.status().as_u16() {
        304 => return had.map(drop),
        206 if begins_at(&response) == Some(from) => {}
        _ => return None,
    }
    let announced = response.body().content_length()?;
    let body = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut body = body.take(LARGEST);
    let mut theirs = Vec::new();
    body.by_ref().take(OVERLAP).read_to_end(&mut theirs).ok()?;
    if ours != theirs {
        return None;
    }
    let news = std::io::copy(&mut body, &mut copy).ok()?;
    copy.sync_data().ok()?;
    if OVERLAP + news != announced {
        return None;
    }
    let _ = fs::remove_file(&whole);
    keep_mark(&response, &grown);
    Some(())
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
