//! What the ranker is made of, to be left out one at a time.

use super::detail::DETAIL;
use super::terms::{Kind, TERMS};

/// A group of terms and features that rest on one idea.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ingredient {
    /// Just this event between the two: how often, when, its share of all that the given side does in it.
    Triple,
    /// Any events between the two, in each direction.
    Pair,
    /// Events of the same class or root between the two, and the same event the other way round.
    Class,
    /// What followed before on what has lately happened between the two.
    Rules,
    /// How often the candidate is met at all.
    Met,
    /// How often this is done to the candidate, by anybody.
    Received,
    /// The countries and sectors that names tell.
    Names,
    /// Common partners, and how alike those who did it to the candidate are to the given side.
    Ties,
    /// What is asked: how much the given side does in this way, how often what happens is new.
    Question,
}

impl Ingredient {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Triple,
        Self::Pair,
        Self::Class,
        Self::Rules,
        Self::Met,
        Self::Received,
        Self::Names,
        Self::Ties,
        Self::Question,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Triple => "triple",
            Self::Pair => "pair",
            Self::Class => "class",
            Self::Rules => "rules",
            Self::Met => "met",
            Self::Received => "received",
            Self::Names => "names",
            Self::Ties => "ties",
            Self::Question => "question",
        }
    }

    fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Triple | Kind::Share => Self::Triple,
            Kind::Pair | Kind::Back | Kind::Acquainted => Self::Pair,
            Kind::Class | Kind::Mirror => Self::Class,
            Kind::Rule => Self::Rules,
            Kind::Met => Self::Met,
            Kind::Received => Self::Received,
            Kind::Country | Kind::Sector | Kind::Kin => Self::Names,
        }
    }

    /// That of a column of the rows of the trees, whose first are the terms; `None` for the linear score and the rank by it.
    pub(super) fn of(column: usize) -> Option<Self> {
        let Some(detail) = column.checked_sub(TERMS) else {
            return Some(Self::of_kind(Kind::of(column)));
        };
        debug_assert!(detail < DETAIL, "no column {column}");
        match detail {
            0..3 => None,
            3..6 | 9 => Some(Self::Triple),
            7..9 | 13 => Some(Self::Pair),
            6 | 11..13 => Some(Self::Class),
            10 => Some(Self::Rules),
            14..20 => Some(Self::Met),
            20..22 => Some(Self::Received),
            22..39 => Some(Self::Names),
            39..43 => Some(Self::Ties),
            _ => Some(Self::Question),
        }
    }
}

/// Ingredients that are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Without([bool; Ingredient::ALL.len()]);

impl Without {
    /// Leaves one out as well.
    pub fn and(mut self, ingredient: Ingredient) -> Self {
        self.0[ingredient as usize] = true;
        self
    }

    /// Sets what is left out to 0 in a row of terms, or of terms and features.
    pub(super) fn blank(&self, row: &mut [f32]) {
        if self.0.contains(&true) {
            for (column, value) in row.iter_mut().enumerate() {
                if Ingredient::of(column).is_some_and(|i| self.0[i as usize]) {
                    *value = 0.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::detail::WIDTH;
    use super::*;

    #[test]
    fn what_is_left_out_is_0_and_nothing_else() {
        for left_out in Ingredient::ALL {
            let mut row = vec![1.0; WIDTH];
            Without::default().and(left_out).blank(&mut row);
            let gone = (0..WIDTH).filter(|i| row[*i] == 0.0);
            let gone: Vec<usize> = gone.collect();
            assert!(!gone.is_empty(), "{left_out:?}");
            assert!(gone.iter().all(|i| Ingredient::of(*i) == Some(left_out)));
            let of = (0..WIDTH).filter(|i| Ingredient::of(*i) == Some(left_out));
            assert_eq!(gone.len(), of.count());
        }
        let mut row = vec![1.0; WIDTH];
        Without::default().blank(&mut row);
        assert!(row.iter().all(|x| *x == 1.0));
    }
}
