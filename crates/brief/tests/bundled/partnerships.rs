//! Every shipped partnership, at dates before and after the shocks, in years with and without monthly sources.

use detente_atlas::By;
use detente_brief::lint::lint;

use crate::support::*;

const DAYS: [&str; 5] = [
    "2012-06-30",
    "2016-06-30",
    "2020-09-25",
    "2023-09-17",
    "2026-01-01",
];

#[test]
fn every_brief_passes_the_lint() {
    let mut wrong = Vec::new();
    for name in SHIPPED {
        for on in DAYS {
            let doc = brief(name, on);
            let found = lint(doc);
            wrong.extend(found.iter().map(|v| format!("{name} as of {on}: {v}")));
            assert_eq!(doc.as_of, day(on));
            assert!(
                doc.key_statements().len() >= 4,
                "{name} as of {on} has no bottom line"
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "{} violations:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Of 2016 and 2017 there are no events at all, and of the years before only sums by year.
#[test]
fn in_2016_no_event_stands_in_the_register() {
    for name in SHIPPED {
        let on = "2016-06-30";
        let a = assessment(name, on);
        for f in a.register.factors() {
            for (i, r) in f.counted() {
                assert_ne!(
                    r.series.by,
                    By::Month,
                    "{name}: {} of {} counts",
                    i.measure.describe(),
                    f.factor.id
                );
            }
            for i in &f.indicators {
                if let Ok(r) = &i.reading {
                    assert!(
                        r.series.by == By::Year || !r.fresh,
                        "{name}: {}",
                        f.factor.id
                    );
                }
            }
        }
        assert_eq!(a.register.watch_day, None, "{name}");
    }
}

#[test]
fn in_2016_the_bottom_line_says_that_no_event_is_monitored() {
    for name in SHIPPED {
        let doc = brief(name, "2016-06-30");
        let said: Vec<String> = doc
            .key_statements()
            .into_iter()
            .map(|s| s.plain())
            .collect();
        let blind = |s: &String| {
            let s = s.to_lowercase();
            s.contains("no event") && s.contains("monitored")
        };
        assert!(said.iter().any(blind), "{name}: {said:#?}");
    }
}

/// Where events end long before the day of the brief, the bottom line gives the day.
#[test]
fn the_bottom_line_gives_the_last_monitored_day() {
    for name in SHIPPED {
        for (on, last) in [("2020-09-25", "2020-09-25"), ("2026-01-01", "2024-02-23")] {
            assert_eq!(
                assessment(name, on).register.watch_day,
                Some(day(last)),
                "{name} as of {on}"
            );
            let doc = brief(name, on);
            let said = doc
                .key_statements()
                .into_iter()
                .any(|s| s.plain().contains(&format!("No event after {last}")));
            assert!(said, "{name} as of {on}");
        }
    }
}

/// The partnership that the guide has the reader write: one factor, one level, long names. Also on days on which little was known.
#[test]
fn the_partnership_of_the_guide_gives_a_brief() {
    let guide = include_str!("../../../../docs/guide.md");
    let text = guide
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the guide has an example");
    let partnership = detente_partnership::parse(text, "guide.toml").expect("it is sound");
    for on in ["1996-01-01", "2003-06-30", "2016-06-30", "2026-01-01"] {
        let made =
            detente_partnership::assess(lake(), &partnership, day(on)).expect("the lake answers");
        let doc = detente_brief::compose::compose(
            &made,
            "test",
            &detente_brief::compose::Beside::default(),
        );
        let found: Vec<String> = lint(&doc).iter().map(ToString::to_string).collect();
        assert_eq!(found, [] as [String; 0], "as of {on}");
        // Levels without factors are not part of it, and are not shown as calm.
        assert_eq!(made.register.levels.len(), 1);
    }
}

/// In the first years hardly anything was known: the brief says so and stands.
#[test]
fn a_brief_of_the_first_years_stands() {
    for on in ["1995-01-31", "2000-01-31"] {
        let found: Vec<String> = lint(brief("nato-azerbaijan", on))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, [] as [String; 0], "as of {on}");
    }
}
