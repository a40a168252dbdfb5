//! What can be wrong with the numbers that come in.

/// Why a measure has no value. Each variant names what was found and what would be needed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The measure is defined, but not for so few observations. Not a fault of the data: report it as "no value".
    #[error("needs at least {needed} {what}, found {found}")]
    TooFew {
        /// What is counted: points, consecutive pairs, events...
        what: &'static str,
        /// The smallest number for which the measure is defined.
        needed: usize,
        /// The number at hand.
        found: usize,
    },
    /// A series must be strictly increasing in `t`.
    #[error(
        "the series is not sorted: t = {t} at position {at} does not follow t = {before}; sort it and merge points of the same period first"
    )]
    NotSorted {
        /// Position of the offending point, from 0.
        at: usize,
        /// Its period.
        t: i32,
        /// The period before it.
        before: i32,
    },
    /// A value is NaN or infinite. A missing value is left out of a series; it is never written as a number.
    #[error("{what} at position {at} is not a finite number; leave a missing value out instead")]
    NotFinite {
        /// The name of the quantity.
        what: &'static str,
        /// Its position, from 0.
        at: usize,
    },
    /// A setting or a value lies outside of its range.
    #[error("{what} is {value}, but must be {range}")]
    OutOfRange {
        /// The name of the quantity.
        what: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        range: &'static str,
    },
    /// All values are the same where the measure divides by their spread.
    #[error("{what} does not vary, so the measure is undefined")]
    NoVariation {
        /// The name of the quantity.
        what: &'static str,
    },
    /// A count is given for a period in which the source was not monitored.
    #[error(
        "period {t} has events of the dyad but no total: the totals must list every monitored period"
    )]
    Unmonitored {
        /// The period.
        t: i32,
    },
    /// A part exceeds its whole.
    #[error("{part} is {value}, more than {whole} = {limit}")]
    PartExceedsWhole {
        /// The part.
        part: &'static str,
        /// Its value.
        value: f64,
        /// The whole.
        whole: &'static str,
        /// Its value.
        limit: f64,
    },
    /// A splice names a segment that is not among the segments.
    #[error("no segment is called {label:?}; there are {known}")]
    UnknownSegment {
        /// The name that was looked for.
        label: String,
        /// The names there are.
        known: String,
    },
    /// Two segments carry one name.
    #[error("two segments are called {label:?}; each needs a name of its own")]
    DuplicateSegment {
        /// The name.
        label: String,
    },
    /// The reference of a splice holds net scores, but a relation index is needed to scale the rest on.
    #[error(
        "segment {label:?} holds net scores; the reference must hold a relation index from counts"
    )]
    ScoreReference {
        /// The name of the segment.
        label: String,
    },
}

/// `Ok` if `value` is finite and `holds`, else [`Error::OutOfRange`].
pub(crate) fn in_range(
    what: &'static str,
    value: f64,
    range: &'static str,
    holds: bool,
) -> Result<(), Error> {
    if value.is_finite() && holds {
        Ok(())
    } else {
        Err(Error::OutOfRange { what, value, range })
    }
}

/// `Ok` if `found >= needed`, else [`Error::TooFew`].
pub(crate) fn enough(what: &'static str, found: usize, needed: usize) -> Result<(), Error> {
    if found >= needed {
        Ok(())
    } else {
        Err(Error::TooFew {
            what,
            needed,
            found,
        })
    }
}
