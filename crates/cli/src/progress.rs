//! How far an ingest has come: a bar on a terminal, plain lines elsewhere, nothing when asked to be quiet.

use std::io::{IsTerminal as _, stderr};
use std::path::Path;

use anstream::eprintln;
use detente_lake::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::table::bytes;

/// The way that suits the place.
pub fn shown(quiet: bool) -> Box<dyn Progress> {
    match (quiet, stderr().is_terminal()) {
        (true, _) => Box::new(()),
        (false, true) => Box::new(Bar(ProgressBar::hidden())),
        (false, false) => Box::new(Lines),
    }
}

struct Lines;

impl Progress for Lines {
    fn waiting(&self) {
        eprintln!("waiting for another process that writes to the lake");
    }
    fn planned(&self, files: usize, total: u64) {
        if files > 0 {
            eprintln!("reading {files} new files, {}", bytes(total));
        }
    }
    fn started(&self, file: &Path, size: u64) {
        eprintln!("  {} ({})", name(file), bytes(size));
    }
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn waiting(&self) {
        self.0
            .println("waiting for another process that writes to the lake");
    }
    fn planned(&self, files: usize, total: u64) {
        if files == 0 {
            return;
        }
        let template = "reading the data {bar:30} {percent:>3} %  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.set_length(total);
        self.0
            .set_draw_target(indicatif::ProgressDrawTarget::stderr());
    }
    fn started(&self, file: &Path, _: u64) {
        self.0.set_message(name(file));
    }
    fn finished(&self, _: &Path, done: u64, total: u64) {
        self.0.set_position(done);
        if done >= total {
            self.0.finish_and_clear();
        }
    }
}

fn name(file: &Path) -> String {
    file.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The progress of work in equal steps, as the place allows it: a bar on a terminal, nothing elsewhere.
pub struct Steps(ProgressBar);

/// A bar of so many steps.
pub fn steps(quiet: bool, doing: &'static str, n: usize) -> Steps {
    let bar = if quiet || !stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(n as u64)
    };
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent:>3} %  {eta}") {
        bar.set_style(style);
    }
    bar.set_message(doing);
    Steps(bar)
}

impl Steps {
    /// One step more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// All are done: the bar goes.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}
