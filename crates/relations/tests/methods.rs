//! The handbook of methods keeps the anchors that briefs link to.

use std::collections::BTreeSet;

const METHODS: &str = include_str!("../../../docs/methods.md");

/// Headings as anchors: what GitHub and most renderers make of them.
fn anchors() -> Vec<String> {
    METHODS
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase())
        .map(|title| {
            title
                .replace(' ', "-")
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == '-')
                .collect()
        })
        .collect()
}

#[test]
fn every_heading_is_unique() {
    let all = anchors();
    let unique: BTreeSet<&String> = all.iter().collect();
    assert_eq!(
        all.len(),
        unique.len(),
        "a doubled heading moves the anchor of the second"
    );
}

#[test]
fn links_inside_the_handbook_resolve() {
    let all: BTreeSet<String> = anchors().into_iter().collect();
    for link in METHODS
        .split("](#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(all.contains(link), "no heading for #{link}");
    }
}

#[test]
fn every_module_has_its_definition() {
    let all: BTreeSet<String> = anchors().into_iter().collect();
    for anchor in [
        "relation-index",
        "splice",
        "stability",
        "realistic",
        "alignment",
        "cohesion",
        "orientation",
        "standing",
        "coverage",
        "level-score",
    ] {
        assert!(all.contains(anchor), "no heading for #{anchor}");
    }
}
