//! GDELT event files, as published: tab-separated, without a header and without quoting.
//!
//! GDELT 2 has 61 columns and a file every 15 minutes; GDELT 1 has 58 and a file a day, and 57 (no `SOURCEURL`) in what it published for
//! the time before April 2013. Copies that R or pandas wrote (commas or tabs, a header, `NA`) are read by their header.
//!
//! - `day` is SQLDATE, which is coarse; `known` is the day of DATEADDED. The first daily files of April 2013 date a report by the next
//!   day: one day ahead counts as known on its own day, more than that is an error of the row.
//! - An actor is the state of the country code, else the organisation of the group code ([`actors`]).
//! - A place without a name and a country has no coordinates, whatever its cells say (they say 0, 0); half a coordinate is none.
//! - An event code that lost its leading zero gets it back where the root code, which is another column, says so.

mod actors;
mod columns;
mod days;
mod events;
mod host;
mod mentions;
mod seen;
mod sign;
mod table;

pub(crate) use events::GdeltEvents;
pub(crate) use mentions::GdeltMentions;
pub(crate) use sign::{sign_1, sign_2, sign_mentions};
