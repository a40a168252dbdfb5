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
    /// What a forecast or its scores would not take.
    #[error(transparent)]
    Forecast(#[from] detente_forecast::Error),
}
