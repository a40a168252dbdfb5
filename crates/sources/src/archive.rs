//! Files as they come: plain, `.gz`, `.xz`, `.zip`, `.tar`, `.tar.gz`, `.tar.xz`, told apart by their first bytes.
//!
//! A stream that ends before its end is an error that names the file and the member, never a short file: `.gz` and
//! `.xz` carry their own end marks, a tar must have its end-of-archive blocks and every member its full length, a zip
//! its directory and checksums, and text must end with a line end (a plain file that was cut between two lines cannot be told from a
//! whole one).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::path::Path;

use crate::error::{Fault, Place, ReadError, stream_fault};

/// A file, or a member of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// For messages.
    pub(crate) place: Place,
    /// File name for provenance: `icews.tar.xz!20181004-icews-events.tab`, `mid.csv.xz`.
    pub(crate) label: String,
    /// The name alone, without folders and without the ending of the compression.
    pub(crate) name: String,
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Bytes after decompression.
    pub(crate) bytes: u64,
    /// Files: members of an archive, or 1.
    pub(crate) members: u64,
}

/// Takes a member and its bytes, which it must read to the end.
pub(crate) type Take<'a> = dyn FnMut(&Member, &mut dyn BufRead) -> Result<(), ReadError> + 'a;

const BUFFER: usize = 128 * 1024;
const TAR_BLOCK: usize = 512;

/// Gives every file inside `path` to `take`, in the order of the archive.
pub(crate) fn members(path: &Path, take: &mut Take) -> Result<Extent, ReadError> {
    let fail = |fault| ReadError {
        place: Place::file(path).into(),
        fault,
    };
    let mut file =
        BufReader::with_capacity(BUFFER, File::open(path).map_err(|e| fail(Fault::Io(e)))?);
    let start = file.fill_buf().map_err(|e| fail(Fault::Io(e)))?;
    if start.is_empty() {
        return Err(fail(Fault::Empty));
    }
    match kind_of(start) {
        Kind::Gz => inside(path, flate2::bufread::MultiGzDecoder::new(file), take),
        Kind::Xz => inside(
            path,
            liblzma::bufread::XzDecoder::new_multi_decoder(file),
            take,
        ),
        Kind::Zip => zip_members(path, take),
        Kind::Bare => inside(path, file, take),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gz,
    Xz,
    Zip,
    Bare,
}

fn kind_of(start: &[u8]) -> Kind {
    if start.starts_with(&[0x1F, 0x8B]) {
        Kind::Gz
    } else if start.starts_with(&[0xFD, b'7', b'z', b'X', b'Z', 0]) {
        Kind::Xz
    } else if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        Kind::Zip
    } else {
        Kind::Bare
    }
}

/// A decompressed stream: a tar, or one file.
fn inside(path: &Path, mut stream: impl Read, take: &mut Take) -> Result<Extent, ReadError> {
    let fail = |e| ReadError {
        place: Place::file(path).into(),
        fault: stream_fault(e),
    };
    let head = first_block(&mut stream).map_err(fail)?;
    // An empty tar is nothing but its end mark.
    let is_tar =
        head.len() == TAR_BLOCK && (&head[257..262] == b"ustar" || head.iter().all(|b| *b == 0));
    let stream = Cursor::new(head).chain(stream);
    if is_tar {
        return tar_members(path, stream, take);
    }
    let file_name = file_name(path);
    let member = Member {
        place: Place::file(path),
        label: file_name.clone(),
        name: bare_name(&file_name),
    };
    let bytes = hand_over(&member, stream, None, take)?;
    Ok(Extent { bytes, members: 1 })
}

fn first_block(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; TAR_BLOCK];
    let mut have = 0;
    while have < TAR_BLOCK {
        match stream.read(&mut head[have..]) {
            Ok(0) => break,
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    head.truncate(have);
    Ok(head)
}

fn tar_members<R: Read>(
    path: &Path,
    stream: Chain<Cursor<Vec<u8>>, R>,
    take: &mut Take,
) -> Result<Extent, ReadError> {
    let fail = |fault| ReadError {
        place: Place::file(path).into(),
        fault,
    };
    let mut archive = tar::Archive::new(EndSeen::new(stream));
    let mut extent = Extent::default();
    let mut last = String::from("its start");
    for entry in archive.entries().map_err(|e| fail(stream_fault(e)))? {
        let entry = entry.map_err(|e| fail(named(stream_fault(e), &last)))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if is_clutter(&name) {
            continue;
        }
        let member = in_archive(path, &name);
        let size = entry.size();
        extent.bytes += hand_over(&member, entry, Some(size), take)?;
        extent.members += 1;
        last = name;
    }
    let mut stream = archive.into_inner();
    if stream.ended {
        return Err(fail(Fault::Cut(format!(
            "the archive has no end mark after {last}"
        ))));
    }
    // Whatever pads the archive; reading it makes the stream check its own checksum.
    io::copy(&mut stream, &mut io::sink()).map_err(|e| fail(stream_fault(e)))?;
    Ok(extent)
}

fn named(fault: Fault, last: &str) -> Fault {
    match fault {
        Fault::Cut(why) => Fault::Cut(format!("{why}, after {last}")),
        Fault::Damaged(why) => Fault::Damaged(format!("{why}, after {last}")),
        other => other,
    }
}

fn zip_members(path: &Path, take: &mut Take) -> Result<Extent, ReadError> {
    let fail = |place: Place, e: zip::result::ZipError| ReadError {
        place: place.into(),
        fault: match e {
            zip::result::ZipError::Io(e) => stream_fault(e),
            zip::result::ZipError::InvalidArchive(why) => Fault::Cut(why.to_string()),
            other => Fault::Archive(format!(
                "{other}; unpack the archive and give the file inside"
            )),
        },
    };
    let file = File::open(path).map_err(|e| ReadError {
        place: Place::file(path).into(),
        fault: Fault::Io(e),
    })?;
    let mut archive =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|e| fail(Place::file(path), e))?;
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return Err(ReadError {
            place: Place::file(path).into(),
            fault: Fault::Archive(
                "this is an Excel workbook, which is not read; open it, save its sheet as CSV (comma, UTF-8) and give that file"
                    .to_owned(),
            ),
        });
    }
    let mut extent = Extent::default();
    for i in 0..archive.len() {
        let entry = archive
            .by_index(i)
            .map_err(|e| fail(Place::file(path), e))?;
        let name = entry
            .name()
            .map_err(|e| fail(Place::file(path), e))?
            .into_owned();
        if !entry.is_file() || is_clutter(&name) {
            continue;
        }
        let member = in_archive(path, &name);
        let size = entry.size();
        extent.bytes += hand_over(&member, entry, Some(size), take)?;
        extent.members += 1;
    }
    Ok(extent)
}

fn in_archive(path: &Path, name: &str) -> Member {
    Member {
        place: Place::file(path).member(name),
        label: format!("{}!{name}", file_name(path)),
        name: bare_name(name.rsplit('/').next().unwrap_or(name)),
    }
}

/// What systems leave in archives, and no data set means.
fn is_clutter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|n| n.starts_with('.'))
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn bare_name(name: &str) -> String {
    [".gz", ".xz", ".zip"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name)
        .to_owned()
}

/// Whether the bytes are a page of a web server, which stands in for a file that is not there.
fn is_web_page(start: &[u8]) -> bool {
    let start = start.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(start);
    let start = start.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html", b"<?xml"]
        .iter()
        .any(|tag| {
            start
                .get(..tag.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(tag))
        })
}

/// Gives one stream to `take` and checks that it was whole.
fn hand_over(
    member: &Member,
    stream: impl Read,
    size: Option<u64>,
    take: &mut Take,
) -> Result<u64, ReadError> {
    let fail = |fault| ReadError {
        place: member.place.clone().into(),
        fault,
    };
    let mut text = BufReader::with_capacity(BUFFER, Watched::new(stream));
    let start = text.fill_buf().map_err(|e| fail(stream_fault(e)))?;
    if start.is_empty() {
        return Err(fail(match size {
            Some(n) if n > 0 => Fault::Cut(format!("0 of {n} bytes")),
            _ => Fault::Empty,
        }));
    }
    if kind_of(start) != Kind::Bare {
        return Err(fail(Fault::Archive(
            "the member is itself compressed; unpack the archive and give the file inside"
                .to_owned(),
        )));
    }
    if is_web_page(start) {
        return Err(fail(Fault::WebPage));
    }
    let taken = take(member, &mut text);
    // A short member makes odd rows: the shortness is the cause, and the better message.
    let watched = text.get_ref();
    if let Some(size) = size
        && watched.ended
        && watched.bytes < size
    {
        return Err(fail(Fault::Cut(format!(
            "{} of {size} bytes",
            watched.bytes
        ))));
    }
    taken?;
    io::copy(&mut text, &mut io::sink()).map_err(|e| fail(stream_fault(e)))?;
    let watched = text.get_ref();
    if watched.last != Some(b'\n') {
        return Err(fail(Fault::Cut(
            "the last line has no line end; where the file is whole, add one".to_owned(),
        )));
    }
    Ok(watched.bytes)
}

/// Counts the bytes and remembers the last one and whether the stream ended.
struct Watched<R> {
    inner: R,
    bytes: u64,
    last: Option<u8>,
    ended: bool,
}

impl<R> Watched<R> {
    fn new(inner: R) -> Watched<R> {
        Watched {
            inner,
            bytes: 0,
            last: None,
            ended: false,
        }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.bytes += n as u64;
        if n > 0 {
            self.last = Some(buf[n - 1]);
        } else if !buf.is_empty() {
            self.ended = true;
        }
        Ok(n)
    }
}

/// Remembers whether the stream below a tar came to its end: a whole tar stops before that, at its end mark.
struct EndSeen<R> {
    inner: R,
    ended: bool,
}

impl<R> EndSeen<R> {
    fn new(inner: R) -> EndSeen<R> {
        EndSeen {
            inner,
            ended: false,
        }
    }
}

impl<R: Read> Read for EndSeen<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.ended |= n == 0 && !buf.is_empty();
        Ok(n)
    }
}
