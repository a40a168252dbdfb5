//! Every figure leads to rows that are really there.

use std::collections::BTreeMap;

use detente_atlas::Day;
use detente_brief::{Document, Evidence, Part};
use detente_lake::{Filter, Scan, Table};

use crate::support::*;

const DAYS: [&str; 2] = ["2020-09-25", "2026-01-01"];

fn documents() -> impl Iterator<Item = (String, &'static Document)> {
    SHIPPED.into_iter().flat_map(|name| {
        DAYS.into_iter()
            .map(move |on| (format!("{name} as of {on}"), brief(name, on)))
    })
}

#[test]
fn every_figure_names_evidence_that_holds_its_numbers() {
    for (what, doc) in documents() {
        let all = figures(doc);
        assert!(all.len() > 100, "{what}: {} figures", all.len());
        let mut numbers = 0;
        for (place, figure) in all {
            let e = doc
                .evidence
                .iter()
                .find(|e| e.id == figure.evidence)
                .unwrap_or_else(|| panic!("{what}, {place}: no evidence {}", figure.evidence));
            let held: Vec<f64> = e
                .value
                .into_iter()
                .chain(e.also.values().copied())
                .chain([e.rows as f64])
                .chain(e.searched.map(|n| n as f64))
                .collect();
            let shown = figure
                .as_number()
                .into_iter()
                .chain(figure.interval.into_iter().flatten());
            for x in shown {
                numbers += 1;
                let near = |y: &f64| (x - y).abs() <= 1e-9 * y.abs().max(1.0);
                assert!(
                    held.iter().any(near),
                    "{what}, {place}: {x} is not in {}: {held:?}",
                    e.id
                );
            }
            let missing = figure.is_missing();
            assert!(
                missing || e.rows > 0 || e.searched.is_some_and(|n| n > 0),
                "{what}: {}",
                e.id
            );
        }
        assert!(numbers > 100, "{what}: {numbers} numbers");
        for chart in doc.charts() {
            for id in chart.chart.evidence() {
                assert!(
                    doc.evidence_of(id).is_some(),
                    "{what}, {}: no {id}",
                    chart.id
                );
            }
        }
    }
}

/// The queries of a piece of evidence: `TABLE: FILTER; TABLE: FILTER`, or one filter whose table the command names.
fn queries(e: &Evidence) -> Vec<(Table, String)> {
    let Some(query) = &e.query else {
        return Vec::new();
    };
    let of_command = || {
        let rest = e.command.strip_prefix("detente export ")?;
        Table::from_name(rest.split(' ').next()?)
    };
    query
        .split("; ")
        .map(|part| {
            let named = part
                .split_once(": ")
                .and_then(|(t, filter)| Some((Table::from_name(t)?, filter)));
            let (table, filter) = named
                .or_else(|| Some((of_command()?, part)))
                .unwrap_or_else(|| panic!("{}: which table? {part}", e.id));
            (table, filter.to_owned())
        })
        .collect()
}

#[test]
fn every_query_is_one_that_the_lake_understands() {
    for (what, doc) in documents() {
        for e in &doc.evidence {
            for (table, text) in queries(e) {
                let filter: Filter = text
                    .parse()
                    .unwrap_or_else(|x| panic!("{what}, {}: {x}", e.id));
                let again: Filter = filter.to_string().parse().expect("it reads back");
                assert_eq!(again, filter, "{what}, {}", e.id);
                if e.command.starts_with("detente export ") {
                    let shell = format!(
                        "detente export {} --where '{}'",
                        table.name(),
                        text.replace('\'', r"'\''")
                    );
                    assert!(
                        e.command.contains(&shell),
                        "{what}, {}: {}",
                        e.id,
                        e.command
                    );
                } else {
                    assert!(
                        e.command.starts_with("detente relation '"),
                        "{what}, {}: {}",
                        e.id,
                        e.command
                    );
                }
            }
        }
    }
}

/// What the lake has for the queries of a piece of evidence.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    /// Rows.
    rows: u64,
    /// Rows that became known only after the day of the brief.
    later: u64,
}

struct Counter(BTreeMap<String, Held>);

impl Counter {
    fn of(&mut self, e: &Evidence, as_of: Day) -> Held {
        let mut sum = Held::default();
        for (table, text) in queries(e) {
            let key = format!("{} {as_of} {text}", table.name());
            let held = *self
                .0
                .entry(key)
                .or_insert_with(|| held(table, &text, as_of));
            sum.rows += held.rows;
            sum.later += held.later;
        }
        sum
    }
}

fn held(table: Table, text: &str, as_of: Day) -> Held {
    let filter: Filter = text.parse().expect("a filter");
    let scan = |columns: &[&str], filter: Filter| {
        let scan = Scan {
            table,
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            filter,
            limit: None,
        };
        lake()
            .run(&scan.into())
            .and_then(detente_lake::Rows::collect_batches)
            .expect("the lake answers")
    };
    let later = scan(
        &["row"],
        filter.clone().and(Filter::at_most("known", as_of).not()),
    );
    let mut sum = Held {
        later: later.iter().map(|b| b.num_rows() as u64).sum(),
        ..Held::default()
    };
    sum.rows = scan(&["row"], filter)
        .iter()
        .map(|b| b.num_rows() as u64)
        .sum();
    sum
}

/// Plain scans of the table of measures, whose filter is the figure's rows and nothing else.
const EXACT: [&str; 11] = [
    "vote-agreement",
    "chance-corrected",
    "record",
    "exposure",
    "government-change",
    "government-dispersion",
    "disputes",
    "membership",
    "burden",
    "cohesion",
    "ideal-point-distance",
];

/// Pools of dyads, events and conflicts: the filter names the members of the last day, the figure counts each period with the members of
/// that period, and a month of events is taken from one edition only, so the filter finds the figure's rows and perhaps more.
const AT_LEAST: [&str; 21] = [
    "arena",
    "armed-conflict",
    "breaks",
    "breaks-since",
    "conflict-share",
    "different-sides",
    "events-inside",
    "half-life",
    "net-score-index",
    "orientation",
    "outlook",
    "outlook-events",
    "realistic",
    "relation-index",
    "relation-break",
    "relation-difference",
    "splice",
    "stability",
    "threat-perception",
    "volatility",
    "zero-sum",
];

#[test]
fn the_rows_of_a_figure_are_in_the_lake() {
    let mut counter = Counter(BTreeMap::new());
    let (mut exact, mut at_least, mut absent) = (0, 0, 0);
    for name in ["nato-azerbaijan", "us-philippines"] {
        for on in DAYS {
            let doc = brief(name, on);
            for e in &doc.evidence {
                let what = format!("{name} as of {on}, {}", e.id);
                if queries(e).is_empty() {
                    continue;
                }
                let held = counter.of(e, doc.as_of);
                if let Some(searched) = e.searched {
                    absent += 1;
                    assert_eq!((held.rows, e.rows), (0, 0), "{what}: an absence");
                    assert!(searched > 0, "{what}: searched nothing");
                } else if EXACT.contains(&&*e.method) {
                    exact += 1;
                    assert_eq!(held.rows, e.rows, "{what}");
                } else if AT_LEAST.contains(&&*e.method) {
                    // The joined evidence of a factor's standing counts a dyad twice that two of its indicators share.
                    let joined = queries(e).len() > 1 && e.method == "net-score-index";
                    at_least += 1;
                    assert!(held.rows > 0 && e.rows > 0, "{what}");
                    assert!(
                        joined || held.rows >= e.rows,
                        "{what}: {held:?} for {} rows",
                        e.rows
                    );
                } else {
                    panic!("{what}: is {} exact?", e.method);
                }
            }
        }
    }
    assert!(
        exact > 60 && at_least > 100 && absent > 20,
        "{exact}, {at_least}, {absent}"
    );
}

/// An absence was searched for among all rows of the variable (of the period, in the record).
#[test]
fn an_absence_says_among_how_many_rows_it_was_sought() {
    let doc = brief("nato-azerbaijan", "2026-01-01");
    for (dataset, variable) in [
        ("mid-gml", "dispute"),
        ("mid-cow", "dispute"),
        ("ucdp-acd", "conflict-between"),
    ] {
        let id = format!("record-{dataset}-nato-aze");
        let e = doc
            .evidence
            .iter()
            .find(|e| e.id.as_str() == id)
            .expect("it is in the record");
        let all = held(
            Table::Measures,
            &format!("dataset = {dataset} and variable = {variable} and end >= 1994-05-04"),
            doc.as_of,
        );
        assert_eq!(e.searched, Some(all.rows - all.later), "{id}");
    }
}

#[test]
fn no_query_returns_a_row_that_became_known_later() {
    let mut counter = Counter(BTreeMap::new());
    let mut wrong = Vec::new();
    for name in SHIPPED {
        let doc = brief(name, "2020-09-25");
        for e in &doc.evidence {
            let held = counter.of(e, doc.as_of);
            if held.later > 0 {
                wrong.push(format!(
                    "{name}, {}: {} of {} rows",
                    e.id, held.later, held.rows
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} in all:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A distance that stands beside a year rests on rows of that year.
#[test]
fn a_figure_of_a_year_rests_on_rows_of_that_year() {
    let doc = brief("nato-azerbaijan", "2026-01-01");
    let statement = doc
        .statements()
        .into_iter()
        .find(|s| s.id == "bottom-alignment")
        .expect("the bottom line speaks of interests");
    let mut pending: Option<&Evidence> = None;
    let mut checked = 0;
    for part in &statement.parts {
        match part {
            Part::Figure(f) => pending = doc.evidence_of(&f.evidence),
            Part::Year(y) => {
                if let Some(e) = pending.take() {
                    checked += 1;
                    let years = (e.from.map(Day::year), e.to.map(Day::year));
                    assert_eq!(years, (Some(*y), Some(*y)), "{}: {:?}", e.id, e.query);
                }
            }
            _ => {}
        }
    }
    assert!(checked >= 2, "{}", statement.plain());
}

/// Where each row is from: the sample of a plain scan names file and line, and the line of that file says the same.
#[test]
fn a_sample_row_is_the_line_of_the_file() {
    let doc = brief("nato-azerbaijan", "2026-01-01");
    let e = doc
        .evidence
        .iter()
        .find(|e| e.id.as_str() == "record-mid-cow-aze-arm")
        .expect("it is in the record");
    let column = |name: &str| {
        e.sample
            .header
            .iter()
            .position(|h| h == name)
            .unwrap_or_else(|| panic!("no column {name} in {:?}", e.sample.header))
    };
    let raw = rows(
        "structural/mid_cow_dirdyad.csv.xz",
        ["dispnum", "ccode1", "ccode2", "year", "hostlev1"],
    );
    assert!(!e.sample.rows.is_empty());
    for row in &e.sample.rows {
        assert_eq!(row[column("file")], "mid_cow_dirdyad.csv.xz");
        // The header is line 1.
        let [dispute, a, b, y, hostility] =
            &raw[row[column("row")].parse::<usize>().expect("a line") - 2];
        assert_eq!((&**a, &**b), ("373", "371"));
        assert_eq!(dispute, &row[column("key")]);
        assert_eq!(hostility, &row[column("value")]);
        assert_eq!(row[column("from")], format!("{y}-01-01"));
    }
}
