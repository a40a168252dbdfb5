//! What can be wrong with what is handed in.

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A number outside of what makes sense.
    #[error("{what} is {value}, but must be {range}")]
    OutOfRange {
        /// What it is.
        what: &'static str,
        /// What was given.
        value: f64,
        /// What would do.
        range: &'static str,
    },
    /// Not enough to learn from or to tell.
    #[error("{found} {what} are too few: {needed} or more are needed")]
    TooFew {
        /// Of what.
        what: &'static str,
        /// How many would do.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// Parts that do not fit each other.
    #[error("{what}: {found} beside {expected}")]
    Shape {
        /// What does not fit.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A value that the answer rests on and that nobody knows.
    #[error(
        "variable {variable} has no value in month {month} of the paths: give it weight 0, or an origin and a past to learn from"
    )]
    Missing {
        /// Which variable, from 0.
        variable: usize,
        /// Which month after the origin, from 1.
        month: usize,
    },
    /// What a forecast or its scores would not take.
    #[error(transparent)]
    Forecast(#[from] detente_forecast::Error),
}

impl Error {
    /// An error unless `holds`.
    pub(crate) fn in_range(
        what: &'static str,
        value: f64,
        range: &'static str,
        holds: bool,
    ) -> Result<(), Self> {
        if holds {
            Ok(())
        } else {
            Err(Self::OutOfRange { what, value, range })
        }
    }
}
