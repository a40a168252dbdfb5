//! A day of GDELT on a server of this machine: the rows of a real file, cut into the 96 files of a day.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::server::Server;
use crate::support::{Ran, command, workspace};

pub const DAY: &str = "2019-01-21";
pub const LIST: &str = "/gdeltv2/masterfilelist.txt";

/// States whose CAMEO code is their ISO code, and that no other code in a row overrides.
const STATES: [&str; 8] = ["USA", "GBR", "MEX", "CAN", "ISR", "IRQ", "FRA", "LBY"];

pub struct World {
    pub server: Server,
    pub zips: Vec<Vec<u8>>,
    pub lake: PathBuf,
    rows: Vec<Vec<String>>,
    dir: tempfile::TempDir,
}

/// All places of a day.
pub fn all() -> Vec<usize> {
    (0..96).collect()
}

impl World {
    /// With a server that behaves.
    pub fn new() -> World {
        let real = "crates/sources/tests/data/real/20190121220000.export.CSV.zip";
        let file = std::fs::File::open(workspace().join(real)).unwrap();
        let mut text = String::new();
        let mut zip = zip::ZipArchive::new(file).unwrap();
        zip.by_index(0).unwrap().read_to_string(&mut text).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let part = |slot: usize| -> Range<usize> {
            lines.len() * slot / 96..lines.len() * (slot + 1) / 96
        };
        let rows: Vec<Vec<String>> = all()
            .into_iter()
            .map(|slot| lines[part(slot)].iter().map(|l| (*l).to_owned()).collect())
            .collect();
        let dir = tempfile::tempdir().unwrap();
        let mut world = World {
            server: Server::start(),
            zips: Vec::new(),
            lake: dir.path().join("lake"),
            rows,
            dir,
        };
        world.zips = all()
            .into_iter()
            .map(|slot| world.zip(slot, &world.rows[slot]))
            .collect();
        world.publish(&all());
        world
    }

    fn zip(&self, slot: usize, rows: &[String]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let name = self.name(slot);
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.trim_end_matches(".zip"), options)
            .unwrap();
        for row in rows {
            writeln!(zip, "{row}").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// The file with its last column cut off in every row.
    pub fn with_sixty_columns(&self, slot: usize) -> Vec<u8> {
        let cut = |row: &String| row.rsplit_once('\t').unwrap().0.to_owned();
        let rows: Vec<String> = self.rows[slot].iter().map(cut).collect();
        self.zip(slot, &rows)
    }

    pub fn name(&self, slot: usize) -> String {
        let (hour, minute) = (slot / 4, slot % 4 * 15);
        format!("20190121{hour:02}{minute:02}00.export.CSV.zip")
    }

    pub fn path(&self, slot: usize) -> String {
        format!("/gdeltv2/{}", self.name(slot))
    }

    pub fn downloads(&self) -> PathBuf {
        self.dir.path().join("downloads")
    }

    /// Lays the files out, and the list of those.
    pub fn publish(&self, slots: &[usize]) {
        use md5::Digest as _;
        let mut list = String::new();
        for slot in slots {
            let zip = &self.zips[*slot];
            let sum: String = md5::Md5::digest(zip)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            let url = format!("http://data.gdeltproject.org{}", self.path(*slot));
            list += &format!("{} {sum} {url}\n", zip.len());
            self.server.put(&self.path(*slot), zip.clone());
        }
        self.server.put(LIST, list);
    }

    /// The program, on this world's lake and downloads, with no proxy between it and the server.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = command(&self.lake, args);
        if args.first() == Some(&"fetch") {
            command.arg("--downloads").arg(self.downloads());
        }
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        command.env_remove("DATAVERSE_TOKEN");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args)
            .output()
            .expect("the program starts")
            .into()
    }

    pub fn arguments<'a>(&self, options: &[&'a str]) -> Vec<&'a str> {
        let base: &'static str = self.server.base().leak();
        let args = [
            "fetch",
            "gdelt",
            "--from",
            DAY,
            "--to",
            DAY,
            "--base-url",
            base,
        ];
        [&args[..], options].concat()
    }

    pub fn fetch(&self, options: &[&str]) -> Ran {
        self.run(&self.arguments(&[&["--format", "json"], options].concat()))
    }

    pub fn repair(&self) -> Ran {
        let base = self.server.base();
        self.run(&["fetch", "--repair", "--base-url", &base, "--format", "json"])
    }

    /// The events in the lake are those of these files, counted here from the rows of the files, and no other.
    #[track_caller]
    pub fn holds(&self, slots: &[usize]) {
        let rows: Vec<Vec<&str>> = slots
            .iter()
            .flat_map(|slot| &self.rows[*slot])
            .map(|row| row.split('\t').collect())
            .collect();
        let files = self.run(&["export", "events", "--columns", "file"]).ok();
        assert_eq!(files.lines().count() - 1, rows.len());
        let ask = [
            "export",
            "events",
            "--by",
            "year",
            "--keys",
            "source,target",
            "--format",
            "json",
        ];
        let mut got: BTreeMap<(String, String), u64> = BTreeMap::new();
        for dyad in self.run(&ask).json().as_array().unwrap() {
            let word = |key: &str| dyad[key].as_str().unwrap_or_default().to_owned();
            let key = (word("source"), word("target"));
            if STATES.contains(&key.0.as_str()) && STATES.contains(&key.1.as_str()) {
                *got.entry(key).or_default() += dyad["n"].as_f64().unwrap() as u64;
            }
        }
        let mut counted: BTreeMap<(String, String), u64> = BTreeMap::new();
        for row in &rows {
            // Columns 8 and 18 of 61: the country codes of the actors.
            let (a, b) = (row[7], row[17]);
            if STATES.contains(&a) && STATES.contains(&b) {
                *counted.entry((a.to_owned(), b.to_owned())).or_default() += 1;
            }
        }
        assert_eq!(got, counted);
    }

    fn coverage(&self) -> Value {
        let (from, to) = (format!("--from={DAY}"), format!("--to={DAY}"));
        self.run(&["coverage", "gdelt-2", &from, &to, "--format=json"])
            .json()
    }

    #[track_caller]
    pub fn whole(&self) {
        let spans = self.coverage();
        assert_eq!(spans.as_array().unwrap().len(), 1);
        assert_eq!(spans[0]["status"], "complete", "{spans:#}");
    }

    #[track_caller]
    pub fn partial(&self, reason: &str) {
        let spans = self.coverage();
        assert_eq!(spans.as_array().unwrap().len(), 1);
        assert_eq!(spans[0]["status"], "partial", "{spans:#}");
        assert!(
            spans[0]["reason"].as_str().unwrap().contains(reason),
            "{spans:#}"
        );
    }

    /// Nothing was read: every day is missing.
    #[track_caller]
    pub fn nothing(&self) {
        assert_eq!(self.coverage(), Value::Array(vec![]), "no day is covered");
        let text = self.run(&["coverage", "gdelt-2"]).ok();
        assert!(text.contains("every day of it is missing"), "{text}");
    }
}

impl Ran {
    /// The report, where the run ended with this code.
    #[track_caller]
    pub fn report(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}
