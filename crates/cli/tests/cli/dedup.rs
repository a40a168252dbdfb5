//! What folds, and that folding protects an index against copies. Expected figures were counted in the files with Python.

use super::support::run;

/// The rows between Armenia and Azerbaijan.
const PAIR: &str = "(source = ARM and target = AZE) or (source = AZE and target = ARM)";

fn report(fold: &str) -> serde_json::Value {
    run(&[
        "dedup",
        "icews-events",
        "--report",
        "--fold",
        fold,
        "--where",
        PAIR,
        "--format",
        "json",
    ])
    .json()
}
