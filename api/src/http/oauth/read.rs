//! Reads a request for a token. Must take what RFC 6749 says and nothing else: a client names itself
//! in one way, and a parameter once.

use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::web::Payload;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bytes of a body.
const MAX_BYTES: usize = 8 * 1024;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a client asks for.
pub(super) struct Asked {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) scope: Option<String>,
    /// Whether it named itself in the header.
    pub(super) by_header: bool,
}

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The error, from RFC 6749's list.
    pub(super) code: &'static str,
    /// What was wrong and what would be right.
    pub(super) words: String,
    /// A status other than that of the code.
    pub(super) status: Option<StatusCode>,
}

impl Refusal {
    pub(super) fn new(code: &'static str, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
            status: None,
        }
    }

    fn request(words: &str) -> Self {
        Self::new("invalid_request", words)
    }

    fn with(status: StatusCode, words: &str) -> Self {
        Self {
            status: Some(status),
            ..Self::request(words)
        }
    }
}

/// Reads headers and body.
pub(super) async fn form(headers: &HeaderMap, body: Payload) -> Result<Asked, Refusal> {
    let sends = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let sends = sends
        .and_then(|it| it.split(';').next())
        .unwrap_or_default();
    if !sends
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    {
        let words = "send the parameters as application/x-www-form-urlencoded";
        return Err(Refusal::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
    }
    let body = tokio::time::timeout(PATIENCE, body.to_bytes_limited(MAX_BYTES)).await;
    let body = body
        .map_err(|_| Refusal::with(StatusCode::REQUEST_TIMEOUT, "the body did not come in time"))?;
    let body =
        body.map_err(|_| Refusal::with(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"))?;
    let body = body.map_err(|_| Refusal::request("the body broke off"))?;
    let mut credentials = headers.get_all(AUTHORIZATION).map(|it| it.to_str().ok());
    let header = match (credentials.next(), credentials.next()) {
        (None, _) => None,
        (Some(Some(header)), None) => Some(header),
        _ => return Err(Refusal::request("a request has one Authorization header")),
    };
    asked(header, &body)
}

fn asked(header: Option<&str>, body: &[u8]) -> Result<Asked, Refusal> {
    let mut parameters = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if parameters
            .insert(name.into_owned(), value.into_owned())
            .is_some()
        {
            return Err(Refusal::request("a parameter is sent once"));
        }
    }
    // A parameter without a value is one that was not sent (section 3.2).
    parameters.retain(|_, value| !value.is_empty());
    let basic = header.map(basic).transpose()?;
    match parameters.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some(_) => {
            let words = "the only grant_type here is client_credentials";
            return Err(Refusal::new("unsupported_grant_type", words));
        }
        None => return Err(Refusal::request("send grant_type=client_credentials")),
    }
    let by_header = basic.is_some();
    let body_secret = parameters.remove("client_secret");
    let body_id = parameters.remove("client_id");
    let (client_id, client_secret) = match (basic, body_id, body_secret) {
        (Some((id, secret)), named, None) if named.as_ref().is_none_or(|named| *named == id) => {
            (id, secret)
        }
        (None, Some(id), Some(secret)) => (id, secret),
        (Some(_), ..) => {
            let words = "a client names itself in the header or in the body, not in both";
            return Err(Refusal::request(words));
        }
        (None, ..) => {
            let words = "send client_id and client_secret, by HTTP Basic or in the body";
            return Err(Refusal::new("invalid_client", words));
        }
    };
    Ok(Asked {
        client_id,
        client_secret,
        scope: parameters.remove("scope"),
        by_header,
    })
}

/// The id and the secret of an HTTP Basic header, each encoded like a form (section 2.3.1).
fn basic(header: &str) -> Result<(String, String), Refusal> {
    let unreadable = || {
        Refusal::new(
            "invalid_client",
            "the Authorization header is no HTTP Basic",
        )
    };
    let (scheme, credentials) = header.split_once(' ').ok_or_else(unreadable)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(unreadable());
    }
    let decoded = STANDARD
        .decode(credentials.trim())
        .map_err(|_| unreadable())?;
    let decoded = String::from_utf8(decoded).map_err(|_| unreadable())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(unreadable)?;
    Ok((plain(id), plain(secret)))
}

/// A text that is encoded like the value of a form.
fn plain(text: &str) -> String {
    let pair = format!("value={}", text.replace('&', "%26"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    let value = pairs.next().map(|(_, value)| value.into_owned());
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_names_itself_in_one_way() {
        let header = |text: &str| Some(format!("Basic {}", STANDARD.encode(text)));
        let grant = "grant_type=client_credentials";
        for (header, body, expected) in [
            (header("a:b"), grant.to_owned(), Ok(("a", "b", None))),
            (
                header("a:b%2Bc"),
                format!("{grant}&scope=x+y"),
                Ok(("a", "b+c", Some("x y"))),
            ),
            (
                header("a:b"),
                format!("{grant}&client_id=a"),
                Ok(("a", "b", None)),
            ),
            (
                None,
                format!("{grant}&client_id=a&client_secret=b&scope="),
                Ok(("a", "b", None)),
            ),
            (
                header("a:b"),
                format!("{grant}&client_id=c"),
                Err("invalid_request"),
            ),
            (
                header("a:b"),
                format!("{grant}&client_secret=b"),
                Err("invalid_request"),
            ),
            (None, format!("{grant}&client_id=a"), Err("invalid_client")),
            (None, grant.to_owned(), Err("invalid_client")),
            (header("ab"), grant.to_owned(), Err("invalid_client")),
            (
                Some("Bearer x".to_owned()),
                grant.to_owned(),
                Err("invalid_client"),
            ),
            (header("a:b"), String::new(), Err("invalid_request")),
            (
                header("a:b"),
                "grant_type=password".to_owned(),
                Err("unsupported_grant_type"),
            ),
            (
                header("a:b"),
                format!("{grant}&{grant}"),
                Err("invalid_request"),
            ),
        ] {
            let read = asked(header.as_deref(), body.as_bytes());
            let read = read.as_ref().map_err(|refusal| refusal.code).map(|asked| {
                let Asked {
                    client_id,
                    client_secret,
                    scope,
                    ..
                } = asked;
                (client_id.as_str(), client_secret.as_str(), scope.as_deref())
            });
            assert_eq!(read, expected, "{header:?} {body}");
        }
    }
}
