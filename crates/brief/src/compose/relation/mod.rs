//! The relation: the long series, and realistic, stable and aligned beside the contrast partners.

mod contrast;
mod long;

use super::book::{file, slug};
use crate::{Document, Evidence, Statement};
use detente_atlas::Day;
use detente_partnership::engine::{Assessment, Profile, Series};
use detente_relations::splice::Reading;

/// What the brief says of one relation, each with its evidence.
pub struct Relation {
    /// The last yearly reading.
    pub last: Option<(i32, Evidence)>,
    /// The mean of the years before.
    pub mean: Option<Evidence>,
    /// The UN distance in the first year of the partnership, the last but one, and the last: the last year comes from a later
    /// edition and rests on fewer votes.
    pub distance: Vec<(i32, Evidence)>,
}

/// Files the evidence of a relation.
pub fn relation(doc: &mut Document, a: &Assessment, p: &Profile) -> Relation {
    let id = slug(&p.with.id);
    let name = format!("{} with {}", p.of.name, p.with.name);
    let points = since(p, a.partnership.since);
    let last = points.last().map(|r| {
        let e = file(
            format!("relation-{id}"),
            format!("relation of {name} in the last year with a reading"),
            Some(r.r),
            &p.provenance,
        )
        .interval(r.lo, r.hi);
        (r.t, doc.add_evidence(e))
    });
    let mean = (points.len() > 1).then(|| {
        let past = &points[..points.len() - 1];
        let mean = past.iter().map(|r| r.r).sum::<f64>() / past.len() as f64;
        let e = file(
            format!("relation-mean-{id}"),
            format!("mean yearly relation of {name} before that"),
            Some(mean),
            &p.provenance,
        )
        .also("years", past.len() as f64);
        doc.add_evidence(e)
    });
    let mut distance: Vec<(i32, Evidence)> =
        ends(doc, a, &format!("distance-{id}"), &p.distance, &name)
            .into_iter()
            .flatten()
            .collect();
    if let (Ok(s), 2) = (&p.distance, distance.len())
        && s.points.len() > 2
    {
        let (t, value) = s.points[s.points.len() - 2];
        let e = file(
            format!("distance-{id}-before-last"),
            format!("{} of {name} in the last year but one", s.source),
            Some(value),
            s.provenance_of(t),
        );
        distance.insert(1, (t, doc.add_evidence(e)));
    }
    Relation {
        last,
        mean,
        distance,
    }
}

/// The yearly readings since the partnership began.
fn since(p: &Profile, day: Day) -> Vec<&Reading> {
    p.yearly
        .iter()
        .flat_map(|y| &y.spliced.points)
        .filter(|r| r.t >= day.year())
        .collect()
}

/// The first and last value of a yearly series since the partnership began.
fn ends(
    doc: &mut Document,
    a: &Assessment,
    id: &str,
    series: &Result<Series, String>,
    name: &str,
) -> Option<[(i32, Evidence); 2]> {
    let s = series.as_ref().ok()?;
    let first = *s
        .points
        .iter()
        .find(|(t, _)| *t >= a.partnership.since.year())?;
    let last = *s.points.last()?;
    Some(
        [(first, "first"), (last, "last")].map(|((t, value), which)| {
            let e = file(
                format!("{id}-{which}"),
                format!("{} of {name} in the {which} year", s.source),
                Some(value),
                s.provenance_of(t),
            );
            (t, doc.add_evidence(e))
        }),
    )
}

pub fn add(doc: &mut Document, a: &Assessment) {
    let p = &a.partnership;
    let chart = long::chart(doc, a);
    let [stable, aligned] = contrast::tables(doc, a);
    let dots = contrast::dots(a);
    let joints = long::joints(doc, a);
    let section = doc.section("relation", "Relation");
    if let Some(chart) = chart {
        section.chart(chart);
    }
    section.table(stable);
    section.table(aligned);
    if let Some(dots) = dots {
        section.chart(dots);
    }
    if let Some(joints) = joints {
        section.table(joints);
    }
    section.note(
        Statement::new("relation-reading")
            .text("A relation index above zero means more cooperation than conflict among the events reported between ")
            .actor(p.a.name.clone())
            .text(" and ")
            .actor(p.b.name.clone())
            .text("; it measures what the press reports, most of it talk."),
    );
}
