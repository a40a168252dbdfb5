//! What the history says for one question, laid out by entity so that no candidate costs a search.

use super::Cast;
use super::decay::NEVER;
use super::history::{By, CLASSES, History, L, W, age_class, key, kin};
use crate::Draw;

/// A value for some of the entities, emptied at no cost.
#[derive(Debug)]
pub(super) struct Marks<T> {
    mark: Vec<u32>,
    now: u32,
    value: Vec<T>,
}

impl<T: Copy + Default> Marks<T> {
    fn new(n: usize) -> Self {
        Self {
            mark: vec![0; n],
            now: 1,
            value: vec![T::default(); n],
        }
    }

    fn clear(&mut self) {
        self.now += 1;
    }

    #[inline]
    pub fn get(&self, entity: u32) -> Option<T> {
        let e = entity as usize;
        (self.mark[e] == self.now).then(|| self.value[e])
    }

    #[inline]
    fn set(&mut self, entity: u32, value: T) {
        let e = entity as usize;
        self.mark[e] = self.now;
        self.value[e] = value;
    }
}

/// A partner of the given entity: their events in each direction.
#[derive(Debug, Clone, Default)]
pub(super) struct Partner {
    pub other: u32,
    /// By side: what was done and what was suffered.
    pub count: [[f32; L]; 2],
    /// By class and side, at the third and the last half-life.
    pub class: [[f32; 2]; CLASSES],
    pub last: [i32; 2],
}

/// The same in the light of what is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub count: [f32; L],
    pub last: i32,
    pub before: i32,
    pub number: f32,
    /// Events of the same root in the direction asked and the other, at the second and fourth half-life.
    pub root: [[f32; 2]; 2],
    pub back: [f32; L],
    pub back_last: i32,
    /// The strongest rule, what it follows from, and the sum of all.
    pub rule: f32,
    pub after: u16,
    pub rules: f32,
}

const NOTHING: Asked = Asked {
    count: [0.0; L],
    last: NEVER,
    before: NEVER,
    number: 0.0,
    root: [[0.0; 2]; 2],
    back: [0.0; L],
    back_last: NEVER,
    rule: 0.0,
    after: 0,
    rules: 0.0,
};

/// Partners whose own partners are looked at, at most.
const NEAR: usize = 30;

/// Room for one question at a time; the given entity's part serves all questions about it on a day.
#[derive(Debug)]
pub(super) struct Look {
    /// Each partner's place.
    pub place: Marks<u32>,
    pub partners: Vec<Partner>,
    pub asked: Vec<Asked>,
    recent: Vec<(u32, u16, u8)>,
    pub received: Marks<[f32; L]>,
    pub kin: Marks<[f32; W]>,
    /// Partners of partners: how strongly they are tied to the given entity.
    pub tie: Marks<f32>,
    pub entity: [[f32; L]; 2],
    /// By country and by sector of another or the same country: ln of how much likelier it is than it is met at large.
    pub by_country: Vec<[f32; 3]>,
    pub by_sector: Vec<[f32; 2]>,
    seen: Marks<bool>,
    /// Entities of which more is known than how often they are met.
    pub known: Vec<u32>,
    pub score: Vec<f32>,
    pub order: Vec<u32>,
}

/// A question and the sums that go with it.
#[derive(Debug)]
pub(super) struct Case {
    pub day: i32,
    pub given: u32,
    /// The relation from the side of the given entity.
    pub relation: u32,
    pub side: usize,
    pub class: usize,
    pub inverse: u32,
    pub country: u32,
    pub sector: u32,
    pub acts: [f32; L],
    pub all: [f32; L],
    pub country_acts: [f32; W],
    pub sector_acts: [f32; W],
}

impl Case {
    /// Draws of this question alone.
    pub fn draw(&self, seed: u64) -> Draw {
        let place = self.relation.wrapping_add((self.day as u32) << 12);
        Draw::of(seed, self.given as usize, place)
    }
}

impl Look {
    pub fn new(cast: &Cast) -> Self {
        let n = cast.entities();
        Self {
            place: Marks::new(n),
            partners: Vec::new(),
            asked: Vec::new(),
            recent: Vec::new(),
            received: Marks::new(n),
            kin: Marks::new(n),
            tie: Marks::new(n),
            entity: Default::default(),
            by_country: vec![[0.0; 3]; cast.countries()],
            by_sector: vec![[0.0; 2]; cast.sectors()],
            seen: Marks::new(n),
            known: Vec::new(),
            score: vec![0.0; n],
            order: Vec::new(),
        }
    }

    /// A partner of the given entity.
    pub fn partner(&self, entity: u32) -> Option<(&Partner, &Asked)> {
        let at = self.place.get(entity)? as usize;
        Some((&self.partners[at], &self.asked[at]))
    }

    /// Looks at the given entity of a day's questions.
    pub fn given(&mut self, cast: &Cast, history: &History, given: u32, day: i32) {
        let fade = &history.fade;
        self.place.clear();
        self.partners.clear();
        self.recent.clear();
        for (at, pair) in history.pairs[given as usize].iter().enumerate() {
            self.place.set(pair.other, at as u32);
            for &(relation, last) in &pair.last {
                if let Some(age) = age_class(day, last) {
                    self.recent.push((at as u32, relation, age));
                }
            }
            self.partners.push(Partner {
                other: pair.other,
                count: [0, 1].map(|side| fade.at(&pair.count[side], day)),
                last: [0, 1].map(|side| pair.count[side].last),
                ..Partner::default()
            });
        }
        for acts in history.acts_of(given) {
            let (base, side) = history.side(acts.relation);
            let class = usize::from(cast.class[base]) * 2 + side;
            for towards in &acts.towards {
                let Some(at) = self.place.get(towards.other) else {
                    continue;
                };
                let count = fade.at(&towards.count, day);
                let held = &mut self.partners[at as usize].class[class];
                held[0] += count[2];
                held[1] += count[L - 1];
            }
        }
        self.entity = [0, 1].map(|side| fade.at(&history.entity[given as usize][side], day));
        self.ties(history, given, day);
    }

    fn ties(&mut self, history: &History, given: u32, day: i32) {
        let fade = &history.fade;
        let slow = |a: &[f32; L], b: &[f32; L]| a[3] + b[3] + 0.1 * (a[L - 1] + b[L - 1]);
        self.tie.clear();
        let mut near: Vec<(f32, u32)> = self
            .partners
            .iter()
            .map(|p| (slow(&p.count[0], &p.count[1]), p.other))
            .collect();
        if near.len() > NEAR {
            near.select_nth_unstable_by(NEAR - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            near.truncate(NEAR);
            near.sort_unstable_by_key(|near| near.1);
        }
        let all: f32 = near.iter().map(|near| near.0).sum::<f32>() + 1e-9;
        for (weight, partner) in near {
            let own = &history.entity[partner as usize];
            let degree = slow(&fade.at(&own[0], day), &fade.at(&own[1], day)) + 1.0;
            for pair in &history.pairs[partner as usize] {
                if pair.other == given {
                    continue;
                }
                let [a, b] = [0, 1].map(|side| fade.at(&pair.count[side], day));
                let tie = weight / all * slow(&a, &b) / degree;
                let before = self.tie.get(pair.other).unwrap_or(0.0);
                self.tie.set(pair.other, before + tie);
            }
        }
    }

    /// Looks at one question about the given entity.
    pub fn ask(
        &mut self,
        cast: &Cast,
        history: &History,
        given: u32,
        relation: u32,
        day: i32,
    ) -> Case {
        let (base, side) = history.side(relation);
        let fade = &history.fade;
        let r = relation as usize;
        self.asked.clear();
        self.asked.resize(self.partners.len(), NOTHING);
        let mut own = [0.0; L];
        for acts in history.acts_of(given) {
            let (of, toward) = history.side(acts.relation);
            let (kind, same) = (cast.root[of] == cast.root[base], acts.relation == relation);
            let back = of == base && toward != side;
            if same {
                own = fade.at(&acts.all, day);
            }
            if !kind {
                continue;
            }
            for towards in &acts.towards {
                let Some(at) = self.place.get(towards.other) else {
                    continue;
                };
                let asked = &mut self.asked[at as usize];
                let count = fade.at(&towards.count, day);
                let root = &mut asked.root[usize::from(toward == side)];
                root[0] += count[1];
                root[1] += count[3];
                if same {
                    asked.count = count;
                    asked.last = towards.count.last;
                    asked.before = towards.before;
                    asked.number = towards.number;
                }
                if back {
                    asked.back = count;
                    asked.back_last = towards.count.last;
                }
            }
        }
        for &(at, after, age) in &self.recent {
            let share = history.followed(relation, after, age);
            let asked = &mut self.asked[at as usize];
            asked.rules += share;
            if share > asked.rule {
                asked.rule = share;
                asked.after = after;
            }
        }
        self.seen.clear();
        self.known.clear();
        let know = |seen: &mut Marks<bool>, known: &mut Vec<u32>, entity: u32| {
            if seen.get(entity).is_none() {
                seen.set(entity, true);
                known.push(entity);
            }
        };
        for partner in &self.partners {
            know(&mut self.seen, &mut self.known, partner.other);
        }
        self.received.clear();
        for (entity, count) in &history.received[r] {
            self.received.set(*entity, fade.at(count, day));
            know(&mut self.seen, &mut self.known, *entity);
        }
        self.kin.clear();
        let country = history.country[given as usize];
        let mut country_acts = [0.0; W];
        if country > 0 {
            let list = r * history.countries + country as usize;
            for (entity, count) in &history.country_acts[list] {
                self.kin.set(*entity, history.wide.at(count, day));
                know(&mut self.seen, &mut self.known, *entity);
            }
            country_acts = history.wide.at(&history.country_acted[list], day);
        }
        let sector = cast.sector[given as usize];
        let case = Case {
            day,
            given,
            relation,
            side,
            class: usize::from(cast.class[base]) * 2 + side,
            inverse: history.inverse(relation),
            country,
            sector,
            acts: own,
            all: fade.at(&history.relation[r], day),
            country_acts,
            sector_acts: history.count(key(By::Sector, sector, relation, 0), day),
        };
        self.lifts(history, &case);
        case
    }

    /// How much likelier each country and sector is here than at large. Each share is drawn to that of the next wider circle.
    fn lifts(&mut self, history: &History, case: &Case) {
        let (day, country, relation) = (case.day, case.country, case.relation);
        let side = case.side as u32;
        let long = |key| history.count(key, day)[W - 1];
        let mass = history.mass + 1.0;
        let lift = |share: f32, base: f32| (share / base + 1e-3).ln();
        let out = long(key(By::Country, country, side, 0));
        let (acts, all) = (case.acts[L - 1], case.all[L - 1]);
        for (whose, lifts) in self.by_country.iter_mut().enumerate() {
            let base = (history.country_mass[whose] + 0.5) / mass;
            let whose = whose as u32;
            let (home, done) = if country > 0 {
                let home = (long(key(By::CountryCountry, country, side, whose)) + 5.0 * base)
                    / (out + 5.0);
                let done = long(key(By::CountryActsCountry, country, relation, whose)) + 3.0 * home;
                (home, done / (case.country_acts[W - 1] + 3.0))
            } else {
                let done = long(key(By::RelationCountry, 0, relation, whose)) + 5.0 * base;
                (base, done / (all + 5.0))
            };
            let given = long(key(By::EntityCountry, case.given, side, whose)) + 3.0 * home;
            let given = given / (self.entity[case.side][L - 1] + 3.0);
            let own = long(key(By::ActsCountry, case.given, relation, whose)) + 2.0 * given;
            let own = own / (acts + 2.0);
            *lifts = [done, given, own].map(|share| lift(share, base));
        }
        for (sector, lifts) in self.by_sector.iter_mut().enumerate() {
            let what = sector as u32;
            let within = if country > 0 {
                history.place_mass(country, what)
            } else {
                0.0
            };
            for (same, lifted) in lifts.iter_mut().enumerate() {
                let mass_of = if same == 1 {
                    within
                } else {
                    history.sector_mass[sector] - within
                };
                let base = (mass_of + 0.5) / mass;
                let kin = what * 2 + same as u32;
                let done = long(key(By::RelationSector, 0, relation, kin)) + 5.0 * base;
                let done = done / (all + 5.0);
                let own = long(key(By::SectorActsSector, case.sector, relation, kin)) + 3.0 * done;
                *lifted = lift(own / (case.sector_acts[W - 1] + 3.0), base);
            }
        }
    }

    /// The sector of an entity as seen from the given one.
    pub fn kin_of(&self, cast: &Cast, history: &History, case: &Case, entity: u32) -> u32 {
        let e = entity as usize;
        kin(case.country, history.country[e], cast.sector[e])
    }
}
