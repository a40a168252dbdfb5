//! Values by unit and period, and the view of them at a forecast origin.

use crate::Error;

/// One value per unit and period, or none where nobody looked.
///
/// Periods are consecutive integers (numbers of months or years); units are numbered from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    first: i32,
    periods: usize,
    /// Unit by unit; NaN is a missing period.
    values: Vec<f64>,
    /// For each unit the units that border on it, or nothing at all.
    neighbours: Vec<Vec<usize>>,
}

impl Panel {
    /// A panel whose rows are the units' values from period `first` on; `None` is a missing period.
    ///
    /// # Errors
    /// Rows of different length; an infinite or NaN value.
    pub fn new(first: i32, rows: &[Vec<Option<f64>>]) -> Result<Self, Error> {
        let periods = rows.first().map_or(0, Vec::len);
        let mut values = Vec::with_capacity(rows.len() * periods);
        for row in rows {
            if row.len() != periods {
                return Err(Error::Lengths {
                    what: "the rows of a panel",
                    left: periods,
                    right: row.len(),
                });
            }
            for value in row {
                if let Some(v) = value
                    && !v.is_finite()
                {
                    return Err(Error::OutOfRange {
                        what: "a value of the panel",
                        value: *v,
                        range: "finite",
                    });
                }
                values.push(value.unwrap_or(f64::NAN));
            }
        }
        Ok(Self {
            first,
            periods,
            values,
            neighbours: Vec::new(),
        })
    }

    /// The same panel with the units that border on each unit.
    ///
    /// # Errors
    /// Not one list per unit; a neighbour that is no unit.
    pub fn with_neighbours(mut self, neighbours: Vec<Vec<usize>>) -> Result<Self, Error> {
        if neighbours.len() != self.units() {
            return Err(Error::Lengths {
                what: "units and their neighbours",
                left: self.units(),
                right: neighbours.len(),
            });
        }
        if let Some(&out) = neighbours.iter().flatten().find(|&&n| n >= self.units()) {
            return Err(Error::OutOfRange {
                what: "a neighbour",
                value: out as f64,
                range: "the number of a unit",
            });
        }
        self.neighbours = neighbours;
        Ok(self)
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.values.len().checked_div(self.periods).unwrap_or(0)
    }

    /// The first period.
    pub fn first(&self) -> i32 {
        self.first
    }

    /// The last period; below `first` when the panel is empty.
    pub fn last(&self) -> i32 {
        self.first + self.periods as i32 - 1
    }

    /// The value of a unit in a period; `None` if missing or outside of the panel.
    pub fn get(&self, unit: usize, period: i32) -> Option<f64> {
        let t = usize::try_from(period - self.first).ok()?;
        let value = (t < self.periods).then(|| self.values.get(unit * self.periods + t))??;
        (!value.is_nan()).then_some(*value)
    }

    /// All that is known at the end of period `origin`, and nothing else.
    pub fn at(&self, origin: i32) -> View<'_> {
        let seen = (origin - self.first + 1).clamp(0, self.periods as i32) as usize;
        View {
            panel: self,
            origin,
            seen,
        }
    }
}

/// A panel cut at an origin. There is no way from here to a later value.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    panel: &'a Panel,
    origin: i32,
    seen: usize,
}

impl<'a> View<'a> {
    /// The last period that may be known.
    pub fn origin(&self) -> i32 {
        self.origin
    }

    /// The first period of the panel.
    pub fn first(&self) -> i32 {
        self.panel.first
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.panel.units()
    }

    /// The values of a unit from the first period to the origin (or to the panel's end, if that comes earlier); NaN where missing.
    pub fn past(&self, unit: usize) -> &'a [f64] {
        let start = unit * self.panel.periods;
        &self.panel.values[start..start + self.seen]
    }

    /// Periods from the last one in the panel to the origin: more than 0 if the panel ends first. So much longer are the leads from what is known.
    pub fn gap(&self) -> usize {
        (self.origin - self.first() - self.seen as i32 + 1).max(0) as usize
    }

    /// The units that border on a unit; none if the panel has no neighbours.
    pub fn neighbours(&self, unit: usize) -> &'a [usize] {
        self.panel.neighbours.get(unit).map_or(&[], Vec::as_slice)
    }

    /// The view at an earlier origin; a later one gives this one, for nothing can be seen beyond it.
    pub fn back_to(&self, origin: i32) -> View<'a> {
        self.panel.at(origin.min(self.origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> Panel {
        Panel::new(
            10,
            &[
                vec![Some(1.0), None, Some(3.0), Some(4.0)],
                vec![None, Some(6.0), Some(7.0), Some(8.0)],
            ],
        )
        .unwrap()
    }

    #[test]
    fn a_view_ends_at_its_origin() {
        let p = panel();
        let view = p.at(12);
        assert_eq!(view.past(1).len(), 3);
        assert!(view.past(0)[1].is_nan());
        assert_eq!(view.past(1)[2], 7.0);
        assert_eq!(view.back_to(99).past(0).len(), 3);
        assert_eq!(view.back_to(11).past(0).len(), 2);
        assert_eq!(p.at(9).past(0).len(), 0);
        assert_eq!(p.at(99).past(0).len(), 4);
        assert_eq!((p.at(12).gap(), p.at(13).gap(), p.at(15).gap()), (0, 0, 2));
    }

    #[test]
    fn missing_is_missing() {
        let p = panel();
        assert_eq!(p.get(0, 11), None);
        assert_eq!(p.get(1, 11), Some(6.0));
        assert_eq!(
            (p.get(0, 9), p.get(0, 14), p.get(2, 10)),
            (None, None, None)
        );
        assert_eq!((p.units(), p.first(), p.last()), (2, 10, 13));
    }

    #[test]
    fn bad_panels_are_refused() {
        let ragged = Panel::new(0, &[vec![Some(1.0)], vec![]]);
        assert!(matches!(ragged, Err(Error::Lengths { .. })));
        let infinite = Panel::new(0, &[vec![Some(f64::INFINITY)]]);
        assert!(matches!(infinite, Err(Error::OutOfRange { .. })));
        assert!(panel().with_neighbours(vec![vec![1]]).is_err());
        assert!(panel().with_neighbours(vec![vec![1], vec![2]]).is_err());
    }
}
