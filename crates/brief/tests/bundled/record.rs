//! Who fought whom and who is in which organisation, counted in the raw files.

use std::collections::BTreeSet;

use detente_brief::{Block, Verdict};
use detente_partnership::engine::{RecordEntry, Value, Verdict as Outcome};

use crate::support::*;

const NATO_AZE: &str = "nato-azerbaijan";
const TODAY: &str = "2026-01-01";
/// The raw file and the last year of each edition.
const DISPUTES: [(&str, &str, i32); 2] = [
    ("mid-gml", "structural/mid_gml_dirdyad.csv.xz", 2010),
    ("mid-cow", "structural/mid_cow_dirdyad.csv.xz", 2014),
];

/// (dispute, one side, the other, year) of every directed row since 1994.
fn disputes(file: &str) -> Vec<[String; 4]> {
    rows(file, ["dispnum", "ccode1", "ccode2", "year"])
        .into_iter()
        .filter(|r| year(&r[3]) >= 1994)
        .collect()
}

fn entry(of: &str, with: &str, dataset: &str) -> &'static RecordEntry {
    assessment(NATO_AZE, TODAY)
        .record
        .iter()
        .find(|e| e.of.id == of && e.with.id == with && e.dataset == dataset)
        .unwrap_or_else(|| panic!("no record of {of} with {with} in {dataset}"))
}

#[test]
fn no_dispute_of_azerbaijan_with_a_member_of_nato() {
    for (dataset, file, last) in DISPUTES {
        let raw = disputes(file);
        let found: Vec<_> = raw
            .iter()
            .filter(|[_, a, b, y]| {
                let member = |cow: &str| {
                    NATO.iter()
                        .any(|(_, c, since)| *c == cow && year(y) >= *since)
                };
                (a == "373" && member(b)) || (b == "373" && member(a))
            })
            .collect();
        assert!(found.is_empty(), "{dataset}: {found:?}");
        assert_eq!(raw.iter().map(|r| year(&r[3])).max(), Some(last));
        let e = entry("NATO", "AZE", dataset);
        assert_eq!((e.count, e.until.year()), (0, last), "{dataset}");
        assert!(e.provenance.absence);
        assert_eq!(
            e.provenance.rows,
            raw.len() as u64,
            "{dataset}: rows searched"
        );
    }
}

#[test]
fn eight_disputes_of_armenia_with_azerbaijan() {
    for (dataset, file, _) in DISPUTES {
        let found: Vec<[String; 4]> = disputes(file)
            .into_iter()
            .filter(|r| r[1] == "373" && r[2] == "371")
            .collect();
        let numbers: BTreeSet<&str> = found.iter().map(|r| &*r[0]).collect();
        assert_eq!(numbers.len(), 8, "{dataset}: {numbers:?}");
        let e = entry("AZE", "ARM", dataset);
        assert_eq!(e.count, 8, "{dataset}");
        assert_eq!(e.provenance.rows, found.len() as u64, "{dataset}");
        assert_eq!(
            e.last.map(|day| day.year()),
            found.iter().map(|r| year(&r[3])).max(),
            "{dataset}"
        );
    }
}

#[test]
fn the_brief_says_none_and_eight() {
    let doc = brief(NATO_AZE, TODAY);
    let shown = |id: &str| -> Vec<String> {
        figures(doc)
            .into_iter()
            .filter(|(_, f)| f.evidence.as_str() == id)
            .map(|(_, f)| f.full())
            .collect()
    };
    for (dataset, _, _) in DISPUTES {
        let (none, eight) = (
            shown(&format!("record-{dataset}-nato-aze")),
            shown(&format!("record-{dataset}-aze-arm")),
        );
        assert!(
            !none.is_empty() && none.iter().all(|s| s == "0"),
            "{none:?}"
        );
        assert!(
            !eight.is_empty() && eight.iter().all(|s| s == "8"),
            "{eight:?}"
        );
    }
}

#[test]
fn armenia_is_in_the_csto_and_azerbaijan_is_not() {
    let raw: Vec<(String, i32)> = rows(
        "structural/igo_cow_memberships.csv.xz",
        ["ccode", "year", "igo", "status"],
    )
    .into_iter()
    .filter(|[state, _, igo, status]| {
        ["371", "373"].contains(&&**state) && igo == "csto" && status == "1"
    })
    .map(|[state, y, _, _]| (state, year(&y)))
    .collect();
    let of_armenia: Vec<i32> = (2002..=2014).collect();
    assert!(raw.iter().all(|(state, _)| state == "371"));
    assert_eq!(raw.iter().map(|(_, y)| *y).collect::<Vec<_>>(), of_armenia);

    let found = assessment(NATO_AZE, TODAY)
        .assumptions
        .iter()
        .find(|r| r.assumption.id == "no-hostile-initiative")
        .expect("it is in the file");
    assert_eq!(found.verdict, Outcome::Holds);
    let years: Vec<&Value> = found
        .tests
        .iter()
        .flat_map(|t| &t.findings)
        .map(|f| &f.value)
        .collect();
    assert_eq!(years, [&Value::Count(0), &Value::Count(13)]);
    let claims = brief(NATO_AZE, TODAY)
        .sections
        .iter()
        .flat_map(|s| &s.blocks)
        .filter_map(|b| match b {
            Block::Claim(claim) => Some(claim),
            _ => None,
        });
    let verdicts: Vec<Verdict> = claims
        .filter(|c| c.id == "claim-no-hostile-initiative")
        .map(|c| c.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Holds]);
}

/// ATOP and COW call Armenia and Azerbaijan allies, through treaties of the CIS. Nothing that a brief says may rest on these flags.
#[test]
fn nothing_rests_on_alliance_flags() {
    for (file, column) in [
        ("structural/alliance_atop_dirdyad.csv.xz", "atop_defense"),
        ("structural/alliance_cow_dirdyad.csv.xz", "cow_defense"),
    ] {
        let trap = rows(file, ["ccode1", "ccode2", "year", column])
            .iter()
            .filter(|[a, b, y, flag]| a == "371" && b == "373" && year(y) >= 1994 && flag == "1")
            .count();
        assert!(trap > 10, "{file} no longer holds the trap");
    }
    for name in SHIPPED {
        let doc = brief(name, TODAY);
        let of_alliances = |id: &detente_brief::EvidenceId| {
            let e = doc.evidence_of(id).expect("evidence is held");
            let built = e.built_from.iter().filter_map(|id| doc.evidence_of(id));
            std::iter::once(e)
                .chain(built)
                .flat_map(|e| &e.datasets)
                .any(|d| d.starts_with("alliance-"))
        };
        for (place, figure) in figures(doc) {
            assert!(!of_alliances(&figure.evidence), "{name}: {place}");
        }
        for s in doc.statements() {
            assert!(
                s.evidence().into_iter().all(|id| !of_alliances(id)),
                "{name}: {}",
                s.id
            );
        }
        // They may appear where the brief says what was monitored, and nowhere else.
        for chart in doc.charts().filter(|c| c.id != "coverage-chart") {
            let ids = chart.chart.evidence();
            assert!(
                ids.into_iter().all(|id| !of_alliances(id)),
                "{name}: {}",
                chart.id
            );
        }
    }
}
