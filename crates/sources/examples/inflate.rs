//! Inflates zips with the decoder that the readers use and does nothing with the bytes: the limit that reading is measured against.
//!
//!     cargo run --release -p detente-sources --example inflate -- [--threads 2] FILE...

use std::io::{BufReader, Read};
use std::sync::Mutex;
use std::time::Instant;

fn inflate(path: &str) -> zip::result::ZipResult<u64> {
    let mut archive = zip::ZipArchive::new(BufReader::new(std::fs::File::open(path)?))?;
    let mut room = vec![0; 256 * 1024];
    let mut bytes = 0;
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i)?;
        loop {
            match entry.read(&mut room)? {
                0 => break,
                n => bytes += n as u64,
            }
        }
    }
    Ok(bytes)
}

fn main() {
    let mut files = Vec::new();
    let mut threads = 2;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--threads" => threads = args.next().and_then(|n| n.parse().ok()).unwrap_or(threads),
            _ => files.push(arg),
        }
    }
    let queue = Mutex::new(files.iter());
    let total = Mutex::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no thread panics").next();
                    let Some(file) = next else { break };
                    match inflate(file) {
                        Ok(bytes) => *total.lock().expect("no thread panics") += bytes,
                        Err(e) => println!("{file}: {e}"),
                    }
                }
            });
        }
    });
    let bytes: u64 = *total.lock().expect("no thread panics");
    let seconds = start.elapsed().as_secs_f64();
    println!("{bytes} bytes, {seconds:.3} s on {threads} threads");
}
