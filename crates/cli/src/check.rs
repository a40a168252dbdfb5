//! `detente check`: is every line of a partnership file sound?

use std::path::PathBuf;

use anstream::eprintln;
use clap::Args;
use detente_partnership::{Checked, FileError, Level, Partnership};

use crate::args::Global;
use crate::error::{CliError, Result, count};
use crate::output;

const AFTER: &str = "\
Examples:
  detente check nato-azerbaijan          a shipped partnership
  detente check my-partnership.toml      a file of your own

All problems are shown at once, each with its line, column and what would be right. docs/partnership-file.md explains
every key; partnerships/nato-azerbaijan.toml is a worked example.";

/// Check a partnership file
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct CheckArgs {
    /// A file that ends in .toml, or the name of a partnership in ./partnerships or shipped with the program
    #[arg(value_name = "FILE|NAME")]
    partnership: String,
}

pub fn run(global: &Global, args: &CheckArgs) -> Result {
    let checked = partnership(&args.partnership)?;
    if !global.quiet {
        for warning in &checked.warnings {
            eprintln!("warning: {warning}");
        }
    }
    output::text(None, &summary(&checked))
}

/// Finds and reads a partnership; its problems are printed here, one below the other.
pub fn partnership(name: &str) -> Result<Checked> {
    let folders = [PathBuf::from("partnerships")];
    detente_partnership::check(name, &folders).map_err(|error| match error {
        FileError::Invalid(problems) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            let file = problems
                .first()
                .map_or_else(|| name.to_owned(), |p| p.file.clone());
            CliError::Unsound {
                file,
                n: problems.len(),
            }
        }
        other => CliError::room(other),
    })
}

fn summary(checked: &Checked) -> String {
    let p: &Partnership = &checked.partnership;
    let levels: Vec<String> = Level::ALL
        .into_iter()
        .map(|level| {
            let n = p.factors.iter().filter(|f| f.level == level).count();
            format!("{n} {}", level.name())
        })
        .collect();
    let indicators = p.factors.iter().map(|f| f.indicators.len()).sum();
    let contrast: Vec<&str> = p.contrast.iter().map(|c| c.name.as_str()).collect();
    format!(
        "{}: sound, {}.\n{}: {} and {} since {}, {}. {} ({}) with {}, {}, {}, {}.\n",
        checked.origin,
        count(checked.warnings.len(), "warning"),
        p.title,
        p.a,
        p.b,
        p.since,
        match contrast.as_slice() {
            [] => "without contrast partners".to_owned(),
            names => format!("beside {}", names.join(", ")),
        },
        count(p.factors.len(), "factor"),
        levels.join(", "),
        count(indicators, "indicator"),
        count(p.assumptions.len(), "assumption"),
        count(p.formats.len(), "format"),
        match p.rivalries.len() {
            1 => "1 rivalry".to_owned(),
            n => format!("{n} rivalries"),
        },
    )
}
