//! Daily GDELT net scores of undirected pairs of states.

use std::collections::HashMap;
use std::io::BufRead;

use detente_atlas::{Actor, Day, System, resolve};

use crate::archive::Member;
use crate::commas::{Commas, Row};
use crate::dataset::Dataset;
use crate::error::{ReadError, Trouble};
use crate::read::{Output, Reader};
use crate::tables::{Dyad, Dyads, Sheet};

const COLUMNS: [&str; 4] = ["date", "a", "b", "w"];

pub(crate) struct GdeltDailyDyads<'d> {
    dataset: &'d Dataset,
    /// Resolved codes, by the three letters: at most 17,576.
    codes: HashMap<Box<str>, Option<Actor>>,
    last: Option<(Box<str>, Day)>,
    dyads: Dyads,
}

impl<'d> GdeltDailyDyads<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> GdeltDailyDyads<'d> {
        GdeltDailyDyads {
            dataset,
            codes: HashMap::new(),
            last: None,
            dyads: Dyads::new(dataset.id),
        }
    }

    fn actor(&mut self, code: &str) -> Option<Actor> {
        if let Some(actor) = self.codes.get(code) {
            return *actor;
        }
        let actor = resolve(System::Iso3, code, None);
        self.codes.insert(code.into(), actor);
        actor
    }

    fn day(&mut self, row: &Row) -> Result<Day, Trouble> {
        let text = row.text(0);
        if let Some((last, day)) = &self.last
            && &**last == text
        {
            return Ok(*day);
        }
        let day = Day::parse_compact(text).map_err(|_| row.bad(0, "is not a day as YYYYMMDD"))?;
        self.last = Some((text.into(), day));
        Ok(day)
    }

    fn row(&mut self, row: &Row, out: &mut Output) -> Result<(), Trouble> {
        let day = self.day(row)?;
        let score = row.number(3)?;
        let (a, b) = (row.text(1), row.text(2));
        // A day is seen even where this row of it cannot be used.
        out.saw(day);
        let (actor_a, actor_b) = (self.actor(a), self.actor(b));
        let (Some(x), Some(y)) = (actor_a, actor_b) else {
            for (code, actor) in [(a, actor_a), (b, actor_b)] {
                if actor.is_none() {
                    out.unknown("ISO 3166 code", code);
                }
            }
            out.skip("dyad with an unknown code");
            return Ok(());
        };
        if x == y {
            // The diagonal of the original matrices was counted twice.
            out.skip("state with itself");
            return Ok(());
        }
        let dyad = Dyad {
            start: day,
            end: day,
            known: self.dataset.known(day),
            source: x.min(y),
            target: x.max(y),
            directed: self.dataset.directed,
            n: None,
            quads: [None; 4],
            goldstein: None,
            score,
            articles: None,
        };
        self.dyads.push(&dyad, row.line);
        out.when_full(&mut self.dyads)?;
        Ok(())
    }
}

impl Reader for GdeltDailyDyads<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.dyads.file(&member.label);
        Commas::open(input, member, self.dataset, &COLUMNS)?
            .each(out, |row, out| self.row(row, out))
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.dyads)
    }
}
