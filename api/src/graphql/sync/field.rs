//! From the columns of a row to the fields that show them.

use std::collections::BTreeSet;

use entities::record::RecordType;
use heck::ToLowerCamelCase;
use serde_json::Value as Json;

use crate::graphql::id;
use crate::graphql::scalar::JsonValue;

/// The fields that show these columns, each once, sorted.
pub(super) fn names(kind: RecordType, columns: &[String]) -> Vec<String> {
    let columns = columns.iter();
    let names: BTreeSet<String> = columns.flat_map(|column| of(kind, column)).collect();
    names.into_iter().collect()
}

/// The fields that show a column; none when it only serves the registry itself.
fn of(kind: RecordType, column: &str) -> Vec<String> {
    let fields: &[&str] = match (kind, column) {
        (_, "id" | "archived_at" | "name_key") => &[],
        (_, "region_code" | "region_version" | "region_place") => &["region"],
        (_, "accepted_cluster_id") => &["acceptedBy"],
        (RecordType::Participation, "currency") => {
            &["euContribution", "netEuContribution", "totalCost"]
        }
        (_, "currency") => &["euContribution", "totalCost"],
        (RecordType::Project, "programme") => &["programme", "programmeTitle"],
        (RecordType::Partnership, "starts_on" | "duration_months") => {
            return vec![column.to_lower_camel_case(), "endsOn".to_owned()];
        }
        _ => {
            let column = column.strip_suffix("_id").unwrap_or(column);
            let column = column.strip_suffix("_minor").unwrap_or(column);
            return vec![column.to_lower_camel_case()];
        }
    };
    fields.iter().map(|field| (*field).to_owned()).collect()
}

/// The name under which a history shows a column; none when it only serves the registry itself.
pub(super) fn shown(kind: RecordType, column: &str) -> Option<String> {
    match of(kind, column).as_slice() {
        [] => None,
        [field] if !column.ends_with("_minor") && !column.starts_with("region_") => {
            Some(field.clone())
        }
        _ => Some(column.to_lower_camel_case()),
    }
}

/// The value of a column as a history shows it: ids as clients know them, names of parts as fields
/// are written.
pub(super) fn value(column: &str, value: Option<&Json>) -> Option<JsonValue> {
    let value = value.filter(|value| !value.is_null())?;
    Some(JsonValue(as_clients_know_it(column, value)))
}

fn as_clients_know_it(name: &str, value: &Json) -> Json {
    match value {
        Json::String(text) => match (RecordType::named_by(name), text.parse()) {
            (Some(kind), Ok(id)) => Json::String(id::encode(kind, id).0),
            _ => value.clone(),
        },
        Json::Array(items) => {
            let items = items.iter();
            items.map(|item| as_clients_know_it(name, item)).collect()
        }
        Json::Object(parts) => {
            let parts = parts.iter().map(|(part, value)| {
                let known = as_clients_know_it(part, value);
                (part.to_lower_camel_case(), known)
            });
            Json::Object(parts.collect())
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
    use entities::record::Record;
    use entities::{
        cluster, membership, organisation, participation, partnership, partnership_member, project,
    };
    use heck::ToUpperCamelCase;

    use super::*;

    /// The columns whose fields the schema does not have.
    fn astray<E: Record>(fields: &HashSet<(String, String)>) -> Vec<String> {
        let ty = E::TYPE.prefix().to_upper_camel_case();
        let row = serde_json::to_value(E::Model::default()).unwrap_or_default();
        let columns: Vec<String> = row
            .as_object()
            .into_iter()
            .flatten()
            .map(|it| it.0.clone())
            .collect();
        assert!(columns.len() > 8, "{ty}: {columns:?}");
        let columns = columns.into_iter();
        let names = columns.flat_map(|column| of(E::TYPE, &column));
        names
            .map(|name| (ty.clone(), name))
            .filter(|field| !fields.contains(field))
            .map(|(ty, name)| format!("{ty}.{name}"))
            .collect()
    }

    #[test]
    fn each_column_is_shown_by_fields_that_are_there() {
        let Ok(document) = parse_schema(crate::graphql::sdl()) else {
            panic!("the schema is none");
        };
        let mut fields = HashSet::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else {
                continue;
            };
            if let TypeKind::Object(object) = &ty.node.kind {
                let names = object
                    .fields
                    .iter()
                    .map(|field| field.node.name.node.to_string());
                fields.extend(names.map(|name| (ty.node.name.node.to_string(), name)));
            }
        }
        let all = [
            astray::<organisation::Entity>(&fields),
            astray::<cluster::Entity>(&fields),
            astray::<membership::Entity>(&fields),
            astray::<partnership::Entity>(&fields),
            astray::<partnership_member::Entity>(&fields),
            astray::<project::Entity>(&fields),
            astray::<participation::Entity>(&fields),
        ];
        assert_eq!(all.concat(), [""; 0]);
    }
}
