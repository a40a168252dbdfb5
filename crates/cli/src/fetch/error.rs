//! What can go wrong beside the single files, with what to do.

use detente_atlas::Day;
use detente_fetch::Failure;

use crate::error::count;

#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// Without its list nothing is known of a source.
    #[error("the publisher's list of {what} ({url}): {why}: {}", remedy(why))]
    List {
        what: &'static str,
        url: String,
        why: Failure,
    },
    #[error(
        "the publisher has no file of {what} from {from} to {to}: check --from and --to; `detente sources` says which days a source covers"
    )]
    Nothing {
        what: &'static str,
        from: Day,
        to: Day,
    },
    #[error(
        "{place} holds no token: it should hold the one line that your account page on the Dataverse shows"
    )]
    Token { place: String },
    #[error("{failed} of {} failed: the reasons stand above, and `detente fetch --repair` tries again", count(*all, "file"))]
    Some { failed: usize, all: usize },
}

/// What to do where a list did not come: nothing of it is on record, so the command itself is to be run again.
pub(super) fn remedy(why: &Failure) -> &'static str {
    match why {
        Failure::Refused(_) => {
            "get a new token, name its file with --token-file, and run the command again"
        }
        Failure::Busy(_)
        | Failure::TimedOut
        | Failure::Cut { .. }
        | Failure::Unreachable(_)
        | Failure::Empty => {
            "run the command again later; check the line and the proxy, and give a weak line a longer --timeout"
        }
        Failure::Disk(_) => why.remedy(),
        _ => "check --base-url and the proxy, and that the server is the one you mean",
    }
}
