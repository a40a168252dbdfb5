//! What can be wrong with a panel, a forecaster's settings or a set of scores.

/// An input that no forecast or score can be made from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A number outside its range.
    #[error("{what} is {value}, but must be {range}")]
    OutOfRange {
        /// What the number is.
        what: &'static str,
        /// The number given.
        value: f64,
        /// The range in words.
        range: &'static str,
    },
    /// Two inputs that belong together differ in length.
    #[error("{what}: {left} and {right} do not match in length")]
    Lengths {
        /// What was compared.
        what: &'static str,
        /// Length of the first.
        left: usize,
        /// Length of the second.
        right: usize,
    },
    /// Not enough to say anything.
    #[error("{what}: {needed} needed, {found} found")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// Fewest that would do.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// A search that did not arrive.
    #[error("{what} did not converge: {remedy}")]
    NotConverged {
        /// What was being fitted.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
}

/// Refuses a number that is outside its range.
pub(crate) fn in_range(
    what: &'static str,
    value: f64,
    range: &'static str,
    holds: bool,
) -> Result<(), Error> {
    if holds {
        Ok(())
    } else {
        Err(Error::OutOfRange { what, value, range })
    }
}
