//! Why a file did not come, in words that say what to do.

use std::time::Duration;

use crate::wanted::Md5;

/// Why a file did not come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server does not have it.
    #[error("the server does not have the file (HTTP {0})")]
    Absent(u16),
    /// The server does not let us.
    #[error("access refused (HTTP {0}): the token is expired, wrong or lacking")]
    Refused(u16),
    /// Any other answer that is none.
    #[error("the server answered HTTP {0}")]
    Status(u16),
    /// The server is busy or broken, and stayed so.
    #[error("the server was busy or broken (HTTP {0}) at every try")]
    Busy(u16),
    /// No answer in time.
    #[error("no answer in time (time-out) at every try")]
    TimedOut,
    /// No connection.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The connection ended before the file did.
    #[error("the connection was cut at every try after {got} bytes{}", of(*wanted))]
    Cut {
        /// Bytes that came.
        got: u64,
        /// Bytes announced.
        wanted: Option<u64>,
    },
    /// Nothing in the body.
    #[error("the server sent an empty file")]
    Empty,
    /// A web page.
    #[error(
        "the server sent a web page (HTML) instead of the file: a log-in page or a proxy's notice"
    )]
    Html,
    /// Something else that is no zip.
    #[error("what the server sent is no zip archive")]
    NotZip,
    /// Another size than listed.
    #[error("wrong size, twice: {got} bytes where the list says {wanted}")]
    Size {
        /// Bytes that came.
        got: u64,
        /// Bytes listed.
        wanted: u64,
    },
    /// Another sum than listed.
    #[error("wrong MD5, twice: {got} where the list says {wanted}")]
    Md5 {
        /// The sum of what came.
        got: Md5,
        /// The sum listed.
        wanted: Md5,
    },
    /// What a list or an answer of an interface holds cannot be used.
    #[error("{0}")]
    Unreadable(String),
    /// An address that is none, TLS that does not hold, and the like.
    #[error("the address cannot be used: {0}")]
    Address(String),
    /// The disk.
    #[error("cannot be stored: {0}")]
    Disk(String),
}

impl Failure {
    /// A short name for a summary, the same for all files that failed alike.
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::Absent(_) => "not on the server",
            Failure::Refused(_) => "access refused: expired token",
            Failure::Status(_) => "unexpected answer",
            Failure::Busy(_) => "server busy or broken",
            Failure::TimedOut => "time-out",
            Failure::Unreachable(_) => "no connection",
            Failure::Cut { .. } => "connection cut",
            Failure::Empty => "empty file",
            Failure::Html => "web page instead of the file",
            Failure::NotZip => "no zip archive",
            Failure::Size { .. } => "wrong size",
            Failure::Md5 { .. } => "wrong MD5",
            Failure::Unreadable(_) => "unreadable list",
            Failure::Address(_) => "unusable address",
            Failure::Disk(_) => "not stored",
        }
    }

    /// What the user can do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Failure::Absent(_) => {
                "the publisher lists the file and lacks it: try again with --repair in some days"
            }
            Failure::Refused(_) => {
                "get a new token and name its file with --token-file, then --repair"
            }
            Failure::Busy(_)
            | Failure::TimedOut
            | Failure::Cut { .. }
            | Failure::Unreachable(_) => {
                "try again later with --repair; fewer --jobs and a longer --timeout help on a weak line"
            }
            Failure::Html => {
                "open the address in a browser to see what it wants (a log-in, a proxy), then --repair"
            }
            Failure::Empty | Failure::NotZip | Failure::Size { .. } | Failure::Md5 { .. } => {
                "the publisher's file and list do not fit: try again with --repair in some hours"
            }
            Failure::Status(_) | Failure::Unreadable(_) | Failure::Address(_) => {
                "check --base-url, and that the server is the one you mean"
            }
            Failure::Disk(_) => "check the space and the rights of the folder of --downloads",
        }
    }

    /// Whether another try may do better.
    pub(crate) fn passes(&self) -> bool {
        use Failure::*;
        matches!(self, Busy(_) | TimedOut | Unreachable(_) | Cut { .. })
    }

    /// Whether the bytes came whole and are not those of the list.
    pub(crate) fn differs(&self) -> bool {
        matches!(self, Failure::Size { .. } | Failure::Md5 { .. })
    }
}

fn of(wanted: Option<u64>) -> String {
    wanted.map_or(String::new(), |n| format!(" of {n}"))
}

/// A failed try, and when the server wants the next.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) failure: Failure,
    pub(crate) retry_after: Option<Duration>,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble {
            failure,
            retry_after: None,
        }
    }
}
