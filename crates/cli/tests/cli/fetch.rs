//! Downloads, from a server on this machine that misbehaves in every way that real ones do: what does not come is unmonitored,
//! changes no count, and comes in when the server behaves again.

#[path = "../../../fetch/tests/fetch/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the downloads")]
mod server;
mod world;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use server::Answer;
use world::{DAY, World, all};

use Answer::{Cut, Good, Other, Slow, Status};

/// The two files of the day that every misbehaviour befalls.
const BAD: [usize; 2] = [40, 41];

fn good() -> Vec<usize> {
    (0..96).filter(|slot| !BAD.contains(slot)).collect()
}

/// The server misbehaves about two of 96 files; the rest must count, and the two must come in by a repair.
fn misbehaves(answer: Answer, options: &[&str], kind: &str, reason: &str) {
    let world = World::new();
    for slot in BAD {
        world.server.tell(&world.path(slot), [answer.clone()]);
    }
    let start = Instant::now();
    let report = world.fetch(options).report(1);
    let failed = report["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 2, "{report:#}");
    for (f, slot) in failed.iter().zip(BAD) {
        assert_eq!(
            (&f["file"], &f["kind"]),
            (&world.name(slot).into(), &kind.into())
        );
        assert!(f["reason"].as_str().unwrap().contains(reason), "{f}");
        assert!(!f["remedy"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        (&report["fetched"], &report["read"]),
        (&94.into(), &94.into())
    );
    world.holds(&good());
    world.partial(reason);
    heals(&world);
    assert!(start.elapsed() < Duration::from_secs(30));
}

/// From now on the server behaves: a repair makes the day whole.
fn heals(world: &World) {
    for slot in all() {
        world.server.tell(&world.path(slot), [Good]);
    }
    let report = world.repair().report(0);
    assert_eq!(report["still_missing"], Value::Array(vec![]), "{report:#}");
    world.holds(&all());
    world.whole();
    let asked = |slot: usize| world.server.asked(&world.path(slot)).len();
    assert_eq!(asked(0), 1, "what was there is not fetched again");
    // And nothing is left to do.
    let report = world.repair().report(0);
    assert_eq!(
        (&report["listed"], &report["fetched"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn a_day_that_comes_whole() {
    let world = World::new();
    let report = world.fetch(&[]).report(0);
    assert_eq!(
        (&report["fetched"], &report["read"]),
        (&96.into(), &96.into())
    );
    world.holds(&all());
    world.whole();
    let report = world.fetch(&[]).report(0);
    assert_eq!(
        (
            &report["fetched"],
            &report["already_there"],
            &report["already_read"]
        ),
        (&0.into(), &96.into(), &96.into())
    );
}

#[test]
fn not_found() {
    misbehaves(Status(404, ""), &[], "not on the server", "HTTP 404");
}

#[test]
fn gone() {
    misbehaves(Status(410, ""), &[], "not on the server", "HTTP 410");
}

#[test]
fn broken_forever() {
    misbehaves(
        Status(500, ""),
        &["--retries", "1"],
        "server busy or broken",
        "HTTP 500",
    );
}

#[test]
fn too_many_requests_forever() {
    let busy = Status(429, "Retry-After: 1");
    misbehaves(
        busy,
        &["--retries", "1"],
        "server busy or broken",
        "HTTP 429",
    );
}

#[test]
fn too_slow() {
    let slow = Slow(Duration::from_millis(1500));
    misbehaves(
        slow,
        &["--retries", "0", "--timeout", "1"],
        "time-out",
        "time-out",
    );
}

#[test]
fn cut() {
    misbehaves(
        Cut(100),
        &["--retries", "0"],
        "connection cut",
        "after 100 bytes",
    );
}

#[test]
fn empty() {
    misbehaves(Other(vec![], "X: y"), &[], "empty file", "empty file");
}

#[test]
fn wrong_bytes() {
    let mut other = World::new().zips[BAD[0]].clone();
    *other.last_mut().unwrap() ^= 1;
    // The right length for the first, so that only the sum tells; another length for the second.
    let world = World::new();
    for slot in BAD {
        let answer = Other(other.clone(), "Content-Type: application/zip");
        world.server.tell(&world.path(slot), [answer]);
    }
    let report = world.fetch(&[]).report(1);
    assert_eq!(report["failed"][0]["kind"], "wrong MD5", "{report:#}");
    assert_eq!(report["failed"].as_array().unwrap().len(), 2);
    world.holds(&good());
    world.partial("wrong MD5, twice");
    heals(&world);
}

#[test]
fn a_web_page_instead_of_the_file() {
    let page = b"<!DOCTYPE html><html><body>Please log in</body></html>".to_vec();
    let answer = Other(page, "Content-Type: text/html");
    misbehaves(answer, &[], "web page instead of the file", "web page");
}

#[test]
fn an_expired_token() {
    misbehaves(
        Status(401, ""),
        &[],
        "access refused: expired token",
        "HTTP 401",
    );
}

#[test]
fn forbidden() {
    misbehaves(
        Status(403, ""),
        &[],
        "access refused: expired token",
        "HTTP 403",
    );
}

#[test]
fn a_server_that_asks_for_a_wait_loses_nothing() {
    let world = World::new();
    for slot in BAD {
        world
            .server
            .tell(&world.path(slot), [Status(429, "Retry-After: 1"), Good]);
    }
    let start = Instant::now();
    let ran = world.fetch(&[]);
    assert!(ran.err.contains("next try in 1 s"), "{}", ran.err);
    let report = ran.report(0);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(report["fetched"], 96);
    world.holds(&all());
    world.whole();
}

#[test]
fn a_file_of_sixty_columns_is_left_out_as_a_whole() {
    let mut world = World::new();
    let sound = world.zips.clone();
    for slot in BAD {
        world.zips[slot] = world.with_sixty_columns(slot);
    }
    world.publish(&all());
    let ran = world.fetch(&[]);
    let report = ran.report(1);
    assert_eq!(
        (&report["fetched"], &report["read"]),
        (&96.into(), &94.into()),
        "{report:#}"
    );
    let not_read = report["not_read"].as_array().unwrap();
    assert_eq!(not_read.len(), 2);
    assert!(
        not_read[0]["reason"].as_str().unwrap().contains("60"),
        "{report:#}"
    );
    world.holds(&good());
    world.partial("60");
    // The same bytes again heal nothing, and it says so.
    let report = world.repair().report(1);
    assert_eq!(report["still_missing"].as_array().unwrap().len(), 2);
    world.holds(&good());
    // The publisher mends the files and the list.
    world.zips = sound;
    world.publish(&all());
    let report = world.repair().report(0);
    assert_eq!(
        (&report["fetched"], &report["read"]),
        (&2.into(), &2.into())
    );
    world.holds(&all());
    world.whole();
}

#[test]
fn what_the_list_lacks_is_not_published_and_comes_in_when_it_is() {
    let world = World::new();
    world.publish(&good());
    let report = world.fetch(&[]).report(0);
    let lacking = report["not_published"].as_array().unwrap();
    assert_eq!(lacking.len(), 2);
    assert_eq!(lacking[0]["file"], world.name(BAD[0]));
    world.holds(&good());
    world.partial("not published");
    let report = world.repair().report(0);
    assert_eq!(
        report["still_missing"].as_array().unwrap().len(),
        2,
        "{report:#}"
    );
    world.publish(&all());
    heals(&world);
}

#[test]
fn a_list_that_cannot_be_had_is_an_error_with_a_remedy() {
    let world = World::new();
    for (answer, part) in [
        (Status(404, ""), "HTTP 404"),
        (Status(403, ""), "HTTP 403"),
        (
            Other(b"<html>maintenance</html>".to_vec(), "X: y"),
            "web page",
        ),
        (Other(b"hello".to_vec(), "X: y"), "no line of it"),
    ] {
        world.server.tell(world::LIST, [answer]);
        world
            .fetch(&[])
            .failed(&["the publisher's list of GDELT", part]);
    }
    // Nobody read the day, and nothing says that it was quiet.
    world.nothing();
}

#[test]
fn the_report_for_people_names_the_reason_the_remedy_and_what_to_do_next() {
    let world = World::new();
    world.server.tell(&world.path(BAD[0]), [Status(404, "")]);
    let ran = world.run(&world.arguments(&[]));
    assert_eq!(ran.code, 1);
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "95 fetched",
        "1 failed",
        "not on the server",
        &world.name(BAD[0]),
        "95 new files",
        "detente fetch --repair",
        "detente coverage",
    ] {
        assert!(text.contains(part), "'{part}' is not in {text}");
    }
    assert!(
        ran.err.contains("error: 1 of 96 files failed"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("fetching 96 files"), "{}", ran.err);
    let quiet = world.run(&world.arguments(&["--quiet"]));
    assert_eq!(
        quiet.err.lines().count(),
        1,
        "only the error: {}",
        quiet.err
    );
}

#[test]
fn a_dry_run_fetches_the_list_only_and_no_ingest_touches_no_lake() {
    let world = World::new();
    let plan = world
        .run(&world.arguments(&["--dry-run", "--format", "json"]))
        .json();
    assert_eq!(plan["files"].as_array().unwrap().len(), 96);
    let size: usize = world.zips.iter().map(Vec::len).sum();
    assert_eq!(plan["bytes"], size);
    assert!(world.server.asked(&world.path(0)).is_empty());
    assert!(!world.lake.exists());
    let report = world.fetch(&["--no-ingest"]).report(0);
    assert_eq!(
        (&report["fetched"], &report["read"]),
        (&96.into(), &0.into())
    );
    assert!(!world.lake.exists());
}

#[test]
fn an_interrupted_run_says_that_it_goes_on_and_does() {
    let world = World::new();
    let slow = Slow(Duration::from_secs(8));
    world.server.tell(&world.path(95), [slow, Good]);
    // So that a cut file lies there, too, as an interruption in its middle leaves it.
    let part = world
        .downloads()
        .join("gdelt-2")
        .join(format!("{}.part", world.name(0)));
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, &world.zips[0][..200]).unwrap();
    let mut run = world
        .command(&world.arguments(&["--jobs", "1"]))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while world.server.asked(&world.path(95)).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = run.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let words = BufReader::new(run.stderr.take().unwrap()).lines();
    let words: Vec<String> = words.map(Result::unwrap).collect();
    assert!(
        words
            .iter()
            .any(|w| w.contains("interrupted") && w.contains(".part") && w.contains("goes on")),
        "{words:?}"
    );
    assert_eq!(
        world.server.asked(&world.path(0))[0].headers["range"],
        "bytes=200-"
    );
    let report = world.fetch(&[]).report(0);
    assert_eq!(
        (&report["fetched"], &report["already_there"]),
        (&1.into(), &95.into())
    );
    world.holds(&all());
    world.whole();
}

#[test]
fn the_token_goes_to_the_dataverse_and_into_no_message() {
    let world = World::new();
    let list = "/api/datasets/:persistentId/?persistentId=doi:10.7910/DVN/AJGVIT";
    world.server.put(
        list,
        r#"{"status":"OK","data":{"latestVersion":{"files":[
            {"dataFile":{"id":7,"filename":"ngecEventsDV-2021-Apr.txt","filesize":9}}]}}}"#,
    );
    let file = "/api/access/datafile/7";
    world.server.tell(file, [Status(401, "")]);
    let token = world.downloads().with_file_name("token");
    fs::write(&token, "s3cret-t0ken\n").unwrap();
    let base = world.server.base();
    let args = [
        "fetch",
        "polecat",
        "--base-url",
        &base,
        "--token-file",
        token.to_str().unwrap(),
    ];
    let ran = world.run(&args);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.out.contains("expired") && ran.out.contains("--token-file"),
        "{}",
        ran.out
    );
    assert!(
        !ran.out.contains("s3cret") && !ran.err.contains("s3cret"),
        "{ran:?}"
    );
    for path in [list, file] {
        assert_eq!(
            world.server.asked(path)[0].headers["x-dataverse-key"],
            "s3cret-t0ken"
        );
    }
    let coverage = [
        "coverage",
        "polecat",
        "--from=2021-04-10",
        "--to=2021-04-20",
        "--format=json",
    ];
    let spans = world.run(&coverage).json();
    assert_eq!(spans[0]["status"], "missing");
    assert!(
        spans[0]["reason"].as_str().unwrap().contains("HTTP 401"),
        "{spans:#}"
    );

    // From the environment, which no help shows.
    let help = world
        .command(&["fetch", "--help"])
        .env("DATAVERSE_TOKEN", "s3cret")
        .output();
    assert!(
        !String::from_utf8(help.unwrap().stdout)
            .unwrap()
            .contains("s3cret")
    );
    let mut from_env = world.command(&args[..4]);
    assert!(
        from_env
            .env("DATAVERSE_TOKEN", "0ther")
            .output()
            .unwrap()
            .status
            .code()
            == Some(1)
    );
    let asked = world.server.asked(file);
    assert_eq!(asked.last().unwrap().headers["x-dataverse-key"], "0ther");
    fs::write(&token, "two words\n").unwrap();
    world.run(&args).failed(&["holds no token"]);
}

#[test]
fn releases_of_ucdp_come_by_their_number() {
    let world = World::new();
    let base = world.server.base();
    let ran = world.run(&[
        "fetch",
        "ucdp",
        "--release",
        "25.1",
        "--base-url",
        &base,
        "--format",
        "json",
    ]);
    let report = ran.report(1);
    let files: Vec<&str> = report["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["file"].as_str().unwrap())
        .collect();
    assert!(
        files.contains(&"ged251-csv.zip") && files.contains(&"ucdp-dyadic-251-csv.zip"),
        "{files:?}"
    );
    let again = world
        .run(&["fetch", "--repair", "--base-url", &base, "--format", "json"])
        .report(1);
    assert_eq!(again["failed"].as_array().unwrap().len(), files.len());
}

#[test]
fn a_command_line_without_a_source_or_days_does_not_read() {
    let world = World::new();
    for args in [
        &["fetch"][..],
        &["fetch", "gdelt"],
        &["fetch", "gdelt", "--from", DAY],
        &[
            "fetch",
            "gdelt",
            "--from",
            "2019-01-22",
            "--to",
            "2019-01-21",
        ],
        &["fetch", "ucdp"],
        &["fetch", "ucdp", "--release", "x"],
        &["fetch", "--repair", "--no-ingest"],
        &[
            "fetch",
            "gdelt",
            "--gdelt1",
            "--mentions",
            "--from",
            DAY,
            "--to",
            DAY,
        ],
    ] {
        let ran = world.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
    }
    // No lake, no ledger, nothing to repair.
    world.run(&["fetch", "--repair"]).failed(&["no lake"]);
}
