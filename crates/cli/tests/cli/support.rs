//! Running the program, and the lake that the tests share.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The run must have succeeded; its output.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    /// The run must have failed with all of these in its message.
    #[track_caller]
    pub fn failed(self, parts: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.err.contains("error: "), "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "'{part}' is not in: {}", self.err);
        }
    }

    /// The output as JSON.
    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }
}

impl From<Output> for Ran {
    fn from(o: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Ran {
            code: o.status.code().unwrap_or(-1),
            out: text(o.stdout),
            err: text(o.stderr),
        }
    }
}

/// The program, in the folder of the workspace, on a lake of its own.
pub fn command(lake: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command
        .current_dir(workspace())
        .env_remove("DETENTE_DATA")
        .env_remove("DETENTE_LEDGER")
        .env("DETENTE_LAKE", lake)
        .env("COLUMNS", "100")
        .args(args);
    command
}

/// Runs the program on a lake.
pub fn run_on(lake: &Path, args: &[&str]) -> Ran {
    command(lake, args)
        .output()
        .expect("the program starts")
        .into()
}

/// Runs the program on the shared lake of the bundled data.
pub fn run(args: &[&str]) -> Ran {
    run_on(lake(), args)
}

pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace exists")
}

/// A file of the bundled data.
pub fn data(file: &str) -> PathBuf {
    workspace().join("data").join(file)
}

/// The lake of the bundled data, built by the first test that needs it.
pub fn lake() -> &'static Path {
    static LAKE: OnceLock<PathBuf> = OnceLock::new();
    LAKE.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
        remove_old(place);
        let lake = place.join(format!("lake-{}", std::process::id()));
        run_on(&lake, &["--quiet", "ingest"]).ok();
        lake
    })
}

/// Held by a test that compares the shared lake before and after, so that no other test writes to it in between.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    lake();
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A static is never dropped, so each run takes away what runs of another hour have left.
fn remove_old(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let age = entry
            .metadata()
            .and_then(|m| m.modified())
            .map(|t| SystemTime::now().duration_since(t));
        if matches!(age, Ok(Ok(age)) if age > Duration::from_secs(3600)) {
            let _ = fs::remove_dir_all(entry.path());
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Every file below a folder with a hash of its bytes.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let mut hash = DefaultHasher::new();
                fs::read(&path)
                    .expect("a file of the folder can be read")
                    .hash(&mut hash);
                all.insert(path, hash.finish());
            }
        }
    }
    all
}

/// The lines of a CSV text after its header, as cells. The texts of these tests hold no quoted commas.
pub fn cells(csv: &str) -> Vec<Vec<&str>> {
    csv.lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect()
}
