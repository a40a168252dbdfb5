//! What the data cannot say: coverage of everything used, and what is not monitored.

use crate::{
    Chart, ChartBlock, CoverageRow, CoverageSpan, CoverageStrip, Document, Evidence, Statement,
    Status,
};
use detente_atlas::Day;
use detente_lake::{Coverage, Status as Held};
use detente_partnership::engine::Assessment;

/// A day in figures of coverage, from the start of the partnership to the as-of day.
fn coverage<'a>(a: &'a Assessment, id: &str) -> Option<&'a Coverage> {
    a.world
        .coverage
        .iter()
        .find(|(d, _)| *d == id)
        .map(|(_, c)| c)
}

/// The monitored spans of a data set in words.
pub fn covered(a: &Assessment, id: &str) -> String {
    let Some(c) = coverage(a, id) else {
        return "not in the lake".to_owned();
    };
    let held: Vec<_> = c
        .spans
        .iter()
        .filter(|s| s.status != Held::Missing)
        .collect();
    match (held.first(), held.last()) {
        (Some(first), Some(last)) => {
            let inner = c
                .spans
                .iter()
                .filter(|s| s.status == Held::Missing && s.from > first.from && s.to < last.to)
                .count();
            let gaps = if inner == 0 {
                String::new()
            } else {
                ", with gaps".to_owned()
            };
            format!("{} to {}{gaps}", first.from, last.to.min(a.world.as_of))
        }
        _ => "nothing known on the day".to_owned(),
    }
}

pub fn add(doc: &mut Document, a: &Assessment) {
    let p = &a.partnership;
    let (from, to) = (p.since, a.world.as_of);
    let mut rows = Vec::new();
    for (id, c) in &a.world.coverage {
        let spans = spans(c, from, to);
        if spans.iter().all(|s| s.status == Status::Missing) {
            continue;
        }
        let days: i32 = spans
            .iter()
            .filter(|s| s.status != Status::Missing)
            .map(|s| s.to.0 - s.from.0 + 1)
            .sum();
        let evidence = Evidence::new(
            format!("coverage-{id}"),
            format!("days on which {id} was monitored"),
            super::methods::COVERAGE,
        )
        .command(format!("detente coverage {id} --from {from} --to {to}"))
        .datasets([*id])
        .rows(days.max(0) as u64)
        .period(from, to)
        .value(f64::from(days));
        let evidence = doc.add_evidence(evidence);
        rows.push(CoverageRow {
            name: (*id).to_owned(),
            spans,
            evidence: evidence.id,
        });
    }
    let chart = (!rows.is_empty()).then(|| ChartBlock {
        id: "coverage-chart".to_owned(),
        title: Statement::new("coverage-title").text("What was monitored, and when: a gap is unmonitored, not quiet"),
        definition: "Days complete, partial or missing by data set, as the coverage ledger holds them on the day of the brief.".to_owned(),
        chart: Chart::Coverage(CoverageStrip { from, to, rows }),
    });
    let unmonitored: Vec<(String, String)> = a
        .register
        .factors()
        .flat_map(|f| f.indicators.iter().map(move |i| (f, i)))
        .filter_map(|(f, i)| {
            let why = match &i.reading {
                Err(gap) => gap.clone(),
                Ok(r) if !r.fresh => format!("last seen {}", r.seen),
                Ok(r) if r.standing.percentile.is_none() => {
                    "too little past for a standing".to_owned()
                }
                Ok(_) => return None,
            };
            Some((
                format!("{}: {}", f.factor.title, i.indicator.measure.describe()),
                why,
            ))
        })
        .collect();
    let section = doc.section("limits", "What the data cannot say");
    if let Some(chart) = chart {
        section.chart(chart);
    }
    section.say(
        Statement::new("limits-edition").text(
            "Tables of states, votes and disputes are read in today's edition, cut at the date: later revisions of earlier years are in them.",
        ),
    );
    section.say(
        Statement::new("limits-press").text(
            "Event data count what the press reports. Syndicated copies of one story are not told apart in the sources that give only sums.",
        ),
    );
    section.say(
        Statement::new("limits-outlook").text(
            "The outlook knows only what the press reported before. A standing is no probability, and a forecast without demonstrated skill is no more than its baseline.",
        ),
    );
    for (n, (what, why)) in unmonitored.iter().enumerate() {
        section.note(
            Statement::new(format!("unmonitored-{}", n + 1))
                .text("Not in any standing: ")
                .name(what.clone())
                .text(" (")
                .name(why.clone())
                .text(")."),
        );
    }
}

fn spans(c: &Coverage, from: Day, to: Day) -> Vec<CoverageSpan> {
    c.spans
        .iter()
        .filter(|s| s.to >= from && s.from <= to)
        .map(|s| CoverageSpan {
            from: s.from.max(from),
            to: s.to.min(to),
            status: match s.status {
                Held::Complete => Status::Complete,
                Held::Partial => Status::Partial,
                Held::Missing => Status::Missing,
            },
            reason: s.reason.clone(),
        })
        .collect()
}
