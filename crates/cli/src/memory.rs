//! The folder beside the lake in which the worth of past forecasts is kept, so that the next brief need not find it out again.
//!
//! It may be deleted at any time. What is unreadable in it is passed over and made again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use detente_partnership::outlook::Memory;

/// Results kept: those of some twenty briefs.
const KEPT: usize = 100;

/// A folder of results, one file each.
pub struct Folder {
    folder: PathBuf,
    program: String,
}

impl Folder {
    /// The folder that goes with a lake: `.detente/lake.outlook-cache`. It is made when something is kept.
    pub fn of(lake: &Path) -> Folder {
        Folder {
            // A lake `.` or `..` has no name of its own.
            folder: match lake.file_name() {
                Some(name) => lake.with_file_name(format!("{}.outlook-cache", name.display())),
                None => lake.join("outlook-cache"),
            },
            program: program(),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    fn try_keep(&self, key: &str, result: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // Another process may be writing the same result.
        let unfinished = self
            .folder
            .join(format!("{key}.{}.unfinished", std::process::id()));
        let done =
            fs::write(&unfinished, result).and_then(|()| fs::rename(&unfinished, self.path(key)));
        if done.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        done?;
        let mut all: Vec<(SystemTime, PathBuf)> = fs::read_dir(&self.folder)?
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .collect();
        all.sort_unstable();
        for (_, old) in &all[..all.len().saturating_sub(KEPT)] {
            let _ = fs::remove_file(old);
        }
        Ok(())
    }
}

impl Memory for Folder {
    fn recall(&self, key: &str) -> Option<Vec<u8>> {
        fs::read(self.path(key)).ok()
    }

    fn keep(&self, key: &str, result: &[u8]) {
        // A folder that cannot be written costs time and nothing else.
        let _ = self.try_keep(key, result);
    }

    fn program(&self) -> &str {
        &self.program
    }
}

/// This build of the program: another one may reckon differently under the same version.
fn program() -> String {
    let build = std::env::current_exe().and_then(fs::metadata);
    let build = build.and_then(|m| Ok((m.len(), m.modified()?)));
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), build.ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_recalled_and_the_oldest_goes() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::of(&place.path().join("lake"));
        assert_eq!(folder.recall("a"), None);
        folder.keep("a", b"1");
        assert_eq!(folder.recall("a"), Some(b"1".to_vec()));
        let old = fs::File::open(folder.path("a")).unwrap();
        old.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        for n in 0..KEPT {
            folder.keep(&n.to_string(), b"2");
        }
        assert_eq!(folder.recall("a"), None);
        assert_eq!(fs::read_dir(&folder.folder).unwrap().count(), KEPT);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_error() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::of(&place.path().join("lake"));
        fs::write(&folder.folder, "a file is in the way").unwrap();
        folder.keep("a", b"1");
        assert_eq!(folder.recall("a"), None);
    }
}
