//! ICEWS events and quadruples, on a few real lines.

mod common;

use common::{day, excerpt, gz, rows_of, tar, xz, zip};
use detente_atlas::cameo_by_name;

const TAB: &str = "20181125-icews-events.tab";

fn tab() -> Vec<u8> {
    excerpt(TAB)
}

#[test]
fn an_icews_row_keeps_what_the_file_says() {
    let (report, rows) = rows_of("icews-events", TAB, &tab()).unwrap();
    assert_eq!(
        (
            report.rows,
            report.rejected,
            report.duplicates,
            report.members
        ),
        (8, 0, 0, 1)
    );
    assert_eq!(report.bytes, tab().len() as u64);
    // Line 2: 33814796, 2018-11-20, Armed Rebel (Yemen) -> Saudi Arabia, 193, -10.
    assert_eq!(rows.days("day")[0], day("2018-11-20"));
    assert_eq!(rows.text("source")[0].as_deref(), Some("YEM"));
    assert_eq!(rows.text("target")[0].as_deref(), Some("SAU"));
    assert_eq!(
        rows.text("source_name")[0].as_deref(),
        Some("Armed Rebel (Yemen)")
    );
    assert_eq!(
        rows.text("source_sectors")[0].as_deref(),
        Some("Dissident,Rebel")
    );
    assert_eq!(
        rows.text("target_sectors")[0],
        None,
        "an empty cell is missing"
    );
    assert_eq!(rows.text("code")[0].as_deref(), Some("193"));
    assert_eq!(rows.number("quad")[0], Some(4.0));
    assert_eq!(rows.number("goldstein")[0], Some(-10.0));
    assert_eq!(rows.text("place")[0].as_deref(), Some("YEM"));
    assert_eq!(
        rows.text("publisher")[0].as_deref(),
        Some("The Jerusalem Post")
    );
    assert_eq!(rows.text("story")[0].as_deref(), Some("48568054"));
    assert_eq!(rows.text("event")[0].as_deref(), Some("33814796"));
    assert_eq!(rows.number("lat")[0], Some(f64::from(15.3547_f32)));
    assert_eq!(rows.text("city")[0], None);
    assert_eq!(
        rows.text("province")[1].as_deref(),
        Some("K'alak'i T'bilisi")
    );
    assert_eq!(
        rows.text("code")[2].as_deref(),
        Some("070"),
        "the leading zero stays"
    );
}

#[test]
fn an_event_is_known_on_the_day_of_its_file_or_its_own_where_later() {
    let (_, rows) = rows_of("icews-events", TAB, &tab()).unwrap();
    let (days, known) = (rows.days("day"), rows.days("known"));
    assert_eq!((days[0], known[0]), (day("2018-11-20"), day("2018-11-25")));
    assert_eq!((days[5], known[5]), (day("2018-11-25"), day("2018-11-25")));
    assert_eq!(
        (days[7], known[7]),
        (day("2018-11-26"), day("2018-11-26")),
        "dated after its file"
    );
    // Without a day in the name: the day after the event.
    let (_, rows) = rows_of("icews-events", "events.tab", &tab()).unwrap();
    assert_eq!(rows.days("known")[0], day("2018-11-21"));
}

#[test]
fn an_organisation_is_the_actor_where_the_name_is_one() {
    let (_, rows) = rows_of("icews-events", TAB, &tab()).unwrap();
    let source = rows.text("source");
    assert_eq!(source[5].as_deref(), Some("NATO"));
    assert_eq!(source[7].as_deref(), Some("EU"));
    assert_eq!(rows.text("target")[5].as_deref(), Some("RUS"));
    assert_eq!(rows.text("target")[7].as_deref(), Some("AZE"));
}

#[test]
fn na_as_r_writes_it_is_missing() {
    let (report, rows) = rows_of(
        "icews-events",
        "events.2018.sample.tab",
        &excerpt("events.2018.sample.tab"),
    )
    .unwrap();
    assert_eq!(report.rows, 3);
    assert_eq!(rows.text("source")[0].as_deref(), Some("BGD"));
    assert_eq!(rows.text("city")[0].as_deref(), Some("Hanoi"));
    let mut line = String::from_utf8(excerpt("events.2018.sample.tab")).unwrap();
    line = line
        .replace("\tHanoi\t", "\tNA\t")
        .replace("\tVietnam News Agency Bulletin\t", "\tNA\t");
    let (_, rows) = rows_of("icews-events", "events.tab", line.as_bytes()).unwrap();
    assert_eq!(rows.text("city")[0], None);
    assert_eq!(rows.text("publisher")[0], None);
}

#[test]
fn dates_as_month_day_year_are_read_too() {
    let text = String::from_utf8(tab())
        .unwrap()
        .replace("\t2018-11-20\t", "\t11/20/2018\t");
    let (report, rows) = rows_of("icews-events", TAB, text.as_bytes()).unwrap();
    assert_eq!(report.rejected, 0);
    assert_eq!(rows.days("day")[0], day("2018-11-20"));
}

#[test]
fn an_unknown_country_is_counted_by_name_and_the_row_kept() {
    let text = String::from_utf8(tab())
        .unwrap()
        .replace("\tMalta\t\tMalta\t", "\tMalta\t\tMaltaria\t");
    let (report, rows) = rows_of("icews-events", TAB, text.as_bytes()).unwrap();
    assert_eq!(report.rows, 8);
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("ICEWS country", "Maltaria", 1)]
    );
    assert_eq!(rows.text("source")[4], None);
    assert_eq!(rows.text("source_name")[4].as_deref(), Some("Malta"));
}

#[test]
fn an_unknown_code_is_counted_and_has_no_class() {
    let text = String::from_utf8(tab()).unwrap().replace(
        "\tfight with small arms and light weapons\t193\t",
        "\tfight with ray guns\t13y\t",
    );
    let (report, rows) = rows_of("icews-events", TAB, text.as_bytes()).unwrap();
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("CAMEO code", "13y", 1)]
    );
    assert_eq!(rows.text("code")[0].as_deref(), Some("13y"));
    assert_eq!(rows.number("quad")[0], None);
}

#[test]
fn without_a_code_the_event_text_gives_it() {
    let text = String::from_utf8(tab())
        .unwrap()
        .replace("\t193\t", "\t\t")
        .replace("\t070\t", "\t\t");
    let (report, rows) = rows_of("icews-events", TAB, text.as_bytes()).unwrap();
    assert_eq!(report.unknowns.total(), 0);
    assert_eq!(rows.text("code")[0].as_deref(), Some("193"));
    assert_eq!(rows.text("code")[2].as_deref(), Some("070"));
}

#[test]
fn the_same_event_of_the_same_day_counts_once_in_a_file() {
    let text = String::from_utf8(tab()).unwrap();
    let (header, body) = text.split_once('\n').unwrap();
    let first = body.split_once('\n').unwrap().0;
    // The same ID on another day is another event.
    let other_day = first.replace("2018-11-20", "2013-11-20");
    let doubled = format!("{header}\n{body}{first}\n{other_day}\n");
    let (report, rows) = rows_of("icews-events", TAB, doubled.as_bytes()).unwrap();
    assert_eq!((report.rows, report.duplicates), (9, 1));
    assert_eq!(
        rows.lines()[8],
        11,
        "the line of the file, not the number of the row"
    );
}

#[test]
fn a_bad_cell_costs_its_row_and_is_reported() {
    let text = String::from_utf8(tab())
        .unwrap()
        .replacen("2018-11-20", "20-11-2018", 1)
        .replace("\t44.8337\n33814811", "\teast\n33814811");
    let (report, rows) = rows_of("icews-events", TAB, text.as_bytes()).unwrap();
    assert_eq!((report.rows, report.rejected), (6, 2));
    assert_eq!(rows.len(), 6);
    assert_eq!(
        report.rejects[0].to_string(),
        "20181125-icews-events.tab, row 2, field 'Event Date': '20-11-2018' is not a date; write YYYY-MM-DD or M/D/YYYY"
    );
    assert_eq!(report.rejects[1].field, "Longitude");
    assert_eq!(report.rejects[1].row, 5);
}

#[test]
fn every_wrapping_gives_the_same_rows_and_names_its_member() {
    let plain = tab();
    let in_tar = tar(&[("drops/20181125-icews-events.tab", &plain)]);
    let cases: [(&str, Vec<u8>, &str); 7] = [
        (TAB, plain.clone(), TAB),
        (
            "20181125-icews-events.tab.gz",
            gz(&plain),
            "20181125-icews-events.tab.gz",
        ),
        (
            "20181125-icews-events.tab.xz",
            xz(&plain),
            "20181125-icews-events.tab.xz",
        ),
        (
            "a.zip",
            zip(&[(TAB, &plain)]),
            "a.zip!20181125-icews-events.tab",
        ),
        (
            "a.tar",
            in_tar.clone(),
            "a.tar!drops/20181125-icews-events.tab",
        ),
        (
            "a.tar.gz",
            gz(&in_tar),
            "a.tar.gz!drops/20181125-icews-events.tab",
        ),
        (
            "a.tar.xz",
            xz(&in_tar),
            "a.tar.xz!drops/20181125-icews-events.tab",
        ),
    ];
    for (name, bytes, label) in cases {
        let (report, rows) = rows_of("icews-events", name, &bytes).unwrap();
        assert_eq!(report.rows, 8, "{name}");
        assert_eq!(rows.words("file"), vec![label; 8], "{name}");
        assert_eq!(rows.lines(), [2, 3, 4, 5, 6, 7, 8, 9], "{name}");
        assert_eq!(rows.days("known")[0], day("2018-11-25"), "{name}");
    }
}

#[test]
fn a_file_with_windows_line_ends_and_a_byte_order_mark_reads_the_same() {
    let text = format!(
        "\u{FEFF}{}",
        String::from_utf8(tab()).unwrap().replace('\n', "\r\n")
    );
    let (report, rows) = rows_of("icews-events", TAB, text.as_bytes()).unwrap();
    assert_eq!(report.rows, 8);
    assert_eq!(rows.number("lon")[0], Some(f64::from(44.2067_f32)));
}

fn quadruples(order: [usize; 3]) -> Vec<u8> {
    // Lines of ICEWS18: padded with blanks, times in hours.
    let entities: &[u8] = b"Citizen (Azerbaijan)\t0\nArmenia\t1\nNorth Atlantic Treaty Organization\t2\nZzyzx Qwerty\t7\n";
    let relations: &[u8] = b"Make statement\t0\nUse conventional military force\t2\n";
    let facts: &[u8] = b"0    \t2    \t1  \t24  \n2\t0\t1\t24\t-1\n7\t0\t2\t48\n0\t2\t1\t24\n";
    let all = [
        ("entity2id.txt", entities),
        ("relation2id.txt", relations),
        ("train.txt", facts),
    ];
    tar(&order.map(|i| all[i]))
}

#[test]
fn quadruples_are_named_and_dated() {
    let (report, rows) = rows_of("icews-18", "icews18.tar", &quadruples([0, 1, 2])).unwrap();
    assert_eq!(
        (report.rows, report.duplicates),
        (3, 1),
        "the last line repeats the first"
    );
    assert_eq!(
        rows.days("day"),
        [day("2018-01-02"), day("2018-01-02"), day("2018-01-03")]
    );
    assert_eq!(rows.days("known")[2], day("2018-01-04"));
    let source = rows.text("source");
    assert_eq!(source[0].as_deref(), Some("AZE"));
    assert_eq!(source[1].as_deref(), Some("NATO"));
    assert_eq!(source[2], None, "an unknown name is no actor");
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("ICEWS actor", "Zzyzx Qwerty", 1)]
    );
    assert_eq!(rows.text("source_sectors")[0].as_deref(), Some("Citizen"));
    assert_eq!(rows.text("code")[0].as_deref(), Some("190"));
    assert_eq!(rows.number("goldstein")[0], Some(-10.0));
    assert_eq!(rows.number("quad")[0], Some(4.0));
    assert_eq!(rows.lines(), [1, 2, 3]);
    assert_eq!(rows.words("file")[0], "icews18.tar!train.txt");
    // One unit is a day in the set of 2021.
    let (_, rows) = rows_of("icews-21", "icews21.tar", &quadruples([0, 1, 2])).unwrap();
    assert_eq!(rows.days("day")[0], day("2021-01-25"));
}

#[test]
fn facts_before_their_names_are_an_error_with_the_remedy() {
    let e = rows_of("icews-18", "icews18.tar", &quadruples([2, 0, 1]))
        .err()
        .unwrap()
        .to_string();
    assert!(
        e.contains("member train.txt") && e.contains("put entity2id.txt and relation2id.txt first"),
        "{e}"
    );
}

#[test]
fn plain_facts_take_the_lists_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("train.txt");
    std::fs::write(&facts, "0\t0\t1\t0\n").unwrap();
    let e = common::rows("icews-18", &facts).err().unwrap().to_string();
    assert!(e.contains("put entity2id.txt into the same folder"), "{e}");
    std::fs::write(
        folder.path().join("entity2id.txt"),
        "Georgia\t0\nRussia\t1\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("relation2id.txt.gz"),
        gz(b"Consult\t0\n"),
    )
    .unwrap();
    let (report, rows) = common::rows("icews-18", &facts).unwrap();
    assert_eq!(report.rows, 1);
    assert_eq!(rows.between("GEO", "RUS"), [0]);
    // Lists of another set: a number without a name.
    std::fs::write(&facts, "0\t0\t9\t0\n").unwrap();
    let e = common::rows("icews-18", &facts).err().unwrap().to_string();
    assert!(
        e.contains("row 1, field 'object'") && e.contains("number 9 has no name"),
        "{e}"
    );
}

#[test]
fn every_relation_of_the_bundled_sets_is_an_event_code() {
    // The 230 to 256 relation names of each set, read here from the bundle itself.
    use std::io::Read;
    for (file, names) in [("icews0515", 251), ("icews18", 256), ("icews21", 253)] {
        let path = common::data().join(format!("events/{file}.tar.xz"));
        let stream = liblzma::read::XzDecoder::new(std::fs::File::open(path).unwrap());
        let mut archive = tar::Archive::new(stream);
        let mut text = String::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.path().unwrap().ends_with("relation2id.txt") {
                entry.read_to_string(&mut text).unwrap();
                break;
            }
        }
        let unknown: Vec<&str> = text
            .lines()
            .filter_map(|l| l.split_once('\t').map(|(name, _)| name))
            .filter(|name| cameo_by_name(name).is_none())
            .collect();
        assert_eq!(text.lines().count(), names, "{file}");
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
}
