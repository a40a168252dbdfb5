//! PLOVER, the successor of CAMEO: sixteen event types (Open Event Data Alliance, PLOVER Codebook).
//!
//! CAMEO codes are mapped as in the Alliance's table CAMEO2PLOVER-2021, which goes by root but for 0813, 0814 and
//! 084-087 (RETREAT), 163, 191 and 192 (COERCE), 1712 and 175 (ASSAULT); its DEMAND is the later REQUEST. Roots 01 and
//! 02 have no PLOVER type: PLOVER does not code comment and appeal.

use std::fmt;
use std::str::FromStr;

use crate::Quad;

/// How SANCTION is classed. The codebook heads the type "material conflict", yet most of what it lists under it (breaking off
/// talks, mediation and diplomatic exchange) is said rather than done, and its tables do not agree; so this is a declared setting
/// and never an assumption of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SanctionAs {
    /// As the codebook heads the type, and as GDELT classes CAMEO root 16.
    MaterialConflict,
    /// As an act of words: cancelled meetings, halted negotiations, reduced relations.
    VerbalConflict,
}

macro_rules! types {
    ($($name:ident $text:literal $doc:literal),* $(,)?) => {
        /// A PLOVER event type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PloverType { $(#[doc = $doc] $name),* }

        impl PloverType {
            /// The sixteen types, in the order of the codebook.
            pub const ALL: [PloverType; 16] = [$(PloverType::$name),*];

            /// The name in capitals.
            pub fn text(self) -> &'static str {
                match self { $(PloverType::$name => $text),* }
            }
        }
    };
}

types! {
    Agree "AGREE" "Agree, offer or promise to cooperate.",
    Consult "CONSULT" "Meet, visit, talk.",
    Support "SUPPORT" "Praise, defend, recognise, sign.",
    Concede "CONCEDE" "Give way, or promise to.",
    Cooperate "COOPERATE" "Cooperate in matters of substance.",
    Aid "AID" "Give aid.",
    Retreat "RETREAT" "Release, withdraw, disarm, cease fire.",
    Request "REQUEST" "Request or demand.",
    Accuse "ACCUSE" "Investigate, disapprove, accuse.",
    Reject "REJECT" "Refuse.",
    Threaten "THREATEN" "Threaten.",
    Protest "PROTEST" "Demonstrate, strike, riot.",
    Sanction "SANCTION" "Reduce relations.",
    Mobilize "MOBILIZE" "Raise the alert of troops or police.",
    Coerce "COERCE" "Seize, restrict, arrest, deport.",
    Assault "ASSAULT" "Use violence.",
}

impl PloverType {
    /// The quad class; SANCTION as declared.
    ///
    /// ```
    /// use detente_atlas::{PloverType, Quad, SanctionAs};
    /// assert_eq!(PloverType::Aid.quad(SanctionAs::VerbalConflict), Quad::MaterialCooperation);
    /// assert_eq!(PloverType::Sanction.quad(SanctionAs::VerbalConflict), Quad::VerbalConflict);
    /// ```
    pub fn quad(self, sanction: SanctionAs) -> Quad {
        use PloverType::*;
        match self {
            Agree | Consult | Support | Concede => Quad::VerbalCooperation,
            Cooperate | Aid | Retreat => Quad::MaterialCooperation,
            Request | Accuse | Reject | Threaten => Quad::VerbalConflict,
            Protest | Mobilize | Coerce | Assault => Quad::MaterialConflict,
            Sanction => match sanction {
                SanctionAs::MaterialConflict => Quad::MaterialConflict,
                SanctionAs::VerbalConflict => Quad::VerbalConflict,
            },
        }
    }
}

impl fmt::Display for PloverType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

impl FromStr for PloverType {
    type Err = String;
    fn from_str(text: &str) -> Result<PloverType, String> {
        PloverType::ALL
            .into_iter()
            .find(|t| t.text() == text)
            .ok_or_else(|| format!("'{text}' is not a PLOVER event type: write one of the sixteen in capitals, as in COERCE"))
    }
}
