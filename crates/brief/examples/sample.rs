//! Writes the sample brief of the tests.
#[path = "../tests/sample/mod.rs"]
mod sample;
fn main() {
    let dir = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "/tmp/brief-sample".into());
    let doc = sample::document();
    match detente_brief::write(&doc, std::path::Path::new(&dir)) {
        Ok(w) => println!("{w:?}"),
        Err(e) => println!("{e}"),
    }
    print!(
        "{}",
        detente_brief::terminal::render(&doc, &Default::default())
    );
}
