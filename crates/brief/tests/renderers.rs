//! What readers get: snapshots of every renderer, and the soundness of the files.

mod sample;

use detente_brief::{chart, html, json, markdown, terminal, write};
use std::collections::HashSet;

#[test]
fn html_reads_as_agreed() {
    insta::assert_snapshot!(html::render(&sample::document()));
}

#[test]
fn markdown_reads_as_agreed() {
    insta::assert_snapshot!(markdown::render(&sample::document()));
}

#[test]
fn terminal_reads_as_agreed() {
    insta::assert_snapshot!(terminal::render(
        &sample::document(),
        &terminal::Options::default()
    ));
}

#[test]
fn charts_read_as_agreed() {
    let document = sample::document();
    for block in document.charts() {
        insta::assert_snapshot!(block.id.as_str(), chart::standalone(block, &document));
    }
}

#[test]
fn json_loads_again() {
    let document = sample::document();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("brief.json");
    std::fs::write(&path, json::render(&document)).unwrap();
    assert!(
        json::load(&path).unwrap() == document,
        "the brief that loads is the one that was written"
    );
    let text = json::render(&document);
    assert!(text.contains("\"as_of\": \"2024-12-31\"") && text.contains("\"month\": \"1997-05\""));

    std::fs::write(&path, text.replace("detente-brief/1", "detente-brief/0")).unwrap();
    let error = json::load(&path).unwrap_err().to_string();
    assert!(
        error.contains("detente-brief/0") && error.contains("brief.json"),
        "{error}"
    );
    std::fs::write(&path, "{\"schema\": \"detente-brief/1\", \"title\": 3}").unwrap();
    assert!(
        json::load(&path)
            .unwrap_err()
            .to_string()
            .contains("is not a brief")
    );
}

#[test]
fn the_summary_keeps_its_page() {
    let document = sample::document();
    for width in [40, 72, 100, 160] {
        let text = terminal::render(
            &document,
            &terminal::Options {
                width,
                ..Default::default()
            },
        );
        assert!(
            text.lines().all(|l| l.chars().count() <= width),
            "{width}\n{text}"
        );
        assert!(!text.contains('\u{1b}'), "no colour unless asked for");
    }
    let short = terminal::render(
        &document,
        &terminal::Options {
            lines: 12,
            ..Default::default()
        },
    );
    assert!(short.lines().count() <= 12, "{short}");
    assert!(
        short.contains("more lines had no room"),
        "nothing is dropped in silence"
    );
    let colour = terminal::render(
        &document,
        &terminal::Options {
            colour: true,
            ..Default::default()
        },
    );
    assert!(colour.contains("\u{1b}[1m"));
}

#[test]
fn every_link_has_its_end() {
    let page = html::render(&sample::document());
    let ids: Vec<&str> = attributes(&page, "id");
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id is used twice");
    let links = attributes(&page, "href");
    assert!(links.len() > 60);
    for link in links {
        let end = link
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{link} leaves the page"));
        assert!(unique.contains(end), "{link} has no end");
    }
    for pattern in page
        .split("url(#")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap())
    {
        assert!(unique.contains(pattern), "{pattern} is not drawn");
    }
    // Every figure leads to its evidence, and every piece of evidence back to where it is used.
    let document = sample::document();
    for evidence in &document.evidence {
        assert!(page.contains(&format!("id=\"e-{}\"", evidence.id)));
    }
    let figures = document
        .statements()
        .iter()
        .flat_map(|s| s.figures())
        .count()
        + document
            .tables()
            .flat_map(|t| t.rows().flatten())
            .map(|c| c.figures().len())
            .sum::<usize>();
    assert_eq!(
        page.matches("class=\"f").count()
            - page.matches("class=\"facts\"").count()
            - page.matches("class=\"finding\"").count(),
        figures
    );
}

#[test]
fn nothing_is_fetched() {
    let document = sample::document();
    let mut files = vec![html::render(&document)];
    files.extend(document.charts().map(|c| chart::standalone(c, &document)));
    for text in files {
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for bad in [
            "http:", "https:", " src=", "@import", "<link", "url(\"", "url('",
        ] {
            assert!(!text.contains(bad), "{bad}");
        }
    }
}

#[test]
fn pages_and_charts_are_well_formed() {
    let document = sample::document();
    let page = html::render(&document);
    let body = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    balanced(body);
    for block in document.charts() {
        let svg = chart::standalone(block, &document);
        balanced(&svg);
        assert!(svg.contains("<title") && svg.contains("<desc"));
        for number in ["NaN", "inf", "-0\""] {
            assert!(
                !svg.contains(&format!("\"{number}")) && !svg.contains(&format!(" {number} ")),
                "{number}"
            );
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let mut document = sample::document();
    document.title = "<script>alert(\"x\")</script> & 'y'".into();
    document.evidence[0].sample.rows[0][0] = "<img src=x onerror=alert(1)>|`*".into();
    let page = html::render(&document);
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    balanced(page.strip_prefix("<!DOCTYPE html>\n").unwrap());
    assert!(markdown::render(&document).contains("\\<img src=x onerror=alert(1)\\>\\|\\`\\*"));
}

#[test]
fn texts_of_charts_stay_inside() {
    // Every x of a text lies inside the drawing; the widths of texts are checked where they are placed.
    let document = sample::document();
    for block in document.charts() {
        for width in [chart::WIDE, chart::NARROW] {
            let svg = chart::inline(block, width, "p");
            for text in svg.split("<text ").skip(1) {
                let x: f64 = attributes(text, "x")[0].parse().unwrap();
                assert!((0.0..=width).contains(&x), "{x} in {}", block.id);
            }
        }
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (a, b) = (sample::document(), sample::document());
    assert_eq!(html::render(&a), html::render(&b));
    assert_eq!(json::render(&a), json::render(&b));
}

#[test]
fn a_brief_is_written_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("deep/out");
    let mut broken = sample::document();
    broken.sections[0].title = "Since 1994".into();
    let error = write(&broken, &out).unwrap_err().to_string();
    assert!(
        error.contains("section bottom-line [digit]") && error.contains("nothing was written"),
        "{error}"
    );
    assert!(!out.exists());

    let document = sample::document();
    let written = write(&document, &out).unwrap();
    assert_eq!(
        std::fs::read_to_string(&written.html).unwrap(),
        html::render(&document)
    );
    assert!(json::load(&written.json).unwrap() == document);
    assert_eq!(written.charts.len(), 4);
    let mut names: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["brief.html", "brief.json", "brief.md", "charts"]);
    assert_eq!(std::fs::read_dir(out.join("charts")).unwrap().count(), 4);
    write(&document, &out).unwrap();

    let file = dir.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let error = write(&document, &file).unwrap_err().to_string();
    assert!(
        error.starts_with("cannot write") && error.contains("a-file"),
        "{error}"
    );
}

/// Contrast after WCAG 2.1, success criteria 1.4.3 (text, 4.5) and 1.4.11 (graphics, 3), in both themes.
#[test]
fn colours_stand_out() {
    let page = html::render(&sample::document());
    let themes: Vec<&str> = page
        .split(":root{")
        .skip(1)
        .take(2)
        .map(|t| t.split('}').next().unwrap())
        .collect();
    assert_eq!(themes.len(), 2);
    for theme in themes {
        let colour = |name: &str| -> &str {
            theme
                .split([';', '\n'])
                .find_map(|d| d.strip_prefix(&format!("--{name}:")))
                .unwrap_or_else(|| panic!("{name}"))
        };
        for paper in ["paper", "raised"] {
            for text in ["ink", "mute", "link", "accent", "good", "bad"] {
                let c = contrast(colour(text), colour(paper));
                assert!(c >= 4.5, "{text} on {paper}: {c:.2}");
            }
        }
        assert!(contrast(colour("ink"), colour("mark")) >= 4.5);
        for line in ["d-c0", "d-c1", "d-c2", "d-c3"] {
            let c = contrast(colour(line), colour("paper"));
            assert!(c >= 3.0, "{line}: {c:.2}");
        }
    }
}

fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |hex: &str| {
        let hex = hex.trim_start_matches('#');
        let step = hex.len() / 3;
        let channel = |i: usize| {
            let text = hex[i * step..(i + 1) * step].repeat(3 - step);
            let c = f64::from(u8::from_str_radix(&text, 16).unwrap()) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The values of an attribute in order.
fn attributes<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.split(&format!(" {name}=\""))
        .skip(1)
        .map(|rest| &rest[..rest.find('"').unwrap()])
        .chain(
            // An attribute at the very beginning of a fragment.
            text.strip_prefix(&format!("{name}=\""))
                .map(|rest| &rest[..rest.find('"').unwrap()]),
        )
        .collect()
}

/// A strict reading of tags: each is closed, in order, attributes are quoted and not repeated, no stray `<` or `&`.
fn balanced(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let plain = &rest[..at];
        let raw = matches!(open.last(), Some(&"style") | Some(&"script"));
        if !raw {
            assert!(!plain.contains('>'), "stray > in {plain:?}");
            for entity in plain.split('&').skip(1) {
                let name = entity.split(';').next().unwrap();
                assert!(
                    ["amp", "lt", "gt", "quot", "#39"].contains(&name),
                    "stray & before {name:?}"
                );
            }
        }
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order");
            continue;
        }
        let (name, attrs) = tag
            .trim_end_matches('/')
            .split_once(' ')
            .unwrap_or((tag.trim_end_matches('/'), ""));
        let mut seen = HashSet::new();
        let mut left = attrs.trim();
        while !left.is_empty() {
            let (key, value) = left
                .split_once("=\"")
                .unwrap_or_else(|| panic!("bare attribute in <{tag}>"));
            assert!(seen.insert(key.trim()), "{key} repeated in <{tag}>");
            left = value.split_once('"').expect("a quoted value ends").1.trim();
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}
