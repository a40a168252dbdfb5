//! Many files at a time, never more than is polite.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::client::Client;
use crate::download::{Got, download};
use crate::failure::Failure;
use crate::wanted::Wanted;

/// More connections than this to one publisher are rude, whatever is asked for.
const MOST_AT_A_TIME: usize = 8;

/// Hears how the downloads go on. All methods may be called from several threads.
pub trait Progress: Sync {
    /// So many files are to be fetched, of so many bytes as far as listed.
    fn planned(&self, files: usize, bytes: u64) {
        let _ = (files, bytes);
    }
    /// So many more bytes are there; fewer, where a file begins anew.
    fn moved(&self, bytes: i64) {
        let _ = bytes;
    }
    /// A try failed, and the next comes after a wait.
    fn retrying(&self, name: &str, why: &Failure, wait: Duration) {
        let _ = (name, why, wait);
    }
    /// A file is there, or is not and will not be in this run.
    fn done(&self, file: &Wanted, result: Result<Got, &Failure>) {
        let _ = (file, result);
    }
}

/// Silent.
impl Progress for () {}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What it is.
    pub file: Wanted,
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it had to be fetched.
    pub got: Got,
}

/// A file that is not, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// What it is.
    pub file: Wanted,
    /// Why.
    pub why: Failure,
}

/// Fetches files into `folder/DATASET/`, each once or not at all; both lists are in the order of `files`.
pub fn fetch(
    client: &Client,
    files: &[Wanted],
    folder: &Path,
    progress: &dyn Progress,
) -> (Vec<Fetched>, Vec<Failed>) {
    let bytes = files.iter().filter_map(|f| f.item.size);
    progress.planned(files.len(), bytes.fold(0, u64::saturating_add));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(files.len()));
    let work = || {
        while let Some((i, file)) = {
            let i = next.fetch_add(1, Ordering::Relaxed);
            files.get(i).map(|f| (i, f))
        } {
            let into = folder.join(file.dataset);
            let result = download(client, &file.item, &into, progress);
            progress.done(file, result.as_ref().copied());
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((i, result));
        }
    };
    let jobs = client
        .settings
        .jobs
        .clamp(1, MOST_AT_A_TIME)
        .min(files.len());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(work);
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(i, _)| *i);
    let (mut fetched, mut failed) = (Vec::new(), Vec::new());
    for (i, result) in results {
        let Some(file) = files.get(i).cloned() else {
            continue;
        };
        match result {
            Ok(got) => {
                let path = folder.join(file.dataset).join(&file.item.name);
                fetched.push(Fetched { file, path, got });
            }
            Err(why) => failed.push(Failed { file, why }),
        }
    }
    (fetched, failed)
}
