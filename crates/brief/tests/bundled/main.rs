//! The bundled data from end to end: lake, partnership, brief. What a test expects is worked out from the raw files or with pencil and
//! paper, never by the code that it tests.

mod support;

mod compare;
mod evidence;
mod expect;
mod future;
mod golden;
mod news;
mod outlook;
mod partnerships;
mod properties;
mod record;
mod shocks;
mod standing;
mod stress;
mod votes;
