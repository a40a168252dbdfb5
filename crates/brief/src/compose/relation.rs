//! The relation: the long series, and realistic, stable and aligned beside the contrast partners.

use super::book::{file, slug};
use super::methods;
use crate::{
    Cell, Chart, ChartBlock, Column, Document, DotPanel, DotRow, Dots, Estimate, EventMark,
    Evidence, Figure, Format, GapMark, Joint, Panel, Point, Segment, SeriesChart, Statement,
    TableBlock,
};
use detente_atlas::{By, Day, Month};
use detente_partnership::engine::{Assessment, Profile, Series};
use detente_partnership::world::clock;
use detente_relations::predict::Verdict;
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
            &s.provenance,
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
                &s.provenance,
            );
            (t, doc.add_evidence(e))
        }),
    )
}

pub fn add(doc: &mut Document, a: &Assessment) {
    let p = &a.partnership;
    let chart = chart(doc, a);
    let [stable, aligned] = contrast(doc, a);
    let dots = dots(a);
    let joints = joints(doc, a);
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

fn day(by: By, t: i32) -> Day {
    match by {
        By::Year => Month::new(t, 7).first(),
        _ => Month(t).first().plus(14),
    }
}

/// The long series with its segments, joints, breaks, gaps and dated events.
fn chart(doc: &mut Document, a: &Assessment) -> Option<ChartBlock> {
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

/// The figures of one column of the contrast table.
struct Row {
    skill: Figure,
    skilled: &'static str,
    volatility: Figure,
    half_life: Figure,
    breaks: Figure,
    distance: [Figure; 2],
    agreement: [Figure; 2],
    kappa: [Figure; 2],
}

fn row(doc: &mut Document, a: &Assessment, p: &Profile) -> Row {
    let id = slug(&p.with.id);
    let name = format!("{} with {}", p.of.name, p.with.name);
    let missing = |why: &str, e: &Evidence| Figure::missing(why, e);
    // Where a figure is missing, it still names what was searched.
    let base = file(
        format!("series-{id}"),
        format!("monthly series of {name}"),
        None,
        p.monthly.as_ref().map_or(&p.provenance, |m| &m.provenance),
    );
    let base = doc.add_evidence(base);
    let mut measured = |key: &str,
                        what: &str,
                        value: Option<f64>,
                        method: &'static str,
                        interval: Option<(f64, f64)>,
                        format: Format,
                        why: &str|
     -> Figure {
        let Some(value) = value else {
            return missing(why, &base);
        };
        let mut provenance = p
            .monthly
            .as_ref()
            .map_or_else(|_| p.provenance.clone(), |m| m.provenance.clone());
        provenance.method = method;
        let mut e = file(
            format!("{key}-{id}"),
            format!("{what} of {name}"),
            Some(value),
            &provenance,
        );
        if let Some((lo, hi)) = interval {
            e = e.interval(lo, hi);
        }
        let e = doc.add_evidence(e);
        if interval.is_some() {
            e.figure_with_interval(format)
        } else {
            e.figure(format)
        }
    };
    let short = "too few monitored months";
    let skill = p.skill.as_ref().ok();
    let skill_figure = measured(
        "skill",
        "skill of the one-month forecast over climatology",
        skill.map(|s| s.bits),
        methods::SKILL,
        skill.map(|s| (s.lo, s.hi)),
        Format::decimals(2).signed(),
        short,
    );
    let volatility = measured(
        "volatility",
        "volatility of monthly changes",
        p.volatility.as_ref().map(|v| v.sd),
        methods::VOLATILITY,
        None,
        Format::decimals(2),
        short,
    );
    let half_life = measured(
        "half-life",
        "half-life of a shock",
        p.persistence.as_ref().and_then(|a| a.half_life),
        methods::HALF_LIFE,
        None,
        Format::decimals(1),
        "shocks do not persist",
    );
    let breaks = {
        match p.breaks_per_decade {
            Some(b) => {
                let mut provenance = p.provenance.clone();
                provenance.method = methods::BREAKS;
                let e = file(
                    format!("breaks-{id}"),
                    format!("break points per decade in the yearly relation of {name}"),
                    Some(b),
                    &provenance,
                );
                doc.add_evidence(e).figure(Format::decimals(1))
            }
            None => Figure::missing("too few years", &base),
        }
    };
    let pair = |doc: &mut Document,
                key: &str,
                series: &Result<Series, String>,
                format: Format|
     -> [Figure; 2] {
        match ends(doc, a, &format!("{key}-{id}"), series, &name) {
            Some(both) => both.map(|(_, e)| e.figure(format)),
            None => {
                let why = series.as_ref().err().cloned().unwrap_or_default();
                [
                    Figure::missing(why.clone(), &base),
                    Figure::missing(why, &base),
                ]
            }
        }
    };
    let distance = pair(doc, "distance", &p.distance, Format::decimals(2));
    let agreement = pair(doc, "agreement", &p.agreement, Format::percent(0));
    let kappa = pair(doc, "kappa", &p.kappa, Format::decimals(2));
    Row {
        skill: skill_figure,
        skilled: match skill.map(|s| s.verdict) {
            Some(Verdict::Skill) => "skill",
            Some(Verdict::NoDemonstratedSkill) => "no demonstrated skill",
            Some(Verdict::WorseThanClimatology) => "worse than climatology",
            None => "not measured",
        },
        volatility,
        half_life,
        breaks,
        distance,
        agreement,
        kappa,
    }
}

/// Two tables: realistic and stable, then aligned.
fn contrast(doc: &mut Document, a: &Assessment) -> [TableBlock; 2] {
    let p = &a.partnership;
    let caption = |id: &str, what: &str| {
        Statement::new(id)
            .text(format!("{what}: the same figures for "))
            .actor(p.b.name.clone())
            .text(" and for the contrast partners of ")
            .actor(p.a.name.clone())
    };
    let mut stable = TableBlock::new(
        "contrast-table",
        caption("contrast-caption", "Realistic and stable"),
        [
            Column::words("Partner"),
            Column::numbers("Relation, last year"),
            Column::numbers("Forecast skill, bits a month"),
            Column::words("Realistic"),
            Column::numbers("Monthly volatility"),
            Column::numbers("Half-life of a shock, months"),
            Column::numbers("Breaks a decade"),
        ],
    );
    let mut aligned = TableBlock::new(
        "aligned-table",
        caption("aligned-caption", "Aligned in the UN, first and last year"),
        [
            Column::words("Partner"),
            Column::numbers("Distance, first"),
            Column::numbers("Distance, last"),
            Column::numbers("Votes agreed, first"),
            Column::numbers("Votes agreed, last"),
            Column::numbers("Kappa, first"),
            Column::numbers("Kappa, last"),
        ],
    );
    for profile in std::iter::once(&a.sides).chain(&a.contrast) {
        let r = row(doc, a, profile);
        let relation = relation(doc, a, profile);
        let name = || Cell::Name(profile.with.name.clone());
        stable.row(vec![
            name(),
            match relation.last {
                Some((_, e)) => Cell::Figure(e.figure_with_interval(Format::decimals(2))),
                None => Cell::Empty("no source with event counts knows the two".to_owned()),
            },
            Cell::Figure(r.skill),
            Cell::Text(r.skilled.to_owned()),
            Cell::Figure(r.volatility),
            Cell::Figure(r.half_life),
            Cell::Figure(r.breaks),
        ]);
        let pairs = [r.distance, r.agreement, r.kappa].into_iter().flatten();
        aligned.row(
            std::iter::once(name())
                .chain(pairs.map(Cell::Figure))
                .collect(),
        );
    }
    [stable, aligned]
}

/// Realistic, stable and aligned as dots, the sides in focus.
fn dots(a: &Assessment) -> Option<ChartBlock> {
    let p = &a.partnership;
    let profiles: Vec<&Profile> = std::iter::once(&a.sides).chain(&a.contrast).collect();
    let estimate = |value: Option<f64>, interval: Option<(f64, f64)>| {
        value.map(|value| Estimate {
            value,
            low: interval.map(|i| i.0),
            high: interval.map(|i| i.1),
        })
    };
    let panel = |title: &str,
                 direction: &str,
                 key: &str,
                 value: &dyn Fn(&Profile) -> Option<Estimate>| DotPanel {
        title: title.to_owned(),
        direction: direction.to_owned(),
        decimals: 2,
        rows: profiles
            .iter()
            .enumerate()
            .map(|(i, profile)| {
                let id = slug(&profile.with.id);
                let value = value(profile);
                let key = if value.is_some() { key } else { "series" };
                DotRow {
                    name: profile.with.name.clone(),
                    focus: i == 0,
                    missing: if value.is_some() {
                        String::new()
                    } else {
                        "not measured".to_owned()
                    },
                    value,
                    evidence: crate::EvidenceId(match key {
                        "distance" => format!("distance-{id}-last"),
                        _ => format!("{key}-{id}"),
                    }),
                }
            })
            .collect(),
    };
    let panels = vec![
        panel(
            "Realistic: skill, bits a month",
            "further right: more predictable",
            "skill",
            &|x| {
                let s = x.skill.as_ref().ok()?;
                estimate(Some(s.bits), Some((s.lo, s.hi)))
            },
        ),
        panel(
            "Stable: monthly volatility",
            "further left: more stable",
            "volatility",
            &|x| estimate(x.volatility.as_ref().map(|v| v.sd), None),
        ),
        panel(
            "Aligned: UN distance, last year",
            "further left: more aligned",
            "distance",
            &|x| {
                estimate(
                    x.distance
                        .as_ref()
                        .ok()
                        .and_then(|s| s.last())
                        .map(|(_, v)| v),
                    None,
                )
            },
        ),
    ];
    Some(ChartBlock {
        id: "contrast-chart".to_owned(),
        title: Statement::new("contrast-chart-title")
            .actor(p.b.name.clone())
            .text(" beside the other partners of ")
            .actor(p.a.name.clone())
            .text(": realistic, stable, aligned"),
        definition: "One-month forecast skill over climatology; exponentially weighted volatility of monthly changes; distance of UN ideal points in the last year.".to_owned(),
        chart: Chart::Dots(Dots {
            panels,
            interval: format!("{:.0} % interval", 100.0 * p.settings.interval),
        }),
    })
}

/// How the sources of the long series were joined.
fn joints(doc: &mut Document, a: &Assessment) -> Option<TableBlock> {
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
