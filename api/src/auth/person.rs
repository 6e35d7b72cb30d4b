//! People of outside issuers, under names that say who is the same person and not who that is.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::key::MasterKey;
use super::type_id;

/// What the names of people are made with. Without it nobody can tell whose name one is, and with
/// it no more than whether it is that of someone whose issuer and subject one knows.
#[derive(Clone)]
pub struct PersonKey([u8; 32]);

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKey(…)")
    }
}

impl PersonKey {
    /// The key of a registry: made of what its database keeps and, where there is one, of the master
    /// key, which the database does not.
    #[must_use]
    pub fn of(salt: Uuid, master: Option<&MasterKey>) -> Self {
        let master = master.map(MasterKey::bytes).unwrap_or_default();
        Self(keyed(&master, &[salt.as_bytes()]))
    }

    /// The name of the person that an issuer calls `subject`: `person_…`.
    #[must_use]
    pub fn name(&self, issuer: &str, subject: &str) -> String {
        let hash = keyed(&self.0, &[issuer.as_bytes(), subject.as_bytes()]);
        let half = hash.first_chunk().copied().unwrap_or_default();
        let id = uuid::Builder::from_custom_bytes(half).into_uuid();
        type_id::write(type_id::PERSON, id)
    }
}

/// A keyed hash of parts that cannot run into each other.
fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key up with zeros, to the length of a block.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        mac.update(&length.to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_for_one_person_and_one_key_alone() {
        let (salt, master) = (Uuid::from_u128(7), "B".repeat(42) + "A=");
        let master: Option<MasterKey> = master.parse().ok();
        let key = PersonKey::of(salt, None);
        let name = key.name("https://id.example", "ada@example.org");
        assert!(
            name.starts_with("person_") && !name.contains("ada"),
            "{name}"
        );
        assert_eq!(key.name("https://id.example", "ada@example.org"), name);
        for other in [
            key.name("https://id.example", "bob@example.org"),
            key.name("https://id.example/", "ada@example.org"),
            key.name("https://id.examplea", "da@example.org"),
            PersonKey::of(Uuid::from_u128(8), None).name("https://id.example", "ada@example.org"),
            PersonKey::of(salt, master.as_ref()).name("https://id.example", "ada@example.org"),
        ] {
            assert_ne!(other, name);
        }
    }
}
