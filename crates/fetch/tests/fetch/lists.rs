//! Plans from the publishers' real lists. The figures were counted on the same files with a separate program.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use detente_atlas::Day;
use detente_fetch::{
    Archive, Client, Failure, Gdelt2, Kind, Plan, Settings, Token, dataverse, gdelt1, gdelt2,
};

use crate::server::{Answer, Server};
use crate::settings;

fn real(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let mut bytes = Vec::new();
    zip.by_index(0).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn gdelt2_server() -> Server {
    let server = Server::start();
    server.put(
        "/gdeltv2/masterfilelist.txt",
        real("v2_masterfilelist_english_first3days.txt.zip"),
    );
    server
}

fn what(server: &Server, from: &str, to: &str, kinds: &[Kind]) -> Gdelt2 {
    Gdelt2 {
        from: day(from),
        to: day(to),
        kinds: kinds.to_vec(),
        translated: false,
        base: server.base(),
        now: (day("2026-01-01"), 0),
    }
}

fn planned(what: &Gdelt2) -> Result<Plan, Failure> {
    let dir = tempfile::tempdir().unwrap();
    gdelt2(&Client::new(settings()), what, dir.path(), &())
}

#[test]
fn the_real_master_list_gives_the_files_and_the_slots_that_lack() {
    let server = gdelt2_server();
    let plan = planned(&what(&server, "2015-02-19", "2015-02-21", &[Kind::Events])).unwrap();
    assert_eq!(plan.files.len(), 88 + 96 + 96);
    assert_eq!(plan.bytes(), 14_672_576 + 13_823_934 + 8_628_762);
    assert_eq!(plan.unread, 0);
    let lacking: Vec<&str> = plan.unpublished.iter().map(|u| &u.name[..14]).collect();
    let counted = [
        "20150219070000",
        "20150219073000",
        "20150219081500",
        "20150219083000",
        "20150219084500",
        "20150219090000",
        "20150219091500",
        "20150219100000",
    ];
    assert_eq!(lacking, counted);
    assert_eq!(plan.unpublished[1].slot, Some(30));
    assert_eq!(plan.unpublished[1].name, "20150219073000.export.CSV.zip");
    let first = &plan.files[0];
    assert_eq!(
        (first.from, first.slot, first.dataset),
        (day("2015-02-19"), Some(0), "gdelt-2")
    );
    // The list says data.gdeltproject.org; the base given counts.
    assert_eq!(
        first.item.url,
        server.base() + "/gdeltv2/20150219000000.export.CSV.zip"
    );
}

#[test]
fn nothing_is_expected_before_the_first_file_or_after_now() {
    let server = gdelt2_server();
    let both = [Kind::Events, Kind::Mentions];
    let plan = planned(&what(&server, "2015-01-01", "2015-02-18", &both)).unwrap();
    assert_eq!((plan.files.len(), plan.unpublished.len()), (8, 0));
    assert_eq!(plan.bytes(), 608_159 + 1_388_878);
    assert_eq!(plan.files[4].dataset, "gdelt-2-mentions");
    // The cut list ends on 22 February at 03:45, slot 15. At 04:30 two more slots are due.
    let mut what = what(&server, "2015-02-22", "2030-01-01", &[Kind::Events]);
    what.now = (day("2015-02-22"), 17);
    let plan = planned(&what).unwrap();
    let slots: Vec<_> = plan.unpublished.iter().map(|u| u.slot).collect();
    assert_eq!((plan.files.len(), slots), (16, vec![Some(16), Some(17)]));
}

#[test]
fn translated_files_stand_in_a_list_of_their_own() {
    let server = Server::start();
    let list = "\n100 297a16b493de7cf6ca809a7cc31d0b93 http://data.gdeltproject.org/gdeltv2/20180101000000.translation.export.CSV.zip\n\
                100 297a16b493de7cf6ca809a7cc31d0b93 http://data.gdeltproject.org/gdeltv2/20180101000000.translation.mentions.CSV.zip\n";
    server.put("/gdeltv2/masterfilelist-translation.txt", list);
    let mut what = what(&server, "2018-01-01", "2018-01-01", &[Kind::Events]);
    what.translated = true;
    let plan = planned(&what).unwrap();
    assert_eq!((plan.files.len(), plan.unpublished.len()), (1, 95));
    assert_eq!(
        plan.files[0].item.name,
        "20180101000000.translation.export.CSV.zip"
    );
    assert_eq!(
        plan.unpublished[0].name,
        "20180101001500.translation.export.CSV.zip"
    );
}

#[test]
fn lines_that_do_not_read_are_counted_and_lead_nowhere() {
    let server = Server::start();
    let sum = "297a16b493de7cf6ca809a7cc31d0b93";
    let list = format!(
        "100 {sum} http://x/gdeltv2/20180101000000.export.CSV.zip\n\
         100 {sum} http://x/gdeltv2/../../20180101001500/..\n\
         http://x/gdeltv2/20180101003000.export.CSV.zip\n\
         100 {sum} http://x/gdeltv2/2018010100450é.export.CSV.zip\n\
         -1 {sum} http://x/gdeltv2/20180101010000.export.CSV.zip\n\
         {}\n",
        "9".repeat(10_000)
    );
    server.put("/gdeltv2/masterfilelist.txt", list);
    let plan = planned(&what(&server, "2018-01-01", "2018-01-01", &[Kind::Events])).unwrap();
    assert_eq!(plan.files.len(), 1);
    // The long line is cut in three.
    assert_eq!(plan.unread, 4 + 3);
    assert!(plan.first_unread.unwrap().contains("../.."));
}

#[test]
fn a_list_that_is_none_is_a_failure() {
    let server = Server::start();
    let path = "/gdeltv2/masterfilelist.txt";
    let plan = || planned(&what(&server, "2018-01-01", "2018-01-01", &[Kind::Events]));
    assert_eq!(plan(), Err(Failure::Absent(404)));
    server.tell(
        path,
        [Answer::Other(b"<html>moved</html>".to_vec(), "X: y")],
    );
    assert_eq!(plan(), Err(Failure::Html));
    server.tell(path, [Answer::Other(b"hello".to_vec(), "X: y")]);
    assert!(matches!(plan(), Err(Failure::Unreadable(_))));
    server.tell(path, [Answer::Other(vec![], "X: y")]);
    assert_eq!(plan(), Err(Failure::Empty));
}

#[test]
fn an_unchanged_list_is_not_sent_again() {
    let (server, dir) = (gdelt2_server(), tempfile::tempdir().unwrap());
    let client = Client::new(settings());
    let what = what(&server, "2015-02-18", "2015-02-18", &[Kind::Events]);
    for _ in 0..2 {
        assert_eq!(
            gdelt2(&client, &what, dir.path(), &()).unwrap().files.len(),
            4
        );
    }
    let asked = server.asked("/gdeltv2/masterfilelist.txt");
    assert!(!asked[0].headers.contains_key("if-none-match"));
    assert!(asked[1].headers.contains_key("if-none-match"));
}

/// Files of the slots of 1 January 2018, as GDELT lists them.
fn list_of(slots: std::ops::Range<u32>, sum: &str) -> String {
    let line = |i: u32| {
        let (hour, minute) = (i / 4, i % 4 * 15);
        format!("100 {sum} http://x/gdeltv2/20180101{hour:02}{minute:02}00.export.CSV.zip\n")
    };
    slots.map(line).collect()
}

#[test]
fn of_a_list_that_has_grown_only_the_end_is_sent() {
    const LIST: &str = "/gdeltv2/masterfilelist.txt";
    let sums = [
        "297a16b493de7cf6ca809a7cc31d0b93",
        "bb27f78ba45f69a17ea6ed7755e9f8ff",
    ];
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let what = what(&server, "2018-01-01", "2018-01-01", &[Kind::Events]);
    let with = |whole_lists: bool| {
        let client = Client::new(Settings {
            whole_lists,
            ..settings()
        });
        let plan = gdelt2(&client, &what, dir.path(), &()).unwrap();
        let sums: Vec<String> = plan
            .files
            .iter()
            .map(|f| f.item.md5.unwrap().to_string())
            .collect();
        let asked = server
            .asked(LIST)
            .last()
            .unwrap()
            .headers
            .get("range")
            .cloned();
        (plan.files.len(), plan.unread, sums[0].clone(), asked)
    };
    let old = list_of(0..20, sums[0]);
    let range = |list: &str| Some(format!("bytes={}-", list.len() - 1024));
    server.put(LIST, old.clone());
    assert_eq!(with(false), (20, 0, sums[0].into(), None));
    let new = list_of(0..30, sums[0]);
    server.put(LIST, new.clone());
    assert_eq!(with(false), (30, 0, sums[0].into(), range(&old)));
    let copy = std::fs::read_to_string(dir.path().join("lists/masterfilelist.txt")).unwrap();
    assert_eq!(copy, new);
    // Unchanged: nothing is sent.
    assert_eq!(with(false), (30, 0, sums[0].into(), range(&new)));
    // Cut on the way, then all of it.
    let longer = list_of(0..40, sums[0]);
    server.put(LIST, longer.clone());
    server.tell(LIST, [Answer::Cut(1100), Answer::Good]);
    assert_eq!(with(false), (40, 0, sums[0].into(), None));
    // A list that is another, and one that is shorter.
    server.put(LIST, list_of(0..50, sums[1]));
    assert_eq!(with(false), (50, 0, sums[1].into(), None));
    server.put(LIST, list_of(0..15, sums[0]));
    assert_eq!(with(false), (15, 0, sums[0].into(), None));
    // A change before the end is seen where whole lists are asked for.
    let mended = list_of(0..1, sums[1]) + &list_of(1..15, sums[0]);
    server.put(LIST, mended);
    assert_eq!(with(false).2, sums[0]);
    assert_eq!(with(true), (15, 0, sums[1].into(), None));
}

fn gdelt1_plan(from: &str, to: &str, now: &str) -> Plan {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    server.put("/events/filesizes", real("v1_event_file_list.txt.zip"));
    server.put("/events/md5sums", real("v1_event_md5sums.txt.zip"));
    let client = Client::new(settings());
    gdelt1(
        &client,
        &server.base(),
        (day(from), day(to)),
        day(now),
        dir.path(),
        &(),
    )
    .unwrap()
}

#[test]
fn the_real_lists_of_gdelt_1_give_years_months_and_days() {
    let plan = gdelt1_plan("2005-12-31", "2013-04-02", "2023-10-06");
    // 2005, the 87 months from January 2006 to March 2013, and two days.
    assert_eq!(plan.files.len(), 1 + 87 + 2);
    let of = |name: &str| plan.files.iter().find(|f| f.item.name == name).unwrap();
    let days = |name: &str| (of(name).from.to_string(), of(name).to.to_string());
    assert_eq!(of("2005.zip").item.size, Some(125_894_903));
    assert_eq!(days("2005.zip"), ("2005-01-01".into(), "2005-12-31".into()));
    assert_eq!(of("201303.zip").item.size, Some(103_210_987));
    assert_eq!(
        days("201303.zip"),
        ("2013-03-01".into(), "2013-03-31".into())
    );
    assert_eq!(of("20130401.export.CSV.zip").item.size, Some(1_729_307));
    assert!(plan.files.iter().all(|f| f.item.md5.is_some()));
}

#[test]
fn the_four_days_that_gdelt_1_never_published_are_told() {
    let plan = gdelt1_plan("1979-01-01", "2030-01-01", "2023-10-07");
    let lacking: Vec<String> = plan
        .unpublished
        .iter()
        .map(|u| u.from.to_string())
        .collect();
    // The four known holes, and the day before the day of the question, which the list of 5 October cannot have.
    assert_eq!(
        lacking,
        [
            "2014-01-23",
            "2014-01-24",
            "2014-01-25",
            "2014-03-19",
            "2023-10-06"
        ]
    );
    // 3,951 lines, one of them the reduced file of all years.
    assert_eq!(plan.files.len(), 3950);
    let january: u64 = plan
        .files
        .iter()
        .filter(|f| f.item.name.starts_with("201401"))
        .filter_map(|f| f.item.size)
        .sum();
    assert_eq!(january, 194_116_601);
}

fn dataverse_server() -> Server {
    let server = Server::start();
    let answer = r#"{"status":"OK","data":{"id":1,"latestVersion":{"versionNumber":5,"files":[
        {"label":"a","restricted":false,"dataFile":{"id":11,"filename":"events.1995.20150313082510.tab",
         "filesize":900,"md5":"297a16b493de7cf6ca809a7cc31d0b93","originalFileFormat":"text/tsv",
         "originalFileName":"events.1995.20150313082510.tab","originalFileSize":800}},
        {"label":"b","dataFile":{"id":12,"filename":"20181004-icews-events.zip","filesize":70,"md5":"bb27f78ba45f69a17ea6ed7755e9f8ff"}},
        {"label":"c","dataFile":{"id":13,"filename":"CAMEO.CDB.09b5.pdf","filesize":7}},
        {"label":"d","dataFile":{"id":14,"filename":"../events.2001.tab","filesize":7}}]}}}"#;
    server.put(
        "/api/datasets/:persistentId/?persistentId=doi:10.7910/DVN/28075",
        answer,
    );
    server
}

/// `icews-events` is the bundled data set of the same layout; the shape of the answer is that of the Dataverse guides.
const ICEWS: Archive = Archive {
    dataset: "icews-events",
    ..Archive::ICEWS
};

fn dataverse_plan(
    server: &Server,
    settings: Settings,
    period: Option<(Day, Day)>,
) -> Result<Plan, Failure> {
    let dir = tempfile::tempdir().unwrap();
    dataverse(
        &Client::new(settings),
        &server.base(),
        ICEWS,
        period,
        None,
        dir.path(),
        &(),
    )
}

#[test]
fn a_dataverse_lists_its_data_files() {
    let server = dataverse_server();
    let plan = dataverse_plan(&server, settings(), None).unwrap();
    let got: BTreeMap<&str, (&str, Option<u64>)> = plan
        .files
        .iter()
        .map(|f| {
            (
                f.item.name.as_str(),
                (
                    f.item.url.strip_prefix(&server.base()).unwrap(),
                    f.item.size,
                ),
            )
        })
        .collect();
    let wanted = BTreeMap::from([
        (
            "events.1995.20150313082510.tab",
            ("/api/access/datafile/11?format=original", Some(800)),
        ),
        (
            "20181004-icews-events.zip",
            ("/api/access/datafile/12", Some(70)),
        ),
    ]);
    assert_eq!(got, wanted);
    assert_eq!(plan.unread, 1, "a name that leaves the folder");
    let of_1995 = plan
        .files
        .iter()
        .find(|f| f.item.name.contains("1995"))
        .unwrap();
    assert_eq!(
        (of_1995.from, of_1995.to),
        (day("1995-01-01"), day("1995-12-31"))
    );
    let period = Some((day("2018-10-01"), day("2018-10-31")));
    let plan = dataverse_plan(&server, settings(), period).unwrap();
    assert_eq!(plan.files.len(), 1);
}

#[test]
fn a_token_is_sent_to_its_server_and_an_expired_one_is_told() {
    let server = dataverse_server();
    let path = "/api/datasets/:persistentId/?persistentId=doi:10.7910/DVN/28075";
    let with = |base: &str| Settings {
        token: Some(Token::new("s3cret", base)),
        ..settings()
    };
    dataverse_plan(&server, with(&server.base()), None).unwrap();
    dataverse_plan(&server, with("http://127.0.0.1:1"), None).unwrap();
    let asked = server.asked(path);
    assert_eq!(
        asked[0].headers.get("x-dataverse-key").map(String::as_str),
        Some("s3cret")
    );
    assert!(!asked[1].headers.contains_key("x-dataverse-key"));
    server.tell(path, [Answer::Status(401, "")]);
    let failure = dataverse_plan(&server, with(&server.base()), None).unwrap_err();
    assert_eq!(failure, Failure::Refused(401));
    let words = format!("{failure} {}", failure.remedy());
    assert!(words.contains("token") && words.contains("expired") && !words.contains("s3cret"));
}

#[test]
fn a_token_does_not_follow_a_redirect_to_another_server() {
    let (server, store) = (dataverse_server(), dataverse_server());
    let path = "/api/datasets/:persistentId/?persistentId=doi:10.7910/DVN/28075";
    let to: &'static str = format!("Location: {}{path}", store.base()).leak();
    server.tell(path, [Answer::Status(303, to)]);
    let with = Settings {
        token: Some(Token::new("s3cret", &server.base())),
        ..settings()
    };
    assert_eq!(
        dataverse_plan(&server, with.clone(), None)
            .unwrap()
            .files
            .len(),
        2
    );
    assert!(
        server.asked(path)[0]
            .headers
            .contains_key("x-dataverse-key")
    );
    assert!(!store.asked(path)[0].headers.contains_key("x-dataverse-key"));
    let round: &'static str = format!("Location: {path}").leak();
    server.tell(path, [Answer::Status(302, round)]);
    assert!(
        matches!(
            dataverse_plan(&server, with, None),
            Err(Failure::Address(_))
        ),
        "a circle ends"
    );
}
