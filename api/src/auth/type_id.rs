//! Ids as text: the type and a UUID in one word, for example `client_01jd…` (TypeID).

use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

/// The type of a cluster's id.
pub const CLUSTER: &str = "cluster";
/// The type of an agency's id.
pub const AGENCY: &str = "agency";
/// The type of a grant's id.
pub const AGENCY_GRANT: &str = "agency_grant";
/// The type of a client's id.
pub const CLIENT: &str = "client";

/// The type of the name of a person of an outside issuer.
pub const PERSON: &str = "person";

/// Writes an id.
#[must_use]
pub fn write(prefix: &str, id: impl Into<Uuid>) -> String {
    let id = id.into();
    match DynamicType::new(prefix) {
        Ok(prefix) => TypeSafeId::from_type_and_uuid(prefix, id).to_string(),
        // No prefix of ours is refused; the bare id is still an id.
        Err(_) => id.to_string(),
    }
}

/// Reads an id of this type; none when it is not one.
#[must_use]
pub fn read<I: From<Uuid>>(prefix: &str, text: &str) -> Option<I> {
    let parsed: TypeSafeId<DynamicType> = text.parse().ok()?;
    (parsed.type_prefix() == prefix).then(|| parsed.uuid().into())
}

#[cfg(test)]
mod tests {
    use entities::id::ClientId;

    use super::*;

    #[test]
    fn an_id_reads_back_as_its_own_type_alone() {
        let id = ClientId(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab));
        for prefix in [CLUSTER, AGENCY, AGENCY_GRANT, CLIENT] {
            let text = write(prefix, id);
            assert_eq!(read(prefix, &text), Some(id), "{text}");
            assert_eq!(read::<ClientId>("source", &text), None, "{text}");
        }
        for text in ["", "client_", "client_0", "client", "operator"] {
            assert_eq!(read::<ClientId>(CLIENT, text), None, "{text}");
        }
    }
}
