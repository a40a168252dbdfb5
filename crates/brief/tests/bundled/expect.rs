//! What the sides are likely to do to each other, in briefs of the last day with events and long after it.

use std::fmt::Write as _;

use detente_atlas::Day;
use detente_brief::{Document, lint::lint};
use detente_lake::{Filter, Rows, Scan, Table};

use crate::support::*;

/// The last day with events that was known on this day is the one before it.
const FRESH: &str = "2021-08-31";

/// The text of a statement.
fn said(doc: &Document, id: &str) -> Option<String> {
    let all = doc.statements().into_iter();
    all.filter(|s| s.id == id).map(|s| s.plain()).next()
}

/// The bundled events by type end on 2021-08-31: counted from there with pencil and paper.
#[test]
fn a_brief_long_after_the_events_shows_no_chance() {
    // 122 days to the end of 2021, three years of 365, one of 366, and the first of January 2026
    let days = 122 + 3 * 365 + 366 + 1;
    for name in SHIPPED {
        let doc = brief(name, "2026-01-01");
        for id in ["expect-none", "bottom-expect"] {
            let text = said(doc, id).unwrap_or_else(|| panic!("{name}: no {id}"));
            assert!(text.contains("2021-08-31"), "{name}: {text}");
            assert!(text.contains("says nothing of today"), "{name}: {text}");
            let shown = text.replace('\u{202f}', "");
            assert!(shown.contains(&format!("{days} days before")), "{text}");
        }
        let chances = doc.evidence.iter().map(|e| e.id.as_str());
        let chances: Vec<_> = chances.filter(|id| id.starts_with("expect-")).collect();
        assert_eq!(chances, ["expect-age"], "{name}");
    }
}

#[test]
fn a_brief_of_the_last_day_with_events_breaks_no_rule() {
    for name in ["eu-georgia", "nato-azerbaijan", "us-philippines"] {
        let doc = brief(name, FRESH);
        let found: Vec<String> = lint(doc).iter().map(ToString::to_string).collect();
        assert_eq!(found, [] as [String; 0], "{name}");
        let from = said(doc, "expect-from").expect("it says from which day it speaks");
        assert!(from.contains("2021-08-30"), "{name}: {from}");
    }
}

/// Each chance names rows that the lake has and that were known on the day, as many as it says.
#[test]
fn the_rows_behind_a_chance_are_in_the_lake() {
    let doc = brief("nato-azerbaijan", FRESH);
    let mut counted = 0;
    let chances = doc
        .evidence
        .iter()
        .filter(|e| e.method == "events-within-days" && e.query.is_some());
    for e in chances {
        let text = e.query.as_deref().expect("a query");
        let filter: Filter = text.parse().expect("a filter");
        let scan = |filter| Scan {
            columns: vec!["row".to_owned()],
            ..Scan::of(Table::Events, filter)
        };
        let rows = |filter| -> u64 {
            let found = lake()
                .run(&scan(filter).into())
                .and_then(Rows::collect_batches);
            let found = found.expect("the lake answers");
            found.iter().map(|b| b.num_rows() as u64).sum()
        };
        assert_eq!(rows(filter.clone()), e.rows, "{}", e.id);
        let later = Filter::at_most("known", day(FRESH)).not();
        assert_eq!(rows(filter.and(later)), 0, "{}", e.id);
        assert!(e.to <= Some(Day(day(FRESH).0)), "{}", e.id);
        counted += 1;
    }
    assert!(counted >= 12, "{counted}");
}

/// The section word for word.
#[test]
fn the_section_as_it_stood_on_the_last_day_with_events() {
    let doc = brief("nato-azerbaijan", FRESH);
    let section = doc.sections.iter().find(|s| s.id == "expect");
    let mut out = String::new();
    let blocks = section.expect("the section").blocks.iter();
    for s in blocks.flat_map(|block| block.statements()) {
        let _ = writeln!(out, "{}: {}", s.id, s.plain());
    }
    insta::assert_snapshot!("expect", out);
}
