//! What the dyad tables have in common: counts, and pairs of actors.

use detente_atlas::{Actor, Kind};

use crate::codes::YearCodes;
use crate::commas::Row;
use crate::error::Trouble;
use crate::read::Output;

/// A count of events: a whole number from 0, or missing.
pub(crate) fn count(row: &Row, i: usize) -> Result<Option<f64>, Trouble> {
    match row.number(i)? {
        Some(n) if n < 0.0 || n.fract() != 0.0 => Err(row.bad(i, "is not a count").into()),
        n => Ok(n),
    }
}

/// The two actors of the first two columns. `None`, with the reason counted, where one does not resolve, is a region, or both are the same.
pub(crate) fn pair(
    codes: &mut YearCodes,
    system: &str,
    row: &Row,
    year: i32,
    out: &mut Output,
) -> Option<[Actor; 2]> {
    let mut actors = [None; 2];
    for (i, actor) in actors.iter_mut().enumerate() {
        *actor = codes.actor(row.text(i), year);
        if actor.is_none() {
            out.unknown(system, row.text(i));
        }
    }
    let (Some(source), Some(target)) = (actors[0], actors[1]) else {
        out.skip("dyad with an unknown code");
        return None;
    };
    if [source, target].iter().any(|a| a.kind() == Kind::Region) {
        out.skip("dyad with a region");
        return None;
    }
    if source == target {
        out.skip("state with itself");
        return None;
    }
    Some([source, target])
}
