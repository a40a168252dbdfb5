//! Downloads from a server on this machine that behaves, and misbehaves, as real ones do.

mod lists;
mod server;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use detente_fetch::{
    Client, Failed, Failure, Fetched, Got, Item, Md5, Settings, Shape, Wanted, fetch,
};
use server::{Answer, Server};

const NAME: &str = "20180101000000.export.CSV.zip";
const PATH: &str = "/gdeltv2/20180101000000.export.CSV.zip";

/// A small zip, stored, of some 14 kB.
fn archive() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("20180101000000.export.CSV", stored).unwrap();
    let line: String = (0..3000).map(|i| format!("{i}\t")).collect();
    zip.write_all(line.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn settings() -> Settings {
    Settings {
        retries: 3,
        first_wait: Duration::from_millis(1),
        timeout: Duration::from_millis(400),
        jobs: 4,
        proxy_from_env: false,
        whole_lists: false,
        token: None,
    }
}

fn sum(bytes: &[u8]) -> Md5 {
    use md5::Digest as _;
    Md5(md5::Md5::digest(bytes).into())
}

fn wanted(server: &Server, bytes: &[u8]) -> Wanted {
    let day = "2018-01-01".parse().unwrap();
    Wanted {
        dataset: "gdelt-2",
        item: Item {
            name: NAME.to_owned(),
            url: server.base() + PATH,
            size: Some(bytes.len() as u64),
            md5: Some(sum(bytes)),
            shape: Shape::Zip,
        },
        from: day,
        to: day,
        slot: Some(0),
    }
}

fn once(file: &Wanted, folder: &Path) -> Result<Got, Failure> {
    let (mut fetched, mut failed) = fetch(
        &Client::new(settings()),
        std::slice::from_ref(file),
        folder,
        &(),
    );
    match (fetched.pop(), failed.pop()) {
        (Some(Fetched { path, got, .. }), None) => {
            assert_eq!(path, folder.join("gdelt-2").join(NAME));
            Ok(got)
        }
        (None, Some(Failed { why, .. })) => Err(why),
        other => panic!("{other:?}"),
    }
}

/// What the server does, and what comes of it. Never is there a file under the final name that is not the right one.
fn with(answers: impl IntoIterator<Item = Answer>) -> (Result<Got, Failure>, Vec<server::Asked>) {
    let (server, dir, bytes) = (Server::start(), tempfile::tempdir().unwrap(), archive());
    server.put(PATH, bytes.clone());
    server.tell(PATH, answers);
    let result = once(&wanted(&server, &bytes), dir.path());
    let there = fs::read(dir.path().join("gdelt-2").join(NAME));
    match &result {
        Ok(_) => assert_eq!(there.unwrap(), bytes),
        Err(_) => assert!(there.is_err(), "a failed file must not be there"),
    }
    (result, server.asked(PATH))
}

#[test]
fn a_good_file_comes_and_is_not_fetched_twice() {
    let (server, dir, bytes) = (Server::start(), tempfile::tempdir().unwrap(), archive());
    server.put(PATH, bytes.clone());
    let file = wanted(&server, &bytes);
    assert_eq!(once(&file, dir.path()), Ok(Got::Fetched));
    assert_eq!(once(&file, dir.path()), Ok(Got::There));
    let asked = server.asked(PATH);
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].headers["user-agent"],
        concat!("detente/", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(asked[0].headers["accept-encoding"], "identity");
    // A file that has changed on the disk is fetched again.
    fs::write(dir.path().join("gdelt-2").join(NAME), b"PK spoilt").unwrap();
    assert_eq!(once(&file, dir.path()), Ok(Got::Fetched));
}

#[test]
fn what_passes_is_tried_again() {
    use Answer::*;
    for status in [408, 425, 429, 500, 502, 503] {
        let (result, asked) = with([Status(status, ""), Status(status, ""), Good]);
        assert_eq!((result, asked.len()), (Ok(Got::Fetched), 3), "{status}");
    }
    let (result, asked) = with([Slow(Duration::from_millis(900)), Good]);
    assert_eq!((result, asked.len()), (Ok(Got::Fetched), 2));
}

#[test]
fn what_stays_is_a_failure_after_as_many_tries_as_allowed() {
    use Answer::*;
    let (result, asked) = with([Status(500, "")]);
    assert_eq!((result, asked.len()), (Err(Failure::Busy(500)), 4));
    let (result, asked) = with([Slow(Duration::from_millis(900))]);
    assert_eq!((result, asked.len()), (Err(Failure::TimedOut), 4));
}

#[test]
fn what_does_not_pass_is_asked_for_once() {
    use Answer::*;
    for (status, failure) in [
        (404, Failure::Absent(404)),
        (401, Failure::Refused(401)),
        (403, Failure::Refused(403)),
        (400, Failure::Status(400)),
    ] {
        let (result, asked) = with([Status(status, ""), Good]);
        assert_eq!((result, asked.len()), (Err(failure), 1), "{status}");
    }
    let page = Other(
        b"<!DOCTYPE html><html>log in</html>".to_vec(),
        "Content-Type: text/html",
    );
    assert_eq!(with([page, Good]).0, Err(Failure::Html));
    let unmarked = Other(b" \n<html>log in</html>".to_vec(), "X: y");
    assert_eq!(with([unmarked, Good]).0, Err(Failure::Html));
    assert_eq!(with([Other(vec![], "X: y"), Good]).0, Err(Failure::Empty));
}

#[test]
fn a_server_that_asks_for_a_wait_gets_it() {
    let start = Instant::now();
    let (result, asked) = with([Answer::Status(429, "Retry-After: 1"), Answer::Good]);
    assert_eq!((result, asked.len()), (Ok(Got::Fetched), 2));
    assert!(
        start.elapsed() >= Duration::from_millis(990),
        "the back-off alone is 1 ms"
    );
}

#[test]
fn a_cut_file_goes_on_where_it_was_cut() {
    let (result, asked) = with([Answer::Cut(4000), Answer::Cut(2000), Answer::Good]);
    assert_eq!(result, Ok(Got::Fetched));
    let ranges: Vec<Option<&str>> = asked
        .iter()
        .map(|a| a.headers.get("range").map(String::as_str))
        .collect();
    assert_eq!(ranges, [None, Some("bytes=4000-"), Some("bytes=6000-")]);
}

#[test]
fn a_server_that_knows_no_ranges_sends_all_of_it_again() {
    let (result, asked) = with([Answer::Cut(4000), Answer::NoRange]);
    assert_eq!((result, asked.len()), (Ok(Got::Fetched), 2));
}

#[test]
fn a_cut_that_stays_is_a_failure_that_the_next_run_goes_on_from() {
    let (server, dir, bytes) = (Server::start(), tempfile::tempdir().unwrap(), archive());
    server.put(PATH, bytes.clone());
    server.tell(PATH, [Answer::Cut(100)]);
    let file = wanted(&server, &bytes);
    let result = once(&file, dir.path());
    assert!(
        matches!(result, Err(Failure::Cut { got: 400, .. })),
        "{result:?}"
    );
    server.tell(PATH, [Answer::Good]);
    assert_eq!(once(&file, dir.path()), Ok(Got::Fetched));
    assert_eq!(
        server.asked(PATH).last().unwrap().headers["range"],
        "bytes=400-"
    );
    let left: Vec<_> = fs::read_dir(dir.path().join("gdelt-2"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert!(
        !left.iter().any(|f| f.to_string_lossy().contains(".part")),
        "{left:?}"
    );
}

#[test]
fn wrong_bytes_are_fetched_once_more_and_then_are_a_failure() {
    let mut other = archive();
    let last = other.len() - 1;
    other[last] ^= 1;
    let wrong = || Answer::Other(other.clone(), "X: y");
    assert_eq!(with([wrong(), Answer::Good]).0, Ok(Got::Fetched));
    let (result, asked) = with([wrong()]);
    let failure = Failure::Md5 {
        got: sum(&other),
        wanted: sum(&archive()),
    };
    assert_eq!((result, asked.len()), (Err(failure), 2));
    // Too long: no more of it than one byte too many is stored.
    let long = [archive(), vec![0; 5000]].concat();
    let (result, asked) = with([Answer::Other(long, "X: y")]);
    let n = archive().len() as u64;
    assert_eq!(
        (result, asked.len()),
        (
            Err(Failure::Size {
                got: n + 1,
                wanted: n
            }),
            2
        )
    );
}

#[test]
fn a_part_of_other_bytes_ends_as_the_right_file() {
    let (server, dir, bytes) = (Server::start(), tempfile::tempdir().unwrap(), archive());
    server.put(PATH, bytes.clone());
    fs::create_dir(dir.path().join("gdelt-2")).unwrap();
    fs::write(
        dir.path().join("gdelt-2").join(format!("{NAME}.part")),
        vec![7; 500],
    )
    .unwrap();
    assert_eq!(once(&wanted(&server, &bytes), dir.path()), Ok(Got::Fetched));
    assert_eq!(
        fs::read(dir.path().join("gdelt-2").join(NAME)).unwrap(),
        bytes
    );
}

#[test]
fn without_a_sum_the_servers_mark_tells_whether_the_file_is_the_same() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    server.put(PATH, archive());
    let mut file = wanted(&server, &archive());
    (file.item.size, file.item.md5) = (None, None);
    server.tell(PATH, [Answer::Cut(1000), Answer::Good]);
    assert_eq!(once(&file, dir.path()), Ok(Got::Fetched));
    assert_eq!(server.asked(PATH)[1].headers["range"], "bytes=1000-");
    assert_eq!(once(&file, dir.path()), Ok(Got::There));
    let newer = [archive(), archive()].concat();
    server.put(PATH, newer.clone());
    assert_eq!(once(&file, dir.path()), Ok(Got::Fetched));
    assert_eq!(
        fs::read(dir.path().join("gdelt-2").join(NAME)).unwrap(),
        newer
    );
    // A part of the old file does not go on with bytes of the new one.
    server.tell(PATH, [Answer::Cut(1000), Answer::Good]);
    server.put(PATH, archive());
    assert_eq!(once(&file, dir.path()), Ok(Got::Fetched));
    assert_eq!(
        fs::read(dir.path().join("gdelt-2").join(NAME)).unwrap(),
        archive()
    );
    server.tell(PATH, [Answer::Other(b"no zip".to_vec(), "X: y")]);
    assert_eq!(once(&file, dir.path()), Err(Failure::NotZip));
}

#[test]
fn no_server_at_all() {
    let (dir, bytes) = (tempfile::tempdir().unwrap(), archive());
    let file = wanted(&Server::start(), &bytes);
    assert!(matches!(
        once(&file, dir.path()),
        Err(Failure::Unreachable(_))
    ));
    let mut file = file;
    for url in ["ftp://127.0.0.1/x", "no url", "http:///x", "http://"] {
        file.item.url = url.to_owned();
        assert!(
            matches!(once(&file, dir.path()), Err(Failure::Address(_))),
            "{url}"
        );
    }
}

#[test]
fn never_more_connections_than_polite_and_results_in_order() {
    let (server, dir, bytes) = (Server::start(), tempfile::tempdir().unwrap(), archive());
    let files: Vec<Wanted> = (0..30)
        .map(|i| {
            let mut file = wanted(&server, &bytes);
            file.item.name = format!("{i}.zip");
            file.item.url = format!("{}/{i}.zip", server.base());
            if i % 3 > 0 {
                server.put(&format!("/{i}.zip"), bytes.clone());
            }
            file
        })
        .collect();
    let client = Client::new(Settings {
        jobs: 100,
        ..settings()
    });
    let (fetched, failed) = fetch(&client, &files, dir.path(), &());
    assert!(server.most() <= 8, "{}", server.most());
    let names = |all: Vec<&Wanted>| all.iter().map(|f| f.item.name.clone()).collect::<Vec<_>>();
    let numbers = |keep: fn(&i32) -> bool| {
        (0..30)
            .filter(keep)
            .map(|i| format!("{i}.zip"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(fetched.iter().map(|f| &f.file).collect()),
        numbers(|i| i % 3 > 0)
    );
    assert_eq!(
        names(failed.iter().map(|f| &f.file).collect()),
        numbers(|i| i % 3 == 0)
    );
}
