//! Who, where, what kind: actors, dated blocs, code systems and event ontologies.
//!
//! Only facts that hold for every source live here. No file is read at run time (the tables under `data/` are
//! compiled in and parsed once, on first use), and nothing is guessed: a code or name that does not resolve is `None`,
//! and the caller counts it in [`Unknowns`].

mod actor;
mod blocs;
mod cameo;
mod codes;
mod group;
mod icews;
mod names;
mod nearest;
mod plover;
mod table;
mod time;
mod unknowns;

pub use actor::{Actor, Kind};
pub use blocs::{Membership, blocs, is_member, members, memberships};
pub use cameo::{CameoCode, Quad, cameo, cameo_by_name, cameo_codes};
pub use codes::{System, resolve, resolve_in_year};
pub use group::{Group, GroupError};
pub use icews::{IcewsActor, icews_actor};
pub use names::resolve_name;
pub use plover::{PloverType, SanctionAs};
pub use time::{By, Day, Month, NotADay};
pub use unknowns::Unknowns;
