//! The outlook: where the relation of the sides goes, with what such forecasts were worth before.
//!
//! What is forecast is the monthly relation index of the sides in the stream that was monitored last ([`Question`]): the same
//! series on which the profile measures volatility and persistence. It is settled later by the code that gave its past
//! ([`settle()`]). The horizons count from the month of the as-of day; where the stream ends earlier, the way from its last month
//! is longer, and the backtest speaks of that way. Where it shows no skill the baseline is shown.

pub mod backtest;
pub mod change;
pub mod events;
pub mod expect;
pub mod levels;
pub mod memory;
pub mod panel;
pub mod settle;
pub mod skill;

pub use backtest::{Backtest, LeadScores, Model};
pub use change::{Rule, Shares, Threshold};
pub use detente_forecast::bootstrap::Verdict;
pub use events::{Chances, EventOutlook};
pub use expect::{Expectation, Silence};
pub use levels::{LevelOutlook, Levels};
pub use memory::{Forgetful, Memory};
pub use settle::{EventKind, EventQuestion, Question, Settled, settle, settle_event};
pub use skill::Skill;

use std::collections::BTreeMap;

use detente_atlas::By;
use detente_forecast::verify::quantile;
use detente_forecast::{Forecast, Panel};
use detente_lake::LakeError;

use memory::Work;

use crate::engine::Register;
use crate::engine::measure::Context;
use crate::engine::profile::monthly_stream;
use crate::engine::series::{Gap, Series, dyads, index_unit};
use crate::provenance::Provenance;

/// Months ahead of the month of the as-of day.
pub const AHEAD: [u32; 4] = [1, 3, 6, 12];
/// The horizon that stands for the others where there is room for one.
pub const HALF_A_YEAR: u32 = 6;
/// Levels of the quantiles that a forecast is published at.
pub const LEVELS: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
/// Seed of every draw.
pub const SEED: u64 = 1994;
/// Draws of a published forecast.
const DRAWS: usize = 1000;

/// A forecast of one month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distribution {
    /// Quantiles at [`LEVELS`], log-odds.
    pub quantiles: [f64; 7],
    /// The mean.
    pub mean: f64,
    /// Closer, steady or apart.
    pub shares: Shares,
}

/// The forecasts of one month ahead of the as-of day.
#[derive(Debug, Clone)]
pub struct Horizon {
    /// Months ahead of the month of the as-of day.
    pub ahead: u32,
    /// The month forecast.
    pub month: i32,
    /// Months from the last reading.
    pub lead: u32,
    /// What counts as closer or apart.
    pub threshold: Threshold,
    /// In the order of [`Model::ALL`].
    pub by_model: [Distribution; 3],
    /// The forecast that the brief shows: the pooled one where its skill is demonstrated at this lead, else the better baseline.
    pub shown: Model,
}

impl Horizon {
    /// The forecast of a model.
    pub fn of(&self, model: Model) -> &Distribution {
        &self.by_model[Model::ALL.iter().position(|m| *m == model).unwrap_or(0)]
    }

    /// The forecast that is shown.
    pub fn shown(&self) -> &Distribution {
        self.of(self.shown)
    }
}

/// Where the relation of the sides goes.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// What is forecast.
    pub question: Question,
    /// Its past, month by month.
    pub series: Series,
    /// The last month with a reading, and the reading.
    pub origin: (i32, f64),
    /// The level that closer and apart are measured from: the mean of the last months, as many as the file says, up to the origin.
    pub level: f64,
    /// The month of the as-of day.
    pub now: i32,
    /// How many relations of side a the forecast is learnt from.
    pub units: usize,
    /// Their monthly index, the sides first.
    pub relations: Panel,
    /// The rows of all of them.
    pub panel: Provenance,
    /// The months ahead.
    pub horizons: Vec<Horizon>,
    /// What such forecasts were worth.
    pub backtest: Backtest,
    /// Events of interest.
    pub events: Vec<EventOutlook>,
    /// What each level adds to the forecast of half a year, or why that cannot be said.
    pub levels: Result<Levels, Gap>,
}

impl Outlook {
    /// How well the months of a relation were told by the one-month forecast: side b is 0, the contrast partners follow in the
    /// order of the file. `None` where no month was scored.
    pub fn predictability(&self, party: usize) -> Option<Skill> {
        self.backtest.predictability.get(party).copied().flatten()
    }

    /// Months between the last reading and the month of the as-of day.
    pub fn silent(&self) -> i32 {
        self.now - self.origin.0
    }
}

/// An outlook to which nothing is lacking but what the levels add.
pub struct Draft {
    question: Question,
    series: Series,
    origin: (i32, f64),
    now: i32,
    panel: panel::RelationPanel,
    events: Vec<EventOutlook>,
    parts: (f64, Vec<Horizon>, Backtest),
}

/// The outlook as of the day but for the levels, which wait for the register; or why there is none.
///
/// # Errors
/// The lake cannot be read.
pub fn draft(cx: Context<'_>, memory: &dyn Memory) -> Result<Result<Draft, Gap>, LakeError> {
    let p = cx.partnership;
    let Some((stream, points)) = monthly_stream(cx, &p.a, &p.b) else {
        return Ok(Err(
            "no monthly source has a reading for the sides".to_owned()
        ));
    };
    let panel = panel::panel(cx, stream)?;
    let origin = points[points.len() - 1];
    let now = cx.world.as_of.month().0;
    let series = Series {
        by: By::Month,
        unit: index_unit(stream),
        source: stream.name.to_owned(),
        past: None,
        earlier: BTreeMap::new(),
        provenance: dyads(
            stream,
            &p.a,
            &p.b,
            points[0].0,
            origin.0,
            cx.world.as_of,
            "outlook",
        ),
        points,
    };
    let events = events::events(cx, memory, &panel, &series);
    let question = Question {
        stream: stream.id.to_owned(),
        of: p.a.clone(),
        with: p.b.clone(),
        settings: p.settings.clone(),
    };
    Ok(
        of_panel(memory, &panel, now, origin, Rule::of(&p.settings)).map(|parts| Draft {
            question,
            series,
            origin,
            now,
            panel,
            events,
            parts,
        }),
    )
}

impl Draft {
    /// The outlook, with what the level scores of the register add.
    pub fn finish(self, register: &Register) -> Outlook {
        let silent = (self.now - self.origin.0).max(0) as u32;
        let levels = levels::levels(
            register,
            &self.question.settings,
            &self.panel.values,
            self.origin.0,
            (HALF_A_YEAR, HALF_A_YEAR + silent),
        );
        let (level, horizons, backtest) = self.parts;
        Outlook {
            question: self.question,
            series: self.series,
            origin: self.origin,
            level,
            now: self.now,
            units: self.panel.values.units(),
            relations: self.panel.values,
            panel: self.panel.provenance,
            horizons,
            backtest,
            events: self.events,
            levels,
        }
    }
}

fn of_panel(
    memory: &dyn Memory,
    panel: &panel::RelationPanel,
    now: i32,
    origin: (i32, f64),
    rule: Rule,
) -> Result<(f64, Vec<Horizon>, Backtest), Gap> {
    let values = &panel.values;
    let silent = (now - origin.0).max(0) as u32;
    let mut leads: Vec<u32> = AHEAD.iter().flat_map(|h| [*h, h + silent]).collect();
    leads.sort_unstable();
    leads.dedup();
    let backtest = Work::new("backtest")
        .with_panel(values)
        .with((&leads, rule, panel.named))
        .done(memory, || {
            backtest::backtest(values, &leads, rule, panel.named)
        })
        .map_err(|e| e.to_string())?;
    let mut forecasts: Vec<Forecast> = Vec::with_capacity(3);
    // The baselines know the sides alone, which spares the draws of all others.
    let own = Panel::new(
        values.first(),
        &[(values.first()..=values.last())
            .map(|t| values.get(0, t))
            .collect()],
    )
    .map_err(|e| e.to_string())?;
    for model in Model::ALL {
        let from = if model == Model::Pooled { values } else { &own };
        let made = model.forecast(from, now, &AHEAD, DRAWS);
        forecasts.push(made.map_err(|e| e.to_string())?);
    }
    let past = values.at(origin.0).past(0);
    let level = change::level(past, rule.months)
        .ok_or("too few readings of the sides in the months before the last one")?;
    let mut horizons = Vec::new();
    for (place, ahead) in AHEAD.into_iter().enumerate() {
        let lead = ahead + silent;
        let threshold = Threshold::of(past, lead, rule)
            .ok_or("too few monthly readings of the sides for a spread of their changes")?;
        let by_model: Option<Vec<Distribution>> = forecasts
            .iter()
            .map(|f| distribution(f.cell(0, place)?, level, &threshold))
            .collect();
        let by_model: [Distribution; 3] = by_model
            .and_then(|all| all.try_into().ok())
            .ok_or("too few monthly readings of the sides for a forecast")?;
        let scores = backtest.at(lead);
        horizons.push(Horizon {
            ahead,
            month: now + ahead as i32,
            lead,
            threshold,
            by_model,
            shown: match scores {
                Some(s) if s.demonstrated() => Model::Pooled,
                Some(s) => s.better_baseline(),
                None => Model::Climatology,
            },
        });
    }
    Ok((level, horizons, backtest))
}

fn distribution(draws: &[f32], level: f64, threshold: &Threshold) -> Option<Distribution> {
    let n = draws.len() as f64;
    Some(Distribution {
        quantiles: LEVELS.map(|level| quantile(draws, level)),
        mean: draws.iter().map(|d| f64::from(*d)).sum::<f64>() / n,
        shares: threshold.shares(level, draws)?,
    })
}
