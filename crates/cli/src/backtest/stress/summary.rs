//! Shares inside, widths and distances over many cases.

use detente_relations::describe::{mean, median};
use detente_stress::share::Share;

use super::cases::{Case, FIGURES, Found, Judged, WAYS};
use crate::error::{CliError, Result};

/// Which cases.
pub const GROUPS: [&str; 2] = ["shocks", "ordinary"];

/// Place of climatology among the ways.
const CLIMATOLOGY: usize = 1;

/// One way at one k over a group of cases.
pub struct Line {
    pub figure: usize,
    pub group: usize,
    pub k: f64,
    pub way: usize,
    pub inside: Share,
    /// Not below the lower end.
    pub not_below: Share,
    /// Mean width, log-odds.
    pub width: f64,
    /// Over that of climatology, on the cases of which both say something.
    pub width_ratio: f64,
    /// Mean distance below the lower end of those that are; `None` where none is.
    pub below_by: Option<f64>,
    /// Median of the least k that reaches down to what came; infinite where no path does in most cases.
    pub takes: f64,
}

/// All lines, by figure, group, k and way.
pub fn lines(found: &Found, ks: &[f64]) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    for figure in 0..FIGURES.len() {
        for group in 0..GROUPS.len() {
            let of = found
                .cases
                .iter()
                .filter(|c| c.shock.is_none() == (group == 1));
            let judged: Vec<&Judged> = of.filter_map(|c| c.figures[figure].as_ref()).collect();
            for (place, &k) in ks.iter().enumerate() {
                for way in 0..WAYS.len() {
                    if let Some(line) = line(&judged, place, way)? {
                        all.push(Line {
                            figure,
                            group,
                            k,
                            ..line
                        });
                    }
                }
            }
        }
    }
    Ok(all)
}

/// `None` where there is no case.
fn line(judged: &[&Judged], place: usize, way: usize) -> Result<Option<Line>> {
    let (mut beyond, mut widths, mut both, mut takes) = (vec![], vec![], (0.0, 0.0), vec![]);
    for one in judged {
        let Some(said) = &one.ways[way] else { continue };
        let envelope = said.envelopes[place];
        beyond.push(envelope.beyond(one.came));
        widths.push(envelope.width());
        takes.push(said.takes.unwrap_or(f64::INFINITY));
        if let Some(usual) = &one.ways[CLIMATOLOGY] {
            both.0 += envelope.width();
            both.1 += usual.envelopes[place].width();
        }
    }
    let (Some(width), Some(takes)) = (mean(&widths), median(&takes)) else {
        return Ok(None);
    };
    let times = |holds: fn(&f64) -> bool| beyond.iter().filter(|b| holds(b)).count();
    let share = |times| Share::of(times, beyond.len()).map_err(CliError::room);
    let below: Vec<f64> = beyond.iter().copied().filter(|b| *b < 0.0).collect();
    Ok(Some(Line {
        figure: 0,
        group: 0,
        k: 0.0,
        way,
        inside: share(times(|b| *b == 0.0))?,
        not_below: share(times(|b| *b >= 0.0))?,
        width,
        width_ratio: both.0 / both.1,
        below_by: mean(&below),
        takes,
    }))
}

/// Shocks of which the worst month of every pair that counts is inside our envelope at the first k.
pub fn whole_shocks(found: &Found, shocks: usize) -> Result<Share> {
    let inside = |c: &Case| {
        let judged = c.figures[0].as_ref()?;
        let ours = judged.ways[0].as_ref()?;
        Some(ours.envelopes[0].holds(judged.came))
    };
    let by_shock = (0..shocks).filter_map(|i| {
        let of = found.cases.iter().filter(|c| c.shock == Some(i));
        let known: Vec<bool> = of.filter_map(inside).collect();
        (!known.is_empty()).then(|| known.iter().all(|held| *held))
    });
    let by_shock: Vec<bool> = by_shock.collect();
    let times = by_shock.iter().filter(|held| **held).count();
    Share::of(times, by_shock.len()).map_err(CliError::room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_stress::envelope::{Envelope, Held};

    fn case(shock: Option<usize>, came: f64, ours: (f64, f64), usual: (f64, f64)) -> Case {
        let way = |(lo, hi)| {
            Some(Held {
                envelopes: vec![Envelope { lo, hi }],
                takes: Some(came.abs()),
            })
        };
        let judged = Judged {
            came,
            ways: [way(ours), way(usual), None],
        };
        Case {
            name: 0,
            shock,
            origin: 0,
            past: 12,
            figures: [Some(judged), None],
        }
    }

    #[test]
    fn shares_and_widths_by_hand() {
        let found = Found {
            names: Vec::new(),
            cases: vec![
                case(Some(0), -3.0, (-2.0, 2.0), (-1.0, 1.0)),
                case(Some(0), 0.0, (-2.0, 2.0), (-1.0, 1.0)),
                case(Some(1), 2.5, (-1.0, 1.0), (0.0, 4.0)),
                case(Some(2), 0.5, (-1.0, 1.0), (0.0, 4.0)),
                case(None, 7.0, (-9.0, 9.0), (0.0, 1.0)),
            ],
            not_counted: Vec::new(),
            learnt: 0,
        };
        let all = lines(&found, &[3.0]).unwrap();
        // two groups of the one figure that is known, two ways that say something
        assert_eq!(all.len(), 4);
        let ours = &all[0];
        assert_eq!((ours.inside.value, ours.inside.of), (0.5, 4));
        assert_eq!(ours.not_below.value, 0.75);
        assert_eq!((ours.width, ours.width_ratio), (3.0, 1.0));
        assert_eq!(ours.below_by, Some(-1.0));
        assert_eq!(ours.takes, 1.5);
        assert_eq!(all[1].inside.value, 0.75);
        assert_eq!(
            (all[2].group, all[2].inside.value, all[2].below_by),
            (1, 1.0, None)
        );
        // the first shock has a pair outside, the second is outside, the third is inside
        let whole = whole_shocks(&found, 4).unwrap();
        assert_eq!((whole.value, whole.of), (1.0 / 3.0, 3));
    }
}
