//! The coverage ledger, each case by hand.

use detente_atlas::{By, Day};

use super::support::{Bench, day, events, put};
use crate::coverage::Status;
use crate::evidence::Run;
use crate::ingest::{Job, Reading, SeenPeriod, Sink};
use crate::ledger::{Declared, DeclaredGap, Seen};
use crate::schema::Table;

fn declared(from: &str, to: &str, step: By) -> Declared {
    Declared {
        span: Some((day(from), day(to))),
        step,
        beat: None,
        gaps: Vec::new(),
        counts: true,
    }
}

fn run(from: &str, to: &str, known: &str, rows: u64) -> Run {
    Run {
        from: day(from),
        to: day(to),
        known: day(known),
        rows,
    }
}

fn ledger(dataset: &str, d: &Declared, seen: &[Seen<'_>], as_of: Option<Day>) -> crate::Coverage {
    crate::ledger::ledger(dataset, d, seen, &[], as_of)
}

fn lines(c: &crate::Coverage) -> Vec<String> {
    c.spans
        .iter()
        .map(|s| {
            format!("{} {} {} {} {}", s.from, s.to, s.status, s.rows, s.reason)
                .trim()
                .to_owned()
        })
        .collect()
}

#[test]
fn a_day_is_complete_only_if_it_was_read() {
    let d = declared("2020-01-01", "2020-01-10", By::Day);
    let runs = [
        run("2020-01-02", "2020-01-04", "2020-01-05", 10),
        run("2020-01-06", "2020-01-06", "2020-01-07", 9),
    ];
    let seen = [Seen {
        file: "a.tab",
        slot: None,
        runs: &runs,
    }];
    let c = ledger("x", &d, &seen, None);
    assert_eq!(
        lines(&c),
        [
            "2020-01-01 2020-01-01 missing 0 no file that was read reaches this day",
            "2020-01-02 2020-01-04 complete 30",
            "2020-01-05 2020-01-05 missing 0 no rows for this day in a.tab",
            "2020-01-06 2020-01-06 complete 9",
            "2020-01-07 2020-01-10 missing 0 no file that was read reaches this day",
        ]
    );
    assert_eq!(c.on(day("2020-01-03")).status, Status::Complete);
    for outside in ["2019-12-31", "2020-01-11"] {
        let on = c.on(day(outside));
        assert_eq!(on.status, Status::Missing);
        assert_eq!(
            on.reason,
            "outside the period that x covers (2020-01-01 to 2020-01-10)"
        );
    }
    let share = c.share(day("2020-01-01"), day("2020-01-20"));
    assert_eq!(
        (share.days, share.complete, share.partial, share.missing),
        (20, 0.2, 0.0, 0.8)
    );
    assert_eq!(c.share(day("2020-01-02"), day("2020-01-01")).missing, 1.0);
    assert_eq!(c.last_seen(), Some(day("2020-01-06")));
}

#[test]
fn a_data_set_that_was_not_read_is_missing_throughout() {
    let c = ledger(
        "x",
        &declared("2020-01-01", "2020-01-10", By::Day),
        &[],
        None,
    );
    assert_eq!(
        lines(&c),
        [
            "2020-01-01 2020-01-10 missing 0 no file of this data set has been read: run `detente ingest`"
        ]
    );
    let bench = Bench::new();
    let none = bench.lake().coverage("no-such-data");
    assert_eq!(
        none.on(day("2020-01-01")).reason,
        "there is no data set 'no-such-data' in the catalogue"
    );
    assert_eq!(
        none.share(day("2020-01-01"), day("2020-01-02")).missing,
        1.0
    );
}

#[test]
fn documented_gaps_show_their_reason() {
    let mut d = declared("2020-01-01", "2020-01-08", By::Day);
    let gap = |from, to, reason: &str| DeclaredGap {
        from: day(from),
        to: day(to),
        reason: reason.into(),
    };
    d.gaps = vec![
        gap("2020-01-03", "2020-01-04", "feed down"),
        gap("2020-01-06", "2020-01-06", "half a day lost"),
        gap("2020-02-01", "2020-02-02", "not in this period"),
    ];
    let runs = [
        run("2020-01-01", "2020-01-02", "2020-01-09", 10),
        run("2020-01-05", "2020-01-06", "2020-01-09", 10),
        run("2020-01-08", "2020-01-08", "2020-01-09", 10),
    ];
    let seen = [Seen {
        file: "a.tab",
        slot: None,
        runs: &runs,
    }];
    assert_eq!(
        lines(&ledger("x", &d, &seen, None)),
        [
            "2020-01-01 2020-01-02 complete 20",
            "2020-01-03 2020-01-04 missing 0 feed down",
            "2020-01-05 2020-01-05 complete 10",
            "2020-01-06 2020-01-06 partial 10 half a day lost",
            "2020-01-07 2020-01-07 missing 0 no rows for this day in a.tab",
            "2020-01-08 2020-01-08 complete 10",
        ]
    );
}

#[test]
fn a_day_far_below_its_neighbours_is_partial() {
    let d = declared("2020-01-01", "2020-02-29", By::Day);
    let runs = [
        run("2020-01-01", "2020-01-01", "2020-03-01", 1_180),
        // 40 % of 1,180 is 472: this day is just enough.
        run("2020-01-02", "2020-01-20", "2020-03-01", 1_180),
        run("2020-01-21", "2020-01-21", "2020-03-01", 472),
        run("2020-01-22", "2020-01-22", "2020-03-01", 471),
        run("2020-01-23", "2020-01-31", "2020-03-01", 1_180),
        // No neighbours within 28 days: a day of 3 rows strayed in from elsewhere.
        run("2020-02-29", "2020-02-29", "2020-03-01", 3),
    ];
    let seen = [Seen {
        file: "a.tab",
        slot: None,
        runs: &runs,
    }];
    let c = ledger("x", &d, &seen, None);
    assert_eq!(c.on(day("2020-01-21")).status, Status::Complete);
    assert_eq!(
        c.on(day("2020-01-22")).reason,
        "only 471 rows, 28-day median 1,180"
    );
    let stray = c.on(day("2020-02-29"));
    assert_eq!((stray.status, stray.rows), (Status::Partial, 3));
    // Data without a steady stream are not judged by their counts.
    let rare = Declared { counts: false, ..d };
    assert_eq!(
        ledger("x", &rare, &seen, None).on(day("2020-01-22")).status,
        Status::Complete
    );
}

#[test]
fn the_first_days_are_compared_with_the_next() {
    let d = declared("2020-01-01", "2020-01-31", By::Day);
    let runs = [
        run("2020-01-01", "2020-01-01", "2020-03-01", 5),
        run("2020-01-02", "2020-01-31", "2020-03-01", 100),
    ];
    let c = ledger(
        "x",
        &d,
        &[Seen {
            file: "a",
            slot: None,
            runs: &runs,
        }],
        None,
    );
    assert_eq!(
        c.on(day("2020-01-01")).reason,
        "only 5 rows, 28-day median 100"
    );
    assert_eq!(c.on(day("2020-01-02")).status, Status::Complete);
}

#[test]
fn a_year_seen_covers_its_days() {
    let d = Declared {
        counts: false,
        ..declared("1994-03-01", "1996-12-31", By::Year)
    };
    let runs = [
        run("1994-01-01", "1994-12-31", "1995-06-30", 200),
        run("1996-01-01", "1996-12-31", "1997-06-30", 210),
    ];
    let c = ledger(
        "x",
        &d,
        &[Seen {
            file: "y.csv",
            slot: None,
            runs: &runs,
        }],
        None,
    );
    assert_eq!(
        lines(&c),
        [
            "1994-03-01 1994-12-31 complete 200",
            "1995-01-01 1995-12-31 missing 0 no rows for this year in y.csv",
            "1996-01-01 1996-12-31 complete 210",
        ]
    );
    assert_eq!(c.share(day("1995-01-01"), day("1996-12-31")).days, 731);
}

#[test]
fn an_as_of_view_knows_only_what_was_known() {
    let d = Declared {
        counts: false,
        ..declared("2020-01-01", "2020-01-06", By::Day)
    };
    let early = [
        run("2020-01-01", "2020-01-01", "2020-01-02", 10),
        run("2020-01-02", "2020-01-03", "2020-01-04", 10),
    ];
    let late = [
        run("2020-01-01", "2020-01-01", "2020-02-01", 5),
        run("2020-01-04", "2020-01-06", "2020-02-01", 8),
    ];
    let seen = [
        Seen {
            file: "a",
            slot: None,
            runs: &early,
        },
        Seen {
            file: "b",
            slot: None,
            runs: &late,
        },
    ];
    assert_eq!(
        lines(&ledger("x", &d, &seen, Some(day("2020-01-03")))),
        [
            "2020-01-01 2020-01-01 complete 10",
            "2020-01-02 2020-01-03 missing 0 not yet known on 2020-01-03 (known from 2020-01-04)",
            "2020-01-04 2020-01-06 missing 0 after 2020-01-03, the day of this view",
        ]
    );
    assert_eq!(
        lines(&ledger("x", &d, &seen, None)),
        ["2020-01-01 2020-01-06 complete 59"]
    );
}

#[test]
fn a_running_year_is_cut_at_the_day_of_the_view() {
    let d = Declared {
        counts: false,
        ..declared("2019-01-01", "2020-12-31", By::Year)
    };
    let runs = [
        run("2019-01-01", "2019-12-31", "2020-03-31", 7),
        run("2020-01-01", "2020-12-31", "2021-03-31", 7),
    ];
    let seen = [Seen {
        file: "y",
        slot: None,
        runs: &runs,
    }];
    assert_eq!(
        lines(&ledger("x", &d, &seen, Some(day("2020-09-25")))),
        [
            "2019-01-01 2019-12-31 complete 7",
            "2020-01-01 2020-09-25 missing 0 not yet known on 2020-09-25 (known from 2021-03-31)",
            "2020-09-26 2020-12-31 missing 0 after 2020-09-25, the day of this view",
        ]
    );
}

#[test]
fn the_ledger_of_a_lake_is_built_from_what_was_read() {
    let bench = Bench::new();
    let lake = bench.lake();
    let batch = events(
        "icews-events",
        "a.tab",
        &[
            "2020-09-26 2020-09-27 AZE ARM 010 1 0",
            "2020-09-28 2020-09-29 AZE ARM 190 4 -10",
            "2020-09-28 2020-10-09 AZE ARM 190 4 -10",
        ],
    );
    put(
        &lake,
        "icews-events",
        &bench.file("a.tab", &["a"]),
        Table::Events,
        By::Day,
        &[batch],
    );
    let d = declared("2020-09-26", "2020-09-28", By::Day);
    let now = lake.coverage_of("icews-events", &d, None);
    assert_eq!(
        lines(&now),
        [
            "2020-09-26 2020-09-26 complete 1",
            "2020-09-27 2020-09-27 missing 0 no rows for this day in a.tab",
            "2020-09-28 2020-09-28 complete 2",
        ]
    );
    assert_eq!(
        lake.coverage_of("icews-events", &d, Some(day("2020-09-30")))
            .on(day("2020-09-28"))
            .rows,
        1
    );
}

#[test]
fn a_period_that_was_read_and_left_nothing_is_not_missing() {
    let bench = Bench::new();
    let lake = bench.lake();
    let path = bench.file("a.tab", &["a"]);
    let read = |sink: &mut Sink<'_>| {
        sink(events(
            "e",
            "a.tab",
            &["2020-09-26 2020-09-27 AZE ARM 010 1 0"],
        ))?;
        let seen = |d: &str, rows| SeenPeriod {
            from: day(d),
            to: day(d),
            known: day(d).plus(1),
            rows,
        };
        // 12 rows on the day after, all of them duplicates or between parties that the atlas does not know.
        Ok(Reading {
            seen: vec![seen("2020-09-26", 3), seen("2020-09-27", 12)],
            ..Reading::default()
        })
    };
    let job = Job {
        dataset: "e",
        table: Table::Events,
        step: By::Day,
        beat: None,
        reader: "1",
        path: &path,
        read: Box::new(read),
    };
    lake.ingest_jobs(&[job], &()).unwrap();
    let d = declared("2020-09-26", "2020-09-28", By::Day);
    assert_eq!(
        lines(&lake.coverage_of("e", &d, None)),
        [
            "2020-09-26 2020-09-27 complete 13",
            "2020-09-28 2020-09-28 missing 0 no file that was read reaches this day",
        ]
    );
}
