//! From events that did not happen to what would be read of them: they are put into the streams of dyads, and the measures are taken again.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::{Actor, By, Month};
use detente_relations::index::{Counts, Weights};

use super::variables::{Row, Variable, drawn};
use crate::engine::Assessment;
use crate::engine::measure::{Dyads, of_dyads, pairs};
use crate::engine::register::FactorAssessment;
use crate::engine::series::{Gap, index_series, index_settings};
use crate::injection::{Class, Deed, Injection};
use crate::outlook::Outlook;
use crate::outlook::levels::of_factor;
use crate::world::{Cell, Kind, World};

/// Monitored months whose mean is the usual month.
pub(super) const USUAL: usize = 12;
/// Years of the yearly sources that tell the mix of classes where no monthly source does.
const MIX_YEARS: usize = 5;
/// Events of a dyad from which its own mix of classes is taken; with fewer, that of all dyads.
const MIX_EVENTS: f64 = 10.0;

/// Directed pairs of actors.
type Dyad = (Actor, Actor);

/// Events and the months that they are put into.
pub(super) type Placed<'a> = (&'a Injection, BTreeSet<i32>);

/// What is read, and of whom.
pub(super) struct Pipeline<'a> {
    pub assessment: &'a Assessment,
    pub outlook: &'a Outlook,
    pub variables: &'a [Variable],
    pub rows: &'a [Row],
}

/// A variable that events touch, with the indicators that they reach it by.
struct Touched<'a> {
    variable: usize,
    factor: Option<&'a FactorAssessment>,
    indicators: Vec<usize>,
}

impl Pipeline<'_> {
    fn origin(&self) -> i32 {
        self.outlook.origin.0
    }

    fn weights(&self) -> Weights {
        index_settings(&self.assessment.partnership.settings).weights
    }

    /// The variables that are measured on a dyad of these events, by place.
    pub fn touched(&self, events: &[&Injection]) -> Vec<usize> {
        let mut dyads = BTreeSet::new();
        for event in events {
            dyads.extend(dyads_of(&event.deed, self.origin()));
        }
        self.touched_by(&dyads).iter().map(|t| t.variable).collect()
    }

    fn touched_by(&self, dyads: &BTreeSet<Dyad>) -> Vec<Touched<'_>> {
        let p = &self.assessment.partnership;
        let on = Month(self.origin()).last();
        let among = |of: &crate::Party, with: &crate::Party| {
            let (of, with) = (of.members(on), with.members(on));
            dyads.iter().any(|(a, b)| {
                (of.contains(a) && with.contains(b)) || (of.contains(b) && with.contains(a))
            })
        };
        let mut found = Vec::new();
        for (variable, told) in self.variables.iter().enumerate() {
            if told.kind == super::Kind::Relation {
                if among(&p.a, &p.b) {
                    found.push(Touched {
                        variable,
                        factor: None,
                        indicators: Vec::new(),
                    });
                }
                continue;
            }
            let mut factors = self.assessment.register.factors();
            let Some(factor) = factors.find(|f| f.factor.id == told.id) else {
                continue;
            };
            let indicators: Vec<usize> = (0..factor.indicators.len())
                .filter(|i| {
                    let indicator = &factor.indicators[*i];
                    indicator.reading.is_ok()
                        && pairs(&indicator.indicator.measure)
                            .iter()
                            .any(|(of, with)| among(of, with))
                })
                .collect();
            if !indicators.is_empty() {
                found.push(Touched {
                    variable,
                    factor: Some(factor),
                    indicators,
                });
            }
        }
        found
    }

    /// The rows of the touched variables as they would be read up to the origin if these events had been in these months. Usual are the last months
    /// up to `usual`.
    ///
    /// # Errors
    /// Months in which nobody monitors the dyads; dyads that had no such events, of which a multiple can not be told.
    pub fn rows_with(
        &self,
        events: &[Placed<'_>],
        usual: i32,
    ) -> Result<BTreeMap<usize, Row>, Gap> {
        let s = &self.assessment.partnership.settings;
        let first = events.iter().filter_map(|(_, months)| months.first()).min();
        let Some(&first) = first else {
            return Ok(BTreeMap::new());
        };
        let reach = s
            .window_months
            .max(s.dispersion_months)
            .max(s.zero_sum_months);
        let mut world = self.assessment.world.since(first - reach as i32 - 1);
        let mut dyads = BTreeSet::new();
        for (event, months) in events {
            for &month in months {
                dyads.extend(dyads_of(&event.deed, month));
                self.put(&mut world, event, month, usual)?;
            }
        }
        let mut rows = BTreeMap::new();
        for touched in self.touched_by(&dyads) {
            rows.insert(touched.variable, self.row(&world, &touched, first));
        }
        Ok(rows)
    }

    /// The row of a variable: as it was before the first month that is changed, measured again from it on.
    fn row(&self, world: &World, touched: &Touched<'_>, first: i32) -> Row {
        let p = &self.assessment.partnership;
        let begin = self.outlook.series.points[0].0;
        let Some(factor) = touched.factor else {
            let mut row = self.rows[touched.variable].clone();
            let changed = (first - begin).max(0) as usize;
            row[changed..].fill(None);
            if let Some(stream) = world.stream(&self.outlook.question.stream) {
                for (t, reading) in index_series(stream, &p.a, &p.b, 1, &p.settings) {
                    if t >= first && t <= self.origin() {
                        row[(t - begin) as usize] = Some(reading);
                    }
                }
            }
            return row;
        };
        let mut factor = factor.clone();
        for &i in &touched.indicators {
            let indicator = &mut factor.indicators[i];
            let cx = Dyads {
                world,
                partnership: p,
            };
            let (Ok(reading), Some(Ok(again))) = (
                indicator.reading.as_mut(),
                of_dyads(cx, &indicator.indicator.measure),
            ) else {
                continue;
            };
            // from another source it would not be the same series
            if again.source != reading.series.source {
                continue;
            }
            let points = &mut reading.series.points;
            points.retain(|(t, _)| *t < first);
            points.extend(again.points.into_iter().filter(|(t, _)| *t >= first));
        }
        of_factor(&factor, &p.settings, begin, self.origin())
            .into_iter()
            .map(drawn)
            .collect()
    }

    /// Puts events into a month of every monthly stream that monitors it.
    fn put(&self, world: &mut World, event: &Injection, month: i32, usual: i32) -> Result<(), Gap> {
        let dyads = dyads_of(&event.deed, month);
        let (mut seen, mut had) = (false, false);
        for (place, stream) in self.assessment.world.monthly.iter().enumerate() {
            let past = stream.last_periods(usual, USUAL);
            for &(a, b) in dyads.iter().filter(|(a, b)| stream.sees(*a, *b, month)) {
                if past.is_empty() {
                    continue;
                }
                seen = true;
                let of = |t| stream.flow(a, b, t).unwrap_or_default();
                // of what happened, so that both ways of one event take from the same month
                let now = of(month);
                let change = match stream.kind {
                    Kind::Counts => {
                        let own =
                            |cell: Cell| event.deed.class.of(&cell.counts.unwrap_or_default());
                        let mut sum = Counts::default();
                        past.iter().for_each(|t| sum += own(of(*t)));
                        more_events(&sum.scaled(1.0 / past.len() as f64), event.times, &own(now))
                    }
                    Kind::Scores => {
                        let sum: f64 = past
                            .iter()
                            .map(|t| of_side(event.deed.class, of(*t).scores))
                            .sum();
                        let share = self.share((a, b), event.deed.class, usual)?;
                        let mean = sum / past.len() as f64;
                        more_scores(event.deed.class, (share, mean), event.times, now.scores)
                    }
                };
                let Some(change) = change else { continue };
                had = true;
                let left = world.monthly[place].flow(a, b, month).unwrap_or_default();
                let change = at_most(change, &left);
                if event.times != 1.0 {
                    world.monthly[place].add((a, b), month, change);
                }
            }
        }
        let text = event.deed.text();
        if !seen {
            return Err(format!(
                "{text}: no monthly source monitors them in {}: what nobody sees can not be changed (`detente coverage` shows what is monitored)",
                Month(month)
            ));
        }
        if !had {
            return Err(format!(
                "{text}: none in their last {USUAL} monitored months up to {}: a multiple of what was not there can not be told",
                Month(usual)
            ));
        }
        Ok(())
    }

    /// Which part of a side (cooperation or conflict) of what two actors did to each other is events of a class from the one to the other, by the weights of
    /// the relation index: of the dyad itself in its last months with classes, else of all dyads of the world, half of it each way.
    fn share(&self, (a, b): Dyad, class: Class, until: i32) -> Result<f64, Gap> {
        let (weights, side) = (self.weights(), class.side());
        let world = &self.assessment.world;
        let monthly = world.monthly.iter().filter(|s| s.kind == Kind::Counts);
        for stream in monthly.chain(&world.yearly) {
            let past = match stream.by {
                By::Year => stream.last_periods(Month(until).year() - 1, MIX_YEARS),
                _ => stream.last_periods(until, USUAL),
            };
            let sum = |of: &dyn Fn(i32) -> Option<Cell>| {
                let mut sum = Counts::default();
                let cells = past.iter().filter_map(|t| of(*t)?.counts);
                cells.for_each(|counts| sum += counts);
                sum
            };
            let seen = past.first().is_some_and(|t| stream.sees(a, b, *t));
            let (forth, back) = (
                sum(&|t| stream.flow(a, b, t)),
                sum(&|t| stream.flow(b, a, t)),
            );
            let events = side.of(&forth).n() + side.of(&back).n();
            if seen && events >= MIX_EVENTS {
                let all = side.weighed(&forth, &weights) + side.weighed(&back, &weights);
                return Ok(class.weighed(&forth, &weights) / all);
            }
            let all = sum(&|t| stream.world(t));
            let whole = side.weighed(&all, &weights);
            if whole > 0.0 {
                return Ok(0.5 * class.weighed(&all, &weights) / whole);
            }
        }
        if class.is_side() {
            return Ok(0.5);
        }
        Err(format!(
            "no source tells classes of events up to {}, so the part of {} in net scores is not known",
            Month(until),
            class.name()
        ))
    }
}

/// All directed pairs of different actors that do it, with the members of a month's last day.
pub(super) fn dyads_of(deed: &Deed, month: i32) -> BTreeSet<Dyad> {
    let on = Month(month).last();
    let (from, to) = (deed.from.members(on), deed.to.members(on));
    let mut dyads = BTreeSet::new();
    for &a in &from {
        for &b in to.iter().filter(|b| **b != a) {
            dyads.insert((a, b));
            if deed.both {
                dyads.insert((b, a));
            }
        }
    }
    dyads
}

/// The side of daily net scores that a class is of: their positive or negative sum.
pub(super) fn of_side(class: Class, scores: Option<(f64, f64)>) -> f64 {
    let (positive, negative) = scores.unwrap_or_default();
    if class.is_conflict() {
        negative
    } else {
        positive
    }
}

/// What `times` the usual events adds to a month, or, of fewer than usual, takes from what it has; `None` where none are usual.
fn more_events(usual: &Counts, times: f64, now: &Counts) -> Option<Cell> {
    if usual.n() <= 0.0 {
        return None;
    }
    // fewer than usual are fewer of those that there are
    let more = |usual: f64, now: f64| (times - 1.0) * if times < 1.0 { now } else { usual };
    let counts = Counts {
        verbal_cooperation: more(usual.verbal_cooperation, now.verbal_cooperation),
        material_cooperation: more(usual.material_cooperation, now.material_cooperation),
        verbal_conflict: more(usual.verbal_conflict, now.verbal_conflict),
        material_conflict: more(usual.material_conflict, now.material_conflict),
    };
    Some(Cell {
        n: counts.n(),
        counts: Some(counts),
        ..Cell::default()
    })
}

/// A change that leaves no sum below 0, where several events take from one month.
fn at_most(mut change: Cell, left: &Cell) -> Cell {
    if let Some(counts) = change.counts.as_mut() {
        let left = left.counts.unwrap_or_default();
        counts.verbal_cooperation = counts.verbal_cooperation.max(-left.verbal_cooperation);
        counts.material_cooperation = counts.material_cooperation.max(-left.material_cooperation);
        counts.verbal_conflict = counts.verbal_conflict.max(-left.verbal_conflict);
        counts.material_conflict = counts.material_conflict.max(-left.material_conflict);
        change.n = counts.n();
    }
    if let Some(scores) = change.scores.as_mut() {
        let left = left.scores.unwrap_or_default();
        *scores = (scores.0.max(-left.0), scores.1.max(-left.1));
    }
    change
}

/// The same for net scores, whose side grows by what the class is of it.
fn more_scores(
    class: Class,
    (share, usual): (f64, f64),
    times: f64,
    now: Option<(f64, f64)>,
) -> Option<Cell> {
    if share * usual <= 0.0 {
        return None;
    }
    let of = if times < 1.0 {
        of_side(class, now)
    } else {
        usual
    };
    let more = (times - 1.0) * share * of;
    Some(Cell {
        scores: Some(if class.is_conflict() {
            (0.0, more)
        } else {
            (more, 0.0)
        }),
        ..Cell::default()
    })
}

#[cfg(test)]
mod tests;
