//! One event, once: by hand, and against a naive reference that goes row by row.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use detente_atlas::By;
use proptest::prelude::*;

use super::support::{Bench, csv, events, put};
use crate::schema::Table;
use crate::{Aggregate, Filter, Fold, Key, Lake};

/// Rows as in [`events`], followed by story and event number; `-` is missing.
fn told(dataset: &str, file: &str, lines: &[&str]) -> RecordBatch {
    let cells: Vec<Vec<&str>> = lines.iter().map(|l| l.split(' ').collect()).collect();
    let plain: Vec<String> = cells.iter().map(|c| c[..7].join(" ")).collect();
    let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
    let batch = events(dataset, file, &plain);
    let mut columns = batch.columns().to_vec();
    for (name, at) in [("story", 7), ("event", 8)] {
        let texts: StringArray = cells
            .iter()
            .map(|c| Some(c[at]).filter(|t| *t != "-"))
            .collect();
        columns[batch.schema().index_of(name).unwrap()] = Arc::new(texts) as ArrayRef;
    }
    RecordBatch::try_new(batch.schema(), columns).unwrap()
}

fn lake_of(bench: &Bench, files: &[(&str, &str, &[&str])]) -> Lake {
    let lake = bench.lake();
    for (dataset, file, lines) in files {
        let path = bench.file(file, lines);
        let batch = told(dataset, file, lines);
        put(&lake, dataset, &path, Table::Events, By::Day, &[batch]);
    }
    lake
}

fn folded(fold: Fold, filter: &str) -> Aggregate {
    Aggregate {
        table: Table::Events,
        filter: filter.parse::<Filter>().unwrap(),
        by: By::Month,
        keys: vec![Key::Source, Key::Target],
        fold,
    }
}

/// Source, target and number of events.
fn counts(lake: &Lake, fold: Fold, filter: &str) -> Vec<String> {
    let rows = csv(lake, folded(fold, filter));
    rows.iter()
        .map(|r| r.split(',').skip(1).take(3).collect::<Vec<_>>().join(" "))
        .collect()
}

const STORY: &str = "https://www.one.com/armenia-and-azerbaijan-trade-blame-over-clashes/";

#[test]
fn copies_of_a_story_are_one_event() {
    let copy =
        "http://two.org/world/Armenia_and_Azerbaijan_trade_blame_over_clashes.html?utm_source=x";
    let line = |pair: &str, story: &str, number: &str| {
        format!("2020-09-27 2020-09-28 {pair} 190 4 -10 {story} {number}")
    };
    let first = [
        line("AZE ARM", STORY, "1"),
        line("AZE ARM", STORY, "2"),
        line("ARM AZE", STORY, "3"),
        line("AZE RUS", STORY, "4"),
    ];
    let second = [
        line("AZE ARM", copy, "5"),
        // The number of the fourth row in a later file, under another address.
        line("AZE RUS", "http://three.com/a", "4"),
        // The same number and another pair: a dyad of its own.
        line("ARM RUS", "http://three.com/a", "4"),
        // No story and a whole site cannot be told from others.
        line("AZE ARM", "-", "6"),
        line("AZE ARM", "-", "7"),
        line("AZE ARM", "http://one.com/", "8"),
        line("AZE ARM", "http://one.com/", "9"),
    ];
    let bench = Bench::new();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    let lake = lake_of(
        &bench,
        &[("gdelt", "a.csv", &first), ("gdelt", "b.csv", &second)],
    );
    assert_eq!(
        counts(&lake, Fold::None, "all"),
        ["ARM AZE 1.0", "ARM RUS 1.0", "AZE ARM 7.0", "AZE RUS 2.0"]
    );
    assert_eq!(
        counts(&lake, Fold::Story, "all"),
        ["ARM AZE 1.0", "ARM RUS 1.0", "AZE ARM 5.0", "AZE RUS 1.0"]
    );
    assert_eq!(
        counts(&lake, Fold::Mirror, "all"),
        ["ARM RUS 1.0", "AZE ARM 5.0", "AZE RUS 1.0"]
    );
    assert_eq!(
        counts(&lake, Fold::Day, "all"),
        ["ARM AZE 1.0", "ARM RUS 1.0", "AZE ARM 1.0", "AZE RUS 1.0"]
    );
    // The filter comes first: without the first file the second stands for itself.
    assert_eq!(
        counts(&lake, Fold::Mirror, "file = b.csv"),
        ["ARM RUS 1.0", "AZE ARM 5.0", "AZE RUS 1.0"]
    );
}

#[test]
fn what_was_not_known_folds_nothing() {
    let bench = Bench::new();
    let late = format!("2020-09-27 2020-10-05 AZE ARM 190 4 -10 {STORY} 1");
    let early = format!("2020-09-27 2020-09-28 ARM AZE 190 4 -8 {STORY} 2");
    let lake = lake_of(&bench, &[("gdelt", "a.csv", &[&late, &early])]);
    assert_eq!(counts(&lake, Fold::Mirror, "all"), ["AZE ARM 1.0"]);
    assert_eq!(
        counts(&lake, Fold::Mirror, "known <= 2020-10-01"),
        ["ARM AZE 1.0"]
    );
}

#[test]
fn two_data_sets_and_two_years_are_not_folded() {
    let bench = Bench::new();
    let line = |day: &str, story: &str| format!("{day} {day} AZE ARM 190 4 -10 {story} 7");
    let (one, later) = (line("2020-09-27", "100"), line("2021-09-27", "200"));
    let lake = lake_of(
        &bench,
        &[("a", "a.csv", &[&one, &later]), ("b", "b.csv", &[&one])],
    );
    for fold in Fold::ALL {
        assert_eq!(
            counts(&lake, fold, "day < 2021-01-01"),
            ["AZE ARM 2.0"],
            "{fold:?}"
        );
        assert_eq!(counts(&lake, fold, "all").len(), 2, "{fold:?}");
    }
}

#[test]
fn counts_cannot_be_folded() {
    let lake = Bench::new();
    let lake = lake.lake();
    let query = Aggregate {
        table: Table::Dyads,
        ..folded(Fold::Mirror, "all")
    };
    let message = lake.run(&query.into()).unwrap_err().to_string();
    assert!(message.contains("nothing in it can be folded"), "{message}");
}

/// Pair, code, story, number of a row.
type Told = (usize, usize, usize, usize);

/// The rows that are kept, by going through them one by one.
fn reference(rows: &[Told], mirror: bool) -> Vec<usize> {
    let (mut stories, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    let mut kept = Vec::new();
    for (i, &(pair, code, story, number)) in rows.iter().enumerate() {
        let (source, target) = (pair / 3, pair % 3);
        let by_story = if mirror {
            (source.min(target), source.max(target), code, story)
        } else {
            (source, target, code, story)
        };
        // Story 0 and number 0 are missing.
        let a = story == 0 || stories.insert(by_story);
        let b = number == 0 || numbers.insert((source, target, code, number));
        if a && b {
            kept.push(i);
        }
    }
    kept
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_first_row_is_kept_as_a_naive_reference_has_it(
        rows in prop::collection::vec((0usize..9, 0usize..2, 0usize..4, 0usize..6), 1..60),
        cut in 0usize..60,
    ) {
        let actors = ["AZE", "ARM", "GEO"];
        let text = |name: &str, n: usize| if n == 0 { "-".to_owned() } else { format!("{name}{n}") };
        let lines: Vec<String> = rows
            .iter()
            .map(|&(pair, code, story, number)| {
                let (source, target) = (actors[pair / 3], actors[pair % 3]);
                let (story, number) = (text("s", story), text("e", number));
                format!("2020-09-27 2020-09-28 {source} {target} 19{code} 4 -1 {story} {number}")
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (a, b) = lines.split_at(cut.min(lines.len() - 1));
        let bench = Bench::new();
        let files: Vec<_> = [("d", "a.csv", a), ("d", "b.csv", b)]
            .into_iter()
            .filter(|f| !f.2.is_empty())
            .collect();
        let lake = lake_of(&bench, &files);
        for (fold, mirror) in [(Fold::Story, false), (Fold::Mirror, true)] {
            let mut expected = std::collections::BTreeMap::new();
            for i in reference(&rows, mirror) {
                let pair = rows[i].0;
                *expected.entry((actors[pair / 3], actors[pair % 3])).or_insert(0) += 1;
            }
            let expected: Vec<String> =
                expected.iter().map(|((s, t), n)| format!("{s} {t} {n}.0")).collect();
            prop_assert_eq!(counts(&lake, fold, "all"), expected);
        }
    }
}

#[test]
fn the_report_says_why_rows_fold() {
    let copy =
        |host: &str| format!("http://{host}/x/armenia-and-azerbaijan-trade-blame-over-clashes");
    let line = |pair: &str, story: &str, number: u32| {
        format!("2020-09-27 2020-09-28 {pair} 190 4 -10 {story} {number}")
    };
    let first = [
        line("AZE ARM", STORY, 1),
        line("AZE ARM", STORY, 2),
        line("ARM AZE", STORY, 3),
        line("GEO RUS", "http://five.com/b.html", 4),
    ];
    let second = [
        line("AZE ARM", &copy("two.com"), 5),
        line("ARM AZE", &copy("three.com"), 6),
        line("AZE ARM", STORY, 1),
        line("GEO RUS", "http://six.com/c.html", 4),
        line("AZE ARM", "-", 7),
        line("AZE ARM", "http://one.com", 8),
    ];
    let bench = Bench::new();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    let lake = lake_of(&bench, &[("d", "a.csv", &first), ("d", "b.csv", &second)]);
    let report = |fold| lake.fold_report(&Filter::All, fold, 2).unwrap();
    let mirror = report(Fold::Mirror);
    assert_eq!(
        (mirror.rows, mirror.without_story, mirror.events),
        (10, 2, 4)
    );
    let folded = crate::Folded {
        repeated: 2,
        syndicated: 2,
        mirrored: 1,
        same_story: 1,
        same_day: 0,
    };
    assert_eq!(mirror.folded, folded);
    let [largest, next] = &mirror.largest[..] else {
        panic!("{:?}", mirror.largest)
    };
    assert_eq!((largest.file.as_str(), largest.row), ("a.csv", 1));
    assert_eq!(largest.story.as_deref(), Some(STORY));
    // one.com, two.com, three.com.
    assert_eq!((largest.copies, largest.hosts), (5, 3));
    assert_eq!((next.row, next.copies, next.hosts), (4, 1, 2));
    // Without the mirror the two directions are two events: 3 and 1 copies.
    let story = report(Fold::Story);
    assert_eq!(
        (story.events, story.folded.mirrored, story.folded.syndicated),
        (5, 0, 2)
    );
    let day = report(Fold::Day);
    assert_eq!(
        (day.events, day.folded.same_day, day.folded.repeated),
        (3, 5, 2)
    );
    let none = report(Fold::None);
    assert_eq!((none.rows, none.events, none.largest.len()), (10, 10, 0));
    // The events of the report are those of the aggregate.
    for fold in Fold::ALL {
        let n: f64 = counts(&lake, fold, "all")
            .iter()
            .map(|l| l.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
            .sum();
        assert_eq!(n, report(fold).events as f64, "{fold:?}");
    }
}
