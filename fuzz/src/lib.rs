//! What every target does: the bytes are a file of a data set, which must be read or refused, never crash.

use std::path::PathBuf;
use std::sync::OnceLock;

/// Reads the bytes as a file of that name of the data set.
///
/// # Panics
/// Where the report of a file that was read does not agree with the rows that it gave, or a row is known before its day.
pub fn read(id: &str, name: &str, bytes: &[u8]) {
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

/// A fuzz target that reads its bytes as a file of a data set.
#[macro_export]
macro_rules! reader {
    ($id:literal, $name:literal) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $crate::read($id, $name, bytes));
    };
}
