//! `detente backtest links`: who will do what to whom next, on the benchmarks of temporal-knowledge-graph forecasting.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use detente_forecast::bootstrap;
use detente_forecast::link::daily::Daily;
use detente_forecast::link::protocol::{HITS, Ranks, Tally, rank_of};
use detente_forecast::link::{Answer, Asked, Fact, Query, Ranker, Settings};
use serde_json::{Map, Value, json};

use super::quadruples::{Quadruples, load};
use super::recurrency;
use crate::args::Global;
use crate::error::{CliError, Result};
use crate::output::{self, Format};
use crate::progress::steps;
use crate::table::{Table, number, whole};

const AFTER: &str = "\
Examples:
  detente backtest links --data ~/tkg/icews14s
  detente backtest links --data ~/tkg/icews18 --part test --seeds 3 --format json

--data names a folder with train.txt, valid.txt, test.txt (subject, relation, object, time: numbers) and entity2id.txt, relation2id.txt (name, number); .gz is read too.

Single step: for each event of a day both ends are asked for, and what is known is all that happened before that day, earlier test days
included (--multi-step: nothing after the last day before the part). All entities are ranked; only other true answers of the same question on the
same day are left out; ties count half. MRR is the mean of 1/rank. Valid is learnt from when test is ranked, never the other way round.
JSON: valid, test.{mrr,lo,hi,hits1,hits3,hits10,tail_mrr,head_mrr,by.{seen_triple,seen_pair,unseen_pair},best.{probability,right,brier}},
  seconds.{load,learn,rank,total} of the last part, peak_memory_mb; lo to hi is the 90 % interval of mrr, by a bootstrap over weeks (first seed)";

/// Who will do what to whom next: rankings of the other end of each event
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct LinksArgs {
    /// What is ranked
    #[arg(long, value_enum, default_value_t = Part::Both)]
    part: Part,
    /// The linear model with its reasons, or trees on its leading candidates as well
    #[arg(long, value_enum, default_value_t = Model::Trees)]
    model: Model,
    /// How often everything is learnt anew, each time with another seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// Rank the whole part from what happened before it
    #[arg(long)]
    multi_step: bool,
    /// table, json
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "json"]))]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Valid,
    Test,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    Linear,
    Trees,
    /// The recurrency baseline of Gastinger et al. 2024
    Recurrency,
}

pub fn run(global: &Global, args: &LinksArgs) -> Result {
    let format = Format::choose(args.format, args.output.as_deref(), Format::Table)?;
    let dir = global.data.as_deref().ok_or_else(|| {
        CliError::Given("--data DIR is needed here: a folder with train, valid, test and the names (--help says more)".to_owned())
    })?;
    let begin = Instant::now();
    let data = load(dir)?;
    let loaded = begin.elapsed().as_secs_f64();
    let parts: &[(&str, Part)] = match args.part {
        Part::Valid => &[("valid", Part::Valid)],
        Part::Test => &[("test", Part::Test)],
        Part::Both => &[("valid", Part::Valid), ("test", Part::Test)],
    };
    let mut found = Vec::new();
    for (name, part) in parts {
        let runs: Vec<Run> = (1..=args.seeds)
            .map(|seed| rank(global, args, &data, *part, seed))
            .collect::<Result<_>>()?;
        found.push((*name, runs));
    }
    match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&report(&data, &found, loaded))
                .map_err(CliError::room)?;
            output::text(args.output.as_deref(), &format!("{text}\n"))
        }
        _ => output::text(args.output.as_deref(), &table(&data, &found, loaded)),
    }
}

/// What one run of one part gave.
#[derive(Debug, Default)]
struct Run {
    tally: Tally,
    daily: Daily,
    /// Of the best candidate of each question: questions, sum of its probabilities, times it was right, sum of squared errors.
    best: [f64; 4],
    learn: f64,
    rank: f64,
}

fn rank(
    global: &Global,
    args: &LinksArgs,
    data: &Quadruples,
    part: Part,
    seed: u64,
) -> Result<Run> {
    let mut known = data.train.clone();
    let asked = if part == Part::Valid {
        &data.valid
    } else {
        known.extend(&data.valid);
        &data.test
    };
    if args.model == Model::Recurrency {
        let tune_from = data.valid.first().map(|f| f.day);
        let found = recurrency::rank(
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
        return Ok(run);
    }
    let mut settings = Settings::default();
    if args.model == Model::Linear {
        settings.growth = None;
    }
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
        add_day(&mut run, &ranker, today);
        if !args.multi_step {
            ranker.take(today);
        }
        bar.step();
    }
    bar.done();
    run.rank = begin.elapsed().as_secs_f64();
    Ok(run)
}

fn add_day(run: &mut Run, ranker: &Ranker, today: &[Fact]) {
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
        let best = ranked
            .best(1)
            .first()
            .map(|best| (best.probability, answers.contains(&best.entity)));
        (ranks, best)
    });
    for (query, (ranks, best)) in queries.iter().zip(made) {
        for (met, rank) in ranks {
            run.tally.add(query.asked, met, rank);
            run.daily.add(today[0].day, rank);
        }
        if let Some((probability, right)) = best {
            let right = f64::from(u8::from(right));
            let of = [1.0, probability, right, (probability - right).powi(2)];
            run.best.iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
        }
    }
}

const MET: [(&str, Answer); 3] = [
    ("seen_triple", Answer::SeenTriple),
    ("seen_pair", Answer::SeenPair),
    ("unseen_pair", Answer::UnseenPair),
];

/// Mean over the runs, in percent.
fn mean(runs: &[Run], of: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = runs.iter().filter_map(of).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn percent(runs: &[Run], of: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
    mean(runs, of).map(|value| (value * 1e5).round() / 1e3)
}

fn hits(runs: &[Run], ranks: impl Fn(&Run) -> Ranks, k: usize) -> Option<f64> {
    percent(runs, |run| ranks(run).hits().map(|hits| hits[k]))
}

fn report(data: &Quadruples, found: &[(&str, Vec<Run>)], loaded: f64) -> Value {
    let mut all = Map::new();
    for (name, runs) in found {
        let mut part = Map::new();
        part.insert("questions".to_owned(), json!(runs[0].tally.all().number));
        part.insert(
            "mrr".to_owned(),
            json!(percent(runs, |run| run.tally.all().mrr())),
        );
        let interval = interval(&runs[0]);
        part.insert("lo".to_owned(), json!(interval.map(|i| i.0)));
        part.insert("hi".to_owned(), json!(interval.map(|i| i.1)));
        for (k, up_to) in HITS.iter().enumerate() {
            part.insert(
                format!("hits{up_to}"),
                json!(hits(runs, |run| run.tally.all(), k)),
            );
        }
        for (name, asked) in [("tail_mrr", Asked::Object), ("head_mrr", Asked::Subject)] {
            part.insert(
                name.to_owned(),
                json!(percent(runs, |run| run.tally.of(asked).mrr())),
            );
        }
        let by: Map<String, Value> = MET
            .iter()
            .map(|(name, met)| {
                let ranks = runs[0].tally.by(*met);
                let share = ranks.number as f64 / runs[0].tally.all().number as f64;
                let mrr = percent(runs, |run| run.tally.by(*met).mrr());
                (
                    (*name).to_owned(),
                    json!({"share": (share * 1e5).round() / 1e3, "mrr": mrr}),
                )
            })
            .collect();
        part.insert("by".to_owned(), Value::Object(by));
        let best = |i: usize| mean(runs, |run| Some(run.best[i] / run.best[0]));
        part.insert(
            "best".to_owned(),
            json!({"probability": best(1), "right": best(2), "brier": best(3)}),
        );
        part.insert(
            "mrr_by_seed".to_owned(),
            json!(
                runs.iter()
                    .map(|run| percent(std::slice::from_ref(run), |run| run.tally.all().mrr()))
                    .collect::<Vec<_>>()
            ),
        );
        all.insert((*name).to_owned(), Value::Object(part));
    }
    if let Some((_, runs)) = found.last() {
        let (learn, rank) = seconds(runs);
        all.insert(
            "seconds".to_owned(),
            json!({"load": loaded, "learn": learn, "rank": rank, "total": loaded + learn + rank}),
        );
    }
    all.insert("peak_memory_mb".to_owned(), json!(peak_memory()));
    all.insert(
        "facts".to_owned(),
        json!({"train": data.train.len(), "valid": data.valid.len(), "test": data.test.len()}),
    );
    all.insert("note".to_owned(), json!(data.note));
    Value::Object(all)
}

/// Days in a row that are resampled together.
const BLOCK: usize = 7;

/// 90 % interval of the MRR of a run, in percent, by a bootstrap over blocks of days; none for a day or two.
fn interval(run: &Run) -> Option<(f64, f64)> {
    let block = (run.daily.days() / 2).min(BLOCK);
    let of = run.daily.mrr(block, &bootstrap::Settings::default()).ok()?;
    let percent = |x: f64| (x * 1e5).round() / 1e3;
    Some((percent(of.lo), percent(of.hi)))
}

/// Mean seconds of a run.
fn seconds(runs: &[Run]) -> (f64, f64) {
    let n = runs.len() as f64;
    (
        runs.iter().map(|run| run.learn).sum::<f64>() / n,
        runs.iter().map(|run| run.rank).sum::<f64>() / n,
    )
}

fn table(data: &Quadruples, found: &[(&str, Vec<Run>)], loaded: f64) -> String {
    let mut table = Table::new(&[
        "Part", "Answers", ">Number", ">MRR", ">Hits@1", ">Hits@3", ">Hits@10", ">Seconds",
    ]);
    for (name, runs) in found {
        let (learn, rank) = seconds(runs);
        let mut row = |part: &str, of: &str, ranks: &dyn Fn(&Run) -> Ranks, seconds: String| {
            let mut cells = vec![
                part.to_owned(),
                of.to_owned(),
                whole(ranks(&runs[0]).number),
            ];
            cells.push(number(percent(runs, |run| ranks(run).mrr()), 2));
            cells.extend((0..HITS.len()).map(|k| number(hits(runs, ranks, k), 1)));
            cells.push(seconds);
            table.row(cells);
        };
        let spent = format!("{:.1}", learn + rank);
        row(name, "all", &|run: &Run| run.tally.all(), spent);
        row(
            "",
            "objects asked for",
            &|run: &Run| run.tally.of(Asked::Object),
            String::new(),
        );
        row(
            "",
            "subjects asked for",
            &|run: &Run| run.tally.of(Asked::Subject),
            String::new(),
        );
        for (met, words) in [
            (Answer::SeenTriple, "seen in this event before"),
            (Answer::SeenPair, "met before, otherwise"),
            (Answer::UnseenPair, "never met before"),
        ] {
            row(
                "",
                words,
                &move |run: &Run| run.tally.by(met),
                String::new(),
            );
        }
    }
    let mut text = table.render();
    for (name, runs) in found {
        if let Some((lo, hi)) = interval(&runs[0]) {
            text += &format!(
                "{name}: 90 % interval of the MRR over weeks: {} to {}\n",
                number(Some(lo), 2),
                number(Some(hi), 2)
            );
        }
        let best = |i: usize| mean(runs, |run| Some(100.0 * run.best[i] / run.best[0]));
        if runs.iter().all(|run| run.best[0] > 0.0) {
            text += &format!(
                "{name}: the first candidate was given {} % on average and was right in {} % of questions\n",
                number(best(1), 1),
                number(best(2), 1)
            );
        }
    }
    if let Some(note) = &data.note {
        text += &format!("{note}\n");
    }
    let memory =
        peak_memory().map_or_else(String::new, |mb| format!(", {mb} MB of memory at most"));
    text + &format!("loading took {loaded:.1} s{memory}\n")
}

/// The most memory that the process has held, in MB, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1000)
}
