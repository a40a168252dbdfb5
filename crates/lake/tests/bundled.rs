//! Bundled files through their real readers into a lake, and what becomes of it when a file is bad.

use std::fs;
use std::path::{Path, PathBuf};

use detente_lake::{Change, Filter, Lake, Query, Scan, Status, Table};
use detente_sources::{Dataset, dataset};

const DATASETS: [&str; 3] = ["capitals-cow", "contiguity-cow", "mid-gml"];

fn bundled(id: &str) -> (&'static Dataset, PathBuf) {
    let dataset = dataset(id).expect("a data set of the catalogue");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    (dataset, data.join(dataset.files[0]))
}

fn filled() -> (tempfile::TempDir, Lake) {
    let root = tempfile::tempdir().unwrap();
    let lake = Lake::open_or_create(&root.path().join("lake")).unwrap();
    lake.ingest(&DATASETS.map(bundled), &()).unwrap();
    (root, lake)
}

/// Every path below a folder with its bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            all.push((path, bytes));
        }
    }
    all.sort();
    all
}

fn count(lake: &Lake, filter: &str) -> usize {
    let query = Query::Scan(Scan::of(Table::Measures, filter.parse::<Filter>().unwrap()));
    let rows = lake.run(&query).unwrap();
    rows.map(|batch| batch.unwrap().num_rows()).sum()
}

#[test]
fn bundled_files_come_in_once() {
    let (_root, lake) = filled();
    let before = contents(lake.dir());
    let again = lake.ingest(&DATASETS.map(bundled), &()).unwrap();
    assert!(again.iter().all(|i| i.change == Change::Unchanged));
    assert_eq!(contents(lake.dir()), before);
    // GML: no dispute between Azerbaijan and Türkiye since 1994, some with Armenia.
    assert_eq!(
        count(
            &lake,
            "variable = dispute and actor = AZE and partner = TUR and start >= 1994-01-01"
        ),
        0
    );
    assert!(
        count(
            &lake,
            "variable = dispute and actor = AZE and partner = ARM"
        ) > 0
    );
}

#[test]
fn coverage_ends_where_the_data_end() {
    let (_root, lake) = filled();
    let gml = lake.coverage("mid-gml");
    assert_eq!(
        gml.on("2010-06-30".parse().unwrap()).status,
        Status::Complete
    );
    let after = gml.on("2011-01-01".parse().unwrap());
    assert_eq!(after.status, Status::Missing);
    assert!(
        after
            .reason
            .starts_with("outside the period that mid-gml covers"),
        "{}",
        after.reason
    );
    // In the catalogue and not in this lake.
    let cow = lake.coverage("mid-cow");
    assert!(cow.spans.iter().all(|s| s.status == Status::Missing));
    assert!(cow.spans[0].reason.contains("run `detente ingest`"));
}

/// Takes in a changed copy of a bundled file beside a sound one, and returns the error; the lake stays as it was.
fn refused(id: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> String {
    let root = tempfile::tempdir().unwrap();
    let lake = Lake::open_or_create(&root.path().join("lake")).unwrap();
    lake.ingest(&[bundled("capitals-cow")], &()).unwrap();
    let before = contents(lake.dir());
    let (dataset, path) = bundled(id);
    let bad = root.path().join(path.file_name().unwrap());
    fs::write(&bad, change(fs::read(&path).unwrap())).unwrap();
    let error = lake
        .ingest(&[bundled("mid-cow"), (dataset, bad)], &())
        .unwrap_err();
    assert_eq!(contents(lake.dir()), before);
    assert_eq!(lake.snapshot().version, 1);
    error.to_string()
}

#[test]
fn a_cut_archive_changes_nothing() {
    let error = refused("mid-gml", |bytes| bytes[..bytes.len() / 2].to_vec());
    assert!(
        error.contains("mid_gml_dirdyad.csv.xz") && error.contains("cut"),
        "{error}"
    );
}

#[test]
fn a_changed_column_changes_nothing() {
    let error = refused("contiguity-cow", |bytes| {
        String::from_utf8(bytes)
            .unwrap()
            .replacen("conttype", "kind", 1)
            .into_bytes()
    });
    assert!(
        error.contains("contiguity_cow.csv") && error.contains("conttype"),
        "{error}"
    );
}

#[test]
fn another_encoding_changes_nothing() {
    let error = refused("contiguity-cow", |mut bytes| {
        let middle = bytes.len() / 2;
        bytes.splice(middle..middle, [0xe9]);
        bytes
    });
    assert!(
        error.contains("contiguity_cow.csv, row ") && error.contains("not UTF-8"),
        "{error}"
    );
}

#[test]
fn an_absent_file_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let lake = Lake::open_or_create(&root.path().join("lake")).unwrap();
    let absent = root.path().join("absent.csv");
    let error = lake
        .ingest(&[bundled("mid-cow"), (bundled("mid-gml").0, absent)], &())
        .unwrap_err();
    assert!(
        error.to_string().contains("absent.csv: cannot open"),
        "{error}"
    );
    assert_eq!(lake.snapshot().files, 0);
}
