//! Where the bundled data are.

use std::path::{Path, PathBuf};

use detente_sources::{Dataset, catalogue};

use crate::args::Global;
use crate::error::{CliError, Result};

/// The files of one data set that are there, and those that are not.
#[derive(Debug)]
pub struct Bundle {
    /// Data set and file, in the order of the catalogue.
    pub files: Vec<(&'static Dataset, PathBuf)>,
    /// Files of the catalogue that the folder lacks.
    pub absent: Vec<(&'static Dataset, PathBuf)>,
}

/// Finds the bundled data: `--data` (or DETENTE_DATA), `./data`, beside the program, the source tree it was built from.
pub fn find(global: &Global) -> Result<Bundle> {
    if let Some(dir) = &global.data {
        return in_folder(dir).ok_or_else(|| CliError::EmptyData { dir: dir.clone() });
    }
    let mut looked = vec![PathBuf::from("data")];
    if let Some(program) = std::env::current_exe()
        .ok()
        .as_deref()
        .and_then(Path::parent)
    {
        looked.push(program.join("data"));
        looked.push(program.join("../share/detente/data"));
    }
    looked.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data"));
    looked
        .iter()
        .find_map(|dir| in_folder(dir))
        .ok_or(CliError::NoData {
            looked: looked.clone(),
        })
}

/// The bundle in a folder, unless no file of the catalogue is there.
fn in_folder(dir: &Path) -> Option<Bundle> {
    let all = catalogue()
        .iter()
        .flat_map(|d| d.files.iter().map(move |f| (d, dir.join(f))));
    let (files, absent): (Vec<_>, Vec<_>) = all.partition(|(_, path)| path.is_file());
    (!files.is_empty()).then_some(Bundle { files, absent })
}
