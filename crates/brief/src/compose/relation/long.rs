//! The relation of all years on one chart, and how its sources were joined.

use super::super::book::{file, slug};
use super::super::methods;
use super::since;
use crate::{
    Cell, Chart, ChartBlock, Column, Document, EventMark, Format, GapMark, Joint, Panel, Point,
    Segment, SeriesChart, Statement, TableBlock,
};
use detente_atlas::{By, Day, Month};
use detente_partnership::engine::Assessment;
use detente_partnership::world::clock;

fn day(by: By, t: i32) -> Day {
    match by {
        By::Year => Month::new(t, 7).first(),
        _ => Month(t).first().plus(14),
    }
}

/// The long series with its segments, joints, breaks, gaps and dated events.
pub fn chart(doc: &mut Document, a: &Assessment) -> Option<ChartBlock> {
    let p = &a.partnership;
    let yearly = a.sides.yearly.as_ref().ok()?;
    let points = since(&a.sides, p.since);
    let (first, last) = (*points.first()?, *points.last()?);
    let evidence = file(
        "relation-series",
        format!("relation of {} with {} by year", p.a.name, p.b.name),
        Some(last.r),
        &a.sides.provenance,
    );
    let evidence = doc.add_evidence(evidence);
    let mut segments: Vec<Segment> = Vec::new();
    for r in &points {
        let point = Point::between(day(yearly.by, r.t), r.r, r.lo, r.hi);
        match segments.iter_mut().find(|s| s.source == r.segment) {
            Some(s) => s.points.push(point),
            None => segments.push(Segment {
                source: r.segment.clone(),
                points: vec![point],
                inner: Vec::new(),
                step_days: 366,
                evidence: evidence.id.clone(),
            }),
        }
    }
    let years: Vec<i32> = points.iter().map(|r| r.t).collect();
    let end = clock::last_day(By::Year, last.t).max(
        a.world
            .as_of
            .min(clock::last_day(By::Year, a.world.as_of.year())),
    );
    let start = clock::first_day(By::Year, p.since.year());
    let mut gaps: Vec<GapMark> = Vec::new();
    for year in start.year()..=end.year() {
        if years.contains(&year) {
            continue;
        }
        let (from, to) = (
            clock::first_day(By::Year, year).max(start),
            clock::last_day(By::Year, year).min(end),
        );
        match gaps.last_mut() {
            Some(gap) if gap.to.plus(1) == from => gap.to = to,
            _ => gaps.push(GapMark {
                from,
                to,
                reason: "no source monitors enough of the year".to_owned(),
            }),
        }
    }
    let joints = yearly
        .spliced
        .joints
        .iter()
        .filter_map(|j| {
            let first = points.iter().find(|r| r.segment == j.from)?;
            Some(Joint {
                day: clock::first_day(By::Year, first.t),
                label: j.from.clone(),
            })
        })
        .collect();
    let title = Statement::new("relation-chart-title")
        .text("Relation of ")
        .actor(p.a.name.clone())
        .text(" with ")
        .actor(p.b.name.clone())
        .text(", ")
        .year(first.t)
        .text(" to ")
        .year(last.t)
        .text(": more cooperation than conflict above zero");
    Some(ChartBlock {
        id: "relation-chart".to_owned(),
        title,
        definition: format!(
            "Relation index, the log ratio of cooperative to conflictual events by year, with its {:.0} % interval and the uncertainty of every splice.",
            100.0 * p.settings.interval
        ),
        chart: Chart::Series(SeriesChart {
            from: start,
            to: end,
            panels: vec![Panel {
                reference: Some(0.0),
                gaps,
                joints,
                breaks: a
                    .sides
                    .breaks
                    .iter()
                    .map(|b| EventMark {
                        day: clock::first_day(By::Year, b.t),
                        label: format!("level shifts in {}", b.t),
                    })
                    .collect(),
                ..Panel::new("relation index (log ratio)", segments)
            }],
            interval: format!("{:.0} % interval", 100.0 * p.settings.interval),
            events: p
                .events
                .iter()
                .filter(|(day, _)| *day >= start && *day <= end)
                .map(|(day, label)| EventMark {
                    day: *day,
                    label: label.clone(),
                })
                .collect(),
        }),
    })
}

/// How the sources of the long series were joined.
pub fn joints(doc: &mut Document, a: &Assessment) -> Option<TableBlock> {
    use detente_relations::splice::Method;
    let yearly = a.sides.yearly.as_ref().ok()?;
    let mut table = TableBlock::new(
        "joints-table",
        Statement::new("joints-caption")
            .text("How the sources of the series were joined: nothing is spliced silently"),
        [
            Column::words("Source"),
            Column::words("Joined to"),
            Column::words("How"),
            Column::numbers("Common years"),
            Column::numbers("Shift"),
        ],
    );
    for j in &yearly.spliced.joints {
        let e = file(
            format!("joint-{}", slug(&j.from)),
            format!("splice of {}", j.from),
            Some(j.overlap_n as f64),
            &a.sides.provenance,
        );
        let mut e = e;
        e.method = methods::SPLICE.to_owned();
        if let Some(shift) = j.shift {
            e = e.also("shift", shift);
        }
        if let Some((lo, hi)) = j.interval {
            e = e.interval(lo, hi);
        }
        let e = doc.add_evidence(e);
        let mut shift = e.figure_of("shift", Format::decimals(2).signed());
        if let (Some(_), Some((lo, hi))) = (j.shift, j.interval) {
            shift = shift.between(lo, hi);
        }
        table.row(vec![
            Cell::Name(j.from.clone()),
            Cell::Name(if j.to.is_empty() {
                "nothing".to_owned()
            } else {
                j.to.join(", ")
            }),
            Cell::Text(
                match j.method {
                    Method::Overlap => "mean difference over common years",
                    Method::Assumed => "taken to be coded alike",
                    Method::Link => "line fitted on the common periods of the sides",
                    Method::Unlinked => "not joined, left out of the series",
                }
                .to_owned(),
            ),
            Cell::Figure(e.figure(Format::count())),
            if j.shift.is_some() {
                Cell::Figure(shift)
            } else {
                Cell::Empty("mapped, not shifted".to_owned())
            },
        ]);
    }
    (!yearly.spliced.joints.is_empty()).then_some(table)
}
