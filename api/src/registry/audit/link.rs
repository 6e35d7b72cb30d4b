//! A link of the chain: how an entry is named, and how it is sealed.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::audit_entry::AuditLog;
use entities::audit_seal;
use sha2::{Digest, Sha256};

use crate::store::Sealable;

/// An entry of the audit by its log and its position there: `change-12`, `event-7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The log.
    pub log: AuditLog,
    /// The position.
    pub seq: i64,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = match self.log {
            AuditLog::Change => "change",
            AuditLog::Event => "event",
        };
        write!(f, "{log}-{}", self.seq)
    }
}

/// A seal: the place in the chain, and the hash that stands there: `1234:n4bQgY…`. Who keeps one
/// elsewhere can tell whether the chain up to there is still the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The place, from 1; 0 is before the first.
    pub number: i64,
    /// SHA-256 in base64url.
    pub hash: String,
}

impl Seal {
    /// What the first entry is sealed with.
    pub(super) fn first() -> Self {
        Self {
            number: 0,
            hash: URL_SAFE_NO_PAD.encode([0; 32]),
        }
    }

    /// The seal of the entry that follows this one.
    pub(super) fn of(&self, entry: &Sealable) -> Self {
        let link = Link {
            log: entry.log,
            seq: entry.seq,
        };
        // The hash has one length and the name has no line's end: no two entries give the same bytes.
        let hash = Sha256::new()
            .chain_update(&self.hash)
            .chain_update(link.to_string())
            .chain_update("\n")
            .chain_update(&entry.content)
            .finalize();
        Self {
            number: self.number.saturating_add(1),
            hash: URL_SAFE_NO_PAD.encode(hash),
        }
    }
}

impl From<audit_seal::Model> for Seal {
    fn from(row: audit_seal::Model) -> Self {
        Self {
            number: row.number,
            hash: row.hash,
        }
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

/// A text that is no seal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no seal: take one as `audit verify` printed it, such as `12:` and 43 letters and digits"
)]
pub struct UnreadableSeal(String);

impl FromStr for Seal {
    type Err = UnreadableSeal;

    fn from_str(text: &str) -> Result<Self, UnreadableSeal> {
        let unreadable = || UnreadableSeal(text.to_owned());
        let (number, hash) = text.trim().split_once(':').ok_or_else(unreadable)?;
        let number = number.parse().map_err(|_| unreadable())?;
        let bytes = URL_SAFE_NO_PAD.decode(hash).map_err(|_| unreadable())?;
        if number < 0 || bytes.len() != 32 {
            return Err(unreadable());
        }
        Ok(Self {
            number,
            hash: hash.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(log: AuditLog, seq: i64, content: &str) -> Sealable {
        Sealable {
            at: chrono::DateTime::default(),
            log,
            seq,
            content: content.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_seal_depends_on_all_before_it() {
        let first = Seal::first().of(&entry(AuditLog::Change, 1, "{}"));
        let others = [
            Seal::first().of(&entry(AuditLog::Event, 1, "{}")),
            Seal::first().of(&entry(AuditLog::Change, 2, "{}")),
            Seal::first().of(&entry(AuditLog::Change, 1, "{ }")),
            first.of(&entry(AuditLog::Change, 1, "{}")),
        ];
        assert!(others.iter().all(|other| other.hash != first.hash));
        assert_eq!((first.number, first.hash.len()), (1, 43));
    }

    #[test]
    fn a_seal_reads_back() {
        let seal = Seal::first().of(&entry(AuditLog::Event, 1, "{}"));
        assert_eq!(seal.to_string().parse(), Ok(seal));
        for text in ["", "12", "12:", "x:00", "-1:00", "1:zz"] {
            assert_eq!(text.parse::<Seal>(), Err(UnreadableSeal(text.to_owned())));
        }
    }
}
