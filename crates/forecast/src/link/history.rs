//! What is kept of the events so far: one pass, each event once, days in order.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::decay::{Fade, Fading, NEVER};
use super::{Cast, Fact};

pub(super) type Map<V> = HashMap<u64, V, FixedState>;

/// Half-lives of counts of pairs and triples, in days; the last is close to no fading.
pub(super) const LIVES: [f32; 5] = [1.0, 4.0, 15.0, 60.0, 1000.0];
/// How many there are.
pub(super) const L: usize = LIVES.len();
/// Half-lives of counts by country and sector.
pub(super) const WIDE: [f32; 2] = [20.0, 1000.0];
/// How many there are.
pub(super) const W: usize = WIDE.len();
/// Half-lives of how often an entity is met at all.
const MET: [f32; 3] = [1.0, 15.0, 1000.0];
/// Half-life of how often what happens is new.
const NEWS: f32 = 60.0;
/// Ages in days at which the classes of a rule begin; the last is where rules end.
pub(super) const AGES: [i32; 7] = [1, 2, 4, 8, 16, 31, 61];
/// How many classes of ages there are.
pub(super) const A: usize = AGES.len() - 1;
/// Quad classes with 0 for unknown, each in both directions.
pub(super) const CLASSES: usize = 10;

/// What one entity did (or suffered) in one kind of event: towards whom, how often, when.
#[derive(Debug, Clone, Default)]
pub(super) struct Acts {
    pub relation: u32,
    pub towards: Vec<Towards>,
    pub all: Fading<L>,
    /// How many there were.
    pub number: f32,
}

/// Events of one kind between two entities.
#[derive(Debug, Clone)]
pub(super) struct Towards {
    pub other: u32,
    /// The day before the last on which it happened.
    pub before: i32,
    pub number: f32,
    pub count: Fading<L>,
}

/// All events between two entities, as one of them sees it: `count[0]` what it did, `count[1]` what it suffered.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub other: u32,
    pub count: [Fading<L>; 2],
    /// Each relation with the last day on which it happened.
    pub last: Vec<(u16, i32)>,
}

/// How often a relation occurs, and how often between a pair or as a triple never met before: faded counts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct News {
    pub all: f32,
    pub pair: f32,
    pub triple: f32,
}

/// Kinds of keys of the counts by country and sector.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(super) enum By {
    /// (entity, relation) towards a country.
    ActsCountry = 1,
    /// (entity, direction) towards a country.
    EntityCountry,
    /// (country, relation) towards a country.
    CountryActsCountry,
    /// (country, direction) towards a country.
    CountryCountry,
    /// (sector, relation) towards a sector of the same or another country.
    SectorActsSector,
    /// (entity, relation) towards such a sector.
    ActsSector,
    /// (sector, relation) towards an entity.
    SectorActs,
    /// (country, direction) towards an entity.
    CountryEntity,
    /// relation towards such a sector.
    RelationSector,
    /// (entity, direction) towards such a sector.
    EntitySector,
    /// (sector, relation).
    Sector,
    /// (country, direction).
    Country,
    /// (sector of a country, relation) towards an entity.
    PlaceActs,
    /// (sector of a country, relation).
    Place,
    /// relation towards a country.
    RelationCountry,
    /// (country, relation) towards an entity: in the list `country_acts`.
    CountryActs,
}

/// A key of three numbers below 2^22, 2^12 and 2^24.
#[inline]
pub(super) fn key(by: By, a: u32, b: u32, c: u32) -> u64 {
    (u64::from(by as u8) << 58) | (u64::from(a) << 36) | (u64::from(b) << 24) | u64::from(c)
}

#[inline]
pub(super) fn two(a: u32, b: u32) -> u64 {
    (u64::from(a) << 32) | u64::from(b)
}

/// The sector of a country, as one number.
#[inline]
pub(super) fn place(country: u32, sector: u32) -> u32 {
    sector * 512 + country.min(511)
}

/// The state after the events so far. A relation counted from the object's side is the relation plus their number.
#[derive(Debug)]
pub(super) struct History {
    pub relations: usize,
    pub countries: usize,
    pub fade: Fade<L>,
    pub wide: Fade<W>,
    acts: Vec<Acts>,
    acts_of: Map<u32>,
    towards_of: Map<u32>,
    by_entity: Vec<Vec<u32>>,
    pub pairs: Vec<Vec<Pair>>,
    pair_of: Map<u32>,
    /// By relation: whom it is done to.
    pub received: Vec<Vec<(u32, Fading<L>)>>,
    received_of: Map<u32>,
    pub relation: Vec<Fading<L>>,
    pub news: Vec<News>,
    /// By relation and country: whom entities of the country do it to.
    pub country_acts: Vec<Vec<(u32, Fading<W>)>>,
    country_acts_of: Map<u32>,
    pub country_acted: Vec<Fading<W>>,
    /// By class and direction: how often each entity is met, faded to `now`.
    pub met: Vec<Vec<[f32; MET.len()]>>,
    pub entity: Vec<[Fading<L>; 2]>,
    pub seen_last: Vec<i32>,
    pub seen_first: Vec<i32>,
    counts: Map<Fading<W>>,
    /// `hits[(r * A + age) * 2R + q]`: how often r followed q in the pair at an age.
    hits: Vec<f32>,
    /// `chances[age * 2R + q]`: days on which it could have.
    chances: Vec<f32>,
    recent: Map<Vec<Fact>>,
    /// The country of an entity; where the name has none, that of most of its partners so far.
    pub country: Vec<u32>,
    named: Vec<bool>,
    partners: Vec<Vec<(u32, f32)>>,
    /// How often a country, a sector, a sector of a country is met.
    pub country_mass: Vec<f32>,
    pub sector_mass: Vec<f32>,
    place_mass: Map<f32>,
    pub mass: f32,
    now: Option<i32>,
}

impl History {
    pub fn new(cast: &Cast) -> Self {
        let (n, sides) = (cast.entities(), 2 * cast.relations());
        let countries = cast.countries();
        Self {
            relations: cast.relations(),
            countries,
            fade: Fade::new(LIVES),
            wide: Fade::new(WIDE),
            acts: Vec::new(),
            acts_of: Map::default(),
            towards_of: Map::default(),
            by_entity: vec![Vec::new(); n],
            pairs: vec![Vec::new(); n],
            pair_of: Map::default(),
            received: vec![Vec::new(); sides],
            received_of: Map::default(),
            relation: vec![Fading::default(); sides],
            news: vec![News::default(); sides],
            country_acts: vec![Vec::new(); sides * countries],
            country_acts_of: Map::default(),
            country_acted: vec![Fading::default(); sides * countries],
            met: vec![vec![[0.0; MET.len()]; n]; CLASSES],
            entity: vec![Default::default(); n],
            seen_last: vec![NEVER; n],
            seen_first: vec![NEVER; n],
            counts: Map::default(),
            hits: vec![0.0; sides * A * sides],
            chances: vec![0.0; A * sides],
            recent: Map::default(),
            country: cast.country.clone(),
            named: cast.country.iter().map(|c| *c > 0).collect(),
            partners: vec![Vec::new(); n],
            country_mass: vec![0.0; countries],
            sector_mass: vec![0.0; cast.sectors()],
            place_mass: Map::default(),
            mass: 0.0,
            now: None,
        }
    }

    /// The relation as seen from the side that is given: 0 the subject's, 1 the object's.
    pub fn side(&self, relation: u32) -> (usize, usize) {
        let r = relation as usize;
        if r < self.relations {
            (r, 0)
        } else {
            (r - self.relations, 1)
        }
    }

    /// The same event from the other side.
    pub fn inverse(&self, relation: u32) -> u32 {
        let n = self.relations as u32;
        if relation < n {
            relation + n
        } else {
            relation - n
        }
    }

    /// What an entity did, by relation.
    pub fn acts_of(&self, entity: u32) -> impl Iterator<Item = &Acts> {
        let all = &self.by_entity[entity as usize];
        all.iter().map(|i| &self.acts[*i as usize])
    }

    /// What an entity did in one relation.
    pub fn acts(&self, entity: u32, relation: u32) -> Option<&Acts> {
        let i = self.acts_of.get(&two(entity, relation))?;
        Some(&self.acts[*i as usize])
    }

    /// Faded counts by country and sector; zeros where nothing was.
    pub fn count(&self, key: u64, day: i32) -> [f32; W] {
        let found = self.counts.get(&key);
        found.map_or([0.0; W], |count| self.wide.at(count, day))
    }

    /// How often entities of a country and sector are met.
    pub fn place_mass(&self, country: u32, sector: u32) -> f32 {
        let found = self.place_mass.get(&two(country, sector));
        found.copied().unwrap_or(0.0)
    }

    /// How often `relation` followed `after` in a pair, a day at this class of ages, drawn to 0 by ten days.
    #[inline]
    pub fn followed(&self, relation: u32, after: u16, age: u8) -> f32 {
        let sides = 2 * self.relations;
        let hits = self.hits[(relation as usize * A + age as usize) * sides + after as usize];
        if hits == 0.0 {
            return 0.0;
        }
        hits / (self.chances[age as usize * sides + after as usize] + 10.0)
    }

    /// Fades what is kept for all entities to a day.
    pub fn advance(&mut self, day: i32) {
        let days = self.now.map_or(0, |now| day - now) as f32;
        self.now = Some(day);
        if days == 0.0 {
            return;
        }
        let left = MET.map(|half| (-days / half).exp2());
        for met in self.met.iter_mut().flatten() {
            for (count, left) in met.iter_mut().zip(left) {
                *count *= left;
            }
        }
        let left = (-days / NEWS).exp2();
        for news in &mut self.news {
            news.all *= left;
            news.pair *= left;
            news.triple *= left;
        }
    }

    /// Takes in the events of a day, after all earlier ones.
    pub fn take(&mut self, cast: &Cast, day: i32, facts: &[Fact]) {
        self.advance(day);
        let n = self.relations as u32;
        let sides = move |f: &Fact| {
            [
                (f.subject, f.relation, f.object),
                (f.object, f.relation + n, f.subject),
            ]
        };
        self.rules(day, facts, sides);
        for fact in facts {
            for (side, (given, relation, other)) in sides(fact).into_iter().enumerate() {
                self.add(cast, day, given, relation, other, side);
            }
        }
        self.recent.insert(day as u32 as u64, facts.to_vec());
        self.recent.remove(&((day - AGES[A] - 1) as u32 as u64));
    }

    /// Counts for the rules: what follows what in a pair, and after how many days.
    fn rules(&mut self, day: i32, facts: &[Fact], sides: impl Fn(&Fact) -> [(u32, u32, u32); 2]) {
        let all = 2 * self.relations;
        // days of a class are counted when it begins, for events not repeated before
        for age in 0..A {
            let then = day - AGES[age];
            for fact in self.recent.get(&(then as u32 as u64)).into_iter().flatten() {
                for (given, relation, other) in sides(fact) {
                    let at = self.pair_of[&two(given, other)] as usize;
                    let last = &self.pairs[given as usize][at].last;
                    if last.contains(&(relation as u16, then)) {
                        let days = (AGES[age + 1] - AGES[age]) as f32;
                        self.chances[age * all + relation as usize] += days;
                    }
                }
            }
        }
        for fact in facts {
            for (given, relation, other) in sides(fact) {
                let Some(at) = self.pair_of.get(&two(given, other)) else {
                    continue;
                };
                for &(after, last) in &self.pairs[given as usize][*at as usize].last {
                    if let Some(age) = age_class(day, last) {
                        let place = (relation as usize * A + age as usize) * all;
                        self.hits[place + after as usize] += 1.0;
                    }
                }
            }
        }
    }

    fn add(&mut self, cast: &Cast, day: i32, given: u32, relation: u32, other: u32, side: usize) {
        let (g, r, o) = (given as usize, relation as usize, other as usize);
        let base = self.side(relation).0;
        let acts = *self.acts_of.entry(two(given, relation)).or_insert_with(|| {
            self.by_entity[g].push(self.acts.len() as u32);
            self.acts.push(Acts {
                relation,
                ..Acts::default()
            });
            self.acts.len() as u32 - 1
        });
        let held = &mut self.acts[acts as usize];
        let news = &mut self.news[r];
        news.all += 1.0;
        self.fade.add(&mut held.all, day);
        held.number += 1.0;
        let at = *self.towards_of.entry(two(acts, other)).or_insert_with(|| {
            news.triple += 1.0;
            held.towards.push(Towards {
                other,
                before: NEVER,
                number: 0.0,
                count: Fading::default(),
            });
            held.towards.len() as u32 - 1
        });
        let towards = &mut held.towards[at as usize];
        towards.before = towards.count.last;
        self.fade.add(&mut towards.count, day);
        towards.number += 1.0;

        let pairs = &mut self.pairs[g];
        let at = *self.pair_of.entry(two(given, other)).or_insert_with(|| {
            news.pair += 1.0;
            pairs.push(Pair {
                other,
                count: Default::default(),
                last: Vec::new(),
            });
            pairs.len() as u32 - 1
        });
        let pair = &mut pairs[at as usize];
        self.fade.add(&mut pair.count[side], day);
        match pair.last.iter_mut().find(|last| last.0 == relation as u16) {
            Some(last) => last.1 = day,
            None => pair.last.push((relation as u16, day)),
        }

        let received = &mut self.received[r];
        let at = *self
            .received_of
            .entry(two(relation, other))
            .or_insert_with(|| {
                received.push((other, Fading::default()));
                received.len() as u32 - 1
            });
        self.fade.add(&mut received[at as usize].1, day);
        self.fade.add(&mut self.relation[r], day);
        self.fade.add(&mut self.entity[g][side], day);
        let class = usize::from(cast.class[base]) * 2 + side;
        self.met[class][o]
            .iter_mut()
            .for_each(|count| *count += 1.0);
        self.seen_last[o] = day;
        if self.seen_first[o] == NEVER {
            self.seen_first[o] = day;
        }

        self.infer(given, other);
        let (country, sector) = (self.country[g], cast.sector[g]);
        let (whose, what) = (self.country[o], cast.sector[o]);
        if country > 0 {
            let list = r * self.countries + country as usize;
            let acts = &mut self.country_acts[list];
            let at = *self
                .country_acts_of
                .entry(key(By::CountryActs, country, relation, other))
                .or_insert_with(|| {
                    acts.push((other, Fading::default()));
                    acts.len() as u32 - 1
                });
            self.wide.add(&mut acts[at as usize].1, day);
            self.wide.add(&mut self.country_acted[list], day);
        }
        let (side, kin) = (side as u32, kin(country, whose, what));
        let home = place(country, sector);
        for key in [
            key(By::ActsCountry, given, relation, whose),
            key(By::EntityCountry, given, side, whose),
            key(By::CountryActsCountry, country, relation, whose),
            key(By::CountryCountry, country, side, whose),
            key(By::SectorActsSector, sector, relation, kin),
            key(By::ActsSector, given, relation, kin),
            key(By::SectorActs, sector, relation, other),
            key(By::CountryEntity, country, side, other),
            key(By::RelationSector, 0, relation, kin),
            key(By::EntitySector, given, side, kin),
            key(By::Sector, sector, relation, 0),
            key(By::Country, country, side, 0),
            key(By::PlaceActs, home, relation, other),
            key(By::Place, home, relation, 0),
            key(By::RelationCountry, 0, relation, whose),
        ] {
            self.wide.add(self.counts.entry(key).or_default(), day);
        }
        self.country_mass[whose as usize] += 1.0;
        self.sector_mass[what as usize] += 1.0;
        *self.place_mass.entry(two(whose, what)).or_default() += 1.0;
        self.mass += 1.0;
    }

    /// An entity whose name has no country takes that of most of its partners so far.
    fn infer(&mut self, entity: u32, partner: u32) {
        let (e, p) = (entity as usize, partner as usize);
        if self.named[e] || !self.named[p] {
            return;
        }
        let country = self.country[p];
        let partners = &mut self.partners[e];
        match partners.iter_mut().find(|partner| partner.0 == country) {
            Some(partner) => partner.1 += 1.0,
            None => partners.push((country, 1.0)),
        }
        // ties go to the country met last among them
        let most = partners.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        self.country[e] = most.map_or(0, |most| most.0);
    }
}

/// A sector of the same or another country, as one number.
#[inline]
pub(super) fn kin(country: u32, whose: u32, sector: u32) -> u32 {
    sector * 2 + u32::from(country > 0 && country == whose)
}

/// The class of the days since an event; `None` on its own day and where rules have ended.
#[inline]
pub(super) fn age_class(day: i32, last: i32) -> Option<u8> {
    let age = day - last;
    if age < 1 || age >= AGES[A] {
        return None;
    }
    Some(AGES.partition_point(|begin| *begin <= age) as u8 - 1)
}
