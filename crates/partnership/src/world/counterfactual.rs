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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use crate::engine::series::index_series;
    use crate::world::stream_tests::{counts, party};
    use detente_relations::index::Counts;

    const JAN: i32 = 12 * 2010;

    fn actor(id: &str) -> Actor {
        Actor::from_id(id).unwrap()
    }

    #[test]
    fn what_is_added_is_in_the_dyad_and_in_the_sums_and_in_the_index() {
        let rows = [
            ("AZE", "TUR", JAN, 9.0, 9.0),
            ("AZE", "TUR", JAN + 1, 3.0, 1.0),
        ];
        let stream = counts(&rows, &[(JAN, 1.0), (JAN + 1, 1.0), (JAN + 2, 1.0)]);
        let mut other = stream.since(JAN + 1);
        assert_eq!(other.periods().collect::<Vec<_>>(), [JAN + 1, JAN + 2]);
        assert_eq!(other.flow(actor("AZE"), actor("TUR"), JAN), None);
        let more = |n: f64| Cell {
            n,
            counts: Some(Counts {
                verbal_conflict: n,
                ..Counts::default()
            }),
            ..Cell::default()
        };
        other.add((actor("AZE"), actor("TUR")), JAN + 1, more(4.0));
        // a month without a row, the other way round
        other.add((actor("TUR"), actor("AZE")), JAN + 2, more(2.0));
        let points = index_series(
            &other,
            &party("AZE"),
            &party("TUR"),
            1,
            &Settings::default(),
        );
        // ln((C + 1/2) / (K + 1/2)): 3 against 5, then 0 against 2
        let want = [(3.5f64 / 5.5).ln(), (0.5f64 / 2.5).ln()];
        for ((t, r), (place, want)) in points.iter().zip(want.iter().enumerate()) {
            assert_eq!(*t, JAN + 1 + place as i32);
            assert!((r - want).abs() < 1e-12, "{r} {want}");
        }
        assert_eq!(points.len(), 2);
        assert_eq!(other.world(JAN + 1).unwrap().n, 8.0);
        assert_eq!(other.total(&party("TUR"))[1].1.activity(), 2.0);
        // the stream itself is as it was
        assert_eq!(stream.world(JAN + 1).unwrap().n, 4.0);
    }

    #[test]
    fn the_last_periods_leave_out_what_nobody_monitored() {
        let stream = counts(
            &[],
            &[(JAN, 1.0), (JAN + 1, 0.0), (JAN + 2, 1.0), (JAN + 3, 1.0)],
        );
        assert_eq!(stream.last_periods(JAN + 2, 12), [JAN + 2, JAN]);
        assert_eq!(stream.last_periods(JAN + 3, 2), [JAN + 3, JAN + 2]);
        let mut blind = stream.since(JAN);
        blind.blind = vec![actor("GEO")];
        assert!(blind.sees(actor("RUS"), actor("ARM"), JAN));
        assert!(!blind.sees(actor("RUS"), actor("GEO"), JAN));
        assert!(!blind.sees(actor("RUS"), actor("ARM"), JAN + 1));
    }
}
