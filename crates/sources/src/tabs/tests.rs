//! The splitter against the plain way of the standard library, on every block boundary.

use std::io::{BufReader, Read};

use proptest::prelude::*;

use super::*;
use crate::error::Place;

fn member() -> Member {
    Member {
        place: Place::file(std::path::Path::new("a.tab")),
        label: "a.tab".to_owned(),
        name: "a.tab".to_owned(),
    }
}

type Lines = Vec<Vec<String>>;

fn split(bytes: &[u8], block: usize) -> Result<Lines, ReadError> {
    split_from(&mut &*bytes, block, false)
}

fn split_from(input: &mut dyn BufRead, block: usize, latin: bool) -> Result<Lines, ReadError> {
    let member = member();
    let mut tabs = Tabs::with_blocks(input, &member, block);
    tabs.latin = latin;
    let mut lines = Lines::new();
    while let Some(line) = tabs.next()? {
        let fields: Vec<String> = line.fields().map(str::to_owned).collect();
        assert_eq!(fields.len(), line.len());
        assert_eq!(line.text(), fields.join("\t"));
        assert_eq!(line.get(fields.len()), "", "after the last field");
        lines.push(fields);
        assert_eq!(line.number, lines.len() as u64);
    }
    Ok(lines)
}

/// What the standard library makes of it.
fn naive(text: &str) -> Lines {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

#[test]
fn lines_are_the_same_wherever_a_block_ends() {
    let text = "\u{FEFF}a\tb\té\r\n\n\t\t\r\nlast line, longer than the others ☃\tx\n\r\n\tend";
    for block in 1..2 * text.len() {
        assert_eq!(
            split(text.as_bytes(), block).unwrap(),
            naive(text),
            "{block}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_splits_as_the_standard_library_splits_it(
        text in "(\u{FEFF})?[a\tbé\n\r☃0-9]{1,300}",
        block in 1usize..80,
        chunk in 1usize..20,
    ) {
        let mut slow = BufReader::with_capacity(chunk, text.as_bytes());
        let lines = split_from(&mut slow, block, false).unwrap();
        // A byte-order mark alone is a line without text for the splitter too.
        prop_assert_eq!(lines, naive(&text));
    }

    #[test]
    fn any_bytes_split_without_panic_and_as_latin_letters(
        bytes in proptest::collection::vec(prop_oneof![Just(b'\t'), Just(b'\n'), any::<u8>()], 1..200),
        block in 1usize..80,
    ) {
        let fields: usize = split_from(&mut &*bytes, block, true).unwrap().iter().map(Vec::len).sum();
        let ends = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let marks = ends.iter().filter(|b| b"\t\n".contains(b)).count();
        prop_assert_eq!(fields, marks + 1);
        let _ = split(&bytes, block);
    }
}

#[test]
fn nothing_has_no_lines() {
    assert_eq!(split(b"", 8).unwrap(), Lines::new());
}

#[test]
fn bytes_that_are_not_utf_8_are_an_error_of_their_row_and_column() {
    for block in [1, 7, 16, 1000] {
        let e = split(b"a\tb\nc\tx\xE9\nd\te\n", block).unwrap_err();
        assert_eq!(
            (e.place.row, e.place.field.as_deref()),
            (Some(2), Some("column 2")),
            "{block}"
        );
        assert!(matches!(e.fault, Fault::Encoding { sound: 1 }), "{e}");
    }
}

#[test]
fn latin_letters_are_read_where_they_are_allowed_and_utf_8_stays_utf_8() {
    let bytes = b"\xC3\xA9\tb\n\xE9\tSa\xF4ne\tx\n";
    for block in [1, 6, 1000] {
        let lines = split_from(&mut &bytes[..], block, true).unwrap();
        assert_eq!(lines, [vec!["é", "b"], vec!["é", "Saône", "x"]], "{block}");
    }
}

#[test]
fn a_line_without_end_is_an_error_and_a_long_one_is_none() {
    let mut sound = vec![b'x'; LONGEST];
    sound.push(b'\n');
    let lines = split(&sound, BLOCK).unwrap();
    assert_eq!((lines.len(), lines[0][0].len()), (1, LONGEST));
    for ending in [&b""[..], b"\n"] {
        let mut bytes = b"a\n".to_vec();
        bytes.resize(LONGEST + 3, b'x');
        bytes.extend(ending);
        let e = split(&bytes, BLOCK).unwrap_err();
        assert!(matches!(e.fault, Fault::Damaged(_)), "{e}");
        assert!(
            e.to_string().contains("row 2: ") && e.to_string().contains("longer than 16 MiB"),
            "{e}"
        );
    }
}

/// Gives some bytes, then fails.
struct Breaks<'b>(&'b [u8]);

impl Read for Breaks<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buf)? {
            0 => Err(io::Error::new(ErrorKind::UnexpectedEof, "cut")),
            n => Ok(n),
        }
    }
}

#[test]
fn an_error_of_the_stream_comes_after_the_lines_before_it() {
    for block in [1, 4, 1000] {
        let member = member();
        let mut input = BufReader::new(Breaks(b"a\tb\nc\tdd"));
        let mut tabs = Tabs::with_blocks(&mut input, &member, block);
        assert_eq!(tabs.next().unwrap().unwrap().text(), "a\tb");
        let e = tabs.next().unwrap_err();
        assert_eq!(e.place.row, Some(2));
        assert!(matches!(e.fault, Fault::Cut(_)), "{e}");
    }
}
