//! Whose token a request bears. A token that is not good is refused: nobody who tried to be someone
//! is served as nobody.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;

use super::address::address;
use super::{State, Web};
use crate::auth::{Actor, Network, TokenError};
use crate::graphql::error::{Code, GraphqlError};

/// Why a request is not served, and what the client must do (RFC 6750, section 3).
#[derive(Debug)]
pub(super) struct Challenge {
    pub(super) status: StatusCode,
    /// The value of `WWW-Authenticate`; none where a token would not help.
    pub(super) header: Option<String>,
    pub(super) error: GraphqlError,
}

impl Challenge {
    /// The request is not one that bears a token as it should.
    fn request(message: &str) -> Self {
        Self::new("invalid_request", message)
    }

    fn new(code: &str, message: &str) -> Self {
        let header = format!(
            r#"Bearer realm="partner-registry", error="{code}", error_description="{message}""#
        );
        Self {
            status: StatusCode::UNAUTHORIZED,
            header: Some(header),
            error: GraphqlError::new(
                Code::Unauthenticated,
                format!("The request does not bear a good token: {message}."),
            ),
        }
    }
}

impl From<TokenError> for Challenge {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unavailable => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                header: None,
                error: GraphqlError::unavailable(),
            },
            error => Self::new("invalid_token", &error.to_string()),
        }
    }
}

/// What a request shows of who asks: a token, or nothing, and where it comes from.
#[derive(Clone)]
pub(super) struct Bearer {
    token: Option<String>,
    from: Network,
}

impl Bearer {
    /// What a request bears in its header.
    pub(super) fn of(request: &HttpRequest, web: &Web) -> Result<Self, Challenge> {
        let nobody = Self {
            token: None,
            from: Network::from(address(request, &web.trusted_proxies)),
        };
        if has_token(request.query_string()) {
            return Err(Challenge::request(
                "a token does not belong into a URL, where logs keep it",
            ));
        }
        let mut headers = request.headers().get_all(AUTHORIZATION);
        let (Some(header), None) = (headers.next(), headers.next()) else {
            if request.headers().contains_key(AUTHORIZATION) {
                let message = "a request has one Authorization header";
                return Err(Challenge::request(message));
            }
            return Ok(nobody);
        };
        let header = header.to_str().ok();
        header
            .and_then(|header| nobody.named(header))
            .ok_or_else(|| {
                Challenge::request(
                    "the Authorization header has the form: Bearer, a blank, the token",
                )
            })
    }

    /// The same, who shows this Authorization header; nothing when it has another form.
    pub(super) fn named(&self, header: &str) -> Option<Self> {
        Some(Self {
            token: Some(bearer_token(header)?.to_owned()),
            ..self.clone()
        })
    }

    /// Who it is now: the bearer of the token, and nobody where there is none.
    pub(super) async fn actor(&self, state: &State) -> Result<Actor, TokenError> {
        let Some(token) = &self.token else {
            return Ok(Actor::anonymous());
        };
        let actor = state.authority.authenticate(token, self.from).await?;
        Ok(Actor::clone(&actor).asking_from(self.from))
    }

    /// Waits until the token counts no longer, and says why; nobody is so for ever.
    pub(super) async fn end(&self, state: &State) -> TokenError {
        match &self.token {
            Some(token) => state.authority.end_of(token, self.from).await,
            None => std::future::pending().await,
        }
    }
}

/// Who asks: the bearer of the token, and nobody where there is none.
pub(super) async fn actor(
    request: &HttpRequest,
    state: &State,
    web: &Web,
) -> Result<Actor, Challenge> {
    Ok(Bearer::of(request, web)?.actor(state).await?)
}

/// The token in an Authorization header; the scheme's case does not matter.
fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Whether a URL bears a token (RFC 6750, section 2.3), which we do not take.
fn has_token(query_string: &str) -> bool {
    url::form_urlencoded::parse(query_string.as_bytes()).any(|(name, _)| name == "access_token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_bears_one_token() {
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Bearer", None),
            ("Bearer ", None),
            ("Basic abc", None),
            ("abc", None),
        ] {
            assert_eq!(bearer_token(header), token, "{header}");
        }
    }

    #[test]
    fn a_token_in_a_url_is_seen() {
        for (query, expected) in [
            ("query={a}&access_token=x", true),
            ("access%5Ftoken=x", true),
            ("access_token", true),
            ("query={access_token}", false),
            ("", false),
        ] {
            assert_eq!(has_token(query), expected, "{query}");
        }
    }
}
