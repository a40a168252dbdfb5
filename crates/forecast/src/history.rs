//! What the past of a panel of counts amounts to at each period: the features that forecasters of counts learn from.

use crate::View;
use crate::state::{since_event, weighted_means};

/// How many features there are.
pub(crate) const FEATURES: usize = 14;

/// Periods before the origin of which one must have been monitored for a unit to be forecast.
const FRESH: usize = 12;

/// Half-lives of the weighted means of the counts, and of the shares of periods with an event.
const LEVELS: [f64; 4] = [2.0, 6.0, 18.0, 60.0];
const SHARES: [f64; 3] = [3.0, 12.0, 60.0];

/// Half-life of the weighted means of the neighbours.
const AROUND: f64 = 6.0;

/// Places of features.
pub(crate) mod at {
    /// ln(1 + the last count).
    pub(crate) const LAST: usize = 0;
    /// ln(1 + weighted mean of the counts), half-lives 2, 6, 18 and 60.
    pub(crate) const LEVEL: usize = 1;
    /// Weighted share of periods with an event, half-lives 3, 12 and 60.
    pub(crate) const SHARE: usize = 5;
    /// ln(1 + periods since the last event).
    pub(crate) const SINCE: usize = 8;
    /// ln(1 + greatest count) of the last 12 and 60 periods.
    pub(crate) const GREATEST: usize = 9;
    /// Mean over the neighbours of their share of periods with an event, half-life 6; 0 without neighbours.
    pub(crate) const SHARE_AROUND: usize = 11;
    /// ln(1 + mean over the neighbours of their weighted mean count), half-life 6; 0 without neighbours.
    pub(crate) const LEVEL_AROUND: usize = 12;
    /// Weighted mean of ln(1 + count), half-life 2.
    pub(crate) const LOGS: usize = 13;
}

/// The features of every unit at every period of a view. Each row uses its period and those before it.
pub(crate) struct Histories {
    /// Unit by unit, period by period; NaN before a unit's first monitored period.
    rows: Vec<Vec<[f64; FEATURES]>>,
    /// Periods from the last one seen to the origin: more than 0 if the panel ends first.
    gap: usize,
}

impl Histories {
    pub(crate) fn of(view: &View) -> Self {
        let units = view.units();
        let around: Vec<[Vec<f64>; 2]> = (0..units)
            .map(|unit| {
                let past = view.past(unit);
                [
                    weighted_means(past, AROUND, event),
                    weighted_means(past, AROUND, |v| v),
                ]
            })
            .collect();
        let rows = (0..units)
            .map(|unit| {
                let past = view.past(unit);
                let levels = LEVELS.map(|h| weighted_means(past, h, |v| v));
                let shares = SHARES.map(|h| weighted_means(past, h, event));
                let logs = weighted_means(past, LEVELS[0], f64::ln_1p);
                let since = since_event(past);
                let greatest = [greatest(past, 12), greatest(past, 60)];
                let mut last = f64::NAN;
                (0..past.len())
                    .map(|t| {
                        if !past[t].is_nan() {
                            last = past[t];
                        }
                        let mut row = [0.0; FEATURES];
                        row[at::LAST] = last.ln_1p();
                        for (k, level) in levels.iter().enumerate() {
                            row[at::LEVEL + k] = level[t].ln_1p();
                        }
                        for (k, share) in shares.iter().enumerate() {
                            row[at::SHARE + k] = share[t];
                        }
                        row[at::LOGS] = logs[t];
                        row[at::SINCE] = (since[t] as f64).ln_1p();
                        for (k, greatest) in greatest.iter().enumerate() {
                            row[at::GREATEST + k] = greatest[t].ln_1p();
                        }
                        let mean = |k: usize| {
                            let seen = view.neighbours(unit).iter().map(|&n| around[n][k][t]);
                            let (sum, n) = seen
                                .filter(|v| !v.is_nan())
                                .fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
                            if n > 0.0 { sum / n } else { 0.0 }
                        };
                        row[at::SHARE_AROUND] = mean(0);
                        row[at::LEVEL_AROUND] = mean(1).ln_1p();
                        row
                    })
                    .collect()
            })
            .collect();
        Self {
            rows,
            gap: view.gap(),
        }
    }

    /// The features of a unit at the end of the period of that place; `None` before its first monitored period.
    pub(crate) fn get(&self, unit: usize, place: usize) -> Option<&[f64; FEATURES]> {
        let row = self.rows[unit].get(place)?;
        (!row[at::LAST].is_nan()).then_some(row)
    }

    /// The features of a unit at the origin; `None` if none of its last 12 periods up to the origin was monitored.
    pub(crate) fn now(&self, view: &View, unit: usize) -> Option<&[f64; FEATURES]> {
        if !fresh(view, unit) {
            return None;
        }
        self.rows[unit].last()
    }

    /// Periods from the last one seen to the one at that lead after the origin.
    pub(crate) fn reach(&self, lead: u32) -> usize {
        lead as usize + self.gap
    }
}

/// 1 if something happened, else 0.
fn event(count: f64) -> f64 {
    f64::from(u8::from(count > 0.0))
}

/// The greatest count of the last `window` periods at each period; 0 if none was monitored.
fn greatest(past: &[f64], window: usize) -> Vec<f64> {
    (0..past.len())
        .map(|t| {
            let seen = &past[(t + 1).saturating_sub(window)..=t];
            seen.iter().fold(0.0f64, |m, &v| m.max(v)) // max passes over NaN
        })
        .collect()
}

/// Whether any of a unit's last 12 periods up to the origin was monitored.
pub(crate) fn fresh(view: &View, unit: usize) -> bool {
    let past = view.past(unit);
    let recent = FRESH.saturating_sub(view.gap());
    past[past.len().saturating_sub(recent)..]
        .iter()
        .any(|v| !v.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;

    #[test]
    fn features_by_hand() {
        let rows = [
            vec![None, Some(0.0), Some(3.0), None],
            vec![Some(4.0), Some(0.0), None, Some(0.0)],
            vec![None; 4],
        ];
        let panel = Panel::new(0, &rows)
            .and_then(|p| p.with_neighbours(vec![vec![1, 2], vec![], vec![0]]))
            .unwrap();
        let view = panel.at(3);
        let all = Histories::of(&view);
        assert!(all.get(0, 0).is_none());
        assert!(all.get(2, 3).is_none() && all.now(&view, 2).is_none());
        let row = all.now(&view, 0).unwrap();
        assert_eq!(row[at::LAST], 3f64.ln_1p());
        assert_eq!(row[at::SINCE], 1f64.ln_1p());
        assert_eq!(row[at::GREATEST], 3f64.ln_1p());
        // half-life 3: weight 2^(-1/3) of the 0 against 1 of the event
        let share = 1.0 / (1.0 + 0.5f64.powf(1.0 / 3.0));
        assert!((row[at::SHARE] - share).abs() < 1e-12);
        // unit 2 was never seen, so unit 1 is all the neighbourhood: ages 3 (4), 2 (0) and 0 (0)
        let w = |age: f64| 0.5f64.powf(age / AROUND);
        let around = w(3.0) / (w(3.0) + w(2.0) + 1.0);
        assert!((row[at::SHARE_AROUND] - around).abs() < 1e-12);
        assert!((row[at::LEVEL_AROUND] - (4.0 * around).ln_1p()).abs() < 1e-12);
        let alone = all.now(&view, 1).unwrap();
        assert_eq!(alone[at::SHARE_AROUND], 0.0);
    }

    #[test]
    fn a_panel_that_ends_before_the_origin_is_reached_over() {
        let panel = Panel::new(0, &[vec![Some(1.0), None, Some(2.0)]]).unwrap();
        let all = Histories::of(&panel.at(7));
        assert_eq!(all.reach(1), 6);
        assert!(all.now(&panel.at(7), 0).is_some());
        // the last monitored period, 2, is among the twelve up to 13 and not among those up to 14
        assert!(fresh(&panel.at(13), 0) && !fresh(&panel.at(14), 0));
        assert_eq!(Histories::of(&panel.at(1)).reach(1), 1);
    }
}
