//! How a partnership is found: by path, by name in a folder, among the shipped.

use detente_partnership::{FileError, check, parse, read};

/// A sound file.
const SOUND: &str = include_str!("files/sound.toml");

#[test]
fn files_that_cannot_be_read_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("latin1.toml");
    std::fs::write(&path, b"[partnership]\ntitle = \"T\xfcrkiye\"").unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert!(
        error.contains("latin1.toml: not UTF-8 from byte 24 on: save the file as UTF-8"),
        "{error}"
    );
    let error = read(&dir.path().join("absent.toml"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("absent.toml: cannot be read"), "{error}");
    for text in ["", "# nothing\n"] {
        let error = parse(text, "empty.toml").unwrap_err().to_string();
        assert!(
            error.contains("empty.toml:1:1: the file lacks [partnership]"),
            "{error}"
        );
    }
}

#[test]
fn a_name_is_looked_for_in_the_folders_first_then_among_the_shipped() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("eu-moldova.toml"), SOUND).unwrap();
    std::fs::write(dir.path().join("eu-georgia.toml"), SOUND).unwrap();
    let dirs = [dir.path().to_owned()];
    assert_eq!(
        check("eu-moldova", &dirs).unwrap().partnership.id,
        "eu-moldova"
    );
    assert_eq!(
        check("eu-georgia", &dirs).unwrap().partnership.id,
        "eu-moldova"
    );
    assert_eq!(
        check("nato-azerbaijan", &dirs).unwrap().origin,
        "nato-azerbaijan.toml (shipped)"
    );
    let path = dir.path().join("eu-moldova.toml");
    assert_eq!(
        check(path.to_str().unwrap(), &[]).unwrap().partnership.id,
        "eu-moldova"
    );
    let error = check("nato-azerbajan", &dirs).unwrap_err();
    assert!(matches!(error, FileError::NotFound { .. }));
    let error = error.to_string();
    assert!(
        error.contains("did you mean 'nato-azerbaijan'?") && error.contains("eu-moldova"),
        "{error}"
    );
    assert!(
        check("absent.toml", &dirs)
            .unwrap_err()
            .to_string()
            .contains("cannot be read")
    );
}
