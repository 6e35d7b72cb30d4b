//! Secrets of clients: how they look, and the hashes that are kept of them.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What a secret begins with, so that scanners find one that lies where it should not.
const PREFIX: &str = "prs_";

/// How many live secrets a client may have: the old one and the new one of a rotation.
pub const MAX_LIVE: usize = 2;

/// Checked in the place of a secret that is not there, so that a client without one takes as long.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash("", [0; 16]).unwrap_or_default());

/// A secret of random bytes, as its owner sees it once.
#[must_use]
pub fn write(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random))
}

/// The hash of a secret, as a PHC string: Argon2id with the crate's parameters.
///
/// It takes some tens of milliseconds and 19 MiB: call it where it holds up nobody.
///
/// # Errors
/// Never for a secret of ours.
pub fn hash(secret: &str, salt: [u8; 16]) -> Result<String, argon2::password_hash::Error> {
    let hash = Argon2::default().hash_password_with_salt(secret.as_bytes(), &salt)?;
    Ok(hash.to_string())
}

/// Whether a secret has one of these hashes. It takes the same time whatever the hashes are, and
/// when there is none.
#[must_use]
pub fn has_hash(secret: &str, hashes: &[String]) -> bool {
    let padded = hashes.iter().chain(std::iter::repeat(&*NOBODYS));
    let matches = |hash: &String| {
        let parsed = PasswordHash::new(hash);
        parsed.is_ok_and(|hash| {
            Argon2::default()
                .verify_password(secret.as_bytes(), &hash)
                .is_ok()
        })
    };
    let live = hashes.len();
    padded
        .take(live.max(MAX_LIVE))
        .enumerate()
        // The hash comes first, so that each is computed whatever was found before.
        .fold(false, |found, (n, hash)| {
            (matches(hash) && n < live) || found
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hashes_and_no_other_is() {
        let secrets = [write([1; 32]), write([2; 32])];
        let hashes: Vec<_> = secrets
            .iter()
            .filter_map(|secret| hash(secret, [3; 16]).ok())
            .collect();
        assert!(
            hashes
                .iter()
                .all(|hash| hash.starts_with("$argon2id$v=19$"))
        );
        for (secret, hashes, expected) in [
            (&secrets[0], &hashes[..], true),
            (&secrets[1], &hashes[..], true),
            (&secrets[1], &hashes[..1], false),
            (&secrets[0], &[], false),
            (&String::new(), &[], false),
            (&String::new(), &["no hash".to_owned()], false),
        ] {
            assert_eq!(has_hash(secret, hashes), expected, "{secret} {hashes:?}");
        }
    }

    #[test]
    fn a_secret_can_be_recognised() {
        let secret = write([0xff; 32]);
        assert_eq!(secret.len(), 47);
        assert!(secret.starts_with("prs_"));
    }
}
