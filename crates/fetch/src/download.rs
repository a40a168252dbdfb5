//! One file: resumed where it was cut, checked against the list, and under its name only when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use md5::Digest as _;
use ureq::Body;
use ureq::http::{Response, header};

use crate::client::{self, Ask, Client};
use crate::failure::{Failure, Trouble};
use crate::pool::Progress;
use crate::retry;
use crate::wanted::{Item, Md5, Shape};

/// No file of a source is larger; more than this is an endless answer.
pub(crate) const LARGEST: u64 = 16 << 30;

/// How a file came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Got {
    /// It was fetched.
    Fetched,
    /// It was there already, with the right sum or unchanged on the server.
    There,
}

/// Where the pieces of a download lie.
struct Places {
    whole: PathBuf,
    /// What has come so far.
    part: PathBuf,
    /// The server's mark (ETag or date) of what has come so far: without an MD5 it alone tells whether the rest fits.
    part_mark: PathBuf,
    /// The mark of the whole file.
    mark: PathBuf,
}

impl Places {
    fn new(folder: &Path, name: &str) -> Places {
        let at = |ending: &str| folder.join(format!("{name}{ending}"));
        Places {
            whole: at(""),
            part: at(".part"),
            part_mark: at(".part.mark"),
            mark: at(".mark"),
        }
    }

    fn forget_part(&self) {
        let _ = fs::remove_file(&self.part);
        let _ = fs::remove_file(&self.part_mark);
    }
}

/// Fetches a file into a folder, with as many tries as the settings allow.
pub(crate) fn download(
    client: &Client,
    item: &Item,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Got, Failure> {
    fs::create_dir_all(folder).map_err(|e| disk(folder, &e))?;
    let places = Places::new(folder, &item.name);
    if item.md5.is_some() && places.whole.is_file() && check(item, &places.whole).is_ok() {
        progress.moved(signed(item.size.unwrap_or(0)));
        return Ok(Got::There);
    }
    let mut tries = 0;
    let mut again = true;
    loop {
        let mut counted = 0;
        let trouble = match attempt(client, item, &places, progress, &mut counted) {
            Ok(got) => return Ok(got),
            Err(trouble) => trouble,
        };
        progress.moved(-signed(counted));
        let failure = trouble.failure;
        if failure.differs() && again {
            // Bytes of two versions of the file, or a list that was just renewed: one more time from the beginning.
            again = false;
            continue;
        }
        if !failure.passes() || tries >= client.settings.retries {
            return Err(failure);
        }
        let wait = trouble
            .retry_after
            .unwrap_or_else(|| retry::backoff(client.settings.first_wait, tries));
        tries += 1;
        progress.retrying(&item.name, &failure, wait);
        std::thread::sleep(wait);
    }
}

fn attempt(
    client: &Client,
    item: &Item,
    places: &Places,
    progress: &dyn Progress,
    counted: &mut u64,
) -> Result<Got, Trouble> {
    let mut start = begun(item, places);
    if item.size != Some(start) || start == 0 {
        let part_mark = fs::read_to_string(&places.part_mark).ok();
        let mark = fs::read_to_string(&places.mark).ok();
        let ask = Ask {
            from: start,
            if_range: part_mark.as_deref(),
            unless: mark
                .as_deref()
                .filter(|_| item.md5.is_none() && start == 0 && places.whole.is_file()),
        };
        let mut response = client.get(&item.url, &ask)?;
        match response.status().as_u16() {
            304 if ask.unless.is_some() => return Ok(Got::There),
            206 if begins_at(&response) == Some(start) && start > 0 => {}
            200 => start = 0,
            // A part that the server cannot go on from.
            _ => {
                places.forget_part();
                return Err(Failure::Cut {
                    got: 0,
                    wanted: item.size,
                }
                .into());
            }
        }
        if start == 0 {
            keep_mark(&response, &places.part_mark);
        }
        *counted = start;
        progress.moved(signed(start));
        receive(&mut response, item, places, start, progress, counted)?;
    }
    if let Err(failure) = check(item, &places.part) {
        places.forget_part();
        return Err(failure.into());
    }
    let _ = fs::remove_file(&places.mark);
    fs::rename(&places.part, &places.whole).map_err(|e| disk(&places.whole, &e))?;
    let _ = fs::rename(&places.part_mark, &places.mark);
    Ok(Got::Fetched)
}

/// Bytes of an earlier try that can be gone on from: the sum or the server's mark must tell whether the rest fits.
fn begun(item: &Item, places: &Places) -> u64 {
    let length = fs::metadata(&places.part).map_or(0, |m| m.len());
    let marked = fs::metadata(&places.part_mark).is_ok_and(|m| m.len() > 0);
    let sound = item.md5.is_some() || marked;
    if length > 0 && (!sound || item.size.is_some_and(|size| length > size)) {
        places.forget_part();
        return 0;
    }
    length
}

/// Keeps the ETag, or the date of the last change where there is no strong ETag, beside the part.
pub(crate) fn keep_mark(response: &Response<Body>, file: &Path) {
    let strong = client::text(response, header::ETAG).filter(|t| t.starts_with('"'));
    let mark = strong.or_else(|| client::text(response, header::LAST_MODIFIED));
    let _ = match mark {
        Some(mark) => fs::write(file, mark),
        None => fs::remove_file(file),
    };
}

/// The first byte of a partial answer: `bytes 100-199/200`.
pub(crate) fn begins_at(response: &Response<Body>) -> Option<u64> {
    let range = client::text(response, header::CONTENT_RANGE)?;
    let (first, _) = range.trim().strip_prefix("bytes")?.trim().split_once('-')?;
    first.parse().ok()
}

fn receive(
    response: &mut Response<Body>,
    item: &Item,
    places: &Places,
    start: u64,
    progress: &dyn Progress,
    counted: &mut u64,
) -> Result<(), Trouble> {
    let announced = response.body().content_length();
    let html = client::text(response, header::CONTENT_TYPE)
        .is_some_and(|t| t.trim_start().to_ascii_lowercase().starts_with("text/html"));
    let most = item
        .size
        .map_or(LARGEST, |n| n.saturating_add(1))
        .max(start);
    let reader = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut reader = reader.take(most - start);
    let out = &places.part;
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(out)
        .map_err(|e| disk(out, &e))?;
    // What was there is kept up to `start`, all else goes.
    file.set_len(start)
        .and_then(|()| file.seek(SeekFrom::Start(start)))
        .map_err(|e| disk(out, &e))?;
    let mut buffer = vec![0; 1 << 16];
    let mut at = start;
    loop {
        let n = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => {
                let failure = match client::io(&e) {
                    Failure::TimedOut => Failure::TimedOut,
                    _ => cut(at, start, announced),
                };
                return Err(failure.into());
            }
        };
        let bytes = buffer.get(..n).unwrap_or_default();
        if at == 0
            && let Some(failure) = wrong_shape(item, bytes, html)
        {
            places.forget_part();
            return Err(failure.into());
        }
        file.write_all(bytes).map_err(|e| disk(out, &e))?;
        at += n as u64;
        *counted += n as u64;
        progress.moved(signed(n as u64));
    }
    if announced.is_some_and(|n| at - start < n) && item.size.is_none_or(|n| at < n) {
        return Err(cut(at, start, announced).into());
    }
    if at == 0 {
        places.forget_part();
        return Err(Failure::Empty.into());
    }
    file.sync_data().map_err(|e| disk(out, &e))?;
    Ok(())
}

fn cut(at: u64, start: u64, announced: Option<u64>) -> Failure {
    Failure::Cut {
        got: at,
        wanted: announced.map(|n| n.saturating_add(start)),
    }
}

/// What the first bytes say against the file.
fn wrong_shape(item: &Item, bytes: &[u8], html: bool) -> Option<Failure> {
    let zip = bytes.starts_with(b"PK");
    let page = bytes.trim_ascii_start().starts_with(b"<");
    match item.shape {
        _ if page || (html && !zip) => Some(Failure::Html),
        // Where there is a sum, it says more.
        Shape::Zip if !zip && item.md5.is_none() => Some(Failure::NotZip),
        _ => None,
    }
}

/// Compares a file with what the list says of it.
fn check(item: &Item, file: &Path) -> Result<(), Failure> {
    let got = fs::metadata(file).map_err(|e| disk(file, &e))?.len();
    if let Some(wanted) = item.size.filter(|n| *n != got) {
        return Err(Failure::Size { got, wanted });
    }
    let Some(wanted) = item.md5 else {
        return Ok(());
    };
    let got = sum(file).map_err(|e| disk(file, &e))?;
    if got == wanted {
        Ok(())
    } else {
        Err(Failure::Md5 { got, wanted })
    }
}

fn sum(file: &Path) -> io::Result<Md5> {
    let mut file = File::open(file)?;
    let mut md5 = md5::Md5::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Md5(md5.finalize().into())),
            n => md5.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn disk(file: &Path, error: &io::Error) -> Failure {
    Failure::Disk(format!("{}: {error}", file.display()))
}
