//! Realistic, stable and aligned: the sides beside the contrast partners, as tables and as dots.

use super::super::book::{file, slug};
use super::super::methods;
use super::{ends, relation};
use crate::{
    Cell, Chart, ChartBlock, Column, Document, DotPanel, DotRow, Dots, Estimate, Evidence, Figure,
    Format, Statement, TableBlock,
};
use detente_partnership::engine::{Assessment, Profile, Series};
use detente_partnership::outlook::{Skill, Verdict};

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

fn row(doc: &mut Document, a: &Assessment, place: usize, p: &Profile) -> Row {
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
        if p.persistence.is_some() {
            "shocks do not persist"
        } else {
            short
        },
    );
    let skill = predictability(a, place);
    let skill_figure = match (&a.outlook, skill) {
        (Ok(o), Some(skill)) => {
            let mut e = file(
                format!("skill-{id}"),
                format!("skill of the one-month forecast of {name} over climatology"),
                Some(skill.mean),
                &o.panel,
            );
            e.method = methods::SKILL.to_owned();
            if let Some((lo, hi)) = skill.interval {
                e = e.interval(lo, hi);
            }
            doc.add_evidence(e)
                .figure_with_interval(Format::decimals(2).signed())
        }
        _ => missing(short, &base),
    };
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
                let why = series
                    .as_ref()
                    .err()
                    .cloned()
                    .unwrap_or_else(|| "no reading since the partnership began".to_owned());
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
        skilled: match skill.map(|s| s.verdict()) {
            Some(Verdict::Skill) => "skill",
            Some(Verdict::NoDemonstratedSkill) => "no demonstrated skill",
            Some(Verdict::Worse) => "worse than climatology",
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

/// Skill of the one-month forecast of a relation: that of the sides is 0, those of the contrast partners follow.
fn predictability(a: &Assessment, place: usize) -> Option<Skill> {
    a.outlook.as_ref().ok()?.predictability(place)
}

/// Two tables: realistic and stable, then aligned.
pub fn tables(doc: &mut Document, a: &Assessment) -> [TableBlock; 2] {
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
    for (place, profile) in std::iter::once(&a.sides).chain(&a.contrast).enumerate() {
        let r = row(doc, a, place, profile);
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
pub fn dots(a: &Assessment) -> Option<ChartBlock> {
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
                 value: &dyn Fn(usize, &Profile) -> Option<Estimate>| DotPanel {
        title: title.to_owned(),
        direction: direction.to_owned(),
        decimals: 2,
        rows: profiles
            .iter()
            .enumerate()
            .map(|(i, profile)| {
                let id = slug(&profile.with.id);
                let value = value(i, profile);
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
            &|place, _| {
                let s = predictability(a, place)?;
                estimate(Some(s.mean), s.interval)
            },
        ),
        panel(
            "Stable: monthly volatility",
            "further left: more stable",
            "volatility",
            &|_, x| estimate(x.volatility.as_ref().map(|v| v.sd), None),
        ),
        panel(
            "Aligned: UN distance, last year",
            "further left: more aligned",
            "distance",
            &|_, x| {
                estimate(
                    x.distance
                        .as_ref()
                        .ok()
                        .and_then(|s| s.last())
                        .filter(|(t, _)| *t >= p.since.year())
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
