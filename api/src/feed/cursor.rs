//! Cursors: how far a reader has read, under which rights, in which history of the database. Signed, so
//! that nobody makes one; opaque, so that nobody reads one.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Position;

/// The form of the bytes, and the space whose positions they count: there is one.
const FORM: [u8; 2] = [1, 0];

/// How far a reader has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// All changes up to here are read.
    pub seq: Position,
    /// The last position there was when the page was read. A page that is not the last of its kind
    /// leaves out records that have moved beyond it, up to here: what is read is right only in a
    /// history that has this position, too.
    pub read_at: Position,
    /// The term that owns it.
    pub term: Uuid,
    /// What the reader's sight depends on, as a hash.
    pub epoch: [u8; 16],
    /// The last position there was when the reader began: what was gone by then it never had.
    pub bootstrap: Position,
    /// The filter, as a hash; nil: any.
    pub filter: [u8; 8],
}

/// The secret with which cursors are signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// As the database keeps it.
    pub(super) fn encoded(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Read back; none when it is damaged.
    pub(super) fn decoded(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    fn mac(self) -> Hmac<Sha256> {
        let mut key = [0; 64];
        key.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        Hmac::new(&key.into())
    }
}

impl From<[u8; 32]> for Secret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Cursor {
    /// The cursor as readers keep it.
    #[must_use]
    pub fn encoded(&self, secret: Secret) -> String {
        let mut bytes = Vec::with_capacity(98);
        bytes.extend(FORM);
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.read_at.to_be_bytes());
        bytes.extend(self.term.as_bytes());
        bytes.extend(self.epoch);
        bytes.extend(self.bootstrap.to_be_bytes());
        bytes.extend(self.filter);
        let mac = secret.mac().chain_update(&bytes).finalize().into_bytes();
        bytes.extend(mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A cursor that was given out; none when it was not, or not like this.
    #[must_use]
    pub fn decoded(text: &str, secret: Secret) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (bytes, mac) = bytes.split_last_chunk::<32>()?;
        secret.mac().chain_update(bytes).verify_slice(mac).ok()?;
        let rest = bytes.strip_prefix(&FORM)?;
        let (seq, rest) = rest.split_first_chunk()?;
        let (read_at, rest) = rest.split_first_chunk()?;
        let (term, rest) = rest.split_first_chunk()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (bootstrap, rest) = rest.split_first_chunk()?;
        Some(Self {
            seq: Position::from_be_bytes(*seq),
            read_at: Position::from_be_bytes(*read_at),
            term: Uuid::from_bytes(*term),
            epoch: *epoch,
            bootstrap: Position::from_be_bytes(*bootstrap),
            filter: rest.try_into().ok()?,
        })
    }
}

/// The beginning of a hash of what a value prints.
pub(super) fn digest<const N: usize>(value: &impl fmt::Debug) -> [u8; N] {
    let hash = Sha256::digest(format!("{value:?}"));
    let mut mark = [0; N];
    mark.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSOR: Cursor = Cursor {
        seq: 7,
        read_at: 9,
        term: Uuid::from_u128(5),
        epoch: [1; 16],
        bootstrap: 3,
        filter: [2; 8],
    };

    #[test]
    fn a_cursor_reads_back_with_its_own_secret_alone() {
        let (secret, other) = (Secret([4; 32]), Secret([5; 32]));
        let text = CURSOR.encoded(secret);
        assert_eq!(Cursor::decoded(&text, secret), Some(CURSOR));
        assert_eq!(Cursor::decoded(&text, other), None);
        assert_eq!(Secret::decoded(&secret.encoded()), Some(secret));
    }

    #[test]
    fn a_cursor_that_was_changed_anywhere_is_none() {
        let secret = Secret([4; 32]);
        let bytes = URL_SAFE_NO_PAD.decode(CURSOR.encoded(secret));
        let bytes = bytes.unwrap_or_default();
        assert_eq!(bytes.len(), 98);
        for n in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[n] ^= 1;
            let text = URL_SAFE_NO_PAD.encode(forged);
            assert_eq!(Cursor::decoded(&text, secret), None, "byte {n}");
        }
        for text in [
            "",
            "AQ",
            "no base64!",
            &URL_SAFE_NO_PAD.encode(&bytes[..97]),
        ] {
            assert_eq!(Cursor::decoded(text, secret), None, "{text}");
        }
    }
}
