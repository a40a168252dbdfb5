//! docs/sources.md says what the catalogue says. After a change of the catalogue: UPDATE_DOCS=1 cargo test -p detente-sources

mod common;

use std::fmt::Write;
use std::path::Path;

use detente_sources::{Dataset, GapStatus, Table, catalogue};

const HEAD: &str = "\
# Sources

What détente reads, where it comes from, how far it may be trusted, and where it traps you. The text is made from the catalogue in
`crates/sources/src/catalogue`; a test keeps the two the same. Files, checksums and what was changed in packing: `data/SOURCES.md`.

How to read an entry:

- **Grade** is the grade of the source by STANAG 2511: reliability from A (completely reliable) to F (cannot be judged), credibility from 1
  (confirmed by other sources) to 6 (cannot be judged).
- **Known after** says how many days pass between the end of what a row speaks of and the day on which the row could be known. A view as of a date
  keeps only the rows that were known by then.
- **Holes** are days on which too little or nothing is there. No data is never zero: a hole is shown as a hole and counts as nothing.
- A name or code that does not resolve is counted and reported; nothing is guessed. A row with a cell that cannot be read is left out, counted and
  reported; a file that is cut, changed or wrongly encoded is refused as a whole.
";

fn entry(out: &mut String, set: &Dataset) {
    let mut line = |text: String| writeln!(out, "{text}").unwrap();
    line(format!("\n### {} (`{}`)\n", set.title, set.id));
    line(format!(
        "- Table: {}. Covers {} to {}.",
        set.table.name(),
        set.span.0,
        set.span.1
    ));
    line(format!("- Cite: {}.", set.citation));
    line(format!("- Licence: {} {}", stop(set.licence), set.terms));
    line(format!("- Grade: {}.", set.grade));
    line(format!(
        "- Known after: {} days. {}",
        set.lag_days, set.lag_reason
    ));
    if set.table == Table::Dyads {
        line(format!(
            "- {}.",
            if set.directed {
                "Directed"
            } else {
                "Undirected"
            }
        ));
    }
    let files: Vec<String> = set.files.iter().map(|f| format!("`data/{f}`")).collect();
    line(match files.as_slice() {
        [] => "- Files: your own; none is bundled.".to_owned(),
        _ => format!("- Files: {}.", files.join(", ")),
    });
    for note in set.notes {
        line(format!("- {note}"));
    }
    if !set.gaps.is_empty() {
        line("\nHoles:\n".to_owned());
        let mut gaps = set.gaps.iter().peekable();
        while let Some(gap) = gaps.next() {
            let days = |from, to| {
                if from == to {
                    format!("{from}")
                } else {
                    format!("{from} to {to}")
                }
            };
            let mut all = vec![days(gap.from, gap.to)];
            while let Some(next) =
                gaps.next_if(|n| (n.status, n.reason) == (gap.status, gap.reason))
            {
                all.push(days(next.from, next.to));
            }
            let status = match gap.status {
                GapStatus::Partial => "partial",
                GapStatus::Missing => "missing",
            };
            line(format!("- {status}: {} ({}).", all.join(", "), gap.reason));
        }
    }
    if !set.blind.is_empty() {
        line(format!("\nNot monitored at all: {}.", set.blind.join(", ")));
    }
}

fn stop(text: &str) -> String {
    if text.ends_with('.') {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[test]
fn the_documentation_says_what_the_catalogue_says() {
    let mut text = HEAD.to_owned();
    for (table, title) in [
        (Table::Events, "Events"),
        (Table::Dyads, "Pairs of states"),
        (Table::Measures, "Measures"),
        (Table::Votes, "Votes"),
        (Table::Mentions, "Mentions"),
    ] {
        writeln!(text, "\n## {title}").unwrap();
        for set in catalogue().iter().filter(|d| d.table == table) {
            entry(&mut text, set);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/sources.md is behind the catalogue: run UPDATE_DOCS=1 cargo test -p detente-sources"
    );
}
