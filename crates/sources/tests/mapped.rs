//! Logs of a user's own, by a map.

mod common;

use std::path::{Path, PathBuf};

use common::{Rows, day};
use detente_sources::{Dataset, MapError, ReadReport, map_of, read};

const MAP: &str = "\
id = \"log\"
lag-days = 3
[columns]
day = \"Date\"
source = \"From\"
target = \"To\"
code = \"Code\"
";

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn map(text: &str) -> Result<&'static Dataset, MapError> {
    let folder = tempfile::tempdir().unwrap();
    map_of(&write(folder.path(), "log.toml", text)).map(detente_sources::Map::dataset)
}

fn read_as(
    set: &Dataset,
    name: &str,
    bytes: impl AsRef<[u8]>,
) -> Result<(ReadReport, Rows), detente_sources::ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let mut batches = Vec::new();
    let report = read(set, &write(folder.path(), name, bytes), &mut |batch| {
        batches.push(batch);
        Ok(())
    })?;
    Ok((report, Rows(batches)))
}

fn mapped(text: &str, log: &str) -> (ReadReport, Rows) {
    read_as(map(text).unwrap(), "log.csv", log).unwrap()
}

/// The text of a block of the page.
fn block<'p>(page: &'p str, kind: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_page_says_what_comes_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/own-data.md");
    let page = std::fs::read_to_string(path).unwrap();
    let set = map(block(&page, "toml")).unwrap();
    let (report, rows) = read_as(set, "log.csv", block(&page, "csv")).unwrap();
    assert_eq!(report.rejected, 0);
    let unknown: Vec<_> = report.unknowns.iter().collect();
    assert_eq!(unknown, [("actor (name)", "Border guards", 1)]);
    assert_eq!(
        rows.text("publisher")[2].as_deref(),
        Some("Section South Caucasus")
    );
    assert_eq!(rows.words("source_name")[2], "Border guards");
    let text = |column| rows.text(column);
    let number = |column| {
        let cells = rows.number(column).into_iter();
        cells
            .map(|n| n.map(|n| ((n * 10.0).round() / 10.0).to_string()))
            .collect()
    };
    let days = |column| {
        let days = rows.days(column).into_iter();
        days.map(|d| Some(d.to_string())).collect::<Vec<_>>()
    };
    let columns: [Vec<Option<String>>; 10] = [
        days("day"),
        days("known"),
        text("source"),
        text("target"),
        text("code"),
        number("quad"),
        number("goldstein"),
        text("place"),
        number("deaths"),
        text("event"),
    ];
    let (_, table) = page
        .split_once("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
        .unwrap();
    let told: Vec<&str> = table.lines().take_while(|l| l.starts_with('|')).collect();
    assert_eq!(told.len(), rows.len());
    for (i, line) in told.iter().enumerate() {
        let cells: Vec<String> = columns
            .iter()
            .map(|c| c[i].clone().unwrap_or_default())
            .collect();
        assert_eq!(*line, format!("| {} |", cells.join(" | ")));
    }
    assert_eq!((set.id, set.span.0), ("mfa-log", day("2020-01-01")));
    assert!(set.goes_on());
}

#[test]
fn actors_are_read_by_their_system_on_the_day() {
    for (system, code, when, id) in [
        ("iso3", "GEO", "2020-01-01", Some("GEO")),
        ("iso2", "AU", "2020-01-01", Some("AUS")),
        ("fips", "AU", "2020-01-01", Some("AUT")),
        // Yugoslavia, then Serbia.
        ("cow", "345", "1995-01-01", Some("YUG")),
        ("cow", "345", "2010-01-01", Some("SRB")),
        ("gw", "260", "2020-01-01", Some("DEU")),
        ("name", "Türkiye", "2020-01-01", Some("TUR")),
        ("name", "State of Georgia", "2020-01-01", None),
        ("id", "GEO", "2020-01-01", Some("GEO")),
        ("id", "Georgia", "2020-01-01", None),
    ] {
        let text = format!("{MAP}[actors]\nsystem = \"{system}\"\n");
        let (report, rows) = mapped(&text, &format!("Date,From,To,Code\n{when},{code},,a\n"));
        assert_eq!(rows.text("source")[0].as_deref(), id, "{system} {code}");
        assert_eq!(report.unknowns.total(), u64::from(id.is_none()), "{code}");
        assert_eq!(rows.text("target"), [None], "an empty cell is no unknown");
    }
}

#[test]
fn codes_have_their_class_from_row_table_or_ontology() {
    let columns = MAP.replace("code =", "quad = \"Quad\"\ncode =");
    for (codes, cells, code, quad, goldstein, unknown) in [
        // 036: verbal cooperation, 4.0 in Goldstein's scale for CAMEO.
        (
            "ontology = \"cameo\"",
            "036,",
            "036",
            Some(1.0),
            Some(4.0),
            0,
        ),
        (
            "ontology = \"cameo\"",
            "036,4",
            "036",
            Some(4.0),
            Some(4.0),
            0,
        ),
        ("ontology = \"cameo\"", "36,", "36", None, None, 1),
        ("ontology = \"plover\"", "AID,", "AID", Some(2.0), None, 0),
        (
            "ontology = \"plover\"",
            "SANCTION,",
            "SANCTION",
            None,
            None,
            1,
        ),
        (
            "ontology = \"plover\"\nsanction = \"verbal-conflict\"",
            "SANCTION,",
            "SANCTION",
            Some(3.0),
            None,
            0,
        ),
        ("ontology = \"own\"", "tea,", "tea", None, None, 0),
        (
            "[codes.table]\ntea = { quad = 1, goldstein = 2 }",
            "tea,",
            "tea",
            Some(1.0),
            Some(2.0),
            0,
        ),
        (
            "[codes.table]\ntea = { quad = 1 }",
            "duel,",
            "duel",
            None,
            None,
            1,
        ),
        (
            "ontology = \"plover\"\n[codes.table]\ntea = { code = \"CONSULT\" }",
            "tea,",
            "CONSULT",
            Some(1.0),
            None,
            0,
        ),
    ] {
        let text = format!("{columns}[codes]\n{codes}\n");
        let (report, rows) = mapped(
            &text,
            &format!("Date,From,To,Code,Quad\n2020-01-01,GEO,AZE,{cells}\n"),
        );
        assert_eq!(rows.words("code"), [code], "{codes}");
        assert_eq!(rows.number("quad"), [quad], "{codes} {cells}");
        assert_eq!(rows.number("goldstein"), [goldstein], "{codes} {cells}");
        assert_eq!(report.unknowns.total(), unknown, "{codes} {cells}");
    }
}

#[test]
fn a_row_is_known_when_it_says_so_else_after_the_lag_and_never_before_its_day() {
    let text = MAP.replace("code =", "known = \"Known\"\ncode =");
    let log = "Date,From,To,Code,Known\n2020-01-01,GEO,AZE,a,2020-01-09\n2020-01-01,GEO,AZE,a,\n2020-01-01,GEO,AZE,a,2019-12-01\n";
    let (_, rows) = mapped(&text, log);
    let known = ["2020-01-09", "2020-01-04", "2020-01-01"].map(day);
    assert_eq!(rows.days("known"), known);
    // Without a lag, a row that does not say it is left out.
    let (report, _) = mapped(&text.replace("lag-days = 3\n", ""), log);
    assert_eq!((report.rows, report.rejected), (2, 1));
    assert_eq!(
        (report.rejects[0].field.as_str(), report.rejects[0].row),
        ("Known", 3)
    );
}

#[test]
fn tabs_and_decimal_commas_are_read() {
    let text = "id = \"log\"\nfile = \"tsv\"\ndecimal = \",\"\nlag-days = 0\n[columns]\nday = \"D\"\nlat = \"La\"\nlon = \"Lo\"\nstory = \"S\"\n";
    let set = map(text).unwrap();
    let (report, rows) = read_as(
        set,
        "log.tsv",
        "D\tLa\tLo\tS\n2020-01-01\t40,5\t-44,25\tsaid \"no\"\n",
    )
    .unwrap();
    assert_eq!(report.rejected, 0);
    assert_eq!(
        (rows.number("lat"), rows.number("lon")),
        (vec![Some(40.5)], vec![Some(-44.25)])
    );
    assert_eq!(rows.words("story"), ["said \"no\""]);
    let packed = common::zip(&[("a.tsv", b"D\tLa\tLo\tS\n2020-01-01\t\t\t\n")]);
    assert_eq!(read_as(set, "log.zip", packed).unwrap().0.rows, 1);
}

#[test]
fn a_bad_cell_costs_its_row_and_is_named_as_in_the_log() {
    let text = "id = \"log\"\nlag-days = 0\n[columns]\nday = \"Date\"\nquad = \"Class\"\nlat = \"La\"\ndeaths = \"Dead\"\ngoldstein = \"Value\"\n";
    for (column, value) in [
        ("Date", "01/02/2020"),
        ("Date", ""),
        ("Class", "5"),
        ("Class", "0"),
        ("La", "91"),
        ("La", "NaN"),
        ("Dead", "-1"),
        ("Dead", "1.5"),
        ("Value", "11"),
    ] {
        let cell = |name: &str, sound: &str| {
            if name == column {
                value.to_owned()
            } else {
                sound.to_owned()
            }
        };
        let row = [
            cell("Date", "2020-01-01"),
            cell("Class", "1"),
            cell("La", "40"),
            cell("Dead", "2.0"),
            cell("Value", "-10"),
        ];
        let (report, _) = mapped(
            text,
            &format!(
                "Date,Class,La,Dead,Value\n{}\n2020-01-01,,,,\n",
                row.join(",")
            ),
        );
        assert_eq!((report.rows, report.rejected), (1, 1), "{column} {value}");
        assert_eq!(report.rejects[0].field, column);
        assert_eq!(report.rejects[0].value, value);
    }
}

#[test]
fn a_log_without_a_column_of_the_map_is_refused() {
    let set = map(MAP).unwrap();
    let Err(e) = read_as(set, "log.csv", "Date,From,Code\n2020-01-01,GEO,a\n") else {
        panic!("a log without a column was read");
    };
    assert!(e.to_string().contains("no column 'To'"), "{e}");
    let e = map_of(Path::new("no-such-map.toml"))
        .unwrap_err()
        .to_string();
    assert!(
        e.contains("no-such-map.toml") && e.contains("check that the map is there"),
        "{e}"
    );
}

#[test]
fn a_faulty_map_is_refused_with_line_key_and_remedy() {
    let own = |codes: &str| format!("{MAP}[codes]\n{codes}");
    for (text, parts) in [
        (
            MAP.replace("source =", "soruce ="),
            ["line 5", "columns.soruce", "did you mean 'source'"],
        ),
        (
            MAP.replace("lag-days", "lagdays"),
            ["line 2", "'lagdays'", "did you mean 'lag-days'"],
        ),
        (
            MAP.replace("lag-days = 3\n", ""),
            ["log.toml", "'lag-days'", "lag-days = 0"],
        ),
        (
            MAP.replace("lag-days = 3", "lag-days = -3"),
            ["line 2", "'lag-days'", "whole number from 0"],
        ),
        (
            MAP.replace("day = \"Date\"\n", ""),
            ["line 3", "columns.day", "day = \"Date\""],
        ),
        (
            MAP.replace("\"Date\"", "1"),
            ["line 4", "columns.day", "a text in quotation marks"],
        ),
        (
            MAP.replace("id = \"log\"", "id = \"icews\""),
            ["line 1", "data set of the catalogue", "icews-own"],
        ),
        (
            MAP.replace("id = \"log\"", "id = \"../log\""),
            ["line 1", "is no id", "hyphens"],
        ),
        (
            MAP.replace("id = \"log\"\n", ""),
            ["log.toml", "'id'", "id = \"mfa-log\""],
        ),
        (
            format!("date-format = \"d/m/y\"\n{MAP}"),
            ["line 1", "date-format", "as in d/m/Y"],
        ),
        (
            format!("delimiter = \"tab\"\n{MAP}"),
            ["line 1", "delimiter", "file = \"tsv\""],
        ),
        (
            format!("file = \"xlsx\"\n{MAP}"),
            ["line 1", "'file'", "parquet"],
        ),
        (
            format!("missing = [1]\n{MAP}"),
            ["line 1", "missing", "list of texts"],
        ),
        (
            format!("from = 2020-01-02\nto = 2020-01-01\n{MAP}"),
            ["line 2", "'to'", "exchange"],
        ),
        (
            format!("{MAP}[constants]\nday = \"2020-01-01\"\n"),
            ["line 4", "[constants] too", "keep one"],
        ),
        (
            format!("{MAP}[actors]\nsystem = \"iso\"\n"),
            ["line 9", "actors.system", "iso3  iso2"],
        ),
        (
            own("ontology = \"cameo\"\n[codes.table]\na = { code = \"36\" }\n"),
            ["line 11", "not in the ontology", "leading zero"],
        ),
        (
            own("[codes.table]\na = { quad = 5 }\n"),
            ["line 10", "a.quad", "from 1 to 4"],
        ),
        (
            own("[codes.table]\na = { goldstein = nan }\n"),
            ["line 10", "a.goldstein", "from -10 to 10"],
        ),
        (
            format!("{MAP}["),
            ["line 8", "is no TOML", "docs/own-data.md"],
        ),
        (String::new(), ["log.toml", "'columns'", "add [columns]"]),
    ] {
        let e = map(&text).map(|_| text.clone()).unwrap_err().to_string();
        for part in parts {
            assert!(e.contains(part), "'{part}' is not in: {e}");
        }
    }
}

#[cfg(feature = "parquet")]
mod in_parquet {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    };
    use parquet::arrow::ArrowWriter;

    use super::*;

    const MAP: &str = "id = \"log\"\nfile = \"parquet\"\ndate-format = \"d/m/Y\"\n[columns]\nday = \"d\"\nknown = \"k\"\nsource = \"s\"\ndeaths = \"n\"\n";

    /// Columns as pandas writes them: whole numbers with gaps are fractions.
    fn log(day: ArrayRef) -> Vec<u8> {
        // 2020-01-05 23:00 and 2020-01-06 00:00, UTC.
        let known =
            TimestampMicrosecondArray::from(vec![1_578_265_200_000_000, 1_578_268_800_000_000]);
        let batch = RecordBatch::try_from_iter([
            ("d", day),
            (
                "unused",
                Arc::new(StringArray::from(vec!["x", "y"])) as ArrayRef,
            ),
            ("k", Arc::new(known.with_timezone("UTC"))),
            ("s", Arc::new(StringArray::from(vec![Some("GEO"), None]))),
            ("n", Arc::new(Float64Array::from(vec![Some(3.0), None]))),
        ])
        .unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    #[test]
    fn dates_numbers_and_texts_are_read() {
        let set = map(MAP).unwrap();
        // Days as such are read whatever date-format says; texts by date-format.
        let typed: ArrayRef = Arc::new(Date32Array::from(vec![18_262, 18_263]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["01/01/2020", "2/1/2020"]));
        for column in [typed, texts] {
            let (report, rows) = read_as(set, "log.parquet", log(column)).unwrap();
            assert_eq!(
                (report.rows, report.rejected),
                (2, 0),
                "{:?}",
                report.rejects
            );
            assert_eq!(rows.days("day"), ["2020-01-01", "2020-01-02"].map(day));
            assert_eq!(rows.days("known"), ["2020-01-05", "2020-01-06"].map(day));
            assert_eq!(rows.text("source"), [Some("GEO".into()), None]);
            assert_eq!(rows.number("deaths"), [Some(3.0), None]);
            assert_eq!(rows.lines(), [1, 2]);
        }
    }

    #[test]
    fn a_cut_or_changed_file_is_an_error_and_no_panic() {
        let set = map(MAP).unwrap();
        let whole = log(Arc::new(Date32Array::from(vec![18_262, 18_263])));
        for end in 0..whole.len() {
            assert!(
                read_as(set, "log.parquet", &whole[..end]).is_err(),
                "cut at {end}"
            );
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0xFF;
            // Some changes are within a value and cannot be seen.
            let _ = read_as(set, "log.parquet", &changed);
        }
        let Err(e) = read_as(set, "log.parquet", "d,k,s,n\n2020-01-01,,,\n") else {
            panic!("a CSV was read as Parquet");
        };
        assert!(e.to_string().contains("log.parquet"), "{e}");
    }

    #[test]
    fn a_missing_column_is_named() {
        let set = map(&MAP.replace("\"s\"", "\"who\"")).unwrap();
        let Err(e) = read_as(
            set,
            "log.parquet",
            log(Arc::new(Date32Array::from(vec![1, 2]))),
        ) else {
            panic!("read without a column");
        };
        assert!(e.to_string().contains("no column 'who'"), "{e}");
    }
}
