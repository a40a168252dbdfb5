//! The file of the ledger: read under a shared lock, appended to under an exclusive one, flushed before the lock goes.
//!
//! The system drops a lock when its holder dies, so a kill leaves at most a torn last line, which the next reader tells and only
//! `--mend` takes away.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use detente_forecast::ledger::{self, Appended, Mend, Published, Verified};

use crate::error::{CliError, Result};

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> CliError {
    move |source| CliError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}

fn refused(path: &Path) -> impl FnOnce(ledger::Refused) -> CliError {
    move |cause| CliError::Ledger {
        path: path.to_owned(),
        cause,
    }
}

/// The ledger, every line checked.
///
/// # Errors
/// No such file; a line that does not hold.
pub(super) fn read(path: &Path) -> Result<Verified> {
    let mut file = File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => CliError::NoLedger {
            path: path.to_owned(),
        },
        _ => failed("read the ledger", path)(source),
    })?;
    match file.lock_shared() {
        // A file system without locks has no writer of ours either: it would have been refused.
        Err(e) if e.kind() == ErrorKind::Unsupported => {}
        locked => locked.map_err(failed("lock the ledger", path))?,
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(failed("read the ledger", path))?;
    ledger::verify(&bytes).map_err(|broken| refused(path)(broken.into()))
}

/// Publishes forecasts: all of them are in the ledger when it returns, and on disk. What is there already is not written again.
///
/// # Errors
/// A ledger that does not hold, a forecast that may not enter it, a file that cannot be written: nothing was appended then.
pub(super) fn publish(path: &Path, forecasts: &[Published]) -> Result<Appended> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed("create the folder", folder))?;
    }
    let (mut file, bytes) = open(path, true)?;
    let more = ledger::append(&bytes, forecasts).map_err(refused(path))?;
    if more.lines.is_empty() {
        return Ok(more);
    }
    // The place in the file is its end: all of it has been read.
    let written = file
        .write_all(more.lines.as_bytes())
        .and_then(|()| file.sync_all());
    if let Err(e) = written {
        // A full disk must not leave half a line; if even this fails, the next reader tells.
        let _ = file.set_len(bytes.len() as u64);
        return Err(failed("append to the ledger", path)(e));
    }
    if bytes.is_empty() {
        sync_folder(path)?;
    }
    Ok(more)
}

/// The file and all that it holds, for one writer at a time.
fn open(path: &Path, create: bool) -> Result<(File, Vec<u8>)> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(create)
        .truncate(false)
        .open(path)
        .map_err(failed("open the ledger", path))?;
    file.lock().map_err(failed(
        "lock the ledger (its file system must know locks)",
        path,
    ))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(failed("read the ledger", path))?;
    Ok((file, bytes))
}

/// What was mended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mended {
    /// Nothing was torn.
    Nothing,
    /// The last line lacked its line break only.
    EndedLine,
    /// The torn line was cut off and is kept in this file.
    Cut(PathBuf),
}

impl fmt::Display for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mended::Nothing => f.write_str("nothing was torn"),
            Mended::EndedLine => f.write_str("mended: the last line lacked only its line break"),
            Mended::Cut(kept) => write!(
                f,
                "mended: the torn last line was cut off; its bytes are in {}",
                kept.display()
            ),
        }
    }
}

/// Mends a torn last line. Its bytes are on disk in a file beside before the ledger is touched.
///
/// # Errors
/// Any other fault of the ledger, which is then left as it is.
pub(super) fn mend(path: &Path) -> Result<Mended> {
    if !path.exists() {
        return Err(CliError::NoLedger {
            path: path.to_owned(),
        });
    }
    let (mut file, bytes) = open(path, false)?;
    match ledger::mend(&bytes).map_err(|broken| refused(path)(broken.into()))? {
        Mend::Sound => Ok(Mended::Nothing),
        Mend::EndLine => {
            file.write_all(b"\n")
                .and_then(|()| file.sync_all())
                .map_err(failed("mend the ledger", path))?;
            Ok(Mended::EndedLine)
        }
        Mend::Cut { kept, torn } => {
            let beside = keep(path, &torn)?;
            file.set_len(kept as u64)
                .and_then(|()| file.sync_all())
                .map_err(failed("mend the ledger", path))?;
            Ok(Mended::Cut(beside))
        }
    }
}

/// Writes torn bytes to the first free name beside the ledger.
fn keep(path: &Path, torn: &[u8]) -> Result<PathBuf> {
    for n in 1.. {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".torn-{n}"));
        let beside = PathBuf::from(name);
        match File::create_new(&beside) {
            Ok(mut file) => {
                file.write_all(torn)
                    .and_then(|()| file.sync_all())
                    .map_err(failed("write", &beside))?;
                sync_folder(path)?;
                return Ok(beside);
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(failed("create", &beside)(e)),
        }
    }
    unreachable!("there is a free number")
}

/// Makes a new name in the folder of a file durable.
fn sync_folder(path: &Path) -> Result {
    // Only Unix lets a folder be opened and flushed; elsewhere the system does it in its own time.
    #[cfg(unix)]
    {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)
            .and_then(|f| f.sync_all())
            .map_err(failed("flush the folder", folder))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    /// Forecasts that differ by their target.
    fn forecasts(writer: usize, n: usize) -> Vec<Published> {
        let example = include_bytes!("../../../forecast/src/ledger/example.jsonl");
        let first = &ledger::verify(example).unwrap().entries[1].published;
        (0..n)
            .map(|i| Published {
                target: format!("{}-{:02}", 2030 + writer, i + 1),
                ..first.clone()
            })
            .collect()
    }

    #[test]
    fn writers_at_once_do_not_interleave() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("below/ledger.jsonl");
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let (path, start) = (&path, &start);
                scope.spawn(move || {
                    start.wait();
                    // Four writers publish one and the same list, line by line; the others one list each at once.
                    for _ in 0..3 {
                        if writer < 4 {
                            for forecast in forecasts(0, 12) {
                                publish(path, &[forecast]).unwrap();
                                read(path).unwrap();
                            }
                        } else {
                            publish(path, &forecasts(writer, 12)).unwrap();
                        }
                    }
                });
            }
        });
        let entries = read(&path).unwrap().entries;
        assert_eq!(entries.len(), 5 * 12, "each forecast once");
        for writer in 4..8 {
            let own = |e: &ledger::Entry| {
                e.published
                    .target
                    .starts_with(&format!("{}-", 2030 + writer))
            };
            let first = entries.iter().position(own).unwrap();
            assert!(
                entries[first..first + 12].iter().all(own),
                "one call is one run of lines"
            );
        }
    }

    #[test]
    fn a_torn_line_stops_every_writer_until_it_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        publish(&path, &forecasts(0, 2)).unwrap();
        let whole = fs::read(&path).unwrap();
        let first = whole.iter().position(|b| *b == b'\n').unwrap() + 1;
        for end in [first + 1, first + 300, whole.len() - 2] {
            fs::write(&path, &whole[..end]).unwrap();
            let refused = publish(&path, &forecasts(1, 1)).unwrap_err().to_string();
            assert!(
                refused.contains("line 2") && refused.contains("--mend"),
                "{refused}"
            );
            assert_eq!(
                fs::read(&path).unwrap(),
                whole[..end],
                "nothing is cut unasked"
            );
            let Mended::Cut(beside) = mend(&path).unwrap() else {
                panic!("a torn line is cut")
            };
            assert_eq!(fs::read(beside).unwrap(), whole[first..end]);
            // The brief runs again, and the ledger is what it would have been.
            assert_eq!(publish(&path, &forecasts(0, 2)).unwrap().count, 1);
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
        assert_eq!(mend(&path).unwrap(), Mended::Nothing);
    }

    #[test]
    fn a_refused_forecast_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        publish(&path, &forecasts(0, 1)).unwrap();
        let before = fs::read(&path).unwrap();
        let mut some = forecasts(1, 2);
        some[1].target = "2020-01".to_owned();
        assert!(publish(&path, &some).is_err());
        assert_eq!(fs::read(&path).unwrap(), before, "all or nothing");
    }
}
