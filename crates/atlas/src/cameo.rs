//! CAMEO event codes, with the texts of ICEWS, quad class, Goldstein value and PLOVER type.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::names::normalise;
use crate::{PloverType, table};

/// The four classes of events, with GDELT's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quad {
    /// CAMEO roots 01-05.
    VerbalCooperation = 1,
    /// CAMEO roots 06-09.
    MaterialCooperation = 2,
    /// CAMEO roots 10-14.
    VerbalConflict = 3,
    /// CAMEO roots 15-20.
    MaterialConflict = 4,
}

impl Quad {
    /// The class of a CAMEO root as GDELT codes it: 01-05 verbal cooperation, 06-09 material cooperation, 10-14 verbal conflict,
    /// 15-20 material conflict. So it stands in GDELT's own rows, which put "investigate" (09) with cooperation and "protest" (14)
    /// with words; the codebook gives no table. Root 01, "make public statement", is neutral in some codings and
    /// cooperative here. `None` for no root.
    pub fn of_root(root: u8) -> Option<Quad> {
        match root {
            1..=5 => Some(Quad::VerbalCooperation),
            6..=9 => Some(Quad::MaterialCooperation),
            10..=14 => Some(Quad::VerbalConflict),
            15..=20 => Some(Quad::MaterialConflict),
            _ => None,
        }
    }

    /// The class of a GDELT number, 1-4.
    pub fn of_number(number: u8) -> Option<Quad> {
        match number {
            1 => Some(Quad::VerbalCooperation),
            2 => Some(Quad::MaterialCooperation),
            3 => Some(Quad::VerbalConflict),
            4 => Some(Quad::MaterialConflict),
            _ => None,
        }
    }

    /// GDELT's number, 1-4.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// One CAMEO code.
#[derive(Debug, Clone, PartialEq)]
pub struct CameoCode {
    /// Two to four digits, with the leading zero.
    pub code: &'static str,
    /// The name, as ICEWS writes it.
    pub name: &'static str,
    /// The root, 1-20.
    pub root: u8,
    /// The quad class by GDELT's rule.
    pub quad: Option<Quad>,
    /// The Goldstein value, -10 to 10, of the CAMEO table that ICEWS uses for its intensity.
    pub goldstein: Option<f32>,
    /// The Goldstein value of GDELT's table: it differs for 016, 022, 164 and 165 and lacks 1213 and 1214.
    pub goldstein_gdelt: Option<f32>,
    /// The PLOVER event type; `None` for roots 01 and 02, which PLOVER does not code.
    pub plover: Option<PloverType>,
}

#[derive(Default)]
struct Codes {
    all: Vec<CameoCode>,
    by_code: HashMap<&'static str, usize>,
    by_text: HashMap<String, usize>,
}

fn codes() -> &'static Codes {
    static TABLE: OnceLock<Codes> = OnceLock::new();
    TABLE.get_or_init(|| {
        let value = |cell: &str| {
            (!cell.is_empty()).then(|| {
                cell.parse()
                    .expect("cameo.tsv: a Goldstein value is a number")
            })
        };
        let mut codes = Codes::default();
        for (i, [code, name, goldstein, gdelt, plover, texts]) in
            table::rows(include_str!("../data/cameo.tsv")).enumerate()
        {
            let root: u8 = code[..2]
                .parse()
                .expect("cameo.tsv: a code starts with its root");
            codes.all.push(CameoCode {
                code,
                name,
                root,
                quad: Quad::of_root(root),
                goldstein: value(goldstein),
                goldstein_gdelt: value(gdelt),
                plover: (!plover.is_empty())
                    .then(|| plover.parse().expect("cameo.tsv: a PLOVER type")),
            });
            codes.by_code.insert(code, i);
            // A root and its "not specified below" code share a text (CONSULT, Consult): the text means the longer code,
            // which comes later in the table and is the one that ICEWS and GDELT write.
            for text in std::iter::once(name)
                .chain(texts.split('|'))
                .filter(|t| !t.is_empty())
            {
                codes.by_text.insert(normalise(text), i);
            }
        }
        codes
    })
}

/// The CAMEO code, exact, leading zero included.
///
/// ```
/// use detente_atlas::{Quad, cameo};
/// let fight = cameo("190").unwrap();
/// assert_eq!((fight.name, fight.quad, fight.goldstein), ("Use conventional military force", Some(Quad::MaterialConflict), Some(-10.0)));
/// assert!(cameo("99").is_none());
/// ```
pub fn cameo(code: &str) -> Option<&'static CameoCode> {
    codes().by_code.get(code).map(|i| &codes().all[*i])
}

/// The CAMEO code of an ICEWS event text, exact after the normalisation of names.
///
/// ```
/// use detente_atlas::cameo_by_name;
/// assert_eq!(cameo_by_name("Express intent to meet or negotiate").unwrap().code, "036");
/// assert_eq!(cameo_by_name("Consult").unwrap().code, "040");
/// ```
pub fn cameo_by_name(icews_event_text: &str) -> Option<&'static CameoCode> {
    codes()
        .by_text
        .get(&normalise(icews_event_text))
        .map(|i| &codes().all[*i])
}

/// Every CAMEO code, in the order of the codes.
pub fn cameo_codes() -> &'static [CameoCode] {
    &codes().all
}
