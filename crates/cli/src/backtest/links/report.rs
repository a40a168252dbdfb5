//! What the runs gave, as JSON and as a table.

use detente_forecast::bootstrap;
use detente_forecast::link::protocol::{HITS, Ranks};
use detente_forecast::link::{Answer, Asked};
use serde_json::{Map, Value, json};

use super::super::quadruples::Quadruples;
use super::Found;
use super::run::Run;
use crate::table::{Table, number, whole};

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

/// As JSON.
pub fn json(data: &Quadruples, found: &[Found], loaded: f64) -> Value {
    let mut all = Map::new();
    for Found { name, runs, beside } in found {
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
        if let Some(beside) = beside {
            let gain = gain(&runs[0], beside);
            part.insert(
                "gain_over_recurrency".to_owned(),
                json!({
                    "mrr": percent(std::slice::from_ref(beside), |run| run.tally.all().mrr()),
                    "gain": gain.map(|g| g[0]), "lo": gain.map(|g| g[1]), "hi": gain.map(|g| g[2]),
                }),
            );
        }
        if !runs[0].examples.is_empty() {
            let shown = runs[0].examples.iter().map(|e| e.json(data));
            part.insert("examples".to_owned(), shown.collect());
        }
        all.insert((*name).to_owned(), Value::Object(part));
    }
    if let Some(Found { runs, .. }) = found.last() {
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

/// Gain in MRR over a baseline with its 90 % interval, in points of percent.
fn gain(run: &Run, beside: &Run) -> Option<[f64; 3]> {
    let block = (run.daily.days() / 2).min(BLOCK);
    let settings = bootstrap::Settings::default();
    let of = run.daily.gain(&beside.daily, block, &settings).ok()?;
    Some([of.mean, of.lo, of.hi].map(|x| (x * 1e5).round() / 1e3))
}

/// Mean seconds of a run.
fn seconds(runs: &[Run]) -> (f64, f64) {
    let n = runs.len() as f64;
    (
        runs.iter().map(|run| run.learn).sum::<f64>() / n,
        runs.iter().map(|run| run.rank).sum::<f64>() / n,
    )
}

/// As a table with notes.
pub fn table(data: &Quadruples, found: &[Found], loaded: f64) -> String {
    let mut table = Table::new(&[
        "Part", "Answers", ">Number", ">MRR", ">Hits@1", ">Hits@3", ">Hits@10", ">Seconds",
    ]);
    for Found { name, runs, .. } in found {
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
    for Found { name, runs, beside } in found {
        if let Some((lo, hi)) = interval(&runs[0]) {
            text += &format!(
                "{name}: 90 % interval of the MRR over weeks: {} to {}\n",
                number(Some(lo), 2),
                number(Some(hi), 2)
            );
        }
        if let Some((beside, [gain, lo, hi])) = beside
            .as_ref()
            .and_then(|beside| Some((beside, gain(&runs[0], beside)?)))
        {
            let theirs = percent(std::slice::from_ref(beside), |run| run.tally.all().mrr());
            text += &format!(
                "{name}: {} above the recurrency baseline ({}), 90 % interval {} to {}\n",
                number(Some(gain), 2),
                number(theirs, 2),
                number(Some(lo), 2),
                number(Some(hi), 2)
            );
        }
        if runs.len() > 1 {
            let of = runs.iter().map(|run| {
                let mrr = percent(std::slice::from_ref(run), |run| run.tally.all().mrr());
                number(mrr, 2)
            });
            let of: Vec<String> = of.collect();
            text += &format!("{name}: MRR by seed: {}\n", of.join(", "));
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
    for Found { name, runs, .. } in found {
        if !runs[0].examples.is_empty() {
            text += &format!("\n{name}, questions drawn at random:\n\n");
            text.extend(runs[0].examples.iter().map(|e| e.text(data)));
            text += "\n";
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
