//! One lake of the bundled data for all tests, the assessments and briefs made on it, and the raw files themselves.

use std::collections::HashMap;
use std::fs::File;
use std::hash::Hash;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use detente_atlas::Day;
use detente_brief::compose::{Beside, compose};
use detente_brief::{Cell, Document, Figure};
use detente_lake::Lake;
use detente_partnership::stress::{Asked, stress};
use detente_partnership::{Assessment, Partnership, assess, find};
use detente_sources::catalogue;

/// The partnerships that come with the program.
pub const SHIPPED: [&str; 4] = [
    "asean-china",
    "eu-georgia",
    "nato-azerbaijan",
    "us-philippines",
];

/// The version that every document of these tests carries: the digest of the lake is not what they test.
pub const VERSION: &str = "bundled";

/// The folder of the bundled data.
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data")
}

/// A new lake of all bundled files in a folder.
pub fn build(dir: &Path) -> Lake {
    let files: Vec<_> = catalogue()
        .iter()
        .flat_map(|d| d.files.iter().map(move |f| (d, data().join(f))))
        .collect();
    let lake = Lake::open_or_create(dir).expect("an empty folder takes a lake");
    lake.ingest(&files, &())
        .expect("the bundled files are sound");
    lake
}

/// The lake of the bundled data, built once for all tests and only read.
pub fn lake() -> &'static Lake {
    static LAKE: OnceLock<(tempfile::TempDir, Lake)> = OnceLock::new();
    let (_, lake) = LAKE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let lake = build(dir.path());
        (dir, lake)
    });
    lake
}

/// A day.
pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// A shipped partnership.
pub fn partnership(name: &str) -> Partnership {
    find(name, &[]).expect("it is shipped")
}

/// The assessment of a shipped partnership on a day.
pub fn assessment(name: &str, on: &str) -> &'static Assessment {
    static MADE: Store<(String, String), Assessment> = Store::new();
    MADE.get((name.to_owned(), on.to_owned()), || {
        assess(lake(), &partnership(name), day(on)).expect("the lake answers")
    })
}

/// The brief of a shipped partnership on a day.
pub fn brief(name: &str, on: &str) -> &'static Document {
    static MADE: Store<(String, String), Document> = Store::new();
    MADE.get((name.to_owned(), on.to_owned()), || {
        composed(assessment(name, on), None)
    })
}

/// The brief of an assessment with its worst plausible case, of few paths.
pub fn composed(a: &Assessment, earlier: Option<&Document>) -> Document {
    let asked = Asked {
        paths: 1000,
        ..Asked::default()
    };
    let stressed = stress(a, &asked);
    let beside = Beside {
        earlier,
        stressed: Some(&stressed),
        ..Beside::default()
    };
    compose(a, VERSION, &beside)
}

/// What was made once under a key; other keys need not wait for it.
struct Store<K, V: 'static>(Mutex<Option<HashMap<K, &'static OnceLock<V>>>>);

impl<K: Eq + Hash, V> Store<K, V> {
    const fn new() -> Store<K, V> {
        Store(Mutex::new(None))
    }

    fn get(&self, key: K, make: impl FnOnce() -> V) -> &'static V {
        let cell: &'static OnceLock<V> = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.get_or_insert_default()
                .entry(key)
                .or_insert_with(|| Box::leak(Box::new(OnceLock::new())))
        };
        cell.get_or_init(make)
    }
}

/// Every figure of a document with the place where it stands: in statements, findings of claims, captions and cells.
pub fn figures(document: &Document) -> Vec<(String, &Figure)> {
    let in_statements = document
        .statements()
        .into_iter()
        .flat_map(|s| s.figures().map(|f| (s.id.clone(), f)));
    let in_cells = document.tables().flat_map(|t| {
        t.rows()
            .enumerate()
            .flat_map(|(r, row)| row.iter().map(move |cell| (r, cell)))
            .flat_map(move |(r, cell)| {
                Cell::figures(cell)
                    .into_iter()
                    .map(move |f| (format!("{} row {}", t.id, r + 1), f))
            })
    });
    in_statements.chain(in_cells).collect()
}

/// The text of a bundled file, inflated where its name ends in `.xz`.
pub fn open(file: &str) -> Box<dyn Read> {
    let path = data().join(file);
    let input =
        BufReader::new(File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())));
    if file.ends_with(".xz") {
        Box::new(liblzma::read::XzDecoder::new(input))
    } else {
        Box::new(input)
    }
}

/// The rows of a bundled table, with the columns wanted in the order wanted.
pub fn rows<const N: usize>(file: &str, columns: [&str; N]) -> Vec<[String; N]> {
    table(open(file), columns)
}

/// The rows of a table with a header.
pub fn table<const N: usize>(input: impl Read, columns: [&str; N]) -> Vec<[String; N]> {
    let mut reader = csv::Reader::from_reader(input);
    let header = reader.headers().expect("a header").clone();
    let at = columns.map(|c| {
        header
            .iter()
            .position(|h| h == c)
            .unwrap_or_else(|| panic!("no column {c}"))
    });
    reader
        .records()
        .map(|r| {
            let r = r.expect("a row");
            at.map(|i| r[i].to_owned())
        })
        .collect()
}

/// Asserts that two numbers agree.
#[track_caller]
pub fn close(found: f64, expected: f64, within: f64, what: &str) {
    assert!(
        (found - expected).abs() <= within,
        "{what}: {found} where {expected} is expected"
    );
}

/// The members of NATO: ISO code, COW number, year of accession (NATO's own list of accessions).
pub const NATO: [(&str, &str, i32); 32] = [
    ("USA", "2", 1949),
    ("CAN", "20", 1949),
    ("GBR", "200", 1949),
    ("NLD", "210", 1949),
    ("BEL", "211", 1949),
    ("LUX", "212", 1949),
    ("FRA", "220", 1949),
    ("PRT", "235", 1949),
    ("ITA", "325", 1949),
    ("NOR", "385", 1949),
    ("DNK", "390", 1949),
    ("ISL", "395", 1949),
    ("GRC", "350", 1952),
    ("TUR", "640", 1952),
    ("DEU", "255", 1955),
    ("ESP", "230", 1982),
    ("POL", "290", 1999),
    ("HUN", "310", 1999),
    ("CZE", "316", 1999),
    ("SVK", "317", 2004),
    ("SVN", "349", 2004),
    ("BGR", "355", 2004),
    ("ROU", "360", 2004),
    ("EST", "366", 2004),
    ("LVA", "367", 2004),
    ("LTU", "368", 2004),
    ("ALB", "339", 2009),
    ("HRV", "344", 2009),
    ("MNE", "341", 2017),
    ("MKD", "343", 2020),
    ("FIN", "375", 2023),
    ("SWE", "380", 2024),
];

/// Whether a state (by ISO code) belongs to NATO at the end of a year.
pub fn in_nato(iso: &str, year: i32) -> bool {
    NATO.iter()
        .any(|(id, _, since)| *id == iso && year >= *since)
}

/// A number of a raw file.
pub fn number(text: &str) -> f64 {
    text.parse()
        .unwrap_or_else(|e| panic!("'{text}' is no number: {e}"))
}

/// A year of a raw file.
pub fn year(text: &str) -> i32 {
    text.parse()
        .unwrap_or_else(|e| panic!("'{text}' is no year: {e}"))
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    assert!(!values.is_empty());
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (values[(n - 1) / 2] + values[n / 2]) / 2.0
}
