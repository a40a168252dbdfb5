//! The chain: each line names the hash of the one before it, so that no line can be changed, dropped or moved unseen.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Entry, Published};

/// The format that this version reads and writes.
const FORMAT: u32 = 1;
/// What stands before the hash at the end of a line, and after it.
const BEFORE_HASH: &str = ",\"hash\":\"";
const AFTER_HASH: &str = "\"}";
/// Hexadecimal digits of SHA-256.
const DIGITS: usize = 64;

/// A ledger in which every line holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The lines, in order.
    pub entries: Vec<Entry>,
}

impl Verified {
    /// The hash of the last line, or of nothing: 64 zeros. Whoever keeps it elsewhere can later tell that nothing was cut off.
    pub fn head(&self) -> String {
        self.entries
            .last()
            .map_or_else(|| "0".repeat(DIGITS), |e| e.hash.clone())
    }

    /// Whether a hash that was kept elsewhere is that of one of the lines.
    pub fn holds(&self, head: &str) -> bool {
        self.entries.iter().any(|e| e.hash == head)
    }
}

/// The first line at which a ledger does not hold, what is wrong there and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}; {remedy}", remedy = what.remedy())]
pub struct Broken {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: Fault,
    /// Bytes before that line.
    pub offset: usize,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The last line has no line break: a writer was killed.
    Torn,
    /// The line does not end in a hash.
    NoHash,
    /// The hash is not that of the line.
    Changed,
    /// The line holds, but is not an entry that this version knows.
    Unknown(String),
    /// The line is not the successor of the one before it.
    NotNext {
        /// The number that it ought to have.
        expected: u64,
        /// The number that it has.
        found: u64,
    },
}

impl Fault {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Fault::Torn => {
                "a writer was stopped half-way: `detente ledger verify --mend` cuts the torn line off and keeps its bytes in a file beside"
            }
            Fault::Unknown(_) => "read it with the program version that wrote it, or a later one",
            Fault::NoHash | Fault::Changed | Fault::NotNext { .. } => {
                "the ledger was altered after it was written: compare it with a copy, and start a new one with --ledger if there is none"
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Torn => f.write_str("the line is torn: it has no end"),
            Fault::NoHash => f.write_str("the line does not end in a hash"),
            Fault::Changed => {
                f.write_str("the line does not have the hash that it names, so it was changed")
            }
            Fault::Unknown(what) => write!(f, "no entry that this version reads ({what})"),
            Fault::NotNext { expected, found } if expected == found => {
                f.write_str("it names another line before it: that one was changed or taken out")
            }
            Fault::NotNext { expected, found } => write!(
                f,
                "entry {found} stands where entry {expected} belongs: lines were taken out or moved"
            ),
        }
    }
}

/// Why nothing was appended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The ledger does not hold as it is.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A forecast that could not be scored.
    #[error("the forecast of '{subject}' can not enter the ledger: {what}")]
    Unsound {
        /// What it is about.
        subject: String,
        /// What is wrong.
        what: String,
    },
}

/// What is to be written behind a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Whole lines, each with its line break.
    pub lines: String,
    /// How many.
    pub count: usize,
    /// Forecasts that were there already.
    pub known: usize,
    /// The hash of the last line once they are written.
    pub head: String,
}

/// Checks every line of a ledger.
///
/// Found are: a changed byte, a line taken out of the middle or from the beginning, lines that changed places, a line put in, a
/// last line that is cut. Each is reported at the first line that does not fit; after a line that was taken out that is the next one.
/// **Not** found are whole lines cut off at the end, and a chain that was written anew from some line on: only a
/// [`Verified::head`] kept elsewhere shows that.
///
/// # Errors
/// The first line that does not hold.
pub fn verify(ledger: &[u8]) -> Result<Verified, Broken> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut previous, mut offset) = ("0".repeat(DIGITS), 0);
    for (i, raw) in ledger.split_inclusive(|b| *b == b'\n').enumerate() {
        let broken = |what| Broken {
            line: i + 1,
            what,
            offset,
        };
        let line = raw.strip_suffix(b"\n").ok_or_else(|| broken(Fault::Torn))?;
        let (body, hash) = hashed(line).ok_or_else(|| broken(Fault::NoHash))?;
        if sha256(&[body, b"}"]).as_bytes() != hash {
            return Err(broken(Fault::Changed));
        }
        let unknown = |what: String| broken(Fault::Unknown(what));
        let entry: Entry = serde_json::from_slice(line).map_err(|e| unknown(e.to_string()))?;
        if entry.format != FORMAT {
            return Err(unknown(format!("format {}", entry.format)));
        }
        let expected = i as u64 + 1;
        if entry.sequence != expected || entry.previous != previous {
            return Err(broken(Fault::NotNext {
                expected,
                found: entry.sequence,
            }));
        }
        previous = sha256(&[line]);
        offset += raw.len();
        entries.push(entry);
    }
    Ok(Verified { entries })
}

/// The lines that publish forecasts behind a ledger. One that is there already ([`Published::repeats`]) is left out, so that
/// publishing twice is publishing once. Numbers are kept to six significant digits.
///
/// # Errors
/// The ledger does not hold; a forecast that could not be scored, or whose target was over when it was made. Nothing is to be
/// written then.
pub fn append(ledger: &[u8], forecasts: &[Published]) -> Result<Appended, Refused> {
    let verified = verify(ledger)?;
    let mut sequence = verified.entries.len() as u64;
    let last = ledger.strip_suffix(b"\n").unwrap_or(ledger);
    let last = last.rsplit(|b| *b == b'\n').next().unwrap_or(last);
    let mut previous = match verified.entries.is_empty() {
        true => "0".repeat(DIGITS),
        false => sha256(&[last]),
    };
    let mut done = Appended {
        lines: String::new(),
        count: 0,
        known: 0,
        head: verified.head(),
    };
    let mut there: Vec<Published> = verified.entries.into_iter().map(|e| e.published).collect();
    for forecast in forecasts {
        forecast.check()?;
        let published = forecast.rounded();
        if there.iter().any(|p| p.repeats(&published)) {
            done.known += 1;
            continue;
        }
        sequence += 1;
        let (line, hash) = line(sequence, &previous, &published);
        previous = sha256(&[line.as_bytes()]);
        done.lines.push_str(&line);
        done.lines.push('\n');
        done.count += 1;
        done.head = hash;
        there.push(published);
    }
    Ok(done)
}

/// The line of an entry, and its hash.
fn line(sequence: u64, previous: &str, published: &Published) -> (String, String) {
    let entry = Entry {
        format: FORMAT,
        sequence,
        previous: previous.to_owned(),
        published: published.clone(),
        hash: String::new(),
    };
    let whole = serde_json::to_string(&entry).expect("an entry holds only text and finite numbers");
    // The hash is the last field, and empty so far.
    let body = &whole[..whole.len() - BEFORE_HASH.len() - AFTER_HASH.len()];
    let hash = sha256(&[body.as_bytes(), b"}"]);
    (format!("{body}{BEFORE_HASH}{hash}{AFTER_HASH}"), hash)
}

/// A line as what its hash covers (without the closing brace) and the hash that it names.
fn hashed(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = line.strip_suffix(AFTER_HASH.as_bytes())?;
    let (rest, hash) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    Some((rest.strip_suffix(BEFORE_HASH.as_bytes())?, hash))
}

/// SHA-256 of the parts, one after the other, in hexadecimal.
pub(super) fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// How a torn end of a ledger is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// Nothing is torn.
    Sound,
    /// The last line is whole and holds; only its line break is to be written.
    EndLine,
    /// The last line is half a line.
    Cut {
        /// How many bytes of the ledger stay.
        kept: usize,
        /// The bytes that leave it.
        torn: Vec<u8>,
    },
}

/// What mends the torn end of a ledger.
///
/// # Errors
/// Any other fault: only a torn end can be mended without a copy.
pub fn mend(ledger: &[u8]) -> Result<Mend, Broken> {
    match verify(ledger) {
        Ok(_) => Ok(Mend::Sound),
        Err(Broken {
            what: Fault::Torn,
            offset,
            ..
        }) => Ok(match verify(&[ledger, b"\n"].concat()) {
            Ok(_) => Mend::EndLine,
            Err(_) => Mend::Cut {
                kept: offset,
                torn: ledger[offset..].to_vec(),
            },
        }),
        Err(other) => Err(other),
    }
}
