//! What variables do together: learnt from their past months, and drawn on into months to come.

use crate::Error;
use detente_forecast::View;

mod blocks;
mod copula;
mod correlation;
mod dynamics;
mod excitation;
mod impose;
mod origin;
mod simulate;

pub use copula::Copula;
pub use dynamics::Dynamics;
pub use excitation::Excitation;
pub use impose::impose;
pub use origin::{Change, Origin, Others, Start};

use blocks::Blocks;
use correlation::Correlation;

/// How surprises of one month hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dependence {
    /// Whole past months, drawn in runs of months that followed on each other: the stationary bootstrap (Politis & Romano 1994, Journal of the
    /// American Statistical Association 89: 1303-1313). Keeps every kind of dependence that the past had, and nothing that it had not; but where many entries are missing
    /// and filled apart from the others, less than the past had: take a copula then.
    Blocks {
        /// Mean length of a run in months, 1 or more; 1 draws months one by one.
        length: f64,
    },
    /// A Gaussian copula: extremes of different variables do not come together more often than their correlation makes them.
    Gaussian,
    /// A t copula, its degrees of freedom by likelihood: extremes come together (Demarta & McNeil 2005, International Statistical Review 73: 111-129).
    StudentT,
}

/// What is learnt, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Half-life in months with which the slow mean forgets; above 0. `None`: the mean of the whole past, which stays where it is.
    pub half_life: Option<f64>,
    /// How surprises of one month hang together.
    pub dependence: Dependence,
    /// Whether a surprise may bring on surprises of other variables in the next month.
    pub excitation: bool,
    /// Fewest surprises, months known with the month before, from which a variable is learnt; 8 or more. With fewer it is missing.
    pub fewest: usize,
}

impl Default for Settings {
    /// A mean of half-life 60 months, a t copula, excitation, 24 months.
    fn default() -> Self {
        Self {
            half_life: Some(60.0),
            dependence: Dependence::StudentT,
            excitation: true,
            fewest: 24,
        }
    }
}

/// A model of months x variables, learnt from a view of the past and from nothing after its origin.
///
/// ```text
/// x_v(t+1) = m_v(t) + phi_v (x_v(t) - m_v(t)) + s_v u_v(t+1)       damped toward a slow mean, in the variable's own unit
/// m_v(t+1) = m_v(t) + g (x_v(t+1) - m_v(t))                        g = 1 - 2^(-1 / half-life), or 0
/// u(t+1)   = A u(t) + w(t+1)                                       surprises bring on surprises; A sparse, stable
/// w        ~ past innovations of each variable, joined by their dependence
/// ```
///
/// Each path has a slow mean of its own, off by the error that it has as an estimate, of all variables together. phi by least squares ([`Dynamics`]), A by lasso ([`Excitation`]), the dependence of `w` by [`Dependence`]. The units of the panel are the variables.
///
/// **Missing months** stay missing: a surprise is known where a month and the one before are. Whole months are drawn by blocks, and an entry that is
/// missing in a drawn month is filled with one of the variable's own innovations, drawn apart from the others; a copula learns each correlation from the months
/// that both variables have. In the regression for A a surprise that nobody saw stands at its expectation. A variable with fewer than
/// [`Settings::fewest`] surprises, or without a start, is missing in all paths.
///
/// ```
/// use detente_forecast::Panel;
/// use detente_stress::joint::{Joint, Settings};
/// let wave = |t: i32, by: f64| (0..120).map(|i| Some((f64::from(i + t) * by).sin())).collect::<Vec<_>>();
/// let panel = Panel::new(0, &[wave(0, 0.7), wave(1, 1.9), vec![None; 120]])?;
/// let view = panel.at(119);
/// let joint = Joint::learn(&view, &Settings::default()).unwrap();
/// let paths = joint.simulate(&joint.origin(&view).unwrap(), 12, 100, 7).unwrap();
/// assert!(paths.get(99, 12, 1).is_some());
/// assert_eq!(paths.get(99, 12, 2), None);
/// # Ok::<(), detente_forecast::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    half_life: Option<f64>,
    dynamics: Vec<Option<Dynamics>>,
    excitation: Excitation,
    correlation: Correlation,
    drawn: Drawn,
    /// Innovations of each variable, ascending; none for a variable that was not learnt.
    own: Vec<Vec<f32>>,
}

/// How innovations are drawn.
#[derive(Debug, Clone, PartialEq)]
enum Drawn {
    Blocks(Blocks),
    Copula(Copula),
}

impl Joint {
    /// Learns from all that the view holds.
    ///
    /// # Errors
    /// Settings out of range; no variable with enough months.
    pub fn learn(view: &View, settings: &Settings) -> Result<Self, Error> {
        settings.check()?;
        let mut dynamics = Vec::new();
        let mut surprises = Vec::new();
        for unit in 0..view.units() {
            let past = view.past(unit);
            let (found, left) = match Dynamics::of(past, settings.half_life, settings.fewest) {
                Some((found, left)) => (Some(found), left),
                None => (None, vec![f64::NAN; past.len()]),
            };
            dynamics.push(found);
            surprises.push(left);
        }
        if dynamics.iter().all(Option::is_none) {
            return Err(Error::TooFew {
                what: "variables with enough past months",
                needed: 1,
                found: 0,
            });
        }
        let excitation = if settings.excitation {
            Excitation::of(&surprises)
        } else {
            Excitation::none(surprises.len())
        };
        let innovations = excitation.innovations(&surprises);
        let correlation = Correlation::of(&innovations);
        let drawn = match settings.dependence {
            Dependence::Blocks { length } => Drawn::Blocks(Blocks::of(&innovations, length)),
            Dependence::Gaussian => {
                Drawn::Copula(Copula::of(&innovations, &correlation, f64::INFINITY))
            }
            Dependence::StudentT => {
                let df = copula::likeliest(&innovations, &correlation);
                Drawn::Copula(Copula::of(&innovations, &correlation, df))
            }
        };
        let own = innovations
            .iter()
            .map(|row| dynamics::sorted(row))
            .collect();
        Ok(Self {
            half_life: settings.half_life,
            dynamics,
            excitation,
            correlation,
            drawn,
            own,
        })
    }

    /// How many variables there are, learnt or not.
    pub fn variables(&self) -> usize {
        self.dynamics.len()
    }

    /// How a variable moves by itself; `None` if there was too little to learn from.
    pub fn dynamics(&self, variable: usize) -> Option<&Dynamics> {
        self.dynamics.get(variable)?.as_ref()
    }

    /// Which surprises bring on which.
    pub fn excitation(&self) -> &Excitation {
        &self.excitation
    }

    /// The correlation of two variables' innovations, shrunk; NaN if one was not learnt.
    pub fn correlation(&self, one: usize, other: usize) -> f64 {
        if self.dynamics(one).is_none() || self.dynamics(other).is_none() {
            return f64::NAN;
        }
        self.correlation.get(one, other)
    }

    /// How far correlations were drawn to the mean of all pairs, in 0..=1.
    pub fn shrinkage(&self) -> f64 {
        self.correlation.shrinkage
    }

    /// The copula that joins innovations; `None` if whole months are drawn.
    pub fn copula(&self) -> Option<&Copula> {
        match &self.drawn {
            Drawn::Copula(copula) => Some(copula),
            Drawn::Blocks(_) => None,
        }
    }
}

impl Settings {
    fn check(&self) -> Result<(), Error> {
        let above = |what, value: f64, least: f64, range| {
            if value >= least && value.is_finite() {
                Ok(())
            } else {
                Err(Error::OutOfRange { what, value, range })
            }
        };
        if let Some(half_life) = self.half_life {
            above(
                "the half-life of the slow mean",
                half_life,
                f64::MIN_POSITIVE,
                "above 0",
            )?;
        }
        if let Dependence::Blocks { length } = self.dependence {
            above("the mean length of a block", length, 1.0, "1 or more")?;
        }
        above(
            "the fewest months to learn from",
            self.fewest as f64,
            8.0,
            "8 or more",
        )
    }
}
