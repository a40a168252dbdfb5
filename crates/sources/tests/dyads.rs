//! Dyad tables and votes, on a few real lines. The expected counts are worked out by hand from those lines.

mod common;

use common::{day, excerpt, rows_of, tar};

#[test]
fn icews_dyad_years_are_counts_by_class() {
    let (report, rows) = rows_of(
        "icews-dyad-years",
        "dyad_year.csv",
        &excerpt("icews_dyad_year.csv"),
    )
    .unwrap();
    assert_eq!((report.rows, report.rejected), (3, 0));
    // AZE,ARM,Azerbaijan,Armenia,2014,358,2,73,84
    let i = rows.between("AZE", "ARM")[0];
    assert_eq!(rows.number("n")[i], Some(517.0));
    assert_eq!(rows.number("verbal_cooperation")[i], Some(358.0));
    assert_eq!(rows.number("material_cooperation")[i], Some(2.0));
    assert_eq!(rows.number("verbal_conflict")[i], Some(73.0));
    assert_eq!(rows.number("material_conflict")[i], Some(84.0));
    assert_eq!(rows.number("goldstein")[i], None);
    assert_eq!(rows.number("score")[i], None);
    assert_eq!(
        (rows.days("start")[i], rows.days("end")[i]),
        (day("2014-01-01"), day("2014-12-31"))
    );
    assert_eq!(rows.days("known")[i], day("2015-01-01"));
    assert_eq!(rows.lines()[i], 4);
}

#[test]
fn a_missing_count_stays_missing_and_is_not_zero() {
    let text = String::from_utf8(excerpt("icews_dyad_year.csv"))
        .unwrap()
        .replace("2014,358,2,73,84", "2014,358,,73,84");
    let (report, rows) = rows_of("icews-dyad-years", "dyad_year.csv", text.as_bytes()).unwrap();
    assert_eq!(report.rejected, 0);
    let i = rows.between("AZE", "ARM")[0];
    assert_eq!(rows.number("material_cooperation")[i], None);
    assert_eq!(
        rows.number("n")[i],
        None,
        "a sum with a missing part is missing"
    );
}

#[test]
fn an_unknown_country_is_counted_with_its_code() {
    let text = String::from_utf8(excerpt("icews_dyad_year.csv"))
        .unwrap()
        .replace("AZE,ARM,", "AZQ,ARM,");
    let (report, _) = rows_of("icews-dyad-years", "dyad_year.csv", text.as_bytes()).unwrap();
    assert_eq!(report.rows, 2);
    assert_eq!(
        report.unknowns.iter().collect::<Vec<_>>(),
        [("ISO 3166 code", "AZQ", 1)]
    );
    assert_eq!(report.skipped["dyad with an unknown code"], 1);
}

#[test]
fn gdelt_shares_become_counts() {
    // The original layout: actor columns twice, and coordinates.
    let (report, rows) = rows_of(
        "gdelt-dyad-years",
        "1994_gdelt.csv",
        &excerpt("1994_gdelt.csv"),
    )
    .unwrap();
    assert_eq!(report.rejected, 0);
    // AZE,ARM: 766 rows; shares .036553.. .446475.. .211488.. .305483.. = 28, 342, 162, 234 of 766.
    let i = rows.between("AZE", "ARM")[0];
    assert_eq!(rows.number("n")[i], Some(766.0));
    assert_eq!(rows.number("material_cooperation")[i], Some(28.0));
    assert_eq!(rows.number("verbal_cooperation")[i], Some(342.0));
    assert_eq!(rows.number("verbal_conflict")[i], Some(162.0));
    assert_eq!(rows.number("material_conflict")[i], Some(234.0));
    assert_eq!(rows.number("goldstein")[i], Some(-1.649869451697128));
    assert_eq!(rows.number("articles")[i], Some(2661.0));
    assert_eq!(
        (rows.days("start")[i], rows.days("known")[i]),
        (day("1994-01-01"), day("1995-01-01"))
    );
}

#[test]
fn gdelt_of_2007_has_events_but_no_counts_by_class() {
    let (report, rows) = rows_of(
        "gdelt-dyad-years",
        "2007_gdelt.csv",
        &excerpt("2007_gdelt.csv"),
    )
    .unwrap();
    let i = rows.between("AZE", "ARM")[0];
    assert_eq!(rows.number("n")[i], Some(988.0));
    assert_eq!(rows.number("goldstein")[i], Some(0.44919028340080974));
    for class in [
        "verbal_cooperation",
        "material_cooperation",
        "verbal_conflict",
        "material_conflict",
    ] {
        assert_eq!(rows.number(class)[i], None, "{class}");
    }
    // ABW,ABW and ABW,AFR (Africa) of the first lines.
    assert_eq!(report.rows, 1);
    assert_eq!(report.skipped["state with itself"], 1);
    assert_eq!(report.skipped["dyad with a region"], 1);
}

#[test]
fn gdelt_years_are_read_in_the_packed_layout_too() {
    let text = String::from_utf8(excerpt("1994_gdelt.csv")).unwrap();
    let packed: String = text
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let kept: Vec<&str> = (0..cells.len())
                .filter(|i| ![2, 3, 13, 14, 15, 16].contains(i))
                .map(|i| cells[i])
                .collect();
            kept.join(",") + "\n"
        })
        .collect();
    assert!(packed.starts_with(
        "Actor1CountryCode,Actor2CountryCode,AlternateGoldsteinScale,SQLDATE,Material"
    ));
    let (_, full) = rows_of("gdelt-dyad-years", "1994_gdelt.csv", text.as_bytes()).unwrap();
    let archive = tar(&[("1994_gdelt.csv", packed.as_bytes())]);
    let (_, small) = rows_of("gdelt-dyad-years", "years.tar", &archive).unwrap();
    for column in [
        "n",
        "verbal_cooperation",
        "material_conflict",
        "goldstein",
        "articles",
    ] {
        assert_eq!(full.number(column), small.number(column), "{column}");
    }
    assert_eq!(small.words("file")[0], "years.tar!1994_gdelt.csv");
}

#[test]
fn a_share_that_is_no_share_of_the_rows_is_rejected() {
    let text = String::from_utf8(excerpt("1994_gdelt.csv"))
        .unwrap()
        .replace(",766\n", ",767\n");
    let (report, _) = rows_of("gdelt-dyad-years", "1994_gdelt.csv", text.as_bytes()).unwrap();
    assert_eq!(report.rejected, 1);
    assert_eq!(report.rejects[0].row, 4);
    assert_eq!(report.rejects[0].field, "Verbal Cooperation");
}

#[test]
fn daily_scores_are_undirected_and_ordered_by_id() {
    let (report, rows) = rows_of(
        "gdelt-daily-dyads",
        "daily.csv",
        &excerpt("gdelt_daily.csv"),
    )
    .unwrap();
    // AFG,AUS; ARM,AZE; VNM,VNM (left out); AUS,ARE (turned round).
    assert_eq!(report.rows, 3);
    assert_eq!(report.skipped["state with itself"], 1);
    assert_eq!(rows.words("source"), ["AFG", "ARM", "ARE"]);
    assert_eq!(rows.words("target"), ["AUS", "AZE", "AUS"]);
    assert_eq!(
        rows.number("score"),
        [Some(-3.419), Some(-11.637), Some(7.886)]
    );
    assert_eq!(rows.number("n"), [None, None, None]);
    assert_eq!(rows.days("start")[0], day("2018-01-01"));
    assert_eq!(rows.days("known")[0], day("2018-01-01"));
    assert_eq!(rows.lines(), [2, 3, 5]);
    assert_eq!(
        report.days.keys().copied().collect::<Vec<_>>(),
        [day("2018-01-01"), day("2018-01-30")]
    );
}

#[test]
fn votes_are_one_row_each_and_absence_is_none() {
    let text = excerpt("un_votes.csv");
    let (report, rows) = rows_of("un-votes", "votes.csv", &text).unwrap();
    // Roll call 411 stands twice, on two days; counted here cell by cell.
    let lines: Vec<Vec<&str>> = std::str::from_utf8(&text)
        .unwrap()
        .lines()
        .map(|l| l.split(',').collect())
        .collect();
    assert_eq!((lines[1][0], lines[2][0]), ("411", "411"));
    assert_ne!(lines[1][1], lines[2][1]);
    let votes = |line: &[&str], mark: &str| line[8..].iter().filter(|c| **c == mark).count();
    let expected: usize = lines[1..]
        .iter()
        .map(|l| ["1", "2", "3"].map(|m| votes(l, m)).iter().sum::<usize>())
        .sum();
    assert_eq!(report.rows as usize, expected);
    for (mark, value) in [("1", 1.0), ("2", 2.0), ("3", 3.0)] {
        let found = rows
            .number("vote")
            .iter()
            .filter(|v| **v == Some(value))
            .count();
        assert_eq!(found, votes(&lines[1], mark) + votes(&lines[2], mark));
    }
    let (days, rcid) = (rows.days("day"), rows.number("rcid"));
    assert!(rcid.iter().all(|r| *r == Some(411.0)));
    assert_eq!(days[0], day(lines[1][1]));
    assert_eq!(*days.last().unwrap(), day(lines[2][1]));
    assert_eq!(rows.days("known")[0], days[0].plus(30));
}

#[test]
fn a_vote_that_is_none_is_rejected_alone() {
    let text = String::from_utf8(excerpt("un_votes.csv")).unwrap();
    let (sound, _) = rows_of("un-votes", "votes.csv", text.as_bytes()).unwrap();
    let cell = text.lines().nth(2).unwrap();
    let at = cell.rfind(",1,").unwrap();
    let broken = text.replace(cell, &format!("{},7,{}", &cell[..at], &cell[at + 3..]));
    let (report, _) = rows_of("un-votes", "votes.csv", broken.as_bytes()).unwrap();
    assert_eq!(
        (
            report.rejected,
            report.rejects[0].value.as_str(),
            report.rejects[0].row
        ),
        (1, "7", 3)
    );
    assert_eq!(report.rows, sound.rows - 1);
}
