//! Events of interest: a rupture of the sides, armed conflict in each theatre, a militarised incident between the sides.
//!
//! Each is a panel of yes and no. The probability of the units asked for is put together as if they were independent,
//! `1 - prod (1 - p)`; a war that several of them share makes that too high.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::{Actor, By, Kind};
use detente_forecast::bootstrap::{Cell, Statistic};
use detente_forecast::occurrence::backtest::{cells, run};
use detente_forecast::occurrence::{
    EventForecaster, EventRegression, FrequencyAndState, Learning, OwnFrequency, Probabilities,
};
use detente_forecast::rupture::{below, robust_z};
use detente_forecast::verify::binary::brier;
use detente_forecast::{Error, Panel};

use serde::{Deserialize, Serialize};

use super::memory::{Memory, Work};
use super::panel::RelationPanel;
use super::settle::{CONFLICTS, DISPUTES, EventKind, EventQuestion, LEAST_MONTHS};
use super::skill::Skill;
use crate::engine::measure::{Context, covered_years, measure};
use crate::engine::series::Series;
use crate::model::{Level, Measure, Party};
use crate::provenance::Provenance;
use crate::world::{Records, clock};

/// First year of the panels of years: the world's states of today exist from about then.
const FIRST_YEAR: i32 = 1946;
/// Years of past before the first origin.
const PAST_YEARS: i32 = 30;
/// Months between two origins of a backtest.
const MONTHS_APART: i32 = 3;
/// Years between two origins.
const YEARS_APART: i32 = 5;
/// Fewest origins' worth of years that depend on each other.
const SHORTEST_YEARS: u32 = 3;
/// How panels of years are tested.
const YEARS: (i32, i32, u32) = (PAST_YEARS, YEARS_APART, SHORTEST_YEARS);
/// Most pairs that a published probability is learnt from.
const PAIRS: usize = 20_000;
/// Most pairs that a forecast of the backtest is learnt from, which makes many.
const PAIRS_OF_TEST: usize = 2000;
/// Periods that the frequency of all units counts for in that of one.
const PRIOR: f64 = 12.0;
/// Land borders.
const BORDERS: &str = "contiguity-cow";

/// The forecasts of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chances {
    /// By the full regression.
    pub regression: f64,
    /// By the strong baseline: a regression on own frequency and present state.
    pub baseline: f64,
    /// By own frequency.
    pub climatology: f64,
}

/// An event with its probability.
#[derive(Debug, Clone)]
pub struct EventOutlook {
    /// What settles it.
    pub question: EventQuestion,
    /// Short name.
    pub id: String,
    /// A few words: the theatre, or what befalls the sides.
    pub title: String,
    /// What it is, for people: "Armed conflict between Azerbaijan and Armenia".
    pub what: String,
    /// Month or year.
    pub by: By,
    /// First and last period in which it is asked for.
    pub target: (i32, i32),
    /// The last period known.
    pub origin: i32,
    /// Periods from the last one known to the last one asked for.
    pub lead: u32,
    /// The forecasts.
    pub chances: Chances,
    /// Brier skill of the regression over the strong baseline, over all units.
    pub skill: Option<Skill>,
    /// Units that were learnt from.
    pub units: usize,
    /// Share of their monitored periods that had the event.
    pub rate: f64,
    /// The rows of the units asked for.
    pub provenance: Provenance,
}

impl EventOutlook {
    /// Whether the regression is better than the strong baseline, with an interval above zero.
    pub fn demonstrated(&self) -> bool {
        self.skill.is_some_and(|s| s.demonstrated())
    }

    /// The probability that is shown: that of the regression where its skill is demonstrated, else the baseline's.
    pub fn shown(&self) -> f64 {
        if self.demonstrated() {
            self.chances.regression
        } else {
            self.chances.baseline
        }
    }
}

/// All events that the data at hand can speak of.
pub fn events(
    cx: Context<'_>,
    memory: &dyn Memory,
    relation: &RelationPanel,
    sides: &Series,
) -> Vec<EventOutlook> {
    let mut all = Vec::new();
    all.extend(rupture(cx, memory, relation, sides));
    all.extend(incident(cx, memory));
    all.extend(violence(cx, memory));
    all
}

/// A panel of events, ready to be asked.
struct Asked<'a> {
    panel: &'a Panel,
    lead: u32,
    rate: f64,
    answer: Answer,
}

/// What a panel of events answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answer {
    /// Brier skill of the regression over the baseline.
    skill: Option<Skill>,
    /// By regression, baseline and own frequency.
    now: [Probabilities; 3],
}

impl<'a> Asked<'a> {
    /// Forecasts from the end of the panel, and learns what that was worth at origins that lie `apart` and leave enough past.
    fn of(
        memory: &dyn Memory,
        panel: &'a Panel,
        covariates: Vec<Panel>,
        lead: u32,
        origins: (i32, i32, u32),
    ) -> Result<Self, Error> {
        let mut work = Work::new("event").with_panel(panel).with((lead, origins));
        for covariate in &covariates {
            work = work.with_panel(covariate);
        }
        let answer = work.done(memory, || Answer::of(panel, covariates, lead, origins))?;
        Ok(Asked {
            panel,
            lead,
            rate: rate(panel),
            answer,
        })
    }

    /// The chance that at least one of some units has the event; `None` if nobody has looked at any of them.
    fn chances(&self, units: &[usize]) -> Option<Chances> {
        let any = |all: &Probabilities| -> Option<f64> {
            let known: Vec<f64> = units.iter().filter_map(|u| all.get(*u, 0)).collect();
            (!known.is_empty()).then(|| 1.0 - known.iter().map(|p| 1.0 - p).product::<f64>())
        };
        let [regression, baseline, climatology] = &self.answer.now;
        Some(Chances {
            regression: any(regression)?,
            baseline: any(baseline)?,
            climatology: any(climatology)?,
        })
    }
}

impl Answer {
    fn of(
        panel: &Panel,
        covariates: Vec<Panel>,
        lead: u32,
        (past, apart, shortest): (i32, i32, u32),
    ) -> Result<Answer, Error> {
        let regression = |most| EventRegression {
            learning: learning(most),
            covariates: covariates.clone(),
            ..EventRegression::default()
        };
        let baseline = |most| FrequencyAndState {
            learning: learning(most),
        };
        let view = panel.at(panel.last());
        let now = [
            regression(PAIRS).probabilities(&view, &[lead])?,
            baseline(PAIRS).probabilities(&view, &[lead])?,
            OwnFrequency { prior: PRIOR }.probabilities(&view, &[lead])?,
        ];
        // The last origin is the last that can be scored, and the others are counted back from it.
        let (first, last) = (panel.first() + past, panel.last() - lead as i32);
        let mut origins: Vec<i32> = (first..=last).rev().step_by(apart as usize).collect();
        origins.reverse();
        let (regression, baseline) = (regression(PAIRS_OF_TEST), baseline(PAIRS_OF_TEST));
        let models: [&dyn EventForecaster; 2] = [&regression, &baseline];
        let made = run(panel, &origins, &[lead], &models, &|| ())?;
        let scored = cells(panel, &origins, &[lead])
            .iter()
            .zip(made[0].iter().zip(&made[1]))
            .filter_map(|(cell, (own, reference))| {
                Some(Cell {
                    unit: cell.unit,
                    origin: cell.origin,
                    score: brier((*own)?, cell.came),
                    reference: brier((*reference)?, cell.came),
                })
            })
            .collect();
        let block = shortest.max(lead).div_ceil(apart as u32);
        Ok(Answer {
            skill: Skill::of(scored, Statistic::Skill, block as usize),
            now,
        })
    }
}

fn learning(most: usize) -> Learning {
    Learning {
        prior: PRIOR,
        most,
        ..Learning::default()
    }
}

/// Share of the monitored periods with the event.
fn rate(panel: &Panel) -> f64 {
    let whole = panel.at(panel.last());
    let seen = (0..panel.units())
        .flat_map(|unit| whole.past(unit))
        .filter(|v| !v.is_nan());
    let (sum, n) = seen.fold((0.0, 0.0), |(sum, n), v| (sum + v, n + 1.0));
    sum / f64::max(n, 1.0)
}

/// Whether the relation of the sides ruptures in one of the months ahead, as many as the file says.
fn rupture(
    cx: Context<'_>,
    memory: &dyn Memory,
    relation: &RelationPanel,
    sides: &Series,
) -> Option<EventOutlook> {
    let s = &cx.partnership.settings;
    let now = cx.world.as_of.month().0;
    let z = robust_z(&relation.values, LEAST_MONTHS).ok()?;
    let panel = any_of(&below(&z, -s.rupture_z).ok()?, s.rupture_months as usize)?;
    let target = (now + 1, now + s.rupture_months as i32);
    let lead = u32::try_from(target.1 - panel.last()).ok()?;
    let past = LEAST_MONTHS as i32 + s.rupture_months as i32 + 6;
    let asked = Asked::of(
        memory,
        &panel,
        vec![z],
        lead,
        (past, MONTHS_APART, s.rupture_months),
    )
    .ok()?;
    let mut provenance = sides.provenance.clone();
    provenance.method = "outlook-events";
    Some(EventOutlook {
        question: EventQuestion {
            kind: EventKind::Rupture,
            sides: vec![cx.partnership.a.clone(), cx.partnership.b.clone()],
            source: relation.stream.to_owned(),
            settings: s.clone(),
        },
        id: "rupture".to_owned(),
        title: "Rupture of the sides".to_owned(),
        what: format!("Rupture of {} with {}", cx.partnership.a, cx.partnership.b),
        by: By::Month,
        target,
        origin: panel.last(),
        lead,
        chances: asked.chances(&[0])?,
        skill: asked.answer.skill,
        units: panel.units(),
        rate: asked.rate,
        provenance,
    })
}

/// Whether the event came in at least one of the last `periods` periods: missing where none of them had it and one is missing.
fn any_of(panel: &Panel, periods: usize) -> Option<Panel> {
    let whole = panel.at(panel.last());
    let rows: Vec<Vec<Option<f64>>> = (0..panel.units())
        .map(|unit| {
            let past = whole.past(unit);
            (0..past.len())
                .map(|t| {
                    let window = &past[(t + 1).saturating_sub(periods)..=t];
                    if window.contains(&1.0) {
                        Some(1.0)
                    } else {
                        let whole = window.len() == periods && window.iter().all(|v| *v == 0.0);
                        whole.then_some(0.0)
                    }
                })
                .collect()
        })
        .collect();
    Panel::new(panel.first(), &rows).ok()
}

/// The year asked for: the one after that of the as-of day.
fn next_year(cx: Context<'_>) -> i32 {
    cx.world.as_of.year() + 1
}

/// Whether the sides have a militarised dispute in the year ahead, learnt from side a's disputes with every state.
fn incident(cx: Context<'_>, memory: &dyn Memory) -> Option<EventOutlook> {
    let p = cx.partnership;
    let years = years(cx, DISPUTES)?;
    let mut between: BTreeMap<Actor, BTreeSet<i32>> = BTreeMap::new();
    let mut with_b: BTreeSet<i32> = BTreeSet::new();
    let members = Members::of(&p.a, years);
    let others = Members::of(&p.b, years);
    for r in cx.world.records.within(DISPUTES, "dispute") {
        let Some(partner) = r.partner else { continue };
        for year in r.start.year().max(years.0)..=r.end.year().min(years.1) {
            if members.has(r.actor, year) && !members.has(partner, year) {
                between.entry(partner).or_default().insert(year);
                if others.has(partner, year) {
                    with_b.insert(year);
                }
            }
        }
    }
    // Side b first, then every state that belongs to neither side.
    let alive = |party: &Party, year| {
        let on = clock::last_day(By::Year, year);
        party.members(on).iter().any(|a| a.exists_on(on))
    };
    let mut rows = vec![row(years, |year| {
        (alive(&p.a, year) && alive(&p.b, year)).then(|| with_b.contains(&year))
    })];
    for state in Actor::all().filter(|a| a.kind() == Kind::State) {
        let had = between.get(&state);
        let own = row(years, |year| {
            let on = clock::last_day(By::Year, year);
            let outside = !members.has(state, year) && !others.has(state, year);
            (state.exists_on(on) && outside && alive(&p.a, year))
                .then(|| had.is_some_and(|had| had.contains(&year)))
        });
        if own.iter().any(Option::is_some) {
            rows.push(own);
        }
    }
    let panel = Panel::new(years.0, &rows).ok()?;
    let target = next_year(cx);
    let lead = u32::try_from(target - years.1).ok()?;
    let asked = Asked::of(memory, &panel, Vec::new(), lead, YEARS).ok()?;
    let series = measure(
        cx,
        &Measure::Disputes {
            of: p.a.clone(),
            with: p.b.clone(),
        },
    )
    .ok()?;
    let question = EventQuestion {
        kind: EventKind::Dispute,
        sides: vec![p.a.clone(), p.b.clone()],
        source: DISPUTES.to_owned(),
        settings: p.settings.clone(),
    };
    Some(yearly(
        question,
        ["incident", "Militarised dispute of the sides"].map(str::to_owned),
        format!("Militarised dispute between {} and {}", p.a, p.b),
        target,
        &asked,
        asked.chances(&[0])?,
        series,
    ))
}

/// Armed conflict in each theatre: between the parties of a regional factor's indicator, or fought in its states.
fn violence(cx: Context<'_>, memory: &dyn Memory) -> Vec<EventOutlook> {
    let regional = || {
        let factors = cx.partnership.factors.iter();
        factors
            .filter(|f| f.level == Level::Regional)
            .filter_map(|f| {
                let measures = || f.indicators.iter().map(|i| &i.measure);
                let between = measures().find(|m| matches!(m, Measure::ArmedConflict { .. }));
                let inside = measures().find(|m| matches!(m, Measure::ArmedConflictIn { .. }));
                Some((f, between.or(inside)?))
            })
    };
    let (Some(years), target) = (years(cx, CONFLICTS), next_year(cx)) else {
        return Vec::new();
    };
    let Ok(lead) = u32::try_from(target - years.1) else {
        return Vec::new();
    };
    let on = clock::last_day(By::Year, years.1);
    let mut wanted: BTreeSet<(Actor, Actor)> = BTreeSet::new();
    for (_, m) in regional() {
        if let Measure::ArmedConflict { of, with } = m {
            wanted.extend(cross(&of.members(on), &with.members(on)));
        }
    }
    let (pairs, states) = (
        pairs(&cx.world.records, years, wanted),
        states(&cx.world.records, years),
    );
    let any =
        |inside| regional().any(|(_, m)| matches!(m, Measure::ArmedConflictIn { .. }) == inside);
    let between = pairs
        .as_ref()
        .filter(|_| any(false))
        .and_then(|(_, panel)| Asked::of(memory, panel, Vec::new(), lead, YEARS).ok());
    let inside = states
        .as_ref()
        .filter(|_| any(true))
        .and_then(|(_, panel)| Asked::of(memory, panel, Vec::new(), lead, YEARS).ok());
    regional()
        .filter_map(|(f, m)| {
            let (asked, units, what, kind, sides) = match m {
                Measure::ArmedConflict { of, with } => {
                    let known = &pairs.as_ref()?.0;
                    let all = cross(&of.members(on), &with.members(on));
                    let units: Vec<usize> = all
                        .iter()
                        .filter_map(|pair| known.iter().position(|k| k == pair))
                        .collect();
                    (
                        between.as_ref()?,
                        units,
                        format!("Armed conflict between {of} and {with}"),
                        EventKind::ConflictBetween,
                        vec![of.clone(), with.clone()],
                    )
                }
                Measure::ArmedConflictIn { of } => {
                    let known = &states.as_ref()?.0;
                    let members = of.members(on);
                    let units: Vec<usize> = members
                        .iter()
                        .filter_map(|state| known.iter().position(|k| k == state))
                        .collect();
                    (
                        inside.as_ref()?,
                        units,
                        format!("Armed conflict in {of}"),
                        EventKind::ConflictIn,
                        vec![of.clone()],
                    )
                }
                _ => return None,
            };
            let question = EventQuestion {
                kind,
                sides,
                source: CONFLICTS.to_owned(),
                settings: cx.partnership.settings.clone(),
            };
            Some(yearly(
                question,
                [format!("violence-{}", f.id), f.title.clone()],
                what,
                target,
                asked,
                asked.chances(&units)?,
                measure(cx, m).ok()?,
            ))
        })
        .collect()
}

fn yearly(
    question: EventQuestion,
    [id, title]: [String; 2],
    what: String,
    target: i32,
    asked: &Asked<'_>,
    chances: Chances,
    series: Series,
) -> EventOutlook {
    let mut provenance = series.provenance;
    provenance.method = "outlook-events";
    EventOutlook {
        question,
        id,
        title,
        what,
        by: By::Year,
        target: (target, target),
        origin: asked.panel.last(),
        lead: asked.lead,
        chances,
        skill: asked.answer.skill,
        units: asked.panel.units(),
        rate: asked.rate,
        provenance,
    }
}

/// First and last year that a data set covers as of the day.
fn years(cx: Context<'_>, dataset: &str) -> Option<(i32, i32)> {
    let covered = covered_years(cx.world, dataset);
    let first = (*covered.first()?).max(FIRST_YEAR);
    Some((first, *covered.last()?))
}

/// A unit's years: `None` where it did not exist.
fn row((first, last): (i32, i32), had: impl Fn(i32) -> Option<bool>) -> Vec<Option<f64>> {
    (first..=last)
        .map(|year| had(year).map(|had| f64::from(u8::from(had))))
        .collect()
}

/// Who belonged to a party at the end of each year.
struct Members(i32, Vec<BTreeSet<Actor>>);

impl Members {
    fn of(party: &Party, (first, last): (i32, i32)) -> Members {
        let of = |year| party.members(clock::last_day(By::Year, year)).into_iter();
        Members(
            first,
            (first..=last).map(|year| of(year).collect()).collect(),
        )
    }

    fn has(&self, actor: Actor, year: i32) -> bool {
        let at = usize::try_from(year - self.0).ok();
        at.and_then(|at| self.1.get(at))
            .is_some_and(|m| m.contains(&actor))
    }
}

/// Pairs of one member of each, the smaller id first.
fn cross(left: &[Actor], right: &[Actor]) -> BTreeSet<(Actor, Actor)> {
    left.iter()
        .flat_map(|a| right.iter().map(move |b| (*a.min(b), *a.max(b))))
        .filter(|(a, b)| a != b)
        .collect()
}

/// Pairs of states with a land border in any year known, and those that are asked for, by whether they fought each other.
fn pairs(
    records: &Records,
    years: (i32, i32),
    mut all: BTreeSet<(Actor, Actor)>,
) -> Option<(Vec<(Actor, Actor)>, Panel)> {
    for r in records.within(BORDERS, "contiguity") {
        if let (Some(partner), Some(1.0)) = (r.partner, r.value) {
            all.insert((r.actor.min(partner), r.actor.max(partner)));
        }
    }
    let mut fought: BTreeMap<(Actor, Actor), BTreeSet<i32>> = BTreeMap::new();
    for r in records.within(CONFLICTS, "conflict-between") {
        if let Some(partner) = r.partner {
            let pair = (r.actor.min(partner), r.actor.max(partner));
            fought.entry(pair).or_default().insert(r.start.year());
        }
    }
    let all: Vec<(Actor, Actor)> = all.into_iter().collect();
    let rows: Vec<Vec<Option<f64>>> = all
        .iter()
        .map(|pair| {
            let own = fought.get(pair);
            row(years, |year| {
                let on = clock::last_day(By::Year, year);
                (pair.0.exists_on(on) && pair.1.exists_on(on))
                    .then(|| own.is_some_and(|y| y.contains(&year)))
            })
        })
        .collect();
    let panel = Panel::new(years.0, &rows).ok()?;
    Some((all, panel))
}

/// Every state by whether an armed conflict was fought in it.
fn states(records: &Records, years: (i32, i32)) -> Option<(Vec<Actor>, Panel)> {
    let mut fought: BTreeMap<Actor, BTreeSet<i32>> = BTreeMap::new();
    for r in records.within(CONFLICTS, "conflict-in") {
        fought.entry(r.actor).or_default().insert(r.start.year());
    }
    let all: Vec<Actor> = Actor::all().filter(|a| a.kind() == Kind::State).collect();
    let rows: Vec<Vec<Option<f64>>> = all
        .iter()
        .map(|state| {
            let own = fought.get(state);
            row(years, |year| {
                state
                    .exists_on(clock::last_day(By::Year, year))
                    .then(|| own.is_some_and(|y| y.contains(&year)))
            })
        })
        .collect();
    let panel = Panel::new(years.0, &rows).ok()?;
    Some((all, panel))
}

#[cfg(test)]
mod tests {
    use super::super::memory::Forgetful;
    use super::*;

    #[test]
    fn a_window_has_the_event_if_one_of_its_periods_has() {
        let row = [Some(0.0), Some(0.0), Some(1.0), None, Some(0.0), Some(0.0)];
        let panel = Panel::new(0, &[row.to_vec()]).unwrap();
        let window = any_of(&panel, 2).unwrap();
        let found: Vec<Option<f64>> = (0..6).map(|t| window.get(0, t)).collect();
        // the first has too short a past; after the gap nobody can say that there was none
        let wanted = [None, Some(0.0), Some(1.0), Some(1.0), None, Some(0.0)];
        assert_eq!(found, wanted);
    }

    #[test]
    fn one_of_several_units_is_the_complement_of_none() {
        // two units, one always at it, one never, for 40 periods; frequencies drawn to the common one half by 12 periods
        let rows = [vec![Some(1.0); 40], vec![Some(0.0); 40]];
        let panel = Panel::new(0, &rows).unwrap();
        let asked = Asked::of(&Forgetful, &panel, Vec::new(), 1, YEARS).unwrap();
        let (always, never) = ((40.0 + 6.0) / 52.0, 6.0 / 52.0);
        let both = asked.chances(&[0, 1]).unwrap().climatology;
        assert!((both - (1.0 - (1.0 - always) * (1.0 - never))).abs() < 1e-12);
        assert_eq!(asked.rate, 0.5);
        assert_eq!(asked.chances(&[]), None);
    }

    #[test]
    fn a_pair_has_its_smaller_id_first_and_is_never_of_one() {
        let id = |id| Actor::from_id(id).unwrap();
        let (a, b) = (id("ARM"), id("AZE"));
        let found: Vec<_> = cross(&[b, a], &[a]).into_iter().collect();
        assert_eq!(found, [(a.min(b), a.max(b))]);
    }
}
