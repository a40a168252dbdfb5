//! One HTTP client for all downloads of a run: who we are, how long we wait, where a token may go.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::http::{Response, Uri, header};
use ureq::{Agent, Body};

use crate::failure::{Failure, Trouble};
use crate::retry;

/// Addresses that one request may be sent on to.
const REDIRECTS: usize = 8;

/// How to fetch.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Tries after the first.
    pub retries: u32,
    /// The wait before the second try; it doubles.
    pub first_wait: Duration,
    /// How long to wait for a connection, an answer, or the next bytes.
    pub timeout: Duration,
    /// Downloads at a time.
    pub jobs: usize,
    /// Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count.
    pub proxy_from_env: bool,
    /// Whether a list that only grows is fetched whole where it has changed: for files that do not fit what it says of them.
    pub whole_lists: bool,
    /// The token of a Dataverse.
    pub token: Option<Token>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            retries: 5,
            first_wait: Duration::from_secs(1),
            timeout: Duration::from_secs(60),
            jobs: 4,
            proxy_from_env: true,
            whole_lists: false,
            token: None,
        }
    }
}

/// A secret, which no message shows, and the one server that it is for.
#[derive(Clone)]
pub struct Token {
    secret: String,
    base: String,
}

impl Token {
    /// A token for the server at `base`.
    pub fn new(secret: &str, base: &str) -> Token {
        Token {
            secret: secret.trim().to_owned(),
            base: base.to_owned(),
        }
    }

    /// Whether it may be sent there: to its own server only, and not in the clear over a network.
    fn is_for(&self, uri: &Uri) -> bool {
        let Ok(base) = self.base.parse::<Uri>() else {
            return false;
        };
        let same = base.scheme() == uri.scheme() && base.authority() == uri.authority();
        let local = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
        same && (uri.scheme_str() == Some("https") || local)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(for {})", self.base)
    }
}

/// What a request asks beside the address.
#[derive(Debug, Default)]
pub(crate) struct Ask<'a> {
    /// Only the bytes from here on.
    pub(crate) from: u64,
    /// Only if the file is still the one of this mark (an ETag or a date): all of it otherwise.
    pub(crate) if_range: Option<&'a str>,
    /// Only if the file is no longer the one of this mark.
    pub(crate) unless: Option<&'a str>,
}

/// The client.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    pub(crate) settings: Settings,
    /// No request before this: a server that asks one of us to wait means all of us.
    not_before: Mutex<Option<Instant>>,
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: Settings) -> Client {
        let name = concat!("detente/", env!("CARGO_PKG_VERSION"));
        let mut config = Agent::config_builder()
            .user_agent(name)
            .accept("*/*")
            // Sums and sizes are those of the file as it lies on the server.
            .accept_encoding("identity")
            .http_status_as_error(false)
            // Redirects are followed here, so that a token goes to its own server only.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(settings.timeout))
            .timeout_connect(Some(settings.timeout))
            .timeout_recv_response(Some(settings.timeout))
            // A large file may take its time as long as bytes come.
            .timeout_per_read(Some(settings.timeout))
            .timeout_per_write(Some(settings.timeout));
        if !settings.proxy_from_env {
            config = config.proxy(None);
        }
        Client {
            agent: config.build().into(),
            settings,
            not_before: Mutex::new(None),
        }
    }

    /// Asks once. An answer is one that brings bytes or says that they are unchanged: 200, 206, 304, 416.
    pub(crate) fn get(&self, url: &str, ask: &Ask<'_>) -> Result<Response<Body>, Trouble> {
        self.wait_our_turn();
        let mut url: Uri = address(url)?;
        for _ in 0..=REDIRECTS {
            let mut request = self.agent.get(&url);
            if ask.from > 0 {
                request = request.header(header::RANGE, format!("bytes={}-", ask.from));
                if let Some(mark) = ask.if_range {
                    request = request.header(header::IF_RANGE, mark);
                }
            }
            if let Some(mark) = ask.unless {
                let name = if is_date(mark) {
                    header::IF_MODIFIED_SINCE
                } else {
                    header::IF_NONE_MATCH
                };
                request = request.header(name, mark);
            }
            if let Some(token) = self.settings.token.as_ref().filter(|t| t.is_for(&url)) {
                request = request.header("X-Dataverse-key", &token.secret);
            }
            let response = request.call().map_err(|e| classify(&e))?;
            let status = response.status().as_u16();
            if let 301 | 302 | 303 | 307 | 308 = status {
                url = next(&url, &response)?;
                continue;
            }
            return self.judge(status, response);
        }
        Err(Failure::Address(format!("more than {REDIRECTS} redirects")).into())
    }

    fn judge(&self, status: u16, response: Response<Body>) -> Result<Response<Body>, Trouble> {
        let failure = match status {
            200 | 206 | 304 | 416 => return Ok(response),
            404 | 410 => Failure::Absent(status),
            401 | 403 => Failure::Refused(status),
            408 | 425 | 429 | 500..=599 => Failure::Busy(status),
            _ => Failure::Status(status),
        };
        let asked = text(&response, header::RETRY_AFTER)
            .and_then(|t| retry::retry_after(t, std::time::SystemTime::now()));
        let retry_after = asked.filter(|_| failure.passes());
        if let Some(wait) = retry_after {
            let until = Instant::now() + wait;
            let mut turn = self
                .not_before
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *turn = Some(turn.map_or(until, |t| t.max(until)));
        }
        Err(Trouble {
            failure,
            retry_after,
        })
    }

    fn wait_our_turn(&self) {
        let until = *self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = until {
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
        }
    }
}

/// A header as text.
pub(crate) fn text(response: &Response<Body>, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Whether a mark is a date and no ETag.
fn is_date(mark: &str) -> bool {
    !mark.starts_with('"') && !mark.starts_with("W/")
}

fn address(url: &str) -> Result<Uri, Failure> {
    let bad = |why: &str| Failure::Address(format!("'{url}' {why}"));
    let uri: Uri = url.parse().map_err(|_| bad("is no URL"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(_)) => Ok(uri),
        (Some("https"), Some(_)) if cfg!(feature = "tls") => Ok(uri),
        (Some("https"), Some(_)) => Err(bad("needs TLS, which this program was built without")),
        _ => Err(bad("is no http:// or https:// URL")),
    }
}

/// The address that a redirect names; a path counts from the root of the server.
fn next(at: &Uri, response: &Response<Body>) -> Result<Uri, Failure> {
    let to = text(response, header::LOCATION)
        .ok_or_else(|| Failure::Address("a redirect without an address".to_owned()))?;
    if to.starts_with('/') && !to.starts_with("//") {
        let host = at.authority().map_or("", |a| a.as_str());
        return address(&format!(
            "{}://{host}{to}",
            at.scheme_str().unwrap_or("http")
        ));
    }
    address(to)
}

fn classify(error: &ureq::Error) -> Failure {
    use ureq::Error;
    match error {
        Error::Timeout(_) => Failure::TimedOut,
        Error::Io(e) => io(e),
        Error::HostNotFound => Failure::Unreachable("there is no such host".to_owned()),
        Error::ConnectionFailed | Error::ConnectProxyFailed(_) | Error::Protocol(_) => {
            Failure::Unreachable(error.to_string())
        }
        _ => Failure::Address(error.to_string()),
    }
}

/// A failed read of a body or a connection.
pub(crate) fn io(error: &std::io::Error) -> Failure {
    if let Some(inner) = error.get_ref().and_then(|e| e.downcast_ref()) {
        return classify(inner);
    }
    match error.kind() {
        std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => Failure::TimedOut,
        _ => Failure::Unreachable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_its_own_server_only_and_is_never_shown() {
        let token = Token::new("s3cret\n", "https://dataverse.example.org");
        let may = |url: &str| token.is_for(&url.parse().unwrap());
        assert!(may("https://dataverse.example.org/api/access/datafile/1"));
        assert!(!may("https://bucket.example.com/x"));
        assert!(!may("https://dataverse.example.org.evil.example/x"));
        assert!(!may("http://dataverse.example.org/x"));
        assert!(
            !Token::new("s", "http://dataverse.example.org")
                .is_for(&"http://dataverse.example.org/".parse().unwrap())
        );
        let settings = Settings {
            token: Some(token),
            ..Settings::default()
        };
        assert!(!format!("{settings:?} {:?}", Client::new(settings.clone())).contains("s3cret"));
    }
}
