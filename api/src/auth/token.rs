//! Access tokens: how ours are written (RFC 9068), and how any issuer's are verified.
//!
//! The algorithm is fixed by whoever issued the key; what a token says of it decides nothing.

use chrono::{DateTime, TimeDelta, Utc};
use entities::id::ClientId;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode_header};
use serde_json::json;
use uuid::Uuid;

use super::claims::Claims;
use super::key::{KeyError, SigningKey};
use super::{Actor, Permissions, Principal, type_id};

/// Bytes of a token.
const MAX_BYTES: usize = 8 * 1024;

/// By how much another machine's clock may be ahead of ours.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The client of tokens that are made at the registry's own machine.
pub const OWN_CLIENT: &str = "console";

/// The algorithm of our own tokens.
const OWN_ALGORITHM: Algorithm = Algorithm::EdDSA;

/// The types that our own tokens may have: they are access tokens and say so.
const OWN_TYPES: &[&str] = &["at+jwt", "application/at+jwt"];

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not a signed token, or a claim is said twice.
    #[error("it is no signed token")]
    Malformed,
    /// It is longer than any token of use.
    #[error("it is too long")]
    TooLong,
    /// It is a token for something else.
    #[error("it is no access token")]
    Type,
    /// Nobody we trust says to have issued it.
    #[error("its issuer is not trusted here")]
    Issuer,
    /// Its issuer has no such key.
    #[error("its key is unknown")]
    Key,
    /// The signature is not that of the key, or not of the key's algorithm.
    #[error("its signature is wrong")]
    Signature,
    /// It was for someone else.
    #[error("it is for another audience")]
    Audience,
    /// A claim is missing or has the wrong type.
    #[error("a claim is missing or has the wrong type")]
    Claims,
    /// Its time is over.
    #[error("it is expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYetValid,
    /// Nothing says for whom its bearer may act.
    #[error("it names nobody who is known here")]
    Principal,
    /// Its client was revoked.
    #[error("its client was revoked")]
    Revoked,
    /// The record of its cluster is archived.
    #[error("the record of its cluster is archived")]
    Archived,
    /// It cannot be verified now; the same token may be good.
    #[error("it cannot be verified now")]
    Unavailable,
}

/// What a token must be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it.
    pub issuer: &'a str,
    /// For whom it is.
    pub audience: &'a str,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// The types that it may have.
    pub types: &'a [&'a str],
    /// Now.
    pub now: DateTime<Utc>,
}

impl<'a> Expected<'a> {
    /// A token of our own: issued by us, for us.
    #[must_use]
    pub fn own(issuer: &'a str, now: DateTime<Utc>) -> Self {
        Self {
            issuer,
            audience: issuer,
            algorithm: OWN_ALGORITHM,
            types: OWN_TYPES,
            now,
        }
    }
}

/// What a token says of itself before anything is verified: enough to find the key, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// Who says to have issued it.
    pub issuer: String,
    /// Which key it says to be signed with.
    pub kid: String,
}

/// Reads what leads to a token's key.
///
/// # Errors
/// When it is not a token.
pub fn peek(token: &str) -> Result<Unverified, TokenError> {
    if token.len() > MAX_BYTES {
        return Err(TokenError::TooLong);
    }
    let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
    let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(token)
        .map_err(|_| TokenError::Malformed)?;
    Ok(Unverified {
        issuer: claims.text("iss")?.to_owned(),
        kid: header.kid.ok_or(TokenError::Key)?,
    })
}

/// Verifies a token and returns its claims, with the moment at which it ends.
///
/// # Errors
/// Why it is not to be trusted.
pub fn verify(
    token: &str,
    key: &DecodingKey,
    expected: Expected<'_>,
) -> Result<(Claims, DateTime<Utc>), TokenError> {
    use jsonwebtoken::errors::ErrorKind;
    let mut validation = Validation::new(expected.algorithm);
    validation.set_audience(&[expected.audience]);
    validation.set_issuer(&[expected.issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Moments are checked below, by our own clock.
    validation.validate_exp = false;
    let verified = jsonwebtoken::decode::<Claims>(token, key, &validation);
    let verified = verified.map_err(|error| match error.kind() {
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenError::Signature,
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::InvalidIssuer => TokenError::Issuer,
        ErrorKind::MissingRequiredClaim(_) => TokenError::Claims,
        _ => TokenError::Malformed,
    })?;
    let (header, claims) = (verified.header, verified.claims);
    let is_type = |typ: &String| {
        expected
            .types
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(typ))
    };
    if !header.typ.as_ref().is_some_and(is_type) {
        return Err(TokenError::Type);
    }
    // We understand no extension that a token could call critical.
    if header.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    // A list of issuers would pass the library's check.
    if claims.text("iss")? != expected.issuer {
        return Err(TokenError::Issuer);
    }
    let ends = claims.moment("exp")?.ok_or(TokenError::Claims)?;
    if ends <= expected.now {
        return Err(TokenError::Expired);
    }
    let latest = expected.now + LEEWAY;
    for begins in [claims.moment("nbf")?, claims.moment("iat")?] {
        if begins.is_some_and(|begins| begins > latest) {
            return Err(TokenError::NotYetValid);
        }
    }
    Ok((claims, ends))
}

/// The actor that the claims of one of our own tokens name.
///
/// # Errors
/// When they do not.
pub fn own_actor(claims: &Claims) -> Result<Actor, TokenError> {
    claims.moment("iat")?.ok_or(TokenError::Claims)?;
    claims.text("jti")?;
    let principal = claims.text("principal")?.parse();
    let permissions = claims.text("scope")?.parse();
    let client = match claims.text("client_id")? {
        OWN_CLIENT => None,
        id => Some(type_id::read(type_id::CLIENT, id).ok_or(TokenError::Claims)?),
    };
    match (principal, permissions) {
        (Ok(principal), Ok(permissions)) => Ok(Actor::new(principal, permissions, client)),
        _ => Err(TokenError::Claims),
    }
}

/// What a token of ours is to say.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// In whose name its bearer acts.
    pub principal: Principal,
    /// What its bearer may do.
    pub permissions: Permissions,
    /// The client that bears it; none: someone at the registry's own machine.
    pub client: Option<ClientId>,
}

/// Writes a token of ours.
///
/// # Errors
/// Never for a key of ours.
pub fn write(
    key: &SigningKey,
    issuer: &str,
    id: Uuid,
    now: DateTime<Utc>,
    lifetime: TimeDelta,
    grant: Grant,
) -> Result<String, KeyError> {
    let header = Header {
        typ: Some(OWN_TYPES[0].to_owned()),
        kid: Some(key.kid().to_owned()),
        ..Header::new(OWN_ALGORITHM)
    };
    let client = match grant.client {
        Some(client) => type_id::write(type_id::CLIENT, client),
        None => OWN_CLIENT.to_owned(),
    };
    let claims = json!({
        "iss": issuer,
        "aud": issuer,
        "iat": now.timestamp(),
        "exp": (now + lifetime).timestamp(),
        "jti": id,
        "sub": client,
        "client_id": client,
        "scope": grant.permissions.to_string(),
        "principal": grant.principal.to_string(),
    });
    jsonwebtoken::encode(&header, &claims, &key.encoding()?).map_err(|_| KeyError::Damaged)
}
