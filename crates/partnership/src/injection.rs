//! Events that a shock or a lever adds: `RUS->GEO material-conflict 2025-03 x5`.

mod grammar;

use detente_atlas::Month;
use detente_relations::index::{Counts, Weights};

use crate::model::Party;

pub(crate) use grammar::{deed, expression, injection, injections, read_months};

/// Which events: a quad class, or all classes of a side of the relation index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Class {
    VerbalCooperation,
    MaterialCooperation,
    VerbalConflict,
    MaterialConflict,
    /// Verbal and material.
    Cooperation,
    /// Verbal and material.
    Conflict,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 6] = [
        Class::VerbalCooperation,
        Class::MaterialCooperation,
        Class::VerbalConflict,
        Class::MaterialConflict,
        Class::Cooperation,
        Class::Conflict,
    ];

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Class::VerbalCooperation => "verbal-cooperation",
            Class::MaterialCooperation => "material-cooperation",
            Class::VerbalConflict => "verbal-conflict",
            Class::MaterialConflict => "material-conflict",
            Class::Cooperation => "cooperation",
            Class::Conflict => "conflict",
        }
    }

    /// Whether it is of the side of conflict.
    pub fn is_conflict(self) -> bool {
        matches!(
            self,
            Class::VerbalConflict | Class::MaterialConflict | Class::Conflict
        )
    }

    /// Whether it is all of its side: sources without classes can tell it.
    pub fn is_side(self) -> bool {
        matches!(self, Class::Cooperation | Class::Conflict)
    }

    /// The counts of this class alone.
    pub(crate) fn of(self, counts: &Counts) -> Counts {
        let none = Counts::default();
        match self {
            Class::VerbalCooperation => Counts {
                verbal_cooperation: counts.verbal_cooperation,
                ..none
            },
            Class::MaterialCooperation => Counts {
                material_cooperation: counts.material_cooperation,
                ..none
            },
            Class::VerbalConflict => Counts {
                verbal_conflict: counts.verbal_conflict,
                ..none
            },
            Class::MaterialConflict => Counts {
                material_conflict: counts.material_conflict,
                ..none
            },
            Class::Cooperation => {
                Class::VerbalCooperation.of(counts) + Class::MaterialCooperation.of(counts)
            }
            Class::Conflict => {
                Class::VerbalConflict.of(counts) + Class::MaterialConflict.of(counts)
            }
        }
    }

    /// What events of this class add to their side of the relation index.
    pub(crate) fn weighed(self, counts: &Counts, weights: &Weights) -> f64 {
        let own = self.of(counts);
        own.cooperation(weights) + own.conflict(weights)
    }

    /// The side that it is of.
    pub(crate) fn side(self) -> Class {
        if self.is_conflict() {
            Class::Conflict
        } else {
            Class::Cooperation
        }
    }
}

/// Who does what to whom, before it is said how much of it.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Who.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// Whether the other way as well.
    pub both: bool,
    /// What.
    pub class: Class,
}

impl Deed {
    /// As it is written.
    pub fn text(&self) -> String {
        let arrow = if self.both { "<->" } else { "->" };
        format!(
            "{}{arrow}{} {}",
            self.from.id,
            self.to.id,
            self.class.name()
        )
    }
}

/// Events as a multiple of what is usual in a month.
#[derive(Debug, Clone)]
pub struct Injection {
    /// Who does what to whom.
    pub deed: Deed,
    /// First and last month (`Month.0`); `None` where none is named.
    pub months: Option<(i32, i32)>,
    /// The multiple of the usual monthly count, 0 or more; 1 changes nothing.
    pub times: f64,
}

impl Injection {
    /// As it is written.
    pub fn text(&self) -> String {
        let months = self.months.map(months_text);
        let months = months.map_or_else(String::new, |m| format!(" {m}"));
        format!("{}{months} x{}", self.deed.text(), self.times)
    }
}

/// Months as they are written.
pub(crate) fn months_text((from, to): (i32, i32)) -> String {
    if from == to {
        Month(from).to_string()
    } else {
        format!("{}..{}", Month(from), Month(to))
    }
}

#[cfg(test)]
mod tests;
