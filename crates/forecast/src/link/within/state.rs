//! What is remembered of a history, day by day.

use std::collections::BTreeMap;

use super::monitored::Monitored;
use super::rules::Rules;
use super::trace::{Decay, Trace};
use crate::link::Fact;

/// Traces by relation, ascending, of those that have any.
pub(super) type ByRelation = Vec<(u32, Trace)>;

/// What one entity did to another.
#[derive(Debug, Clone, Default)]
pub(super) struct Pair {
    pub(super) any: Trace,
    /// By quad class; 0 is unknown.
    pub(super) class: [Trace; 5],
    pub(super) relations: ByRelation,
    /// Tick and type of every event, in their order.
    pub(super) events: Vec<(u32, u32)>,
}

/// What one entity did to anyone, or anyone to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    pub(super) any: Trace,
    pub(super) relations: ByRelation,
}

/// All that a forecast may know.
#[derive(Debug, Clone)]
pub(super) struct State {
    days: u32,
    class: Vec<u8>,
    pub(super) decay: Decay,
    /// The last day taken in; days before the first monitored one if none was.
    pub(super) day: i32,
    /// Monitored days so far.
    pub(super) ticks: u32,
    /// The days by tick.
    dates: Vec<i32>,
    pub(super) pairs: BTreeMap<(u32, u32), Pair>,
    pub(super) subjects: BTreeMap<u32, Side>,
    pub(super) objects: BTreeMap<u32, Side>,
    pub(super) everywhere: Side,
    /// What the same entity did next, and what it did after something was done to it.
    pub(super) onward: Rules,
    pub(super) back: Rules,
    /// Events of the last days, whose following days are not yet known.
    unsettled: Vec<Fact>,
}

/// The place of a relation's trace; made if it is not there.
fn of(traces: &mut ByRelation, relation: u32) -> &mut Trace {
    let at = match traces.binary_search_by_key(&relation, |t| t.0) {
        Ok(at) => at,
        Err(at) => {
            traces.insert(at, (relation, Trace::default()));
            at
        }
    };
    &mut traces[at].1
}

/// The trace of a relation, if it has any.
pub(super) fn trace(traces: &ByRelation, relation: u32) -> Option<&Trace> {
    let at = traces.binary_search_by_key(&relation, |t| t.0).ok()?;
    Some(&traces[at].1)
}

impl State {
    pub(super) fn new(class: &[u8], days: u32, before: i32) -> Self {
        Self {
            days,
            class: class.to_vec(),
            decay: Decay::new(),
            day: before,
            ticks: 0,
            dates: Vec::new(),
            pairs: BTreeMap::new(),
            subjects: BTreeMap::new(),
            objects: BTreeMap::new(),
            everywhere: Side::default(),
            onward: Rules::new(class.len()),
            back: Rules::new(class.len()),
            unsettled: Vec::new(),
        }
    }

    pub(super) fn relations(&self) -> usize {
        self.class.len()
    }

    pub(super) fn class(&self, relation: u32) -> u8 {
        self.class[relation as usize]
    }

    /// The day of a tick.
    pub(super) fn date(&self, tick: u32) -> i32 {
        self.dates[tick as usize]
    }

    /// The last tick; there must have been a monitored day.
    pub(super) fn now(&self) -> u32 {
        self.ticks.saturating_sub(1)
    }

    /// Takes in all monitored days after the last one taken in, up to and with `day`. Facts ascend by day.
    pub(super) fn advance(&mut self, facts: &[Fact], monitored: &Monitored, day: i32) {
        self.decay.reach(monitored.until(day));
        let from = facts.partition_point(|f| f.day <= self.day);
        let to = facts.partition_point(|f| f.day <= day);
        let mut rest = &facts[from.min(to)..to];
        let mut today = Vec::new();
        for tick in self.ticks..monitored.until(day) {
            let date = monitored.day(tick);
            // facts of days that nobody looked at are a piece of what happened, and not counted
            rest = &rest[rest.partition_point(|f| f.day < date)..];
            let (of_day, later) = rest.split_at(rest.partition_point(|f| f.day == date));
            rest = later;
            today.clear();
            today.extend(of_day.iter().filter(|f| f.subject != f.object));
            today.sort_unstable();
            today.dedup();
            self.take(&today, tick);
            self.ticks = tick + 1;
            self.dates.push(date);
            self.settle(monitored, date);
        }
        self.day = self.day.max(day);
    }

    fn take(&mut self, today: &[Fact], tick: u32) {
        let decay = &self.decay;
        for f in today {
            let pair = self.pairs.entry((f.subject, f.object)).or_default();
            pair.any.add(tick, 1.0, decay);
            pair.class[usize::from(self.class[f.relation as usize].min(4))].add(tick, 1.0, decay);
            of(&mut pair.relations, f.relation).add(tick, 1.0, decay);
            pair.events.push((tick, f.relation));
            let subject = self.subjects.entry(f.subject).or_default();
            let object = self.objects.entry(f.object).or_default();
            for side in [subject, object, &mut self.everywhere] {
                side.any.add(tick, 1.0, decay);
                of(&mut side.relations, f.relation).add(tick, 1.0, decay);
            }
        }
        self.unsettled.extend_from_slice(today);
    }

    /// Counts for the rules the events of the day whose window closes today, if all of the window was monitored.
    fn settle(&mut self, monitored: &Monitored, today: i32) {
        let closing = today.saturating_sub(self.days as i32);
        let done = self.unsettled.partition_point(|f| f.day <= closing);
        let rest = self.unsettled.split_off(done);
        let closed = std::mem::replace(&mut self.unsettled, rest);
        let (mut pairs, mut happened): (Vec<(u32, u32)>, Vec<u32>) = (Vec::new(), Vec::new());
        for day in closed.chunk_by(|a, b| a.day == b.day) {
            if !monitored.settled(day[0].day, self.days) {
                continue;
            }
            let tick = monitored.until(day[0].day) - 1;
            pairs.clear();
            pairs.extend(day.iter().map(|f| (f.subject, f.object)));
            pairs.sort_unstable();
            pairs.dedup();
            for &(a, b) in &pairs {
                happened.clear();
                happened.extend(self.pairs[&(a, b)].on(tick, tick + 1));
                let after = |key| {
                    let events = self.pairs.get(&key).into_iter();
                    let mut after: Vec<u32> = events
                        .flat_map(|p| p.on(tick + 1, tick + 1 + self.days))
                        .collect();
                    after.sort_unstable();
                    after.dedup();
                    after
                };
                let (onward, back) = (after((a, b)), after((b, a)));
                self.onward.add(&happened, &onward);
                self.back.add(&happened, &back);
            }
        }
    }
}

impl Pair {
    /// Types of the events at ticks from `from` up to before `to`, in their order.
    pub(super) fn on(&self, from: u32, to: u32) -> impl Iterator<Item = u32> {
        let at = |tick| self.events.partition_point(|e| e.0 < tick);
        self.events[at(from)..at(to)].iter().map(|e| e.1)
    }

    /// The types of the last `days` ticks up to now with the tick on which each was last seen, by type.
    pub(super) fn lately(&self, now: u32, days: u32) -> Vec<(u32, u32)> {
        let from = self
            .events
            .partition_point(|e| e.0 < (now + 1).saturating_sub(days));
        let mut types: Vec<(u32, u32)> = self.events[from..].iter().map(|&(t, r)| (r, t)).collect();
        types.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
        types.dedup_by_key(|t| t.0);
        types
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(day: i32, subject: u32, relation: u32, object: u32) -> Fact {
        Fact {
            day,
            subject,
            relation,
            object,
        }
    }

    #[test]
    fn days_nobody_looked_neither_count_nor_pass() {
        let facts = [
            fact(0, 1, 0, 2),
            fact(0, 1, 0, 2),
            fact(1, 3, 0, 3),
            fact(2, 1, 1, 2),
            fact(5, 1, 0, 2),
        ];
        let monitored = Monitored::new(0, 5, &[2, 3, 4]).unwrap();
        let mut state = State::new(&[1, 4], 2, -1);
        state.advance(&facts, &monitored, 5);
        assert_eq!((state.ticks, state.day), (3, 5));
        let pair = &state.pairs[&(1, 2)];
        assert_eq!(state.pairs.len(), 1, "to itself is no pair");
        assert_eq!(
            pair.any.ticks,
            [0, 2],
            "twice a day is once, day 2 was not watched"
        );
        assert_eq!(pair.relations.len(), 1);
        assert_eq!(state.date(2), 5);
        // the windows of days 0 and 1 were not wholly monitored
        assert_eq!(state.onward.confidence(0, 0).0, 0.0);
    }

    #[test]
    fn what_followed_is_counted_when_its_window_closes() {
        let facts = [
            fact(0, 1, 0, 2),
            fact(1, 2, 1, 1),
            fact(2, 1, 1, 2),
            fact(3, 1, 1, 2),
            fact(9, 4, 0, 5),
        ];
        let monitored = Monitored::new(0, 9, &[]).unwrap();
        let mut state = State::new(&[1, 4], 2, -1);
        state.advance(&facts, &monitored, 1);
        assert_eq!(state.onward.confidence(0, 1).0, 0.0, "open");
        state.advance(&facts, &monitored, 9);
        // after 1 did 0 to 2 it did 1 within two days; 2 did 1 back
        assert_eq!(state.onward.confidence(0, 1), (1.0, 1.0));
        assert_eq!(state.back.confidence(0, 1), (1.0, 1.0));
        assert_eq!(state.onward.confidence(1, 1), (3.0, 1.0 / 3.0));
        // in steps or at once is the same
        let mut at_once = State::new(&[1, 4], 2, -1);
        at_once.advance(&facts, &monitored, 9);
        assert_eq!(at_once.onward, state.onward);
        assert_eq!(at_once.back, state.back);
    }
}
