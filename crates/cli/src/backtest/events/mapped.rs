//! Quadruples of actors as events between states, with types as finely told apart as asked.

use detente_atlas::cameo_by_name;
use detente_forecast::link::{Fact, within::backtest::broadened};

use super::super::quadruples::Quadruples;
use super::{Part, Types};

/// Events between states.
pub struct Mapped {
    /// Ascending by day, each once.
    pub facts: Vec<Fact>,
    /// Quad class by type.
    pub class: Vec<u8>,
    /// How many states there are, and one for none.
    pub entities: usize,
    /// First day of the part.
    pub from: i32,
    /// Facts with an actor whose state is not known, or within one state.
    pub left_out: usize,
    last: i32,
}

impl Mapped {
    /// The history up to the end of the part.
    pub fn of(set: &Quadruples, types: Types, part: Part) -> Mapped {
        let parts = match part {
            Part::Valid => vec![&set.train, &set.valid],
            Part::Test => vec![&set.train, &set.valid, &set.test],
        };
        let country = &set.cast.country;
        let between: Vec<Fact> = parts
            .iter()
            .copied()
            .flatten()
            .map(|f| Fact {
                subject: country[f.subject as usize],
                object: country[f.object as usize],
                ..*f
            })
            .filter(|f| f.subject > 0 && f.object > 0 && f.subject != f.object)
            .collect();
        let all: usize = parts.iter().map(|p| p.len()).sum();
        let (broader, class) = types.of(set);
        // the days of the whole set, with or without an event between states
        let ends = |end: fn(&Vec<Fact>) -> Option<&Fact>| parts.last().and_then(|p| end(p));
        Mapped {
            left_out: all - between.len(),
            facts: broadened(&between, &broader),
            class,
            entities: country.iter().max().map_or(1, |c| *c as usize + 1),
            from: ends(|p| p.first()).map_or(0, |f| f.day),
            last: ends(|p| p.last()).map_or(0, |f| f.day),
        }
    }

    /// First and last day, if there is any event.
    pub fn span(&self) -> Option<(i32, i32)> {
        let first = self.facts.first()?.day;
        (first < self.from && self.from <= self.last).then_some((first, self.last))
    }
}

impl Types {
    /// The broader type of each published one, and the quad class of each broader type.
    fn of(self, set: &Quadruples) -> (Vec<u32>, Vec<u8>) {
        let quads = &set.cast.class;
        match self {
            Types::Cameo => ((0..quads.len() as u32).collect(), quads.clone()),
            Types::Quad => (
                quads.iter().map(|q| u32::from(*q)).collect(),
                (0..=4).collect(),
            ),
            Types::Root => {
                let root = |text: &String| -> u32 {
                    cameo_by_name(text)
                        .and_then(|c| c.code.get(..2)?.parse().ok())
                        .unwrap_or(0)
                };
                let roots: Vec<u32> = set.relations.iter().map(root).collect();
                let mut class = vec![0; roots.iter().max().map_or(1, |r| *r as usize + 1)];
                for (root, quad) in roots.iter().zip(quads) {
                    class[*root as usize] = *quad;
                }
                (roots, class)
            }
        }
    }
}
