//! Downloads of the public event sources: what a publisher lists for a period, fetched politely, checked against the list,
//! and every file that did not come kept as a [`Failed`] with its reason. No data is never zero: what failed is unmonitored.
//!
//! What may not come in: any knowledge of the lake (the command line carries failures there) or of what a file holds.

mod client;
mod dataverse;
mod download;
mod failure;
mod gdelt1;
mod gdelt2;
mod list;
mod pool;
mod retry;
mod ucdp;
mod wanted;

pub use client::{Client, Settings, Token};
pub use dataverse::{Archive, plan as dataverse};
pub use download::Got;
pub use failure::Failure;
pub use gdelt1::plan as gdelt1;
pub use gdelt2::{Gdelt2, Kind, plan as gdelt2};
pub use pool::{Failed, Fetched, Progress, fetch};
pub use ucdp::{Release, plan as ucdp};
pub use wanted::{Item, Md5, Plan, Shape, Unpublished, Wanted, safe_name};
