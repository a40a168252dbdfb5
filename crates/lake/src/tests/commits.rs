//! Taking files in: what is committed, what is not, and what stays as it was.

use std::fs;

use super::support::{
    Bench, day, digest, event_job, event_job_by, files_below, ingest_events, scan,
};
use crate::error::LakeError;
use crate::ingest::{Change, Progress};
use crate::log;
use crate::schema::Table;
use crate::store::{Lake, WriterLock, next_commit};

const MONDAY: &[&str] = &[
    "2020-09-28 2020-09-29 AZE ARM 190 4 -10",
    "2020-09-27 2020-09-29 ARM AZE 190 4 -10",
    "2020-09-28 2020-09-29 AZE - 010 1 0",
];
const TUESDAY: &[&str] = &["2020-09-29 2020-09-30 TUR AZE 057 1 8"];

#[test]
fn rows_come_back_by_day_with_their_provenance() {
    let bench = Bench::new();
    let lake = bench.lake();
    let (monday, tuesday) = (
        bench.file("monday.tab", MONDAY),
        bench.file("tuesday.tab", TUESDAY),
    );
    let done = ingest_events(&lake, "icews-events", &[&tuesday, &monday]).unwrap();
    assert_eq!(
        done.iter()
            .map(|d| (d.change, d.entry.rows))
            .collect::<Vec<_>>(),
        [(Change::Added, 1), (Change::Added, 3)]
    );
    // Batches of two: the first two lines are put in order of day.
    assert_eq!(
        scan(
            &lake,
            Table::Events,
            &["day", "source", "target", "file", "row"],
            "all"
        ),
        [
            "2020-09-27,ARM,AZE,monday.tab,2",
            "2020-09-28,AZE,ARM,monday.tab,1",
            "2020-09-28,AZE,,monday.tab,1",
            "2020-09-29,TUR,AZE,tuesday.tab,1",
        ]
    );
    let snapshot = lake.snapshot();
    assert_eq!((snapshot.version, snapshot.files, snapshot.rows), (1, 2, 4));
    let d = &snapshot.datasets[0];
    assert_eq!(d.day, Some((day("2020-09-27"), day("2020-09-29"))));
    assert_eq!(d.known, Some((day("2020-09-29"), day("2020-09-30"))));
    assert!(
        files_below(&bench.lake_dir())
            .iter()
            .all(|f| !f.to_string_lossy().contains("_tmp"))
    );
}

#[test]
fn ingesting_twice_changes_no_byte() {
    let bench = Bench::new();
    let lake = bench.lake();
    let (monday, tuesday) = (
        bench.file("monday.tab", MONDAY),
        bench.file("tuesday.tab", TUESDAY),
    );
    ingest_events(&lake, "icews-events", &[&monday, &tuesday]).unwrap();
    let (before, snapshot) = (digest(&bench.lake_dir()), lake.snapshot());

    let again = ingest_events(&lake, "icews-events", &[&monday, &tuesday]).unwrap();
    assert!(again.iter().all(|i| i.change == Change::Unchanged));
    // Nor through another handle, nor under another name, nor with only the time stamp changed.
    let renamed = bench.file("copy-of-monday.tab", MONDAY);
    bench.file("monday.tab", MONDAY);
    let other = Lake::open(&bench.lake_dir()).unwrap();
    let again = ingest_events(&other, "icews-events", &[&renamed, &monday, &tuesday]).unwrap();
    assert!(again.iter().all(|i| i.change == Change::Unchanged));
    assert_eq!(again[0].entry.source, "monday.tab");
    assert_eq!(digest(&bench.lake_dir()), before);
    assert_eq!(other.snapshot(), snapshot);
}

#[test]
fn the_same_bytes_under_two_names_count_once() {
    let bench = Bench::new();
    let lake = bench.lake();
    let (a, b) = (bench.file("a.tab", MONDAY), bench.file("b.tab", MONDAY));
    let done = ingest_events(&lake, "icews-events", &[&a, &b]).unwrap();
    assert_eq!(lake.snapshot().rows, 3);
    assert_eq!(
        done.iter().map(|i| i.change).collect::<Vec<_>>(),
        [Change::Added, Change::Unchanged]
    );
    // Another data set may hold the same bytes.
    ingest_events(&lake, "gdelt", &[&a]).unwrap();
    assert_eq!(lake.snapshot().rows, 6);
}

#[test]
fn a_changed_file_takes_the_place_of_the_old_one() {
    let bench = Bench::new();
    let lake = bench.lake();
    let monday = bench.file("monday.tab", MONDAY);
    ingest_events(&lake, "icews-events", &[&monday]).unwrap();
    let first = lake.snapshot();
    bench.file("monday.tab", TUESDAY);
    let done = ingest_events(&lake, "icews-events", &[&monday]).unwrap();
    assert_eq!(done[0].change, Change::Replaced);
    assert_eq!(scan(&lake, Table::Events, &["source"], "all"), ["TUR"]);
    assert_ne!(lake.snapshot().sha256, first.sha256);
    // Parquet of one file, two commits and the first, and the log says why.
    let parquet = files_below(&bench.lake_dir().join("events")).len();
    assert_eq!(parquet, 1);
    let text = fs::read_to_string(log::commit_path(&bench.lake_dir(), 2)).unwrap();
    assert!(
        text.contains("\"reason\": \"monday.tab has other contents now\""),
        "{text}"
    );
    // Back again: the lake stands as after the first ingest.
    bench.file("monday.tab", MONDAY);
    ingest_events(&lake, "icews-events", &[&monday]).unwrap();
    assert_eq!(lake.snapshot().sha256, first.sha256);
    assert_eq!(lake.snapshot().rows, 3);
}

#[test]
fn a_newer_reader_reads_again() {
    let bench = Bench::new();
    let lake = bench.lake();
    let monday = bench.file("monday.tab", MONDAY);
    ingest_events(&lake, "icews-events", &[&monday]).unwrap();
    let done = lake
        .ingest_jobs(&[event_job_by("icews-events", &monday, "2")], &())
        .unwrap();
    assert_eq!(done[0].change, Change::Replaced);
    assert_eq!(lake.snapshot().rows, 3);
    let renamed = bench.file("renamed.tab", MONDAY);
    lake.ingest_jobs(&[event_job_by("icews-events", &renamed, "3")], &())
        .unwrap();
    assert_eq!(lake.snapshot().rows, 3);
}

#[test]
fn a_source_that_fails_in_the_middle_leaves_the_lake_as_it_was() {
    let bench = Bench::new();
    let lake = bench.lake();
    let monday = bench.file("monday.tab", MONDAY);
    ingest_events(&lake, "icews-events", &[&monday]).unwrap();
    let before = digest(&bench.lake_dir());
    let tuesday = bench.file("tuesday.tab", TUESDAY);
    let bad = bench.file("bad.tab", &[MONDAY[0], MONDAY[1], "cut"]);
    let error = ingest_events(&lake, "icews-events", &[&tuesday, &bad]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "icews-events: bad.tab, row 2: the file ends in the middle of a row: fetch it again"
    );
    assert_eq!(digest(&bench.lake_dir()), before);
    assert_eq!(lake.snapshot().rows, 3);
    // So does a new lake, which was made before the file was read.
    let bench = Bench::new();
    let lake = bench.lake();
    let before = digest(&bench.lake_dir());
    let bad = bench.file("bad.tab", &[MONDAY[0], MONDAY[1], "cut"]);
    ingest_events(&lake, "icews-events", &[&bad]).unwrap_err();
    assert_eq!(digest(&bench.lake_dir()), before);
}

#[test]
fn rows_that_look_ahead_are_refused() {
    let bench = Bench::new();
    let lake = bench.lake();
    let file = bench.file("a.tab", &["2020-09-28 2020-09-27 AZE ARM 190 4 -10"]);
    let error = ingest_events(&lake, "icews-events", &[&file])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(
            "row 1 speaks of 2020-09-28 to 2020-09-28 and claims to be known on 2020-09-27"
        ),
        "{error}"
    );
    assert_eq!(lake.snapshot().files, 0);
}

#[test]
fn rejected_rows_and_empty_files_are_on_record() {
    let bench = Bench::new();
    let lake = bench.lake();
    let (odd, empty) = (
        bench.file("odd.tab", &["odd", MONDAY[0]]),
        bench.file("empty.tab", &[]),
    );
    let done = ingest_events(&lake, "icews-events", &[&odd, &empty]).unwrap();
    assert_eq!((done[0].entry.rows, done[0].entry.rejected), (1, 1));
    assert_eq!(
        (done[1].entry.rows, done[1].entry.path.as_deref()),
        (0, None)
    );
    let again = Lake::open(&bench.lake_dir()).unwrap();
    assert_eq!(again.snapshot().datasets[0].rejected, 1);
    assert!(
        ingest_events(&again, "icews-events", &[&empty]).unwrap()[0].change == Change::Unchanged
    );
}

#[test]
fn two_files_of_one_name_are_refused() {
    let bench = Bench::new();
    let lake = bench.lake();
    let first = bench.file("a.tab", MONDAY);
    fs::create_dir(bench.lake_dir().join("elsewhere")).unwrap();
    let second = bench.lake_dir().join("elsewhere/a.tab");
    fs::write(&second, TUESDAY.join("\n")).unwrap();
    let error = ingest_events(&lake, "icews-events", &[&first, &second]).unwrap_err();
    assert!(matches!(error, LakeError::SameName { .. }), "{error}");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let bench = Bench::new();
    let lake = bench.lake();
    let path = bench.file("a.tab", MONDAY);
    let changing = path.clone();
    let mut job = event_job("icews-events", &path);
    let read = job.read;
    job.read = Box::new(move |sink| {
        let reading = read(sink);
        fs::write(&changing, TUESDAY.join("\n")).unwrap();
        reading
    });
    let error = lake.ingest_jobs(&[job], &()).unwrap_err();
    assert!(
        matches!(error, LakeError::ChangedWhileRead { .. }),
        "{error}"
    );
    assert_eq!(lake.snapshot().files, 0);
}

#[test]
fn concurrent_writers_lose_nothing_and_double_nothing() {
    let bench = Bench::new();
    let files: Vec<_> = (0..12)
        .map(|i| {
            bench.file(
                &format!("{i}.tab"),
                &[&format!("2020-09-28 2020-09-29 AZE ARM 190 4 {i}")],
            )
        })
        .collect();
    // Each file is brought by two of the four writers, each with a handle of its own.
    std::thread::scope(|scope| {
        for w in 0..4 {
            let (bench, files) = (&bench, &files);
            scope.spawn(move || {
                let lake = bench.lake();
                for (i, file) in files.iter().enumerate().filter(|(i, _)| i % 2 == w % 2) {
                    ingest_events(&lake, "icews-events", &[file])
                        .unwrap_or_else(|e| panic!("file {i}: {e}"));
                }
            });
        }
    });
    let lake = bench.lake();
    assert_eq!(lake.snapshot().version, 12);
    let mut goldstein = scan(&lake, Table::Events, &["goldstein"], "all");
    goldstein.sort_by_key(|g| g.parse::<f64>().unwrap() as i32);
    assert_eq!(
        goldstein,
        (0..12).map(|i| format!("{i}.0")).collect::<Vec<_>>()
    );
    assert_eq!(files_below(&bench.lake_dir().join("events")).len(), 12);
}

#[test]
fn of_two_commits_of_one_version_one_wins() {
    let bench = Bench::new();
    let lake = bench.lake();
    let next = next_commit(&lake.newest().unwrap());
    assert_eq!(
        log::commit(&bench.lake_dir(), &next).unwrap(),
        log::Outcome::Committed
    );
    let text = fs::read(log::commit_path(&bench.lake_dir(), 1)).unwrap();
    let late = log::Commit {
        writer: "late".into(),
        ..next
    };
    assert_eq!(
        log::commit(&bench.lake_dir(), &late).unwrap(),
        log::Outcome::Taken
    );
    assert_eq!(
        fs::read(log::commit_path(&bench.lake_dir(), 1)).unwrap(),
        text
    );
}

#[test]
fn a_second_writer_waits_for_the_first() {
    struct Heard(std::sync::atomic::AtomicBool);
    impl Progress for Heard {
        fn waiting(&self) {
            self.0.store(true, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let bench = Bench::new();
    let lake = bench.lake();
    let file = bench.file("monday.tab", MONDAY);
    let heard = Heard(false.into());
    let held = WriterLock::acquire(&bench.lake_dir(), || ()).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| lake.ingest_jobs(&[event_job("icews-events", &file)], &heard));
        while !heard.0.load(std::sync::atomic::Ordering::SeqCst) {
            std::thread::yield_now();
        }
        assert_eq!(bench.lake().snapshot().files, 0);
        drop(held);
        writer.join().unwrap().unwrap();
    });
    assert_eq!(lake.snapshot().files, 1);
}

#[test]
fn readers_see_the_version_that_they_opened() {
    let bench = Bench::new();
    let (writer, reader) = (bench.lake(), bench.lake());
    let file = bench.file("monday.tab", MONDAY);
    ingest_events(&writer, "icews-events", &[&file]).unwrap();
    assert_eq!(reader.snapshot().rows, 0);
    reader.refresh().unwrap();
    assert_eq!(reader.snapshot().rows, 3);
    // A file replaced behind the reader's back: the query sees the newer version instead of failing.
    bench.file("monday.tab", TUESDAY);
    ingest_events(&writer, "icews-events", &[&file]).unwrap();
    assert_eq!(scan(&reader, Table::Events, &["source"], "all"), ["TUR"]);
}

#[test]
fn damage_is_named_with_the_remedy() {
    let bench = Bench::new();
    let dir = bench.lake_dir();
    let message = |dir: &std::path::Path| Lake::open(dir).unwrap_err().to_string();
    assert!(
        message(&dir).contains("run `detente ingest`"),
        "{}",
        message(&dir)
    );

    let lake = bench.lake();
    for (i, line) in MONDAY[..2].iter().enumerate() {
        let file = bench.file(&format!("{i}.tab"), &[line]);
        ingest_events(&lake, "icews-events", &[&file]).unwrap();
    }
    let (one, two) = (log::commit_path(&dir, 1), log::commit_path(&dir, 2));
    let sound = fs::read_to_string(&two).unwrap();

    fs::write(&two, &sound[..sound.len() / 2]).unwrap();
    assert!(
        message(&dir).contains("00000000000000000002.json: EOF while parsing"),
        "{}",
        message(&dir)
    );
    fs::write(&two, sound.replace("\"format\": 2", "\"format\": 3")).unwrap();
    assert!(
        message(&dir).contains("written in lake format 3, this version of détente reads format 2")
    );
    fs::write(&two, sound.replace("\"format\": 2", "\"format\": 1")).unwrap();
    assert!(
        message(&dir).contains(
            "written in lake format 1, this version of détente uses format 2: delete the lake folder and run `detente ingest` again"
        ),
        "{}",
        message(&dir)
    );
    let columns = log::columns_digest();
    fs::write(&two, sound.replace(&columns, "0123456789abcdef")).unwrap();
    assert!(message(&dir).contains("other columns"));
    fs::write(&two, sound.replace("\"version\": 2", "\"version\": 7")).unwrap();
    assert!(message(&dir).contains("it says that it is version 7"));
    fs::write(&two, &sound).unwrap();
    assert!(Lake::open(&dir).is_ok());

    fs::remove_file(&one).unwrap();
    assert!(
        message(&dir).contains("00000000000000000001.json: this commit is missing"),
        "{}",
        message(&dir)
    );
    fs::remove_file(log::commit_path(&dir, 0)).unwrap();
    assert!(
        message(&dir).contains("00000000000000000000.json: this commit is missing"),
        "{}",
        message(&dir)
    );
    // Nor may a new lake be started over a damaged one.
    assert!(Lake::open_or_create(&dir).is_err());
}

#[test]
fn a_damaged_parquet_file_is_named() {
    let bench = Bench::new();
    let lake = bench.lake();
    let file = bench.file("monday.tab", MONDAY);
    ingest_events(&lake, "icews-events", &[&file]).unwrap();
    let part = &files_below(&bench.lake_dir().join("events"))[0];
    let bytes = fs::read(part).unwrap();
    fs::write(part, &bytes[..bytes.len() - 20]).unwrap();
    let query = crate::Query::Scan(crate::Scan::of(Table::Events, crate::Filter::All));
    let error = lake.run(&query).unwrap_err().to_string();
    assert!(
        error.contains(part.to_str().unwrap()) && error.contains("run `detente ingest` again"),
        "{error}"
    );
}
