//! What every target does: the bytes are a file of a data set, which must be read or refused, never crash.

use std::path::PathBuf;
use std::sync::OnceLock;

/// Reads the bytes as a file of that name of the data set.
///
/// # Panics
/// Where the report of a file that was read does not agree with the rows that it gave, or a row is known before its day.
pub fn read(id: &str, name: &str, bytes: &[u8]) {
    let path = file(name, bytes);
    let dataset = detente_sources::dataset(id).expect("a target names a data set of the catalogue");
    let _ = detente_sources::recognise(&path);
    let mut rows = 0;
    let outcome = detente_sources::read(dataset, &path, &mut |batch| {
        rows += batch.num_rows() as u64;
        Ok(())
    });
    if let Ok(report) = outcome {
        assert_eq!(report.rows, rows, "the report counts other rows than were given");
    }
}

/// Reads the bytes as a cross-impact matrix.
///
/// # Panics
/// Where a matrix that was read is not square in the states that it names.
pub fn read_cross_impact(name: &str, bytes: &[u8]) {
    if let Ok(matrix) = detente_sources::cross_impact(&file(name, bytes)) {
        let states: usize = matrix.descriptors.iter().map(|d| d.states.len()).sum();
        assert_eq!(matrix.judgements.len(), states, "a row for each state");
        assert!(matrix.judgements.iter().all(|row| row.len() == states), "a column for each state");
        assert!(matrix.descriptors.iter().all(|d| !d.name.is_empty() && !d.states.is_empty()), "descriptors have names and states");
    }
}

/// The bytes as a file of that name.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let folder = base.join(format!("detente-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the folder of the fuzzer can be made");
        folder
    });
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file of the fuzzer can be written");
    path
}

/// A fuzz target that reads its bytes as a file of a data set.
#[macro_export]
macro_rules! reader {
    ($id:literal, $name:literal) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $crate::read($id, $name, bytes));
    };
}
