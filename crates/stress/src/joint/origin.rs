//! Where paths start, and what is changed on their way.

use super::dynamics::{moves, slow_means};
use super::{Dynamics, Joint};
use crate::Error;
use detente_forecast::View;

/// Where one variable starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// The last value known, in the variable's own unit.
    pub value: f64,
    /// The slow mean in that month.
    pub mean: f64,
    /// The surprise of that month in standard deviations; 0, its expectation, if the month before is not known.
    pub surprise: f64,
    /// Months since then up to the origin that nobody saw; each path lives through them on surprises of the variable's own, apart from the others.
    pub unseen: usize,
}

/// Where all variables start; `None` is a variable of which nothing is known, which is missing in all paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// By variable.
    pub starts: Vec<Option<Start>>,
}

/// What moves along with an injected surprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Nothing in the same month; later what the excitation brings on.
    Stay,
    /// The other variables by what is to be expected of them with such a surprise, `r sd_other / sd_own` of it: the generalised impulse of Koop, Pesaran & Potter (1996,
    /// Journal of Econometrics 74: 119-147) and Pesaran & Shin (1998, Economics Letters 58: 17-29).
    MoveAlong,
}

/// A counterfactual on the way. Months count from 1, the first after the origin; all values are in the variable's own unit.
///
/// Random numbers are the same with and without, so what differs is what the change did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// The surprise of a month is larger by `size`: it fades as the variable's own past has it, and brings on what the excitation says.
    Surprise {
        /// Which variable.
        variable: usize,
        /// In which month.
        month: usize,
        /// By how much.
        size: f64,
        /// What moves along.
        others: Others,
    },
    /// The variable is held at a value over some months; what that is more than was to be expected is its surprise, and acts as one.
    Hold {
        /// Which variable.
        variable: usize,
        /// From this month.
        from: usize,
        /// To this month.
        to: usize,
        /// At this value.
        value: f64,
    },
    /// What the variable is drawn to is higher by `by` over some months: it comes nearer to that by a share `1 - phi` each month, and goes back the same way. No surprise
    /// to the others, and the slow mean does not follow.
    Shift {
        /// Which variable.
        variable: usize,
        /// From this month.
        from: usize,
        /// To this month.
        to: usize,
        /// By how much.
        by: f64,
    },
}

impl Change {
    /// Variable, first and last month, size.
    fn parts(&self) -> (usize, usize, usize, f64) {
        match *self {
            Self::Surprise {
                variable,
                month,
                size,
                ..
            } => (variable, month, month, size),
            Self::Hold {
                variable,
                from,
                to,
                value,
            } => (variable, from, to, value),
            Self::Shift {
                variable,
                from,
                to,
                by,
            } => (variable, from, to, by),
        }
    }

    /// Refuses what lies outside of the paths, and what would change a variable that is missing: nothing would come of it.
    pub(super) fn check(&self, origin: &Origin, months: usize) -> Result<(), Error> {
        let (variable, from, to, size) = self.parts();
        let refuse = |what, value, range| Err(Error::OutOfRange { what, value, range });
        if variable >= origin.starts.len() {
            return refuse(
                "the variable that is changed",
                variable as f64,
                "the number of a variable",
            );
        }
        if from == 0 || to < from || to > months {
            return refuse(
                "the last month that is changed",
                to as f64,
                "1 to the last month of the paths, and not before the first that is changed",
            );
        }
        if !size.is_finite() {
            return refuse("the size of a change", size, "finite");
        }
        if origin.starts[variable].is_none() {
            return Err(Error::Missing {
                variable,
                month: from,
            });
        }
        Ok(())
    }
}

impl Joint {
    /// Where variables stand at the origin of a view, of the past that was learnt from or of another (a counterfactual one, say) under the same model.
    ///
    /// # Errors
    /// Not as many units as variables.
    pub fn origin(&self, view: &View) -> Result<Origin, Error> {
        if view.units() != self.variables() {
            return Err(Error::Shape {
                what: "units of the view and variables of the model",
                expected: self.variables(),
                found: view.units(),
            });
        }
        let start = |(unit, dynamics): (usize, &Option<Dynamics>)| {
            dynamics
                .as_ref()
                .and_then(|d| self.start(view.past(unit), d, view.gap()))
        };
        Ok(Origin {
            starts: self.dynamics.iter().enumerate().map(start).collect(),
        })
    }

    fn start(&self, past: &[f64], dynamics: &Dynamics, gap: usize) -> Option<Start> {
        let last = past.iter().rposition(|v| !v.is_nan())?;
        let means = match self.half_life {
            Some(_) => slow_means(&past[..=last], self.half_life),
            // learnt, and not learnt anew from a counterfactual past
            None => vec![dynamics.mean; last + 1],
        };
        let surprise = match last.checked_sub(1) {
            Some(before) if !past[before].is_nan() && dynamics.scale > 0.0 => {
                let mean = means[before];
                let left = past[last] - mean - dynamics.phi * (past[before] - mean);
                (left - dynamics.drift) / dynamics.scale
            }
            _ => 0.0,
        };
        Some(Start {
            value: past[last],
            mean: means[last],
            surprise,
            unseen: past.len() - 1 - last + gap,
        })
    }

    /// By how much the slow mean moves to a value in a month.
    pub(super) fn moves(&self) -> f64 {
        moves(self.half_life)
    }
}
