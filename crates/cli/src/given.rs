//! The files that a command line names: folders are walked, and each file is told by its content.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anstream::eprintln;
use detente_sources::{Dataset, ReadError, Recognised, recognise};

use crate::args::Global;
use crate::error::{CliError, Result, count};

/// Files with the data set that each belongs to, and what was left out.
#[derive(Debug, Default)]
pub struct Given {
    /// In the order of the command line, folders by name.
    pub files: Vec<(&'static Dataset, PathBuf)>,
    /// What was taken for what: data set, sign, files.
    taken: BTreeMap<(&'static str, String), usize>,
    /// Files that cannot be told or read, with the reason.
    pub refused: Vec<(PathBuf, String)>,
}

/// Finds the files of the paths. Of a folder the files that no reader knows are passed over with a word; one that
/// was named itself is refused. With a data set nothing is guessed: every file belongs to it.
///
/// # Errors
/// A folder that cannot be listed, or paths without a single file.
pub fn files(
    global: &Global,
    paths: &[PathBuf],
    dataset: Option<&'static Dataset>,
) -> Result<Given> {
    let mut given = Given::default();
    let mut found: Vec<(PathBuf, bool)> = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut below = Vec::new();
            walk(path, &mut below)?;
            found.extend(below.into_iter().map(|file| (file, false)));
        } else if path.exists() {
            found.push((path.clone(), true));
        } else {
            // A slip of the pen says nothing of the data: it does not go on record.
            let why = "there is no such file or folder; check the path";
            given.refused.push((path.clone(), why.to_owned()));
        }
    }
    match dataset {
        Some(dataset) => {
            for (file, _) in found {
                given.accept(dataset, "as you say", file);
            }
        }
        None => {
            let told = told(&found);
            for ((file, named), told) in found.into_iter().zip(told) {
                given.take(file, told, named);
            }
        }
    }
    if given.files.is_empty() && given.refused.is_empty() {
        return Err(CliError::NoFiles {
            paths: paths.to_vec(),
        });
    }
    if !global.quiet {
        for ((id, sign), n) in &given.taken {
            eprintln!("{} of {id} ({sign})", count(*n, "file"));
        }
        for (file, why) in &given.refused {
            eprintln!("error: {}: {why}", file.display());
        }
    }
    Ok(given)
}

/// What each file is, told on all cores: of thousands of small files the first lines cost as much as reading a large one.
fn told(files: &[(PathBuf, bool)]) -> Vec<Told> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(share)
            .map(|some| scope.spawn(|| some.iter().map(|(f, _)| recognise(f)).collect::<Vec<_>>()))
            .collect();
        let done = workers.into_iter().map(|w| w.join());
        done.flat_map(|told| told.expect("a file is told or refused"))
            .collect()
    })
}

type Told = std::result::Result<Option<Recognised>, ReadError>;

impl Given {
    fn take(&mut self, file: PathBuf, told: Told, named: bool) {
        match told {
            Ok(Some(r)) => self.accept(r.dataset, &r.sign, file),
            Ok(None) if named => {
                let why = "no reader knows this layout; name its data set with --dataset ID (`detente sources` lists them), or describe \
                           its columns in a file for --map (docs/own-data.md)";
                self.refused.push((file, why.to_owned()));
            }
            Ok(None) => {}
            // The message names the file already.
            Err(e) => self.refused.push((file, e.fault.to_string())),
        }
    }

    fn accept(&mut self, dataset: &'static Dataset, sign: &str, file: PathBuf) {
        *self.taken.entry((dataset.id, sign.to_owned())).or_default() += 1;
        self.files.push((dataset, file));
    }
}

/// All files below a folder, by name; hidden ones are not data.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result {
    let fail = |source| CliError::Io {
        doing: "list the folder",
        path: folder.to_owned(),
        source,
    };
    let mut entries = fs::read_dir(folder)
        .map_err(fail)?
        .map(|e| e.map(|e| e.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(fail)?;
    entries.sort();
    for path in entries {
        let hidden = path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
