//! The score card: for people, and for programs with every forecast beneath it.

use std::fmt::Write as _;
use std::path::Path;

use detente_atlas::Day;
use detente_forecast::ledger::{Card, Outcome, Scored, cards};
use serde::Serialize;

use super::rows::{self, came, short, status};
use crate::error::{CliError, Result, count};
use crate::output;
use crate::table::{Table, number};

/// The card, then each forecast whose target is over.
pub(super) fn text(path: &Path, as_of: Day, scored: &[Scored]) -> String {
    let mut out = format!(
        "{}: {} made by {as_of}\n",
        path.display(),
        count(scored.len(), "forecast")
    );
    for card in cards(scored) {
        out += &summary(&card);
    }
    let due: Vec<&Scored> = scored
        .iter()
        .filter(|s| s.outcome != Outcome::NotYet)
        .collect();
    if !due.is_empty() {
        let mut table = Table::new(&[
            ">no.",
            "subject",
            "origin",
            "target",
            ">forecast",
            ">baseline",
            ">came",
            "status",
        ]);
        for s in due {
            let p = &s.entry.published;
            table.row([
                s.entry.sequence.to_string(),
                p.question.subject.clone(),
                p.origin.clone(),
                p.target.clone(),
                short(&p.forecast),
                short(&p.baseline.prediction),
                number(came(&s.outcome), 2),
                status(&s.outcome).to_owned(),
            ]);
        }
        let _ = write!(out, "\n{}", table.render());
    }
    out
}

fn summary(card: &Card) -> String {
    let mut out = format!(
        "\n{}: {} made, {} settled, {} pending, {} not monitored\n",
        card.kind, card.made, card.settled, card.pending, card.unmonitored
    );
    for (why, n) in &card.reasons {
        let _ = writeln!(out, "  {n} not monitored: {why}");
    }
    if card.scores.is_empty() {
        let _ = writeln!(out, "  no score: nothing has been settled");
        return out;
    }
    let mut table = Table::new(&["  mean score", ">ours", ">baseline", ">skill"]);
    for line in &card.scores {
        let shown = |x: f64| match x.is_finite() {
            true => number(Some(x), 3),
            false => "infinite".to_owned(),
        };
        table.row([
            format!("  {}", line.score),
            shown(line.ours),
            shown(line.baseline),
            number(line.skill, 3),
        ]);
    }
    out += &table.render();
    let _ = writeln!(
        out,
        "  baseline: {}; lower is better, but for coverage, which ought to be 0.9",
        card.baselines.join(", ")
    );
    out
}

#[derive(Serialize)]
struct About {
    ledger: String,
    head: String,
    as_of: String,
    cards: Vec<Card>,
}

/// One object: the ledger, the cards, and a row a forecast. An infinite log score is null.
pub(super) fn json(path: &Path, as_of: Day, head: &str, scored: &[Scored]) -> Result<String> {
    let about = About {
        ledger: path.display().to_string(),
        head: head.to_owned(),
        as_of: as_of.to_string(),
        cards: cards(scored),
    };
    let text = serde_json::to_string_pretty(&about).map_err(|e| CliError::Rows {
        format: "JSON",
        what: e.to_string(),
    })?;
    let open = text.trim_end().trim_end_matches('}').trim_end();
    let rows = output::json_array(rows::settled(scored)?)?;
    Ok(format!("{open},\n\"forecasts\": {rows}\n}}\n"))
}
