//! One exchange with a server: the clients, redirects, and replies read up to a bound. The token goes to the API's
//! origin alone.

use super::calls::{Call, Verb};
use super::token::Token;
use super::{GitHubOptions, roots};
use crate::edges::runtime::Runtime;
use crate::error::{Error, Result};
use http_body_util::BodyExt;
use octocrab::{OctoBody, Octocrab};
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Url, redirect};
use std::time::Duration;

/// The largest reply that is read.
const REPLY_CAP: usize = if cfg!(test) { 4 << 20 } else { 64 << 20 };
/// As much of an error's body as is read.
const ERROR_CAP: usize = 64 << 10;
const REDIRECTS: usize = 5;
/// Idle connections are given up soon, long before servers do: one that closes in between makes a write unclear.
const IDLE: Duration = Duration::from_secs(8);

const AGENT: &str = concat!("envfence/", env!("CARGO_PKG_VERSION"));

/// A reply, read to its end.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// A reply whose body is still to be read.
pub(super) struct Incoming {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: OctoBody,
}

/// An exchange that came to no end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) stage: Stage,
    pub(super) detail: String,
}

/// How far it came, which tells whether it may have been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// There was no connection.
    Unsent,
    /// There was no connection, and there will be none: its certificate is not trusted.
    Untrusted,
    /// Some of it was sent.
    Sent,
    /// It was answered, with something of no use.
    Useless,
}

impl Broken {
    pub(super) fn new(stage: Stage, detail: impl Into<String>) -> Self {
        Self {
            stage,
            detail: detail.into(),
        }
    }
}

/// The clients: octocrab, which knows the token, and one without it for where redirects lead.
pub(super) struct Transport {
    reading: Octocrab,
    /// Each of its calls has a connection of its own. Servers close idle ones, and when a write is sent into such a one nobody
    /// knows whether it was done.
    writing: Octocrab,
    anonymous: reqwest::Client,
    api: Url,
}

impl Transport {
    pub(super) fn new(runtime: &Runtime, options: &GitHubOptions, api: &Url) -> Result<Self> {
        let _guard = runtime.enter();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
        let client = |idle: usize| {
            reqwest::Client::builder()
                .tls_backend_preconfigured(roots::tls()?)
                .https_only(api.scheme() == "https")
                .default_headers(headers.clone())
                .user_agent(AGENT)
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(options.request_timeout / 2)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(idle)
                .build()
                .map_err(|error| client_fault(&error.without_url()))
        };
        // Paths stay with us: octocrab would put the API's before GraphQL's.
        let origin = api.origin().ascii_serialization();
        let octocrab = |client: reqwest::Client| {
            let mut builder = Octocrab::builder()
                .base_uri(origin.as_str())
                .and_then(|builder| builder.upload_uri(origin.as_str()))
                .map_err(|error| client_fault(&error))?;
            if let Some(token) = &options.token {
                builder = builder.personal_token(Token::secret(token));
            }
            builder.build_with_reqwest(client).map_err(|error| client_fault(&error))
        };
        let anonymous = client(usize::MAX)?;
        let (reading, writing) = (octocrab(anonymous.clone())?, octocrab(client(0)?)?);
        Ok(Self {
            reading,
            writing,
            anonymous,
            api: api.clone(),
        })
    }

    /// Whether the token may go there.
    pub(super) fn is_api(&self, url: &Url) -> bool {
        url.origin() == self.api.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// Sends a call and reads the reply.
    pub(super) async fn exchange(&self, call: &Call<'_>) -> std::result::Result<Reply, Broken> {
        let incoming = self.send(call, Elsewhere::Refused).await?;
        read(incoming).await
    }

    /// Sends a call and follows redirects, up to the reply's head.
    pub(super) async fn send(&self, call: &Call<'_>, elsewhere: Elsewhere) -> std::result::Result<Incoming, Broken> {
        let mut url = call.url.clone();
        for _ in 0..=REDIRECTS {
            let incoming = if self.is_api(&url) {
                self.send_to_api(call, &url).await?
            } else if elsewhere == Elsewhere::Anonymous {
                self.send_anonymously(&url).await?
            } else {
                return Err(Broken::new(Stage::Useless, "the reply leads to another host"));
            };
            let follows = match call.verb {
                Verb::Get => matches!(incoming.status, 301 | 302 | 303 | 307 | 308),
                Verb::Post | Verb::Patch => matches!(incoming.status, 307 | 308),
            };
            if !follows {
                return Ok(incoming);
            }
            url = target(&url, &incoming.headers)
                .ok_or_else(|| Broken::new(Stage::Useless, "the reply leads to no address that can be used"))?;
        }
        Err(Broken::new(
            Stage::Useless,
            "the reply leads from one address to the next",
        ))
    }

    async fn send_to_api(&self, call: &Call<'_>, url: &Url) -> std::result::Result<Incoming, Broken> {
        let sent = match call.verb {
            Verb::Get => {
                let accept = call.accept.map(|accept| {
                    let mut headers = HeaderMap::new();
                    headers.insert(ACCEPT, HeaderValue::from_static(accept));
                    headers
                });
                self.reading._get_with_headers(url.as_str(), accept).await
            }
            Verb::Post => self.writing._post(url.as_str(), call.body.as_ref()).await,
            Verb::Patch => self.writing._patch(url.as_str(), call.body.as_ref()).await,
        };
        let (head, body) = sent.map_err(|error| fault(&error))?.into_parts();
        Ok(Incoming {
            status: head.status.as_u16(),
            headers: head.headers,
            body: OctoBody::new(body),
        })
    }

    async fn send_anonymously(&self, url: &Url) -> std::result::Result<Incoming, Broken> {
        let sent = self.anonymous.get(url.clone()).send().await;
        let response = sent.map_err(|error| fault(&error.without_url()))?;
        Ok(Incoming {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: OctoBody::new(reqwest::Body::from(response)),
        })
    }
}

/// What to do where a redirect leads away from the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// It is an error.
    Refused,
    /// Go there without the token.
    Anonymous,
}

/// Where a redirect leads; a step down from HTTPS is none.
fn target(from: &Url, headers: &HeaderMap) -> Option<Url> {
    let url = from.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && from.scheme() == "http");
    (allowed && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Reads a reply's body, not more of it than is of use.
pub(super) async fn read(mut incoming: Incoming) -> std::result::Result<Reply, Broken> {
    let succeeded = (200..300).contains(&incoming.status);
    let mut body = Vec::new();
    loop {
        let piece = match next_piece(&mut incoming.body).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            // The status says enough.
            Err(_) if !succeeded => break,
            Err(broken) => return Err(broken),
        };
        if !succeeded && body.len() + piece.len() > ERROR_CAP {
            break;
        }
        if body.len() + piece.len() > REPLY_CAP {
            return Err(Broken::new(Stage::Useless, "the reply is too large"));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Reply {
        status: incoming.status,
        headers: incoming.headers,
        body,
    })
}

/// The next bytes of a body; `None` at its end.
pub(super) async fn next_piece(body: &mut OctoBody) -> std::result::Result<Option<Vec<u8>>, Broken> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Err(error)) => return Err(Broken::new(Stage::Sent, fault(&error).detail)),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data.to_vec()));
                }
            }
        }
    }
}

/// What a client's error means. Its own text may name a whole URL, so only the innermost cause speaks.
fn fault(error: &(dyn std::error::Error + 'static)) -> Broken {
    let mut stage = Stage::Sent;
    let mut detail = String::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(client) = error.downcast_ref::<reqwest::Error>() {
            if client.is_connect() {
                stage = Stage::Unsent;
            }
        } else if !error.is::<octocrab::Error>() {
            detail = error.to_string();
        }
        cause = error.source().or_else(|| {
            let io = error.downcast_ref::<std::io::Error>()?.get_ref()?;
            Some(io)
        });
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref::<rustls::Error>() {
            stage = Stage::Untrusted;
        }
    }
    Broken::new(stage, detail)
}

fn client_fault(error: &dyn std::error::Error) -> Error {
    Error::new(format!("the client for GitHub cannot be set up: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_to_https_and_carry_no_credentials() {
        let cases = [
            ("https://api.example.com/a", "/b", Some("https://api.example.com/b")),
            (
                "https://api.example.com/a",
                "https://cdn.example.com/x?t=1",
                Some("https://cdn.example.com/x?t=1"),
            ),
            ("https://api.example.com/a", "http://api.example.com/a", None),
            (
                "http://127.0.0.1:1/a",
                "http://127.0.0.1:2/a",
                Some("http://127.0.0.1:2/a"),
            ),
            (
                "http://127.0.0.1:1/a",
                "https://example.com/",
                Some("https://example.com/"),
            ),
            ("https://api.example.com/a", "https://u:p@example.com/", None),
            ("https://api.example.com/a", "file:///etc/passwd", None),
            ("https://api.example.com/a", "https://", None),
        ];
        for (from, location, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_static(location));
            let found = target(&Url::parse(from).unwrap(), &headers);
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{location}");
        }
        assert_eq!(
            target(&Url::parse("https://example.com").unwrap(), &HeaderMap::new()),
            None
        );
    }
}
