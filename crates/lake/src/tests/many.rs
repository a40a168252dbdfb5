//! Many files at once: shared parts, bad files set aside, failures on record.

use std::path::PathBuf;

use super::support::{
    Bench, day, digest, event_job, event_job_by, files_below, ingest_events, scan,
};
use crate::ingest::{Change, Job, Limits, Outcome};
use crate::log::{self, Failed, days_of_name};
use crate::schema::Table;
use crate::store::Lake;

fn each(lake: &Lake, paths: &[&PathBuf], files: usize) -> Vec<Outcome> {
    let jobs: Vec<Job<'_>> = paths.iter().map(|p| event_job("e", p)).collect();
    let limits = Limits {
        files,
        bytes: 1 << 30,
    };
    lake.ingest_jobs_each(&jobs, &(), limits).unwrap()
}

/// Three rows a file; the Goldstein value names the file, the order of days is turned round.
fn write(bench: &Bench, n: i32) -> PathBuf {
    let line = |d: i32| format!("2020-09-{d:02} 2020-09-30 AZE ARM 190 4 {n}");
    let lines = [line(n % 20 + 3), line(n % 20 + 1), line(n % 20 + 2)];
    bench.file(
        &format!("{n:03}.tab"),
        &lines.each_ref().map(String::as_str),
    )
}

fn rows(lake: &Lake) -> Vec<String> {
    scan(lake, Table::Events, &["file", "day", "goldstein"], "all")
}

fn parts(bench: &Bench) -> usize {
    files_below(&bench.lake_dir().join("events")).len()
}

/// What the rows of the numbered files are, in the order of a scan: two lines a batch, each in order of day.
fn expected(numbers: &[i32]) -> Vec<String> {
    let row = |n: i32, d: i32| format!("{n:03}.tab,2020-09-{d:02},{n}.0");
    numbers
        .iter()
        .flat_map(|n| [1, 3, 2].map(|d| row(*n, n % 20 + d)))
        .collect()
}

#[test]
fn files_share_parts_and_keep_their_rows_and_order() {
    let bench = Bench::new();
    let lake = bench.lake();
    let files: Vec<PathBuf> = (0..30).map(|n| write(&bench, n)).collect();
    // Brought in any order, they come to lie in that of their names.
    let mut turned: Vec<&PathBuf> = files.iter().rev().collect();
    let done = each(&lake, &turned, 12);
    assert!(done.iter().zip(&turned).all(|(d, f)| d.file == **f));
    assert!(
        done.iter()
            .all(|d| d.result.as_ref().unwrap().change == Change::Added)
    );
    // Three batches of a commit and a part each.
    assert_eq!((lake.snapshot().version, parts(&bench)), (3, 3));
    assert_eq!(rows(&lake), expected(&(0..30).collect::<Vec<_>>()));
    let on_disk: u64 = files_below(&bench.lake_dir().join("events"))
        .iter()
        .map(|f| f.metadata().unwrap().len())
        .sum();
    assert_eq!(lake.snapshot().datasets[0].bytes, on_disk);
    let before = digest(&bench.lake_dir());
    turned.rotate_left(7);
    assert!(
        each(&lake, &turned, 5)
            .iter()
            .all(|d| d.result.as_ref().unwrap().change == Change::Unchanged)
    );
    assert_eq!(digest(&bench.lake_dir()), before);
}

#[test]
fn one_file_of_a_part_is_replaced_and_the_others_stay() {
    let bench = Bench::new();
    let lake = bench.lake();
    let files: Vec<PathBuf> = (0..5).map(|n| write(&bench, n)).collect();
    each(&lake, &files.iter().collect::<Vec<_>>(), 9);
    assert_eq!(parts(&bench), 1);
    let evidence = |lake: &Lake| -> Vec<_> {
        let of = |f: crate::FileEntry| (f.source, f.rows, f.day, f.coverage);
        lake.files().into_iter().map(of).collect()
    };
    let before = evidence(&lake);
    // Other contents under the name of a file in the middle.
    bench.file("002.tab", &["2020-10-01 2020-10-02 TUR AZE 057 1 8"]);
    let done = each(&lake, &[&files[2]], 9);
    assert_eq!(done[0].result.as_ref().unwrap().change, Change::Replaced);
    let mut rest = expected(&[0, 1, 3, 4]);
    let mut now = rows(&lake);
    assert_eq!(now.len(), 13);
    now.retain(|r| r != "002.tab,2020-10-01,8.0");
    assert_eq!(now, rest);
    let after = evidence(&lake);
    for i in [0, 1, 3, 4] {
        assert_eq!(after[i], before[i]);
    }
    assert_eq!(parts(&bench), 2);
    // Again, from the part written anew, its first and its last file.
    for n in [0, 4] {
        bench.file(
            &format!("{n:03}.tab"),
            &["2020-10-03 2020-10-04 TUR AZE 057 1 9"],
        );
        each(&lake, &[&files[n]], 9);
    }
    rest = expected(&[1, 3]);
    let now = rows(&Lake::open(&bench.lake_dir()).unwrap());
    assert_eq!(now.iter().filter(|r| rest.contains(r)).count(), 6);
    // Both carry the same bytes now: the second found them in the lake and its old rows stand.
    assert_eq!(now.len(), 6 + 1 + 1 + 3);
    let text = std::fs::read_to_string(log::commit_path(&bench.lake_dir(), 2)).unwrap();
    assert!(
        text.contains("moved to another part: a file beside it left"),
        "{text}"
    );
}

#[test]
fn a_newer_reader_reads_the_files_of_a_part_again_one_by_one() {
    let bench = Bench::new();
    let lake = bench.lake();
    let files: Vec<PathBuf> = (0..4).map(|n| write(&bench, n)).collect();
    each(&lake, &files.iter().collect::<Vec<_>>(), 9);
    for (n, file) in files.iter().enumerate() {
        let job = [event_job_by("e", file, "2")];
        lake.ingest_jobs_each(&job, &(), Limits::USUAL).unwrap();
        assert_eq!(lake.snapshot().rows, 12, "after file {n}");
    }
    assert_eq!(rows(&lake), expected(&[0, 1, 2, 3]));
    assert_eq!(parts(&bench), 4);
}

#[test]
fn a_bad_file_leaves_no_row_and_is_on_record() {
    let bench = Bench::new();
    let lake = bench.lake();
    let good = [write(&bench, 1), write(&bench, 3)];
    // Four sound rows before the fault.
    let line = "2020-09-05 2020-09-30 AZE ARM 190 4 2";
    let bad = bench.file("20200905.tab", &[line, line, line, line, "cut"]);
    let twin = bench.file("20200906.tab", &[line, line, line, line, "cut"]);
    let none = bench.lake_dir().join("nowhere/gone.tab");
    let done = each(&lake, &[&good[0], &bad, &none, &good[1], &twin], 9);
    let fine: Vec<bool> = done.iter().map(|d| d.result.is_ok()).collect();
    assert_eq!(fine, [true, false, false, true, false]);
    assert_eq!(rows(&lake), expected(&[1, 3]));
    assert_eq!(lake.snapshot().version, 1);
    let failed = lake.failed();
    let told: Vec<_> = failed.iter().map(|f| (f.source.as_str(), f.span)).collect();
    let on = |d: &str| Some((day(d), day(d)));
    assert_eq!(
        told,
        [
            ("20200905.tab", on("2020-09-05")),
            ("20200906.tab", on("2020-09-06")),
            ("gone.tab", None)
        ]
    );
    assert!(
        failed[0]
            .reason
            .starts_with("could not be read: 20200905.tab, row 2: the file ends"),
        "{}",
        failed[0].reason
    );
    assert!(
        failed[2].reason.contains("No such file"),
        "{}",
        failed[2].reason
    );
    assert!(!failed[2].reason.contains('/'), "{}", failed[2].reason);
    // The same again changes no byte; a mended file ends its failure.
    let before = digest(&bench.lake_dir());
    each(&lake, &[&good[0], &bad, &none, &good[1], &twin], 9);
    assert_eq!(digest(&bench.lake_dir()), before);
    bench.file("20200905.tab", &[line]);
    each(&lake, &[&bad], 9);
    assert_eq!(lake.failed().len(), 2);
    assert_eq!(
        Lake::open(&bench.lake_dir()).unwrap().failed(),
        lake.failed()
    );
}

#[test]
fn failures_are_noted_once_and_end_when_the_file_is_there() {
    let bench = Bench::new();
    let lake = bench.lake();
    let monday = bench.file("20200928.tab", &["2020-09-28 2020-09-29 AZE ARM 190 4 -10"]);
    let failed = Failed {
        url: Some("http://example.org/20200928.tab".into()),
        ..Failed::of("e", None, "20200928.tab", "could not be fetched: HTTP 404")
    };
    lake.note_failed(std::slice::from_ref(&failed)).unwrap();
    assert_eq!(lake.failed(), std::slice::from_ref(&failed));
    let before = digest(&bench.lake_dir());
    let later = Failed {
        time: "2031-01-01T00:00:00Z".into(),
        ..failed.clone()
    };
    lake.note_failed(&[later]).unwrap();
    assert_eq!(digest(&bench.lake_dir()), before);
    // Another reason is news.
    let other = Failed {
        reason: "could not be fetched: HTTP 503".into(),
        ..failed.clone()
    };
    lake.note_failed(std::slice::from_ref(&other)).unwrap();
    assert_eq!(lake.failed(), [other]);
    ingest_events(&lake, "e", &[&monday]).unwrap();
    assert!(lake.failed().is_empty());
    // It fails later, when the lake has it, and is then found to be as it was.
    lake.note_failed(&[failed]).unwrap();
    assert_eq!(lake.failed().len(), 1);
    ingest_events(&lake, "e", &[&monday]).unwrap();
    assert!(lake.failed().is_empty());
    assert_eq!(lake.snapshot().rows, 1);
    let before = digest(&bench.lake_dir());
    ingest_events(&lake, "e", &[&monday]).unwrap();
    assert_eq!(digest(&bench.lake_dir()), before);
}

#[test]
fn of_two_files_of_one_name_the_first_comes_in() {
    let bench = Bench::new();
    let lake = bench.lake();
    let first = write(&bench, 1);
    let folder = bench.lake_dir().join("elsewhere");
    std::fs::create_dir(&folder).unwrap();
    let second = folder.join("001.tab");
    std::fs::write(&second, "2020-10-01 2020-10-02 TUR AZE 057 1 8").unwrap();
    let done = each(&lake, &[&first, &second], 9);
    assert!(done[0].result.is_ok());
    assert!(matches!(
        done[1].result,
        Err(crate::LakeError::SameName { .. })
    ));
    assert_eq!(rows(&lake), expected(&[1]));
}

#[test]
fn names_that_begin_with_a_date_give_their_days() {
    let span = |from, to| Some((day(from), day(to)));
    assert_eq!(days_of_name("1979.zip"), span("1979-01-01", "1979-12-31"));
    assert_eq!(days_of_name("200602.zip"), span("2006-02-01", "2006-02-28"));
    assert_eq!(
        days_of_name("20181004-icews-events.tab"),
        span("2018-10-04", "2018-10-04")
    );
    assert_eq!(
        days_of_name("20200101001500.export.CSV.zip"),
        span("2020-01-01", "2020-01-01")
    );
    for other in [
        "events.csv",
        "2020-01.csv",
        "20201304.zip",
        "123456789.zip",
        "",
        "0001.zip",
    ] {
        assert_eq!(days_of_name(other), None, "{other}");
    }
}
