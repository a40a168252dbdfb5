//! Codes into actors, each resolved once for a day.

use detente_atlas::{Actor, Day, Kind, System, resolve};

use crate::read::Output;

const SLOTS: usize = 4096;

#[derive(Debug, Clone, Copy)]
struct Slot {
    code: u32,
    day: i32,
    actor: Option<Actor>,
}

/// A small table of resolved codes; a slot that is taken by another code is overwritten.
#[derive(Debug)]
struct Resolved {
    system: System,
    slots: Vec<Slot>,
}

impl Resolved {
    fn new(system: System) -> Resolved {
        let empty = Slot {
            code: 0,
            day: 0,
            actor: None,
        };
        Resolved {
            system,
            slots: vec![empty; SLOTS],
        }
    }

    fn actor(&mut self, code: &str, day: Day) -> Option<Actor> {
        // The code as a number; its first byte is never 0 in the table, so the empty slots match nothing.
        let key = match *code.as_bytes() {
            [a, b, c] if a != 0 => u32::from_be_bytes([0, a, b, c]),
            [a, b] if a != 0 => u32::from_be_bytes([0, 0, a, b]),
            _ => return resolve(self.system, code, Some(day)),
        };
        let mixed = (key ^ (day.0 as u32).rotate_left(16)).wrapping_mul(0x9E37_79B1);
        let Some(slot) = self.slots.get_mut((mixed >> 20) as usize) else {
            return resolve(self.system, code, Some(day));
        };
        if (slot.code, slot.day) != (key, day.0) {
            *slot = Slot {
                code: key,
                day: day.0,
                actor: resolve(self.system, code, Some(day)),
            };
        }
        slot.actor
    }
}

/// The actors and places of one reader.
#[derive(Debug)]
pub(super) struct Actors {
    cameo: Resolved,
    fips: Resolved,
}

impl Actors {
    pub(super) fn new() -> Actors {
        Actors {
            cameo: Resolved::new(System::Cameo),
            fips: Resolved::new(System::Fips),
        }
    }

    /// Who acts: the state of the country code; where there is none, or only a part of the world, the organisation of the group code.
    /// GDELT writes the European Union as country `EUR` (Europe), group `EEC`, and the United Nations as group `UNO` alone.
    pub(super) fn actor(
        &mut self,
        country: &str,
        group: &str,
        day: Day,
        out: &mut Output,
    ) -> Option<Actor> {
        let by_country = match country {
            "" => None,
            code => {
                let actor = self.cameo.actor(code, day);
                if actor.is_none() {
                    out.unknown("CAMEO country", code);
                }
                actor
            }
        };
        if group.is_empty() || by_country.is_some_and(|a| a.kind() != Kind::Region) {
            return by_country;
        }
        let organisation = self.cameo.actor(group, day);
        let organisation = organisation.filter(|a| a.kind() == Kind::Organisation);
        if organisation.is_none() && by_country.is_none() {
            out.unknown("CAMEO group", group);
        }
        organisation.or(by_country)
    }

    /// Whose territory it was.
    pub(super) fn place(&mut self, code: &str, day: Day, out: &mut Output) -> Option<Actor> {
        if code.is_empty() {
            return None;
        }
        let actor = self.fips.actor(code, day);
        if actor.is_none() {
            out.unknown("FIPS country", code);
        }
        actor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_answers_as_the_atlas_does_on_every_day() {
        let mut cameo = Resolved::new(System::Cameo);
        let days = [
            "1979-01-01",
            "1991-12-25",
            "1991-12-26",
            "2006-06-05",
            "2020-03-18",
        ];
        for _ in 0..2 {
            for on in days.map(|d| d.parse::<Day>().unwrap()) {
                for code in [
                    "RUS", "AZE", "CSK", "SCG", "YUG", "EEC", "XX", "A", "", "AZER", "\0AB", "é",
                ] {
                    assert_eq!(
                        cameo.actor(code, on),
                        resolve(System::Cameo, code, Some(on)),
                        "{code} {on}"
                    );
                }
            }
        }
    }
}
