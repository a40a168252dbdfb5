//! Which story a report is: its address without all that differs between copies of one text, or its number.

/// Parameters of a query string that say where a reader came from, not what is read; those that begin with `utm_` as well.
const TRACKING: [&str; 6] = ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid"];

/// The least words and letters of a path segment that is a headline.
const HEADLINE_WORDS: usize = 4;
const HEADLINE_LETTERS: usize = 20;

/// Reads stories; its texts are used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Stories {
    address: String,
    headline: String,
}

/// What a story is known by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Identity<'s> {
    /// The address, cleaned, or the number.
    pub(crate) address: &'s str,
    /// The words of the headline, where the address ends in one: copies on other hosts have the same.
    pub(crate) headline: Option<&'s str>,
}

impl Stories {
    /// The identity of a story; `None` where the text is empty, or the address is that of a whole site.
    pub(crate) fn identity(&mut self, story: &str) -> Option<Identity<'_>> {
        let story = story.trim();
        self.address.clear();
        self.headline.clear();
        let Some((host, rest)) = split(story) else {
            self.address.push_str(story);
            return (!story.is_empty()).then_some(Identity {
                address: &self.address,
                headline: None,
            });
        };
        let rest = rest.split('#').next().unwrap_or("");
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        lower(host, &mut self.address);
        let site = self.address.len();
        self.address.push_str(path);
        let mut between = '?';
        for parameter in query.split('&').filter(|p| !p.is_empty() && !tracks(p)) {
            self.address.push(between);
            self.address.push_str(parameter);
            between = '&';
        }
        if self.address.len() == site {
            return None;
        }
        let told = headline(path, &mut self.headline);
        Some(Identity {
            address: &self.address,
            headline: told.then_some(&self.headline),
        })
    }
}

/// The host of an address, in lower case and without `www.`; `None` for a story that has none.
pub(crate) fn host(story: &str) -> Option<String> {
    let (host, _) = split(story.trim())?;
    let mut text = String::new();
    lower(host, &mut text);
    Some(text)
}

/// Host and the rest of an address, which may lack the scheme.
fn split(story: &str) -> Option<(&str, &str)> {
    let bare = ["http://", "https://"]
        .iter()
        .find_map(|scheme| without(story, scheme));
    let address = bare.unwrap_or(story);
    let end = address.find(['/', '?', '#']).unwrap_or(address.len());
    let (host, rest) = address.split_at(end);
    let host = [":80", ":443"]
        .iter()
        .find_map(|port| host.strip_suffix(port))
        .unwrap_or(host);
    let named = bare.is_some() || (rest.starts_with('/') && is_host(host));
    named.then(|| (without(host, "www.").unwrap_or(host), rest))
}

/// The text after a prefix of ASCII letters in any case.
fn without<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

fn is_host(text: &str) -> bool {
    let letters = |label: &str| label.bytes().all(|b| b.is_ascii_alphabetic());
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    let last = text.rsplit_once('.').map_or("", |(_, last)| last);
    text.bytes().all(plain) && last.len() >= 2 && letters(last)
}

fn lower(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

fn tracks(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or("");
    without(name, "utm_").is_some() || TRACKING.iter().any(|t| name.eq_ignore_ascii_case(t))
}

/// Writes the headline that a path ends in; whether it ends in one.
fn headline(path: &str, out: &mut String) -> bool {
    let last = path.rsplit('/').next().unwrap_or("");
    // `.html`, `.aspx`: an ending is short and has no word breaks.
    let last = match last.rsplit_once('.') {
        Some((stem, end)) if end.len() <= 5 && end.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            stem
        }
        _ => last,
    };
    let (mut words, mut letters) = (0, 0);
    for word in last.split(['-', '_']).filter(|w| !w.is_empty()) {
        let n = word.chars().filter(|c| c.is_alphabetic()).count();
        words += usize::from(n > 0);
        letters += n;
        if !out.is_empty() {
            out.push('-');
        }
        lower(word, out);
    }
    words >= HEADLINE_WORDS && letters >= HEADLINE_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(story: &str) -> Option<String> {
        let mut stories = Stories::default();
        stories.identity(story).map(|i| i.address.to_owned())
    }

    fn headline_of(story: &str) -> Option<String> {
        let mut stories = Stories::default();
        stories
            .identity(story)
            .and_then(|i| i.headline.map(str::to_owned))
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        for copy in [
            "https://www.Example.org/World/1234.html",
            "http://example.org/World/1234.html",
            "HTTP://WWW.EXAMPLE.ORG:80/World/1234.html/",
            "example.org/World/1234.html#comments",
            " https://example.org/World/1234.html?utm_source=x&UTM_medium=y&fbclid=z ",
        ] {
            assert_eq!(
                address(copy).as_deref(),
                Some("example.org/World/1234.html"),
                "{copy}"
            );
        }
        assert_eq!(
            address("http://example.org/read?id=7&utm_source=x&page=2#top").as_deref(),
            Some("example.org/read?id=7&page=2")
        );
        // The case of a path can matter.
        assert_ne!(
            address("http://example.org/a/B"),
            address("http://example.org/a/b")
        );
    }

    #[test]
    fn numbers_and_citations_stay_as_they_are() {
        for story in [
            "48311910",
            "BBC Monitoring/Turan news agency, Baku",
            "3.14/2",
        ] {
            assert_eq!(address(story).as_deref(), Some(story));
            assert_eq!(headline_of(story), None);
            assert_eq!(host(story), None);
        }
    }

    #[test]
    fn a_site_or_nothing_is_no_story() {
        for story in [
            "",
            "  ",
            "http://",
            "http://example.org",
            "https://www.example.org/?utm_id=1",
        ] {
            assert_eq!(address(story), None, "{story}");
        }
    }

    #[test]
    fn a_headline_is_a_story_whatever_its_host() {
        let told = Some("armenia-and-azerbaijan-trade-blame-over-clashes".to_owned());
        for copy in [
            "https://www.one.com/news/world/armenia-and-azerbaijan-trade-blame-over-clashes/",
            "http://two.co.uk/Armenia_and_Azerbaijan_trade_blame_over_clashes.html?ref=x",
            "https://three.org/2020/09/27/armenia-and-azerbaijan-trade-blame-over-clashes#c",
        ] {
            assert_eq!(headline_of(copy), told, "{copy}");
        }
        // Three words; four short words; numbers are no words; a folder is not the last segment.
        for other in [
            "http://one.com/armenia-azerbaijan-negotiations",
            "http://one.com/to-be-or-not-to-be",
            "http://one.com/2020-09-27-15-00-1234567890123456789012",
            "http://one.com/armenia-and-azerbaijan-trade-blame-over-clashes/12345",
        ] {
            assert_eq!(headline_of(other), None, "{other}");
        }
    }

    #[test]
    fn hosts_fold_case_and_www() {
        assert_eq!(
            host("https://WWW.Example.org/x").as_deref(),
            Some("example.org")
        );
        assert_eq!(
            host("https://m.example.org").as_deref(),
            Some("m.example.org")
        );
    }
}
