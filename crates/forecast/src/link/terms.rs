//! The terms of the linear model: what speaks for a candidate, each in words that a person can check.

use super::Cast;
use super::history::{History, L};
use super::look::{Case, Look};

/// How many terms there are.
pub const TERMS: usize = 42;

/// What a term is about; the terms of one kind are added up in a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// How often the candidate is met in such events at all.
    Met,
    /// The candidate's country: how often events of the given side and its country go there.
    Country,
    /// The candidate's sector, in the same or another country.
    Sector,
    /// How often this has been done to the candidate, by anybody.
    Received,
    /// How often this has been done to the candidate from the given side's country.
    Kin,
    /// How often the given side has done just this to the candidate.
    Triple,
    /// How much of what the given side does in this way goes to the candidate.
    Share,
    /// Events of any kind from the given side to the candidate.
    Pair,
    /// Events of any kind the other way round.
    Back,
    /// Events of the same quad class or root between the two.
    Class,
    /// The same event the other way round.
    Mirror,
    /// What followed before, after what has lately happened between the two.
    Rule,
    /// That the two have met at all.
    Acquainted,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Met,
        Self::Country,
        Self::Sector,
        Self::Received,
        Self::Kin,
        Self::Triple,
        Self::Share,
        Self::Pair,
        Self::Back,
        Self::Class,
        Self::Mirror,
        Self::Rule,
        Self::Acquainted,
    ];

    /// The kind of a term by its place.
    ///
    /// # Panics
    ///
    /// If there is no such term.
    pub fn of(term: usize) -> Self {
        match term {
            0..3 => Self::Met,
            3..6 => Self::Country,
            6 => Self::Sector,
            7..14 => Self::Received,
            14..16 => Self::Kin,
            16..21 => Self::Triple,
            21..24 => Self::Share,
            24..27 | 30..32 => Self::Pair,
            27..30 => Self::Back,
            32..37 => Self::Class,
            37..39 => Self::Mirror,
            39..41 => Self::Rule,
            41 => Self::Acquainted,
            _ => panic!("no term {term}"),
        }
    }
}

/// Terms of an entity of which nothing is known but how often it is met, and where it is from.
pub(super) const PLAIN: usize = 7;

#[inline]
fn many(count: f32) -> f32 {
    (1.0 + 10.0 * count).ln()
}

#[inline]
fn share(count: f32, of: f32) -> f32 {
    (1.0 + 50.0 * count / (of + 0.5)).ln()
}

/// The terms that any entity has.
#[inline]
pub(super) fn plain(
    cast: &Cast,
    history: &History,
    look: &Look,
    case: &Case,
    entity: u32,
) -> [f32; PLAIN] {
    let e = entity as usize;
    let met = &history.met[case.class][e];
    let country = history.country[e];
    let same = case.country > 0 && case.country == country;
    let [a, b, c] = look.by_country[country as usize];
    let sector = look.by_sector[cast.sector[e] as usize][usize::from(same)];
    let [x, y, z] = met.map(|count| (count + 0.02).ln());
    [x, y, z, a, b, c, sector]
}

/// All terms of a candidate, into the first [`TERMS`] places of `row`.
pub(super) fn all(
    cast: &Cast,
    history: &History,
    look: &Look,
    case: &Case,
    entity: u32,
    row: &mut [f32],
) {
    let row = &mut row[..TERMS];
    row.fill(0.0);
    row[..PLAIN].copy_from_slice(&plain(cast, history, look, case, entity));
    if let Some(count) = look.received.get(entity) {
        for (term, count) in row[7..12].iter_mut().zip(count) {
            *term = many(count);
        }
        row[12] = share(count[3], case.all[3]);
        row[13] = share(count[L - 1], case.all[L - 1]);
    }
    if let Some(count) = look.kin.get(entity) {
        row[14] = share(count[0], case.country_acts[0]);
        row[15] = share(count[1], case.country_acts[1]);
    }
    if let Some((partner, asked)) = look.partner(entity) {
        for (term, count) in row[16..21].iter_mut().zip(asked.count) {
            *term = many(count);
        }
        for (term, i) in row[21..24].iter_mut().zip(2..) {
            *term = share(asked.count[i], case.acts[i]);
        }
        let (ahead, back) = (&partner.count[case.side], &partner.count[1 - case.side]);
        for (k, i) in [1, 3, L - 1].into_iter().enumerate() {
            row[24 + k] = many(ahead[i]);
            row[27 + k] = many(back[i]);
        }
        row[30] = share(ahead[3], look.entity[case.side][3]);
        row[31] = share(ahead[L - 1], look.entity[case.side][L - 1]);
        let (same, other) = (&partner.class[case.class], &partner.class[case.class ^ 1]);
        row[32] = many(same[0]);
        row[33] = many(same[1]);
        row[34] = many(other[0]);
        row[35] = many(other[1]);
        row[36] = many(asked.root[1][1]);
        row[37] = many(asked.back[1]);
        row[38] = many(asked.back[3]);
        row[39] = (1.0 + 20.0 * asked.rule).ln();
        row[40] = (1.0 + 5.0 * asked.rules).ln();
        row[41] = 1.0;
    }
}
