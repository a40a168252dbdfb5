//! One coding system's dyads over time, with what was monitored and what was not.

use std::collections::{BTreeMap, HashMap};

use detente_atlas::{Actor, By};
use detente_lake::Table;

use super::Cell;
use crate::model::Party;
use crate::world::clock;

/// Whether a stream counts events or only nets their scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Events by quad class.
    Counts,
    /// Daily net scores.
    Scores,
}

/// The dyads of one coding system. Periods are month numbers (`Month.0`) or years, as `by` says.
#[derive(Debug)]
pub struct Stream {
    /// Short name.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// The data sets it is made of.
    pub datasets: Vec<&'static str>,
    /// What it counts.
    pub kind: Kind,
    /// Length of its periods: month or year.
    pub by: By,
    /// Whether (a, b) and (b, a) are told apart.
    pub directed: bool,
    pub(super) cells: HashMap<(Actor, Actor), Vec<(i32, Cell)>>,
    pub(super) world: Pooled,
    pub(super) monitored: BTreeMap<i32, f64>,
    /// Which data set a period is taken from, where the stream is made of several.
    pub(super) chosen: BTreeMap<i32, &'static str>,
    /// Actors that the source misreads or hardly ever names: it does not monitor them, whatever rows it has.
    pub(super) blind: Vec<Actor>,
    /// What each wanted actor had to do with others; only what [`Cell::activity`] needs.
    pub(super) totals: HashMap<Actor, Pooled>,
}

/// A pooled series: the sum over all pairs of members, by period. Only monitored periods stand in it.
pub type Pooled = Vec<(i32, Cell)>;

impl Stream {
    /// The table of the lake that its rows stand in.
    pub fn table(&self) -> Table {
        if self.id == "icews" {
            Table::Events
        } else {
            Table::Dyads
        }
    }

    /// Share of the period's days on which the stream was monitored, from 0 to 1.
    pub fn monitored(&self, t: i32) -> f64 {
        self.monitored.get(&t).copied().unwrap_or(0.0)
    }

    /// The monitored periods, in order.
    pub fn periods(&self) -> impl DoubleEndedIterator<Item = i32> + '_ {
        self.monitored
            .iter()
            .filter(|(_, share)| **share > 0.0)
            .map(|(t, _)| *t)
    }

    /// The last monitored period.
    pub fn last(&self) -> Option<i32> {
        self.periods().next_back()
    }

    /// The data set that a period is taken from.
    pub fn chosen(&self, t: i32) -> Option<&'static str> {
        self.chosen.get(&t).copied()
    }

    /// All dyads of the world in a period: the denominator of every share.
    pub fn world(&self, t: i32) -> Option<Cell> {
        at(&self.world, t)
    }

    /// Rows among the actors of the partnership over the periods `from..=to`: what was searched where two of them have none.
    pub fn searched(&self, from: i32, to: i32) -> u64 {
        let inside = |cells: &Pooled| -> f64 {
            let periods = cells.iter().filter(|(t, _)| (from..=to).contains(t));
            periods.map(|(_, cell)| cell.rows).sum()
        };
        self.cells.values().map(inside).sum::<f64>() as u64
    }

    /// What `a` did toward `b` in a period; in an undirected stream, what the two did.
    /// A monitored period without a row is a quiet one; an unmonitored period is `None`.
    pub fn flow(&self, a: Actor, b: Actor, t: i32) -> Option<Cell> {
        if self.monitored(t) <= 0.0 {
            return None;
        }
        let key = if self.directed || a < b {
            (a, b)
        } else {
            (b, a)
        };
        let found = self.cells.get(&key).and_then(|cells| at(cells, t));
        Some(found.unwrap_or_default())
    }

    /// Both directions pooled over all pairs of different members of the two parties, with the members of each period's last day.
    pub fn pooled(&self, of: &Party, with: &Party) -> Pooled {
        self.pool(of, with, |a, b, t, sum| {
            *sum += self.flow(a, b, t).unwrap_or_default();
            if self.directed {
                *sum += self.flow(b, a, t).unwrap_or_default();
            }
        })
    }

    /// One direction: what the members of `of` did toward the members of `toward`. `None` in an undirected stream.
    pub fn directed(&self, of: &Party, toward: &Party) -> Option<Pooled> {
        self.directed.then(|| {
            self.pool(of, toward, |a, b, t, sum| {
                *sum += self.flow(a, b, t).unwrap_or_default();
            })
        })
    }

    fn pool(&self, of: &Party, with: &Party, add: impl Fn(Actor, Actor, i32, &mut Cell)) -> Pooled {
        let within = of.id == with.id;
        let seen = |party: &Party, on| {
            let mut members = party.members(on);
            members.retain(|a| !self.blind.contains(a));
            members
        };
        self.periods()
            .filter_map(|t| {
                let on = clock::last_day(self.by, t);
                let (left, right) = (seen(of, on), seen(with, on));
                // Nobody whom the stream monitors: that is no quiet period.
                if left.is_empty() || right.is_empty() {
                    return None;
                }
                let mut sum = Cell::default();
                for &a in &left {
                    for &b in &right {
                        // A pair inside one party is met twice; each pair counts once.
                        if a != b && (!within || a < b) {
                            add(a, b, t, &mut sum);
                        }
                    }
                }
                Some((t, sum))
            })
            .collect()
    }

    /// Everything that the members of a party did with anybody else, themselves among each other included once.
    /// Only what [`Cell::activity`] needs is summed.
    pub fn total(&self, of: &Party) -> Pooled {
        let within = self.pooled(of, of);
        within
            .into_iter()
            .map(|(t, twice)| {
                let mut sum = Cell::default();
                for a in of.members(clock::last_day(self.by, t)) {
                    if let Some(cell) = self.totals.get(&a).and_then(|s| at(s, t)) {
                        sum += cell;
                    }
                }
                let sum = sum.less(&twice);
                (t, sum)
            })
            .collect()
    }
}

/// The cell of a period.
fn at(cells: &Pooled, t: i32) -> Option<Cell> {
    let i = cells.binary_search_by_key(&t, |(t, _)| *t).ok()?;
    Some(cells[i].1)
}

/// Adds to the last period, or begins a new one: rows come by period.
pub(super) fn push(cells: &mut Pooled, t: i32, cell: Cell) {
    match cells.last_mut() {
        Some((last, sum)) if *last == t => *sum += cell,
        _ => cells.push((t, cell)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use detente_atlas::Month;

    /// A directed monthly stream of counts: (source, target, month, cooperation, conflict), all verbal; months monitored in full.
    pub(crate) fn counts(rows: &[(&str, &str, i32, f64, f64)], monitored: &[(i32, f64)]) -> Stream {
        let mut stream = Stream {
            id: "icews",
            name: "test events",
            datasets: vec!["icews-18"],
            kind: Kind::Counts,
            by: By::Month,
            directed: true,
            cells: HashMap::new(),
            world: Pooled::new(),
            monitored: monitored.iter().copied().collect(),
            chosen: BTreeMap::new(),
            blind: Vec::new(),
            totals: HashMap::new(),
        };
        for (a, b, t, coop, conf) in rows {
            let cell = Cell {
                n: coop + conf,
                counts: Some(detente_relations::index::Counts {
                    verbal_cooperation: *coop,
                    verbal_conflict: *conf,
                    ..Default::default()
                }),
                ..Cell::default()
            };
            let [a, b] = [a, b].map(|id| Actor::from_id(id).unwrap());
            push(stream.cells.entry((a, b)).or_default(), *t, cell);
            push(&mut stream.world, *t, cell);
            if a != b {
                push(stream.totals.entry(a).or_default(), *t, cell);
                push(stream.totals.entry(b).or_default(), *t, cell);
            }
        }
        stream
    }

    pub(crate) fn party(text: &str) -> Party {
        Party {
            name: text.to_owned(),
            id: text.to_owned(),
            group: text.parse().unwrap(),
        }
    }

    const JAN: i32 = 12 * 2010;

    #[test]
    fn a_quiet_month_is_zero_and_an_unmonitored_one_is_nothing() {
        let s = counts(
            &[("AZE", "TUR", JAN, 3.0, 1.0)],
            &[(JAN, 1.0), (JAN + 1, 1.0)],
        );
        let (aze, tur) = (
            Actor::from_id("AZE").unwrap(),
            Actor::from_id("TUR").unwrap(),
        );
        assert_eq!(s.flow(aze, tur, JAN).unwrap().n, 4.0);
        assert_eq!(s.flow(aze, tur, JAN + 1).unwrap().n, 0.0);
        assert_eq!(s.flow(aze, tur, JAN + 2), None);
    }

    #[test]
    fn pooling_adds_both_directions_and_the_members_of_the_date() {
        // Croatia joined NATO on 2009-04-01: its events of March 2009 are not the bloc's, those of April are.
        let (march, april) = (Month::new(2009, 3).0, Month::new(2009, 4).0);
        let rows = [
            ("AZE", "TUR", march, 2.0, 0.0),
            ("TUR", "AZE", march, 3.0, 1.0),
            ("HRV", "AZE", march, 10.0, 0.0),
            ("HRV", "AZE", april, 7.0, 0.0),
            ("TUR", "HRV", april, 50.0, 0.0),
        ];
        let s = counts(&rows, &[(march, 1.0), (april, 1.0)]);
        let n: Vec<f64> = s
            .pooled(&party("NATO"), &party("AZE"))
            .iter()
            .map(|(_, c)| c.n)
            .collect();
        assert_eq!(n, [6.0, 7.0]);
        let toward: Vec<f64> = s
            .directed(&party("AZE"), &party("NATO"))
            .unwrap()
            .iter()
            .map(|(_, c)| c.n)
            .collect();
        assert_eq!(toward, [2.0, 0.0]);
    }

    #[test]
    fn a_party_within_itself_counts_each_pair_once() {
        let rows = [
            ("USA", "FRA", JAN, 2.0, 0.0),
            ("FRA", "USA", JAN, 1.0, 0.0),
            ("USA", "RUS", JAN, 5.0, 0.0),
            ("USA", "USA", JAN, 9.0, 0.0),
        ];
        let s = counts(&rows, &[(JAN, 1.0)]);
        let both = party("USA, FRA");
        assert_eq!(s.pooled(&both, &both)[0].1.n, 3.0);
        // Abroad: 3 between the two, 5 with Russia; events inside the United States are not relations.
        assert_eq!(s.total(&both)[0].1.activity(), 8.0);
    }

    #[test]
    fn a_blind_actor_is_unmonitored_and_not_quiet() {
        let rows = [("RUS", "GEO", JAN, 2.0, 1.0), ("RUS", "ARM", JAN, 5.0, 0.0)];
        let mut s = counts(&rows, &[(JAN, 1.0)]);
        s.blind = vec![Actor::from_id("GEO").unwrap()];
        assert_eq!(s.pooled(&party("RUS"), &party("GEO")), []);
        assert_eq!(s.pooled(&party("RUS"), &party("GEO, ARM"))[0].1.n, 5.0);
    }
}
