//! Who published a report.

/// The host of a web address, without `www.`; `None` where the text is none (`BBC Monitoring`). It may hold capitals.
pub(super) fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end)?;
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = host.split(':').next().unwrap_or(host);
    let bare = match host.split_at_checked(4) {
        Some((www, bare)) if www.eq_ignore_ascii_case("www.") => bare,
        _ => host,
    };
    (!bare.is_empty()).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_stands_before_the_path() {
        assert_eq!(
            host("http://www.TucsonNewsNow.com/story/1"),
            Some("TucsonNewsNow.com")
        );
        assert_eq!(
            host("https://timesofindia.indiatimes.com?x=1"),
            Some("timesofindia.indiatimes.com")
        );
        assert_eq!(
            host("http://me:pass@example.org:8080/a"),
            Some("example.org")
        );
        assert_eq!(host("http://example.org"), Some("example.org"));
        for none in [
            "",
            "BBC Monitoring",
            "://x",
            "http://",
            "http://www.",
            "a b://c",
        ] {
            assert_eq!(host(none), None, "{none}");
        }
    }
}
