//! Tokens as an attacker would write them, letter by letter.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::signing_key;
use jsonwebtoken::{Algorithm, EncodingKey};
use partner_registry::auth::key::SigningKey;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Caller, start_of_time};

/// What a token is made of, before it is written: first a good one.
pub(super) struct Forged {
    /// The header's members.
    pub(super) header: Value,
    /// The claims.
    pub(super) claims: Value,
    /// What stands in the place of the claims, if it is no JSON that a program would write.
    pub(super) text: Option<String>,
    /// What signs it.
    pub(super) key: EncodingKey,
    /// How.
    pub(super) algorithm: Algorithm,
}

/// The key that signs the server's own tokens, from its database.
pub(super) async fn own_key(caller: &Caller) -> SigningKey {
    let db = caller.database.connect().await;
    let rows = signing_key::Entity::find().all(&db).await.unwrap();
    let row = rows
        .into_iter()
        .find(|row| row.private_key.is_some())
        .unwrap();
    SigningKey::read(&row.kid, &row.private_key.unwrap(), None).unwrap()
}

impl Forged {
    /// A token of the operator, signed with the server's own key: it differs from those that the
    /// server issues in nothing.
    pub(super) async fn good(caller: &Caller) -> Self {
        let key = own_key(caller).await;
        let now = start_of_time().timestamp();
        Self {
            header: json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key.kid() }),
            claims: json!({
                "iss": caller.issuer(), "aud": caller.issuer(), "iat": now, "exp": now + 900,
                "jti": "1", "sub": "console", "client_id": "console",
                "scope": "registry:read admin", "principal": "operator",
            }),
            text: None,
            key: key.encoding().unwrap(),
            algorithm: Algorithm::EdDSA,
        }
    }

    /// The same with another claim.
    pub(super) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    /// The same with another member of the header.
    pub(super) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    /// What is signed.
    pub(super) fn message(&self) -> String {
        let claims = self.text.clone().unwrap_or_else(|| self.claims.to_string());
        let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}", encode(self.header.to_string()), encode(claims))
    }

    /// The token.
    pub(super) fn write(&self) -> String {
        let message = self.message();
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.algorithm);
        format!("{message}.{}", signature.unwrap())
    }
}
