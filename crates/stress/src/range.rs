//! Refusing numbers outside of their range.

use crate::Error;

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
