//! The recurrency baseline: what was will be, and what is frequent is likely.
//!
//! Gastinger, Meilicke, Errica, Sztyler, Schuelke & Stuckenschmidt 2024, *History repeats itself: a baseline for temporal knowledge graph
//! forecasting*, IJCAI. The score of (s, r, o) at day t is `alpha * strict + (1 - alpha) * relaxed`:
//! - **strict** recurrency is the sum of `2^(lambda (k - t))` over the earlier days k of (s, r, o), by that over all earlier days of r,
//! - **relaxed** recurrency is the share of o among the objects of r so far.
//!
//! Where the subject is asked for, r is taken the other way round. Lambda and alpha are chosen for each relation and way of asking, first the
//! one and then the other, by the mean reciprocal rank on the days that are given to tune on; a relation that does not occur there has the
//! authors' defaults. The grids are theirs.

use std::collections::{BTreeMap, HashMap};

use super::{Asked, Fact, Query};
use crate::on_all_cores;

const LAMBDAS: [f64; 14] = [
    0.0, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.5, 0.9, 1.0001,
];
const ALPHAS: [f64; 13] = [
    0.0, 0.00001, 0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1.0,
];
/// Where a relation has nothing to be tuned on.
const DEFAULT: Mix = Mix {
    lambda: 1.0001,
    alpha: 0.99999,
};
/// In use an alpha of 1 leaves the relaxed score a place behind the strict one, as in the authors' test.
const MOST: f64 = 0.99999;
/// Questions that a core takes at a time.
const PIECE: usize = 64;

/// How both scores are mixed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mix {
    lambda: f64,
    alpha: f64,
}

/// A relation and the end that is asked for.
type Way = (u32, Asked);

/// What a relation, asked one way, was seen to do.
#[derive(Debug, Clone, Default)]
struct Past {
    /// By the given entity: the answers, each with its days.
    by_given: HashMap<u32, BTreeMap<u32, Vec<i32>>>,
    /// By the answer: how often.
    counts: BTreeMap<u32, u32>,
    total: u32,
    /// First and last day.
    span: Option<(i32, i32)>,
}

/// The baseline, with what it has seen.
#[derive(Debug, Clone, Default)]
pub struct Recurrency {
    past: HashMap<Way, Past>,
    chosen: HashMap<Way, Mix>,
}

impl Recurrency {
    /// Takes in a history, ascending by day, and chooses the parameters by its days from `tune_from` on. These are seen one by one
    /// (`single_step`), or none of them is before all are ranked, as it shall be when the ranks count.
    pub fn learn(facts: &[Fact], tune_from: i32, single_step: bool) -> Self {
        let (before, after) = facts.split_at(facts.partition_point(|f| f.day < tune_from));
        let mut start = Self::default();
        start.take(before);
        let chosen = start.tuned(after, single_step, LAMBDAS.len(), &|case, i, out| {
            case.strict(LAMBDAS[i], 1.0, out);
        });
        let lambdas: HashMap<Way, f64> = chosen
            .into_iter()
            .map(|(way, best)| (way, LAMBDAS[best]))
            .collect();
        let chosen = start.tuned(after, single_step, ALPHAS.len(), &|case, i, out| {
            let mix = Mix {
                lambda: lambdas[&case.way()],
                alpha: ALPHAS[i],
            };
            case.both(mix, out);
        });
        let mut learnt = start;
        learnt.take(after);
        learnt.chosen = chosen
            .into_iter()
            .map(|(way, best)| {
                let mix = Mix {
                    lambda: lambdas[&way],
                    alpha: ALPHAS[best].min(MOST),
                };
                (way, mix)
            })
            .collect();
        learnt
    }

    /// Takes in what happened after what it has seen.
    pub fn take(&mut self, facts: &[Fact]) {
        for fact in facts {
            for (query, answer) in Query::of(fact) {
                let past = self.past.entry((query.relation, query.asked)).or_default();
                let of_given = past.by_given.entry(query.given).or_default();
                of_given.entry(answer).or_default().push(fact.day);
                *past.counts.entry(answer).or_default() += 1;
                past.total += 1;
                let first = past.span.map_or(fact.day, |s| s.0);
                past.span = Some((first, fact.day));
            }
        }
    }

    /// The filtered rank of each of the `answers` to a question about a day after what was seen, as [`super::protocol::rank_of`] has it, among so many
    /// entities.
    pub fn ranks(&self, day: i32, query: &Query, answers: &[u32], entities: usize) -> Vec<f64> {
        let way = (query.relation, query.asked);
        let mix = self.chosen.get(&way).copied().unwrap_or(DEFAULT);
        let mut case = Case::new(self.past.get(&way), day, query);
        case.both_into(mix);
        ranks(&case.candidates, &case.scores, answers, entities).collect()
    }

    /// By relation and way of asking, which of `n` ways to score gives the best mean reciprocal rank on these days: the first of equals.
    fn tuned(
        &self,
        days: &[Fact],
        single_step: bool,
        n: usize,
        score: &(impl Fn(&Case, usize, &mut [f64]) + Sync),
    ) -> HashMap<Way, usize> {
        let mut seen = self.clone();
        let mut sums: BTreeMap<Way, Vec<f64>> = BTreeMap::new();
        for day in days.chunk_by(|a, b| a.day == b.day) {
            let asked = Query::answered(day);
            let pieces: Vec<_> = asked.chunks(PIECE).collect();
            let found = on_all_cores(pieces.len(), |piece| {
                let mut all = Vec::new();
                for (query, answers) in pieces[piece] {
                    let past = seen.past.get(&(query.relation, query.asked));
                    let mut case = Case::new(past, day[0].day, query);
                    let mut scores = std::mem::take(&mut case.scores);
                    for i in 0..n {
                        scores.fill(0.0);
                        score(&case, i, &mut scores);
                        // how many score nothing is the same for all ways: it needs no true number of entities
                        let ranks = ranks(&case.candidates, &scores, answers, UNKNOWN);
                        all.push(ranks.map(|rank| 1.0 / rank).sum::<f64>());
                    }
                }
                all
            });
            let found: Vec<f64> = found.into_iter().flatten().collect();
            for ((query, _), of) in asked.iter().zip(found.chunks(n)) {
                let sum = sums
                    .entry((query.relation, query.asked))
                    .or_insert_with(|| vec![0.0; n]);
                sum.iter_mut().zip(of).for_each(|(s, x)| *s += x);
            }
            if single_step {
                seen.take(day);
            }
        }
        let best = |of: &[f64]| (0..n).fold(0, |best, i| if of[i] > of[best] { i } else { best });
        sums.iter().map(|(way, of)| (*way, best(of))).collect()
    }
}

/// Entities enough that one which was never an answer ranks nowhere.
const UNKNOWN: usize = 1_000_000;

/// A question with all that was ever an answer to its relation: every other entity scores 0.
struct Case<'a> {
    query: Query,
    day: i32,
    past: Option<&'a Past>,
    /// Ascending.
    candidates: Vec<u32>,
    scores: Vec<f64>,
    /// By candidate: its share.
    shares: Vec<f64>,
}

impl<'a> Case<'a> {
    fn new(past: Option<&'a Past>, day: i32, query: &Query) -> Self {
        let counts = past.iter().flat_map(|p| &p.counts);
        let total = past.map_or(1.0, |p| f64::from(p.total));
        let (candidates, shares): (Vec<u32>, Vec<f64>) = counts
            .map(|(entity, n)| (*entity, f64::from(*n) / total))
            .unzip();
        Self {
            query: *query,
            day,
            past,
            scores: vec![0.0; candidates.len()],
            candidates,
            shares,
        }
    }

    fn way(&self) -> Way {
        (self.query.relation, self.query.asked)
    }

    /// Adds the strict score, weighted.
    fn strict(&self, lambda: f64, weight: f64, out: &mut [f64]) {
        let Some(past) = self.past else { return };
        let (Some(answers), Some((first, last))) =
            (past.by_given.get(&self.query.given), past.span)
        else {
            return;
        };
        let decay = |day: i32| (lambda * f64::from(day - self.day)).exp2();
        // as the authors sum it: up to the day before the last
        let all: f64 = (first..last).map(decay).sum();
        for (answer, days) in answers {
            if let Ok(place) = self.candidates.binary_search(answer) {
                let sum: f64 = days.iter().map(|day| decay(*day)).sum();
                out[place] += weight * sum / all.max(1e-15);
            }
        }
    }

    fn both(&self, mix: Mix, out: &mut [f64]) {
        self.strict(mix.lambda, mix.alpha, out);
        for (to, share) in out.iter_mut().zip(&self.shares) {
            *to += (1.0 - mix.alpha) * share;
        }
    }

    fn both_into(&mut self, mix: Mix) {
        let mut scores = std::mem::take(&mut self.scores);
        self.both(mix, &mut scores);
        self.scores = scores;
    }
}

/// The filtered rank of each answer, where all but the candidates score 0.
fn ranks(
    candidates: &[u32],
    scores: &[f64],
    answers: &[u32],
    entities: usize,
) -> impl Iterator<Item = f64> {
    let score = |entity: &u32| candidates.binary_search(entity).map_or(0.0, |i| scores[i]);
    let true_ones: Vec<f64> = answers.iter().map(score).collect();
    let silent = (entities - candidates.len()) as f64;
    answers.iter().map(move |answer| {
        let own = candidates.binary_search(answer).map_or(0.0, |i| scores[i]);
        let above = |all: &[f64]| all.iter().filter(|s| **s > own).count() as f64;
        let level = |all: &[f64]| all.iter().filter(|s| **s == own).count() as f64;
        let at_nothing = if own == 0.0 { silent } else { 0.0 };
        // the answer is one of the true ones, and of those level with it
        let level = level(scores) + at_nothing - level(&true_ones);
        1.0 + above(scores) - above(&true_ones) + level / 2.0
    })
}

#[cfg(test)]
mod tests {
    use super::super::protocol::rank_of;
    use super::*;
    use crate::Draw;

    fn fact(day: i32, subject: u32, object: u32) -> Fact {
        Fact {
            day,
            subject,
            relation: 0,
            object,
        }
    }

    fn whom(given: u32) -> Query {
        Query {
            given,
            relation: 0,
            asked: Asked::Object,
        }
    }

    #[test]
    fn both_scores_by_hand() {
        let mut seen = Recurrency::default();
        seen.take(&[fact(1, 0, 1), fact(2, 0, 1), fact(3, 0, 2), fact(3, 5, 3)]);
        let mut case = Case::new(seen.past.get(&(0, Asked::Object)), 4, &whom(0));
        case.both_into(Mix {
            lambda: 1.0,
            alpha: 0.5,
        });
        assert_eq!(case.candidates, [1, 2, 3]);
        // strict: days 1 and 2 weigh 1/8 and 1/4, which is also the sum over the days up to the last but one; day 3 weighs 1/2
        let wanted = [0.5 + 0.25, 0.5 * 0.5 / 0.375 + 0.125, 0.125];
        for (found, wanted) in case.scores.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{:?}", case.scores);
        }
    }

    #[test]
    fn ranks_are_those_of_the_protocol() {
        let mut draw = Draw::of(3, 0, 0);
        for _ in 0..200 {
            let candidates: Vec<u32> = (0..20).filter(|_| draw.below(2) == 0).collect();
            let scores: Vec<f64> = candidates.iter().map(|_| draw.below(4) as f64).collect();
            let mut answers: Vec<u32> = (0..4).map(|_| draw.below(20) as u32).collect();
            answers.sort_unstable();
            answers.dedup();
            let mut whole = [0.0_f32; 20];
            for (entity, score) in candidates.iter().zip(&scores) {
                whole[*entity as usize] = *score as f32;
            }
            let found: Vec<f64> = ranks(&candidates, &scores, &answers, 20).collect();
            let wanted: Vec<f64> = answers
                .iter()
                .map(|a| rank_of(&whole, *a, &answers))
                .collect();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn parameters_follow_the_days_to_tune_on() {
        // One answer was frequent long ago, the other came of late and will come: recent days must weigh more.
        let mut days: Vec<Fact> = (0..20).map(|day| fact(day, 0, 1)).collect();
        days.extend((20..40).map(|day| fact(day, 0, 2)));
        let model = Recurrency::learn(&days, 25, true);
        assert!(model.chosen[&(0, Asked::Object)].lambda > 0.0);
        assert_eq!(model.ranks(40, &whom(0), &[2], 5), [1.0]);
        assert_eq!(model.ranks(40, &whom(0), &[1], 5), [2.0]);
        // of a subject that was never seen only the relaxed score speaks, 20 times each; two others stand level with 0
        assert_eq!(model.ranks(40, &whom(3), &[1], 4), [1.5]);
        assert_eq!(model.ranks(40, &whom(3), &[0], 4), [3.5]);
    }
}
