//! Ranking one part of the facts, once.

use std::collections::BTreeMap;
use std::time::Instant;

use detente_forecast::link::daily::Daily;
use detente_forecast::link::protocol::{Tally, rank_of};
use detente_forecast::link::{Fact, Query, Ranker, Settings, Without};

use super::super::quadruples::Quadruples;
use super::super::recurrency as baseline;
use super::examples::{Example, drawn};
use super::{LinksArgs, Model, Part};
use crate::args::Global;
use crate::error::{CliError, Result};
use crate::progress::steps;

/// What one run of one part gave.
#[derive(Debug, Default)]
pub struct Run {
    pub tally: Tally,
    pub daily: Daily,
    /// Of the best candidate of each question: questions, sum of its probabilities, times it was right, sum of squared errors.
    pub best: [f64; 4],
    /// Questions that were drawn to be shown.
    pub examples: Vec<Example>,
    /// Seconds of learning.
    pub learn: f64,
    /// Seconds of ranking.
    pub rank: f64,
}

/// What is known and what is asked.
fn parts(data: &Quadruples, part: Part) -> (Vec<Fact>, &[Fact]) {
    let mut known = data.train.clone();
    if part == Part::Valid {
        return (known, &data.valid);
    }
    known.extend(&data.valid);
    (known, &data.test)
}

/// By the recurrency baseline.
pub fn recurrency(args: &LinksArgs, data: &Quadruples, part: Part) -> Run {
    let (known, asked) = parts(data, part);
    let tune_from = data.valid.first().map(|f| f.day);
    let found = baseline::rank(
        data.entities.len(),
        &known,
        asked,
        tune_from.filter(|_| part != Part::Valid),
        !args.multi_step,
    );
    let mut run = Run {
        learn: found.learn,
        rank: found.rank,
        ..Run::default()
    };
    for (day, asked, met, rank) in found.ranks {
        run.tally.add(asked, met, rank);
        run.daily.add(day, rank);
    }
    run
}

/// By ours.
pub fn ranker(
    global: &Global,
    args: &LinksArgs,
    data: &Quadruples,
    part: Part,
    seed: u64,
) -> Result<Run> {
    let (known, asked) = parts(data, part);
    let mut settings = Settings::of(known.len());
    let left_out = args.without.iter().copied();
    settings.without = left_out.fold(Without::default(), Without::and);
    if args.model == Model::Linear {
        settings.growth = None;
    }
    let shown = drawn(asked, args.examples, seed);
    let begin = Instant::now();
    let until = asked[0].day;
    let mut ranker =
        Ranker::learn(data.cast.clone(), &known, until, settings, seed).map_err(CliError::room)?;
    let mut run = Run {
        learn: begin.elapsed().as_secs_f64(),
        ..Run::default()
    };
    let begin = Instant::now();
    let days: Vec<&[Fact]> = asked.chunk_by(|a, b| a.day == b.day).collect();
    let bar = steps(global.quiet, "ranking the days", days.len());
    for today in days {
        add_day(&mut run, &ranker, today, &shown);
        if !args.multi_step {
            ranker.take(today);
        }
        bar.step();
    }
    bar.done();
    run.rank = begin.elapsed().as_secs_f64();
    Ok(run)
}

fn add_day(run: &mut Run, ranker: &Ranker, today: &[Fact], shown: &[(Fact, usize)]) {
    let asked: BTreeMap<Query, Vec<u32>> = Query::answered(today).into_iter().collect();
    let queries: Vec<Query> = asked.keys().copied().collect();
    let made = ranker.rank(today[0].day, &queries, |query, ranked| {
        let answers = &asked[query];
        let ranks: Vec<_> = answers
            .iter()
            .map(|answer| {
                (
                    ranked.met(*answer),
                    rank_of(ranked.scores, *answer, answers),
                )
            })
            .collect();
        let (best, probability) = ranked.first();
        let best = (probability, answers.contains(&best));
        let of = shown.iter().filter(|(fact, _)| fact.day == today[0].day);
        let of = of.filter_map(|(fact, end)| {
            let (asked, answer) = Query::of(fact)[*end];
            (asked == *query).then(|| Example::of(fact.day, query, ranked, answer, answers))
        });
        (ranks, best, of.collect::<Vec<_>>())
    });
    for (query, (ranks, best, examples)) in queries.iter().zip(made) {
        run.examples.extend(examples);
        for (met, rank) in ranks {
            run.tally.add(query.asked, met, rank);
            run.daily.add(today[0].day, rank);
        }
        let (probability, right) = (best.0, f64::from(u8::from(best.1)));
        let of = [1.0, probability, right, (probability - right).powi(2)];
        run.best.iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
    }
}
