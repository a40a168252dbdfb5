//! Codes of a file into actors, resolved once each.

use std::collections::HashMap;

use detente_atlas::{Actor, Day, System, resolve, resolve_name};

/// Codes of one system in yearly data. A state that ended or began within the year counts for that year.
#[derive(Debug)]
pub(crate) struct YearCodes {
    system: System,
    known: HashMap<i32, HashMap<Box<str>, Option<Actor>>>,
}

impl YearCodes {
    pub(crate) fn new(system: System) -> YearCodes {
        YearCodes {
            system,
            known: HashMap::new(),
        }
    }

    /// The actor that held the code at the end of the year, else in its middle, else at its start.
    pub(crate) fn actor(&mut self, code: &str, year: i32) -> Option<Actor> {
        let known = self.known.entry(year).or_default();
        if let Some(actor) = known.get(code) {
            return *actor;
        }
        let actor = [(12, 31), (7, 1), (1, 1)]
            .into_iter()
            .filter_map(|(month, day)| Day::from_ymd(year, month, day))
            .find_map(|on| resolve(self.system, code, Some(on)));
        known.insert(code.into(), actor);
        actor
    }
}

/// Names kept in a cache before it starts anew.
pub(crate) const CACHED_NAMES: usize = 1 << 17;

/// Names of actors, resolved once each.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<Box<str>, Option<Actor>>);

impl Names {
    pub(crate) fn actor(&mut self, name: &str) -> Option<Actor> {
        if let Some(actor) = self.0.get(name) {
            return *actor;
        }
        if self.0.len() > CACHED_NAMES {
            self.0.clear();
        }
        let actor = resolve_name(name);
        self.0.insert(name.into(), actor);
        actor
    }
}

/// The actors that held a code from one day to another, each with its own days: COW 345 from 1992 to 2016 is Yugoslavia,
/// then Serbia and Montenegro, then Serbia.
pub(crate) fn holders(system: System, code: &str, from: Day, to: Day) -> Vec<(Actor, Day, Day)> {
    let at = |day| resolve(system, code, Some(day));
    let mut found: Vec<(Actor, Day, Day)> = Vec::new();
    let mut start = from;
    while start <= to {
        let holder = at(start);
        // A year ahead, or the end; then halve down to the first day with another holder.
        let mut last = start;
        while last < to {
            let next = last.plus(365).min(to);
            if at(next) == holder {
                last = next;
                continue;
            }
            let (mut same, mut other) = (last.0, next.0);
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                if at(Day(middle)) == holder {
                    same = middle;
                } else {
                    other = middle;
                }
            }
            last = Day(same);
            break;
        }
        if let Some(actor) = holder {
            found.push((actor, start, last));
        }
        start = last.plus(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_that_changed_hands_is_cut_at_the_change() {
        let spells = holders(
            System::CowNumber,
            "345",
            day("1992-06-01"),
            day("2016-12-01"),
        );
        let ids: Vec<_> = spells.iter().map(|(a, _, _)| a.id()).collect();
        assert_eq!(ids, ["YUG", "SCG", "SRB"]);
        assert_eq!(spells[0].1, day("1992-06-01"));
        assert_eq!(spells[2].2, day("2016-12-01"));
        for pair in spells.windows(2) {
            assert_eq!(pair[0].2.plus(1), pair[1].1, "no day is lost or told twice");
        }
    }

    #[test]
    fn an_unknown_code_has_no_holder() {
        assert_eq!(
            holders(
                System::CowNumber,
                "4711",
                day("1992-06-01"),
                day("1993-12-01")
            ),
            []
        );
    }

    #[test]
    fn a_state_that_ended_within_the_year_counts_for_it() {
        let mut codes = YearCodes::new(System::CowNumber);
        // COW 265, the German Democratic Republic, ended on 2 October 1990.
        assert_eq!(codes.actor("265", 1990).map(Actor::id), Some("DDR"));
        assert_eq!(codes.actor("265", 1991), None);
    }
}
