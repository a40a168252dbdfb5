//! The ledger of data sets that publish in a rhythm, and of files that failed, each case by hand.

use arrow_array::RecordBatch;
use detente_atlas::By;
use detente_sources::Beat;

use super::support::{Bench, day, event_job, events, put};
use crate::coverage::{Coverage, Status};
use crate::ingest::{Job, Limits, Reading, Sink};
use crate::ledger::Declared;
use crate::log::Failed;
use crate::schema::Table;
use crate::store::Lake;

fn beat(beat: Beat) -> Declared {
    Declared {
        span: None,
        step: By::Day,
        beat: Some(beat),
        gaps: Vec::new(),
        counts: true,
    }
}

/// Takes in a file of rows that speak of `of` and became known on `known`.
fn take(
    lake: &Lake,
    bench: &Bench,
    beat: Option<Beat>,
    name: &str,
    of: &str,
    known: &str,
    rows: usize,
) {
    let line = format!("{of} {known} AZE ARM 190 4 -10");
    let path = bench.file(name, &[name]);
    let batch: RecordBatch = events("g", name, &vec![line.as_str(); rows]);
    let read = |sink: &mut Sink<'_>| {
        sink(batch.clone())?;
        Ok(Reading::default())
    };
    let job = Job {
        dataset: "g",
        table: Table::Events,
        step: By::Day,
        beat,
        reader: "1",
        path: &path,
        read: Box::new(read),
    };
    let done = lake.ingest_jobs_each(&[job], &(), Limits::USUAL).unwrap();
    done[0].result.as_ref().unwrap();
}

fn told(c: &Coverage) -> Vec<String> {
    let line =
        |s: &crate::Span| format!("{} {} {} {} {}", s.from, s.to, s.status, s.rows, s.reason);
    c.spans.iter().map(|s| line(s).trim().to_owned()).collect()
}

fn slot(n: u32) -> String {
    format!("20200101{:02}{:02}00.export.CSV.zip", n / 4, n % 4 * 15)
}

#[test]
fn a_day_is_complete_when_all_its_files_were_read() {
    let bench = Bench::new();
    let lake = bench.lake();
    let quarter = Some(Beat::QuarterHourly);
    let of =
        |as_of: Option<&str>| lake.coverage_of("g", &beat(Beat::QuarterHourly), as_of.map(day));
    // Rows of older days, published on the first: the day of publication counts.
    for n in (0..96).filter(|n| ![1, 2, 50].contains(n)) {
        take(
            &lake,
            &bench,
            quarter,
            &slot(n),
            "2019-12-20",
            "2020-01-01",
            2,
        );
    }
    let failed = |n| Failed::of("g", quarter, &slot(n), "could not be fetched: HTTP 404");
    assert_eq!(
        told(&of(None)),
        [
            "2020-01-01 2020-01-01 partial 186 93 of 96 files read; not asked for: 00:15, 00:30, 12:30"
        ]
    );
    lake.note_failed(&[failed(1)]).unwrap();
    assert_eq!(
        told(&of(None)),
        [
            "2020-01-01 2020-01-01 partial 186 93 of 96 files read; failed: 20200101001500.export.CSV.zip \
             could not be fetched: HTTP 404; not asked for: 00:30, 12:30"
        ]
    );
    lake.note_failed(&[failed(2), failed(50)]).unwrap();
    let on = of(None).on(day("2020-01-01"));
    assert!(
        on.reason.ends_with("HTTP 404 (and 2 more)"),
        "{}",
        on.reason
    );
    for n in [1, 2, 50] {
        take(
            &lake,
            &bench,
            quarter,
            &slot(n),
            "2019-12-20",
            "2020-01-01",
            2,
        );
    }
    assert!(lake.failed().is_empty());
    assert_eq!(told(&of(None)), ["2020-01-01 2020-01-01 complete 192"]);
    // Outside of what was read all is missing, in words; and so is what a view of an earlier day cannot know.
    let before = of(None).on(day("2019-12-20"));
    assert_eq!(before.status, Status::Missing);
    assert_eq!(
        before.reason,
        "no file of g that was read or failed reaches this day (only 2020-01-01 to 2020-01-01)"
    );
    assert_eq!(
        told(&of(Some("2019-12-31"))),
        ["2020-01-01 2020-01-01 missing 0 after 2019-12-31, the day of this view"]
    );
}

#[test]
fn days_that_failed_are_missing_with_the_reason() {
    let bench = Bench::new();
    let lake = bench.lake();
    let daily = Some(Beat::Daily);
    take(
        &lake,
        &bench,
        daily,
        "20200101.export.CSV.zip",
        "2019-12-20",
        "2020-01-01",
        5,
    );
    take(
        &lake,
        &bench,
        daily,
        "20200104.export.CSV.zip",
        "2020-01-03",
        "2020-01-04",
        5,
    );
    let gone = Failed::of(
        "g",
        daily,
        "20200103.export.CSV.zip",
        "could not be fetched: HTTP 404",
    );
    lake.note_failed(&[gone]).unwrap();
    let c = lake.coverage_of("g", &beat(Beat::Daily), None);
    assert_eq!(
        told(&c),
        [
            "2020-01-01 2020-01-01 complete 5",
            "2020-01-02 2020-01-02 missing 0 no file that was read reaches this day",
            "2020-01-03 2020-01-03 missing 0 20200103.export.CSV.zip could not be fetched: HTTP 404",
            "2020-01-04 2020-01-04 complete 5",
        ]
    );
    // A file of a whole month tells of its days by the rows.
    take(
        &lake,
        &bench,
        daily,
        "202001.zip",
        "2020-01-03",
        "2020-01-03",
        5,
    );
    let c = lake.coverage_of("g", &beat(Beat::Daily), None);
    assert_eq!(c.on(day("2020-01-03")).status, Status::Complete);
    // Of one among 96 no one can tell whether it is all.
    take(
        &lake,
        &bench,
        Some(Beat::QuarterHourly),
        "renamed.zip",
        "2020-01-05",
        "2020-01-05",
        5,
    );
    let on = lake
        .coverage_of("g", &beat(Beat::QuarterHourly), None)
        .on(day("2020-01-05"));
    assert_eq!(on.status, Status::Partial);
    assert_eq!(
        on.reason,
        "read from files whose names do not tell which of the day's 96 they are"
    );
}

#[test]
fn rows_that_stray_into_a_day_do_not_make_it_read() {
    let bench = Bench::new();
    let lake = bench.lake();
    let daily = Some(Beat::Daily);
    // Published on the first, with rows that claim to be of the second.
    take(
        &lake,
        &bench,
        daily,
        "20200101.export.CSV.zip",
        "2020-01-02",
        "2020-01-02",
        3,
    );
    let c = lake.coverage_of("g", &beat(Beat::Daily), None);
    assert_eq!(c.on(day("2020-01-02")).status, Status::Missing);
}

#[test]
fn a_failure_without_a_beat_stands_on_its_days() {
    let bench = Bench::new();
    let lake = bench.lake();
    let lines = [
        "2018-10-03 2018-10-04 AZE ARM 190 4 -10",
        "2018-10-04 2018-10-05 AZE ARM 190 4 -10",
    ];
    let file = bench.file("a.tab", &lines);
    let job = event_job("own", &file);
    lake.ingest_jobs_each(&[job], &(), Limits::USUAL).unwrap();
    let failed = |name: &str| Failed::of("own", None, name, "could not be read: it is cut");
    lake.note_failed(&[failed("20181004-events.tab"), failed("20181006-events.tab")])
        .unwrap();
    // A data set that the catalogue lacks: its ledger is of what was seen.
    assert_eq!(
        told(&lake.coverage("own")),
        [
            "2018-10-03 2018-10-03 complete 1",
            "2018-10-04 2018-10-04 partial 1 20181004-events.tab could not be read: it is cut",
            "2018-10-05 2018-10-05 missing 0 no file that was read reaches this day",
            "2018-10-06 2018-10-06 missing 0 20181006-events.tab could not be read: it is cut",
        ]
    );
    // A name without a day: the reason stands at every day that is missing.
    lake.note_failed(&[failed("events.tab")]).unwrap();
    let on = lake.coverage("own").on(day("2018-10-05"));
    assert_eq!(
        on.reason,
        "no file that was read reaches this day; events.tab could not be read: it is cut"
    );
    // Nothing but failures.
    lake.note_failed(&[Failed::of(
        "other",
        None,
        "x.tab",
        "could not be read: it is cut",
    )])
    .unwrap();
    let none = lake.coverage("other");
    assert_eq!(
        none.share(day("2018-10-01"), day("2018-10-02")).missing,
        1.0
    );
    assert_eq!(
        none.on(day("2018-10-01")).reason,
        "no file of this data set has been read: run `detente ingest FILE`; x.tab could not be read: it is cut"
    );
}

#[test]
fn a_failure_of_a_file_that_is_there_changes_no_coverage() {
    let bench = Bench::new();
    let lake = bench.lake();
    let batch = events(
        "e",
        "20200101.tab",
        &["2020-01-01 2020-01-01 AZE ARM 190 4 -10"],
    );
    put(
        &lake,
        "e",
        &bench.file("20200101.tab", &["x"]),
        Table::Events,
        By::Day,
        &[batch],
    );
    let before = lake.coverage("e");
    lake.note_failed(&[Failed::of(
        "e",
        None,
        "20200101.tab",
        "could not be fetched: HTTP 503",
    )])
    .unwrap();
    assert_eq!(lake.coverage("e"), before);
    assert_eq!(lake.failed().len(), 1);
}

#[test]
fn a_date_of_another_age_does_not_stretch_the_ledger() {
    let bench = Bench::new();
    let lake = bench.lake();
    let lines = [
        "2018-10-03 2018-10-04 AZE ARM 190 4 -10",
        "0001-01-01 2018-10-05 AZE ARM 190 4 -10",
    ];
    let batch = events("own", "a.tab", &lines);
    put(
        &lake,
        "own",
        &bench.file("a.tab", &["x"]),
        Table::Events,
        By::Day,
        &[batch],
    );
    assert_eq!(
        told(&lake.coverage("own")),
        ["2018-10-03 2018-10-03 complete 1"]
    );
}
