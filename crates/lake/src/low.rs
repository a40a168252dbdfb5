//! Days that hold too few rows, by the days around them.

use crate::coverage::{LOW_SHARE, NEIGHBOURS, STRAY_SHARE};
use crate::ledger::Period;

/// With fewer neighbours than this before it, a day is compared with those after it.
const FEWEST_NEIGHBOURS: usize = 7;

/// For each day seen: why its rows are too few, if they are.
pub(crate) fn low_days(periods: &[Period]) -> Vec<Option<String>> {
    let seen: Vec<(usize, &Period)> = periods
        .iter()
        .enumerate()
        .filter(|(_, p)| p.rows > 0)
        .collect();
    let all = median(seen.iter().map(|(_, p)| p.rows).collect());
    let mut reasons = vec![None; periods.len()];
    for (at, (i, period)) in seen.iter().enumerate() {
        let near = |p: &Period| (p.from.0 - period.from.0).abs() <= NEIGHBOURS;
        let before = seen[..at]
            .iter()
            .rev()
            .map(|(_, p)| *p)
            .take_while(|p| near(p));
        let mut neighbours: Vec<u64> = before.map(|p| p.rows).collect();
        if neighbours.len() < FEWEST_NEIGHBOURS {
            neighbours = seen[at + 1..]
                .iter()
                .map(|(_, p)| *p)
                .take_while(|p| near(p))
                .map(|p| p.rows)
                .collect();
        }
        let local = (neighbours.len() >= FEWEST_NEIGHBOURS).then(|| median(neighbours));
        let rows = period.rows as f64;
        reasons[*i] = match local {
            Some(local) if rows < LOW_SHARE * local => Some(("28-day median", local)),
            _ if rows < STRAY_SHARE * all => Some(("median of all days", all)),
            _ => None,
        }
        .map(|(what, median)| {
            format!(
                "only {} rows, {what} {}",
                thousands(period.rows),
                thousands(median.round() as u64)
            )
        });
    }
    reasons
}

/// The middle value, or the mean of the two middle ones; 0 of none.
fn median(mut values: Vec<u64>) -> f64 {
    values.sort_unstable();
    let n = values.len();
    match n {
        0 => 0.0,
        _ if n % 2 == 1 => values[n / 2] as f64,
        _ => (values[n / 2 - 1] as f64 + values[n / 2] as f64) / 2.0,
    }
}

/// `1180` as `1,180`.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
