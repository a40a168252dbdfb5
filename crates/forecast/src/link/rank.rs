//! The ranker: learns from a history, then ranks all entities for a question, with reasons.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Mutex;

use super::calibrate::Calibration;
use super::decay::NEVER;
use super::detail::{self, WIDTH};
use super::fit::{Lessons, Row, fit};
use super::history::History;
use super::ingredient::Without;
use super::look::{Case, Look};
use super::terms::{self, Kind, PLAIN, TERMS};
use super::{Asked, Cast, Fact, Query};
use crate::trees::{Binned, Bins, Groups, Growth, Trees};
use crate::{Error, on_all_cores};

/// What a ranker is learnt by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Questions that the linear model is learnt on: those before the ones of the trees.
    pub linear: usize,
    /// Questions that the trees are learnt on, the latest: this share of all in the history.
    pub share: f64,
    /// But at least this many.
    pub least: usize,
    /// And at most this many, however long the history.
    pub most: usize,
    /// Of these, about as many are drawn and set apart: trees and weights do not see them, and probabilities are calibrated on them.
    pub apart: usize,
    /// Candidates in the lead by the linear score, which the trees rank anew.
    pub leading: usize,
    /// Of these, as many are learnt from.
    pub learnt: usize,
    /// Entities drawn from those not in the lead to learn the linear model.
    pub drawn: usize,
    /// Passes over the questions of the linear model.
    pub epochs: usize,
    /// How the trees are grown; without trees the linear model ranks alone.
    pub growth: Option<Growth>,
    /// As many rankers of trees are averaged.
    pub bags: usize,
    /// Ingredients that are left out.
    pub without: Without,
}

impl Settings {
    /// Those for a history of so many facts: more to learn from carries larger trees.
    pub fn of(facts: usize) -> Self {
        /// A history of more is large.
        const LARGE: usize = 200_000;
        let small = Self::default();
        if facts <= LARGE {
            return small;
        }
        let growth = small.growth.map(|growth| Growth {
            trees: 400,
            leaves: 63,
            ..growth
        });
        Self {
            share: 0.15,
            growth,
            ..small
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            linear: 14_000,
            share: 0.12,
            least: 35_000,
            most: 130_000,
            apart: 2_000,
            leading: 100,
            learnt: 50,
            drawn: 50,
            epochs: 6,
            growth: Some(Growth {
                trees: 250,
                leaves: 31,
                depth: 12,
                rate: 0.06,
                leaf: 5.0,
                shrink: 10.0,
                features: 0.3,
                groups: 0.7,
                grain: 0.03125,
            }),
            bags: 1,
            without: Without::default(),
        }
    }
}

/// Weights before anything is learnt: enough to find candidates to learn from.
fn prior() -> [f32; TERMS] {
    let mut weights = [0.0; TERMS];
    for term in [1, 2, 3, 9, 10, 14, 18, 19, 22, 25, 28, 33] {
        weights[term] = 0.3;
    }
    weights[6] = 0.5;
    weights[23] = 1.0;
    weights
}

/// Rows that the bins of the trees are cut by, at least.
const BIN_ROWS: usize = 150_000;
/// Bins of a feature at most.
const MOST_BINS: usize = 128;

/// Ranks all entities for a question about the next day.
///
/// ```text
/// score(o) = w . x(o)              linear: 42 terms of decayed counts, weights by filtered softmax
///          + trees(x(o), d(o))     for the 100 in the lead by the linear score; the others follow in its order
/// ```
/// The history is one pass over the events; a question costs time in proportion to the entities and to what is known of the one given.
/// Nothing but events of earlier days is in a rank, and other questions of the day are not looked at. Deterministic for a seed on any number of cores.
#[derive(Debug)]
pub struct Ranker {
    cast: Cast,
    settings: Settings,
    history: History,
    weights: [f32; TERMS],
    trees: Option<Trees>,
    calibration: Calibration,
    room: Mutex<Vec<Look>>,
    seed: u64,
    taken: i32,
}

/// What was ranked for one question.
#[derive(Debug)]
pub struct Ranked<'a> {
    ranker: &'a Ranker,
    look: &'a Look,
    case: &'a Case,
    /// A score for each entity; its order is the rank.
    pub scores: &'a [f32],
    /// The leading candidates, best first.
    leading: &'a [u32],
    /// Chance that the answer is among the leading.
    within: f64,
}

/// Whether an answer had been met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// This event between the two, in this direction.
    SeenTriple,
    /// The two with each other, in either direction.
    SeenPair,
    /// Never with each other.
    UnseenPair,
}

/// One of the leading candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Who.
    pub entity: u32,
    /// Chance that it is the answer, 0..1, if there is an event with this end and relation on the day.
    pub probability: f64,
    /// What speaks for it in the linear model, beside the mean of the candidates in the lead; largest first.
    pub reasons: Vec<Reason>,
}

/// What speaks for or against a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason {
    /// What it is.
    pub kind: Kind,
    /// By how much, in units of log-odds.
    pub log_odds: f64,
    /// Events that it rests on, as far as they can be counted; of a rule the percentage of days on which it followed.
    pub number: f64,
    /// The day of the last of them; of a rule nothing.
    pub last: Option<i32>,
    /// Of a rule: the relation it follows from (from the side of the given entity: the number of relations is added if it was suffered).
    pub after: Option<u32>,
}

impl Ranker {
    /// Learns from all events before a day; later ones are not read.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] if there is no day to learn from after the first; [`Error::OutOfRange`] if an event names what the cast does not have, or events are out of order.
    pub fn learn(
        cast: Cast,
        facts: &[Fact],
        until: i32,
        settings: Settings,
        seed: u64,
    ) -> Result<Self, Error> {
        check(&cast, facts)?;
        let past = &facts[..facts.partition_point(|fact| fact.day < until)];
        let days = days(past);
        if days.len() < 2 {
            return Err(Error::TooFew {
                what: "days of events before the first to be ranked",
                needed: 2,
                found: days.len(),
            });
        }
        let mut weights = prior();
        settings.without.blank(&mut weights);
        let mut ranker = Self {
            history: History::new(&cast),
            weights,
            trees: None,
            calibration: Calibration::NONE,
            room: Mutex::default(),
            taken: NEVER,
            cast,
            settings,
            seed,
        };
        // a day serves whole; the first can teach nothing, for nothing is known before it
        let want = ((2 * past.len()) as f64 * settings.share) as usize;
        let want = want.clamp(settings.least, settings.most.max(settings.least));
        let apart = settings.apart.min(want / 4) as f64 / want as f64;
        let mut trees_from = back_from(&days, days.len(), want);
        if trees_from == 0 {
            trees_from = days.len() / 2;
        }
        let linear_from = back_from(&days, trees_from, settings.linear);
        let mut lessons = Lessons::default();
        let mut grown = Grown::new(settings.learnt);
        for (at, range) in days.iter().enumerate() {
            let today = &past[range.clone()];
            let day = today[0].day;
            ranker.history.advance(day);
            if at == trees_from {
                ranker.fit(&lessons);
                lessons = Lessons::default();
            }
            if (linear_from..trees_from).contains(&at) {
                ranker.lessons(today, &mut lessons);
            } else if at >= trees_from {
                ranker.candidates(today, apart, &mut grown);
            }
            ranker.take(today);
        }
        let held = std::mem::take(&mut grown.apart);
        if let Some(growth) = settings.growth {
            ranker.trees = grown.learn(&growth, settings.bags, seed);
        }
        // without a hit among them shares stay as they are
        let told = held
            .iter()
            .flat_map(|held| ranker.told(held))
            .collect::<Vec<_>>();
        ranker.calibration = Calibration::learn(&told).unwrap_or(Calibration::NONE);
        Ok(ranker)
    }

    /// Takes in the events of one day, which is after all taken before.
    ///
    /// # Panics
    ///
    /// If they are of several days, or of one before the last.
    pub fn take(&mut self, facts: &[Fact]) {
        let Some(first) = facts.first() else { return };
        let day = first.day;
        assert!(
            day > self.taken && facts.iter().all(|fact| fact.day == day),
            "events are taken a day at a time, in order"
        );
        self.history.take(&self.cast, day, facts);
        self.taken = day;
    }

    /// How much each feature of the trees gained, with the kind of the term, `None` beside the terms; empty without trees.
    pub fn gains(&self) -> Vec<(Option<Kind>, f64)> {
        let gains = self.trees.iter().flat_map(|trees| trees.gains());
        let kind = |i: usize| (i < TERMS).then(|| Kind::of(i));
        gains
            .enumerate()
            .map(|(i, gain)| (kind(i), *gain))
            .collect()
    }

    /// Ranks all entities for questions about a day after all events taken; `with` sees what came out for each, and its results are in the order of the questions.
    pub fn rank<T: Send>(
        &self,
        day: i32,
        queries: &[Query],
        with: impl Fn(&Query, &Ranked) -> T + Sync,
    ) -> Vec<T> {
        self.each(day, queries, |at, look, case| {
            self.score(look, case);
            self.lead(look);
            with_ranked(self, look, case, |ranked| with(&queries[at], ranked))
        })
    }

    /// Questions of a day, those about one entity together.
    fn each<T: Send>(
        &self,
        day: i32,
        queries: &[Query],
        with: impl Fn(usize, &mut Look, &Case) -> T + Sync,
    ) -> Vec<T> {
        let mut order: Vec<usize> = (0..queries.len()).collect();
        order.sort_by_key(|i| (queries[*i].given, *i));
        let groups: Vec<&[usize]> = order
            .chunk_by(|a, b| queries[*a].given == queries[*b].given)
            .collect();
        let made = on_all_cores(groups.len(), |group| {
            let spare = self.room.lock().map(|mut room| room.pop()).ok().flatten();
            let mut look = spare.unwrap_or_else(|| Look::new(&self.cast));
            let given = queries[groups[group][0]].given;
            look.given(&self.cast, &self.history, given, day);
            let made: Vec<(usize, T)> = groups[group]
                .iter()
                .map(|at| {
                    let relation = self.seen_from(&queries[*at]);
                    let case = look.ask(&self.cast, &self.history, given, relation, day);
                    (*at, with(*at, &mut look, &case))
                })
                .collect();
            if let Ok(mut room) = self.room.lock() {
                room.push(look);
            }
            made
        });
        let mut made: Vec<(usize, T)> = made.into_iter().flatten().collect();
        made.sort_unstable_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, made)| made).collect()
    }

    fn seen_from(&self, query: &Query) -> u32 {
        match query.asked {
            Asked::Object => query.relation,
            Asked::Subject => query.relation + self.cast.relations() as u32,
        }
    }

    /// The linear score of every entity.
    fn score(&self, look: &mut Look, case: &Case) {
        let mut score = std::mem::take(&mut look.score);
        for (entity, score) in (0u32..).zip(&mut score) {
            let plain = terms::plain(&self.cast, &self.history, look, case, entity);
            *score = plain
                .iter()
                .zip(&self.weights[..PLAIN])
                .map(|(x, w)| x * w)
                .sum();
        }
        let mut row = [0.0; TERMS];
        for entity in &look.known {
            terms::all(&self.cast, &self.history, look, case, *entity, &mut row);
            score[*entity as usize] = row.iter().zip(&self.weights).map(|(x, w)| x * w).sum();
        }
        look.score = score;
    }

    /// The candidates in the lead, best first.
    fn lead(&self, look: &mut Look) {
        let mut order = std::mem::take(&mut look.order);
        order.clear();
        order.extend(0..look.score.len() as u32);
        let better = |a: &u32, b: &u32| {
            let score = |entity: &u32| look.score[*entity as usize];
            score(b).total_cmp(&score(a)).then(a.cmp(b))
        };
        let leading = self.settings.leading.min(order.len());
        if leading < order.len() {
            order.select_nth_unstable_by(leading, better);
            order.truncate(leading);
        }
        order.sort_unstable_by(better);
        look.order = order;
    }

    fn row(&self, look: &Look, case: &Case, (rank, entity): (usize, u32), row: &mut [f32]) {
        let top = look.score[look.order[0] as usize];
        terms::all(&self.cast, &self.history, look, case, entity, row);
        detail::all(
            &self.cast,
            &self.history,
            look,
            case,
            (entity, rank, top),
            row,
        );
        self.settings.without.blank(row);
    }

    /// Questions of a day for the linear model.
    fn lessons(&self, facts: &[Fact], lessons: &mut Lessons) {
        let asked = Query::answered(facts);
        let queries: Vec<Query> = asked.iter().map(|(query, _)| *query).collect();
        let made = self.each(facts[0].day, &queries, |at, look, case| {
            let answers = &asked[at].1;
            self.score(look, case);
            self.lead(look);
            let mut list: Vec<(u32, Row)> = look.order.iter().map(|e| (*e, Row::Leading)).collect();
            let mut held: BTreeSet<u32> = look.order.iter().copied().collect();
            for answer in answers {
                if held.insert(*answer) {
                    list.push((*answer, Row::Answer));
                }
            }
            for (entity, row) in &mut list {
                if answers.contains(entity) {
                    *row = Row::Answer;
                }
            }
            let mut draw = case.draw(self.seed);
            let all = self.cast.entities();
            for _ in 0..self.settings.drawn {
                let entity = draw.below(all) as u32;
                if held.insert(entity) {
                    list.push((entity, Row::Drawn));
                }
            }
            let mut rows = vec![0.0; list.len() * TERMS];
            for ((entity, _), row) in list.iter().zip(rows.chunks_mut(TERMS)) {
                terms::all(&self.cast, &self.history, look, case, *entity, row);
                self.settings.without.blank(row);
            }
            (rows, list)
        });
        for (rows, list) in made {
            lessons.rows.extend(rows);
            lessons.kinds.extend(list.iter().map(|(_, row)| *row));
            lessons.ends.push(lessons.kinds.len());
        }
    }

    fn fit(&mut self, lessons: &Lessons) {
        let out = self.cast.entities().saturating_sub(self.settings.leading);
        let stand_for = (out as f32 / self.settings.drawn.max(1) as f32).max(1.0);
        fit(
            lessons,
            &mut self.weights,
            stand_for,
            self.settings.epochs,
            self.seed,
        );
    }

    /// Leading candidates of a day's questions for the trees, of questions that have an answer among them; some questions are set apart.
    fn candidates(&self, facts: &[Fact], apart: f64, grown: &mut Grown) {
        let asked = Query::answered(facts);
        let queries: Vec<Query> = asked.iter().map(|(query, _)| *query).collect();
        let trees = self.settings.growth.is_some();
        let made = self.each(facts[0].day, &queries, |at, look, case| {
            let apart = case.draw(self.seed).uniform() < apart;
            if !apart && !trees {
                return None;
            }
            self.score(look, case);
            self.lead(look);
            let number = if apart {
                self.settings.leading
            } else {
                self.settings.learnt
            };
            let leading = &look.order[..number.min(look.order.len())];
            let worth: Vec<bool> = leading.iter().map(|e| asked[at].1.contains(e)).collect();
            if !apart && !worth.contains(&true) {
                return None;
            }
            let rows = self.rows(look, case, leading);
            let within = if apart { within(look) } else { 0.0 };
            Some((
                apart,
                Held {
                    rows,
                    worth,
                    within,
                },
            ))
        });
        for (apart, held) in made.into_iter().flatten() {
            if apart {
                grown.apart.push(held);
            } else {
                grown.push(&held.rows, &held.worth);
            }
        }
    }

    /// Rows of the trees, of the first candidates in the lead.
    fn rows(&self, look: &Look, case: &Case, leading: &[u32]) -> Vec<f32> {
        let mut rows = vec![0.0; leading.len() * WIDTH];
        for (place, row) in leading
            .iter()
            .copied()
            .enumerate()
            .zip(rows.chunks_mut(WIDTH))
        {
            self.row(look, case, place, row);
        }
        rows
    }

    /// Shares of the leading candidates of a question set apart, and whether each was an answer.
    fn told(&self, held: &Held) -> Vec<(f64, bool)> {
        let mut scores = vec![0.0; held.worth.len()];
        if let Some(trees) = &self.trees {
            trees.score(&held.rows, &mut scores);
        }
        let linear = held.rows.iter().skip(TERMS).step_by(WIDTH);
        for (score, linear) in scores.iter_mut().zip(linear) {
            *score += linear;
        }
        shares(&scores, held.within)
            .into_iter()
            .zip(held.worth.iter().copied())
            .collect()
    }
}

/// The share that the candidates in the lead have by the linear score.
fn within(look: &Look) -> f64 {
    let most = look.score[look.order[0] as usize];
    let ease = |score: f32| f64::from(score - most).exp();
    let all: f64 = look.score.iter().map(|score| ease(*score)).sum();
    let leading = look.order.iter().map(|e| ease(look.score[*e as usize]));
    leading.sum::<f64>() / all
}

/// Softmax of the scores of the candidates in the lead, times the share that they have.
fn shares(scores: &[f32], within: f64) -> Vec<f64> {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let ease = scores.iter().map(|score| f64::from(score - most).exp());
    let mut shares: Vec<f64> = ease.collect();
    let all: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share *= within / all);
    shares
}

fn with_ranked<T>(
    ranker: &Ranker,
    look: &mut Look,
    case: &Case,
    with: impl FnOnce(&Ranked) -> T,
) -> T {
    let within = within(look);
    let mut scores = std::mem::take(&mut look.score);
    if let Some(trees) = &ranker.trees {
        look.score = scores;
        let rows = ranker.rows(look, case, &look.order);
        let mut told = vec![0.0; look.order.len()];
        trees.score(&rows, &mut told);
        scores = std::mem::take(&mut look.score);
        for (entity, told) in look.order.iter().zip(&told) {
            scores[*entity as usize] += told;
        }
        let mut order = std::mem::take(&mut look.order);
        // those in the lead stay before the others
        let last = order
            .last()
            .map_or(0.0, |e| scores[*e as usize] - told[order.len() - 1]);
        let lowest = order
            .iter()
            .map(|e| scores[*e as usize])
            .fold(f32::MAX, f32::min);
        let lift = (last - lowest).max(0.0) + 1.0;
        order.iter().for_each(|e| scores[*e as usize] += lift);
        order.sort_unstable_by(|a, b| {
            scores[*b as usize]
                .total_cmp(&scores[*a as usize])
                .then(a.cmp(b))
        });
        look.order = order;
    }
    let made = with(&Ranked {
        ranker,
        look,
        case,
        scores: &scores,
        leading: &look.order,
        within,
    });
    look.score = scores;
    made
}

impl Ranked<'_> {
    /// Whether the given side and this entity had met before.
    pub fn met(&self, entity: u32) -> Answer {
        match self.look.partner(entity) {
            Some((_, asked)) if asked.number > 0.0 => Answer::SeenTriple,
            Some(_) => Answer::SeenPair,
            None => Answer::UnseenPair,
        }
    }

    /// What each of the leading candidates has of the scores.
    fn shares(&self) -> Vec<f64> {
        let scores = self.leading.iter().map(|e| self.scores[*e as usize]);
        shares(&scores.collect::<Vec<_>>(), self.within)
    }

    /// The chance that an entity is among the answers, if there is an event with this end and relation on the day; calibrated on questions that trees and weights have not seen. `None` for an entity not in the lead.
    /// As a question can have several answers the chances of all candidates may add up to more than 1.
    pub fn probability(&self, entity: u32) -> Option<f64> {
        let place = self.leading.iter().position(|e| *e == entity)?;
        Some(self.ranker.calibration.at(self.shares()[place]))
    }

    /// The first candidate with its probability.
    pub fn first(&self) -> (u32, f64) {
        let share = self.shares()[0];
        (self.leading[0], self.ranker.calibration.at(share))
    }

    /// The best `number` candidates, best first.
    pub fn best(&self, number: usize) -> Vec<Candidate> {
        let usual = self.usual();
        let shares = self.leading.iter().zip(self.shares());
        let candidate = |(entity, share): (&u32, f64)| Candidate {
            entity: *entity,
            probability: self.ranker.calibration.at(share),
            reasons: self.against(&usual, *entity),
        };
        shares.take(number).map(candidate).collect()
    }

    /// What speaks for an entity in the linear model beside the mean of the candidates in the lead, the most telling first.
    pub fn reasons(&self, entity: u32) -> Vec<Reason> {
        self.against(&self.usual(), entity)
    }

    fn terms(&self, entity: u32) -> [f32; TERMS] {
        let Ranker { cast, history, .. } = self.ranker;
        let mut row = [0.0; TERMS];
        terms::all(cast, history, self.look, self.case, entity, &mut row);
        row
    }

    /// The terms of the candidates in the lead, on average.
    fn usual(&self) -> [f32; TERMS] {
        let mut mean = [0.0; TERMS];
        for entity in self.leading {
            let row = self.terms(*entity);
            let n = self.leading.len() as f32;
            mean.iter_mut()
                .zip(row)
                .for_each(|(mean, x)| *mean += x / n);
        }
        mean
    }

    fn against(&self, usual: &[f32; TERMS], entity: u32) -> Vec<Reason> {
        let (row, weights) = (self.terms(entity), &self.ranker.weights);
        let mut reasons: Vec<Reason> = Kind::ALL
            .iter()
            .map(|kind| {
                let of = (0..TERMS).filter(|term| Kind::of(*term) == *kind);
                let log_odds = of.map(|i| f64::from((row[i] - usual[i]) * weights[i]));
                self.reason(*kind, entity, log_odds.sum())
            })
            .collect();
        reasons.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
        reasons
    }

    fn reason(&self, kind: Kind, entity: u32, log_odds: f64) -> Reason {
        let (look, case) = (self.look, self.case);
        let long = super::history::L - 1;
        let seen = |last: i32| (last != NEVER).then_some(last);
        let partner = look.partner(entity);
        let (number, last) = match (kind, partner) {
            (Kind::Triple | Kind::Share, Some((_, asked))) => (asked.number, seen(asked.last)),
            (Kind::Pair, Some((p, _))) => (p.count[case.side][long], seen(p.last[case.side])),
            (Kind::Back, Some((p, _))) => {
                (p.count[1 - case.side][long], seen(p.last[1 - case.side]))
            }
            (Kind::Class, Some((p, _))) => (p.class[case.class][1], None),
            (Kind::Mirror, Some((_, asked))) => (asked.back[long], seen(asked.back_last)),
            (Kind::Rule, Some((_, asked))) => (100.0 * asked.rule, None),
            (Kind::Received, _) => (
                look.received.get(entity).map_or(0.0, |count| count[long]),
                None,
            ),
            (Kind::Kin, _) => (look.kin.get(entity).map_or(0.0, |count| count[1]), None),
            (Kind::Met, _) => (
                self.ranker.history.met[case.class][entity as usize][2],
                seen(self.ranker.history.seen_last[entity as usize]),
            ),
            _ => (0.0, None),
        };
        let after = match (kind, partner) {
            (Kind::Rule, Some((_, asked))) if asked.rule > 0.0 => Some(u32::from(asked.after)),
            _ => None,
        };
        Reason {
            kind,
            log_odds,
            number: f64::from(number),
            last,
            after,
        }
    }
}

/// Rows of the trees, binned as soon as enough are at hand to cut the bins by.
struct Grown {
    learnt: usize,
    waiting: Vec<f32>,
    bins: Option<Bins>,
    rows: Binned,
    starts: Vec<u32>,
    worth: Vec<f32>,
    offset: Vec<f32>,
    apart: Vec<Held>,
}

/// The candidates in the lead for one question: rows of the trees, whether each was an answer, the share that they have by the linear score.
#[derive(Debug)]
struct Held {
    rows: Vec<f32>,
    worth: Vec<bool>,
    within: f64,
}

impl Grown {
    fn new(learnt: usize) -> Self {
        Self {
            learnt,
            waiting: Vec::new(),
            bins: None,
            rows: Binned::new(WIDTH),
            starts: vec![0],
            worth: Vec::new(),
            offset: Vec::new(),
            apart: Vec::new(),
        }
    }

    fn push(&mut self, rows: &[f32], worth: &[bool]) {
        self.worth
            .extend(worth.iter().map(|is| f32::from(u8::from(*is))));
        self.offset.extend(rows.iter().skip(TERMS).step_by(WIDTH));
        self.starts.push(self.worth.len() as u32);
        match &self.bins {
            Some(bins) => rows.chunks(WIDTH).for_each(|row| self.rows.push(bins, row)),
            None => {
                self.waiting.extend(rows);
                if self.waiting.len() >= BIN_ROWS * WIDTH {
                    self.cut();
                }
            }
        }
    }

    fn cut(&mut self) {
        let bins = Bins::learn(&self.waiting, WIDTH, MOST_BINS);
        self.rows = Binned::of(&bins, &self.waiting);
        self.waiting = Vec::new();
        self.bins = Some(bins);
    }

    /// `None` if too few questions have an answer in the lead.
    fn learn(mut self, growth: &Growth, bags: usize, seed: u64) -> Option<Trees> {
        const FEWEST: usize = 200;
        if self.starts.len() <= FEWEST || self.learnt < 2 {
            return None;
        }
        if self.bins.is_none() {
            self.cut();
        }
        let bins = self.bins.take()?;
        let groups = Groups {
            starts: &self.starts,
            worth: &self.worth,
            offset: &self.offset,
        };
        let bag = |bag: usize| {
            Trees::rank(
                &bins,
                &self.rows,
                groups,
                growth,
                seed.wrapping_add(bag as u64),
            )
        };
        Some(Trees::mean((0..bags.max(1)).map(bag).collect()))
    }
}

/// Where the events of each day lie.
pub(super) fn days(facts: &[Fact]) -> Vec<Range<usize>> {
    let mut begin = 0;
    facts
        .chunk_by(|a, b| a.day == b.day)
        .map(|day| {
            begin += day.len();
            begin - day.len()..begin
        })
        .collect()
}

/// The place of the first of the last days before `end` that hold as many questions; 0 if there are not so many.
fn back_from(days: &[Range<usize>], end: usize, questions: usize) -> usize {
    let mut held = 0;
    for at in (0..end).rev() {
        held += 2 * days[at].len();
        if held >= questions {
            return at;
        }
    }
    0
}

fn check(cast: &Cast, facts: &[Fact]) -> Result<(), Error> {
    let fits = |fact: &Fact| {
        (fact.subject.max(fact.object) as usize) < cast.entities()
            && (fact.relation as usize) < cast.relations()
    };
    let bad = facts.iter().find(|fact| !fits(fact));
    let most = bad.map_or(0.0, |fact| {
        f64::from(fact.subject.max(fact.object).max(fact.relation))
    });
    crate::error::in_range(
        "an entity or relation of an event",
        most,
        "one of the cast",
        bad.is_none(),
    )?;
    let late = facts.windows(2).find(|pair| pair[1].day < pair[0].day);
    crate::error::in_range(
        "the day of an event",
        late.map_or(0.0, |pair| f64::from(pair[1].day)),
        "not before that of the event ahead of it",
        late.is_none(),
    )
}
