//! What is measured on scored cells.

use detente_forecast::backtest::{Cell, Score};
use detente_forecast::verify::{binary, corp, curve};

/// The measures in their order, with the direction that is better and the decimals.
pub const MEASURES: [(&str, usize); 15] = [
    ("crps", 2),
    ("ign", 3),
    ("mis", 1),
    ("coverage_90", 3),
    ("coverage_90_active", 3),
    ("above_90_active", 3),
    ("brier_any", 4),
    ("brier_incidence", 4),
    ("brier_onset", 4),
    ("miscalibration_any", 4),
    ("discrimination_any", 4),
    ("uncertainty_any", 4),
    ("auc_any", 3),
    ("auc_incidence", 3),
    ("auc_onset", 3),
];

/// Cells with their scores.
pub type Scored<'a> = Vec<(&'a Cell, &'a Score)>;

/// A measure over scored cells; `None` where no cell bears on it.
pub fn measure(name: &str, scored: &Scored) -> Option<f64> {
    let mean = |keep: &dyn Fn(&Cell) -> bool, of: &dyn Fn(&Cell, &Score) -> f64| {
        let kept = scored.iter().filter(|(c, _)| keep(c));
        let values: Vec<f64> = kept.map(|(c, s)| of(c, s)).collect();
        detente_relations::describe::mean(&values)
    };
    let brier =
        |keep: &dyn Fn(&Cell) -> bool| mean(keep, &|c, s| binary::brier(s.any, c.outcome > 0.0));
    let auc = |keep: &dyn Fn(&Cell) -> bool| {
        let (p, came) = events(scored, keep);
        curve::area(&p, &came).ok()
    };
    let all = |_: &Cell| true;
    let active = |c: &Cell| c.active;
    let quiet = |c: &Cell| !c.active;
    let flag = |b: bool| f64::from(u8::from(b));
    match name {
        "crps" => mean(&all, &|_, s| s.crps),
        "ign" => mean(&all, &|_, s| s.ign),
        "mis" => mean(&all, &|_, s| s.mis),
        "coverage_90" => mean(&all, &|_, s| flag(s.covered)),
        "coverage_90_active" => mean(&active, &|_, s| flag(s.covered)),
        "above_90_active" => mean(&active, &|_, s| flag(s.above)),
        "brier_any" => brier(&all),
        "brier_incidence" => brier(&active),
        "brier_onset" => brier(&quiet),
        "miscalibration_any" => reliability(scored).map(|d| d.miscalibration),
        "discrimination_any" => reliability(scored).map(|d| d.discrimination),
        "uncertainty_any" => reliability(scored).map(|d| d.uncertainty),
        "auc_any" => auc(&all),
        "auc_incidence" => auc(&active),
        "auc_onset" => auc(&quiet),
        _ => None,
    }
}

/// Probabilities of any event, and whether there was one.
fn events(scored: &Scored, keep: &dyn Fn(&Cell) -> bool) -> (Vec<f64>, Vec<bool>) {
    let kept = scored.iter().filter(|(c, _)| keep(c));
    kept.map(|(c, s)| (s.any, c.outcome > 0.0)).unzip()
}

/// The reliability diagram of the probability of any event.
pub fn reliability(scored: &Scored) -> Option<corp::Diagram> {
    let (p, came) = events(scored, &|_| true);
    corp::diagram(&p, &came).ok()
}

/// Shares of the active cells in ten equal parts of the PIT: a tenth each if the forecast is calibrated; `None` without active cells.
pub fn pit_active(scored: &Scored) -> Option<[f64; 10]> {
    let active: Vec<f64> = scored
        .iter()
        .filter(|(c, _)| c.active)
        .map(|(_, s)| s.pit)
        .collect();
    let mut parts = [0.0; 10];
    for pit in &active {
        parts[((pit * 10.0) as usize).min(9)] += 1.0 / active.len() as f64;
    }
    (!active.is_empty()).then_some(parts)
}
