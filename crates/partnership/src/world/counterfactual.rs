//! A world in which other events happened: the same streams from a period on, with some cells changed.

use detente_atlas::Actor;

use super::stream::Pooled;
use super::{Cell, Records, Stream, Votes, World};

impl World {
    /// The monthly streams from a month on and nothing else, to be changed.
    pub(crate) fn since(&self, from: i32) -> World {
        World {
            as_of: self.as_of,
            monthly: self.monthly.iter().map(|s| s.since(from)).collect(),
            yearly: Vec::new(),
            records: Records::default(),
            votes: Votes::default(),
            coverage: self.coverage.clone(),
        }
    }
}

impl Stream {
    fn since(&self, from: i32) -> Stream {
        let later = |cells: &Pooled| cells[cells.partition_point(|(t, _)| *t < from)..].to_vec();
        Stream {
            datasets: self.datasets.clone(),
            cells: self.cells.iter().map(|(k, c)| (*k, later(c))).collect(),
            world: later(&self.world),
            monitored: self
                .monitored
                .range(from..)
                .map(|(t, s)| (*t, *s))
                .collect(),
            chosen: self.chosen.range(from..).map(|(t, d)| (*t, *d)).collect(),
            blind: self.blind.clone(),
            totals: self.totals.iter().map(|(k, c)| (*k, later(c))).collect(),
            ..*self
        }
    }

    /// Whether the source tells what two actors do to each other in a period.
    pub(crate) fn sees(&self, a: Actor, b: Actor, t: i32) -> bool {
        self.monitored(t) > 0.0 && !self.blind.contains(&a) && !self.blind.contains(&b)
    }

    /// Adds to what a dyad did in a period (below 0 takes away), and to the sums that it is part of.
    pub(crate) fn add(&mut self, (a, b): (Actor, Actor), t: i32, change: Cell) {
        let key = if self.directed || a < b {
            (a, b)
        } else {
            (b, a)
        };
        put(self.cells.entry(key).or_default(), t, change);
        put(&mut self.world, t, change);
        for actor in [a, b] {
            if let Some(total) = self.totals.get_mut(&actor) {
                put(total, t, change);
            }
        }
    }

    /// The last monitored periods up to one, at most so many, the last first.
    pub(crate) fn last_periods(&self, until: i32, most: usize) -> Vec<i32> {
        self.periods()
            .rev()
            .skip_while(|t| *t > until)
            .take(most)
            .collect()
    }
}

fn put(cells: &mut Pooled, t: i32, change: Cell) {
    match cells.binary_search_by_key(&t, |(t, _)| *t) {
        Ok(at) => cells[at].1 += change,
        Err(at) => cells.insert(at, (t, change)),
    }
}
