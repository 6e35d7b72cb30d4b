//! Outside issuers: identity providers whose tokens count here, and for whom their bearers act.

use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::claims::Claims;
use super::token::{Expected, TokenError};
use super::{Permissions, PersonKey, Principal};

/// Claims that tokens have which say who someone is, and tokens for access have not: a provider that
/// calls both `JWT` writes them for pages, not for us.
const OF_ID_TOKENS: [&str; 3] = ["nonce", "at_hash", "c_hash"];

/// How the access tokens of an issuer say what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TokenType {
    /// As RFC 9068 says.
    #[default]
    #[serde(rename = "at+jwt")]
    AccessToken,
    /// Not at all: the issuer calls all of its tokens `JWT`.
    #[serde(rename = "JWT")]
    Any,
}

impl TokenType {
    /// The types that a token's header may name.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::AccessToken => &["at+jwt", "application/at+jwt"],
            Self::Any => &["at+jwt", "application/at+jwt", "jwt"],
        }
    }
}

/// The file that names the issuers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuers {
    /// The issuers.
    pub issuers: Vec<Issuer>,
}

/// An issuer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// What its tokens have as `iss`.
    pub issuer: String,
    /// What its tokens for this registry have as `aud`.
    pub audience: String,
    /// How it signs, for example `RS256`.
    pub algorithm: Algorithm,
    /// What its access tokens say to be.
    #[serde(default, rename = "type")]
    pub token_type: TokenType,
    /// Where its keys are.
    pub jwks: KeySource,
    /// For whom its users act; the first rule that fits holds.
    pub principals: Vec<Rule>,
}

/// Where an issuer's keys are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeySource {
    /// At a URL.
    Url(String),
    /// In a file.
    File(std::path::PathBuf),
}

impl KeySource {
    /// Whether nobody else can say what its keys are.
    fn is_safe(&self) -> bool {
        let Self::Url(url) = self else { return true };
        let Ok(url) = url::Url::parse(url) else {
            return false;
        };
        let is_here = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "https" || (url.scheme() == "http" && is_here)
    }
}

/// Whose token has this value in this claim acts for this principal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A claim's name, or a JSON pointer such as `/realm_access/roles`.
    pub claim: String,
    /// The claim's value, or one of its values.
    pub value: String,
    /// `operator`, or the id of a cluster or an agency.
    principal: String,
    /// The scopes, with blanks between them.
    scope: String,
}

/// Why the file of issuers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IssuersError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// It is not the JSON that it should be.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A rule names nobody, or no scope.
    #[error("{0}")]
    Rule(String),
    /// An issuer would sign with a secret that we would have to share.
    #[error("{0}: an issuer signs with a key pair; {1:?} has none")]
    Algorithm(String, Algorithm),
    /// Who is between an issuer and us could give us keys of its own.
    #[error(
        "{0}: its keys are fetched from an https:// URL, or over http:// from this machine alone"
    )]
    Plain(String),
    /// An issuer is named twice.
    #[error("{0} is named twice")]
    Twice(String),
}

impl Issuers {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(file: &std::path::Path) -> Result<Self, IssuersError> {
        Self::parse(&std::fs::read_to_string(file)?)
    }

    /// Reads what is in the file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IssuersError> {
        let read: Self = serde_json::from_str(text)?;
        for (n, issuer) in read.issuers.iter().enumerate() {
            use Algorithm::{HS256, HS384, HS512};
            if matches!(issuer.algorithm, HS256 | HS384 | HS512) {
                let name = issuer.issuer.clone();
                return Err(IssuersError::Algorithm(name, issuer.algorithm));
            }
            if !issuer.jwks.is_safe() {
                return Err(IssuersError::Plain(issuer.issuer.clone()));
            }
            let earlier = read.issuers.iter().take(n);
            if earlier
                .into_iter()
                .any(|other| other.issuer == issuer.issuer)
            {
                return Err(IssuersError::Twice(issuer.issuer.clone()));
            }
            for rule in &issuer.principals {
                rule.read()
                    .map_err(|error| IssuersError::Rule(format!("{}: {error}", issuer.issuer)))?;
            }
        }
        Ok(read)
    }
}

impl Issuer {
    /// What a token of this issuer must be.
    #[must_use]
    pub fn expected(&self, now: chrono::DateTime<chrono::Utc>) -> Expected<'_> {
        Expected {
            issuer: &self.issuer,
            audience: &self.audience,
            algorithm: self.algorithm,
            types: self.token_type.names(),
            now,
        }
    }

    /// The person that verified claims are about, under the name that `people` gives to their subject.
    ///
    /// # Errors
    /// When they have no subject, or are not those of a token for access.
    pub fn person(&self, claims: &Claims, people: &PersonKey) -> Result<String, TokenError> {
        if OF_ID_TOKENS.iter().any(|claim| claims.has(claim)) {
            return Err(TokenError::Type);
        }
        Ok(people.name(&self.issuer, claims.text("sub")?))
    }

    /// For whom the bearer of verified claims acts, and what that one may do.
    ///
    /// # Errors
    /// When no rule fits.
    pub fn acts_for(&self, claims: &Claims) -> Result<(Principal, Permissions), TokenError> {
        let mut rules = self.principals.iter();
        let rule = rules.find(|rule| claims.holds(&rule.claim, &rule.value));
        rule.and_then(|rule| rule.read().ok())
            .ok_or(TokenError::Principal)
    }
}

impl Rule {
    /// For whom it says that someone acts, and what that one may do.
    fn read(&self) -> Result<(Principal, Permissions), String> {
        let principal: Principal = self
            .principal
            .parse()
            .map_err(|error: super::UnknownPrincipal| error.to_string())?;
        let permissions: Permissions = self
            .scope
            .parse()
            .map_err(|error: super::UnknownPermission| error.to_string())?;
        Ok((principal, permissions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{ "issuers": [ {
        "issuer": "https://id.example/realms/regions", "audience": "partner-registry",
        "algorithm": "RS256", "jwks": { "url": "https://id.example/keys" },
        "principals": [
            { "claim": "/realm_access/roles", "value": "registry-operator",
              "principal": "operator", "scope": "registry:read admin" },
            { "claim": "groups", "value": "lazio",
              "principal": "agency_00000000000000000000000007", "scope": "registry:read" } ] } ] }"#;

    #[test]
    fn the_first_rule_that_fits_says_for_whom_a_user_acts() {
        let issuers = Issuers::parse(FILE).unwrap_or_default();
        for (claims, name) in [
            (
                r#"{"sub": "u", "realm_access": {"roles": ["x", "registry-operator"]}, "groups": "lazio"}"#,
                Some("operator"),
            ),
            (
                r#"{"sub": "u", "groups": ["lazio"]}"#,
                Some("agency_00000000000000000000000007"),
            ),
            (r#"{"sub": "u", "groups": ["Lazio"]}"#, None),
        ] {
            let read: Claims = serde_json::from_str(claims).unwrap_or_default();
            let actor = issuers
                .issuers
                .first()
                .and_then(|issuer| issuer.acts_for(&read).ok());
            let actual = actor.map(|(principal, _)| principal.to_string());
            assert_eq!(actual.as_deref(), name, "{claims}");
        }
    }

    #[test]
    fn a_token_that_says_who_someone_is_opens_nothing() {
        let issuers = Issuers::parse(FILE).unwrap_or_default();
        let people = PersonKey::of(uuid::Uuid::nil(), None);
        for (claims, error) in [
            (r#"{"sub": "u"}"#, None),
            (r#"{"groups": ["lazio"]}"#, Some(TokenError::Claims)),
            (r#"{"sub": "u", "nonce": "x"}"#, Some(TokenError::Type)),
            (r#"{"sub": "u", "at_hash": "x"}"#, Some(TokenError::Type)),
            (r#"{"sub": "u", "c_hash": null}"#, Some(TokenError::Type)),
        ] {
            let read: Claims = serde_json::from_str(claims).unwrap_or_default();
            let mut first = issuers.issuers.iter().take(1);
            let person = first.find_map(|issuer| issuer.person(&read, &people).err());
            assert_eq!(person, error, "{claims}");
        }
    }

    #[test]
    fn an_issuer_says_how_its_access_tokens_are_called() {
        let types = |file: &str| {
            let issuers = Issuers::parse(file).unwrap_or_default();
            let first = issuers.issuers.first().map(|issuer| issuer.token_type);
            first.map(TokenType::names)
        };
        assert_eq!(types(FILE), Some(TokenType::AccessToken.names()));
        let any = FILE.replacen("\"algorithm\"", "\"type\": \"JWT\", \"algorithm\"", 1);
        assert_eq!(types(&any), Some(TokenType::Any.names()));
    }

    #[test]
    fn keys_are_fetched_in_the_clear_from_this_machine_alone() {
        for host in ["localhost", "127.0.0.1:8080", "[::1]"] {
            let file = FILE.replacen("https://id.example/keys", &format!("http://{host}/keys"), 1);
            assert!(Issuers::parse(&file).is_ok(), "{host}");
        }
    }

    #[test]
    fn a_file_that_would_trust_too_much_is_refused() {
        for (from, to, words) in [
            ("RS256", "HS256", "HS256 has none"),
            ("RS256", "none", "unknown variant `none`"),
            (
                "\"operator\"",
                "\"anonymous\"",
                "`anonymous` is no principal",
            ),
            (
                "registry:read admin",
                "registry:read all",
                "`all` is no scope",
            ),
            ("\"audience\"", "\"audiences\"", "unknown field `audiences`"),
            (
                "https://id.example/keys",
                "http://id.example/keys",
                "https:// URL",
            ),
            ("https://id.example/keys", "file:///keys", "https:// URL"),
            ("https://id.example/keys", "id.example/keys", "https:// URL"),
        ] {
            let error = Issuers::parse(&FILE.replacen(from, to, 1)).err();
            let said = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(words), "{to}: {said}");
        }
    }
}
