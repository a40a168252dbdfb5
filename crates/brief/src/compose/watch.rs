//! The watch: level scores, the register of factors, and the indicators behind each.

use super::book::file;
use super::{MEMBERSHIPS, PARTNERSHIP_FILE, methods};
use crate::{
    Bar, BarRow, Cell, Chart, ChartBlock, Column, Document, Evidence, Format, LevelBars, Spark,
    Statement, TableBlock,
};
use detente_partnership::engine::exposure::{Basis, SideExposure, highest};
use detente_partnership::engine::{Assessment, FactorAssessment, LevelAssessment, Reading};
use detente_partnership::world::clock;

/// Periods in a sparkline, at most.
const SPARK: usize = 48;

/// The evidence of a level's score, built from that of its factors.
pub fn level(doc: &mut Document, l: &LevelAssessment) -> Evidence {
    let factors: Vec<Evidence> = l.factors.iter().filter_map(|f| factor(doc, f)).collect();
    let mut e = Evidence::new(
        format!("level-{}", l.level.name()),
        format!("score of the {} level", l.level.name()),
        methods::LEVEL_SCORE,
    )
    .built_from(factors.iter().map(|f| f.id.clone()))
    .datasets(datasets(&factors))
    .rows(factors.iter().map(|f| f.rows).sum());
    match l.score {
        Some(score) => e = e.value(score),
        // No factor is monitored: all that stands behind the level is the file that names its factors.
        None => e = e.datasets([PARTNERSHIP_FILE]).rows(l.factors.len() as u64),
    }
    doc.add_evidence(e)
}

fn datasets(all: &[Evidence]) -> Vec<String> {
    let mut ids: Vec<String> = all
        .iter()
        .flat_map(|e| e.datasets.iter().cloned())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The evidence of a factor's standing, built from that of its indicators; `None` where none is monitored.
pub fn factor(doc: &mut Document, f: &FactorAssessment) -> Option<Evidence> {
    let standing = f.standing?;
    let parts: Vec<Evidence> = f
        .indicators
        .iter()
        .enumerate()
        .filter_map(|(i, x)| Some(indicator(doc, f, i, x.counted()?)))
        .collect();
    let mut e = Evidence::new(
        format!("factor-{}", f.factor.id),
        format!(
            "standing of the factor {} against its own past",
            f.factor.id
        ),
        methods::STANDING,
    )
    .built_from(parts.iter().map(|x| x.id.clone()))
    .datasets(datasets(&parts))
    .rows(parts.iter().map(|x| x.rows).sum())
    .value(standing);
    if let Some(c) = f.contribution {
        e = e.also("contribution", c);
    }
    if let Some(w) = f.without {
        e = e.also("level score without it", w);
    }
    Some(doc.add_evidence(e))
}

fn indicator(doc: &mut Document, f: &FactorAssessment, i: usize, r: &Reading) -> Evidence {
    let indicator = &f.indicators[i].indicator;
    let mut e = file(
        format!("indicator-{}-{}", f.factor.id, i + 1),
        format!("{} ({})", indicator.measure.describe(), r.series.unit),
        Some(r.value),
        &r.series.provenance,
    )
    .also("past values", r.standing.past_n as f64);
    if let Some(p) = r.standing.percentile {
        e = e.also("standing", p);
    }
    doc.add_evidence(e)
}

pub fn add(doc: &mut Document, a: &Assessment) {
    let chart = bars(doc, a);
    let register = register(doc, a);
    let details: Vec<(&FactorAssessment, TableBlock, Option<TableBlock>)> = a
        .register
        .factors()
        .map(|f| (f, indicators(doc, f), exposed(doc, a, f)))
        .collect();
    let section = doc.section("watch", "Watch");
    section.note(
        Statement::new("watch-reading").text(
            "A standing is the share of an indicator's own past that was less bad: zero is the best on record, one the worst. \
             It says how unusual the pressure is and is no probability of an event.",
        ),
    );
    if let Some(day) = a.register.watch_day {
        section.note(
            Statement::new("watch-day")
                .text("Events were last monitored on ")
                .date(day)
                .text("; indicators that rest on them stand as of that day, and none is carried further."),
        );
    }
    section.chart(chart);
    section.table(register);
    for (f, indicators, exposed) in details {
        let part = doc.subsection(format!("factor-{}", f.factor.id), f.factor.title.clone());
        part.table(indicators);
        if let Some(exposed) = exposed {
            part.table(exposed);
        }
    }
}

fn bars(doc: &mut Document, a: &Assessment) -> ChartBlock {
    let mut scores: Vec<(f64, &str)> = Vec::new();
    let levels = a
        .register
        .levels
        .iter()
        .map(|l| {
            let evidence = level(doc, l);
            if let Some(score) = l.score {
                scores.push((score, l.level.name()));
            }
            BarRow {
                name: l.level.name().to_owned(),
                score: l.score,
                missing: if l.score.is_none() {
                    "no factor is monitored".to_owned()
                } else {
                    String::new()
                },
                evidence: evidence.id.clone(),
                bars: l
                    .factors
                    .iter()
                    .map(|f| Bar {
                        name: f.factor.title.clone(),
                        value: f.contribution,
                        missing: if f.contribution.is_none() {
                            "not monitored".to_owned()
                        } else {
                            String::new()
                        },
                        evidence: factor(doc, f).map_or_else(|| evidence.id.clone(), |e| e.id),
                    })
                    .collect(),
            }
        })
        .collect();
    scores.sort_by(|x, y| y.0.total_cmp(&x.0));
    let title = match scores.first() {
        Some((_, name)) => Statement::new("levels-title").text(format!(
            "The {name} level presses hardest against its own past"
        )),
        None => Statement::new("levels-title").text("No level is monitored"),
    };
    ChartBlock {
        id: "levels-chart".to_owned(),
        title,
        definition: "Score of each level, the weighted mean of its factors' standings, stacked by what each factor adds.".to_owned(),
        chart: Chart::Levels(LevelBars { label: "score, zero best to one worst".to_owned(), max: 1.0, levels }),
    }
}

/// The word for where a factor's indicators have been moving.
fn trend(worsening: Option<f64>) -> &'static str {
    match worsening {
        None => "too short to say",
        Some(x) if x > 0.25 => "worsening",
        Some(x) if x < -0.25 => "easing",
        Some(_) => "no trend",
    }
}

fn register(doc: &mut Document, a: &Assessment) -> TableBlock {
    let p = &a.partnership;
    let mut table = TableBlock::new(
        "register",
        Statement::new("register-caption")
            .text("The register of factors, worst standing first within each level"),
        [
            Column::words("Factor").in_summary(),
            Column::numbers("Standing").in_summary(),
            Column::words("Trend").in_summary(),
            Column::numbers("Adds to the level"),
            Column::numbers("Level without it"),
            Column::words(format!("Exposure of {}", p.a.name)),
            Column::words(format!("Exposure of {}", p.b.name)),
            Column::words("Oldest reading"),
            Column::words("Newest reading").in_summary(),
            Column::words("Past"),
        ],
    )
    .key();
    for l in &a.register.levels {
        let e = level(doc, l);
        let known = l.factors.iter().filter(|f| f.standing.is_some()).count();
        let id = format!("level-{}-score", l.level.name());
        let summary = match l.score {
            Some(_) => Statement::new(id)
                .text("Score ")
                .figure(&e.figure(Format::decimals(2)))
                .text(format!(
                    ", from {} of {} factors",
                    words(known),
                    words(l.factors.len())
                )),
            None => Statement::new(id)
                .text("No factor of this level is monitored.")
                .rests_on(&e),
        };
        table.group(l.level.name(), Some(summary));
        let mut factors: Vec<&FactorAssessment> = l.factors.iter().collect();
        factors.sort_by(|x, y| {
            y.standing
                .unwrap_or(-1.0)
                .total_cmp(&x.standing.unwrap_or(-1.0))
        });
        for f in factors {
            let row = row(doc, f);
            table.row(row);
        }
    }
    table
}

/// Small numbers in words, so that a count of the document's own rows is not taken for a measured figure.
pub fn words(n: usize) -> String {
    const WORDS: [&str; 21] = [
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    match WORDS.get(n) {
        Some(word) => (*word).to_owned(),
        None => format!("{}-{}", tens(n), WORDS[n % 10])
            .trim_end_matches("-no")
            .to_owned(),
    }
}

fn tens(n: usize) -> &'static str {
    match n / 10 {
        2 => "twenty",
        3 => "thirty",
        4 => "forty",
        5 => "fifty",
        6 => "sixty",
        7 => "seventy",
        8 => "eighty",
        _ => "ninety",
    }
}

fn row(doc: &mut Document, f: &FactorAssessment) -> Vec<Cell> {
    let evidence = factor(doc, f);
    let name = Cell::Name(f.factor.title.clone());
    let exposure = |side: Option<(f64, detente_partnership::Domain)>| match side {
        // The figures themselves, with how each is known, stand in the factor's own table.
        Some((value, domain)) => Cell::Text(format!("{}, {}", degree(value), domain.name())),
        None => Cell::Empty("not known".to_owned()),
    };
    let a = exposure(highest(&f.exposures, |e| &e.a));
    let b = exposure(highest(&f.exposures, |e| &e.b));
    let seen = |day: Option<detente_atlas::Day>| {
        day.map_or_else(|| Cell::Empty("never".to_owned()), Cell::Date)
    };
    let (oldest, newest) = (seen(f.seen.map(|s| s.0)), seen(f.seen.map(|s| s.1)));
    match evidence {
        Some(e) => vec![
            name,
            Cell::Meter(e.figure(Format::decimals(2))),
            Cell::Text(trend(f.worsening).to_owned()),
            Cell::Figure(e.figure_of("contribution", Format::decimals(3))),
            match f.without {
                Some(_) => Cell::Figure(e.figure_of("level score without it", Format::decimals(2))),
                None => Cell::Empty("the only factor".to_owned()),
            },
            a,
            b,
            oldest,
            newest,
            spark(f).map_or_else(|| Cell::Empty("no series".to_owned()), Cell::Spark),
        ],
        None => {
            let why = || Cell::Empty("not monitored".to_owned());
            vec![
                name,
                why(),
                why(),
                why(),
                why(),
                a,
                b,
                oldest,
                newest,
                why(),
            ]
        }
    }
}

fn degree(x: f64) -> &'static str {
    match x {
        x if x >= 0.75 => "very high",
        x if x >= 0.5 => "high",
        x if x >= 0.25 => "medium",
        _ => "low",
    }
}

/// The recent past of the heaviest counted indicator.
fn spark(f: &FactorAssessment) -> Option<Spark> {
    let (position, r) = f
        .indicators
        .iter()
        .enumerate()
        .filter_map(|(i, x)| Some((i, x.counted()?, x.indicator.weight)))
        .reduce(|best, next| if next.2 > best.2 { next } else { best })
        .map(|(i, r, _)| (i, r))?;
    let first = r
        .series
        .points
        .iter()
        .map(|(t, _)| *t)
        .min()?
        .max(r.t - SPARK as i32 + 1);
    let points = (first..=r.t)
        .map(|t| {
            r.series
                .points
                .iter()
                .find(|(u, _)| *u == t)
                .map(|(_, v)| *v)
        })
        .collect();
    Some(Spark {
        points,
        period: format!(
            "{} to {}",
            clock::label(r.series.by, first),
            clock::label(r.series.by, r.t)
        ),
        evidence: crate::EvidenceId(format!("indicator-{}-{}", f.factor.id, position + 1)),
    })
}

/// How far each side is exposed, by domain, and how that is known.
fn exposed(doc: &mut Document, a: &Assessment, f: &FactorAssessment) -> Option<TableBlock> {
    let (id, p) = (&f.factor.id, &a.partnership);
    let mut table = TableBlock::new(
        format!("exposure-table-{id}"),
        Statement::new(format!("exposures-{id}"))
            .text("Exposure by domain, from zero to one: measured where the data allow, declared in the partnership file otherwise"),
        [
            Column::words("Domain"),
            Column::numbers(p.a.name.clone()),
            Column::words("How it is known"),
            Column::numbers(p.b.name.clone()),
            Column::words("How it is known"),
        ],
    );
    for (n, e) in f.exposures.iter().enumerate() {
        let mut cells = vec![Cell::Name(e.domain.name().to_owned())];
        for (side, name, x) in [("a", &p.a.name, &e.a), ("b", &p.b.name, &e.b)] {
            let label = format!("{} of {name}", e.domain.name());
            let evidence = exposure(format!("exposure-{id}-{n}-{side}"), &label, x);
            let evidence = doc.add_evidence(evidence);
            cells.push(match x.value {
                Some(_) => Cell::Figure(evidence.figure(Format::decimals(2))),
                None => Cell::Empty("not known".to_owned()),
            });
            cells.push(Cell::Name(x.how.clone()));
        }
        table.row(cells);
    }
    (!f.exposures.is_empty()).then_some(table)
}

/// The indicators of a factor.
fn indicators(doc: &mut Document, f: &FactorAssessment) -> TableBlock {
    let id = &f.factor.id;
    let caption = Statement::new(format!("indicators-{id}"));
    let caption = if f.factor.says.is_empty() {
        caption.text("Indicators")
    } else {
        caption
            .text("The frame claims: ")
            .quote(f.factor.says.clone())
    };
    let mut table = TableBlock::new(
        format!("indicators-table-{id}"),
        caption,
        [
            Column::words("Measure"),
            Column::numbers("Last value"),
            Column::numbers("Standing"),
            Column::words("Trend"),
            Column::words("Last break"),
            Column::words("Seen to"),
            Column::words("Source"),
        ],
    );
    for (i, x) in f.indicators.iter().enumerate() {
        let name = Cell::Name(if x.indicator.title.is_empty() {
            x.indicator.measure.describe()
        } else {
            x.indicator.title.clone()
        });
        let empty = |why: &str| Cell::Empty(why.to_owned());
        match &x.reading {
            Ok(r) => {
                let e = indicator(doc, f, i, r);
                table.row(vec![
                    name,
                    Cell::Figure(e.figure(Format::decimals(2)).unit(r.series.unit)),
                    match (r.standing.percentile, r.fresh) {
                        (Some(_), true) => {
                            Cell::Meter(e.figure_of("standing", Format::decimals(2)))
                        }
                        (Some(_), false) => empty("not monitored since"),
                        (None, _) => empty("too little past"),
                    },
                    Cell::Text(
                        match (r.standing.trend.is_some(), r.worsens(x.indicator.worse)) {
                            (false, _) => "too short to say",
                            (true, Some(true)) => "worsening",
                            (true, Some(false)) => "easing",
                            (true, None) => "no trend",
                        }
                        .to_owned(),
                    ),
                    match r.standing.last_break() {
                        Some(b) => Cell::Name(clock::label(r.series.by, b.t)),
                        None => empty("none found"),
                    },
                    Cell::Date(r.seen),
                    Cell::Name(r.series.source.clone()),
                ]);
            }
            Err(why) => table.row(vec![
                name,
                empty(why),
                empty("not measured"),
                empty("not measured"),
                empty("not measured"),
                empty("never"),
                empty("none"),
            ]),
        }
    }
    table
}

fn exposure(id: String, label: &str, x: &SideExposure) -> Evidence {
    let what = format!("exposure, {label}: {}", x.how);
    let source = match &x.basis {
        Basis::Rows(p) => return file(id, what, x.value, p),
        Basis::Memberships => MEMBERSHIPS,
        Basis::Declared | Basis::Nothing => PARTNERSHIP_FILE,
    };
    let e = Evidence::new(id, what, methods::EXPOSURE)
        .datasets([source])
        .rows(1);
    match x.value {
        Some(value) => e.value(value),
        None => e,
    }
}
