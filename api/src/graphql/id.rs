//! Ids at the API: the type and a UUID as one text, for example `organisation_01jd…` (TypeID).

use async_graphql::ID;
use entities::record::RecordType;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use super::error::{GraphqlError, Result};

/// All types, to find one by its prefix.
const TYPES: [RecordType; 7] = [
    RecordType::Organisation,
    RecordType::Cluster,
    RecordType::Membership,
    RecordType::Partnership,
    RecordType::PartnershipMember,
    RecordType::Project,
    RecordType::Participation,
];

/// The id of a record as clients see it.
pub(crate) fn encode(kind: RecordType, id: Uuid) -> ID {
    match DynamicType::new(kind.prefix()) {
        Ok(prefix) => ID(TypeSafeId::from_type_and_uuid(prefix, id).to_string()),
        // No prefix of ours is refused; the bare id is still an id.
        Err(_) => ID(id.to_string()),
    }
}

/// Reads an id: its type and UUID.
///
/// # Errors
/// When it has not the form of an id, or its type is none of ours.
pub(crate) fn decode(id: &str) -> Result<(RecordType, Uuid)> {
    let unreadable = || {
        GraphqlError::bad_request(format!(
            "`{id}` is no id of this registry: take one as a query returned it, \
             for example `organisation_01jd…`"
        ))
    };
    let parsed: TypeSafeId<DynamicType> = id.parse().map_err(|_| unreadable())?;
    let kind = TYPES
        .into_iter()
        .find(|kind| parsed.type_prefix() == kind.prefix());
    Ok((kind.ok_or_else(unreadable)?, parsed.uuid()))
}

/// Reads an id that must be of one type.
///
/// # Errors
/// When it is not.
pub(crate) fn decode_as(kind: RecordType, id: &str) -> Result<Uuid> {
    let (actual, uuid) = decode(id)?;
    if actual == kind {
        return Ok(uuid);
    }
    Err(GraphqlError::bad_request(format!(
        "`{id}` is the id of a {}; the id of a {} begins with `{}_`",
        words(actual),
        words(kind),
        kind.prefix()
    )))
}

fn words(kind: RecordType) -> String {
    kind.prefix().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back() {
        for kind in TYPES {
            let uuid = Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab);
            let text = encode(kind, uuid);
            assert!(text.starts_with(kind.prefix()), "{text:?}");
            assert_eq!(decode(&text).ok(), Some((kind, uuid)));
        }
    }

    #[test]
    fn another_type_is_refused() {
        let project = encode(RecordType::Project, Uuid::nil());
        assert!(decode_as(RecordType::Organisation, &project).is_err());
        assert!(decode("organisation_0").is_err());
        assert!(decode("").is_err());
    }
}
