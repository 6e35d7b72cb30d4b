//! Keys that sign tokens: Ed25519, kept in the database, wrapped when there is a master key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How a private key that nothing wraps begins in the database.
const PLAIN: &str = "plain:";
/// How a wrapped one begins; what follows is the nonce and the ciphertext.
const WRAPPED: &str = "xchacha20poly1305:";
/// Bytes of a nonce.
const NONCE: usize = 24;

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The master key is not what one looks like.
    #[error("a master key is 32 bytes in base64, for example from `openssl rand -base64 32`")]
    NoMasterKey,
    /// The key is wrapped, and there is nothing to unwrap it with.
    #[error("the database's signing key is wrapped: set REGISTRY_MASTER_KEY")]
    Wrapped,
    /// The key is wrapped with another master key, or damaged.
    #[error("REGISTRY_MASTER_KEY does not open the database's signing key")]
    WrongMasterKey,
    /// The key is damaged.
    #[error("the database's signing key is damaged")]
    Damaged,
}

/// The key that wraps signing keys. It is never in the database.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    pub(super) fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl std::str::FromStr for MasterKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = STANDARD
            .decode(text)
            .or_else(|_| URL_SAFE_NO_PAD.decode(text));
        let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(KeyError::NoMasterKey)
    }
}

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    key: ed25519_dalek::SigningKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// The key that these random bytes make.
    #[must_use]
    pub fn of(random: [u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&random);
        let kid = URL_SAFE_NO_PAD.encode(thumbprint(&key.verifying_key().to_bytes()));
        Self { kid, key }
    }

    /// Its id: the thumbprint of its public half (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its public half, in base64url.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.verifying_key().to_bytes())
    }

    /// What signs with it.
    ///
    /// # Errors
    /// Never for a key of ours.
    pub fn encoding(&self) -> Result<EncodingKey, KeyError> {
        let der = self.key.to_pkcs8_der().map_err(|_| KeyError::Damaged)?;
        Ok(EncodingKey::from_ed_der(der.as_bytes()))
    }

    /// Its private half as the database keeps it.
    ///
    /// # Errors
    /// Never for a key of ours.
    pub fn write(
        &self,
        master: Option<&MasterKey>,
        nonce: [u8; NONCE],
    ) -> Result<String, KeyError> {
        let secret = self.key.to_bytes();
        let Some(MasterKey(master)) = master else {
            return Ok(format!("{PLAIN}{}", URL_SAFE_NO_PAD.encode(secret)));
        };
        let payload = Payload {
            msg: &secret,
            aad: self.kid.as_bytes(),
        };
        let wrapped = XChaCha20Poly1305::new(&(*master).into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| KeyError::Damaged)?;
        let both = [nonce.as_slice(), &wrapped].concat();
        Ok(format!("{WRAPPED}{}", URL_SAFE_NO_PAD.encode(both)))
    }

    /// Reads a private half that the database keeps.
    ///
    /// # Errors
    /// When it is wrapped with another key, or is not the one that `kid` names.
    pub fn read(kid: &str, text: &str, master: Option<&MasterKey>) -> Result<Self, KeyError> {
        let decode = |text| URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Damaged);
        let secret = if let Some(plain) = text.strip_prefix(PLAIN) {
            decode(plain)?
        } else {
            let wrapped = text.strip_prefix(WRAPPED).ok_or(KeyError::Damaged)?;
            let MasterKey(master) = master.ok_or(KeyError::Wrapped)?;
            let bytes = decode(wrapped)?;
            let (nonce, wrapped) = bytes
                .split_first_chunk::<NONCE>()
                .ok_or(KeyError::Damaged)?;
            let payload = Payload {
                msg: wrapped,
                aad: kid.as_bytes(),
            };
            XChaCha20Poly1305::new(&(*master).into())
                .decrypt(&XNonce::from(*nonce), payload)
                .map_err(|_| KeyError::WrongMasterKey)?
        };
        let secret = secret.try_into().map_err(|_| KeyError::Damaged)?;
        let key = Self::of(secret);
        if key.kid == kid {
            Ok(key)
        } else {
            Err(KeyError::Damaged)
        }
    }
}

/// Whether a private half lies in the database as it is.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.starts_with(PLAIN)
}

/// What verifies with a public half.
///
/// # Errors
/// When it is damaged.
pub fn verifying(public: &str) -> Result<DecodingKey, KeyError> {
    DecodingKey::from_ed_components(public).map_err(|_| KeyError::Damaged)
}

/// A public half as a JSON Web Key.
#[must_use]
pub fn jwk(kid: &str, public: &str) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": public })
}

fn thumbprint(public: &[u8; 32]) -> [u8; 32] {
    let x = URL_SAFE_NO_PAD.encode(public);
    Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_reads_back_with_the_master_key_it_was_wrapped_with() {
        let key = SigningKey::of([1; 32]);
        let master = |byte| MasterKey([byte; 32]);
        let write = |master: Option<&MasterKey>| key.write(master, [5; NONCE]).unwrap_or_default();
        let (plain, wrapped) = (write(None), write(Some(&master(2))));
        assert!(is_plain(&plain) && !is_plain(&wrapped));
        for (text, kid, with, expected) in [
            (&plain, key.kid(), None, None),
            (&plain, key.kid(), Some(master(2)), None),
            (&plain, "other", None, Some(KeyError::Damaged)),
            (&wrapped, key.kid(), Some(master(2)), None),
            (&wrapped, key.kid(), None, Some(KeyError::Wrapped)),
            (
                &wrapped,
                key.kid(),
                Some(master(3)),
                Some(KeyError::WrongMasterKey),
            ),
            (
                &wrapped,
                "other",
                Some(master(2)),
                Some(KeyError::WrongMasterKey),
            ),
            (
                &"plain:AAAA".to_owned(),
                key.kid(),
                None,
                Some(KeyError::Damaged),
            ),
            (&String::new(), key.kid(), None, Some(KeyError::Damaged)),
        ] {
            let read = SigningKey::read(kid, text, with.as_ref());
            assert_eq!(read.as_ref().err(), expected.as_ref(), "{text}");
            assert!(read.is_err() || read.is_ok_and(|read| read.public() == key.public()));
        }
    }

    #[test]
    fn a_master_key_is_32_bytes() {
        for (text, reads) in [
            (STANDARD.encode([0xfb; 32]), true),
            (format!(" {}\n", STANDARD.encode([0xfb; 32])), true),
            (URL_SAFE_NO_PAD.encode([0xfb; 32]), true),
            (STANDARD.encode([0xfb; 31]), false),
            (String::new(), false),
            ("secret".to_owned(), false),
        ] {
            assert_eq!(text.parse::<MasterKey>().is_ok(), reads, "{text}");
        }
    }

    #[test]
    fn the_id_of_a_key_is_its_thumbprint() {
        // RFC 8037, appendix A.3.
        let public = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        let public = public.ok().and_then(|public| public.try_into().ok());
        assert_eq!(
            public.map(|public| URL_SAFE_NO_PAD.encode(thumbprint(&public))),
            Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".to_owned())
        );
    }
}
