//! Real processes: killed at any time, two at once, and on a full disk.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Bench, digest, event_job, files_below, scan};
use crate::ingest::{Job, Limits, Progress};
use crate::log::Failed;
use crate::schema::Table;
use crate::store::{Lake, WriterLock};

const FILES: usize = 24;
const ROWS: usize = 12;
const BATCH: usize = 4;
const KILLS: usize = 200;

struct Heard;

impl Progress for Heard {
    fn waiting(&self) {
        println!("HEARD waiting");
    }
}

fn root(bench: &Bench) -> PathBuf {
    bench.lake_dir().parent().unwrap().to_owned()
}

fn files(bench: &Bench) -> Vec<PathBuf> {
    let line = |f: usize, r: usize| {
        format!(
            "2020-{:02}-{:02} 2021-01-01 AZE ARM 190 4 {f}",
            f % 12 + 1,
            r + 1
        )
    };
    (0..FILES)
        .map(|f| {
            let lines: Vec<String> = (0..ROWS).map(|r| line(f, r)).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            bench.file(&format!("{f:02}.tab"), &lines)
        })
        .collect()
}

fn ingest(lake: &Lake, files: &[PathBuf], progress: &dyn Progress) -> crate::Result<()> {
    let jobs: Vec<Job<'_>> = files.iter().map(|p| event_job("e", p)).collect();
    let limits = Limits {
        files: BATCH,
        bytes: 1 << 30,
    };
    for outcome in lake.ingest_jobs_each(&jobs, progress, limits)? {
        outcome.result?;
    }
    // A failure beside it, so that kills also meet a commit of that kind.
    lake.note_failed(&[Failed::of(
        "e",
        None,
        "gone.tab",
        "could not be fetched: HTTP 404",
    )])
}

/// The other process: takes in the files of the folder that the environment names, and says how it went.
#[test]
#[ignore = "run by the other tests of this file in a process of its own"]
fn child_that_ingests() {
    let Ok(root) = std::env::var("LAKE_KILL_ROOT") else {
        return;
    };
    let root = PathBuf::from(root);
    println!("HEARD begin");
    let done = Lake::open_or_create(&root.join("lake"))
        .and_then(|lake| ingest(&lake, &files_below(&root.join("data")), &Heard));
    match done {
        Ok(()) => println!("HEARD end"),
        Err(e) => println!("HEARD error {e}"),
    }
}

fn child(root: &Path, shell: Option<&str>) -> Child {
    let exe = std::env::current_exe().unwrap();
    let arguments = [
        "--exact",
        "tests::kills::child_that_ingests",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ];
    let mut command = match shell {
        None => Command::new(&exe),
        Some(before) => {
            let mut sh = Command::new("sh");
            sh.arg("-c")
                .arg(format!("{before}; exec \"$0\" \"$@\""))
                .arg(&exe);
            sh
        }
    };
    command
        .args(arguments)
        .env("LAKE_KILL_ROOT", root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a child said after `HEARD`, up to a word or its end.
fn hear(child: &mut Child, until: &str) -> Vec<String> {
    let mut heard = Vec::new();
    // The harness writes on the same lines.
    for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((_, word)) = line.split_once("HEARD ") {
            heard.push(word.to_owned());
            if word == until {
                break;
            }
        }
    }
    heard
}

fn all_rows(lake: &Lake) -> Vec<String> {
    scan(lake, Table::Events, &["goldstein", "day"], "all")
}

#[test]
fn killed_at_any_time_an_ingest_loses_nothing_and_doubles_nothing() {
    let whole = {
        let bench = Bench::new();
        ingest(&bench.lake(), &files(&bench), &()).unwrap();
        all_rows(&bench.lake())
    };
    assert_eq!(whole.len(), FILES * ROWS);
    // How long a child takes from its first word to its end; the median of some.
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let bench = Bench::new();
            files(&bench);
            let mut child = child(&root(&bench), None);
            hear(&mut child, "begin");
            let start = Instant::now();
            child.wait().unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();
    let duration = times[2];
    println!("an ingest takes {duration:?} (five: {times:?})");

    // Linear congruential, Knuth's constants; the seed fixes the order of the delays, which are spread evenly.
    let mut seed = 20_201_109_u64;
    let mut found = [0_usize; FILES / BATCH + 2];
    let (mut early, mut late) = (0, 0);
    for n in 0..KILLS {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let within = (seed >> 40) as f64 / (1 << 24) as f64;
        let delay = duration.mul_f64((n as f64 + within) / KILLS as f64);
        let bench = Bench::new();
        let files = files(&bench);
        let mut child = child(&root(&bench), None);
        hear(&mut child, "begin");
        let start = Instant::now();
        while start.elapsed() < delay {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        let ended = child.wait().unwrap().success();
        late += usize::from(ended);
        // It opens, with a whole number of commits.
        match Lake::open(&bench.lake_dir()) {
            Err(crate::LakeError::NoLake { .. }) => early += 1,
            Err(e) => panic!("kill {n} after {delay:?}: {e}"),
            Ok(lake) => {
                let rows = all_rows(&lake);
                assert_eq!(rows.len() % (BATCH * ROWS), 0, "kill {n} after {delay:?}");
                let batches = rows.len() / (BATCH * ROWS);
                assert_eq!(rows, whole[..rows.len()], "kill {n} after {delay:?}");
                assert!(lake.snapshot().version >= batches as u64);
                found[batches] += 1;
            }
        }
        // And after the same again all is there once.
        let lake = bench.lake();
        ingest(&lake, &files, &()).unwrap_or_else(|e| panic!("kill {n} after {delay:?}: {e}"));
        assert_eq!(all_rows(&lake), whole, "kill {n} after {delay:?}");
        assert_eq!(lake.failed().len(), 1);
        // What the killed process left goes with the next write.
        let other = Failed::of("e", None, "other.tab", "could not be fetched: HTTP 404");
        lake.note_failed(&[other]).unwrap();
        let parts: BTreeSet<_> = lake.files().into_iter().filter_map(|f| f.path).collect();
        assert_eq!(
            files_below(&bench.lake_dir().join("events")).len(),
            parts.len()
        );
        assert!(files_below(&bench.lake_dir().join("_tmp")).is_empty());
    }
    println!(
        "lakes with so many batches: {found:?}; killed before the lake was there: {early}; ended before the kill: {late}"
    );
    // The kills did meet it in the middle.
    let middle: usize = found[1..FILES / BATCH].iter().sum();
    assert!(middle > KILLS / 4, "{found:?}, {early}, {late}");
}

#[test]
fn of_two_processes_one_waits_and_says_so() {
    let bench = Bench::new();
    let files = files(&bench);
    let lake = bench.lake();
    let held = WriterLock::acquire(&bench.lake_dir(), || ()).unwrap();
    let mut children = [child(&root(&bench), None), child(&root(&bench), None)];
    for child in &mut children {
        assert_eq!(
            hear(child, "waiting").last().map(String::as_str),
            Some("waiting")
        );
    }
    assert!(all_rows(&bench.lake()).is_empty());
    drop(held);
    for child in &mut children {
        assert_eq!(hear(child, ""), ["end"]);
        assert!(child.wait().unwrap().success());
    }
    lake.refresh().unwrap();
    assert_eq!(all_rows(&lake).len(), FILES * ROWS);
    let before = digest(&bench.lake_dir());
    ingest(&lake, &files, &()).unwrap();
    assert_eq!(digest(&bench.lake_dir()), before);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_named_and_leaves_the_lake_as_it_was() {
    let bench = Bench::new();
    let small = files(&bench);
    ingest(&bench.lake(), &small, &()).unwrap();
    let before = all_rows(&bench.lake());
    let kept = digest(&bench.lake_dir());
    // A file of the lake may not grow beyond 8 KiB: as on a full disk, the write fails in the middle.
    let line = |r: usize| format!("2020-01-{:02} 2021-01-01 AZE ARM 190 4 {r}", r % 28 + 1);
    let lines: Vec<String> = (0..4_000).map(line).collect();
    let large = bench.file(
        "large.tab",
        &lines.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let mut child = child(&root(&bench), Some("trap '' XFSZ; ulimit -f 16"));
    let heard = hear(&mut child, "");
    child.wait().unwrap();
    let said = heard.last().unwrap();
    assert!(
        said.starts_with("error ") && said.contains("no space left"),
        "{heard:?}"
    );
    assert!(
        said.contains("lake/_tmp/") && said.contains("run the same command again"),
        "{heard:?}"
    );
    let lake = Lake::open(&bench.lake_dir()).unwrap();
    assert_eq!(all_rows(&lake), before);
    assert_eq!(digest(&bench.lake_dir()), kept);
    ingest(&lake, &[small, vec![large]].concat(), &()).unwrap();
    assert_eq!(all_rows(&lake).len(), FILES * ROWS + 4_000);
}
