//! The outlook: closer, steady or apart in the words of ICD 203, beside the baselines and with what such forecasts were worth.

mod chart;
mod events;
mod levels;
mod skill;

use super::book::file;
use super::watch::words;
use crate::words::Likelihood;
use crate::{Cell, Column, Document, Evidence, Figure, Format, Source, Statement, TableBlock};
use detente_atlas::Month;
use detente_partnership::engine::Assessment;
use detente_partnership::outlook::{Horizon, Model, Outlook};

/// Id of the ledger among the sources.
const LEDGER: &str = "forecast-ledger";

/// What the ledger of published forecasts holds of a partnership, for the score card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Forecasts published.
    pub made: u64,
    /// Those whose month came and was monitored.
    pub settled: u64,
    /// Those whose month is still to come, or came and is not monitored.
    pub pending: u64,
}

/// The horizon that stands for the outlook where there is room for one: half a year, or the next there is.
fn usual(o: &Outlook) -> Option<&Horizon> {
    let later = o.horizons.iter().find(|h| h.ahead >= 6);
    later.or(o.horizons.last())
}

/// Files the forecast of a horizon by a model.
fn forecast(doc: &mut Document, o: &Outlook, h: &Horizon, model: Model) -> Evidence {
    let d = h.of(model);
    let provenance = match model {
        Model::Pooled => &o.panel,
        _ => &o.series.provenance,
    };
    let e = file(
        format!("outlook-{}-{}", h.ahead, model.id()),
        format!(
            "{} of the monthly relation of {} with {} in {}: median, 90 % interval, chances of closer, steady and apart",
            model.name(),
            o.question.of.name,
            o.question.with.name,
            Month(h.month),
        ),
        Some(d.quantiles[3]),
        provenance,
    )
    .interval(d.quantiles[0], d.quantiles[6])
    .also("lower quartile", d.quantiles[2])
    .also("upper quartile", d.quantiles[4])
    .also("mean", d.mean)
    .also("closer", d.shares.closer)
    .also("steady", d.shares.steady)
    .also("apart", d.shares.apart)
    .also("change that counts", h.threshold.change)
    .also("months from the last reading", f64::from(h.lead));
    doc.add_evidence(e)
}

/// Files the last reading, from which every change is measured.
pub fn now(doc: &mut Document, o: &Outlook) -> Evidence {
    let e = file(
        "outlook-now",
        format!(
            "last monthly relation of {} with {} ({})",
            o.question.of.name, o.question.with.name, o.series.source
        ),
        Some(o.origin.1),
        &o.series.provenance,
    )
    .also("level", o.level)
    .also(
        "share of a standard deviation",
        o.question.settings.outlook_change,
    )
    .also("months without a reading", f64::from(o.silent()))
    .also("readings", o.series.points.len() as f64);
    doc.add_evidence(e)
}

/// A probability among the numbers of a piece of evidence.
pub fn chance_of(e: &Evidence, name: &str) -> Figure {
    e.figure_of(name, Format::percent(0)).as_chance()
}

/// What, how likely in words, and the figure: `closer: unlikely (30 %)`.
pub fn likelihood(s: Statement, what: &str, figure: &Figure) -> Statement {
    let word = match figure.as_number() {
        Some(p) => Likelihood::of(p).map_or(
            // the scale has no word for these
            if p < 0.5 {
                "less than one in a hundred"
            } else {
                "more than ninety-nine in a hundred"
            },
            |step| step.word,
        ),
        None => "unknown",
    };
    s.text(format!("{what}: {word} (")).figure(figure).text(")")
}

/// The three chances of a horizon, and why they are those of a baseline where they are.
fn chances(doc: &mut Document, o: &Outlook, h: &Horizon, s: Statement) -> Statement {
    let e = forecast(doc, o, h, h.shown);
    let mut s = s;
    for (n, side) in ["closer", "steady", "apart"].into_iter().enumerate() {
        if n > 0 {
            s = s.text("; ");
        }
        s = likelihood(s, side, &chance_of(&e, side));
    }
    s.text(match h.shown {
        Model::Pooled => ".",
        Model::Climatology => ". No demonstrated skill at this lead: the baseline climatology.",
        Model::Persistence => ". No demonstrated skill at this lead: the baseline persistence.",
    })
}

/// The bullets of the first page: the outlook and the score card.
pub fn bullets(
    doc: &mut Document,
    a: &Assessment,
    published: Option<&Published>,
) -> Vec<Statement> {
    let o = match &a.outlook {
        Ok(o) => o,
        Err(why) => {
            let s = Statement::new("bottom-outlook").strong("Outlook. ");
            return vec![
                s.text("No forecast can be made: ")
                    .quote(why.clone())
                    .text("."),
            ];
        }
    };
    let Some(h) = usual(o) else {
        return Vec::new();
    };
    let s = Statement::new("bottom-outlook")
        .strong("Outlook. ")
        .month(Month(h.month))
        .text(format!(" against the {} months to ", past_months(o)))
        .month(Month(o.origin.0))
        .text(": ");
    let mut all = vec![chances(doc, o, h, s)];
    all.extend(events::bullets(doc, o));
    all.extend(skill::card(doc, o));
    all.push(ledger(doc, published));
    all
}

/// What became of the forecasts published so far.
fn ledger(doc: &mut Document, published: Option<&Published>) -> Statement {
    let s = Statement::new("bottom-ledger").strong("Ledger. ");
    let Some(p) = published.filter(|p| p.made > 0) else {
        return s.text("No forecast of this partnership has been published so far.");
    };
    doc.sources.push(Source {
        id: LEDGER.to_owned(),
        title: "Ledger of published forecasts".to_owned(),
        grade: "A2".to_owned(),
        citation: "The program's own chained log of forecasts".to_owned(),
        licence: "MIT or Apache-2.0".to_owned(),
        coverage: "since the first forecast was published".to_owned(),
    });
    let e = Evidence::new(
        "outlook-ledger",
        "forecasts published, settled and pending",
        "outlook",
    )
    .command("detente ledger score")
    .datasets([LEDGER])
    .rows(p.made)
    .value(p.made as f64)
    .also("settled", p.settled as f64)
    .also("pending", p.pending as f64);
    let e = doc.add_evidence(e);
    s.text("Forecasts published: ")
        .figure(&e.figure(Format::count()))
        .text(", settled by what came: ")
        .figure(&e.figure_of("settled", Format::count()))
        .text(", pending or not monitored: ")
        .figure(&e.figure_of("pending", Format::count()))
        .text(".")
}

pub fn add(doc: &mut Document, a: &Assessment) {
    let o = match &a.outlook {
        Ok(o) => o,
        Err(why) => {
            doc.section("outlook", "Outlook").say(
                Statement::new("outlook-none")
                    .text("No forecast can be made: ")
                    .quote(why.clone())
                    .text("."),
            );
            return;
        }
    };
    let reading = reading(doc, o);
    let change = change(doc, o);
    let silent = silent(doc, o, a);
    let said: Vec<Statement> = o
        .horizons
        .iter()
        .map(|h| {
            let s = Statement::new(format!("outlook-in-{}", h.ahead))
                .strong(format!("{} ahead, ", months(h.ahead)))
                .month(Month(h.month))
                .text(": ");
            chances(doc, o, h, s)
        })
        .collect();
    let confidence = confidence(o);
    let chart = chart::fan(doc, a, o);
    let said_of_events = events::statements(doc, o);
    let events = events::table(doc, o);
    let (of_levels, level_table) = levels::parts(doc, a, o);
    let table = table(doc, o);
    let scores = skill::table(doc, o);
    let section = doc.section("outlook", "Outlook");
    section.note(reading);
    section.note(change);
    if let Some(silent) = silent {
        section.say(silent);
    }
    for s in said {
        section.say(s);
    }
    section.say(confidence);
    if let Some(chart) = chart {
        section.chart(chart);
    }
    section.table(table);
    section.table(scores);
    for s in said_of_events {
        section.say(s);
    }
    if let Some(events) = events {
        section.table(events);
    }
    section.say(of_levels);
    if let Some(table) = level_table {
        section.table(table);
    }
}

/// What is forecast, and from what.
fn reading(doc: &mut Document, o: &Outlook) -> Statement {
    let e = file(
        "outlook-panel",
        format!(
            "relations of {} that the forecast is learnt from",
            o.question.of.name
        ),
        Some(o.units as f64),
        &o.panel,
    );
    let e = doc.add_evidence(e);
    Statement::new("outlook-reading")
        .text("What is forecast is the relation of a single month (")
        .name(o.series.source.clone())
        .text(", ")
        .name(o.series.unit)
        .text("), by regressions learnt from ")
        .figure(&e.figure(Format::count()))
        .text(" relations of ")
        .actor(o.question.of.name.clone())
        .text(" together.")
}

/// What closer and apart mean.
fn change(doc: &mut Document, o: &Outlook) -> Statement {
    let e = now(doc, o);
    Statement::new("outlook-change")
        .text(format!(
            "Closer and apart are measured from the mean of the {} months to ",
            past_months(o)
        ))
        .month(Month(o.origin.0))
        .text(", which is ")
        .figure(&e.figure_of("level", Format::decimals(2)))
        .text("; the last month alone read ")
        .figure(&e.figure(Format::decimals(2)))
        .text(". What counts is a change beyond ")
        .figure(&e.figure_of("share of a standard deviation", Format::decimals(1)))
        .text(" standard deviations of such changes in the past.")
}

/// The months whose mean is the level that changes are measured from, in words.
fn past_months(o: &Outlook) -> String {
    words(o.question.settings.outlook_months as usize)
}

/// Where the readings end before the day of the brief.
fn silent(doc: &mut Document, o: &Outlook, a: &Assessment) -> Option<Statement> {
    if o.silent() < 1 {
        return None;
    }
    let e = now(doc, o);
    Some(
        Statement::new("outlook-silent")
            .strong("Old readings. ")
            .text("The last month with a reading is ")
            .month(Month(o.origin.0))
            .text("; the brief stands on ")
            .date(a.world.as_of)
            .text(". Nobody looked in the ")
            .figure(&e.figure_of("months without a reading", Format::count()))
            .text(if o.horizons.iter().all(|h| h.shown != Model::Pooled) {
                " months between; no forecast over so long a gap has proved better than a baseline, so the baseline is shown."
            } else {
                " months between; the forecasts reach over them and are judged by such forecasts of the past."
            }),
    )
}

fn confidence(o: &Outlook) -> Statement {
    let s = Statement::new("outlook-confidence");
    let shown = o
        .horizons
        .iter()
        .filter(|h| h.shown == Model::Pooled)
        .count();
    if shown == o.horizons.len() {
        s.text("Moderate confidence: at every lead shown the forecast did better than both baselines on months it had not seen.")
    } else if shown > 0 {
        s.text(format!(
            "Moderate confidence at {} of {} leads, where the forecast did better than both baselines on months it had not seen. \
             Low confidence elsewhere.",
            words(shown),
            words(o.horizons.len())
        ))
    } else {
        s.text("Low confidence: no forecast that reaches so far has been better than both baselines on months it had not seen.")
    }
}

/// A number of months in words.
fn months(n: u32) -> String {
    let word = words(n as usize);
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    format!(
        "{}{} {}",
        first.unwrap_or_default(),
        letters.as_str(),
        if n == 1 { "month" } else { "months" }
    )
}

/// Every horizon by the forecast and both baselines.
fn table(doc: &mut Document, o: &Outlook) -> TableBlock {
    let mut table = TableBlock::new(
        "outlook-table",
        Statement::new("outlook-caption")
            .text("The forecast beside its baselines; the one shown above is marked"),
        [
            Column::words("Month"),
            Column::numbers("Months from the last reading"),
            Column::words("Forecast"),
            Column::numbers("Closer"),
            Column::numbers("Steady"),
            Column::numbers("Apart"),
            Column::numbers("Median and ninety-per-cent interval"),
            Column::words("Shown"),
        ],
    );
    for h in &o.horizons {
        for model in Model::ALL {
            let e = forecast(doc, o, h, model);
            table.row(vec![
                Cell::Name(Month(h.month).to_string()),
                Cell::Figure(e.figure_of("months from the last reading", Format::count())),
                Cell::Text(model.name().to_owned()),
                Cell::Figure(chance_of(&e, "closer")),
                Cell::Figure(chance_of(&e, "steady")),
                Cell::Figure(chance_of(&e, "apart")),
                Cell::Figure(e.figure_with_interval(Format::decimals(2))),
                Cell::Text(
                    if h.shown == model {
                        "shown"
                    } else {
                        "beside it"
                    }
                    .to_owned(),
                ),
            ]);
        }
    }
    table
}
