//! Rows to learn from: past origins whose windows have closed.

use super::baselines::Usual;
use super::features::{Lens, P};
use super::fit::Rows;
use super::state::State;
use super::{History, Settings};
use crate::on_all_cores;

/// Pieces in which the pairs of an origin are gone through.
const PIECES: usize = 32;

/// Rows for the forecast and for its baselines, of the same cells.
pub(super) struct Lesson {
    pub(super) features: Rows,
    pub(super) past: Rows,
}

/// Types of event with subject and object that came in a window, by pair.
pub(super) fn came(history: &History, origin: i32, days: u32) -> Vec<(u32, u32, u32)> {
    let end = origin.saturating_add(days as i32);
    let from = history.facts.partition_point(|f| f.day <= origin);
    let to = history.facts.partition_point(|f| f.day <= end);
    let mut came: Vec<(u32, u32, u32)> = history.facts[from..to]
        .iter()
        .map(|f| (f.subject, f.object, f.relation))
        .collect();
    came.sort_unstable();
    came.dedup();
    came
}

/// What came in one pair, by type.
pub(super) fn of_pair(came: &[(u32, u32, u32)], pair: (u32, u32)) -> &[(u32, u32, u32)] {
    let from = came.partition_point(|c| (c.0, c.1) < pair);
    let to = came.partition_point(|c| (c.0, c.1) <= pair);
    &came[from..to]
}

/// The origins that are learnt from: evenly spread over what lies after the first part of the history, with windows that end at or
/// before `origin` and were monitored throughout.
pub(super) fn origins(history: &History, origin: i32, settings: &Settings) -> Vec<i32> {
    let monitored = history.monitored;
    let first = monitored.first();
    let last = origin.saturating_sub(settings.days as i32);
    let warm = first + ((origin - first) as f64 * settings.warm_up) as i32;
    let fit: Vec<i32> = (warm..=last)
        .filter(|o| monitored.until(*o) > 0 && monitored.settled(*o, settings.days))
        .collect();
    let n = settings.origins.min(fit.len());
    (0..n)
        .map(|i| {
            fit[if n == 1 {
                fit.len() - 1
            } else {
                i * (fit.len() - 1) / (n - 1)
            }]
        })
        .collect()
}

/// Brings the state up to `origin` and gathers rows on the way.
pub(super) fn gather(
    state: &mut State,
    history: &History,
    origin: i32,
    settings: &Settings,
) -> Lesson {
    let mut lesson = Lesson {
        features: Rows::new(P),
        past: Rows::new(4),
    };
    let origins = origins(history, origin, settings);
    for &at in &origins {
        state.advance(history.facts, history.monitored, at);
        let lens = Lens::new(state, settings.days);
        let usual = Usual::of(state, settings.days);
        let came = came(history, at, settings.days);
        let pairs: Vec<(u32, u32)> = state.pairs.keys().copied().collect();
        let seen: usize = state.pairs.values().map(|p| p.relations.len()).sum();
        // types never seen anywhere have no rows
        let types = state.everywhere.relations.len();
        let each = settings.rows as f64 / origins.len() as f64;
        let keep = [
            each / ((pairs.len() * types).saturating_sub(seen)).max(1) as f64,
            each / seen.max(1) as f64,
        ];
        let mut made = on_all_cores(PIECES, |piece| {
            let mut part = Lesson {
                features: Rows::new(P),
                past: Rows::new(4),
            };
            let (from, to) = (
                piece * pairs.len() / PIECES,
                (piece + 1) * pairs.len() / PIECES,
            );
            let mut known = vec![false; state.relations()];
            for r in &state.everywhere.relations {
                known[r.0 as usize] = true;
            }
            for &(subject, object) in &pairs[from..to] {
                let mut came = of_pair(&came, (subject, object)).iter().peekable();
                let pair = state.pairs.get(&(subject, object));
                lens.rows(
                    subject,
                    object,
                    |r, own| {
                        if !known[r as usize] {
                            return None;
                        }
                        let came = came.next_if(|c| c.2 == r).is_some();
                        let keep = keep[usize::from(own)].min(1.0);
                        (came || chance(at, subject, r, object) < keep)
                            .then_some((came, if came { 1.0 } else { 1.0 / keep }))
                    },
                    |r, row, (came, weight)| {
                        part.features.push(row, r, came, weight as f32);
                        let past = usual.past(state, pair, r).columns();
                        part.past.push(&past, r, came, weight as f32);
                    },
                );
            }
            part
        });
        for part in &mut made {
            lesson.features.append(&mut part.features);
            lesson.past.append(&mut part.past);
        }
    }
    state.advance(history.facts, history.monitored, origin);
    lesson
}

/// A number in 0..1 that depends on the cell only, by which cells without event are thinned.
fn chance(day: i32, subject: u32, relation: u32, object: u32) -> f64 {
    let mut x = 0x9e37_79b9_7f4a_7c15u64;
    for part in [day as u32, subject, relation, object] {
        // the mixing function of SplitMix64 (Steele, Lea & Flood 2014)
        x = x
            .wrapping_add(u64::from(part))
            .wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
    }
    (x >> 11) as f64 / (1u64 << 53) as f64
}
