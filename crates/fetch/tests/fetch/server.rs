//! A web server on this machine that lays files out as a publisher does, and misbehaves where it is told to.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How a path is answered. The last one told stays.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The file, ranges and marks obeyed.
    Good,
    /// The file from its beginning, whatever range was asked for.
    NoRange,
    /// A status without a file, with a header.
    Status(u16, &'static str),
    /// Nothing for so long, then the file.
    Slow(Duration),
    /// The headers of the file and its first bytes.
    Cut(usize),
    /// Other bytes, with status 200 and a header.
    Other(Vec<u8>, &'static str),
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HashMap<String, String>,
}

#[derive(Default)]
struct State {
    files: HashMap<String, Vec<u8>>,
    answers: HashMap<String, VecDeque<Answer>>,
    asked: Vec<Asked>,
    now: usize,
    most: usize,
}

pub struct Server {
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    port: u16,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, ended) = (state.clone(), stop.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), shared) = (stream, shared.clone()) else {
                    continue;
                };
                std::thread::spawn(move || {
                    shared.lock().unwrap().enter();
                    // A client that goes away is its own affair.
                    let _ = serve(&stream, &shared);
                    shared.lock().unwrap().now -= 1;
                });
            }
        });
        Server {
            state,
            stop,
            port,
            thread: Some(thread),
        }
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.state
            .lock()
            .unwrap()
            .files
            .insert(path.to_owned(), bytes.into());
    }

    pub fn tell(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let mut state = self.state.lock().unwrap();
        state
            .answers
            .insert(path.to_owned(), answers.into_iter().collect());
    }

    /// All that came for a path.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let state = self.state.lock().unwrap();
        state
            .asked
            .iter()
            .filter(|a| a.path == path)
            .cloned()
            .collect()
    }

    /// The most connections at a time.
    pub fn most(&self) -> usize {
        self.state.lock().unwrap().most
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl State {
    fn enter(&mut self) {
        self.now += 1;
        self.most = self.most.max(self.now);
    }
}

fn serve(mut stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    for line in lines.by_ref() {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let (answer, file) = {
        let mut state = state.lock().unwrap();
        let queue = state.answers.entry(path.clone()).or_default();
        let answer = match queue.len() {
            0 => Answer::Good,
            1 => queue[0].clone(),
            _ => queue.pop_front().unwrap(),
        };
        let file = state.files.get(&path).cloned();
        let headers = headers.clone();
        state.asked.push(Asked { path, headers });
        (answer, file)
    };
    let end = "Connection: close\r\n\r\n";
    let status = |code: u16, header: &str| {
        let header = if header.is_empty() {
            String::new()
        } else {
            format!("{header}\r\n")
        };
        format!("HTTP/1.1 {code} X\r\n{header}Content-Length: 0\r\n{end}").into_bytes()
    };
    let reply = match (answer, file) {
        (Answer::Status(code, header), _) => status(code, header),
        (Answer::Other(bytes, header), _) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: {}\r\n{end}",
                bytes.len()
            );
            [head.into_bytes(), bytes].concat()
        }
        (_, None) => status(404, ""),
        (answer, Some(file)) => {
            if let Answer::Slow(wait) = answer {
                std::thread::sleep(wait);
            }
            let etag = format!(
                "\"{}-{}\"",
                file.len(),
                file.iter().map(|b| u64::from(*b)).sum::<u64>()
            );
            let range = headers
                .get("range")
                .and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
            let same = headers.get("if-range").is_none_or(|mark| *mark == etag);
            match range.filter(|_| same && !matches!(answer, Answer::NoRange)) {
                _ if headers.get("if-none-match") == Some(&etag) => status(304, ""),
                Some(from) if from >= file.len() => status(416, ""),
                range => {
                    let from: usize = range.unwrap_or(0);
                    let whole = file.len();
                    let line = match range {
                        Some(_) => format!(
                            "206 Partial Content\r\nContent-Range: bytes {from}-{}/{whole}",
                            whole - 1
                        ),
                        None => "200 OK".to_owned(),
                    };
                    let head = format!(
                        "HTTP/1.1 {line}\r\nETag: {etag}\r\nContent-Length: {}\r\n{end}",
                        whole - from
                    );
                    let to = match answer {
                        Answer::Cut(n) => (from + n).min(whole),
                        _ => whole,
                    };
                    [head.as_bytes(), &file[from..to]].concat()
                }
            }
        }
    };
    stream.write_all(&reply)
}
