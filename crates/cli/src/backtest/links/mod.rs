//! `detente backtest links`: who will do what to whom next, on the benchmarks of temporal-knowledge-graph forecasting.

use std::path::PathBuf;
use std::time::Instant;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use detente_forecast::link::Ingredient;

use super::quadruples::load;
use crate::args::Global;
use crate::error::{CliError, Result};
use crate::output::{self, Format};

mod examples;
mod report;
mod run;

use run::Run;

const AFTER: &str = "\
Examples:
  detente backtest links --data ~/tkg/icews14s
  detente backtest links --data ~/tkg/icews18 --part test --seeds 3 --beside --format json
  detente backtest links --data ~/tkg/icews14s --part valid --without names --without rules
  detente backtest links --data ~/tkg/icews14s --part test --examples 30

--data names a folder with train.txt, valid.txt, test.txt (subject, relation, object, time: numbers) and entity2id.txt, relation2id.txt (name, number); .gz is read too.

Single step: for each event of a day both ends are asked for, and what is known is all that happened before that day, earlier test days
included (--multi-step: nothing after the last day before the part). All entities are ranked; only other true answers of the same question on the
same day are left out; ties count half. MRR is the mean of 1/rank. Valid is learnt from when test is ranked, never the other way round.
--without leaves out what rests on one idea: triple (just this event between the two), pair, class, rules (what followed on what), met (how often the candidate is met),
received (how often this is done to it), names (countries and sectors), ties (common partners), question (how much the given side does in this way).
The probability of a candidate is the chance that it is among the answers, if there is an event with this end and of this type on the day.
JSON: valid, test.{mrr,lo,hi,hits1,hits3,hits10,tail_mrr,head_mrr,by.{seen_triple,seen_pair,unseen_pair},best.{probability,right,brier}},
  gain_over_recurrency.{mrr,gain,lo,hi} with --beside, examples[] with --examples,
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
    /// Leave this out of the model; may be given several times
    #[arg(long, value_name = "INGREDIENT", value_parser = ingredient())]
    without: Vec<Ingredient>,
    /// Also rank by the recurrency baseline, and tell the gain over it
    #[arg(long)]
    beside: bool,
    /// Show this many questions, drawn at random, with the answer, its rank, its probability and the reasons
    #[arg(long, value_name = "N", default_value_t = 0)]
    examples: usize,
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

/// Reads the name of an ingredient.
fn ingredient() -> impl TypedValueParser<Value = Ingredient> {
    let names = PossibleValuesParser::new(Ingredient::ALL.map(Ingredient::name));
    names.map(|name| {
        let mut all = Ingredient::ALL.into_iter();
        all.find(|i| i.name() == name).expect("one of the names")
    })
}

/// A part with what its runs gave.
struct Found {
    name: &'static str,
    /// One for each seed.
    runs: Vec<Run>,
    /// The recurrency baseline, if asked for.
    beside: Option<Run>,
}

pub fn run(global: &Global, args: &LinksArgs) -> Result {
    let format = Format::choose(args.format, args.output.as_deref(), Format::Table)?;
    let dir = global.data.as_deref().ok_or_else(|| {
        CliError::Given("--data DIR is needed here: a folder with train, valid, test and the names (--help says more)".to_owned())
    })?;
    let begin = Instant::now();
    let data = load(dir)?;
    let loaded = begin.elapsed().as_secs_f64();
    let parts: &[(&'static str, Part)] = match args.part {
        Part::Valid => &[("valid", Part::Valid)],
        Part::Test => &[("test", Part::Test)],
        Part::Both => &[("valid", Part::Valid), ("test", Part::Test)],
    };
    let mut found = Vec::new();
    for &(name, part) in parts {
        let runs: Vec<Run> = match args.model {
            // nothing of it is random
            Model::Recurrency => vec![run::recurrency(args, &data, part)],
            _ => (1..=args.seeds)
                .map(|seed| run::ranker(global, args, &data, part, seed))
                .collect::<Result<_>>()?,
        };
        let beside = args.beside.then(|| run::recurrency(args, &data, part));
        found.push(Found { name, runs, beside });
    }
    match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&report::json(&data, &found, loaded))
                .map_err(CliError::room)?;
            output::text(args.output.as_deref(), &format!("{text}\n"))
        }
        _ => output::text(
            args.output.as_deref(),
            &report::table(&data, &found, loaded),
        ),
    }
}
