//! Files that must be refused as a whole, with the place and the remedy.

mod common;

use std::path::Path;

use common::{excerpt, gz, rows_of, tar, xz, zip};
use detente_sources::{Fault, ReadError, SinkError, catalogue, read};

const TAB: &str = "20181125-icews-events.tab";

/// Some hundred lines, so that a cut falls into the middle of the data.
fn long_tab() -> Vec<u8> {
    let text = String::from_utf8(excerpt(TAB)).unwrap();
    let (header, body) = text.split_once('\n').unwrap();
    let mut long = format!("{header}\n");
    for day in 1..=28 {
        for year in 1996..2020 {
            long.push_str(&body.replace("2018-11-20", &format!("{year}-02-{day:02}")));
        }
    }
    long.into_bytes()
}

fn refused(name: &str, bytes: &[u8]) -> ReadError {
    match rows_of("icews-events", name, bytes) {
        Err(e) => e,
        Ok((report, _)) => panic!("{name} was taken for whole: {} rows", report.rows),
    }
}

#[test]
fn a_cut_stream_is_an_error_wherever_it_is_cut() {
    let plain = long_tab();
    let in_tar = tar(&[("a.tab", &plain), (TAB, &plain)]);
    let files = [
        ("events.tab.gz", gz(&plain)),
        ("events.tab.xz", xz(&plain)),
        ("events.zip", zip(&[("a.tab", &plain), (TAB, &plain)])),
        ("events.tar", in_tar.clone()),
        ("events.tar.gz", gz(&in_tar)),
        ("events.tar.xz", xz(&in_tar)),
    ];
    for (name, whole) in files {
        assert!(
            rows_of("icews-events", name, &whole).is_ok(),
            "{name} whole"
        );
        for part in 1..20 {
            let cut = &whole[..whole.len() * part / 20];
            let e = refused(name, cut);
            assert!(
                matches!(
                    e.fault,
                    Fault::Cut(_) | Fault::Damaged(_) | Fault::Columns { .. } | Fault::Archive(_)
                ),
                "{name} cut at {part}/20: {e}"
            );
            assert!(e.to_string().contains(name), "{e}");
        }
    }
}

#[test]
fn a_stream_that_lacks_its_last_bytes_is_an_error() {
    let plain = long_tab();
    for (name, whole) in [
        ("a.gz", gz(&plain)),
        ("a.xz", xz(&plain)),
        ("a.zip", zip(&[(TAB, &plain)])),
    ] {
        for lacking in [1, 4, 8] {
            refused(name, &whole[..whole.len() - lacking]);
        }
    }
    // A tar that ends where a member ends is whole but for its end mark.
    let whole = tar(&[(TAB, &plain)]);
    let e = refused("a.tar", &whole[..whole.len() - 1024]);
    assert!(matches!(e.fault, Fault::Cut(_)), "{e}");
    assert!(
        e.to_string()
            .contains("no end mark after 20181125-icews-events.tab"),
        "{e}"
    );
}

#[test]
fn the_member_that_is_cut_is_named() {
    let plain = long_tab();
    let whole = tar(&[("first.tab", &plain), (TAB, &plain)]);
    let e = refused("a.tar", &whole[..whole.len() * 3 / 4]);
    assert_eq!(e.place.member.as_deref(), Some(TAB));
    assert!(e.to_string().contains("fetch or copy it again"), "{e}");
}

#[test]
fn damage_is_found_by_the_checksum() {
    let plain = long_tab();
    for (name, mut whole) in [
        ("a.gz", gz(&plain)),
        ("a.xz", xz(&plain)),
        ("a.zip", zip(&[(TAB, &plain)])),
    ] {
        let middle = whole.len() / 2;
        whole[middle] ^= 0xFF;
        refused(name, &whole);
    }
}

#[test]
fn a_plain_file_cut_within_a_line_is_an_error() {
    let plain = excerpt(TAB);
    let e = refused(TAB, &plain[..plain.len() - 1]);
    assert!(
        e.to_string().contains("the last line has no line end"),
        "{e}"
    );
    let e = refused(TAB, &plain[..plain.len() - 60]);
    assert!(e.to_string().contains("row 9: the row has"), "{e}");
}

#[test]
fn nothing_is_no_data() {
    let e = refused(TAB, b"");
    assert!(matches!(e.fault, Fault::Empty), "{e}");
    let e = refused("a.gz", &gz(b""));
    assert!(matches!(e.fault, Fault::Empty), "{e}");
    let header = String::from_utf8(excerpt(TAB))
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned()
        + "\n";
    let e = refused(TAB, header.as_bytes());
    assert!(matches!(e.fault, Fault::NoRows), "{e}");
    let e = refused("a.tar", &tar(&[]));
    assert!(matches!(e.fault, Fault::NoRows | Fault::Cut(_)), "{e}");
}

#[test]
fn a_missing_file_says_so() {
    let set = common::of("un-votes");
    let e = read(set, Path::new("nowhere/votes.csv"), &mut |_| Ok(())).unwrap_err();
    assert!(
        e.to_string()
            .starts_with("nowhere/votes.csv: cannot be read"),
        "{e}"
    );
}

#[test]
fn a_changed_header_names_the_column() {
    let text = String::from_utf8(excerpt(TAB)).unwrap();
    let e = refused(TAB, text.replacen("CAMEO Code", "CAMEO", 1).as_bytes());
    assert_eq!(e.place.field.as_deref(), Some("CAMEO Code"));
    assert!(
        e.to_string()
            .contains("row 1, field 'CAMEO Code': the header has no column 'CAMEO Code'"),
        "{e}"
    );
    // Columns in another order are no change.
    let swapped: String = text
        .lines()
        .map(|l| {
            let mut cells: Vec<&str> = l.split('\t').collect();
            cells.swap(0, 19);
            cells.join("\t") + "\n"
        })
        .collect();
    assert_eq!(
        rows_of("icews-events", TAB, swapped.as_bytes())
            .unwrap()
            .0
            .rows,
        8
    );
}

#[test]
fn every_comma_format_names_a_missing_column() {
    let cases = [
        ("icews-dyad-years", "icews_dyad_year.csv", "verbCoop"),
        ("gdelt-dyad-years", "1994_gdelt.csv", "Verbal Conflict"),
        ("gdelt-dyad-years", "2007_gdelt.csv", "GoldsteinScale"),
        ("gdelt-daily-dyads", "gdelt_daily.csv", "w"),
        ("un-votes", "un_votes.csv", "date"),
        ("mid-gml", "mid_gml.csv", "hostlev1"),
        ("mid-cow", "mid_cow.csv", "fatality1"),
        ("ucdp-acd", "ucdp_acd.csv", "gwno_b_2nd"),
        ("igo-cow", "igo.csv", "status"),
        ("un-ideal-points", "ideal_2025.csv", "nvotesfp"),
        ("un-ideal-points", "ideal_2026.csv", "Q5%FP"),
        ("alliance-atop", "atop.csv", "atop_nonagg"),
        ("alliance-cow", "cow_alliance.csv", "cow_defense"),
        ("contiguity-cow", "contiguity.csv", "enddate"),
        ("capitals-cow", "capitals.csv", "lat"),
        ("cinc-cow", "cinc.csv", "cinc"),
        ("milex-factbook", "factbook_military.csv", "pct_gdp"),
        ("milex-nato", "nato.csv", "Defense expenditure (% real GDP)"),
        ("trade-factbook", "factbook_trade.csv", "partner"),
        ("parlgov", "parlgov.csv", "left_right"),
    ];
    for (id, file, column) in cases {
        let text = String::from_utf8(excerpt(file)).unwrap();
        let (header, body) = text.split_once('\n').unwrap();
        // AlternateGoldsteinScale holds the name of another column, so names are compared whole.
        let changed: Vec<String> = header
            .split(',')
            .map(|c| {
                if c == column {
                    "renamed".to_owned()
                } else {
                    c.to_owned()
                }
            })
            .collect();
        assert_ne!(changed.join(","), header, "{id} has no {column}");
        let e = rows_of(
            id,
            file,
            format!("{}\n{body}", changed.join(",")).as_bytes(),
        )
        .err();
        let e = e.unwrap_or_else(|| panic!("{id} does not miss {column}"));
        assert_eq!(e.place.field.as_deref(), Some(column), "{id}: {e}");
        assert!(
            matches!(&e.fault, Fault::Header { dataset, .. } if *dataset == id),
            "{e}"
        );
    }
}

#[test]
fn a_row_with_another_number_of_columns_refuses_the_file() {
    let text = String::from_utf8(excerpt("gdelt_daily.csv"))
        .unwrap()
        .replace(",-11.637", "");
    let e = rows_of("gdelt-daily-dyads", "daily.csv", text.as_bytes())
        .err()
        .unwrap();
    assert_eq!(e.place.row, Some(3));
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 4,
                found: 3
            }
        ),
        "{e}"
    );
    let text = String::from_utf8(excerpt(TAB))
        .unwrap()
        .replace("\tThe Jerusalem Post\t", "\tThe\tPost\t");
    let e = refused(TAB, text.as_bytes());
    assert!(
        matches!(
            e.fault,
            Fault::Columns {
                wanted: 20,
                found: 21
            }
        ),
        "{e}"
    );
    assert_eq!(e.place.row, Some(2));
}

#[test]
fn a_wrong_encoding_names_the_row_the_field_and_the_remedy() {
    // "Yemen" on line 2 as ISO-8859-1 would write "Yémen".
    let mut bytes = excerpt(TAB);
    let at = bytes
        .windows(14)
        .position(|w| w == b"(Yemen)\tDissid")
        .unwrap()
        + 2;
    bytes[at] = 0xE9;
    let e = refused(TAB, &bytes);
    assert_eq!(
        (e.place.row, e.place.field.as_deref()),
        (Some(2), Some("Source Name"))
    );
    assert!(
        e.to_string().contains("not UTF-8")
            && e.to_string().contains("iconv -f ISO-8859-1 -t UTF-8"),
        "{e}"
    );

    let text = String::from_utf8(excerpt("parlgov.csv")).unwrap();
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect();
    let e = rows_of("parlgov", "parlgov.csv", &latin).err().unwrap();
    // The first line with an umlaut is "Alternative für Deutschland" on line 2.
    assert_eq!(
        (e.place.row, e.place.field.as_deref()),
        (Some(2), Some("party_name"))
    );
    assert!(matches!(e.fault, Fault::Encoding { sound: 13 }), "{e}");
}

#[test]
fn an_archive_inside_an_archive_is_named() {
    let e = refused("a.zip", &zip(&[("b.tab.gz", &gz(&excerpt(TAB)))]));
    assert!(
        e.to_string()
            .contains("member b.tab.gz: the member is itself compressed"),
        "{e}"
    );
}

#[test]
fn what_systems_leave_in_archives_is_passed_over() {
    let bytes = zip(&[
        ("__MACOSX/._a.tab", b"\x00\x05\x16\x07".as_slice()),
        (TAB, &excerpt(TAB)),
    ]);
    assert_eq!(
        rows_of("icews-events", "a.zip", &bytes).unwrap().0.members,
        1
    );
}

#[test]
fn a_failing_sink_stops_the_reading() {
    let set = common::of("capitals-cow");
    let path = common::data().join(set.files[0]);
    let e = read(set, &path, &mut |_| Err(SinkError::new("the disk is full"))).unwrap_err();
    assert!(
        e.to_string()
            .ends_with("the rows could not be stored: the disk is full"),
        "{e}"
    );
}

#[test]
fn every_data_set_refuses_the_file_of_another() {
    let bytes = excerpt("capitals.csv");
    for set in catalogue().iter().filter(|d| d.id != "capitals-cow") {
        let e = rows_of(set.id, "capitals.csv", &bytes).err();
        assert!(e.is_some(), "{} took a file of capitals", set.id);
    }
}
