//! The files that a command line names: folders are walked, and each file is told by its content.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anstream::eprintln;
use detente_sources::{Dataset, recognise};

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
    for path in paths {
        if path.is_dir() {
            let mut found = Vec::new();
            walk(path, &mut found)?;
            for file in found {
                given.take(file, dataset, false);
            }
        } else if !path.exists() {
            // A slip of the pen says nothing of the data: it does not go on record.
            let why = "there is no such file or folder; check the path";
            given.refused.push((path.clone(), why.to_owned()));
        } else {
            given.take(path.clone(), dataset, true);
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

impl Given {
    fn take(&mut self, file: PathBuf, dataset: Option<&'static Dataset>, named: bool) {
        if let Some(dataset) = dataset {
            self.accept(dataset, "as you say", file);
            return;
        }
        match recognise(&file) {
            Ok(Some(r)) => self.accept(r.dataset, &r.sign, file),
            Ok(None) if named => {
                let why = "no reader knows this layout; name its data set with --dataset ID (`detente sources` lists them), or describe \
                           its columns in a file for --map (docs/own-data.md)";
                self.refused.push((file, why.to_owned()));
            }
            Ok(None) => {}
            // The message of the reader names the file again.
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
