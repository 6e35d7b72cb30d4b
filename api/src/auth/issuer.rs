//! Outside issuers: identity providers whose tokens count here, and for whom their bearers act.

use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::claims::Claims;
use super::token::{Expected, TokenError};
use super::{Actor, Permissions, PersonKey, Principal};

/// The types that an outside access token may have. Many providers write `JWT` for all of theirs;
/// what tells an access token is its audience.
const TYPES: &[&str] = &["at+jwt", "application/at+jwt", "jwt"];

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
            types: TYPES,
            now,
        }
    }

    /// The actor that verified claims name, under the name that `people` gives to their subject.
    ///
    /// # Errors
    /// When they have no subject, or no rule fits.
    pub fn actor(&self, claims: &Claims, people: &PersonKey) -> Result<Actor, TokenError> {
        let person = people.name(&self.issuer, claims.text("sub")?);
        let mut rules = self.principals.iter();
        let rule = rules.find(|rule| claims.holds(&rule.claim, &rule.value));
        let (principal, permissions) = rule
            .and_then(|rule| rule.read().ok())
            .ok_or(TokenError::Principal)?;
        Ok(Actor::person(principal, permissions, &person))
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
        let people = PersonKey::of(uuid::Uuid::nil(), None);
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
            (r#"{"groups": ["lazio"]}"#, None),
        ] {
            let read: Claims = serde_json::from_str(claims).unwrap_or_default();
            let actor = issuers
                .issuers
                .first()
                .and_then(|issuer| issuer.actor(&read, &people).ok());
            let actual = actor.map(|actor| actor.principal().to_string());
            assert_eq!(actual.as_deref(), name, "{claims}");
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
        ] {
            let error = Issuers::parse(&FILE.replacen(from, to, 1)).err();
            let said = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(words), "{to}: {said}");
        }
    }
}
