//! Dyad-periods straight from files: the rows of a lake, and nothing of a bad file.

use std::fs;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use detente_atlas::By;
use detente_lake::{Aggregate, Fold, Key, Lake, Query, Table, aggregate_files, export};
use detente_sources::{Dataset, dataset};

fn bundled(id: &str) -> (&'static Dataset, PathBuf) {
    let dataset = dataset(id).expect("a data set of the catalogue");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    (dataset, data.join(dataset.files[0]))
}

fn query(filter: &str, by: By, keys: &[Key], fold: Fold) -> Aggregate {
    Aggregate {
        table: Table::Events,
        filter: filter.parse().unwrap(),
        by,
        keys: keys.to_vec(),
        fold,
    }
}

/// Rows as lines, with sums rounded to nine decimals: units of addition are row groups here and files there.
fn lines(rows: detente_lake::Rows) -> Vec<String> {
    let mut out = Vec::new();
    export(
        rows.schema(),
        rows,
        detente_lake::ExportFormat::Csv,
        &mut out,
    )
    .unwrap();
    let text = String::from_utf8(out).unwrap();
    let cell = |c: &str| match c.parse::<f64>() {
        Ok(x) => format!("{:.6}", x + 0.0),
        Err(_) => c.to_owned(),
    };
    text.lines()
        .map(|l| l.split(',').map(cell).collect::<Vec<_>>().join(","))
        .collect()
}

#[test]
fn the_same_rows_as_through_a_lake() {
    // The order of the files is that of the lake: data set, name.
    let files = ["icews-21", "icews-events"].map(|id| dataset(id).map(|_| bundled(id)));
    let files: Vec<_> = files.into_iter().flatten().collect();
    assert!(files.len() >= 2);
    let root = tempfile::tempdir().unwrap();
    let lake = Lake::open_or_create(&root.path().join("lake")).unwrap();
    lake.ingest(&files, &()).unwrap();
    let dyads = [Key::Source, Key::Target];
    for (filter, by, keys) in [
        ("all", By::Day, &dyads[..]),
        ("all", By::Week, &[Key::Dataset, Key::Root]),
        ("source = AZE or publisher starts with T", By::Month, &dyads),
        (
            "known <= 2018-12-01 and city is null",
            By::Year,
            &[Key::Place],
        ),
    ] {
        let folds = match by {
            By::Day => &Fold::ALL[..],
            _ => &[Fold::None, Fold::Mirror],
        };
        for &fold in folds {
            let query = query(filter, by, keys, fold);
            let (direct, reports) = aggregate_files(&files, &query, &()).unwrap();
            assert!(reports.iter().all(|r| r.outcome.is_ok()));
            let through = lake.run(&Query::Aggregate(query)).unwrap();
            let (direct, through) = (lines(direct), lines(through));
            assert!(direct.len() > 1);
            assert!(direct == through, "{filter} {fold:?}");
        }
    }
}

fn total(batches: &[RecordBatch]) -> f64 {
    let n = |b: &RecordBatch| {
        let n = b.column_by_name("n").unwrap().as_primitive::<Float64Type>();
        n.iter().flatten().sum::<f64>()
    };
    batches.iter().map(n).sum()
}

const HEADER: &str = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\tIntensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\tCity\tDistrict\tProvince\tCountry\tLatitude\tLongitude\n";

fn row(id: u32, source: &str, target: &str) -> String {
    format!(
        "{id}\t2018-10-04\tA\t\t{source}\tx\t190\t-10\tB\t\t{target}\t{id}\t1\tP\t\t\t\t{source}\t1\t2\n"
    )
}

#[test]
fn nothing_of_a_bad_file_is_in_the_sums() {
    let root = tempfile::tempdir().unwrap();
    let icews = dataset("icews-events").unwrap();
    let file = |name: &str, text: String| {
        let path = root.path().join(name);
        fs::write(&path, text).unwrap();
        (icews, path)
    };
    let sound = file(
        "a.tab",
        format!("{HEADER}{}", row(1, "Azerbaijan", "Armenia")),
    );
    // More sound rows than a batch holds, so that some have been summed before the bad one is met. They hold the
    // numbers and stories of the last file.
    let many: String = (1..=70_000).map(|i| row(i, "Georgia", "Armenia")).collect();
    let bad = file("b.tab", format!("{HEADER}{many}cut\there\n"));
    let absent = (icews, root.path().join("c.tab"));
    let last = file("d.tab", format!("{HEADER}{}", row(2, "Georgia", "Armenia")));
    let files = [sound, bad, absent, last];
    for fold in Fold::ALL {
        let query = query("all", By::Day, &[Key::Source], fold);
        let (rows, reports) = aggregate_files(&files, &query, &()).unwrap();
        let batches = rows.collect_batches().unwrap();
        assert_eq!(total(&batches), 2.0, "{fold:?}");
        let sources = batches[0].column_by_name("source").unwrap();
        let sources = sources.as_dictionary::<Int32Type>();
        let texts = sources.downcast_dict::<arrow_array::StringArray>().unwrap();
        assert_eq!(
            texts.into_iter().flatten().collect::<Vec<_>>(),
            ["AZE", "GEO"]
        );
        let outcomes: Vec<bool> = reports.iter().map(|r| r.outcome.is_ok()).collect();
        assert_eq!(outcomes, [true, false, false, true]);
        let why = |i: usize| reports[i].outcome.as_ref().unwrap_err().to_string();
        assert!(
            why(1).contains("b.tab") && why(1).contains("70002"),
            "{}",
            why(1)
        );
        assert!(why(2).contains("c.tab"), "{}", why(2));
    }
}

#[test]
fn a_file_of_another_table_is_refused() {
    let query = query("all", By::Day, &[], Fold::None);
    let error = aggregate_files(&[bundled("mid-gml")], &query, &()).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("measures") && text.contains("events"),
        "{text}"
    );
}
