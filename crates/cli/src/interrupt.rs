//! Ctrl-C and kill: unfinished files of ours are removed, the lake's own commits are atomic anyway.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that are not finished yet.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// What the user is told, where it is not that nothing unfinished was kept.
static WORDS: Mutex<Option<String>> = Mutex::new(None);

/// The exit code of a program ended by Ctrl-C, by the custom of shells.
const INTERRUPTED: i32 = 130;

/// An unfinished file: removed when dropped or interrupted.
#[derive(Debug)]
pub struct Unfinished(PathBuf);

impl Unfinished {
    /// Registers a file before it is created.
    pub fn new(path: PathBuf) -> Unfinished {
        pending().push(path.clone());
        Unfinished(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        pending().retain(|p| *p != self.0);
        // Gone already where it was renamed to its final name.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn pending() -> MutexGuard<'static, Vec<PathBuf>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on an interruption tells this: for a command that keeps what it has begun.
pub fn say(words: String) {
    *WORDS.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
}

/// Installs the handler. Without one (an exotic system) the program ends as by default.
pub fn watch() {
    let _ = ctrlc::set_handler(|| {
        for path in pending().iter() {
            let _ = std::fs::remove_file(path);
        }
        let words = WORDS.lock().unwrap_or_else(PoisonError::into_inner).take();
        match words {
            Some(words) => anstream::eprintln!("{words}"),
            None => anstream::eprintln!("interrupted: nothing unfinished was kept"),
        }
        std::process::exit(INTERRUPTED);
    });
}
