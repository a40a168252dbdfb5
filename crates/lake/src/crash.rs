//! Named points at which a test can kill the process, to show that every state on disk is a sound lake.

/// Aborts the process where the test asked for this point; nothing in a release.
#[inline]
pub(crate) fn point(name: &str) {
    #[cfg(test)]
    if std::env::var("LAKE_CRASH_AT").is_ok_and(|at| at == name) {
        std::process::abort();
    }
    #[cfg(not(test))]
    let _ = name;
}
