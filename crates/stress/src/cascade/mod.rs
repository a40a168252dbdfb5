//! From one event to all that it brings on: how many, along which chain, and which links to calm.
//!
//! What goes in is a branching matrix ([`Branching`]): by row the stream acted upon, with the streams that act on it and the mean number of direct
//! offspring there of one of their events. [`crate::hawkes`] fits one.

use crate::dense::{inverse, times};
use crate::{Error, hawkes};
use detente_forecast::excite::Branching;

mod calm;
mod chain;
mod debt_rank;

pub use calm::{Calmed, Calming, calm, least};
pub use chain::{Chain, most_probable_chain};
pub use debt_rank::{DebtRank, debt_rank};

/// The whole families of events under a branching matrix A: `T = (I - A)^-1 = I + A + A^2 + ...`, the events themselves, their children, their
/// grandchildren and so on (Harris 1963, The Theory of Branching Processes, chapter II).
///
/// ```
/// use detente_forecast::excite::Branching;
/// use detente_stress::cascade::Families;
/// // each event in 0 brings on half an event in 1, each in 1 a fifth of one in itself
/// let branching = Branching { rows: vec![vec![], vec![(0, 0.5), (1, 0.2)]] };
/// let families = Families::of(&branching)?;
/// assert!((families.descendants(0, 1).unwrap() - 0.5 / 0.8).abs() < 1e-12);
/// assert!((families.amplification(0).unwrap() - 1.625).abs() < 1e-12);
/// # Ok::<(), detente_stress::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Families {
    /// By row the stream in which events are counted, by column that of the first event.
    totals: Vec<Vec<f64>>,
}

impl Families {
    /// The families under a branching matrix.
    ///
    /// # Errors
    /// A ratio that is below 0 or not finite, or of a stream that is not there; a spectral radius of 1 or more, for families are then endless.
    pub fn of(branching: &Branching) -> Result<Self, Error> {
        let mut left = dense(branching)?;
        let radius = branching.radius();
        Error::in_range(
            "the spectral radius of a branching matrix",
            radius,
            "below 1, for families are endless from there on",
            radius < 1.0,
        )?;
        for (i, row) in left.iter_mut().enumerate() {
            row.iter_mut().for_each(|a| *a = -*a);
            row[i] += 1.0;
        }
        let endless = Error::OutOfRange {
            what: "the spectral radius of a branching matrix",
            value: radius,
            range: "below 1 by more than rounding",
        };
        Ok(Self {
            totals: inverse(&left).ok_or(endless)?,
        })
    }

    /// How many events in stream `to` one event in stream `from` brings on in the mean, over all generations; the event itself is not counted. `None` where
    /// there is no such stream.
    pub fn descendants(&self, from: usize, to: usize) -> Option<f64> {
        let total = *self.totals.get(to)?.get(from)?;
        Some(if from == to { total - 1.0 } else { total })
    }

    /// How many events, in all streams and with itself, one event in stream `from` stands for in the mean: 1 or more. `None` where there is no such
    /// stream.
    pub fn amplification(&self, from: usize) -> Option<f64> {
        self.totals.iter().map(|row| row.get(from)).sum()
    }

    /// The mean rates that a background settles at, in its unit: `T mu`.
    ///
    /// # Errors
    /// A background of another number of streams.
    pub fn rates(&self, background: &[f64]) -> Result<Vec<f64>, Error> {
        same_length(
            "rates of the background beside streams",
            self.totals.len(),
            background,
        )?;
        Ok(times(&self.totals, background))
    }
}

/// The loss that a background and its families cost a period: `w' (I - A)^-1 mu`, the mean number of events of each stream, weighted.
///
/// # Errors
/// As [`Families::of`]; weights or a background of another number of streams.
pub fn expected_loss(
    branching: &Branching,
    background: &[f64],
    weights: &[f64],
) -> Result<f64, Error> {
    let rates = Families::of(branching)?.rates(background)?;
    same_length("weights beside streams", rates.len(), weights)?;
    Ok(rates.iter().zip(weights).map(|(rate, w)| rate * w).sum())
}

impl hawkes::Hawkes {
    /// The families of its events.
    ///
    /// # Errors
    /// As [`Families::of`].
    pub fn families(&self) -> Result<Families, Error> {
        Families::of(&self.branching())
    }
}

fn same_length(what: &'static str, expected: usize, given: &[f64]) -> Result<(), Error> {
    if given.len() != expected {
        return Err(Error::Shape {
            what,
            expected,
            found: given.len(),
        });
    }
    Ok(())
}

/// The matrix in full, by rows.
fn dense(branching: &Branching) -> Result<Vec<Vec<f64>>, Error> {
    let n = branching.rows.len();
    let mut matrix = vec![vec![0.0; n]; n];
    for (row, ratios) in matrix.iter_mut().zip(&branching.rows) {
        for &(from, ratio) in ratios {
            Error::in_range(
                "the stream that a ratio belongs to",
                from as f64,
                "one of the matrix",
                from < n,
            )?;
            let sound = ratio.is_finite() && ratio >= 0.0;
            Error::in_range("a branching ratio", ratio, "0 or more", sound)?;
            row[from] += ratio;
        }
    }
    Ok(matrix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_by_hand() {
        // [[.5, .25], [.5, .25]]: determinant of I - A is .375 - .125 = .25, so T = 4 [[.75, .25], [.5, .5]]
        let branching = Branching {
            rows: vec![vec![(0, 0.5), (1, 0.25)], vec![(0, 0.5), (1, 0.25)]],
        };
        let families = Families::of(&branching).unwrap();
        let near = |got: Option<f64>, want: f64| (got.unwrap() - want).abs() < 1e-12;
        assert!(near(families.descendants(0, 0), 2.0));
        assert!(near(families.descendants(1, 0), 1.0));
        assert!(near(families.descendants(0, 1), 2.0));
        assert!(near(families.descendants(1, 1), 1.0));
        assert!(near(families.amplification(0), 5.0));
        assert_eq!(families.descendants(2, 0), None);
        assert_eq!(families.amplification(2), None);
        let rates = families.rates(&[1.0, 2.0]).unwrap();
        assert!((rates[0] - 5.0).abs() < 1e-12 && (rates[1] - 6.0).abs() < 1e-12);
        let loss = expected_loss(&branching, &[1.0, 2.0], &[10.0, 1.0]).unwrap();
        assert!((loss - 56.0).abs() < 1e-11);
    }

    #[test]
    fn a_simulated_process_has_that_many_events() {
        let process =
            hawkes::Hawkes::new(&[1.0, 0.5], &[vec![0.2, 0.4], vec![0.3, 0.1]], 1.5).unwrap();
        let want = process.families().unwrap().rates(&[1.0, 0.5]).unwrap();
        for (row, want) in process.simulate(40_000, 2).iter().zip(want) {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            assert!((mean / want - 1.0).abs() < 0.03, "{mean} {want}");
        }
    }

    #[test]
    fn endless_families_and_false_matrices_are_refused() {
        let of = |rows: Vec<Vec<(usize, f64)>>| Families::of(&Branching { rows });
        assert!(of(vec![vec![(0, 1.0)]]).is_err());
        assert!(of(vec![vec![(1, 2.0)], vec![(0, 0.6)]]).is_err());
        assert!(of(vec![vec![(1, 0.5)]]).is_err());
        assert!(of(vec![vec![(0, -0.5)]]).is_err());
        assert!(
            of(vec![vec![(0, 0.5)]])
                .unwrap()
                .rates(&[1.0, 1.0])
                .is_err()
        );
    }
}
