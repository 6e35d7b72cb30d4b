//! The schema as its SDL has it, in a form that tests can walk through.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};

/// The types of the schema by their names.
pub(crate) fn types() -> BTreeMap<String, TypeDefinition> {
    let document = parse_schema(partner_registry::graphql::sdl()).expect("the SDL");
    let types = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.to_string(), ty.node)),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
    types.collect()
}

/// The fields of an object type or an interface; of other types none.
pub(crate) fn fields(ty: &TypeDefinition) -> Vec<&FieldDefinition> {
    let fields = match &ty.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => return Vec::new(),
    };
    fields.iter().map(|field| &field.node).collect()
}

/// Each field of each object type, as `Type.field`.
pub(crate) fn object_fields() -> BTreeSet<String> {
    let types = types();
    let objects = types
        .iter()
        .filter(|(_, ty)| matches!(ty.kind, TypeKind::Object(_)));
    let fields = objects.flat_map(|(name, ty)| {
        fields(ty)
            .into_iter()
            .map(move |field| format!("{name}.{}", field.name.node))
    });
    fields.collect()
}

/// The fields of `Mutation`.
pub(crate) fn mutations() -> BTreeSet<String> {
    fields(&types()["Mutation"])
        .into_iter()
        .map(|field| field.name.node.to_string())
        .collect()
}

/// The fields of a type that can be asked for without saying more, each with the leaves of what it
/// leads to.
pub(crate) fn selections(
    types: &BTreeMap<String, TypeDefinition>,
    name: &str,
    depth: usize,
) -> Vec<String> {
    let asked = fields(&types[name])
        .into_iter()
        .filter(|field| !needs_arguments(field));
    let words = asked.filter_map(|field| {
        let returns = named(field);
        let inner = types.get(&returns).is_some_and(|ty| !fields(ty).is_empty());
        let name = &field.name.node;
        if !inner {
            return Some(name.to_string());
        }
        let inner = selections(types, &returns, depth.checked_sub(1)?).join(" ");
        Some(format!("{name} {{ __typename {inner} }}"))
    });
    words.collect()
}

/// The type that a field leads to, without lists and exclamation marks.
pub(crate) fn named(field: &FieldDefinition) -> String {
    field.ty.node.to_string().replace(['[', ']', '!'], "")
}

/// Whether a field must be given arguments.
pub(crate) fn needs_arguments(field: &FieldDefinition) -> bool {
    let required = |argument: &Positioned<InputValueDefinition>| !argument.node.ty.node.nullable;
    field.arguments.iter().any(required)
}
