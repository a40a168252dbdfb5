//! What the trees see of a leading candidate, beside the terms of the linear model.

use super::Cast;
use super::decay::NEVER;
use super::history::{By, History, L, key, place};
use super::look::{Case, Look};
use super::terms::TERMS;

/// Features of a candidate beside the terms; the first is the linear score.
pub(super) const DETAIL: usize = 52;
/// Features of a row of the trees.
pub(super) const WIDTH: usize = TERMS + DETAIL;
/// Of those who did it to a candidate, as many are compared with the given entity.
const ALIKE: usize = 300;

fn age(day: i32, last: i32) -> f32 {
    if last == NEVER {
        1e4
    } else {
        (day - last) as f32
    }
}

/// The features beside the terms, into the places after them. `rank` is the candidate's place by the linear score, from 0, and `top` the score of the first.
pub(super) fn all(
    cast: &Cast,
    history: &History,
    look: &Look,
    case: &Case,
    (entity, rank, top): (u32, usize, f32),
    row: &mut [f32],
) {
    let (day, e, side) = (case.day, entity as usize, case.side as u32);
    let (given, relation) = (case.given, case.relation);
    let (country, sector) = (case.country, case.sector);
    let whose = history.country[e];
    let kin = look.kin_of(cast, history, case, entity);
    let count = |key| history.count(key, day);
    let mut places = row[TERMS..].iter_mut();
    let mut put = |value: f32| {
        if let Some(place) = places.next() {
            *place = value;
        }
    };
    let score = look.score[e];
    put(score);
    put(rank as f32);
    put(top - score);
    match look.partner(entity) {
        Some((partner, asked)) => {
            put(age(day, asked.last));
            put(age(day, asked.before));
            put(asked.number);
            put(age(day, asked.back_last));
            put(age(day, partner.last[case.side]));
            put(age(day, partner.last[1 - case.side]));
            put(asked.count[L - 1] / (partner.count[case.side][L - 1] + 0.1));
            put(asked.rules);
            put(asked.root[1][0]);
            put(asked.root[0][0]);
            put(partner.count[case.side][L - 1] + partner.count[1 - case.side][L - 1]);
        }
        None => {
            for never in [1e4, 1e4, 0.0, 1e4, 1e4, 1e4, 0.0, 0.0, 0.0, 0.0, 0.0] {
                put(never);
            }
        }
    }
    put(age(day, history.seen_last[e]));
    put(match history.seen_first[e] {
        NEVER => -1.0,
        first => (day - first) as f32,
    });
    let own = &history.entity[e];
    let into = history.fade.at(&own[1 - case.side], day);
    let out = history.fade.at(&own[case.side], day);
    put(into[1]);
    put(into[3]);
    put(out[3]);
    put(into[L - 1]);
    let received = look.received.get(entity).unwrap_or([0.0; L]);
    put(received[L - 1] / (into[L - 1] + 0.5));
    put(received[3]);

    let acts = count(key(By::ActsCountry, given, relation, whose));
    put(acts[0] / (case.acts[2] + 0.3));
    put(acts[1] / (case.acts[L - 1] + 0.3));
    let all = look.entity[case.side][L - 1] + 0.3;
    put(count(key(By::EntityCountry, given, side, whose))[1] / all);
    put(
        count(key(By::CountryActsCountry, country, relation, whose))[1]
            / (case.country_acts[1] + 0.3),
    );
    for held in [
        count(key(By::SectorActsSector, sector, relation, kin)),
        count(key(By::SectorActs, sector, relation, entity)),
    ] {
        put(held[0] / (case.sector_acts[0] + 0.3));
        put(held[1] / (case.sector_acts[1] + 0.3));
    }
    put(count(key(By::ActsSector, given, relation, kin))[1] / (case.acts[L - 1] + 0.3));
    put(count(key(By::EntitySector, given, side, kin))[1] / all);
    let held = count(key(By::CountryEntity, country, side, entity));
    put(held[0]);
    put(held[1]);
    let home = place(country, sector);
    let held = count(key(By::PlaceActs, home, relation, entity));
    put(held[0] / (count(key(By::Place, home, relation, 0))[0] + 0.3));
    put(held[1]);
    put((kin % 2) as f32);
    put(f32::from(u8::from(cast.sector[e] == 1)));
    put(f32::from(u8::from(cast.sector[e] > 1)));

    put(look.tie.get(entity).unwrap_or(0.0));
    let (mut sum, mut weights, mut most) = (0.0f32, 0.0f32, 0.0f32);
    if let Some(acts) = history.acts(entity, case.inverse) {
        for by in acts.towards.iter().rev().take(ALIKE) {
            if by.other == given {
                continue;
            }
            let count = history.fade.at(&by.count, day);
            let weight = count[3] + 0.1 * count[L - 1];
            weights += weight;
            if let Some(tie) = look.tie.get(by.other) {
                sum += weight * tie;
                most = most.max(tie * weight.min(1.0));
            }
        }
    }
    put(sum);
    put(sum / (weights + 0.1));
    put(most);

    put(case.acts[L - 1]);
    put(case.acts[1]);
    match history.acts(given, relation) {
        Some(acts) => {
            put(acts.towards.len() as f32);
            put(acts.towards.len() as f32 / acts.number);
        }
        None => {
            put(0.0);
            put(-1.0);
        }
    }
    let news = &history.news[relation as usize];
    put(news.pair / (news.all + 1.0));
    put(news.triple / (news.all + 1.0));
    put(look.entity[case.side][L - 1]);
    put(look.partners.len() as f32);
    put(case.class as f32);
    debug_assert!(places.next().is_none(), "a feature is missing");
}
