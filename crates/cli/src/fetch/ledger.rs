//! From downloads to the lake: what came is read, what did not come is put on record.

use detente_fetch::{Failed, Fetched, Plan, Unpublished};
use detente_lake::{Lake, Outcome};
use detente_sources::Dataset;

use crate::error::Result;
use crate::{ingest, progress};

/// All that a run has done.
pub(super) struct Done {
    pub(super) plan: Plan,
    pub(super) fetched: Vec<Fetched>,
    pub(super) failed: Vec<Failed>,
    /// What became of the fetched files in the lake; empty where they were not to be read.
    pub(super) read: Vec<Outcome>,
}

/// Puts on record what failed and what is not published.
pub(super) fn note(lake: &Lake, failed: &[Failed], unpublished: &[Unpublished]) -> Result {
    let mut notes = Vec::with_capacity(failed.len() + unpublished.len());
    for f in failed {
        let set = ingest::dataset(f.file.dataset)?;
        let reason = format!("could not be fetched: {}", f.why);
        let mut note = detente_lake::Failed::new(set, &f.file.item.name, &reason);
        note.url = Some(f.file.item.url.clone());
        // A file that stands for the whole of its data set tells of no day in particular.
        if note.span.is_none() && (f.file.from, f.file.to) != set.span {
            note.span = Some((f.file.from, f.file.to));
        }
        notes.push(note);
    }
    for u in unpublished {
        let set = ingest::dataset(u.dataset)?;
        let reason = "was not published: the publisher's list lacks it";
        let mut note = detente_lake::Failed::new(set, &u.name, reason);
        note.url = Some(u.url.clone());
        notes.push(note);
    }
    Ok(lake.note_failed(&notes)?)
}

/// Reads what came; what cannot be read is put on record by the lake.
pub(super) fn ingest(lake: &Lake, fetched: &[Fetched], quiet: bool) -> Result<Vec<Outcome>> {
    let mut files: Vec<(&'static Dataset, _)> = Vec::with_capacity(fetched.len());
    for f in fetched {
        files.push((ingest::dataset(f.file.dataset)?, f.path.clone()));
    }
    Ok(lake.ingest_each(&files, &*progress::shown(quiet))?)
}
