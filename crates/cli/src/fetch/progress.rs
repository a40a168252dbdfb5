//! How far the downloads have come: a bar on a terminal, a plain line now and then elsewhere, nothing when asked to be quiet.

use std::io::{IsTerminal as _, stderr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anstream::eprintln;
use detente_fetch::{Failure, Got, Progress, Wanted};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::count;
use crate::table::{bytes, whole};

/// Between two plain lines.
const NOW_AND_THEN: Duration = Duration::from_secs(10);
/// Troubles told one by one; the report at the end has them all.
const TOLD: usize = 20;

/// The way that suits the place.
pub(super) fn shown(quiet: bool) -> Box<dyn Progress> {
    let count = Count::default();
    match (quiet, stderr().is_terminal()) {
        (true, _) => Box::new(()),
        (false, true) => Box::new(Bar::new(count)),
        (false, false) => Box::new(Lines {
            count,
            last: Mutex::new(Instant::now()),
        }),
    }
}

/// What both ways count.
#[derive(Default)]
struct Count {
    files: AtomicUsize,
    done: AtomicUsize,
    failed: AtomicUsize,
    /// Modulo 2^64, as bytes that are given back are added as negative numbers.
    bytes: AtomicU64,
    told: AtomicUsize,
}

impl Count {
    fn moved(&self, n: i64) -> u64 {
        let n = n.cast_unsigned();
        self.bytes.fetch_add(n, Ordering::Relaxed).wrapping_add(n)
    }

    fn done(&self, failed: bool) -> String {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let failed = self
            .failed
            .fetch_add(usize::from(failed), Ordering::Relaxed)
            + usize::from(failed);
        let files = self.files.load(Ordering::Relaxed);
        let bad = match failed {
            0 => String::new(),
            n => format!(", {} failed", whole(n as u64)),
        };
        format!("{} of {}{bad}", whole(done as u64), count(files, "file"))
    }

    /// Whether this trouble is still told by itself.
    fn tells(&self) -> bool {
        self.told.fetch_add(1, Ordering::Relaxed) < TOLD
    }
}

fn retrying(name: &str, why: &Failure, wait: Duration) -> String {
    format!(
        "  {name}: {}; next try in {:.0} s",
        why.kind(),
        wait.as_secs_f64().ceil()
    )
}

struct Lines {
    count: Count,
    last: Mutex<Instant>,
}

impl Progress for Lines {
    fn planned(&self, files: usize, total: u64) {
        self.count.files.store(files, Ordering::Relaxed);
        self.count.bytes.store(0, Ordering::Relaxed);
        if files > 0 {
            let size = match total {
                0 => "of sizes that are not listed".to_owned(),
                n => bytes(n),
            };
            eprintln!("fetching {}, {size}", count(files, "file"));
        }
    }

    fn moved(&self, n: i64) {
        self.count.moved(n);
    }

    fn retrying(&self, name: &str, why: &Failure, wait: Duration) {
        if self.count.tells() {
            eprintln!("{}", retrying(name, why, wait));
        }
    }

    fn done(&self, file: &Wanted, result: Result<Got, &Failure>) {
        let so_far = self.count.done(result.is_err());
        if let Err(why) = result
            && self.count.tells()
        {
            eprintln!("  {}: {why}", file.item.name);
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= NOW_AND_THEN {
            *last = Instant::now();
            let moved = self.count.bytes.load(Ordering::Relaxed);
            eprintln!("  {so_far}, {}", bytes(moved));
        }
    }
}

struct Bar {
    count: Count,
    bar: ProgressBar,
}

impl Bar {
    fn new(count: Count) -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("the publisher's list  {decimal_bytes}") {
            bar.set_style(style);
        }
        Bar { count, bar }
    }
}

impl Progress for Bar {
    fn planned(&self, files: usize, total: u64) {
        self.count.files.store(files, Ordering::Relaxed);
        self.count.bytes.store(0, Ordering::Relaxed);
        if files == 0 {
            self.bar.finish_and_clear();
            return;
        }
        let template = if total > 0 {
            self.bar.set_length(total);
            "{msg} {bar:20} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left"
        } else {
            "{msg} {spinner} {decimal_bytes}, {decimal_bytes_per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.reset();
        self.bar.set_message(count(files, "file"));
    }

    fn moved(&self, n: i64) {
        self.bar.set_position(self.count.moved(n));
    }

    fn retrying(&self, name: &str, why: &Failure, wait: Duration) {
        if self.count.tells() {
            self.bar.println(retrying(name, why, wait));
        }
    }

    fn done(&self, file: &Wanted, result: Result<Got, &Failure>) {
        self.bar.set_message(self.count.done(result.is_err()));
        if let Err(why) = result
            && self.count.tells()
        {
            self.bar.println(format!("  {}: {why}", file.item.name));
        }
        if self.count.done.load(Ordering::Relaxed) >= self.count.files.load(Ordering::Relaxed) {
            self.bar.finish_and_clear();
        }
    }
}
